"""What a compiled language is: templates as steps, and arrays of words to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .markup import Clause
from .pool import Choices, Pool

__all__ = [
    "EXTREME",
    "GRADABLE",
    "NEGATED",
    "WHOLE",
    "ArticleStep",
    "AspectPlace",
    "FormStep",
    "Language",
    "LiteralStep",
    "OpinionStep",
    "PhraseStep",
    "Review",
    "Step",
    "TermStep",
    "Terms",
]

Ints = npt.NDArray[np.int32]
GRADABLE, EXTREME, WHOLE, NEGATED = range(4)
"""How an opinion takes an adverb before it: "very", "absolutely", none, or "not"."""


@dataclass(frozen=True)
class LiteralStep:
    """The same string in every review of the template."""

    string: int


@dataclass(frozen=True)
class TermStep:
    """The thing that a clause, or the whole review, is about."""

    clause: int | None


@dataclass(frozen=True)
class OpinionStep:
    """What a clause says of its term: two strings, an adverb (often empty) and the opinion."""

    clause: int
    style: str


@dataclass(frozen=True)
class ArticleStep:
    """`a`, `an` or nothing, before the term of a clause."""

    clause: int


@dataclass(frozen=True)
class FormStep:
    """A word that agrees with the term of a clause, or with the product."""

    clause: int | None
    singular: int
    plural: int


@dataclass(frozen=True)
class PhraseStep:
    """A phrase in the mood of a clause, or of the whole review.

    The cells of `phrases` are `product * moods + mood`.
    """

    clause: int | None
    phrases: Choices


Step = LiteralStep | TermStep | OpinionStep | ArticleStep | FormStep | PhraseStep


@dataclass(frozen=True)
class AspectPlace:
    """Where a template names a thing and says something of it, counted in strings."""

    clause: int
    term_at: int
    opinion_at: int


@dataclass(frozen=True)
class Review:
    """A compiled template; `width` is the number of strings that its steps write."""

    name: str
    steps: tuple[Step, ...]
    clauses: tuple[Clause, ...]
    has_two_sides: bool
    aspects: tuple[AspectPlace, ...]
    width: int


@dataclass(frozen=True)
class Terms:
    """All things that reviews are about, as arrays; the products are among them."""

    string: Ints
    plural: npt.NDArray[np.bool_]
    takes_article: npt.NDArray[np.bool_]
    category: Ints
    topic: Ints
    """Which row of opinions suits it."""


@dataclass(frozen=True)
class Language:
    """All that is needed to write reviews.

    A topic is what has opinions of its own: an aspect, or a family of products. The cells of
    opinions are `topic * moods + mood`, those of adverbs `class * moods + mood`.
    """

    pool: Pool
    categories: tuple[str, ...]
    reviews: tuple[Review, ...]
    past_shares: npt.NDArray[np.float64]
    domain_products: Choices
    product_terms: Ints
    product_aspects: Choices
    aspect_terms: Choices
    terms: Terms
    opinions: Mapping[str, Choices]
    negated: Choices
    opinion_strings: Ints
    opinion_classes: Ints
    degrees: Mapping[str, Choices]
