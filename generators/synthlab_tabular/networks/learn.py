"""A network of SDV trained on a real table that it never sees: every number is drawn anew before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from synthlab.errors import InputError
from synthlab.rows import Rows

from ..column import Floats
from ..profile import Categories, Numbers
from ..sdv_networks import Kind, Modes, Trained, take_apart, train
from ..trees import coded
from ..trees.coding import NumberCodes
from .model import (
    INPUTS,
    WEIGHT_BITS,
    WEIGHT_MOST,
    Z_MAX,
    Header,
    NetworkCategory,
    NetworkModel,
    NetworkNumber,
)

__all__ = ["compiled", "default_epochs", "learn_network", "points", "seen"]

Ints = npt.NDArray[np.int64]

STEPS = 4_000
"""About so many batches are trained on by default; SDV's own 300 epochs where they are fewer."""
BATCH = 500
MOST_EPOCHS = 300
POINTS = 385
NOISE = 128


def points() -> Floats:
    """Return the points of the normal axis at which quantiles are kept."""
    return np.linspace(-Z_MAX, Z_MAX, POINTS)


def default_epochs(rows: int) -> int:
    """Return how often the table is gone through: less often when it is large."""
    return int(np.clip(STEPS * BATCH // max(1, rows), 10, MOST_EPOCHS))


def learn_network(
    kind: Kind, columns: Sequence[Numbers | Categories], rows: Rows, epochs: int | None = None
) -> NetworkModel:
    """Return a trained network of a table, of whose rows it has seen classes, intervals and nothing else."""
    order = rows.stream("fit", "order").permutation(len(rows))
    shuffled = {name: values[order] for name, values in seen(columns, rows).items()}
    seed = int(rows.slice(0, 1).stream("fit", "network").words()[0] >> np.uint64(33))
    made, normal = train(kind, shuffled, epochs=epochs or default_epochs(len(rows)), seed=seed)
    return compiled(columns, take_apart(made, normal, points()))


def seen(columns: Sequence[Numbers | Categories], rows: Rows) -> dict[str, Floats | Ints]:
    """Return the columns under neutral names: classes as codes, numbers anywhere in an interval of many.

    Which numbers are missing is a column of codes, and they are filled by chance.
    """
    result: dict[str, Floats | Ints] = {}
    for place, column in enumerate(columns):
        if isinstance(column, Categories):
            result[f"c{place}"] = column.codes
            continue
        found = coded(column)
        assert isinstance(found.meaning, NumberCodes)
        lost = found.codes == len(found.meaning.low)
        there = found.codes[~lost]
        filled = there[rows.stream("fit", "missing", column.name).integers(0, len(there))]
        codes = np.where(lost, filled, found.codes)
        low, high = np.array(found.meaning.low)[codes], np.array(found.meaning.high)[codes]
        values = low + (high - low) * rows.stream("fit", "within", column.name).uniform()
        result[f"n{place}"] = values if column.decimals is None else np.round(values, column.decimals)
        if lost.any():
            result[f"m{place}"] = (~lost).astype(np.int64)
    return result


def compiled(columns: Sequence[Numbers | Categories], trained: Trained) -> NetworkModel:
    """Return the model of a trained network, in whole numbers."""
    described: list[NetworkNumber | NetworkCategory] = []
    outputs: list[Ints] = []  # in which order the outputs are wanted
    classes: list[Ints] = []
    here, asked = 0, 0
    for place, column in enumerate(columns):
        parts = [trained.columns.get(f"{kind}{place}") for kind in "ncm"]
        modes, codes, there = parts
        if isinstance(modes, Modes) and isinstance(column, Numbers):
            missing = isinstance(there, np.ndarray)
            described.append(_number(column, modes, missing))
            size = 1 + len(modes.centres)
            outputs.append(here + np.arange(size))
            here += size
            codes = there
        elif isinstance(codes, np.ndarray) and isinstance(column, Categories):
            values = [column.values[code] for code in sorted(codes.tolist())]
            described.append(NetworkCategory(name=column.name, type=column.type, values=values))
        if isinstance(codes, np.ndarray):
            rank = np.argsort(codes, kind="stable")
            outputs.append(here + rank)
            classes.append(asked + rank)
            here, asked = here + len(rank), asked + len(rank)
    wanted = np.concatenate(classes) if classes and len(trained.conditions) else np.empty(0, dtype=np.int64)
    header = Header(
        noise=NOISE,
        joined=trained.joined,
        classes="drawn" if trained.joined else "most likely",
        columns=described,
        asked=np.round(trained.conditions[wanted], 9).tolist(),
    )
    layers = []
    for depth, (weights, bias) in enumerate(trained.layers):
        if len(wanted) and (depth == 0 or trained.joined):
            dense = len(weights) - len(wanted)
            weights = np.concatenate([weights[:dense], weights[dense:][wanted]])
        if depth + 1 == len(trained.layers):
            order = np.concatenate(outputs)
            weights, bias = weights[:, order], bias[order]
        if len(weights) - len(wanted) > INPUTS:
            raise InputError("the table has too many columns for a network")
        layers.append((_whole(weights, WEIGHT_MOST), _whole(bias, 2**31 - 1)))
    return NetworkModel(header, layers)


def _number(column: Numbers, modes: Modes, missing: bool) -> NetworkNumber:
    quantiles = None
    if modes.quantiles is not None:
        if not np.isfinite(modes.quantiles[1:-1]).all():
            raise InputError(f"column {column.name!r}: SDV found no distribution for it")
        rising = np.maximum.accumulate(np.clip(modes.quantiles, column.low, column.high))
        quantiles = [float(f"{value:.10g}") for value in rising.tolist()]
    return NetworkNumber(
        name=column.name,
        type=column.type,
        decimals=column.decimals,
        low=column.low,
        high=column.high,
        centres=[float(f"{value:.6g}") for value in modes.centres.tolist()],
        widths=[float(f"{value:.6g}") for value in modes.widths.tolist()],
        noise=round(modes.noise, 6),
        quantiles=quantiles,
        missing=missing,
    )


def _whole(values: Floats, most: int) -> npt.NDArray[np.int32]:
    return np.clip(np.rint(np.ldexp(values, WEIGHT_BITS)), -most, most).astype(np.int32)
