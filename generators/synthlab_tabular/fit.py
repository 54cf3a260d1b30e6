"""From a real table to a schema: read it, decide what its columns are, learn a model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from synthlab.errors import InputError, did_you_mean
from synthlab.generator import FileReference, FitRequest, Fitted
from synthlab.rows import Rows

from .column import Array, Floats
from .copula import Z_MAX, Category, Model, Number
from .profile import (
    Categories,
    Constant,
    Counter,
    Numbers,
    Profile,
    profile,
)
from .reading import read_table
from .sdv_copula import learn

__all__ = ["MODEL", "fit"]

MODEL = FileReference("model.json")
POINTS = 385
"""How many quantiles describe a column of numbers: 32 to the standard deviation."""
LEAST_ROWS = 50


def fit(request: FitRequest) -> Fitted:
    """Return the schema and the model of a real table. Of its rows, nothing remains in them."""
    for option in request.options:
        if option != "target":
            raise InputError(
                f"fit has no option {option!r};{did_you_mean(option, ['target'])} it takes target=COLUMN"
            )
    table = read_table(request.source)
    if table.rows < LEAST_ROWS:
        raise InputError(
            f"{request.source.name}: {table.rows} rows are too few to learn from "
            f"without showing them; at least {LEAST_ROWS} are needed"
        )
    target = request.options.get("target")
    profiles = _profiles(table.columns, target)
    if target is not None and not isinstance(profiles[target], (Numbers, Categories)):
        raise InputError(f"the target {target!r} cannot be learned: {profiles[target].note}")
    numbers = [p for p in profiles.values() if isinstance(p, Numbers)]
    categories = [p for p in profiles.values() if isinstance(p, Categories)]
    if not numbers and not categories:
        reasons = "\n".join(f"  {p.name}: {p.note}" for p in profiles.values())
        raise InputError(f"{request.source.name}: no column can be learned\n{reasons}")
    rows = Rows(request.seed, 0, table.rows)
    ordered = [_ordered(c, profiles[target] if target else None) for c in categories]
    model = _model(numbers, ordered, rows)
    columns = [_column(p, target) for p in profiles.values()]
    options = {"model": MODEL, "columns": [column for column in columns if column is not None]}
    notes = [*table.notes, *(f"{p.name}: {p.note}" for p in profiles.values())]
    if target is None:
        notes.append("no column is a label; --option target=COLUMN makes one")
    return Fitted(options, table.rows, {MODEL: model}, tuple(notes), {"description": _description(request)})


def _profiles(columns: Mapping[str, Array], target: str | None) -> dict[str, Profile]:
    if target is not None and target not in columns:
        known = ", ".join(columns)
        raise InputError(
            f"there is no column {target!r} for the target;{did_you_mean(target, columns)} there are {known}"
        )
    return {n: profile(n, values, is_target=n == target) for n, values in columns.items()}


def _ordered(column: Categories, target: Profile | None) -> Categories:
    """Return the categories in the order that lets a normal number stand for them best.

    Whole numbers by size; others by how often they go with the second class of a target of two;
    without such a target, by frequency.
    """
    size = len(column.values)
    if column.type != "string":
        keys = [(value is None, value or 0) for value in column.values]
    elif isinstance(target, Categories) and len(target.values) == 2 and target is not column:
        total = np.bincount(column.codes, minlength=size)
        hits = np.bincount(column.codes[target.codes == 1], minlength=size)
        keys = list(zip((hits / total).tolist(), range(size), strict=True))
    else:
        return column
    order = sorted(range(size), key=keys.__getitem__)
    rank = np.argsort(np.array(order))
    values = [column.values[place] for place in order]
    return Categories(column.name, column.type, values, rank[column.codes], column.note)


def _model(numbers: Sequence[Numbers], categories: Sequence[Categories], rows: Rows) -> bytes:
    """Return the content of the model file."""
    # SDV takes no seed: its draws depend on the order of the rows.
    order = rows.stream("fit", "order").permutation(len(rows))
    filled = {f"n{i}": _smooth(n, rows)[order] for i, n in enumerate(numbers)}
    codes = {f"c{i}": c.codes[order] for i, c in enumerate(categories)}
    present = {f"n{i}": 1 - n.missing for i, n in enumerate(numbers)}
    learned = learn(filled, codes, np.linspace(-Z_MAX, Z_MAX, POINTS), present)
    marginals = [_number(n, learned.quantiles[f"n{i}"]) for i, n in enumerate(numbers)]
    weighted = [_category(c, learned.shares[f"c{i}"]) for i, c in enumerate(categories)]
    model = Model(columns=[*marginals, *weighted], correlation=learned.correlation)
    return (json.dumps(model.model_dump(mode="json"), ensure_ascii=False) + "\n").encode()


def _smooth(column: Numbers, rows: Rows) -> Floats:
    """Return the values as a continuous distribution would give them.

    Where they are missing, present ones are drawn: SDV would put the mean there, and learn a spike.
    Within the last decimal they are spread evenly: to SDV, all that equal the least are impossibly
    small, which weakens every correlation and bends the marginals of counts.
    """
    missing = np.isnan(column.values)
    present = column.values[~missing]
    drawn = rows.stream("fit", "missing", column.name).integers(0, len(present))
    values = np.where(missing, present[drawn], column.values)
    if column.decimals is not None:
        step = float(f"1e{-column.decimals}")
        values += step * rows.stream("fit", "spread", column.name).uniform(-0.5, 0.5)
    return values


def _number(column: Numbers, quantiles: Floats) -> Number:
    if not np.isfinite(quantiles[1:-1]).all():
        raise InputError(f"column {column.name!r}: SDV found no distribution for it")
    rising = np.maximum.accumulate(np.clip(quantiles, column.low, column.high))
    return Number(
        name=column.name,
        type=column.type,
        decimals=column.decimals,
        quantiles=[float(f"{value:.10g}") for value in rising.tolist()],
        missing=column.missing,
    )


def _category(column: Categories, shares: Floats) -> Category:
    weights = [round(share, 6) for share in shares.tolist()]
    return Category(name=column.name, type=column.type, values=column.values, weights=weights)


def _column(found: Profile, target: str | None) -> dict[str, Any] | None:
    """Return the column as the schema file declares it."""
    match found:
        case Numbers(name=name) | Categories(name=name):
            label = {"label": True} if name == target else {}
            return {"name": name, "kind": "fitted", **label}
        case Constant(name=name, value=value):
            return {"name": name, "kind": "constant", "value": value}
        case Counter(name=name):
            return {"name": name, "kind": "sequence"}
    return None


def _description(request: FitRequest) -> str:
    return f"Learned from {request.source.name} with a Gaussian copula."
