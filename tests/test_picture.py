"""The contact sheet: every image is in it, with boxes and names around what they belong to."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image as pillow  # noqa: N813

from synthlab import masks
from synthlab.errors import FeatureError, UsageError
from synthlab.features import Box, ClassLabel, Features, Image, Mask, Records, Value
from synthlab.picture import COLOURS, GAP, PAGE, contact_sheet

HEIGHT, WIDTH, TILE = 60, 80, 160
OBJECTS = Records({"box": Box(), "label": ClassLabel(("a", "b")), "mask": Mask()})
FEATURES = Features({"image": Image(), "objects": OBJECTS})


def encoded(colour: tuple[int, int, int], width: int = WIDTH, height: int = HEIGHT) -> bytes:
    file = io.BytesIO()
    pillow.new("RGB", (width, height), colour).save(file, format="PNG")
    return file.getvalue()


def batch(images: list[bytes], objects: list[list[dict[str, Any]]] | None = None) -> pa.RecordBatch:
    return FEATURES.batch({"image": images, "objects": objects or [[]] * len(images)})


def sheet(rows: pa.RecordBatch, **options: Any) -> np.ndarray[Any, Any]:
    data = contact_sheet(FEATURES, rows, tile_width=TILE, **options)
    with pillow.open(io.BytesIO(data)) as opened:
        assert opened.format == "PNG"
        return np.asarray(opened.convert("RGB"))


def test_every_image_is_in_the_sheet_in_order() -> None:
    colours = [(40 * i, 200 - 30 * i, 90) for i in range(5)]
    found = sheet(batch([encoded(c) for c in colours]), columns=2)
    high = TILE * HEIGHT // WIDTH
    assert found.shape == (3 * (high + GAP) + GAP, 2 * (TILE + GAP) + GAP, 3)
    for i, colour in enumerate(colours):
        row, column = divmod(i, 2)
        middle = GAP + row * (high + GAP) + high // 2, GAP + column * (TILE + GAP) + TILE // 2
        assert tuple(found[middle]) == colour
    assert tuple(found[-GAP - high // 2, -GAP - TILE // 2]) == PAGE


def test_images_of_different_heights_do_not_overlap() -> None:
    found = sheet(batch([encoded((9, 9, 9), 80, 40), encoded((9, 9, 9), 80, 120)]), columns=2)
    assert found.shape[0] == 240 + 2 * GAP


def test_a_box_is_drawn_around_its_object_in_the_colour_of_its_class() -> None:
    ids = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    ids[20:40, 30:60] = 1
    mask = {"size": [HEIGHT, WIDTH], "counts": masks.encode(ids, 1)[0]}
    thing = {"box": [30, 20, 60, 40], "label": 1, "mask": mask}
    found = sheet(batch([encoded((0, 0, 0))], [[thing]]))[GAP:, GAP:]
    # The tile is twice as large as the image.
    line = [(39, 100), (80, 100), (60, 59), (60, 120)]
    assert {tuple(int(v) for v in found[place]) for place in line} == {COLOURS[1]}
    assert 0 < found[60, 90].sum() < sum(COLOURS[1]), "the mask is tinted"
    assert not found[60, 20:50].any(), "nothing is drawn far from the box"
    assert not found[100, :TILE].any()


def test_objects_without_masks_or_classes_are_drawn_too() -> None:
    features = Features({"image": Image(), "objects": Records({"box": Box(), "score": Value("float32")})})
    rows = features.batch({"image": [encoded((0, 0, 0))], "objects": [[{"box": [5, 5, 9, 9], "score": 1}]]})
    assert contact_sheet(features, rows) != contact_sheet(FEATURES, batch([encoded((0, 0, 0))]))


def test_a_dataset_without_images_is_refused() -> None:
    features = Features({"x": Value("int64")})
    with pytest.raises(FeatureError, match="image column can be drawn; there are x"):
        contact_sheet(features, features.batch({"x": [1]}))


def test_no_rows_are_refused() -> None:
    with pytest.raises(UsageError, match="no rows"):
        contact_sheet(FEATURES, batch([]))


def test_names_that_would_hide_the_image_stand_once_and_off_the_boxes() -> None:
    """Twelve small boxes: far from many, but their names would be larger than they are."""
    places = [[10 + 15 * i, 12 + 15 * j, 20 + 15 * i, 22 + 15 * j] for i in range(4) for j in range(3)]
    things = [{"box": place, "label": 1, "mask": None} for place in places]
    found = sheet(batch([encoded((0, 0, 0))], [things]))[GAP:, GAP:]
    for x_min, y_min, x_max, y_max in places:
        # The tile is twice as large as the image.
        assert not found[2 * y_min : 2 * y_max, 2 * x_min : 2 * x_max].any()
    few = sheet(batch([encoded((0, 0, 0))], [things[:1]]))
    assert (few == COLOURS[1]).all(axis=-1).sum() > 200, "a name alone has its plate"
