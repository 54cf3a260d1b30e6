"""How much the items of a phrase come to at most: characters, levels and parts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from .tree import Call, Either, Items, Pattern, Plain

__all__ = ["length_of", "levels_of", "parts_of"]


def length_of(items: Items, lengths: Mapping[str, int]) -> int:
    """Return how many characters the items have at most; those of another table are not known."""
    total = 0
    for item in items:
        if isinstance(item, Call):
            total += lengths.get(item.rule, 0)
        elif isinstance(item, Either):
            total += max(length_of(option, lengths) for option in item.options)
        elif isinstance(item, Plain):
            total += len(item.text)
        elif isinstance(item, Pattern):
            total += len(item.pattern)
        else:
            total += _longest(_Same(getattr(item, "words", ())))
    return total


def parts_of(items: Items, parts: Mapping[str, int]) -> int:
    """Return how many things the items are made of at most, in all rules that they name."""
    total = len(items)
    for item in items:
        if isinstance(item, Call):
            total += parts.get(item.rule, 0)
        elif isinstance(item, Either):
            total += max(parts_of(option, parts) for option in item.options)
        elif isinstance(item, Pattern):
            total += len(item.pattern)
    return total


class _Same:
    """Words that are the same when they are the same object: they may be many, and are looked at often."""

    def __init__(self, words: tuple[tuple[str, str], ...]) -> None:
        self.words = words

    def __hash__(self) -> int:
        return id(self.words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.words is other.words


@lru_cache(maxsize=256)
def _longest(same: _Same) -> int:
    return max((len(text) for text, _ in same.words), default=2)


def levels_of(items: Items, depth: Mapping[str, int]) -> int:
    """Return how many levels are opened one inside the other to write the items."""
    deepest = 0
    for item in items:
        if isinstance(item, Call):
            deepest = max(deepest, depth.get(item.rule, 0))
        elif isinstance(item, Either):
            deepest = max(deepest, 1 + max(levels_of(option, depth) for option in item.options))
        elif isinstance(item, Pattern):
            deepest = max(deepest, 1)
    return deepest
