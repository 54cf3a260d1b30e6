"""Which remarks may read alike, and which may read like a statement.

Two texts that are the same have the same words, also without those of any set. A phrase with slots is
therefore compared by its own words alone, and whatever a slot may say is left out of what it is compared
with: that finds every two phrases that may read alike, and some more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .content import Content, by_mood, words
from .notation import Choice, Literal, Part, Slot, parse, slots

__all__ = ["Alike", "Reading", "Readings", "Said", "is_slot", "words_of"]

_WORD = re.compile(r"\w+")
_WORD_OR_SLOT = re.compile(r"(?:\w*\{[^{}]*\})+\w*|\w+")
LEAST = 2
"""Reading of its own that a phrase with slots must have, or too much could read like it."""

Reading = tuple[str, ...]
"""The words of a text."""


@dataclass(frozen=True)
class Readings:
    """What a phrase can say, as words."""

    every: frozenset[Reading]
    """With slots as they stand."""
    whole: frozenset[Reading]
    """Readings without slots."""
    bare: frozenset[Reading]
    """The same without the words that slots may say."""
    open: frozenset[Reading]
    """Readings with slots, without these words."""


@dataclass(frozen=True, eq=False)
class Alike:
    """What is known of the slots of phrases: `forms` by name, and what the others may say."""

    loose: frozenset[str]
    """Single words."""
    forms: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, content: Content, numbers: int, phrases: Iterable[str]) -> Alike:
        """Return what is known of the slots of these phrases; `numbers` are those that forms agree with."""
        forms = {**content.grammar["forms"], **content.grammar["product_forms"]}
        names = (name for phrase in phrases for name in slots(phrase))
        loose = frozenset(_loose(content, names))
        return cls(loose, {name: _forms(text, numbers) for name, text in forms.items()})

    def readings(self, phrase: str) -> Readings:
        """Return what a phrase can say."""
        names = [name.rpartition(" ")[2] for name in slots(phrase)]
        ways = max((len(self.forms.get(name, ())) for name in names), default=0)
        plain = parse(phrase.lower().replace("*", "").replace("_", ""))
        found = {words_of(text) for way in range(max(ways, 1)) for text in self._read(plain, way)}
        whole = found
        if any(name not in self.forms for name in names):
            whole = {reading for reading in found if not any(map(is_slot, reading))}
        return Readings(
            frozenset(found),
            frozenset(whole),
            frozenset(map(self._bare, whole)),
            frozenset(map(self._bare, found - whole)),
        )

    def _bare(self, reading: Reading) -> Reading:
        return tuple(word for word in reading if word not in self.loose and not is_slot(word))

    def _read(self, parts: tuple[Part, ...], way: int) -> Iterable[str]:
        """Return all readings, with slots that are no forms as they stand."""
        found: Iterable[str] = [""]
        for part in parts:
            match part:
                case Literal(text):
                    more: Iterable[str] = [text]
                case Slot(name):
                    forms = self.forms.get(name.rpartition(" ")[2])
                    more = [forms[way] if forms else f"{{{name}}}"]
                case Choice(readings):
                    more = [reading for inner in readings for reading in self._read(inner, way)]
            found = dict.fromkeys(before + after for before in found for after in more)
        return found


@dataclass(frozen=True, eq=False)
class Said:
    """What has been said by phrases of which none may read like another."""

    whole: set[Reading] = field(default_factory=set)
    bare: set[Reading] = field(default_factory=set)
    open: set[Reading] = field(default_factory=set)

    def has_room_for(self, phrase: Readings) -> bool:
        """Return whether a phrase cannot read like any so far."""
        return (
            all(len(reading) >= LEAST for reading in phrase.open)
            and self.whole.isdisjoint(phrase.whole)
            and self.open.isdisjoint(phrase.bare)
            and self.open.isdisjoint(phrase.open)
            and self.bare.isdisjoint(phrase.open)
        )

    def add(self, phrase: Readings) -> None:
        """Add a phrase to what has been said."""
        self.whole.update(phrase.whole)
        self.bare.update(phrase.bare)
        self.open.update(phrase.open)


def is_slot(word: str) -> bool:
    """Return whether a word of a reading stands for what a slot may say."""
    return "{" in word


def words_of(text: str) -> Reading:
    """Return the words of a text, without what stands between them; a slot is one."""
    # Which article stands there is decided by the word after it.
    found = (_WORD_OR_SLOT if "{" in text else _WORD).findall(text)
    return tuple(["a" if word == "an" else word for word in found] if "an" in found else found)


def _forms(text: Any, numbers: int) -> tuple[str, ...]:
    """Return a form by number, in the present and the past."""
    forms = tuple(form.lower() for form in words(text))
    return forms if len(forms) == 2 * numbers else forms * 2


def _loose(content: Content, names: Iterable[str]) -> Iterator[str]:
    """Yield every word that these slots may say, and the slots in them."""
    families = [family for domain in content.domains.values() for family in domain["families"].values()]
    sources = [content.grammar, *content.domains.values(), *families]
    agreement = content.grammar.get("agreement", ("count", "mass", "plural"))
    waiting = list(dict.fromkeys(names))
    for name in waiting:
        said: list[str] = []
        for source in sources:
            said += map(str, source.get("lists", {}).get(name, ()))
            for _, phrases in by_mood(source.get("phrases", {}).get(name, {})):
                said += map(str, phrases)
        for family in families if name == "product" else ():
            said += [product for number in agreement for product in words(family.get(number, ""))]
        for phrase in said:
            yield from words_of(re.sub(r"\{[^{}]+\}", " ", phrase.lower()))
            waiting += [slot for slot in slots(phrase) if slot not in waiting]
