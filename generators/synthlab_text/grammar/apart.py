"""Texts of a large language that never repeat, without a list of them.

The alternatives of a row are drawn freely. The words that fill them are the digits of the row's number
among the rows of its class, in a mixed radix, each digit shifted by a hash of the structure and of the
digits before it. So two rows of one structure differ in their words. A structure that has fewer fillings
than the number is drawn again; every row decides that by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from synthlab.errors import BuildError
from synthlab.rows import GOLDEN, mixed

from .chance import again
from .compiler import Compiled, Kind
from .planning import cases_of, differing, entries_of, others_of
from .writing import Plan, Structure, fill_the_rest, structure

__all__ = ["Apart"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

MOST_ATTEMPTS = 5_000
STEP = 256
"""Numbers change places within runs of so many, so that neighbours do not read alike."""
SAMPLE = 2_048
LEAST_SHARE = 0.02
"""Of the structures of a class, this share must have enough fillings for a row to find one soon."""
_BEYOND = 2.0**62


@dataclass(frozen=True)
class Apart:
    """Draws the texts of one grammar apart."""

    compiled: Compiled

    @cached_property
    def digits(self) -> tuple[int, ...]:
        """The variables whose entries are digits of the number. The others are drawn as structures are:
        those that conditions ask about, and those tied to them or to each other in more than pairs."""
        reading, things = self.compiled.reading, self.compiled.world.things
        order = list(reading.names.variables)
        tied: dict[int, set[int]] = {i: {i} for i in range(len(order))}
        for place, name in enumerate(order):
            for other in others_of(reading, name):
                union = tied[place] | tied[other]
                for member in union:
                    tied[member] = union
        result = []
        for place in range(len(order)):
            group = tied[place]
            asked = any(order[member] in things for member in group)
            if not asked and len(group) <= 2:
                result.append(place)
        return tuple(result)

    @cached_property
    def injective(self) -> npt.NDArray[np.bool_]:
        """Of each blank, whether different entries of its variable read differently there."""
        blanks, texts = self.compiled.blanks, self.compiled.program.strings.texts
        result = np.zeros(len(blanks.kind), bool)
        for blank in np.flatnonzero(blanks.kind == Kind.VARIABLE).tolist():
            members = blanks.members[blanks.first[blank] : blanks.first[blank] + blanks.count[blank]]
            words = [texts[int(code)].as_py() for code in members]
            result[blank] = len({word[:1].upper() + word[1:] for word in words}) == len(words)
        return result

    def write(self, attributes: Ints, words: Words, numbers: Numbers, key: int) -> Structure:
        """Return the filled structures of rows of known attributes; `numbers` are theirs among the rows of
        their class."""
        numbers = _shuffled(numbers, key)
        waiting = np.arange(len(words))
        parts: list[tuple[Numbers, Structure]] = []
        for attempt in range(MOST_ATTEMPTS):
            plan = self.plan(attributes[:, waiting], again(words[waiting], attempt))
            made = structure(self.compiled, plan)
            room = self.room(plan, made)
            good = np.flatnonzero(numbers[waiting] < room)
            if len(good):
                # All of the rows are filled, which is one pass; those that do not fit are made again.
                self._fill(plan, made, numbers[waiting], key)
                parts.append((waiting, _rows(made, good, len(waiting))))
                waiting = np.delete(waiting, good)
            if not len(waiting):
                return _together(parts, len(words))
        raise BuildError("no structure with enough different words was found; ask for fewer unique rows")

    def plan(self, attributes: Ints, words: Words) -> Plan:
        """Return a plan in which all that is no digit is drawn."""
        reading = self.compiled.reading
        variables = np.zeros((len(reading.names.variables), len(words)), np.int32)
        for place, name in enumerate(reading.names.variables):
            entries, size = entries_of(reading, name)
            others = variables[others_of(reading, name)]
            variables[place] = differing(again(words, 100 + place), entries, size, others)
        return Plan(attributes, variables, cases_of(self.compiled, attributes, variables), words)

    def room(self, plan: Plan, made: Structure) -> npt.NDArray[np.float64]:
        """Return how many fillings the structure of each row has."""
        blanks, rows = self.compiled.blanks, made.rows[made.at]
        room = np.ones(len(plan.words))
        where = np.flatnonzero(blanks.kind[made.blanks] == Kind.FILL)
        for at, row in _by_ordinal(where, rows):
            room[row] = np.minimum(room[row] * blanks.count[made.blanks[at]], _BEYOND)
        for _, row, radix in self._digit_variables(made, len(plan.words)):
            room[row] = np.minimum(room[row] * radix, _BEYOND)
        return room

    def _digit_variables(self, made: Structure, count: int) -> list[tuple[int, Numbers, int]]:
        """Return the variables that are digits, with the rows that name them and how many entries are left
        for each: one less where the one it differs from is named too. Where that is only hinted at, by a
        word that many entries share, the variable stays as it was drawn."""
        blanks, reading = self.compiled.blanks, self.compiled.reading
        there = np.zeros((len(reading.names.variables), count), bool)
        named = there.copy()
        at = np.flatnonzero(blanks.kind[made.blanks] == Kind.VARIABLE)
        there[blanks.owner[made.blanks[at]], made.rows[made.at[at]]] = True
        at = at[self.injective[made.blanks[at]]]
        named[blanks.owner[made.blanks[at]], made.rows[made.at[at]]] = True
        result = []
        for place in self.digits:
            name = list(reading.names.variables)[place]
            size = len(self._terms(name))
            others = others_of(reading, name)
            less = named[others].any(axis=0)
            sure = named[place] & (less | ~there[others].any(axis=0))
            for fewer in (False, True):
                rows = np.flatnonzero(sure & (less == fewer))
                if len(rows):
                    result.append((place, rows, size - fewer))
        return result

    def _fill(self, plan: Plan, made: Structure, numbers: Numbers, key: int) -> None:
        """Put the digits of the numbers into the blanks, in place."""
        blanks, rows = self.compiled.blanks, made.rows[made.at]
        state = _hashed(made, len(plan.words), key)
        rest = numbers.copy()

        def digit(row: Numbers, radix: Any) -> Numbers:
            shift = (state[row] >> np.uint64(33)).astype(np.int64)
            found: Numbers = (rest[row] + shift) % radix
            rest[row] //= radix
            state[row] = again(state[row], found.astype(np.uint64))
            return found

        for place, row, radix in self._digit_variables(made, len(plan.words)):
            found = digit(row, radix)
            name = list(self.compiled.reading.names.variables)[place]
            others = others_of(self.compiled.reading, name)
            size = len(self._terms(name))
            if radix < size:
                found = found + (found >= plan.variables[others[0], row])
            plan.variables[place, row] = found
        kind = blanks.kind[made.blanks]
        code = np.zeros(len(made.blanks), np.int32)
        for at, row in _by_ordinal(np.flatnonzero(kind == Kind.FILL), rows):
            blank = made.blanks[at]
            code[at] = blanks.members[blanks.first[blank] + digit(row, blanks.count[blank])]
        fill_the_rest(self.compiled, plan, made, code, kind, rows)
        made.codes[made.at] = code

    def _terms(self, name: str) -> Any:
        names = self.compiled.reading.names
        return names.lexicons[names.variables[name].lexicon].terms

    def capacity(self, values: Mapping[str, int]) -> int:
        """Return up to which number the rows of a class find a structure soon, by a sample of structures that
        is always the same; `values` are those of its attributes."""
        names = list(self.compiled.reading.names.attributes)
        attributes = np.zeros((len(names), SAMPLE), np.int32)
        for name, value in values.items():
            attributes[names.index(name)] = value
        plan = self.plan(attributes, mixed(np.arange(1, SAMPLE + 1, dtype=np.uint64) * GOLDEN))
        room = np.sort(self.room(plan, structure(self.compiled, plan)))
        return int(min(room[-int(SAMPLE * LEAST_SHARE)], 2.0**60))


def _shuffled(numbers: Numbers, key: int) -> Numbers:
    """Return the numbers in another order within each run of `STEP`."""
    run = numbers // STEP
    shift = mixed(run.astype(np.uint64) ^ np.uint64(key % 2**64))
    place = (numbers % STEP).astype(np.uint64)
    mask = np.uint64(STEP - 1)
    for turn in range(3):
        # An odd factor and a shifted exclusive or are bijections of eight bits.
        place = (place * np.uint64(0xB5) + (shift >> np.uint64(8 * turn))) & mask
        place ^= place >> np.uint64(4)
    return run * STEP + place.astype(np.int64)


def _by_ordinal(where: Numbers, rows: Ints) -> list[tuple[Numbers, Numbers]]:
    """Return the first of each row, then the second, and so on: places and their rows."""
    row = rows[where].astype(np.int64)
    if not len(row):
        return []
    begins = np.ones(len(row), bool)
    begins[1:] = np.diff(row) != 0
    first = np.maximum.accumulate(np.where(begins, np.arange(len(row)), 0))
    ordinal = np.arange(len(row)) - first
    order = np.argsort(ordinal, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(ordinal))[:-1])
    return [(where[part], row[part]) for part in parts]


def _hashed(made: Structure, count: int, key: int) -> Words:
    """Return a hash of the structure of each row."""
    starts = np.searchsorted(made.rows, np.arange(count))
    place = (np.arange(len(made.codes)) - starts[made.rows]).astype(np.uint64)
    words = mixed(made.codes.astype(np.uint64) * GOLDEN + place + np.uint64(key >> 64))
    return mixed(np.add.reduceat(words, starts) + np.uint64(key % 2**64))


def _rows(made: Structure, chosen: Numbers, count: int) -> Structure:
    """Return some rows of a structure, with their numbers as they were."""
    if len(chosen) == count:
        return made
    keep_row = np.zeros(count, bool)
    keep_row[chosen] = True
    keep = keep_row[made.rows]
    moved = np.cumsum(keep) - 1
    blank = keep[made.at]
    return Structure(
        made.codes[keep],
        made.rows[keep],
        made.tags[keep],
        made.template,
        moved[made.at[blank]],
        made.blanks[blank],
    )


def _together(parts: list[tuple[Numbers, Structure]], count: int) -> Structure:
    """Return the rows of all attempts in order."""
    rows = np.concatenate([of[made.rows] for of, made in parts]).astype(np.int32)
    order = np.argsort(rows, kind="stable")
    at = np.zeros(len(rows), bool)
    blanks = np.zeros(len(rows), np.int32)
    before, template = 0, np.zeros(count, np.int32)
    for of, made in parts:
        at[before + made.at] = True
        blanks[before + made.at] = made.blanks
        present = np.unique(made.rows)
        template[of[present]] = made.template[present]
        before += len(made.rows)
    codes = np.concatenate([made.codes for _, made in parts])[order]
    tags = np.concatenate([made.tags for _, made in parts])[order]
    places = np.flatnonzero(at[order])
    return Structure(codes, rows[order], tags, template, places, blanks[order][places])
