"""Directions and outlines, made with additions, products and square roots alone.

Sines and cosines differ in the last bit between machines, and one such bit may move a pixel and
with it a box. Square roots are exact by IEEE 754.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt

__all__ = ["DIRECTIONS", "Points", "circle", "direction", "regular_polygon", "window"]

Points = npt.NDArray[np.float64]
"""Corners `(x, y)`, shape `(n, 2)`; x to the right, y down."""

DIRECTIONS = 4096
"""Into how many directions a full turn is divided."""

_SQRT5 = math.sqrt(5)
# Cosine and sine of a full turn divided by the number of corners.
_TURNS = {
    3: (-0.5, math.sqrt(3) / 2),
    4: (0.0, 1.0),
    5: ((_SQRT5 - 1) / 4, math.sqrt(10 + 2 * _SQRT5) / 4),
    6: (0.5, math.sqrt(3) / 2),
    8: (math.sqrt(0.5), math.sqrt(0.5)),
    10: ((1 + _SQRT5) / 4, math.sqrt(10 - 2 * _SQRT5) / 4),
}


def direction(degrees: float) -> tuple[float, float]:
    """Return the cosine and sine of the nearest of the `DIRECTIONS` directions."""
    x, y = _directions()[round(degrees * DIRECTIONS / 360) % DIRECTIONS]
    return float(x), float(y)


def circle(corners: int) -> Points:
    """Return a unit circle of that many corners, a power of two, clockwise as seen from (1, 0)."""
    return _directions()[:: DIRECTIONS // corners]


def regular_polygon(corners: int) -> Points:
    """Return a regular polygon in the unit circle, one corner on top."""
    cosine, sine = _TURNS[corners]
    x, y = 0.0, -1.0
    points = []
    for _ in range(corners):
        points.append((x, y))
        x, y = x * cosine - y * sine, x * sine + y * cosine
    return np.array(points)


def window(
    photo: tuple[int, int], crop: tuple[float, float, float], image: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return (left, top, width, height) of the part of a photograph that an image shows.

    It has the proportions of the image. `crop` is the left and top as shares of the room for it, and its
    size as a share of the largest one; sizes are (width, height).
    """
    left, top, share = crop
    scale = min(photo[0] / image[0], photo[1] / image[1]) * share
    wide, high = max(1, int(image[0] * scale)), max(1, int(image[1] * scale))
    return int(left * (photo[0] - wide)), int(top * (photo[1] - high)), wide, high


@cache
def _directions() -> Points:
    """Return unit vectors at equal angles, by halving the four right angles again and again."""
    points = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])
    while len(points) < DIRECTIONS:
        middle = points + np.roll(points, -1, axis=0)
        length = np.sqrt(middle[:, 0] * middle[:, 0] + middle[:, 1] * middle[:, 1])
        points = np.stack([points, middle / length[:, None]], axis=1).reshape(-1, 2)
    return points
