"""What each review means, decided before a word of it is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from synthlab import Rows
from synthlab.rows import GOLDEN, mixed

from .choices import below, uniform
from .content import MOODS
from .dealer import Dealer, Opening
from .language import (
    ATTRIBUTES,
    EVENT,
    GROUPS,
    JUDGEMENT,
    KINDS,
    MOST_SENTENCES,
    NEGATED,
    OPPOSITE,
    POLARITY_OF,
    REMARK,
    REMARKS,
    SAID,
    STYLES,
    Compositions,
    Language,
)
from .pairs import LEADING
from .unique import UniqueDealer

__all__ = ["Plan", "Settings", "dealer_of", "make_plan"]

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

SAID_BY_KIND = np.array([SAID.index(kind) if kind in SAID else 0 for kind in KINDS], np.int32)
"""How a clause of a kind says what it says; what a remark does is set with its words."""


@dataclass(frozen=True)
class Settings:
    """What may be asked of the reviews of a language; weights are kept exactly."""

    domains: tuple[float, ...]
    labels: tuple[float, ...]
    strong: float
    negation: float
    sarcasm: float
    sentences: tuple[tuple[int, float], ...] = ()
    """How many sentences reviews have, and the weight of that; by default as in the language's own
    compositions."""
    unique: bool = False


@dataclass(frozen=True)
class Plan:
    """The meaning of each row, shape `(rows,)`, and of each frame, shape `(frames,)`.

    The first frame of a row is the review as a whole, the others are its clauses, in order.
    """

    domain: Ints
    mood: Ints
    """What the review comes to: 0 to 4, one less than its stars."""
    group: Ints
    has_two_sides: Flags
    past: Flags
    first: Ints
    """The first frame of each row."""
    row: npt.NDArray[np.int64]
    """The row of each frame."""
    attributes: Ints
    """Shape `(1 + attributes, frames)`, in the order of `ATTRIBUTES`; row 0 holds zeros."""
    clauses: npt.NDArray[np.int64]
    """The frames that are clauses."""
    category: Ints
    """Of each clause; as are the following."""
    negated: Flags
    kind: Ints
    """A number in `KINDS`."""
    said: Ints
    """A number in `SAID`."""

    @property
    def label(self) -> Ints:
        """Numbers in `LABELS`."""
        return POLARITY_OF[self.mood]

    def of(self, attribute: str) -> Ints:
        """Return the values of an attribute by frame; a view that may be written to."""
        values: Ints = self.attributes[1 + ATTRIBUTES.index(attribute)]
        return values


def make_plan(language: Language, rows: Rows, settings: Settings) -> Plan:
    """Return the plan of these rows.

    The templates are drawn without a look at the label, so that their own words cannot give it away.
    """
    compositions = language.compositions
    dealer = dealer_of(language, settings)
    dealt = dealer.deal(rows)
    domain, mood, composition = dealt.domain, dealt.mood, dealt.composition
    past = rows.stream("tense").bernoulli(language.past_shares[domain])
    words = rows.stream("product").words()
    opening = dealer.open(dealt, words)
    product = opening.product

    clauses_of_row = compositions.count[composition]
    ends = np.cumsum(clauses_of_row + 1, dtype=np.int32)
    first = ends - clauses_of_row - 1
    frames = int(ends[-1]) if len(ends) else 0
    row = np.arange(len(rows)).repeat(clauses_of_row + 1)
    attributes = np.zeros((1 + len(ATTRIBUTES), frames), np.int32)
    ordinal = np.arange(frames, dtype=np.int32) - first.take(row)
    clauses = np.flatnonzero(ordinal > 0)
    number = (compositions.first[composition] - 1).take(row.take(clauses)) + ordinal.take(clauses)
    plan = Plan(
        domain=domain,
        mood=mood,
        group=compositions.group[composition],
        has_two_sides=compositions.has_two_sides[composition],
        past=past,
        first=first,
        row=row,
        attributes=attributes,
        clauses=clauses,
        category=np.zeros(len(clauses), np.int32),
        negated=np.zeros(len(clauses), bool),
        kind=compositions.kind[number],
        said=SAID_BY_KIND[compositions.kind[number]],
    )
    family = language.product_family[product]
    agreement = language.terms.agreement[language.product_term[product]]
    for name, values in (
        ("domain", domain),
        ("family", family),
        ("product", product),
        ("product class", agreement),
        ("class", agreement),  # of clauses that name no aspect
        ("composition", composition),
        ("mood", mood),
    ):
        values.take(row, out=plan.of(name))
    # What judges the whole has the mood of the review; the others have that of their side.
    sided = np.flatnonzero(plan.kind <= REMARK)
    its = dealt.side[row[clauses[sided]]]
    plan.of("mood")[clauses[sided]] = np.where(compositions.opposite[number[sided]], OPPOSITE[its], its)
    # One clause of a review may comment on what it says, unless the review does so itself.
    row_words = rows.stream("comment").words()
    speaker = 1 + below(row_words, clauses_of_row)
    silent = compositions.comments[composition].take(row[clauses]) | compositions.subordinate[number]
    plan.of("quiet")[clauses] = silent | (ordinal[clauses] != speaker.take(row[clauses]))
    clause_words = rows.stream("clauses").words()
    _plan_clauses(language, plan, number, ordinal, clause_words, settings, opening)
    return plan


@lru_cache(maxsize=4)
def dealer_of(language: Language, settings: Settings) -> Dealer:
    """Return what deals out what reviews are about, worked out once."""
    weights = _weights(language.compositions, settings.sentences)
    # There is too little sarcasm to begin many reviews that all differ.
    sarcasm = 0.0 if settings.unique else settings.sarcasm
    dealer = UniqueDealer if settings.unique else Dealer
    return dealer(language, settings.labels, settings.domains, weights, settings.strong, sarcasm)


def _weights(compositions: Compositions, sentences: tuple[tuple[int, float], ...]) -> list[float]:
    """Return the weight of each composition: its own, and that of its number of sentences."""
    own = compositions.weight.astype(float)
    if sentences:
        wanted = np.array([dict(sentences).get(n, 0.0) for n in range(MOST_SENTENCES + 1)])
        there = np.bincount(compositions.sentences, own, MOST_SENTENCES + 1)
        own = own * (wanted / np.maximum(there, 1))[compositions.sentences]
    return [float(f"{weight:.9g}") for weight in own]


def _plan_clauses(
    language: Language,
    plan: Plan,
    number: Ints,
    ordinal: Ints,
    row_words: Words,
    settings: Settings,
    opening: Opening,
) -> None:
    """Decide what each clause is about and what it says; `number` is its place among all compositions'."""
    clauses, row = plan.clauses, plan.row[plan.clauses]
    kinds = plan.kind
    words = mixed(row_words[row] + ordinal[clauses].astype(np.uint64) * GOLDEN)

    def draw(purpose: int, which: npt.NDArray[Any]) -> Words:
        return mixed(words[which] + np.uint64(purpose * int(GOLDEN) % 2**64))

    said = np.flatnonzero(kinds <= JUDGEMENT)
    implied = np.flatnonzero((kinds == EVENT) | (kinds == REMARK))
    leads = dealer_of(language, settings).leads[plan.of("composition")[clauses]] == number
    _plan_opinions(language, plan, kinds, number, said, row_words, draw, settings, opening, leads)
    _plan_remarks(language, plan, kinds, implied, draw, settings, opening, leads)


