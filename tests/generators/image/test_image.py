"""The image generator: every label is what the pixels show."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import Any, get_args

import cv2
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as reference
from pydantic import ValidationError

from synthlab import ClassLabel, Records, Rows
from synthlab_image import ImageGenerator
from synthlab_image.layout import HALF, Layout, crop
from synthlab_image.options import PatternName, ShapeName
from synthlab_image.painting import paint
from synthlab_image.placing import spots
from synthlab_image.sampling import sketches
from synthlab_image.shapes import SHAPES

# pycocotools hands NumPy its masks in the way of NumPy 1.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SMALL = {"width": 160, "height": 120, "objects_range": [4, 9], "min_visible_pixels": 20}

options = st.fixed_dictionaries(
    {
        "width": st.integers(32, 200),
        "height": st.integers(32, 200),
        "objects_range": st.tuples(st.integers(0, 4), st.integers(4, 14)),
        "object_size_range": st.tuples(st.floats(0.05, 0.3), st.floats(0.3, 1.2)),
        "classes": st.lists(st.sampled_from(get_args(ShapeName)), min_size=1, unique=True),
        "backgrounds": st.lists(st.sampled_from(get_args(PatternName)), min_size=1, unique=True),
        "fills": st.lists(st.sampled_from(get_args(PatternName)), min_size=1, unique=True),
        "min_visible_pixels": st.integers(1, 60),
        "min_visibility": st.floats(0, 0.9),
        "outlines": st.sampled_from([0.0, 0.5, 1.0]),
    }
)


def make(generator: ImageGenerator, start: int = 0, stop: int = 20, seed: int = 3) -> pa.RecordBatch:
    batch = generator.generate(Rows(seed, start, stop))
    generator.features.check(batch, stop - start, "image")
    return batch


def rows(generator: ImageGenerator, count: int = 20, seed: int = 3) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = make(generator, 0, count, seed).to_pylist()
    return found


def picture(stored: dict[str, Any]) -> npt.NDArray[np.uint8]:
    decoded = cv2.imdecode(np.frombuffer(stored["bytes"], dtype=np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(decoded, dtype=np.uint8)


@settings(max_examples=40, deadline=None)
@given(options, st.integers(0, 2**32))
def test_labels_are_those_of_the_masks(found: dict[str, Any], seed: int) -> None:
    generator = ImageGenerator(**found)
    for row in rows(generator, 3, seed):
        assert picture(row["image"]).shape == (generator.height, generator.width, 3)
        taken = np.zeros((generator.height, generator.width), dtype=np.uint8)
        for thing in row["objects"]:
            mask = reference.decode(thing["mask"])
            x, y, width, height = reference.toBbox(thing["mask"])
            assert thing["box"] == [x, y, x + width, y + height]
            assert thing["area"] == mask.sum() >= generator.min_visible_pixels
            assert thing["visibility"] >= round(generator.min_visibility, 4) - 1e-4
            x_min, y_min, x_max, y_max = thing["box"]
            assert 0 <= x_min < x_max <= generator.width
            assert 0 <= y_min < y_max <= generator.height
            left, top, right, bottom = thing["amodal_box"]
            assert left <= x_min < x_max <= right
            assert top <= y_min < y_max <= bottom
            taken += mask
        assert taken.max(initial=0) <= 1, "two objects have the same pixel"


def test_only_pixels_of_objects_differ_from_the_empty_scene() -> None:
    """Nothing is drawn that has no label, and nothing has a label that is not drawn."""
    plain = {
        "shadows": 0, "shading_range": [0, 0], "falloff_range": [0, 0], "cast_range": [0, 0],
        "brightness_range": [1, 1], "contrast_range": [1, 1], "blur_range": [0, 0], "noise_range": [0, 0],
        "vignette_rate": 0, "motion_rate": 0, "compression_rate": 0,
    }  # fmt: skip
    generator = ImageGenerator(**SMALL, effects=plain, fills=["plain"], outlines=0)
    for layout in generator.layouts(Rows(5, 0, 30)):
        nothing = Layout(layout.scene, np.zeros_like(layout.ids), ())
        empty = paint(nothing, generator.photograph)
        changed = (paint(layout, generator.photograph) != empty).any(axis=2)
        touched = np.zeros_like(changed)
        for placed in layout.placed:
            patch = placed.patch
            target, part = crop(changed.shape, patch.pixels.shape, patch.left, patch.top)
            touched[target] |= patch.pixels[..., 3][part] > 0
        assert changed[layout.ids > 0].all()
        assert not changed[~touched].any()


def test_slices_equal_the_whole() -> None:
    generator = ImageGenerator(**SMALL)
    whole = make(generator, 0, 12)
    for start, stop in ((0, 5), (5, 6), (6, 12)):
        assert make(generator, start, stop).equals(whole.slice(start, stop - start))
    assert make(generator, 5, 5).num_rows == 0
    assert make(generator, 10**12, 10**12 + 1).num_rows == 1


def test_rows_and_seeds_make_different_images() -> None:
    images = [row["image"]["bytes"] for row in rows(ImageGenerator(**SMALL), 30)]
    images += [row["image"]["bytes"] for row in rows(ImageGenerator(**SMALL), 30, 4)]
    assert len(set(images)) == 60


@pytest.mark.parametrize(
    "other",
    [
        {"backgrounds": ["checks"]},
        {"fills": ["noise"], "outlines": 1},
        {"effects": {"shadows": 0, "blur_range": [2, 3], "noise_range": [20, 30]}},
        {"encoding": "png"},
    ],
)
def test_other_looks_leave_the_labels_as_they_were(other: dict[str, Any]) -> None:
    before, after = make(ImageGenerator(**SMALL)), make(ImageGenerator(**SMALL, **other))
    assert before.column("objects").equals(after.column("objects"))
    assert not before.column("image").equals(after.column("image"))


def test_labels_do_not_depend_on_the_threads_of_opencv() -> None:
    before = make(ImageGenerator(**SMALL))
    cv2.setNumThreads(4)
    assert make(ImageGenerator(**SMALL)).equals(before)


def test_the_options_list_every_shape() -> None:
    assert list(get_args(ShapeName)) == list(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("variation", [0.0, 0.5, 0.999])
def test_a_shape_fills_its_circle_and_its_holes_are_inside_it(name: str, variation: float) -> None:
    shape = SHAPES[name]
    around, *inside = (contour * (1, shape.aspect_range[1]) for contour in shape.outline(variation))
    assert 0.95 <= np.hypot(around[:, 0], around[:, 1]).max() <= 1 + 1e-9
    for hole in inside:
        assert (np.abs(hole).max(axis=0) < np.abs(around).max(axis=0)).all()


def test_shapes_that_differ_in_proportion_differ_clearly() -> None:
    generator = ImageGenerator(object_size_range=(0.3, 0.3), width=64, height=64, objects_range=(3, 3))
    filled: dict[str, list[float]] = {name: [] for name in SHAPES}
    for layout in generator.layouts(Rows(1, 0, 200)):
        for placed in layout.placed:
            pixels = (placed.raster.pixels[..., 3] >= HALF).sum()
            filled[placed.thing.look["shape"]].append(pixels / max(placed.raster.pixels.shape) ** 2)
    assert min(filled["circle"]) > max(filled["ellipse"])
    assert min(filled["square"]) > max(filled["rectangle"])


def test_classes_and_counts_are_exact_over_a_block() -> None:
    weighted = {**SMALL, "classes": {"star": 3, "circle": 1}, "objects_range": [2, 6]}
    generator = ImageGenerator(**weighted)
    objects = generator.features["objects"]
    assert isinstance(objects, Records)
    assert objects.fields["label"] == ClassLabel(("star", "circle"))
    asked = list(sketches(generator, Rows(2, 1000, 2000)))
    sizes = [len(sketch.scene.things) for sketch in asked]
    assert [sizes.count(n) for n in range(2, 7)] == [200] * 5
    assert [t.label for s in asked for t in s.scene.things].count(0) == 3000


def test_the_number_of_objects_is_in_its_range() -> None:
    generator = ImageGenerator(width=320, height=240, objects_range=(2, 5), object_size_range=(0.1, 0.2))
    counts = [len(row["objects"]) for row in rows(generator, 80)]
    assert set(counts) == {2, 3, 4, 5}
    nothing = make(ImageGenerator(**{**SMALL, "objects_range": [0, 0]}), 0, 2)
    assert nothing.column("objects").to_pylist() == [[], []]


def test_without_rotation_rectangles_fill_their_boxes() -> None:
    upright = {**SMALL, "classes": ["rectangle"], "rotation_range": [0, 0], "objects_range": [1, 1]}
    for row in rows(ImageGenerator(**upright)):
        for thing in row["objects"]:
            x_min, y_min, x_max, y_max = thing["box"]
            # Of a pixel at a corner, less than half may be covered.
            assert 0 <= (x_max - x_min) * (y_max - y_min) - thing["area"] <= 4


@pytest.mark.parametrize(("encoding", "start"), [("jpeg", b"\xff\xd8\xff"), ("png", b"\x89PNG")])
def test_images_are_encoded_as_asked(encoding: str, start: bytes) -> None:
    for row in rows(ImageGenerator(**SMALL, encoding=encoding), 3):
        assert row["image"]["bytes"].startswith(start)
        assert (row["width"], row["height"]) == (160, 120)


def test_a_lower_quality_makes_smaller_files() -> None:
    def size(**options: Any) -> int:
        return sum(len(row["image"]["bytes"]) for row in rows(ImageGenerator(**SMALL, **options)))

    assert size(quality=40) < size(quality=90) < size(quality=100)
    assert size() == size(quality=90)


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ({"objects_range": [5, 2]}, "from low to high, but 5 is above 2"),
        ({"classes": ["circle", "circle"]}, "'circle' is listed twice"),
        ({"classes": ["cirle"]}, "cirle"),
        ({"classes": []}, "at least 1"),
        ({"classes": {"circle": 0}}, "greater than 0"),
        ({"classes": [1]}, "the list must hold names alone"),
        ({"classes": {"cirle": 1}}, "'circle'"),
        ({"width": 8}, "greater than or equal to 16"),
        ({"effects": {"haze": 1}}, "Extra inputs"),
    ],
)
def test_options_that_cannot_be_are_refused(found: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ImageGenerator(**found)


def test_options_that_do_not_go_together_are_told() -> None:
    problems = list(ImageGenerator(encoding="png", quality=80).problems())
    assert [p.path for p in problems] == [("quality",)]
    tiny = ImageGenerator(width=32, height=32, object_size_range=(0.1, 0.1))
    assert [p.path for p in tiny.problems()] == [("min_visible_pixels",)]
    assert not list(ImageGenerator().problems())


def test_options_survive_being_written_as_json() -> None:
    generator = ImageGenerator(**SMALL, classes={"star": 2, "circle": 1})
    again = ImageGenerator.model_validate_json(generator.model_dump_json())
    assert again == generator
    assert make(again, 0, 3).equals(make(generator, 0, 3))


def test_opencv_is_loaded_with_the_first_image_and_not_before() -> None:
    code = (
        "import sys; from synthlab_image import ImageGenerator; ImageGenerator().features\n"
        "assert not {'cv2', 'PIL'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "placement",
    [
        {"kind": "clusters", "spread": 0.3},
        {"kind": "near", "places": [[0, 0], [1, 1], [0.5, 0]], "spread": 0.2},
    ],
)
def test_places_are_not_pressed_onto_the_border(placement: dict[str, Any]) -> None:
    generator = ImageGenerator.model_validate({"placement": placement, "width": 200, "height": 200})
    kind = generator.placement
    lots = Rows(1, 0, 200).stream("places").each()
    places = [p for draws in lots for spot in spots(kind, 9, 200, 200, draws) for p in spot.places]
    assert all(0 <= x < 200 and 0 <= y < 200 for x, y in places)
    from_border = Counter(min(x, y, 199 - x, 199 - y) for x, y in places)
    at_border, beside = sum(from_border[i] for i in range(4)), sum(from_border[i] for i in range(4, 8))
    assert at_border < 1.5 * beside
