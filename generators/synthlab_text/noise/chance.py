"""Who writes how: switches of rows, and chance at places in a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthlab import Rows
from synthlab.rows import GOLDEN, mixed

from .flat import Flags, Flat, Numbers, Words

__all__ = ["Habit", "below", "habit"]

_HALF = np.uint64(32)
_LOW = np.uint64(2**32 - 1)


@dataclass(frozen=True)
class Habit:
    """Which rows have a habit, shape `(rows,)`, and a random word of each.

    Chance at a place is mixed from the word of its row and its distance from the start of the text, so
    that the other rows of a batch have no part in it.
    """

    has: Flags
    words: Words

    def __bool__(self) -> bool:
        return bool(self.has.any())

    @property
    def rows(self) -> Numbers:
        """The rows that have it, as places in the batch."""
        return np.flatnonzero(self.has)

    def at(self, flat: Flat, row: Numbers, place: Numbers) -> Words:
        """Return a random word for each place in the batch."""
        distance = (place - flat.bounds[row] + 1).astype(np.uint64)
        return mixed(self.words[row] + distance * GOLDEN)

    def often(self, flat: Flat, row: Numbers, place: Numbers, share: float) -> Flags:
        """Return at which of the places, sorted by row, the habit shows: a share, at least one a row."""
        if share >= 1:
            return np.ones(len(place), bool)
        chosen = (self.at(flat, row, place) & _LOW) < np.uint64(share * 2**32)
        firsts = np.flatnonzero(np.diff(row, prepend=-1))
        counts = np.diff(firsts, append=len(row))
        chosen[firsts + below(mixed(~self.words[row[firsts]]), counts)] = True
        return chosen


def habit(rows: Rows, kind: str, rate: float) -> Habit:
    """Return which rows have a habit, at this rate."""
    if rate == 0:
        return Habit(np.zeros(len(rows), bool), np.zeros(len(rows), np.uint64))
    words = rows.stream("noise", kind).words()
    return Habit((words >> np.uint64(11)) * 2.0**-53 < rate, words)


def below(words: Words, bounds: Numbers | int) -> Numbers:
    """Return integers in `[0, bound)` from the upper half of random words; bounds are below 2**32."""
    return ((words >> _HALF) * np.asarray(bounds).astype(np.uint64) >> _HALF).astype(np.int64)
