"""Declared rank correlations hold over any marginals, and contradictions are refused."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from synthlab.rows import Rows
from synthlab_tabular import TabularGenerator

ROWS = 100_000

COLUMNS: dict[str, dict[str, Any]] = {
    "age": {"kind": "normal", "mean": 40, "std": 12, "low": 18, "high": 90, "type": "integer"},
    "income": {"kind": "lognormal", "mean": 10, "sigma": 0.8, "round": 2},
    "wait": {"kind": "gamma", "shape": 0.6, "scale": 3},
    "share": {"kind": "beta", "a": 0.5, "b": 2},
    "visits": {"kind": "poisson", "lam": 1.2},
    "plan": {"kind": "categorical", "values": {"basic": 5, "plus": 3, "pro": 2}},
    "signup": {"kind": "date", "low": "2020-01-01", "high": "2020-12-31"},
    "loyal": {"kind": "bernoulli", "p": 0.4},
}


def table(correlations: list[dict[str, Any]], **columns: dict[str, Any]) -> TabularGenerator:
    named = [{"name": name, **options} for name, options in (columns or COLUMNS).items()]
    return TabularGenerator.model_validate({"columns": named, "correlations": correlations})


def ranks(generator: TabularGenerator, rows: int = ROWS) -> dict[str, Any]:
    batch = generator.generate(Rows(11, 0, rows))
    made = {}
    for name in batch.schema.names:
        values = batch.column(name)
        if name == "plan":
            made[name] = np.array([["basic", "plus", "pro"].index(v) for v in values.to_pylist()])
        else:
            made[name] = np.asarray(values).astype("float64" if name != "signup" else "int64")
    return made


PAIRS = [
    ("age", "income", 0.6),
    ("wait", "share", -0.4),
    ("visits", "plan", 0.5),
    ("signup", "loyal", 0.3),
    ("age", "plan", -0.35),
]


def test_every_declared_correlation_is_met_and_no_other_appears() -> None:
    made = ranks(table([{"columns": [a, b], "value": value} for a, b, value in PAIRS]))
    wanted = {frozenset((a, b)): value for a, b, value in PAIRS}
    for a, b in itertools.combinations(COLUMNS, 2):
        found = stats.spearmanr(made[a], made[b]).statistic
        if frozenset((a, b)) in wanted:
            assert found == pytest.approx(wanted[frozenset((a, b))], abs=0.02), (a, b)
    untouched = stats.spearmanr(made["wait"], made["signup"]).statistic
    assert abs(untouched) < 0.02


@given(st.floats(-0.9, 0.9), st.sampled_from(sorted(COLUMNS)), st.sampled_from(sorted(COLUMNS)))
@settings(max_examples=12, deadline=None)
def test_any_pair_of_columns(value: float, a: str, b: str) -> None:
    if a == b:
        return
    generator = table([{"columns": [a, b], "value": value}], **{a: COLUMNS[a], b: COLUMNS[b]})
    if problems := list(generator.problems()):
        assert "too few different values" in problems[0].message
        assert abs(value) > 0.6
        return
    made = ranks(generator)
    assert stats.spearmanr(made[a], made[b]).statistic == pytest.approx(value, abs=0.02)


def test_the_marginals_stay_what_they_are() -> None:
    made = ranks(table([{"columns": ["wait", "share", "visits"], "value": 0.5}]))
    assert stats.kstest(made["wait"], stats.gamma(0.6, 0, 3).cdf).pvalue > 1e-3
    assert stats.kstest(made["share"], stats.beta(0.5, 2).cdf).pvalue > 1e-3
    assert made["visits"].mean() == pytest.approx(1.2, rel=0.02)


def test_a_matrix_says_the_same_as_its_pairs() -> None:
    matrix = [[1, 0.5, 0.2], [0.5, 1, -0.1], [0.2, -0.1, 1]]
    names = ["age", "income", "wait"]
    one = table([{"columns": names, "matrix": matrix}])
    other = table(
        [{"columns": [names[i], names[j]], "value": matrix[i][j]} for i, j in ((0, 1), (0, 2), (1, 2))]
    )
    assert one.generate(Rows(1, 0, 500)).equals(other.generate(Rows(1, 0, 500)))


def test_rows_do_not_depend_on_who_makes_them() -> None:
    generator = table([{"columns": [a, b], "value": value} for a, b, value in PAIRS])
    whole = generator.generate(Rows(1, 0, 400))
    assert generator.generate(Rows(1, 130, 290)).equals(whole.slice(130, 160))
    assert generator.generate(Rows(1, 0, 0).at([7, 3, 7])).equals(whole.take([7, 3, 7]))
    options = generator.model_dump(mode="json", round_trip=True)
    options["columns"].reverse()
    turned = TabularGenerator.model_validate(options)
    for name in COLUMNS:
        assert turned.generate(Rows(1, 0, 400)).column(name).equals(whole.column(name)), name


def test_contradictions_are_refused_with_what_would_fit() -> None:
    generator = table(
        [
            {"columns": ["age", "income"], "value": 0.9},
            {"columns": ["income", "wait"], "value": 0.9},
            {"columns": ["age", "wait"], "value": -0.9},
        ]
    )
    problem = next(iter(generator.problems()))
    assert problem.path == ("correlations",)
    assert "contradict" in problem.message
    assert "age and income 0." in problem.hint


@pytest.mark.parametrize(
    ("columns", "path", "words"),
    [
        (["age", "incme"], ("correlations", 0, "columns", 1), "no column 'incme'"),
        (["age", "id"], ("correlations", 0, "columns", 1), "cannot be correlated"),
    ],
)
def test_what_cannot_be_correlated_is_told(columns: list[str], path: tuple[Any, ...], words: str) -> None:
    generator = table([{"columns": columns, "value": 0.1}], **COLUMNS, id={"kind": "sequence"})
    problem = next(iter(generator.problems()))
    assert problem.path == path
    assert words in problem.message
