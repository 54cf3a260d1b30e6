"""A fitted table as plain numbers, and rows drawn from it at any row number.

The model is a Gaussian copula: behind every column is a standard normal number, these numbers are
correlated, and a marginal turns each into a value. Categories are intervals of the normal axis;
numbers are read from a table of quantiles, or are intervals of the normal axis too. Nothing else is in the
file: no row, no code.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationError, model_validator

from synthlab.errors import InputError
from synthlab.rows import Rows

from . import normal
from .column import Array, Floats
from .marginal import CategoryValues, Finite, IntervalValues, NumberValues, Plain

__all__ = [
    "Category",
    "Copula",
    "Marginal",
    "Model",
    "Number",
    "Steps",
    "Z_MAX",
    "borders_of",
    "positive_definite",
    "read_model",
]

Z_MAX = 6.0
"""Tables of quantiles reach from `-Z_MAX` to `Z_MAX` standard deviations, in equal steps."""
MAX_BYTES = 64 * 2**20
_CELLS = 1 << 11
_CELL = 2 * Z_MAX / _CELLS
_BLOCK = 1 << 13
"""So many rows are in the processor's cache while the columns are added up."""
_LEAST_EIGENVALUE = 1e-4

Probability = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Number(NumberValues):
    """The marginal of numbers, days or times."""

    kind: Literal["number"] = "number"
    quantiles: list[Finite] = Field(min_length=2, max_length=100_000)
    """The value at each step of the normal axis."""
    missing: Probability
    """The share of rows without a value; which ones follows from chance alone."""

    @cached_property
    def _table(self) -> tuple[Floats, Floats]:
        """The quantiles, and how far each is below the next."""
        table = np.array(self.quantiles)
        return table, np.diff(table)

    def draw(self, z: Floats, rows: Rows) -> Array:
        """Return the value behind each standard normal number."""
        table, rise = self._table
        steps = len(rise)
        place = np.minimum(np.maximum((z + Z_MAX) * (steps / (2 * Z_MAX)), 0), steps)
        step = np.minimum(place.astype(np.int32), steps - 1)
        place -= step
        place *= rise.take(step)
        values = place + table.take(step)
        chance = rows.stream("fitted", self.name, "missing")
        missing = chance.bernoulli(self.missing) if self.missing else None
        return self.arrow(values, table[0], table[-1], missing)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if any(low > high for low, high in pairwise(self.quantiles)):
            raise ValueError(f"the quantiles of {self.name!r} do not rise")
        if not self.fits(max(-self.quantiles[0], self.quantiles[-1])):
            raise ValueError(f"the quantiles of {self.name!r} are too large for {self.type}")
        return self


class Steps(IntervalValues):
    """The marginal of numbers as intervals and single values: a value that most rows have stays one.

    Which rows have none follows from a second normal number, so that it can depend on other columns.
    """

    kind: Literal["steps"] = "steps"
    weights: list[Weight]
    """In how many rows, or in what share of them, each is."""
    missing: Probability

    def draw(self, z: Floats, rows: Rows) -> Array:
        """Return the value behind each standard normal number.

        Where values are missing, `z` has shape `(2, rows)`: the second number says whether there is one.
        """
        size, whether = z if self.missing else (z, None)
        borders = borders_of(tuple(self.weights))
        step = places_of(tuple(self.weights), size)
        # An interval at an end of the axis is taken to be one standard deviation wide.
        inner = borders[np.isfinite(borders)]
        first, last = (inner[0] - 1, inner[-1] + 1) if len(inner) else (-Z_MAX, Z_MAX)
        starts, ends = np.append(first, borders), np.append(borders, last)
        width = np.where(ends > starts, ends - starts, 1.0)
        place = np.clip((size - starts.take(step)) / width.take(step), 0, 1)
        low, high = np.array(self.low), np.array(self.high)
        values = low.take(step) + (high - low).take(step) * place
        lost = None if whether is None else whether < borders_of((self.missing, 1 - self.missing))[0]
        return self.arrow(values, low[0], high[-1], lost)

    @model_validator(mode="after")
    def _is_weighted(self) -> Self:
        if len(self.weights) != len(self.low) or not any(self.weights):
            raise ValueError(f"{self.name!r} needs a weight for each interval, not all 0")
        return self


class Category(CategoryValues):
    """The marginal of a few values, in an order that dependence follows."""

    kind: Literal["category"] = "category"
    weights: list[Weight]

    def draw(self, z: Floats, rows: Rows) -> Array:
        """Return the value behind each standard normal number."""
        return self.arrow(places_of(tuple(self.weights), z))

    @model_validator(mode="after")
    def _is_weighted(self) -> Self:
        if len(self.weights) != len(self.values) or not any(self.weights):
            raise ValueError(f"category {self.name!r} needs a weight for each value, not all 0")
        return self


@lru_cache(maxsize=2_000)
def borders_of(weights: tuple[float, ...]) -> Floats:
    """Return where each value but the last ends on the normal axis."""
    shares = np.cumsum(weights)[:-1] / math.fsum(weights)
    inside = (shares > 0) & (shares < 1)
    borders = np.where(shares > 0, np.inf, -np.inf)
    borders[inside] = normal.ppf(shares[inside])
    borders.flags.writeable = False
    return borders


def places_of(weights: tuple[float, ...], z: Floats) -> npt.NDArray[np.int32]:
    """Return in which of the intervals of the normal axis, of these weights, each number lies."""
    borders = borders_of(weights)
    value, border, crowded = _cells(weights)
    cell = np.minimum(np.maximum((z + Z_MAX) * (1 / _CELL), 0), _CELLS - 1).astype(np.int32)
    places: npt.NDArray[np.int32] = value.take(cell)
    places += z >= border.take(cell)
    if crowded.any():
        several = np.flatnonzero(crowded.take(cell))
        places[several] = np.searchsorted(borders, z[several], side="right")
    return places


