"""Outlines of objects of which only a box is known.

Boxes are cut by GrabCut (Rother, Kolmogorov and Blake, 2004): what is in the box against what is around it.
It fails where both look alike, so its outline must pass some gates; where too few of a class do, all its
objects are ellipses, or rectangles if those fill their boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import cv2
import numpy as np

from ..assets.coco import ellipse
from ..textures import Picture
from .prepared import Outlined, Photo

__all__ = ["Method", "outlined"]

Method = Literal["grabcut", "ellipse", "box"]

WORKING_SIDE = 112
"""The longer side of an object and what is around it, in pixels, in which it is cut."""
ROUNDS = 2
AROUND = 0.35
"""How much around a box is looked at, as a share of its longer side."""
LEAST_AROUND, FEWEST = 0.03, 16
"""What share of what is looked at must be around objects, and how many pixels an object must have."""
LEAST_FILL, MOST_FILL = 0.2, 0.93
"""Shares of the box that an outline may fill: beyond, the background was not found."""
LEAST_REACH = 0.7
"""What share of the width and of the height of its box an outline spans at least."""
MOST_AT_BORDER = 0.6
"""What share of the border of its box an outline covers at most."""
LEAST_PASSING = 0.4
"""What share of the objects of a class must pass; otherwise none is believed."""
RECTANGULAR = 0.88
"""Fill from which objects count as rectangles."""


def outlined(photos: Sequence[Photo], method: Method, seed: int) -> tuple[list[Photo], dict[str, str]]:
    """Return the photographs with all objects outlined, and how those of each class were."""
    masks = [
        [
            thing.mask if thing.mask is not None else _cut(photo, place, method, seed)
            for place, thing in enumerate(photo.objects)
        ]
        for photo in photos
    ]
    by_class: dict[str, list[Picture | None]] = {}
    drawn: dict[str, bool] = {}
    for photo, found in zip(photos, masks, strict=True):
        for thing, mask in zip(photo.objects, found, strict=True):
            by_class.setdefault(thing.label, []).append(mask)
            drawn[thing.label] = drawn.get(thing.label, False) or thing.mask is not None
    hows = {label: _how(found, drawn[label], method) for label, found in by_class.items()}
    result = [
        replace(
            photo,
            objects=tuple(
                _settled(thing, mask, hows[thing.label])
                for thing, mask in zip(photo.objects, found, strict=True)
            ),
        )
        for photo, found in zip(photos, masks, strict=True)
    ]
    return result, hows


def _how(found: Sequence[Picture | None], drawn: bool, method: Method) -> str:
    """Return how the objects of a class are outlined: as they were drawn or cut, or all as one shape."""
    good = [mask for mask in found if mask is not None]
    fill = float(np.median([mask.mean() for mask in good])) if good else 0.0
    if drawn:
        return "drawn"
    if method == "box":
        return "box"
    if method == "grabcut" and len(good) >= LEAST_PASSING * len(found):
        return "box" if fill >= RECTANGULAR else "cut"
    return "ellipse"


def _settled(thing: Outlined, mask: Picture | None, how: str) -> Outlined:
    left, top, right, bottom = thing.box
    if mask is None or (how in ("box", "ellipse") and thing.mask is None):
        if how == "box":
            return replace(thing, mask=np.ones((bottom - top, right - left), dtype=np.uint8))
        return replace(thing, mask=ellipse(right - left, bottom - top))
    return replace(thing, mask=mask)


def _cut(photo: Photo, place: int, method: Method, seed: int) -> Picture | None:
    """Return the outline that GrabCut finds in a box; None where it does not pass."""
    if method != "grabcut":
        return None
    left, top, right, bottom = box = photo.objects[place].box
    wide, high = right - left, bottom - top
    rows, columns = photo.pixels.shape[:2]
    room = max(6, round(AROUND * max(wide, high)))
    x, y = max(0, left - room), max(0, top - room)
    part = photo.pixels[y : min(rows, bottom + room), x : min(columns, right + room)]
    inner = _place(box, x, y)
    neighbours = np.zeros(part.shape[:2], dtype=np.bool_)
    for other in photo.objects:
        neighbours[_place(other.box, x, y)] = True
    for sure in (True, False):
        # Neighbours look like it: they must not count as background. First, all else does. Then, since there
        # may be some that nobody has marked, nothing does for sure, but the middle is the object.
        outside = cv2.GC_BGD if sure else cv2.GC_PR_BGD
        marks: Picture = np.where(neighbours, cv2.GC_PR_FGD, outside).astype(np.uint8)
        marks[inner] = np.where(ellipse(wide, high), cv2.GC_PR_FGD, cv2.GC_PR_BGD)
        if not sure:
            core = (slice(high * 3 // 8, -(-high * 5 // 8)), slice(wide * 3 // 8, -(-wide * 5 // 8)))
            marks[inner][core] = cv2.GC_FGD
        found = _divided(part, marks, seed + place)
        mask = None if found is None else _largest((found[inner] >= 128).astype(np.uint8))
        if mask is not None and _passes(mask, rectangle=sure):
            return mask
    return None


def _divided(part: Picture, marks: Picture, seed: int) -> Picture | None:
    """Return 255 where GrabCut sees the object and 0 elsewhere; None where there is nothing to compare."""
    scale = min(1.0, WORKING_SIDE / max(part.shape[:2]))
    size = max(8, round(part.shape[1] * scale)), max(8, round(part.shape[0] * scale))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    marked = np.asarray(cv2.resize(marks, size, interpolation=cv2.INTER_NEAREST_EXACT), dtype=np.uint8)
    behind = np.isin(marked, (cv2.GC_BGD, cv2.GC_PR_BGD)).sum()
    if behind < LEAST_AROUND * marked.size or marked.size - behind < FEWEST:
        return None
    # Its first guess is drawn by lot, from a state that OpenCV keeps.
    cv2.setRNGSeed(seed)
    cv2.grabCut(
        small, marked, (0, 0, 0, 0), np.zeros((1, 65)), np.zeros((1, 65)), ROUNDS, cv2.GC_INIT_WITH_MASK
    )
    cut = np.where(np.isin(marked, (cv2.GC_FGD, cv2.GC_PR_FGD)), 255, 0).astype(np.uint8)
    return cv2.resize(cut, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_LINEAR)


def _place(box: tuple[int, int, int, int], x: int, y: int) -> tuple[slice, slice]:
    left, top, right, bottom = box
    return slice(max(0, top - y), max(0, bottom - y)), slice(max(0, left - x), max(0, right - x))


def _largest(mask: Picture) -> Picture | None:
    """Return the largest piece of a mask, smooth and without holes."""
    side = 2 * max(1, min(mask.shape) // 20) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    smooth = cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)
    outlines, _ = cv2.findContours(smooth, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    whole = np.zeros_like(mask)
    cv2.drawContours(whole, [max(outlines, key=cv2.contourArea)], -1, 1, cv2.FILLED)
    return whole


def _passes(mask: Picture, rectangle: bool) -> bool:
    """Return whether an outline may be that of the object; `rectangle` if it may fill its box."""
    rows, columns = mask.shape
    _, _, wide, high = cv2.boundingRect(mask)
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    fill = mask.mean()
    spans = wide >= LEAST_REACH * columns and high >= LEAST_REACH * rows
    free = border.mean() <= MOST_AT_BORDER or (rectangle and fill > MOST_FILL)
    return bool(fill >= LEAST_FILL and spans and free)
