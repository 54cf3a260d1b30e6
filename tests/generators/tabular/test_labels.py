"""Labels: the shares, the separation and the probabilities that the schema asks for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import r2_score, roc_auc_score

from synthlab.errors import BuildError
from synthlab.features import ClassLabel
from synthlab.rows import Rows
from synthlab_tabular import TabularGenerator
from synthlab_tabular.pilot import PILOT_ROWS

INPUTS = [
    {"name": "age", "kind": "normal", "mean": 40, "std": 12},
    {"name": "income", "kind": "lognormal", "mean": 10, "sigma": 0.8},
    {"name": "plan", "kind": "categorical", "values": {"basic": 5, "pro": 2}},
]
SCORE = "0.05 * (age - 40) - log(income / 22000) + (1.5 if plan == 'basic' else 0)"


def table(**label: Any) -> TabularGenerator:
    made = TabularGenerator.model_validate({"columns": [*INPUTS, {"name": "y", **label}]})
    assert not list(made.problems())
    return made


def made(generator: TabularGenerator, rows: int = 100_000, seed: int = 5) -> dict[str, Any]:
    batch = generator.generate(Rows(seed, 0, rows))
    return {name: np.asarray(batch.column(name)) for name in batch.schema.names}


@given(prevalence=st.floats(0.002, 0.9), class_sep=st.floats(0.1, 6), seed=st.integers(0, 50))
@settings(max_examples=12, deadline=None)
def test_prevalence_is_met_whatever_the_separation(prevalence: float, class_sep: float, seed: int) -> None:
    generator = table(kind="logistic", score=SCORE, prevalence=prevalence, class_sep=class_sep)
    error = np.sqrt(prevalence * (1 - prevalence) * (1 / 100_000 + 1 / PILOT_ROWS))
    assert made(generator, seed=seed)["y"].mean() == pytest.approx(prevalence, abs=5 * error)


@pytest.mark.parametrize("prevalence", [0.001, 0.01, 0.1, 0.25])
def test_prevalence_is_within_0_4_percentage_points(prevalence: float) -> None:
    generator = table(kind="logistic", score=SCORE, prevalence=prevalence)
    for seed in range(5):
        assert made(generator, seed=seed)["y"].mean() == pytest.approx(prevalence, abs=0.004)


def test_the_probability_beside_a_label_is_the_one_it_was_drawn_with() -> None:
    generator = table(kind="logistic", score=SCORE, prevalence=0.3)
    rows = made(generator)
    assert generator.features.truth == ("y_probability",)
    assert generator.features.labels == ("y",)
    for low in np.arange(0, 1, 0.1):
        near = (rows["y_probability"] >= low) & (rows["y_probability"] < low + 0.1)
        if near.sum() > 500:
            assert rows["y"][near].mean() == pytest.approx(rows["y_probability"][near].mean(), abs=0.04)


@pytest.mark.parametrize("auc", [0.65, 0.8, 0.95])
def test_a_model_reaches_the_separation_that_was_asked_for(auc: float) -> None:
    rows = made(table(kind="logistic", score=SCORE, prevalence=0.2, auc=auc))
    assert roc_auc_score(rows["y"], rows["y_probability"]) == pytest.approx(auc, abs=0.01)
    inputs = np.stack([rows["age"], rows["income"], rows["plan"] == "basic"], axis=1).astype(float)
    model = HistGradientBoostingClassifier(random_state=0, max_iter=60).fit(
        inputs[:40_000], rows["y"][:40_000]
    )
    reached = roc_auc_score(rows["y"][40_000:], model.predict_proba(inputs[40_000:])[:, 1])
    assert reached == pytest.approx(auc, abs=0.015)


def test_class_sep_moves_classes_apart() -> None:
    found = []
    for class_sep in (0.2, 1.0, 5.0):
        rows = made(table(kind="logistic", score=SCORE, prevalence=0.2, class_sep=class_sep))
        found.append(roc_auc_score(rows["y"], rows["y_probability"]))
    assert found == sorted(found)
    assert found[0] < 0.65
    assert found[2] > 0.95


def test_softmax_meets_the_shares_of_its_classes() -> None:
    shares = {"low": 0.7, "middle": 0.25, "high": 0.05}
    generator = table(
        kind="softmax",
        scores={"low": 0, "middle": "0.05 * age", "high": "log(income) + 0.02 * age"},
        prevalence=shares,
    )
    feature = generator.features["y"]
    assert isinstance(feature, ClassLabel)
    assert feature.names == tuple(shares)
    rows = made(generator)
    assert np.bincount(rows["y"], minlength=3) / len(rows["y"]) == pytest.approx(
        list(shares.values()), abs=0.004
    )
    told = np.stack([rows[f"y_probability_{name}"] for name in shares])
    assert told.sum(axis=0) == pytest.approx(1)
    assert told.mean(axis=1) == pytest.approx(list(shares.values()), abs=0.004)


def test_shares_of_classes_are_met_by_scores_that_are_far_apart() -> None:
    shares = {"low": 0.9, "middle": 0.09, "high": 0.01}
    scores = {"low": 0, "middle": "50 * age", "high": "2000 * log(income)"}
    rows = made(table(kind="softmax", scores=scores, prevalence=shares))
    assert np.bincount(rows["y"], minlength=3) / len(rows["y"]) == pytest.approx(
        list(shares.values()), abs=0.004
    )


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ({"kind": "logistic", "score": "3", "auc": 0.8}, "no auc of 0.8 is reached"),
        ({"kind": "logistic", "score": "1 if plan == 'pro' else 0", "prevalence": 0.03, "auc": 0.95}, "most"),
        ({"kind": "logistic", "score": "log(0 * age)", "prevalence": 0.1}, "missing in every row"),
        (
            {"kind": "softmax", "scores": {"a": 0, "b": "age / 0"}, "prevalence": {"a": 0.5, "b": 0.5}},
            "missing in every row",
        ),
        (
            {"kind": "threshold", "score": "1", "classes": ["a", "b"], "prevalence": {"a": 0.5, "b": 0.5}},
            "takes few values",
        ),
        ({"kind": "regression", "score": "5", "r2": 0.5}, "same in all rows"),
    ],
)
def test_what_a_score_cannot_give_is_an_error(label: dict[str, Any], words: str) -> None:
    with pytest.raises(BuildError, match=words):
        made(table(**label))


def test_thresholds_cut_a_score_into_classes() -> None:
    shares = {"low": 0.5, "middle": 0.3, "high": 0.2}
    rows = made(table(kind="threshold", score="income", std=100, classes=list(shares), prevalence=shares))
    assert np.bincount(rows["y"]) / len(rows["y"]) == pytest.approx(list(shares.values()), abs=0.006)
    assert rows["income"][rows["y"] == 2].min() > rows["income"][rows["y"] == 0].max() - 1000
    plain = made(table(kind="threshold", score="age", classes=["young", "old"], thresholds=[40]))
    assert ((plain["age"] >= 40) == (plain["y"] == 1)).all()


def test_a_number_to_predict_leaves_the_share_that_was_asked_for() -> None:
    generator = table(kind="regression", score="3 * age + log(income)", r2=0.7)
    rows = made(generator)
    assert generator.features.truth == ("y_expected",)
    assert r2_score(rows["y"], rows["y_expected"]) == pytest.approx(0.7, abs=0.01)
    exact = made(table(kind="regression", score="age", std=0, keep_expected=False), rows=100)
    assert (exact["y"] == exact["age"]).all()


def test_a_label_of_a_missing_score_is_missing() -> None:
    generator = table(kind="logistic", score="sqrt(age - 40)", prevalence=0.3)
    batch = generator.generate(Rows(5, 0, 5000))
    young = np.asarray(batch.column("age")) < 40
    for name in ("y", "y_probability"):
        assert (np.asarray(batch.column(name).is_null()) == young).all()


def test_labels_are_the_same_for_any_slice_and_in_another_process() -> None:
    generator = table(kind="logistic", score=SCORE, prevalence=0.1, auc=0.9)
    whole = generator.generate(Rows(5, 0, 300))
    assert (
        table(kind="logistic", score=SCORE, prevalence=0.1, auc=0.9)
        .generate(Rows(5, 100, 200))
        .equals(whole.slice(100, 100))
    )


@pytest.mark.parametrize(
    ("label", "path", "words"),
    [
        ({"kind": "logistic", "score": "agee"}, ("score",), "no column"),
        ({"kind": "logistic", "score": "plan"}, ("score",), "a score is a number"),
        ({"kind": "softmax", "scores": {"a": 0, "b": "agee"}}, ("scores", "b"), "no column"),
    ],
)
def test_mistakes_are_told_with_their_place(label: dict[str, Any], path: tuple[str, ...], words: str) -> None:
    generator = TabularGenerator.model_validate({"columns": [*INPUTS, {"name": "y", **label}]})
    problem = next(iter(generator.problems()))
    assert problem.path == ("columns", 3, *path)
    assert words in problem.message


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ({"kind": "logistic", "score": "age", "auc": 0.9, "class_sep": 1}, "either"),
        ({"kind": "softmax", "scores": {"a": 0, "b": 1}, "prevalence": {"a": 0.4, "b": 0.4}}, "add up"),
        (
            {"kind": "softmax", "scores": {"a": 0, "b": 1}, "prevalence": {"a": 0.4, "c": 0.6}},
            "a share for each",
        ),
        ({"kind": "threshold", "score": "age", "classes": ["a", "b"], "thresholds": [1, 2]}, "1 thresholds"),
        ({"kind": "regression", "score": "age"}, "either"),
    ],
)
def test_options_that_do_not_go_together_are_refused(label: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        TabularGenerator.model_validate({"columns": [*INPUTS, {"name": "y", **label}]})
