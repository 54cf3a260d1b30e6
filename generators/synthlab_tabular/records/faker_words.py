"""What Faker knows of a locale: the lists of its providers, and samples where there is only a method.

Faker is asked once a locale, never once a row.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from .chances import SLOTS, Weight, weighted_words
from .faker_call import faker_of
from .tables import cached

__all__ = ["Words", "known_locales", "words_of"]


_FORMER = "fr_QC"
"""Deprecated by Faker, which warns when it is used; it is fr_CA."""


def known_locales() -> tuple[str, ...]:
    """Return the locales of Faker that say a country, which postcodes and telephone numbers are of."""
    from faker.config import AVAILABLE_LOCALES

    return tuple(sorted(locale for locale in AVAILABLE_LOCALES if "_" in locale and locale != _FORMER))


@cached
def words_of(locale: str) -> Words:
    """Return the words of a locale."""
    return Words(locale)


class Words:
    """The providers of one locale, with chance of their own."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._faker = faker_of(locale)

    def provider(self, name: str) -> Any:
        """Return the provider of `person`, `address` and the like."""
        return self._faker.provider(f"faker.providers.{name}")

    def knows(self, name: str) -> bool:
        """Return whether this provider is of the locale, and not the American one that stands in for it."""
        return getattr(self.provider(name), "__lang__", None) == self.locale

    def has(self, method: str) -> bool:
        """Return whether a provider has this method."""
        return hasattr(self._faker, method)

    def sample(self, method: str, count: int) -> list[str]:
        """Return so many values of a method of a provider, always the same ones."""
        self._faker.random = random.Random(f"{self.locale} {method}")
        make = getattr(self._faker, method)
        return [" ".join(str(make()).split()) for _ in range(count)]

    def names(self, lists: Sequence[str], method: str | None = None) -> dict[str, Weight]:
        """Return names with their weights: the first of the lists that there is, or a sample of a
        method, or one empty name."""
        provider = self.provider("person")
        for name in lists:
            found = getattr(provider, name, None)
            if isinstance(found, Mapping | list | tuple | set | frozenset) and len(found) >= (
                10 if method else 1
            ):
                return _at_most(weighted_words(found if isinstance(found, Mapping) else sorted(found)))
        return weighted_words(self.sample(method, 1_000) if method and self.has(method) else [""])

    def formats(self, provider: str, name: str) -> list[str]:
        """Return the formats of that name, the most frequent first."""
        found = getattr(self.provider(provider), name, ())
        weights = weighted_words(found if isinstance(found, Mapping) else list(found))
        return sorted(weights, key=lambda text: -Fraction(weights[text]))


def _at_most(names: dict[str, Weight]) -> dict[str, Weight]:
    """Return the most frequent names, of which there are at most as many as half the slots."""
    kept = sorted(names, key=lambda name: -Fraction(names[name]))[: SLOTS // 2]
    return {" ".join(name.split()): names[name] for name in kept if name.strip()}
