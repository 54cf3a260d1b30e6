"""Folders of YOLO and of Pascal VOC, read as the columns of COCO files, so that all else is looked for alike.

Numbers of lines and of objects stand for ids, names of classes for categories.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from .columns import Coco
from .findings import Findings
from .pictures import TURNED, Header, header_reader
from .places import IMAGES
from .result import Example

__all__ = ["read_folder"]

UNKNOWN = 1000, 1000
"""Width and height of an image whose file is not read: YOLO's numbers are shares of them."""
LARGEST = 10_000_000
"""Bytes of the largest file of labels that is read."""
_ENDS = ("xmin", "ymin", "xmax", "ymax")


def read_folder(root: Path, names: Sequence[str], findings: Findings, read_images: bool) -> list[Coco]:
    """Return what a folder with a `data.yaml` holds, or one with .xml files: one for each of its splits."""
    if "data.yaml" in names:
        return _yolo(root, names, findings, read_images)
    folders = dict.fromkeys(str(PurePosixPath(n).parent) for n in names if n.lower().endswith(".xml"))
    homes = dict.fromkeys(folder.removesuffix("Annotations").rstrip("/") for folder in folders)
    return [coco for home in homes for coco in _voc(root, _within(home, names), findings)]


def _within(home: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if home in ("", ".") or name.startswith(f"{home}/")]


