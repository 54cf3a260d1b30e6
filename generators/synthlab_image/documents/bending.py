"""Where each point of a sheet is in the image: folds, curl, perspective and lens as one mesh.

A bent sheet has a height above the table. Seen from aslant, a point at height h appears shifted by h times
the way of looking; where the sheet slopes towards the light it is brighter. Folds and curl are therefore one
function, the height, and places and shades follow from it.

The mesh is the definition: points of the image, `step` pixels apart, with the points of the sheet that are
seen there; between them it is bilinear. Pixels are looked up through it, and labels go the other way through
the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ..warp import Lens, View

__all__ = ["STEP", "Bend", "Fold", "Mesh", "mesh"]

Floats = npt.NDArray[np.floating[Any]]
STEP = 8
"""Pixels from one point of a page's mesh to the next."""
_ROUNDS = 12
"""How often the way back is improved; it is exact to a thousandth of a pixel after some five."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A straight crease, from which the sheet rises (or falls) on both sides."""

    across: tuple[float, float]
    """The direction across the crease, of length 1."""
    offset: float
    """How far along that direction the crease is from the middle of the sheet, in its longer sides."""
    slope: float
    """How much the sheet rises on each side, as a share of the way."""


@dataclass(frozen=True, slots=True)
class Bend:
    """How a sheet lies: lengths in its own longer sides, from its middle."""

    folds: tuple[Fold, ...] = ()
    curl: tuple[float, float] = (0.0, 0.0)
    """How much the sheet is bent up across and along, as by a roll: height at a distance of 1."""
    view: tuple[float, float] = (0.0, 0.0)
    """How far a point at height 1 appears shifted."""

    def height(self, x: Floats, y: Floats) -> Floats:
        """Return how high the sheet is there."""
        height = x * x * self.curl[0] + y * y * self.curl[1]
        for fold in self.folds:
            height = height + np.abs(x * fold.across[0] + y * fold.across[1] - fold.offset) * fold.slope
        return height

    def rise(self, x: Floats, y: Floats, towards: tuple[float, float], soft: float) -> Floats:
        """Return how steeply it rises in a direction; creases are as wide as `soft`."""
        rise = 2 * (x * (self.curl[0] * towards[0]) + y * (self.curl[1] * towards[1]))
        for fold in self.folds:
            way = x * fold.across[0] + y * fold.across[1] - fold.offset
            along = fold.across[0] * towards[0] + fold.across[1] * towards[1]
            rise = rise + np.clip(way / soft, -1, 1) * (fold.slope * along)
        return rise

    def seen(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return the points of the sheet that are seen where those of a flat one would be."""
        height = self.height(x, y)
        return x + height * self.view[0], y + height * self.view[1]


@dataclass(frozen=True)
class Mesh:
    """`x` and `y`, shape `(rows, columns)`: the points of the sheet, in its pixels, at the image's points
    `(step * column, step * row)`."""

    x: Floats
    y: Floats
    width: int
    height: int
    view: View
    """About the same without bend and lens: where the way back begins."""
    step: int = STEP

    @cached_property
    def maps(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """What `cv2.remap` takes to look the pixels up, with whole numbers."""
        x, y = (
            _spread(part, self.width, self.height, self.step) - np.float32(0.5) for part in (self.x, self.y)
        )
        return cv2.convertMaps(x, y, cv2.CV_16SC2)

    def sheet_at(self, points: Floats) -> tuple[Floats, Floats]:
        """Return the points of the sheet that are seen at points of the image, and how they change there.

        Shapes `(n, 2)`, and `(n, 2, 2)`: the rows are x and y of the sheet, the columns those of the image.
        """
        rows, columns = self.x.shape
        across, down = points[:, 0] / self.step, points[:, 1] / self.step
        i = np.clip(np.floor(across).astype(np.int64), 0, columns - 2)
        j = np.clip(np.floor(down).astype(np.int64), 0, rows - 2)
        u, v = across - i, down - j
        places, slopes = [], []
        for part in (self.x, self.y):
            a, b, c, d = (part[j, i], part[j, i + 1], part[j + 1, i], part[j + 1, i + 1])
            a, b, c, d = (corner.astype(np.float64) for corner in (a, b, c, d))
            top, bottom = a + (b - a) * u, c + (d - c) * u
            places.append(top + (bottom - top) * v)
            slopes.append(np.stack([(b - a) * (1 - v) + (d - c) * v, bottom - top], axis=-1) / self.step)
        return np.stack(places, axis=-1), np.stack(slopes, axis=-2)

    def image_at(self, points: Floats) -> Floats:
        """Return where points of the sheet are in the image, shape `(n, 2)`: Newton's method."""
        a, b, c, d, e, f, g, h, i = self.view.matrix
        x, y = points[:, 0], points[:, 1]
        found: Floats = (
            np.stack([x * a + y * b + c, x * d + y * e + f], axis=-1) / (x * g + y * h + i)[:, None]
        )
        for _ in range(_ROUNDS):
            there, slope = self.sheet_at(found)
            away = points - there
            determinant = slope[:, 0, 0] * slope[:, 1, 1] - slope[:, 0, 1] * slope[:, 1, 0]
            move_x = (away[:, 0] * slope[:, 1, 1] - away[:, 1] * slope[:, 0, 1]) / determinant
            move_y = (away[:, 1] * slope[:, 0, 0] - away[:, 0] * slope[:, 1, 0]) / determinant
            found += np.stack([move_x, move_y], axis=-1)
            if max(np.abs(move_x).max(initial=0), np.abs(move_y).max(initial=0)) < 1e-6:
                break
        return found


def mesh(width: int, height: int, view: View, bend: Bend, lens: Lens | None = None, step: int = STEP) -> Mesh:
    """Return the mesh of an image of that size, which shows a sheet in that pose."""
    columns, rows = -(-width // step) + 1, -(-height // step) + 1
    across, down = (np.arange(count, dtype=np.float32) * step for count in (columns, rows))
    near, far = np.meshgrid(across, down)
    if lens is not None:
        near, far = lens.ideal(near, far)
    a, b, c, d, e, f, g, h, i = (np.float64(value) for value in view.inverse())
    x, y = near.astype(np.float64), far.astype(np.float64)
    w = x * g + y * h + i
    u, v = (x * a + y * b + c) / w, (x * d + y * e + f) / w
    longer, half_x, half_y = max(view.width, view.height), view.width / 2, view.height / 2
    seen_x, seen_y = bend.seen((u - half_x) / longer, (v - half_y) / longer)
    there_x, there_y = (seen_x * longer + half_x), (seen_y * longer + half_y)
    return Mesh(there_x.astype(np.float32), there_y.astype(np.float32), width, height, view, step)


def _spread(part: Floats, width: int, height: int, step: int) -> Floats:
    """Return the values of a mesh at the centres of the image's pixels, shape `(height, width)`.

    Single products and sums, which IEEE 754 defines exactly: OpenCV's own enlarging rounds otherwise on other
    processors.
    """
    share = (np.arange(step, dtype=np.float32) + np.float32(0.5)) / np.float32(step)
    rows, columns = part.shape
    tall = part[:-1, None, :] + (part[1:] - part[:-1])[:, None, :] * share[None, :, None]
    tall = tall.reshape((rows - 1) * step, columns)[:height]
    wide = tall[:, :-1, None] + (tall[:, 1:] - tall[:, :-1])[:, :, None] * share[None, None, :]
    return wide.reshape(height, (columns - 1) * step)[:, :width]
