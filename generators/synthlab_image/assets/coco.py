"""Objects of a COCO dataset, cut out of their images.

Beside what COCO says, an annotation may have `"reusable": false`: the object is not to be shown elsewhere,
since only a part of it is seen, say. An image may have a `"tone"`: red, green and blue of what is around its
objects, so that those of other images can take on its light.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from synthlab import masks
from synthlab.errors import InputError

from ..files import Kept, photograph_as_is, reduced
from .raster import MARGIN, Raster

__all__ = [
    "CocoObjects",
    "box_ends",
    "cutout",
    "ellipse",
    "filled",
    "objects_of",
    "read_objects",
    "silhouette",
]

SOFT = 0.015
"""How far from its outline the border of an object fades on each side, as a share of its size."""

FARTHEST = 1_000_000
"""Pixels beyond which no coordinate is taken for one."""

Picture = npt.NDArray[Any]
Tone = tuple[float, float, float]


@dataclass(frozen=True)
class CocoObjects:
    """The records of a COCO file by their ids; annotations of crowds are left out."""

    annotations: Mapping[int, Mapping[str, Any]]
    images: Mapping[int, Mapping[str, Any]]
    categories: Mapping[int, str]
    by_image: Mapping[int, tuple[int, ...]]
    """The ids of the annotations of each image that has any."""

    def file_of(self, annotation: int) -> str:
        """Return the file name of the image that shows an object."""
        return str(self.images[int(self.annotations[annotation]["image_id"])]["file_name"])

    def tone_of(self, image: int) -> Tone | None:
        """Return red, green and blue of what is around the objects, where the file says it."""
        tone = self.images[image].get("tone")
        return None if tone is None else (tone[0], tone[1], tone[2])


@lru_cache(maxsize=16)
def read_objects(path: Path) -> CocoObjects:
    """Return what a COCO file says of objects: those of which a part is inside their image, with that box."""
    try:
        data = json.loads(path.read_text("utf-8"))
        if not isinstance(data, dict):
            raise ValueError("it holds no object with images, annotations and categories")
        images, annotations, categories = (
            _by_id(data[part], part) for part in ("images", "annotations", "categories")
        )
        names = {number: str(record["name"]) for number, record in categories.items()}
        for number, record in images.items():
            _check_image(number, record)
        inside: dict[int, Mapping[str, Any]] = {}
        for number, record in sorted(annotations.items()):
            box = _box_inside(number, record, images, names)
            if box is not None and not record.get("iscrowd"):
                inside[number] = {**record, "bbox": box}
    except KeyError as error:
        raise InputError(f"{path.name} is not a COCO file of objects: there is no {error}") from error
    except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise InputError(f"{path.name} is not a COCO file of objects: {error}") from error
    by_image: dict[int, tuple[int, ...]] = {}
    for number, annotation in inside.items():
        image = int(annotation["image_id"])
        by_image[image] = (*by_image.get(image, ()), number)
    return CocoObjects(inside, dict(sorted(images.items())), names, by_image)


def box_ends(box: Any) -> tuple[float, float, float, float] | None:
    """Return `(x_min, y_min, x_max, y_max)` of COCO's `[x, y, width, height]`; None if it is none."""
    if not isinstance(box, list) or len(box) != 4:
        return None
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) <= FARTHEST for v in box):
        return None
    x, y, width, height = map(float, box)
    return x, y, x + width, y + height


def _by_id(records: Any, part: str) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for record in records:
        number = int(record["id"])
        if number in found:
            raise ValueError(f"{part} has the id {number} twice")
        found[number] = record
    return found


def _check_image(number: int, image: Mapping[str, Any]) -> None:
    if not isinstance(image["file_name"], str):
        raise ValueError(f"image {number}: its file_name is {str(image['file_name'])[:60]}, not a text")
    if not all(isinstance(image[side], int) and image[side] > 0 for side in ("width", "height")):
        raise ValueError(f"image {number}: its width and height are whole numbers above 0")
    tone = image.get("tone")
    if tone is not None and box_ends([*tone, 0]) is None:
        raise ValueError(f"image {number}: its tone is {str(tone)[:60]}, not [red, green, blue]")


def _box_inside(
    number: int, thing: Mapping[str, Any], images: Mapping[int, Any], names: Mapping[int, str]
) -> list[float] | None:
    """Return the part of an object's box that is inside the image; None if there is none."""
    image, box = images.get(int(thing["image_id"])), thing["bbox"]
    if image is None:
        raise ValueError(f"annotation {number}: there is no image {thing['image_id']}")
    if int(thing["category_id"]) not in names:
        raise ValueError(f"annotation {number}: there is no category {thing['category_id']}")
    ends = box_ends(box)
    if ends is None:
        raise ValueError(f"annotation {number}: bbox is {str(box)[:60]}, not [x, y, width, height] in pixels")
    x_min, y_min = max(0.0, ends[0]), max(0.0, ends[1])
    x_max, y_max = min(float(image["width"]), ends[2]), min(float(image["height"]), ends[3])
    if x_max <= x_min or y_max <= y_min:
        return None
    return list(box) if (x_min, y_min, x_max, y_max) == ends else [x_min, y_min, x_max - x_min, y_max - y_min]


@lru_cache(maxsize=64)
def objects_of(path: Path, category: str, min_side: int, files: tuple[str, ...]) -> tuple[int, ...]:
    """Return the ids of a category's objects that can be shown elsewhere, in order."""
    known, there = read_objects(path), set(files)
    return tuple(
        number
        for number, a in known.annotations.items()
        if known.categories.get(int(a["category_id"])) == category
        and a.get("reusable", True)
        and min(a["bbox"][2:]) >= min_side
        and known.file_of(number) in there
    )


