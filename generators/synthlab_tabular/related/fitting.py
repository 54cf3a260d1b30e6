"""Several tables learned together: each given what it refers to, parents first.

A parent has, as a column of its own that is not shown, how many rows each table has for it. So a child's rows
are as many as its parent says, and none is an orphan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from synthlab.errors import InputError, did_you_mean
from synthlab.generator import FileReference, FitRequest, Fitted
from synthlab.rows import Rows

from ..column import Array, array
from ..declaring import Declared, declare
from ..profile import Categories, Constant, Numbers, Profile, profile
from ..trees import Around, Total, coded, grow
from .links import Link, in_order, links_between, said_links, table_name
from .sequences import Clock, part

__all__ = ["fit_related", "fit_sequence"]

Ints = npt.NDArray[np.int64]
Keys = dict[str, Any]
LEAST_ROWS = 50
MOST_GIVEN = 60
"""A row is drawn given at most so many columns of the rows that it refers to."""


@dataclass
class _Table:
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
    in_series: bool = False
    made: dict[str, Keys] = field(default_factory=dict)
    """The columns of its schema that are shown."""


@dataclass(frozen=True)
class _Learned:
    options: Keys
    model: bytes | None
    notes: list[str]


def fit_related(
    request: FitRequest,
    tables: Mapping[str, Mapping[str, Array]],
    declared: Sequence[Link] = (),
    notes: Sequence[str] = (),
) -> Fitted:
    """Return the schema and the models of several tables."""
    _check_options(request)
    said = said_links(request.options.get("keys", ""), tables)
    order, links, dropped = in_order(list(tables), links_between(tables, declared, said))
    found = {name: _Table(name, dict(c), len(next(iter(c.values())))) for name, c in tables.items()}
    told = [*notes, *dropped]
    for name in order:
        small = found[name].rows < LEAST_ROWS
        if small and not any(link.child == name for link in links):
            # What refers to it is learned as a column like others.
            told.append(f"{name}: left out: its {found[name].rows} rows are too few to learn from")
            links = [link for link in links if link.parent != name]
            del found[name]
    if not found:
        raise InputError(f"{request.name}: no table has {LEAST_ROWS} rows or more")
    for link in links:
        told.append(_tie(found[link.child], found[link.parent], link))
    return _fit(request, [found[name] for name in order if name in found], told)


def fit_sequence(request: FitRequest, columns: Mapping[str, Array], notes: Sequence[str] = ()) -> Fitted:
    """Return the schema and the models of a table of which many rows are of one."""
    _check_options(request)
    entity = request.options["sequence"]
    parted = part(request.name, columns, entity, request.options.get("order"))
    if len(parted.parents[entity]) < LEAST_ROWS:
        raise InputError(
            f"sequence={entity}: {len(parted.parents[entity])} different ones are too few to learn from "
            f"without showing them; at least {LEAST_ROWS} are needed"
        )
    name = table_name(re.split(r"[.#]", request.name)[0])
    whole = re.sub(r"[^A-Za-z0-9]*(id|key|no|nr|number)$", "", entity, flags=re.IGNORECASE) or entity
    owner = table_name(whole if whole.endswith("s") else f"{whole}s")
    owner = owner if owner != name else f"{owner}_each"
    parents = _Table(owner, parted.parents, len(parted.parents[entity]))
    rows = _Table(name, parted.rows, len(parted.rows[entity]), clock=parted.clock, in_series=True)
    link = Link(rows.name, entity, parents.name, entity, "as you say")
    told = [*notes, *parted.notes]
    _tie(rows, parents, link)
    shown = [n for n in columns if n in parted.fixed]
    return _fit(request, [parents, rows], told, {rows.name: (shown, list(columns))})


def _check_options(request: FitRequest) -> None:
    chosen = request.options.get("synthesizer", "trees")
    if chosen not in ("trees", "auto"):
        raise InputError(
            f"--synthesizer {chosen}: tables that belong together are learned by trees; each table by itself "
            "can be learned by any"
        )
    for option in ("budget", "epochs"):
        if option in request.options:
            raise InputError(f"{option}={request.options[option]}: not for tables that belong together")


def _tie(child: _Table, parent: _Table, link: Link) -> str:
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


def _fit(
    request: FitRequest,
    tables: list[_Table],
    notes: list[str],
    shown: Mapping[str, tuple[list[str], list[str]]] | None = None,
) -> Fitted:
    by_name = {table.name: table for table in tables}
    target = _target(request.options.get("target"), by_name)
    for table in tables:
        _choose_owner(table, by_name)
    for table in tables:
        for link in table.links:
            _count(by_name[link.parent], table, link)
    files: dict[str, bytes] = {}
    described: dict[str, Keys] = {}
    for table in tables:
        rows = Rows(request.seed, 0, table.rows).within("table", table.name)
        mine = target[1] if target and target[0] == table.name else None
        learned = _learn(table, by_name, mine, rows, (shown or {}).get(table.name))
        options = learned.options
        if learned.model is not None:
            file = FileReference(f"{table.name}.safetensors")
            files[file] = learned.model
            options = {"model": file, **options}
        owned = bool(table.links) and _owner(table) is not None
        described[table.name] = {**({} if owned else {"rows": table.rows}), "options": options}
        notes += [f"{table.name}: {note}" for note in learned.notes]
    if not files:
        raise InputError(f"{request.name}: no column of any table can be learned")
    if target is None:
        notes.append("no column is a label; --target TABLE.COLUMN makes one")
    words = f"Learned from {request.name} with sequential trees, each table given those it refers to."
    return Fitted({}, 0, files, tuple(notes), {"description": words}, described)


def _target(wanted: str | None, tables: Mapping[str, _Table]) -> tuple[str, str] | None:
    if wanted is None:
        return None
    places = [(t.name, c) for t in tables.values() for c in t.columns if wanted in (c, f"{t.name}.{c}")]
    if len(places) != 1:
        known = [f"{table.name}.{column}" for table in tables.values() for column in table.columns]
        what = "more than one column" if places else "no column"
        raise InputError(f"{what} is called {wanted!r}, the target;{did_you_mean(wanted, known)}")
    return places[0]


def _choose_owner(table: _Table, tables: Mapping[str, _Table]) -> None:
    """Put the table that its rows belong to first: of those never missing, the one with most rows."""
    sure = [link for link in table.links if not table.columns[link.column].null_count]
    if sure:
        owner = max(sure, key=lambda link: tables[link.parent].rows)
        table.links.sort(key=lambda link: link is not owner)
        index = _index(table, tables[owner.parent], owner)
        above = tables[owner.parent].whose
        table.whose = index if above is None else above[index]


def _owner(table: _Table) -> Link | None:
    first = table.links[0] if table.links else None
    return first if first is not None and table.whose is not None else None


def _index(table: _Table, parent: _Table, link: Link) -> Ints:
    """Return which row of the parent each row refers to; -1 for none."""
    found = pc.index_in(table.columns[link.column], value_set=parent.columns[link.key])
    index: Ints = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return index


def _count(parent: _Table, child: _Table, link: Link) -> None:
    """Add a column to a table that counts the rows of another one that refer to each of its rows."""
    index = _index(child, parent, link)
    counts = np.bincount(index[index >= 0], minlength=parent.rows)
    others = [other for other in child.links if other.parent == link.parent]
    name = f"rows of {child.name}" + (f" by {link.column}" if len(others) > 1 else "")
    parent.columns[name] = array([str(count) for count in counts.tolist()])
    parent.counts[name] = f"{child.name}.{link.column}"


def _count_of(parent: _Table, link: Link) -> str:
    return next(name for name, of in parent.counts.items() if of == f"{link.child}.{link.column}")


def _given(table: _Table, tables: Mapping[str, _Table]) -> tuple[dict[str, Profile], list[Keys]]:
    """Return what the rows of a table are drawn given, and the columns that look it up."""
    profiles: dict[str, Profile] = {}
    keys: list[Keys] = []
    for link in table.links:
        parent = tables[link.parent]
        index = _index(table, parent, link)
        lost = index < 0
        if table.in_series and link is not table.links[0]:
            continue
        for column in parent.shared:
            name = column if " of " in column else f"{column} of {parent.name}"
            if name in profiles or name in table.columns or len(profiles) >= MOST_GIVEN:
                continue
            values = parent.raw[column].take(array(np.maximum(index, 0)))
            if lost.any():
                values = pc.if_else(array(lost), pa.scalar(None, pa.string()), values)
            found = profile(name, values, whose=table.whose)
            if isinstance(found, Numbers | Categories):
                profiles[name] = found
                table.raw[name] = values
                there = _plain(column) if "format" in parent.made.get(column, {}) else column
                keys.append(
                    {"name": name, "kind": "lookup", "by": link.column, "column": there, "hidden": True}
                )
    return profiles, keys


def _learn(
    table: _Table,
    tables: Mapping[str, _Table],
    target: str | None,
    rows: Rows,
    shown: tuple[list[str], list[str]] | None,
) -> _Learned:
    given, lookups = _given(table, tables)
    refers = {link.column: link for link in table.links}
    own = {name: v for name, v in table.columns.items() if name not in refers and name != table.key}
    profiles = {n: profile(n, v, is_target=n == target, whose=table.whose) for n, v in own.items()}
    profiles |= {n: _countable(profiles[n], own[n]) for n in table.counts}
    profiles |= {n: _surely(n, own[n], profiles[n]) for n in _moments_of(table, tables)}
    if target is not None and not isinstance(profiles.get(target), (Numbers, Categories)):
        raise InputError(f"the target {target!r} of table {table.name!r} cannot be learned")
    declared = declare(profiles, target, given)
    model = _model(table, declared, given, target, rows)
    table.shared = {**{n: p for n, p in profiles.items() if isinstance(p, Numbers | Categories)}, **given}
    table.raw |= {name: own[name] for name in table.shared if name in own}
    columns = _columns(table, tables, declared, lookups, shown)
    return _Learned({"columns": columns}, model, declared.notes)


def _moments_of(table: _Table, tables: Mapping[str, _Table]) -> list[str]:
    """Return the columns without which the moments of rows cannot be made."""
    mine = [table.clock.step] if table.clock is not None else []
    children = [t for t in tables.values() if t.clock is not None and t.links[0].parent == table.name]
    return [*mine, *(child.clock.first for child in children if child.clock is not None)]


def _surely(name: str, values: Array, found: Profile) -> Profile:
    """Return a column of moments as one that can be made: what nearly all have is no secret."""
    if isinstance(found, Numbers | Categories | Constant):
        return found
    counts = sorted(values.value_counts().to_pylist(), key=lambda e: (-e["counts"], e["values"]))
    usual = counts[0]["values"]
    if counts[0]["counts"] < LEAST_ROWS:
        raise InputError(f"{name}: its values are too few, or too rare, to learn from; name another --order")
    number = re.fullmatch(r"-?\d+(\.\d+)?", usual) is not None
    return Constant(
        name, (float(usual) if "." in usual else int(usual)) if number else usual, "nearly always the same"
    )


def _countable(found: Profile, values: Array) -> Profile:
    """Return a column of counts as one that can be made: learned, or nearly always the same."""
    if isinstance(found, Numbers | Categories | Constant):
        return found
    usual = int(np.rint(np.median(np.asarray(values.cast(pa.int64())))))
    return Constant(found.name, usual, "nearly always the same")


def _model(
    table: _Table, declared: Declared, given: Mapping[str, Profile], target: str | None, rows: Rows
) -> bytes | None:
    columns = [coded(column, table.whose) for column in declared.learned]
    if not columns:
        return None
    known = [coded(one, table.whose) for one in given.values() if isinstance(one, Numbers | Categories)]
    if not table.in_series or table.whose is None:
        return grow(columns, target, rows, Around(known, whose=table.whose)).content()
    starts = np.flatnonzero(np.r_[True, table.whose[1:] != table.whose[:-1]])
    lengths = np.diff(np.append(starts, table.rows))
    places = np.arange(table.rows) - np.repeat(starts, lengths)
    place = profile("place", array([str(p) for p in places.tolist()]), whose=table.whose)
    totals = []
    if table.clock is not None and any(c.meaning.name == table.clock.step for c in columns):
        number = table.clock.type == "number"
        totals.append(
            Total(
                name=table.clock.passed,
                type="number" if number else "integer",
                decimals=6 if number else 0,
                of=table.clock.step,
            )
        )
    around = Around(
        known,
        coded(place, table.whose) if isinstance(place, Numbers | Categories) else None,
        table.links[0].column,
        totals,
        table.whose,
    )
    return grow(columns, target, rows, around).content()


def _columns(
    table: _Table,
    tables: Mapping[str, _Table],
    declared: Declared,
    lookups: list[Keys],
    shown: tuple[list[str], list[str]] | None,
) -> list[Keys]:
    """Return the columns of the schema, those that are shown in the order of the real table."""
    made = declared.columns
    for column in made:
        if column["name"] in table.counts:
            column["hidden"] = True
    hidden = [c for c in made if c.get("hidden")]
    visible = {c["name"]: c for c in made if not c.get("hidden")}
    if table.key is not None:
        visible[table.key] = {"name": table.key, **_key(table.columns[table.key])}
    for link in table.links:
        visible[link.column] = _foreign(table, tables[link.parent], link)
    order = list(table.columns)
    if table.clock is not None:
        hidden += _moments(table, tables[table.links[0].parent], visible)
    if shown is not None:
        fixed, order = shown
        link = table.links[0]
        # What is the same in all rows of a parent stands in each of them, as in the real table.
        made_there = tables[link.parent].made
        visible |= {n: {"name": n, "kind": "lookup", "by": link.column} for n in fixed if n in made_there}
    table.made = {name: visible[name] for name in order if name in visible}
    for name, column in table.made.items():
        if "format" in column:
            # Other tables look up the day, not the text.
            text = f"column({name!r})"
            hidden.append({"name": _plain(name), "kind": "expression", "expression": text, "hidden": True})
    return [*lookups, *hidden, *table.made.values()]


def _plain(name: str) -> str:
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


def _foreign(table: _Table, parent: _Table, link: Link) -> Keys:
    """Return the column that refers to the rows of a parent."""
    keys: Keys = {"name": link.column, "kind": "foreign_key", "table": parent.name, "column": link.key}
    keys["pick"] = "counted" if link is _owner(table) else "weighted"
    keys["count"] = _count_of(parent, link)
    lost = table.columns[link.column].null_count
    if lost:
        keys["null_rate"] = round(lost / table.rows, 4)
    return keys


def _moments(table: _Table, parent: _Table, visible: dict[str, Keys]) -> list[Keys]:
    """Declare the moment of each row: that of the first one and all that passed; return what is hidden."""
    clock = table.clock
    assert clock is not None
    by = table.links[0].column
    step = visible.pop(clock.step)
    start = parent.made[clock.first]
    begun = _plain(clock.first) if "format" in start else clock.first
    hidden: list[Keys] = [{"name": clock.first, "kind": "lookup", "by": by, "column": begun, "hidden": True}]
    text = f"column({clock.passed!r})"
    if step["kind"] == "constant":
        hidden.append({"name": clock.passed, "kind": "position", "of": by, "start": 0, "hidden": True})
        text = f"{step['value']} * {text}"
    else:
        hidden += [{**step, "hidden": True}, {"name": clock.passed, "kind": "fitted", "hidden": True}]
    first = f"column({clock.first!r})"
    if start["kind"] == "constant" and clock.type in ("date", "datetime"):
        first = f"{clock.type}({first})"
    add = {"date": "add_days({}, {})", "datetime": "add_seconds({}, {})"}.get(clock.type, "{} + {}")
    column: Keys = {"name": clock.name, "kind": "expression", "expression": add.format(first, text)}
    if clock.type == "number":
        column["round"] = 6
    visible[clock.name] = {**column, **({"format": clock.format} if clock.format else {})}
    return hidden
