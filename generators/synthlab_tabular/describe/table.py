"""The schema of a real table, as text: what each column was taken for stands beside it."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from synthlab.errors import InputError, did_you_mean
from synthlab.generator import FitRequest

from ..correlation import Correlation, dependence
from ..generator import TabularGenerator
from ..profile import FEW, Categories, Constant, Counter, MadeUp, Numbers, Profile, profile
from ..reading import read_table
from .shapes import shape_of
from .target import explain_target

__all__ = ["describe"]

LEAST_ROWS = 50
STRONG = 0.1
"""Weaker rank correlations are left out."""
MOST_CORRELATED = 25

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ .'()*/+=<>-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def describe(request: FitRequest) -> tuple[str, tuple[str, ...]]:
    """Return a declared schema in YAML, and notes on what each column was taken for.

    No row, no name, no free text and no exact extreme of the table is in it.
    """
    part, query = (request.options.get(option) for option in ("table", "query"))
    table = read_table(request.source, table=part, query=query, seed=request.seed)
    if table.rows < LEAST_ROWS:
        raise InputError(
            f"{request.name}: {table.rows} rows are too few to describe without showing them; "
            f"at least {LEAST_ROWS} are needed"
        )
    target = request.options.get("target")
    if target is not None and target not in table.columns:
        hint = did_you_mean(target, table.columns)
        raise InputError(
            f"there is no column {target!r} for the target;{hint} there are {', '.join(table.columns)}"
        )
    profiles = {n: profile(n, v, is_target=n == target) for n, v in table.columns.items()}
    if target is not None and not isinstance(profiles[target], Numbers | Categories):
        raise InputError(f"the target {target!r} cannot be described: {profiles[target].note}")
    lines, notes, kept = [], list(table.notes), []
    for name, found in profiles.items():
        if name == target:
            continue
        keys, note = _column(found)
        notes.append(f"{name}: {note}")
        if keys is None:
            lines.append(f"    # {_comment(name)}: {note}")
            continue
        kept.append({"name": name, **keys})
        lines.append(f"    - {_flow(kept[-1])}  # {note}")
    if target is not None:
        found = profiles[target]
        assert isinstance(found, Numbers | Categories)
        others = [p for p in profiles.values() if p.name != target and isinstance(p, Numbers | Categories)]
        made = explain_target(found, others)
        lines.append(f"    # {_comment(target)} follows from the others as it does in the table.")
        lines += [f"    - {_flow(column)}" for column in made]
        notes.append(f"{target}: {found.note}; the label, by a linear model of the other columns")
        kept += made
    if not kept:
        raise InputError(f"{request.name}: no column can be described")
    correlations = _correlations(kept, profiles, target)
    text = _page(request, table.total, lines, correlations, _missing(profiles, kept, target))
    return text, tuple(notes)


def _column(found: Profile) -> tuple[dict[str, Any] | None, str]:
    match found:
        case Constant(value=value, note=note):
            return {"kind": "constant", "value": value}, note
        case Counter(note=note):
            return {"kind": "sequence"}, note
        case Categories(values=names, codes=codes, note=note):
            return _categories(names, np.bincount(codes, minlength=len(names)).tolist(), found.type), note
        case Numbers(type="date" | "datetime", note=note):
            return _times(found), note
        case Numbers(note=note):
            shape = shape_of(found)
            return dict(shape.keys), f"{note}; no share is off by more than {shape.distance:.1%}"
        case MadeUp(keys=keys, note=note):
            return dict(keys), note
    return None, found.note


def _categories(values: Sequence[Any], counts: Sequence[int], kind: str) -> dict[str, Any]:
    known = [(value, count) for value, count in zip(values, counts, strict=True) if value is not None]
    total = sum(count for _, count in known)
    if kind == "boolean":
        true = sum(count for value, count in known if value)
        return {"kind": "bernoulli", "p": round(true / total, 4)}
    return {"kind": "categorical", "values": {value: float(f"{100 * n / total:.4g}") for value, n in known}}


def _times(found: Numbers) -> dict[str, Any]:
    start = datetime.datetime(1970, 1, 1)  # noqa: DTZ001  all times here are without a zone
    unit = datetime.timedelta(days=1) if found.type == "date" else datetime.timedelta(seconds=1)
    low, high = start + math.floor(found.low) * unit, start + (math.ceil(found.high) + 1) * unit
    if found.type == "date":
        return {"kind": "date", "low": str(low.date()), "high": str(high.date())}
    return {"kind": "datetime", "low": low.isoformat(), "high": high.isoformat()}


def _missing(
    profiles: Mapping[str, Profile], kept: Sequence[Mapping[str, Any]], target: str | None
) -> list[dict[str, Any]]:
    """Return the entries of the stage; columns that are always missing together are one entry."""
    groups: dict[bytes, tuple[list[str], float]] = {}
    names = {column["name"] for column in kept}
    for name, found in profiles.items():
        if name == target or name not in names:
            continue
        lost = np.zeros(0, dtype=bool)
        if isinstance(found, Numbers):
            lost = np.isnan(found.values)
        elif isinstance(found, Categories) and None in found.values:
            lost = found.codes == found.values.index(None)
        if lost.sum() >= FEW:
            groups.setdefault(np.packbits(lost).tobytes(), ([], round(float(lost.mean()), 4)))[0].append(name)
    return [
        {"columns": columns, "rate": rate, **({"together": True} if len(columns) > 1 else {})}
        for columns, rate in groups.values()
    ]


def _correlations(
    kept: Sequence[Mapping[str, Any]], profiles: Mapping[str, Profile], target: str | None
) -> dict[str, Any] | None:
    """Return the rank correlations of the numbers, drawn in until they contradict each other no more."""
    drawn = {column["name"] for column in kept if column["kind"] not in ("constant", "sequence")}
    numbers = {
        name: found.values
        for name, found in profiles.items()
        if isinstance(found, Numbers) and name in drawn and name != target
    }
    names = list(numbers)
    if len(names) < 2:
        return None
    filled = [np.where(np.isnan(v), np.nanmedian(v), v) for v in numbers.values()]
    ranks = np.array([_ranked(values) for values in filled])
    matrix = np.round(np.nan_to_num(np.corrcoef(ranks)), 2)
    strong = (np.abs(matrix) >= STRONG) & ~np.eye(len(names), dtype=bool)
    chosen = [i for i in range(len(names)) if strong[i].any()][:MOST_CORRELATED]
    if len(chosen) < 2:
        return None
    small = np.where(strong, matrix, 0.0)[np.ix_(chosen, chosen)]
    columns = {column["name"]: column for column in kept}
    some = [columns[names[i]] for i in chosen]
    declared = {c.name: c for c in TabularGenerator.model_validate({"columns": some}).columns}
    for _ in range(60):
        entry = {
            "columns": [names[i] for i in chosen],
            "matrix": [
                [1 if i == j else round(float(small[i, j]), 2) for j in range(len(chosen))]
                for i in range(len(chosen))
            ],
        }
        if not dependence([Correlation.model_validate(entry)], declared)[1]:
            return entry
        small = small * 0.93
    return None


def _ranked(values: Any) -> Any:
    order = np.argsort(values, kind="stable")
    ranks = np.empty(len(values))
    ranks[order] = np.arange(len(values))
    _, which = np.unique(values, return_inverse=True)
    return (np.bincount(which, ranks) / np.bincount(which))[which]


def _page(
    request: FitRequest,
    rows: int,
    lines: Sequence[str],
    correlations: dict[str, Any] | None,
    missing: Sequence[dict[str, Any]],
) -> str:
    page = [
        f"# What {_comment(request.name)} looks like, declared: edit it as you like.",
        "# Values in fewer than five rows, names and free text were left out; bounds are rounded outward.",
        "synthlab: 1",
        f"description: {_text(f'Declared after {request.name}.')}",
        "generator: tabular",
        f"rows: {rows}",
        f"seed: {request.seed}",
        "format: csv",
        "options:",
        "  columns:",
        *lines,
    ]
    if correlations is not None:
        page += ["  correlations:", f"    - columns: {_flow(correlations['columns'])}", "      matrix:"]
        page += [f"        - {_flow(row)}" for row in correlations["matrix"]]
    if missing:
        page += ["missing:", *(f"  - {_flow(entry)}" for entry in missing)]
    return "\n".join(page) + "\n"


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def _flow(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f"{_key(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case float():
            return f"{value:.10g}"
        case int():
            return str(value)
    return _text(value)


def _key(key: Any) -> str:
    return str(key) if isinstance(key, int) else _text(key)


def _text(text: str) -> str:
    """Return a string as YAML has it: plain where it cannot be mistaken, else in double quotes."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text == text.strip()
    return text if plain else json.dumps(text, ensure_ascii=False)
