"""YOLO and Pascal VOC: what comes back is what was made."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
import yaml
from pycocotools import mask as reference

import synthlab
from synthlab import FeatureError

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

NAMES = ["plate: <A>", "ring", "gauge"]
LABELS = ["box", "label", "area", "mask", "amodal_box", "truncated", "occluded", "oriented_box", "keypoints"]


def schema(**options: Any) -> dict[str, Any]:
    return {
        "synthlab": 1,
        "name": "scenes",
        "generator": "image",
        "rows": 40,
        "options": {
            "width": 200,
            "height": 150,
            "objects_range": [0, 6],
            "object_size_range": [0.2, 0.7],
            "classes": {
                "plate: <A>": {"asset": "plate"},
                "ring": {"asset": "shape", "shape": "ring"},
                "gauge": {"asset": "gauge"},
            },
            "labels": LABELS,
            **options,
        },
        "splits": {"fractions": {"train": 0.6, "validation": 0.2, "test": 0.2}},
    }


def written(folder: Path, format: str, **options: Any) -> tuple[synthlab.Dataset, Path]:
    dataset = synthlab.load(schema(**options))
    dataset.write(folder / format, format=format)
    return dataset, folder / format


def lines(folder: Path, row: int, splits: tuple[str, ...] = ("train", "val", "test")) -> list[list[float]]:
    """Return the numbers of the lines of an image, which is in one split alone."""
    (path,) = (p for s in splits if (p := folder / "labels" / s / f"{row:09d}.txt").exists())
    (image,) = (folder / "images" / path.parent.name).glob(f"{path.stem}.*")
    assert cv2.imread(str(image)) is not None
    return [[float(v) for v in line.split()] for line in path.read_text().splitlines()]


def test_boxes_of_yolo_come_back(tmp_path: Path) -> None:
    dataset, folder = written(tmp_path, "yolo")
    data = yaml.safe_load((folder / "data.yaml").read_text())
    assert "path" not in data
    assert {"train", "val", "test"} <= set(data)
    assert data["names"] == {0: "plate: <A>", 1: "ring", 2: "gauge"}
    for number, row in enumerate(dataset):
        found = lines(folder, number)
        assert len(found) == len(row["objects"])
        for (label, x, y, w, h), thing in zip(found, row["objects"], strict=True):
            assert NAMES[int(label)] == thing["label"]
            box = [(x - w / 2) * 200, (y - h / 2) * 150, (x + w / 2) * 200, (y + h / 2) * 150]
            assert box == pytest.approx(thing["box"], abs=1e-5)


def test_outlines_of_yolo_give_the_masks_back_with_their_holes_and_parts(tmp_path: Path) -> None:
    dataset, folder = written(tmp_path, "yolo-segment")
    several = 0
    for number, row in enumerate(dataset):
        for (label, *shares), thing in zip(lines(folder, number), row["objects"], strict=True):
            assert NAMES[int(label)] == thing["label"]
            outline = [float(np.rint(v * (200, 150)[i % 2])) for i, v in enumerate(shares)]
            assert np.allclose(outline, [v * (200, 150)[i % 2] for i, v in enumerate(shares)], atol=1e-5)
            again = reference.decode(reference.frPyObjects([outline], 150, 200)[0])
            mask = reference.decode(thing["mask"])
            several += thing["label"] == "ring"
            assert np.array_equal(again, mask)
    assert several > 10


def test_oriented_boxes_and_keypoints_of_yolo_come_back(tmp_path: Path) -> None:
    dataset, folder = written(tmp_path, "yolo-obb")
    for number, row in enumerate(dataset):
        for (_, *shares), thing in zip(lines(folder, number), row["objects"], strict=True):
            made = [min(1, max(0, v / (200, 150)[i % 2])) for i, v in enumerate(thing["oriented_box"])]
            assert shares == pytest.approx(made, abs=1e-6)
    dataset, folder = written(tmp_path, "yolo-pose")
    data = yaml.safe_load((folder / "data.yaml").read_text())
    assert data["kpt_shape"] == [8, 3]
    names = dataset.features["objects"].fields["keypoints"].names  # type: ignore[attr-defined]
    assert names[data["flip_idx"][names.index("top left")]] == "top right"
    for number, row in enumerate(dataset):
        for found, thing in zip(lines(folder, number), row["objects"], strict=True):
            points = np.array(found[5:]).reshape(-1, 3)
            made = np.array(thing["keypoints"]).reshape(-1, 3)
            assert points[:, 2].tolist() == made[:, 2].tolist()
            assert np.allclose(points[:, :2] * (200, 150), made[:, :2], atol=1e-4)


def test_boxes_of_voc_come_back(tmp_path: Path) -> None:
    dataset, folder = written(tmp_path, "voc")
    root = folder / "VOCdevkit" / "VOC2012"
    lists = {p.stem: p.read_text().split() for p in (root / "ImageSets" / "Main").iterdir()}
    assert sorted(lists["train"] + lists["val"]) == sorted(lists["trainval"])
    assert sorted(lists["trainval"] + lists["test"]) == [f"{i:09d}" for i in range(40)]
    for number, row in enumerate(dataset):
        tree = ElementTree.parse(root / "Annotations" / f"{number:09d}.xml").getroot()
        assert (root / "JPEGImages" / str(tree.findtext("filename"))).is_file()
        found = tree.findall("object")
        assert len(found) == len(row["objects"])
        for element, thing in zip(found, row["objects"], strict=True):
            x_min, y_min, x_max, y_max = (
                int(element.findtext(f"bndbox/{name}") or 0) for name in ("xmin", "ymin", "xmax", "ymax")
            )
            assert [x_min - 1, y_min - 1, x_max, y_max] == thing["box"]
            assert element.findtext("name") == thing["label"]
            assert element.findtext("truncated") == str(int(thing["truncated"] > 0))


def test_what_a_format_needs_is_told(tmp_path: Path) -> None:
    for format, missing in (
        ("yolo-obb", "oriented box"),
        ("yolo-pose", "keypoints"),
        ("yolo-segment", "mask"),
    ):
        with pytest.raises(FeatureError, match=missing):
            written(tmp_path, format, labels=["box", "label"])
    with pytest.raises(FeatureError, match="exactly one column of records"):
        written(tmp_path, "yolo", labels=["caption"])


def test_coco_tells_crowds_keypoints_parts_and_maps(tmp_path: Path) -> None:
    labels = [*LABELS, "semantic", "panoptic", "parts", "counts", "questions"]
    options: dict[str, Any] = {"labels": labels, "below": "ignore", "min_visibility": 0.9}
    dataset, folder = written(tmp_path, "coco", **options)
    data: dict[str, Any] = {}
    for split in ("train", "val", "test"):
        page = yaml.safe_load((folder / "annotations" / f"instances_{split}.json").read_text())
        for key, values in page.items():
            if isinstance(values, list):
                data.setdefault(key, []).extend(values)
    assert data["categories"][0]["keypoints"][:2] == ["top left", "top right"]
    rows = list(dataset)
    images = {image["id"]: image for image in data["images"]}
    crowds = 0
    for number, row in enumerate(rows, 1):
        found = [a for a in data["annotations"] if a["image_id"] == number]
        assert [len(p["corners"]) for p in images[number]["parts"]] == [8] * len(row["parts"])
        (semantic,) = folder.glob(f"semantic/*/{number - 1:09d}.png")
        classes = cv2.imread(str(semantic), cv2.IMREAD_UNCHANGED)
        (panoptic,) = folder.glob(f"panoptic/*/{number - 1:09d}.png")
        blue, green, red = (p.astype(int) for p in cv2.split(cv2.imread(str(panoptic))))  # type: ignore[arg-type]
        ids = red + 256 * green + 65536 * blue
        for place, (annotation, thing) in enumerate(zip(found, row["objects"], strict=True), 1):
            mask = reference.decode(thing["mask"]) == 1
            assert annotation["iscrowd"] == int(thing["iscrowd"])
            assert isinstance(annotation["segmentation"], dict) or not thing["iscrowd"]
            crowds += annotation["iscrowd"]
            assert annotation["num_keypoints"] == sum(v > 0 for v in thing["keypoints"][2::3])
            assert len(annotation["oriented_box"]) == 8
            assert np.array_equal(ids == place, mask)
            assert classes is not None
            level = 255 if thing["iscrowd"] else NAMES.index(thing["label"]) + 1
            assert set(classes[mask].tolist()) == {level}
    assert 0 < crowds < len(data["annotations"])
