"""Which language texts are in, by the words that every text of it has."""

from __future__ import annotations

from collections.abc import Sequence

from synthlab.errors import InputError

from ..reviews.content import LANGUAGES, known_domains
from .tables import other_languages, reading
from .tokens import Document

__all__ = ["find_language"]

NAMES = {"en": "English", "de": "German", "es": "Spanish"}
LEAST = 0.15
"""Of the words of a text, so many are function words; in running text it is a half."""


def find_language(documents: Sequence[Document], name: str) -> str:
    """Return the language of texts; raises InputError for one that reviews are not written in."""
    words = [word for document in documents for word in document.words if word[0].isalpha()]
    known = {NAMES[language]: reading(language).function for language in LANGUAGES} | other_languages()
    shares = {n: sum(word in listed for word in words) / max(1, len(words)) for n, listed in known.items()}
    # Related languages share words: those of one alone decide.
    own = {
        n: sum(word in listed for word in words if sum(word in other for other in known.values()) == 1)
        for n, listed in known.items()
    }
    best = max(known, key=lambda n: (shares[n] + own[n] / max(1, len(words)), n))
    written = [language for language in LANGUAGES if known_domains(language)]
    offered = ", ".join(NAMES[language] for language in written)
    if shares[best] < LEAST:
        raise InputError(
            f"{name}: the texts are in none of the languages that reviews are written in ({offered}); "
            "leave out the rows in other languages, or translate them"
        )
    language = next((key for key, value in NAMES.items() if value == best), None)
    if language not in written:
        raise InputError(
            f"{name}: the texts are in {best}, as it seems, and reviews are written in {offered}; "
            "leave out the rows in other languages, or translate them"
        )
    return language
