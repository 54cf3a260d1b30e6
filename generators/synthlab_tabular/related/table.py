"""A real table among others: what it refers to, whose its rows are, and what follows from that alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..column import Array, array
from ..profile import Profile
from .links import Link
from .sequences import Clock, clock_of, steps_of

__all__ = [
    "Table",
    "choose_owner",
    "count_column",
    "count_rows",
    "find_copies",
    "find_series",
    "index_of",
    "owner_of",
    "tie",
]

Ints = npt.NDArray[np.int64]
Keys = dict[str, Any]
LEAST_PARENTS = 20
"""Where fewer have two rows or more, nothing is learned of how one row follows from another."""


@dataclass
class Table:
    """A real table, and what is learned of it."""

    name: str
    columns: dict[str, Array]
    rows: int
    links: list[Link] = field(default_factory=list)
    """The tables that it refers to, the one that its rows belong to first."""
    key: str | None = None
    whose: Ints | None = None
    """Of whom each row is, at the beginning of all references."""
    counts: dict[str, str] = field(default_factory=dict)
    """Columns that count the rows of other tables."""
    shared: dict[str, Profile] = field(default_factory=dict)
    """What rows of other tables can be drawn given."""
    raw: dict[str, Array] = field(default_factory=dict)
    """The values of that."""
    clock: Clock | None = None
    moments: Array = None
    """The values of the column by which its rows are in order."""
    in_series: bool = False
    parents: Ints | None = None
    """Of rows in series, which row of the owner each is of; those of one stand together."""
    wishes: dict[str, str] = field(default_factory=dict)
    """What columns are said to be."""
    places: dict[str, int] = field(default_factory=dict)
    """Columns that count the rows of a parent, and where they begin."""
    copies: dict[str, str] = field(default_factory=dict)
    """References that its parent has too, and their names there."""
    made: dict[str, Keys] = field(default_factory=dict)
    """The columns of its schema by name."""
    inner: set[str] = field(default_factory=set)
    """Columns that are not of the real table, and not shown."""


def tie(child: Table, parent: Table, link: Link) -> str:
    """Note in both tables that one refers to the other; return it in words."""
    values, keys = child.columns[link.column], parent.columns[link.key]
    orphans = np.asarray(pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=keys))))
    told = link.told
    if orphans.any():
        kept = array(np.flatnonzero(~orphans))
        child.columns = {name: column.take(kept) for name, column in child.columns.items()}
        child.rows = len(kept)
        told += f"; {int(orphans.sum()):,} rows that refer to nothing were left out"
    parent.key = link.key
    child.links.append(link)
    return told


def choose_owner(table: Table, tables: Mapping[str, Table]) -> None:
    """Put the table that its rows belong to first: of those never missing, the one with most rows."""
    sure = [link for link in table.links if not table.columns[link.column].null_count]
    if sure:
        owner = max(sure, key=lambda link: tables[link.parent].rows)
        table.links.sort(key=lambda link: link is not owner)
        index = index_of(table, tables[owner.parent], owner)
        above = tables[owner.parent].whose
        table.whose = index if above is None else above[index]


def find_copies(table: Table, tables: Mapping[str, Table]) -> None:
    """Note the references that follow from that to the owner, and the columns that count its rows."""
    owner = owner_of(table)
    if owner is None:
        return
    parent = tables[owner.parent]
    index = index_of(table, parent, owner)
    for link in table.links[1:]:
        for other in parent.links:
            if (other.parent, other.key) == (link.parent, link.key):
                there = parent.columns[other.column].take(array(index))
                if there.equals(table.columns[link.column]):
                    table.copies[link.column] = other.column
    order = np.argsort(index, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(index[order]) != 0])
    sizes = np.diff(np.append(starts, len(order)))
    places = np.arange(len(order)) - np.repeat(starts, sizes)
    if sizes.max(initial=0) < 2:
        return
    for name, values in table.columns.items():
        if values.null_count or not pc.all(pc.match_substring_regex(values, r"^\d{1,9}$")).as_py():
            continue
        numbers = np.asarray(values.cast(pa.int64()))
        sorted_numbers = numbers[np.lexsort((numbers, index))]
        begin = int(sorted_numbers[0])
        if begin in (0, 1) and (sorted_numbers == places + begin).all():
            table.places[name] = begin


def owner_of(table: Table) -> Link | None:
    first = table.links[0] if table.links else None
    return first if first is not None and table.whose is not None else None


def index_of(table: Table, parent: Table, link: Link) -> Ints:
    """Return which row of the parent each row refers to; -1 for none."""
    found = pc.index_in(table.columns[link.column], value_set=parent.columns[link.key])
    index: Ints = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return index


def count_rows(parent: Table, child: Table, link: Link) -> None:
    """Add a column to a table that counts the rows of another one that refer to each of its rows."""
    index = index_of(child, parent, link)
    counts = np.bincount(index[index >= 0], minlength=parent.rows)
    others = [other for other in child.links if other.parent == link.parent]
    name = f"rows of {child.name}" + (f" by {link.column}" if len(others) > 1 else "")
    parent.columns[name] = array([str(count) for count in counts.tolist()])
    parent.inner.add(name)
    parent.counts[name] = f"{child.name}.{link.column}"


def count_column(parent: Table, link: Link) -> str:
    return next(name for name, of in parent.counts.items() if of == f"{link.child}.{link.column}")


def find_series(table: Table, tables: Mapping[str, Table]) -> None:
    """Note that the rows of one owner follow from each other, by time or as they stand in the table."""
    owner = owner_of(table)
    if owner is None or any(link.column not in table.copies for link in table.links[1:]):
        return
    parent = tables[owner.parent]
    index = index_of(table, parent, owner)
    known = {n: v for n, v in table.columns.items() if n != owner.column and n not in table.places}
    if (np.bincount(index) > 1).sum() < LEAST_PARENTS:
        return
    clock, moments = clock_of(known, index, None)
    by_time = np.zeros(table.rows) if moments is None else moments
    rows = np.lexsort((np.arange(table.rows), by_time, index))
    table.columns = {name: values.take(array(rows)) for name, values in table.columns.items()}
    assert table.whose is not None
    table.whose, index = table.whose[rows], index[rows]
    table.in_series = True
    table.parents = index
    if clock is None or moments is None:
        return
    moments = moments[rows]
    starts = np.flatnonzero(np.r_[True, np.diff(index) != 0])
    table.clock = clock = Clock(clock.name, clock.type, clock.format, table.name)
    # Whoever has no rows has a beginning that nobody sees: one of the others'.
    beginnings = np.zeros(parent.rows, dtype=np.int64)
    beginnings[index[starts]] = np.arange(len(starts))
    without = np.setdiff1d(np.arange(parent.rows), index[starts])
    beginnings[without] = np.arange(len(without)) % len(starts)
    parent.columns[clock.first] = table.columns[clock.name].take(array(starts[beginnings]))
    parent.inner.add(clock.first)
    table.moments = table.columns[clock.name]
    steps = steps_of(moments, starts, clock)
    table.columns = {
        (clock.step if name == clock.name else name): steps if name == clock.name else values
        for name, values in table.columns.items()
    }
