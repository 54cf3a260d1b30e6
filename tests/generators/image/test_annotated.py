"""Photographs whose objects are known: which stay, which give way, and what is said of mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from synthlab import InputError, Rows
from synthlab.testing import check_generator
from synthlab_image import ImageGenerator
from synthlab_image.assets.coco import read_objects
from synthlab_image.geometry import window
from synthlab_image.labels import known

WIDTH, HEIGHT = 200, 120
DISCS = ((40, 40, 20, 0), (120, 60, 25, 1), (170, 30, 15, 0))
"""Column and row of the centre, radius, and class."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photographs of three discs each, the same ones empty, and the COCO file of the discs."""
    data: dict[str, Any] = {"categories": [{"id": 1, "name": "red"}, {"id": 2, "name": "blue"}]}
    data |= {"images": [], "annotations": []}
    for number, level in enumerate((90, 180), 1):
        picture = np.full((HEIGHT, WIDTH, 3), level, dtype=np.uint8)
        for kind in ("empty", "photos"):
            (tmp_path / kind).mkdir(exist_ok=True)
            if kind == "photos":
                for x, y, radius, label in DISCS:
                    cv2.circle(picture, (x, y), radius, ((0, 0, 255), (255, 0, 0))[label], -1)
            cv2.imwrite(str(tmp_path / kind / f"{number}.png"), picture)
        tone = [level] * 3
        data["images"].append(
            {"id": number, "file_name": f"{number}.png", "width": WIDTH, "height": HEIGHT, "tone": tone}
        )
        for x, y, radius, label in DISCS:
            ring = cv2.ellipse2Poly((x, y), (radius, radius), 0, 0, 360, 5).ravel().tolist()
            box = [x - radius, y - radius, 2 * radius, 2 * radius]
            data["annotations"].append(
                {"id": len(data["annotations"]) + 1, "image_id": number, "category_id": label + 1}
                | {"bbox": box, "segmentation": [ring], "iscrowd": 0}
            )
    (tmp_path / "discs.json").write_text(json.dumps(data))
    return tmp_path


def options(**changes: Any) -> dict[str, Any]:
    source = {"annotations": "discs.json", "images": "photos"}
    cutouts = {"asset": "cutouts", **source, "scale_range": [1, 1], "rotation_range": [0, 0]}
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "classes": {name: {**cutouts, "category": name} for name in ("red", "blue")},
        "objects_range": [0, 2],
        "backgrounds": ["annotated"],
        "annotated_photos": {**source, "emptied": "empty", "kept_range": [0, 1], **changes},
        "effects": {
            **dict.fromkeys(("shadows", "noise_rate", "blur_rate", "motion_rate", "compression_rate"), 0),
            "shading_range": [0, 0],
            "falloff_range": [0, 0],
            "cast_range": [0, 0],
            "brightness_range": [1, 1],
            "contrast_range": [1, 1],
            "vignette_rate": 0,
        },
        "encoding": "png",
        "min_visible_pixels": 20,
    }


def made(folder: Path, given: dict[str, Any]) -> ImageGenerator:
    return ImageGenerator.model_validate(given, context={"folder": folder})


def test_rows_follow_from_their_numbers(folder: Path) -> None:
    generator = made(folder, options())
    assert not list(generator.problems())
    check_generator(generator, rows=30, folder=folder)


