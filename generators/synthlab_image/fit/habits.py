"""What can be counted and measured in boxes: how many, how large, where, how much of them is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from .prepared import Outlined, Photo

__all__ = ["Habits", "at_border", "covered", "habits_of"]

Floats = npt.NDArray[np.float64]

SCATTERED = 1.63
"""Kolmogorov's statistic, times the root of the number, above which places are not spread evenly: in one of
100 classes that are."""
MOST_PLACES = 60
FARTHER, CERTAIN = 0.5, 3.0
"""Correlation of size and height in the image from which things are the smaller, the farther they are; and
how many times its error, were there none, it is then at least."""
ENOUGH = 12
"""Of fewer objects neither is asked."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What was measured of one class; lengths in pixels."""

    label: str
    objects: int
    images: int
    """In how many of the photographs there is one."""
    sides: tuple[float, float, float]
    """The longer sides: tenth, middle and ninetieth of a hundred in order."""
    least_side: int
    """The shortest side of any box."""
    spread: float
    """The standard deviation of the logarithm of the longer side."""
    border: float
    """Which share is at the border of the image."""
    covered: float
    """Which share of the box is in other boxes: of ten objects, nine have less."""
    places: tuple[tuple[float, float], ...]
    """Centres as shares of width and height, if they are not spread evenly."""
    farther: bool
    """Whether objects farther up are smaller."""


def habits_of(photos: Sequence[Photo], label: str) -> Habits:
    """Measure the objects of one class."""
    found = [(photo, thing) for photo in photos for thing in photo.objects if thing.label == label]
    sides = np.array([_sides(thing) for _, thing in found], dtype=np.float64)
    longer = sides.max(axis=1)
    centres = np.array([_centre(photo, thing) for photo, thing in found])
    low, middle, high = (round(float(np.quantile(longer, q)), 1) for q in (0.1, 0.5, 0.9))
    return Habits(
        label=label,
        objects=len(found),
        images=sum(any(thing.label == label for thing in photo.objects) for photo in photos),
        sides=(low, middle, high),
        least_side=int(sides.min()),
        spread=float(np.log(longer).std()),
        border=sum(at_border(photo, thing) for photo, thing in found) / len(found),
        covered=float(np.quantile([covered(photo, thing) for photo, thing in found], 0.9)),
        places=_places(centres),
        farther=_farther(centres[:, 1], np.log(longer)),
    )


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
        x_min, y_min, x_max, y_max = other.box
        if x_min <= left and y_min <= top and x_max >= right and y_max >= bottom:
            continue
        field[max(0, y_min - top) : max(0, y_max - top), max(0, x_min - left) : max(0, x_max - left)] = True
    return float(field.mean())


def _sides(thing: Outlined) -> tuple[int, int]:
    left, top, right, bottom = thing.box
    return right - left, bottom - top


def _centre(photo: Photo, thing: Outlined) -> tuple[float, float]:
    height, width = photo.pixels.shape[:2]
    left, top, right, bottom = thing.box
    return round((left + right) / 2 / width, 3), round((top + bottom) / 2 / height, 3)


def _places(centres: Floats) -> tuple[tuple[float, float], ...]:
    """Return centres, some of them if there are many, where they are not spread evenly."""
    if len(centres) < ENOUGH or not any(_scattered(side) for side in centres.T):
        return ()
    chosen = centres[:: -(-len(centres) // MOST_PLACES)]
    return tuple((float(x), float(y)) for x, y in chosen)


def _scattered(values: Floats) -> bool:
    """Return whether values are not spread evenly over the range in which nearly all of them could be."""
    ordered, count = np.sort(values), len(values)
    # Centres keep away from the border, by half of the size of what they are centres of.
    room = min(ordered[0], 1 - ordered[-1], 0.25)
    level = np.clip((ordered - room) / (1 - 2 * room), 0, 1)
    steps = np.arange(count + 1) / count
    apart = max(np.abs(level - steps[:-1]).max(), np.abs(level - steps[1:]).max())
    return bool(apart * sqrt(count) > SCATTERED)


def _farther(heights: Floats, sizes: Floats) -> bool:
    if len(sizes) < ENOUGH or not sizes.std() or not heights.std():
        return False
    return bool(np.corrcoef(heights, sizes)[0, 1] > max(FARTHER, CERTAIN / sqrt(len(sizes))))
