"""OBJ files with their materials: corners, faces, colours and textures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .mesh_solid import GREY, Solid, chosen, cut

__all__ = ["read_obj"]

MOST_BYTES = 10_000_000
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")


@dataclass
class _Material:
    colour: tuple[float, ...] = (GREY,) * 3
    texture: Path | None = None


@dataclass
class _Parts:
    """What the lines of a file have told so far; the corners of all faces are in one row."""

    points: list[list[float]] = field(default_factory=list)
    places: list[list[float]] = field(default_factory=list)
    faces: list[list[int]] = field(default_factory=list)
    faces_places: list[int] = field(default_factory=list)
    painted: list[_Material | None] = field(default_factory=list)
    materials: dict[str, _Material] = field(default_factory=dict)
    paint: _Material | None = None


def read_obj(path: Path) -> Solid:
    """Return the triangles of an OBJ file, painted as its corners or its materials say."""
    parts = _Parts()
    for number, (word, rest) in _lines(path):
        try:
            _take(parts, word, rest, path)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error
    if not parts.points:
        raise ValueError("it has no corner")
    places, face = cut(parts.faces)
    corner = np.array([n for f in parts.faces for n in f])[places]
    corners = chosen(np.array([p[:3] for p in parts.points]), corner, "corner")
    if all(len(p) == 6 for p in parts.points):
        return Solid(corners, np.array([p[3:] for p in parts.points])[corner])
    if not any(parts.painted):
        return Solid(corners)
    plain = _Material()
    painted = [material or plain for material in parts.painted]
    colours = np.repeat(np.array([m.colour for m in painted])[face][:, None], 3, axis=1)
    textures = tuple(sorted({m.texture for m in painted if m.texture is not None}))
    if not textures or not parts.places:
        return Solid(corners, colours)
    where = np.array(parts.faces_places)[places]
    texture = np.array([-1 if m.texture is None else textures.index(m.texture) for m in painted])[face]
    # Faces whose corners have no place in a texture have the colour of their material.
    texture = np.where((where >= 0).all(axis=1), texture, -1)
    at = chosen(np.array(parts.places), np.maximum(where, 0), "place in a texture")
    return Solid(corners, colours, textures, texture, at)


def _lines(path: Path) -> Iterator[tuple[int, tuple[str, list[str]]]]:
    """Yield the number of each line, its first word and the others."""
    for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
        words = line.partition("#")[0].split()
        if words:
            yield number, (words[0], words[1:])


def _take(parts: _Parts, word: str, rest: list[str], path: Path) -> None:
    match word:
        case "v":
            parts.points.append([float(v) for v in (rest if len(rest) >= 6 else rest[:3])[:6]])
            if len(parts.points[-1]) < 3:
                raise ValueError("a corner needs three numbers")
        case "vt":
            parts.places.append([float(v) for v in (*rest, "0")[:2]])
            if len(rest) < 1 or not np.isfinite(parts.places[-1]).all():
                raise ValueError("a place in a texture needs two numbers")
        case "f":
            names = [v.split("/") for v in rest]
            parts.faces.append([_from_zero(n[0], len(parts.points)) for n in names])
            parts.faces_places.extend(
                _from_zero(n[1], len(parts.places)) if len(n) > 1 and n[1] else -1 for n in names
            )
            parts.painted.append(parts.paint)
        case "mtllib":
            parts.materials.update(_materials(path, " ".join(rest)))
        case "usemtl":
            parts.paint = parts.materials.get(" ".join(rest))


def _from_zero(name: str, known: int) -> int:
    """Return a number counted from 0; in the file it is from 1, or from the latest backwards from -1."""
    number = int(name)
    return number - 1 if number > 0 else known + number


def _materials(path: Path, name: str) -> dict[str, _Material]:
    """Return the materials of an MTL file below the folder of an OBJ file; none where there is no such."""
    library = _below(path.parent, name, (".mtl",))
    if library is None:
        return {}
    if library.stat().st_size > MOST_BYTES:
        raise ValueError(f"{library.name} has more than {MOST_BYTES:,} bytes")
    found: dict[str, _Material] = {}
    current = _Material()
    for number, (word, rest) in _lines(library):
        match word:
            case "newmtl":
                current = found[" ".join(rest)] = _Material()
            case "Kd":
                try:
                    current.colour = float(rest[0]), float(rest[1]), float(rest[2])
                except (IndexError, ValueError):
                    raise ValueError(f"{library.name}:{number}: a colour needs three numbers") from None
            case "map_Kd" if rest:
                # Options may stand before the name; a name with spaces is only found without them.
                names = " ".join(rest), rest[-1]
                current.texture = next(
                    filter(None, (_below(library.parent, n, PICTURES) for n in names)), None
                )
    return found


def _below(folder: Path, name: str, endings: tuple[str, ...]) -> Path | None:
    """Return the file of that name in a folder or below it, if it is there and has one of the endings.

    What is hidden is not part of the dataset's identity, and what is elsewhere must not be read.
    """
    steps = [step for step in re.split(r"[/\\]", name) if step not in ("", ".")]
    if not steps or any(step.startswith(".") for step in steps) or re.match(r"[/\\]", name):
        return None
    path = folder.joinpath(*steps)
    if path.suffix.lower() not in endings or not path.is_file():
        return None
    return path if path.resolve().is_relative_to(folder.resolve()) else None
