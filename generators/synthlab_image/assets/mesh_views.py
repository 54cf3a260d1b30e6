"""Pictures of meshes: which triangle is seen at each pixel, and the light that it reflects.

All arithmetic is of single sums, products and square roots, which are the same on every machine, and so the
pixels are, and the labels. Light is added up as squares of what a screen is given.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from synthlab.errors import InputError

from ..files import photograph_as_is
from ..geometry import direction
from ..scene import Look
from .mesh_files import Mesh
from .mesh_solid import GREY, Array, Solid
from .raster import MARGIN, Raster

__all__ = ["draw_mesh"]

FINE = 2
"""A picture is drawn so many times as large, and reduced, for smooth edges."""
DISTANCE = 4.0
"""From where it is seen, in radii of the sphere around it."""
AMBIENT = 0.3
"""The share of the light that comes from everywhere, more of it from above."""
MOST_CANDIDATES = 150_000_000
"""So many pairs of a pixel and a triangle near it are tried at most: a time limit."""
DETAIL = 3
"""How many times as long as a picture its textures are at most: they go around things, and are folded."""
PORTION = 1 << 15
"""Pixels that are worked on at a time, to stay in the processor's caches."""
SLACK = 1e-9
"""A share that is nothing but rounding: pixels on the edge between two triangles belong to both."""
_DEPTH_BITS, _NUMBER_BITS = 40, 20
_NOTHING = np.iinfo(np.int64).max


def draw_mesh(mesh: Mesh, look: Look, size: int) -> Raster:
    """Return the picture of a mesh from a side, in a light, its longer side `size` pixels."""
    corners = mesh.solid.corners
    right, up, near = _axes(look["azimuth"], look["elevation"])
    closeness = 1 / (DISTANCE - _along(corners, near))
    x, y = _along(corners, right) * closeness, -_along(corners, up) * closeness
    wide, high = float(x.max() - x.min()), float(y.max() - y.min())
    scale = size * FINE / max(wide, high)
    width, height = (max(1, math.ceil(side * scale / FINE - SLACK)) + 2 * MARGIN for side in (wide, high))
    x = (x - (x.min() + wide / 2)) * scale + width * FINE / 2
    y = (y - (y.min() + high / 2)) * scale + height * FINE / 2
    planes = _planes(x, y)
    seen = _seen(x, y, planes, closeness, width * FINE, height * FINE, look["file"])
    normals = np.stack([_along(mesh.normals, axis) for axis in (right, up, near)], axis=-1)
    # A triangle that is seen from behind reflects light like one seen from the front.
    normals[_turned(x, y) > 0] *= -1
    pixels = np.zeros((height * FINE * width * FINE, 4), dtype=np.uint8)
    covered = np.flatnonzero(seen >= 0)
    for start in range(0, len(covered), PORTION):
        here = covered[start : start + PORTION]
        which = seen[here]
        shares = _shares(planes, which, here % (width * FINE), here // (width * FINE))
        weights = [share * closeness[which, i] for i, share in enumerate(shares)]
        pixels[here] = _reflected(mesh.solid, normals, which, weights, look, size)
    fine = pixels.reshape(height * FINE, width * FINE, 4)
    return Raster(cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA))


def _axes(azimuth: float, elevation: float) -> tuple[tuple[float, float, float], ...]:
    """Return the viewer's directions: to the right, up, and from the thing towards the viewer."""
    (ahead, aside), (level, upward) = direction(azimuth), direction(elevation)
    return (
        (ahead, 0.0, -aside),
        (-aside * upward, level, -ahead * upward),
        (aside * level, upward, ahead * level),
    )


def _along(vectors: Array, axis: tuple[float, float, float]) -> Array:
    """Return the lengths of vectors along an axis."""
    x, y, z = (vectors[..., i].astype(np.float64) for i in range(3))
    return (x * axis[0] + y * axis[1]) + z * axis[2]


def _turned(x: Array, y: Array) -> Array:
    """Return twice the area of each triangle; above 0 where its corners go clockwise as they are seen."""
    (bx, by), (cx, cy) = ((x[:, i] - x[:, 0], y[:, i] - y[:, 0]) for i in (1, 2))
    areas: Array = bx * cy - by * cx
    return areas


