"""Tables of a population that the tests of the audit measure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv


def population(size: int, seed: int) -> pa.Table:
    """Return rows: numbers, classes, truth values, dates, what is missing together, and dependences."""
    chance = np.random.default_rng(seed)
    age = chance.normal(40, 12, size).round()
    job = chance.choice(["cook", "nurse", "clerk", "smith"], size, p=[0.4, 0.3, 0.2, 0.1])
    pay = 100 * age + 900 * (job == "nurse") + chance.normal(0, 300, size)
    bonus = pay / 10 + chance.normal(0, 40, size)
    lost = (chance.random(size) < 0.15) & (age > 35)
    return pa.table(
        {
            "age": age.astype(int),
            "job": job.tolist(),
            "pay": pa.array(pay.round(2), mask=lost),
            "bonus": pa.array(bonus.round(2), mask=lost),
            "seen": pa.array(chance.integers(10_000, 20_000, size), pa.int32()).cast(pa.date32()),
            "member": pa.array(age / 40 + chance.normal(0, 0.5, size) > 1),
            "chosen": np.where(age / 12 + (job == "nurse") + chance.normal(0, 0.5, size) > 3.6, "yes", "no"),
        }
    )


def shuffled(table: pa.Table, *names: str) -> pa.Table:
    """Return a table with these columns, or all, each in another order: alike one by one, not together."""
    for place, name in enumerate(table.column_names):
        if not names or name in names:
            order = np.random.default_rng(place).permutation(table.num_rows)
            table = table.set_column(place, name, table.column(name).take(pa.array(order)))
    return table


def changed(table: pa.Table, name: str, values: object) -> pa.Table:
    """Return a table with other values in a column."""
    return table.set_column(table.column_names.index(name), name, [values])


def written(path: Path, table: pa.Table) -> Path:
    """Write a table as CSV, and return where it is."""
    pa.csv.write_csv(table, path)
    return path


REAL, HOLDOUT, FRESH = population(1_200, 1), population(1_000, 2), population(1_200, 3)
