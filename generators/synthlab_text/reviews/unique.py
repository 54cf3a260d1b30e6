"""Reviews that all differ.

No two rows of a label and a domain say the same first: rows are dealt out to the ways in which reviews
begin, and within each of these they take one opening after the other, whatever the rest of the review is.
Domains may share terms ("the price") and remarks; each pair of a term and an opinion, and each remark,
belongs to one of them. Reviews of different labels come to different conclusions.

A way to begin is left out once its openings might run out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from synthlab import Rows

from .content import MOODS
from .dealer import Dealer, Dealt, Opening, within
from .dealing import Deals, places
from .language import EVENT, JUDGEMENT, LABELS, MOOD_OF, NEUTRAL, OPPOSITE, POLARITY_OF, REMARK
from .openings import EVENTS, PLAIN, SORTS
from .pairs import LEADING, OPENINGS

__all__ = ["UniqueDealer"]

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

POOLS = 6
"""What openings are of: an aspect or the whole, in two styles each; events and other remarks. A way to begin
is `mood * POOLS + pool`, of the leading clause."""
EVENT_POOL, REMARK_POOL = 4, 5
MAIN, OTHER, ONE_SIDED, EITHER = range(4)
"""How a composition is used: it leads with what the review comes to, or with the other side; a neutral review
has one side, or begins with either of two."""
NEVER = 2**50


@dataclass(frozen=True, eq=False)
class _Phase:
    """How the rows of a label and a domain are dealt out from a block of theirs on: the places of each way to
    begin in a block, and how many rows began so before."""

    since: int
    places: Numbers
    before: Numbers


class UniqueDealer(Dealer):
    """Knows what reviews of a language can say first, and deals it out."""

    unique = True

    def _decks(
        self, labels: Sequence[float], domains: Sequence[float], compositions: Sequence[float]
    ) -> tuple[Deals, Deals, Deals]:
        self._used = [np.flatnonzero(np.array(weights) > 0).tolist() for weights in (labels, domains)]
        self._weights = self._weigh(np.array(compositions, float))
        tables = self._weights.reshape(-1, len(compositions))
        used = [table if table.any() else np.ones(len(compositions)) for table in tables]
        return Deals.in_cycle(labels), Deals.in_cycle(domains), Deals.of(used)

    def deal(self, rows: Rows) -> Dealt:
        """Deal the rows out to labels, domains and ways to begin, each within the one before, and choose a
        composition for each."""
        keys = self._key(rows)
        label, rank = self._labels.deal(rows.numbers, keys)
        keys = within(keys, label)
        domain, rank = self._domains.deal(rank, keys)
        keys = within(keys, domain)
        run = label * len(self.language.domains) + domain
        ways = self._ways
        phases = len(ways.since) // self._ends.size
        begun = ways.since.reshape(-1, phases)[run] <= (rank // OPENINGS)[:, None]
        way, rank = ways.deal(rank, keys, run * phases + begun.sum(axis=1) - 1)
        keys = within(keys, way)
        lead, pool = way // POOLS, way % POOLS
        table = (self._use(label, lead) * len(self.language.domains) + domain) * POOLS + pool
        composition, _ = self._compositions.deal(rank, keys, table)
        strong = np.where(
            lead == MOOD_OF[label * 2 + 1], True, rows.stream("intensity").bernoulli(self._strong)
        )
        mood = MOOD_OF[label * 2 + (strong & (lead != MOOD_OF[label * 2]))]
        opposite = self.language.compositions.opposite[self.leads[composition]]
        side = np.where(mood != NEUTRAL, mood, np.where(opposite, OPPOSITE[lead], lead))
        style = np.where(pool < EVENT_POOL, pool % len(LEADING), -1)
        return Dealt(domain, composition, mood, side, style, rank, keys)

    def _use(self, label: Ints, lead: Ints) -> Ints:
        """Return how compositions are used that begin in a mood."""
        neutral = np.where(lead == NEUTRAL, ONE_SIDED, EITHER)
        told = np.where(POLARITY_OF[lead] == label, MAIN, OTHER)
        use: Ints = np.where(label == LABELS.index("neutral"), neutral, told)
        return use

    def _open_opinions(
        self, opening: Opening, dealt: Dealt, which: Numbers, mood: Ints, words: Words
    ) -> None:
        language, pairs = self.language, self.openings.pairs
        whole = self.lead_kind[dealt.composition[which]] == JUDGEMENT
        style, domain = dealt.style[which], dealt.domain[which]
        table = ((domain * 2 + whole) * len(MOODS) + mood[which]) * len(LEADING) + style
        keys = dealt.keys[which]
        choice, rank = pairs.deals.deal(dealt.rank[which], keys, table)
        place = pairs.first[table] + choice
        # A walk through the pairs of the choice from a place of its own.
        start = (within(keys, choice) >> np.uint64(33)).astype(np.int64)
        at = pairs.terms.first[place] + (rank + start) % pairs.terms.count[place]
        opening.style[which] = np.array(LEADING, np.int32)[style]
        opening.opinion[which], opening.term[which] = pairs.opinions[at], pairs.terms.members[at]
        topic = opening.topic[which] = language.terms.topic[pairs.terms.members[at]]
        part = which[~whole]
        cell = domain[~whole] * len(language.topic_terms.first) + topic[~whole]
        opening.product[part] = self.openings.products_of.pick(cell, words[part])
        opening.product[which[whole]] = self.openings.product_of_term[opening.term[which[whole]]]

    @cached_property
    def most(self) -> int | None:
        """Up to how many rows all differ for sure, in thousands."""
        low, high = 0, 2**30
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._lasts(middle * 1000) else (low, middle)
        return low * 1000

    def _lasts(self, rows: int) -> bool:
        """Return whether the openings last for so many rows."""
        labels, domains = self._used
        return all(
            self._domains.most_of(domain, self._labels.most_of(label, rows))
            <= self._ends[label, domain] * OPENINGS
            for label in labels
            for domain in domains
        )

    def _weigh(self, own: Floats) -> Floats:
        """Return how often compositions are chosen, shape `(uses, domains, pools, compositions)`."""
        compositions, leads = self.language.compositions, np.maximum(self.leads, 0)
        opposite = compositions.opposite[leads]
        used = np.stack([~opposite, opposite, ~compositions.has_two_sides, compositions.has_two_sides])
        pools = np.zeros((len(self.language.domains), POOLS, len(own)))
        pools[:, EVENT_POOL, self.lead_kind == EVENT] = 1.0
        pools[:, REMARK_POOL, self.lead_kind == REMARK] = 1.0
        for kind in range(JUDGEMENT + 1):
            these = np.flatnonzero(self.lead_kind == kind)
            # Shape (domains, compositions, styles).
            there = self.openings.styles_there[kind][:, compositions.group[these]]
            first = len(LEADING) * (kind == JUDGEMENT)
            shares = there / np.maximum(there.sum(axis=2, keepdims=True), 1)
            pools[:, first : first + len(LEADING), these] = shares.transpose(0, 2, 1)
        weights: Floats = used[:, None, None, :] * pools * own
        return weights

    @cached_property
    def _ends(self) -> Numbers:
        """The block of 500 rows at which openings run out, shape `(labels, domains)`."""
        ends = [phases[-1].since for phases in self._phases]
        return np.array(ends, np.int64).reshape(len(LABELS), len(self.language.domains))

    @cached_property
    def _ways(self) -> Deals:
        """The tables of ways to begin, by label, domain and phase; all have as many phases."""
        most = max(map(len, self._phases))
        tables = [phase for phases in self._phases for phase in _repeated(phases, most)]
        return Deals.laid_out(
            [phase.places for phase in tables],
            [phase.since for phase in tables],
            [phase.before for phase in tables],
        )

    @cached_property
    def _phases(self) -> list[list[_Phase]]:
        """The phases of each label and domain."""
        language, pairs = self.language, self.openings.pairs
        of_pairs = pairs.lasting.reshape(len(language.domains), 2, len(MOODS), len(LEADING))
        remarks = self.openings.remarks.count.reshape(len(language.domains), len(MOODS), len(SORTS))
        of_remarks = remarks[:, :, [EVENTS, PLAIN]].astype(np.int64)
        openings = np.concatenate([of_pairs[:, 0], of_pairs[:, 1], of_remarks], axis=2)
        weights = self._weights.sum(axis=3)
        found = []
        for label, name in enumerate(LABELS):
            mild, strong = MOOD_OF[label * 2], MOOD_OF[label * 2 + 1]
            for domain in range(len(language.domains)):
                of_moods = np.zeros((len(MOODS), POOLS))
                if name == "neutral":
                    of_moods[NEUTRAL] = weights[ONE_SIDED, domain]
                    of_moods[[1, 3]] = weights[EITHER, domain] / 2
                else:
                    of_moods[mild] = weights[MAIN, domain] * (1.0 - self._strong)
                    of_moods[strong] = weights[MAIN, domain] * self._strong
                    of_moods[OPPOSITE[mild]] = weights[OTHER, domain]
                needed = [mood for mood in {mild, strong} if of_moods[mood].any()]
                found.append(_phases_of(of_moods, openings[domain], needed))
        return found


def _phases_of(weights: Floats, openings: Numbers, needed: Sequence[int]) -> list[_Phase]:
    """Return how rows are dealt out to the ways to begin; weights and openings have shape `(moods, pools)`.
    Of each mood that is needed some way is always left; once there is none, the last phase begins, in which
    reviews may be alike."""
    phases, since, used = list[_Phase](), 0, np.zeros(weights.size, np.int64)
    while (dealt := _dealt(weights, openings.ravel() - used, needed)) is not None:
        phases.append(_Phase(since, dealt, used))
        left = openings.ravel() - used
        blocks = int((left[dealt > 0] // dealt[dealt > 0]).min())
        used = used + blocks * dealt
        since += blocks
    whatever = weights.ravel() if weights.any() else np.ones(weights.size)
    return [*phases, _Phase(since, places(whatever, None, OPENINGS), used)]


def _dealt(weights: Floats, openings: Numbers, needed: Sequence[int]) -> Numbers | None:
    """Return the places of each way to begin in a block, none where too few openings are left for it; None if
    a mood that is needed has no way left. What a mood has in all stays the same."""
    of_moods, left = weights.sum(axis=1, keepdims=True), weights > 0
    # Each way out leaves the others more, so they are looked at until all fit.
    while left[needed].any(axis=1).all() and left.any():
        there = (weights * left).sum(axis=1, keepdims=True)
        shares = weights * left * of_moods / np.where(there > 0, there, 1.0)
        dealt = places(shares.ravel(), None, OPENINGS)
        out = (openings < dealt).reshape(left.shape) & left
        if not out.any():
            return dealt
        left &= ~out
    return None


def _repeated(phases: Sequence[_Phase], most: int) -> Iterator[_Phase]:
    """Yield so many phases: those, and copies of the last that never begin."""
    yield from phases
    for _ in range(most - len(phases)):
        yield replace(phases[-1], since=NEVER)