def _planes(x: Array, y: Array) -> Array:
    """Return the first corners of triangles, and how the shares of the others grow with x and y: six rows."""
    area = _turned(x, y)
    area = np.where(area == 0, np.inf, area)
    (bx, by), (cx, cy) = ((x[:, i] - x[:, 0], y[:, i] - y[:, 0]) for i in (1, 2))
    return np.stack([x[:, 0], y[:, 0], cy / area, -cx / area, -by / area, bx / area])


def _shares(planes: Array, which: Array, column: Array, row: Array) -> tuple[Array, Array, Array]:
    """Return how near the middle of a pixel is to each corner of a triangle: three shares, of the sum 1."""
    first_x, first_y, second_by_x, second_by_y, third_by_x, third_by_y = planes[:, which]
    x, y = column + 0.5 - first_x, row + 0.5 - first_y
    second, third = x * second_by_x + y * second_by_y, x * third_by_x + y * third_by_y
    return 1 - second - third, second, third


def _seen(x: Array, y: Array, planes: Array, closeness: Array, width: int, height: int, name: str) -> Array:
    """Return the number of the nearest triangle at each pixel, row by row; -1 where there is none.

    Triangles that are seen from their edge are left out: rounding would say what they cover.
    """
    left, top = (np.ceil(v.min(axis=1) - 0.5 - SLACK).astype(np.int64) for v in (x, y))
    wide = np.floor(x.max(axis=1) - 0.5 + SLACK).astype(np.int64) + 1 - left
    high = np.floor(y.max(axis=1) - 0.5 + SLACK).astype(np.int64) + 1 - top
    wider, higher = np.ptp(x, axis=1), np.ptp(y, axis=1)
    slim = np.abs(_turned(x, y)) <= SLACK * (wider * wider + higher * higher)
    drawn = np.flatnonzero(~slim & (wide > 0) & (high > 0))
    ends = np.cumsum((wide * high)[drawn])
    if len(ends) and ends[-1] > MOST_CANDIDATES:
        raise InputError(f"{name} has too many triangles behind each other; simplify it")
    farthest, closest = float(closeness.min()), float(closeness.max())
    steps = (1 << _DEPTH_BITS) / max(closest - farthest, 1e-12)
    # One number says how far away a triangle is and, in its last bits, which one it is.
    nearest = np.full(width * height, _NOTHING, dtype=np.int64)
    for some in np.split(drawn, np.flatnonzero(np.diff(ends // PORTION)) + 1):
        index, row = _counted(top[some], high[some])
        which = some[index]
        start, stop = _spans(planes, which, row)
        start, stop = np.maximum(start, left[which]), np.minimum(stop, left[which] + wide[which])
        index, column = _counted(start, np.maximum(stop - start, 0))
        which, row = which[index], row[index]
        shares = _shares(planes, which, column, row)
        inside = (shares[0] >= -SLACK) & (shares[1] >= -SLACK) & (shares[2] >= -SLACK)
        which, column, row = which[inside], column[inside], row[inside]
        one, two, three = (shares[i][inside] * closeness[which, i] for i in range(3))
        away = np.maximum((closest - ((one + two) + three)) * steps, 0).astype(np.int64)
        np.minimum.at(nearest, row * width + column, away << _NUMBER_BITS | which)
    return np.where(nearest == _NOTHING, -1, nearest & ((1 << _NUMBER_BITS) - 1))


def _counted(starts: Array, counts: Array) -> tuple[Array, Array]:
    """Return the numbers `start, start + 1, ...`, so many from each start, and which start each is from."""
    index = np.repeat(np.arange(len(starts)), counts)
    return index, np.arange(len(index)) + np.repeat(starts - (np.cumsum(counts) - counts), counts)


def _spans(planes: Array, which: Array, row: Array) -> tuple[Array, Array]:
    """Return the first column of a triangle in a row of pixels, and the one after the last, or a few more."""
    first_x, first_y, second_by_x, second_by_y, third_by_x, third_by_y = planes[:, which]
    y = row + 0.5 - first_y
    start, stop = np.full(len(row), -1e9), np.full(len(row), 1e9)
    second, third = (second_by_x, y * second_by_y), (third_by_x, y * third_by_y)
    first = -second[0] - third[0], 1 - second[1] - third[1]
    for slope, share in (first, second, third):
        edge = -share / np.where(slope == 0, 1, slope) + first_x
        start = np.where(slope > 0, np.maximum(start, edge - 1), start)
        stop = np.where(slope < 0, np.minimum(stop, edge + 1), stop)
    start, stop = np.maximum(np.minimum(start, 1e9), -1e9), np.minimum(np.maximum(stop, -1e9), 1e9)
    return np.floor(start).astype(np.int64), np.ceil(stop).astype(np.int64)


def _reflected(
    solid: Solid, normals: Array, which: Array, weights: list[Array], look: Look, size: int
) -> Array:
    """Return blue, green, red and coverage, as bytes, of what is seen of the triangles."""
    total = (weights[0] + weights[1]) + weights[2]
    weights = [w / total for w in weights]
    nx, ny, nz = _between(normals, which, weights)
    length = np.maximum(np.sqrt((nx * nx + ny * ny) + nz * nz), 1e-12)
    light, half = look["light"], _half(look["light"])
    facing = np.maximum(((nx * light[0] + ny * light[1]) + nz * light[2]) / length, 0)
    ambient = AMBIENT * (0.75 + 0.25 * ny / length)
    mirrored = np.maximum(((nx * half[0] + ny * half[1]) + nz * half[2]) / length, 0)
    for _ in range(5):  # to the 32nd power
        mirrored = mirrored * mirrored
    surface = _painted(solid, which, weights, size)
    if "colour" in look:
        surface = [np.array(level / 255) for level in look["colour"]]
    result = np.full((len(which), 4), 255, dtype=np.uint8)
    for channel, own in zip((2, 1, 0), surface, strict=True):
        bright = own * own * (ambient + (1 - AMBIENT) * facing) + look["shine"] * mirrored
        result[:, channel] = np.sqrt(np.minimum(bright, 1)) * 255 + 0.5
    return result


def _painted(solid: Solid, which: Array, weights: list[Array], size: int) -> list[Array]:
    """Return red, green and blue from 0 to 1 of what is seen of the triangles, before light falls on them."""
    if solid.colours is None:
        return [np.array(GREY)] * 3
    own = _between(solid.colours, which, weights)
    if solid.texture is None or solid.places is None:
        return own
    across, upward = _between(solid.places, which, weights)
    for number, path in enumerate(solid.textures):
        here = np.flatnonzero(solid.texture[which] == number)
        picture = _texture(path, DETAIL * size)
        height, width = picture.shape[:2]
        # Outside of 0 to 1 a texture repeats.
        column, row = np.floor(across[here] * width), np.floor(-upward[here] * height)
        found = picture[row.astype(np.int64) % height, column.astype(np.int64) % width]
        for channel, values in zip((2, 1, 0), own, strict=True):
            values[here] = found[:, channel] / 255
    return own


@lru_cache(maxsize=64)
def _texture(path: Path, most: int) -> Array:
    """Return the bytes of a texture, blue, green and red, its longer side at most `most` pixels."""
    picture = photograph_as_is(path)
    height, width = picture.shape[:2]
    if max(height, width) <= most:
        return picture
    scale = most / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _between(corners: Array, which: Array, weights: list[Array]) -> list[Array]:
    """Return values between those at the corners of triangles."""
    return [
        (weights[0] * corners[which, 0, i] + weights[1] * corners[which, 1, i])
        + weights[2] * corners[which, 2, i]
        for i in range(corners.shape[2])
    ]


def _half(light: tuple[float, float, float]) -> tuple[float, float, float]:
    """Return the direction halfway between the light and the viewer, who is taken to be far away."""
    x, y, z = light[0], light[1], light[2] + 1
    length = math.sqrt(x * x + y * y + z * z) or 1.0
    return x / length, y / length, z / length
