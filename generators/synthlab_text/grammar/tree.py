"""A grammar with its names resolved: what a text is made of, before anything is numbered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

__all__ = [
    "ARTICLE_WORD",
    "Article",
    "Attribute",
    "Call",
    "Chosen",
    "Column",
    "Either",
    "Fill",
    "Item",
    "Items",
    "Pattern",
    "Plain",
    "Rule",
    "Way",
    "distinct",
]

ARTICLE_WORD = "\0a"
"""Among the words of a variable: `a ` or `an `, for those that are one."""


@dataclass(frozen=True)
class Plain:
    """Words as they stand."""

    text: str


@dataclass(frozen=True)
class Article:
    """`a ` or `an `, whichever the next word needs."""


@dataclass(frozen=True)
class Fill:
    """A word of a lexicon, drawn where it stands: `words` are pairs of text and value."""

    words: tuple[tuple[str, str], ...]
    weights: tuple[Fraction, ...]
    tag: int = 0


@dataclass(frozen=True)
class Pattern:
    """A code: its letters and digits are drawn one by one."""

    pattern: str
    tag: int = 0


@dataclass(frozen=True)
class Chosen:
    """What a variable stands for in its row, in some form: a pair of text and value for each entry of its
    lexicon. With `silent`, a word that agrees with it, not it itself."""

    variable: str
    words: tuple[tuple[str, str], ...]
    tag: int = 0
    silent: bool = False


@dataclass(frozen=True)
class Attribute:
    """The value of an attribute, in some form: a text for each value."""

    attribute: str
    words: tuple[tuple[str, str], ...]
    tag: int = 0


@dataclass(frozen=True)
class Column:
    """A value of the row of another table, in some forms; a number as form says its decimals."""

    column: str
    forms: tuple[str, ...] = ()
    tag: int = 0


@dataclass(frozen=True)
class Call:
    """What another rule says."""

    rule: str
    tag: int = 0


@dataclass(frozen=True)
class Either:
    """One of several parts, by weight."""

    options: tuple[Items, ...]
    weights: tuple[Fraction, ...]


Item = Plain | Article | Fill | Pattern | Chosen | Attribute | Column | Call | Either
Items = tuple[Item, ...]


@dataclass(frozen=True)
class Way:
    """One alternative of a rule: what it says when all of its conditions hold."""

    items: Items
    weight: Fraction
    conditions: tuple[int, ...]
    path: tuple[str | int, ...]
    rule: str


@dataclass(frozen=True)
class Rule:
    """The alternatives of a rule, and the rules that it names."""

    name: str
    ways: tuple[Way, ...]
    calls: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def distinct(words: tuple[tuple[str, str], ...]) -> list[int]:
    """Return the places of the words that differ in more than the case of their first letter."""
    seen: dict[str, int] = {}
    for place, (text, _) in enumerate(words):
        seen.setdefault(text[:1].upper() + text[1:], place)
    return list(seen.values())
