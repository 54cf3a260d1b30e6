"""Opinion words of a file: those of the language that it uses often, and those that the language lacks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .counting import Counts
from .lexicon import Lexicon
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
    terms: frozenset[str],
    invent: bool,
) -> Opinions:
    """Return the opinion words of each label; new ones only where `invent`."""
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
    words = {label: _weighted(label, counts, lexicon, table, new[label]) for label in counts.by_label}
    return Opinions(words, new, unclear)


def _weighted(label: str, counts: Counts, lexicon: Lexicon, table: Reading, new: Sequence[str]) -> list[str]:
    """Return words as often as they must be added, for the language to say them as often as the file."""
    said = Counter[str]()
    for form, entry in lexicon.forms.items():
        if form in table.adverbs | table.function:  # "pretty good" is not pretty
            continue
        if counts.by_label[label][form] and _agrees(form, label, counts):
            said[entry] += counts.by_label[label][form]
    found: list[str] = []
    for kind, listed in lexicon.opinions.get(label, {}).items():
        total, size = sum(said[entry] for entry in listed), sum(listed.values())
        extra = [word for word in new if kind == "general"]
        total += sum(counts.by_label[label][word] for word in extra)
        if not total:
            continue
        for entry in (*sorted(listed), *extra):
            count = said[entry] or (counts.by_label[label][entry] if entry in extra else 0)
            if count < counts.least or len(entry.split()) > 2 or entry in found:
                continue
            file = (count + SHRINK * listed[entry] / size) / (total + SHRINK)
            # Half way, as shares go: what few hundred texts say often is not all that people say.
            share = math.sqrt(file * max(listed[entry], 1) / size)
            times = round(share * size) - listed[entry]
            found += [entry] * min(MOST_TIMES, max(times, 1 if entry in extra else 0))
    return found


def _agrees(form: str, label: str, counts: Counts) -> bool:
    """Return whether a class says something at least as often as the others, for its size."""
    own = counts.by_label[label][form] / max(1, counts.by_label[label].total())
    rest = [c for other, c in counts.by_label.items() if other != label]
    return own >= sum(c[form] for c in rest) / max(1, sum(c.total() for c in rest))


def _shown(documents: Sequence[Document], table: Reading, terms: frozenset[str]) -> Counter[str]:
    """Return in how many texts each word stands where only an adjective can.

    After a verb like "is" whose subject is no person, or after an adverb like "very", and before the end of
    what is said; or between an article, with or without an adverb, and a thing that reviews speak of.
    """
    found = Counter[str]()
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
            if (ends and before in table.copulas and not of_person and first) or (
                after in terms and before in table.determiners | {"a", "an"}
            ):
                seen.add(word)
        found.update(seen)
    return found
