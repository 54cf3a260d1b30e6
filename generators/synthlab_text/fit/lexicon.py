"""The words that reviews are written with already: what is said, of what kind of thing, and what of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..reviews.content import read_content, words

__all__ = ["Lexicon", "read_lexicon"]

GRADINGS = ("gradable", "extreme", "mild", "strong")
LONGEST = 2
"""Words of a phrase; longer ones are not looked for."""


@dataclass(frozen=True)
class Lexicon:
    """Opinions by label and kind, how often each is listed; and the terms."""

    opinions: Mapping[str, Mapping[str, Counter[str]]]
    """By label, then by kind, the entries as the language lists them."""
    forms: Mapping[str, str]
    """The entry of each form: that of `buena` is `buen/o/a/os/as`."""
    terms: frozenset[str]
    feelings: frozenset[str]

    def labels_of(self, entry: str) -> set[str]:
        """Return the labels with which something is said."""
        return {label for label, kinds in self.opinions.items() if any(entry in c for c in kinds.values())}


def read_lexicon(language: str, domains: Sequence[str]) -> Lexicon:
    """Return the words of a language and of these domains."""
    content = read_content(language, domains)
    opinions: dict[str, dict[str, Counter[str]]] = {}
    forms: dict[str, str] = {}
    for source in (content.opinions, *(d.get("opinions", {}) for d in content.domains.values())):
        for kind, polarities in source.items():
            for label, gradings in polarities.items():
                counter = opinions.setdefault(label, {}).setdefault(kind, Counter())
                for entry in _entries(gradings):
                    counter[entry] += 1
                    for form in _forms(entry):
                        if len(form.split()) <= LONGEST:
                            forms.setdefault(form, entry)
    terms = set[str]()
    for domain in content.domains.values():
        for entry in (*domain["aspects"].values(), *domain["families"].values()):
            for key, said in entry.items():
                if key not in ("category", "kinds", "aspects", "phrases", "remarks", "opinions"):
                    terms.update(word.lower() for word in words(said))
    feelings = frozenset(
        form for label in opinions.values() for entry in label.get("feeling", ()) for form in _forms(entry)
    )
    return Lexicon(opinions, forms, frozenset(terms), feelings)


def _entries(gradings: Mapping[str, Any]) -> Iterator[str]:
    for grading in GRADINGS:
        yield from filter(None, words(gradings.get(grading, "")))


def _forms(entry: str) -> list[str]:
    """Return the forms of an entry: what is before the first bar, with each of the endings."""
    stem, *endings = entry.lower().split("/")
    if len(endings) == 1:
        # A rule of the language inflects it; the commonest endings are enough to know it again.
        head = stem[:-1] if stem.endswith("o") else stem
        own = ("o", "a", "os", "as") if stem.endswith("o") else ("", "s", "es")
        return [head + ending + endings[0] for ending in own]
    return [stem + ending for ending in dict.fromkeys(endings)] if endings else [stem]
