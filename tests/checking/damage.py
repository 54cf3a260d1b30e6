"""Ways to break a good COCO dataset, one at a time, and what has to be found then."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

__all__ = ["DAMAGES", "TRAIN", "Damage", "load", "store"]

TRAIN = "annotations/instances_train.json"
VAL = "annotations/instances_val.json"

Data = dict[str, Any]


@dataclass(frozen=True)
class Damage:
    """What is done to the annotations of `train`, and what that is."""

    kind: str
    id: Any
    """Of the record that is named first."""
    do: Callable[[Data, Path], None]
    count: int | None = 1
    """How often it is found; None where it depends on the dataset."""
    loads: bool = True
    """Whether pycocotools loads the file without a word."""
    brings: tuple[str, ...] = ()
    """Notes that come along."""


def load(folder: Path, name: str = TRAIN) -> Data:
    data: Data = json.loads((folder / name).read_text())
    return data


def store(folder: Path, data: Data, name: str = TRAIN) -> None:
    (folder / name).write_text(json.dumps(data))


def put(**values: Any) -> Callable[[Data, Path], None]:
    """Set keys of annotation 5."""
    return lambda data, folder: data["annotations"][4].update(values)


def drop(part: str, key: str) -> Callable[[Data, Path], None]:
    return lambda data, folder: data[part][0].pop(key)


def boxes(change: Callable[[float, float, float, float, Data], list[float]]) -> Callable[[Data, Path], None]:
    """Change the box of every annotation, given its image."""

    def do(data: Data, folder: Path) -> None:
        images = {image["id"]: image for image in data["images"]}
        for annotation in data["annotations"]:
            annotation["bbox"] = change(*annotation["bbox"], images[annotation["image_id"]])

    return do


def box(change: Callable[[float, float, float, float], list[float]]) -> Callable[[Data, Path], None]:
    """Change the box of annotation 5."""

    def do(data: Data, folder: Path) -> None:
        data["annotations"][4]["bbox"] = change(*data["annotations"][4]["bbox"])

    return do


def unmask(do: Callable[[Data, Path], None]) -> Callable[[Data, Path], None]:
    def both(data: Data, folder: Path) -> None:
        for annotation in data["annotations"]:
            annotation.pop("segmentation")
        do(data, folder)

    return both


def far_box(data: Data, folder: Path) -> None:
    data["annotations"][4].pop("segmentation")
    data["annotations"][4]["bbox"] = [5000, 20, 10, 10]


def wide_box(data: Data, folder: Path) -> None:
    data["annotations"][4].pop("segmentation")
    data["annotations"][4]["bbox"] = [470, 20, 30, 10]


def same_id(data: Data, folder: Path) -> None:
    data["annotations"][7]["id"] = 5


def same_image_id(data: Data, folder: Path) -> None:
    shutil.copy(folder / "images/train" / data["images"][0]["file_name"], folder / "images/train/more.jpg")
    data["images"].append({**data["images"][0], "file_name": "more.jpg"})


def image_twice(data: Data, folder: Path) -> None:
    data["images"].append({**data["images"][0], "id": 9999})


def image_of(data: Data, folder: Path) -> Path:
    return folder / "images/train" / data["images"][3]["file_name"]


def smaller(data: Data, folder: Path) -> None:
    path = image_of(data, folder)
    with Image.open(path) as image:
        image.resize((240, 180)).save(path)


def turned(data: Data, folder: Path) -> None:
    path = image_of(data, folder)
    with Image.open(path) as image:
        exif = image.getexif()
        exif[0x0112] = 6
        image.save(path, exif=exif)


def cut(data: Data, folder: Path) -> None:
    path = image_of(data, folder)
    path.write_bytes(path.read_bytes()[:-200])


def leak(data: Data, folder: Path) -> None:
    """Put an image of train into val, under another name."""
    val = load(folder, VAL)
    shutil.copy(image_of(data, folder), folder / "images/val/new.jpg")
    val["images"].append({**data["images"][3], "id": 9999, "file_name": "new.jpg"})
    store(folder, val, VAL)


def twin(data: Data, folder: Path) -> None:
    first = data["annotations"][4]
    copy = {**first, "id": len(data["annotations"]) + 1}
    copy.pop("segmentation")
    data["annotations"].append(copy)


def overlapping(data: Data, folder: Path) -> None:
    """Put a square of 10 x 10 pixels upon one object, and another class so that it is no twin."""
    first = data["annotations"][4]
    x, y = first["bbox"][0] + first["bbox"][2] // 2, first["bbox"][1] + first["bbox"][3] // 2
    square = [x, y, x + 10, y, x + 10, y + 10, x, y + 10]
    more = {"bbox": [x, y, 10, 10], "area": 100, "segmentation": [square], "iscrowd": 0}
    more |= {"image_id": first["image_id"], "category_id": first["category_id"]}
    data["annotations"].append({"id": len(data["annotations"]) + 1, **more})


def keypoints(points: list[Any], count: int = 2) -> Callable[[Data, Path], None]:
    def do(data: Data, folder: Path) -> None:
        for category in data["categories"]:
            category["keypoints"] = ["head", "tail"]
        data["annotations"][4] |= {"keypoints": points, "num_keypoints": count}

    return do


def numbered(change: Callable[[Data], None]) -> Callable[[Data, Path], None]:
    return lambda data, folder: change(data)


def from_zero(data: Data) -> None:
    for annotation in data["annotations"]:
        annotation["id"] -= 1


def no_box(data: Data) -> None:
    data["annotations"][4]["bbox"][2] = float("nan")


def short_runs(data: Data) -> None:
    data["annotations"][4]["segmentation"] = {"size": [360, 480], "counts": [10, 20]}


def swapped_runs(data: Data) -> None:
    data["annotations"][4]["segmentation"] = {"size": [480, 360], "counts": [1000, 360 * 480 - 1000]}


def another_category(data: Data) -> None:
    data["categories"].append({"id": 15, "name": "zebra"})


def holes_in_ids(data: Data) -> None:
    data["categories"][-1]["id"] = 90
    for annotation in data["annotations"]:
        if annotation["category_id"] == 14:
            annotation["category_id"] = 90


def lonely_image(data: Data) -> None:
    first = data["images"][0]["id"]
    data["annotations"] = [a for a in data["annotations"] if a["image_id"] != first]


def extra(data: Data, folder: Path) -> None:
    shutil.copy(image_of(data, folder), folder / "images/train/extra.jpg")


DAMAGES = {
    "a word for a number": Damage("wrong-type", 5, put(area="large")),
    "a box of three numbers": Damage("wrong-type", 5, put(bbox=[1, 2, 3])),
    "a flat polygon": Damage("wrong-type", 5, put(segmentation=[1, 1, 9, 1, 9, 9])),
    "an id as text": Damage("wrong-type", 5, put(category_id="1"), brings=("dangling-id",)),
    "no area": Damage("missing-key", 1, drop("annotations", "area")),
    "no iscrowd": Damage("missing-key", 1, drop("annotations", "iscrowd")),
    "no bbox": Damage("missing-key", 1, drop("annotations", "bbox")),
    "no width": Damage("missing-key", 1, drop("images", "width")),
    "no name": Damage("missing-key", 1, drop("categories", "name")),
    "NaN in a box": Damage("not-finite", 5, numbered(no_box)),
    "an annotation id twice": Damage("duplicate-id", 5, same_id),
    "an image id twice": Damage("duplicate-id", 1, same_image_id),
    "an image file twice": Damage("duplicate-file", 9999, image_twice, brings=("image-without-objects",)),
    "an image that is not there": Damage("dangling-id", 5, put(image_id=12345)),
    "a category that is not there": Damage("dangling-id", 5, put(category_id=99)),
    "ids from 0": Damage("annotation-id-zero", 0, numbered(from_zero)),
    "a box of no width": Damage("box-size", 5, box(lambda x, y, w, h: [x, y, 0, h])),
    "a box of negative height": Damage("box-size", 5, box(lambda x, y, w, h: [x, y, w, -h])),
    "a box in the sky": Damage("box-outside", 5, far_box),
    "a box over the edge": Damage("box-beyond-edge", 5, wide_box),
    "a box that is elsewhere": Damage("box-off-mask", 5, box(lambda x, y, w, h: [x + 1, y, w - 1, h])),
    "corners for boxes": Damage("box-format", 1, boxes(lambda x, y, w, h, i: [x, y, x + w, y + h]), None),
    "centres for boxes": Damage(
        "box-format", 1, boxes(lambda x, y, w, h, i: [x + w / 2, y + h / 2, w, h]), None
    ),
    "shares for boxes": Damage(
        "box-format",
        1,
        boxes(lambda x, y, w, h, i: [(x + w / 2) / i["width"], (y + h / 2) / i["height"], w / 480, h / 360]),
        None,
    ),
    "corners for boxes without masks": Damage(
        "box-format", 1, unmask(boxes(lambda x, y, w, h, i: [x, y, x + w, y + h])), None
    ),
    "VOC's corners": Damage("box-shift", 1, boxes(lambda x, y, w, h, i: [x + 1, y + 1, w, h]), None),
    "VOC's corners and width": Damage(
        "box-shift", 1, boxes(lambda x, y, w, h, i: [x + 1, y + 1, w - 1, h - 1]), None
    ),
    "width without its last pixel": Damage(
        "box-shift", 1, boxes(lambda x, y, w, h, i: [x, y, w - 1, h - 1]), None
    ),
    "half a pixel": Damage("box-shift", 1, boxes(lambda x, y, w, h, i: [x + 0.5, y + 0.5, w, h]), None),
    "a margin": Damage("box-shift", 1, boxes(lambda x, y, w, h, i: [x - 3, y - 3, w + 6, h + 6]), None),
    "an area of the box": Damage("area-off-mask", 5, put(area=99_999)),
    "two points": Damage("polygon", 5, put(segmentation=[[1, 1, 9, 9]])),
    "an odd count": Damage("polygon", 5, put(segmentation=[[1, 1, 9, 1, 9, 9, 1]])),
    "runs of fewer pixels": Damage("rle", 5, numbered(short_runs)),
    "runs of another size": Damage("rle", 5, numbered(swapped_runs)),
    "letters that are no runs": Damage("rle", 5, put(segmentation={"size": [360, 480], "counts": "~~~"})),
    "runs that are no letters": Damage("rle", 5, put(segmentation={"size": [360, 480], "counts": "1P"})),
    "a crowd with polygons": Damage("crowd-polygon", 5, put(iscrowd=1)),
    "a missing file": Damage("missing-image", None, lambda data, folder: image_of(data, folder).unlink()),
    "a cut file": Damage("unreadable-image", None, cut),
    "a text file": Damage("unreadable-image", None, lambda d, f: image_of(d, f).write_text("not found")),
    "a file of another size": Damage("size-mismatch", None, smaller),
    "a file to be turned": Damage("exif-orientation", None, turned),
    "an extra file": Damage("extra-image", None, extra),
    "an image in two splits": Damage("shared-image", 9999, leak, brings=("image-without-objects",)),
    "an object twice": Damage("duplicate-box", None, twin),
    "too few keypoints": Damage("keypoint-length", 5, keypoints([1, 2, 2], 1)),
    "visibility of 3": Damage("keypoint-visibility", 5, keypoints([1, 2, 3, 4, 5, 2])),
    "a wrong count of keypoints": Damage("keypoint-count", 5, keypoints([1, 2, 1, 0, 0, 0])),
    "a keypoint outside": Damage("keypoint-outside", 5, keypoints([900, 2, 1, 4, 5, 2])),
    "objects upon each other": Damage("overlap", 5, overlapping),
    "a class without objects": Damage("unused-category", 15, numbered(another_category)),
    "category ids with holes": Damage("category-ids", None, numbered(holes_in_ids)),
    "an image without objects": Damage("image-without-objects", 1, numbered(lonely_image)),
}  # fmt: skip
"""By what they do."""
