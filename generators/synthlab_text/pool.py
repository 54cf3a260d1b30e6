"""Every string that a review is made of, numbered once, with what must be known of it as arrays.

A review is then a row of numbers. Joining strings, changing tense, choosing between a and an and
writing capitals are look-ups for a whole batch at a time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = [
    "ARTICLE",
    "EMPTY",
    "Choices",
    "Pool",
    "PoolBuilder",
    "below",
    "starts_with_vowel_sound",
    "uniform",
]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

EMPTY = 0
"""The number of the empty string."""
ARTICLE = 1
"""Stands for `a ` or `an `, whichever the next string needs."""

_LIKE_YOU_OR_ONE = re.compile(r"(?:uni[cfqtv]|us[abeu]|uti|eu|one\b|once\b)")
_SILENT_H = re.compile(r"(?:hones|hono|hour|heir)")


@dataclass(frozen=True)
class Pool:
    """Strings by number, and arrays with an entry for each of them."""

    strings: pa.StringArray
    lengths: Ints
    """In code points."""
    past: Ints
    """The number of the same string in the past tense."""
    capital: Ints
    """The number of the same string with a capital first letter."""
    takes_an: npt.NDArray[np.bool_]
    ends_sentence: npt.NDArray[np.bool_]
    a: int
    an: int


@dataclass(frozen=True)
class Choices:
    """Lists of numbers in cells: cell i has `members[first[i]:first[i] + count[i]]`."""

    members: Ints
    first: Numbers
    count: Numbers

    @classmethod
    def of(cls, cells: Sequence[Sequence[int]]) -> Choices:
        """Return the lists as choices; equal lists are stored once."""
        places: dict[tuple[int, ...], int] = {}
        members: list[int] = []
        first = []
        for cell in map(tuple, cells):
            if cell not in places:
                places[cell] = len(members)
                members.extend(cell)
            first.append(places[cell])
        count = [len(cell) for cell in cells]
        return cls(np.array(members, np.int32), np.array(first, np.int64), np.array(count, np.int64))

    def pick(self, cells: npt.NDArray[np.integer], words: Words) -> Ints:
        """Return one member of each cell, by raw random words."""
        picked: Ints = self.members[self.first[cells] + below(words, self.count[cells])]
        return picked


class PoolBuilder:
    """Collects strings while a language is compiled."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self._texts: list[str] = []
        self._past: list[int] = []
        for mark in (EMPTY, ARTICLE):
            self._append("", mark)

    def add(self, present: str, past: str | None = None) -> int:
        """Return the number of a string; `past` is how it reads in the past, where that differs."""
        if past is None:
            past = present
        if not present:
            return EMPTY
        key = (present, past)
        if key not in self._numbers:
            self._numbers[key] = self._append(present, None if past == present else self.add(past))
        return self._numbers[key]

    def text(self, number: int) -> str:
        """Return a string by its number."""
        return self._texts[number]

    def build(self) -> Pool:
        """Return the pool of all strings that were added."""
        a, an = self.add("a "), self.add("an ")
        capital = [self.add(text[:1].upper() + text[1:]) for text in list(self._texts)]
        capital += range(len(capital), len(self._texts))
        return Pool(
            strings=pa.array(self._texts, pa.string()),
            lengths=np.array([len(text) for text in self._texts], np.int32),
            past=np.array(self._past, np.int32),
            capital=np.array(capital, np.int32),
            takes_an=np.array([starts_with_vowel_sound(text) for text in self._texts]),
            ends_sentence=np.array([text.endswith((". ", "! ")) for text in self._texts]),
            a=a,
            an=an,
        )

    def _append(self, text: str, past: int | None) -> int:
        number = len(self._texts)
        self._texts.append(text)
        self._past.append(number if past is None else past)
        return number


def uniform(words: Words) -> npt.NDArray[np.floating[Any]]:
    """Return floats in `[0, 1)` from raw words."""
    return (words >> np.uint64(11)) * 2.0**-53


def below(words: Words, bounds: Numbers) -> Numbers:
    """Return integers in `[0, bound)` from the upper half of raw words; bounds are below 2**32."""
    return ((words >> np.uint64(32)) * bounds.astype(np.uint64) >> np.uint64(32)).astype(np.int64)


def starts_with_vowel_sound(text: str) -> bool:
    """Return whether English puts `an` before a text: an hour, an error, but a user, a one-off."""
    lower = text.lower()
    if lower.startswith("h"):
        return _SILENT_H.match(lower) is not None
    return lower[:1] in tuple("aeiou") and _LIKE_YOU_OR_ONE.match(lower) is None