def test_labels_are_where_the_colours_are(folder: Path) -> None:
    """Red and blue are nowhere but on objects, so the pixels alone tell what there is."""
    generator = made(folder, options(replaced=0.5))
    for layout, row in zip(
        generator.layouts(Rows(1, 0, 40)), generator.generate(Rows(1, 0, 40)).to_pylist(), strict=True
    ):
        picture = cv2.imdecode(np.frombuffer(row["image"]["bytes"], dtype=np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        levels = picture.astype(int)
        for label, colour in ((0, levels[..., 2] - levels[..., 0]), (1, levels[..., 0] - levels[..., 2])):
            mine = [layout.ids == p.number for p in layout.placed if p.thing.label == label]
            shown, owned = colour > 150, np.any([*mine, np.zeros_like(layout.ids, dtype=bool)], axis=0)
            # Borders are mixed: a pixel belongs to what covers half of it.
            assert (shown & ~owned).sum() <= 4 * len(layout.placed)
            for one in mine:
                inner = cv2.erode(np.pad(one.astype(np.uint8), 3), np.ones((7, 7)))[3:-3, 3:-3]
                assert (inner <= shown).all()
        assert len(known(layout, generator.rules)) == len(row["objects"])


@pytest.mark.parametrize(("kept", "replaced", "most"), [([1, 1], 0, 0), ([0, 0], 1, 3), ([0, 0], 0, 0)])
def test_objects_stay_give_way_or_go(folder: Path, kept: list[float], replaced: float, most: int) -> None:
    generator = made(folder, {**options(kept_range=kept, replaced=replaced), "objects_range": [0, 0]})
    for layout in generator.layouts(Rows(4, 0, 20)):
        stay = [p.thing for p in layout.placed if p.thing.asset < 0]
        new = [p.thing for p in layout.placed if p.thing.asset >= 0]
        assert len(stay) == (3 if kept == [1, 1] else 0)
        assert len(new) <= most
        assert len(layout.scene.background.cleared or ()) == (0 if kept == [1, 1] else 3)


def test_what_is_added_beside_is_as_large_and_as_far_up(folder: Path) -> None:
    generator = made(folder, {**options(kept_range=[1, 1], beside_range=[1, 3]), "objects_range": [0, 0]})
    added = 0
    for layout in generator.layouts(Rows(4, 0, 30)):
        for p in (p for p in layout.placed if p.thing.asset >= 0):
            like = min((d for d in DISCS if d[3] == p.thing.label), key=lambda d: abs(d[1] - p.thing.pose.y))
            assert abs(p.thing.pose.y - like[1]) <= 0.2 * like[2] + 2
            assert 0.65 * like[2] < p.thing.pose.size / 2 < 1.1 * like[2]
            added += 1
    assert added > 15


def test_objects_take_on_the_light_of_the_image(folder: Path) -> None:
    generator = made(folder, options(kept_range=[0, 0], tones=1.0))
    gains = {
        (layout.scene.background.photo, p.thing.look["annotation"] > 3): p.thing.gain[0]
        for layout in generator.layouts(Rows(4, 0, 40))
        for p in layout.placed
    }
    assert gains[("1.png", False)] == gains[("2.png", True)] == 1.0
    assert gains[("2.png", False)] > 1.5
    assert gains[("1.png", True)] < 0.7


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda o, f: o.pop("annotated_photos"), "needs the option annotated_photos"),
        (lambda o, f: o.update(backgrounds=["plain"]), "no background shows them"),
        (lambda o, f: (f / "empty" / "2.png").unlink(), "it has no image '2.png', as images has"),
        (lambda o, f: o["classes"].pop("blue"), "its category 'blue' is no class"),
        (lambda o, f: (f / "discs.json").write_text("{}"), "is not a COCO file"),
    ],
)
def test_problems_are_told(folder: Path, change: Any, message: str) -> None:
    wishes = options()
    change(wishes, folder)
    assert any(message in problem.message for problem in made(folder, wishes).problems())


def test_what_is_behind_objects_must_be_known_for_them_to_go(folder: Path) -> None:
    with pytest.raises(ValidationError, match="a folder `emptied` has to show what is behind them"):
        made(folder, options(emptied=None))


@given(
    st.tuples(st.integers(16, 4000), st.integers(16, 4000)),
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 1)),
    st.tuples(st.integers(16, 2000), st.integers(16, 2000)),
)
def test_a_window_is_inside_the_photograph(
    photo: tuple[int, int], crop: tuple[float, float, float], image: tuple[int, int]
) -> None:
    left, top, wide, high = window(photo, crop, image)
    assert 0 <= left <= left + wide <= photo[0]
    assert 0 <= top <= top + high <= photo[1]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(0.2, 0.8), st.floats(0.2, 0.8)), min_size=1, max_size=4))
