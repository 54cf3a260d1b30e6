"""`synthlab schema from`: a declared schema that makes rows like those of a real table, and holds none."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy import stats

import synthlab
from synthlab.errors import InputError
from synthlab.fitting import describe
from synthlab.rows import Rows
from synthlab_tabular import TabularGenerator

COLUMNS: list[dict[str, Any]] = [
    {"name": "row_id", "kind": "sequence"},
    {"name": "age", "kind": "normal", "mean": 44, "std": 10, "type": "integer"},
    {"name": "income", "kind": "lognormal", "mean": 10.2, "sigma": 0.5, "round": 2},
    {"name": "wait", "kind": "exponential", "scale": 6, "round": 3},
    {"name": "share", "kind": "uniform", "low": 0, "high": 1, "round": 4},
    {"name": "calls", "kind": "poisson", "lam": 40},
    {"name": "plan", "kind": "categorical", "values": {"basic": 60, "plus": 30, "pro": 10}},
    {"name": "active", "kind": "bernoulli", "p": 0.7},
    {"name": "since", "kind": "date", "low": "2020-01-01", "high": "2022-12-31"},
    {"name": "code", "kind": "pattern", "pattern": "AB-####"},
    {"name": "email", "kind": "person", "field": "email"},
    {"name": "full_name", "kind": "person"},
    {"name": "churned", "kind": "logistic", "score": "0.08 * age - 1.5 * log(income)", "prevalence": 0.25},
]
OPTIONS = {
    "columns": COLUMNS,
    "correlations": [{"columns": ["age", "income"], "value": 0.5}],
}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real table, for once one whose making is known."""
    options = {**OPTIONS, "columns": [{**column} for column in COLUMNS]}
    options["columns"][-1]["keep_probability"] = False
    schema = {
        "synthlab": 1,
        "name": "people",
        "generator": "tabular",
        "rows": 20_000,
        "options": options,
        "missing": {"columns": ["income", "wait"], "rate": 0.1, "together": True},
    }
    folder = tmp_path_factory.mktemp("table")
    frame = synthlab.load(schema).to_pandas().drop(columns=["income_missing", "wait_missing"])
    frame.to_csv(folder / "people.csv", index=False)
    return folder / "people.csv"


@pytest.fixture(scope="module")
def described(table: Path) -> str:
    return describe(table, options={"target": "churned"})[0]


def test_what_was_declared_is_found_again(described: str) -> None:
    columns = {column["name"]: column for column in yaml.safe_load(described)["options"]["columns"]}
    kinds = {name: column["kind"] for name, column in columns.items() if "_score_" not in name}
    assert kinds == {
        "row_id": "sequence",
        "age": "normal",
        "income": "lognormal",
        "wait": "exponential",
        "share": "uniform",
        "calls": "poisson",
        "plan": "categorical",
        "active": "bernoulli",
        "since": "date",
        "code": "pattern",
        "email": "person",
        "full_name": "person",
        "churned": "logistic",
    }
    assert columns["age"]["mean"] == pytest.approx(44, abs=0.3)
    assert columns["income"]["sigma"] == pytest.approx(0.5, abs=0.02)
    assert columns["calls"]["lam"] == pytest.approx(40, abs=0.3)
    assert columns["active"]["p"] == pytest.approx(0.7, abs=0.02)
    assert columns["code"]["pattern"] == "AA-####"
    assert columns["churned"]["prevalence"] == pytest.approx(0.25, abs=0.02)


def test_the_schema_loads_and_makes_rows_like_the_table(described: str, table: Path) -> None:
    made = synthlab.load(yaml.safe_load(described), rows=20_000)
    ours = made.to_pandas()
    with table.open(newline="") as file:
        theirs = list(csv.DictReader(file))
    for name in ("age", "income", "wait", "share", "calls"):
        observed = np.array([float(row[name]) for row in theirs if row[name]])
        assert stats.ks_2samp(ours[name].dropna(), observed).statistic < 0.05, name
    assert ours["income"].isna().mean() == pytest.approx(0.1, abs=0.01)
    assert (ours["income"].isna() == ours["wait"].isna()).all()
    both = ours[["age", "income"]].dropna()
    assert stats.spearmanr(both["age"], both["income"]).statistic == pytest.approx(0.5, abs=0.06)
    assert (ours["churned"] == "true").mean() == pytest.approx(0.25, abs=0.02)


def test_the_label_depends_on_the_columns_as_in_the_table(described: str, table: Path) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    with table.open(newline="") as file:
        theirs = list(csv.DictReader(file))
    names = ("age", "income")
    real = np.array([[float(row[name] or "nan") for name in names] for row in theirs])
    real_labels = np.array([row["churned"] == "true" for row in theirs])
    made = synthlab.load(yaml.safe_load(described), rows=10_000).to_pandas()
    ours = HistGradientBoostingClassifier(random_state=0, max_iter=60)
    ours.fit(made[list(names)].to_numpy(float), made["churned"] == "true")
    best = HistGradientBoostingClassifier(random_state=0, max_iter=60)
    best.fit(real[:10_000], real_labels[:10_000])
    scores = [
        roc_auc_score(real_labels[10_000:], model.predict_proba(real[10_000:])[:, 1])
        for model in (ours, best)
    ]
    assert scores[0] > scores[1] - 0.02


def test_nothing_of_a_person_is_in_the_schema(tmp_path: Path) -> None:
    rows = TabularGenerator.model_validate({"columns": COLUMNS[:-1]}).generate(Rows(3, 0, 400)).to_pylist()
    secret = {
        "full_name": "Zebulon Quartermaine",
        "email": "zeb@quartermaine.example",
        "income": 98_765_432.1,
        "plan": "witness protection",
        "code": "ZZ-0042",
        "age": 113,
    }
    rows[17].update(secret)
    names = list(rows[0])
    path = tmp_path / "secrets.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    text = "\n".join([describe(path)[0], *describe(path)[1]])
    for value in secret.values():
        assert str(value) not in text
    for row in rows:
        assert row["full_name"] not in text
        assert row["email"] not in text
    made = synthlab.load(yaml.safe_load(describe(path)[0]), rows=2_000).to_pandas()
    assert made["income"].max() < 9e7
    assert "witness protection" not in set(made["plan"])


def test_the_same_table_gives_the_same_text(table: Path) -> None:
    assert describe(table) == describe(table)


def test_what_cannot_be_described_is_told(tmp_path: Path, table: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'churned'"):
        describe(table, options={"target": "churnd"})
    small = tmp_path / "small.csv"
    small.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="too few"):
        describe(small)
    with pytest.raises(InputError, match="no file"):
        describe(tmp_path / "absent.csv")
