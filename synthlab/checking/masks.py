"""Masks of a whole file at once: extent, area and spans of pixels, of polygons and of run lengths.

A span is the pixels `start` to `stop` (exclusive) of one column of the image. A polygon owns the pixels
whose centres lie inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .columns import Bools, Coco, Floats, Ints

__all__ = ["Masks", "Spans", "decoded", "drawn_extents", "measure", "spans", "union_areas"]

SPANS = 300_000
"""So many are held at once, about."""


@dataclass(frozen=True, slots=True)
class Masks:
    """What masks measure, a row for each annotation that has one and can be measured."""

    annotations: Ints
    extents: Floats
    """`[x_min, y_min, x_max, y_max]` in pixels, max exclusive; of the corners where it is polygons."""
    areas: Floats
    slack: Floats
    """How far an area may be off: half a pixel along the outline of a polygon, as readers differ."""
    exact: Bools
    """Whether the mask is whole pixels: run lengths, and polygons along the edges of pixels."""
    polygons: Bools


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of some annotations, in no order."""

    annotations: Ints
    columns: Ints
    starts: Ints
    stops: Ints


def measure(coco: Coco) -> Masks:
    """Return extent and area of each mask; masks of another size than their image are left out."""
    parts = [_measure_rings(coco), _measure_runs(coco)]
    joined = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    order = np.argsort(joined[0], kind="stable")
    return Masks(*(column[order] for column in joined))


def spans(coco: Coco, wanted: Bools, columns: Floats | None = None) -> Iterator[Spans]:
    """Yield the spans of the `wanted` annotations (a row each), some images at a time.

    With `columns`, of shape `(annotations, 2)`, only those from the first column to before the second.
    """
    rings = _of_rings(coco, wanted)
    runs = _of_runs(coco, wanted)
    frame = coco.frame()
    width = np.nan_to_num(frame[:, :1])
    limits = np.hstack([0 * width, width])
    if columns is not None:
        limits = np.clip(np.stack([np.floor(columns[:, 0]), np.ceil(columns[:, 1])], axis=1), 0, width)
    # Images in order, cut where enough columns have come together; an image is never in two parts.
    wide = np.zeros(len(coco.sizes), dtype=np.int64)
    for owners in (coco.ring_owners[rings], np.asarray(coco.run_owners, dtype=np.int64)[runs]):
        np.add.at(wide, coco.images[owners], (limits[owners, 1] - limits[owners, 0]).astype(np.int64))
    part = np.cumsum(wide) // SPANS
    ring_part = part[coco.images[coco.ring_owners[rings]]]
    run_part = part[coco.images[np.asarray(coco.run_owners, dtype=np.int64)[runs]]]
    for number in np.union1d(ring_part, run_part):
        found = [
            _ring_spans(coco, rings[ring_part == number], limits),
            _run_spans(coco, runs[run_part == number], limits),
        ]
        yield Spans(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def drawn_extents(coco: Coco, wanted: Bools) -> Floats:
    """Return `[x_min, y_min, x_max, y_max]` of the pixels of the `wanted`; not finite for others."""
    low = np.full((len(coco.ids), 2), np.inf)
    high = np.full((len(coco.ids), 2), -np.inf)
    for part in spans(coco, wanted):
        for edge, first, last in ((0, part.columns, part.columns + 1), (1, part.starts, part.stops)):
            np.minimum.at(low[:, edge], part.annotations, first)
            np.maximum.at(high[:, edge], part.annotations, last)
    return np.hstack([low, high])


def union_areas(coco: Coco, wanted: Bools) -> Ints:
    """Return how many pixels the `wanted` annotations own, all polygons of one together; 0 for others."""
    areas = np.zeros(len(coco.ids), dtype=np.int64)
    for part in spans(coco, wanted):
        line = part.annotations * (int(part.columns.max(initial=0)) + 1) + part.columns
        lines = np.concatenate([line, line])
        places = np.concatenate([part.starts, part.stops])
        steps = np.repeat([1, -1], len(line))
        order = np.lexsort((places, lines))
        inside = np.cumsum(steps[order])[:-1] > 0
        lengths = np.diff(places[order])
        owners = np.concatenate([part.annotations, part.annotations])[order][:-1]
        np.add.at(areas, owners[inside], lengths[inside])
    return areas


def _of_rings(coco: Coco, wanted: Bools) -> Ints:
    return np.flatnonzero(wanted[coco.ring_owners] & (coco.images[coco.ring_owners] >= 0))


def _of_runs(coco: Coco, wanted: Bools) -> Ints:
    owners = np.asarray(coco.run_owners, dtype=np.int64)
    sizes = np.asarray(coco.run_sizes, dtype=np.float64).reshape(-1, 2)
    fits = (sizes[:, ::-1] == coco.frame()[owners]).all(axis=1)
    return np.flatnonzero(wanted[owners] & fits)


def _measure_rings(coco: Coco) -> tuple[npt.NDArray[np.generic], ...]:
    sizes, owners = coco.ring_sizes, coco.ring_owners
    if not len(sizes):
        return _nothing()
    starts = np.cumsum(sizes) - sizes
    x, y = coco.corners[:, 0], coco.corners[:, 1]
    next_x, next_y = _shifted(x, starts, sizes), _shifted(y, starts, sizes)
    with np.errstate(over="ignore", invalid="ignore"):
        areas = np.abs(np.add.reduceat(x * next_y - next_x * y, starts)) / 2
        lengths = np.add.reduceat(np.hypot(next_x - x, next_y - y), starts)
    straight = ((x == next_x) | (y == next_y)) & (x == np.rint(x)) & (y == np.rint(y))
    # The polygons of an annotation lie one behind the other.
    first = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))
    exact = np.logical_and.reduceat(np.logical_and.reduceat(straight, starts), first)
    extents = np.stack(
        [
            np.minimum.reduceat(np.minimum.reduceat(x, starts), first),
            np.minimum.reduceat(np.minimum.reduceat(y, starts), first),
            np.maximum.reduceat(np.maximum.reduceat(x, starts), first),
            np.maximum.reduceat(np.maximum.reduceat(y, starts), first),
        ],
        axis=1,
    )
    slack = np.where(exact, 0.5, np.add.reduceat(lengths, first) / 2 + 1)
    return (
        owners[first],
        extents,
        np.add.reduceat(areas, first),
        slack,
        exact,
        np.ones(len(first), dtype=np.bool_),
    )


