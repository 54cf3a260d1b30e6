"""From strings to texts: tense, articles, stops and capitals, then one look-up that joins them all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .expand import Expansion
from .strings import EMPTY, ENDS_SENTENCE, IS_ARTICLE, IS_MARKED, IS_STOP, Strings

__all__ = ["Finished", "Runs", "finish"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Runs:
    """Stretches of text, in the order of the texts: shape `(runs,)` each."""

    frames: Ints
    start: Ints
    end: Ints
    """In code points of the row's text, exclusive."""
    row: Numbers

    @property
    def spans(self) -> Ints:
        """Start and end, shape `(runs, 2)`."""
        return np.stack([self.start, self.end], axis=1)


@dataclass(frozen=True)
class Finished:
    """The texts of the rows, and where each string with a tag stands."""

    texts: pa.StringArray
    row_starts: Ints
    """Where each row starts, in code points of all texts together."""
    row_of_frame: Numbers
    start: Ints
    """Of each string with a tag that is not empty, as above; as are the following."""
    end: Ints
    tags: Ints
    frames: Ints
    codes: Ints
    """The strings themselves, by number."""
    margins: tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]
    """How many spaces it begins and ends with."""

    def with_any(self, bits: int) -> Finished:
        """Return the same with those strings alone that carry one of these tags."""
        at = np.flatnonzero((self.tags & np.int32(bits)) != 0)
        names = ("start", "end", "tags", "frames", "codes")
        kept = {name: getattr(self, name)[at] for name in names}
        return replace(self, **kept, margins=(self.margins[0][at], self.margins[1][at]))

    def runs(self, bit: int) -> Runs:
        """Return the stretches that carry a tag: strings side by side, of one frame, in one row."""
        chosen = np.flatnonzero((self.tags & np.int32(bit)) != 0)
        frames, start, end = self.frames[chosen], self.start[chosen], self.end[chosen]
        # Side by side in characters, whatever empty strings lie between; rows have frames of their own.
        first = np.flatnonzero(
            np.append(True, (start[1:] != end[:-1]) | (np.diff(frames) != 0))[: len(chosen)]
        )
        last = np.append(first[1:], len(chosen))[: len(first)] - 1
        row = self.row_of_frame[frames[first]]
        offset = self.row_starts[row]
        # The space before or after a word is never part of what it says.
        left, right = self.margins[0][chosen[first]], self.margins[1][chosen[last]]
        return Runs(frames[first], start[first] + left - offset, end[last] - right - offset, row)


def finish(
    strings: Strings,
    made: Expansion,
    row_of_frame: Numbers,
    past: Flags | None = None,
    capitals: bool = True,
) -> Finished:
    """Return the texts; `past` says which rows are told in the past tense."""
    first = np.zeros(len(made.counts) + 1, np.int64)
    np.cumsum(made.counts, out=first[1:])
    codes = made.codes
    if past is not None:
        at = np.flatnonzero(past.repeat(made.counts))
        codes[at] = strings.past.take(codes.take(at))
    _set_marks(codes, first, strings, capitals)
    starts = np.zeros(len(codes) + 1, np.int32)
    np.cumsum(strings.lengths.take(codes), out=starts[1:])
    written = np.flatnonzero(strings.lengths.take(codes.take(made.tagged)) != 0)
    at = made.tagged.take(written)
    tagged = codes.take(at)
    return Finished(
        texts=_joined(codes, first, strings),
        row_starts=starts[first[:-1]],
        row_of_frame=row_of_frame,
        start=starts.take(at),
        end=starts.take(at + 1),
        tags=made.tags.take(written),
        frames=made.frames.take(written),
        codes=tagged,
        margins=(strings.left.take(tagged), strings.right.take(tagged)),
    )


def _set_marks(codes: Ints, first: Numbers, strings: Strings, capitals: bool) -> None:
    """Write articles, stops and capitals, each by what stands beside it."""
    flags = strings.flags.take(codes)
    at = np.flatnonzero(flags != 0)
    flags = flags.take(at)
    articles = at[(flags & IS_ARTICLE) != 0]
    codes[articles] = np.where(strings.takes_an[codes[_written(codes, articles + 1)]], strings.an, strings.a)
    stops = at[(flags & IS_STOP) != 0]
    stops = stops[stops > 0]
    second = stops[(strings.flags[codes[stops - 1]] & IS_MARKED) != 0]
    ends = at[(flags & ENDS_SENTENCE) != 0]  # a stop that goes leaves its space, and a sentence begins
    codes[second] = strings.after_mark[codes[second]]
    if capitals:
        at = _written(codes, np.concatenate([first[:-1], ends + 1]))
        codes[at] = strings.capital.take(codes.take(at))


def _written(codes: Ints, at: Numbers) -> Numbers:
    """Return each place, or the next one that is not empty; the last one at most."""
    at = np.minimum(at, len(codes) - 1)
    while True:
        empty = (codes[at] == EMPTY) & (at < len(codes) - 1)
        if not empty.any():
            return at
        at += empty


def _joined(codes: Ints, first: Numbers, strings: Strings) -> pa.StringArray:
    """Return the texts of the rows: the strings lie in order, so that only the borders are new."""
    joined = strings.texts.take(pa.array(codes))
    _, borders, data = joined.buffers()
    row_borders = np.frombuffer(memoryview(borders), np.int32)[first]
    return pa.StringArray.from_buffers(len(first) - 1, pa.py_buffer(row_borders.data), data)
