"""Lists of numbers in cells, from which a batch picks by random words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Choices", "below", "uniform"]

Ints = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Choices:
    """Lists of numbers in cells: cell i has `members[first[i]:first[i] + count[i]]`."""

    members: Ints
    first: Ints
    count: Ints

    @classmethod
    def of(cls, cells: Sequence[Sequence[int]]) -> Choices:
        """Return the lists as choices; equal lists are stored once."""
        places: dict[tuple[int, ...], int] = {}
        by_identity: dict[int, int] = {}
        members: list[int] = []
        first = []
        for cell in cells:
            # Most cells share a list: comparing what they are is cheaper than comparing what they hold.
            if id(cell) not in by_identity:
                key = tuple(cell)
                if key not in places:
                    places[key] = len(members)
                    members.extend(key)
                by_identity[id(cell)] = places[key]
            first.append(by_identity[id(cell)])
        count = [len(cell) for cell in cells]
        return cls(*(np.array(values, np.int32) for values in (members, first, count)))

    def __getitem__(self, cell: int | np.integer[Any]) -> Ints:
        """Return the list of a cell."""
        return self.members[self.first[cell] : self.first[cell] + self.count[cell]]

    def pick(self, cells: npt.NDArray[np.integer], words: Words) -> Ints:
        """Return one member of each cell, by raw random words."""
        picked: Ints = self.members.take(self.first.take(cells) + below(words, self.count.take(cells)))
        return picked


def below(words: Words, bounds: npt.NDArray[np.integer]) -> Ints:
    """Return integers in `[0, bound)` from the upper half of raw words; bounds are below 2**31."""
    half = np.uint64(32)
    return ((words >> half) * bounds.astype(np.uint64) >> half).astype(np.int32)


def uniform(words: Words) -> npt.NDArray[np.floating[Any]]:
    """Return floats in `[0, 1)` from raw words."""
    return (words >> np.uint64(11)) * 2.0**-53
