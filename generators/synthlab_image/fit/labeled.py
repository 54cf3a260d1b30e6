"""Labeled photographs as they were read: which files, and what somebody has marked in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthlab.errors import InputError

__all__ = [
    "ENDINGS",
    "OUTSIDE",
    "Box",
    "Labeled",
    "Marked",
    "Pictures",
    "Reading",
    "counted",
    "inside",
    "picture_named",
    "pictures_below",
    "split_of",
]

ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")

OUTSIDE = "box that is empty or outside the image", "boxes that are empty or outside the image"
"""What one box, or more, are called of which less than a pixel is in the image."""

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
    ignored: tuple[Marked, ...] = ()
    """Regions with objects that nobody has marked one by one, and objects that are too difficult to tell."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, with the classes in the order of the source, and what was left out."""

    photos: tuple[Labeled, ...]
    classes: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures in a folder and those below it."""

    folder: Path
    files: tuple[Path, ...]
    by_key: Mapping[str, Sequence[Path]]
    """By their paths inside the folder and by their names, each with and without the ending."""


def pictures_below(folder: Path) -> Pictures:
    """Return the pictures in a folder and those below it."""
    if not folder.is_dir():
        raise InputError(f"there is no folder of images {folder}")
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS and path.is_file()]
    by_key: dict[str, list[Path]] = {}
    for path in found:
        for key in dict.fromkeys(_keys(path.relative_to(folder).as_posix())):
            by_key.setdefault(key, []).append(path)
    return Pictures(folder, tuple(found), by_key)


def picture_named(pictures: Pictures, names: Sequence[str], where: str) -> Path:
    """Return the file of the first of an image's names that is there; its ending may be another one.

    Of several files of a name the one is meant whose folder is named, or whose folder has the split that
    `where` has: that is the file of annotations, for errors too.
    """
    for name in names:
        plain = name.replace("\\", "/").removeprefix("./")
        for key in _keys(plain):
            found = pictures.by_key.get(key)
            if found:
                return _the_one(pictures, found, plain, where)
    raise InputError(
        f"{where}: there is no image {names[0]!r} in {pictures.folder}; name its folder by --images DIR"
    )


def counted(count: int, one: str, more: str) -> str:
    """Return a number with the words for one or for more of them."""
    return f"{count:,} {one if count == 1 else more}"


def split_of(name: str) -> str | None:
    """Return `train`, `val` or `test` where a name says so."""
    found = re.findall(r"train|val|test", name.lower())
    return found[-1] if found else None


def _keys(name: str) -> Iterator[str]:
    """Yield what an image may be called: by its path and by its name, with and without its ending."""
    for part in (name, name.rpartition("/")[2]):
        stem, _, ending = part.rpartition(".")
        if f".{ending.lower()}" in ENDINGS:
            yield f"{stem}.{ending.lower()}"
            yield stem
        else:
            yield part


def _the_one(pictures: Pictures, found: Sequence[Path], plain: str, where: str) -> Path:
    split = split_of(where)
    places = {path.relative_to(pictures.folder).as_posix(): path for path in found}
    for told in (
        {place for place in places if place == plain},
        {place for place in places if place.endswith(f"/{plain}")},
        {place for place in places if split is not None and split_of(place.rpartition("/")[0]) == split},
    ):
        if len(told) == 1:
            return places[told.pop()]
    if len(places) == 1:
        return found[0]
    some = ", ".join(list(places)[:3])
    raise InputError(
        f"{where}: image {plain!r} is in {len(found)} places of {pictures.folder}, {some}; "
        "name the folder that is meant by --images DIR"
    )


def inside(box: Sequence[float], width: int, height: int) -> Box | None:
    """Return the part of a box inside the image; None where less than a pixel of it is."""
    x_min, y_min = max(0.0, box[0]), max(0.0, box[1])
    x_max, y_max = min(float(width), box[2]), min(float(height), box[3])
    return (x_min, y_min, x_max, y_max) if x_max - x_min >= 1 and y_max - y_min >= 1 else None
