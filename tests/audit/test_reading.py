"""What an audit reads, and what it says of what it cannot read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

import synthlab
from synthlab.audit.columns import MOST_CLASSES, Tables, align, merged
from synthlab.audit.reading import read_source
from synthlab.errors import InputError, SynthlabError, UsageError

from .tables import FRESH, HOLDOUT, written

SCHEMA = {
    "synthlab": 1,
    "name": "people",
    "generator": "tabular",
    "rows": 200,
    "options": {
        "columns": [
            {"name": "age", "kind": "normal", "mean": 42, "std": 15, "type": "integer"},
            {"name": "plan", "kind": "categorical", "values": {"basic": 3, "plus": 1}, "label": True},
        ]
    },
    "missing": {"columns": ["age"], "rate": 0.2},
    "splits": {"fractions": {"train": 0.8, "test": 0.2}},
}


def aligned(synthetic: pa.Table, real: pa.Table, training: pa.Table | None = None) -> Tables:
    sources = [read_source(synthetic, "made"), read_source(real, "real")]
    return align(*sources, read_source(training, "seen") if training is not None else None)


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
def test_a_dataset_is_read_whole_with_names_of_classes_and_without_truth(format: str, tmp_path: Path) -> None:
    synthlab.load(SCHEMA).write(tmp_path / "out", format=format, shard_rows=50)
    table = read_source(tmp_path / "out", "made").table
    assert table.num_rows == 200
    assert table.column_names == ["age", "plan"]
    assert set(table.column("plan").to_pylist()) == {"basic", "plus"}
    assert 0 < table.column("age").null_count < 100


def test_a_table_and_a_frame_in_memory_are_read_like_files(tmp_path: Path) -> None:
    dataset = synthlab.load(SCHEMA)
    dataset.write(tmp_path / "out", format="parquet")
    there = read_source(tmp_path / "out", "made").table
    for given in (dataset.to_table(), dataset.to_pandas()):
        table = read_source(given, "made").table.select(there.column_names)
        assert sorted(table.column("plan").to_pylist()) == sorted(there.column("plan").to_pylist())


def test_files_of_all_forms_hold_the_same(tmp_path: Path) -> None:
    pa.parquet.write_table(FRESH, tmp_path / "t.parquet")
    pa.feather.write_feather(FRESH, tmp_path / "t.arrow")
    written(tmp_path / "t.csv", FRESH)
    for name in ("t.csv", "t.parquet", "t.arrow"):
        tables = align(read_source(tmp_path / name, "made"), read_source(HOLDOUT, "real"))
        assert tables.synthetic.equals(aligned(FRESH, HOLDOUT).synthetic), name
        assert tables.notes == ()


def test_blanks_markers_of_missing_values_and_separators_are_seen(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('\ufeffa; b\n1;" x"\n ?;NA\n3; \n4;"y;z"\n', encoding="utf-8")
    source = read_source(tmp_path / "t.csv", "made")
    assert source.table.to_pydict() == {"a": ["1", None, "3", "4"], "b": ["x", None, None, "y;z"]}
    assert source.notes == ("taken for missing: '?' 1 times, 'NA' 1 times",)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", b"", "the file is empty"),
        ("t.csv", b"\n\n", "the first line must hold the names"),
        ("t.csv", b"a,b\n", "there is no row"),
        ("t.csv", b"a,a\n1,2\n", "two columns are named 'a'"),
        ("t.csv", b"a,\n1,2\n", "column 2 has no name"),
        ("t.csv", b"a,b\n1,2\n3,4,secret\n", "Expected 2 columns, got 3$"),
        ("t.csv", b"a,b\n1,\xe9\n", "UTF|utf"),
        ("t.csv", b"\xe9,b\n1,2\n", "UTF-8"),
        ("t.parquet", b"PAR1 is not enough", "cannot be read"),
        ("t.jsonl", b"{not json}\n", "cannot be read"),
        ("t.xyz", b"a", "its form is unknown"),
    ],
)
def test_what_cannot_be_read_is_told_without_values(
    name: str, content: bytes, message: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as told:
        read_source(tmp_path / name, "made")
    assert "secret" not in str(told.value)


def test_folders_that_are_no_dataset_of_one_table_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file or folder"):
        read_source(tmp_path / "none", "made")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"is no dataset: it has no synthlab\.json"):
        read_source(tmp_path / "empty", "made")
    synthlab.load("shapes", rows=4).write(tmp_path / "images", format="coco")
    with pytest.raises(SynthlabError, match="is stored as coco; the audit reads csv, jsonl and parquet"):
        read_source(tmp_path / "images", "made")


def test_columns_that_hold_no_plain_values_are_told() -> None:
    source = read_source(FRESH.append_column("list", pa.array([[1]] * 1_200)), "made")
    assert "list" not in source.table.column_names
    assert source.notes[0].startswith("list is left out: list<")


def test_types_are_those_of_the_real_values_however_the_synthetic_ones_are_written() -> None:
    real = pa.table(
        {
            "whole": ["1", "20", "+3"],
            "point": pa.array([0.5, 1.5, None]),
            "code": ["007", "010", "100"],
            "truth": ["True", "False", "True"],
            "bit": pa.array([0, 1, 1]),
            "day": ["2020-01-31", "2021-12-01", "2022-06-15"],
            "german": ["31.01.2020", "01.12.2021", "15.06.2022"],
            "void": pa.nulls(3),
        }
    )
    made = pa.table(
        {
            "whole": pa.array([1.0, 2.0]),
            "point": ["0.5", "x"],
            "code": ["007", "100"],
            "truth": pa.array([1, 0]),
            "bit": pa.array([True, False]),
            "day": pa.array([18_000, 18_001], pa.date32()),
            "german": ["2020-01-31", "01.12.2021"],
            "void": ["a", None],
        }
    )
    tables = aligned(made, real)
    kinds = ("number", "number", "class", "truth", "number", "moment", "moment", "class")
    assert tuple(tables.kinds.values()) == kinds
    assert tables.holdout.schema.equals(tables.synthetic.schema)
    assert tables.synthetic.column("truth").to_pylist() == ["true", "false"]
    assert tables.synthetic.column("bit").to_pylist() == [1.0, 0.0]
    assert tables.synthetic.column("german").null_count == 0
    assert tables.synthetic.column("point").to_pylist() == [0.5, None]
    assert any("1 values of 'point' are no number" in note for note in tables.notes)


def test_a_stray_word_among_many_numbers_does_not_make_classes_of_them() -> None:
    values = [str(number) for number in range(999)]
    tables = aligned(pa.table({"a": values}), pa.table({"a": [*values, "unknown"]}))
    assert tables.kinds == {"a": "number"}
    assert any("taken for missing" in note for note in tables.notes)


def test_infinity_and_nan_are_missing() -> None:
    made = pa.table({"a": pa.array([np.nan, np.inf, 1.0])})
    assert aligned(made, pa.table({"a": [1.0, 2.0, 3.0]})).synthetic.column("a").null_count == 2


def test_rare_classes_are_one_for_models_but_not_for_the_target() -> None:
    values = [f"class {number % 150:03}" for number in range(1_500)]
    tables = aligned(pa.table({"a": [*values[:10], "new"]}), pa.table({"a": values}))
    few = merged(tables)
    assert len(few.holdout.column("a").unique()) == MOST_CLASSES + 1
    assert few.synthetic.column("a").to_pylist()[-1] == "(others)"
    assert len(merged(tables, keep="a").holdout.column("a").unique()) == 150
