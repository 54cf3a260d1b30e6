"""Which alternatives may be used when: conditions worked out for all values of what they ask about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synthlab import OptionProblem

from .reading import Condition, Reading, key_types
from .tree import Rule

__all__ = ["Thing", "World"]

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

MOST_STATES = 50_000
MOST_CELLS = 5_000_000
MOST_CONDITIONS = 8


@dataclass(frozen=True)
class Thing:
    """An attribute or a variable that conditions ask about, as one of `size` states.

    A variable's entries that no condition tells apart share a state; `state_of` has that of each value or
    entry. `columns` are the answers by state.
    """

    name: str
    size: int
    state_of: Ints
    columns: Mapping[str, Any]
    is_variable: bool


@dataclass
class World:
    """The conditions of a grammar over the states of all things that they ask about."""

    reading: Reading
    things: dict[str, Thing] = field(init=False)

    def __post_init__(self) -> None:
        asked: set[str] = set()
        for condition in self.reading.conditions:
            asked |= condition.expression.names
        names = self.reading.names
        self.things = {}
        for name, attribute in names.attributes.items():
            if name in asked:
                size = len(attribute.values)
                columns = {name: pa.array(attribute.values, pa.string())}
                self.things[name] = Thing(name, size, np.arange(size), columns, False)
        for name in names.variables:
            if thing := self._variable(name, asked):
                self.things[name] = thing

    def _variable(self, name: str, asked: set[str]) -> Thing | None:
        lexicon = self.reading.names.lexicons[self.reading.names.variables[name].lexicon]
        kinds = {name: pa.string(), **{f"{name}_{k}": t for k, t in key_types(lexicon).items()}}
        kinds = {column: kind for column, kind in kinds.items() if column in asked}
        if not kinds:
            return None
        rows = []
        for term in lexicon.terms:
            every: dict[str, Any] = {name: term.value, f"{name}_number": term.number}
            every |= {f"{name}_{key}": value for key, value in term.forms.items()}
            rows.append(tuple(every.get(column) for column in kinds))
        states = {row: i for i, row in enumerate(dict.fromkeys(rows))}
        columns = {}
        for place, (column, kind) in enumerate(kinds.items()):
            values: list[Any] = [row[place] for row in states]
            if kind == pa.string():
                values = [value if value is None else str(value) for value in values]
            columns[column] = pa.array(values, kind)
        return Thing(name, len(states), np.array([states[row] for row in rows]), columns, True)

    def asked_by(self, conditions: Sequence[int]) -> tuple[str, ...]:
        """Return the things that conditions ask about, in the order of the schema."""
        names: set[str] = set()
        for number in conditions:
            names |= self.reading.conditions[number].expression.names
        return tuple(t.name for t in self.things.values() if names & set(t.columns))

    def holds(self, number: int, things: Sequence[str]) -> Flags:
        """Return where a condition holds, over the states of the things: one axis each."""
        condition = self.reading.conditions[number]
        own = self.asked_by([number])
        sizes = [self.things[name].size for name in own]
        places = np.indices(sizes).reshape(len(own), -1) if own else np.zeros((0, 1), np.int64)
        columns = {}
        for axis, name in enumerate(own):
            for column, values in self.things[name].columns.items():
                columns[column] = values.take(pa.array(places[axis]))
        length = prod(sizes)
        found = condition.expression.evaluate(columns, length).fill_null(False)
        array: Flags = found.to_numpy(zero_copy_only=False).reshape(sizes)
        shape = [self.things[name].size if name in own else 1 for name in things]
        return array.reshape(shape)

    def enabled(self, rule: Rule, things: Sequence[str], *, hopeful: bool = False) -> Flags:
        """Return where each alternative may be used: shape `(ways, *sizes)`. Conditions about the row of
        another table count as not met, or as met with `hopeful`."""
        sizes = [self.things[name].size for name in things]
        result = np.ones((len(rule.ways), *sizes), bool)
        for place, way in enumerate(rule.ways):
            for number in way.conditions:
                if self.reading.conditions[number].dynamic:
                    result[place] &= hopeful
                else:
                    result[place] &= self.holds(number, things)
        return result

    def is_dynamic(self, rule: Rule) -> bool:
        """Return whether conditions of a rule read the row of another table."""
        return any(self.reading.conditions[n].dynamic for way in rule.ways for n in way.conditions)

    def _has_otherwise(self, rule: Rule) -> bool:
        return any(self.reading.conditions[n].otherwise for way in rule.ways for n in way.conditions)

    @cached_property
    def in_order(self) -> list[str]:
        """The rules, each after those that name it."""
        done: dict[str, None] = {}

        def visit(name: str) -> None:
            if name not in done:
                for called in self.reading.rules[name].calls:
                    visit(called)
                done[name] = None

        for start in self.reading.texts.values():
            visit(start)
        return list(done)[::-1]

    def problems(self) -> Iterator[OptionProblem]:
        """Yield conditions that ask too much or are never met, and rules that may have nothing to say."""
        for name, rule in self.reading.rules.items():
            asked = self.asked_by([n for way in rule.ways for n in way.conditions])
            size = prod(self.things[thing].size for thing in asked)
            dynamic = {n for way in rule.ways for n in way.conditions}
            if self.is_dynamic(rule) and len(dynamic) > MOST_CONDITIONS:
                message = f"a rule that asks about another table has at most {MOST_CONDITIONS} conditions"
                yield OptionProblem(("rules", name), message, "cut it into several rules", at_key=True)
                return
            if size > MOST_STATES or size * len(rule.ways) > MOST_CELLS:
                message = f"the conditions of this rule ask about {size:,} cases, more than {MOST_STATES:,}"
                yield OptionProblem(("rules", name), message, "ask about fewer things", at_key=True)
                return
        things = list(self.things)
        if prod(thing.size for thing in self.things.values()) > MOST_STATES:
            things = []  # too many cases to follow how they are reached: conditions are looked at one by one
        reached = {name: np.zeros([self.things[t].size for t in things], bool) for name in self.in_order}
        for start in self.reading.texts.values():
            reached[start][...] = True
        for name in self.in_order:
            rule = self.reading.rules[name]
            if not things:
                yield from self._alone(rule)
                continue
            possible = self.enabled(rule, things, hopeful=True) & reached[name]
            sure = self.enabled(rule, things) & reached[name]
            for way, where in zip(rule.ways, possible, strict=True):
                if not where.any():
                    yield self._dead(way.conditions, way.path)
                for called in _called(way.items):
                    reached[called] |= where
            if self._has_otherwise(rule):
                continue
            if (uncovered := reached[name] & ~np.any(sure, axis=0, keepdims=True)[0]).any():
                yield self._nothing_to_say(rule, things, uncovered)

    def _alone(self, rule: Rule) -> Iterator[OptionProblem]:
        own = self.asked_by([n for way in rule.ways for n in way.conditions])
        for way, where in zip(rule.ways, self.enabled(rule, own, hopeful=True), strict=True):
            if not where.any():
                yield self._dead(way.conditions, way.path)
        if self._has_otherwise(rule):
            return
        if (uncovered := ~np.any(self.enabled(rule, own), axis=0, keepdims=True)[0]).any():
            yield self._nothing_to_say(rule, own, uncovered)

    def _dead(self, conditions: tuple[int, ...], path: tuple[str | int, ...]) -> OptionProblem:
        if not conditions:
            return OptionProblem(
                path, "nothing leads to this alternative", "what names its rule is never used"
            )
        condition: Condition = self.reading.conditions[conditions[-1]]
        length = len(condition.expression.source)
        hint = "no values meet it where the rule is used, so this would never be said"
        return OptionProblem(condition.path, "this is never true", hint, 0, length)

    def _nothing_to_say(self, rule: Rule, things: Sequence[str], where: Flags) -> OptionProblem:
        place = np.unravel_index(int(np.flatnonzero(where)[0]), where.shape) if where.shape else ()
        own = self.asked_by([n for way in rule.ways for n in way.conditions])
        said = [
            f"{column} is {self.things[name].columns[column][int(state)].as_py()!r}"
            for name, state in zip(things, place, strict=True)
            if name in own
            for column in self.things[name].columns
        ]
        when = " and ".join(said[:4]) or "the conditions about the other table do not hold"
        message = f"rule {rule.name!r} has nothing to say when {when}"
        return OptionProblem(("rules", rule.name), message, "add an alternative without `when`", at_key=True)


def _called(items: Any) -> Iterator[str]:
    from .tree import Call, Either

    for item in items:
        if isinstance(item, Call):
            yield item.rule
        elif isinstance(item, Either):
            for option in item.options:
                yield from _called(option)
