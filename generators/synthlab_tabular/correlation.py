"""Rank correlations between columns, by a Gaussian copula."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Self

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from synthlab.errors import did_you_mean
from synthlab.generator import OptionProblem
from synthlab.portable import normal_cdf, sin
from synthlab.rows import Rows

from .chance import Correlated
from .column import Column, Floats
from .drawn import Drawn
from .numeric import Numeric

__all__ = ["Correlation", "Dependence", "dependence"]

Rank = Annotated[float, Field(ge=-1, le=1)]


class Correlation(BaseModel):
    """Spearman's rank correlation between columns: one value for every pair of them, or a matrix."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: list[str] = Field(min_length=2, max_length=100)
    value: Rank | None = Field(default=None, description="The correlation of every pair of these columns.")
    matrix: list[list[Rank]] | None = Field(
        default=None, description="A row for each column, 1 on the diagonal, the same on both sides of it."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.value is None) == (self.matrix is None):
            raise ValueError("give either a `value` or a `matrix`")
        if len(set(self.columns)) != len(self.columns):
            raise ValueError("columns must differ")
        if self.matrix is not None:
            size = len(self.columns)
            if [len(row) for row in self.matrix] != [size] * size:
                raise ValueError(f"{size} columns need a matrix of {size} rows of {size} numbers")
            if any(self.matrix[i][i] != 1 for i in range(size)):
                raise ValueError("a column is correlated with itself by 1: the diagonal must be 1")
            for i, j in itertools.combinations(range(size), 2):
                if self.matrix[i][j] != self.matrix[j][i]:
                    raise ValueError(
                        f"the matrix says {self.matrix[i][j]:g} for {self.columns[i]} and {self.columns[j]}, "
                        f"and {self.matrix[j][i]:g} for the same the other way round"
                    )
        return self

    def pairs(self) -> Iterator[tuple[str, str, float]]:
        """Yield each pair of columns with its correlation."""
        for (i, a), (j, b) in itertools.combinations(enumerate(self.columns), 2):
            yield a, b, self.value if self.matrix is None else self.matrix[i][j]  # type: ignore[misc]


@dataclass(frozen=True)
class Dependence:
    """How the chance of some columns is mixed from that of those before them.

    `weights[name]` are the parts of the columns up to it, a row of the lower Cholesky factor.
    """

    weights: Mapping[str, tuple[tuple[str, float], ...]]

    def latent(self, rows: Rows) -> dict[str, Floats]:
        """Return correlated standard normal numbers, for the columns that depend on others."""
        needed = {source for parts in self.weights.values() for source, _ in parts}
        own = {name: rows.stream("column", name).normal() for name in sorted(needed)}
        made: dict[str, Floats] = {}
        for name, parts in self.weights.items():
            total: Floats = np.zeros(len(rows))
            for source, weight in parts:
                total = total + weight * own[source]
            made[name] = total
        return made


def dependence(
    correlations: Sequence[Correlation], columns: Mapping[str, Column]
) -> tuple[Dependence | None, list[OptionProblem]]:
    """Return how columns depend on each other, or what is wrong with what is declared."""
    problems = list(_misnamed(correlations, columns))
    wanted: dict[frozenset[str], float] = {}
    for place, entry in enumerate(correlations):
        for a, b, value in entry.pairs():
            if wanted.setdefault(frozenset((a, b)), value) != value:
                message = f"the correlation of {a!r} and {b!r} is declared as another number before"
                problems.append(OptionProblem(("correlations", place), message))
    if problems or not correlations:
        return None, problems
    # In the order of the correlations, so that the order of the columns changes nothing.
    names = list(dict.fromkeys(name for entry in correlations for name in entry.columns))
    ranks = {name: _Ranks.of(columns[name]) for name in names}
    matrix = np.eye(len(names))
    for place, entry in enumerate(correlations):
        for a, b, value in entry.pairs():
            r = _latent(ranks[a], ranks[b], value)
            if isinstance(r, tuple):
                low, high = r
                message = (
                    f"{a!r} and {b!r} have too few different values for a correlation of {value:g}; "
                    f"from {low:.2f} to {high:.2f} is possible"
                )
                problems.append(OptionProblem(("correlations", place), message))
                continue
            i, j = names.index(a), names.index(b)
            matrix[i, j] = matrix[j, i] = r
    factor = _cholesky(matrix)
    if factor is None and not problems:
        problems.append(OptionProblem(("correlations",), *_contradiction(names, matrix)))
    if problems or factor is None:
        return None, problems
    weights = {}
    for i, name in enumerate(names):
        parts = tuple((names[k], factor[i][k]) for k in range(i + 1) if factor[i][k])
        if parts != ((name, 1.0),):
            weights[name] = parts
    return Dependence(weights), []


def _misnamed(correlations: Sequence[Correlation], columns: Mapping[str, Column]) -> Iterator[OptionProblem]:
    for place, entry in enumerate(correlations):
        for number, name in enumerate(entry.columns):
            path = ("correlations", place, "columns", number)
            if name not in columns:
                hint = did_you_mean(name, columns).strip()
                yield OptionProblem(path, f"there is no column {name!r}", hint)
            elif not (isinstance(columns[name], Drawn) and columns[name].rising):  # type: ignore[attr-defined]
                kind = getattr(columns[name], "kind", "this")
                hint = "correlate columns that are drawn from a distribution or from ordered values"
                yield OptionProblem(path, f"a column of kind {kind!r} cannot be correlated", hint)


