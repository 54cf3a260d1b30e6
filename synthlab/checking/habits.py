"""Mistakes that a whole file shares, as a converter made them: told once, by name, and not box by box."""

from __future__ import annotations

import numpy as np

from .boxes import at, numbers
from .columns import Bools, Coco, Floats, Ints
from .findings import Findings
from .masks import Masks

__all__ = ["check_habits"]

FEWEST = 5
"""Boxes from which on something can be called a habit."""
MOST = 0.9
"""The share of the boxes that have to fit it."""

SHIFTS = {
    (0, 0, -1, -1): "width and height are one pixel short: width = max - min + 1",
    (0, 0, 1, 1): "boxes end one pixel after the masks: an outline through the centres of pixels, as "
    "findContours draws it, is half a pixel short on each side",
    (1, 1, 1, 1): "corners count from 1, as in VOC: take 1 from x and y",
    (1, 1, 0, 0): "corners count from 1 and the last pixel is left out, as VOC's files read without care: "
    "x = xmin - 1, width = xmax - xmin + 1",
    (-1, -1, -1, -1): "1 was taken from corners that counted from 0",
    (0.5, 0.5, 0.5, 0.5): "boxes are half a pixel off: the middle of the first pixel is 0.5, its edge 0",
    (-0.5, -0.5, -0.5, -0.5): "boxes are half a pixel off: the middle of the first pixel is 0.5, its edge 0",
    (0.5, 0.5, -0.5, -0.5): "boxes go through the centres of pixels: half a pixel is missing on each side",
}
"""How the left, top, right and bottom edge of a box lie off its mask, in pixels, and what made it so."""


def check_habits(coco: Coco, masks: Masks, findings: Findings) -> Bools:
    """Tell what all boxes have wrong in the same way; return which of them it explains."""
    explained = _check_format(coco, masks, findings)
    if not explained.any():
        explained = _check_shift(coco, masks, findings)
    if not explained.any():
        explained = _check_origin(coco, findings)
    return explained


def _check_format(coco: Coco, masks: Masks, findings: Findings) -> Bools:
    """Look for corners, centres and shares in the place of `[x, y, width, height]`."""
    frame, boxes = coco.frame(), coco.boxes
    rows = np.isfinite(boxes).all(axis=1) & np.isfinite(frame).all(axis=1)
    explained = np.zeros(len(boxes), dtype=np.bool_)
    if rows.sum() < FEWEST:
        return explained
    box, size = boxes[rows], frame[rows]
    both = np.hstack([size, size])
    readings = {
        "[x, y, width, height] as shares of the image: multiply by its size": _corners(box * both),
        "[x, y, x, y], two corners: width is the second x less the first": box,
        "[x, y, width, height] of the centre, in pixels: take half the size from x and y": _centred(box),
        "shares of the image around the centre, as in YOLO: multiply by its size, take half from x and y": (
            _centred(box * both)
        ),
    }
    shares = bool((np.abs(box) <= 1.01).mean() >= MOST)
    # Masks say where the objects are; without them, the frame of the image has to do.
    extents = np.full((len(boxes), 4), np.nan)
    extents[masks.annotations] = masks.extents
    extents = extents[rows]
    masked = np.isfinite(extents).all(axis=1)
    for reading, corners in readings.items():
        if ("shares" in reading) != shares:
            continue
        if masked.sum() >= FEWEST:
            meets = _near(corners, extents)[masked].mean() >= MOST
            wrong = _near(_corners(box), extents)[masked].mean() < 1 - MOST
        else:
            meets = (_inside(corners, size) & (corners[:, 2:] > corners[:, :2]).all(axis=1)).mean() >= MOST
            wrong = shares or _inside(_corners(box), size).mean() < 0.8
        if meets and wrong:
            explained[:] = True
            _tell(coco, "box-format", np.flatnonzero(rows), "", f"they are {reading}", findings)
            break
    return explained


def _check_shift(coco: Coco, masks: Masks, findings: Findings) -> Bools:
    """Look for edges that lie off their masks by the same distance in most boxes."""
    explained = np.zeros(len(coco.boxes), dtype=np.bool_)
    rows = masks.annotations[~coco.crowd[masks.annotations]]
    off = _corners(coco.boxes[rows]) - masks.extents[~coco.crowd[masks.annotations]]
    known = np.isfinite(off).all(axis=1)
    rows, off = rows[known], off[known]
    if len(rows) < FEWEST:
        return explained
    shift = np.round(np.median(off, axis=0) * 4) / 4
    # At the border of the image boxes are often cut, so fewer than `MOST` will do.
    alike = (np.abs(off - shift) <= 0.3).all(axis=1)
    if coco.loose and (shift[:2] <= 0).all() and (shift[2:] >= 0).all():
        return explained
    if not shift.any() or np.abs(shift).max() < 0.4 or alike.mean() < 0.6:
        return explained
    explained[rows[alike]] = True
    edges = ", ".join(
        f"{edge} {value:+g}" for edge, value in zip(("left", "top", "right", "bottom"), shift, strict=True)
    )
    meaning = SHIFTS.get(tuple(shift.tolist()), "boxes have the same margin around their masks")
    # Boxes that are cut at the border belong to it as well.
    border = (np.abs(off) <= np.abs(shift) + 0.3).all(axis=1)
    explained[rows[border]] = True
    said = f"; edges are {edges} pixels off"
    _tell(coco, "box-shift", rows[alike], said, meaning, findings)
    return explained


def _check_origin(coco: Coco, findings: Findings) -> Bools:
    """Look for corners that count from 1: no box begins before 1, and some end one pixel too far."""
    boxes, frame = coco.boxes, coco.frame()
    explained = np.zeros(len(boxes), dtype=np.bool_)
    over = boxes[:, :2] + boxes[:, 2:] - frame
    last = np.asarray((np.abs(over - 1) <= 0.05).any(axis=1) & (over <= 1.05).all(axis=1), dtype=np.bool_)
    beyond = (over > 0.05).any(axis=1)
    if last.sum() < FEWEST or last.sum() < MOST * beyond.sum() or not (boxes[:, :2] >= 1)[beyond].all():
        return explained
    if np.nanmin(boxes[:, :2]) < 1:
        return explained
    meaning = "no box begins before 1 and these end one pixel too far: corners that count from 1, as in VOC"
    _tell(coco, "box-shift", np.flatnonzero(last), "", meaning, findings)
    return last


def _tell(coco: Coco, kind: str, rows: Ints, said: str, meaning: str, findings: Findings) -> None:
    findings.add_all(
        coco.name,
        kind,
        rows.tolist(),
        lambda row: at(coco, row, f"box {numbers(coco.boxes[row])}{said}", meaning),
    )


def _corners(boxes: Floats) -> Floats:
    return np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])


def _centred(boxes: Floats) -> Floats:
    return np.hstack([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2])


def _near(corners: Floats, extents: Floats) -> Bools:
    """Return which boxes lie on their masks, give or take two pixels or a tenth of the size."""
    size = np.tile(extents[:, 2:] - extents[:, :2], 2)
    near = np.abs(corners - extents) <= np.maximum(2, 0.1 * size)
    return np.asarray(near.all(axis=1), dtype=np.bool_)


def _inside(corners: Floats, frame: Floats) -> Bools:
    inside = (corners[:, :2] >= -1) & (corners[:, 2:] <= frame + 1)
    return np.asarray(inside.all(axis=1), dtype=np.bool_)
