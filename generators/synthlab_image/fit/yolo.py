"""Labeled photographs from a folder in the form of YOLO."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from synthlab.errors import InputError

from ..files import size_of
from .labeled import OUTSIDE, Labeled, Marked, Reading, counted, inside, pictures_below
from .splits import training

__all__ = ["is_yolo", "read_yolo"]


def is_yolo(source: Path) -> bool:
    """Return whether it is a `data.yaml`, or a folder with one."""
    return _file(source) is not None


def read_yolo(source: Path, images: Path | None) -> Reading:
    """Return the images with the boxes (or polygons) of their label files: of those that `train` names, if
    it does."""
    path = _file(source)
    assert path is not None
    data = _parsed(path)
    names = _names(path, data)
    root = images or path.parent
    files, notes = training(path, data, pictures_below(root).files, images is not None)
    photos, outside = [], 0
    for file in files:
        labels = _labels_of(file)
        if labels is None:
            continue
        width, height = size_of(file)
        marked = []
        for number, line in enumerate(_lines(labels), 1):
            if not line.strip():
                continue
            thing = _marked(line, names, f"{labels.name}, line {number}", width, height)
            if thing is None:
                outside += 1
            else:
                marked.append(thing)
        photos.append(Labeled(file, width, height, tuple(marked)))
    if not photos:
        raise InputError(f"{path.name}: no image below {root} has a label file")
    shown = {thing.label for photo in photos for thing in photo.objects}
    if outside:
        notes = (*notes, f"{counted(outside, *OUTSIDE)} left out")
    return Reading(tuple(photos), tuple(n for n in names.values() if n in shown), notes)


def _lines(labels: Path) -> list[str]:
    try:
        return labels.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"{labels.name}: this is not UTF-8") from error


def _file(source: Path) -> Path | None:
    if source.is_dir():
        found = source / "data.yaml"
        return found if found.is_file() else None
    return source if source.is_file() and source.name == "data.yaml" else None


def _parsed(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: this is no YAML: {error}") from error
    return data if isinstance(data, dict) else {}


def _names(path: Path, data: Mapping[str, Any]) -> dict[int, str]:
    names = data.get("names")
    if isinstance(names, list):
        return dict(enumerate(map(str, names)))
    if isinstance(names, dict) and all(isinstance(number, int) for number in names):
        return {number: str(name) for number, name in names.items()}
    raise InputError(f"{path.name}: the names of the classes are missing: `names: [cat, dog]`")


def _labels_of(image: Path) -> Path | None:
    """Return the label file of an image: in a folder `labels` in place of `images`, or beside it."""
    parts = list(image.parts)
    places = [i for i, part in enumerate(parts) if part == "images"]
    if places:
        parts[places[-1]] = "labels"
    for candidate in (Path(*parts).with_suffix(".txt"), image.with_suffix(".txt")):
        if candidate.is_file():
            return candidate
    return None


def _marked(line: str, names: dict[int, str], where: str, width: int, height: int) -> Marked | None:
    try:
        number, *values = (float(word) for word in line.split())
    except ValueError as error:
        raise InputError(f"{where}: {line[:60]!r} holds more than numbers") from error
    shaped = len(values) == 4 or (len(values) >= 6 and len(values) % 2 == 0)
    if not shaped or not all(map(math.isfinite, (number, *values))):
        raise InputError(f"{where}: a class and x, y, width, height (or a polygon), not {line[:60]!r}")
    if int(number) not in names:
        raise InputError(f"{where}: class {int(number)} is none of 0 to {max(names, default=0)}")
    if len(values) == 4:
        x, y, wide, high = values
        ends = (
            (x - wide / 2) * width,
            (y - high / 2) * height,
            (x + wide / 2) * width,
            (y + high / 2) * height,
        )
        box, mask = inside(ends, width, height), None
    else:
        ring = [v * (height if i % 2 else width) for i, v in enumerate(values)]
        box = inside((min(ring[::2]), min(ring[1::2]), max(ring[::2]), max(ring[1::2])), width, height)
        mask = [ring]
    return None if box is None else Marked(names[int(number)], box, mask)
