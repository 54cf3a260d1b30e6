"""From an asset's picture to its place in the image: the only step that moves pixels.

OpenCV's own warps differ between processors in the last bit, and one such bit may move a pixel from one
object to another. So the way from each pixel back to the picture is computed here, with single additions,
products and divisions, which IEEE 754 defines exactly, and OpenCV only looks the pixels up, with integers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from .assets.raster import MARGIN, Raster
from .scene import Pose

__all__ = ["Lens", "Patch", "View", "warp", "warp_all"]

Pixels = npt.NDArray[Any]
Matrix = tuple[float, float, float, float, float, float, float, float, float]
Point = tuple[float, float]

_EDGE_POINTS = 9


@dataclass(frozen=True, slots=True)
class Patch:
    """An object's own pixels, blue, green, red and coverage, colours multiplied by it; shape `(h, w, 4)`."""

    pixels: Pixels
    left: int
    top: int
    """Where its first pixel is in the image; both may be negative."""


@dataclass(frozen=True)
class Lens:
    """A lens that shows a point at distance r from the middle where an ideal one shows r (1 + k r²).

    r is 1 in the corners of the image. Beyond 1.2 the factor stays as it is, so that nothing folds over.
    """

    width: int
    height: int
    k: float

    def ideal(self, x: Pixels, y: Pixels) -> tuple[Pixels, Pixels]:
        """Return where an ideal lens would show what this one shows at these points."""
        dx, dy = x - np.float32(self.width / 2), y - np.float32(self.height / 2)
        scale = np.float32(self.k / self._corner)
        factor = np.minimum(dx * dx + dy * dy, np.float32(1.44 * self._corner)) * scale + np.float32(1)
        return dx * factor + np.float32(self.width / 2), dy * factor + np.float32(self.height / 2)

    def shown(self, point: Point) -> Point:
        """Return where this lens shows what an ideal one shows at a point."""
        dx, dy = point[0] - self.width / 2, point[1] - self.height / 2
        square, factor = dx * dx + dy * dy, 1.0
        for _ in range(24):
            factor = 1 + self.k * min(square / (factor * factor * self._corner), 1.44)
        return dx / factor + self.width / 2, dy / factor + self.height / 2

    @property
    def _corner(self) -> float:
        return (self.width * self.width + self.height * self.height) / 4


@dataclass(frozen=True)
class View:
    """How one pose (and lens) shows a picture of that size."""

    pose: Pose
    width: float
    height: float
    lens: Lens | None = None
    margin: int = MARGIN

    @cached_property
    def matrix(self) -> Matrix:
        """What takes points of the picture to points of the image, row by row."""
        pose = self.pose
        longer = max(self.width, self.height) - 2 * self.margin
        scale = pose.size / longer
        cosine, sine = pose.direction
        across = -scale if pose.flip else scale
        down = scale * pose.squeeze
        reach = 2 / longer
        far_x, far_y = pose.tilt[0] * reach, pose.tilt[1] * reach
        a, b, d, e = cosine * across, -sine * down, sine * across, cosine * down
        # Around the centre of the picture, then around that of the pose.
        rows = (
            (a + pose.x * far_x, b + pose.x * far_y, pose.x),
            (d + pose.y * far_x, e + pose.y * far_y, pose.y),
            (far_x, far_y, 1.0),
        )
        half_x, half_y = self.width / 2, self.height / 2
        (m0, m1, m2), (m3, m4, m5), (m6, m7, m8) = (
            (r[0], r[1], r[2] - r[0] * half_x - r[1] * half_y) for r in rows
        )
        return m0, m1, m2, m3, m4, m5, m6, m7, m8

    def at(self, point: Point) -> Point:
        """Return where a point of the picture is in the image."""
        m = self.matrix
        w = m[6] * point[0] + m[7] * point[1] + m[8]
        x = (m[0] * point[0] + m[1] * point[1] + m[2]) / w
        y = (m[3] * point[0] + m[4] * point[1] + m[5]) / w
        return (x, y) if self.lens is None else self.lens.shown((x, y))

    def inverse(self) -> Matrix:
        """Return what takes points of the image back to the picture, up to a factor."""
        a, b, c, d, e, f, g, h, i = self.matrix
        return (
            e * i - f * h, c * h - b * i, b * f - c * e,
            f * g - d * i, a * i - c * g, c * d - a * f,
            d * h - e * g, b * g - a * h, a * e - b * d,
        )  # fmt: skip

    def bounds(self) -> tuple[int, int, int, int]:
        """Return (left, top, right, bottom) of pixels around all that it shows."""
        corners = [(0.0, 0.0), (self.width, 0.0), (self.width, self.height), (0.0, self.height)]
        if self.lens is not None:
            # A straight edge becomes a curve.
            steps = [i / _EDGE_POINTS for i in range(_EDGE_POINTS)]
            corners = [
                (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t)
                for p, q in zip(corners, corners[1:] + corners[:1], strict=True)
                for t in steps
            ]
        points = [self.at(corner) for corner in corners]
        margin = 1 if self.lens is None else 3
        return (
            math.floor(min(p[0] for p in points)) - margin,
            math.floor(min(p[1] for p in points)) - margin,
            math.ceil(max(p[0] for p in points)) + margin,
            math.ceil(max(p[1] for p in points)) + margin,
        )


