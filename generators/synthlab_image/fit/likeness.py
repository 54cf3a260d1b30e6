"""What can be learned by comparing objects: whether they may be turned or mirrored, and how far they take on
the light of their photograph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ..textures import Picture
from .habits import at_border, covered
from .prepared import Outlined, Photo

__all__ = ["flippable", "taken_on", "turnable"]

Floats = npt.NDArray[np.float64]

SIDE = 24
"""Objects are compared in pictures of this many pixels."""
COMPARED = 40
"""Of so many objects of a class."""
ENOUGH = 4
"""Of fewer, nothing is believed."""
TURNED, MIRRORED = 0.13, 0.05
"""By how much more objects must be alike as they are than turned, or mirrored, for it to matter. Of objects
that are any way up, one can say less about their mirror images."""
LONG = 0.2
"""Mean logarithm of width over height from which objects lie or stand."""
FEW = 3
"""So many photographs count half: what they say of light is drawn towards nothing."""


def turnable(photos: Sequence[Photo], label: str) -> bool:
    """Return whether objects of a class are as often one way up as another."""
    things = _whole_ones(photos, label)
    if len(things) < ENOUGH:
        return False
    aspects = np.array([np.log((t.box[2] - t.box[0]) / (t.box[3] - t.box[1])) for _, t in things])
    if abs(aspects.mean()) > max(LONG, 0.7 * float(aspects.std())):
        return False
    pictures = _pictures(things)
    return _difference(pictures, [np.rot90(pictures, turn, axes=(1, 2)) for turn in (1, 2, 3)]) < TURNED


def flippable(photos: Sequence[Photo], label: str) -> bool:
    """Return whether objects of a class could as well be mirrored."""
    things = _whole_ones(photos, label)
    if len(things) < ENOUGH:
        return False
    pictures = _pictures(things)
    return _difference(pictures, [pictures[:, :, ::-1]]) < MIRRORED


def taken_on(photos: Sequence[Photo], tones: Sequence[tuple[float, float, float]]) -> float:
    """Return how far objects follow the light of their photograph: 0 not at all, 1 as what is around them.

    This is the slope of the logarithm of an object's colour over that of what is around all objects, within
    classes.
    """
    around = np.log(np.maximum(np.array(tones)[:, ::-1], 1))
    by_class: dict[str, list[tuple[Floats, Floats]]] = {}
    for photo, behind in zip(photos, around, strict=True):
        for thing in photo.objects:
            left, top, right, bottom = thing.box
            assert thing.mask is not None
            pixels = photo.pixels[top:bottom, left:right][thing.mask > 0]
            own = np.log(np.maximum(pixels.mean(axis=0), 1))
            by_class.setdefault(thing.label, []).append((behind, own))
    product = square = 0.0
    for pairs in by_class.values():
        behind, own = (np.array(side) - np.mean(side, axis=0) for side in zip(*pairs, strict=True))
        product += float((behind * own).sum())
        square += float((behind * behind).sum())
    slope = min(1.0, max(0.0, product / (square + 1e-9)))
    return round(slope * len(photos) / (len(photos) + FEW), 2)


def _whole_ones(photos: Sequence[Photo], label: str) -> list[tuple[Photo, Outlined]]:
    found = [(p, t) for p in photos for t in p.objects if t.label == label]
    whole = [(p, t) for p, t in found if not at_border(p, t) and covered(p, t) < 0.3]
    chosen = whole if len(whole) >= ENOUGH else found
    return chosen[:: -(-len(chosen) // COMPARED)]


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
