"""From the plan to the words: text, and where in it each labeled string stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synthlab import Rows

from .language import (
    ArticleStep,
    FormStep,
    Language,
    LiteralStep,
    OpinionStep,
    PhraseStep,
    Review,
    TermStep,
)
from .lexicon import MOODS
from .plan import OPPOSITE, Plan
from .pool import ARTICLE, EMPTY, Pool, below, uniform

__all__ = ["Aspects", "write"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
Draw = Callable[..., Words]
"""Returns raw random words by the name of their purpose, one for each row."""


@dataclass(frozen=True)
class Aspects:
    """All aspects of a batch, row after row: row i has `offsets[i]` to `offsets[i + 1]`.

    Spans have shape `(aspects, 2)`: start and end (exclusive) in code points of the row's text.
    """

    offsets: Numbers
    term: Numbers
    opinion: Numbers
    category: Ints
    mood: Numbers
    negated: Flags


def write(language: Language, plan: Plan, rows: Rows, negation: float) -> tuple[pa.StringArray, Aspects]:
    """Return the text of each row and its aspects; `negation` is the share of mild opinions that
    deny the opposite ("not bad").

    All reviews together are one long row of string numbers, filled in template by template. Then
    tense, articles and capitals are set, one look-up joins the strings, and spans are read off the
    summed lengths.
    """
    reviews, pool = language.reviews, language.pool
    first = _sums(np.array([review.width for review in reviews])[plan.review])
    offsets = _sums(np.array([len(review.aspects) for review in reviews])[plan.review])
    strings = np.empty(first[-1], np.int32)
    places = np.empty((offsets[-1], 2), np.int64)
    term, mood = np.empty((2, offsets[-1]), np.int64)
    negated = np.empty(offsets[-1], bool)

    @cache
    def draw(*purpose: str) -> Words:
        return rows.stream(*purpose).words()

    for number, chosen in _groups(plan.review):
        sheet = _sheet(language, reviews[number], plan.take(chosen), draw, chosen)
        filled, denied = _fill(sheet, negation)
        strings[first[chosen, None] + np.arange(sheet.review.width)] = filled
        for i, aspect in enumerate(sheet.review.aspects):
            at = offsets[chosen] + i
            places[at] = first[chosen, None] + [aspect.term_at, aspect.opinion_at]
            term[at], mood[at] = sheet.terms[aspect.clause], sheet.moods[aspect.clause]
            negated[at] = denied[aspect.clause]

    strings = np.where(plan.past.repeat(np.diff(first)), pool.past[strings], strings)
    _set_articles(strings, pool)
    _set_capitals(strings, first, pool)
    sums = _sums(pool.lengths[strings])
    row_starts = sums[first[:-1]].repeat(np.diff(offsets))[:, None, None]
    spans = np.stack([sums[places], sums[places + 1]], axis=2) - row_starts
    category = language.terms.category[term]
    aspects = Aspects(offsets, spans[:, 0], spans[:, 1], category, mood, negated)
    return _joined(strings, first, pool), aspects


@dataclass(frozen=True)
class _Sheet:
    """The rows of one template, with term and mood of each clause; None is the whole review."""

    language: Language
    review: Review
    plan: Plan
    terms: dict[int | None, Ints]
    moods: dict[int | None, Numbers]
    draw: Draw
    chosen: Numbers

    def words(self, *purpose: str) -> Words:
        return self.draw(*purpose)[self.chosen]

    def cells(self, of: npt.NDArray[np.integer], clause: int | None) -> Numbers:
        """Return the cells of choices that are kept by something and by mood."""
        return of.astype(np.int64) * len(MOODS) + self.moods[clause]


def _sheet(language: Language, review: Review, plan: Plan, draw: Draw, chosen: Numbers) -> _Sheet:
    terms: dict[int | None, Ints] = {None: language.product_terms[plan.product]}
    moods: dict[int | None, Numbers] = {None: plan.mood}
    sheet = _Sheet(language, review, plan, terms, moods, draw, chosen)
    aspects = _distinct_aspects(sheet, sum(clause.term == "aspect" for clause in review.clauses))
    for number, clause in enumerate(review.clauses):
        moods[number] = OPPOSITE[plan.lead] if clause.opposite else plan.lead
        if clause.term == "aspect":
            terms[number] = language.aspect_terms.pick(next(aspects), sheet.words("term", str(number)))
        elif clause.term == "product":
            terms[number] = terms[None]
    return sheet


def _distinct_aspects(sheet: _Sheet, count: int) -> Iterator[Ints]:
    """Yield `count` aspects of each row's product, none of them twice in a row."""
    choices = sheet.language.product_aspects
    first, size = choices.first[sheet.plan.product], choices.count[sheet.plan.product]
    taken: list[Numbers] = []
    for i in range(count):
        place = below(sheet.words("aspect", str(i)), size - i)
        for earlier in np.sort(taken, axis=0):  # step over the places that are gone, from the left
            place += place >= earlier
        taken.append(place)
        yield choices.members[first + place]