def warp(raster: Raster, pose: Pose, lens: Lens | None = None) -> Patch:
    """Return a picture as a camera with this lens shows it in this pose.

    Without a lens, poses that are whole pixels apart give the same pixels.
    """
    height, width = raster.pixels.shape[:2]
    column, row = (math.floor(pose.x), math.floor(pose.y)) if lens is None else (0, 0)
    view = View(replace(pose, x=pose.x - column, y=pose.y - row), width, height, lens, raster.margin)
    left, top, right, bottom = view.bounds()
    m = [np.float32(value) for value in _shifted(view, left, top)]
    columns = np.arange(right - left, dtype=np.float32) + np.float32(0.5)
    rows = np.arange(bottom - top, dtype=np.float32) + np.float32(0.5)
    if view.lens is None:
        x = np.add.outer(rows * m[1] + m[2], columns * m[0])
        y = np.add.outer(rows * m[4] + m[5], columns * m[3])
        if m[6] or m[7]:
            w = np.add.outer(rows * m[7] + m[8], columns * m[6])
            x /= w
            y /= w
    else:
        far_x, far_y = np.meshgrid(columns + np.float32(left), rows + np.float32(top))
        u, v = view.lens.ideal(far_x, far_y)
        u -= np.float32(left)
        v -= np.float32(top)
        w = u * m[6] + v * m[7] + m[8]
        x = (u * m[0] + v * m[1] + m[2]) / w
        y = (u * m[3] + v * m[4] + m[5]) / w
    places, shares = cv2.convertMaps(x, y, cv2.CV_16SC2)
    pixels = cv2.remap(raster.pixels, places, shares, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return Patch(pixels, left + column, top + row)


def warp_all(picture: Pixels, lens: Lens) -> Pixels:
    """Return a whole picture as the lens shows it."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(
        np.arange(width, dtype=np.float32) + np.float32(0.5),
        np.arange(height, dtype=np.float32) + np.float32(0.5),
    )
    u, v = lens.ideal(x, y)
    u -= np.float32(0.5)
    v -= np.float32(0.5)
    places, shares = cv2.convertMaps(u, v, cv2.CV_16SC2)
    return cv2.remap(picture, places, shares, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def _shifted(view: View, left: int, top: int) -> Matrix:
    """Return the way back from points of the patch, divided so that its last number is 1.

    It leads to where OpenCV sees points of the picture: whole numbers are at the centres of its pixels.
    """
    a, b, c, d, e, f, g, h, i = view.inverse()
    a, b, c, d, e, f = a - g / 2, b - h / 2, c - i / 2, d - g / 2, e - h / 2, f - i / 2
    c, f, i = c + a * left + b * top, f + d * left + e * top, i + g * left + h * top
    return a / i, b / i, c / i, d / i, e / i, f / i, g / i, h / i, 1.0
