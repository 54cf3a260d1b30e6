"""Reviews that all differ, in constant memory.

The row number is dealt out to label, domain and composition, and then to what the review says first: an
opinion and the term that it is said of, or a remark. No two rows of the same label, domain and composition
say the same first. Domains may share terms ("the price") and remarks; each pair of a term and an opinion,
and each remark, belongs to one of them. All other words are drawn as ever.

A way to put reviews together that has few of these is left out once they might run out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from synthlab import Rows

from ..engine.expand import mixed
from .choices import Choices
from .content import MOODS
from .dealing import BLOCK, Deals, places
from .language import EVENT, GROUPS, JUDGEMENT, LABELS, POLARITY_OF, REMARKS, STYLES, Language

__all__ = ["LEADING", "Dealer", "Dealt", "Opening"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

LEADING = (STYLES.index("opinion"), STYLES.index("quality"))
"""The styles that the first opinion of a review is said in: the others have few words."""
LASTING = 4
"""How many blocks of a class the terms of an opinion must last for; more would flatten their weights."""
OPENINGS = 500
"""Rows of a class in which the opinions that it opens with keep their weights: a block of theirs."""
PHASES = tuple(2**n for n in range(14))
"""The blocks of a label and domain at which ways to put reviews together are looked at again."""
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class Dealt:
    """What has been dealt to each row, shape `(rows,)`; `rank` is a number that no other row of the same
    label, domain and composition has, and `keys` are alike for all of these."""

    label: Ints
    domain: Ints
    composition: Ints
    rank: Numbers
    keys: Words


@dataclass(frozen=True, eq=False)
class Opening:
    """What each row says first, shape `(rows,)`: an opinion of a term, or a remark; -1 is the other."""

    product: Ints
    topic: Ints
    term: Ints
    opinion: Ints
    style: Ints
    remark: Ints


class Dealer:
    """Knows what reviews of a language can say first, and deals it out."""

    def __init__(
        self,
        language: Language,
        labels: Sequence[float],
        domains: Sequence[float],
        compositions: Sequence[float],
    ) -> None:
        self.language = language
        self._labels = Deals.of([labels])
        self._domains = Deals.of([domains])
        self._weights = np.array(compositions, float)
        self._used_domains = [number for number, weight in enumerate(domains) if weight > 0]
        self._used_labels = [number for number, weight in enumerate(labels) if weight > 0]

    def deal(self, rows: Rows) -> Dealt:
        """Deal the rows out to labels, domains and compositions, each within the one before."""
        keys = np.full(len(rows), rows.stream("deal").key % 2**64, np.uint64)
        label, rank = self._labels.deal(rows.numbers, keys)
        keys = _within(keys, label)
        domain, rank = self._domains.deal(rank, keys)
        keys = _within(keys, domain)
        phase = np.searchsorted(PHASES, rank // BLOCK, side="right")
        table = (label * len(self.language.domains) + domain) * (len(PHASES) + 1) + phase
        composition, rank = self._compositions.deal(rank, keys, table)
        return Dealt(label, domain, composition, rank, _within(keys, composition))

    def open(self, dealt: Dealt, mood: Ints, words: Words) -> Opening:
        """Return what each row begins with; `mood` is that of its leading clause, `words` are 64 random bits
        a row."""
        language, kind = self.language, self.lead_kind[dealt.composition]
        opening = Opening(*np.full((6, len(kind)), -1, np.int32))
        said, implied = np.flatnonzero(kind <= JUDGEMENT), np.flatnonzero(kind >= EVENT)
        style, opinion, term = self._pairs(dealt, said, kind[said] == JUDGEMENT, mood[said], words[said])
        topic = language.terms.topic[term]
        opening.style[said], opening.opinion[said], opening.term[said] = style, opinion, term
        opening.topic[said] = topic
        cell = dealt.domain[said] * len(language.topic_terms.first) + topic
        opening.product[said] = self._products_of.pick(cell, words[said])
        whole = said[kind[said] == JUDGEMENT]
        opening.product[whole] = self._product_of_term[opening.term[whole]]
        remark = self._picked_remarks(dealt, implied, mood[implied])
        opening.remark[implied] = remark
        remarks = len(language.remarks.kind)
        cell = dealt.domain[implied] * remarks + remark
        opening.product[implied] = self._products_with.pick(cell, words[implied])
        return opening

    def _pairs(
        self, dealt: Dealt, which: Numbers, whole: Flags, mood: Ints, words: Words
    ) -> tuple[Ints, Ints, Ints]:
        """Return the style, the opinion and the term that these rows begin with; `which` are their numbers
        in the batch, `whole` says whether they judge the product, `mood` is that of the clause."""
        style = (words >> np.uint64(63)).astype(np.int32)
        kind = self.lead_kind[dealt.composition[which]]
        group = self.language.compositions.group[dealt.composition[which]]
        domain = dealt.domain[which]
        other = ~self._styles_there[kind, domain, group, mood, style]
        style[other] = 1 - style[other]
        table = ((domain * 2 + whole) * len(MOODS) + mood) * len(LEADING) + style
        keys = _within(dealt.keys[which], table)
        choice, rank = self._openings.deals.deal(dealt.rank[which], keys, table)
        place = self._openings.first[table] + choice
        terms = self._openings.terms
        # A walk through the terms of the opinion from a place of its own.
        start = (_within(keys, choice) >> np.uint64(33)).astype(np.int64)
        at = (rank + start) % terms.count[place]
        term = terms.members[terms.first[place] + at]
        return np.array(LEADING, np.int32)[style], self._openings.opinions[place], term

    def _picked_remarks(self, dealt: Dealt, which: Numbers, mood: Ints) -> Ints:
        """Return the remark that these rows begin with."""
        plain = self.lead_kind[dealt.composition[which]] == EVENT
        cell = (dealt.domain[which] * len(MOODS) + mood) * 2 + plain
        remarks = self._remarks
        start = (_within(dealt.keys[which], mood) >> np.uint64(33)).astype(np.int64)
        at = (dealt.rank[which] + start) % np.maximum(1, remarks.count[cell])
        picked: Ints = remarks.members[remarks.first[cell] + at]
        return picked

    @cached_property
    def styled(self) -> Choices:
        """The templates of each cell by leading style."""
        templates = self.language.templates
        cells = []
        for cell in range(len(templates.choices.first)):
            found = _members(templates.choices, cell)
            named = found[templates.names_term[found]]
            cells += [named[templates.style[named] == style].tolist() for style in LEADING]
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
    def _product_of_term(self) -> Ints:
        product = np.full(len(self.language.terms.topic), -1, np.int32)
        product[self.language.product_term] = np.arange(len(self.language.product_term))
        return product

    @cached_property
    def _products_of(self) -> Choices:
        """The products of a domain that have an aspect, in cells `domain * topics + topic`."""
        language = self.language
        cells: list[list[int]] = [[] for _ in range(len(language.domains) * len(language.topic_terms.first))]
        for domain in range(len(language.domains)):
            for product in _members(language.products, domain).tolist():
                for topic in {int(a) for a in _members(language.aspects, language.product_family[product])}:
                    cells[domain * len(language.topic_terms.first) + topic].append(product)
        return Choices.of(cells)

    @cached_property
    def _products_with(self) -> Choices:
        """The products of a domain that a remark can be said of, in cells `domain * remarks + remark`."""
        language = self.language
        choices, families = language.remarks.choices, len(language.aspects.first)
        size = len(language.remarks.kind)
        of_family = [
            {
                int(r)
                for k in range(len(REMARKS))
                for m in range(len(MOODS))
                for r in _members(choices, (k * families + family) * len(MOODS) + m)
            }
            for family in range(families)
        ]
        cells: list[list[int]] = [[] for _ in range(len(language.domains) * size)]
        for domain in range(len(language.domains)):
            for product in _members(language.products, domain).tolist():
                for remark in of_family[language.product_family[product]]:
                    cells[domain * size + remark].append(product)
        return Choices.of(cells)

    @cached_property
    def most(self) -> int:
        """Up to how many rows all differ for sure, in whole blocks."""
        low, high = 1, 2**30
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._is_enough(middle) else (low, middle)
        return low * BLOCK

    def _is_enough(self, blocks: int) -> bool:
        """Return whether the words last for so many blocks of rows."""
        openings, domains = self._openings, len(self.language.domains)
        place = openings.first[:, None] + openings.deals.choice
        lasting = (openings.terms.count[place] // openings.deals.count).min(axis=1)
        # Styles with too few words are not used.
        lasting = np.where(lasting > 0, lasting.astype(np.int64), 2**40).reshape(domains, -1).min(axis=1)
        phases = np.array([0, *PHASES])
        for label in self._used_labels:
            of_label = -(-blocks * int((self._labels.choice[0] == label).sum()) // BLOCK)
            for domain in self._used_domains:
                of_domain = -(-of_label * int((self._domains.choice[0] == domain).sum()) // BLOCK)
                phase = int(np.searchsorted(PHASES, of_domain - 1, side="right"))
                table = (label * domains + domain) * len(phases) + phase
                deals = self._compositions
                ranks = deals.before[table] + (of_domain - phases[phase]) * deals.count[table]
                said = self.lead_kind[deals.choice[table]] <= JUDGEMENT
                if -(-int(ranks[said].max()) // OPENINGS) > lasting[domain]:
                    return False
        return True

    @cached_property
    def leads(self) -> Ints:
        """The clause that each composition begins with, by its flat number: the first that says an opinion,
        or else the first that implies one; -1 where there is none."""
        compositions = self.language.compositions
        found = np.full(len(compositions.count), -1, np.int32)
        for number, (first, count) in enumerate(zip(compositions.first, compositions.count, strict=True)):
            kinds = compositions.kind[first : first + count]
            said = np.flatnonzero(kinds <= JUDGEMENT)
            found[number] = first + (said[0] if len(said) else 0) if count else -1
        return found

    @cached_property
    def lead_kind(self) -> Ints:
        """The kind of the clause that each composition begins with."""
        return np.where(self.leads >= 0, self.language.compositions.kind[self.leads], -1)

    @cached_property
    def _compositions(self) -> Deals:
        """The tables of compositions, by label, domain and phase."""
        language, few = self.language, np.flatnonzero(self.lead_kind >= EVENT)
        groups = language.compositions.group
        counts, since, before = [], [], []
        for label in range(len(LABELS)):
            # A review with two sides may begin with the other one.
            moods = sorted({*np.flatnonzero(label == POLARITY_OF).tolist(), 1, 3})
            for domain in range(len(language.domains)):
                there = self._styles_there[:, domain][:, :, moods].any(axis=3).all(axis=2)
                spoken = (self.lead_kind >= EVENT) | there[np.clip(self.lead_kind, 0, JUDGEMENT), groups]
                sizes = self._remarks.count.reshape(-1, len(MOODS), 2)[domain, moods].min(axis=0)
                used = np.zeros(len(self._weights), np.int64)
                for phase in range(len(PHASES) + 1):
                    begin = 0 if phase == 0 else PHASES[phase - 1]
                    end = PHASES[phase] if phase < len(PHASES) else 2**40
                    weights = np.where(spoken & (self.lead_kind >= 0), self._weights, 0.0)
                    # Each way out leaves the others more, so it is looked at until all fit.
                    while True:
                        dealt = places(weights, None)
                        needed = used[few] + (end - begin) * dealt[few]
                        out = few[
                            (needed > sizes[(self.lead_kind[few] == EVENT).astype(int)]) & (weights[few] > 0)
                        ]
                        if not len(out):
                            break
                        weights[out] = 0.0
                    counts.append(dealt)
                    since.append(begin)
                    before.append(used.copy())
                    used += (end - begin) * dealt if phase < len(PHASES) else 0
        return Deals.laid_out(counts, since, before)

    @cached_property
    def _remarks(self) -> Choices:
        """The remarks that belong to a domain, in cells `(domain * moods + mood) * 2 + (1 for events)`."""
        language, families = self.language, len(self.language.aspects.first)
        choices = language.remarks.choices
        in_domain: list[list[set[int]]] = []
        for domain in range(len(language.domains)):
            own = {int(language.product_family[p]) for p in _members(language.products, domain)}
            in_domain.append(
                [
                    {
                        int(remark)
                        for family in own
                        for kind in range(len(REMARKS))
                        for remark in _members(choices, (kind * families + family) * len(MOODS) + mood)
                    }
                    for mood in range(len(MOODS))
                ]
            )
        cells = []
        for domain, by_mood in enumerate(in_domain):
            for found in by_mood:
                everywhere = [d for d in self._used_domains if any(found & other for other in in_domain[d])]
                mine = []
                for remark in sorted(found):
                    sharers = [d for d in everywhere if any(remark in other for other in in_domain[d])]
                    if not sharers or sharers[remark * 7919 % len(sharers)] == domain:
                        mine.append(remark)
                events = [remark for remark in mine if language.remarks.kind[remark] == 0]
                cells += [[remark for remark in mine if language.remarks.kind[remark] != 0], events]
        return Choices.of(cells)

    @cached_property
    def _styles_there(self) -> Any:
        """Whether there are templates of a style for all that a domain speaks of, shape
        `(kinds, domains, groups, moods, leading styles)`."""
        language, topics = self.language, len(self.language.topic_terms.first)
        there = np.zeros((JUDGEMENT + 1, len(language.domains), GROUPS, len(LEADING)), bool)
        for kind in range(JUDGEMENT + 1):
            for domain in range(len(language.domains)):
                spoken_of = self._topics[domain, kind == JUDGEMENT]
                for group in range(GROUPS):
                    cells = [(kind * topics + topic) * GROUPS + group for topic in spoken_of]
                    for place in range(len(LEADING)):
                        counts = self.styled.count[np.array(cells) * len(LEADING) + place]
                        there[kind, domain, group, place] = counts.all()
        return there[:, :, :, None, :] & self._words_there[[0, 0, 1], :, None]

    @cached_property
    def _words_there(self) -> Any:
        """Whether a style has words for a block, shape `(aspect or whole, domains, moods, styles)`."""
        openings = self._openings
        place = openings.first[:, None] + openings.deals.choice
        lasting = (openings.terms.count[place] // openings.deals.count).min(axis=1)
        shape = (len(self.language.domains), 2, len(MOODS), len(LEADING))
        return (lasting.reshape(shape) > 0).transpose(1, 0, 2, 3)

    @cached_property
    def _topics(self) -> dict[tuple[int, bool], list[int]]:
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
    def _openings(self) -> _Openings:
        """The pairs of opinions and terms that belong to a domain, by `pairs`' tables."""
        language = self.language
        texts = language.program.strings.texts.to_pylist()
        names = [texts[code].lower() for code in language.terms.string.tolist()]
        said = np.array([crc32(texts[code].encode()) for code in language.opinion_string.tolist()], np.int64)
        owners: dict[tuple[bool, str], list[int]] = {}
        for (domain, whole), topics in self._topics.items():
            if domain in self._used_domains:
                for name in {
                    names[term] for topic in topics for term in _members(language.topic_terms, topic)
                }:
                    owners.setdefault((whole, name), []).append(domain)
        weights, bounds, first = list[list[float]](), list[list[int]](), list[int]()
        opinions, terms = list[int](), list[list[int]]()
        for domain in range(len(language.domains)):
            for whole in (False, True):
                for mood in range(len(MOODS)):
                    for style in LEADING:
                        weight, known = self._owned(domain, whole, mood, style, names, said, owners)
                        first.append(len(opinions))
                        opinions += known
                        terms += known.values()
                        weights.append([weight[opinion] for opinion in known])
                        bounds.append(_bounds([len(of) for of in known.values()]))
        return _Openings(
            Deals.of(weights, bounds, OPENINGS), _ints(opinions), _ints(first), Choices.of(terms)
        )

    def _owned(
        self,
        domain: int,
        whole: bool,
        mood: int,
        style: int,
        names: Sequence[str],
        said: Numbers,
        owners: dict[tuple[bool, str], list[int]],
    ) -> tuple[dict[int, float], dict[int, list[int]]]:
        """Return what a domain may say: the weight of each opinion, and the terms that it is said of."""
        language, topics = self.language, len(self.language.topic_terms.first)
        weight: dict[int, float] = {}
        known: dict[int, dict[str, int]] = {}
        for topic in self._topics[domain, whole]:
            cell = (style * topics + topic) * len(MOODS) + mood
            found, counts = np.unique(_members(language.opinions, cell), return_counts=True)
            shares = counts / counts.sum()
            for term in _members(language.topic_terms, topic).tolist():
                sharers = owners.get((whole, names[term]), [domain])
                turn = (crc32(names[term].encode()) + said[found]) % len(sharers)
                mine = turn == sharers.index(domain) if domain in sharers else turn == 0
                for opinion, share in zip(found[mine].tolist(), shares[mine].tolist(), strict=True):
                    weight[opinion] = weight.get(opinion, 0.0) + share
                    known.setdefault(opinion, {})[names[term]] = term
        return weight, {opinion: list(terms.values()) for opinion, terms in known.items()}


@dataclass(frozen=True, eq=False)
class _Openings:
    """The opinion behind choice c of table t is `opinions[first[t] + c]`; its terms are that cell."""

    deals: Deals
    opinions: Ints
    first: Ints
    terms: Choices


def _within(keys: Words, choice: npt.NDArray[np.integer]) -> Words:
    """Return keys for what is dealt within a choice."""
    return mixed(keys + (choice.astype(np.uint64) + np.uint64(1)) * _GOLDEN)


def _bounds(terms: Sequence[int]) -> list[int]:
    """Return how many places of a block each opinion may have, by the number of its terms: few, so that they
    last, but enough to fill the block."""
    for lasting in range(LASTING, 0, -1):
        bounds = [max(1, count // lasting) for count in terms]
        if sum(bounds) >= OPENINGS:
            return bounds
    scale = OPENINGS / max(1, sum(terms))
    return [int(np.ceil(count * scale)) for count in terms]


def _members(choices: Choices, cell: int) -> Any:
    return choices.members[choices.first[cell] : choices.first[cell] + choices.count[cell]]


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int32)
