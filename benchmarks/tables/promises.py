"""What declared tables promise of their values, checked on many rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

import synthlab

__all__ = ["Promise", "duplicates", "promises", "unique_people"]

ROWS = 100_000
Floats = npt.NDArray[np.floating[Any]]

CORRELATED = [
    ("age", "tenure", 0.6),
    ("age", "visits", -0.4),
    ("tenure", "spent", 0.3),
    ("visits", "spent", 0.75),
    ("age", "spent", 0.1),
]
PREVALENCE, NOISE, MISSING = 0.1, 0.02, 0.05


@dataclass(frozen=True)
class Promise:
    """One property: how far it was measured to be off, and how far it may be."""

    what: str
    found: str
    promised: str
    kept: bool


def promises() -> Iterator[Promise]:
    """Yield what was found of the promises about correlation, labels, noise and missing values."""
    table = synthlab.load(_spoilt(), rows=ROWS).to_table()
    errors = [abs(_spearman(table, a, b) - value) for a, b, value in CORRELATED]
    yield Promise("Spearman correlation, worst of 5", f"{max(errors):.4f} off", "0.02", max(errors) <= 0.02)
    clean = table.column("left_clean").to_numpy()
    share = abs(clean.mean() - PREVALENCE) * 100
    yield Promise("prevalence of a label", f"{share:.2f} points off", "0.4 points", share <= 0.4)
    yield _rate("label noise", table.column("left").to_numpy() != clean, NOISE)
    yield _rate("missing values", pc.is_null(table.column("extra")).to_numpy(), MISSING)


def unique_people() -> dict[str, Any]:
    """Return a schema whose ids and e-mail addresses all differ."""
    columns = [
        {"name": "id", "kind": "permutation", "low": 1, "high": 10**9},
        {"name": "email", "kind": "person", "field": "email", "unique": True},
    ]
    return _schema("unique_people", {"columns": columns})


def duplicates(values: pa.ChunkedArray[Any]) -> int:
    """Return how many values were there before."""
    return len(values) - int(pc.count_distinct(values).as_py())


def _spoilt() -> dict[str, Any]:
    columns = [
        {"name": "age", "kind": "normal", "mean": 42, "std": 15, "low": 18, "high": 90, "type": "integer"},
        {"name": "tenure", "kind": "exponential", "scale": 24},
        {"name": "visits", "kind": "gamma", "shape": 0.7},
        {"name": "spent", "kind": "lognormal", "mean": 3, "sigma": 1.2, "round": 2},
        {"name": "extra", "kind": "uniform", "low": 0, "high": 1},
        {
            "name": "left",
            "kind": "logistic",
            "score": "0.04 * (age - 40) - log(1 + tenure)",
            "prevalence": PREVALENCE,
            "keep_probability": False,
        },
    ]
    correlations = [{"columns": [a, b], "value": value} for a, b, value in CORRELATED]
    stages = {"label_noise": {"rate": NOISE}, "missing": [{"columns": ["extra"], "rate": MISSING}]}
    return {**_schema("spoilt", {"columns": columns, "correlations": correlations}), **stages}


def _schema(name: str, options: dict[str, Any]) -> dict[str, Any]:
    return {"synthlab": 1, "name": name, "generator": "tabular", "seed": 7, "options": options}


def _rate(what: str, hit: npt.NDArray[np.bool_], rate: float) -> Promise:
    errors = abs(hit.mean() - rate) / math.sqrt(rate * (1 - rate) / len(hit))
    return Promise(f"rate of {what}", f"{errors:.1f} standard errors off", "3", bool(errors <= 3))


def _spearman(table: pa.Table, a: str, b: str) -> float:
    ranks = [_ranks(table.column(name).to_numpy().astype(np.float64)) for name in (a, b)]
    return float(np.corrcoef(*ranks)[0, 1])


def _ranks(values: Floats) -> Floats:
    """Return ranks, those of ties their mean."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[place]
