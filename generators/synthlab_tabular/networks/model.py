"""What a model of a neural network is made of, and its file: plain numbers in the safetensors format.

The columns stand as JSON in the header of the file, the layers are arrays of whole numbers. Nothing in it is
code, and everything is checked before it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationError, model_validator

from synthlab.errors import InputError
from synthlab.rows import Rows

from ..column import Array, Floats
from ..marginal import CategoryValues, Finite, NumberValues, Plain

__all__ = ["Header", "NetworkCategory", "NetworkModel", "NetworkNumber", "read_network"]

Whole = npt.NDArray[np.int32]

WEIGHT_BITS, WEIGHT_MOST = 16, 2**23
"""A weight is a whole number of `2**-16`, smaller than 128; a bias too, smaller than 32,768."""
VALUE_BITS, VALUE_MOST = 12, 2**20
"""What a layer gives is a whole number of `2**-12`, at most 256."""
INPUTS = 1_000
"""With so many inputs, the sum of their products with the weights stays below `2**53`: exact in a float."""
MAX_BYTES = 1 << 28
MOST_OUTPUTS = 100_000
Z_MAX = 6.0
_KEY = "synthlab"


class NetworkNumber(NumberValues):
    """Numbers as a place beside the centre of one of a few modes."""

    kind: Literal["number"] = "number"
    low: Finite
    high: Finite
    """The bounds: what lies beyond them is put on them."""
    centres: list[Finite] = Field(min_length=1, max_length=1_000)
    widths: list[Annotated[float, Field(ge=0, allow_inf_nan=False)]]
    """How far from its centre a mode reaches."""
    noise: Annotated[float, Field(ge=0, le=10)]
    """The deviation of the place in its mode, in widths."""
    quantiles: list[Finite] | None = Field(default=None, min_length=2, max_length=100_000)
    """Where the numbers stand on the normal axis: the value at even steps of it, from -6 to 6."""
    missing: bool

    @property
    def outputs(self) -> list[int]:
        """How many outputs of the network each of its parts has: the place, the mode, whether it is there."""
        return [1, len(self.centres), *([2] if self.missing else [])]

    @property
    def asked(self) -> int:
        """How many of its codes a row can be asked to have."""
        return 2 if self.missing else 0

    def draw(self, values: Floats, rows: Rows) -> Array:
        """Return the values as they are written; NaN is missing."""
        lost = np.isnan(values)
        values = np.where(lost, self.low, values)
        if self.quantiles is not None:
            table = np.array(self.quantiles)
            steps = len(table) - 1
            place = np.clip((values + Z_MAX) * (steps / (2 * Z_MAX)), 0, steps)
            step = np.minimum(place.astype(np.int64), steps - 1)
            values = table[step] + (table[step + 1] - table[step]) * (place - step)
        values = np.clip(values, self.low, self.high)
        return self.arrow(values, self.low, self.high, lost if self.missing else None)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(self.widths) != len(self.centres):
            raise ValueError(f"{self.name!r} needs a width for each centre")
        if not self.low <= self.high or not self.fits(max(-self.low, self.high)):
            raise ValueError(f"the bounds of {self.name!r} are not those of {self.type}")
        if any(low > high for low, high in pairwise(self.quantiles or [])):
            raise ValueError(f"the quantiles of {self.name!r} do not rise")
        return self


class NetworkCategory(CategoryValues):
    """A few values, each with an output of the network."""

    kind: Literal["category"] = "category"

    @property
    def outputs(self) -> list[int]:
        """How many outputs of the network it has."""
        return [len(self.values)]

    @property
    def asked(self) -> int:
        """How many of its values a row can be asked to have."""
        return len(self.values)

    def draw(self, places: npt.NDArray[np.int64], rows: Rows) -> Array:
        """Return the value at each place of the list."""
        return self.arrow(places)


AnyColumn = Annotated[NetworkNumber | NetworkCategory, Field(discriminator="kind")]


class Header(Plain):
    """What the arrays of a model mean."""

    format: Literal["synthlab.network/1"] = "synthlab.network/1"
    noise: Annotated[int, Field(ge=4, le=900, multiple_of=4)]
    """How many normal numbers go into the network for each row."""
    joined: bool
    """Whether what goes into a layer goes into the next one too, behind what the layer gives."""
    classes: Literal["drawn", "most likely"]
    """Whether a class is drawn by its probability, or the most likely one is taken."""
    columns: list[AnyColumn] = Field(min_length=1, max_length=1_000)
    """In the order of the outputs."""
    asked: list[Annotated[float, Field(ge=0, le=1)]] = Field(max_length=MOST_OUTPUTS)
    """Of each class, how often a row is asked to have it: one more input, 1 for that class and 0 for others.
    Empty where no row is asked for anything."""

    @property
    def outputs(self) -> int:
        """How many outputs the network has."""
        return sum(sum(column.outputs) for column in self.columns)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len({column.name for column in self.columns}) != len(self.columns):
            raise ValueError("two columns have one name")
        if self.asked and len(self.asked) != sum(column.asked for column in self.columns):
            raise ValueError("the classes that are asked for are not those of the columns")
        if self.asked and not any(self.asked):
            raise ValueError("no class is ever asked for")
        if self.outputs > MOST_OUTPUTS:
            raise ValueError(f"a network has at most {MOST_OUTPUTS:,} outputs")
        return self


@dataclass(frozen=True)
class NetworkModel:
    """The layers of a network, in whole numbers; see `WEIGHT_BITS`."""

    header: Header
    layers: Sequence[tuple[Whole, Whole]]
    """Weights `(inputs, outputs)` and biases; all but the last are followed by a ramp (0 below 0)."""

    def content(self) -> bytes:
        """Return the content of the file: the same bytes for the same model."""
        from safetensors.numpy import save

        arrays = {}
        for place, (weights, bias) in enumerate(self.layers):
            arrays[f"weights{place}"] = np.ascontiguousarray(weights)
            arrays[f"bias{place}"] = np.ascontiguousarray(bias)
        return bytes(save(arrays, {_KEY: self.header.model_dump_json()}))


def read_network(path: Path) -> NetworkModel:
    """Return the model in a file, or raise InputError; nothing in a file can make it run code."""
    from safetensors import SafetensorError, safe_open

    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path.name}: a model of a network has at most {MAX_BYTES // 2**20} MiB")
        with safe_open(path, "numpy") as file:
            header = Header.model_validate_json((file.metadata() or {}).get(_KEY, ""))
            names = set(file.keys())
            depth = len(names) // 2
            if names != {f"{what}{place}" for what in ("weights", "bias") for place in range(depth)}:
                raise InputError(f"{path.name}: this is not a model file: its arrays are others")
            layers = [
                (file.get_tensor(f"weights{place}"), file.get_tensor(f"bias{place}"))
                for place in range(depth)
            ]
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read: {error.strerror or error}") from error
    except SafetensorError as error:
        raise InputError(f"{path.name}: this is not a model file: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{path.name}: this is not a model file: {place} {said}".strip()) from error
    if wrong := _wrong(header, layers):
        raise InputError(f"{path.name}: this is not a model file: {wrong}")
    return NetworkModel(header, layers)


def _wrong(header: Header, layers: Sequence[tuple[Whole, Whole]]) -> str:
    """Return what does not fit together in a model, or nothing: after this, every sum is exact."""
    if not 1 <= len(layers) <= 20:
        return "a network has 1 to 20 layers"
    inputs = header.noise
    for place, (weights, bias) in enumerate(layers):
        if weights.dtype != np.int32 or bias.dtype != np.int32 or weights.ndim != 2 or bias.ndim != 1:
            return f"layer {place} is no table and list of whole numbers"
        # Of the classes that are asked for, only one is not 0.
        asked = len(header.asked) if place == 0 or header.joined else 0
        if weights.shape != (inputs + asked, len(bias)) or not len(bias):
            return f"layer {place} does not fit the one before it"
        if inputs > INPUTS:
            return f"layer {place} has more than {INPUTS} inputs"
        if np.abs(weights.astype(np.int64)).max(initial=0) > WEIGHT_MOST:
            return f"layer {place} has weights of 128 or more"
        inputs = len(bias) + (inputs if header.joined else 0)
    if len(layers[-1][1]) != header.outputs:
        return "its outputs are not those of its columns"
    return ""
