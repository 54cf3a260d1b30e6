"""Which synthesizer is kept: never one that comes too close to the rows it saw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthlab.audit import Closeness, Fidelity, Utility
from synthlab.rows import Rows
from synthlab_tabular.budget import Spent
from synthlab_tabular.choosing import Trial, _best, choose
from synthlab_tabular.profile import Categories, Numbers, some
from synthlab_tabular.synthesizers import SYNTHESIZERS


def trial(name: str, useful: float | None, like: float, share: float) -> Trial:
    close = Closeness(share, share - 0.015, share + 0.015, 0, 0)
    return Trial(
        name, None if useful is None else Utility("AUC", useful, useful), Fidelity(like, like), close
    )


@pytest.mark.parametrize(
    ("trials", "kept", "why"),
    [
        # The most useful, but not when it repeats what it saw.
        ([trial("a", 0.92, 0.99, 0.51), trial("b", 0.85, 0.99, 0.50)], "a", "the most useful"),
        ([trial("a", 0.93, 0.99, 0.60), trial("b", 0.85, 0.90, 0.50)], "b", "do not come too close"),
        # Of the same use, the more alike; without a target, that alone.
        ([trial("a", 0.920, 0.95, 0.5), trial("b", 0.918, 0.99, 0.5)], "b", "most like the table"),
        ([trial("a", None, 0.95, 0.5), trial("b", None, 0.99, 0.5)], "b", "most like the table"),
        ([trial("a", None, 0.99, 0.6), trial("b", None, 0.90, 0.5)], "b", "most like the table"),
        # All too close: the least, with a warning.
        ([trial("a", 0.93, 0.99, 0.70), trial("b", 0.85, 0.90, 0.60)], "b", "before you share"),
    ],
)
def test_privacy_is_never_traded_for_usefulness(trials: list[Trial], kept: str, why: str) -> None:
    found, said = _best(trials)
    assert found.name == kept
    assert why in said


def test_a_table_with_bent_dependence_is_learned_by_trees_and_each_is_told() -> None:
    chance = np.random.default_rng(0)
    x = chance.normal(0, 1, 3_000)
    y = x**2 + chance.normal(0, 0.2, 3_000)
    columns: list[Numbers | Categories] = [
        Numbers("x", "number", x, None, -6, 6, 0, ""),
        Numbers("y", "number", y, None, -2, 40, 0, ""),
        Categories(
            "label", "string", ["no", "yes"], (y + chance.normal(0, 0.3, 3_000) > 1).astype(np.int64), ""
        ),
    ]
    kept, said = choose(columns, "label", Rows(1, 0, 3_000))
    assert kept.file == "model.safetensors"
    assert [line.partition(":")[0] for line in said[1:]] == [
        "trees",
        "gaussian_copula",
        "copula",
        "not tried",
        "kept",
    ]
    assert "trained on real rows: AUC 0.9" in said[0]
    assert choose(columns, "label", Rows(1, 0, 3_000)) == (kept, said)


def few_columns(size: int) -> list[Numbers | Categories]:
    chance = np.random.default_rng(0)
    x = chance.normal(0, 1, size)
    return [
        Numbers("x", "number", x, None, -6, 6, 0, ""),
        Categories("label", "string", ["no", "yes"], (x > 0).astype(np.int64), ""),
    ]


def test_a_budget_that_is_spent_leaves_out_what_takes_long_and_says_so() -> None:
    said = choose(few_columns(300), "label", Rows(1, 0, 300), budget=1e-9)[1]
    assert "tvae: not tried, the budget is spent" in said
    assert "ctgan: not tried, the budget is spent" in said
    # More rows than could be gone through in a second.
    rows = Rows(1, 0, 400_000)
    columns = [some(column, np.arange(400_000) % 300) for column in few_columns(300)]
    why = Spent(60.0).too_long(SYNTHESIZERS["tvae"], columns, "label", rows)
    assert "it would take about" in why


@pytest.mark.slow
def test_a_budget_that_is_enough_lets_networks_be_tried_too() -> None:
    said = choose(few_columns(120), "label", Rows(1, 0, 120), budget=10_000)[1]
    assert [line.partition(":")[0] for line in said[4:-1]] == ["tvae", "ctgan"]
    assert all("likeness" in line for line in said[4:-1])
    # What a budget lets be tried does not change what the others are found to be worth.
    without = choose(few_columns(120), "label", Rows(1, 0, 120))[1]
    assert said[:4] == without[:4]


def test_fit_says_what_it_tried(tmp_path: Path) -> None:
    import synthlab

    chance = np.random.default_rng(2)
    lines = [
        f"{age},{'yes' if age + noise > 60 else 'no'}"
        for age, noise in chance.integers(18, 60, (400, 2)).tolist()
    ]
    (tmp_path / "people.csv").write_text("\n".join(["age,left", *lines]) + "\n")
    made = synthlab.fit(tmp_path / "people.csv", tmp_path / "people.yaml", options={"target": "left"})
    assert any(note.startswith("kept: ") for note in made.notes)
    assert "# kept: " in made.schema.read_text()
    assert synthlab.load(made.schema, rows=10).to_pandas()["left"].isin(["yes", "no"]).all()


def test_the_options_of_fit_are_all_told_to_the_core() -> None:
    """By them a file of numbers and a file of reviews are told apart."""
    from synthlab_tabular import TabularGenerator
    from synthlab_tabular.fit import OPTIONS
    from synthlab_tabular.private.fitting import OPTIONS as PRIVATE
    from synthlab_tabular.synthesizers import SYNTHESIZERS

    every = {*OPTIONS, *PRIVATE, *(name for s in SYNTHESIZERS.values() for name in s.options)}
    assert set(TabularGenerator.fit_options or ()) == every
