"""Drift, outliers, mix-ups and typos: what becomes of the values."""

from __future__ import annotations

import datetime
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from synthlab import Features, Rows, Value
from synthlab.stages import MixUps, Outliers
from synthlab.stages.mistyping import SLIPS, mistyped

from .people import people


def numbers(table: pa.Table, name: str) -> np.ndarray:
    return table.column(name).to_numpy()


def spoilt(section: type, values: pa.Array, **entry: object) -> pa.Array:
    """Return a column of values after one stage."""
    features = Features({"x": Value(str(values.type).replace("[day]", "").replace("double", "float64"))})
    stage = section.model_validate({"columns": ["x"], "rate": 1, **entry})
    assert not list(stage.problems(features))
    made = stage.apply(features.batch({"x": values}), features, Rows(1, 0, len(values)))
    stage.features(features).check(made, len(values), stage.key)
    return made.column("x")


def test_a_gradual_drift_moves_every_row_by_its_place() -> None:
    clean = numbers(people().to_table(), "income")
    drift = {"columns": ["income"], "add": 1000, "factor": 2, "from_row": 1000, "to_row": 3000}
    made = numbers(people(drift=drift).to_table(), "income")
    strength = np.clip((np.arange(4000) - 1000) / 2000, 0, 1)
    assert np.allclose(made, clean * (1 + strength) + 1000 * strength)


def test_a_sudden_drift_begins_at_its_row() -> None:
    clean = numbers(people().to_table(), "age")
    made = numbers(people(drift={"columns": ["age"], "add": 5, "from_row": 1234}).to_table(), "age")
    assert (made - clean).tolist() == [0] * 1234 + [5] * (4000 - 1234)


def test_one_class_gives_way_to_another_more_and_more_often() -> None:
    drift = {"columns": ["plan"], "replace": {"basic": "pro", "pro": "plus"}, "to_row": 100_000}
    clean, made = people(100_000).to_table(), people(100_000, drift=drift).to_table()
    before, after = numbers(clean, "plan"), numbers(made, "plan")
    pairs = Counter(zip(before.tolist(), after.tolist(), strict=True))
    assert set(pairs) == {(0, 0), (0, 2), (1, 1), (2, 2), (2, 1)}
    for tenth in range(10):
        rows = slice(tenth * 10_000, (tenth + 1) * 10_000)
        share = (after[rows] == 2)[before[rows] == 0].mean()
        assert abs(share - (tenth + 0.5) / 10) < 0.03


def test_outliers_come_at_their_rate_and_go_their_way() -> None:
    section = {"columns": ["income"], "rate": 0.01, "factor": 10, "direction": "both"}
    clean, made = people(100_000).to_table(), people(100_000, outliers=section).to_table()
    far = numbers(made, "income_outlier")
    assert abs(far.mean() - 0.01) < 3 * (0.01 * 0.99 / 100_000) ** 0.5
    ratio = numbers(made, "income")[far] / numbers(clean, "income")[far]
    assert np.isclose(ratio, 10).sum() + np.isclose(ratio, 0.1).sum() == far.sum()
    assert 0.4 < np.isclose(ratio, 10).mean() < 0.6


def test_whole_numbers_stay_whole_and_inside_their_type() -> None:
    ages = pa.array([18, 40, None, 99, -100], pa.int8())
    assert spoilt(Outliers, ages, factor=2.5).to_pylist() == [45, 100, None, 127, -128]
    assert spoilt(Outliers, ages, add=0.4).to_pylist() == ages.to_pylist()
    large = pa.array([2**62, -(2**62), 3], pa.int64())
    assert spoilt(Outliers, large, factor=10).to_pylist() == [2**63 - 1024, -(2**63), 30]
    assert spoilt(Outliers, pa.array([200], pa.uint8()), factor=-1).to_pylist() == [0]
    assert spoilt(Outliers, pa.array([1e308, 2.0]), factor=10).to_pylist() == [np.finfo(float).max, 20]


def test_numbers_that_are_not_touched_keep_every_digit() -> None:
    large = pa.array([2**62 + 1] * 50, pa.int64())
    made = spoilt(Outliers, large, add=1e12, rate=0.5).to_pylist()
    assert 5 < made.count(2**62 + 1) < 45


def test_units_are_mixed_up_and_rounded() -> None:
    made = spoilt(MixUps, pa.array([10.0, 37.0, None]), factor=1.8, add=32, round=1)
    assert made.to_pylist() == [50.0, 98.6, None]