def _plan_opinions(
    language: Language,
    plan: Plan,
    kinds: Ints,
    number: Ints,
    said: npt.NDArray[np.int64],
    row_words: Words,
    draw: Any,
    settings: Settings,
    opening: Opening,
    leads: Flags,
) -> None:
    """Decide the clauses that say an opinion: of what, which, and with which template."""
    at = plan.clauses[said]
    row, mood, family = plan.row[at], plan.of("mood")[at], plan.of("family")[at]
    kind, moods = kinds[said], len(MOODS)
    topics = len(language.topic_terms.first)

    # The aspects of a review are different ones: a walk through those of its product with a step that
    # reaches all of them.
    size, start = language.aspects.count[family], mixed(row_words + GOLDEN)[row]
    step = language.steps.pick(size, start << np.uint64(32))
    begin = below(start, size)
    if settings.unique:  # ... from the one that the review opens with
        place_of = dealer_of(language, settings).openings.place_of[family, opening.topic[row]]
        begin = np.where((opening.topic[row] >= 0) & (place_of >= 0), place_of, begin)
    place = (begin + language.compositions.ordinal[number[said]] * step) % size
    aspect = language.aspects.members[language.aspects.first[family] + place]
    whole = kind == JUDGEMENT
    product_term = language.product_term[plan.of("product")[at]]
    topic = np.where(whole, language.terms.topic[product_term], aspect)
    term = np.where(whole, product_term, language.topic_terms.pick(topic, draw(1, said)))
    cell = ((kind * topics + topic) * GROUPS + plan.group[row]).astype(np.int32)
    quiet = plan.of("quiet")[at] == 1
    silent = language.templates.cells
    template = language.templates.choices.pick(cell + silent * quiet, draw(2, said))
    again = np.flatnonzero((template[1:] == template[:-1]) & (row[1:] == row[:-1])) + 1
    template[again] = language.templates.choices.pick(cell[again] + silent, draw(7, said[again]))
    if settings.unique:
        own = np.flatnonzero(leads[said])
        term[own] = opening.term[row[own]]
        styled, style = dealer_of(language, settings).openings.styled, opening.style[row[own]]
        cell = (cell[own] * len(LEADING) + (style == LEADING[1])) * 2 + quiet[own]
        template[own] = styled.pick(cell, draw(2, said)[own])
    style = language.templates.style[template]

    words = draw(3, said)
    cell = topic * moods + mood
    opinion = language.opinions.pick((style * topics) * moods + cell, words)
    stem = language.opinion_stem[opinion]
    again = np.flatnonzero((stem[1:] == stem[:-1]) & (row[1:] == row[:-1])) + 1
    opinion[again] = language.opinions.pick(
        (style[again] * topics) * moods + cell[again], draw(8, said[again])
    )
    plain = style == STYLES.index("opinion")
    denied = plain & (uniform(draw(4, said)) < settings.negation) & (language.denied.count[cell] > 0)
    if settings.unique:
        denied[own] = False
        opinion[own] = opening.opinion[row[own]]
    opinion[denied] = language.denied.pick(cell[denied], words[denied])
    gradings = NEGATED + 1
    grading = language.opinion_grading[opinion]
    adverb = language.adverbs.pick((style * gradings + grading) * moods + mood, words << np.uint64(32))

    adverb[language.adverb_stem[adverb] == language.opinion_stem[opinion]] = 0
    for name, values in (
        ("term", term),
        ("class", language.terms.agreement[term]),
        ("template", template),
        ("opinion", opinion),
        ("adverb", adverb),
    ):
        plan.of(name)[at] = values
    plan.category[said] = language.terms.category[term]
    plan.negated[said] = denied | language.opinion_denies[opinion]


