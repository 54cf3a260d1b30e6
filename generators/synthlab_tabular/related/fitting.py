"""Several tables learned together: each given what it refers to, parents first.

A parent has, as a column of its own that is not shown, how many rows each table has for it. So a child's rows
are as many as its parent says, and none is an orphan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from ..overruling import overruled, read_wishes
from ..profile import FEW, Categories, Constant, Numbers, Profile, as_categories, as_numbers, profile
from ..trees import Around, Total, coded, grow
from ..written import times_in
from .columns import columns_of, plain
from .links import Link, in_order, links_between, said_links, table_name
from .sequences import part
from .table import (
    Table,
    choose_owner,
    count_rows,
    find_copies,
    find_series,
    index_of,
    owner_of,
    tie,
)

__all__ = ["fit_related", "fit_sequence"]

Ints = npt.NDArray[np.int64]
Keys = dict[str, Any]
LEAST_ROWS = 50
MOST_GIVEN = 60
"""A row is drawn given at most so many columns of the rows that it refers to."""


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
    sizes = {name: len(next(iter(columns.values()))) for name, columns in tables.items()}
    order, links, dropped = in_order(sizes, links_between(tables, declared, said))
    found = {name: Table(name, dict(columns), sizes[name]) for name, columns in tables.items()}
    told = [*notes, *dropped]
    for name in order:
        small = found[name].rows < LEAST_ROWS
        if small and not any(link.child == name for link in links):
            # What refers to it is learned as a column like others.
            told.append(f"{name}: left out: its {found[name].rows} rows are too few to learn from")
            for link in links:
                if link.parent == name:
                    _as_classes(found[link.child], link.column)
            links = [link for link in links if link.parent != name]
            del found[name]
    if not found:
        raise InputError(f"{request.name}: no table has {LEAST_ROWS} rows or more")
    for link in links:
        told.append(tie(found[link.child], found[link.parent], link))
    return _fit(request, [found[name] for name in order if name in found], told)


def _as_classes(table: Table, column: str) -> None:
    """Note that a column that refers to a table of few rows is of classes, if it can be."""
    if isinstance(as_categories(column, table.columns[column], None), Categories):
        table.wishes[column] = "category"


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
    parents = Table(owner, parted.parents, len(parted.parents[entity]))
    rows = Table(
        name,
        parted.rows,
        len(parted.rows[entity]),
        clock=parted.clock,
        moments=parted.moments,
        in_series=True,
    )
    link = Link(rows.name, entity, parents.name, entity, "as you say")
    told = [*notes, *parted.notes]
    tie(rows, parents, link)
    rows.parents = index_of(rows, parents, link)
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


def _fit(
    request: FitRequest,
    tables: list[Table],
    notes: list[str],
    shown: Mapping[str, tuple[list[str], list[str]]] | None = None,
) -> Fitted:
    by_name = {table.name: table for table in tables}
    target = _target(request.options.get("target"), by_name)
    for wish, kind in read_wishes(request.options.get("columns", "")).items():
        name, column = _target(wish, by_name, "column") or ("", "")
        by_name[name].wishes[column] = kind
    for table in tables:
        choose_owner(table, by_name)
    for table in tables:
        find_copies(table, by_name)
        find_series(table, by_name)
        for link in table.links:
            if link.column not in table.copies:
                count_rows(by_name[link.parent], table, link)
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
        owned = bool(table.links) and owner_of(table) is not None
        described[table.name] = {**({} if owned else {"rows": table.rows}), "options": options}
        notes += [f"{table.name}: {note}" for note in learned.notes]
    if not files:
        raise InputError(f"{request.name}: no column of any table can be learned")
    if target is None:
        notes.append("no column is a label; --target TABLE.COLUMN makes one")
    words = f"Learned from {request.name} with sequential trees, each table given those it refers to."
    return Fitted({}, 0, files, tuple(notes), {"description": words}, described)


def _target(
    wanted: str | None, tables: Mapping[str, Table], what_for: str = "target"
) -> tuple[str, str] | None:
    if wanted is None:
        return None
    places = [(t.name, c) for t in tables.values() for c in t.columns if wanted in (c, f"{t.name}.{c}")]
    if len(places) != 1:
        known = [f"{table.name}.{column}" for table in tables.values() for column in table.columns]
        known += [column for table in tables.values() for column in table.columns]
        what = "more than one column" if places else "no column"
        raise InputError(
            f"{what} is called {wanted!r}, the {what_for} that was named;{did_you_mean(wanted, known)}"
        )
    return places[0]


def _given(table: Table, tables: Mapping[str, Table]) -> tuple[dict[str, Profile], list[Keys]]:
    """Return what the rows of a table are drawn given, and the columns that look it up."""
    profiles: dict[str, Profile] = {}
    keys: list[Keys] = []
    for link in table.links:
        parent = tables[link.parent]
        index = index_of(table, parent, link)
        lost = index < 0
        if (table.in_series and link is not table.links[0]) or link.column in table.copies:
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
                there = plain(column) if "format" in parent.made.get(column, {}) else column
                keys.append(
                    {"name": name, "kind": "lookup", "by": link.column, "column": there, "hidden": True}
                )
    return profiles, keys


def _learn(
    table: Table,
    tables: Mapping[str, Table],
    target: str | None,
    rows: Rows,
    shown: tuple[list[str], list[str]] | None,
) -> _Learned:
    given, lookups = _given(table, tables)
    refers = {link.column: link for link in table.links}
    made_here = {*refers, *table.places, table.key}
    own = {name: values for name, values in table.columns.items() if name not in made_here}
    if not table.in_series:
        counted = {n: profile(n, table.columns[n], whose=table.whose) for n in table.places}
        given |= {n: p for n, p in counted.items() if isinstance(p, Numbers | Categories)}
    profiles = {
        n: overruled(n, v, table.wishes[n], table.whose)
        if n in table.wishes
        else profile(n, v, is_target=n == target, whose=table.whose)
        for n, v in own.items()
    }
    profiles |= {n: _countable(profiles[n], own[n]) for n in table.counts}
    if table.clock is not None:
        # However few different steps there are, they are added up.
        profiles[table.clock.step] = as_numbers(table.clock.step, own[table.clock.step], table.whose)
    profiles |= {n: _surely(n, own[n], profiles[n]) for n in _moments_of(table, tables)}
    if target is not None and not isinstance(profiles.get(target), (Numbers, Categories)):
        raise InputError(f"the target {target!r} of table {table.name!r} cannot be learned")
    # What is in order with the moments of the rows follows from them, not from those of the first row.
    moments = {} if table.clock is None else {table.clock.name: profile(table.clock.name, table.moments)}
    declared = declare(profiles, target, {**given, **moments})
    model = _model(table, declared, given, target, rows)
    table.shared = {**{n: p for n, p in profiles.items() if isinstance(p, Numbers | Categories)}, **given}
    table.raw |= {name: table.columns[name] for name in table.shared if name in table.columns}
    columns = columns_of(table, tables, declared, lookups, shown)
    told = [f"{name}: counts the rows of one {table.links[0].column}" for name in table.places]
    told += [f"{name}: as its {table.links[0].parent} has it" for name in table.copies]
    return _Learned({"columns": columns}, model, [*declared.notes, *told])


def _moments_of(table: Table, tables: Mapping[str, Table]) -> list[str]:
    """Return the columns without which the moments of rows cannot be made."""
    mine = [table.clock.step] if table.clock is not None else []
    children = [t for t in tables.values() if t.clock is not None and t.links[0].parent == table.name]
    return [*mine, *(child.clock.first for child in children if child.clock is not None)]


def _surely(name: str, values: Array, found: Profile) -> Profile:
    """Return a column of moments as one that can be made: what nearly all have is no secret."""
    if isinstance(found, Numbers | Categories | Constant):
        return found
    times = times_in(values, by_name=True) if not found.name.endswith("before") else None
    if times is not None:
        step = 86_400 if times.type == "date" else 1
        seconds = (times.values.to_numpy(zero_copy_only=False) * step).astype("datetime64[s]").astype(str)
        values = array([text[:10] if times.type == "date" else text for text in seconds.tolist()])
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
    table: Table, declared: Declared, given: Mapping[str, Profile], target: str | None, rows: Rows
) -> bytes | None:
    columns = [coded(column, table.whose) for column in declared.learned]
    if not columns:
        return None
    known = [coded(one, table.whose) for one in given.values() if isinstance(one, Numbers | Categories)]
    if table.parents is None:
        return grow(columns, target, rows, Around(known, whose=table.whose)).content()
    starts = np.flatnonzero(np.r_[True, np.diff(table.parents) != 0])
    lengths = np.diff(np.append(starts, table.rows))
    places = np.arange(table.rows) - np.repeat(starts, lengths)
    # What few parents have so many rows for is not told apart.
    most = int(np.sort(lengths)[-min(FEW, len(lengths))]) - 1
    counted = np.minimum(places, most).astype(np.float64)
    place = Numbers("place", "integer", counted, 0, 0.0, float(most), 0.0, "")
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
        coded(place),
        table.links[0].column,
        totals,
        table.whose,
        table.parents,
    )
    return grow(columns, target, rows, around).content()
