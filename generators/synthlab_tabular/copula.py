"""A fitted table as plain numbers, and rows drawn from it at any row number.

The model is a Gaussian copula: behind every column is a standard normal number, these numbers are
correlated, and a marginal turns each into a value. Categories are intervals of the normal axis;
numbers are read from a table of quantiles. Nothing else is in the file: no row, no code.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
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
from .marginal import CategoryValues, Finite, NumberValues, Plain

__all__ = ["Category", "Copula", "Marginal", "Model", "Number", "Z_MAX", "read_model"]

Z_MAX = 6.0
"""Tables of quantiles reach from `-Z_MAX` to `Z_MAX` standard deviations, in equal steps."""
MAX_BYTES = 64 * 2**20
_CELLS = 1 << 11
_CELL = 2 * Z_MAX / _CELLS
_BLOCK = 1 << 13
"""So many rows are in the processor's cache while the columns are added up."""

Probability = Annotated[float, Field(ge=0, le=1)]


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


class Category(CategoryValues):
    """The marginal of a few values, in an order that dependence follows."""

    kind: Literal["category"] = "category"
    weights: list[Annotated[float, Field(ge=0, allow_inf_nan=False)]]

    @cached_property
    def _borders(self) -> Floats:
        """The upper end of each value but the last, on the normal axis."""
        shares = np.cumsum(self.weights)[:-1] / math.fsum(self.weights)
        inside = (shares > 0) & (shares < 1)
        borders = np.where(shares > 0, np.inf, -np.inf)
        borders[inside] = normal.ppf(shares[inside])
        return borders

    @cached_property
    def _cells(self) -> tuple[npt.NDArray[np.int32], Floats, npt.NDArray[np.bool_]]:
        """Of each cell of the normal axis: the value at its start, its first border, whether it has more."""
        starts = np.linspace(-Z_MAX, Z_MAX, _CELLS + 1)[:-1]
        borders = np.append(self._borders, np.inf)
        # A half cell to the left and to the right: a number may fall into the next one by rounding.
        value = np.searchsorted(borders, starts - _CELL / 2, side="right")
        value[0] = 0
        last = np.searchsorted(borders, starts + 1.5 * _CELL, side="right")
        last[-1] = len(self._borders)
        return value.astype(np.int32), borders[value], last > value + 1

    def draw(self, z: Floats, rows: Rows) -> Array:
        """Return the value behind each standard normal number."""
        value, border, crowded = self._cells
        cell = np.minimum(np.maximum((z + Z_MAX) * (1 / _CELL), 0), _CELLS - 1).astype(np.int32)
        places = value.take(cell)
        places += z >= border.take(cell)
        if crowded.any():
            several = np.flatnonzero(crowded.take(cell))
            places[several] = np.searchsorted(self._borders, z[several], side="right")
        return self.arrow(places)

    @model_validator(mode="after")
    def _is_weighted(self) -> Self:
        if len(self.weights) != len(self.values) or not any(self.weights):
            raise ValueError(f"category {self.name!r} needs a weight for each value, not all 0")
        return self


Marginal = Annotated[Number | Category, Field(discriminator="kind")]


class Model(Plain):
    """The content of a model file."""

    format: Literal["synthlab.gaussian_copula/1"] = "synthlab.gaussian_copula/1"
    columns: list[Marginal] = Field(min_length=1, max_length=1_000)
    correlation: list[list[Annotated[float, Field(ge=-1, le=1)]]]
    """Of the standard normal numbers, in the order of the columns."""

    @model_validator(mode="after")
    def _is_square(self) -> Self:
        size = len(self.columns)
        if len({column.name for column in self.columns}) != size:
            raise ValueError("two columns have one name")
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

    marginals: Mapping[str, Number | Category]
    factor: Sequence[Sequence[float]]
    """The lower triangle whose product with its transpose is the correlation matrix."""

    @staticmethod
    def of(model: Model) -> Copula:
        """Return the model, ready; raises InputError when its matrix is no correlation matrix."""
        return Copula({c.name: c for c in model.columns}, cholesky(model.correlation))

    def latent(self, rows: Rows) -> dict[str, Floats]:
        """Return correlated standard normal numbers for each column."""
        count = len(rows)
        words = np.empty((len(self.marginals), count), dtype=np.uint64)
        for column, name in zip(words, self.marginals, strict=True):
            column[:] = rows.stream("fitted", name).words()
        latent = np.empty(words.shape)
        term = np.empty(_BLOCK)
        for start in range(0, count, _BLOCK):
            part = slice(start, min(start + _BLOCK, count))
            independent = normal.from_words(words[:, part])
            product = term[: independent.shape[1]]
            for total, weights in zip(latent[:, part], self.factor, strict=True):
                # One after another: the order of a sum decides its last bits, and that of a matrix
                # product is not the same on every machine.
                np.multiply(independent[0], weights[0], out=total)
                for weight, numbers in zip(weights[1:], independent[1:], strict=False):
                    np.add(total, np.multiply(numbers, weight, out=product), out=total)
        return dict(zip(self.marginals, latent, strict=True))


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


def _product(left: Sequence[float], right: Sequence[float]) -> float:
    return math.fsum(a * b for a, b in zip(left, right, strict=True))
