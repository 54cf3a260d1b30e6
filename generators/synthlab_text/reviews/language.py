"""What a compiled language is: a program that words reviews, and arrays of words to plan them with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ..engine import Program
from .alike import Alike
from .choices import Choices
from .content import read_content

__all__ = [
    "ATTRIBUTES",
    "EXTREME",
    "FRAGMENT",
    "GRADABLE",
    "GROUPS",
    "JUDGEMENT",
    "KINDS",
    "LABELS",
    "MOOD_OF",
    "MOST_SENTENCES",
    "NEGATED",
    "NEUTRAL",
    "OPPOSITE",
    "POLARITY_OF",
    "REMARK",
    "REMARKS",
    "SAID",
    "STATEMENT",
    "STYLES",
    "WHOLE",
    "Compositions",
    "Language",
    "Remarks",
    "Templates",
    "Terms",
    "load",
]

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

LABELS = ("positive", "negative", "neutral")
POLARITY_OF = np.array([1, 1, 2, 0, 0], np.int32)
"""The label of a mood."""
NEUTRAL = 2
"""The mood, and the label."""
MOOD_OF = np.array([3, 4, 1, 0, NEUTRAL, NEUTRAL], np.int32)
"""By `2 * label + 1 for a strong feeling`."""
OPPOSITE = np.array([3, 3, 2, 1, 1], np.int32)
"""The mood of a clause that says the opposite: always a mild one, so that it does not win."""

ATTRIBUTES = (
    "mood",
    "domain",
    "family",
    "product",
    "product class",
    "composition",
    "term",
    "class",
    "template",
    "adverb",
    "opinion",
    "remark",
    "quiet",
)
"""What the wording of a clause depends on; each frame has a value of each."""

KINDS = (
    *("statement", "fragment", "judgement"),
    *("event", "remark"),
    *("outburst", "summary", "comparison", "verdict"),
)
"""What a clause can be: the first three say an opinion in words that the plan chooses, the next two imply
one; the others are phrases of the grammar that judge the whole."""
STATEMENT, FRAGMENT, JUDGEMENT, EVENT, REMARK = range(5)

GROUPS = 10
"""How many groups of templates there are; a review takes all of its templates from one."""
MOST_SENTENCES = 5

REMARKS = ("event", "comparison", "expectation", "wish", "question", "sarcasm")
SAID = ("opinion", *REMARKS, "verdict")
"""How a clause says what it says: in so many words, by something that implies it, or by a conclusion."""
STYLES = ("opinion", "quality", "feeling", "reaction")

GRADABLE, EXTREME, WHOLE, NEGATED = range(4)
"""How an opinion takes an adverb before it: "very", "absolutely", none, or "not"."""


@dataclass(frozen=True)
class Terms:
    """All things that reviews are about; the products are among them."""

    string: Ints
    agreement: Ints
    """The class that verbs and adjectives agree with."""
    category: Ints
    topic: Ints
    """Which row of opinions suits it."""


@dataclass(frozen=True)
class Templates:
    """Clauses with their words left open.

    The cells are `(kind * topics + topic) * groups + group`, all templates of each; then as many again
    with those alone that do not comment on what they say (or all, where each does).
    """

    choices: Choices
    cells: int
    """How many there are of either."""
    style: Ints
    names_term: Flags
    """Whether they name what they are about; a product may be just "it"."""
    skeletons: tuple[str, ...]
    """Their own words, with the slots left blank."""


@dataclass(frozen=True)
class Remarks:
    """Clauses that imply a feeling. The cells are `(kind * families + family) * moods + mood`."""

    choices: Choices
    category: Ints
    kind: Ints
    topic: Ints
    """The topic of the aspect that it names, or -1."""
    phrases: tuple[str, ...]
    """As they stand in the files."""
    alike: Alike
    """Tells which may read alike."""


@dataclass(frozen=True)
class Compositions:
    """How reviews are put together; composition c has the clauses `first[c]` to `first[c] + count[c]` of
    the flat arrays."""

    group: Ints
    weight: Ints
    sentences: Ints
    """How many sentences there are in it, at most `MOST_SENTENCES`."""
    first: Ints
    count: Ints
    kind: Ints
    opposite: Flags
    ordinal: Ints
    """Which of the aspects of its review a clause is about."""
    comments: Flags
    """Whether they comment on what their clauses say, so that these do not: `{opener}, {statement}`."""
    subordinate: Flags
    """Whether a clause follows a word like "although", and begins with no comment."""
    has_two_sides: Flags
    skeletons: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Language:
    """All that is needed to write reviews.

    A topic is what has opinions of its own: an aspect, or a family of products. The cells of
    opinions are `(style * topics + topic) * moods + mood`.
    """

    name: str
    domains: tuple[str, ...]
    categories: tuple[str, ...]
    entities: tuple[str, ...]
    program: Program
    past_shares: npt.NDArray[np.float64]
    products: Choices
    """By domain."""
    product_family: Ints
    product_term: Ints
    aspects: Choices
    """The topics of a family's aspects."""
    topic_terms: Choices
    terms: Terms
    templates: Templates
    remarks: Remarks
    compositions: Compositions
    opinions: Choices
    denied: Choices
    """The cells are `topic * moods + mood`."""
    opinion_grading: Ints
    opinion_string: Ints
    """One of its forms, to tell it from others."""
    denying: Flags
    """Whether each string has a word of denial."""
    opinion_denies: Flags
    """Whether it has a word of denial: "not worth it", "wasn't impressed by"."""
    opinion_stem: Ints
    """The beginning of its first word, by number; an adverb of the same stem is left out: nothing is
    "pretty pretty" or "genuinely genuine"."""
    adverb_stem: Ints
    adverbs: Choices
    """The cells are `(style * gradings + grading) * moods + mood`."""
    steps: Choices
    """By n: the numbers below n that have no factor in common with it."""

    @property
    def opinion_forms(self) -> list[list[int]]:
        """The strings that each opinion may stand as, by agreement and tense."""
        cells, past = self.program.cells("opinion"), self.program.strings.past
        classes = len(cells) // len(self.opinion_string)
        found: list[dict[int, None]] = [{} for _ in self.opinion_string]
        for cell, now in enumerate(cells):
            found[cell // classes].update(dict.fromkeys([*now, *past[now].tolist()]))
        return [list(forms) for forms in found]


def load(
    language: str, domains: Sequence[str] = (), vocabulary: Mapping[str, Sequence[str]] | None = None
) -> Language:
    """Return a language with these domains, or all, compiled once in a process; `vocabulary` as in
    `read_content`. Raises ContentError for unfit data."""
    words = tuple((key, tuple(said)) for key, said in (vocabulary or {}).items() if said)
    return _load(language, tuple(sorted(domains)), words)


@lru_cache(maxsize=8)
def _load(
    language: str, domains: tuple[str, ...], vocabulary: tuple[tuple[str, tuple[str, ...]], ...]
) -> Language:
    from .compiler import Compiler
    from .notation import parse, spelled_out

    compiled = Compiler(read_content(language, domains, dict(vocabulary))).language()
    for cached in (parse, spelled_out):
        cached.cache_clear()  # megabytes that are of no more use
    return compiled
