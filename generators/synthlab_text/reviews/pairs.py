"""Pairs of an opinion and a term that a review can say first, where no two reviews may be alike.

Whatever a pair reads as, one alone may say it: a domain, of an aspect or of the whole, in one mood and style.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from synthlab.rows import GOLDEN, mixed

from .alike import Reading, words_of
from .choices import Choices
from .content import MOODS
from .dealing import Deals
from .language import STYLES, Language
from .statements import Statement

__all__ = ["LEADING", "OPENINGS", "Pairs", "owned_pairs", "sayings"]

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]

LEADING = (STYLES.index("opinion"), STYLES.index("quality"))
"""The styles that the first opinion of a review is said in: the others have few words."""
OPENINGS = 500
"""Rows in which reviews open with opinions in proportion to their weights, as far as their terms last."""
LASTING = 8
"""How many blocks the terms of an opinion must last for; more would flatten their weights."""

Owner = tuple[int, bool]
"""A domain, and whether it speaks of the whole."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """The tables are `((domain * 2 + whole) * moods + mood) * 2 + place of the style in LEADING`.

    The pairs behind choice c of table t are the cell `first[t] + c` of `terms`, most often those of one
    opinion; the opinion of each is at the same place of `opinions`.
    """

    deals: Deals
    first: Ints
    terms: Choices
    opinions: Ints

    @property
    def lasting(self) -> Numbers:
        """For how many numbers each table has pairs."""
        place = self.first[:, None] + self.deals.choice
        blocks: Numbers = (self.terms.count[place] // self.deals.count).min(axis=1).astype(np.int64)
        return blocks * OPENINGS


def owned_pairs(
    language: Language,
    topics: Mapping[Owner, Sequence[int]],
    domains: Sequence[int],
    told: Set[Statement],
) -> Pairs:
    """Return the pairs that belong to each of the domains that are used; `topics` are what they speak of, and
    what is told otherwise belongs to none."""
    ownership = _Ownership(language, topics, domains, told)
    owned = [its for owner in sorted(topics) for its in ownership.of(owner)]
    counts = np.concatenate([own.counts for own in owned])
    terms = Choices(
        members=np.concatenate([own.terms for own in owned]).astype(np.int32),
        first=(np.cumsum(counts) - counts).astype(np.int32),
        count=counts.astype(np.int32),
    )
    sizes = np.array([len(own.counts) for own in owned])
    return Pairs(
        Deals.of([own.weights for own in owned], [_bounds(own.counts) for own in owned], OPENINGS),
        (np.cumsum(sizes) - sizes).astype(np.int32),
        terms,
        np.concatenate([own.opinions for own in owned]).astype(np.int32),
    )


@dataclass(frozen=True, eq=False)
class _Owned:
    """What an owner may say: pairs of `opinions` and `terms`, those of a choice one after another, and the
    weight and the number of pairs of each choice."""

    weights: Floats
    counts: Numbers
    opinions: Numbers
    terms: Numbers


@dataclass(frozen=True, eq=False)
class _Claims:
    """Opinions, how often each is said of its topic, terms that they suit, and what the two read as."""

    opinions: Numbers
    shares: Floats
    terms: Numbers
    pairs: Numbers

    def among(self, pairs: Numbers) -> _Owned:
        """Return those that read as one of these pairs; of several that do, the first."""
        _, first = np.unique(self.pairs, return_index=True)
        first.sort()
        first = first[np.isin(self.pairs[first], pairs)]
        opinions, terms = self.opinions[first], self.terms[first]
        known, opinion = np.unique(opinions, return_inverse=True)
        weights = np.bincount(opinion, self.shares[first], len(known)).astype(np.float64)
        choice_of = _shared(weights, np.bincount(opinion, minlength=len(known)))
        choice = choice_of[opinion]
        order = np.argsort(choice, kind="stable")
        of_choices = np.bincount(choice_of, weights).astype(np.float64)
        return _Owned(of_choices, np.bincount(choice), opinions[order], terms[order])


class _Ownership:
    """Decides to whom each pair belongs, by what it reads as."""

    def __init__(
        self,
        language: Language,
        topics: Mapping[Owner, Sequence[int]],
        domains: Sequence[int],
        told: Set[Statement],
    ) -> None:
        self.language, self.topics = language, topics
        texts = language.program.strings.texts.to_pylist()
        self._terms, term_words = _numbered([texts[code] for code in language.terms.string.tolist()])
        self._said = sayings(language)
        self._size = len(term_words)
        terms = {words: number for number, words in enumerate(term_words)}
        codes = [self._pair(self._said[opinion], terms[term]) for term, opinion in told]
        self._told = np.unique(np.array(codes, np.int64))
        self._hashes = np.array([crc32(" ".join(words).encode()) for words in term_words], np.uint64)
        used = [owner for owner in sorted(topics) if owner[0] in domains]
        self._owners = np.zeros(len(term_words), np.int64)
        """How many owners each term has."""
        self._place: dict[Owner, Numbers] = {}
        """Which of them an owner is."""
        for owner in used:
            its = np.unique(self._terms[self._terms_of(owner)])
            self._place[owner] = self._owners.copy()
            self._owners[its] += 1

    def of(self, owner: Owner) -> list[_Owned]:
        """Return what an owner may say in each mood and style."""
        claims = [self._claims(owner, mood, style) for mood in range(len(MOODS)) for style in LEADING]
        pairs = np.unique(np.concatenate([claim.pairs for claim in claims]))
        claimed = np.stack([np.isin(pairs, claim.pairs) for claim in claims], axis=1)
        said, term = pairs // self._size, pairs % self._size
        turn = mixed((said.astype(np.uint64) * GOLDEN) ^ self._hashes[term])
        owners = np.maximum(self._owners[term], 1).astype(np.uint64)
        place = self._place.get(owner, np.zeros(self._size, np.int64))[term].astype(np.uint64)
        mine = (turn % owners == place) & ~np.isin(pairs, self._told)
        # What may be felt or said in several ways is one of them.
        which = mixed(turn) % claimed.sum(axis=1).astype(np.uint64)
        chosen = np.argmax(claimed & (claimed.cumsum(axis=1) - 1 == which[:, None]), axis=1)
        return [claim.among(pairs[mine & (chosen == number)]) for number, claim in enumerate(claims)]

    def _claims(self, owner: Owner, mood: int, style: int) -> _Claims:
        """Return what an owner would say in a mood and a style."""
        language = self.language
        parts: list[tuple[Numbers, Floats, Numbers]] = []
        for topic in self.topics[owner]:
            cell = (style * len(language.topic_terms.first) + topic) * len(MOODS) + mood
            found, counts = np.unique(language.opinions[cell].astype(np.int64), return_counts=True)
            its = language.topic_terms[topic].astype(np.int64)
            shares = np.tile(counts / counts.sum(), len(its))
            parts.append((np.tile(found, len(its)), shares, its.repeat(len(found))))
        opinions, shares, terms = (np.concatenate(column) for column in zip(*parts, strict=True))
        return _Claims(opinions, shares, terms, self._pair(self._said[opinions], self._terms[terms]))

    def _pair(self, said: Numbers, term: Numbers | int) -> Numbers:
        """Return one number for what a pair reads as."""
        return said * self._size + term

    def _terms_of(self, owner: Owner) -> Numbers:
        return np.concatenate([self.language.topic_terms[topic] for topic in self.topics[owner]])


def sayings(language: Language) -> Numbers:
    """Return a number for each opinion, the same for those that may read the same: they share one of their
    forms, with an adverb before it or without."""
    texts = language.program.strings.texts.to_pylist()
    adverbs = {words_of(texts[code].lower()) for codes in language.program.cells("adverb") for code in codes}
    numbers = list(range(len(language.opinion_string)))

    def root(number: int) -> int:
        while numbers[number] != number:
            number = numbers[number]
        return number

    first: dict[Reading, int] = {}
    for opinion, codes in enumerate(language.opinion_forms):
        for code in codes:
            said = _plain(words_of(texts[code].lower()), adverbs)
            numbers[root(first.setdefault(said, opinion))] = root(opinion)
    return np.array([root(number) for number in range(len(numbers))], np.int64)


def _numbered(texts: Sequence[str]) -> tuple[Numbers, list[Reading]]:
    """Return a number for each text, the same for those with the same words, and the words by number."""
    numbers: dict[Reading, int] = {}
    found = [numbers.setdefault(words_of(text.lower()), len(numbers)) for text in texts]
    return np.array(found, np.int64), list(numbers)


def _plain(said: Reading, adverbs: Set[Reading]) -> Reading:
    """Return what is said without adverbs before it."""
    for end in range(1, len(said)):
        if said[:end] in adverbs:
            return _plain(said[end:], adverbs)
    return said


def _shared(weights: Floats, pairs: Numbers) -> Numbers:
    """Return the choice of each opinion: one of its own if it has enough pairs, or else one that it shares
    with others about as likely; there are no more choices than a block has places."""
    together = -(-len(weights) // OPENINGS)
    numbers = np.zeros(len(weights), np.int64)
    number, held, members = 0, 0, 0
    for opinion in np.argsort(-weights, kind="stable").tolist():
        if members >= together and held >= LASTING:
            number, held, members = number + 1, 0, 0
        numbers[opinion] = number
        held, members = held + int(pairs[opinion]), members + 1
    if number and held < LASTING:
        numbers[numbers == number] = number - 1
    return numbers


def _bounds(terms: Numbers) -> Numbers:
    """Return how many places of a block each opinion may have, by the number of its terms: few, so that they
    last, but enough to fill the block."""
    for lasting in range(LASTING, 0, -1):
        bounds = np.maximum(1, terms // lasting)
        if bounds.sum() >= OPENINGS:
            return bounds
    scaled: Numbers = np.ceil(terms * (OPENINGS / max(1, int(terms.sum())))).astype(np.int64)
    return scaled
