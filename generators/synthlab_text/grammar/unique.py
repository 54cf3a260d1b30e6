"""Texts that never repeat: which classes are listed, which are kept apart, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synthlab import OptionProblem, Rows

from .apart import STEP, Apart
from .classes import MOST_CLASSES, Classes, classes_of
from .compiler import Compiled
from .listing import Listing, listed
from .sizes import MOST_CASES, Sizes, TooLargeError
from .tree import Attribute, Call, Either, Items
from .writing import Texts, finished

__all__ = ["Unique"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MOST_LISTED = 250_000
MOST_TRIED = 1_000_000
MOST_COMPARED = 400


@dataclass(frozen=True)
class Pool:
    """Relevant classes that may make the same text. Those that are listed are queues of their own; others
    share one queue."""

    members: tuple[int, ...]
    listing: Listing | None


class Unique:
    """What is worked out once of a grammar whose texts are never to repeat."""

    def __init__(self, compiled: Compiled, sizes: Sizes) -> None:
        self.compiled = compiled
        self.sizes = sizes
        self.apart = Apart(compiled)
        self._rooms: dict[int, int] = {}

    @cached_property
    def classes(self) -> Classes | None:
        """The combinations of all attributes; None when there are too many."""
        return classes_of(self.compiled.reading)

    @cached_property
    def relevant_of(self) -> Numbers:
        """The relevant class of each class."""
        assert self.classes is not None
        order = list(self.compiled.reading.names.attributes)
        own = self.classes.values[[order.index(name) for name in self.sizes.relevant]]
        known = {values: number for number, values in enumerate(self.sizes.classes)}
        return np.array([known[tuple(column)] for column in own.T.tolist()], np.int64)

    @cached_property
    def shares(self) -> Numbers:
        """How many rows each relevant class has in a block."""
        assert self.classes is not None
        shares: Numbers = np.bincount(self.relevant_of, self.classes.counts).astype(np.int64)
        return shares

    @cached_property
    def pools(self) -> list[Pool]:
        """The pools; the smallest are listed, as many as there is room for."""
        groups = self._groups()
        states = prod(self.sizes.world.things[name].size for name in self.sizes.asked_variables)
        counts = [sum(self.sizes.by_class[member] for member in group) for group in groups]
        left, pools = MOST_LISTED, list[Pool]()
        for count, group in sorted(zip(counts, groups, strict=True)):
            if count <= left and count * states <= MOST_TRIED:
                left -= count
                shares = [int(self.shares[member]) for member in group]
                pools.append(Pool(tuple(group), listed(self.compiled, self.sizes, group, shares)))
            else:
                pools.append(Pool(tuple(group), None))
        return pools

    def _groups(self) -> list[list[int]]:
        """Return the relevant classes that share structures, in groups."""
        count = len(self.sizes.classes)
        if count > MOST_COMPARED:
            return [list(range(count))]
        alike = _alike(self.sizes)
        group = list(range(count))
        for one, other in np.argwhere(np.triu(alike, 1)).tolist():
            old, new = group[other], group[one]
            group = [new if g == old else g for g in group]
        return [[i for i in range(count) if group[i] == g] for g in dict.fromkeys(group)]

    @cached_property
    def queue_of(self) -> Numbers:
        """The queue of each class: rows of a queue have texts that differ by their number in it."""
        queue = np.zeros(len(self.sizes.classes), np.int64)
        for pool in self.pools:
            for member in pool.members:
                queue[member] = member if pool.listing is not None else pool.members[0]
        return queue[self.relevant_of]

    def problems(self, rows: int) -> Iterator[OptionProblem]:
        """Yield why so many rows cannot all differ."""
        if self.classes is None or prod(self.sizes.relevant_sizes()) > MOST_CASES:
            most = f"{MOST_CLASSES:,} combinations of attributes, or {MOST_CASES:,} cases of conditions"
            yield OptionProblem(
                ("unique",), f"unique texts are counted for at most {most}", "use fewer of them"
            )
            return
        try:
            limits = list(self._limits(rows))
        except TooLargeError as error:
            yield OptionProblem(("unique",), str(error), "leave `unique` out")
            return
        if limits:
            # The tightest first; of several, the one that lacks most.
            possible, where, needed, there, sure = min(limits, key=lambda it: (it[0], it[3] - it[2]))
            total = self.sizes.total
            yield OptionProblem(
                ("unique",),
                f"{rows:,} rows need {needed:,} different texts{where}; there are {there:,}"
                f"{' that are sure to differ' if sure else ''}",
                f"at most {possible:,} rows can be made; the grammar has {_said(total)} derivations in all",
            )

    def _limits(self, rows: int) -> Iterator[tuple[int, str, int, int, bool]]:
        """Yield what is too little: rows that can be made, where, what is needed, what there is."""
        classes = self.classes
        assert classes is not None
        for pool in self.pools:
            if pool.listing is not None:
                for place, member in enumerate(pool.members):
                    there = int(np.count_nonzero(pool.listing.owner == place))
                    needed = classes.most(int(self.shares[member]), rows)
                    if needed > there:
                        possible = classes.rows_for(int(self.shares[member]), there)
                        yield possible, self._said([member]), needed, there, False
            else:
                share = sum(int(self.shares[member]) for member in pool.members)
                needed = classes.most(share, rows)
                there = self._room(pool)
                if needed > there:
                    yield classes.rows_for(share, there), self._said(pool.members), needed, there, True

    def _room(self, pool: Pool) -> int:
        """Return how many texts of a pool that is not listed are sure to differ."""
        if pool.members[0] not in self._rooms:
            room = min(self._capacity(member) for member in pool.members)
            self._rooms[pool.members[0]] = room // STEP * STEP  # numbers change places within a whole run
        return self._rooms[pool.members[0]]

    def _capacity(self, member: int) -> int:
        return self.apart.capacity(dict(zip(self.sizes.relevant, self.sizes.classes[member], strict=True)))

    def _said(self, members: Sequence[int]) -> str:
        """Return which classes these are, in words."""
        if len(members) == len(self.sizes.classes):
            return ""
        names = self.compiled.reading.names.attributes
        parts = []
        for name, values in zip(
            self.sizes.relevant, zip(*(self.sizes.classes[m] for m in members), strict=True), strict=True
        ):
            found = [names[name].values[value] for value in dict.fromkeys(values)]
            if len(found) < len(names[name].values):
                parts.append(f"{name} is {' or '.join(map(repr, found[:5]))}")
        return f" where {' and '.join(parts)}" if parts else ""

    def write(self, rows: Rows) -> tuple[Ints, Ints, list[Texts]]:
        """Return the attributes, the templates and the texts of these rows."""
        assert self.classes is not None
        drawn, rank = self.classes.ranked(rows, self.queue_of)
        attributes = self.classes.values[:, drawn]
        relevant = self.relevant_of[drawn]
        key = rows.stream("grammar", "unique").key
        template = np.zeros(len(rows), np.int32)
        parts: list[tuple[Numbers, list[Texts]]] = []
        words = rows.stream("grammar", "words").words()
        for number, pool in enumerate(self.pools):
            own = np.flatnonzero(np.isin(relevant, pool.members))
            if not len(own):
                continue
            if pool.listing is None:
                numbers = rank[own] % max(STEP, self._room(pool))
                made = self.apart.write(attributes[:, own], words[own], numbers, key)
                template[own] = made.template
                parts.append((own, finished(self.compiled, made, len(own))))
                continue
            chosen = np.zeros(len(own), np.int64)
            for place, member in enumerate(pool.members):
                which = np.flatnonzero(relevant[own] == member)
                if len(which):
                    order = _order(self, number, place, key)
                    # Rows beyond what there is, which no schema may ask for, begin anew.
                    chosen[which] = order[rank[own[which]] % len(order)]
            template[own] = pool.listing.template[chosen]
            parts.append((own, [_taken(texts, chosen) for texts in pool.listing.texts]))
        columns = len(self.compiled.reading.texts)
        return attributes, template, [_united(parts, column, len(rows)) for column in range(columns)]


@lru_cache(maxsize=256)
def _order(unique: Unique, pool: int, place: int, key: int) -> Numbers:
    listing = unique.pools[pool].listing
    assert listing is not None
    return listing.order(place, key)


def _taken(texts: Texts, rows: Numbers) -> Texts:
    """Return these rows of a text column."""
    counts = np.bincount(texts.span_rows, minlength=len(texts.texts))
    first = np.cumsum(counts) - counts
    spans = counts[rows]
    ends = np.cumsum(spans)
    inner = np.arange(int(ends[-1]) if len(ends) else 0) - (ends - spans).repeat(spans)
    at = first[rows].repeat(spans) + inner
    return Texts(
        texts.texts.take(pa.array(rows)),
        np.arange(len(rows), dtype=np.int32).repeat(spans),
        texts.spans[at],
        texts.labels[at],
        texts.values.take(pa.array(at)),
    )


def _united(parts: list[tuple[Numbers, list[Texts]]], column: int, count: int) -> Texts:
    """Return the rows of all parts in order."""
    if len(parts) == 1:
        return parts[0][1][column]
    texts = [made[column] for _, made in parts]
    rows = np.concatenate([own for own, _ in parts] or [np.empty(0, np.int64)])
    if not texts:
        nothing = np.empty(0, np.int32)
        empty = pa.array([], pa.string())
        return Texts(empty, nothing, nothing.reshape(0, 2), nothing, empty)
    span_rows = np.concatenate([own[made[column].span_rows] for own, made in parts])
    order = np.argsort(span_rows, kind="stable")
    place = np.empty(count, np.int64)
    place[rows] = np.arange(count)
    return Texts(
        pa.concat_arrays([t.texts for t in texts]).take(pa.array(place)),
        span_rows[order].astype(np.int32),
        np.concatenate([t.spans for t in texts])[order],
        np.concatenate([t.labels for t in texts])[order],
        pa.concat_arrays([t.values for t in texts]).take(pa.array(order)),
    )


def _said(number: int) -> str:
    """Return a number in words that fit on a line."""
    return f"{number:,}" if number < 10**30 else f"over 10^{number.bit_length() * 30103 // 100000 - 1}"


def _alike(sizes: Sizes) -> Flags:
    """Return which pairs of classes have a derivation with the same words in common."""
    count = len(sizes.classes)
    world = sizes.world
    values = np.array(sizes.classes, np.int64).reshape(count, -1)
    result = np.zeros((count, count), bool)
    for state in np.ndindex(*(world.things[name].size for name in sizes.asked_variables)):
        common: dict[str, Flags] = {}

        def said(items: Items) -> Flags:
            found = np.ones((count, count), bool)
            for item in items:
                if isinstance(item, Call):
                    found &= common[item.rule]  # noqa: B023
                elif isinstance(item, Either):
                    found &= np.logical_or.reduce([said(option) for option in item.options])
                elif isinstance(item, Attribute):
                    own = values[:, sizes.relevant.index(item.attribute)]
                    found &= own[:, None] == own[None, :]
            return found

        for name in reversed(world.in_order):
            rule = sizes.reading.rules[name]
            own = world.asked_by([n for way in rule.ways for n in way.conditions])
            places: list[Any] = []
            for thing in own:
                if world.things[thing].is_variable:
                    places.append(np.full(count, state[sizes.asked_variables.index(thing)]))
                else:
                    places.append(values[:, sizes.relevant.index(thing)])
            enabled = world.enabled(rule, own)
            found = np.zeros((count, count), bool)
            for place, way in enumerate(rule.ways):
                on = enabled[place][tuple(places)] if own else np.full(count, bool(enabled[place]))
                found |= on[:, None] & on[None, :] & said(way.items)
            common[name] = found
        result |= np.logical_and.reduce([common[start] for start in sizes.reading.texts.values()])
    return result
