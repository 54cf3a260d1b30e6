"""Texts as words and marks, without anything that could say who somebody is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Document", "distinct", "read_document", "sentences", "usable"]

_PRIVATE = re.compile(r"\S*[\d@#/\\_<>]\S*|\S+\.[^\W\d_]{2,}\S*|www\.\S*")
"""Numbers of every kind, addresses of mail and of the web, tags: nothing of them is looked at."""
_TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|[.!?]+|[^\w\s]|\x00")
_WORD = re.compile(r"[^\W\d_]{3,20}|(?=.{3,24}$)[^\W\d_]{2,}-[^\W\d_]{2,}")
_STOP = re.compile(r"[.!?]+")
_HELD = re.compile(r"(\w)\1\1")


@dataclass(frozen=True)
class Document:
    """A text, its words and marks in lower case, and how each is written."""

    text: str
    words: tuple[str, ...]
    lower: tuple[bool, ...]
    """Whether it stands in small letters."""
    inner: tuple[bool, ...]
    """Whether it stands inside of a sentence, where only names take a capital."""


def read_document(text: str) -> Document:
    """Return the words of a text; what may be private is a mark that is no word."""
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    raw = _TOKEN.findall(_PRIVATE.sub(" \x00 ", plain))
    # The verb of "it's" stands alone, as that of "it is" does.
    raw = [part for token in raw for part in _apart(token)]
    inner, starts = [], True
    for token in raw:
        inner.append(not starts)
        starts = bool(_STOP.fullmatch(token)) or token in '":(\x00'
    return Document(
        text,
        tuple(token.lower() for token in raw),
        tuple(token == token.lower() for token in raw),
        tuple(inner),
    )


def _apart(token: str) -> tuple[str, ...]:
    if token.lower().endswith("'s") and len(token) > 2:
        return token[:-2], "'s"
    return (token,)


def usable(word: str) -> bool:
    """Return whether a word may be told: of letters alone, neither short nor long, no letter held."""
    return _WORD.fullmatch(word) is not None and not _HELD.search(word)


def sentences(text: str) -> int:
    """Return how many sentences a text has."""
    parts = re.split(r"[.!?]+(?=\s|$)|\n+", text)
    return max(1, sum(bool(re.search(r"\w", part)) for part in parts))


def distinct(texts: Sequence[str]) -> list[int]:
    """Return the places of texts that are not said before, so that no copy counts twice."""
    seen: dict[str, int] = {}
    for place, text in enumerate(texts):
        seen.setdefault(" ".join(re.findall(r"\w+", text.lower())), place)
    return sorted(seen.values())
