"""Labeled photographs from a folder in the form of Pascal VOC."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from pathlib import Path

from synthlab.errors import InputError

from .labeled import Box, Labeled, Marked, Reading, image_in, images_below, inside

__all__ = ["is_voc", "read_voc"]

_ENDS = ("xmin", "ymin", "xmax", "ymax")
LARGEST = 10_000_000
"""Bytes of the largest XML file that is read."""


def is_voc(source: Path) -> bool:
    """Return whether there are XML files in the folder, or in its folder `Annotations`."""
    return source.is_dir() and bool(_files(source))


def read_voc(folder: Path, images: Path | None) -> Reading:
    """Return the images that the XML files of a folder describe.

    Pixels are counted from 1 in the original devkit, with the last one inside the box, and from 0 by most
    programs: from 1 where no box begins at 0 and one begins at 1.
    """
    paths = _files(folder)
    if not paths:
        raise InputError(f"{folder.name}: there are no .xml files in it, nor in {folder.name}/Annotations")
    root = images or next(
        (
            f
            for f in (folder / "JPEGImages", folder / "images", folder, folder.parent / "JPEGImages")
            if f.is_dir()
        ),
        folder,
    )
    files = images_below(root)
    raw = [(path, *_parsed(path)) for path in paths]
    firsts = {end for _, _, _, things in raw for _, box in things for end in box[:2]}
    first = 1 if 1.0 in firsts and min(firsts) == 1.0 else 0
    photos, outside = [], 0
    for path, name, size, things in raw:
        file = image_in(files, path.stem if f"{path.stem}" in _stems(files) else name, path.name, str(root))
        width, height = size or _size_of(file)
        marked = []
        for label, (x_min, y_min, x_max, y_max) in things:
            box = inside((x_min - first, y_min - first, x_max, y_max), width, height)
            if box is None:
                outside += 1
                continue
            marked.append(Marked(label, box))
        photos.append(Labeled(file, width, height, tuple(marked)))
    shown = sorted({thing.label for photo in photos for thing in photo.objects})
    notes = (f"{outside:,} boxes that are empty or outside the image left out",) if outside else ()
    return Reading(tuple(photos), tuple(shown), notes)


def _files(folder: Path) -> list[Path]:
    annotations = folder / "Annotations"
    return sorted((annotations if annotations.is_dir() else folder).glob("*.xml"))


def _stems(files: dict[str, Path]) -> set[str]:
    return {path.stem for path in files.values()}


def _parsed(path: Path) -> tuple[str, tuple[int, int] | None, list[tuple[str, Box]]]:
    """Return the name of the image, its width and height if they are there, and classes with boxes."""
    if path.stat().st_size > LARGEST:
        raise InputError(f"{path.name}: larger than any file of annotations, {path.stat().st_size:,} bytes")
    try:
        root = ET.parse(path).getroot()
    except ET.ParseError as error:
        line, column = error.position
        raise InputError(f"{path.name}, line {line}, column {column + 1}: this is no XML: {error}") from error
    things = []
    for number, thing in enumerate(root.findall("object"), 1):
        label = (thing.findtext("name") or "").strip()
        if not label:
            raise InputError(f"{path.name}: object {number} has no name")
        ends = [_number(thing.findtext(f"bndbox/{end}")) for end in _ENDS]
        if any(end is None for end in ends):
            raise InputError(f"{path.name}: object {number} ({label}) has no bndbox with {', '.join(_ENDS)}")
        x_min, y_min, x_max, y_max = (float(end or 0) for end in ends)
        things.append((label, (x_min, y_min, x_max, y_max)))
    width, height = (_number(root.findtext(f"size/{side}")) for side in ("width", "height"))
    size = (int(width), int(height)) if width and height else None
    return (root.findtext("filename") or path.stem).strip(), size, things


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _size_of(file: Path) -> tuple[int, int]:
    from ..files import read

    height, width = read(file).shape[:2]
    return width, height
