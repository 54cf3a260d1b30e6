"""Opinion words of a file: those of the language that it uses often, and those that the language lacks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .counting import Counts
from .lexicon import LONGEST, Lexicon
from .tables import Reading
from .tokens import Document

__all__ = ["Opinions", "find_opinions"]

CLEAR = 1.4
"""Standard errors by which a class must use a new word more than the others: said by 4 and by none."""
SHOWN = 0.3
"""Of the texts that say a new word, the share in which it stands where only an adjective can."""
SHRINK = 20.0
"""Opinions that count as seen, with the shares that the language has."""
MOST_TIMES = 20
MOST_NEW = 60


@dataclass(frozen=True)
class Opinions:
    """For each label its words, those that are said more often several times."""

    words: dict[str, list[str]]
    new: dict[str, list[str]]
    """Those that the language lacks."""
    unclear: int
    """Words that look like opinions, but of no one class."""


def find_opinions(
    documents: Sequence[Document],
    counts: Counts,
    lexicon: Lexicon,
    table: Reading,
    usual: Mapping[str, Counter[str]],
    terms: frozenset[str],
    invent: bool,
) -> Opinions:
    """Return the opinion words of each label; new ones only where `invent`.

    `usual` counts the words of usual reviews of the same domains, by label.
    """
    new: dict[str, list[str]] = {label: [] for label in counts.by_label}
    unclear = 0
    if invent:
        shown = _shown(documents, table, terms | lexicon.terms)
        scores = {label: counts.scores(label) for label in counts.by_label}
        for word in sorted(counts.told):
            if word in lexicon.forms or word in lexicon.feelings or word in terms | lexicon.terms:
                continue
            if shown[word] < max(2, SHOWN * counts.total[word]):
                continue
            score, best = max((scores[label].get(word, 0.0), label) for label in counts.by_label)
            if score < CLEAR or counts.by_label[best][word] < counts.least:
                unclear += 1
                continue
            new[best].append(word)
    words = {
        label: _weighted(label, counts, usual.get(label, Counter()), lexicon, table, new[label])
        for label in counts.by_label
    }
    return Opinions(words, new, unclear)


def _weighted(
    label: str, counts: Counts, usual: Counter[str], lexicon: Lexicon, table: Reading, new: Sequence[str]
) -> list[str]:
    """Return words as often as they must be added to be said more often than in the usual reviews.

    What the usual reviews say of a class is counted as the file is, so that words which stand in their
    phrases as well are not added twice.
    """
    here, there = (_entries(found, lexicon, table) for found in (counts.by_label[label], usual))
    total, size = here.total() + sum(counts.by_label[label][word] for word in new), there.total()
    found: list[str] = []
    for entry in sorted(here):
        listed = max((kind[entry] for kind in lexicon.opinions.get(label, {}).values()), default=0)
        if not listed or here[entry] < counts.least or len(entry.split()) > LONGEST:
            continue
        if not _agrees(entry, label, counts, lexicon):
            continue
        share = max(there[entry], 1) / size
        ratio = (here[entry] + SHRINK * share) / (total + SHRINK) / share
        # Half way, as shares go: what few hundred texts say often is not all that people say.
        found += [entry] * min(MOST_TIMES, round(listed * (math.sqrt(max(ratio, 1)) - 1)))
    general = lexicon.opinions.get(label, {}).get("general", Counter[str]()).total()
    for word in new:
        share = counts.by_label[label][word] / (total + SHRINK)
        found += [word] * min(MOST_TIMES, max(1, round(share * general / 2)))
    return found


def _entries(said: Mapping[str, int], lexicon: Lexicon, table: Reading) -> Counter[str]:
    """Return how often each opinion is said, in whatever form."""
    found = Counter[str]()
    for form, entry in lexicon.forms.items():
        if form not in table.adverbs | table.function:  # "pretty good" is not pretty
            found[entry] += said.get(form, 0)
    return +found


def _agrees(entry: str, label: str, counts: Counts, lexicon: Lexicon) -> bool:
    """Return whether a class says something at least as often as the others, for its size."""
    forms = [form for form, known in lexicon.forms.items() if known == entry]

    def said(of: Sequence[Counter[str]]) -> float:
        return sum(c[form] for c in of for form in forms) / max(1, sum(c.total() for c in of))

    others = [found for other, found in counts.by_label.items() if other != label]
    return said([counts.by_label[label]]) >= said(others)


def _shown(documents: Sequence[Document], table: Reading, terms: frozenset[str]) -> Counter[str]:
    """Return in how many texts each word stands where only an adjective can.

    After a verb like "is" whose subject is no person, or after an adverb like "very", and before the end of
    what is said; or between an article, with or without an adverb, and a thing that reviews speak of. What
    only ever stands before a thing may be a part of its name, as in "the customer service".
    """
    found, stated = Counter[str](), set[str]()
    for document in documents:
        words = document.words
        seen = set()
        for place, word in enumerate(words):
            if not word[0].isalpha() or place == 0:
                continue
            after = words[place + 1] if place + 1 < len(words) else "."
            first = place - 1
            while first > 0 and words[first] in table.adverbs | table.negations - table.copulas:
                first -= 1
            before = words[first]
            ends = not after[0].isalpha() or after in table.joins
            subject = words[first - 1] if first else ""
            of_person = subject in table.persons or before in ("am", "i'm", "we're", "they're", "you're")
            is_predicate = ends and before in table.copulas and not of_person and first > 0
            if is_predicate or (after in terms and before in table.determiners | {"a", "an"}):
                seen.add(word)
                if is_predicate or first < place - 1:
                    stated.add(word)
        found.update(seen)
    return Counter({word: count for word, count in found.items() if word in stated})
