"""Missing values: as many as declared, where they were declared, and known to be missing."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synthlab import BuildError, load

from .people import people

ROWS = 100_000


def column(table: pa.Table, name: str) -> np.ndarray:
    return table.column(name).to_numpy()


def near(count: int, rows: int, rate: float) -> bool:
    """Whether a share is within three standard errors of the rate."""
    return abs(count / rows - rate) <= 3 * (rate * (1 - rate) / rows) ** 0.5


def test_values_are_missing_at_the_rate_and_known_to_be() -> None:
    made = people(ROWS, missing={"columns": ["income", "first", "plan"], "rate": 0.05}).to_table()
    lost = {name: column(made, f"{name}_missing") for name in ("income", "first", "plan")}
    for name, mask in lost.items():
        assert near(mask.sum(), ROWS, 0.05)
        assert made.column(name).is_null().to_numpy().tolist() == mask.tolist()
    assert near((lost["income"] & lost["first"]).sum(), ROWS, 0.05**2)


def test_columns_are_lost_together_where_that_is_declared() -> None:
    made = people(missing={"columns": ["income", "born"], "rate": 0.2, "together": True}).to_table()
    assert made.column("income_missing").equals(made.column("born_missing"))
    assert near(column(made, "income_missing").sum(), 4000, 0.2)


def test_missing_at_random_depends_on_another_column() -> None:
    made = people(ROWS, missing={"columns": ["income"], "rate": 0.3, "when": "age > 60"}).to_table()
    old, lost = column(made, "age") > 60, column(made, "income_missing")
    assert not lost[~old].any()
    assert near(lost[old].sum(), old.sum(), 0.3)


def test_missing_not_at_random_depends_on_the_value_that_is_lost() -> None:
    clean = people(ROWS).to_table()
    made = people(ROWS, missing={"columns": ["income"], "rate": 0.4, "when": "income > 60000"}).to_table()
    high, lost = column(clean, "income") > 60_000, column(made, "income_missing")
    assert not lost[~high].any()
    assert near(lost[high].sum(), high.sum(), 0.4)


def test_a_rate_may_follow_from_the_row() -> None:
    rate = "sigmoid(0.1 * (age - 54)) if plan == 'basic' else 0.02"
    made = people(ROWS, missing={"columns": ["income"], "rate": rate}).to_table()
    age, basic, lost = column(made, "age"), column(made, "plan") == 0, column(made, "income_missing")
    assert near(lost[~basic].sum(), (~basic).sum(), 0.02)
    for years in (30, 54, 78):
        rows = basic & (age == years)
        assert near(lost[rows].sum(), rows.sum(), 1 / (1 + np.exp(-0.1 * (years - 54))))


def test_the_condition_of_an_entry_sees_the_values_that_came_in() -> None:
    entry = {"columns": ["income"], "rate": 0.5, "when": "age > 40"}
    alone = people(missing=entry).to_table()
    after = people(missing=[{"columns": ["age"], "rate": 0.9}, entry]).to_table()
    assert alone.column("income").equals(after.column("income"))


def test_a_condition_may_ask_for_the_truth_that_a_stage_before_has_left() -> None:
    condition = "label != label_clean"
    made = people(
        label_noise={"rate": 0.2}, missing={"columns": ["first"], "rate": 1, "when": condition}
    ).to_table()
    wrong = column(made, "label") != column(made, "label_clean")
    assert column(made, "first_missing").tolist() == wrong.tolist()


def test_a_rate_that_is_no_probability_stops_the_build_with_a_way_out() -> None:
    made = people(missing={"columns": ["income"], "rate": "(age - 30) / 50"})
    with pytest.raises(BuildError, match=r"stage 'missing', column 'income': the rate .* write clip\("):
        made.to_table()
    spared = people(missing={"columns": ["income"], "rate": "(age - 30) / 60", "when": "age >= 30"})
    assert any(spared.to_table().column("income_missing").to_pylist())


def test_an_expression_that_fails_names_stage_and_column() -> None:
    condition = "id * 4611686018427387904 * age > 0"
    made = people(missing={"columns": ["income"], "rate": 0.1, "when": condition})
    with pytest.raises(BuildError, match="stage 'missing', column 'income': a whole number became too large"):
        made.to_table()


@pytest.mark.parametrize(
    ("format", "read"), [("csv", pd.read_csv), ("jsonl", partial(pd.read_json, lines=True))]
)
def test_what_is_missing_is_missing_in_the_files(tmp_path: Path, format: str, read: Any) -> None:
    lost = ["age", "signup", "plan", "churned", "data_gb"]
    schema = {
        "synthlab": 1,
        "name": "shoppers",
        "generator": "tabular",
        "rows": 500,
        "options": {
            "columns": [
                {"name": "age", "kind": "normal", "mean": 40, "std": 9, "type": "integer"},
                {"name": "signup", "kind": "date", "low": "2020-01-01", "high": "2024-12-31"},
                {"name": "plan", "kind": "categorical", "values": {"basic": 2, "plus": 1}},
                {"name": "data_gb", "kind": "normal", "mean": 40, "std": 9, "round": 1},
                {"name": "churned", "kind": "bernoulli", "p": 0.3, "label": True},
            ]
        },
        "missing": {"columns": lost, "rate": 0.2},
    }
    made = load(schema)
    made.write(tmp_path, format=format)
    frame = read(tmp_path / f"shoppers.{format}")
    for name in lost:
        assert frame[name].isna().tolist() == frame[f"{name}_missing"].tolist()
        assert frame[f"{name}_missing"].tolist() == made.to_table().column(f"{name}_missing").to_pylist()
        assert 50 < frame[name].isna().sum() < 150