class _Table:
    """A file of labels, or a folder of them, on the way to columns."""

    def __init__(self, name: str, findings: Findings) -> None:
        self.coco = Coco(name)
        self._findings = findings

    def image(self, number: str, file: str, size: tuple[float, float]) -> None:
        self.coco.image_ids.append(number)
        self.coco.file_names.append(file)
        self.coco.sizes.extend(size)

    def category(self, number: str, name: str) -> None:
        self.coco.category_ids.append(number)
        self.coco.category_names.append(name)

    def thing(
        self, number: str, image: str, category: str, ends: Sequence[float], ring: Sequence[float] = ()
    ) -> None:
        """Add an object with `(x_min, y_min, x_max, y_max)` and perhaps a polygon, in pixels."""
        coco = self.coco
        if ring:
            coco.corners.extend(ring)
            coco.ring_sizes.append(len(ring) // 2)
            coco.ring_owners.append(len(coco.ids))
        coco.ids.append(number)
        coco.image_of.append(image)
        coco.category_of.append(category)
        coco.boxes.extend((ends[0], ends[1], ends[2] - ends[0], ends[3] - ends[1]))
        coco.areas.append(math.nan)
        coco.crowd.append(0)

    def tell(self, kind: str, number: str | None, image: str | None, found: str, fits: str) -> None:
        what = "file" if number is None else "annotation"
        self._findings.add(self.coco.name, kind, Example(what, number, image, found, fits))

    def text(self, path: Path) -> str | None:
        """Return the text of a file of labels, or None if it cannot be read, which is told."""
        try:
            if path.stat().st_size > LARGEST:
                raise ValueError(f"larger than any file of labels, {path.stat().st_size:,} bytes")
            return path.read_text("utf-8-sig")
        except (OSError, ValueError) as error:
            self.tell("unreadable", None, None, f"{path.name}: {error}", "a text file in UTF-8")
            return None

    def done(self) -> Coco:
        self.coco.finish()
        return self.coco


def _yolo(root: Path, names: Sequence[str], findings: Findings, read_images: bool) -> list[Coco]:
    first = _Table("data.yaml", findings)
    classes, points = _classes(first, root / "data.yaml")
    labels: dict[str, dict[str, str]] = {}
    pictures: dict[str, dict[str, str]] = {}
    for name in names:
        path = PurePosixPath(name)
        if path.suffix.lower() in IMAGES:
            pictures.setdefault(str(path.parent), {})[path.stem] = name
        elif path.suffix == ".txt" and "labels" in path.parts[:-1]:
            labels.setdefault(str(path.parent), {})[path.stem] = name
    header = header_reader() if read_images else None
    found = []
    for folder, files in labels.items():
        table = _Table(folder, findings)
        beside = _images_of(folder)
        seen = pictures.get(beside, {}) if read_images else {}
        for stem in sorted({*files, *seen}):
            file = seen.get(stem, f"{beside}/{stem}.jpg")
            size = _size(header(root / file)) if header is not None and stem in seen else UNKNOWN
            table.image(stem, file, size)
            text = table.text(root / files[stem]) if stem in files else None
            for line, row in enumerate((text or "").splitlines(), 1):
                if row.strip():
                    _row(table, f"{stem}.txt, line {line}", stem, file, row, size, points)
        # Where the names cannot be read, that is what is wrong, and not each object.
        for number, name in (classes or dict.fromkeys(table.coco.category_of, "")).items():
            table.category(str(number), name or str(number))
        found.append(table.done())
    return found


def _classes(table: _Table, path: Path) -> tuple[dict[int, str], int]:
    """Return the names of the classes by their numbers, and how many numbers of keypoints a row has."""
    try:
        data = yaml.safe_load(table.text(path) or "")
    except (yaml.YAMLError, RecursionError) as error:
        found = " ".join(str(error).split())
        table.tell("unreadable", None, None, f"data.yaml: {found[:200]}", "YAML")
        return {}, 0
    data = data if isinstance(data, Mapping) else {}
    names, shape = data.get("names"), data.get("kpt_shape")
    if isinstance(names, list):
        names = dict(enumerate(names))
    if not isinstance(names, Mapping) or not all(
        isinstance(number, int) and isinstance(name, str | int) for number, name in names.items()
    ):
        table.tell("missing-key", None, None, "data.yaml has no names of classes", "names: [cat, dog]")
        names = {}
    elif isinstance(data.get("nc"), int) and data["nc"] != len(names):
        found = f"data.yaml: nc is {data['nc']}, and there are {len(names)} names"
        table.tell("wrong-type", None, None, found, "the number of the names, or no nc")
    home = data.get("path")
    homes = [path.parent, path.parent / home if isinstance(home, str) else path.parent]
    for split in ("train", "val", "test"):
        for entry in data[split] if isinstance(data.get(split), list) else [data.get(split)]:
            if isinstance(entry, str) and entry and not _is_there(homes, entry):
                found = f"data.yaml: {split} is {entry[:80]!r}, which is not there"
                table.tell(
                    "missing-image", None, None, found, "a folder of images, or a file that lists them"
                )
    points = 0
    if isinstance(shape, list) and len(shape) == 2 and all(isinstance(n, int) for n in shape):
        points = shape[0] * shape[1]
    return {number: str(name) for number, name in names.items()}, points


def _is_there(homes: Sequence[Path], name: str) -> bool:
    """Return whether a path is there; one from another machine, or that goes up, need only end alike."""
    whole = PurePosixPath(name.replace("\\", "/"))
    parts = [part for part in whole.parts if part not in ("..", "/")]
    far = whole.is_absolute() or ".." in whole.parts or ":" in name
    ways = ["/".join(parts[start:]) or "." for start in range(max(1, len(parts)) if far else 1)]
    try:
        return any((home / way).exists() for home in homes for way in (name, *ways))
    except (OSError, ValueError):
        return False


def _images_of(folder: str) -> str:
    """Return the folder of the images: `images` in the place of the last `labels`."""
    parts = folder.split("/")
    last = len(parts) - 1 - parts[::-1].index("labels")
    return "/".join([*parts[:last], "images", *parts[last + 1 :]])


def _size(header: Header | str) -> tuple[int, int]:
    if isinstance(header, str):  # told with the image files
        return UNKNOWN
    size = header.width, header.height
    return size[::-1] if header.orientation in TURNED else size


def _row(
    table: _Table, number: str, image: str, file: str, row: str, size: tuple[int, int], points: int
) -> None:
    try:
        label, *values = (float(word) for word in row.split())
    except ValueError:
        table.tell("wrong-type", number, file, repr(row[:60]), "numbers alone")
        return
    if not all(map(math.isfinite, (label, *values))):
        table.tell("not-finite", number, file, repr(row[:60]), "numbers")
        return
    count = len(values)
    if label != int(label) or not (count == 4 + points or (not points and count >= 6 and count % 2 == 0)):
        fits = "a class and x, y, width, height" + (
            f", and {points} numbers of keypoints" if points else ", or a polygon"
        )
        table.tell("wrong-type", number, file, f"{count + 1} numbers: {row[:60]!r}", fits)
        return
    width, height = size
    if count == 4 + points:
        x, y, wide, high = values[:4]
        ends = (
            (x - wide / 2) * width,
            (y - high / 2) * height,
            (x + wide / 2) * width,
            (y + high / 2) * height,
        )
        table.thing(number, image, str(int(label)), ends)
        return
    ring = [value * (height if i % 2 else width) for i, value in enumerate(values)]
    xs, ys = ring[::2], ring[1::2]
    table.thing(number, image, str(int(label)), (min(xs), min(ys), max(xs), max(ys)), ring)


def _voc(root: Path, names: Sequence[str], findings: Findings) -> list[Coco]:
    pictures = {PurePosixPath(n).stem: n for n in names if PurePosixPath(n).suffix.lower() in IMAGES}
    files = {PurePosixPath(n).stem: n for n in names if n.lower().endswith(".xml")}
    parts = {"Annotations": [*files]}
    lists = {PurePosixPath(n).stem: n for n in names if n.endswith(".txt") and "/Main/" in f"/{n}"}
    chosen = [name for name in ("train", "val", "test") if name in lists]
    if chosen:
        stems = {n: (root / lists[n]).read_text("utf-8", errors="replace").splitlines() for n in chosen}
        parts = {lists[n]: [line.split()[0] for line in stems[n] if line.strip()] for n in chosen}
    tables = {name: _Table(name, findings) for name in parts}
    described = {}
    for name, stems_of in parts.items():
        for stem in stems_of:
            if stem not in files:
                tables[name].tell("missing-key", None, None, f"{stem} has no .xml file", "one for each image")
            elif stem not in described:
                described[stem] = _described(tables[name], root / files[stem], files[stem])
    # Pixels count from 1 in the original devkit, and from 0 in most programs: as no box tells otherwise.
    lowest = {end for root_, things in described.values() for _, ends in things for end in ends[:2]}
    first = 1 if lowest and min(lowest) == 1 else 0
    classes = sorted({label for _, things in described.values() for label, _ in things})
    for name, table in tables.items():
        for label in classes:
            table.category(label, label)
        for stem in parts[name]:
            if stem in described:
                tree, things = described[stem]
                file = pictures.get(stem) or (tree.get("filename") or f"{stem}.jpg")
                table.image(stem, file, (tree["width"], tree["height"]))
                for number, (label, ends) in enumerate(things, 1):
                    moved = ends[0] - first, ends[1] - first, ends[2], ends[3]
                    table.thing(f"{stem}.xml, object {number}", stem, label, moved)
    return [table.done() for table in tables.values()]


def _described(table: _Table, path: Path, name: str) -> tuple[dict[str, Any], list[tuple[str, list[float]]]]:
    """Return file name, width and height as an XML file has them, and its objects' classes and boxes."""
    facts: dict[str, Any] = {"filename": "", "width": math.nan, "height": math.nan}
    things: list[tuple[str, list[float]]] = []
    text = table.text(path)
    try:
        root = ET.fromstring(text or "<annotation/>")
    except ET.ParseError as error:
        table.tell("unreadable", None, None, f"{name}: {error}", "XML")
        return facts, things
    facts["filename"] = (root.findtext("filename") or "").strip()
    facts |= {side: _number(root.findtext(f"size/{side}")) for side in ("width", "height")}
    for number, thing in enumerate(root.findall("object"), 1):
        label = (thing.findtext("name") or "").strip()
        ends = [_number(thing.findtext(f"bndbox/{end}")) for end in _ENDS]
        if label and all(map(math.isfinite, ends)):
            things.append((label, ends))
            continue
        found = f"object {number} has no {'bndbox of four numbers' if label else 'name'}"
        table.tell("wrong-type", f"{path.name}, object {number}", None, found, f"name, {', '.join(_ENDS)}")
    return facts, things


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan
