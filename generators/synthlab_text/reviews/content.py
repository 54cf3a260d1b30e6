"""The data files of a language, as plain Python values; `data/README.md` is their description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

__all__ = ["DOMAINS", "LANGUAGES", "MOODS", "ContentError", "Content", "by_mood", "read_content", "words"]

LANGUAGES = ("en", "de", "es")
"""Their class numbers; new ones are added at the end."""

DOMAINS = (
    "electronics",
    "restaurants",
    "hotels",
    "books",
    "clothing",
    "phones",
    "films",
    "airlines",
    "apps",
    "groceries",
    "cars",
    "employers",
    "banks",
    "delivery",
    "health",
)
"""In this order, to which new ones are added at the end: class numbers and quotas follow it."""

MOODS = ("strong_negative", "mild_negative", "neutral", "mild_positive", "strong_positive")
"""What a review or a clause feels; mood i of a whole review is `i + 1` stars."""

_MOODS_OF = {mood: (i,) for i, mood in enumerate(MOODS)} | {"negative": (0, 1), "positive": (3, 4)}

Phrases = tuple[tuple[str, ...], ...]
"""For each mood the phrases that fit it."""


class ContentError(ValueError):
    """Words or rules that cannot be used; says which, and what fits."""


@dataclass(frozen=True)
class Content:
    """A language as read: its grammar, its opinions, and the domains that are asked for."""

    language: str
    grammar: Mapping[str, Any]
    opinions: Mapping[str, Any]
    domains: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def read_content(language: str, own: Mapping[str, Mapping[str, Any]] | None = None) -> Content:
    """Return what the package knows of a language, and domains of the user's own beside it."""
    return Content(
        language,
        _read(language, "grammar.yaml"),
        _read(language, "opinions.yaml"),
        {
            **{name: _read(language, "domains", f"{name}.yaml") for name in known_domains(language)},
            **(own or {}),
        },
    )


@cache
def known_domains(language: str) -> tuple[str, ...]:
    """Return the domains that come with a language."""
    folder = files("synthlab_text").joinpath("data", language, "domains")
    return tuple(name for name in DOMAINS if folder.joinpath(f"{name}.yaml").is_file())


def words(text: Any) -> list[str]:
    """Return the words of a list such as `"-, quite, pretty"`; a dash is no word at all."""
    return ["" if word.strip() == "-" else word.strip() for word in str(text).split(",") if word.strip()]


def by_mood(phrases: Sequence[str] | Mapping[str, Any]) -> Iterator[tuple[int, Any]]:
    """Yield moods and what is said in them; a plain list fits all moods."""
    if not isinstance(phrases, Mapping):
        yield from ((mood, phrases) for mood in range(len(MOODS)))
        return
    for key, group in phrases.items():
        if key not in _MOODS_OF:
            raise ContentError(f"{key!r} is not a mood; known are {', '.join(_MOODS_OF)}")
        yield from ((mood, group) for mood in _MOODS_OF[key])


@cache
def _read(language: str, *name: str) -> Any:
    path = files("synthlab_text").joinpath("data", language, *name)
    return yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
