"""Mesh files: the triangles of OBJ, PLY and STL files, their colours, and smooth normals.

Colours of corners (OBJ, PLY) and diffuse colours of materials (MTL files beside an OBJ file) are read;
textures are not, nor are normals, which follow from the triangles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from synthlab.errors import InputError

from .mesh_ply import read_ply

__all__ = ["Mesh", "Solid", "read_mesh"]

Floats = npt.NDArray[Any]

MOST_BYTES = 64_000_000
MOST_TRIANGLES = 200_000
"""A schema from a stranger must not fill the memory."""
CREASE = 0.76604444
"""The cosine of 40 degrees: where triangles meet at less than that they are parts of a curved surface."""
MOST_NEIGHBOURS = 64
"""So many triangles around a corner are considered at most."""
GREY = 0.78

Solid = tuple[Floats, Floats | None]
"""The corners of triangles, shape `(n, 3, 3)`, and their colours of the same shape, red, green and blue from
0 to 1, if they have any."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles in a unit sphere around the origin, the y axis up; each array of shape `(n, 3, 3)`."""

    corners: Floats
    normals: Floats
    """Unit vectors, one a corner; on a curved surface the triangles around a corner have the same."""
    colours: Floats | None
    """Red, green and blue of each corner, from 0 to 1, as a screen shows them."""


@lru_cache(maxsize=32)
def read_mesh(path: Path, up: str) -> Mesh:
    """Return the mesh of a file whose axis `up`, y or z, points up; InputError if it cannot be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"it has {path.stat().st_size:,} bytes, more than {MOST_BYTES:,}")
        corners, colours = _READERS[path.suffix.lower()](path)
        if len(corners) > MOST_TRIANGLES:
            raise ValueError(f"it has {len(corners):,} triangles, more than {MOST_TRIANGLES:,}")
        if not np.isfinite(corners).all() or (colours is not None and not np.isfinite(colours).all()):
            raise ValueError("it has numbers that are not finite")
    except (OSError, ValueError, IndexError, KeyError, OverflowError) as error:
        raise InputError(f"{path.name} is not a mesh that can be read: {error}") from error
    if up == "z":
        corners = np.stack([corners[..., 0], corners[..., 2], -corners[..., 1]], axis=-1)
    extended = _lengths(_across(corners)) > 0
    if not extended.any():
        raise InputError(f"{path.name} has no triangle with an area")
    if colours is not None:
        colours = np.clip(colours[extended], 0, 1).astype(np.float32)
    flat = corners[extended].reshape(-1, 3)
    flat = flat - (flat.min(axis=0) + flat.max(axis=0)) / 2
    within = (flat / _lengths(flat).max()).reshape(-1, 3, 3)
    return Mesh(within.astype(np.float32), _smooth(within).astype(np.float32), colours)


def _across(corners: Floats) -> Floats:
    """Return a vector across each triangle, as long as twice its area."""
    (a, b, c), (u, v, w) = (corners[:, i].T - corners[:, 0].T for i in (1, 2))
    return np.stack([b * w - c * v, c * u - a * w, a * v - b * u], axis=-1)


def _lengths(vectors: Floats) -> Floats:
    x, y, z = (vectors[..., i] for i in range(3))
    lengths: Floats = np.sqrt((x * x + y * y) + z * z)
    return lengths


def _smooth(corners: Floats) -> Floats:
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


def _of_faces(points: Floats, faces: Sequence[Sequence[int]]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return the three points of each triangle that the faces are cut into, and which face it is of."""
    cut = [
        (face[0], face[i], face[i + 1], which)
        for which, face in enumerate(faces)
        for i in range(1, len(face) - 1)
    ]
    if not cut:
        raise ValueError("it has no face")
    table = np.array(cut, dtype=np.int64)
    worst = table[:, :3].max() if table[:, :3].min() >= 0 else table[:, :3].min()
    if not 0 <= worst < len(points):
        raise ValueError(f"a face names the corner {worst}, counted from 0, of {len(points)}")
    return table[:, :3], table[:, 3]


def _obj(path: Path) -> Solid:
    points: list[list[float]] = []
    faces: list[list[int]] = []
    painted: list[tuple[float, ...] | None] = []
    materials: dict[str, tuple[float, ...]] = {}
    paint: tuple[float, ...] | None = None
    for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
        word, *rest = line.partition("#")[0].split() or [""]
        try:
            match word:
                case "v":
                    points.append([float(v) for v in (rest if len(rest) >= 6 else rest[:3])[:6]])
                    if len(points[-1]) < 3:
                        raise ValueError("a corner needs three numbers")
                case "f":
                    names = [int(v.partition("/")[0]) for v in rest]
                    faces.append([n - 1 if n > 0 else len(points) + n for n in names])
                    painted.append(paint)
                case "mtllib":
                    materials.update(_materials(path, " ".join(rest)))
                case "usemtl":
                    paint = materials.get(" ".join(rest))
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error
    if not points:
        raise ValueError("it has no corner")
    places = np.array([p[:3] for p in points])
    triangles, face = _of_faces(places, faces)
    if all(len(p) == 6 for p in points):
        return places[triangles], np.array([p[3:] for p in points])[triangles]
    if not any(painted):
        return places[triangles], None
    of_face = np.array([(GREY,) * 3 if p is None else p for p in painted])
    return places[triangles], np.repeat(of_face[face][:, None], 3, axis=1)


def _materials(path: Path, name: str) -> dict[str, tuple[float, ...]]:
    """Return the diffuse colours of an MTL file in the same folder; none where there is no such file."""
    beside = path.with_name(re.split(r"[/\\]", name)[-1] or path.name)
    # What is hidden is no part of the folder, and what is elsewhere must not be read.
    if beside.name.startswith(".") or beside.suffix.lower() != ".mtl" or not beside.is_file():
        return {}
    if beside.stat().st_size > MOST_BYTES:
        raise ValueError(f"{beside.name} has more than {MOST_BYTES:,} bytes")
    found: dict[str, tuple[float, ...]] = {}
    current = ""
    for line in beside.read_text("utf-8", errors="replace").splitlines():
        word, *rest = line.partition("#")[0].split() or [""]
        if word == "newmtl":
            current = " ".join(rest)
        elif word == "Kd":
            if len(rest) < 3:
                raise ValueError(f"a colour of {beside.name} needs three numbers")
            found[current] = tuple(float(v) for v in rest[:3])
    return found


def _ply(path: Path) -> Solid:
    points, colours, faces = read_ply(path.read_bytes())
    triangles, _ = _of_faces(points, faces)
    return points[triangles], None if colours is None else colours[triangles]


def _stl(path: Path) -> Solid:
    data = path.read_bytes()
    count = int.from_bytes(data[80:84], "little")
    if len(data) == 84 + 50 * count and count:
        record = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("more", "<u2")])
        return np.frombuffer(data, record, offset=84)["corners"].astype(float), None
    found = re.findall(rb"vertex\s+(\S+)\s+(\S+)\s+(\S+)", data)
    if not found or len(found) % 3:
        raise ValueError(f"it has {len(found)} corners, which do not make triangles")
    return np.array([[float(v) for v in corner] for corner in found]).reshape(-1, 3, 3), None


_READERS: dict[str, Callable[[Path], Solid]] = {".obj": _obj, ".ply": _ply, ".stl": _stl}
