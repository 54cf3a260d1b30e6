"""Remarks that may read like a statement: "the burger was cold" is something that happened and an opinion.

Where no two reviews may be alike, such a statement is left to the remark.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from .alike import Reading, Readings, Said, is_slot, words_of
from .language import Language

__all__ = ["Statement", "Told"]

Statement = tuple[Reading, int]
"""The words of a term, and the number of an opinion."""

PRODUCT: Reading = ("{product}",)
"""Where the term of a statement may be any product."""


class Told:
    """What remarks say of which none may read like another."""

    def __init__(self, language: Language) -> None:
        self.statements: set[Statement] = set()
        self._language = language
        self._said, self._known = Said(), _Statements(language)

    def has_room_for(self, phrase: str) -> bool:
        """Return whether a remark cannot read like any so far, nor like a statement about any product; then
        it is one of them."""
        readings = self._language.remarks.alike.readings(phrase)
        if not self._said.has_room_for(readings):
            return False
        found = list(self._known.pairs(readings))
        if any(term == PRODUCT for term, _ in found):
            return False
        self._said.add(readings)
        self.statements.update(
            (term, opinion) for term, said in found for opinion in self._known.opinions[said]
        )
        return True


class _Statements:
    """Knows the words that statements of a language are made of: terms, opinions, and what is around them."""

    def __init__(self, language: Language) -> None:
        texts = language.program.strings.texts.to_pylist()
        self.terms = {words_of(texts[code].lower()) for code in language.terms.string.tolist()}
        self.opinions: dict[Reading, set[int]] = defaultdict(set)
        """The numbers of the opinions that have a form."""
        for opinion, codes in enumerate(language.opinion_forms):
            for code in codes:
                self.opinions[words_of(texts[code].lower())].add(opinion)
        self.around = {"a"}
        for skeleton in language.templates.skeletons:
            self.around.update(words_of(re.sub(r"_+", " ", skeleton.lower())))
        for form in language.remarks.alike.forms.values():
            self.around.update(word for text in form for word in words_of(text))
        for codes in language.program.cells("adverb"):
            self.around.update(word for code in codes for word in words_of(texts[code].lower()))
        self._told = {word for words in (*self.terms, *self.opinions) for word in words}
        self._longest = max(map(len, self.terms)), max(map(len, self.opinions))

    def pairs(self, readings: Readings) -> Iterator[tuple[Reading, Reading]]:
        """Yield the terms and opinions of the statements that a remark may read like."""
        for reading in readings.every:
            own = [at for at, word in enumerate(reading) if word not in self.around and not is_slot(word)]
            if all(reading[at] in self._told for at in own):
                yield from self._pairs(reading, own)

    def _pairs(self, reading: Reading, own: list[int]) -> Iterator[tuple[Reading, Reading]]:
        """Yield the same of one reading; `own` are the places of words that are a term's or an opinion's."""
        longest_term, longest = self._longest
        size = len(reading)
        for start in range(size):
            for end in range(start + 1, min(size, start + longest) + 1):
                if reading[start:end] not in self.opinions:
                    continue
                rest = [at for at in own if not start <= at < end]
                for first in range(rest[0] + 1 if rest else size):
                    least = rest[-1] + 1 if rest else first + 1
                    for last in range(max(first + 1, least), min(size, first + longest_term) + 1):
                        term = reading[first:last]
                        if (last <= start or first >= end) and (term in self.terms or term == PRODUCT):
                            yield term, reading[start:end]
