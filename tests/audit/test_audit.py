"""What the audit measures: what is worth as much as the real table, and what repeats it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from synthlab.audit import closeness, fidelity, utility
from synthlab.errors import InputError


def people(size: int, seed: int) -> pa.Table:
    """Return rows of a population: numbers, classes, missing values, and a target that depends on them."""
    chance = np.random.default_rng(seed)
    age = chance.normal(40, 12, size).round()
    job = chance.choice(["cook", "nurse", "clerk"], size)
    pay = np.where(
        chance.random(size) < 0.1, np.nan, 100 * age + 500 * (job == "nurse") + chance.normal(0, 300, size)
    )
    chosen = age / 12 + (job == "nurse") + chance.normal(0, 0.5, size) > 3.6
    return pa.table(
        {
            "age": age.astype(int),
            "job": pa.array(job).dictionary_encode(),
            "pay": pa.array(pay, mask=np.isnan(pay)),
            "seen": pa.array(chance.integers(10_000, 20_000, size), pa.int32()).cast(pa.date32()),
            "chosen": pa.array(chosen),
        }
    )


TRAIN, HOLDOUT, FRESH = people(3_000, 1), people(1_500, 2), people(3_000, 3)


def test_rows_of_the_same_population_lie_between_the_two() -> None:
    found = closeness(FRESH, TRAIN, HOLDOUT)
    assert found.low < 0.5 < found.high
    assert found.share == pytest.approx(0.5, abs=0.04)
    assert found.copies == found.holdout_copies == 0


def test_copies_are_found_however_many_they_are() -> None:
    mixed = pa.concat_tables([TRAIN.slice(0, 300), FRESH.slice(0, 2_700)], promote_options="permissive")
    found = closeness(mixed, TRAIN, HOLDOUT)
    assert found.copies == pytest.approx(0.1)
    whole = closeness(TRAIN, TRAIN, HOLDOUT)
    # The half of the training rows that was cut away is as close to either.
    assert whole.share == pytest.approx(0.75, abs=0.03)
    assert whole.copies == 1


def test_a_larger_training_table_is_not_closer_by_its_size() -> None:
    large = pa.concat_tables([TRAIN, people(9_000, 4)], promote_options="permissive")
    assert closeness(FRESH, large, HOLDOUT).low < 0.5 < closeness(FRESH, large, HOLDOUT).high


def test_what_is_missing_is_like_nothing_but_what_is_missing() -> None:
    def table(values: list[float | None]) -> pa.Table:
        return pa.table({"a": pa.array(values, pa.float64())})

    found = closeness(table([None] * 40), table([None, 1.0] * 50), table([2.0, 3.0] * 50))
    assert found.share == 1


@pytest.mark.parametrize("target", ["chosen", "job", "pay"])
def test_real_rows_are_worth_more_than_rows_without_dependence(target: str) -> None:
    shuffled = pa.table(
        {
            name: TRAIN.column(name)
            .combine_chunks()
            .take(pa.array(np.random.default_rng(i).permutation(3_000)))
            for i, name in enumerate(TRAIN.column_names)
        }
    )
    real, none = utility(TRAIN, HOLDOUT, target), utility(shuffled, HOLDOUT, target)
    assert real.measure == ("R2" if target == "pay" else "AUC")
    chance = 0 if target == "pay" else 0.5
    for model in ("boosting", "linear"):
        assert getattr(real, model) > chance + 0.2
        assert abs(getattr(none, model) - chance) < 0.15


def test_a_class_that_is_never_made_is_no_error() -> None:
    fewer = TRAIN.filter(pa.compute.not_equal(TRAIN.column("job").cast(pa.string()), "cook"))
    assert 0.4 < utility(fewer, HOLDOUT, "job").boosting < utility(TRAIN, HOLDOUT, "job").boosting


def test_what_cannot_be_compared_is_told() -> None:
    with pytest.raises(InputError, match="no column 'pay'"):
        closeness(FRESH.drop_columns(["pay"]), TRAIN, HOLDOUT)
    with pytest.raises(InputError, match="no column 'chosn' for the target; there are age"):
        utility(TRAIN, HOLDOUT, "chosn")
    with pytest.raises(InputError, match="two classes"):
        utility(TRAIN.filter(TRAIN.column("chosen")), HOLDOUT, "chosen")
    with pytest.raises(InputError, match="holds numbers in one table and string in the other"):
        closeness(FRESH.set_column(0, "age", FRESH.column("age").cast(pa.string())), TRAIN, HOLDOUT)
    with pytest.raises(InputError, match="needs rows"):
        closeness(FRESH.slice(0, 0), TRAIN, HOLDOUT)


def test_likeness_sees_columns_and_pairs() -> None:
    shuffled = TRAIN.set_column(
        0,
        "age",
        TRAIN.column("age").combine_chunks().take(pa.array(np.random.default_rng(0).permutation(3_000))),
    )
    same, fresh, broken = (fidelity(table, TRAIN) for table in (TRAIN, FRESH, shuffled))
    assert same.score == 1
    assert fresh.columns > 0.95
    assert fresh.pairs > 0.85
    assert broken.columns == 1
    assert broken.pairs < fresh.pairs


def test_values_that_are_never_made_and_new_ones_cost_likeness() -> None:
    few = pa.table({"a": ["x", "y"] * 50, "b": pa.array([1.0, None] * 50)})
    other = pa.table({"a": ["x", "z"] * 50, "b": pa.array([1.0, 1.0] * 50)})
    assert fidelity(other, few).columns == pytest.approx(0.5)
    with pytest.raises(InputError, match="needs rows"):
        fidelity(few.slice(0, 0), few)
