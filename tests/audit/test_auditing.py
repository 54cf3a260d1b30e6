"""Laws of the whole audit: what is as good as real scores like it, and what is wrong is found."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from synthlab.audit import Audit, Measure, audit
from synthlab.errors import InputError

from .tables import FRESH, HOLDOUT, REAL, changed, population, shuffled

WITHOUT_MODELS = ("columns", "pairs", "associations", "missing")


def found(table: pa.Table, target: str | None = None, training: pa.Table | None = REAL) -> Audit:
    return audit(table, HOLDOUT, training=training, target=target, rows=1_000)


def named(result: Audit, name: str) -> Measure:
    measure = result.measure(name)
    assert measure is not None, name
    return measure


@pytest.fixture(scope="module")
def fresh() -> Audit:
    """The audit of rows of the same population, with all measures."""
    return found(FRESH, "chosen")


def test_rows_of_the_population_score_as_the_ceiling(fresh: Audit) -> None:
    for measure in fresh.measures:
        if measure.real is None:
            continue
        # Two estimates of the same: their intervals meet.
        assert measure.synthetic.low <= measure.real.high, measure
        assert measure.real.low <= measure.synthetic.high, measure
        assert "short of" not in measure.verdict, measure
    assert named(fresh, "closer").synthetic.low < 0.5 < named(fresh, "closer").synthetic.high
    assert named(fresh, "told_apart").synthetic.low < 0.5


def test_columns_to_ignore_are_left_out() -> None:
    name = next(name for name in REAL.column_names if name != "chosen")
    result = audit(FRESH, HOLDOUT, training=REAL, ignore=(name,), rows=1_000)
    assert name not in {column.name for column in result.columns}
    assert result.left_out[name] == "to be ignored, as you say"
    with pytest.raises(InputError, match="is the target"):
        audit(FRESH, HOLDOUT, target="chosen", ignore=("chosen",))
    with pytest.raises(InputError, match="did you mean 'chosen'"):
        audit(FRESH, HOLDOUT, ignore=("chose",))


def test_every_measure_is_there_with_its_interval_and_ceiling(fresh: Audit) -> None:
    expected = {"columns", "pairs", "associations", "missing", "told_apart", "boosting", "linear"}
    expected |= {"closer", "copies"}
    assert {measure.name for measure in fresh.measures} >= expected
    for measure in fresh.measures:
        assert measure.real is not None
        for estimate in (measure.synthetic, measure.real):
            assert estimate.low <= estimate.value <= estimate.high
        assert measure.interval
        assert measure.meaning
    assert {column.name for column in fresh.columns} == set(REAL.column_names)


def test_training_rows_themselves_are_the_ceiling_and_are_copies() -> None:
    same = found(REAL)
    for name in WITHOUT_MODELS:
        measure = named(same, name)
        assert measure.real is not None
        assert measure.synthetic.value == pytest.approx(measure.real.value), name
    assert named(same, "copies").synthetic.value == 1
    assert "rows are repeated" in named(same, "copies").verdict
    assert "remembered" in named(same, "closer").verdict


def test_columns_without_dependence_lose_pairs_correlations_and_are_told_apart_but_not_by_columns() -> None:
    loose = found(shuffled(FRESH), "chosen")
    assert "short of" not in named(loose, "columns").verdict
    for name in ("pairs", "associations", "told_apart", "boosting", "missing"):
        assert "short of" in named(loose, name).verdict, name
    worst = {frozenset(bond.columns) for bond in loose.associations[:2]}
    assert frozenset({"pay", "bonus"}) in worst
    assert frozenset({"pay", "bonus"}) in {frozenset(pair.columns) for pair in loose.pairs[:3]}


def test_planted_copies_are_found_however_few() -> None:
    planted = pa.concat_tables([FRESH.slice(0, 1_140), REAL.slice(0, 60)])
    measure = named(found(planted), "copies")
    assert measure.synthetic.value == pytest.approx(0.05)
    assert "rows are repeated" in measure.verdict


def test_a_missing_pattern_that_is_lost_is_found() -> None:
    # As many are missing, but no more in the same rows.
    apart = found(shuffled(FRESH, "bonus"))
    assert "short of" in named(apart, "missing").verdict
    together = next(p for p in apart.patterns if set(p.columns) == {"pay", "bonus"})
    assert together.real > 0.05 > together.synthetic
    filled = pa.compute.fill_null(FRESH.column("pay"), 4_000.0)
    known = found(changed(FRESH, "pay", filled))
    column = next(c for c in known.columns if c.name == "pay")
    assert column.missing == 0 < column.missing_real


def test_a_column_that_differs_is_worst_and_gives_rows_away() -> None:
    older = changed(FRESH, "age", pa.compute.add(FRESH.column("age"), 8))
    result = found(older)
    assert result.columns[0].name == "age"
    assert "short of" in named(result, "columns").verdict
    assert max(result.columns, key=lambda c: c.gives_away).name == "age"


def test_without_training_one_half_of_the_real_rows_is_the_ceiling_of_the_other() -> None:
    result = found(FRESH, training=None)
    assert result.measure("closer") is None
    assert result.measure("copies") is None
    assert "short of" not in named(result, "columns").verdict
    assert "500 of 1,200 synthetic rows" in result.compared[0]


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_intervals() -> None:
    texts = [
        json.dumps(audit(FRESH, HOLDOUT, training=REAL, target="chosen", rows=400, seed=seed).to_json())
        for seed in (7, 7, 8)
    ]
    assert texts[0] == texts[1] != texts[2]
    assert "NaN" not in texts[0]


def test_a_number_of_two_values_and_one_of_many_can_be_the_target() -> None:
    tables = [
        table.append_column("flag", pa.array(np.where(np.array(table.column("chosen")) == "yes", 1, 0)))
        for table in (FRESH, HOLDOUT, REAL)
    ]
    flag = audit(tables[0], tables[1], training=tables[2], target="flag", rows=400)
    assert named(flag, "boosting").synthetic.value > 0.9
    assert any("is AUC" in told for told in flag.compared)
    pay = audit(FRESH, HOLDOUT, training=REAL, target="pay", rows=400)
    assert any("is R2" in told for told in pay.compared)
    assert named(pay, "linear").synthetic.value > 0.7


def test_columns_of_one_side_and_keys_are_told_and_left_out() -> None:
    key = pa.array([f"person {number}" for number in range(1_200)])
    made = FRESH.append_column("extra", key).drop_columns(["job"])
    result = audit(made.append_column("name", key), HOLDOUT.append_column("name", key.slice(0, 1_000)))
    assert result.left_out["extra"] == "not in the real table"
    assert result.left_out["job"] == "not in the synthetic table"
    assert "hardly repeat" in result.left_out["name"]
    assert "person 1" not in json.dumps(result.to_json())


@pytest.mark.parametrize("target", ["nothing", "job"])
def test_a_target_that_cannot_be_learned_is_told(target: str) -> None:
    made = FRESH.drop_columns(["job"])
    message = "there is no column 'nothing'" if target == "nothing" else "not in the synthetic table"
    with pytest.raises(InputError, match=message):
        audit(made, HOLDOUT, target=target)


def test_a_target_that_synthetic_rows_never_vary_leaves_the_other_measures() -> None:
    result = found(changed(FRESH, "chosen", pa.array(["yes"] * 1_200)), "chosen")
    assert result.measure("boosting") is None
    assert any("two classes" in note for note in result.notes)
    assert "short of" in named(result, "told_apart").verdict


def test_one_column_and_columns_without_values_are_measured() -> None:
    one = audit(FRESH.select(["age"]), HOLDOUT.select(["age"]), training=REAL.select(["age"]))
    assert one.measure("pairs") is None
    assert "short of" not in named(one, "columns").verdict
    empty = [
        table.append_column("void", pa.nulls(table.num_rows)).append_column(
            "numbers", pa.nulls(table.num_rows, pa.float64())
        )
        for table in (FRESH, HOLDOUT, REAL)
    ]
    result = audit(empty[0], empty[1], training=empty[2], target="chosen", rows=400)
    void = next(column for column in result.columns if column.name == "void")
    assert void.likeness.value == void.missing == void.missing_real == 1
    assert next(column for column in result.columns if column.name == "numbers").kind == "number"
    half = audit(FRESH.append_column("void", pa.array(["x"] * 1_200)), empty[1], training=empty[2])
    assert half.columns[0].name == "void"
    assert half.columns[0].likeness.value == 0


def test_few_rows_nothing_shared_and_nothing_there_are_told() -> None:
    with pytest.raises(InputError, match="has 5 rows; an audit needs 20"):
        audit(FRESH.slice(0, 5), HOLDOUT)
    with pytest.raises(InputError, match="there is no row"):
        audit(FRESH.slice(0, 0), HOLDOUT)
    with pytest.raises(InputError, match="share no column"):
        audit(FRESH.select(["age"]), HOLDOUT.select(["job"]))


def test_rare_values_and_few_missing_ones_have_no_bar_of_their_own() -> None:
    jobs = ["cook"] * 400 + ["clerk"] * 590 + ["astronaut"] * 3 + [None] * 2 + ["smith"] * 5
    ages = list(range(1_000))
    real = pa.table({"job": jobs, "age": [*ages[:-1], 1e9]})
    made = pa.table({"job": ["cook"] * 500 + ["unheard"] * 500, "age": ages})
    result = audit(real.slice(0), real, training=None)
    text = json.dumps(audit(made, real).to_json())
    assert "astronaut" not in text
    assert "unheard" not in text
    for column in result.columns:
        rows = result.rows["holdout"] // 2
        assert column.bars
        for bar in column.bars:
            assert bar.real == 0 or round(bar.real * rows) >= 5, (column.name, bar)


def test_the_audit_of_a_large_table_says_which_sample_it_used() -> None:
    result = audit(FRESH, HOLDOUT, training=REAL, target="chosen", rows=200)
    assert any("learned from 200 rows" in told for told in result.compared)
    assert any("100 rows of each side" in told for told in result.compared)


@pytest.mark.slow
def test_adult_is_audited(real_data: Path) -> None:
    train, test = real_data / "adult-train.csv", real_data / "adult-test.csv"
    result = audit(train, test, training=train, target="income", rows=4_000)
    assert not result.left_out
    boosting = named(result, "boosting").real
    assert boosting is not None
    assert 0.9 < boosting.value < 0.93


def test_a_population_is_as_another_sample_of_itself_by_any_seed() -> None:
    """Short form of the intervals' law: real rows are seldom told to be short of real rows."""
    told = [
        measure.verdict
        for seed in range(4)
        for measure in audit(population(600, 50 + seed), population(600, 80 + seed), seed=seed).measures
    ]
    assert sum("short of" in verdict for verdict in told) <= 1