def _plan_remarks(
    language: Language,
    plan: Plan,
    kinds: Ints,
    implied: npt.NDArray[np.int64],
    draw: Any,
    settings: Settings,
    opening: Opening,
    leads: Flags,
) -> None:
    """Decide the clauses that imply a feeling."""
    at = plan.clauses[implied]
    family, mood = plan.of("family")[at], plan.of("mood")[at]
    families, moods = len(language.aspects.first), len(MOODS)
    # Sarcasm has its own share; of the rest, half are events.
    events, others = 0.5, len(REMARKS) - 2
    shares = [events, *[(1 - events) / others] * others]
    borders = np.cumsum([share * (1 - settings.sarcasm) for share in shares])
    drawn = np.searchsorted(borders, uniform(draw(5, implied)), side="right").astype(np.int32)
    kind = np.where(kinds[implied] == EVENT, 0, np.minimum(drawn, len(REMARKS) - 1)).astype(np.int32)
    choices = language.remarks.choices
    cell = (kind * families + family) * moods + mood
    # What a mood has no remarks of is another kind, an event in the end.
    for attempt in range(others + 1):
        missing = np.flatnonzero(choices.count[cell] == 0)
        kind[missing] = 1 + kind[missing] % others if attempt < others else 0
        cell[missing] = (kind[missing] * families + family[missing]) * moods + mood[missing]
    remark = choices.pick(cell, draw(6, implied))
    first = opening.remark[plan.row[at]]
    remark = np.where(leads[implied] & (first >= 0), first, remark)
    plan.of("remark")[at] = remark
    plan.category[implied] = language.remarks.category[remark]
    plan.said[implied] = language.remarks.kind[remark] + SAID.index(REMARKS[0])
