"""A Gaussian copula learned from a real table, with SDV, as plain numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthlab.errors import InputError
from synthlab.rows import Rows

from .column import Floats
from .copula import Z_MAX, Category, Model, Number
from .profile import Categories, Numbers
from .sdv_copula import learn

__all__ = ["learn_copula"]

POINTS = 385
"""How many quantiles describe a column of numbers: 32 to the standard deviation."""


def learn_copula(columns: Sequence[Numbers | Categories], target: str | None, rows: Rows) -> Model:
    """Return the copula of a table, of whose rows nothing remains in it."""
    told = next((column for column in columns if column.name == target), None)
    numbers = [column for column in columns if isinstance(column, Numbers)]
    categories = [_ordered(column, told) for column in columns if isinstance(column, Categories)]
    # SDV takes no seed: its draws depend on the order of the rows.
    order = rows.stream("fit", "order").permutation(len(rows))
    filled = {f"n{i}": _smooth(n, rows)[order] for i, n in enumerate(numbers)}
    codes = {f"c{i}": c.codes[order] for i, c in enumerate(categories)}
    present = {f"n{i}": 1 - n.missing for i, n in enumerate(numbers)}
    learned = learn(filled, codes, np.linspace(-Z_MAX, Z_MAX, POINTS), present)
    marginals = [_number(n, learned.quantiles[f"n{i}"]) for i, n in enumerate(numbers)]
    weighted = [_category(c, learned.shares[f"c{i}"]) for i, c in enumerate(categories)]
    return Model(columns=[*marginals, *weighted], correlation=learned.correlation)


def _ordered(column: Categories, target: Numbers | Categories | None) -> Categories:
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
