"""The notation of phrases: read once, so that writing a review is array work.

    "the _battery_ *died* after (a|one) {period}"

is literal text with slots in braces, alternatives in parentheses, and marks around what names the aspect
and what says the opinion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from .content import ContentError

__all__ = [
    "OPINION",
    "TERM",
    "Choice",
    "Literal",
    "Part",
    "Slot",
    "halves_of",
    "outside",
    "parse",
    "skeleton",
    "slots",
    "spelled_out",
]

TERM, OPINION = 1, 2
"""Tags of strings: what names an aspect, and what is said of it."""

_TOKEN = re.compile(r"\{[^{}]+\}|[_*()|]|[^{}_*()|]+")
_MARKS = {"_": TERM, "*": OPINION}


@dataclass(frozen=True, slots=True)
class Literal:
    """Text as it stands."""

    text: str
    tag: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """Something chosen later, by its name."""

    name: str
    tag: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several readings, each as likely."""

    readings: tuple[tuple[Part, ...], ...]
    has_slots: bool = False
    """Whether any reading has a slot, at any depth."""


Part = Literal | Slot | Choice


@lru_cache(maxsize=1024)
def parse(phrase: str) -> tuple[Part, ...]:
    """Return the parts of a phrase; raises ContentError where it cannot be read."""
    reader = _Reader(phrase)
    parts = reader.sequence()
    if reader.token is not None:
        raise ContentError(f"phrase {phrase!r} has a {reader.token!r} too many")
    if reader.tag:
        raise ContentError(f"phrase {phrase!r} has a mark that is not closed")
    return parts


def slots(phrase: str) -> list[str]:
    """Return the names of the slots of a phrase, in order."""
    return re.findall(r"\{([^{}]+)\}", phrase)


def halves_of(words_said: str) -> tuple[str, str]:
    """Return what is said before and after the dots of `no ... muy`, each with its space."""
    before, dots, after = words_said.partition("...")
    halves = (before, after) if dots else ("", before)
    first, second = (half.strip() and f"{half.strip()} " for half in halves)
    return first, second


def outside(phrase: str) -> str:
    """Return a phrase without its alternatives."""
    while (shorter := re.sub(r"\([^()]*\)", "", phrase)) != phrase:
        phrase = shorter
    return phrase


@cache
def spelled_out(phrase: str, most: int) -> tuple[str, ...]:
    """Return up to so many phrases that read as the one does, none as another: its first alternatives
    apart, in groups where there are too many."""
    phrases = [phrase]
    while True:
        room = most // len(phrases)
        apart = [part for one in phrases for part in _taken_apart(one, room)]
        if len(apart) == len(phrases):
            return tuple(phrases)
        phrases = apart


def _taken_apart(phrase: str, most: int) -> list[str]:
    """Return a phrase with its first alternatives in up to so many groups, each a phrase."""
    if most < 2 or "(" not in phrase:
        return [phrase]
    start, depth, readings = phrase.index("("), 0, [""]
    for end in range(start, len(phrase)):
        character = phrase[end]
        depth += (character == "(") - (character == ")")
        if depth == 0:
            break
        if depth == 1 and character == "|":
            readings.append("")
        elif end > start:
            readings[-1] += character
    before, after = phrase[:start], phrase[end + 1 :]
    different = list(dict.fromkeys(readings))
    groups = [
        [reading for reading in readings if different.index(reading) % most == number]
        for number in range(min(most, len(different)))
    ]
    return [
        f"{before}{group[0]}{after}" if len(set(group)) == 1 else f"{before}({'|'.join(group)}){after}"
        for group in groups
    ]


def skeleton(text: str) -> str:
    """Return the words of a template, with its slots left blank."""
    return re.sub(r"\{[^{}]+\}", "_", text)


class _Reader:
    """Reads a phrase from left to right; `tag` is what the marks that are open say."""

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        self.tokens: Iterator[str] = iter(_TOKEN.findall(phrase))
        self.tag = 0
        if "".join(_TOKEN.findall(phrase)) != phrase:
            raise ContentError(f"phrase {phrase!r} has braces that do not match")
        self.token = next(self.tokens, None)

    def sequence(self) -> tuple[Part, ...]:
        parts: list[Part] = []
        while (token := self.token) is not None and token not in ")|":
            self.token = next(self.tokens, None)
            if token in _MARKS:
                self.tag ^= _MARKS[token]
            elif token == "(":
                parts.append(self.choice())
            elif token.startswith("{"):
                parts.append(Slot(token[1:-1], self.tag))
            else:
                parts.append(Literal(token, self.tag))
        return tuple(parts)

    def choice(self) -> Choice:
        before, readings = self.tag, [self.sequence()]
        after = self.tag
        while self.token == "|":
            self.token, self.tag = next(self.tokens, None), before
            readings.append(self.sequence())
            if self.tag != after:
                raise ContentError(f"phrase {self.phrase!r} closes a mark in one reading and not in another")
        if self.token != ")":
            raise ContentError(f"phrase {self.phrase!r} has a parenthesis that is not closed")
        self.token = next(self.tokens, None)
        open_ended = any(
            isinstance(part, Slot) or (isinstance(part, Choice) and part.has_slots)
            for reading in readings
            for part in reading
        )
        return Choice(tuple(readings), open_ended)
