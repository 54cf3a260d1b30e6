"""Labeled photographs from a COCO file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from synthlab.errors import InputError

from ..assets.coco import box_ends
from .labeled import (
    OUTSIDE,
    Labeled,
    Marked,
    Pictures,
    Reading,
    counted,
    inside,
    picture_named,
    pictures_below,
)

__all__ = ["coco_files", "is_coco", "read_coco", "the_file"]

LONGEST = 100_000
"""Pixels that no side of an image has."""
MOST_FILES = 50
"""So many JSON files of a folder are looked into."""
_PARTS = ("images", "annotations", "categories")


def is_coco(source: Path) -> bool:
    """Return whether a file looks like COCO: JSON that names its parts."""
    if not source.is_file() or source.suffix.lower() != ".json":
        return False
    try:
        text = source.read_text("utf-8", errors="replace")
    except OSError:
        return False
    return all(f'"{part}"' in text for part in _PARTS)


def coco_files(folder: Path) -> list[Path]:
    """Return the COCO files in a folder, and in those in it: `annotations`, or one for each split."""
    if not folder.is_dir():
        return []
    found = (path for pattern in ("*.json", "*/*.json") for path in sorted(folder.glob(pattern)))
    return [path for path in islice(found, MOST_FILES) if is_coco(path)]


def the_file(folder: Path) -> Path:
    """Return the only COCO file in a folder, or the only one to train on."""
    found = coco_files(folder)
    names = [path.relative_to(folder).as_posix() for path in found]
    chosen = [path for path, name in zip(found, names, strict=True) if "train" in name] or found
    if len(chosen) > 1:
        some = ", ".join(names[:5])
        raise InputError(f"{folder.name}: there are {len(found)} COCO files in it, {some}; name one of them")
    return chosen[0]


def read_coco(path: Path, images: Path | None) -> Reading:
    """Return the images of a COCO file with their objects, and with crowds as regions to ignore."""
    data = _parsed(path)
    names = {number: _name(path, c, i) for i, (number, c) in enumerate(_by_id(path, data, "categories"))}
    records = dict(_by_id(path, data, "images"))
    sizes = {number: _size(path, number, record) for number, record in records.items()}
    pictures = _images(path, images)
    marked: dict[Any, list[Marked]] = {}
    ignored: dict[Any, list[Marked]] = {}
    outside = 0
    for i, a in enumerate(data["annotations"]):
        where = f"{path.name}: annotation {_id(path, a, 'annotations', i)}"
        category, image = a.get("category_id"), a.get("image_id")
        if not isinstance(category, int | str) or category not in names:
            known = ", ".join(map(str, list(names)[:8]))
            raise InputError(f"{where}: category_id {str(category)[:60]} is none of {known}")
        if not isinstance(image, int | str) or image not in sizes:
            raise InputError(f"{where}: there is no image {str(image)[:60]}")
        ends = box_ends(a.get("bbox"))
        if ends is None:
            found = str(a.get("bbox"))[:60]
            raise InputError(f"{where}: bbox is {found}, not [x, y, width, height] in pixels")
        kept = inside(ends, *sizes[image])
        if kept is None:
            outside += 1
            continue
        thing = Marked(names[category], kept, a.get("segmentation") or None)
        (ignored if a.get("iscrowd") else marked).setdefault(image, []).append(thing)
    photos = []
    for place, (number, record) in enumerate(records.items()):
        name = record.get("file_name")
        if not isinstance(name, str) or not name:
            raise InputError(f"{path.name}: images[{place}] has no file_name")
        file = picture_named(pictures, [name], path.name)
        things, crowds = (tuple(found.get(number, ())) for found in (marked, ignored))
        photos.append(Labeled(file, *sizes[number], things, crowds))
    shown = {thing.label for photo in photos for thing in photo.objects}
    crowded = sum(map(len, ignored.values()))
    notes = {
        f"{counted(crowded, 'crowd', 'crowds')} cleared": crowded,
        f"{counted(outside, *OUTSIDE)} left out": outside,
    }
    return Reading(
        tuple(photos),
        tuple(dict.fromkeys(name for name in names.values() if name in shown)),
        tuple(note for note, count in notes.items() if count),
    )


def _parsed(path: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: this is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{path.name}, line {error.lineno}, column {error.colno}: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise InputError(f"{path.name}: nested too deeply, or numbers are too long") from error
    for part in _PARTS:
        records = data.get(part) if isinstance(data, dict) else None
        if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
            raise InputError(f"{path.name} has no list of objects {part!r}, as a COCO file has")
    return dict(data)


def _images(path: Path, images: Path | None) -> Pictures:
    """Return the pictures of a folder: beside the file or beside its folder, if it is not named."""
    if images is not None:
        return pictures_below(images)
    for folder in (path.parent / "images", path.parent, path.parent.parent / "images"):
        if folder.is_dir():
            found = pictures_below(folder)
            if found.files:
                return found
    raise InputError(f"{path.name}: where are its images? name their folder by --images DIR")


def _by_id(path: Path, data: Mapping[str, Any], part: str) -> list[tuple[int | str, dict[str, Any]]]:
    """Return the records of a part with their ids, each of which is there once."""
    places: dict[int | str, int] = {}
    for place, record in enumerate(data[part]):
        number = _id(path, record, part, place)
        if number in places:
            raise InputError(
                f"{path.name}: {part}[{place}] has the id {number!r} of {part}[{places[number]}]"
            )
        places[number] = place
    return list(zip(places, data[part], strict=True))


def _id(path: Path, record: Mapping[str, Any], part: str, place: int) -> int | str:
    number = record.get("id")
    if not isinstance(number, int | str):
        raise InputError(f"{path.name}: {part}[{place}] has no id")
    return number


def _name(path: Path, category: Mapping[str, Any], place: int) -> str:
    name = category.get("name")
    if not isinstance(name, str | int) or isinstance(name, bool):
        raise InputError(f"{path.name}: categories[{place}] has no name")
    return str(name)


def _size(path: Path, number: int | str, image: Mapping[str, Any]) -> tuple[int, int]:
    width, height = image.get("width"), image.get("height")
    if not (isinstance(width, int) and isinstance(height, int) and 0 < width < LONGEST > height > 0):
        raise InputError(
            f"{path.name}: image {number}: its width and height are whole numbers above 0, below {LONGEST:,}"
        )
    return width, height
