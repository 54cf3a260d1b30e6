"""How many different texts a grammar can make: exact whole numbers, counted and not tried.

A derivation is what is chosen to make a text: alternatives, words, the entries of the variables that it
names, and the answers to the conditions that it met. It is counted once for each class: the values of the
attributes that anything asks about or writes. Two derivations may still read the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import combinations, product
from math import prod

from .conditions import World
from .planning import others_of
from .tree import Attribute, Call, Chosen, Either, Fill, Item, Items, Pattern, distinct

__all__ = ["MOST_CASES", "Sizes", "TooLargeError", "leaves"]

MOST_CASES = 20_000
MOST_SETS = 2_000

Marks = frozenset[str]
"""Variables that a derivation names, and `?variable` for those that a condition it met asked about."""
Counts = dict[Marks, int]
"""How many ways there are to choose all but the variables, by what is named."""
State = Mapping[str, int]


class TooLargeError(Exception):
    """A grammar with too many sets of variables that may be named to be counted."""


class Sizes:
    """The counts of one grammar."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.reading = world.reading
        self.names = world.reading.names
        self._known: dict[tuple[str, tuple[int, ...]], Counts] = {}
        self._sizes: dict[int, int] = {}
        self._relevant: dict[str, tuple[str, ...]] = {}
        self._enabled: dict[str, tuple[tuple[str, ...], object]] = {}

    @cached_property
    def relevant(self) -> tuple[str, ...]:
        """The attributes that the texts depend on."""
        found = {thing.name for thing in self.world.things.values() if not thing.is_variable}
        for name in self.world.in_order:
            for way in self.reading.rules[name].ways:
                found |= {i.attribute for i in leaves(way.items) if isinstance(i, Attribute)}
        return tuple(name for name in self.names.attributes if name in found)

    @cached_property
    def classes(self) -> list[tuple[int, ...]]:
        """The values of the relevant attributes, in every combination."""
        return list(product(*(range(len(self.names.attributes[n].values)) for n in self.relevant)))

    @cached_property
    def asked_variables(self) -> tuple[str, ...]:
        """The variables that conditions ask about."""
        return tuple(thing.name for thing in self.world.things.values() if thing.is_variable)

    def relevant_sizes(self) -> list[int]:
        """Return how many values the relevant attributes and the asked variables have."""
        sizes = [len(self.names.attributes[name].values) for name in self.relevant]
        return sizes + [self.world.things[name].size for name in self.asked_variables]

    @cached_property
    def by_class(self) -> list[int]:
        """The number of derivations of each class."""
        return [self.of_class(values) for values in self.classes]

    @property
    def total(self) -> int:
        """The number of derivations of all classes."""
        return sum(self.by_class)

    def of_class(self, values: tuple[int, ...]) -> int:
        """Return the number of derivations with these values of the relevant attributes."""
        state = dict(zip(self.relevant, values, strict=True))
        total = 0
        for states in product(*(range(self.world.things[name].size) for name in self.asked_variables)):
            full = {**state, **dict(zip(self.asked_variables, states, strict=True))}
            counts: Counts = {frozenset(): 1}
            for start in self.reading.texts.values():
                counts = _times(counts, self._rule(start, full))
            for marks, ways in counts.items():
                # What no condition asked about is the same in all states: it counts in the first.
                unasked = [v for v in self.asked_variables if v not in marks and f"?{v}" not in marks]
                if not any(full[variable] for variable in unasked):
                    total += ways * self._assignments(marks, full)
        return total

    def _rule(self, name: str, state: State) -> Counts:
        things = self._things(name)
        key = (name, tuple(state[thing] for thing in things))
        if key not in self._known:
            rule = self.reading.rules[name]
            counts: Counts = {}
            for place, way in enumerate(rule.ways):
                if self.holds(name, place, state):
                    asked = self.world.asked_by(way.conditions)
                    marks = frozenset(f"?{thing}" for thing in asked if self.world.things[thing].is_variable)
                    for found, ways in self._items(way.items, state).items():
                        counts[found | marks] = counts.get(found | marks, 0) + ways
            self._known[key] = counts
        return self._known[key]

    def holds(self, name: str, place: int, state: State) -> bool:
        """Return whether an alternative of a rule may be used."""
        rule = self.reading.rules[name]
        if name not in self._enabled:
            own = self.world.asked_by([n for way in rule.ways for n in way.conditions])
            self._enabled[name] = (own, self.world.enabled(rule, own))
        own, enabled = self._enabled[name]
        return bool(enabled[(place, *(state[thing] for thing in own))])  # type: ignore[index]

    def _items(self, items: Items, state: State) -> Counts:
        counts: Counts = {frozenset(): 1}
        for item in items:
            match item:
                case Call(rule=rule):
                    counts = _times(counts, self._rule(rule, state))
                case Either(options=options):
                    added: Counts = {}
                    for option in options:
                        for marks, ways in self._items(option, state).items():
                            added[marks] = added.get(marks, 0) + ways
                    counts = _times(counts, added)
                case Chosen(variable=variable):
                    counts = _times(counts, {frozenset([variable]): 1})
                case _:
                    if (size := self._different(item)) > 1:
                        counts = {marks: ways * size for marks, ways in counts.items()}
        return counts

    def _different(self, item: Item) -> int:
        """Return how many different words an item may be, where it stands alone."""
        match item:
            case Fill(words=words):
                # By identity: slots that are written alike share their words, which may be many.
                if id(words) not in self._sizes:
                    self._sizes[id(words)] = len(distinct(words))
                return self._sizes[id(words)]
            case Pattern(pattern=pattern):
                return int(10 ** pattern.count("#") * 26 ** pattern.count("@"))
        return 1

    def _things(self, name: str) -> tuple[str, ...]:
        """Return the things that what a rule says depends on."""
        if name not in self._relevant:
            rule = self.reading.rules[name]
            found = set(self.world.asked_by([n for way in rule.ways for n in way.conditions]))
            for called in rule.calls:
                found |= set(self._things(called))
            self._relevant[name] = tuple(sorted(found))
        return self._relevant[name]

    def _assignments(self, marks: Marks, state: State) -> int:
        """Return how many ways there are to choose the named variables, in a state of those asked about."""
        entries: dict[str, frozenset[int]] = {}
        for name, variable in self.names.variables.items():
            if name in marks or f"?{name}" in marks:
                every = range(len(self.names.lexicons[variable.lexicon].terms))
                if name in self.world.things:
                    of = self.world.things[name].state_of
                    every = [entry for entry in every if of[entry] == state[name]]  # type: ignore[assignment]
                entries[name] = frozenset(every)
        order = list(self.names.variables)
        edges = frozenset(
            frozenset((name, order[other]))
            for name in entries
            for other in others_of(self.reading, name)
            if order[other] in entries
        )
        return _possible(entries, edges, sorted(name for name in entries if name not in marks))


