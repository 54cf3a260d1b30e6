"""The tools that annotators are for: crowd-kit recovers the truth, cleanlab finds the wrong labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from synthlab import Dataset, load, worker_confusions, worker_labels, worker_traits

COLUMNS: list[dict[str, Any]] = [
    {"name": "kind", "kind": "class_first", "values": ["cat", "dog", "cow", "owl"], "label": True},
    *(
        {
            "name": f"x{i}",
            "kind": "normal",
            "mean": f"{3 if i < 2 else -3} if kind in ({first!r}, {second!r}) else 0",
            "std": 1,
        }
        for i, (first, second) in enumerate([("cat", "dog"), ("dog", "cow"), ("cow", "owl")])
    ),
]


def animals(rows: int, **annotators: Any) -> Dataset:
    return load(
        {
            "synthlab": 1,
            "generator": "tabular",
            "rows": rows,
            "seed": 4,
            "options": {"columns": COLUMNS},
            "annotators": annotators,
        }
    )


@pytest.fixture(scope="module")
def spammed() -> Dataset:
    """Animals judged by a crowd of which a third does not follow the instructions."""
    return animals(3000, workers=40, labels_per_row=7, skill_range=[0.45, 0.9], spammers=0.3, skipping=0.05)


def test_dawid_and_skene_find_the_truth_among_spammers_where_a_majority_does_not(spammed: Dataset) -> None:
    from crowdkit.aggregation import DawidSkene, MajorityVote

    truth, answers = spammed.to_pandas()["kind_clean"], worker_labels(spammed)
    model = DawidSkene(n_iter=100).fit(answers)
    crews = worker_confusions(spammed)
    # Nobody can do better than who knows how each worker errs: the product of the probabilities.
    known = np.log(crews.clip(lower=1e-9)).loc[list(zip(answers["worker"], answers["label"], strict=True))]
    best = known.groupby(answers["task"].to_numpy()).sum().idxmax(axis=1)
    right = {
        name: (found == truth.loc[found.index]).mean()
        for name, found in (
            ("vote", MajorityVote().fit_predict(answers)),
            ("skene", model.labels_),
            ("best", best),
        )
    }
    assert right["skene"] > right["best"] - 0.02
    assert right["skene"] > right["vote"] + 0.03
    # What the model believes of each worker is what each worker is. A label that was never given has no line.
    found = model.errors_.reindex(crews.index).fillna(0)[list(crews)]
    assert (found - crews).abs().to_numpy().mean() < 0.03


def test_our_majority_is_that_of_crowd_kit_where_there_is_no_tie(spammed: Dataset) -> None:
    from crowdkit.aggregation import MajorityVote

    model = MajorityVote().fit(worker_labels(spammed))
    best = np.sort(model.probas_.to_numpy(), axis=1)
    clear = model.labels_[best[:, -1] > best[:, -2]]
    observed = spammed.to_pandas()["kind"]
    assert len(clear) > 2000
    assert (observed.loc[clear.index] == clear).all()


def test_gold_questions_tell_who_is_careful() -> None:
    made = animals(6000, workers=20, skill_range=[0.7, 0.95], spammers={"random": 0.2, "same": 0.1}, gold=0.1)
    table, answers = made.to_pandas(), worker_labels(made)
    asked = answers[table["kind_gold"].loc[answers["task"]].to_numpy()]
    right = (asked["label"] == table["kind_clean"].loc[asked["task"]].to_numpy()).groupby(asked["worker"])
    careful = worker_traits(made).set_index("worker")["kind"] == "careful"
    assert ((right.mean() > 0.5) == careful).all()
    # Dawid and Skene's model takes them as known.
    from crowdkit.aggregation import DawidSkene

    gold = table.loc[table["kind_gold"], "kind_clean"]
    found = DawidSkene(n_iter=20).fit_predict(answers, true_labels=gold)
    assert (found.loc[gold.index] == gold).all()


def test_cleanlab_finds_the_labels_that_the_crowd_got_wrong() -> None:
    from cleanlab.filter import find_label_issues
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    made = animals(3000, labels_per_row=3, skill_range=[0.6, 0.85])
    batch = made.to_table()
    observed, clean = (batch.column(name).to_numpy() for name in ("kind", "kind_clean"))
    inputs = np.stack([batch.column(name).to_numpy() for name in made.features.inputs], axis=1)
    assert inputs.shape[1] == 3
    guessed = cross_val_predict(LogisticRegression(), inputs, observed, method="predict_proba", cv=5)
    found, wrong = find_label_issues(observed, guessed), observed != clean
    assert 0.1 < wrong.mean() < 0.25
    precision, recall = wrong[found].mean(), found[wrong].mean()
    assert precision > 0.8  # by chance it would be the share of wrong labels
    assert recall > 0.8


def test_cleanlab_tells_good_workers_from_bad_ones(spammed: Dataset) -> None:
    from cleanlab.multiannotator import get_label_quality_multiannotator
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    answers, table = worker_labels(spammed), spammed.to_pandas()
    numbers = {name: number for number, name in enumerate(COLUMNS[0]["values"])}
    wide = answers.assign(label=answers["label"].map(numbers)).pivot(
        index="task", columns="worker", values="label"
    )
    inputs = table.loc[wide.index, list(spammed.features.inputs)]
    observed = table.loc[wide.index, "kind"].map(numbers).astype(int)
    guessed = cross_val_predict(LogisticRegression(), inputs, observed, method="predict_proba", cv=5)
    quality = get_label_quality_multiannotator(wide, guessed, verbose=False)["annotator_stats"]
    skill = worker_traits(spammed).set_index("worker")["skill"].loc[quality.index]
    assert np.corrcoef(quality["annotator_quality"], skill)[0, 1] > 0.9
