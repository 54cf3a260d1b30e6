"""The ready-made schemas of documents and lines: each makes rows, and has in it what it promises."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import synthlab

NAMES = {"receipts": "total", "invoices": "invoice_number", "forms": "surname", "id-cards": "card_number"}


@pytest.mark.parametrize(("name", "field"), NAMES.items())
def test_a_ready_made_schema_of_documents_makes_rows(name: str, field: str) -> None:
    dataset = synthlab.load(name, rows=8)
    label: Any = dataset.features["fields"]
    number = label.fields["label"].names.index(field)
    for row in dataset:
        with Image.open(io.BytesIO(row["image"]["bytes"])) as image:
            assert image.size == (row["width"], row["height"])
        (found,) = [f for f in row["fields"] if f["label"] in (number, field)]
        assert found["text"]
        assert row["fields"][found["link"]]["role"] == "key"
        assert json.loads(row["record"])


def test_the_ready_made_lines_are_of_one_height_and_have_their_text() -> None:
    rows = list(synthlab.load("text-lines", rows=60))
    assert {row["height"] for row in rows} == {32}
    assert all(" ".join(word["text"] for word in row["words"]) == row["text"] for row in rows)


def test_documents_load_as_their_readers_read_them(tmp_path: Path) -> None:
    """COCO by pycocotools: as many boxes as fields; Parquet by `datasets`: images, classes, quads."""
    import datasets
    from pycocotools.coco import COCO

    dataset = synthlab.load("receipts", rows=4)
    dataset.write(tmp_path / "coco", format="coco")
    rows = list(dataset)
    coco = [COCO(str(path)) for path in (tmp_path / "coco" / "annotations").glob("*.json")]
    assert sum(len(c.anns) for c in coco) == sum(len(row["fields"]) for row in rows)
    images = {image["file_name"]: image for c in coco for image in c.imgs.values()}
    assert images["000000000.jpg"]["text"] == rows[0]["text"]
    assert len(images["000000000.jpg"]["characters"]) == len(rows[0]["characters"])
    dataset.write(tmp_path / "parquet", format="parquet")
    files = sorted(str(path) for path in (tmp_path / "parquet").rglob("*.parquet"))
    loaded = datasets.load_dataset(
        "parquet", data_files=files, split="train", cache_dir=str(tmp_path / "cache")
    )
    by_text = {row["text"]: row for row in loaded}
    assert by_text.keys() == {row["text"] for row in rows}
    for row in rows:
        assert by_text[row["text"]]["image"].size == (row["width"], row["height"])
        assert by_text[row["text"]]["words"] == row["words"]