def test_day_and_month_are_swapped_where_both_can_be() -> None:
    days = [(2024, 3, 5), (1959, 12, 1), (2020, 2, 29), (1969, 7, 7), (1, 1, 12), (9999, 12, 11)]
    wanted = [(2024, 5, 3), (1959, 1, 12), (2020, 2, 29), (1969, 7, 7), (1, 12, 1), (9999, 11, 12)]
    column = pa.array([*(datetime.date(*day) for day in days), None])
    made = spoilt(MixUps, column, swap="day_month")
    assert made.to_pylist() == [*(datetime.date(*day) for day in wanted), None]


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_the_time_of_a_day_stays_when_day_and_month_are_swapped(unit: str) -> None:
    times = pa.array(["1955-03-05 23:59:58", "2024-03-31 01:02:03"]).cast(pa.timestamp(unit))
    wanted = pa.array(["1955-05-03 23:59:58", "2024-03-31 01:02:03"]).cast(pa.timestamp(unit))
    assert spoilt(MixUps, times, swap="day_month").equals(wanted)


@pytest.mark.parametrize(
    ("form", "before", "after"),
    [
        ("upper", "Ewa", "EWA"),
        ("lower", "Ewa", "ewa"),
        ("decimal_comma", "12.50 of 3.", "12,50 of 3."),
        ("day_first", "2024-12-31", "31.12.2024"),
        ("month_first", "2024-12-31 10:00", "12/31/2024 10:00"),
        ("month_first", "in 2024", "in 2024"),
    ],
)
def test_text_is_written_in_another_form(form: str, before: str, after: str) -> None:
    made = spoilt(MixUps, pa.array([before, None, ""]), write=form)
    assert made.to_pylist() == [after, None, ""]


def test_padded_text_has_blanks_before_behind_or_around_it() -> None:
    made = spoilt(MixUps, pa.array(["a"] * 300), write="padded").to_pylist()
    assert all(80 < made.count(form) < 120 for form in (" a", "a ", " a "))


def test_swapped_columns_hold_each_other_s_values() -> None:
    clean = people().to_table()
    made = people(mix_ups={"columns": ["first", "last"], "rate": 0.2, "swap": "columns"}).to_table()
    swapped = made.column("first_mixed_up")
    assert made.column("last_mixed_up").equals(swapped)
    rows, before = made.filter(swapped), clean.filter(swapped)
    assert rows.column("first").equals(before.column("last"))
    assert rows.column("last").equals(before.column("first"))
    assert 700 < len(rows) < 900


SLIPPED = {
    "swap": {"aMria", "Mraia", "Maira", "Marai"},
    "drop": {"aria", "Mria", "Maia", "Mara", "Mari"},
    "double": {"MMaria", "Maaria", "Marria", "Mariia", "Mariaa"},
    "case": {"maria", "MAria", "MaRia", "MarIa", "MariA"},
    "space": {"M aria", "Ma ria", "Mar ia", "Mari a"},
}


@pytest.mark.parametrize("kind", SLIPPED)
def test_each_kind_of_slip_is_one_slip_anywhere_in_the_word(kind: str) -> None:
    made = mistyped(pa.array(["Maria"] * 200), [kind], Rows(1, 0, 200)).to_pylist()
    assert set(made) == SLIPPED[kind]


def test_a_key_beside_the_right_one_is_hit_in_the_same_case() -> None:
    made = set(mistyped(pa.array(["Ga"] * 300), ["neighbour"], Rows(1, 0, 300)).to_pylist())
    assert made == {f"{key}a" for key in "TYFHVB"} | {f"G{key}" for key in "qwsz"}


@pytest.mark.parametrize("kind", SLIPS)
def test_a_slip_that_cannot_be_made_leaves_the_string(kind: str) -> None:
    texts = ["", "7", "  ", "ß", "\U0001f600", None]
    made = mistyped(pa.array(texts), [kind], Rows(1, 0, len(texts))).to_pylist()
    assert made[0] == ""
    assert made[-1] is None
    assert all(new.strip() or not old.strip() for old, new in zip(texts[:-1], made[:-1], strict=True))


def test_typos_come_at_their_rate_in_all_kinds() -> None:
    clean = people(100_000).to_table()
    made = people(100_000, typos={"columns": ["last"], "rate": 0.05}).to_table()
    mask = numbers(made, "last_typo")
    assert abs(mask.mean() - 0.05) < 3 * (0.05 * 0.95 / 100_000) ** 0.5
    old, new = (np.array(t.column("last").to_pylist(), dtype=object)[mask] for t in (clean, made))
    lengths = Counter(len(n) - len(o) for o, n in zip(old, new, strict=True))
    assert set(lengths) == {-1, 0, 1}
    assert 0.4 < lengths[0] / mask.sum() < 0.6  # swapped, neighbouring, other case: three of six


def test_only_the_kinds_that_are_named_occur() -> None:
    made = people(typos={"columns": ["last"], "rate": 1, "kinds": ["double"]}).to_table()
    clean = people().to_table()
    assert all(
        len(new) == len(old) + 1
        for old, new in zip(clean.column("last").to_pylist(), made.column("last").to_pylist(), strict=True)
    )