def cutout(
    path: Path, files: Mapping[str, Path], number: int, size: int, outline: str, padded: bool
) -> Raster:
    """Return what an outline covers of an object: its `mask`, or an `ellipse` or `box` as large as its box.

    `padded` keeps the room that its box leaves around it.
    """
    cut = _cut(files[read_objects(path).file_of(number)], path, number, outline)
    pixels = reduced(cut, size)
    if not padded:
        return Raster(pixels)
    height, width = pixels.shape[:2]
    solid = cv2.threshold(cv2.extractChannel(pixels, 3), 127, 1, cv2.THRESH_BINARY)[1]
    x, y, wide, high = cv2.boundingRect(solid)
    if not wide:
        return Raster(pixels)
    room = x, y, width - x - wide, height - y - high
    left, top, right, bottom = (max(0, side - MARGIN) for side in room)
    return Raster(pixels, padding=(left, top, right, bottom))


def silhouette(path: Path, files: Mapping[str, Path], number: int) -> Picture:
    """Return 255 where an object covers at least half of a pixel, and 0 elsewhere, as large as its box."""
    cut = _cut(files[read_objects(path).file_of(number)], path, number, "mask")
    return np.asarray(cv2.threshold(cv2.extractChannel(cut, 3), 127, 255, cv2.THRESH_BINARY)[1])


_cuts = Kept(96_000_000)


def _cut(file: Path, path: Path, number: int, outline: str) -> Picture:
    """Return blue, green, red and coverage of an object, colours multiplied by it, as large as its box."""
    return _cuts.get((path, number, outline), lambda: _cut_now(file, path, number, outline))


def _cut_now(file: Path, path: Path, number: int, outline: str) -> Picture:
    annotation = read_objects(path).annotations[number]
    picture = photograph_as_is(file)
    height, width = picture.shape[:2]
    image = read_objects(path).images[int(annotation["image_id"])]
    if (width, height) != (image["width"], image["height"]):
        raise InputError(
            f"{file.name} is {width} x {height} pixels, but {path.name} says {image['width']} x "
            f"{image['height']}"
        )
    x, y, wide, high = annotation["bbox"]
    left, top = max(0, int(x)), max(0, int(y))
    right, bottom = min(width, int(x + wide + 0.999)), min(height, int(y + high + 0.999))
    colours = np.ascontiguousarray(picture[top:bottom, left:right])
    coverage = np.full(colours.shape[:2], 255, dtype=np.uint8)
    if outline == "ellipse":
        coverage *= ellipse(right - left, bottom - top)
    elif outline == "mask":
        try:
            mask = filled(annotation.get("segmentation"), height, width)
        except ValueError as error:
            raise InputError(f"{path.name}: the mask of annotation {number}: {error}") from error
        if mask is not None:
            coverage = np.ascontiguousarray(mask[top:bottom, left:right])
    if not coverage.all():
        # A mask has hard edges; a little softness hides that the object comes from elsewhere.
        side = 2 * max(1, round(SOFT * max(wide, high))) + 1
        coverage = np.asarray(cv2.blur(coverage, (side, side)))
    shared = cv2.multiply(colours, cv2.merge([coverage] * 3), scale=1 / 255)
    return np.asarray(cv2.merge([*cv2.split(shared), coverage]))


def ellipse(width: int, height: int) -> Picture:
    """Return 1 in the ellipse that touches all four sides, and 0 outside it."""
    x = (2 * np.arange(width) + 1 - width) / width
    y = (2 * np.arange(height) + 1 - height) / height
    mask: Picture = (np.add.outer(y * y, x * x) <= 1.0).astype(np.uint8)
    return mask


def filled(segmentation: Any, height: int, width: int) -> Picture | None:
    """Return a mask of 0 and 255 from polygons or runs; None where there is neither.

    Raises ValueError for what is no mask of an image of this size.
    """
    try:
        if isinstance(segmentation, list) and segmentation:
            return _of_polygons(segmentation, height, width)
        return _of_runs(segmentation, height, width) if isinstance(segmentation, dict) else None
    except (KeyError, TypeError, IndexError, OverflowError) as error:
        raise ValueError(f"neither polygons nor runs: {str(segmentation)[:60]}") from error


def _of_polygons(rings: Sequence[Any], height: int, width: int) -> Picture:
    mask = np.zeros((height, width), dtype=np.uint8)
    for ring in rings:
        if len(ring) % 2:
            raise ValueError(f"a polygon has {len(ring)} numbers, and each point two")
        ends = np.array(ring, dtype=np.float64).reshape(-1, 2)
        # Not finite fails, too.
        if not (np.abs(ends) <= FARTHEST).all():
            raise ValueError(f"a polygon has points that are not numbers up to {FARTHEST:,}")
        cv2.fillPoly(mask, [np.rint(ends * 16 - 8).astype(np.int32)], 255, lineType=cv2.LINE_8, shift=4)
    return mask


def _of_runs(segmentation: Mapping[str, Any], height: int, width: int) -> Picture:
    counts = segmentation["counts"]
    if isinstance(counts, str):
        try:
            counts = masks.run_lengths(counts).tolist()
        except ValueError as error:
            raise ValueError(f"the runs cannot be read: {counts[:60]!r}") from error
    # Summed by Python, whose numbers do not run over, before there is room for them.
    if min(counts, default=0) < 0 or sum(counts) != height * width:
        raise ValueError(f"the runs are not those of an image of {width} x {height} pixels")
    runs = np.array(counts, dtype=np.int64)
    inside = (np.arange(len(runs)) % 2 == 1).astype(np.uint8) * 255
    return np.repeat(inside, runs).reshape(width, height).T
