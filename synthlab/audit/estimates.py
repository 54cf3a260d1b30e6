"""How sure a measure is: its spread over random halves of the rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..rows import Rows
from .matrices import Floats

__all__ = ["Chance", "Estimate", "Picks"]

Picks = list[npt.NDArray[np.int64]]
"""Which rows of each table, in order."""

# Student's t at 97.5%, by the degrees of freedom; beyond, that of the normal distribution is near enough.
_T = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11)
_T_MANY = 2.09


@dataclass(frozen=True)
class Estimate:
    """A number and its 95% interval."""

    value: float
    low: float
    high: float

    @staticmethod
    def around(value: float, spread: float, times: int, bounds: tuple[float, float]) -> Estimate:
        """Return a value with the interval that a standard error over so many repeats gives."""
        half = student(times - 1) * spread
        return Estimate(value, max(bounds[0], value - half), min(bounds[1], value + half))

    def to_json(self) -> dict[str, float]:
        """Return the numbers with six digits: more would differ between machines, and mean nothing."""
        return {"value": rounded(self.value), "low": rounded(self.low), "high": rounded(self.high)}


def student(freedom: int) -> float:
    """Return the 97.5% point of Student's t distribution."""
    return _T[freedom - 1] if freedom <= len(_T) else _T_MANY


def rounded(value: float) -> float:
    """Return a number with six digits after the point."""
    return round(value, 6) + 0.0


@dataclass(frozen=True)
class Chance:
    """The chance of an audit: samples, halves and folds, each a function of the seed and a name."""

    seed: int

    def order(self, rows: int, *name: str) -> npt.NDArray[np.int64]:
        """Return the numbers below `rows` in random order."""
        return np.argsort(Rows(self.seed, 0, rows).stream("audit", *name).words(), kind="stable")

    def sample(self, table: pa.Table, most: int, *name: str) -> pa.Table:
        """Return at most so many rows of a table, by chance, in their order."""
        if table.num_rows <= most:
            return table
        return table.take(pa.array(np.sort(self.order(table.num_rows, *name)[:most])))

    def halves(self, sizes: Sequence[int], times: int, *name: str) -> list[Picks]:
        """Return, so many times, a random half of the rows of each table."""
        return [
            [
                np.sort(self.order(size, *name, str(number), str(place))[: max(1, size // 2)])
                for place, size in enumerate(sizes)
            ]
            for number in range(times)
        ]

    def estimates(
        self,
        measure: Callable[[Picks], Floats],
        sizes: Sequence[int],
        *name: str,
        times: int = 20,
        bounds: tuple[float, float] = (0.0, 1.0),
    ) -> list[Estimate]:
        """Return what a measure finds in all rows, each with its interval over random halves of them.

        A half of the rows, drawn without replacement, differs from the whole as much as the whole differs
        from the population: the delete-half jackknife (Shao and Wu, "A general theory for jackknife variance
        estimation", Annals of Statistics 1989), which holds where values jump, too.
        """
        whole = measure([np.arange(size) for size in sizes])
        found = np.array([measure(picks) for picks in self.halves(sizes, times, *name)])
        spread: Any = _spread(found)
        return [
            Estimate.around(float(value), float(error), times, bounds)
            for value, error in zip(whole, spread, strict=True)
        ]


def _spread(found: Floats) -> Floats:
    """Return the standard deviation of each column, over the rows that are numbers."""
    known = np.isfinite(found)
    count = np.maximum(known.sum(axis=0), 2)
    filled = np.where(known, found, 0.0)
    mean = filled.sum(axis=0) / count
    spread: Floats = np.sqrt(np.where(known, (filled - mean) ** 2, 0.0).sum(axis=0) / (count - 1))
    return spread


def finite(values: Floats) -> float:
    """Return the mean of the values that are numbers, or NaN when none is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else math.nan
