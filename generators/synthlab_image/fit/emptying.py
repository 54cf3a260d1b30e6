"""Photographs without their objects: what was behind them, as far as the rest of the photograph tells."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ..textures import Picture
from .outlining import ellipse
from .prepared import Photo

__all__ = ["emptied", "hole_of", "tone_of"]

Floats = npt.NDArray[np.float32]

SPREAD = 0.05
"""How far around an object its shade and its blurred edge reach, as a share of its size."""
GRAIN = 40
"""Texture finer than the image's shorter side divided by this is taken from elsewhere in the photograph."""
SHIFTS = 24


def hole_of(photo: Photo) -> Picture:
    """Return 1 where objects or their edges are."""
    hole = np.zeros(photo.pixels.shape[:2], dtype=np.uint8)
    for thing in photo.objects:
        left, top, right, bottom = thing.box
        reach = 2 + round(SPREAD * max(right - left, bottom - top))
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
    return hole


def tone_of(photo: Photo, hole: Picture) -> tuple[float, float, float]:
    """Return the mean red, green and blue of what is around the objects."""
    known = hole == 0
    pixels = photo.pixels[known] if known.any() else photo.pixels.reshape(-1, 3)
    blue, green, red = pixels.mean(axis=0).tolist()
    return round(red, 1), round(green, 1), round(blue, 1)


def emptied(picture: Picture, hole: Picture) -> Picture:
    """Return a picture whose hole is filled: smoothly from around it, with the grain of other places."""
    if not hole.any():
        return picture.copy()
    if hole.all():
        return np.full_like(picture, picture.reshape(-1, 3).mean(axis=0).astype(np.uint8))
    known = (1 - hole).astype(np.float32)
    levels = picture.astype(np.float32)
    sigma = max(2.0, min(hole.shape) / GRAIN)
    weight = cv2.GaussianBlur(known, (0, 0), sigma)[..., None]
    smooth = cv2.GaussianBlur(levels * known[..., None], (0, 0), sigma) / np.maximum(weight, 1e-3)
    base = _filled(smooth * known[..., None], known)
    grain = _grain(levels - smooth, known)
    filled = np.clip(np.rint(base + grain), 0, 255).astype(np.uint8)
    return np.where(hole[..., None] > 0, filled, picture)


def _filled(colours: Floats, known: Floats) -> Floats:
    """Return colours with the unknown ones from coarser and coarser means of the known ones.

    `colours` are 0 where `known` is 0.
    """
    if min(known.shape) <= 2 or known.min() > 0:
        return np.asarray(colours / np.maximum(known, 1e-6)[..., None], dtype=np.float32)
    coarse = _filled(cv2.pyrDown(colours), cv2.pyrDown(known))
    behind = cv2.pyrUp(coarse, dstsize=(known.shape[1], known.shape[0]))
    # What is nearly unknown is a mean of very few.
    share = np.minimum(known * 4, 1)[..., None]
    return np.asarray(
        share * colours / np.maximum(known, 1e-6)[..., None] + (1 - share) * behind, dtype=np.float32
    )


def _grain(detail: Floats, known: Floats) -> Floats:
    """Return detail with that of the unknown places taken from places some way off."""
    rows, columns = known.shape
    result = detail * known[..., None]
    there = known > 0
    for step in range(1, SHIFTS + 1):
        if there.all():
            break
        shift = (step * rows * 5 // 13 + step) % rows, (step * columns * 7 // 19 + step) % columns
        moved = np.roll(known, shift, axis=(0, 1)) > 0
        new = moved & ~there
        result[new] = np.roll(detail, shift, axis=(0, 1))[new]
        there |= new
    return result
