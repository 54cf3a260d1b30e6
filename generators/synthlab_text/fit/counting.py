"""How many texts of each class say each word, and which words may be told at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .odds import z_scores
from .tables import Reading, names
from .tokens import Document, usable

__all__ = ["Counts", "count", "enough"]

CAPITALS = 0.25
"""Of a word inside of sentences; one that has a capital more often is a name."""
TITLED = 0.25
"""Of the texts that say a word; one that follows "Dr." more often is a surname, in lower case too."""
NEAR = 3
"""Words after a "not" in which it still holds."""


@dataclass(frozen=True)
class Counts:
    """Texts by class and word (or pair of words), where it is not denied."""

    by_label: dict[str, Counter[str]]
    total: Counter[str]
    least: int
    """So many texts must say a word, or it is nobody else's business."""
    rare: int
    """Words that fewer say."""
    named: int
    """Words that are left out as names."""
    told: frozenset[str]
    """Words that may be told."""

    def scores(self, label: str) -> dict[str, float]:
        """Return by how many standard errors a class uses each word more than the others do."""
        others = Counter[str]()
        for other, counts in self.by_label.items():
            if other != label:
                others.update(counts)
        return z_scores(self.by_label[label], others)


def enough(rows: int) -> int:
    """Return how many texts must say a word: 5, of many texts one in a thousand, of a few hundred 3."""
    return 3 if rows < 500 else 4 if rows < 1_000 else max(5, rows // 1_000)


def count(documents: Sequence[Document], labels: Sequence[str], table: Reading) -> Counts:
    """Count the words and pairs of words of texts, each once a text."""
    by_label: dict[str, Counter[str]] = {label: Counter() for label in dict.fromkeys(labels)}
    total, small, capital, titled = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for document, label in zip(documents, labels, strict=True):
        said, every, lower, upper, addressed = (set[str]() for _ in range(5))
        denied = 0
        for place, word in enumerate(document.words):
            if not word[0].isalpha() and word != "'s":
                denied = 0 if word in ".!?" or word[0] in ".!?," else denied
                continue
            gram = [word]
            if place and document.words[place - 1][0].isalpha():
                gram.append(f"{document.words[place - 1]} {word}")
            before = document.words[max(0, place - 2) : place]
            if before and (before[-1] if before[-1] != "." else before[0]) in table.titles:
                addressed.add(word)
            every.update(gram)
            said.update(gram if not denied else [])
            (lower if document.lower[place] else upper if document.inner[place] else set()).add(word)
            denied = NEAR if word in table.negations else max(0, denied - 1)
        total.update(every)
        by_label[label].update(said)
        small.update(lower)
        capital.update(upper)
        titled.update(addressed)
    least = enough(len(documents))
    single = [word for word in total if " " not in word and word not in table.function]
    known = names()
    named = {
        word
        for word in single
        if word in known
        or capital[word] > CAPITALS * (small[word] + capital[word])
        or small[word] < least - 1
        or titled[word] > TITLED * total[word]
    }
    rare = {word for word in single if total[word] < least}
    told = {word for word in single if usable(word)} - named - rare
    return Counts(by_label, total, least, len(rare), len(named - rare), frozenset(told))