def test_things_are_near_their_places(places: list[tuple[float, float]]) -> None:
    placement = {"kind": "near", "places": places, "spread": 0.01}
    generator = ImageGenerator.model_validate(
        {"width": 200, "height": 200, "classes": ["circle"], "placement": placement}
        | {"objects_range": [1, 1], "object_size_range": [0.1, 0.1]}
    )
    for layout in generator.layouts(Rows(1, 0, 5)):
        for p in layout.placed:
            x, y = p.thing.pose.x / 200, p.thing.pose.y / 200
            assert min((x - a) ** 2 + (y - b) ** 2 for a, b in places) < 0.06**2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bbox": [1, 2, float("nan"), 4]}, r"annotation 2: bbox is \[1, 2, nan"),
        ({"bbox": [1, 2, 1e300, 4]}, r"annotation 2: bbox is \[1, 2, 1e\+300"),
        ({"bbox": "all"}, "annotation 2: bbox is all"),
        ({"image_id": 77}, "annotation 2: there is no image 77"),
        ({"category_id": 77}, "annotation 2: there is no category 77"),
        ({"id": 1}, "annotations has the id 1 twice"),
        ({"segmentation": {"counts": [0, 10**13]}}, "the mask of annotation 2: the runs are not those of an"),
        ({"segmentation": [[1, 2, float("nan"), 4]]}, "the mask of annotation 2: a polygon has points"),
        ({"segmentation": {"counts": "zzz"}}, "the mask of annotation 2: the runs cannot be read: 'zzz'"),
        ({"segmentation": [[1, 2, 3]]}, "the mask of annotation 2: a polygon has 3 numbers, and each point"),
        ({"segmentation": {"counts": [0, "x"]}}, "the mask of annotation 2: neither polygons nor runs"),
    ],
)
def test_what_is_wrong_in_a_file_of_objects_is_told(
    folder: Path, change: dict[str, Any], message: str
) -> None:
    data = json.loads((folder / "discs.json").read_text())
    data["annotations"][1] |= change
    (folder / "discs.json").write_text(json.dumps(data))
    with pytest.raises(InputError, match=message):
        made(folder, options()).generate(Rows(1, 0, 12))


def test_boxes_end_with_their_image(folder: Path) -> None:
    data = json.loads((folder / "discs.json").read_text())
    for thing in data["annotations"]:
        x, y, width, height = thing["bbox"]
        if x + width == 185:
            thing["bbox"] = [x, y, 5000, height]
        if x == 20:
            thing["bbox"] = [-300, -300, 100, 100]
    (folder / "discs.json").write_text(json.dumps(data))
    found = read_objects(folder / "discs.json")
    assert [thing["bbox"][0] for thing in found.annotations.values()] == [95, 155] * 2
    assert found.annotations[3]["bbox"] == [155, 15, 45, 30]


@pytest.mark.parametrize("flips", [0, 1])
def test_what_the_border_leaves_of_an_object_is_labeled_or_cleared(folder: Path, flips: int) -> None:
    given = options(kept_range=[1, 1], flips=flips) | {"width": 100, "objects_range": [0, 0]}
    generator = made(folder, given | {"min_visible_pixels": 500, "min_side": 12})
    batch = generator.generate(Rows(5, 0, 40)).to_pylist()
    counts = set()
    for layout, row in zip(generator.layouts(Rows(5, 0, 40)), batch, strict=True):
        kept = [placed for placed in layout.placed if placed.thing.asset < 0]
        assert all(placed.enough for placed in kept)
        counts.add(len(kept))
        picture = cv2.imdecode(np.frombuffer(row["image"]["bytes"], dtype=np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        colourful = np.ptp(picture.astype(int), axis=2) > 60
        around = cv2.dilate((layout.ids > 0).astype(np.uint8), np.ones((5, 5), dtype=np.uint8))
        assert not (colourful & (around == 0)).any()
    assert counts == {1, 2}
