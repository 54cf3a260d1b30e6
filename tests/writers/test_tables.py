"""csv, jsonl and parquet, by the readers that they are for."""

from __future__ import annotations

import csv
import datetime
import json
import math
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import synthlab
from synthlab import Box, ClassLabel, Features, Generator, Image, Records, Rows, Span, Text, Value
from synthlab.errors import BuildError, FeatureError
from synthlab.json_text import json_column, json_lines
from synthlab.plugins import writer
from synthlab.testing import check_writer

MOMENT = datetime.datetime(2024, 2, 29, 23, 59, 58)  # noqa: DTZ001 - a declared, zoneless moment
TEXTS = [
    "plain",
    "",
    None,
    'a, "quoted" word',
    "two\nlines",
    " blanks ",
    "NA",
    "null",
    "naïve 😀",
    "=1+1",
    "x\ty",
]


class Awkward(Generator):
    """Every kind of value that a text format can get wrong."""

    shard_rows: ClassVar[int] = 4

    @property
    def features(self) -> Features:
        return Features(
            {
                "id": Value("int64"),
                "big": Value("int64"),
                "text": Text(),
                "number": Value("float64"),
                "yes": Value("bool"),
                "day": Value("date32"),
                "moment": Value("timestamp[s]"),
                "label": ClassLabel(("good, really", "bad")),
                "spans": Records({"span": Span("text"), "kind": ClassLabel(("a", "b"))}),
                "box": Box(),
            },
            labels=("label",),
        )

    def generate(self, rows: Rows) -> pa.RecordBatch:
        return self.features.batch_from_records([self._row(i) for i in rows.numbers.tolist()])

    def _row(self, i: int) -> dict[str, Any]:
        text = TEXTS[i % len(TEXTS)]
        return {
            "id": i,
            "big": None if i % 5 == 3 else 2**53 + 1 + i,
            "text": text,
            "number": None if i % 7 == 2 else i / 3,
            "yes": None if i % 3 == 2 else i % 2 == 0,
            "day": None if i % 4 == 1 else datetime.date(2024, 2, 28) + datetime.timedelta(i),
            "moment": None if i % 4 == 2 else MOMENT + datetime.timedelta(seconds=i),
            "label": None if i % 6 == 5 else i % 2,
            "spans": [{"span": (0, 1), "kind": "b"}] if text else [],
            "box": None if i % 2 else [i, 0, i + 1.5, 2],
        }


