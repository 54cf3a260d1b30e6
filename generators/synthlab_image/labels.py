"""From a layout to the columns that describe it: everything follows from the id map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from synthlab import masks

from .assets.base import Asset
from .layout import Layout, Placed, Rule, lens_of
from .warp import View

__all__ = [
    "Known",
    "keypoints",
    "known",
    "oriented_box",
    "panoptic",
    "parts",
    "semantic",
    "view_of",
]

Corners = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """An object that has a label, and what the columns say of it."""

    placed: Placed
    box: tuple[int, int, int, int]
    mask: str
    ignored: bool
    """Whether trainers shall take no notice of its pixels: COCO's crowd."""
    depth: int
    """0 is nearest; distractors count."""


def known(layout: Layout, rules: Sequence[Rule]) -> list[Known]:
    """Return the objects that have a label, nearest first."""
    # OpenCV transposes ten times faster than NumPy, and masks go column by column.
    columns: npt.NDArray[Any] = cv2.transpose(layout.ids)
    strings = masks.encode(columns.T, len(layout.placed))
    height, width = layout.ids.shape
    result = []
    for depth, placed in enumerate(layout.placed):
        if placed.thing.label < 0:
            continue
        rule = rules[placed.thing.label]
        if not placed.area or (not placed.enough and rule.below in ("unlabeled", "drop")):
            continue
        box = _box(placed, rule, width, height)
        ignored = not placed.enough and rule.below == "ignore"
        result.append(Known(placed, box, strings[placed.number - 1], ignored, depth))
    return result


def _box(placed: Placed, rule: Rule, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the box as the class's rule has it."""
    left, top, right, bottom = placed.box if rule.boxes == "visible" else placed.whole_box
    before, above, after, below = (rule.padding + side for side in _own_padding(placed))
    left, top, right, bottom = left - before, top - above, right + after, bottom + below
    if rule.boxes == "amodal":
        return left, top, right, bottom
    return max(0, left), max(0, top), min(width, right), min(height, bottom)


def _own_padding(placed: Placed) -> tuple[int, int, int, int]:
    """Return how much wider the object's own box is on each side, in pixels of the image."""
    left, top, right, bottom = placed.raster.padding
    if not (left or top or right or bottom):
        return 0, 0, 0, 0
    pose = placed.thing.pose
    height, width = placed.raster.pixels.shape[:2]
    scale = pose.size / (max(width, height) - 2 * placed.raster.margin)
    if pose.direction != (1.0, 0.0):
        # Turned, no side is the left one any more.
        left = top = right = bottom = round((left + top + right + bottom) / 4)
    elif pose.flip:
        left, right = right, left
    return round(left * scale), round(top * scale), round(right * scale), round(bottom * scale)


def view_of(layout: Layout, placed: Placed) -> View:
    """Return what takes points of an object's picture to the image."""
    height, width = placed.raster.pixels.shape[:2]
    return View(placed.thing.pose, width, height, lens_of(layout.scene), placed.raster.margin)


def oriented_box(layout: Layout, placed: Placed) -> Corners:
    """Return the corners of the object's own box, hidden parts and those outside the image included."""
    raster = placed.raster
    height, width = raster.pixels.shape[:2]
    left, right, bottom = raster.margin, width - raster.margin, height - raster.margin
    outline = raster.outline or ((left, left), (right, left), (right, bottom), (left, bottom))
    view = view_of(layout, placed)
    points = [view.at(point) for point in outline]
    if placed.thing.pose.flip:
        # Mirrored, the same order would go the other way round.
        points = [points[1], points[0], points[3], points[2]]
    return tuple(value for point in points for value in point)


def keypoints(layout: Layout, placed: Placed, asset: Asset, names: Sequence[str]) -> list[float]:
    """Return x, y and visibility of each of the names.

    A point is hidden when a nearer object owns its pixel. (The object itself need not own it: the corner of a
    plate is outside its rounded edge.)
    """
    height, width = layout.ids.shape
    view = view_of(layout, placed)
    found = dict.fromkeys(names, (0.0, 0.0, 0.0))
    for name, point in zip(asset.keypoints, placed.raster.keypoints, strict=True):
        if point is None:
            continue
        x, y = view.at(point)
        if not (0 <= x < width and 0 <= y < height):
            continue
        owner = int(layout.ids[int(y), int(x)])
        found[name] = (x, y, 1.0 if 0 < owner < placed.number else 2.0)
    return [value for three in found.values() for value in three]


def parts(layout: Layout, objects: Sequence[Known]) -> list[dict[str, Any]]:
    """Return the characters and fields on the objects of an image: text, corners, and how much is seen."""
    result = []
    for number, thing in enumerate(objects):
        raster = thing.placed.raster
        if not raster.parts:
            continue
        view = view_of(layout, thing.placed)
        for part in raster.parts:
            corners = [view.at(corner) for corner in part.corners]
            seen = _share_seen(layout, thing.placed.number, corners)
            flat = [value for point in corners for value in point]
            result.append({"object": number, "text": part.text, "corners": flat, "visibility": seen})
    return result


def _share_seen(layout: Layout, number: int, corners: Sequence[tuple[float, float]]) -> float:
    """Return which share of the pixels inside four corners belongs to the object."""
    points = np.array(corners)
    left, top = (int(v) for v in np.floor(points.min(axis=0)))
    right, bottom = (int(v) + 1 for v in np.ceil(points.max(axis=0)))
    fill = np.zeros((max(1, bottom - top), max(1, right - left)), dtype=np.uint8)
    shifted = np.rint((points - (left, top)) * 16 - 8).astype(np.int32)
    cv2.fillPoly(fill, [shifted], 1, lineType=cv2.LINE_8, shift=4)
    whole = cv2.countNonZero(fill)
    height, width = layout.ids.shape
    x_min, y_min, x_max, y_max = max(0, left), max(0, top), min(width, right), min(height, bottom)
    if not whole or x_min >= x_max or y_min >= y_max:
        return 0.0
    inside = fill[y_min - top : y_max - top, x_min - left : x_max - left]
    seen = (layout.ids[y_min:y_max, x_min:x_max] == number) & (inside > 0)
    return round(int(seen.sum()) / whole, 4)


def semantic(layout: Layout, objects: Sequence[Known]) -> npt.NDArray[Any]:
    """Return the class of each pixel plus 1; 0 is the background, and 255 what shall be ignored."""
    levels = np.zeros(len(layout.placed) + 1, dtype=np.uint8)
    for thing in objects:
        levels[thing.placed.number] = 255 if thing.ignored else thing.placed.thing.label + 1
    if layout.ids.dtype == np.uint8:
        return cv2.LUT(layout.ids, np.resize(levels, 256))
    return levels[layout.ids]


def panoptic(layout: Layout, objects: Sequence[Known]) -> npt.NDArray[Any]:
    """Return the number of the object of each pixel, from 1, as blue, green and red: r + 256 g + 65,536 b."""
    numbers = np.zeros(len(layout.placed) + 1, dtype=np.uint16)
    for number, thing in enumerate(objects, 1):
        numbers[thing.placed.number] = number
    found = numbers[layout.ids]
    low, high = (found & 255).astype(np.uint8), (found >> 8).astype(np.uint8)
    return cv2.merge([np.zeros_like(low), high, low])
