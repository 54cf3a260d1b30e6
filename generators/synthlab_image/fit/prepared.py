"""Photographs in one size, with the outlines of their objects: what all else is learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np

from synthlab.errors import InputError

from ..assets.coco import filled
from ..files import read
from ..textures import Picture
from .labeled import Box, Labeled, Marked

__all__ = ["Outlined", "Photo", "frame_of", "prepared"]

LEAST_SIDE = 64
"""Images are not made smaller than this."""
MOST_PIXELS = 89_000_000
"""Of photographs that are read: they are the user's own, and are reduced."""


@dataclass(frozen=True, slots=True)
class Outlined:
    """An object and the part of its box that it fills."""

    label: str
    box: tuple[int, int, int, int]
    """Whole pixels, max exclusive."""
    mask: Picture | None
    """0 and 1, as large as the box; None where nobody has drawn one."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph in the size in which it is used; the smaller objects first."""

    pixels: Picture
    objects: tuple[Outlined, ...]
    ignored: tuple[Outlined, ...] = ()
    """Regions with objects that nobody has marked one by one."""


def frame_of(photos: Sequence[Labeled], longest: int) -> tuple[int, int]:
    """Return the width and height of most photographs: medians, their longer side `longest` at most."""
    width, height = (median(side) for side in zip(*((p.width, p.height) for p in photos), strict=True))
    scale = min(1.0, longest / max(width, height))
    return max(LEAST_SIDE, round(width * scale)), max(LEAST_SIDE, round(height * scale))


def prepared(photo: Labeled, frame: tuple[int, int]) -> Photo:
    """Return a photograph that fills the frame, with what sticks out on two sides."""
    pixels = read(photo.path, MOST_PIXELS, (photo.width, photo.height))[..., :3]
    height, width = pixels.shape[:2]
    if (width, height) != (photo.width, photo.height):
        raise InputError(
            f"{photo.path.name} is {width} x {height} pixels, but its annotations are for "
            f"{photo.width} x {photo.height}"
        )
    scale = max(frame[0] / width, frame[1] / height)
    size = max(frame[0], round(width * scale)), max(frame[1], round(height * scale))
    if size != (width, height):
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        pixels = cv2.resize(pixels, size, interpolation=method)
    factors = size[0] / width, size[1] / height
    found, ignored = (
        [_outlined(thing, photo, factors, size) for thing in things]
        for things in (photo.objects, photo.ignored)
    )
    return Photo(np.ascontiguousarray(pixels), tuple(sorted(found, key=_area)), tuple(ignored))


def _outlined(thing: Marked, photo: Labeled, factors: tuple[float, float], size: tuple[int, int]) -> Outlined:
    box = _whole(thing.box, factors, size)
    if thing.mask is None:
        return Outlined(thing.label, box, None)
    try:
        mask = filled(thing.mask, photo.height, photo.width)
    except ValueError as error:
        raise InputError(f"{photo.path.name}: the mask of a {thing.label} cannot be read: {error}") from error
    if mask is None or mask.shape != (photo.height, photo.width):
        raise InputError(f"{photo.path.name}: the mask of a {thing.label} is not of the image's size")
    if (photo.width, photo.height) != size:
        mask = cv2.resize(np.ascontiguousarray(mask), size, interpolation=cv2.INTER_AREA)
    left, top, right, bottom = box
    part = np.ascontiguousarray(mask[top:bottom, left:right] >= 128).view(np.uint8)
    return Outlined(thing.label, box, part if part.any() else None)


def _whole(box: Box, factors: tuple[float, float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    x_min, y_min, x_max, y_max = (end * factors[i % 2] for i, end in enumerate(box))
    left, top = min(round(x_min), size[0] - 1), min(round(y_min), size[1] - 1)
    return left, top, max(left + 1, min(size[0], round(x_max))), max(top + 1, min(size[1], round(y_max)))


def _area(thing: Outlined) -> tuple[int, tuple[int, int, int, int]]:
    left, top, right, bottom = thing.box
    return (right - left) * (bottom - top), thing.box
