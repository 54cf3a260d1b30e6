"""A table in which somebody has many rows, made into two: a row for each of them, and their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from synthlab.errors import InputError, did_you_mean

from ..column import Array, Floats, array
from ..personal import words_of
from ..written import times_in

__all__ = ["Clock", "Parted", "clock_of", "part", "steps_of"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Clock:
    """The column by which the rows of one are in order."""

    name: str
    type: str
    """`date`, `datetime`, `integer` or `number`."""
    format: str | None
    of: str = ""
    """The table, where its parent has other tables too."""

    @property
    def first(self) -> str:
        """The column of the parent that says where its rows begin."""
        return f"first {self.name}" + (f" of {self.of}" if self.of else "")

    @property
    def step(self) -> str:
        """The column that says how far a row is from the one before."""
        return f"{self.name} after the row before"

    @property
    def passed(self) -> str:
        """The column that says how far a row is from the first."""
        return f"{self.name} after the first"


@dataclass(frozen=True)
class Parted:
    """Two tables in place of one."""

    parents: dict[str, Array]
    rows: dict[str, Array]
    """The rows of one parent stand together, in order."""
    fixed: list[str]
    """The columns that are the same in all rows of a parent."""
    clock: Clock | None
    moments: Array
    """The values of that column."""
    notes: list[str]


def part(source: str, columns: Mapping[str, Array], entity: str, order: str | None) -> Parted:
    """Return a table parted by the column that says of whom a row is; raises InputError where it does not."""
    for option, name in (("sequence", entity), ("order", order)):
        if name is not None and name not in columns:
            raise InputError(f"{option}={name}: {source} has no such column;{did_you_mean(name, columns)}")
    notes = []
    known = np.flatnonzero(~np.asarray(columns[entity].is_null()))
    if len(known) < len(columns[entity]):
        notes.append(f"{len(columns[entity]) - len(known):,} rows without {entity} were left out")
    columns = {name: values.take(array(known)) for name, values in columns.items()}
    index = columns[entity].dictionary_encode().indices.to_numpy()
    if len(index) == 0 or index.max() + 1 == len(index):
        raise InputError(f"sequence={entity}: no value has more than one row, so nothing is in sequence")
    others = {name: values for name, values in columns.items() if name != entity}
    clock, moments = clock_of(others, index, order)
    rank = np.arange(len(index)) if moments is None else np.where(np.isnan(moments), np.inf, moments)
    rows = np.lexsort((np.arange(len(index)), rank, index))
    index = index[rows]
    columns = {name: values.take(array(rows)) for name, values in columns.items()}
    starts = np.flatnonzero(np.r_[True, index[1:] != index[:-1]])
    fixed = [n for n, v in columns.items() if n != entity and _is_fixed(v, index, starts)]
    parents = {entity: columns[entity].take(array(starts))}
    parents |= {name: columns[name].take(array(starts)) for name in fixed}
    own = {name: values for name, values in columns.items() if name not in fixed}
    by = None
    if clock is not None and moments is not None:
        moments = moments[rows]
        parents[clock.first] = columns[clock.name].take(array(starts))
        by = own.pop(clock.name)
        own[clock.step] = steps_of(moments, starts, clock)
    how = "as they stand in the table" if clock is None else f"by {clock.name}"
    notes.append(f"{len(index):,} rows of {len(starts):,} different {entity}, in order {how}")
    if fixed:
        notes.append(f"the same in all rows of one {entity}: {', '.join(fixed)}")
    return Parted(parents, own, fixed, clock, by, notes)


def clock_of(
    columns: Mapping[str, Array], index: Ints, order: str | None
) -> tuple[Clock | None, Floats | None]:
    """Return the column by which rows are in order, and its values."""
    if order is not None:
        found = _moments(order, columns[order], True)
        if found is None:
            raise InputError(f"order={order}: it holds no dates, times or numbers, or some are missing")
        return found
    for name, values in columns.items():
        if (found := _moments(name, values, False)) is not None:
            moments = found[1]
            same = index[np.argsort(index, kind="stable")]
            steps = np.diff(moments[np.argsort(index, kind="stable")])[same[1:] == same[:-1]]
            if len(steps) and (steps >= 0).all() and (steps > 0).any():
                return found
    return None, None


def _moments(name: str, values: Array, numbers: bool) -> tuple[Clock, Floats] | None:
    """Return a column of dates or times, and of numbers if they will do."""
    if values.null_count:
        return None
    times = times_in(values, by_name=True)
    if times is not None:
        return Clock(name, times.type, times.format), times.values.to_numpy(zero_copy_only=False)
    counts = numbers or words_of(name) in ("t", "time", "step", "day", "week", "month", "year")
    if not counts or not pc.all(pc.match_substring_regex(values, r"^-?\d{1,12}(\.\d{1,6})?$")).as_py():
        return None
    whole = not pc.any(pc.match_substring(values, ".")).as_py()
    return Clock(name, "integer" if whole else "number", None), np.asarray(values.cast(pa.float64()))


def _is_fixed(values: Array, index: Ints, starts: Ints) -> bool:
    codes = values.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return bool((codes == codes[starts][_parent_of(index, starts)]).all())


def _parent_of(index: Ints, starts: Ints) -> Ints:
    """Return the number of the parent of each row, counted as they stand."""
    first = np.zeros(len(index), dtype=np.int64)
    first[starts] = 1
    return np.cumsum(first) - 1


def steps_of(moments: Floats, starts: Ints, clock: Clock) -> Array:
    """Return how far each row is from the one before, as text; of a first row, as far as the next one is.

    That of a first row is never used; it shall not look different.
    """
    steps = np.diff(moments, prepend=moments[:1])
    follows = np.ones(len(moments), dtype=bool)
    follows[starts] = False
    usual = float(np.median(steps[follows]))
    nexts = np.minimum(starts + 1, len(moments) - 1)
    steps[starts] = np.where(follows[nexts], steps[nexts], usual)
    if clock.type != "number":
        return array(steps.astype(np.int64)).cast(pa.string())
    return array([f"{step:.6f}".rstrip("0").rstrip(".") for step in steps.tolist()])
