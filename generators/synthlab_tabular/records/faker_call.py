"""The providers of Faker, called by name."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cached_property
from types import CodeType, FunctionType
from typing import Any

from .tables import cached

__all__ = ["Providers", "faker_of", "provider_of"]

_CLOCK = {"now", "today", "utcnow", "time_ns", "localtime"}


def faker_of(locale: str) -> Any:
    """Return a Faker of one locale whose lists have the same order in every process."""
    from faker.factory import Factory

    faker: Any = Factory.create(locale)
    for provider in faker.get_providers():
        cities = getattr(provider, "cities", None)
        if isinstance(cities, list):  # the Italian one is made from a set
            provider.cities = sorted(cities)
    return faker


@cached
def provider_of(locale: str) -> Providers:
    """Return the providers of a locale."""
    return Providers(locale)


class Providers:
    """The methods of all providers of one locale, drawing from a generator that is set for each call."""

    def __init__(self, locale: str) -> None:
        self._faker = faker_of(locale)
        self._random = random.Random(0)
        self._faker.random = self._random

    @cached_property
    def methods(self) -> tuple[str, ...]:
        """The names that can be called."""
        # Faker shows the public ones of a provider under their names.
        names = {
            name
            for provider in self._faker.get_providers()
            for name in dir(provider)
            if not name.startswith("_")
            and isinstance(getattr(type(provider), name, None), FunctionType)
            and hasattr(self._faker, name)
        }
        return tuple(sorted(names))

    def call(self, name: str, arguments: Mapping[str, Any], seed: int) -> Any:
        """Return what a method gives with the chance of a seed."""
        self._random.seed(seed)
        return getattr(self._faker, name)(**arguments)

    def reads_clock(self, name: str) -> bool:
        """Return whether a method reads the clock, as far as its code and that of what it calls show."""
        seen: set[CodeType] = set()
        waiting = [getattr(self._faker, name)]
        while waiting:
            called = waiting.pop()
            function = getattr(called, "__func__", called)
            if not isinstance(function, FunctionType) or function.__code__ in seen:
                continue
            seen.add(function.__code__)
            names = set(_names_in(function.__code__))
            if names & _CLOCK:
                return True
            homes = (self._faker, getattr(called, "__self__", None))
            waiting += [getattr(home, name, None) for name in names for home in homes]
            waiting += [function.__globals__.get(name) for name in names]
        return False


def _names_in(code: CodeType) -> list[str]:
    """Return the names of what code uses, also inside comprehensions and functions of its own."""
    inner = [name for part in code.co_consts if isinstance(part, CodeType) for name in _names_in(part)]
    return [*code.co_names, *inner]
