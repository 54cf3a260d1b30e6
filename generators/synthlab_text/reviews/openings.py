"""What a review can say first: opinions with the terms that they suit, and remarks, by domain.

Domains may share terms ("the price") and remarks; each pair of a term and an opinion, and each remark, then
belongs to one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from .choices import Choices
from .content import MOODS
from .dealing import Deals
from .language import GROUPS, JUDGEMENT, REMARKS, STYLES, Language
from .notation import spelled_out

__all__ = ["LEADING", "OPENINGS", "EVENTS", "PLAIN", "SARCASM", "SORTS", "Openings", "Pairs"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]

LEADING = (STYLES.index("opinion"), STYLES.index("quality"))
"""The styles that the first opinion of a review is said in: the others have few words."""
OPENINGS = 500
"""Rows of a class in which the opinions that it opens with keep their weights: a block of theirs."""
PLAIN, EVENTS, SARCASM = SORTS = range(3)
"""Remarks are dealt in three sorts."""
SORT_OF = np.array([{"event": EVENTS, "sarcasm": SARCASM}.get(kind, PLAIN) for kind in REMARKS])
LASTING = 4
"""How many blocks of a class the terms of an opinion must last for; more would flatten their weights."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """The pairs behind choice c of table t are the cell `first[t] + c` of `terms`, most often those of one
    opinion; the opinion of each is at the same place of `opinions`."""

    deals: Deals
    first: Ints
    terms: Choices
    opinions: Ints


@dataclass(frozen=True, eq=False)
class _Owned:
    """What a domain may say first: pairs of `opinions` and `terms`, those of a choice one after another, and
    the weight and the number of pairs of each choice."""

    weights: npt.NDArray[np.floating[Any]]
    counts: Numbers
    opinions: Numbers
    terms: Numbers


class Openings:
    """Knows what reviews of a language can say first; `domains` are those that are used, and no two remarks
    have any of the first `readings` of their phrases in common."""

    def __init__(self, language: Language, domains: Sequence[int], readings: int) -> None:
        self.language = language
        self._used_domains = domains
        self._readings = readings

    @cached_property
    def styled(self) -> Choices:
        """The templates of each cell by leading style, all and those that do not comment."""
        templates = self.language.templates
        cells = []
        for cell in range(templates.cells):
            found = _members(templates.choices, cell)
            named = found[templates.names_term[found]]
            quiet = np.isin(named, _members(templates.choices, templates.cells + cell))
            for style in LEADING:
                fits = templates.style[named] == style
                every, silent = named[fits].tolist(), named[fits & quiet].tolist()
                cells += [every, silent or every]
        return Choices.of(cells)

    @cached_property
    def place_of(self) -> Ints:
        """Where a topic stands among the aspects of a family, shape `(families, topics)`, or -1."""
        language = self.language
        place = np.full((len(language.aspects.first), len(language.topic_terms.first)), -1, np.int32)
        for family in range(len(place)):
            aspects = _members(language.aspects, family)
            place[family, aspects[::-1]] = np.arange(len(aspects) - 1, -1, -1)
        return place

    @cached_property
    def product_of_term(self) -> Ints:
        product = np.full(len(self.language.terms.topic), -1, np.int32)
        product[self.language.product_term] = np.arange(len(self.language.product_term))
        return product

    @cached_property
    def products_of(self) -> Choices:
        """The products of a domain that have an aspect, in cells `domain * topics + topic`."""
        language = self.language
        cells: list[list[int]] = [[] for _ in range(len(language.domains) * len(language.topic_terms.first))]
        for domain in range(len(language.domains)):
            for product in _members(language.products, domain).tolist():
                for topic in {int(a) for a in _members(language.aspects, language.product_family[product])}:
                    cells[domain * len(language.topic_terms.first) + topic].append(product)
        return Choices.of(cells)

    @cached_property
    def products_with(self) -> Choices:
        """The products of a domain that a remark of its own can be said of, in cells
        `domain * remarks + remark`."""
        language, size = self.language, len(self.language.remarks.kind)
        choices, families = language.remarks.choices, len(language.aspects.first)
        cells_of = np.arange(len(choices.first)).reshape(len(REMARKS), families, len(MOODS))
        held = np.zeros((len(language.domains), size), bool)
        for place in range(len(self.remarks.first)):
            held[place // (len(MOODS) * len(SORTS)), _members(self.remarks, place)] = True
        cells, products = [], []
        for domain in range(len(language.domains)):
            for product in _members(language.products, domain).tolist():
                family = int(language.product_family[product])
                said = np.zeros(size, bool)
                for its in cells_of[:, family].ravel():
                    said[_members(choices, its)] = True
                found = np.flatnonzero(said & held[domain])
                cells.append(domain * size + found)
                products.append(np.full(len(found), product, np.int32))
        cell = np.concatenate(cells)
        count = np.bincount(cell, minlength=len(language.domains) * size).astype(np.int32)
        members = np.concatenate(products)[np.argsort(cell, kind="stable")]
        return Choices(members, (np.cumsum(count) - count).astype(np.int32), count)

    @cached_property
    def remarks(self) -> Choices:
        """The remarks that belong to a domain, in cells `(domain * moods + mood) * 3 + sort`."""
        language, families = self.language, len(self.language.aspects.first)
        choices = language.remarks.choices
        claims: list[tuple[int, int, int]] = []  # domain, mood, remark
        for domain in range(len(language.domains)):
            own = {int(language.product_family[p]) for p in _members(language.products, domain)}
            for mood in range(len(MOODS)):
                cells_of = ((k * families + f) * len(MOODS) + mood for k in range(len(REMARKS)) for f in own)
                found = {int(remark) for cell in cells_of for remark in _members(choices, cell)}
                claims += [(domain, mood, remark) for remark in sorted(found)]
        held: list[list[int]] = [[] for _ in range(len(language.domains) * len(MOODS) * len(SORTS))]
        said: set[str] = set()
        # In an order that favours no domain and no mood.
        for domain, mood, remark in sorted(claims, key=lambda claim: (crc32(b"%d %d %d" % claim), claim)):
            readings: Iterable[str] = language.remarks.phrases[remark]
            if self._readings > 1:
                readings = [part for phrase in readings for part in spelled_out(phrase, self._readings)]
            if said.isdisjoint(readings):
                said.update(readings)
                sort = SORT_OF[language.remarks.kind[remark]]
                held[(domain * len(MOODS) + mood) * len(SORTS) + sort].append(remark)
        return Choices.of(held)

    @cached_property
    def styles_there(self) -> Any:
        """Whether there are templates of a style for all that a domain speaks of, shape
        `(kinds, domains, groups, moods, leading styles)`."""
        language, topics = self.language, len(self.language.topic_terms.first)
        there = np.zeros((JUDGEMENT + 1, len(language.domains), GROUPS, len(LEADING)), bool)
        for kind in range(JUDGEMENT + 1):
            for domain in range(len(language.domains)):
                spoken_of = self.topics[domain, kind == JUDGEMENT]
                for group in range(GROUPS):
                    cells = [(kind * topics + topic) * GROUPS + group for topic in spoken_of]
                    for place in range(len(LEADING)):
                        counts = self.styled.count[(np.array(cells) * len(LEADING) + place) * 2]
                        there[kind, domain, group, place] = counts.all()
        return there[:, :, :, None, :] & self.words_there[[0, 0, 1], :, None]

    @cached_property
    def words_there(self) -> Any:
        """Whether a style has words for a block, shape `(aspect or whole, domains, moods, styles)`."""
        openings = self.pairs
        place = openings.first[:, None] + openings.deals.choice
        lasting = (openings.terms.count[place] // openings.deals.count).min(axis=1)
        shape = (len(self.language.domains), 2, len(MOODS), len(LEADING))
        return (lasting.reshape(shape) > 0).transpose(1, 0, 2, 3)

    @cached_property
    def topics(self) -> dict[tuple[int, bool], list[int]]:
        """What a domain speaks of: its aspects, or its products as wholes."""
        language, found = self.language, {}
        for domain in range(len(language.domains)):
            products = _members(language.products, domain)
            families = {int(language.product_family[product]) for product in products}
            found[domain, False] = sorted({int(a) for f in families for a in _members(language.aspects, f)})
            wholes = {int(language.terms.topic[language.product_term[product]]) for product in products}
            found[domain, True] = sorted(wholes)
        return found

    @cached_property
    def pairs(self) -> Pairs:
        """The pairs of opinions and terms that belong to a domain, by `pairs`' tables."""
        language = self.language
        texts = language.program.strings.texts.to_pylist()
        names = [texts[code].lower() for code in language.terms.string.tolist()]
        said = np.array([crc32(texts[code].encode()) for code in language.opinion_string.tolist()], np.int64)
        owners: dict[tuple[bool, str], list[int]] = {}
        for (domain, whole), topics in self.topics.items():
            if domain in self._used_domains:
                for name in {
                    names[term] for topic in topics for term in _members(language.topic_terms, topic)
                }:
                    owners.setdefault((whole, name), []).append(domain)
        numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
        alike = np.array([numbers[name] for name in names])
        owned = [
            self._owned(domain, whole, mood, style, names, alike, said, owners)
            for domain in range(len(language.domains))
            for whole in (False, True)
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

    def _owned(
        self,
        domain: int,
        whole: bool,
        mood: int,
        style: int,
        names: Sequence[str],
        alike: Numbers,
        said: Numbers,
        owners: dict[tuple[bool, str], list[int]],
    ) -> _Owned:
        """Return what a domain may say. Terms that read the same have the same number in `alike`."""
        language, topics = self.language, len(self.language.topic_terms.first)
        parts: list[tuple[Numbers, npt.NDArray[np.floating], Numbers]] = []
        for topic in self.topics[domain, whole]:
            cell = (style * topics + topic) * len(MOODS) + mood
            found, counts = np.unique(_members(language.opinions, cell), return_counts=True)
            shares = counts / counts.sum()
            for term in _members(language.topic_terms, topic).tolist():
                sharers = owners.get((whole, names[term]), [domain])
                turn = (crc32(names[term].encode()) + said[found]) % len(sharers)
                mine = turn == (sharers.index(domain) if domain in sharers else 0)
                parts.append((found[mine], shares[mine], np.full(int(mine.sum()), term)))
        opinions, shares, terms = (np.concatenate(column) for column in zip(*parts, strict=True))
        # In the order in which they come up first; of terms that read the same, an opinion has the last.
        pairs = opinions * len(alike) + alike[terms]
        _, last = np.unique(pairs[::-1], return_index=True)
        _, first = np.unique(pairs, return_index=True)
        order = np.argsort(first)
        known, place, which = np.unique(opinions[first[order]], return_index=True, return_inverse=True)
        weights = np.bincount(opinions, shares)[known[np.argsort(place)]]
        shared = _shared(weights)
        choice = shared[np.argsort(np.argsort(place))[which]]
        laid_out = np.argsort(choice, kind="stable")
        return _Owned(
            weights=np.bincount(shared, weights).astype(np.float64),
            counts=np.bincount(choice),
            opinions=opinions[first[order]][laid_out],
            terms=terms[len(pairs) - 1 - last[order]][laid_out],
        )


def _shared(weights: npt.NDArray[np.floating[Any]]) -> Numbers:
    """Return the choice of each opinion: one of its own, or where a block has not as many places, one that it
    shares with others about as likely."""
    numbers = np.arange(len(weights))
    if len(weights) > OPENINGS:
        numbers[np.argsort(-weights, kind="stable")] = numbers * OPENINGS // len(weights)
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


def _members(choices: Choices, cell: int | np.integer[Any]) -> Any:
    return choices.members[choices.first[cell] : choices.first[cell] + choices.count[cell]]


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int32)
