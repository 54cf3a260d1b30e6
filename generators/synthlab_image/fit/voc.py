"""Labeled photographs from a folder in the form of Pascal VOC."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from pathlib import Path

from synthlab.errors import InputError

from ..files import size_of
from .labeled import OUTSIDE, Box, Labeled, Marked, Reading, counted, inside, picture_named, pictures_below

__all__ = ["is_voc", "read_voc"]

_ENDS = ("xmin", "ymin", "xmax", "ymax")
LARGEST = 10_000_000
"""Bytes of the largest XML file that is read."""


def is_voc(source: Path) -> bool:
    """Return whether there are XML files in the folder, in its folder `Annotations`, or in a `VOCdevkit`."""
    return source.is_dir() and any(_files(home) for home in _homes(source))


def read_voc(folder: Path, images: Path | None) -> Reading:
    """Return the images that the XML files of a folder describe: of those in `ImageSets/Main/train.txt`,
    where there is such a file.

    Pixels are counted from 1 in the original devkit, with the last one inside the box, and from 0 by most
    programs: from 1 where no box begins at 0 and one begins at 1.
    """
    folder = _home(folder)
    paths, notes = _training(folder, _files(folder))
    if not paths:
        raise InputError(f"{folder.name}: there are no .xml files in it, nor in {folder.name}/Annotations")
    places = (folder / "JPEGImages", folder / "images", folder, folder.parent / "JPEGImages")
    pictures = pictures_below(images or next((place for place in places if place.is_dir()), folder))
    raw = [(path, *_parsed(path)) for path in paths]
    firsts = {end for _, _, _, things in raw for _, box, _ in things for end in box[:2]}
    first = 1 if 1.0 in firsts and min(firsts) == 1.0 else 0
    photos, outside, hard = [], 0, 0
    for path, name, size, things in raw:
        file = picture_named(pictures, [name, path.stem] if name else [path.stem], path.name)
        width, height = size or size_of(file)
        marked: list[Marked] = []
        ignored: list[Marked] = []
        for label, (x_min, y_min, x_max, y_max), difficult in things:
            box = inside((x_min - first, y_min - first, x_max, y_max), width, height)
            if box is None:
                outside += 1
                continue
            (ignored if difficult else marked).append(Marked(label, box))
        hard += len(ignored)
        photos.append(Labeled(file, width, height, tuple(marked), tuple(ignored)))
    shown = sorted({thing.label for photo in photos for thing in photo.objects})
    if hard:
        notes = (*notes, f"{counted(hard, 'difficult object', 'difficult objects')} cleared")
    if outside:
        notes = (*notes, f"{counted(outside, *OUTSIDE)} left out")
    return Reading(tuple(photos), tuple(shown), notes)


def _homes(folder: Path) -> list[Path]:
    """Return the folder, or those in it that have a folder `Annotations`, as a devkit does."""
    if _files(folder):
        return [folder]
    inner = [*folder.glob("VOC*/Annotations"), *folder.glob("VOCdevkit/VOC*/Annotations")]
    return sorted(path.parent for path in inner if path.is_dir())


def _home(folder: Path) -> Path:
    homes = _homes(folder)
    if len(homes) > 1:
        some = ", ".join(home.relative_to(folder).as_posix() for home in homes)
        raise InputError(f"{folder.name}: there are {len(homes)} datasets in it, {some}; name one of them")
    return homes[0] if homes else folder


def _files(folder: Path) -> list[Path]:
    annotations = folder / "Annotations"
    return sorted((annotations if annotations.is_dir() else folder).glob("*.xml"))


def _training(folder: Path, paths: list[Path]) -> tuple[list[Path], tuple[str, ...]]:
    """Return the XML files of the images to train on, and a note of how many are left out."""
    listed = folder / "ImageSets" / "Main" / "train.txt"
    if not listed.is_file():
        return paths, ()
    words = (line.split() for line in listed.read_text("utf-8", errors="replace").splitlines())
    stems = {line[0] for line in words if line}
    chosen = [path for path in paths if path.stem in stems]
    if paths and not chosen:
        raise InputError(f"{listed.name} of {listed.parent} names none of the {len(paths):,} XML files")
    left_out = len(paths) - len(chosen)
    note = f"{counted(left_out, 'image that is', 'images that are')} not in {listed.name} left out"
    return chosen, (note,) if left_out else ()


def _parsed(path: Path) -> tuple[str, tuple[int, int] | None, list[tuple[str, Box, bool]]]:
    """Return the name of the image, its width and height if they are there, and classes with boxes and
    whether they are difficult to tell: the devkit counts such objects neither as found nor as missed."""
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
        difficult = (thing.findtext("difficult") or "").strip() == "1"
        things.append((label, (x_min, y_min, x_max, y_max), difficult))
    width, height = (_number(root.findtext(f"size/{side}")) for side in ("width", "height"))
    size = (int(width), int(height)) if width and height else None
    return (root.findtext("filename") or "").strip(), size, things


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