def _measure_runs(coco: Coco) -> tuple[npt.NDArray[np.generic], ...]:
    runs = _of_runs(coco, np.ones(len(coco.ids), dtype=np.bool_))
    if not len(runs):
        return _nothing()
    mask, starts, stops = _inside(coco, runs)
    height = np.asarray(coco.run_sizes, dtype=np.int64).reshape(-1, 2)[runs, 0]
    high = height[mask]
    first, last = starts // high, (stops - 1) // high
    top = np.where(first == last, starts - first * high, 0)
    bottom = np.where(first == last, stops - first * high, high)
    extents = np.tile([np.inf, np.inf, -np.inf, -np.inf], (len(runs), 1))
    for edge, values, join in (
        (0, first, np.minimum),
        (1, top, np.minimum),
        (2, last + 1, np.maximum),
        (3, bottom, np.maximum),
    ):
        join.at(extents[:, edge], mask, values)
    areas = np.bincount(mask, stops - starts, minlength=len(runs))
    extents[areas == 0] = np.nan
    owners = np.asarray(coco.run_owners, dtype=np.int64)[runs]
    whole = np.ones(len(runs), dtype=np.bool_)
    return owners, extents, areas, np.full(len(runs), 0.5), whole, ~whole


def _nothing() -> tuple[npt.NDArray[np.generic], ...]:
    none, bools = np.zeros(0), np.zeros(0, dtype=np.bool_)
    return np.zeros(0, dtype=np.int64), np.zeros((0, 4)), none, none, bools, bools


def _shifted(values: Floats, starts: Ints, sizes: Ints) -> Floats:
    """Return for each corner the next one of its ring."""
    following = np.append(values[1:], 0.0)
    following[starts + sizes - 1] = values[starts]
    return following


def _inside(coco: Coco, runs: Ints) -> tuple[Ints, Ints, Ints]:
    """Return (which of `runs`, start, stop) of the runs inside, counted along the columns of the image."""
    picked = [coco.runs[run] for run in runs.tolist()]
    lengths, sizes = np.concatenate(picked), np.array([len(run) for run in picked], dtype=np.int64)
    begins = np.cumsum(sizes) - sizes
    mask = np.repeat(np.arange(len(runs)), sizes)
    stops = np.cumsum(lengths)
    stops -= np.repeat(stops[begins] - lengths[begins], sizes)
    inside = ((np.arange(len(lengths)) - begins[mask]) % 2 == 1) & (lengths > 0)
    return mask[inside], (stops - lengths)[inside], stops[inside]


