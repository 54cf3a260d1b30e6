"""Columns that look like observed values: quantiles that the schema states, or a column of a CSV file."""

from __future__ import annotations

import csv
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, model_validator

from synthlab.errors import did_you_mean
from synthlab.features import Feature, Value
from synthlab.generator import InputFile, OptionProblem
from synthlab.rows import Stream

from .column import Array, Decimals, Floats, Maker, Misfit, Setting, array
from .drawn import Drawn, Given
from .numeric import rounded
from .parameters import Number

__all__ = ["Empirical"]

MOST_BYTES = 256 << 20
MOST_VALUES = 10_000
MOST_QUANTILES = 1_001
FEWEST = 5
"""A value of a file that fewer rows have is left out: it may belong to a person."""


class Empirical(Drawn):
    """Values as they were observed.

    Either `quantiles`: values at even steps of the share below them, [18, 31, 44, 58, 90] for the least,
    the quartiles and the greatest; between them on straight lines. Or `file` and `column`: numbers by up
    to 1,001 quantiles of that column, text by how often each value occurs, in at least 5 rows.
    """

    kind: Literal["empirical"]
    quantiles: Annotated[list[Number], Field(min_length=2, max_length=10_001)] | None = None
    file: InputFile | None = Field(default=None, description="A CSV file beside the schema.")
    column: str | None = Field(default=None, description="The column of the file; by default of this name.")
    type: Literal["number", "integer"] | None = Field(
        default=None, description="How numbers are stored; by default as they are in the file."
    )
    round: Decimals | None = Field(default=None, description="How many decimals are kept.")

    @property
    def feature(self) -> Feature:
        if self._categories is not None:
            return Value("string")
        return Value("int64" if self._whole else "float64")

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return None if self._categories is None else tuple(self._categories)

    def draw(self, chance: Stream, given: Given) -> Array:
        if self._categories is not None:
            index = chance.choice(tuple(map(float, self._categories.values())))
            names = array(list(self._categories), pa.string())
            return pa.DictionaryArray.from_arrays(array(index.astype(np.int32)), names)
        points = self._points
        place = chance.probabilities() * (len(points) - 1)
        below = np.minimum(place.astype(np.int64), len(points) - 2)
        numbers = points[below] + (points[below + 1] - points[below]) * (place - below)
        decimals = 0 if self._whole and self.round is None else self.round
        numbers = rounded(numbers, decimals, float(points[0]), float(points[-1]))
        return array(numbers.astype(np.int64) if self._whole else numbers)

    def maker(self, setting: Setting) -> Maker:
        if self.file is not None:
            values = _column_of(self.file.path, self.column or self.name)
            if isinstance(values, OptionProblem):
                raise Misfit(values)
            if not values:
                raise Misfit(OptionProblem(("file",), f"its column {self.column or self.name!r} is empty"))
            if self._categories is not None and not self._categories:
                message = f"no value of this column is in at least {FEWEST} rows"
                raise Misfit(OptionProblem(("file",), message, "declare the values as kind: categorical"))
            if self._categories is not None and (self.type or self.round is not None):
                found = "type" if self.type else "round"
                raise Misfit(OptionProblem((found,), "the column of the file holds text"))
            if self._categories is not None and len(self._categories) > MOST_VALUES:
                message = f"the column of the file has more than {MOST_VALUES:,} values"
                raise Misfit(OptionProblem(("column",), message))
        return super().maker(setting)

    @cached_property
    def _observed(self) -> list[str]:
        assert self.file is not None
        values = _column_of(self.file.path, self.column or self.name)
        return values if isinstance(values, list) else []

    @cached_property
    def _numbers(self) -> Floats | None:
        """The sorted numbers of the file, or None when it holds text."""
        try:
            numbers = np.sort(np.array([float(value) for value in self._observed]))
        except ValueError:
            return None
        return numbers if len(numbers) and np.isfinite(numbers).all() else None

    @cached_property
    def _categories(self) -> dict[str, int] | None:
        """How often each value occurs, when the values are text."""
        if self.file is None or self._numbers is not None:
            return None
        counts = Counter(self._observed)
        return {value: counts[value] for value in sorted(counts) if counts[value] >= FEWEST}

    @cached_property
    def _points(self) -> Floats:
        if self.quantiles is not None:
            return np.array(self.quantiles, dtype=np.float64)
        numbers = self._numbers
        assert numbers is not None
        place = np.linspace(0, len(numbers) - 1, min(len(numbers), MOST_QUANTILES)).astype(np.int64)
        return numbers[place] if len(numbers) > 1 else np.repeat(numbers, 2)

    @cached_property
    def _whole(self) -> bool:
        if self.type is not None:
            return self.type == "integer"
        return self.file is not None and bool((np.rint(self._points) == self._points).all())

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.quantiles is None) == (self.file is None):
            raise ValueError("give either `quantiles` or a `file`")
        if self.column is not None and self.file is None:
            raise ValueError("`column` names a column of a `file`")
        if self.quantiles is not None and any(np.diff(self.quantiles) < 0):
            raise ValueError("quantiles rise from the least value to the greatest")
        if self.type == "integer" and self.round is not None and self.round > 0:
            raise ValueError("an integer has no decimals to round to; leave out `round`")
        return self


def _column_of(path: Path, name: str) -> list[str] | OptionProblem:
    """Return the values of a column of a CSV file that are not missing, or what is wrong with it."""
    if path.stat().st_size > MOST_BYTES:
        return OptionProblem(("file",), f"{path.name} has more than {MOST_BYTES >> 20} MiB")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            head = next(reader, [])
            if name not in head:
                hint = did_you_mean(name, head).strip() or f"it has {', '.join(head[:12])}"
                return OptionProblem(("column",), f"{path.name} has no column {name!r}", hint)
            place = head.index(name)
            values = [row[place].strip() for row in reader if len(row) > place]
    except (UnicodeDecodeError, csv.Error) as error:
        return OptionProblem(("file",), f"{path.name} is no CSV file in UTF-8: {error}")
    return [value for value in values if value not in ("", "NA", "NaN", "null", "?")]
