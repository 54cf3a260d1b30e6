"""How the columns of two tables hang together: rank correlation, Cramér's V and correlation ratio."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .estimates import Chance, Estimate, Picks, finite
from .fidelity import MOST
from .matrices import Floats
from .shares import Coded, Codes

__all__ = ["Associations", "associations"]

LEAST = 5
"""So many rows need both values for their dependence to be measured."""


@dataclass(frozen=True)
class Associations:
    """How far the dependences of another table are from the real ones, on average and pair by pair."""

    difference: Estimate | None
    """The mean of the absolute differences; None when no two columns can be compared."""
    pairs: dict[tuple[str, str], tuple[str, float, float, Estimate]]
    """The name of the measure, its value in the real and in the other table, and the absolute difference."""


def associations(coded: Coded, other: int, chance: Chance, name: str) -> Associations:
    """Return how the dependence of each pair of columns differs from that in table 0.

    Of two numbers, Spearman's rank correlation; of two classes, Cramér's V (rare classes as one); of a class
    and a number, the correlation ratio of the number's ranks: the square root of the part of their variance
    that the classes explain. Rows that lack one of the values are left out.
    """
    pairs = coded.pairs
    ranks = [_ranks(coded, table) for table in (0, other)]
    codes = [[column[table] for column in coded.columns] for table in (0, other)]
    numbers = [name in coded.numbers for name in coded.names]

    def measure(picks: Picks) -> Floats:
        found = [
            _dependences(rank[:, pick], [column[pick] for column in code], numbers, pairs)
            for rank, code, pick in zip(ranks, codes, picks, strict=True)
        ]
        # What the other table cannot show, as a column is constant there, it does not have.
        found[1] = np.where(np.isfinite(found[1]), found[1], 0.0)
        differences = np.abs(found[0] - found[1])
        return np.concatenate([[finite(differences)], *found, differences])

    sizes = [len(coded.matrices[0]), len(coded.matrices[other])]
    with np.errstate(invalid="ignore", divide="ignore"):
        estimates = chance.estimates(measure, sizes, "associations", name, bounds=(0.0, 2.0))
    count = len(pairs)
    made = {}
    for place, (a, b) in enumerate(pairs):
        difference = estimates[1 + 2 * count + place]
        if not math.isnan(difference.value):
            values = estimates[1 + place].value, estimates[1 + count + place].value
            made[coded.names[a], coded.names[b]] = (_NAMES[numbers[a], numbers[b]], *values, difference)
    return Associations(estimates[0] if made else None, made)


_NAMES = {
    (True, True): "rank correlation",
    (True, False): "correlation ratio",
    (False, True): "correlation ratio",
    (False, False): "Cramér's V",
}


def _ranks(coded: Coded, table: int) -> Floats:
    """Return the middle ranks of numbers, from 0 to 1, NaN for the missing; shape `(columns, rows)`."""
    matrix = coded.matrices[table]
    found = np.full((len(coded.names), len(matrix)), np.nan)
    for place, name in enumerate(coded.names):
        if name in coded.numbers:
            values = matrix[:, place]
            lost = np.isnan(values)
            known = np.sort(values[~lost])
            middle = (np.searchsorted(known, values) + np.searchsorted(known, values, "right")) / 2
            found[place] = np.where(lost, np.nan, middle / max(1, len(known)))
    return found


def _dependences(
    ranks: Floats, codes: list[Codes], numbers: list[bool], pairs: list[tuple[int, int]]
) -> Floats:
    there = np.isfinite(ranks)
    filled = np.where(there, ranks - 0.5, 0.0)
    spearman = _correlations(filled, there)
    found = []
    for a, b in pairs:
        if numbers[a] and numbers[b]:
            found.append(float(spearman[a, b]))
        elif numbers[a] or numbers[b]:
            number, group = (a, b) if numbers[a] else (b, a)
            found.append(_ratio(filled[number], there[number], codes[group]))
        else:
            found.append(_cramer(codes[a], codes[b]))
    return np.array(found)


def _correlations(values: Floats, there: npt.NDArray[np.bool_]) -> Floats:
    """Return correlations of rows, over the columns that both have; missing values are 0."""
    known = there.astype(np.float64)
    count = known @ known.T
    sums, squares, products = values @ known.T, values**2 @ known.T, values @ values.T
    covariance = products - sums * sums.T / count
    variance = squares - sums**2 / count
    result = covariance / np.sqrt(variance * variance.T)
    varies = variance > 1e-12 * np.maximum(count, 1)
    return np.where((count >= LEAST) & varies & varies.T, result, np.nan)


def _ratio(values: Floats, there: npt.NDArray[np.bool_], groups: Codes) -> float:
    both = there & (groups <= MOST)
    if both.sum() < LEAST:
        return math.nan
    chosen, values = groups[both], values[both]
    counts, sums = np.bincount(chosen), np.bincount(chosen, values)
    mean = values.mean()
    whole = float(((values - mean) ** 2).sum())
    if len(counts[counts > 0]) < 2 or whole <= 1e-12 * len(values):
        return math.nan
    held = counts > 0
    between = float((counts[held] * (sums[held] / counts[held] - mean) ** 2).sum())
    return math.sqrt(min(1.0, between / whole))


def _cramer(a: Codes, b: Codes) -> float:
    both = (a <= MOST) & (b <= MOST)
    size = MOST + 1
    counts = np.bincount(a[both] * size + b[both], minlength=size * size).reshape(size, size)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if counts.sum() < LEAST or min(counts.shape) < 2:
        return math.nan
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    chi = float(((counts - expected) ** 2 / expected).sum())
    return math.sqrt(chi / counts.sum() / (min(counts.shape) - 1))
