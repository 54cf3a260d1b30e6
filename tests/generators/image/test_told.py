"""What is told beside boxes and masks: keypoints, oriented boxes, maps, counts, parts, sentences."""

from __future__ import annotations

from collections import Counter
from typing import Any

import cv2
import numpy as np
import pytest

from synthlab import Rows
from synthlab_image import ImageGenerator

EVERYTHING = [
    "box", "label", "area", "mask", "amodal_box", "visibility", "truncated", "occluded", "amodal_area",
    "oriented_box", "keypoints", "depth", "text", "asset", "main", "semantic", "panoptic", "counts", "parts",
    "caption", "questions",
]  # fmt: skip
OPTIONS: dict[str, Any] = {
    "width": 240,
    "height": 180,
    "classes": {
        "plate": {"asset": "plate"},
        "gauge": {"asset": "gauge"},
        "star": {"asset": "shape", "shape": "star"},
    },
    "objects_range": [1, 6],
    "object_size_range": [0.2, 0.8],
    "perspective_range": [0, 0.6],
    "labels": EVERYTHING,
    "scene": True,
}


def rows(count: int = 40, **more: Any) -> list[dict[str, Any]]:
    generator = ImageGenerator.model_validate({**OPTIONS, **more})
    batch = generator.generate(Rows(5, 0, count))
    generator.features.check(batch, count, "image")
    found: list[dict[str, Any]] = batch.to_pylist()
    return found


def grey(stored: dict[str, Any]) -> Any:
    return cv2.imdecode(np.frombuffer(stored["bytes"], dtype=np.uint8), cv2.IMREAD_UNCHANGED)


def test_corners_are_hidden_where_a_nearer_object_is() -> None:
    names = ["top left", "top right", "bottom right", "bottom left"]
    seen = Counter[float]()
    for row in rows():
        blue, green, red = (p.astype(int) for p in cv2.split(grey(row["panoptic"])))
        ids = red + 256 * green + 65536 * blue
        for number, thing in enumerate(row["objects"], 1):
            if thing["label"] != 0:
                continue
            points = np.array(thing["keypoints"]).reshape(-1, 3)[: len(names)]
            corners = np.array(thing["oriented_box"]).reshape(4, 2)
            for (x, y, v), corner in zip(points, corners, strict=True):
                seen[v] += 1
                if v:
                    assert np.allclose((x, y), corner, atol=0.01)
                    assert (v == 1) == (0 < ids[int(y), int(x)] < number)
                else:
                    assert not (0 <= corner[0] < 240 and 0 <= corner[1] < 180)
    assert min(seen[0.0], seen[1.0], seen[2.0]) > 5


def test_the_whole_object_is_in_its_oriented_box() -> None:
    for row in rows(perspective_range=[0, 0]):
        for thing in row["objects"]:
            corners = np.array(thing["oriented_box"]).reshape(4, 2)
            low, high = corners.min(axis=0), corners.max(axis=0)
            left, top, right, bottom = thing["amodal_box"]
            assert (np.array([left, top]) >= low - 1.5).all()
            assert (np.array([right, bottom]) <= high + 1.5).all()
            # Clockwise as seen: x to the right, y down.
            x, y = corners.T
            assert (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() > 0


def test_maps_counts_and_sentences_follow_from_the_objects() -> None:
    for row in rows():
        labels = [thing["label"] for thing in row["objects"]]
        assert {c["label"]: c["count"] for c in row["counts"]} == dict(Counter(labels))
        levels = Counter(grey(row["semantic"]).ravel().tolist())
        for label in range(3):
            assert levels[label + 1] == sum(t["area"] for t in row["objects"] if t["label"] == label)
        assert levels[0] == 240 * 180 - sum(t["area"] for t in row["objects"])
        assert row["main"] == (max(row["objects"], key=lambda t: t["area"])["label"] if labels else None)
        answers = {q["question"]: q["answer"] for q in row["questions"]}
        assert answers["How many objects are there?"] == str(len(labels))
        assert [t["depth"] for t in row["objects"]] == list(range(len(labels)))
        assert row["caption"].endswith(".")
        for part in row["parts"]:
            thing = row["objects"][part["object"]]
            assert part["text"] in thing["text"]
            assert 0 <= part["visibility"] <= 1


def test_careless_annotators_leave_objects_out_and_that_is_counted() -> None:
    left_out = rows(below="unlabeled", min_visibility=0.9)
    all_of_them = rows(below="keep", min_visibility=0.9)
    assert sum(row["unlabeled"] for row in left_out) > 10
    for some, every in zip(left_out, all_of_them, strict=True):
        assert some["image"] == every["image"], "they are drawn all the same"
        assert len(some["objects"]) + some["unlabeled"] == len(every["objects"])


@pytest.mark.parametrize("boxes", ["amodal", "amodal_clipped", "visible"])
def test_boxes_are_as_the_policy_has_them(boxes: str) -> None:
    for row in rows(boxes=boxes, padding=3):
        for thing in row["objects"]:
            left, top, right, bottom = thing["box"]
            a, b, c, d = thing["amodal_box"]
            wide = [a - 3, b - 3, c + 3, d + 3]
            clipped = [max(0, wide[0]), max(0, wide[1]), min(240, wide[2]), min(180, wide[3])]
            if boxes == "visible":
                assert left >= clipped[0]
                assert right <= clipped[2]
            else:
                assert [left, top, right, bottom] == (wide if boxes == "amodal" else clipped)


def test_nothing_is_cut_off_inside() -> None:
    for row in rows(placement={"kind": "uniform", "border": "inside"}, object_size_range=[0.2, 0.5]):
        assert all(thing["truncated"] == 0 for thing in row["objects"])


def test_objects_hide_about_as_much_of_each_other_as_is_wanted() -> None:
    def hidden(low: float, high: float) -> float:
        more = {"placement": {"kind": "overlap", "overlap_range": [low, high]}, "objects_range": [2, 4]}
        shares = [t["occluded"] for row in rows(**more) for t in row["objects"][1:]]
        return float(np.mean(shares))

    assert hidden(0, 0) < 0.05
    assert hidden(0.4, 0.5) > 0.25
