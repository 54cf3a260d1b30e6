"""Photographs without their objects: what was behind them, as far as the rest of the photograph tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ..assets.coco import ellipse
from ..textures import Picture
from .prepared import Photo

__all__ = ["cleared", "emptied", "hole_of", "tone_of"]

Floats = npt.NDArray[Any]

SPREAD = 0.08
"""How far around an object its shade and its blurred edge reach, as a share of its size."""
GRAIN = 40
"""Texture finer than the image's shorter side divided by this is taken from elsewhere in the photograph."""
SHIFTS = 40
SLIVER = 0.2
"""Pieces smaller than this share of an object's box are filled along with the objects around them."""
QUIET = 0.7
"""How much may happen in a place from which grain is taken, beside what happens in most."""


def hole_of(photo: Photo) -> Picture:
    """Return 1 where objects or their edges are."""
    hole = np.zeros(photo.pixels.shape[:2], dtype=np.uint8)
    for thing in photo.objects:
        left, top, right, bottom = thing.box
        reach = 3 + round(SPREAD * max(right - left, bottom - top))
        mask = ellipse(right - left, bottom - top)
        if thing.mask is not None:
            mask = mask | thing.mask
        mask = cv2.copyMakeBorder(mask, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        mask = cv2.dilate(mask, kernel)
        y, x = max(0, top - reach), max(0, left - reach)
        target = hole[y : bottom + reach, x : right + reach]
        start = y - (top - reach), x - (left - reach)
        part = mask[start[0] : start[0] + target.shape[0], start[1] : start[1] + target.shape[1]]
        np.maximum(target, part, out=target)
    return _without_slivers(hole, photo)


def cleared(photo: Photo) -> Photo:
    """Return a photograph without what is in regions to ignore, but for the objects that lie on them."""
    if not photo.ignored:
        return photo
    hole = hole_of(replace(photo, objects=(*photo.objects, *photo.ignored)))
    region = np.zeros_like(hole)
    for things, value in ((photo.ignored, 1), (photo.objects, 0)):
        for thing in things:
            left, top, right, bottom = thing.box
            part = region[top:bottom, left:right]
            part[...] = np.where(thing.mask, value, part) if thing.mask is not None else value
    pixels = np.where(region[..., None] > 0, emptied(photo.pixels, hole), photo.pixels)
    return Photo(pixels, photo.objects)


def _without_slivers(hole: Picture, photo: Photo) -> Picture:
    """Return the hole with what is left between objects, where that is smaller than they are."""
    areas = [(right - left) * (bottom - top) for left, top, right, bottom in (t.box for t in photo.objects)]
    if not areas:
        return hole
    count, pieces, numbers, _ = cv2.connectedComponentsWithStats(1 - hole, connectivity=4)
    small = numbers[:, cv2.CC_STAT_AREA] < SLIVER * float(np.median(areas))
    small[0] = False
    return np.where(small[pieces], 1, hole).astype(np.uint8) if count > 1 else hole


def tone_of(photo: Photo, hole: Picture) -> tuple[float, float, float]:
    """Return the mean red, green and blue of what is around the objects."""
    known = hole == 0
    pixels = photo.pixels[known] if known.any() else photo.pixels.reshape(-1, 3)
    blue, green, red = pixels.mean(axis=0).tolist()
    return round(red, 1), round(green, 1), round(blue, 1)


def emptied(picture: Picture, hole: Picture) -> Picture:
    """Return a picture whose hole is filled: smoothly from around it, with the grain of other places.

    What is known counts the less, the more happens there: it may be an object that nobody has marked, whose
    colour would spread and whose pieces would lie about.
    """
    if not hole.any():
        return picture.copy()
    if hole.all():
        return np.full_like(picture, picture.reshape(-1, 3).mean(axis=0).astype(np.uint8))
    known = (1 - hole).astype(np.float32)
    levels = picture.astype(np.float32)
    sigma = max(2.0, min(hole.shape) / GRAIN)
    weight = cv2.GaussianBlur(known, (0, 0), sigma)
    smooth = cv2.GaussianBlur(levels * known[..., None], (0, 0), sigma) / np.maximum(weight, 1e-3)[..., None]
    detail = levels - smooth
    energy = cv2.GaussianBlur((detail * detail).sum(axis=2) * known, (0, 0), sigma) / np.maximum(weight, 1e-3)
    usual = float(np.median(energy[known > 0])) + 1e-6
    trust = np.asarray(known / (1 + (energy / usual) ** 2), dtype=np.float32)
    base = _filled(smooth * trust[..., None], trust)
    grain = _grain(detail, known, (known > 0) & (energy <= QUIET * usual))
    # Where shade reaches farther than the hole, its border would be seen.
    share = np.maximum(hole, cv2.GaussianBlur(hole.astype(np.float32), (0, 0), sigma / 3))[..., None]
    mixed = share * (base + grain) + (1 - share) * levels
    return np.asarray(np.clip(np.rint(mixed), 0, 255), dtype=np.uint8)


def _filled(colours: Floats, weight: Floats) -> Floats:
    """Return colours, those of little weight from coarser and coarser means of the others.

    `colours` are multiplied by their weight, 0 to 1.
    """
    own = colours / np.maximum(weight, 1e-6)[..., None]
    if min(weight.shape) <= 2:
        return np.asarray(own, dtype=np.float32)
    coarse = _filled(cv2.pyrDown(colours), cv2.pyrDown(weight))
    behind = cv2.pyrUp(coarse, dstsize=(weight.shape[1], weight.shape[0]))
    share = np.minimum(weight * 4, 1)[..., None]
    return np.asarray(share * own + (1 - share) * behind, dtype=np.float32)


def _grain(detail: Floats, known: Floats, quiet: npt.NDArray[np.bool_]) -> Floats:
    """Return detail with that of quiet places in place of what is unknown."""
    rows, columns = known.shape
    result = detail * known[..., None]
    there = known > 0
    for step in range(1, SHIFTS + 1):
        if there.all():
            break
        shift = (step * rows * 5 // 13 + step) % rows, (step * columns * 7 // 19 + step) % columns
        new = np.roll(quiet, shift, axis=(0, 1)) & ~there
        result[new] = np.roll(detail, shift, axis=(0, 1))[new]
        there |= new
    return result
