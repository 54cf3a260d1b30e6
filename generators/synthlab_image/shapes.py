"""The shapes by name: their outlines inside the unit circle.

An outline is a list of closed contours, filled by even-odd; the first is around the others, which
are holes. Each shape varies in one way of its own, the number `variation` from 0 to 1, and in how
flat it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .geometry import Points, circle, regular_polygon

__all__ = ["SHAPES", "Shape"]


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline as a function of the variation, and the range of height over width."""

    outline: Callable[[float], list[Points]]
    aspect_range: tuple[float, float] = (0.88, 1.0)


def _fixed(points: Points) -> Callable[[float], list[Points]]:
    return lambda variation: [points]


def _star(variation: float) -> list[Points]:
    points = regular_polygon(10)
    points[1::2] *= 0.38 + 0.16 * variation
    return [points]


def _ring(variation: float) -> list[Points]:
    return [circle(128), circle(128) * (0.45 + 0.2 * variation)]


def _cross(variation: float) -> list[Points]:
    arm = 0.24 + 0.1 * variation
    corner = [(-arm, -arm), (-arm, -0.94), (arm, -0.94)]
    turned = [(x, y) for x, y in corner]
    points = []
    for _ in range(4):
        points += turned
        turned = [(-y, x) for x, y in turned]
    return [np.array(points)]


def _arrow(variation: float) -> list[Points]:
    shaft, neck = 0.16 + 0.14 * variation, 0.3 * variation
    half = [(0.98, 0.0), (neck, 0.68), (neck, shaft), (-0.94, shaft)]
    return [np.array([*half, *((x, -y) for x, y in reversed(half[1:]))])]


def _crescent(variation: float) -> list[Points]:
    # A circle less another one on its right.
    centre = np.array([0.42 + 0.16 * variation, 0.0])
    outer, inner = circle(256), circle(256) * 0.84 + centre
    kept = outer[((outer - centre) ** 2).sum(axis=1) > 0.84 * 0.84]
    cut = inner[(inner**2).sum(axis=1) < 1]
    return [np.concatenate([kept, cut[::-1]])]


def _heart(variation: float) -> list[Points]:
    dip = -0.42 + 0.14 * variation
    right = np.concatenate(
        [
            _curve((0.0, dip), (0.12, -0.86), (0.94, -0.94), (0.94, -0.24)),
            _curve((0.94, -0.24), (0.94, 0.22), (0.4, 0.5), (0.0, 0.96))[1:],
        ]
    )
    left = right[-2:0:-1] * (-1, 1)
    return [np.concatenate([right, left]) * 0.97]


def _drop(variation: float) -> list[Points]:
    waist = 0.1 + 0.25 * variation
    right = np.concatenate(
        [
            _curve((0.0, -1.0), (waist, -0.5), (0.64, -0.1), (0.64, 0.36)),
            _curve((0.64, 0.36), (0.64, 0.72), (0.36, 1.0), (0.0, 1.0))[1:],
        ]
    )
    left = right[-2:0:-1] * (-1, 1)
    return [np.concatenate([right, left])]


def _curve(*control: tuple[float, float]) -> Points:
    """Return 33 points of the cubic Bézier curve with these four control points."""
    t = np.linspace(0, 1, 33)[:, None]
    s = 1 - t
    a, b, c, d = (np.array(point) for point in control)
    curve: Points = s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d
    return curve


SHAPES: dict[str, Shape] = {
    "circle": Shape(_fixed(circle(128)), (1.0, 1.0)),
    "ellipse": Shape(_fixed(circle(128)), (0.5, 0.75)),
    "triangle": Shape(_fixed(regular_polygon(3))),
    "square": Shape(
        _fixed(np.array([(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)]) * 0.5**0.5), (1.0, 1.0)
    ),
    "rectangle": Shape(
        _fixed(np.array([(0.87, 0.87), (-0.87, 0.87), (-0.87, -0.87), (0.87, -0.87)])),
        (0.35, 0.55),
    ),
    "pentagon": Shape(_fixed(regular_polygon(5))),
    "hexagon": Shape(_fixed(regular_polygon(6))),
    "star": Shape(_star),
    "ring": Shape(_ring),
    "cross": Shape(_cross),
    "heart": Shape(_heart),
    "crescent": Shape(_crescent),
    "drop": Shape(_drop),
    "arrow": Shape(_arrow),
}
