"""Boxes: their size, whether they are in the image, and objects that are labeled twice."""

from __future__ import annotations

import numpy as np

from .columns import Bools, Coco, Floats
from .findings import Findings
from .pairs import meeting
from .result import Example

__all__ = ["at", "check_boxes", "numbers"]

TOLERANCE = 0.05
"""Pixels that a box may reach out of the image: what coordinates lose when they are rounded."""
SAME = 0.99
"""IoU from which on two boxes of a class are one object."""


def at(coco: Coco, row: int, found: str, fits: str) -> Example:
    """Return the place of an annotation."""
    return Example("annotation", coco.ids[row], coco.image_name(row), found, fits)


def numbers(values: Floats) -> str:
    """Return `[1, 2.5, 3]`."""
    return f"[{', '.join(f'{v:.7g}' for v in values)}]"


def check_boxes(coco: Coco, findings: Findings, explained: Bools) -> None:
    """Look at each box; of those `explained` by a mistake of the whole file only at their sizes."""
    boxes, frame = coco.boxes, coco.frame()
    flat = (boxes[:, 2:] <= 0).any(axis=1)
    findings.add_all(
        coco.name,
        "box-size",
        np.flatnonzero(flat).tolist(),
        lambda row: at(coco, row, f"box {numbers(boxes[row])}", "width and height above 0"),
    )
    low, high = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    outside = ((low >= frame) | (high <= 0)).any(axis=1)
    beyond = ((low < -TOLERANCE) | (high > frame + TOLERANCE)).any(axis=1)
    for kind, rows in (("box-outside", outside), ("box-beyond-edge", beyond & ~outside)):
        findings.add_all(
            coco.name,
            kind,
            np.flatnonzero(rows & ~flat & ~explained).tolist(),
            lambda row: at(coco, row, f"box {numbers(boxes[row])}", f"an image of {_size(frame[row])}"),
        )
    _check_twice(coco, findings)


def _check_twice(coco: Coco, findings: Findings) -> None:
    known = (coco.images >= 0) & (coco.classes >= 0) & ~coco.crowd & (coco.boxes[:, 2:] > 0).all(axis=1)
    rows = np.flatnonzero(known)
    boxes = coco.boxes[rows]
    low, high = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    group = coco.images[rows] * (len(coco.category_ids) + 1) + coco.classes[rows]
    # Of two boxes with such an IoU, the left edges are within a hundredth of the width.
    first, second = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for a, b in meeting(group, low[:, 0], low[:, 0] + (1 - SAME) * boxes[:, 2] + 1e-9):
        shared = np.minimum(high[a], high[b]) - np.maximum(low[a], low[b])
        common = np.where((shared > 0).all(axis=1), shared.prod(axis=1), 0)
        union = boxes[a, 2:].prod(axis=1) + boxes[b, 2:].prod(axis=1) - common
        same = common > SAME * union
        first.append(np.minimum(a, b)[same])
        second.append(np.maximum(a, b)[same])
    # Of three alike, two are too many.
    later, where = np.unique(np.concatenate(second), return_index=True)
    earlier = np.concatenate(first)[where]
    twins = zip(rows[later].tolist(), rows[earlier].tolist(), strict=True)
    findings.add_all(
        coco.name,
        "duplicate-box",
        twins,
        lambda twin: at(
            coco,
            twin[0],
            f"box {numbers(coco.boxes[twin[0]])}",
            f"annotation {coco.ids[twin[1]]!r} of the same class has it, too",
        ),
    )


def _size(frame: Floats) -> str:
    return f"{frame[0]:.0f} x {frame[1]:.0f}"
