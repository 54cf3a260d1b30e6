"""Changes of many texts at once, and where they take the spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .flat import Codes, Flags, Flat, Numbers, ragged

__all__ = ["Edits", "letters", "splice", "strings"]


@dataclass(frozen=True)
class Edits:
    """Edit i writes `count[i]` code points of `fill`, in order, for those from `start[i]` to `stop[i]`.

    Places count from the start of the batch. Edits do not overlap, and none reaches over the border of
    a span or a text. Where `start` is `stop`, something is inserted, and stays outside of spans that
    end or start there; where texts meet, the first of them gets it. At most one edit is an insertion at
    the same place, and none is at the start of the batch.
    """

    start: Numbers
    stop: Numbers
    count: Numbers
    fill: Codes

    def __len__(self) -> int:
        return len(self.start)

    @classmethod
    def join(cls, parts: Sequence[Edits]) -> Edits:
        """Return all edits as one."""
        nothing = np.empty(0, np.int64)
        return cls(
            np.concatenate([nothing, *(part.start for part in parts)]),
            np.concatenate([nothing, *(part.stop for part in parts)]),
            np.concatenate([nothing, *(part.count for part in parts)]),
            np.concatenate([np.empty(0, np.uint32), *(part.fill for part in parts)]),
        )

    def only(self, kept: Flags) -> Edits:
        """Return those that are kept."""
        fill = self.fill[np.repeat(kept, self.count)]
        return Edits(self.start[kept], self.stop[kept], self.count[kept], fill)


def splice(flat: Flat, edits: Edits, spans: Numbers, ranges: Numbers | None = None) -> tuple[Flat, Numbers]:
    """Return the texts after the edits, and the spans, shape `(spans, 2)`, where they lie in them.

    `ranges` are moved as well, behind the spans. Edits that together would leave nothing of a span or of a
    text are not made; a range may become empty.
    """
    every = spans if ranges is None else np.concatenate([spans, ranges])
    moves = _Moves(flat, edits)
    moved = moves.spans(every)
    emptied = np.concatenate(
        [
            _emptied(spans, moved[: len(spans)]),
            _emptied(_pairs(flat.bounds), _pairs(moves.starts(flat.bounds))),
        ]
    )
    if len(emptied):
        lost = np.zeros(len(flat.codes) + 1, bool)
        lost[ragged(emptied[:, 0], emptied[:, 1] - emptied[:, 0])] = True
        edits = edits.only(~lost[edits.start] | (edits.count >= edits.stop - edits.start))
        moves = _Moves(flat, edits)
        moved = moves.spans(every)
    return moves.texts(), moved


def _pairs(bounds: Numbers) -> Numbers:
    return np.stack([bounds[:-1], bounds[1:]], axis=1)


def _emptied(before: Numbers, after: Numbers) -> Numbers:
    return before[(after[:, 0] >= after[:, 1]) & (before[:, 0] < before[:, 1])]


class _Moves:
    """Where each place goes."""

    def __init__(self, flat: Flat, edits: Edits) -> None:
        self._flat, self._edits = flat, edits
        size = len(flat.codes) + 1
        inserts = edits.start == edits.stop
        self._inserted = np.zeros(size, np.int32)
        self._inserted[edits.start[inserts]] = edits.count[inserts]
        # No two edits stop at the same place but for an insertion.
        growth = edits.count - (edits.stop - edits.start)
        self._shift = np.zeros(size, np.int32)
        self._shift[edits.stop[~inserts]] = growth[~inserts]
        self._shift[edits.start[inserts]] += edits.count[inserts].astype(np.int32)
        np.cumsum(self._shift, out=self._shift)

    def starts(self, places: Numbers) -> Numbers:
        """Return where what is at each place, or the next thing kept, begins."""
        return places + self._shift[places]

    def stops(self, places: Numbers) -> Numbers:
        """Return where what is before each place ends."""
        return places + (self._shift[places] - self._inserted[places])

    def spans(self, spans: Numbers) -> Numbers:
        starts, stops = self.starts(spans[:, 0]), self.stops(spans[:, 1])
        return np.stack([starts, np.maximum(starts, stops)], axis=1)

    def texts(self) -> Flat:
        flat, edits = self._flat, self._edits
        bounds = self.starts(flat.bounds)
        codes = np.empty(bounds[-1], np.uint32)
        kept = np.ones(len(flat.codes), bool)
        kept[ragged(edits.start, edits.stop - edits.start)] = False
        # An insertion goes before what else is at its place.
        inserted = np.where(edits.start == edits.stop, edits.count, 0)
        filled = ragged(self.starts(edits.start) - inserted, edits.count)
        old = np.ones(len(codes), bool)
        old[filled] = False
        codes[old] = flat.codes[kept]
        codes[filled] = edits.fill
        return Flat(codes, bounds)


def strings(start: Numbers, stop: Numbers, pool: Codes, first: Numbers, count: Numbers) -> Edits:
    """Return edits that write strings of a pool: `pool[first[i]:first[i] + count[i]]`."""
    return Edits(start, stop, count, pool[ragged(first, count)])


def letters(start: Numbers, codes: Codes, count: Numbers | int = 1) -> Edits:
    """Return edits that write a code point, `count` times, for the one at each place."""
    counts = np.broadcast_to(np.asarray(count, np.int64), start.shape)
    return Edits(start, start + 1, counts, np.repeat(codes, counts))
