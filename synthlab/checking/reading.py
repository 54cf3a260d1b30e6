"""Reads a COCO file record by record, and tells what is missing or of another type."""

from __future__ import annotations

import math
import re
from array import array
from json import JSONDecodeError
from pathlib import Path
from typing import Any

import numpy as np

from synthlab.writers.coco import LOOSE_BOXES

from .columns import Coco, Ints
from .findings import Findings
from .members import walk
from .result import Example

__all__ = ["PARTS", "read"]

PARTS = ("images", "annotations", "categories")
ANNOTATION_KEYS = {"id", "image_id", "category_id", "bbox", "area", "iscrowd"}

# Five bits a letter: '0' to 'O' end a number, 'P' to 'o' say that more follow. Six of them make 30 bits.
_COUNTS = re.compile(r"(?:[P-o]{0,6}[0-O])+").fullmatch
_NAN = float("nan")

LARGEST = 1_000_000
"""Pixels that a side of an image can have."""


def read(path: Path, name: str, findings: Findings, *, named: bool) -> Coco | None:
    """Return what the file holds, or None where it is no COCO: an error if it was `named` by the user."""
    reader = _Reader(Coco(name), Findings(findings.most))
    try:
        text = path.read_bytes().decode("utf-8")
        if text.startswith("\ufeff"):
            raise JSONDecodeError("a byte order mark, which JSON does not have", text, 0)
        found = walk(
            text,
            reader.key,
            {"images": reader.image, "annotations": reader.annotation, "categories": reader.category},
            reader.other,
        )
    except JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}: {error.msg}"
        findings.add(name, "unreadable", Example("file", None, None, place, _end_of(error)))
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = f"line {line}: byte {error.object[error.start]:#04x} is not UTF-8"
        findings.add(name, "unreadable", Example("file", None, None, found, "save the file as UTF-8"))
        return None
    except (RecursionError, ValueError) as error:
        findings.add(name, "unreadable", Example("file", None, None, str(error), "COCO is flat"))
        return None
    if len(reader.parts & {*PARTS}) < 2:
        if named:
            keys = f"an object with {', '.join(sorted(reader.parts)) or 'no keys'}"
            what = keys if found is None else f"a {_type(found)}"
            fits = f"an object with {', '.join(PARTS)}"
            if isinstance(found, list):
                fits += "; is it a file of detections? Those belong to a COCO file"
            findings.add(name, "wrong-type", Example("file", None, None, what, fits))
        return None
    reader.close()
    coco = reader.coco
    coco.finish()
    rows = {id_: row for row, id_ in enumerate(coco.ids) if id_ is not None}
    findings.take(reader.findings, lambda id_: coco.image_name(rows[id_]) if id_ in rows else None)
    return coco


def _end_of(error: JSONDecodeError) -> str:
    if not error.doc.strip():
        return "the file is empty"
    if error.pos >= len(error.doc.rstrip()):
        return "the file ends there; was it cut off?"
    return f"found {error.doc[error.pos : error.pos + 20]!r}"


