"""`fit --synthesizer dp_trees`: from a table and its declared domain to a private model and its statement.

Nothing that is printed or stored here is known from the data but by noisy counts.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from synthlab.errors import InputError, did_you_mean
from synthlab.generator import FileReference, FitRequest, Fitted

from ..column import Array
from ..trees.coding import CategoryCodes, Coded
from .budget import Release, epsilon_of, read_ledger, rho_of
from .domain import read_domain, template
from .measure import at_least_none, measure
from .model import learned

__all__ = ["OPTIONS", "fit_private"]

OPTIONS = ("target", "synthesizer", "epsilon", "delta", "domain", "ledger", "most_epsilon", "table", "query")
FILE = "model.safetensors"


def fit_private(request: FitRequest, columns: Mapping[str, Array]) -> Fitted:
    """Return the schema and the private model of a table, and write down what was spent."""
    given = request.options
    for option in given:
        if option not in OPTIONS:
            hint = did_you_mean(option, OPTIONS)
            raise InputError(f"dp_trees has no option {option!r};{hint} it takes {', '.join(OPTIONS)}")
    if "domain" not in given:
        raise InputError(
            "dp_trees needs domain=FILE.yaml, which declares what the columns can hold, written without "
            "looking at the data; a start, to be filled in:\n" + template(list(columns))
        )
    epsilon = _number("epsilon", given.get("epsilon"), 1e-3, 100)
    delta = _number("delta", given.get("delta", "1e-6"), 1e-15, 1e-2)
    domain = read_domain(Path(given["domain"]))
    target = given.get("target")
    if target is not None and target not in domain.columns:
        hint = did_you_mean(target, domain.columns)
        raise InputError(f"the domain declares no column {target!r} for the target;{hint}")
    coded = domain.coded(dict(columns))
    coded.sort(key=lambda column: column.meaning.name != target)
    rho = rho_of(epsilon, delta)
    ledger = _ledger(request)
    before = read_ledger(ledger)
    total = _total(before, Release(rho, delta, domain.unit), given.get("most_epsilon"))
    # What is spent is written down before it is spent: a release that nobody counted would be worse.
    with ledger.open("a", encoding="utf-8") as file:
        entry = {
            "mechanism": "dp_trees/1",
            "unit": domain.unit,
            "epsilon": epsilon,
            "delta": delta,
            "rho": rho,
        }
        file.write(json.dumps(entry) + "\n")
    statement = _statement(epsilon, delta, rho, domain.unit, len(before), total)
    # Without a target, all columns depend on one class that all rows have.
    alone = [] if target is not None else [np.zeros(len(coded[0].codes), dtype=np.int64)]
    codes = [*alone, *(column.codes for column in coded)]
    sizes = [*([1] if alone else []), *(column.size for column in coded)]
    found = measure(codes, sizes, rho)
    none: list[Coded] = [coded[0]] if alone else []
    model = learned([*none, *coded], target is not None, found, statement)
    rows = max(1, round(sum(float(at_least_none(s).sum()) for s in found.singles) / len(found.singles)))
    file_name = FileReference(FILE)
    shown = [_declared(column, target) for column in sorted(coded, key=_place(list(domain.columns)))]
    left_out = [name for name in columns if name not in domain.columns]
    notes = [statement, f"rows: {rows:,}, by noisy counts"]
    notes += [f"left out, as the domain does not declare them: {', '.join(left_out)}"] if left_out else []
    notes.append(f"written down in {ledger.name}: keep it beside the table, it adds up what was released")
    description = f"Learned from {request.name} with differential privacy. {statement}"
    options = {"model": file_name, "columns": shown}
    return Fitted(options, rows, {file_name: model.content()}, tuple(notes), {"description": description})


def _ledger(request: FitRequest) -> Path:
    if "ledger" in request.options:
        return Path(request.options["ledger"])
    if not isinstance(request.source, Path):
        raise InputError("dp_trees: name a file by ledger=FILE, where the releases of this table add up")
    return Path(f"{request.source}.privacy.jsonl")


def _place(names: list[str]) -> Any:
    return lambda column: names.index(column.meaning.name)


def _declared(column: Coded, target: str | None) -> dict[str, Any]:
    name = column.meaning.name
    is_label = name == target and isinstance(column.meaning, CategoryCodes)
    return {"name": name, "kind": "fitted", **({"label": True} if is_label else {})}


def _number(name: str, text: str | None, low: float, high: float) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        found = "is missing" if text is None else f"is {text!r}"
        raise InputError(f"dp_trees: {name} {found}; it is a number from {low:g} to {high:g}")
    return value


def _total(before: list[Release], now: Release, most: str | None) -> tuple[float, float]:
    """Return epsilon and delta of all releases together, or raise InputError when that is too much."""
    delta = max(release.delta for release in (*before, now))
    epsilon = epsilon_of(math.fsum(release.rho for release in (*before, now)), delta)
    if most is not None:
        limit = _number("most_epsilon", most, 1e-3, 1e6)
        if epsilon > limit * (1 + 1e-9):
            raise InputError(
                f"this table has been released {len(before)} times; with this release that would be epsilon "
                f"{epsilon:.4g} in all, more than {limit:g}; nothing was released"
            )
    return epsilon, delta


def _statement(
    epsilon: float, delta: float, rho: float, unit: str, before: int, total: tuple[float, float]
) -> str:
    """Return what may be claimed, word for word."""
    said = (
        f"The mechanism dp_trees/1 that made this model is ({epsilon:g}, {delta:g})-differentially private "
        f"({rho:.4g}-zCDP), for tables that differ by one {unit} added or removed, if the domain was "
        "declared without looking at the data."
    )
    if before:
        said += (
            f" With the {before} releases before it in the ledger of this table, all together are "
            f"({total[0]:.4g}, {total[1]:g})-differentially private."
        )
    return said
