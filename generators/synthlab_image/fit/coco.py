"""Labeled photographs from a COCO file."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

from synthlab.errors import InputError

from .labeled import Labeled, Marked, Pictures, Reading, inside, picture_named, pictures_below

__all__ = ["is_coco", "read_coco"]

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


def read_coco(path: Path, images: Path | None) -> Reading:
    """Return the images of a COCO file with their objects; crowds are left out."""
    data = _parsed(path)
    names = {_id(path, c, "categories", i): str(c.get("name")) for i, c in enumerate(data["categories"])}
    pictures = _images(path, images)
    marked: dict[Any, list[Marked]] = {}
    sizes: dict[Any, tuple[int, int]] = {}
    records = data["images"]
    for i, record in enumerate(records):
        number = _id(path, record, "images", i)
        width, height = record.get("width"), record.get("height")
        if not (isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0):
            raise InputError(f"{path.name}: image {number}: its width and height are whole numbers above 0")
        sizes[number] = width, height
    left_out: Counter[str] = Counter()
    for i, a in enumerate(data["annotations"]):
        number = _id(path, a, "annotations", i)
        where = f"{path.name}: annotation {number}"
        if a.get("iscrowd"):
            left_out["crowds"] += 1
            continue
        if a.get("category_id") not in names:
            known = ", ".join(map(str, list(names)[:8]))
            raise InputError(f"{where}: category_id {a.get('category_id')!r} is none of {known}")
        if a.get("image_id") not in sizes:
            raise InputError(f"{where}: there is no image {a.get('image_id')!r}")
        box = a.get("bbox")
        if not (isinstance(box, list) and len(box) == 4 and all(_is_number(v) for v in box)):
            raise InputError(f"{where}: bbox is {str(box)[:60]}, not [x, y, width, height]")
        x, y, wide, high = map(float, box)
        kept = inside((x, y, x + wide, y + high), *sizes[a["image_id"]])
        if kept is None:
            left_out["boxes that are empty or outside the image"] += 1
            continue
        mask = a.get("segmentation") or None
        marked.setdefault(a["image_id"], []).append(Marked(names[a["category_id"]], kept, mask))
    photos = []
    for record in records:
        file = picture_named(pictures, [str(record.get("file_name"))], path.name)
        photos.append(Labeled(file, *sizes[record["id"]], tuple(marked.get(record["id"], ()))))
    shown = {thing.label for photo in photos for thing in photo.objects}
    return Reading(
        tuple(photos),
        tuple(dict.fromkeys(name for name in names.values() if name in shown)),
        tuple(f"{count:,} {what} left out" for what, count in left_out.items()),
    )


def _parsed(path: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: this is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{path.name}, line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise InputError(f"{path.name}: nested too deeply for COCO") from error
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


def _id(path: Path, record: dict[str, Any], part: str, place: int) -> Any:
    number = record.get("id")
    if not isinstance(number, int | str):
        raise InputError(f"{path.name}: {part}[{place}] has no id")
    return number


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
