"""A column as codes 0, 1, 2, ..., each of which many rows have, and the values behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from synthlab.rows import Rows

from ..column import Array, Floats, array
from ..marginal import CategoryValues, IntervalValues
from ..profile import FEW, Categories, Numbers, behind

__all__ = ["AnyCodes", "Asked", "CategoryCodes", "Coded", "Known", "NumberCodes", "coded"]

Ints = npt.NDArray[np.int64]

MOST = 200
"""About how many codes a column of numbers has at most."""
MOSTLY = 0.9
"""Where values that many rows have cover this share of them, they are codes of their own."""


class NumberCodes(IntervalValues):
    """Numbers as intervals and single values, rising; the last code is that of missing ones."""

    kind: Literal["number"] = "number"
    missing: bool

    @property
    def size(self) -> int:
        """How many codes there are."""
        return len(self.low) + self.missing

    def code(self, values: Array) -> Ints:
        """Return the code of each value, the nearest there is; that of a missing one is 0 where none was."""
        if pa.types.is_temporal(values.type):
            values = values.cast(self.value_type).cast(pa.int32() if self.type == "date" else pa.int64())
        numbers = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
        low, high = np.array(self.low), np.array(self.high)
        # Half way between the end of an interval and the start of the next; a value of its own comes first.
        codes = np.searchsorted((high[:-1] + low[1:]) / 2, numbers, side="right").astype(np.int64)
        single = np.flatnonzero(low == high)
        place = np.minimum(np.searchsorted(low[single], numbers), max(len(single) - 1, 0))
        hit = low[single[place]] == numbers if len(single) else np.zeros(len(numbers), dtype=bool)
        codes[hit] = single[place[hit]]
        codes[np.isnan(numbers)] = len(low) if self.missing else 0
        result: Ints = codes
        return result

    def draw(self, codes: Ints, rows: Rows) -> Array:
        """Return a value for each code, anywhere in its interval."""
        low, high = np.array(self.low), np.array(self.high)
        lost = codes == len(low)
        known = np.minimum(codes, len(low) - 1)
        start = low.take(known)
        values = start + (high.take(known) - start) * rows.stream("fitted", self.name, "within").uniform()
        return self.arrow(values, low[0], high[-1], lost if self.missing else None)


class CategoryCodes(CategoryValues):
    """The place of a value in a list is its code."""

    kind: Literal["category"] = "category"

    @property
    def size(self) -> int:
        """How many codes there are."""
        return len(self.values)

    def code(self, values: Array) -> Ints:
        """Return the code of each value; of one that is not among them, that of the commonest."""
        if isinstance(values, pa.DictionaryArray):
            values = values.cast(values.type.value_type)
        found = pc.index_in(values.cast(self.value_type), value_set=array(self.values, self.value_type))
        codes: Ints = found.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        return codes

    def draw(self, codes: Ints, rows: Rows) -> Array:
        """Return the value of each code."""
        return self.arrow(codes)


AnyCodes = Annotated[NumberCodes | CategoryCodes, Field(discriminator="kind")]


class Asked(Protocol):
    """What a tree may ask about a row."""

    @property
    def codes(self) -> Ints:
        """Of each row."""
        ...

    @property
    def size(self) -> int:
        """How many codes there are."""
        ...

    @property
    def ordered(self) -> bool:
        """Whether a greater code is a greater value."""
        ...


@dataclass(frozen=True)
class Known:
    """What is known of a row and never drawn: codes without a meaning."""

    codes: Ints
    size: int
    ordered: bool


@dataclass(frozen=True)
class Coded:
    """A column of a real table, as codes."""

    meaning: NumberCodes | CategoryCodes
    codes: Ints

    @property
    def size(self) -> int:
        """How many codes there are."""
        return self.meaning.size

    @property
    def ordered(self) -> bool:
        """Whether a greater code is a greater value."""
        return isinstance(self.meaning, NumberCodes)

    @property
    def midranks(self) -> Floats:
        """The share of rows below each code, and half of its own; shape `(size,)`."""
        counts = np.bincount(self.codes, minlength=self.size)
        return (np.cumsum(counts) - counts / 2) / len(self.codes)

    @property
    def scores(self) -> Floats:
        """What a tree of numbers is to tell apart: how large a value is, and whether there is one.

        Of unit deviation over the rows; shape `(size, 1)`, or `(size, 2)` where values are missing.
        """
        counts = np.bincount(self.codes, minlength=self.size)
        lost = np.arange(self.size) >= (
            len(self.meaning.low) if isinstance(self.meaning, NumberCodes) else self.size
        )
        size = self.midranks
        if lost.any() and counts[~lost].any():
            size = np.where(lost, np.average(size[~lost], weights=counts[~lost]), size)
        both = np.column_stack([size, lost]) if lost.any() else size[:, None]
        mean = np.average(both, axis=0, weights=counts)
        deviation = np.sqrt(np.average((both - mean) ** 2, axis=0, weights=counts))
        scores: Floats = (both - mean) / np.where(deviation > 0, deviation, 1)
        return scores


def coded(column: Numbers | Categories, whose: Ints | None = None) -> Coded:
    """Return a column as codes; `whose` says of whom each row is, where somebody has many rows.

    What many rows have counts for little then: many must have it.
    """
    if isinstance(column, Categories):
        meaning = CategoryCodes(name=column.name, type=column.type, values=column.values)
        return Coded(meaning, column.codes)
    return _numbers(column, whose)


def _numbers(column: Numbers, whose: Ints | None) -> Coded:
    """Return numbers as codes: a value of its own where many rows have it, intervals of many rows elsewhere.

    No end of an interval is the value of a row: it lies half way between two, half a last decimal beside
    a value that many rows have, or at a bound, which was rounded outward.
    """
    lost = np.isnan(column.values)
    values, where, counts = np.unique(column.values[~lost], return_inverse=True, return_counts=True)
    fewest = max(FEW, math.ceil(len(where) / MOST))
    people = None if whose is None else behind(where, whose[~lost])
    often = (counts if people is None else np.array([len(p) for p in people])) >= FEW
    if often.sum() > MOST or counts[often].sum() < MOSTLY * len(where):
        often &= counts >= fewest
    code, single = _cut(values.tolist(), counts.tolist(), often.tolist(), fewest, people)
    first = np.searchsorted(code, np.arange(len(single)))
    middle = ((values[first[1:] - 1] + values[first[1:]]) / 2).tolist()
    step = 0.0 if column.decimals is None else float(f"5e{-column.decimals - 1}")
    low, high = [column.low, *middle], [*middle, column.high]
    for place, value in enumerate(single):
        if value is not None:
            if place:
                high[place - 1] = value - step
            if place + 1 < len(single):
                low[place + 1] = value + step
    for place, value in enumerate(single):
        if value is not None:
            low[place] = high[place] = value
    codes = np.full(len(column.values), len(single), dtype=np.int64)
    codes[~lost] = code[where]
    meaning = NumberCodes(
        name=column.name,
        type=column.type,
        decimals=column.decimals,
        low=[float(f"{end:.15g}") for end in low],
        high=[float(f"{end:.15g}") for end in high],
        missing=bool(lost.any()),
    )
    return Coded(meaning, codes)


def _cut(
    values: Sequence[float],
    counts: Sequence[int],
    often: Sequence[bool],
    fewest: int,
    people: Sequence[Ints] | None,
) -> tuple[Ints, list[float | None]]:
    """Return the code of each value, and of each code its single value, None where it is an interval."""
    code = np.empty(len(values), dtype=np.int64)
    single: list[float | None] = []
    start, rows = 0, 0
    mine: set[int] = set()
    for place, count in enumerate(counts):
        rows += count
        if people is not None:
            mine.update(people[place].tolist())
        enough = people is None or len(mine) >= FEW
        ends = place + 1 == len(counts) or often[place + 1]
        if often[place]:
            single.append(values[place])
        elif enough and (rows >= fewest or (ends and rows >= FEW)):
            single.append(None)
        elif not ends:
            continue
        # Those that are too few for a code of their own go to the one before, the first ones to the next.
        code[start : place + 1] = max(0, len(single) - 1)
        start, rows = place + 1, 0
        mine = set()
    return code, single
