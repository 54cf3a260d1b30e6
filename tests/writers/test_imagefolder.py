"""Image folders, as Hugging Face `datasets` reads them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import datasets
import pytest

import synthlab
from synthlab import Dataset
from synthlab.errors import FeatureError


def lines(rows: int = 12, **more: object) -> Dataset:
    options = {"languages": ["en", "de"], "labels": ["text", "words"]}
    schema = {"synthlab": 1, "name": "lines", "generator": "text-line", "rows": rows, "options": options}
    return synthlab.load({**schema, **more})


def read(folder: Path, cache: Path) -> datasets.DatasetDict:
    return datasets.load_dataset("imagefolder", data_dir=str(folder), cache_dir=str(cache))


def test_image_folders_come_back_row_by_row(tmp_path: Path) -> None:
    dataset = lines(splits={"fractions": {"train": 0.6, "validation": 0.4}})
    dataset.write(tmp_path / "out", format="imagefolder")
    loaded = read(tmp_path / "out", tmp_path / "cache")
    assert set(loaded) == {"train", "validation"}
    rows = {row["text"]: row for part in loaded.values() for row in part}
    expected = list(dataset)
    assert sum(len(part) for part in loaded.values()) == len(expected) == len(rows)
    for row in expected:
        found = rows[row["text"]]
        assert found["image"].size == (row["width"], row["height"])
        assert [word["text"] for word in found["words"]] == [word["text"] for word in row["words"]]
        for word, other in zip(found["words"], row["words"], strict=True):
            assert word["quad"] == pytest.approx(other["quad"])


def test_without_splits_all_is_in_one_folder(tmp_path: Path) -> None:
    lines().write(tmp_path / "out", format="imagefolder")
    told = [json.loads(line) for line in (tmp_path / "out/train/metadata.jsonl").read_text().splitlines()]
    assert [row["file_name"] for row in told] == [f"{i:09d}.jpg" for i in range(12)]
    assert [row["text"] for row in told] == [row["text"] for row in lines()]
    assert sorted(p.name for p in (tmp_path / "out/train").glob("*.jpg")) == [
        row["file_name"] for row in told
    ]


def test_any_number_of_workers_and_shards_gives_the_same_lines(tmp_path: Path) -> None:
    for name, shard in (("one", 100), ("many", 5)):
        lines().write(tmp_path / name, format="imagefolder", shard_rows=shard)
    one, many = (sorted(p for p in (tmp_path / n / "train").iterdir()) for n in ("one", "many"))
    assert [p.name for p in one] == [p.name for p in many]
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in many]


def test_what_is_no_image_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeatureError, match="one image a row, and this dataset has 0"):
        synthlab.load("reviews", rows=3).write(tmp_path / "a", format="imagefolder")
    shapes = {
        "synthlab": 1,
        "name": "x",
        "generator": "image",
        "rows": 2,
        "options": {"labels": ["semantic"]},
    }
    with pytest.raises(FeatureError, match="bytes of 'semantic'; use parquet"):
        synthlab.load(shapes).write(tmp_path / "b", format="imagefolder")


@pytest.mark.parametrize("format", ["imagefolder", "parquet"])
def test_a_split_without_rows_has_no_file_and_the_others_load(tmp_path: Path, format: str) -> None:
    dataset = lines(8, splits={"fractions": {"train": 0.98, "validation": 0.01, "test": 0.01}})
    folder = dataset.write(tmp_path / "out", format=format, shard_rows=3).folder
    counts = Counter(row["split"] for row in dataset)
    assert 0 < len(counts) < 3
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    assert {name: len(part) for name, part in loaded.items()} == counts


@pytest.mark.parametrize("format", ["imagefolder", "parquet"])
def test_no_rows_at_all_are_a_dataset_too(tmp_path: Path, format: str) -> None:
    folder = lines(0, splits={"fractions": {"train": 0.5, "test": 0.5}}).write(tmp_path / "o", format=format)
    names = {
        path.parent.name if format == "imagefolder" else path.name.partition("-")[0]
        for path in folder.folder.rglob("*")
        if path.suffix in (".jsonl", ".parquet")
    }
    assert names == {"train", "test"}
