"""Masks against boxes, areas and the image; and pixels that several objects own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .boxes import at, numbers
from .columns import Bools, Coco, Floats, Ints
from .findings import Findings
from .masks import Masks, Spans, decoded, drawn_extents, spans, union_areas
from .pairs import meeting

__all__ = ["check_masks", "check_overlap", "settle_runs"]


def settle_runs(coco: Coco, findings: Findings) -> None:
    """Decode run lengths, tell those that do not fit their image, and keep the others."""
    texts = [i for i, runs in enumerate(coco.runs) if isinstance(runs, str)]
    if texts:
        for i, runs in zip(texts, decoded([coco.runs[i] for i in texts]), strict=True):
            coco.runs[i] = runs
    frame = coco.frame()
    good = []
    for i, (row, (height, width), runs) in enumerate(
        zip(coco.run_owners, coco.run_sizes, coco.runs, strict=True)
    ):
        wide, high = frame[row]
        if runs.sum() != height * width or runs.min() < 0:
            found, fits = (
                f"runs over {runs.sum():,} pixels",
                f"{height * width:,}, as size is {[height, width]}",
            )
        elif wide == wide and (high, wide) != (height, width):
            found, fits = (
                f"size {[height, width]}",
                f"[height, width] of the image is [{high:.0f}, {wide:.0f}]",
            )
        else:
            good.append(i)
            continue
        findings.add(coco.name, "rle", at(coco, row, found, fits))
    coco.runs = [coco.runs[i] for i in good]
    coco.run_sizes = [coco.run_sizes[i] for i in good]
    coco.run_owners = [coco.run_owners[i] for i in good]


def check_masks(coco: Coco, masks: Masks, findings: Findings, explained: Bools) -> None:
    """Hold each mask against its box (unless that is `explained` already), its area and the image."""
    rows, extents, frame = masks.annotations, masks.extents, coco.frame()[masks.annotations]
    boxes, areas = coco.boxes[rows], coco.areas[rows]
    empty = masks.areas == 0
    outside = masks.polygons & ((extents[:, :2] < -1) | (extents[:, 2:] > frame + 1)).any(axis=1)
    # A polygon may be drawn beyond the image; its box may be that of all or of what is seen.
    cut = np.hstack([np.clip(extents[:, :2], 0, frame), np.clip(extents[:, 2:], 0, frame)])
    corners = np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])
    allowed = np.where(masks.exact, 0.5, 1.0)[:, None] + 1e-6
    off = ~((np.abs(corners - extents) <= allowed).all(1) | (np.abs(corners - cut) <= allowed).all(1))
    if coco.loose:
        off &= ~((corners[:, :2] <= cut[:, :2] + allowed) & (corners[:, 2:] >= cut[:, 2:] - allowed)).all(
            axis=1
        )
    off &= np.isfinite(corners).all(axis=1) & (boxes[:, 2:] > 0).all(axis=1) & ~empty & ~explained[rows]
    off = _still_off(coco, masks, off, corners)
    far = (np.abs(areas - masks.areas) > masks.slack) & ~empty & ~coco.crowd[rows]
    far = _still_far(coco, masks, far)

    def tell(kind: str, chosen: Bools, found: Callable[[int], str], fits: Callable[[int], str]) -> None:
        places = np.flatnonzero(chosen).tolist()
        findings.add_all(coco.name, kind, places, lambda i: at(coco, int(rows[i]), found(i), fits(i)))

    def area(i: int) -> str:
        of_box = ", that of the box" if abs(areas[i] - boxes[i, 2] * boxes[i, 3]) <= 1 else ""
        return f"area {areas[i]:.7g}{of_box}"

    def box_of_mask(i: int) -> str:
        low, high = extents[i, :2], extents[i, 2:]
        return f"the mask's is {numbers(np.concatenate([low, high - low]))}"

    def reach(i: int) -> str:
        return f"corners from {numbers(extents[i, :2])} to {numbers(extents[i, 2:])}"

    tell("empty-mask", empty, lambda i: "a mask without pixels", lambda i: "at least one")
    tell("mask-outside", outside, reach, lambda i: f"an image of {frame[i, 0]:.0f} x {frame[i, 1]:.0f}")
    tell("box-off-mask", off, lambda i: f"box {numbers(boxes[i])}", box_of_mask)
    tell("area-off-mask", far, area, lambda i: f"the mask's is {masks.areas[i]:.7g}")


def _still_off(coco: Coco, masks: Masks, off: Bools, corners: Floats) -> Bools:
    """Return those whose box is off even from the pixels: the tip of a polygon may own none."""
    wanted = np.zeros(len(coco.ids), dtype=np.bool_)
    wanted[masks.annotations[off & masks.polygons]] = True
    if not wanted.any():
        return off
    drawn = drawn_extents(coco, wanted)[masks.annotations]
    near = (np.abs(corners - drawn) <= np.where(masks.exact, 0.5, 1.0)[:, None] + 1e-6).all(axis=1)
    return np.asarray(off & ~near, dtype=np.bool_)


def _still_far(coco: Coco, masks: Masks, far: Bools) -> Bools:
    """Return those whose area is off even when polygons that lie upon each other or reach out are cut."""
    wanted = np.zeros(len(coco.ids), dtype=np.bool_)
    wanted[masks.annotations[far & masks.polygons]] = True
    if not wanted.any():
        return far
    united = union_areas(coco, wanted)[masks.annotations]
    near = np.abs(coco.areas[masks.annotations] - united) <= masks.slack
    still: Bools = far & ~(near & masks.polygons)
    return still


def check_overlap(coco: Coco, masks: Masks, findings: Findings) -> None:
    """Count the pixels that two objects own."""
    kept = ~coco.crowd[masks.annotations] & (masks.areas > 0) & (coco.images[masks.annotations] >= 0)
    kept &= np.isfinite(coco.frame()[masks.annotations]).all(axis=1)
    rows, extents = masks.annotations[kept], masks.extents[kept]
    # Only the columns in which an object can meet another are looked at.
    columns = np.tile([np.inf, -np.inf], (len(coco.ids), 1))
    for a, b in meeting(coco.images[rows], extents[:, 0], extents[:, 2]):
        both = (extents[a, 1] < extents[b, 3]) & (extents[b, 1] < extents[a, 3])
        a, b = a[both], b[both]
        for one in (rows[a], rows[b]):
            np.minimum.at(columns[:, 0], one, np.maximum(extents[a, 0], extents[b, 0]))
            np.maximum.at(columns[:, 1], one, np.minimum(extents[a, 2], extents[b, 2]))
    wanted = columns[:, 0] < columns[:, 1]
    owned = np.zeros(len(coco.ids))
    owned[masks.annotations] = masks.areas
    parts = [_shared(coco, part) for part in spans(coco, wanted, columns)]
    if not parts:
        return
    # An image is never in two parts, and so is no pair of objects.
    found, shared = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    if not len(found):
        return
    first, second = found // len(coco.ids), found % len(coco.ids)
    share = shared / np.maximum(np.minimum(owned[first], owned[second]), 1)
    total = shared.sum() / max(owned[~coco.crowd].sum(), 1)
    _tell_overlap(coco, findings, first.tolist(), second.tolist(), shared, share, total)


def _shared(coco: Coco, part: Spans) -> tuple[Ints, Floats]:
    """Return the pairs of objects that share pixels, first * annotations + second, and how many each."""
    line = coco.images[part.annotations] * (int(part.columns.max(initial=0)) + 1) + part.columns
    pairs, pixels = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for a, b in meeting(line, part.starts, part.stops):
        one, two = part.annotations[a], part.annotations[b]
        common = np.minimum(part.stops[a], part.stops[b]) - np.maximum(part.starts[a], part.starts[b])
        apart = one != two
        key = np.minimum(one, two) * len(coco.ids) + np.maximum(one, two)
        pairs.append(key[apart])
        pixels.append(common[apart])
    found, where = np.unique(np.concatenate(pairs), return_inverse=True)
    return found, np.bincount(where, np.concatenate(pixels), minlength=len(found)).astype(np.float64)


def _tell_overlap(
    coco: Coco,
    findings: Findings,
    first: list[int],
    second: list[int],
    shared: Floats,
    share: Floats,
    total: float,
) -> None:
    worst = np.argsort(-share, kind="stable").tolist()
    findings.add_all(
        coco.name,
        "overlap",
        worst,
        lambda i: at(
            coco,
            first[i],
            f"{shared[i]:,.0f} pixels are annotation {coco.ids[second[i]]!r}'s, too: "
            f"{share[i]:.1%} of the smaller",
            f"{total:.2%} of all pixels of masks are owned twice",
        ),
    )
