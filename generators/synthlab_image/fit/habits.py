"""What can be counted and measured in labeled photographs: how many, how large, where, how turned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ..textures import Picture
from .prepared import Outlined, Photo

__all__ = ["at_border", "covered", "counts_of", "flippable", "turnable"]

Floats = npt.NDArray[np.float64]

SIDE = 24
"""Objects are compared in pictures of this many pixels."""
COMPARED = 40
"""Of so many objects of a class."""
ALIKE = 0.06
"""By how much more objects must be alike upright than turned (or mirrored) for it to matter."""
LONG = 0.2
"""Mean logarithm of width over height from which objects lie or stand."""


def counts_of(photos: Sequence[Photo], label: str | None = None) -> npt.NDArray[np.int64]:
    """Return how many objects (of a class) each photograph has."""
    return np.array([sum(label in (None, t.label) for t in p.objects) for p in photos], dtype=np.int64)


def at_border(photo: Photo, thing: Outlined) -> bool:
    """Return whether the box touches the border of the photograph."""
    height, width = photo.pixels.shape[:2]
    left, top, right, bottom = thing.box
    return left <= 1 or top <= 1 or right >= width - 1 or bottom >= height - 1


def covered(photo: Photo, thing: Outlined) -> float:
    """Return which share of a box is in others, those aside in which it lies as a whole."""
    left, top, right, bottom = thing.box
    field = np.zeros((bottom - top, right - left), dtype=np.bool_)
    for other in photo.objects:
        if other is thing:
            continue
        x_min, y_min, x_max, y_max = other.box
        if x_min <= left and y_min <= top and x_max >= right and y_max >= bottom:
            continue
        field[max(0, y_min - top) : max(0, y_max - top), max(0, x_min - left) : max(0, x_max - left)] = True
    return float(field.mean())


def turnable(photos: Sequence[Photo], label: str) -> bool:
    """Return whether objects of a class are as often one way up as another."""
    things = _whole_ones(photos, label)
    aspects = np.array([np.log((t.box[2] - t.box[0]) / (t.box[3] - t.box[1])) for _, t in things])
    if len(aspects) < 3 or abs(aspects.mean()) > max(LONG, 0.7 * aspects.std()):
        return False
    pictures = _pictures(things)
    turned = [np.rot90(pictures, turn, axes=(1, 2)) for turn in (1, 2, 3)]
    return _difference(pictures, turned) < ALIKE


def flippable(photos: Sequence[Photo], label: str) -> bool:
    """Return whether objects of a class could as well be mirrored."""
    things = _whole_ones(photos, label)
    if len(things) < 3:
        return False
    pictures = _pictures(things)
    return _difference(pictures, [pictures[:, :, ::-1]]) < ALIKE


def _whole_ones(photos: Sequence[Photo], label: str) -> list[tuple[Photo, Outlined]]:
    found = [(p, t) for p in photos for t in p.objects if t.label == label]
    whole = [(p, t) for p, t in found if not at_border(p, t) and covered(p, t) < 0.3]
    chosen = whole if len(whole) >= 3 else found
    return chosen[:: max(1, len(chosen) // COMPARED)]


def _pictures(things: Sequence[tuple[Photo, Outlined]]) -> Floats:
    """Return small pictures with mean 0 and length 1, shape `(objects, SIDE, SIDE, 3)`."""
    found = []
    for photo, thing in things:
        left, top, right, bottom = thing.box
        part: Picture = photo.pixels[top:bottom, left:right]
        small = cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float64)
        small -= small.mean(axis=(0, 1))
        found.append(small / max(float(np.sqrt((small * small).sum())), 1e-9))
    return np.array(found)


def _difference(pictures: Floats, others: Sequence[Any]) -> float:
    """Return how much more pictures are like each other than like others made of them; 0 to 2."""
    flat = pictures.reshape(len(pictures), -1)
    apart = ~np.eye(len(flat), dtype=np.bool_)
    same = float((flat @ flat.T)[apart].mean())
    changed = [float((flat @ other.reshape(len(flat), -1).T)[apart].mean()) for other in others]
    return same - float(np.mean(changed))
