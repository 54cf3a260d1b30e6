"""Labeled photographs as they were read: which files, and what somebody has marked in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthlab.errors import InputError

__all__ = ["ENDINGS", "Box", "Labeled", "Marked", "Reading", "image_in", "images_below", "inside"]

ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")

Box = tuple[float, float, float, float]
"""`(x_min, y_min, x_max, y_max)` in pixels, max exclusive."""


@dataclass(frozen=True, slots=True)
class Marked:
    """An object that somebody has marked."""

    label: str
    box: Box
    mask: Any = None
    """COCO's polygons or runs, of the whole image; None where there is a box alone."""


@dataclass(frozen=True, slots=True)
class Labeled:
    """A photograph and what is marked in it."""

    path: Path
    width: int
    height: int
    objects: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, with the classes in the order of the source, and what was left out."""

    photos: tuple[Labeled, ...]
    classes: tuple[str, ...]
    notes: tuple[str, ...] = ()


def images_below(folder: Path) -> dict[str, Path]:
    """Return the pictures in a folder and those below it, by their paths inside it and by their names."""
    if not folder.is_dir():
        raise InputError(f"there is no folder of images {folder}")
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS and path.is_file()]
    by_name = {path.name: path for path in reversed(found)}
    return by_name | {path.relative_to(folder).as_posix(): path for path in found}


def image_in(images: Mapping[str, Path], name: str, where: str, searched: str) -> Path:
    """Return the file of an image that annotations name; its ending may be another one."""
    plain = name.replace("\\", "/")
    stem = plain.rpartition(".")[0] or plain
    candidates = (plain, plain.rpartition("/")[2], *(stem + ending for ending in ENDINGS))
    for candidate in (*candidates, *(c.rpartition("/")[2] for c in candidates)):
        if candidate in images:
            return images[candidate]
    raise InputError(f"{where}: there is no image {name!r} in {searched}; name its folder by --images DIR")


def inside(box: Sequence[float], width: int, height: int) -> Box | None:
    """Return the part of a box inside the image; None where less than a pixel of it is."""
    x_min, y_min = max(0.0, box[0]), max(0.0, box[1])
    x_max, y_max = min(float(width), box[2]), min(float(height), box[3])
    return (x_min, y_min, x_max, y_max) if x_max - x_min >= 1 and y_max - y_min >= 1 else None
