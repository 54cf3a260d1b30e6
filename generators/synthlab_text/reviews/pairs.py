"""Pairs of an opinion and a term that a review can say first, where no two reviews may be alike.

Whatever a pair reads as, one alone may say it: a domain, of an aspect or of the whole, strongly or mildly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from synthlab.rows import mixed

from .alike import words_of
from .choices import Choices
from .content import MOODS
from .dealing import Deals
from .language import STYLES, Language
from .statements import Statement

__all__ = ["LEADING", "OPENINGS", "Pairs", "owned_pairs"]

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]

LEADING = (STYLES.index("opinion"), STYLES.index("quality"))
"""The styles that the first opinion of a review is said in: the others have few words."""
OPENINGS = 500
"""Rows in which the opinions that reviews open with keep their weights: a block of theirs."""
LASTING = 8
"""How many blocks the terms of an opinion must last for; more would flatten their weights."""
STRONG = (0, 4)
SAME_POLARITY = (1, 0, 2, 4, 3)
"""Of the moods: the other strength."""

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
    owned = [
        ownership.of(owner, mood, style)
        for owner in sorted(topics)
        for mood in range(len(MOODS))
        for style in LEADING
    ]
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
        self._terms, self._term_words = _numbered(
            [words_of(texts[code].lower()) for code in language.terms.string.tolist()]
        )
        # With an adverb before it, an opinion may read like another: "really", "good".
        adverbs = {
            words_of(texts[code].lower()) for codes in language.program.cells("adverb") for code in codes
        }
        self._said, said_words = _numbered(
            [_plain(words_of(texts[code].lower()), adverbs) for code in language.opinion_string.tolist()]
        )
        self._term_hash, self._said_hash = _hashes(self._term_words), _hashes(said_words)
        terms = {words: number for number, words in enumerate(self._term_words)}
        codes = [self._pair(self._said[opinion], terms[term]) for term, opinion in told]
        self._told = np.unique(np.array(codes, np.int64))
        self._lists: dict[tuple[int, int], tuple[Numbers, Floats]] = {}
        self._owners: list[list[Owner]] = [[] for _ in self._term_words]
        for owner in sorted(topics):
            if owner[0] in domains:
                for term in np.unique(self._terms[self._terms_of(owner)]):
                    self._owners[term].append(owner)

    def of(self, owner: Owner, mood: int, style: int) -> _Owned:
        """Return what an owner may say in a mood and a style."""
        language = self.language
        parts: list[tuple[Numbers, Floats, Numbers]] = []
        for topic in self.topics[owner]:
            cell = (style * len(language.topic_terms.first) + topic) * len(MOODS)
            found, shares = self._opinions(cell + mood)
            said = self._said[found]
            shared = np.zeros(len(self._said_hash), bool)
            if mood != SAME_POLARITY[mood]:
                shared[self._said[self._opinions(cell + SAME_POLARITY[mood])[0]]] = True
            for term in language.topic_terms[topic].tolist():
                owners = self._owners[self._terms[term]] or [owner]
                turn = mixed(self._said_hash[said] + self._term_hash[self._terms[term]])
                mine = turn % np.uint64(len(owners)) == (owners.index(owner) if owner in owners else 0)
                # What may be felt strongly or not is said half of the time by those who do.
                mine &= ~shared[said] | ((turn >> np.uint64(63) == 1) == (mood in STRONG))
                parts.append((found[mine], shares[mine], np.full(int(mine.sum()), term)))
        return self._laid_out(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _laid_out(self, opinions: Numbers, shares: Floats, terms: Numbers) -> _Owned:
        pairs = self._pair(self._said[opinions], self._terms[terms])
        free = ~np.isin(pairs, self._told)
        opinions, shares, terms, pairs = opinions[free], shares[free], terms[free], pairs[free]
        # In the order in which they come up first; of what reads the same, the last term is meant.
        _, last = np.unique(pairs[::-1], return_index=True)
        _, first = np.unique(pairs, return_index=True)
        order = np.argsort(first)
        known, place, which = np.unique(opinions[first[order]], return_index=True, return_inverse=True)
        weights = np.bincount(opinions, shares)[known[np.argsort(place)]].astype(np.float64)
        opinion = np.argsort(np.argsort(place))[which]
        shared = _shared(weights, np.bincount(opinion))
        choice = shared[opinion]
        laid_out = np.argsort(choice, kind="stable")
        return _Owned(
            weights=np.bincount(shared, weights).astype(np.float64),
            counts=np.bincount(choice),
            opinions=opinions[first[order]][laid_out],
            terms=terms[len(pairs) - 1 - last[order]][laid_out],
        )

    def _opinions(self, cell: int) -> tuple[Numbers, Floats]:
        """Return the opinions of a cell, and how often each is said."""
        opinions = self.language.opinions
        place = int(opinions.first[cell]), int(opinions.count[cell])
        if place not in self._lists:  # which most cells share
            found, counts = np.unique(opinions[cell], return_counts=True)
            self._lists[place] = found.astype(np.int64), counts / counts.sum()
        return self._lists[place]

    def _pair(self, said: Numbers, term: Numbers | int) -> Numbers:
        """Return one number for what a pair reads as."""
        return said * len(self._term_words) + term

    def _terms_of(self, owner: Owner) -> Numbers:
        return np.concatenate([self.language.topic_terms[topic] for topic in self.topics[owner]])


def _numbered(texts: Sequence[tuple[str, ...]]) -> tuple[Numbers, list[tuple[str, ...]]]:
    """Return a number for each text, the same for the same words, and the words by number."""
    numbers: dict[tuple[str, ...], int] = {}
    found = [numbers.setdefault(words, len(numbers)) for words in texts]
    return np.array(found, np.int64), list(numbers)


def _plain(said: tuple[str, ...], adverbs: Set[tuple[str, ...]]) -> tuple[str, ...]:
    """Return what is said without adverbs before it."""
    for end in range(1, len(said)):
        if said[:end] in adverbs:
            return _plain(said[end:], adverbs)
    return said


def _hashes(words: Sequence[tuple[str, ...]]) -> npt.NDArray[np.uint64]:
    return np.array([crc32(" ".join(said).encode()) for said in words], np.uint64)


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
