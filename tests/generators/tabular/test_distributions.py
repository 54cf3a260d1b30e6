"""Distributions: the shapes that their names promise, in every way that a column can use them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from synthlab.errors import BuildError
from synthlab.rows import Rows
from synthlab_tabular import TabularGenerator, distributions

Options = dict[str, Any]
ROWS = 50_000

# Each kind with its parameters, and SciPy's distribution of the same shape.
CONTINUOUS: dict[str, tuple[Options, Any]] = {
    "uniform": ({"low": -2, "high": 5}, stats.uniform(-2, 7)),
    "normal": ({"mean": 3, "std": 2}, stats.norm(3, 2)),
    "lognormal": ({"mean": 1, "sigma": 0.5, "loc": 2}, stats.lognorm(0.5, 2, np.exp(1))),
    "exponential": ({"scale": 3, "loc": 1}, stats.expon(1, 3)),
    "gamma": ({"shape": 0.4, "scale": 2}, stats.gamma(0.4, 0, 2)),
    "beta": ({"a": 0.5, "b": 3, "loc": 10, "scale": 4}, stats.beta(0.5, 3, 10, 4)),
    "triangular": ({"left": 0, "mode": 1, "right": 5}, stats.triang(0.2, 0, 5)),
}
DISCRETE: dict[str, tuple[Options, Any]] = {
    "poisson": ({"lam": 3.5}, stats.poisson(3.5)),
    "binomial": ({"n": 12, "p": 0.3}, stats.binom(12, 0.3)),
    "geometric": ({"p": 0.2}, stats.geom(0.2)),
    "zipf": ({"a": 1.2, "high": 50}, stats.zipfian(1.2, 50)),
}
BOUNDED = [kind for kind in (*CONTINUOUS, *DISCRETE) if kind not in ("uniform", "zipf")]


def table(*columns: Options, **options: Any) -> TabularGenerator:
    return TabularGenerator.model_validate({"columns": list(columns), **options})


def values(rows: int = ROWS, seed: int = 3, **options: Any) -> Any:
    made = table({"name": "x", **options})
    assert not list(made.problems())
    return made.generate(Rows(seed, 0, rows)).column(0)


@pytest.mark.parametrize("kind", CONTINUOUS)
def test_continuous_columns_have_the_distribution_of_their_name(kind: str) -> None:
    options, expected = CONTINUOUS[kind]
    assert stats.kstest(values(kind=kind, **options).to_numpy(), expected.cdf).pvalue > 1e-3


@pytest.mark.parametrize("kind", DISCRETE)
def test_discrete_columns_have_the_distribution_of_their_name(kind: str) -> None:
    options, expected = DISCRETE[kind]
    made = values(kind=kind, **options)
    assert made.type == pa.int64()
    found, counts = np.unique(made.to_numpy(), return_counts=True)
    assert np.abs(counts / ROWS - expected.pmf(found)).max() < 0.01
    assert expected.pmf(found).sum() > 0.999


@pytest.mark.parametrize("kind", BOUNDED)
def test_bounds_cut_a_distribution_and_keep_its_shape(kind: str) -> None:
    options, expected = {**CONTINUOUS, **DISCRETE}[kind]
    low, high = (float(expected.ppf(share)) for share in (0.3, 0.8))
    made = values(kind=kind, **options, low=low, high=high).to_numpy()
    assert low <= made.min()
    assert made.max() <= high
    below, above = expected.cdf(low - 1 if kind in DISCRETE else low), expected.cdf(high)
    middle = float(expected.ppf(0.55))
    share = (expected.cdf(middle) - below) / (above - below)
    assert (made <= middle).mean() == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("kind", [*CONTINUOUS, *DISCRETE])
def test_parameters_may_be_expressions_of_other_columns(kind: str) -> None:
    options, _ = {**CONTINUOUS, **DISCRETE}[kind]
    if kind == "zipf":
        pytest.skip("its parameters are numbers")
    # The same numbers by a column give the same values as written out, but for the tables' steps.
    formulas = {name: f"{value} + 0 * zero" for name, value in options.items()}
    zero = {"name": "zero", "kind": "uniform", "low": 0, "high": 1}
    made = table(zero, {"name": "x", "kind": kind, **formulas})
    assert not list(made.problems())
    by_formula = made.generate(Rows(3, 0, 2000)).column("x").to_numpy()
    fixed = values(kind=kind, rows=2000, **options).to_numpy()
    assert np.abs(by_formula - fixed).max() <= 1e-5 * np.abs(fixed).max()


def test_the_parameters_of_each_row_are_its_own() -> None:
    made = table(
        {"name": "age", "kind": "uniform", "low": 18, "high": 90, "type": "integer"},
        {"name": "income", "kind": "lognormal", "mean": "10 + 0.012 * age", "sigma": 0.45, "round": 2},
        {"name": "visits", "kind": "poisson", "lam": "age / 10"},
    ).generate(Rows(1, 0, ROWS))
    age, income, visits = (made.column(name).to_numpy() for name in ("age", "income", "visits"))
    for young in (20, 50, 80):
        near = (age >= young) & (age < young + 5)
        assert np.log(income[near]).mean() == pytest.approx(10 + 0.012 * age[near].mean(), abs=0.03)
        assert visits[near].mean() == pytest.approx(age[near].mean() / 10, rel=0.05)


def test_a_parameter_that_is_missing_makes_the_value_missing() -> None:
    made = table(
        {"name": "a", "kind": "uniform", "low": -1, "high": 1},
        {"name": "b", "kind": "normal", "mean": "sqrt(a)", "std": 1},
    ).generate(Rows(1, 0, 500))
    a, b = made.column("a").to_numpy(), made.column("b")
    assert (np.asarray(b.is_null()) == (a < 0)).all()


def test_dates_follow_distributions_in_days() -> None:
    made = table(
        {"name": "signup", "kind": "date", "low": "2024-01-01", "high": "2024-12-31"},
        {"name": "left", "kind": "exponential", "type": "date", "loc": "signup", "scale": 30},
        {"name": "seen", "kind": "normal", "type": "datetime", "mean": "2024-06-01", "std": 2},
    )
    assert not list(made.problems())
    batch = made.generate(Rows(1, 0, ROWS))
    stay = (batch.column("left").cast(pa.int32()).to_numpy()) - batch.column("signup").cast(
        pa.int32()
    ).to_numpy()
    assert stay.min() >= 0
    assert stay.mean() == pytest.approx(30, rel=0.03)
    seen = batch.column("seen").cast(pa.int64()).to_numpy() / 86_400
    assert seen.mean() == pytest.approx(
        (np.datetime64("2024-06-01") - np.datetime64("1970-01-01")).astype(int), abs=0.05
    )
    assert seen.std() == pytest.approx(2, rel=0.03)


def test_cases_choose_parameters_and_leave_other_rows_alone() -> None:
    plan = {"name": "plan", "kind": "categorical", "values": {"basic": 3, "pro": 1, "team": 1}}
    cases = {"pro": {"mean": 100}, "team": {"mean": 200, "std": 0.1}}
    plain = {"name": "x", "kind": "normal", "mean": 10, "std": 1}
    base = table(plan, plain).generate(Rows(1, 0, 5000))
    made = table(plan, {**plain, "by": {"column": "plan", "cases": cases}}).generate(Rows(1, 0, 5000))
    x, before = made.column("x").to_numpy(), base.column("x").to_numpy()
    names = np.array(made.column("plan").to_pylist())
    assert (x[names == "basic"] == before[names == "basic"]).all()
    assert x[names == "pro"].mean() == pytest.approx(100, abs=0.2)
    assert x[names == "team"].std() == pytest.approx(0.1, rel=0.1)


def test_classes_can_depend_on_cases() -> None:
    made = table(
        {"name": "region", "kind": "categorical", "values": ["north", "south"]},
        {
            "name": "plan",
            "kind": "categorical",
            "label": True,
            "values": {"basic": 1, "pro": 1},
            "by": {"column": "region", "cases": {"south": {"values": {"pro": 1, "team": 3}}}},
        },
    )
    assert not list(made.problems())
    assert made.features["plan"].names == ("basic", "pro", "team")  # type: ignore[attr-defined]
    rows = made.features.readable(made.generate(Rows(1, 0, 4000))).to_pylist()
    south = [row["plan"] for row in rows if row["region"] == "south"]
    assert set(south) == {"pro", "team"}
    assert south.count("team") / len(south) == pytest.approx(0.75, abs=0.04)
    assert {row["plan"] for row in rows if row["region"] == "north"} == {"basic", "pro"}


def test_a_mixture_draws_from_each_part_by_its_weight() -> None:
    made = values(
        kind="mixture",
        components=[
            {"weight": 3, "kind": "normal", "mean": 0, "std": 1},
            {"weight": 1, "kind": "exponential", "scale": 1, "loc": 100},
        ],
    ).to_numpy()
    assert (made > 50).mean() == pytest.approx(0.25, abs=0.01)
    assert made[made > 50].mean() == pytest.approx(101, abs=0.1)


def test_quantiles_are_met() -> None:
    made = values(kind="empirical", quantiles=[0, 10, 11, 50, 90], type="integer").to_numpy()
    assert np.quantile(made, [0.25, 0.5, 0.75]) == pytest.approx([10, 11, 50], abs=1)
    assert made.min() == 0
    assert made.max() == 90


def test_exact_counts_in_every_thousand_rows() -> None:
    made = table({"name": "fraud", "kind": "class_first", "values": {"no": 99, "yes": 1}})
    assert made.features.labels == ("fraud",)
    numbers = made.generate(Rows(4, 0, 7000)).column(0).to_numpy().reshape(7, 1000)
    assert (numbers.sum(axis=1) == 10).all()


def test_codes_follow_their_pattern_and_do_not_repeat() -> None:
    made = values(rows=20_000, kind="pattern", pattern=r"AA-\#-###", unique=True).to_pylist()
    assert len(set(made)) == len(made)
    assert all(
        len(code) == 8 and code[:2].isupper() and code[2:5] == "-#-" and code[5:].isdigit() for code in made
    )
    first = [code[0] for code in made]
    assert stats.chisquare(np.unique(first, return_counts=True)[1]).pvalue > 1e-3


def test_permutations_and_sequences_as_keys() -> None:
    keys = values(rows=5000, kind="permutation", low=1000, high=5999).to_pylist()
    assert sorted(keys) == list(range(1000, 6000))
    assert values(rows=3, kind="sequence", prefix="ORD-", digits=6).to_pylist() == [
        "ORD-000001",
        "ORD-000002",
        "ORD-000003",
    ]


@pytest.mark.parametrize(
    ("options", "rows", "words"),
    [
        ({"kind": "permutation", "low": 1, "high": 99}, 100, "fewer than 100 rows"),
        ({"kind": "pattern", "pattern": "##", "unique": True}, 101, "100 codes"),
        ({"kind": "sequence", "digits": 2}, 100, "more than 2 digits"),
    ],
)
def test_too_small_a_space_is_an_error_before_any_row(options: Options, rows: int, words: str) -> None:
    made = table({"name": "id", **options})
    problems = list(made.row_problems(rows))
    assert words in problems[0].message
    assert problems[0].path[:2] == ("columns", 0)
    assert not list(made.row_problems(rows - 1))


@pytest.mark.parametrize(
    ("options", "path", "words"),
    [
        ({"kind": "normal", "mean": "agee", "std": 1}, ("mean",), "no column 'agee'"),
        ({"kind": "normal", "mean": "name", "std": 1}, ("mean",), "a number"),
        (
            {"kind": "normal", "mean": 0, "std": 1, "by": {"column": "pln", "cases": {"a": {}}}},
            ("by", "column"),
            "no column 'pln'",
        ),
        (
            {"kind": "normal", "mean": 0, "std": 1, "by": {"column": "plan", "cases": {"prro": {"mean": 1}}}},
            ("by", "cases", "prro"),
            "never has the value 'prro'",
        ),
        (
            {"kind": "normal", "mean": 0, "std": 1, "by": {"column": "plan", "cases": {"pro": {"meen": 1}}}},
            ("by", "cases", "pro", "meen"),
            "no parameter",
        ),
        (
            {"kind": "normal", "mean": 0, "std": 1, "by": {"column": "plan", "cases": {"pro": {"std": -1}}}},
            ("by", "cases", "pro", "std"),
            "greater than 0",
        ),
        (
            {"kind": "constant", "value": 1, "by": {"column": "plan", "cases": {"pro": {"value": "x"}}}},
            ("by", "cases", "pro"),
            "string here and int64 elsewhere",
        ),
        (
            {"kind": "permutation", "high": 9, "by": {"column": "plan", "cases": {"pro": {"high": 99}}}},
            ("by",),
            "no value twice",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(
    options: Options, path: tuple[str, ...], words: str
) -> None:
    made = table(
        {"name": "age", "kind": "uniform", "low": 0, "high": 1},
        {"name": "name", "kind": "constant", "value": "x"},
        {"name": "plan", "kind": "categorical", "values": ["basic", "pro"]},
        {"name": "x", **options},
    )
    problem = next(iter(made.problems()))
    assert problem.path == ("columns", 3, *path)
    assert words in problem.message


@pytest.mark.parametrize(
    ("options", "exact"),
    [
        ({"kind": "poisson", "lam": "1000000 + 0 * age"}, stats.poisson(1e6)),
        ({"kind": "binomial", "n": "1000000 + 0 * age", "p": 0.3}, stats.binom(1_000_000, 0.3)),
        ({"kind": "gamma", "shape": "100000 + 0 * age"}, stats.gamma(1e5)),
        ({"kind": "gamma", "shape": "0.01 + 0 * age"}, stats.gamma(0.01)),
        ({"kind": "beta", "a": "20000 + 0 * age", "b": 100_000}, stats.beta(2e4, 1e5)),
        ({"kind": "beta", "a": "100000 + 0 * age", "b": 2}, stats.beta(1e5, 2)),
        ({"kind": "poisson", "lam": "0 * age"}, stats.poisson(0)),
    ],
)
def test_parameters_at_their_limits_are_honoured(options: Options, exact: Any) -> None:
    made = table({"name": "age", "kind": "uniform", "low": 0, "high": 1}, {"name": "x", **options})
    found = np.sort(np.asarray(made.generate(Rows(1, 0, 2000)).column("x")))
    shares = np.arange(1, 2000) / 2000
    # The share below each value, as the distribution has it; of whole numbers, with the value half counted.
    expected = exact.cdf(found[1:]) - (exact.pmf(found[1:]) / 2 if options["kind"] in DISCRETE else 0)
    steps = 0.5 if exact.std() == 0 else 0
    assert np.abs(expected - shares).max() < 0.05 + steps


def test_a_parameter_beyond_its_limits_is_an_error() -> None:
    made = table(
        {"name": "age", "kind": "uniform", "low": 0, "high": 1},
        {"name": "x", "kind": "poisson", "lam": "1e12 + age"},
    )
    with pytest.raises(BuildError, match="at least 0 and at most 1,000,000"):
        made.generate(Rows(1, 0, 10))


@pytest.mark.parametrize("shape", [0.05, 1, 7.3, 900])
def test_tables_of_quantiles_are_as_good_as_the_formula(shape: float) -> None:
    p = np.random.default_rng(0).random(2000)
    table = distributions.Gamma(shape).ppf(p)
    formula = distributions.Gamma(np.full(2000, shape)).ppf(p)
    assert np.abs(table / formula - 1).max() < 2e-5
