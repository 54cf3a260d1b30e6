"""What each review is dealt, so that little is said twice: in constant memory, from the number of its row.

The row number is dealt out to label, intensity, domain and composition. A review that implies a feeling and
says no opinion begins with the next remark of those, which comes again only after all others. All other words
are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from synthlab import Rows
from synthlab.rows import GOLDEN, mixed

from .choices import uniform
from .content import MOODS
from .dealing import Deals
from .language import EVENT, JUDGEMENT, LABELS, MOOD_OF, NEUTRAL, OPPOSITE, REMARK, Language
from .openings import EVENTS, PLAIN, SARCASM, SORTS, Openings

__all__ = ["Dealer", "Dealt", "Opening", "within"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

SMALL_BLOCK = 50
"""Rows that are put together in turn, so that the remarks of few rows come one after another."""


@dataclass(frozen=True, eq=False)
class Dealt:
    """What has been dealt to each row, shape `(rows,)`."""

    domain: Ints
    composition: Ints
    mood: Ints
    """What the review comes to."""
    side: Ints
    """The mood of the clauses that do not say the opposite."""
    style: Ints
    """The leading style of the first opinion, where that is dealt."""
    rank: Numbers
    """What no other row of the same cards has, and `keys` are alike for all of these."""
    keys: Words


@dataclass(frozen=True, eq=False)
class Opening:
    """What each row says first, shape `(rows,)`: an opinion of a term, or a remark; -1 is not dealt."""

    product: Ints
    topic: Ints
    term: Ints
    opinion: Ints
    style: Ints
    remark: Ints


class Dealer:
    """Deals what reviews of a language are about and how they begin; `strong` and `sarcasm` are
    shares, of reviews that are not neutral and of remarks."""

    unique: ClassVar[bool] = False
    """Whether no two reviews may be alike."""

    def __init__(
        self,
        language: Language,
        labels: Sequence[float],
        domains: Sequence[float],
        compositions: Sequence[float],
        strong: float,
        sarcasm: float,
    ) -> None:
        self.language = language
        self.openings = Openings(language, np.flatnonzero(np.array(domains) > 0).tolist(), self.unique)
        self._sarcasm = sarcasm
        self._strong = strong
        self._labels, self._domains, self._compositions = self._decks(labels, domains, compositions)

    def _decks(
        self, labels: Sequence[float], domains: Sequence[float], compositions: Sequence[float]
    ) -> tuple[Deals, Deals, Deals]:
        strong = [0.0 if label == "neutral" else self._strong for label in LABELS]
        sides = [w * share for w, s in zip(labels, strong, strict=True) for share in (1 - s, s)]
        return Deals.in_cycle(sides), Deals.in_cycle(domains), Deals.in_cycle(compositions, SMALL_BLOCK)

    def deal(self, rows: Rows) -> Dealt:
        """Deal the rows out to labels with intensities, domains and compositions, each within the one
        before."""
        keys = self._key(rows)
        felt, rank = self._labels.deal(rows.numbers, keys)
        keys = within(keys, felt)
        domain, rank = self._domains.deal(rank, keys)
        keys = within(keys, domain)
        composition, rank = self._compositions.deal(rank, keys)
        mood = MOOD_OF[felt]
        either = np.where(rows.stream("lead").bernoulli(0.5), 1, 3).astype(np.int32)
        two_sided = self.language.compositions.has_two_sides[composition]
        side = np.where((mood == NEUTRAL) & two_sided, either, mood)
        style = np.full(len(rows), -1, np.int32)
        return Dealt(domain, composition, mood, side, style, rank, within(keys, composition))

    def _key(self, rows: Rows) -> Words:
        """Return the key of what is dealt, for each row."""
        return np.full(len(rows), rows.stream("deal").key % 2**64, np.uint64)

    def open(self, dealt: Dealt, words: Words) -> Opening:
        """Return what each row begins with; `words` are 64 random bits a row."""
        language, kind = self.language, self.lead_kind[dealt.composition]
        opposite = language.compositions.opposite[self.leads[dealt.composition]]
        mood = np.where(opposite, OPPOSITE[dealt.side], dealt.side)
        opening = Opening(*np.full((6, len(kind)), -1, np.int32))
        said, implied = np.flatnonzero(kind < EVENT), np.flatnonzero(kind >= EVENT)
        self._open_opinions(opening, dealt, said, mood, words)
        cell = self._remark_cells(dealt, implied, mood, words)
        remarks = self.openings.remarks
        # A walk through the remarks from a place of its own.
        start = (within(dealt.keys[implied], mood[implied]) >> np.uint64(33)).astype(np.int64)
        at = (dealt.rank[implied] + start) % np.maximum(1, remarks.count[cell])
        there = remarks.count[cell] > 0
        implied, remark = implied[there], remarks.members[(remarks.first[cell] + at)[there]]
        opening.remark[implied] = remark
        cell = dealt.domain[implied] * len(language.remarks.kind) + remark
        opening.product[implied] = self.openings.products_with.pick(cell, words[implied])
        rest = np.flatnonzero(opening.product < 0)
        opening.product[rest] = language.products.pick(dealt.domain[rest], words[rest])
        return opening

    def _open_opinions(
        self, opening: Opening, dealt: Dealt, which: Numbers, mood: Ints, words: Words
    ) -> None:
        """Decide what rows say that begin with an opinion; here, nothing."""

    def _remark_cells(self, dealt: Dealt, which: Numbers, mood: Ints, words: Words) -> Numbers:
        """Return the cells of the remarks that these rows may begin with."""
        sarcastic = uniform(mixed(words[which])) < self._sarcasm
        sort = np.where(sarcastic, SARCASM, PLAIN)
        sort[self.lead_kind[dealt.composition[which]] == EVENT] = EVENTS
        cell = (dealt.domain[which] * len(MOODS) + mood[which]) * len(SORTS)
        # There is sarcasm in some moods only, and something happens in all of them.
        for sort_missing, instead in ((SARCASM, PLAIN), (PLAIN, EVENTS)):
            sort[(sort == sort_missing) & (self.openings.remarks.count[cell + sort_missing] == 0)] = instead
        chosen: Numbers = cell + sort
        return chosen

    @cached_property
    def most(self) -> int | None:
        """Up to how many rows all differ for sure; None where they need not."""
        return None

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
        """The kind of the clause that each composition begins with, or -1."""
        return np.where(self.leads >= 0, self.language.compositions.kind[self.leads], -1)


def within(keys: Words, choice: npt.NDArray[np.integer]) -> Words:
    """Return keys for what is dealt within a choice."""
    return mixed(keys + (choice.astype(np.uint64) + np.uint64(1)) * GOLDEN)
