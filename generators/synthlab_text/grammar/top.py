"""The alternatives that a text starts with: what `template` counts and splits never part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

import numpy as np
import numpy.typing as npt

from .conditions import MOST_STATES, World
from .tree import Call, Rule, Way

__all__ = ["Top", "top_of"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Top:
    """The templates, and how likely each is by the state of things: shape `(templates, *sizes)`."""

    ways: tuple[Way, ...]
    names: tuple[str, ...]
    things: tuple[str, ...]
    chances: Floats
    dynamic: bool = False


def top_of(world: World, start: str) -> Top:
    """Return the templates of a start rule. An alternative that only names a rule stands for that rule's
    alternatives, so that a start that chooses among rules has their templates."""
    rules = world.reading.rules
    if world.is_dynamic(rules[start]):
        ways = rules[start].ways
        return Top(ways, _names(ways), (), np.zeros((len(ways), 1)), dynamic=True)
    chain = dict.fromkeys(_chain(world, start))
    conditions = [number for name in chain for way in rules[name].ways for number in way.conditions]
    things = world.asked_by(conditions)
    sizes = [world.things[name].size for name in things]
    if prod(sizes) > MOST_STATES:
        chain = {start: None}
        things = world.asked_by([n for way in rules[start].ways for n in way.conditions])
        sizes = [world.things[name].size for name in things]
    ways_of: dict[tuple[str, int], Way] = {}
    chances: dict[tuple[str, int], Floats] = {}

    def add(rule: Rule, chance: Floats) -> None:
        weights = np.array([float(way.weight) for way in rule.ways]).reshape(-1, *[1] * len(sizes))
        shares = weights * world.enabled(rule, things)
        total = shares.sum(axis=0)
        shares = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
        for place, way in enumerate(rule.ways):
            called = _only_call(way)
            if called is not None and called in chain:
                add(rules[called], chance * shares[place])
            elif (rule.name, place) in chances:
                chances[rule.name, place] = chances[rule.name, place] + chance * shares[place]
            else:
                ways_of[rule.name, place] = way
                chances[rule.name, place] = chance * shares[place]

    add(rules[start], np.ones(sizes))
    ways = tuple(ways_of.values())
    return Top(ways, _names(ways), things, np.stack(list(chances.values())))


def _chain(world: World, name: str) -> Iterator[str]:
    yield name
    for way in world.reading.rules[name].ways:
        called = _only_call(way)
        if called is not None and not world.is_dynamic(world.reading.rules[called]):
            yield from _chain(world, called)


def _only_call(way: Way) -> str | None:
    match way.items:
        case (Call(rule=rule, tag=0),):
            return rule
    return None


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
