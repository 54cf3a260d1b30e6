"""The columns of the schema of a table among others: keys, references, moments and all that was learned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyarrow.compute as pc

from ..column import Array
from ..declaring import Declared
from .links import Link
from .table import Table, count_column, owner_of

__all__ = ["columns_of", "plain"]

Keys = dict[str, Any]


def columns_of(
    table: Table,
    tables: Mapping[str, Table],
    declared: Declared,
    lookups: list[Keys],
    shown: tuple[list[str], list[str]] | None,
) -> list[Keys]:
    """Return the columns of the schema, those that are shown in the order of the real table."""
    made = declared.columns
    for column in made:
        if column["name"] in table.inner:
            column["hidden"] = True
    hidden = [c for c in made if c.get("hidden")]
    visible = {c["name"]: c for c in made if not c.get("hidden")}
    if table.key is not None:
        visible[table.key] = {"name": table.key, **_key(table.columns[table.key])}
    for name, start in table.places.items():
        begin = {} if start == 1 else {"start": start}
        visible[name] = {"name": name, "kind": "position", "of": table.links[0].column, **begin}
    for link in table.links:
        visible[link.column] = _foreign(table, tables[link.parent], link)
    instead = {table.clock.step: table.clock.name} if table.clock is not None else {}
    order = [instead.get(name, name) for name in table.columns]
    if table.clock is not None:
        hidden += _moments(table, tables[table.links[0].parent], visible, [look["name"] for look in lookups])
    if shown is not None:
        fixed, order = shown
        link = table.links[0]
        # What is the same in all rows of a parent stands in each of them, as in the real table.
        made_there = tables[link.parent].made
        for name in fixed:
            if name in made_there:
                label = {"label": True} if made_there[name].get("label") else {}
                visible[name] = {"name": name, "kind": "lookup", "by": link.column, **label}
    seen = {name: visible[name] for name in order if name in visible}
    table.made = {column["name"]: column for column in hidden} | seen
    for name, column in list(table.made.items()):
        if "format" in column:
            # Other tables look up the day, not the text.
            text = f"column({name!r})"
            hidden.append({"name": plain(name), "kind": "expression", "expression": text, "hidden": True})
    return [*lookups, *hidden, *seen.values()]


def plain(name: str) -> str:
    return f"{name}, plain"


def _key(values: Array) -> Keys:
    """Return the keys of a column that counts the rows, in the form of these values."""
    if pc.all(pc.match_substring_regex(values, "(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")).as_py():
        return {"kind": "uuid"}
    found = re.fullmatch(r"(.*?\D)?(\d+)", values[0].as_py())
    if found is None:
        return {"kind": "sequence"}
    prefix, digits = found[1] or "", len(found[2])
    same = f"^{re.escape(prefix)}[0-9]{{{digits}}}$"
    if len(prefix) > 12 or digits > 18 or not pc.all(pc.match_substring_regex(values, same)).as_py():
        return {
            "kind": "sequence",
            **({"prefix": prefix} if 0 < len(prefix) <= 12 and _all_begin(values, prefix) else {}),
        }
    padded = pc.any(pc.match_substring_regex(values, f"^{re.escape(prefix)}0")).as_py()
    keys: Keys = {"kind": "sequence", **({"prefix": prefix} if prefix else {})}
    return {**keys, "digits": digits} if padded else keys


def _all_begin(values: Array, prefix: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, f"^{re.escape(prefix)}[0-9]+$")).as_py())


def _foreign(table: Table, parent: Table, link: Link) -> Keys:
    """Return the column that refers to the rows of a parent."""
    if link.column in table.copies:
        there = table.copies[link.column]
        same = {} if there == link.column else {"column": there}
        return {"name": link.column, "kind": "lookup", "by": table.links[0].column, **same}
    keys: Keys = {"name": link.column, "kind": "foreign_key", "table": parent.name, "column": link.key}
    keys["pick"] = "counted" if link is owner_of(table) else "weighted"
    keys["count"] = count_column(parent, link)
    lost = table.columns[link.column].null_count
    if lost:
        keys["null_rate"] = round(lost / table.rows, 4)
    return keys


def _moments(table: Table, parent: Table, visible: dict[str, Keys], looked_up: list[str]) -> list[Keys]:
    """Declare the moment of each row: that of the first one and all that passed; return what is hidden."""
    clock = table.clock
    assert clock is not None
    by = table.links[0].column
    step = visible.pop(clock.step)
    start = parent.made[clock.first]
    constant = start["kind"] == "constant"
    hidden: list[Keys] = []
    if not constant and clock.first not in looked_up:
        begun = plain(clock.first) if "format" in start else clock.first
        hidden.append({"name": clock.first, "kind": "lookup", "by": by, "column": begun, "hidden": True})
    text = f"column({clock.passed!r})"
    if step["kind"] == "constant":
        hidden.append({"name": clock.passed, "kind": "position", "of": by, "start": 0, "hidden": True})
        text = f"{step['value']} * {text}"
    else:
        hidden += [{**step, "hidden": True}, {"name": clock.passed, "kind": "fitted", "hidden": True}]
    first = f"column({clock.first!r})"
    if constant:
        times = clock.type in ("date", "datetime")
        first = f"{clock.type}({start['value']!r})" if times else repr(start["value"])
    add = {"date": "add_days({}, {})", "datetime": "add_seconds({}, {})"}.get(clock.type, "{} + {}")
    column: Keys = {"name": clock.name, "kind": "expression", "expression": add.format(first, text)}
    if clock.type in ("number", "datetime"):
        column["round"] = 6 if clock.type == "number" else 0
    visible[clock.name] = {**column, **({"format": clock.format} if clock.format else {})}
    return hidden
