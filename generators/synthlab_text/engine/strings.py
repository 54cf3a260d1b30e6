"""Every string that a text is made of, numbered once, with what must be known of it as arrays.

A text is then a row of numbers. Joining strings, changing tense, choosing between a and an and writing
capitals are look-ups for a whole batch at a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = [
    "ARTICLE",
    "EMPTY",
    "ENDS_SENTENCE",
    "IS_ARTICLE",
    "IS_MARKED",
    "IS_STOP",
    "STOP",
    "Strings",
    "StringsBuilder",
    "starts_with_vowel_sound",
]

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

EMPTY = 0
"""The number of the empty string."""
ARTICLE = 1
"""Stands for `a ` or `an `, whichever the next string needs."""
STOP = 2
"""A full stop, unless the text before it already ended its sentence."""

ENDS_SENTENCE, IS_MARKED, IS_STOP, IS_ARTICLE = 1, 2, 4, 8
"""Flags of strings. One that ends a sentence has the space after the stop, or ends a line, so that the next
begins one; one that is marked ends with the mark of a sentence, without a space: a stop after it is one too
many."""

_SENTENCE_END = re.compile(r"(?:[.!?…]['\")»]* |\n)\Z")
_MARKED = re.compile(r"[.!?…]['\")»]*$")
_LIKE_YOU_OR_ONE = re.compile(
    r"(?:uni[acfoqtv](?!m)|unani|us[abeu]|ut[eio](?!p?\b)|u\b|u-|uk|ufo|ugan|url|un\b|eu|ewe|ubiq|one\b|once\b)"
)
_SILENT_H = re.compile(r"(?:hones|hono|hour|heir)")
_SPELLED_OUT = re.compile(r"[AEFHILMNORSX](?:[A-Z0-9]|\b)")
"""An acronym said letter by letter that begins with a vowel sound: an HDMI cable, an X-ray."""
_SAID_AS_WORDS = ("NASA", "LED ", "NATO", "REM", "RAM", "ROM", "SIM", "LAN", "LCD ", "FAQ ")


@dataclass(frozen=True)
class Strings:
    """Strings by number, and arrays with an entry for each of them."""

    texts: pa.StringArray
    lengths: Ints
    """In code points."""
    left: npt.NDArray[np.int8]
    """How many spaces it begins with, and ends with."""
    right: npt.NDArray[np.int8]
    past: Ints
    """The number of the same string in the past tense."""
    capital: Ints
    """The number of the same string with a capital first letter."""
    takes_an: Flags
    flags: npt.NDArray[np.uint8]
    """Bits of `ENDS_SENTENCE`, `IS_MARKED`, `IS_STOP` and `IS_ARTICLE`."""
    after_mark: Ints
    """What is left of a stop after a string that is marked: its space, or nothing."""
    a: int
    an: int
    space: int


class StringsBuilder:
    """Collects strings while a grammar is compiled."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self._texts: list[str] = []
        self._past: list[int] = []
        self._stops: set[int] = set()
        for mark in (EMPTY, ARTICLE):
            self._append("", mark)
        self._stops.add(self._append(".", STOP))
        self._numbers[".", "."] = STOP

    def add(self, present: str, past: str | None = None) -> int:
        """Return the number of a string; `past` is how it reads in the past, where that differs."""
        if past is None:
            past = present
        if not present and not past:
            return EMPTY
        key = (present, past)
        if key not in self._numbers:
            self._numbers[key] = self._append(present, None if past == present else self.add(past))
        return self._numbers[key]

    def stop(self, text: str) -> int:
        """Return the number of the end of a sentence, such as `.` or `! `."""
        number = self.add(text)
        self._stops.add(number)
        return number

    def text(self, number: int) -> str:
        """Return a string by its number."""
        return self._texts[number]

    def build(self) -> Strings:
        """Return all strings that were added."""
        a, an, space = self.add("a "), self.add("an "), self.add(" ")
        capital = [self.add(_capitalised(text)) for text in list(self._texts)]
        capital += range(len(capital), len(self._texts))
        texts = self._texts
        return Strings(
            texts=pa.array(texts, pa.string()),
            lengths=np.array([len(text) for text in texts], np.int32),
            left=np.array([min(127, len(text) - len(text.lstrip())) for text in texts], np.int8),
            right=np.array([min(127, len(text) - len(text.rstrip())) for text in texts], np.int8),
            past=np.array(self._past, np.int32),
            capital=np.array(capital, np.int32),
            takes_an=np.array([starts_with_vowel_sound(text) for text in texts]),
            flags=np.array([self._flags(number) for number in range(len(texts))], np.uint8),
            after_mark=np.array([space if text.endswith(" ") else EMPTY for text in texts], np.int32),
            a=a,
            an=an,
            space=space,
        )

    def _flags(self, number: int) -> int:
        text = self._texts[number]
        return (
            ENDS_SENTENCE * (_SENTENCE_END.search(text) is not None)
            | IS_MARKED * (_MARKED.search(text) is not None)
            | IS_STOP * (number in self._stops)
            | IS_ARTICLE * (number == ARTICLE)
        )

    def _append(self, text: str, past: int | None) -> int:
        number = len(self._texts)
        self._texts.append(text)
        self._past.append(number if past is None else past)
        return number


def _capitalised(text: str) -> str:
    """Return a text with a capital first letter, which may stand after the marks that open a sentence."""
    first = len(text) - len(text.lstrip("¿¡"))
    return text[:first] + text[first : first + 1].upper() + text[first + 1 :]


def starts_with_vowel_sound(text: str) -> bool:
    """Return whether English puts `an` before a text: an hour, an error, but a user, a one-off."""
    if _SPELLED_OUT.match(text) and not text.startswith(("ONE", "LASER")):
        return not text.startswith(_SAID_AS_WORDS)
    if re.match(r"(?:8|1[18](?:th)?\b)", text):
        return True
    lower = text.lower()
    if lower.startswith("h"):
        return _SILENT_H.match(lower) is not None
    return lower[:1] in tuple("aeiou") and _LIKE_YOU_OR_ONE.match(lower) is None
