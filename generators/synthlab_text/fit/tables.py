"""The words by which `fit` reads texts, from its data files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

__all__ = ["Reading", "names", "other_languages", "reading"]


@dataclass(frozen=True)
class Reading:
    """What texts of a language are read by; all in lower case."""

    function: frozenset[str]
    copulas: frozenset[str]
    singular: frozenset[str]
    plural: frozenset[str]
    determiners: frozenset[str]
    adverbs: frozenset[str]
    persons: frozenset[str]
    """Of whom it is said how they feel, and not what something is like."""
    prepositions: frozenset[str]
    titles: frozenset[str]
    """What stands before a surname, however that is written."""
    negations: frozenset[str]
    joins: frozenset[str]
    """What may follow a predicate."""
    nouns: frozenset[str]
    """Nouns that name no part of a product."""
    emphasis: frozenset[str]
    informal_abbreviations: frozenset[str]
    """Short forms that careful writers use as well."""
    words_without_apostrophe: frozenset[str]
    """Words that look like a short form that has lost its apostrophe."""


@cache
def reading(language: str) -> Reading:
    """Return the tables of a language."""
    content = _read(language)
    return Reading(**{key: frozenset(str(said).lower().split()) for key, said in content.items()})


@cache
def other_languages() -> dict[str, frozenset[str]]:
    """Return common words of languages that no reviews are written in, by their English names."""
    return {name: frozenset(said.split()) for name, said in _read("others").items()}


@cache
def names() -> frozenset[str]:
    """Return names of people, in lower case."""
    return frozenset(_read("names")["names"].split())


def _read(name: str) -> Any:
    path = files(__package__).joinpath("data", f"{name}.yaml")
    return yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
