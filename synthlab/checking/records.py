"""Ids, categories and keypoints: whether what refers to something finds it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .boxes import at
from .columns import Coco, Ints
from .findings import Findings
from .result import Example

__all__ = ["check_categories", "check_ids", "check_keypoints"]


def check_ids(coco: Coco, findings: Findings) -> None:
    """Look for ids given twice, ids that lead nowhere, and annotation id 0."""
    name = coco.name
    images, categories = coco.image_ids, coco.category_ids
    for record, ids in (("annotation", coco.ids), ("image", images), ("category", categories)):
        for row, first in _twice(ids):
            image = None
            if record != "category":
                image = coco.image_name(row) if record == "annotation" else coco.file_names[row]
            found = f"record {row} has the id of record {first}"
            findings.add(name, "duplicate-id", Example(record, ids[row], image, found, "an id of its own"))
    for row, first in _twice(coco.file_names):
        found = f"listed already as image {images[first]!r}"
        example = Example("image", images[row], coco.file_names[row], found, "each file once")
        findings.add(name, "duplicate-file", example)
    _check_dangling(coco, "image_id", coco.image_of, coco.images, images, findings)
    _check_dangling(coco, "category_id", coco.category_of, coco.classes, categories, findings)
    zero = [row for row, id_ in enumerate(coco.ids) if id_ == 0 and id_ is not False]
    fits = "ids from 1 on"
    findings.add_all(name, "annotation-id-zero", zero, lambda row: at(coco, row, "id 0", fits))


def _check_dangling(
    coco: Coco, key: str, wanted: list[Any], rows: Ints, known: list[Any], findings: Findings
) -> None:
    # What is missing or no id at all has been told already.
    lost = [row for row in np.flatnonzero(rows < 0).tolist() if wanted[row] is not None]
    fits = f"one of {_listed(known)}"
    findings.add_all(
        coco.name, "dangling-id", lost, lambda row: at(coco, row, f"{key} {wanted[row]!r}", fits)
    )


def check_categories(coco: Coco, findings: Findings) -> None:
    """Look for names given twice, categories and images without objects, and ids that are no count from 1."""
    name, ids = coco.name, coco.category_ids
    for row, first in _twice(coco.category_names):
        found = f"{coco.category_names[row]!r} is the name of category {ids[first]!r}, too"
        example = Example("category", ids[row], None, found, "a name of its own")
        findings.add(name, "duplicate-category", example)
    whole = sorted({id_ for id_ in ids if type(id_) is int})
    if whole and whole != list(range(1, len(whole) + 1)):
        found = f"{len(whole)} ids from {whole[0]} to {whole[-1]}"
        example = Example("file", None, None, found, f"1 to {len(whole)} is what most tools expect")
        findings.add(name, "category-ids", example)
    if not coco.ids:
        return
    used = np.bincount(coco.classes[coco.classes >= 0], minlength=len(ids))
    findings.add_all(
        name,
        "unused-category",
        np.flatnonzero(used == 0).tolist(),
        lambda row: Example("category", ids[row], None, f"{coco.category_names[row]!r} has no object", ""),
    )
    findings.add_all(
        name,
        "image-without-objects",
        coco.images_without_objects().tolist(),
        lambda row: Example("image", coco.image_ids[row], coco.file_names[row], "no object", ""),
    )


def check_keypoints(coco: Coco, findings: Findings) -> None:
    """Look at number, visibility and place of keypoints: x, y, visibility for each joint of the category."""
    frame = coco.frame()
    for row, (*values, told) in coco.keypoints.items():
        joints = coco.joints.get(coco.category_of[row])
        if len(values) % 3 or (joints is not None and len(values) != 3 * joints):
            fits = f"{3 * joints}, three for each of {joints}" if joints else "three for each joint"
            findings.add(coco.name, "keypoint-length", at(coco, row, f"{len(values)} numbers", fits))
            continue
        points = list(zip(values[0::3], values[1::3], values[2::3], strict=True))
        for joint, (x, y, visible) in enumerate(points, 1):
            if visible not in (0, 1, 2):
                fits = "0 not labeled, 1 hidden, 2 visible"
                example = at(coco, row, f"keypoint {joint} has visibility {visible!r}", fits)
                findings.add(coco.name, "keypoint-visibility", example)
            elif not (math.isfinite(x) and math.isfinite(y)):
                example = at(coco, row, f"keypoint {joint} is at {x!r}, {y!r}", "numbers")
                findings.add(coco.name, "not-finite", example)
            elif visible and (min(x, y) < -1 or x > frame[row, 0] + 1 or y > frame[row, 1] + 1):
                fits = f"an image of {frame[row, 0]:.0f} x {frame[row, 1]:.0f}"
                example = at(coco, row, f"keypoint {joint} is at {x!r}, {y!r}", fits)
                findings.add(coco.name, "keypoint-outside", example)
        labeled = sum(visible > 0 for _, _, visible in points)
        if told is not None and told != labeled and all(v in (0, 1, 2) for _, _, v in points):
            example = at(coco, row, f"num_keypoints {told!r}", f"{labeled} are labeled")
            findings.add(coco.name, "keypoint-count", example)


def _twice(ids: Sequence[Any]) -> list[tuple[int, int]]:
    """Return (row, first row) of each id that was there before."""
    if len({*ids}) == len(ids):
        return []
    first: dict[Any, int] = {}
    return [
        (row, first[id_])
        for row, id_ in enumerate(ids)
        if id_ is not None and first.setdefault(id_, row) != row
    ]


def _listed(known: Sequence[Any]) -> str:
    """Return the first few ids, or how many there are."""
    if len(known) <= 8:
        return ", ".join(map(repr, known)) or "none"
    whole = [id_ for id_ in known if type(id_) is int]
    return f"{len(known):,} ids" + (f" from {min(whole)} to {max(whole)}" if whole else "")
