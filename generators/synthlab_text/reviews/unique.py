"""Reviews that all differ, in constant memory.

The row number is dealt out to label, domain and composition, and then to what the review says first: an
opinion and the term that it is said of, or a remark. No two rows of the same label, domain and composition
say the same first. Domains may share terms ("the price") and remarks; each pair of a term and an opinion,
and each remark, belongs to one of them. All other words are drawn as ever.

A way to put reviews together that has few of these is left out once they might run out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from synthlab import Rows
from synthlab.rows import GOLDEN, mixed

from .content import MOODS
from .dealing import BLOCK, Deals, places
from .language import EVENT, JUDGEMENT, LABELS, POLARITY_OF, REMARK, Language
from .openings import LEADING, OPENINGS, Openings

__all__ = ["Dealer", "Dealt", "Opening"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

PHASES = tuple(2**n for n in range(14))
"""The blocks of a label and domain at which ways to put reviews together are looked at again."""


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
        self.openings = Openings(language, self._used_domains)
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
        of_aspect = kind[said] != JUDGEMENT
        part = said[of_aspect]
        cell = dealt.domain[part] * len(language.topic_terms.first) + topic[of_aspect]
        opening.product[part] = self.openings.products_of.pick(cell, words[part])
        whole = said[kind[said] == JUDGEMENT]
        opening.product[whole] = self.openings.product_of_term[opening.term[whole]]
        remark = self._picked_remarks(dealt, implied, mood[implied])
        opening.remark[implied] = remark
        remarks = len(language.remarks.kind)
        cell = dealt.domain[implied] * remarks + remark
        opening.product[implied] = self.openings.products_with.pick(cell, words[implied])
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
        other = ~self.openings.styles_there[kind, domain, group, mood, style]
        style[other] = 1 - style[other]
        table = ((domain * 2 + whole) * len(MOODS) + mood) * len(LEADING) + style
        keys = _within(dealt.keys[which], table)
        choice, rank = self.openings.pairs.deals.deal(dealt.rank[which], keys, table)
        place = self.openings.pairs.first[table] + choice
        terms = self.openings.pairs.terms
        # A walk through the terms of the opinion from a place of its own.
        start = (_within(keys, choice) >> np.uint64(33)).astype(np.int64)
        at = (rank + start) % terms.count[place]
        term = terms.members[terms.first[place] + at]
        return np.array(LEADING, np.int32)[style], self.openings.pairs.opinions[place], term

    def _picked_remarks(self, dealt: Dealt, which: Numbers, mood: Ints) -> Ints:
        """Return the remark that these rows begin with."""
        plain = self.lead_kind[dealt.composition[which]] == EVENT
        cell = (dealt.domain[which] * len(MOODS) + mood) * 2 + plain
        remarks = self.openings.remarks
        start = (_within(dealt.keys[which], mood) >> np.uint64(33)).astype(np.int64)
        at = (dealt.rank[which] + start) % np.maximum(1, remarks.count[cell])
        picked: Ints = remarks.members[remarks.first[cell] + at]
        return picked

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
        openings, domains = self.openings.pairs, len(self.language.domains)
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
            leading = [*np.flatnonzero(kinds <= JUDGEMENT), *np.flatnonzero(kinds <= REMARK)]
            found[number] = first + leading[0] if leading else -1
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
                there = self.openings.styles_there[:, domain][:, :, moods].any(axis=3).all(axis=2)
                spoken = (self.lead_kind >= EVENT) | there[np.clip(self.lead_kind, 0, JUDGEMENT), groups]
                sizes = self.openings.remarks.count.reshape(-1, len(MOODS), 2)[domain, moods].min(axis=0)
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


def _within(keys: Words, choice: npt.NDArray[np.integer]) -> Words:
    """Return keys for what is dealt within a choice."""
    return mixed(keys + (choice.astype(np.uint64) + np.uint64(1)) * GOLDEN)
