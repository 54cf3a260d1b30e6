"""Masks as COCO's run-length encoding: encode, decode, measure, outline.

A mask is a string `counts` for an image of known height and width. Its runs go column by column,
from the top of each, and are outside and inside in turn, beginning with outside (which may be 0
pixels long). From the fourth on, the string holds each run's difference to the run two before. A
number is cut into groups of five bits, lowest first; a sixth bit says that more follow, and 48 is
added to reach printable characters (maskApi.c of the COCO API, P. Dollár and T.-Y. Lin).
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

__all__ = ["area", "bounds", "decode", "encode", "polygons", "rings", "run_lengths"]

Ints = npt.NDArray[np.int64]
IdMap = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


def encode(ids: IdMap, count: int) -> list[str]:
    """Return the masks of objects 1 to `count` in an id map of shape `(height, width)`."""
    columns = np.ascontiguousarray(ids.T).ravel()
    starts = np.concatenate([[0], np.flatnonzero(columns[1:] != columns[:-1]) + 1])
    stops = np.append(starts[1:], columns.size)
    owner = columns[starts].astype(np.int64)
    # A stable sort keeps each object's runs in the order of the image.
    order = np.argsort(owner, kind="stable")
    first = np.searchsorted(owner[order], np.arange(1, count + 2))
    runs = []
    for begin, end in itertools.pairwise(first):
        mine = order[begin:end]
        borders = np.zeros(2 * len(mine) + 2, dtype=np.int64)
        borders[1:-1:2], borders[2:-1:2], borders[-1] = starts[mine], stops[mine], columns.size
        lengths = np.diff(borders)
        # A mask that ends with the image has no run outside after it.
        runs.append(lengths if lengths[-1] or len(lengths) == 1 else lengths[:-1])
    return _compress(runs)


def run_lengths(counts: str) -> Ints:
    """Return the lengths of the runs: outside, inside, outside..."""
    letters = np.frombuffer(counts.encode("ascii"), dtype=np.uint8).astype(np.int64) - 48
    ends = np.flatnonzero(letters < 32)
    starts = np.concatenate([[0], ends[:-1] + 1])
    groups = ends - starts + 1
    place = 5 * (np.arange(len(letters)) - np.repeat(starts, groups))
    values = np.add.reduceat((letters & 31) << place, starts)
    negative = (letters[ends] & 16) > 0
    values -= negative.astype(np.int64) << (5 * groups)
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


def decode(counts: str, height: int, width: int) -> npt.NDArray[np.bool_]:
    """Return the mask as an array of shape `(height, width)`."""
    runs = run_lengths(counts)
    if runs.sum() != height * width:
        raise ValueError(f"the mask covers {runs.sum()} pixels, the image {height} x {width}")
    inside = np.arange(len(runs)) % 2 == 1
    return np.repeat(inside, runs).reshape(width, height).T


def area(counts: str) -> int:
    """Return how many pixels are inside."""
    return int(run_lengths(counts)[1::2].sum())


def bounds(counts: str, height: int) -> tuple[int, int, int, int]:
    """Return the tight `(x_min, y_min, x_max, y_max)`, max exclusive; all 0 for an empty mask."""
    columns, tops, bottoms = _strips(counts, height)
    if not len(columns):
        return 0, 0, 0, 0
    return int(columns[0]), int(tops.min()), int(columns[-1]) + 1, int(bottoms.max())


def polygons(counts: str, height: int) -> list[list[int]] | None:
    """Return the outlines along the edges of pixels, one a part, or None where a part has a hole.

    An outline is `[x0, y0, x1, y1, ...]`, clockwise, with horizontal and vertical steps in turn;
    filled, they give the mask again, pixel by pixel. Pixels that touch only at a corner belong to
    different parts.
    """
    found = rings(counts, height)
    return None if any(hole for _, hole in found) else [outline for outline, _ in found]


def rings(counts: str, height: int) -> list[tuple[list[int], bool]]:
    """Return (outline, whether it is that of a hole) of all parts and holes, as `polygons` has them.

    Outlines of holes go the other way round.
    """
    columns, tops, bottoms = _strips(counts, height)
    x, y, up_first = _corners(columns, tops, bottoms)
    # Along every line of the pixel grid the outline runs from the 1st corner to the 2nd, from the
    # 3rd to the 4th and so on. Of two corners at one point, where pixels touch, the first always
    # belongs to the pixel on the left; it is the upper one where `up_first`.
    number = np.arange(len(x))
    by_row = np.lexsort((number, x, y))
    by_column = np.lexsort((np.where(up_first, number, -number), y, x))
    along_row, along_column = _partners(by_row), _partners(by_column)
    xs, ys, seen = x.tolist(), y.tolist(), bytearray(len(x))
    found: list[tuple[list[int], bool]] = []
    filled = _is_top_left(columns, tops, x, y)
    for start in by_row.tolist():
        if seen[start]:
            continue
        outline: list[int] = []
        corner = start
        while not seen[corner]:
            across = along_row[corner]
            outline += (xs[corner], ys[corner], xs[across], ys[across])
            seen[corner] = seen[across] = 1
            corner = along_column[across]
        # From the top left corner of a part its pixels are below and to the right.
        found.append((outline, not filled[start]))
    return found


def _strips(counts: str, height: int) -> tuple[Ints, Ints, Ints]:
    """Return (column, top, bottom) of the inside pixels of each column; bottom is exclusive."""
    runs = run_lengths(counts)
    borders = np.cumsum(runs)
    starts, stops = borders[:-1:2], borders[1::2]
    starts = starts[: len(stops)]
    kept = stops > starts
    starts, stops = starts[kept], stops[kept]
    first, last = starts // height, (stops - 1) // height
    parts = last - first + 1
    columns = np.repeat(first, parts) + _count_within(parts)
    tops = np.maximum(np.repeat(starts, parts), columns * height) - columns * height
    bottoms = np.minimum(np.repeat(stops, parts), (columns + 1) * height) - columns * height
    return columns, tops, bottoms


def _corners(columns: Ints, tops: Ints, bottoms: Ints) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
    """Return (x, y, up_first) of the corners of the outline.

    Both sides of a strip carry its two ends. Where the strip beside it begins (or ends) at the
    same height the outline runs straight on, and both vanish; where one begins and the other ends,
    both stay.
    """
    x = np.concatenate([columns, columns, columns + 1, columns + 1])
    y = np.concatenate([tops, bottoms, tops, bottoms])
    begins = np.repeat([True, False, True, False], len(columns))
    # Here the strip is on the right of the line (its left side) or on the left.
    is_left_side = np.repeat([True, True, False, False], len(columns))
    order = np.lexsort((is_left_side, y, x))
    x, y, begins, is_left_side = x[order], y[order], begins[order], is_left_side[order]
    same_point = (x[1:] == x[:-1]) & (y[1:] == y[:-1])
    straight = np.flatnonzero(same_point & (begins[1:] == begins[:-1]))
    kept = np.ones(len(x), dtype=np.bool_)
    kept[straight] = kept[straight + 1] = False
    # Sorted so, the strip on the left of a point comes first: the upper one when it ends there.
    up_first = np.ones(len(x), dtype=np.bool_)
    touching = np.flatnonzero(same_point & (begins[1:] != begins[:-1]))
    up_first[touching] = up_first[touching + 1] = ~begins[touching]
    return x[kept], y[kept], up_first[kept]


def _is_top_left(columns: Ints, tops: Ints, x: Ints, y: Ints) -> list[bool]:
    """Return for each corner whether a strip begins right below it, to its right."""
    begins = set(zip(columns.tolist(), tops.tolist(), strict=True))
    return [point in begins for point in zip(x.tolist(), y.tolist(), strict=True)]


def _partners(order: Ints) -> list[int]:
    """Return the other end of each corner's step, given the corners in order along the lines."""
    partner = np.empty(len(order), dtype=np.int64)
    partner[order[0::2]], partner[order[1::2]] = order[1::2], order[0::2]
    return partner.tolist()


def _count_within(sizes: Ints) -> Ints:
    """Return 0, 1, ... for each group of that size, one group after the other."""
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)


def _compress(runs: list[Ints]) -> list[str]:
    """Return the strings of several masks, all their numbers in one pass."""
    if not runs:
        return []
    differences = []
    for lengths in runs:
        difference = lengths.copy()
        difference[3:] -= lengths[1:-2]
        differences.append(difference)
    values = np.concatenate(differences)
    groups = np.ones(len(values), dtype=np.int64)
    # k groups of five bits hold -2**(5k - 1) to 2**(5k - 1) - 1, as in two's complement.
    for k in range(1, 13):
        limit = 1 << (5 * k - 1)
        larger = (values >= limit) | (values < -limit)
        if not larger.any():
            break
        groups += larger
    within = _count_within(groups)
    more = within < np.repeat(groups, groups) - 1
    letters = ((np.repeat(values, groups) >> (5 * within)) & 31) + 32 * more + 48
    text = letters.astype(np.uint8).tobytes().decode("ascii")
    ends = np.cumsum(groups)[np.cumsum([len(lengths) for lengths in runs]) - 1].tolist()
    return [text[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