def decoded(texts: list[str]) -> list[Ints]:
    """Return the run lengths of several masks in COCO's letters, in one pass (see `synthlab.masks`)."""
    letters = np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8).astype(np.int64) - 48
    ends = np.flatnonzero(letters < 32)
    starts = np.concatenate([[0], ends[:-1] + 1])
    groups = ends - starts + 1
    place = 5 * (np.arange(len(letters)) - np.repeat(starts, groups))
    values = np.add.reduceat((letters & 31) << place, starts)
    values -= ((letters[ends] & 16) > 0).astype(np.int64) << (5 * groups)
    # From the fourth number on, each is the difference to the one two before.
    borders = np.searchsorted(ends, np.cumsum([len(text) for text in texts]))
    found = np.split(values, borders[:-1])
    for lengths in found:
        lengths[1::2] = np.cumsum(lengths[1::2])
        lengths[2::2] = np.cumsum(lengths[2::2])
    return found


def _run_spans(coco: Coco, runs: Ints, limits: Floats) -> tuple[Ints, Ints, Ints, Ints]:
    if not len(runs):
        return _no_spans()
    mask, starts, stops = _inside(coco, runs)
    high = np.asarray(coco.run_sizes, dtype=np.int64).reshape(-1, 2)[runs, 0][mask]
    owners = np.asarray(coco.run_owners, dtype=np.int64)[runs][mask]
    least, most = limits[owners].T.astype(np.int64)
    first, last = np.maximum(starts // high, least), np.minimum((stops - 1) // high, most - 1)
    parts = np.maximum(last - first + 1, 0)
    column = np.repeat(first, parts) + _count_within(parts)
    line = column * np.repeat(high, parts)
    return (
        np.repeat(owners, parts),
        column,
        np.maximum(np.repeat(starts, parts), line) - line,
        np.minimum(np.repeat(stops, parts), line + np.repeat(high, parts)) - line,
    )


def _ring_spans(coco: Coco, rings: Ints, limits: Floats) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the spans of polygons: between the 1st and 2nd crossing of a column's middle, 3rd and 4th..."""
    if not len(rings):
        return _no_spans()
    sizes = coco.ring_sizes[rings]
    begins = np.cumsum(coco.ring_sizes) - coco.ring_sizes
    corners = coco.corners[np.repeat(begins[rings], sizes) + _count_within(sizes)]
    starts = np.cumsum(sizes) - sizes
    ring = np.repeat(np.arange(len(rings)), sizes)
    height = coco.frame()[coco.ring_owners[rings], 1]
    x, y = corners[:, 0], corners[:, 1]
    next_x, next_y = _shifted(x, starts, sizes), _shifted(y, starts, sizes)
    least, most = limits[coco.ring_owners[rings]][ring].T
    low = np.clip(np.ceil(np.minimum(x, next_x) - 0.5), least, most).astype(np.int64)
    high = np.clip(np.ceil(np.maximum(x, next_x) - 0.5), least, most).astype(np.int64)
    parts = high - low
    column = np.repeat(low, parts) + _count_within(parts)
    flat = next_x == x
    with np.errstate(over="ignore", invalid="ignore"):
        slope = (next_y - y) / np.where(flat, 1, next_x - x)
        crossing = np.repeat(y, parts) + (column + 0.5 - np.repeat(x, parts)) * np.repeat(slope, parts)
    owner = np.repeat(ring, parts)
    crossing = np.clip(crossing, 0, np.nan_to_num(height)[owner])
    # One key sorts by ring, column and height: faster than by three, and exact to 1e-4 of a pixel.
    across, along = int(most.max(initial=0)) + 1, float(np.nan_to_num(height).max(initial=0)) + 1
    key = np.sort((owner * across + column) * along + crossing)
    line = np.floor_divide(key[0::2], along)
    place = np.ceil(np.stack([key[0::2], key[1::2]]) - line * along - 0.5 - 1e-4).astype(np.int64)
    line = line.astype(np.int64)
    kept = place[1] > place[0]
    found = coco.ring_owners[rings][line // across]
    return found[kept], (line % across)[kept], place[0][kept], place[1][kept]


def _no_spans() -> tuple[Ints, Ints, Ints, Ints]:
    none = np.zeros(0, dtype=np.int64)
    return none, none, none, none


def _count_within(sizes: Ints) -> Ints:
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