def _possible(
    entries: dict[str, frozenset[int]], edges: frozenset[frozenset[str]], unnamed: list[str]
) -> int:
    """Return how many ways there are to choose the named variables so that the unnamed ones can be chosen.

    An unnamed one can be when its neighbours leave it an entry; by inclusion and exclusion over the sets of
    its entries that they leave. Unnamed neighbours of each other are taken one after the other.
    """
    if not unnamed:
        return _differing(entries, edges)
    name, *others = unnamed
    own = entries[name]
    rest = {other: options for other, options in entries.items() if other != name}
    touching = [next(iter(edge - {name})) for edge in edges if name in edge]
    left = frozenset(edge for edge in edges if name not in edge)
    if len(own) > len(touching):
        return _possible(rest, left, others)
    total = 0
    for size in range(1, len(own) + 1):
        for spared in combinations(sorted(own), size):
            fewer = {n: o - frozenset(spared) if n in touching else o for n, o in rest.items()}
            total += (-1) ** (size + 1) * _possible(fewer, left, others)
    return total


def _differing(entries: dict[str, frozenset[int]], edges: frozenset[frozenset[str]]) -> int:
    """Return how many ways there are to choose entries that differ along the edges: those without an edge,
    less those in which its two ends are the same (deletion and contraction, by lists)."""
    if not edges:
        return prod(len(options) for options in entries.values())
    edge = min(edges, key=sorted)
    one, other = sorted(edge)
    rest = edges - {edge}
    merged = {name: options for name, options in entries.items() if name != other}
    merged[one] = entries[one] & entries[other]
    joined = frozenset(frozenset(one if name == other else name for name in e) for e in rest)
    return _differing(entries, rest) - _differing(merged, joined)


def _times(left: Counts, right: Counts) -> Counts:
    result: Counts = {}
    for (one, ways), (other, more) in product(left.items(), right.items()):
        marks = one | other
        result[marks] = result.get(marks, 0) + ways * more
    if len(result) > MOST_SETS:
        raise TooLargeError("too many sets of variables may be named in a text to count the texts")
    return result


def leaves(items: Items) -> Iterator[Item]:
    """Yield the items and those in parts to choose from."""
    for item in items:
        if isinstance(item, Either):
            for option in item.options:
                yield from leaves(option)
        else:
            yield item
