"""Reviews that all differ.

Beside remarks, reviews are dealt the opinions that they say first, and the terms that these are said of. No
two rows of the same label, domain and composition say the same first. Domains may share terms ("the price")
and remarks; each pair of a term and an opinion, and each remark, belongs to one of them.

A way to put reviews together that has few of these is left out once they might run out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from synthlab import Rows

from .content import MOODS
from .dealer import Dealer, Dealt, Opening, within
from .dealing import BLOCK, Deals, places
from .language import EVENT, JUDGEMENT, LABELS, POLARITY_OF
from .openings import EVENTS, LEADING, OPENINGS, PLAIN, SORTS

__all__ = ["UniqueDealer"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

PHASES = tuple(2**n for n in range(14))
"""The blocks of a label and domain at which ways to put reviews together are looked at again."""


class UniqueDealer(Dealer):
    """Knows what reviews of a language can say first, and deals it out."""

    readings = 64

    def _decks(
        self, labels: Sequence[float], domains: Sequence[float], compositions: Sequence[float]
    ) -> tuple[Deals, Deals, Deals]:
        self._used_labels = np.flatnonzero(np.array(labels) > 0).tolist()
        self._used_domains = np.flatnonzero(np.array(domains) > 0).tolist()
        return Deals.of([labels]), Deals.of([domains]), self._in_phases(np.array(compositions, float))

    def _deal_labels(self, rows: Rows, keys: Words) -> tuple[Ints, Flags, Numbers, Words]:
        label, rank = self._labels.deal(rows.numbers, keys)
        return label, rows.stream("intensity").bernoulli(self._strong), rank, within(keys, label)

    def _table(self, label: Ints, domain: Ints, rank: Numbers) -> npt.NDArray[np.integer]:
        phase = np.searchsorted(PHASES, rank // BLOCK, side="right")
        return (label * len(self.language.domains) + domain) * (len(PHASES) + 1) + phase

    def _open_opinions(
        self, opening: Opening, dealt: Dealt, which: Numbers, mood: Ints, words: Words
    ) -> None:
        language, whole = self.language, self.lead_kind[dealt.composition[which]] == JUDGEMENT
        style, opinion, term = self._pairs(dealt, which, whole, mood[which], words[which])
        topic = language.terms.topic[term]
        opening.style[which], opening.opinion[which], opening.term[which] = style, opinion, term
        opening.topic[which] = topic
        part = which[~whole]
        cell = dealt.domain[part] * len(language.topic_terms.first) + topic[~whole]
        opening.product[part] = self.openings.products_of.pick(cell, words[part])
        opening.product[which[whole]] = self.openings.product_of_term[term[whole]]

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
        keys = within(dealt.keys[which], table)
        choice, rank = self.openings.pairs.deals.deal(dealt.rank[which], keys, table)
        place = self.openings.pairs.first[table] + choice
        terms = self.openings.pairs.terms
        # A walk through the pairs of the choice from a place of its own.
        start = (within(keys, choice) >> np.uint64(33)).astype(np.int64)
        at = terms.first[place] + (rank + start) % terms.count[place]
        return np.array(LEADING, np.int32)[style], self.openings.pairs.opinions[at], terms.members[at]

    @cached_property
    def most(self) -> int | None:
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

    def _in_phases(self, own: npt.NDArray[np.floating]) -> Deals:
        """Return the tables of compositions, by label, domain and phase."""
        language, few = self.language, np.flatnonzero(self.lead_kind >= EVENT)
        groups = language.compositions.group
        counts, since, before = [], [], []
        for label in range(len(LABELS)):
            # A review with two sides may begin with the other one.
            moods = sorted({*np.flatnonzero(label == POLARITY_OF).tolist(), 1, 3})
            for domain in range(len(language.domains)):
                there = self.openings.styles_there[:, domain][:, :, moods].any(axis=3).all(axis=2)
                spoken = (self.lead_kind >= EVENT) | there[np.clip(self.lead_kind, 0, JUDGEMENT), groups]
                sizes = self.openings.remarks.count.reshape(-1, len(MOODS), len(SORTS))[domain, moods]
                sizes = sizes[:, [PLAIN, EVENTS]].min(axis=0)
                used = np.zeros(len(own), np.int64)
                for phase in range(len(PHASES) + 1):
                    begin = 0 if phase == 0 else PHASES[phase - 1]
                    end = PHASES[phase] if phase < len(PHASES) else 2**40
                    weights = np.where(spoken & (self.lead_kind >= 0), own, 0.0)
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
