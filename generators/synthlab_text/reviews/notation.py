"""The notation of phrases: read once, so that writing a review is array work.

    "the _battery_ *died* after (a|one) {period}"

is literal text with slots in braces, alternatives in parentheses, and marks around what names the aspect
and what says the opinion.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from .content import ContentError

__all__ = ["OPINION", "TERM", "Part", "alternatives", "parts", "slots"]

TERM, OPINION = 1, 2
"""Tags of strings: what names an aspect, and what is said of it."""

_TOKEN = re.compile(r"\{(?P<slot>[^{}]+)\}|(?P<mark>[_*])|(?P<text>[^{}_*]+)")
_ALTERNATIVES = re.compile(r"\(([^()]*)\)")
_MARKS = {"_": TERM, "*": OPINION}


@dataclass(frozen=True)
class Part:
    """Literal text, or a slot by its name."""

    text: str
    is_slot: bool = False
    tag: int = 0


@cache
def alternatives(phrase: str) -> tuple[str, ...]:
    """Return every reading of a phrase: `a (b|c)` is `a b` and `a c`."""
    pieces = _ALTERNATIVES.split(phrase)
    if any(mark in piece for piece in pieces for mark in "()"):
        raise ContentError(f"phrase {phrase!r} has parentheses that do not match or lie in one another")
    options = [piece.split("|") if i % 2 else [piece] for i, piece in enumerate(pieces)]
    return tuple("".join(reading) for reading in itertools.product(*options))


@cache
def parts(phrase: str) -> tuple[Part, ...]:
    """Return a phrase without alternatives, cut into text and slots."""
    return tuple(_parts(phrase))


def slots(phrase: str) -> list[str]:
    """Return the names of the slots of a phrase, in order."""
    return re.findall(r"\{([^{}]+)\}", phrase)


def _parts(phrase: str) -> Iterator[Part]:
    at, tag = 0, 0
    while at < len(phrase):
        token = _TOKEN.match(phrase, at)
        if token is None:
            raise ContentError(f"phrase {phrase!r} cannot be read at {phrase[at:]!r}")
        at = token.end()
        if token["mark"]:
            tag ^= _MARKS[token["mark"]]
        else:
            yield Part(token["slot"] or token["text"], bool(token["slot"]), tag)
    if tag:
        raise ContentError(f"phrase {phrase!r} has a mark that is not closed")
