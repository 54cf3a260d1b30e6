"""The alternatives that a text starts with: what `template` counts and splits never part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod

import numpy as np
import numpy.typing as npt

from .conditions import MOST_CELLS, World
from .tree import Call, Either, Item, Items, Plain, Rule, Way

__all__ = ["Top", "top_of"]

Floats = npt.NDArray[np.float64]
Key = tuple[str, int, tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Top:
    """The templates, and how likely each is by the state of things: shape `(templates, *sizes)`."""

    ways: tuple[Way, ...]
    names: tuple[str, ...]
    things: tuple[str, ...]
    chances: Floats
    dynamic: bool = False


def top_of(world: World, start: str) -> Top:
    """Return the templates of a start rule. An alternative that has no words of its own but those that may be
    left out, and names one rule, stands for the alternatives of that rule: what a start that only chooses
    among rules says is told apart by theirs."""
    rules = world.reading.rules
    if world.is_dynamic(rules[start]):
        ways = rules[start].ways
        return Top(ways, _names(ways), (), np.zeros((len(ways), 1)), dynamic=True)
    chain = dict.fromkeys(_chain(world, start))
    conditions = [number for name in chain for way in rules[name].ways for number in way.conditions]
    things = world.asked_by(conditions)
    sizes = [world.things[name].size for name in things]
    if prod(sizes) * sum(len(rules[name].ways) for name in chain) > MOST_CELLS:
        chain = {start: None}
        things = world.asked_by([n for way in rules[start].ways for n in way.conditions])
        sizes = [world.things[name].size for name in things]
    ways_of: dict[Key, Way] = {}
    chances: dict[Key, Floats] = {}

    def add(rule: Rule, chance: Floats, before: Items, after: Items) -> None:
        weights = np.array([float(way.weight) for way in rule.ways]).reshape(-1, *[1] * len(sizes))
        shares = weights * world.enabled(rule, things)
        total = shares.sum(axis=0)
        shares = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
        for place, way in enumerate(rule.ways):
            share = chance * shares[place]
            found = _around(way)
            if found is not None and found[1] in chain:
                add(rules[found[1]], share, (*before, *found[0]), (*found[2], *after))
                continue
            key = (rule.name, place, tuple(map(id, before)), tuple(map(id, after)))
            ways_of[key] = replace(way, items=(*before, *way.items, *after))
            chances[key] = chances[key] + share if key in chances else share

    add(rules[start], np.ones(sizes), (), ())
    ways = tuple(ways_of.values())
    return Top(ways, _names(ways), things, np.stack(list(chances.values())))


def _chain(world: World, name: str) -> Iterator[str]:
    yield name
    for way in world.reading.rules[name].ways:
        found = _around(way)
        if found is not None and not world.is_dynamic(world.reading.rules[found[1]]):
            yield from _chain(world, found[1])


def _around(way: Way) -> tuple[Items, str, Items] | None:
    """Return the rule that an alternative stands for, between what may be left out; or None."""
    calls = [place for place, item in enumerate(way.items) if isinstance(item, Call)]
    if len(calls) != 1:
        return None
    (place,) = calls
    call, before, after = way.items[place], way.items[:place], way.items[place + 1 :]
    if not isinstance(call, Call) or call.tag or not all(map(_says_nothing, (*before, *after))):
        return None
    return before, call.rule, after


def _says_nothing(item: Item) -> bool:
    if isinstance(item, Either):
        return () in item.options
    return isinstance(item, Plain) and not any(character.isalnum() for character in item.text)


def _names(ways: Sequence[Way]) -> tuple[str, ...]:
    """Return a name for each template: its rule, and its number among those of the rule."""
    counts: dict[str, int] = {}
    names = []
    for way in ways:
        counts[way.rule] = counts.get(way.rule, 0) + 1
        names.append(f"{way.rule}-{counts[way.rule]:02d}")
    return tuple(names)


def exact(chance: float) -> Fraction:
    """Return a chance as the fraction that it is most likely meant to be."""
    return Fraction(chance).limit_denominator(100_000)