ROWS = 22
EXPECTED = [Awkward()._row(i) for i in range(ROWS)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The awkward rows in each format, through one shard after another."""
    import sys
    import types

    # A plugin of this test's own, found like anybody's.
    module = types.ModuleType("awkward_plugin")
    module.Awkward = Awkward  # type: ignore[attr-defined]
    sys.modules["awkward_plugin"] = module
    folder = tmp_path_factory.mktemp("awkward")
    metadata = folder / "awkward_plugin-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: awkward-plugin\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[synthlab.generators]\nawkward = awkward_plugin:Awkward\n")
    sys.path.insert(0, str(folder))
    dataset = synthlab.load({"synthlab": 1, "name": "awkward", "generator": "awkward", "rows": ROWS})
    found = {}
    for format in ("csv", "jsonl", "parquet"):
        found[format] = dataset.write(folder / format, format=format).folder
    sys.path.remove(str(folder))
    return found


def test_csv_comes_back_value_by_value(made: dict[str, Path]) -> None:
    data = (made["csv"] / "awkward.csv").read_bytes()
    assert b"\r" not in data
    assert not data.startswith(b"\xef\xbb\xbf")
    with (made["csv"] / "awkward.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == ROWS
    for row, expected in zip(rows, EXPECTED, strict=True):
        assert int(row["id"]) == expected["id"]
        assert row["big"] == ("" if expected["big"] is None else str(expected["big"]))
        assert row["text"] == (expected["text"] or "")
        assert (
            row["number"] == "" if expected["number"] is None else float(row["number"]) == expected["number"]
        )
        assert row["yes"] == {None: "", True: "true", False: "false"}[expected["yes"]]
        assert row["day"] == ("" if expected["day"] is None else expected["day"].isoformat())
        assert row["moment"] == ("" if expected["moment"] is None else expected["moment"].isoformat())
        label = expected["label"]
        assert row["label"] == ("" if label is None else ("good, really", "bad")[label])
        assert len(json.loads(row["spans"])) == len(expected["spans"])
        assert (json.loads(row["box"]) if row["box"] else None) == expected["box"]


def test_csv_tells_an_empty_text_from_a_missing_one(made: dict[str, Path]) -> None:
    convert = pa.csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
    parse = pa.csv.ParseOptions(newlines_in_values=True)
    table = pa.csv.read_csv(made["csv"] / "awkward.csv", convert_options=convert, parse_options=parse)
    assert table["text"].to_pylist() == [row["text"] for row in EXPECTED]
    frame = pd.read_csv(made["csv"] / "awkward.csv", keep_default_na=False)
    assert frame["text"].tolist() == [row["text"] or "" for row in EXPECTED]


def test_the_table_schema_names_the_types(made: dict[str, Path]) -> None:
    package = json.loads((made["csv"] / "datapackage.json").read_text())
    (resource,) = package["resources"]
    types = {f["name"]: f["type"] for f in resource["schema"]["fields"]}
    assert types == {
        "id": "integer", "big": "integer", "text": "string", "number": "number", "yes": "boolean",
        "day": "date", "moment": "datetime", "label": "string", "spans": "array", "box": "array",
    }  # fmt: skip
    assert resource["path"] == "awkward.csv"


def test_jsonl_comes_back_value_by_value(made: dict[str, Path]) -> None:
    lines = (made["jsonl"] / "awkward.jsonl").read_bytes().split(b"\n")
    assert lines.pop() == b""
    rows = [json.loads(line) for line in lines]
    for row, expected in zip(rows, EXPECTED, strict=True):
        for name in ("id", "big", "text", "number", "yes"):
            assert row[name] == expected[name]
        assert row["day"] == (expected["day"] and expected["day"].isoformat())
        assert row["label"] == (
            None if expected["label"] is None else ("good, really", "bad")[expected["label"]]
        )
        assert row["spans"] == [{"span": {"start": 0, "end": 1}, "kind": "b"}] * len(expected["spans"])


def test_parquet_comes_back_value_by_value(made: dict[str, Path]) -> None:
    files = sorted((made["parquet"] / "data").iterdir())
    assert [f.name for f in files] == [f"train-{i:05d}-of-00006.parquet" for i in range(6)]
    table = pa.concat_tables(pq.read_table(f) for f in files)
    assert Features.from_arrow(table.schema) == Awkward().features
    expected = Awkward().features.batch_from_records(EXPECTED)
    assert table.to_pylist() == expected.to_pylist()


def test_hugging_face_loads_parquet_offline(made: dict[str, Path], tmp_path: Path) -> None:
    import datasets

    files = [str(f) for f in sorted((made["parquet"] / "data").iterdir())]
    found = datasets.load_dataset(
        "parquet", data_files={"train": files}, split="train", cache_dir=str(tmp_path)
    )
    assert len(found) == ROWS
    assert found.features["label"] == datasets.ClassLabel(names=["good, really", "bad"])
    assert found[4]["text"] == TEXTS[4]


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
def test_the_format_keeps_the_contract(format: str, tmp_path: Path) -> None:
    def read(folder: Path) -> int:
        if format == "parquet":
            return sum(pq.read_metadata(f).num_rows for f in folder.glob("data/*.parquet"))
        lines = sum(len(f.read_text().splitlines()) for f in folder.glob(f"*.{format}"))
        return lines - (2 if format == "csv" else 0)

    splits = {"fractions": {"train": 0.8, "test": 0.2}}
    dataset = synthlab.load(
        {"synthlab": 1, "name": "lines", "generator": "lines", "rows": 450, "splits": splits}
    )
    check_writer(format, dataset, tmp_path, read=read)


@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_text_formats_refuse_images_and_bytes(format: str) -> None:
    with pytest.raises(FeatureError, match="cannot hold the images of column 'image'"):
        writer(format).accepts(Features({"image": Image(), "objects": Records({"box": Box()})}))
    with pytest.raises(FeatureError, match="cannot hold the bytes of column 'b'"):
        writer(format).accepts(Features({"b": Value("binary")}))


finite = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(st.text(), st.none() | st.booleans(), finite, st.lists(st.text() | st.none()))))
def test_json_of_columns_is_that_of_values(rows) -> None:
    names = ['te"xt', "yes", "number", "list"]
    kinds = [pa.string(), pa.bool_(), pa.float64(), pa.list_(pa.string())]
    records = [dict(zip(names, row, strict=True)) for row in rows]
    batch = pa.RecordBatch.from_pylist(records, schema=pa.schema(list(zip(names, kinds, strict=True))))
    text = bytes(json_lines(batch)).decode()
    assert [json.loads(line) for line in text.split("\n")[:-1]] == records
    assert bytes(json_lines(batch.slice(1))).decode() == text.split("\n", 1)[1] if rows else text == ""


def test_json_refuses_numbers_that_it_does_not_have() -> None:
    for bad in (math.nan, math.inf):
        with pytest.raises(BuildError, match="NaN or infinity"):
            json_column(pa.array([1.0, bad]))


def test_hugging_face_loads_images_and_their_classes_offline(tmp_path: Path) -> None:
    import datasets

    dataset = synthlab.load("shapes", rows=24)
    dataset.write(tmp_path / "shapes", format="parquet")
    found = datasets.load_dataset(str(tmp_path / "shapes"), cache_dir=str(tmp_path / "cache"))
    assert sum(map(len, found.values())) == 24
    assert set(found) == {"train", "validation", "test"}
    objects = dataset.features["objects"]
    assert isinstance(objects, Records)
    label = objects.fields["label"]
    assert isinstance(label, ClassLabel)
    assert found["train"].features["objects"].feature["label"] == datasets.ClassLabel(names=list(label.names))
    row = found["train"][0]
    assert row["image"].size == (row["width"], row["height"])