_TERMS = 120
_EDGES = np.arange(-8192, 8193) / 1024


@dataclass(frozen=True)
class _Ranks:
    """The rank of a column's value as a function of its standard normal number, as a Hermite series.

    `None` for a column whose values all differ: then the answer is known in closed form.
    """

    series: Floats | None = None
    size: float = 0.0

    @staticmethod
    def of(column: Column) -> _Ranks:
        if not isinstance(column, Drawn) or column.by or any(True for _ in column.formulas()):
            return _Ranks()  # the correlation is that of their chance
        smooth = isinstance(column, Numeric) and not column.discrete and column.type != "integer"
        if smooth and getattr(column, "round", None) is None:
            return _Ranks()
        z = (_EDGES[:-1] + _EDGES[1:]) / 2
        shares = np.diff(normal_cdf(_EDGES))
        chance = Correlated(0, 0, 0, np.arange(len(z)), z)
        drawn = column.draw(chance, {})
        values = drawn.indices if isinstance(drawn, pa.DictionaryArray) else drawn
        values = values.to_numpy(zero_copy_only=False)
        runs = np.concatenate([[0], np.cumsum(values[1:] != values[:-1])])
        sizes = np.bincount(runs, shares)
        middle = (np.cumsum(sizes) - sizes / 2)[runs]
        hermite, before = np.ones_like(z), np.zeros_like(z)
        series = []
        for k in range(1, _TERMS):
            hermite, before = (z * hermite - math.sqrt(k - 1) * before) / math.sqrt(k), hermite
            series.append(float((shares * middle * hermite).sum()))
        return _Ranks(
            np.array(series), math.sqrt(float((sizes * (np.cumsum(sizes) - sizes / 2) ** 2).sum()) - 0.25)
        )

    def terms(self) -> tuple[Floats, float]:
        """Return the series and the standard deviation of the rank."""
        return (_SMOOTH, math.sqrt(1 / 12)) if self.series is None else (self.series, self.size)


def _smooth_series() -> Floats:
    """Return the series of the normal distribution function: its ranks are uniform."""
    series = []
    for k in range(1, _TERMS):
        if k % 2 == 0:
            series.append(0.0)
            continue
        m = (k - 1) // 2
        # (-1)**m (2m)! / (m! 2**m) / sqrt(4 pi) / sqrt(k!) / 2**m, by logarithms
        size = math.lgamma(2 * m + 1) - math.lgamma(m + 1) - 2 * m * math.log(2) - math.lgamma(k + 1) / 2
        series.append((-1) ** m * math.exp(size) / math.sqrt(4 * math.pi))
    return np.array(series)


_SMOOTH = _smooth_series()


def _latent(a: _Ranks, b: _Ranks, wanted: float) -> float | tuple[float, float]:
    """Return the correlation of the normal numbers, or what is possible when this is not.

    Of columns whose values all differ, 2 sin(pi rho / 6) (Pearson 1907); of others by Mehler's formula,
    the sum of both series times the powers of r.
    """
    if a.series is None and b.series is None:
        return float(2 * sin(np.float64(math.pi * wanted / 6)))
    (first, size), (second, other) = a.terms(), b.terms()
    products = (first * second / (size * other)).tolist()

    def reached(r: float) -> float:
        total = 0.0
        for product in reversed(products):
            total = (total + product) * r
        return total

    low, high = -1.0, 1.0
    if not reached(low) - 0.005 <= wanted <= reached(high) + 0.005:
        return reached(low), reached(high)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) < wanted else (low, middle)
    # Sums of many numbers differ between machines in their last digits; these do not.
    return round(min(max((low + high) / 2, -0.9999), 0.9999), 6)


def _cholesky(matrix: Floats) -> list[list[float]] | None:
    """Return the lower factor, or None when the matrix is no matrix of correlations."""
    size = len(matrix)
    factor = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = float(matrix[i, j]) - math.fsum(factor[i][k] * factor[j][k] for k in range(j))
            if i == j:
                if rest < -1e-9:
                    return None
                factor[i][i] = math.sqrt(max(rest, 0.0))
            elif factor[j][j] > 1e-6:
                factor[i][j] = rest / factor[j][j]
            elif abs(rest) > 1e-6:
                return None
    return factor


def _contradiction(names: Sequence[str], matrix: Floats) -> tuple[str, str]:
    """Return what to say of correlations that cannot hold together, with the nearest that can."""
    values, vectors = np.linalg.eigh(matrix)
    near = vectors @ np.diag(np.maximum(values, 0.02)) @ vectors.T
    near = near / np.sqrt(np.outer(np.diag(near), np.diag(near)))
    message = (
        f"these correlations contradict each other (the least eigenvalue of their matrix is {values[0]:.2f})"
    )
    fitting = [
        f"{names[i]} and {names[j]} {6 / math.pi * math.asin(near[i, j] / 2):.2f}"
        for i, j in itertools.combinations(range(len(names)), 2)
        if matrix[i, j] != 0 or abs(near[i, j]) > 0.01
    ]
    few = ", ".join(fitting[:6]) + ", ..." * (len(fitting) > 6)
    return message, f"near them, these fit: {few}"