def _fill(sheet: _Sheet, negation: float) -> tuple[Ints, dict[int, Flags]]:
    """Return string numbers, shape `(rows, width)`, and by clause which opinions are denied."""
    terms = sheet.language.terms
    columns: list[Ints] = []
    denied: dict[int, Flags] = {}
    for number, step in enumerate(sheet.review.steps):
        slot = ("slot", str(number))
        match step:
            case LiteralStep(string):
                columns.append(np.full(len(sheet.plan), string, np.int32))
            case TermStep(clause):
                columns.append(terms.string[sheet.terms[clause]])
            case PhraseStep(clause, phrases):
                cells = sheet.cells(sheet.plan.product, clause)
                columns.append(phrases.pick(cells, sheet.words(*slot)))
            case FormStep(clause, singular, plural_form):
                plural = terms.plural[sheet.terms[clause]]
                columns.append(np.array([singular, plural_form], np.int32)[plural.astype(np.int8)])
            case ArticleStep(clause):
                takes = terms.takes_article[sheet.terms[clause]]
                columns.append(np.array([EMPTY, ARTICLE], np.int32)[takes.astype(np.int8)])
            case OpinionStep(clause):
                adverbs, opinions, denied[clause] = _opinions(sheet, step, slot, negation)
                columns += [adverbs, opinions]
    return np.stack(columns, axis=1), denied


def _opinions(
    sheet: _Sheet, step: OpinionStep, slot: tuple[str, str], negation: float
) -> tuple[Ints, Ints, Flags]:
    """Return adverbs, opinions, and which of them are denied."""
    language = sheet.language
    cells = sheet.cells(language.terms.topic[sheet.terms[step.clause]], step.clause)
    words = sheet.words(*slot)
    opinions = language.opinions[step.style].pick(cells, words)
    denied = np.zeros(len(cells), bool)
    if step.style == "opinion":
        denied = uniform(sheet.words(*slot, "negated")) < negation
        denied &= language.negated.count[cells] > 0
        opinions[denied] = language.negated.pick(cells[denied], words[denied])
    classes = sheet.cells(language.opinion_classes[opinions], step.clause)
    # The upper half of each word chose the opinion; the lower half is still unused.
    adverbs = language.degrees[step.style].pick(classes, words << np.uint64(32))
    return adverbs, language.opinion_strings[opinions], denied


def _groups(numbers: Numbers) -> Iterator[tuple[int, Numbers]]:
    """Yield each number that occurs, in order, and where."""
    order = np.argsort(numbers, kind="stable")
    bounds = _sums(np.bincount(numbers))
    for number in np.flatnonzero(np.diff(bounds)).tolist():
        yield number, order[bounds[number] : bounds[number + 1]]


def _set_articles(strings: Ints, pool: Pool) -> None:
    at = np.flatnonzero(strings == ARTICLE)
    strings[at] = np.where(pool.takes_an[strings[_written(strings, at + 1)]], pool.an, pool.a)


def _set_capitals(strings: Ints, first: Numbers, pool: Pool) -> None:
    after_a_stop = np.flatnonzero(pool.ends_sentence[strings]) + 1
    at = _written(strings, np.concatenate([first[:-1], after_a_stop]))
    strings[at] = pool.capital[strings[at]]


def _written(strings: Ints, at: Numbers) -> Numbers:
    """Return each place, or the next one that is not empty."""
    at = at.copy()
    while (empty := strings[at] == EMPTY).any():
        at += empty
    return at


def _joined(strings: Ints, first: Numbers, pool: Pool) -> pa.StringArray:
    """Return the texts of the rows: the strings lie in order, so that only the borders are new."""
    joined = pool.strings.take(strings)
    _, borders, data = joined.buffers()
    assert borders is not None
    assert data is not None
    row_borders = np.frombuffer(memoryview(borders), np.int32)[first]
    return pa.StringArray.from_buffers(len(first) - 1, pa.py_buffer(row_borders.data), data)


def _sums(counts: npt.NDArray[np.integer]) -> Numbers:
    """Return the sums of all counts before each place, and of all."""
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
