"""COCO: pycocotools reads what was written, pixel by pixel."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image as pillow  # noqa: N813
from pycocotools import mask as reference
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

import synthlab
from synthlab import Rows, masks
from synthlab.errors import BuildError, FeatureError
from synthlab.features import (
    Box,
    ClassLabel,
    Feature,
    Features,
    Image,
    Mask,
    Records,
    Span,
    Text,
    Value,
)
from synthlab.testing import check_writer
from synthlab.writers.coco import CocoWriter
from synthlab_image import ImageGenerator

from .desk import write

# pycocotools hands NumPy its masks in the way of NumPy 1.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

HEIGHT, WIDTH = 24, 32
SHAPES = ("square", "frame", "two")
OBJECTS = Records(
    {
        "box": Box(),
        "label": ClassLabel(SHAPES),
        "area": Value("int64"),
        "mask": Mask(),
        "amodal_box": Box(),
        "visibility": Value("float32"),
    }
)
FEATURES = Features(
    {"image": Image(), "width": Value("int32"), "height": Value("int32"), "objects": OBJECTS},
    labels=("objects",),
)
SPLITS = FEATURES.with_column("split", ClassLabel(("train", "validation", "test")))
SPLITS = Features(SPLITS.columns, SPLITS.labels, split="split")


def picture(number: int, format: str = "PNG") -> bytes:
    file = io.BytesIO()
    pillow.new("RGB", (WIDTH, HEIGHT), (number % 256, 99, 7)).save(file, format=format)
    return file.getvalue()


def pixels(row: int, label: int) -> np.ndarray[Any, Any]:
    """Return a mask that differs from row to row: a square, a frame with a hole, or two parts."""
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    x, y = 2 + row % 9, 3 + row % 5
    mask[y : y + 12, x : x + 14] = 1
    if label == 1:
        mask[y + 3 : y + 6, x + 4 : x + 9] = 0
    if label == 2:
        mask[:, x + 4 : x + 7] = 0
    return mask


def rows(count: int, features: Features = FEATURES) -> pa.RecordBatch:
    """Return rows of which every fourth has no object."""
    records = []
    for row in range(count):
        objects = []
        for label in range(row % 4):
            counts = masks.encode(pixels(row, label), 1)[0]
            box = masks.bounds(counts, HEIGHT)
            objects.append(
                {
                    "box": box,
                    "label": label,
                    "area": masks.area(counts),
                    "mask": {"size": [HEIGHT, WIDTH], "counts": counts},
                    "amodal_box": (box[0] - 5, box[1], box[2], box[3]),
                    "visibility": 0.8123,
                }
            )
        record = {"image": picture(row), "width": WIDTH, "height": HEIGHT, "objects": objects}
        if features.split:
            record["split"] = (0, 1, 0, 2, 0)[row % 5]
        records.append(record)
    return features.batch_from_records(records)


def read(path: Path) -> COCO:
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def average_precision(truth: COCO, predictions: list[dict[str, Any]], kind: str) -> float:
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(truth, truth.loadRes(predictions), kind)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return float(evaluation.stats[0])


def test_pycocotools_reads_every_image_box_and_mask(tmp_path: Path) -> None:
    batch = rows(23)
    write(CocoWriter(), batch, FEATURES, tmp_path / "out", cuts=[9, 16])
    coco = read(tmp_path / "out" / "annotations.json")
    assert coco.getImgIds() == list(range(1, 24))
    for number, row in enumerate(batch.to_pylist(), 1):
        image = coco.imgs[number]
        with pillow.open(tmp_path / "out" / "images" / image["file_name"]) as opened:
            assert opened.size == (image["width"], image["height"]) == (WIDTH, HEIGHT)
        found = coco.loadAnns(coco.getAnnIds(imgIds=[number]))
        for annotation, made in zip(found, row["objects"], strict=True):
            mask = pixels(number - 1, made["label"])
            x, y, width, height = annotation["bbox"]
            assert [x, y, x + width, y + height] == made["box"]
            assert annotation["category_id"] == made["label"] + 1
            assert annotation["area"] == mask.sum()
            assert annotation["iscrowd"] == 0
            assert np.array_equal(coco.annToMask(annotation), mask)


def test_rendered_images_keep_every_object(tmp_path: Path) -> None:
    generator = ImageGenerator(width=200, height=150)
    batch = generator.generate(Rows(7, 0, 40))
    write(CocoWriter(), batch, generator.features, tmp_path / "out", cuts=[17])
    coco = read(tmp_path / "out" / "annotations.json")
    for number, row in enumerate(batch.to_pylist(), 1):
        found = coco.loadAnns(coco.getAnnIds(imgIds=[number]))
        assert len(found) == len(row["objects"])
        for annotation, thing in zip(found, row["objects"], strict=True):
            assert annotation["area"] == thing["area"]
            assert annotation["category_id"] == thing["label"] + 1
            assert np.array_equal(coco.annToMask(annotation), reference.decode(thing["mask"]))


@pytest.mark.parametrize("kind", ["bbox", "segm"])
def test_perfect_predictions_score_one(tmp_path: Path, kind: str) -> None:
    write(CocoWriter(), rows(20), FEATURES, tmp_path / "out", cuts=[7])
    truth = read(tmp_path / "out" / "annotations.json")
    predictions = [
        {
            "image_id": a["image_id"],
            "category_id": a["category_id"],
            "score": 0.9,
            "bbox": a["bbox"],
            "segmentation": reference.encode(np.asfortranarray(truth.annToMask(a))),
        }
        for a in truth.loadAnns(truth.getAnnIds())
    ]
    if kind == "bbox":
        for prediction in predictions:
            del prediction["segmentation"]
    assert average_precision(truth, predictions, kind) == 1.0


def test_cutting_into_shards_changes_no_byte(tmp_path: Path) -> None:
    batch = rows(21, SPLITS)
    for name, cuts in (("one", []), ("three", [4, 15]), ("empty", [8, 8, 20])):
        write(CocoWriter(), batch, SPLITS, tmp_path / name, cuts=cuts)
    whole = files(tmp_path / "one")
    assert whole == files(tmp_path / "three") == files(tmp_path / "empty")


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_each_split_has_a_folder_and_a_file_with_ids_from_one(tmp_path: Path) -> None:
    counts = write(CocoWriter(), rows(40, SPLITS), SPLITS, tmp_path / "out", cuts=[11])
    assert counts == {"images": 40, "annotations": 60}
    seen: list[int] = []
    for split, expected in (("train", 24), ("val", 8), ("test", 8)):
        coco = read(tmp_path / "out" / "annotations" / f"instances_{split}.json")
        assert len(coco.imgs) == expected
        assert sorted(coco.anns) == list(range(1, len(coco.anns) + 1))
        on_disk = sorted(p.name for p in (tmp_path / "out" / "images" / split).iterdir())
        assert on_disk == [image["file_name"] for image in coco.dataset["images"]]
        seen += coco.imgs
    assert sorted(seen) == list(range(1, 41))


def test_files_are_named_by_the_number_of_the_row(tmp_path: Path) -> None:
    write(CocoWriter(), rows(3), FEATURES, tmp_path / "out", first_row=41)
    [*images] = json.loads((tmp_path / "out" / "annotations.json").read_text())["images"]
    assert [i["file_name"] for i in images] == ["000000041.png", "000000042.png", "000000043.png"]
    assert [i["id"] for i in images] == [42, 43, 44]


def test_the_file_has_its_keys_in_order_and_one_record_a_line(tmp_path: Path) -> None:
    write(CocoWriter(), rows(6), FEATURES, tmp_path / "out")
    text = (tmp_path / "out" / "annotations.json").read_text()
    data = json.loads(text)
    assert list(data) == ["info", "licenses", "categories", "images", "annotations"]
    assert [c["name"] for c in data["categories"]] == list(SHAPES)
    assert [c["id"] for c in data["categories"]] == [1, 2, 3]
    lines = [json.loads(line.rstrip(",")) for line in text.splitlines() if line.startswith('{"')]
    assert lines == data["categories"] + data["images"] + data["annotations"]


def test_extra_fields_go_along_and_boxes_are_written_like_bbox(tmp_path: Path) -> None:
    write(CocoWriter(), rows(2), FEATURES, tmp_path / "out")
    [annotation] = json.loads((tmp_path / "out" / "annotations.json").read_text())["annotations"]
    x, y, width, height = annotation["bbox"]
    assert annotation["amodal_box"] == [x - 5, y, width + 5, height]
    assert annotation["visibility"] == 0.8123
    assert "mask" not in annotation


def test_masks_are_polygons_unless_they_have_holes(tmp_path: Path) -> None:
    write(CocoWriter(), rows(4), FEATURES, tmp_path / "out")
    annotations = json.loads((tmp_path / "out" / "annotations.json").read_text())["annotations"]
    square, frame, two = (a["segmentation"] for a in annotations if a["image_id"] == 4)
    assert len(square) == 1
    assert len(square[0]) == 8
    assert frame["size"] == [HEIGHT, WIDTH]
    assert sum(frame["counts"]) == HEIGHT * WIDTH
    assert len(two) == 2


def test_without_masks_the_area_is_that_of_the_box(tmp_path: Path) -> None:
    plain = Records({"box": Box(), "label": ClassLabel(("a",))})
    features = Features({**FEATURES.columns, "objects": plain})
    record = {"image": picture(1, "JPEG"), "width": WIDTH, "height": HEIGHT}
    objects = [{"box": [1.5, 2, 4, 8], "label": 0}]
    batch = features.batch_from_records([{**record, "objects": objects}])
    write(CocoWriter(), batch, features, tmp_path / "out")
    data = json.loads((tmp_path / "out" / "annotations.json").read_text())
    assert data["images"][0]["file_name"] == "000000000.jpg"
    assert data["annotations"][0]["bbox"] == [1.5, 2.0, 2.5, 6.0]
    assert data["annotations"][0]["area"] == 15
    assert "segmentation" not in data["annotations"][0]


def test_columns_beside_the_image_go_along(tmp_path: Path) -> None:
    features = FEATURES.with_column("caption", Text()).with_column("light", ClassLabel(("day", "night")))
    batch = features.batch(
        {
            **{name: rows(2).column(name) for name in FEATURES.columns},
            "caption": ["Größe", None],
            "light": [1, 0],
        }
    )
    write(CocoWriter(), batch, features, tmp_path / "out")
    images = json.loads((tmp_path / "out" / "annotations.json").read_text())["images"]
    assert [(i["caption"], i["light"]) for i in images] == [("Größe", "night"), (None, "day")]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"text": Text()}, "has none.*csv, jsonl and parquet"),
        ({**FEATURES.columns, "depth": Image()}, "one image a row.*image, depth"),
        ({**FEATURES.columns, "more": OBJECTS}, "exactly one column of records.*objects, more"),
        ({"image": Image(), "width": Value("int32"), "height": Value("int32")}, "has none among"),
        ({"image": Image(), "objects": OBJECTS}, "size of each image.*'width'"),
        ({**FEATURES.columns, "part": Span("text")}, "no place for column 'part', which is Span"),
        ({**FEATURES.columns, "file_name": Text()}, "'file_name' has the name of a key"),
        (
            {**FEATURES.columns, "objects": Records({**OBJECTS.fields, "bbox": Box()})},
            "field of 'objects' 'bbox' has the name of a key",
        ),
    ],
)
def test_columns_that_coco_cannot_hold_are_refused(columns: dict[str, Feature], message: str) -> None:
    with pytest.raises(FeatureError, match=f"(?s){message}"):
        CocoWriter().accepts(Features(columns))


def test_splits_that_would_share_a_folder_are_refused() -> None:
    columns = {**FEATURES.columns, "split": ClassLabel(("train", "val", "validation"))}
    with pytest.raises(FeatureError, match="train, val, val"):
        CocoWriter().accepts(Features(columns, split="split"))


@pytest.mark.parametrize(("data", "found"), [(b"plain text", "starts with"), (None, "is missing")])
def test_an_image_that_is_none_is_told_with_its_row(tmp_path: Path, data: bytes | None, found: str) -> None:
    batch = FEATURES.batch({"image": [data], "width": [1], "height": [1], "objects": [[]]})
    with pytest.raises(BuildError, match=f"image of row 5 {found}"):
        write(CocoWriter(), batch, FEATURES, tmp_path / "out", first_row=5)


def test_coco_keeps_the_contract(tmp_path: Path) -> None:
    def read(folder: Path) -> int:
        found = [json.loads(path.read_text()) for path in folder.glob("annotations/*.json")]
        return sum(len(page["images"]) for page in found)

    dataset = synthlab.load("shapes", rows=130)
    check_writer("coco", dataset, tmp_path, read=read, shard_rows=50)


def test_what_annotators_drew_and_what_there_is_go_into_files_of_their_own(tmp_path: Path) -> None:
    schema = {
        "synthlab": 1,
        "generator": "image",
        "rows": 60,
        "options": {"width": 96, "height": 64, "object_size_range": [0.3, 0.6]},
        "splits": {"fractions": {"train": 0.5, "test": 0.5}},
        "annotators": {"skipping": 0.3, "splits": ["train"], "boxes": {"missed": 0.3}, "price": 0.1},
    }
    dataset = synthlab.load(schema)
    assert dataset.schema.writer_name() == "coco"
    dataset.write(tmp_path, workers=2, shard_rows=25)
    for split in ("train", "test"):
        mine = {i: row for i, row in enumerate(dataset, 1) if row["split"] == split}
        observed, clean = (
            read(tmp_path / folder / f"instances_{split}.json")
            for folder in ("annotations", "annotations_clean")
        )
        assert set(clean.imgs) == set(mine)
        assert set(observed.imgs) == {i for i, row in mine.items() if row["objects"] is not None}
        assert (len(observed.imgs) < len(clean.imgs)) == (split == "train")
        for column, coco in (("objects", observed), ("objects_clean", clean)):
            for i in coco.imgs:
                found = coco.loadAnns(coco.getAnnIds(imgIds=i))
                boxes = [[x, y, x + w, y + h] for x, y, w, h in (o["bbox"] for o in found)]
                assert boxes == [thing["box"] for thing in mine[i][column]]
                names = [coco.cats[o["category_id"]]["name"] for o in found]
                assert names == [thing["label"] for thing in mine[i][column]]
                assert coco.imgs[i]["objects_cost"] == mine[i]["objects_cost"]
                assert all(("segmentation" in o) == (column == "objects_clean") for o in found)
            assert sorted(coco.anns) == list(range(1, len(coco.anns) + 1))
        found = {o["id"]: o["drawn"] for o in clean.dataset["annotations"]}
        assert list(found.values()) == [t["drawn"] for row in mine.values() for t in row["objects_clean"]]
