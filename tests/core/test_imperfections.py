"""The laws of every stage that spoils values on purpose, and what each refuses."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from synthlab.features import VALUE_TYPES, ClassLabel, Features, Value
from synthlab.rows import Rows
from synthlab.stages import STAGES, Missing

from .people import People, messages, people

SECTIONS: dict[str, dict[str, Any]] = {
    "drift": {"columns": ["income"], "factor": 1.5, "from_row": 500, "to_row": 3000},
    "drift of classes": {"columns": ["plan"], "replace": {"basic": "pro"}, "to_row": 3000},
    "label_noise": {"rate": "0.4 if abs(income - 50000) < 5000 else 0.02"},
    "annotators": {"column": "plan", "spammers": 0.2, "skipping": 0.1, "gold": 0.1, "seconds_range": [3, 9]},
    "duplicates": {"rate": 0.1, "fresh": ["id"], "vary": ["first"]},
    "outliers": {"columns": ["income", "age"], "rate": 0.02, "factor": 10, "direction": "both"},
    "mix_ups": {"columns": ["height"], "rate": 0.1, "factor": 0.3937, "round": 1},
    "mix_ups of columns": {"columns": ["first", "last"], "rate": 0.1, "swap": "columns"},
    "mix_ups of dates": {"columns": ["born", "seen"], "rate": 0.1, "swap": "day_month"},
    "mix_ups of forms": {"columns": ["first"], "rate": 0.1, "write": "padded"},
    "typos": {"columns": ["first", "last"], "rate": 0.1},
    "missing": {"columns": ["income", "plan"], "rate": 0.1, "when": "age > 30", "together": True},
}
MASKS = {
    "drift": "drifted",
    "outliers": "outlier",
    "mix_ups": "mixed_up",
    "typos": "typo",
    "missing": "missing",
}
TOUCHING = [name for name in SECTIONS if name.split()[0] in MASKS]


def section(name: str, **more: Any) -> dict[str, Any]:
    return {name.split()[0]: {**SECTIONS[name], **more}}


@pytest.mark.parametrize("name", SECTIONS)
def test_the_rows_of_a_slice_are_those_of_the_whole(name: str) -> None:
    made = people(2600, **section(name))
    whole = made.to_table()
    for start, stop in ((0, 1), (999, 1001), (1300, 1700), (2599, 2600)):
        assert made[start:stop].to_table().equals(whole.slice(start, stop - start).combine_chunks())
    assert people(1500, **section(name)).to_table().equals(whole.slice(0, 1500).combine_chunks())


@pytest.mark.parametrize("name", [n for n in SECTIONS if n != "duplicates"])
def test_rows_in_any_order_are_spoilt_alike(name: str) -> None:
    key = name.split()[0]
    stage, generator = STAGES[key].model_validate(SECTIONS[name]), People()
    rows = Rows(3, 0, 2000)
    whole = stage.apply(generator.generate(rows), generator.features, rows.within("stage"))
    numbers = np.array([1999, 3, 800, 3, 1204])
    picked = rows.at(numbers)
    some = stage.apply(generator.generate(picked), generator.features, picked.within("stage"))
    assert some.equals(whole.take(pa.array(numbers)))


@pytest.mark.parametrize("name", TOUCHING)
def test_a_stage_changes_its_columns_alone_and_its_masks_say_where(name: str) -> None:
    clean, made = people().to_table(), people(**section(name, keep_clean=True))
    spoilt, touched = made.to_table(), SECTIONS[name]["columns"]
    for column in clean.column_names:
        if column not in touched:
            assert spoilt.column(column).equals(clean.column(column))
    for column in touched:
        before, after = clean.column(column), spoilt.column(column)
        differ = pc.or_(pc.not_equal(before, after).fill_null(False), after.is_null())
        mask = f"{column}_{MASKS[name.split()[0]]}"
        assert spoilt.column(mask).equals(differ)
        assert pc.any(differ).as_py()
        assert spoilt.column(f"{column}_clean").equals(before)
        assert {mask, f"{column}_clean"} <= set(made.features.truth)
        assert not {mask, f"{column}_clean"} & set(made.features.inputs)


@pytest.mark.parametrize("name", TOUCHING)
def test_an_entry_that_is_added_changes_no_other(name: str) -> None:
    entry, key = SECTIONS[name], name.split()[0]
    other = {
        "drift": {"columns": ["age"], "add": 5},
        "outliers": {"columns": ["height"], "rate": 0.5, "add": 60},
        "mix_ups": {"columns": ["price"], "rate": 0.5, "write": "decimal_comma"},
        "typos": {"columns": ["price"], "rate": 0.5},
        "missing": {"columns": ["born"], "rate": 0.5},
    }[key]
    alone, behind = people(**{key: entry}).to_table(), people(**{key: [other, entry]}).to_table()
    for column in alone.column_names:
        if column not in other["columns"]:
            assert alone.column(column).equals(behind.column(column))


def test_a_stage_that_is_added_draws_nothing_from_the_streams_of_another() -> None:
    alone = people(missing={"columns": ["income"], "rate": 0.1}).to_table()
    more = people(
        missing={"columns": ["income"], "rate": 0.1}, **section("typos"), **section("label_noise")
    ).to_table()
    assert alone.column("income").equals(more.column("income"))


def test_two_entries_on_one_column_draw_apart_and_share_a_mask() -> None:
    entry = {"columns": ["income"], "rate": 0.2}
    one, two = people(missing=entry).to_table(), people(missing=[entry, entry]).to_table()
    first, both = (t.column("income_missing").to_numpy() for t in (one, two))
    assert (both | first).tolist() == both.tolist()
    assert abs(both.mean() - 0.36) < 0.03


def test_a_value_that_two_entries_give_back_is_not_said_to_differ() -> None:
    turned = {"columns": ["income"], "rate": 0.5, "factor": -1}
    table, clean = people(outliers=[turned, turned]).to_table(), people().to_table()
    differ = pc.not_equal(table.column("income"), clean.column("income"))
    assert table.column("income_outlier").equals(differ)
    assert pc.mean(differ.cast("int8")).as_py() == pytest.approx(0.5, abs=0.05)


def test_a_column_of_the_generator_is_not_taken_for_one_of_a_stage() -> None:
    features = Features({"x": Value("float64"), "x_clean": Value("float64")}, truth=("x_clean",))
    outliers = STAGES["outliers"].model_validate(
        {"columns": ["x"], "rate": 0.1, "factor": 3, "keep_clean": True}
    )
    (problem,) = outliers.problems(features)
    assert "there is a column 'x_clean' already" in problem.message


def test_clean_values_are_those_before_all_entries_and_stages() -> None:
    half, kept = {"columns": ["income"], "rate": 0.5}, {"keep_clean": True}
    made = people(outliers={**half, "factor": 10, **kept}, missing=[half, {**half, **kept}, {**half, **kept}])
    assert made.to_table().column("income_clean").equals(people().to_table().column("income"))
    assert list(made.features.columns)[-3:] == ["income_outlier", "income_clean", "income_missing"]


def test_some_splits_can_be_spared() -> None:
    made = people(
        splits={"fractions": {"train": 0.5, "test": 0.5}},
        missing={"columns": ["income"], "rate": 0.3, "splits": ["train"]},
        duplicates={"rate": 0.3, "splits": ["train"]},
        typos={"columns": ["first"], "rate": 0.3, "splits": ["train"]},
    ).to_table()
    test = made.column("split").to_numpy() == 1
    for column in ("income_missing", "first_typo"):
        mask = made.column(column).to_numpy()
        assert mask.any()
        assert not mask[test].any()
    copies = made.column("duplicate_of").is_valid().to_numpy()
    assert copies.any()
    assert not copies[test].any()


@pytest.mark.parametrize("dtype", VALUE_TYPES)
def test_values_of_every_type_may_be_missing(dtype: str) -> None:
    features = Features({"x": Value(dtype), "y": ClassLabel(("a", "b"))})
    value = {"string": "a", "binary": b"a"}.get(dtype, 1)
    if dtype == "bool":
        value = True
    batch = features.batch({"x": [value] * 500, "y": [1, None] * 250})
    missing = Missing.model_validate({"columns": ["x", "y"], "rate": 0.5})
    made = missing.apply(batch, features, Rows(1, 0, 500))
    missing.features(features).check(made, 500, "missing")
    assert made.column("x").is_null().to_pylist() == made.column("x_missing").to_pylist()
    lost = made.column("y_missing").to_numpy(zero_copy_only=False)
    assert not lost[1::2].any()  # what was not there cannot be lost
    assert 180 < made.column("x").null_count < 320


def all_sections() -> dict[str, Any]:
    sections: dict[str, Any] = {"splits": {"fractions": {"train": 0.8, "test": 0.2}}}
    for name, entry in SECTIONS.items():
        key = name.split()[0]
        sections[key] = (
            entry if key in ("label_noise", "annotators", "duplicates") else [*sections.get(key, []), entry]
        )
    return sections


ALL = people(3300, **all_sections())


@given(start=st.integers(0, 3299), size=st.integers(1, 1200))
@settings(max_examples=20, deadline=None)
def test_any_slice_of_all_stages_together_is_that_of_the_whole(start: int, size: int) -> None:
    part = ALL[start : start + size]
    assert part.to_table().equals(ALL.to_table().slice(start, size).combine_chunks())
    assert part[0] == ALL[start]


def test_rows_far_away_are_spoilt_without_those_before() -> None:
    made = people(10**15, **all_sections())
    assert made[10**15 - 1]["duplicate_of"] in (None, *range(10**15 - 1000, 10**15))


def test_all_stages_together_come_in_one_order_and_stay_as_they_are_stored() -> None:
    made = ALL
    assert list(made.schema.stages) == list(STAGES)
    for key, stage in made.schema.stages.items():
        stored = json.loads(json.dumps(stage.model_dump(mode="json", by_alias=True, round_trip=True)))
        assert STAGES[key].model_validate(stored) == stage
    assert Features.from_arrow(made.to_table().schema) == made.features


@pytest.mark.parametrize(
    ("stages", "path", "message"),
    [
        ({"missing": {"columns": ["incom"], "rate": 0.1}}, ("columns", 0), "there is no column 'incom'"),
        (
            {"missing": [{"columns": ["age"], "rate": 0.1}, {"columns": ["age", "visits"], "rate": 0.1}]},
            (1, "columns", 1),
            "column 'visits' holds Records, not single values",
        ),
        (
            {"typos": {"columns": ["note"], "rate": 0.1}},
            ("columns", 0),
            "column 'note' has spans that point into it, and would no longer point right",
        ),
        (
            {
                "splits": {"fractions": {"train": 0.5, "test": 0.5}},
                "missing": {"columns": ["split"], "rate": 0.1},
            },
            ("columns", 0),
            "column 'split' says which split a row is in, and must stay true",
        ),
        (
            {"label_noise": {"rate": 0.1}, "missing": {"columns": ["label_clean"], "rate": 0.1}},
            ("columns", 0),
            "column 'label_clean' is the truth about the data, and must stay true",
        ),
        ({"missing": {"columns": ["age"], "rate": "age > 3"}}, ("rate",), "this gives bool"),
        ({"missing": {"columns": ["age"], "rate": "'often'"}}, ("rate",), "this gives string"),
        ({"missing": {"columns": ["age"], "rate": "9000000000000000000 * 9"}}, ("rate",), "64 bits"),
        ({"missing": {"columns": ["age"], "rate": "3 / 2"}}, ("rate",), "from 0 to 1, not 1.5"),
        ({"missing": {"columns": ["age"], "rate": 1, "when": "age"}}, ("when",), "this gives int64"),
        ({"missing": {"columns": ["age"], "rate": 1, "when": "ago > 1"}}, ("when",), "no column 'ago'"),
        ({"missing": {"columns": ["age"], "rate": 1, "splits": ["t"]}}, ("splits", 0), "no split 't'"),
        ({"outliers": {"columns": ["first"], "rate": 0.1, "factor": 2}}, ("columns", 0), "holds no numbers"),
        ({"outliers": {"columns": ["plan"], "rate": 0.1, "add": 2}}, ("columns", 0), "holds no numbers"),
        ({"typos": {"columns": ["plan"], "rate": 0.1}}, ("columns", 0), "holds no strings"),
        ({"drift": {"columns": ["first"], "add": 2}}, ("columns", 0), "holds no numbers"),
        ({"drift": {"columns": ["age"], "replace": {"a": "b"}}}, ("columns", 0), "no classes or strings"),
        (
            {"drift": {"columns": ["plan"], "replace": {"basic": "extra"}}},
            ("replace", "basic"),
            "'extra' is not a class of 'plan'",
        ),
        ({"mix_ups": {"columns": ["age"], "rate": 1, "swap": "day_month"}}, ("columns", 0), "no dates"),
        ({"mix_ups": {"columns": ["age"], "rate": 1, "write": "upper"}}, ("columns", 0), "no strings"),
        ({"mix_ups": {"columns": ["born"], "rate": 1, "factor": 2}}, ("columns", 0), "no numbers"),
        (
            {"mix_ups": {"columns": ["first", "age"], "rate": 1, "swap": "columns"}},
            ("columns",),
            "neither can hold the other's values",
        ),
        (
            {"mix_ups": {"columns": ["plan", "label"], "rate": 1, "swap": "columns"}},
            ("columns", 0),
            "is a class, whose values no other column has",
        ),
        ({"duplicates": {"rate": 0.1, "fresh": ["no"]}}, ("fresh", 0), "there is no column 'no'"),
        ({"duplicates": {"rate": 0.1, "fresh": ["note"]}}, ("fresh", 0), "has spans that point into it"),
        ({"duplicates": {"rate": 0.1, "vary": ["age"]}}, ("vary", 0), "holds no strings"),
        ({"duplicates": {"rate": 0.1, "vary": ["last", "last"]}}, ("vary", 1), "is named twice"),
        ({"duplicates": {"rate": 0.1, "fresh": ["label"]}}, ("fresh", 0), "is what a model is to learn"),
        ({"label_noise": {"rate": "agee / 100"}}, ("rate",), "there is no column 'agee'"),
    ],
)
def test_what_does_not_fit_the_columns_is_told_at_its_place(
    stages: dict[str, Any], path: tuple[str | int, ...], message: str
) -> None:
    found = messages(**stages)
    assert found[0][0] == path
    assert message in found[0][1]


def test_the_name_of_a_mask_must_be_free() -> None:
    features = Features({"a": Value("int64"), "a_missing": Value("bool"), "a_clean": Value("int64")})
    missing = Missing.model_validate({"columns": ["a"], "rate": 0.1, "keep_clean": True})
    assert [p.message for p in missing.problems(features)] == [
        "there is a column 'a_missing' already",
        "there is a column 'a_clean' already",
    ]


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = {"columns": ["agee", "visits"], "rate": "ago", "when": "age", "splits": ["x"]}
    found = messages(missing=[wrong, {**wrong, "columns": ["age"]}])
    assert [path for path, _ in found] == [
        *((0, *p) for p in (("columns", 0), ("columns", 1), ("rate",), ("when",), ("splits", 0))),
        *((1, *p) for p in (("rate",), ("when",), ("splits", 0))),
    ]


@pytest.mark.parametrize(
    ("key", "entry", "message"),
    [
        ("missing", {"columns": ["age", "age"], "rate": 0.1}, "'age' is named twice"),
        ("outliers", {"columns": ["age"], "rate": 0.1}, "either 'factor' or 'add'"),
        ("outliers", {"columns": ["age"], "rate": 0.1, "factor": 2, "add": 1}, "either 'factor' or 'add'"),
        ("outliers", {"columns": ["age"], "rate": 0.1, "factor": 0}, "makes no outliers"),
        ("mix_ups", {"columns": ["age"], "rate": 0.1}, "needs one of"),
        ("mix_ups", {"columns": ["a"], "rate": 0.1, "factor": 2, "write": "upper"}, "needs one of"),
        ("mix_ups", {"columns": ["a"], "rate": 0.1, "factor": 1}, "changes nothing"),
        ("mix_ups", {"columns": ["a"], "rate": 0.1, "write": "upper", "round": 1}, "'round' is for numbers"),
        ("mix_ups", {"columns": ["a"], "rate": 0.1, "swap": "columns"}, "two columns can be swapped, not 1"),
        ("drift", {"columns": ["a"]}, "needs either 'replace'"),
        ("drift", {"columns": ["a"], "add": 0}, "changes nothing"),
        ("drift", {"columns": ["a"], "replace": {"a": "b"}, "round": 1}, "'round' is for numbers"),
        ("drift", {"columns": ["a"], "replace": {"a": "a"}}, "cannot give way to itself"),
        ("drift", {"columns": ["a"], "add": 1, "from_row": 9, "to_row": 9}, "must be after from_row 9"),
    ],
)
def test_entries_that_make_no_sense_are_refused(key: str, entry: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        STAGES[key].model_validate(entry)


def test_a_percentage_is_told_as_a_share() -> None:
    stage = Missing.model_validate({"columns": ["age"], "rate": "5%"})
    [problem] = stage.problems(People().features)
    assert (problem.path, problem.hint) == (("rate",), "write 0.05")
    assert "not a percentage" in problem.message
