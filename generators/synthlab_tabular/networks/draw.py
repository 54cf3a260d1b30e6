"""A network ready to draw from: noise goes in, and its outputs are read as the columns of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from synthlab import portable
from synthlab.rows import Rows

from ..column import Array, Floats
from .model import VALUE_BITS, VALUE_MOST, WEIGHT_BITS, NetworkCategory, NetworkModel, NetworkNumber

__all__ = ["Network"]

Ints = npt.NDArray[np.int64]

BLOCK = 2_048
"""So many rows go through the layers at a time, for the sake of memory; it changes no row."""
_STEPS = 1_024
"""To the unit: how finely the logarithm of a probability is read."""
_FARTHEST = 20
"""An output that lies farther below the greatest one is never drawn."""


@dataclass(frozen=True)
class Network:
    """A model of a network, ready to draw from."""

    marginals: Mapping[str, NetworkNumber | NetworkCategory]
    layers: Sequence[tuple[Floats, Floats, Floats]]
    """Of each layer the weights of its inputs, those of the classes asked for, and the bias, as floats that
    are whole numbers."""
    noise: int
    joined: bool
    drawn: bool
    asked: tuple[float, ...]

    @staticmethod
    def of(model: NetworkModel) -> Network:
        """Return the model, ready."""
        header = model.header
        layers: list[tuple[Floats, Floats, Floats]] = []
        for weights, bias in model.layers:
            classes = len(header.asked) if header.joined or not layers else 0
            split = weights.shape[0] - classes
            whole = weights.astype(np.float64)
            layers.append(
                (whole[:split], np.ldexp(whole[split:], VALUE_BITS), np.ldexp(bias.astype(float), VALUE_BITS))
            )
        return Network(
            {column.name: column for column in header.columns},
            layers,
            header.noise,
            header.joined,
            header.classes == "drawn",
            tuple(header.asked),
        )

    def latent(self, rows: Rows) -> dict[str, Array]:
        """Return numbers, NaN where missing, and places of values in their list."""
        parts = [self._block(block) for block in _blocks(rows)]
        return {name: np.concatenate([part[name] for part in parts]) for name in self.marginals}

    def _block(self, rows: Rows) -> dict[str, Array]:
        outputs = self._outputs(rows)
        made: dict[str, Array] = {}
        place = 0
        for name, column in self.marginals.items():
            parts = []
            for part, size in enumerate(column.outputs):
                parts.append((outputs[place : place + size], (name, str(part))))
                place += size
            if isinstance(column, NetworkCategory):
                made[name] = self._class(*parts[0], rows)
            else:
                made[name] = self._number(column, parts, rows)
        return made

    def _outputs(self, rows: Rows) -> Floats:
        """Return what the network gives, shape `(outputs, rows)`; all arithmetic in it is exact."""
        words = rows.stream("fitted", "noise").words(self.noise // 4).reshape(-1, self.noise // 4)
        values = _normals().take(words.astype("<u8").view("<u2")).astype(np.float64)
        asked = rows.stream("fitted", "asked").choice(self.asked) if self.asked else None
        for place, (weights, classes, bias) in enumerate(self.layers):
            sums = values @ weights
            if asked is not None and len(classes):
                sums += classes.take(asked, axis=0)
            sums += bias
            if place + 1 == len(self.layers):
                break
            sums *= 2.0**-WEIGHT_BITS
            given = np.clip(np.rint(sums, out=sums), 0, VALUE_MOST, out=sums)
            values = np.concatenate([given, values], axis=1) if self.joined else given
        outputs: Floats = np.ascontiguousarray(sums.T) * 2.0 ** -(WEIGHT_BITS + VALUE_BITS)
        return outputs

    def _class(self, logits: Floats, name: tuple[str, ...], rows: Rows) -> Ints:
        """Return the class of each row."""
        if not self.drawn:
            most: Ints = logits.argmax(axis=0)
            return most
        below = np.rint((logits.max(axis=0) - logits) * _STEPS)
        weights = _exponentials().take(np.minimum(below, _STEPS * _FARTHEST).astype(np.int32))
        steps = np.cumsum(weights, axis=0)
        point = rows.stream("fitted", *name).uniform() * steps[-1]
        drawn: Ints = (steps[:-1] <= point).sum(axis=0)
        return drawn

    def _number(
        self, column: NetworkNumber, parts: Sequence[tuple[Floats, tuple[str, ...]]], rows: Rows
    ) -> Floats:
        """Return the number of each row, NaN where it is missing."""
        place = portable.tanh(parts[0][0][0])
        if column.noise:
            place = place + column.noise * rows.stream("fitted", *parts[0][1]).normal()
        mode = self._class(*parts[1], rows)
        centres, widths = np.array(column.centres), np.array(column.widths)
        values: Floats = np.clip(place, -1, 1) * widths.take(mode) + centres.take(mode)
        if column.missing:
            # The first of the two classes is that of the rows without a value.
            values[self._class(*parts[2], rows) == 0] = np.nan
        return values


def _blocks(rows: Rows) -> Iterator[Rows]:
    """Yield the rows a few at a time; nothing is yielded but an empty block where there are none."""
    if rows.picked is not None or not len(rows):
        numbers = rows.numbers
        for start in range(0, max(1, len(numbers)), BLOCK):
            yield rows.at(numbers[start : start + BLOCK])
        return
    for start in range(rows.start, rows.stop, BLOCK):
        yield rows.slice(start, min(start + BLOCK, rows.stop))


@cache
def _normals() -> npt.NDArray[np.int16]:
    """Return 65,536 values of the standard normal distribution, each as likely, in whole steps."""
    middles = (np.arange(2**16) + 0.5) / 2**16
    return np.rint(np.ldexp(portable.normal_ppf(middles), VALUE_BITS)).astype(np.int16)


@cache
def _exponentials() -> Floats:
    """Return `exp(-k / 1024)` as whole numbers of `2**-24`, so that their sums are exact; 0 at the end."""
    table = np.rint(np.ldexp(portable.exp(-np.arange(_STEPS * _FARTHEST + 1) / _STEPS), 24))
    table[-1] = 0
    return table
