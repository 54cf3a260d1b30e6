"""What texts speak of that the language has no word for: the crust, the battery life."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .counting import Counts
from .lexicon import Lexicon
from .tables import Reading
from .tokens import Document

__all__ = ["find_terms"]

SHOWN = 0.2
"""Of the texts that say a word, the share in which it is the subject of a sentence that judges it."""
MOST = 60
CLEAR = 3.0
"""Standard errors: a word that one class says by so much more is no mere thing."""


def find_terms(
    documents: Sequence[Document], counts: Counts, lexicon: Lexicon, table: Reading
) -> tuple[list[str], list[str]]:
    """Return the terms in the singular and in the plural, the commonest first.

    A term stands between an article or the like and a verb like "is", in the number of the verb.
    """
    single, several = Counter[str](), Counter[str]()
    for document in documents:
        words = document.words
        seen: set[tuple[str, bool]] = set()
        for place in range(1, len(words) - 1):
            verb = words[place + 1]
            if verb not in table.singular | table.plural and verb != "'s":
                continue
            for size in (1, 2):
                start = place + 1 - size
                # Of "the handling of our bags is fast", the bags are not the subject.
                if start >= 2 and words[start - 2] in table.prepositions:
                    continue
                if start >= 1 and words[start - 1] in table.determiners - {"a", "an"}:
                    seen.add((" ".join(words[start : place + 1]), verb in table.plural))
        for term, is_plural in seen:
            (several if is_plural else single)[term] += 1
    scores = {label: counts.scores(label) for label in counts.by_label}
    found: tuple[list[tuple[int, str]], list[tuple[int, str]]] = ([], [])
    for term in sorted(single.keys() | several.keys()):
        shown, total = single[term] + several[term], counts.total[term]
        if total < counts.least or shown < max(2, SHOWN * total) or not _fits(term, counts, lexicon, table):
            continue
        if max(by_word.get(term, 0.0) for by_word in scores.values()) > CLEAR:
            continue
        if single[term] == several[term]:
            continue  # nobody knows which it is
        found[several[term] > single[term]].append((total, term))
    singular, plural = ([t for _, t in sorted(part, key=lambda p: (-p[0], p[1]))][:MOST] for part in found)
    return singular, plural


def _fits(term: str, counts: Counts, lexicon: Lexicon, table: Reading) -> bool:
    words = term.split()
    if term in lexicon.terms or not all(word in counts.told for word in words):
        return False
    opinions = lexicon.forms.keys() | lexicon.feelings
    return not any(word in table.nouns | opinions for word in (words[-1], *words[:-1]))
