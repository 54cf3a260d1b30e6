"""Which column of a table says which row, and which columns refer to rows of other tables.

The database says it, or the user, or names and values do: `customer_id` of orders refers to `customer_id`, or
`id`, of customers, if nearly every value is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import pyarrow.compute as pc

from synthlab.errors import InputError, did_you_mean

from ..column import Array
from ..personal import words_of

__all__ = ["Link", "in_order", "links_between", "said_links", "table_name"]

Tables = Mapping[str, Mapping[str, Array]]
SAID = "as you say"
MOST_ORPHANS = 0.05
"""With more values that nobody has, a column refers to something else."""
_KEY = re.compile(r"(^|[^a-z])(id|key|no|nr|number|code|uuid)$")


@dataclass(frozen=True)
class Link:
    """A column whose values are keys of another table."""

    child: str
    column: str
    parent: str
    key: str
    why: str

    @property
    def told(self) -> str:
        """The link in words."""
        return f"{self.child}.{self.column} refers to {self.parent}.{self.key}: {self.why}"


def table_name(text: str) -> str:
    """Return a name that a table of a schema may have, made from any text."""
    return re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")[:60] or "table"


def said_links(text: str, tables: Tables) -> list[Link]:
    """Return the links that a user wrote: `orders.customer=customers.id, ...`; or raise InputError."""
    links = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        sides = [side.strip().rpartition(".") for side in part.split("=")]
        if len(sides) != 2 or not all(table for table, _, _ in sides):
            raise InputError(f"keys={part}: write orders.customer_id=customers.id")
        for table, _, column in sides:
            if table not in tables:
                raise InputError(f"keys={part}: there is no table {table!r};{did_you_mean(table, tables)}")
            if column not in tables[table]:
                hint = did_you_mean(column, tables[table])
                raise InputError(f"keys={part}: table {table!r} has no column {column!r};{hint}")
        (child, _, column), (parent, _, key) = sides
        if not _is_key(tables[parent][key]):
            raise InputError(f"keys={part}: values of {parent}.{key} are missing or occur twice")
        links.append(Link(child, column, parent, key, SAID))
    return links


def links_between(tables: Tables, declared: Iterable[Link], said: Iterable[Link]) -> list[Link]:
    """Return the links between tables: those that are said, else declared, else found by names and values."""
    links = list(said)
    taken = {(link.child, link.column) for link in links}
    for link in declared:
        if (link.child, link.column) not in taken and _is_key(tables[link.parent][link.key]):
            taken.add((link.child, link.column))
            links.append(link)
    keys = [(table, name) for table in tables for name in tables[table] if _could_be_key(tables[table], name)]
    for child, columns in tables.items():
        for column, values in columns.items():
            if (child, column) in taken:
                continue
            fits = [
                (parent, key)
                for parent, key in keys
                if parent != child and _names_fit(column, parent, key) and _there(values, tables[parent][key])
            ]
            if fits:
                parent, key = min(fits, key=lambda fit: (len(tables[fit[0]][fit[1]]), fit))
                links.append(Link(child, column, parent, key, "by its name, and its values are there"))
    return links


def in_order(tables: Mapping[str, int], links: list[Link]) -> tuple[list[str], list[Link], list[str]]:
    """Return the tables with parents first, the links that lead back to no table, and what was dropped.

    `tables` says how many rows each has: in a circle, the reference of the smallest one goes, as a customer
    may have a last order, but every order has a customer.

    A table that refers to itself, or tables that refer to each other in a circle, cannot be made row by row.
    """
    kept: list[Link] = []
    notes = []
    for link in sorted(links, key=lambda link: (link.why != SAID, -tables[link.child])):
        if link.child == link.parent:
            notes.append(f"{link.child}.{link.column} refers to its own table: left out")
            continue
        try:
            _sorted(tables, [*kept, link])
        except CycleError:
            notes.append(f"{link.told}; but that closes a circle of tables: left out")
            continue
        kept.append(link)
    return _sorted(tables, kept), kept, notes


def _sorted(tables: Iterable[str], links: Iterable[Link]) -> list[str]:
    graph: dict[str, list[str]] = {table: [] for table in tables}
    for link in links:
        graph[link.child].append(link.parent)
    return list(TopologicalSorter(graph).static_order())


def _is_key(values: Array) -> bool:
    return values.null_count == 0 and len(values) > 0 and len(values.unique()) == len(values)


def _could_be_key(columns: Mapping[str, Array], name: str) -> bool:
    # What has two kinds of keys, such as a number and an e-mail, has its own key first.
    return _KEY.search(words_of(name)) is not None and _is_key(columns[name])


def _names_fit(column: str, parent: str, key: str) -> bool:
    """Return whether a name says which table it refers to."""
    there, here = words_of(key), words_of(column)
    bare = {re.sub(r"[^a-z0-9]", "", word) for word in (words_of(parent), _singular(words_of(parent)))}
    if re.sub(r"[^a-z]", "", there) in ("id", "key", "no", "nr", "number", "code", "uuid"):
        ends = (re.sub(r"[^a-z0-9]", "", there), "id", "")
        return any(re.sub(r"[^a-z0-9]", "", here) == name + end for name in bare for end in ends)
    return re.sub(r"[^a-z0-9]", "", here).endswith(re.sub(r"[^a-z0-9]", "", there))


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(s|x|ch|sh)es$", word):
        return word[:-2]
    return word.removesuffix("s")


def _there(values: Array, keys: Array) -> bool:
    present = values.drop_null()
    if not len(present):
        return False
    return float(pc.mean(pc.is_in(present, value_set=keys)).as_py()) >= 1 - MOST_ORPHANS
