"""Annotators who judge classes: the laws of who is asked, what they say, and what comes of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from synthlab import (
    ClassLabel,
    Dataset,
    Features,
    Rows,
    load,
    worker_confusions,
    worker_labels,
    worker_traits,
)
from synthlab.errors import FeatureError, UsageError
from synthlab.stages import STAGES, Annotators
from synthlab.stages.judges import assigned

from .people import messages, people

LINES = {"synthlab": 1, "name": "lines", "generator": "lines", "seed": 3}


def crowd(rows: int = 6000, seed: int = 3, **options: Any) -> Dataset:
    """Return lines of three classes that are as frequent, judged."""
    return load({**LINES, "rows": rows, "seed": seed, "annotators": options})


def frame(made: Dataset) -> Any:
    """Return each answer with the true class beside it."""
    truth = made.to_pandas()["label_clean"]
    answers = worker_labels(made)
    return answers.assign(true=truth.loc[answers["task"]].to_numpy())


def accuracy(answers: Any) -> Any:
    return (answers["label"] == answers["true"]).groupby(answers["worker"]).mean()


def test_each_worker_is_right_as_often_as_the_skill_of_that_worker() -> None:
    made = crowd(20_000, workers=20, skill_range=[0.55, 0.95])
    traits, found = worker_traits(made), accuracy(frame(made))
    assert traits["skill"].between(0.55, 0.95).all()
    assert traits["skill"].max() - traits["skill"].min() > 0.2
    assert (found - traits["skill"]).abs().max() < 4 * (0.25 / 3000) ** 0.5


def test_each_worker_takes_classes_for_others_as_the_confusion_of_that_worker_says() -> None:
    confusion = {"a": {"b": 0.3, "c": 0.1}, "b": {"a": 0.2}}
    for more in ({}, {"skill_range": [0.5, 0.9]}):
        made = crowd(20_000, workers=6, confusion=confusion, spammers={"random": 0.2, "same": 0.2}, **more)
        answers, expected = frame(made), worker_confusions(made)
        found = answers.groupby(["worker", "true"])["label"].value_counts(normalize=True).unstack("true")
        assert float((found.fillna(0).sort_index() - expected.sort_index()).abs().max().max()) < 0.03
        careful = worker_traits(made).query("kind == 'careful'")["worker"]
        assert expected.loc[careful].xs("c", level="label")["b"].eq(0).all()
        if not more:
            assert expected.loc[careful].xs("a", level="label")["a"].eq(0.6).all()


def test_workers_have_as_many_rows_each_and_never_the_same_row_twice() -> None:
    for workers, slots in ((7, 3), (30, 3), (3, 3), (1, 1), (1500, 2)):
        found = assigned(Rows(1, 0, 4 * workers), workers, slots)
        for first in range(0, 4 * workers, workers):
            counts = np.bincount(found[first : first + workers].ravel(), minlength=workers)
            assert counts.tolist() == [slots] * workers
        assert all(len(set(row)) == slots for row in found.tolist())


def test_any_two_workers_meet() -> None:
    found = assigned(Rows(1, 0, 30_000), 10, 3)
    pairs = Counter(frozenset(p) for row in found.tolist() for p in ((row[0], row[1]), (row[1], row[2])))
    assert len(pairs) == 45
    assert min(pairs.values()) > 0.8 * max(pairs.values())


def test_more_labels_a_row_leave_the_first_ones_as_they_were() -> None:
    few, many = (crowd(500, labels_per_row=n).to_pandas()["label_annotations"] for n in (2, 4))
    for first, all_of_them in zip(few, many, strict=True):
        assert list(first) == list(all_of_them)[:2]


def test_workers_who_come_later_leave_the_traits_of_the_others_as_they_were() -> None:
    few, many = (worker_traits(crowd(10, workers=n, spammers=0.3)) for n in (20, 50))
    assert many[:20].equals(few)


def test_a_share_of_a_label_goes_to_that_share_of_the_rows() -> None:
    for per_row in (0.3, 1.0, 2.25):
        made = crowd(4000, labels_per_row=per_row, workers=50).to_pandas()
        counts = made["label_annotations"].map(len)
        assert counts.sum() == round(4000 * per_row)
        assert counts.max() - counts.min() <= 1
        unlabeled = made["label"].isna()
        assert (unlabeled == (counts == 0)).all()
        assert made["label_clean"].notna().all()


def test_the_label_is_the_class_that_most_workers_name() -> None:
    made = crowd(5000, labels_per_row=5, skill_range=[0.3, 0.8], skipping=0.2).to_pandas()
    ties: Counter[bool] = Counter()
    for label, answers, agreement in zip(
        made["label"], made["label_annotations"], made["label_agreement"], strict=True
    ):
        votes = Counter(answer["label"] for answer in answers if answer["label"] is not None)
        if not votes:
            assert label is None
            continue
        assert votes[label] == max(votes.values())
        assert agreement == votes[label] / votes.total()
        best = sorted(name for name, count in votes.items() if count == votes[label])
        if len(best) == 2:
            ties[label == best[0]] += 1
    assert ties.total() > 500
    assert abs(ties[True] / ties.total() - 0.5) < 3 * (0.25 / ties.total()) ** 0.5


def test_spammers_come_in_their_share_and_do_what_their_kind_does() -> None:
    made = crowd(9000, workers=60, spammers=0.15, seconds_range=[10, 20])
    traits, answers = worker_traits(made), frame(made)
    assert traits["kind"].value_counts().to_dict() == {"careful": 51, "random": 3, "same": 3, "silent": 3}
    kind = traits.set_index("worker")["kind"]
    by_kind = {name: answers[answers["worker"].map(kind) == name] for name in ("careful", "random", "same")}
    assert (by_kind["same"].groupby("worker")["label"].nunique() == 1).all()
    assert set(by_kind["random"]["label"]) == {"a", "b", "c"}
    assert abs((by_kind["random"]["label"] == by_kind["random"]["true"]).mean() - 1 / 3) < 0.05
    assert not set(answers["worker"]) & set(traits.query("kind == 'silent'")["worker"])
    asked = np.concatenate([[a["worker"] for a in row] for row in made.to_pandas()["label_annotations"]])
    assert np.bincount(asked).tolist() == [450] * 60  # silent ones are asked too
    seconds = answers.groupby("worker")["seconds"].median()
    assert seconds[kind[seconds.index] == "careful"].between(9, 22).all()
    assert seconds[kind[seconds.index] != "careful"].between(2, 6).all()


@pytest.mark.parametrize("seed", range(8))
def test_a_small_crowd_has_its_spammers_too(seed: int) -> None:
    for workers in (4, 7, 10):
        kinds = worker_traits(crowd(10, seed, workers=workers, spammers={"same": 0.3}))["kind"]
        assert (kinds == "same").sum() == int(0.3 * workers)


def test_each_kind_of_spammer_can_be_asked_for() -> None:
    kinds = worker_traits(crowd(10, workers=50, spammers={"same": 0.2, "silent": 0.06}))["kind"]
    assert kinds.value_counts().to_dict() == {"careful": 37, "same": 10, "silent": 3}


def test_rows_are_left_out_at_the_rate_of_skipping() -> None:
    made = crowd(10_000, skipping=0.1)
    assert abs(len(worker_labels(made)) / 30_000 - 0.9) < 0.006


def test_the_price_adds_up() -> None:
    made = crowd(2000, price=0.05, skipping=0.1, spammers=0.2)
    table = made.to_pandas()
    given = table["label_annotations"].map(lambda row: sum(a["label"] is not None for a in row))
    assert set(table["label_cost"]) <= {0.0, 0.05, 0.1, 0.15}
    assert (table["label_cost"] == (given * 0.05).round(2)).all()
    assert table["label_cost"].sum() == pytest.approx(0.05 * len(worker_labels(made)))


def test_gold_questions_are_their_share_of_the_rows() -> None:
    gold = crowd(8000, gold=0.05).to_pandas()["label_gold"].to_numpy()
    assert [gold[i : i + 1000].sum() for i in range(0, 8000, 1000)] == [50] * 8


def test_the_clean_label_is_what_it_would_be_without_annotators() -> None:
    made = crowd(3000, spammers=0.3).to_table()
    assert made.column("label_clean").equals(load({**LINES, "rows": 3000}).to_table().column("label"))


def test_rows_of_other_splits_are_left_as_they_are() -> None:
    splits = {"fractions": {"train": 0.5, "test": 0.5}}
    options = {"splits": ["train"], "skill_range": [0.4, 0.6], "price": 1, "gold": 0.2}
    table = load({**LINES, "rows": 3000, "splits": splits, "annotators": options}).to_pandas()
    test, train = table[table["split"] == "test"], table[table["split"] == "train"]
    assert (test["label"] == test["label_clean"]).all()
    assert (train["label"] != train["label_clean"]).mean() > 0.2
    assert test["label_annotations"].map(len).eq(0).all()
    assert test["label_agreement"].isna().all()
    assert not test["label_cost"].any()
    assert not test["label_gold"].any()
    assert train["label_gold"].any()


def test_nobody_can_tell_where_a_row_is_difficult() -> None:
    made = crowd(20_000, difficulty="1.0 if abs(x) < 0.5 else 0.0", skill_range=[0.9, 0.9])
    answers = frame(made)
    x = made.to_pandas()["x"].loc[answers["task"]].to_numpy()
    right = (answers["label"] == answers["true"]).to_numpy()
    assert abs(right[abs(x) < 0.5].mean() - 1 / 3) < 0.02
    assert abs(right[abs(x) > 0.5].mean() - 0.9) < 0.01


def test_who_is_never_wrong_changes_nothing() -> None:
    table = crowd(2000, skill_range=[1, 1]).to_table()
    assert table.column("label").equals(table.column("label_clean"))
    assert set(table.column("label_agreement").to_pylist()) == {1.0}


def test_labels_that_are_missing_are_judged_by_nobody() -> None:
    features = Features({"label": ClassLabel(("a", "b"))}, labels=("label",))
    batch = features.batch({"label": [0, None, 1]})
    made = Annotators(skill_range=(1, 1), price=2).apply(batch, features, Rows(0, 0, 3)).to_pydict()
    assert made["label"] == made["label_clean"] == [0, None, 1]
    assert [len(row) for row in made["label_annotations"]] == [3, 0, 3]
    assert made["label_agreement"] == [1, None, 1]
    assert made["label_cost"] == [6, 0, 6]


def test_no_model_learns_from_what_annotators_said() -> None:
    made = crowd(10, price=1, gold=0.1)
    added = [f"label_{name}" for name in ("clean", "annotations", "agreement", "cost", "gold")]
    assert list(made.features.columns)[-5:] == added
    assert list(made.features.truth) == added
    assert not set(added) & set(made.features.inputs)
    assert made.features.truth_of("label") == tuple(added)  # so a fresh value brings its own along


def test_answers_are_the_same_from_a_dataset_a_table_and_a_batch() -> None:
    made = crowd(10_000, spammers=0.2, seconds_range=[3, 4])
    answers = worker_labels(made)
    assert list(answers) == ["task", "worker", "label", "seconds"]
    assert worker_labels(made.to_table()).equals(answers)
    part = worker_labels(made[4000:4100])
    assert part.equals(answers[answers["task"].between(4000, 4099)].reset_index(drop=True))
    (batch,) = made[4000:4100].batches()
    assert worker_labels(batch)["label"].equals(part["label"])
    assert worker_labels(batch)["task"].tolist() == (part["task"] - 4000).tolist()
    assert list(worker_labels(made[0:0])) == list(answers)


def test_answers_can_be_read_from_files_that_were_written(tmp_path: Path) -> None:
    splits = {"fractions": {"train": 0.5, "test": 0.5}}
    made = load({**LINES, "rows": 400, "splits": splits, "annotators": {}})
    made.write(tmp_path, format="parquet", workers=2, shard_rows=250)
    (file, _) = sorted(tmp_path.glob("data/train*"))
    table = pq.read_table(file)
    found = worker_labels(table)
    ids = table.column("id").take(pa.array(found["task"])).to_pylist()
    answers = worker_labels(made)
    expected = answers[answers["task"].isin(ids)]
    assert ids == expected["task"].tolist()
    assert found["worker"].tolist() == expected["worker"].tolist()


def test_answers_are_asked_for_in_vain_where_there_are_none() -> None:
    plain = load({**LINES, "rows": 5})
    with pytest.raises(FeatureError, match="no annotators judged"):
        worker_labels(plain)
    with pytest.raises(UsageError, match="needs a section 'annotators'"):
        worker_traits(plain)


def test_annotators_judge_after_what_comes_before_them() -> None:
    """Drift changes the world that is judged; duplicates copy a row with all that was said of it."""
    drift = {"columns": ["plan"], "replace": {"basic": "pro"}}
    made = people(
        2000, drift=drift, annotators={"column": "plan"}, duplicates={"rate": 0.2, "fresh": ["plan"]}
    )
    table = made.to_table()
    names = made.features["plan"].names  # type: ignore[attr-defined]
    assert names.index("basic") not in table.column("plan_clean").to_pylist()
    fresh = people(2000, drift=drift, annotators={"column": "plan"}).to_table()
    for column in ("plan", "plan_clean", "plan_annotations", "plan_agreement"):
        assert table.column(column).equals(fresh.column(column))


@pytest.mark.parametrize(
    ("stages", "path", "message"),
    [
        ({"annotators": {"column": "plam"}}, ("column",), "column 'plam' is no class column"),
        ({"annotators": {"column": "age"}}, ("column",), "column 'age' is no class column"),
        ({"annotators": {"confusion": {"stay": {"go": 0.1}}}}, ("confusion", "stay", "go"), "not a class of"),
        ({"annotators": {"boxes": {}}}, ("boxes",), "has a class and no boxes"),
        ({"annotators": {"difficulty": "agee / 9"}}, ("difficulty",), "there is no column 'agee'"),
        ({"annotators": {"splits": ["train"]}}, ("splits", 0), "there is no split 'train'"),
        ({"label_noise": {"rate": 0.1}, "annotators": {}}, ("column",), "judged by label_noise already"),
        (
            {"label_noise": {"rate": 0.1}, "annotators": {"column": "label_clean"}},
            ("column",),
            "is the truth about the data",
        ),
        (
            {"annotators": {}, "missing": {"columns": ["label_annotations"], "rate": 0.1}},
            ("columns", 0),
            "is the truth about the data",
        ),
    ],
)
def test_what_does_not_fit_the_columns_is_told_at_its_place(
    stages: dict[str, Any], path: tuple[str | int, ...], message: str
) -> None:
    found = messages(**stages)
    assert found[0][0] == path
    assert message in found[0][1]


def test_label_noise_may_disturb_another_column() -> None:
    made = people(500, label_noise={"rate": 0.1}, annotators={"column": "plan"}).features
    assert {"label_clean", "plan_clean"} <= set(made.truth)


def test_the_names_of_what_is_added_must_be_free() -> None:
    label = ClassLabel(("a", "b"))
    features = Features({"label": label, "label_agreement": label}, labels=("label",))
    (problem,) = Annotators().problems(features)
    assert problem.message == "there is a column 'label_agreement' already"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"skill_range": [0.9, 0.6]}, "begins with 0.9, above its end 0.6"),
        ({"confusion": {}}, "confuses nothing"),
        ({"confusion": {"a": {"a": 0.1}}}, "needs no rate for itself"),
        ({"confusion": {"a": {"b": 0}}}, "says of 'a' no class that it is taken for"),
        ({"spammers": {"random": 0.6, "same": 0.5}}, "more spammers than workers"),
        ({"workers": 2, "labels_per_row": 2.5}, "need as many different workers, and there are 2"),
        ({"workers": 0}, "greater than or equal to 1"),
        ({"spamers": 0.1}, "Extra inputs"),
    ],
)
def test_declarations_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Annotators.model_validate(options)


def test_annotators_stand_after_the_splits_and_before_the_copies() -> None:
    order = list(STAGES)
    assert order.index("splits") < order.index("label_noise") < order.index("annotators")
    assert order.index("annotators") < order.index("duplicates")


def test_rows_far_away_are_judged_without_those_before() -> None:
    made = crowd(10**15, labels_per_row=2.5, gold=0.1)
    assert {a["worker"] for a in made[10**15 - 1]["label_annotations"]} <= set(range(30))
    numbers: npt.NDArray[np.int64] = np.array([10**15 - 1, 4, 10**15 - 1])
    rows = Rows(3, 0, 1).at(numbers)
    features = Features({"label": ClassLabel(("a", "b"))}, labels=("label",))
    batch = features.batch({"label": [1, 1, 1]})
    found = Annotators().apply(batch, features, rows)
    assert found.take(pa.array([0])).equals(found.take(pa.array([2])))
