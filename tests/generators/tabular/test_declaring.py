"""What a fitted schema declares beside its model: people who are nobody, and what follows from others."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

import synthlab

ROWS = 1_500
Columns = dict[str, list[Any]]
Fit = Callable[[Columns], tuple[pd.DataFrame, dict[str, dict[str, Any]], str]]


@pytest.fixture
def fit(tmp_path: Path) -> Fit:
    """Fit a table, and return rows of its copy, the columns of the schema, and all that was written."""

    def fitted(columns: Columns) -> tuple[pd.DataFrame, dict[str, dict[str, Any]], str]:
        with (tmp_path / "real.csv").open("w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file)
            lines.writerow(columns)
            lines.writerows(zip(*columns.values(), strict=True))
        made = synthlab.fit(tmp_path / "real.csv", tmp_path / "made.yaml", options={"synthesizer": "trees"})
        text = made.schema.read_text(encoding="utf-8")
        text += "".join(path.read_bytes().decode(errors="replace") for path in made.files)
        declared = {c["name"]: c for c in yaml.safe_load(made.schema.read_text())["options"]["columns"]}
        return synthlab.load(made.schema, rows=20_000).to_pandas(), declared, text

    return fitted


def numbers() -> np.random.Generator:
    return np.random.default_rng(11)


def test_people_are_made_up_and_agree_with_each_other(fit: Fit) -> None:
    chance = numbers()
    first = chance.choice(["Anna", "Bruno", "Clara", "David", "Emil", "Frieda"], ROWS)
    last = chance.choice(["Quandt", "Oetker", "Thyssen", "Krupp", "Flick", "Mohn"], ROWS)
    sex = np.where(chance.random(ROWS) < 0.5, "F", "M")
    real: Columns = {
        "full_name": [f"{a} {b}" for a, b in zip(first, last, strict=True)],
        "mail": [f"{b.lower()}{i}@secret.example" for i, b in enumerate(last)],
        "sex": sex.tolist(),
        "weight": chance.normal(70, 10, ROWS).round(1).tolist(),
        "doctor_name": [f"Dr {b} {i}" for i, b in enumerate(last)],
    }
    made, declared, text = fit(real)
    assert list(made) == list(real)
    assert not set(made["full_name"]) & set(real["full_name"])
    assert not set(made["mail"]) & set(real["mail"])
    assert made["mail"].is_unique
    assert "Quandt" not in text
    assert "secret.example" not in text
    agrees = [
        name.split()[-1].lower()[:4] in mail.lower()
        for name, mail in made[["full_name", "mail"]].head(300).values
    ]
    assert np.mean(agrees) > 0.5
    assert "sex" in declared["full_name"]
    assert (made["doctor_name"] != made["full_name"]).mean() > 0.99


def test_where_made_up_values_are_missing_depends_on_the_others_as_it_did(fit: Fit) -> None:
    chance = numbers()
    member = chance.random(ROWS) < 0.5
    phone = [f"+49 30 {i:06d}" if m or i % 5 == 0 else "" for i, m in enumerate(member)]
    real: Columns = {
        "member": [str(m).lower() for m in member],
        "phone": phone,
        "age": chance.integers(18, 90, ROWS).tolist(),
    }
    made, _, _ = fit(real)
    assert list(made) == ["member", "phone", "age"]
    assert made.loc[made["member"], "phone"].isna().mean() < 0.03
    assert made.loc[~made["member"], "phone"].isna().mean() == pytest.approx(0.8, abs=0.06)


def test_sums_products_and_copies_hold_in_every_row(fit: Fit) -> None:
    chance = numbers()
    price, count = chance.uniform(1, 90, ROWS).round(2), chance.integers(1, 40, ROWS)
    shipping = chance.uniform(0, 20, ROWS).round(2)
    real: Columns = {
        "price": price.tolist(),
        "count": count.tolist(),
        "net": (price * count).round(2).tolist(),
        "shipping": shipping.tolist(),
        "total": [f"{value:.2f}" for value in (price * count).round(2) + shipping],
        "cents": [round(value * 100) for value in shipping],
    }
    made, declared, _ = fit(real)
    assert list(made) == list(real)
    assert {n for n, c in declared.items() if c["kind"] == "expression"} == {"net", "total", "cents"}
    assert made["net"].to_numpy() == pytest.approx((made["price"] * made["count"]).to_numpy(), abs=0.006)
    assert made["total"].to_numpy() == pytest.approx((made["net"] + made["shipping"]).to_numpy(), abs=0.006)
    assert made["cents"].to_numpy() == pytest.approx((made["shipping"] * 100).to_numpy(), abs=0.6)


def test_a_category_that_follows_from_another_always_does(fit: Fit) -> None:
    chance = numbers()
    city = chance.choice(["Graz", "Wien", "Linz", "Bern", "Genf", "Bonn"], ROWS)
    country = {"Graz": "AT", "Wien": "AT", "Linz": "AT", "Bern": "CH", "Genf": "CH", "Bonn": "DE"}
    code = {name: 10 * i for i, name in enumerate(country)}
    real: Columns = {
        "city": city.tolist(),
        "country": [country[c] for c in city],
        "code": [code[c] for c in city],
        "size": chance.normal(0, 1, ROWS).round(3).tolist(),
    }
    made, declared, _ = fit(real)
    assert declared["country"]["kind"] == "expression"
    assert (made["country"] == made["city"].map(country)).all()
    assert (made["code"] == made["city"].map(code)).all()


def test_what_is_never_before_another_date_never_is(fit: Fit) -> None:
    chance = numbers()
    start = pd.Timestamp("2021-01-01") + pd.to_timedelta(chance.integers(0, 900, ROWS), "D")
    end = start + pd.to_timedelta(chance.gamma(2, 60, ROWS).astype(int), "D")
    ended = [value.strftime("%d.%m.%Y") if i % 4 else "" for i, value in enumerate(end)]
    real: Columns = {
        "started": [value.strftime("%Y-%m-%d") for value in start],
        "ended": ended,
        "score": chance.normal(0, 1, ROWS).round(2).tolist(),
    }
    made, _, _ = fit(real)
    assert list(made) == list(real)
    assert made["ended"].dropna().str.fullmatch(r"\d\d\.\d\d\.20\d\d").all()
    ends = pd.to_datetime(made["ended"], format="%d.%m.%Y")
    begins = pd.to_datetime(made["started"])
    there = ends.notna()
    assert there.mean() == pytest.approx(0.75, abs=0.04)
    gaps = (pd.to_datetime(ends[there]) - begins[there]).dt.days
    assert gaps.min() >= 0
    assert gaps.mean() == pytest.approx((end - start).days.to_numpy().mean(), rel=0.1)


def test_dates_are_written_as_they_were(fit: Fit) -> None:
    chance = numbers()
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(chance.integers(0, 1000, ROWS), "D")
    real: Columns = {
        "since": [value.strftime("%d/%m/%Y") for value in days],
        "score": chance.normal(0, 1, ROWS).round(2).tolist(),
    }
    made, declared, _ = fit(real)
    assert declared["since"]["format"] == "%d/%m/%Y"
    assert made["since"].str.fullmatch(r"\d\d/\d\d/20\d\d").all()


def test_chance_is_not_taken_for_a_rule(fit: Fit) -> None:
    chance = numbers()
    real: Columns = {
        "low": chance.integers(0, 100, ROWS).tolist(),
        "high": chance.integers(1_000, 2_000, ROWS).tolist(),
        "a": chance.choice(["x", "y"], ROWS).tolist(),
        "b": chance.choice(["u", "v", "w"], ROWS).tolist(),
        "zero": [0 if i % 300 else int(i / 300) + 1 for i in range(ROWS)],
    }
    _, declared, _ = fit(real)
    assert not [name for name, column in declared.items() if column["kind"] == "expression"]
