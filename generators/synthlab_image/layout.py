"""Where objects come to lie, and what is seen of each: the id map, from which all labels follow.

Objects are placed nearest first, each behind those already there. What is seen of an object is
final when it is placed, so a place where too little would be seen is given up before anything is
drawn, and nothing is drawn that has no label.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from .scene import Scene, Thing
from .shapes import SHAPES

__all__ = ["Coverage", "IdMap", "Layout", "Placed", "arrange", "crop", "cover"]

Coverage = npt.NDArray[Any]
"""How much of each pixel an object covers, 0 to 255, shape `(rows, columns)`."""
IdMap = npt.NDArray[Any]
Area = tuple[slice, slice]
Bounds = tuple[int, int, int, int]

HALF = 128
SUBPIXELS = 4
_FRACTION_BITS = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """An object in the image, and what its labels say. Boxes are `(x_min, y_min, x_max, y_max)`."""

    thing: Thing
    coverage: Coverage
    left: int
    top: int
    """Where the first pixel of the coverage is in the image; both may be negative."""
    box: Bounds
    area: int
    whole_box: Bounds
    """The box of the whole object, hidden parts and those outside the image included."""
    whole_area: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The id map, shape `(height, width)`: 0 is the background, i + 1 the object `placed[i]`."""

    ids: IdMap
    placed: tuple[Placed, ...]


def arrange(scene: Scene, enough: Callable[[int, int], bool]) -> Layout:
    """Return the layout of a scene; `enough(visible, whole)` says whether an object may stay.

    A pixel belongs to the nearest object that covers at least half of it.
    """
    ids = np.zeros((scene.height, scene.width), dtype=np.uint8)
    placed: list[Placed] = []
    for thing in scene.things:
        found = _place(thing, ids, len(placed) + 1, enough)
        if found is not None:
            placed.append(found)
    return Layout(ids, tuple(placed))


def _place(thing: Thing, ids: IdMap, number: int, enough: Callable[[int, int], bool]) -> Placed | None:
    """Write an object into the first of its places where enough is seen, if there is one."""
    coverage, left, top = cover(thing)
    solid = (coverage >= HALF).view(np.uint8)
    whole_area = cv2.countNonZero(solid)
    if not enough(whole_area, whole_area):
        return None
    x, y, width, height = cv2.boundingRect(solid)
    for column, row in thing.places:
        target, part = crop(ids.shape, solid.shape, left + column, top + row)
        here = ids[target]
        seen = solid[part] & (here == 0)
        area = cv2.countNonZero(seen)
        if not enough(area, whole_area):
            continue
        np.copyto(here, np.uint8(number), where=seen.view(np.bool_))
        seen_x, seen_y, seen_width, seen_height = cv2.boundingRect(seen)
        seen_x += target[1].start
        seen_y += target[0].start
        x, y = x + left + column, y + top + row
        return Placed(
            thing=thing,
            coverage=coverage,
            left=left + column,
            top=top + row,
            box=(seen_x, seen_y, seen_x + seen_width, seen_y + seen_height),
            area=area,
            whole_box=(x, y, x + width, y + height),
            whole_area=whole_area,
        )
    return None


def cover(thing: Thing) -> tuple[Coverage, int, int]:
    """Return (coverage, left, top) of an object whose place is the pixel at (0, 0).

    Each pixel is sampled 4 x 4 times. OpenCV fills polygons with integers alone, so the coverage
    is the same on every machine.
    """
    shape = SHAPES[thing.shape]
    cosine, sine = thing.direction
    across, down = thing.size / 2, thing.size / 2 * thing.aspect
    x_axis = np.array([cosine * across, sine * across])
    y_axis = np.array([-sine * down, cosine * down])
    contours = [
        contour[:, :1] * x_axis + contour[:, 1:] * y_axis + thing.shift
        for contour in shape.outline(thing.variation)
    ]
    # The first contour is around the others.
    left, top = (math.floor(low) - 1 for low in contours[0].min(axis=0))
    right, bottom = (math.ceil(high) + 1 for high in contours[0].max(axis=0))
    width, height = right - left, bottom - top
    # OpenCV puts whole numbers at the centres of pixels, and takes fractions as whole 16ths.
    scale = SUBPIXELS << _FRACTION_BITS
    half = scale // (2 * SUBPIXELS)
    origin = np.array([left * scale + half, top * scale + half])
    corners = [np.rint(contour * scale - origin).astype(np.int32) for contour in contours]
    fine = np.zeros((height * SUBPIXELS, width * SUBPIXELS), dtype=np.uint8)
    cv2.fillPoly(fine, corners, 255, lineType=cv2.LINE_8, shift=_FRACTION_BITS)
    # Halving twice is several times faster than one step; it too rounds 8 of 16 samples to HALF.
    halved = cv2.resize(fine, (width * 2, height * 2), interpolation=cv2.INTER_AREA)
    return cv2.resize(halved, (width, height), interpolation=cv2.INTER_AREA), left, top


def crop(image: tuple[int, ...], stamp: tuple[int, ...], left: int, top: int) -> tuple[Area, Area]:
    """Return the part of the image under a stamp, and the part of the stamp inside the image."""
    height, width = image[:2]
    x_min, y_min = min(max(0, left), width), min(max(0, top), height)
    x_max = max(x_min, min(width, left + stamp[1]))
    y_max = max(y_min, min(height, top + stamp[0]))
    target = slice(y_min, y_max), slice(x_min, x_max)
    return target, (slice(y_min - top, y_max - top), slice(x_min - left, x_max - left))
