"""Whether synthetic rows lie closer to the rows that a model has seen than to others of the same kind.

A model that repeats its training rows looks best in every measure of quality. So its rows are held against
those that it has seen and against a holdout that it has not: what it learned of the population lies as close
to the one as to the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ..errors import InputError
from ..rows import Rows
from .matrices import Floats, Reference

__all__ = ["Closeness", "closeness", "copies", "wilson"]

_BLOCK = 512
_Z = 1.96


@dataclass(frozen=True)
class Closeness:
    """How close synthetic rows come to training rows, beside a holdout of as many rows."""

    share: float
    """Of the synthetic rows, how many have their nearest neighbour among the training rows: 0.5 is best."""
    low: float
    high: float
    """The 95% interval of the share (Wilson)."""
    copies: float
    """The share of synthetic rows that equal a training row."""
    holdout_copies: float
    """The share of holdout rows that do, by nature."""


def closeness(
    synthetic: pa.Table, training: pa.Table, holdout: pa.Table, *, rows: int = 4_000, seed: int = 0
) -> Closeness:
    """Return how close `rows` of the synthetic rows, at most, come to the training rows.

    The larger of training and holdout is cut to the size of the other, by chance, or its rows would be
    nearer by their number alone. The distance adds up, over the columns, the squared difference of ranks in
    the real rows, from 0 to 1, and 1 where classes differ or one of two values is missing. Ties count half.
    """
    if not min(synthetic.num_rows, training.num_rows, holdout.num_rows):
        raise InputError("closeness needs rows in all of the tables")
    reference = Reference.of(training)
    real = [reference.matrix(training), reference.matrix(holdout)]
    made = reference.matrix(synthetic)
    copied, natural = copies(synthetic, training), copies(holdout, training)
    size = min(map(len, real))
    chosen = [
        _some(matrix, size, seed, name) for matrix, name in zip(real, ("train", "holdout"), strict=True)
    ]
    points = _points(reference, [_some(made, rows, seed, "made"), *chosen], np.concatenate(real))
    near = [_nearest(points[0], other) for other in points[1:]]
    tie = np.abs(near[0] - near[1]) < 1e-5
    share = float(np.mean(np.where(tie, 0.5, near[0] < near[1])))
    low, high = wilson(share, len(points[0]))
    return Closeness(share, low, high, copied, natural)


def copies(table: pa.Table, training: pa.Table) -> float:
    """Return the share of rows that equal a training row in every column."""
    if not min(table.num_rows, training.num_rows):
        raise InputError("copies are found among rows; one of the tables has none")
    reference = Reference.of(training, table)
    known = {row.tobytes() for row in _same(reference.matrix(training))}
    made = _same(reference.matrix(table))
    return sum(row.tobytes() in known for row in made) / len(made)


def _same(matrix: Floats) -> Floats:
    """Return the rows such that equal ones have equal bytes: NaN is one value, and so is zero."""
    return np.ascontiguousarray(np.where(np.isnan(matrix), np.inf, matrix + 0.0))


def _some(matrix: Floats, size: int, seed: int, name: str) -> Floats:
    if len(matrix) <= size:
        return matrix
    words = Rows(seed, 0, len(matrix)).stream("closeness", name).words()
    return matrix[np.sort(np.argsort(words, kind="stable")[:size])]


def _points(reference: Reference, matrices: list[Floats], real: Floats) -> list[Floats]:
    """Return the rows as points whose squared Euclidean distance is the distance of the rows."""
    parts: list[list[Floats]] = [[] for _ in matrices]
    for place, name in enumerate(reference.names):
        for part, matrix in zip(parts, matrices, strict=True):
            values = matrix[:, place]
            if name in reference.numbers:
                lost = np.isnan(values)
                known = np.sort(real[:, place][~np.isnan(real[:, place])])
                rank = (np.searchsorted(known, values) + np.searchsorted(known, values, "right")) / 2
                part += [np.where(lost, 0.5, rank / max(1, len(known)))[:, None], lost[:, None] * 1.0]
            else:
                classes = np.arange(-1, len(reference.classes[name]))
                part.append((values[:, None] == classes) * math.sqrt(0.5))
    return [np.hstack(part).astype(np.float32) for part in parts]


def _nearest(points: Floats, others: Floats) -> Floats:
    """Return the squared distance from each point to the nearest of the others."""
    lengths = (others**2).sum(axis=1)
    found = np.empty(len(points), dtype=np.float32)
    for start in range(0, len(points), _BLOCK):
        part = points[start : start + _BLOCK]
        found[start : start + _BLOCK] = (lengths - 2 * part @ others.T).min(axis=1) + (part**2).sum(axis=1)
    return found


def wilson(share: float, count: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share."""
    middle = (share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    half = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2)) / (1 + _Z**2 / count)
    return middle - half, middle + half
