"""The shape of reviews: how many sentences, how strongly felt, how often by denying the opposite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..reviews.language import MOST_SENTENCES
from .lexicon import Lexicon
from .tables import Reading
from .tokens import Document, sentences

__all__ = ["find_negation", "find_sentences", "find_strong"]

USUAL_STRONG, USUAL_NEGATION = 0.5, 0.1
STARS_SEEN = 20.0
"""Texts with stars that count as seen, half of them strong."""
GUESSES_SEEN = 200.0
"""The same where strength is guessed from the words, which is far less certain."""
OPINIONS_SEEN = 200.0
LENGTHS_SEEN = 20.0


def find_sentences(texts: Sequence[str], usual: Sequence[str]) -> dict[int, float]:
    """Return the share of texts with so many sentences, shrunk towards those of the usual reviews."""
    real, prior = (Counter(min(sentences(text), MOST_SENTENCES) for text in said) for said in (texts, usual))
    total = len(texts) + LENGTHS_SEEN
    shares = {
        number: round((real[number] + LENGTHS_SEEN * prior[number] / len(usual)) / total, 2)
        for number in range(1, MOST_SENTENCES + 1)
    }
    return {number: share for number, share in shares.items() if share > 0}


def find_strong(
    documents: Sequence[Document],
    strong: Sequence[bool | None],
    table: Reading,
    made: Sequence[Document],
    made_strong: Sequence[bool],
) -> tuple[float, str]:
    """Return the share of strong reviews among those with a feeling, and how it was found."""
    told = [flag for flag in strong if flag is not None]
    if told:
        share = (sum(told) + USUAL_STRONG * STARS_SEEN) / (len(told) + STARS_SEEN)
        return round(share, 2), "by their stars"

    def emphatic(document: Document) -> bool:
        return "!" in document.text or not table.emphasis.isdisjoint(document.words)

    # What the share of emphatic texts is among reviews whose strength is known tells it of these.
    high = [emphatic(d) for d, is_strong in zip(made, made_strong, strict=True) if is_strong]
    low = [emphatic(d) for d, is_strong in zip(made, made_strong, strict=True) if not is_strong]
    top, bottom = sum(high) / max(1, len(high)), sum(low) / max(1, len(low))
    here = sum(map(emphatic, documents)) / max(1, len(documents))
    guess = min(max((here - bottom) / max(top - bottom, 0.1), 0.1), 0.9)
    share = (guess * len(documents) + USUAL_STRONG * GUESSES_SEEN) / (len(documents) + GUESSES_SEEN)
    return round(share, 2), "guessed from exclamation marks and words of emphasis"


def find_negation(
    documents: Sequence[Document], lexicon: Lexicon, table: Reading, made: Sequence[Document]
) -> float:
    """Return the share of mild opinions that deny the opposite; `made` are reviews with the usual share."""

    def denied(said: Sequence[Document]) -> tuple[int, int]:
        opinions, negated = 0, 0
        for document in said:
            for place, word in enumerate(document.words):
                if word in lexicon.forms:
                    opinions += 1
                    negated += not table.negations.isdisjoint(document.words[max(0, place - 2) : place])
        return opinions, negated

    (ours, ours_denied), (usual, usual_denied) = denied(documents), denied(made)
    if not ours or not usual_denied:
        return USUAL_NEGATION
    guess = USUAL_NEGATION * (ours_denied / ours) / (usual_denied / usual)
    share = (guess * ours + USUAL_NEGATION * OPINIONS_SEEN) / (ours + OPINIONS_SEEN)
    return round(min(max(share, 0.02), 0.3), 2)
