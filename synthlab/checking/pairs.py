"""Pairs of intervals that meet, found in sorted order: of boxes in an image, of spans in a column."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .columns import Floats, Ints

__all__ = ["meeting"]


def meeting(groups: Ints, starts: Ints | Floats, stops: Ints | Floats) -> Iterator[tuple[Ints, Ints]]:
    """Yield all pairs of one group that have something in common, many at a time, as two arrays of rows."""
    if starts.dtype.kind == "i" and len(starts):
        # One key of whole numbers sorts several times faster than two.
        order = np.argsort(groups * (int(starts.max()) + 1) + starts)
    else:
        order = np.lexsort((starts, groups))
    group, start, stop = groups[order], starts[order], stops[order]
    active = np.arange(len(order))
    step = 0
    while len(active):
        step += 1
        active = active[active + step < len(order)]
        other = active + step
        # Sorted by their starts, the first that does not meet an interval is the last to be looked at.
        active = active[(group[other] == group[active]) & (start[other] < stop[active])]
        if len(active):
            yield order[active], order[active + step]
