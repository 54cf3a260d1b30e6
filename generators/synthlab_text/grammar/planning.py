"""What each row means: its attributes, its variables, and which alternatives they allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synthlab import Rows

from .chance import again
from .compiler import Compiled
from .conditions import World
from .reading import Reading
from .tickets import spread
from .writing import Plan

__all__ = [
    "asked_columns",
    "cases_of",
    "differing",
    "drawn_attributes",
    "entries_of",
    "make_plan",
    "others_of",
    "random_variables",
    "thing_states",
]

Ints = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]


def make_plan(
    compiled: Compiled, rows: Rows, attributes: Ints, table: Mapping[str, pa.Array] | None = None
) -> Plan:
    """Return the plan of rows whose attributes are known; `table` has what conditions ask of another."""
    variables = random_variables(compiled.reading, rows)
    cases = cases_of(compiled, attributes, variables, table)
    return Plan(attributes, variables, cases, rows.stream("grammar", "words").words())


def drawn_attributes(reading: Reading, rows: Rows) -> Ints:
    """Return the values of the attributes, each with its weights kept exactly: shape `(attributes, rows)`."""
    result = np.zeros((len(reading.names.attributes), len(rows)), np.int32)
    for place, (name, attribute) in enumerate(reading.names.attributes.items()):
        result[place] = rows.stream("grammar", "attribute", name).quotas(attribute.weights)
    return result


def random_variables(reading: Reading, rows: Rows) -> Ints:
    """Return the entries that the variables stand for: shape `(variables, rows)`."""
    names = reading.names
    result = np.zeros((len(names.variables), len(rows)), np.int32)
    for place, name in enumerate(names.variables):
        words = rows.stream("grammar", "variable", name).words()
        entries, size = entries_of(reading, name)
        result[place] = differing(words, entries, size, result[others_of(reading, name)])
    return result


def entries_of(reading: Reading, name: str) -> tuple[Ints, int]:
    """Return the entries of a variable as often as they have tickets, and how many there are."""
    terms = reading.names.lexicons[reading.names.variables[name].lexicon].terms
    weights = tuple(term.weight for term in terms)
    return _tickets(weights), len(terms)


@lru_cache(maxsize=1024)
def _tickets(weights: tuple[float, ...]) -> Ints:
    numbers = range(len(weights))
    if len(set(weights)) > 1:
        return np.array(spread(numbers, [Fraction(repr(weight)) for weight in weights]), np.int32)
    return np.array(numbers, np.int32)


def others_of(reading: Reading, name: str) -> list[int]:
    """Return the numbers of the variables that a variable differs from."""
    others = reading.names.variables[name].other_than
    order = list(reading.names.variables)
    return [order.index(other) for other in ([others] if isinstance(others, str) else others)]


def differing(words: Words, entries: Ints, size: int, others: Ints) -> Ints:
    """Draw one of the entries in each row that is none of the others, drawing again where it is."""
    half = np.uint64(32)

    def draw(words: Words) -> Ints:
        return entries[((words >> half) * np.uint64(len(entries)) >> half).astype(np.int64)]

    result = draw(words)
    if not len(others):
        return result
    for attempt in range(64):
        same = np.flatnonzero((others == result).any(axis=0))
        if not len(same):
            return result
        result[same] = draw(again(words[same], attempt))
    while len(same := np.flatnonzero((others == result).any(axis=0))):
        result[same] = (result[same] + 1) % size
    return result


def cases_of(
    compiled: Compiled, attributes: Ints, variables: Ints, table: Mapping[str, pa.Array] | None = None
) -> Ints:
    """Return the case of the top and of each rule with conditions: shape `(1 + rules, rows)`."""
    world, rows = compiled.world, attributes.shape[1]
    states = {
        name: thing_states(world, name, attributes, variables)
        for name in {name for cases in compiled.cases for name in cases.things}
    }
    result = np.zeros((len(compiled.cases), rows), np.int32)
    met: dict[int, Any] = {}
    for place, cases in enumerate(compiled.cases):
        if cases.conditions:
            for bit, number in enumerate(cases.conditions):
                if number not in met:
                    met[number] = _met(compiled, number, attributes, variables, table or {}, rows)
                result[place] |= met[number].astype(np.int32) << bit
        elif cases.things:
            flat = np.zeros(rows, np.int64)
            for name, stride in zip(cases.things, cases.strides, strict=True):
                flat += states[name] * stride
            result[place] = cases.case[flat]
    return result


def thing_states(world: World, name: str, attributes: Ints, variables: Ints) -> npt.NDArray[np.int64]:
    """Return the state of a thing in each row."""
    thing, names = world.things[name], world.reading.names
    values = (
        variables[list(names.variables).index(name)]
        if thing.is_variable
        else attributes[list(names.attributes).index(name)]
    )
    states: npt.NDArray[np.int64] = thing.state_of[values]
    return states


def _met(
    compiled: Compiled,
    number: int,
    attributes: Ints,
    variables: Ints,
    table: Mapping[str, pa.Array],
    rows: int,
) -> npt.NDArray[np.bool_]:
    """Return where a condition holds, worked out for each row."""
    world = compiled.world
    expression = world.reading.conditions[number].expression
    columns = {name: values for name, values in table.items() if name in expression.names}
    for name in world.asked_by([number]):
        states = pa.array(thing_states(world, name, attributes, variables))
        for column, values in world.things[name].columns.items():
            columns[column] = values.take(states)
    found = expression.evaluate(columns, rows).fill_null(False)
    array: npt.NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return array


def asked_columns(reading: Reading, sequence: Sequence[str]) -> list[str]:
    """Return the columns of the other table that conditions ask about, beside some that are written."""
    prefix = f"{reading.names.table_name}_"
    asked = {name for condition in reading.conditions for name in condition.expression.names}
    return [name for name in reading.names.columns if name in sequence or prefix + name in asked]