class _Reader:
    """Takes the records one by one into the columns."""

    def __init__(self, coco: Coco, findings: Findings) -> None:
        self.coco = coco
        self.findings = findings
        self.parts: set[str] = set()
        self._others = 0

    def key(self, key: str) -> None:
        if key in self.parts and key in PARTS:
            example = Example("file", None, None, f"{key} stands there twice", "once: readers keep the last")
            self.findings.add(self.coco.name, "wrong-type", example)
        self.parts.add(key)

    def other(self, key: str, value: Any) -> None:
        if key == "info" and isinstance(value, dict):
            self.coco.loose = value.get("boxes") == LOOSE_BOXES
        if key in PARTS:
            example = Example("file", None, None, f"{key} is {_type(value)}", "a list")
            self.findings.add(self.coco.name, "wrong-type", example)

    def close(self) -> None:
        """Tell what the file lacks as a whole."""
        coco = self.coco
        for part in ("images", "categories"):
            if part not in self.parts:
                example = Example("file", None, None, f"there is no {part}", "a list of them")
                self.findings.add(coco.name, "missing-key", example)
        if not coco.ids and not self._others:
            example = Example("file", None, None, f"{len(coco.image_ids):,} images, no annotation", "")
            self.findings.add(coco.name, "no-annotations", example)
        if self._others:
            found = f"{self._others:,} annotations have no box but a caption or segments"
            example = Example("file", None, None, found, "only the images are checked")
            self.findings.add_all(coco.name, "other-task", [example], lambda e: e, self._others)

    def category(self, number: int, record: Any) -> None:
        if not self._is_object("category", number, record):
            return
        id_ = self._id("category", record, "id", number)
        name = record.get("name")
        if name is None:
            self._missing("category", id_, None, "name")
        elif not isinstance(name, str):
            self._wrong("category", id_, None, "name", name, "text")
            name = None
        self.coco.category_ids.append(id_)
        self.coco.category_names.append(name)
        if isinstance(record.get("keypoints"), list) and id_ is not None:
            self.coco.joints[id_] = len(record["keypoints"])

    def image(self, number: int, record: Any) -> None:
        if not self._is_object("image", number, record):
            return
        id_ = self._id("image", record, "id", number)
        name = record.get("file_name")
        if "file_name" not in record:
            self._missing("image", id_, None, "file_name")
        elif not isinstance(name, str) or not name:
            self._wrong("image", id_, None, "file_name", name, "the name of a file")
            name = None
        self.coco.image_ids.append(id_)
        self.coco.file_names.append(name)
        for key in ("width", "height"):
            value = record.get(key, _NAN)
            if key not in record:
                self._missing("image", id_, name, key)
            elif type(value) is not int or not 0 < value <= LARGEST:
                self._wrong("image", id_, name, key, value, "a whole number of pixels above 0")
                value = _NAN
            self.coco.sizes.append(value)

    def annotation(self, number: int, record: Any) -> None:
        coco = self.coco
        if not self._is_object("annotation", number, record):
            return
        if "bbox" not in record and ("caption" in record or "segments_info" in record):
            self._others += 1
            return
        row = len(coco.ids)
        id_ = record.get("id")
        if type(id_) is not int:
            id_ = self._id("annotation", record, "id", number)
        coco.ids.append(id_)
        if not record.keys() >= ANNOTATION_KEYS:
            for key in ("bbox", "area", "iscrowd"):
                if key not in record:
                    self._missing("annotation", id_, None, key)
        for key, column in (("image_id", coco.image_of), ("category_id", coco.category_of)):
            value = record.get(key)
            column.append(value if type(value) is int else self._id("annotation", record, key, id_))
        self._box(id_, record)
        area = record.get("area", _NAN)
        if type(area) not in (int, float):
            self._wrong("annotation", id_, None, "area", area, "a number")
            area = _NAN
        elif "area" in record and not _finite(_numbers([area])):
            self._not_finite(id_, "area", area)
            area = _NAN
        coco.areas.append(area)
        crowd = record.get("iscrowd", 0)
        if crowd not in (0, 1):
            self._wrong("annotation", id_, None, "iscrowd", crowd, "0 or 1")
            crowd = 0
        coco.crowd.append(crowd)
        mask = record.get("segmentation")
        # An empty list is what exports without masks write.
        if mask is not None and mask != []:
            self._mask(row, id_, mask)
        points = record.get("keypoints")
        if points is not None:
            if _numbers(points) is not None:
                coco.keypoints[row] = [*points, record.get("num_keypoints")]
            else:
                self._wrong("annotation", id_, None, "keypoints", points, "a list of numbers")

    def _box(self, id_: Any, record: Any) -> None:
        box, boxes = record.get("bbox"), self.coco.boxes
        numbers = _numbers(box)
        if numbers is not None and len(numbers) == 4:
            if _finite(numbers):
                boxes.extend(numbers)
                return
            self._not_finite(id_, "bbox", box)
        elif "bbox" in record:
            self._wrong("annotation", id_, None, "bbox", box, "a list of four numbers")
        boxes.extend((_NAN,) * 4)

    def _mask(self, row: int, id_: Any, mask: Any) -> None:
        if isinstance(mask, dict):
            self._runs(row, id_, mask)
        elif not isinstance(mask, list):
            self._wrong("annotation", id_, None, "segmentation", mask, "a list of polygons, or run lengths")
        elif not all(type(ring) is list for ring in mask):
            fits = "a list of polygons: [[x, y, x, y, x, y]], in two brackets"
            self._wrong("annotation", id_, None, "segmentation", mask, fits)
        else:
            self._polygons(row, id_, mask)

    def _polygons(self, row: int, id_: Any, rings: list[list[Any]]) -> None:
        coco, kept = self.coco, []
        for ring in rings:
            numbers = _numbers(ring)
            if numbers is None:
                self._wrong("annotation", id_, None, "segmentation", ring, "numbers only")
            elif not _finite(numbers):
                self._not_finite(id_, "segmentation", ring)
            elif len(ring) % 2 or len(ring) < 6:
                found = f"a polygon of {len(ring)} numbers: {_short(ring)}"
                fits = "x and y of at least three points: an even count from 6 on"
                self.findings.add(coco.name, "polygon", self._at(id_, found, fits))
            else:
                kept.append(numbers)
                continue
            return
        for numbers in kept:
            coco.corners.extend(numbers)
            coco.ring_sizes.append(len(numbers) // 2)
            coco.ring_owners.append(row)
        if coco.crowd[row]:
            fits = "a crowd has run lengths; is it one object? Then iscrowd is 0"
            self.findings.add(coco.name, "crowd-polygon", self._at(id_, "iscrowd 1 with polygons", fits))

    def _runs(self, row: int, id_: Any, mask: dict[str, Any]) -> None:
        size, counts = mask.get("size"), mask.get("counts")
        if not (
            isinstance(size, list)
            and len(size) == 2
            and all(type(v) is int and 0 < v <= LARGEST for v in size)
        ):
            self._bad_runs(id_, f"size {_short(size)}", "[height, width]")
        elif isinstance(counts, str):
            if not _COUNTS(counts):
                self._bad_runs(id_, f"counts {_short(counts)}", "whole numbers in COCO's letters 0 to o")
            else:
                self._keep_runs(row, counts, size)
        elif isinstance(counts, list) and counts and {*map(type, counts)} == {int} and min(counts) >= 0:
            if sum(counts) != size[0] * size[1]:
                found = f"runs over {sum(counts):,} pixels"
                self._bad_runs(id_, found, f"{size[0] * size[1]:,}, as size is {size}")
            else:
                self._keep_runs(row, np.array(counts, dtype=np.int64), size)
        else:
            self._bad_runs(id_, f"counts {_short(counts)}", "text, or a list of whole numbers from 0 on")

    def _keep_runs(self, row: int, counts: str | Ints, size: list[int]) -> None:
        self.coco.runs.append(counts)
        self.coco.run_sizes.append((size[0], size[1]))
        self.coco.run_owners.append(row)

    def _bad_runs(self, id_: Any, found: str, fits: str) -> None:
        self.findings.add(self.coco.name, "rle", self._at(id_, found, fits))

    def _is_object(self, what: str, number: int, record: Any) -> bool:
        if isinstance(record, dict):
            return True
        found = f"record {number} is {_type(record)} {_short(record)}"
        self.findings.add(self.coco.name, "wrong-type", Example(what, None, None, found, "an object"))
        return False

    def _id(self, what: str, record: Any, key: str, known: Any) -> Any:
        """Return an id as it stands there; None where it is missing or cannot be one."""
        id_ = record.get(key)
        named = known if key != "id" else None
        place = f"record {known}: " if key == "id" else ""
        image = record.get("file_name") if what == "image" else None
        image = image if isinstance(image, str) else None
        if key not in record:
            example = Example(what, named, image, f"{place}no {key}", "")
            self.findings.add(self.coco.name, "missing-key", example)
        elif type(id_) is not int:
            example = Example(
                what, named, image, f"{place}{key} is {_type(id_)} {_short(id_)}", "a whole number"
            )
            self.findings.add(self.coco.name, "wrong-type", example)
        return id_ if isinstance(id_, (int, float, str)) else None

    def _at(self, id_: Any, found: str, fits: str) -> Example:
        # Images may come later in the file: the one of an annotation is filled in at the end.
        return Example("annotation", id_, None, found, fits)

    def _missing(self, what: str, id_: Any, image: str | None, key: str) -> None:
        self.findings.add(self.coco.name, "missing-key", Example(what, id_, image, f"no {key}", ""))

    def _wrong(self, what: str, id_: Any, image: str | None, key: str, value: Any, fits: str) -> None:
        found = f"{key} is {_type(value)} {_short(value)}"
        self.findings.add(self.coco.name, "wrong-type", Example(what, id_, image, found, fits))

    def _not_finite(self, id_: Any, key: str, value: Any) -> None:
        self.findings.add(self.coco.name, "not-finite", self._at(id_, f"{key} is {_short(value)}", "numbers"))


def _numbers(values: Any) -> array[float] | None:
    """Return a list of numbers as an array; None for anything else."""
    if type(values) is not list or not {*map(type, values)} <= {int, float}:
        return None
    try:
        return array("d", values)
    except OverflowError:  # a whole number of more than 300 digits
        return array("d", [math.inf])


def _finite(numbers: array[float] | None) -> bool:
    # Anything that is not finite makes the sum so, and a sum is faster than a look at each.
    return numbers is not None and math.isfinite(sum(numbers))


def _type(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
