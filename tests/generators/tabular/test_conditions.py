"""Rows that are wanted: conditions that hold in every row, and classes in exact shares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

import synthlab
from synthlab.errors import SchemaError

ROWS = 3_000


@pytest.fixture(scope="module", params=["trees", "gaussian_copula"])
def schema(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fitted schema of payments, of which one in twenty is a fraud."""
    chance = np.random.default_rng(4)
    fraud = chance.random(ROWS) < 0.05
    amount = np.where(fraud, chance.gamma(3, 400, ROWS), chance.gamma(2, 40, ROWS)).round(2)
    age = chance.integers(18, 90, ROWS)
    folder = tmp_path_factory.mktemp(request.param)
    frame = pd.DataFrame(
        {
            "fraud": np.where(fraud, "yes", "no"),
            "amount": amount,
            "age": age,
            "plan": np.where(chance.random(ROWS) < age / 100, "pro", "basic"),
            "card": [f"card {i}" for i in range(ROWS)],
        }
    )
    frame.to_csv(folder / "payments.csv", index=False)
    options = {"target": "fraud", "synthesizer": request.param}
    return synthlab.fit(folder / "payments.csv", folder / "payments.yaml", options=options).schema


def with_options(schema: Path, **options: Any) -> Path:
    """Return the schema with more options, beside it."""
    content = yaml.safe_load(schema.read_text())
    content["options"] |= options
    path = schema.with_name("wanted.yaml")
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return path


def rows_of(schema: Path, rows: int = 20_000, **options: Any) -> pd.DataFrame:
    return synthlab.load(with_options(schema, **options), rows=rows).to_pandas()


def test_a_condition_holds_in_every_row_and_changes_no_row_that_fulfils_it(schema: Path) -> None:
    plain = synthlab.load(schema, rows=20_000).to_pandas()
    wanted = rows_of(schema, where="age >= 40 and plan == 'pro'")
    fits = (plain["age"] >= 40) & (plain["plan"] == "pro")
    assert ((wanted["age"] >= 40) & (wanted["plan"] == "pro")).all()
    assert 0.1 < fits.mean() < 0.9
    pd.testing.assert_frame_equal(plain[fits], wanted[fits])


def test_rows_under_a_condition_are_distributed_as_those_that_fulfil_it(schema: Path) -> None:
    plain = synthlab.load(schema, rows=60_000).to_pandas()
    fits = plain[(plain["age"] >= 75)]
    wanted = rows_of(schema, where="age >= 75")
    assert wanted["amount"].mean() == pytest.approx(fits["amount"].mean(), rel=0.08)
    assert (wanted["plan"] == "pro").mean() == pytest.approx((fits["plan"] == "pro").mean(), abs=0.02)
    assert wanted["age"].mean() == pytest.approx(fits["age"].mean(), abs=0.2)


def test_classes_come_in_exact_shares_and_the_rest_goes_with_them(schema: Path) -> None:
    made = rows_of(schema, rows=10_000, shares={"fraud": {"yes": 1, "no": 1}})
    assert (made["fraud"] == "yes").groupby(np.arange(10_000) // 1_000).sum().tolist() == [500] * 10
    real = synthlab.load(schema, rows=60_000).to_pandas().groupby("fraud")["amount"].mean()
    found = made.groupby("fraud")["amount"].mean()
    assert found["yes"] == pytest.approx(real["yes"], rel=0.12)
    assert found["no"] == pytest.approx(real["no"], rel=0.12)


def test_shares_and_a_condition_hold_together(schema: Path) -> None:
    shares = {"fraud": {"yes": 30, "no": 70}, "plan": {"pro": 50, "basic": 50}}
    made = rows_of(schema, rows=4_000, shares=shares, where="age < 60")
    assert (made["fraud"] == "yes").sum() == 1_200
    assert (made["plan"] == "pro").sum() == 2_000
    assert (made["age"] < 60).all()


def test_a_slice_of_wanted_rows_is_that_part_of_the_whole(schema: Path) -> None:
    path = with_options(schema, where="age >= 80", shares={"fraud": {"yes": 50, "no": 50}})
    dataset = synthlab.load(path, rows=9_000)
    whole = dataset.to_pandas()
    for start, stop in ((0, 10), (4_321, 4_400), (8_999, 9_000)):
        part = dataset[start:stop].to_pandas()
        pd.testing.assert_frame_equal(part, whole[start:stop].reset_index(drop=True))
    assert dataset[5_000] == dataset[5_000:5_001].to_pandas().to_dict("records")[0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"where": "age > 200"}, "none of 8,192 rows"),
        ({"where": "amount > 1e9"}, "none of 8,192 rows"),
        ({"where": "ag > 20"}, "did you mean 'age'"),
        ({"where": "age + 1"}, "a condition is true or false"),
        ({"where": "card == 'x'"}, "does not follow from the model alone"),
        ({"shares": {"frau": {"yes": 1}}}, "did you mean 'fraud'"),
        ({"shares": {"fraud": {"maybe": 1}}}, "has no class 'maybe'"),
        ({"shares": {"age": {"40": 1}}}, "has no classes"),
        ({"shares": {"card": {"x": 1}}}, "is not of kind fitted"),
        ({"shares": {"fraud": {"yes": 0}}}, "not all 0"),
        ({"shares": {"fraud": {"yes": -1, "no": 2}}}, "not all 0"),
    ],
)
def test_wishes_that_cannot_be_fulfilled_are_refused(schema: Path, options: Any, said: str) -> None:
    with pytest.raises(SchemaError) as caught:
        synthlab.load(with_options(schema, **options))
    assert said in str(caught.value)


def test_wishes_need_a_model() -> None:
    column = {"name": "x", "kind": "uniform", "low": 0, "high": 1}
    schema = {"synthlab": 1, "name": "x", "generator": "tabular", "rows": 5}
    with pytest.raises(SchemaError, match="only rows of a fitted model"):
        synthlab.load({**schema, "options": {"columns": [column], "where": "x > 0.5"}})
