"""The data files of a language, as plain Python values: words by kind and phrases by mood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from .markup import GrammarError, alternatives

__all__ = [
    "DOMAINS",
    "MOODS",
    "NO_PHRASES",
    "Domain",
    "by_mood",
    "inflected",
    "join_phrases",
    "read",
    "words",
]

MOODS = ("strong_negative", "mild_negative", "neutral", "mild_positive", "strong_positive")
"""What a review or a clause feels; mood i of a whole review is `i + 1` stars."""

Domain = Literal["electronics", "restaurants", "hotels", "books", "clothing"]
DOMAINS: tuple[Domain, ...] = get_args(Domain)
"""In this order, to which new ones are added at the end: class numbers and quotas follow it."""

# Which moods a key of the data files speaks for.
_KEYS = {mood: (i,) for i, mood in enumerate(MOODS)} | {"negative": (0, 1), "positive": (3, 4)}
_SLOT = re.compile(r"\{([^{}]+)\}")

Phrases = tuple[tuple[str, ...], ...]
"""For each mood the phrases that fit it."""
NO_PHRASES: Phrases = ((),) * len(MOODS)


def read(language: str, *name: str) -> Any:
    """Return the content of a data file."""
    path = files(__package__).joinpath("data", language, *name)
    return yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def words(text: str) -> list[str]:
    """Return the words of a list such as `"-, quite, pretty"`; a dash is no word at all."""
    return ["" if word.strip() == "-" else word.strip() for word in text.split(",")]


def by_mood(phrases: list[str] | Mapping[str, list[str]]) -> Phrases:
    """Return the phrases of every mood, in all their readings; a plain list fits all moods."""
    if isinstance(phrases, list):
        return (tuple(reading for phrase in phrases for reading in _alternatives(phrase)),) * len(MOODS)
    found = list(NO_PHRASES)
    for key, group in phrases.items():
        if key not in _KEYS:
            raise GrammarError(f"{key!r} is not a mood; known are {', '.join(_KEYS)}")
        for mood in _KEYS[key]:
            found[mood] += by_mood(group)[mood]
    return tuple(found)


def join_phrases(*sources: Mapping[str, Phrases]) -> dict[str, Phrases]:
    """Return the phrases of all sources under each name."""
    joined: dict[str, Phrases] = {}
    for source in sources:
        for name, phrases in source.items():
            before = joined.get(name, NO_PHRASES)
            joined[name] = tuple(a + b for a, b in zip(before, phrases, strict=True))
    return joined


def inflected(phrase: str, form: Callable[[str, bool], str]) -> tuple[str, str]:
    """Return a phrase in the present and the past, its slots filled by `form(slot, in_past)`."""
    if "{" not in phrase:
        return phrase, phrase
    return (
        _SLOT.sub(lambda slot: form(slot[1], False), phrase),
        _SLOT.sub(lambda slot: form(slot[1], True), phrase),
    )


@cache
def _alternatives(phrase: str) -> tuple[str, ...]:
    return tuple(alternatives(phrase))
