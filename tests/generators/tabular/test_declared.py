"""Declared columns: the laws of rows, what each kind of column promises, and what is refused."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

from synthlab.errors import BuildError
from synthlab.features import ClassLabel, Value
from synthlab.generator import OptionProblem
from synthlab.portable import normal_cdf
from synthlab.rows import Rows
from synthlab.testing import check_generator
from synthlab_tabular import TabularGenerator

SCHEMA = yaml.safe_load((Path(__file__).parents[3] / "schemas/customers.yaml").read_text(encoding="utf-8"))
# YAML 1.1 reads dates; the project's own reader leaves them as text.
CUSTOMERS = TabularGenerator.model_validate(SCHEMA["options"])

Column = dict[str, Any]


def table(*columns: Column) -> TabularGenerator:
    return TabularGenerator.model_validate({"columns": list(columns)})


def column(name: str = "x", rows: int = 20_000, **options: Any) -> npt.NDArray[Any]:
    """Return the values of one declared column."""
    made = table({"name": name, **options}).generate(Rows(7, 0, rows)).column(0)
    return made.to_numpy(zero_copy_only=False)


def problems(*columns: Column) -> list[OptionProblem]:
    return list(table(*columns).problems())


def refusal(**options: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        table({"name": "x", **options})
    return caught.value.errors()[0]["msg"]


# The laws of rows


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**12), st.integers(1, 300), st.integers(0, 300), st.integers(0, 300))
def test_a_slice_is_the_same_alone_and_in_the_whole(start: int, length: int, first: int, second: int) -> None:
    a, b = sorted((first % length, second % length))
    whole = CUSTOMERS.generate(Rows(1, start, start + length))
    part = CUSTOMERS.generate(Rows(1, start + a, start + b))
    assert part.equals(whole.slice(a, b - a))


def test_a_shorter_table_is_the_start_of_a_longer_one() -> None:
    longer = CUSTOMERS.generate(Rows(1, 0, 1000))
    assert CUSTOMERS.generate(Rows(1, 0, 100)).equals(longer.slice(0, 100))


def test_adding_removing_or_reordering_columns_changes_no_other() -> None:
    columns: list[Column] = SCHEMA["options"]["columns"]
    whole = CUSTOMERS.generate(Rows(1, 0, 500))
    turned = table(*reversed(columns), {"name": "more", "kind": "normal", "mean": 0, "std": 1})
    for name in whole.schema.names:
        assert turned.generate(Rows(1, 0, 500)).column(name).equals(whole.column(name)), name
    fewer = table(*(c for c in columns if c["name"] not in ("churned", "region")))
    made = fewer.generate(Rows(1, 0, 500))
    for name in made.schema.names:
        assert made.column(name).equals(whole.column(name)), name


def test_hiding_or_labeling_a_column_changes_no_value() -> None:
    columns: list[Column] = [
        {"name": "b", "kind": "bernoulli", "p": 0.5},
        {"name": "x", "kind": "expression", "expression": "1 if b else 0"},
    ]
    plain = table(*columns).generate(Rows(1, 0, 50))
    labeled = table({**columns[0], "label": True}, columns[1]).generate(Rows(1, 0, 50))
    hidden = table({**columns[0], "hidden": True}, columns[1]).generate(Rows(1, 0, 50))
    assert plain.column("x").equals(labeled.column("x"))
    assert plain.column("x").equals(hidden.column("x"))
    assert labeled.column("b").to_pylist() == [v is True for v in plain.column("b").to_pylist()]
    assert hidden.schema.names == ["x"]


def test_columns_of_one_kind_are_independent() -> None:
    made = table(
        {"name": "a", "kind": "normal", "mean": 0, "std": 1},
        {"name": "b", "kind": "normal", "mean": 0, "std": 1},
    ).generate(Rows(1, 0, 20_000))
    a, b = (made.column(name).to_numpy() for name in "ab")
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.03


def test_a_pickled_generator_makes_the_same_rows() -> None:
    made = CUSTOMERS.generate(Rows(1, 0, 20))
    assert pickle.loads(pickle.dumps(CUSTOMERS)).generate(Rows(1, 0, 20)).equals(made)


def test_the_options_survive_being_written_and_read() -> None:
    again = TabularGenerator.model_validate_json(CUSTOMERS.model_dump_json())
    assert again == CUSTOMERS
    assert again.generate(Rows(1, 0, 20)).equals(CUSTOMERS.generate(Rows(1, 0, 20)))


# What each kind of column promises


def test_uniform_numbers_fill_their_range() -> None:
    values = column(kind="uniform", low=-2, high=3)
    assert stats.kstest(values, "uniform", (-2, 5)).pvalue > 1e-3
    assert values.min() >= -2
    assert values.max() < 3


def test_uniform_integers_have_both_ends_equally_often() -> None:
    counts = np.bincount(column(kind="uniform", low=0, high=4, type="integer", rows=50_000))
    assert len(counts) == 5
    assert stats.chisquare(counts).pvalue > 1e-3


def test_normal_numbers_are_normal() -> None:
    values = column(kind="normal", mean=10, std=3)
    assert stats.kstest(values, "norm", (10, 3)).pvalue > 1e-3


@pytest.mark.parametrize(("low", "high"), [(8, 11), (None, 9), (14, None), (16, 30)])
def test_a_truncated_normal_is_the_normal_between_its_bounds(low: float | None, high: float | None) -> None:
    values = column(kind="normal", mean=10, std=3, low=low, high=high)
    least, greatest = (
        -math.inf if low is None else (low - 10) / 3,
        math.inf if high is None else (high - 10) / 3,
    )
    assert stats.kstest(values, stats.truncnorm(least, greatest, 10, 3).cdf).pvalue > 1e-3
    assert low is None or values.min() >= low
    assert high is None or values.max() <= high


@given(st.floats(-8, 8))
@settings(max_examples=50)
def test_the_normal_share_below_a_point_is_right(z: float) -> None:
    assert float(normal_cdf(z)) == pytest.approx(stats.norm.cdf(z), abs=1e-15)


@given(
    st.floats(-1e4, 1e4),
    st.floats(0.001, 1e4),
    st.integers(-3, 5),
    st.sampled_from(["uniform", "normal"]),
)
@settings(max_examples=60, deadline=None)
def test_rounded_numbers_stay_between_their_bounds(
    low: float, width: float, decimals: int, kind: str
) -> None:
    high = low + width
    options: Column = {"kind": kind, "low": low, "high": high, "round": decimals}
    if kind == "normal":
        options |= {"mean": low, "std": width}
    try:
        made = table({"name": "x", **options})
    except ValidationError as error:
        # Refused because there is nothing to draw, not for another reason.
        step = Fraction(10) ** -decimals
        if math.ceil(Fraction(low) / step) <= math.floor(Fraction(high) / step):
            raise AssertionError("refused, though there are values to draw") from error
        return
    values = made.generate(Rows(1, 0, 200)).column(0).to_numpy()
    assert (values >= low).all()
    assert (values <= high).all()
    assert np.allclose(values, [round(v, decimals) for v in values.tolist()], rtol=1e-15)


def test_categories_come_in_proportion_to_their_weights() -> None:
    values = column(kind="categorical", values={"a": 1, "b": 3, "never": 0})
    assert set(values) == {"a", "b"}
    assert np.mean(values == "a") == pytest.approx(0.25, abs=0.015)
    assert set(column(kind="categorical", values=[1, 2, 3])) == {1, 2, 3}


def test_dates_have_both_ends_and_times_stay_before_the_end() -> None:
    days = column(kind="date", low="2024-02-27", high="2024-03-01")
    assert sorted({str(day) for day in days}) == [
        "2024-02-27",
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
    ]
    times = column(kind="datetime", low="2024-01-01 00:00", high="2024-01-01 00:00:03")
    assert sorted({str(time)[-2:] for time in times}) == ["00", "01", "02"]


def test_a_sequence_counts_and_a_constant_stays() -> None:
    assert column(kind="sequence", start=10, step=-2, rows=3).tolist() == [10, 8, 6]
    assert column(kind="constant", value="é", rows=2).tolist() == ["é", "é"]
    assert column(kind="bernoulli", p=0, rows=9).any() == np.False_


def test_a_sequence_that_leaves_64_bits_says_so() -> None:
    generator = table({"name": "x", "kind": "sequence", "start": 2**63 - 10})
    with pytest.raises(BuildError, match="'x'"):
        generator.generate(Rows(1, 0, 100))


def test_an_expression_follows_from_its_columns_and_is_rounded() -> None:
    made = table(
        {"name": "half", "kind": "expression", "expression": "x / 3", "round": 2},
        {"name": "x", "kind": "sequence"},
    ).generate(Rows(1, 0, 4))
    assert made.column("half").to_pylist() == [0.33, 0.67, 1.0, 1.33]


def test_a_rule_gives_the_first_case_that_holds_and_null_does_not_hold() -> None:
    made = table(
        {"name": "x", "kind": "sequence", "start": 0},
        {
            "name": "kind",
            "kind": "rule",
            "cases": [
                {"when": "1 / x > 0.9", "then": "one"},
                {"when": "x <= 2", "then": "small"},
            ],
            "otherwise": "large",
        },
    ).generate(Rows(1, 0, 4))
    assert made.column("kind").to_pylist() == ["small", "one", "small", "large"]


def test_an_overflow_points_into_the_expression() -> None:
    generator = table(
        {"name": "x", "kind": "constant", "value": 2**62},
        {"name": "y", "kind": "expression", "expression": "x * x"},
    )
    with pytest.raises(BuildError, match=r"column 'y'.*64 bits"):
        generator.generate(Rows(1, 0, 1))


# Labels


def test_labels_are_classes_with_their_names() -> None:
    yes_no = "'yes' if n > 1 else 'no'"
    generator = table(
        {"name": "n", "kind": "categorical", "values": [3, 1], "label": True},
        {"name": "b", "kind": "bernoulli", "p": 0.5, "label": True},
        {"name": "x", "kind": "uniform", "low": 0, "high": 1, "label": True},
        {
            "name": "e",
            "kind": "expression",
            "expression": yes_no,
            "classes": ["no", "yes"],
            "label": True,
        },
        {"name": "t", "kind": "expression", "expression": "n > 1", "label": True},
        {
            "name": "r",
            "kind": "rule",
            "cases": [{"when": "b", "then": "left"}],
            "otherwise": "stayed",
            "label": True,
        },
    )
    features = generator.features
    assert features.labels == ("n", "b", "x", "e", "t", "r")
    assert features["n"] == ClassLabel(("3", "1"))
    assert features["b"] == features["t"] == ClassLabel(("false", "true"))
    assert features["x"] == Value("float64")
    assert features["e"] == ClassLabel(("no", "yes"))
    assert features["r"] == ClassLabel(("stayed", "left"))
    for row in features.readable(generator.generate(Rows(1, 0, 50))).to_pylist():
        assert row["e"] == ("yes" if row["n"] == "3" else "no")
        assert row["t"] == ("true" if row["n"] == "3" else "false")
        assert row["r"] == ("left" if row["b"] == "true" else "stayed")


def test_a_value_outside_the_classes_is_never_written() -> None:
    generator = table(
        {
            "name": "e",
            "kind": "expression",
            "expression": "'c'",
            "classes": ["a", "b"],
            "label": True,
        }
    )
    with pytest.raises(BuildError, match="'c', which is none of its classes: a, b"):
        generator.generate(Rows(1, 0, 1))


def test_the_customers_keep_their_rule_and_their_balance() -> None:
    made = CUSTOMERS.generate(Rows(1, 0, 20_000))
    left = [row for row in made.to_pylist() if row["churned"] == 1]
    assert min(row["support_calls"] for row in left if row["contract"] == "two-year") >= 8
    assert 0.1 < len(left) / made.num_rows < 0.35
    assert made.column("customer_id")[0].as_py() == 100_001
    assert not any(column.null_count for column in made.columns)


# What is refused, and where


REFUSED = [
    ({"kind": "normal", "mean": 0, "std": 0}, "greater than 0"),
    ({"kind": "normal", "mean": 0, "std": 1, "low": 1, "high": 1}, "less than high"),
    ({"kind": "normal", "mean": 0, "std": 1, "low": 9}, "almost none"),
    ({"kind": "lognormal", "mean": 1e5, "sigma": 1}, "outside what this type holds"),
    ({"kind": "normal", "mean": 0, "std": 1e16, "type": "integer"}, "outside what this type holds"),
    ({"kind": "exponential", "loc": "2020-01-01", "scale": 1e9, "type": "date"}, "outside what this type"),
    ({"kind": "exponential", "scale": 9, "type": "date"}, "loc is a date"),
    ({"kind": "gamma", "shape": 1e9}, "less than or equal"),
    ({"kind": "beta", "a": 1e9, "b": 1}, "less than or equal"),
    ({"kind": "normal", "mean": 0, "std": 1, "hihg": 3}, "Extra inputs"),
    ({"kind": "normal", "mean": math.inf, "std": 1}, "finite"),
    ({"kind": "uniform", "low": 3, "high": 1}, "less than high"),
    ({"kind": "uniform", "low": 0.2, "high": 0.8, "type": "integer"}, "no value"),
    ({"kind": "uniform", "low": 0, "high": 9, "type": "integer", "round": 2}, "no decimals"),
    ({"kind": "categorical", "values": []}, "at least 1"),
    ({"kind": "categorical", "values": ["a", "a"]}, "differ"),
    ({"kind": "categorical", "values": ["a", 1]}, "all strings or all whole"),
    ({"kind": "categorical", "values": {"a": 0}}, "0"),
    ({"kind": "categorical", "values": {"a": -1}}, "greater than or equal"),
    ({"kind": "categorical", "values": ["a"], "weights": [1]}, "Extra inputs"),
    ({"kind": "bernoulli", "p": 1.1}, "less than or equal"),
    ({"kind": "date", "low": "2024-02-01", "high": "2024-01-01"}, "after"),
    ({"kind": "date", "low": 5, "high": "2024-01-01"}, "text"),
    ({"kind": "date", "low": "2024-02-30", "high": "2024-03-01"}, "valid date"),
    ({"kind": "datetime", "low": "2024-01-01", "high": "2024-01-01"}, "before"),
    ({"kind": "datetime", "low": "2024-01-01T00:00Z", "high": "2024-01-02"}, "timezone"),
    ({"kind": "sequence", "step": 0}, "never moves"),
    ({"kind": "constant", "value": 2**63}, "64 bits"),
    ({"kind": "gaussian", "mean": 0}, "gaussian"),
    ({"kind": "rule", "cases": [], "otherwise": "a"}, "at least 1"),
    ({"kind": "rule", "cases": [{"when": "True", "then": 1}], "otherwise": "a"}, "one type"),
    ({"kind": "expression", "expression": "'a'", "classes": ["a", "a"]}, "differ"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_what_cannot_be_honoured_is_refused(options: Column, message: str) -> None:
    assert message in refusal(**options)


def test_an_unknown_name_is_shown_in_its_expression() -> None:
    (problem,) = problems(
        {"name": "age", "kind": "sequence"},
        {"name": "old", "kind": "expression", "expression": "aeg > 60"},
        {"name": "older", "kind": "expression", "expression": "old and age > 80"},
    )
    assert problem.path == ("columns", 1, "expression")
    assert (problem.offset, problem.length) == (0, 3)
    assert "'age'" in problem.hint


def test_a_mistake_in_a_case_is_shown_in_that_case() -> None:
    (problem,) = problems(
        {"name": "age", "kind": "sequence"},
        {
            "name": "old",
            "kind": "rule",
            "cases": [{"when": "age > 60", "then": 1}, {"when": "age", "then": 2}],
            "otherwise": 3,
        },
    )
    assert problem.path == ("columns", 1, "cases", 1, "when")
    assert "true or false" in problem.message


def test_a_circle_names_its_columns() -> None:
    (problem,) = problems(
        {"name": "x", "kind": "sequence"},
        {"name": "a", "kind": "expression", "expression": "b + x"},
        {"name": "b", "kind": "expression", "expression": "c + 1"},
        {"name": "c", "kind": "expression", "expression": "a + 1"},
    )
    assert problem.path == ("columns", 1, "expression")
    assert "a reads b reads c reads a" in problem.message


def test_all_problems_are_told_at_once() -> None:
    found = problems(
        {"name": "a", "kind": "sequence", "hidden": True, "label": True},
        {"name": "a", "kind": "sequence"},
        {"name": " b", "kind": "sequence"},
        {"name": "c", "kind": "expression", "expression": "1 +"},
        {"name": "d", "kind": "expression", "expression": "'x'", "round": 1},
        {"name": "e", "kind": "expression", "expression": "'x'", "label": True},
        {"name": "f", "kind": "expression", "expression": "None"},
        {"name": "g", "kind": "fitted"},
    )
    assert [problem.path[1:] for problem in found] == [
        (0, "hidden"),
        (1, "name"),
        (2, "name"),
        (3, "expression"),
        (4, "expression"),
        (5, "expression"),
        (6, "expression"),
        (7, "kind"),
    ]


def test_a_table_of_hidden_columns_is_refused() -> None:
    (problem,) = problems({"name": "a", "kind": "sequence", "hidden": True})
    assert problem.path == ("columns",)


def test_the_json_schema_lists_every_kind_of_column() -> None:
    schema = TabularGenerator.model_json_schema()
    kinds = schema["properties"]["columns"]["items"]["discriminator"]["mapping"]
    assert {"normal", "uniform", "categorical", "expression", "rule", "fitted"} <= kinds.keys()


def test_strings_are_stored_as_strings() -> None:
    made = table({"name": "x", "kind": "categorical", "values": ["a", "b"]}).generate(Rows(1, 0, 3))
    assert made.schema.field("x").type == pa.string()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2, 3], "int64"),
        (["1", "2"], "string"),
        ({"1": 3, "2": 1}, "int64"),  # keys of a schema file are always text
        ({"01067": 3, "80331": 1}, "string"),
        ({"a": 1, "1": 1}, "string"),
    ],
)
def test_categories_keep_their_type_when_the_options_are_stored(values: object, kind: str) -> None:
    columns = [{"name": "c", "kind": "categorical", "values": values}]
    generator = TabularGenerator.model_validate({"columns": columns})
    assert generator.features["c"] == Value(kind)
    check_generator(generator)
