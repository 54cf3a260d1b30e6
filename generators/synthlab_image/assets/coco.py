"""Objects of a COCO dataset, cut out of their images."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from synthlab import masks
from synthlab.errors import InputError

from ..files import read, reduced
from .raster import Raster

__all__ = ["cutout", "objects_of"]

_Read = tuple[dict[int, dict[str, Any]], dict[int, str], dict[str, int]]


@lru_cache(maxsize=16)
def _read(path: Path) -> _Read:
    """Return annotations by id, file names of images by id, and ids of categories by name."""
    try:
        data = json.loads(path.read_text("utf-8"))
        annotations = {int(a["id"]): a for a in data["annotations"]}
        images = {int(i["id"]): str(i["file_name"]) for i in data["images"]}
        categories = {str(c["name"]): int(c["id"]) for c in data["categories"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path.name} is not a COCO file of objects: {error}") from error
    return annotations, images, categories


@lru_cache(maxsize=64)
def objects_of(path: Path, category: str, min_side: int, files: tuple[str, ...]) -> tuple[int, ...]:
    """Return the ids of a category's objects that can be cut out, in order."""
    annotations, images, categories = _read(path)
    there, wanted = set(files), categories.get(category)
    return tuple(
        number
        for number, a in sorted(annotations.items())
        if a["category_id"] == wanted
        and not a.get("iscrowd")
        and min(a["bbox"][2:]) >= min_side
        and images.get(int(a["image_id"])) in there
    )


def cutout(path: Path, files: dict[str, Path], number: int, size: int) -> Raster:
    """Return an object without what is around it."""
    annotations, images, _ = _read(path)
    annotation = annotations[number]
    return Raster(reduced(_cut(files[images[int(annotation["image_id"])]], path, number), size))


@lru_cache(maxsize=512)
def _cut(file: Path, path: Path, number: int) -> npt.NDArray[Any]:
    annotation = _read(path)[0][number]
    picture = _picture(file)[..., :3]
    height, width = picture.shape[:2]
    x, y, wide, high = annotation["bbox"]
    left, top = max(0, int(x)), max(0, int(y))
    right, bottom = min(width, int(x + wide + 0.999)), min(height, int(y + high + 0.999))
    colours = np.ascontiguousarray(picture[top:bottom, left:right])
    mask = _mask(annotation.get("segmentation"), height, width)
    if mask is None:
        coverage = np.full(colours.shape[:2], 255, dtype=np.uint8)
    else:
        # A mask has hard edges; half a pixel of softness hides that the object comes from elsewhere.
        coverage = np.asarray(cv2.blur(np.ascontiguousarray(mask[top:bottom, left:right]), (3, 3)))
    shared = cv2.multiply(colours, cv2.merge([coverage] * 3), scale=1 / 255)
    return np.asarray(cv2.merge([*cv2.split(shared), coverage]))


@lru_cache(maxsize=8)
def _picture(file: Path) -> npt.NDArray[Any]:
    return read(file)


def _mask(segmentation: Any, height: int, width: int) -> npt.NDArray[Any] | None:
    """Return a mask of 0 and 255 from polygons or runs; None where there is neither."""
    if isinstance(segmentation, list) and segmentation:
        filled = np.zeros((height, width), dtype=np.uint8)
        for ring in segmentation:
            points = np.rint(np.array(ring, dtype=np.float64).reshape(-1, 2) * 16 - 8).astype(np.int32)
            cv2.fillPoly(filled, [points], 255, lineType=cv2.LINE_8, shift=4)
        return filled
    if isinstance(segmentation, dict):
        counts = segmentation["counts"]
        if isinstance(counts, str):
            return masks.decode(counts, height, width).astype(np.uint8) * 255
        runs = np.array(counts, dtype=np.int64)
        inside = (np.arange(len(runs)) % 2 == 1).astype(np.uint8) * 255
        return np.repeat(inside, runs).reshape(width, height).T
    return None