@lru_cache(maxsize=2_000)
def _cells(weights: tuple[float, ...]) -> tuple[npt.NDArray[np.int32], Floats, npt.NDArray[np.bool_]]:
    """Of each cell of the normal axis: the interval at its start, its first border, whether it has more."""
    starts = np.linspace(-Z_MAX, Z_MAX, _CELLS + 1)[:-1]
    borders = np.append(borders_of(weights), np.inf)
    # A half cell to the left and to the right: a number may fall into the next one by rounding.
    value = np.searchsorted(borders, starts - _CELL / 2, side="right")
    value[0] = 0
    last = np.searchsorted(borders, starts + 1.5 * _CELL, side="right")
    last[-1] = len(borders) - 1
    return value.astype(np.int32), borders[value], last > value + 1


Marginal = Annotated[Number | Steps | Category, Field(discriminator="kind")]


def _behind(column: Number | Steps | Category) -> list[tuple[str, ...]]:
    """Return the names of the normal numbers behind a column."""
    missing = isinstance(column, Steps) and column.missing > 0
    return [(column.name,), (column.name, "missing")] if missing else [(column.name,)]


class Model(Plain):
    """The content of a model file."""

    format: Literal["synthlab.gaussian_copula/1"] = "synthlab.gaussian_copula/1"
    columns: list[Marginal] = Field(min_length=1, max_length=1_000)
    correlation: list[list[Annotated[float, Field(ge=-1, le=1)]]]
    """Of the standard normal numbers, in the order of the columns; a column of steps with missing values has
    two of them."""

    def content(self) -> bytes:
        """Return the content of the file: the same bytes for the same model."""
        return (json.dumps(self.model_dump(mode="json"), ensure_ascii=False) + "\n").encode()

    @model_validator(mode="after")
    def _is_square(self) -> Self:
        if len({column.name for column in self.columns}) != len(self.columns):
            raise ValueError("two columns have one name")
        size = sum(len(_behind(column)) for column in self.columns)
        if len(self.correlation) != size or any(len(row) != size for row in self.correlation):
            raise ValueError(f"the correlation matrix is not {size} by {size}")
        if any(self.correlation[i][i] != 1 for i in range(size)):
            raise ValueError("a column's correlation with itself is not 1")
        if any(self.correlation[i][j] != self.correlation[j][i] for i in range(size) for j in range(i)):
            raise ValueError("the correlation matrix is not symmetric")
        return self


def read_model(path: Path) -> Model:
    """Return the model in a file, or raise InputError; nothing in a file can make it run code."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path.name}: a model file has at most {MAX_BYTES // 2**20} MiB")
        return Model.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{path.name}: this is not a model file: {place} {said}".strip()) from error


@dataclass(frozen=True)
class Copula:
    """A model ready to draw from."""

    marginals: Mapping[str, Number | Steps | Category]
    factor: Sequence[Sequence[float]]
    """The lower triangle whose product with its transpose is the correlation matrix."""

    @staticmethod
    def of(model: Model) -> Copula:
        """Return the model, ready; raises InputError when its matrix is no correlation matrix."""
        return Copula({c.name: c for c in model.columns}, cholesky(model.correlation))

    def latent(self, rows: Rows) -> dict[str, Floats]:
        """Return correlated standard normal numbers for each column: one a row, or two (see `Steps`)."""
        count = len(rows)
        names = [name for column in self.marginals.values() for name in _behind(column)]
        words = np.empty((len(names), count), dtype=np.uint64)
        for row, name in zip(words, names, strict=True):
            row[:] = rows.stream("fitted", *name).words()
        correlated = np.empty(words.shape)
        term = np.empty(_BLOCK)
        for start in range(0, count, _BLOCK):
            part = slice(start, min(start + _BLOCK, count))
            independent = normal.from_words(words[:, part])
            product = term[: independent.shape[1]]
            for total, weights in zip(correlated[:, part], self.factor, strict=True):
                # One after another: the order of a sum decides its last bits, and that of a matrix
                # product is not the same on every machine.
                np.multiply(independent[0], weights[0], out=total)
                for weight, numbers in zip(weights[1:], independent[1:], strict=False):
                    np.add(total, np.multiply(numbers, weight, out=product), out=total)
        latent: dict[str, Floats] = {}
        for place, name in enumerate(names):
            latent[name[0]] = correlated[place - 1 : place + 1] if name[1:] else correlated[place]
        return latent


def cholesky(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the lower triangular factor of a correlation matrix, its rows up to the diagonal."""
    factor: list[list[float]] = []
    for i, row in enumerate(matrix):
        entries: list[float] = []
        for j in range(i):
            rest = row[j] - _product(entries, factor[j][:j])
            entries.append(rest / factor[j][j])
        left = row[i] - _product(entries, entries)
        if left < 1e-12:
            raise InputError("a model's matrix is no correlation matrix: it is not positive definite")
        factor.append([*entries, math.sqrt(left)])
    return factor


def positive_definite(matrix: Floats) -> list[list[float]]:
    """Return the matrix as one that has a triangular factor, to six decimals."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    repaired = (vectors * np.maximum(values, _LEAST_EIGENVALUE)) @ vectors.T
    scale = np.sqrt(np.diag(repaired))
    rounded = np.round(repaired / np.outer(scale, scale), 6)
    rounded = np.triu(rounded, 1)
    exact = rounded + rounded.T + np.eye(len(rounded))
    result: list[list[float]] = exact.tolist()
    return result


def _product(left: Sequence[float], right: Sequence[float]) -> float:
    return math.fsum(a * b for a, b in zip(left, right, strict=True))
