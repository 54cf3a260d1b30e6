"""Meshes of OBJ, PLY and STL files, brought to one size, with normals that follow from the triangles."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from synthlab.errors import InputError

from ..files import named
from .mesh_obj import read_obj
from .mesh_ply import read_ply
from .mesh_solid import Array, Solid, chosen, cut

__all__ = ["Mesh", "read_mesh"]

MOST_BYTES = 64_000_000
MOST_TRIANGLES = 200_000
"""A schema from a stranger must not fill the memory."""
LARGEST = 1e100
CREASE = 0.76604444
"""The cosine of 40 degrees: where triangles meet at less than that they are parts of a curved surface."""
MOST_NEIGHBOURS = 64
"""So many triangles around a corner are considered at most."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles in a unit sphere around the origin, the y axis up."""

    solid: Solid
    normals: Array
    """Shape `(n, 3, 3)`: unit vectors, one a corner; around a corner of a curved surface all the same."""


@lru_cache(maxsize=32)
def read_mesh(path: Path, up: str) -> Mesh:
    """Return the mesh of a file whose axis `up`, y or z, points up; InputError if it cannot be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"it has {path.stat().st_size:,} bytes, more than {MOST_BYTES:,}")
        solid = _READERS[path.suffix.lower()](path)
        if len(solid.corners) > MOST_TRIANGLES:
            raise ValueError(f"it has {len(solid.corners):,} triangles, more than {MOST_TRIANGLES:,}")
        if not all((np.abs(v) < LARGEST).all() for v in (solid.corners, solid.colours) if v is not None):
            raise ValueError("it has numbers that are not finite, or beyond all measure")
    except (OSError, ValueError, IndexError, KeyError, OverflowError) as error:
        raise InputError(f"{named(path)} is not a mesh that can be read: {error}") from error
    extended = _lengths(_across(solid.corners)) > 0
    if not extended.any():
        raise InputError(f"{named(path)} has no triangle with an area")
    solid = _only(solid, extended)
    x, y, z = (solid.corners[..., i] for i in range(3))
    corners = np.stack([x, z, -y] if up == "z" else [x, y, z], axis=-1)
    corners = corners - (corners.min(axis=(0, 1)) + corners.max(axis=(0, 1))) / 2
    corners /= _lengths(corners).max()
    return Mesh(
        replace(solid, corners=corners.astype(np.float32)), normals=_smooth(corners).astype(np.float32)
    )


def _only(solid: Solid, some: Array) -> Solid:
    """Return some of the triangles, their colours from 0 to 1."""
    return Solid(
        solid.corners[some],
        None if solid.colours is None else np.clip(solid.colours[some], 0, 1).astype(np.float32),
        solid.textures,
        None if solid.texture is None else solid.texture[some],
        None if solid.places is None else solid.places[some],
    )


def _across(corners: Array) -> Array:
    """Return a vector across each triangle, as long as twice its area."""
    (a, b, c), (u, v, w) = (corners[:, i].T - corners[:, 0].T for i in (1, 2))
    return np.stack([b * w - c * v, c * u - a * w, a * v - b * u], axis=-1)


def _lengths(vectors: Array) -> Array:
    x, y, z = (vectors[..., i] for i in range(3))
    lengths: Array = np.sqrt((x * x + y * y) + z * z)
    return lengths


def _smooth(corners: Array) -> Array:
    """Return the normal at each corner: the mean over the triangles around it that are about as steep."""
    across = _across(corners)
    upright = across / np.maximum(_lengths(across), 1e-300)[:, None]
    _, vertex = np.unique(corners.reshape(-1, 3) + 0.0, axis=0, return_inverse=True)
    vertex = vertex.reshape(-1)
    order = np.argsort(vertex, kind="stable")
    triangle, counts = order // 3, np.bincount(vertex)
    around = counts[vertex[order]]
    first = np.repeat(np.cumsum(counts) - counts, counts)
    place = np.arange(len(order)) - first
    mean = np.zeros((len(order), 3))
    for step in range(min(int(counts.max()), MOST_NEIGHBOURS)):
        here = np.flatnonzero(around > step)
        other = triangle[first[here] + (place[here] + step) % around[here]]
        one, two = upright[triangle[here]], upright[other]
        alike = (one[:, 0] * two[:, 0] + one[:, 1] * two[:, 1]) + one[:, 2] * two[:, 2] >= CREASE
        mean[here[alike]] += across[other[alike]]
    normals = np.empty_like(mean)
    normals[order] = mean / np.maximum(_lengths(mean), 1e-300)[:, None]
    return normals.reshape(-1, 3, 3)


def _ply(path: Path) -> Solid:
    points, colours, faces = read_ply(path.read_bytes())
    places, _ = cut(faces)
    corner = np.array([n for face in faces for n in face])[places]
    return Solid(chosen(points, corner, "corner"), None if colours is None else colours[corner])


def _stl(path: Path) -> Solid:
    data = path.read_bytes()
    count = int.from_bytes(data[80:84], "little")
    if len(data) == 84 + 50 * count and count:
        record = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("more", "<u2")])
        return Solid(np.frombuffer(data, record, offset=84)["corners"].astype(float))
    found = re.findall(rb"vertex\s+(\S+)\s+(\S+)\s+(\S+)", data)
    if not found or len(found) % 3:
        raise ValueError(f"it has {len(found)} corners, which do not make triangles")
    return Solid(np.array([[float(v) for v in corner] for corner in found]).reshape(-1, 3, 3))


_READERS: dict[str, Callable[[Path], Solid]] = {".obj": read_obj, ".ply": _ply, ".stl": _stl}
