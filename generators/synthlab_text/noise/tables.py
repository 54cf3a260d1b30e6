"""The words of a language that are written in other ways, compiled to arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

from .chance import below
from .edits import Edits, strings
from .flat import Codes, Numbers, Words
from .keyboard import neighbours
from .letters import byte_of
from .tokens import Phrases, Vocabulary

__all__ = ["NONE", "Strings", "Tables", "load"]

NONE = -1
"""Stands for no cell."""


@dataclass(frozen=True)
class Strings:
    """Cells of strings: cell i has `count[i]` of them from number `first[i]`, each as code points
    `pool[at[n]:at[n] + length[n]]`."""

    pool: Codes
    at: Numbers
    length: Numbers
    first: Numbers
    count: Numbers

    @classmethod
    def of(cls, cells: Iterable[Iterable[str]]) -> Strings:
        lists = [list(cell) for cell in cells]
        every = [text for cell in lists for text in cell]
        count = np.array([len(cell) for cell in lists], np.int64)
        length = np.array([len(text) for text in every], np.int64)
        pool = np.array([ord(letter) for text in every for letter in text], np.uint32)
        return cls(pool, np.cumsum(length) - length, length, np.cumsum(count) - count, count)

    def edits(self, start: Numbers, stop: Numbers, cell: Numbers, words: Words) -> Edits:
        """Return edits that write a string of a cell at each place, chosen by random words."""
        chosen = self.first[cell] + below(words, self.count[cell])
        return strings(start, stop, self.pool, self.at[chosen], self.length[chosen])


@dataclass(frozen=True)
class Tables:
    """What a language is written like in haste. Cells lie in `strings`, by phrase or by byte."""

    vocabulary: Vocabulary
    strings: Strings
    slang: Numbers
    contraction: Numbers
    bare: Numbers
    """Contractions without their apostrophe."""
    spelling: Numbers
    held: Numbers
    """By phrase, which letter of it can be held."""
    near: Numbers
    """By byte, the keys beside it."""
    plain: Numbers
    """By byte, the letter without its accent."""


@cache
def load(language: str) -> Tables:
    """Return the tables of a language."""
    path = files(__package__).joinpath("data", f"{language}.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: Any = yaml.load(path.read_text(encoding="utf-8"), loader)
    slang = {phrase: _ways(ways) for phrase, ways in content["slang"].items()}
    contraction = {phrase: _ways(ways) for phrase, ways in content["contractions"].items()}
    bare = {phrase: [way.replace("'", "") for way in ways] for phrase, ways in contraction.items()}
    spelling = {a: [b] for pair in content["spelling"].items() for a, b in (pair, pair[::-1])}
    held = {word.lower(): _capital(word) for word in content["held"]}
    near = {key: list(keys) for key, keys in neighbours(content["keyboard"]).items()}
    plain = {letter: [bare_letter] for letter, bare_letter in content["plain"].items()}

    phrases = Phrases.of([*slang, *contraction, *spelling, *held])
    groups = [slang, contraction, bare, spelling, near, plain]
    shifts = np.cumsum([0, *map(len, groups)]).tolist()

    def by_phrase(numbers: Mapping[str, int]) -> Numbers:
        found = np.full(phrases.size, NONE, np.int64)
        for phrase, number in numbers.items():
            found[phrases.number(phrase)] = number
        return found

    def by_byte(numbers: Mapping[str, int]) -> Numbers:
        found = np.full(256, NONE, np.int64)
        for letter, number in numbers.items():
            found[byte_of(letter)] = number
        return found

    numbered = [
        {key: shift + i for i, key in enumerate(group)} for shift, group in zip(shifts, groups, strict=False)
    ]
    return Tables(
        phrases.vocabulary(),
        Strings.of(cell for group in groups for cell in group.values()),
        slang=by_phrase(numbered[0]),
        contraction=by_phrase(numbered[1]),
        bare=by_phrase(numbered[2]),
        spelling=by_phrase(numbered[3]),
        held=by_phrase(held),
        near=by_byte(numbered[4]),
        plain=by_byte(numbered[5]),
    )


def _ways(ways: str) -> list[str]:
    return [way.strip() for way in ways.split(",")]


def _capital(word: str) -> int:
    return next(at for at, letter in enumerate(word) if letter.isupper())
