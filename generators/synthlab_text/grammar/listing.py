"""All texts of a small language, each once: what is drawn from them is drawn without replacement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from synthlab import portable
from synthlab.rows import mixed

from ..engine.program import CODE_BITS, FRAME_BITS
from .compiler import Compiled, Kind
from .planning import others_of
from .sizes import Sizes
from .writing import Structure, Texts, finished

__all__ = ["Listing", "listed"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]

_TAG_SHIFT = np.uint64(CODE_BITS + FRAME_BITS)
_CODE = np.uint64((1 << CODE_BITS) - 1)

Strings = tuple[tuple[int, int], ...]
"""Strings with their tags."""


@dataclass(frozen=True)
class Listing:
    """The texts of some classes: all ways to make one in `texts` and `template`, of which `rows` are kept."""

    texts: list[Texts]
    template: Ints
    rows: Numbers
    owner: Ints
    """Of each text that is kept: the class that it is for, as a place among those that were listed."""
    weight: npt.NDArray[np.float64]

    def order(self, owner: int, key: int) -> Numbers:
        """Return the places of the texts of a class in a random order, heavier ones rather first.

        Each has the key u ** (1 / weight), from the highest on (Efraimidis and Spirakis, "Weighted random
        sampling with a reservoir", 2006); compared by logarithms.
        """
        own = np.flatnonzero(self.owner == owner)
        words = mixed(mixed(own.astype(np.uint64) + np.uint64(key % 2**64)) ^ np.uint64(key >> 64))
        uniform = ((words >> np.uint64(12)) + 0.5) * 2.0**-52
        keys = portable.log(uniform) / self.weight[own]
        return self.rows[own[np.lexsort((own, -keys))]]


@dataclass
class _Lister:
    compiled: Compiled
    sizes: Sizes
    known: dict[tuple[int, int], list[tuple[Strings, float]]] = field(default_factory=dict)

    def expansions(self, code: int, state: int, cases: Ints) -> list[tuple[Strings, float]]:
        """Return all that a symbol may become, with how likely that is."""
        program = self.compiled.program
        slots = len(program.strings.lengths)
        bodies = slots + len(program.base)
        if code < slots:
            return [(((code, 0),), 1.0)]
        key = (code, state)
        if key not in self.known:
            if code >= bodies:
                self.known[key] = self._body(code - bodies, state, cases)
            else:
                self.known[key] = self._slot(code - slots, state, cases)
        return self.known[key]

    def _slot(self, slot: int, state: int, cases: Ints) -> list[tuple[Strings, float]]:
        program = self.compiled.program
        cell = int(program.base[slot] + (cases[program.depends[:, slot]] * program.stride[:, slot]).sum())
        first, count = int(program.first[cell]), int(program.count[cell])
        members, tickets = np.unique(program.members[first : first + count], return_counts=True)
        return [
            (strings, weight * share / count)
            for member, share in zip(members.tolist(), tickets.tolist(), strict=True)
            for strings, weight in self.expansions(member, state, cases)
        ]

    def _body(self, body: int, state: int, cases: Ints) -> list[tuple[Strings, float]]:
        program = self.compiled.program
        first, count = int(program.body_first[body]), int(program.body_count[body])
        made: list[tuple[Strings, float]] = [((), 1.0)]
        for place in range(first, first + count):
            symbol = program.body_symbols[place]
            tag = int(symbol >> _TAG_SHIFT)
            found = self.expansions(int(symbol & _CODE), state, cases)
            made = [
                ((*before, *((code, own | tag) for code, own in strings)), weight * more)
                for before, weight in made
                for strings, more in found
            ]
        return made


def listed(compiled: Compiled, sizes: Sizes, classes: Sequence[int], shares: Sequence[int]) -> Listing:
    """Return the texts of the classes with these numbers, in `sizes.classes`; `shares` are their rows in a
    block, by which texts that several classes can make are dealt out."""
    lister = _Lister(compiled, sizes)
    parts: list[tuple[Any, ...]] = []
    for place, number in enumerate(classes):
        for state_number, state in enumerate(_states(sizes, sizes.classes[number])):
            lister.known.clear()
            cases = _cases(compiled, state)
            choices, case = compiled.templates, int(cases[0])
            first, count = int(choices.first[case]), int(choices.count[case])
            templates, tickets = np.unique(choices.members[first : first + count], return_counts=True)
            for template, share in zip(templates.tolist(), tickets.tolist(), strict=True):
                attributes = np.array([0, template, *cases[1:]], np.int32)
                key = state_number * len(compiled.top.ways) + template
                start = int(compiled.program.codes["texts"])
                for strings, weight in lister.expansions(start, key, attributes):
                    made = _filled(compiled, sizes, strings, state)
                    parts.append((*made, template, place, weight * share / count))
    return _merged(compiled, parts, shares)


def _states(sizes: Sizes, values: tuple[int, ...]) -> Iterator[dict[str, int]]:
    attributes = dict(zip(sizes.relevant, values, strict=True))
    things = sizes.world.things
    for states in product(*(range(things[name].size) for name in sizes.asked_variables)):
        yield {**attributes, **dict(zip(sizes.asked_variables, states, strict=True))}


def _cases(compiled: Compiled, state: Mapping[str, int]) -> Ints:
    """Return the case of the top and of each rule with conditions in a state."""
    found = []
    for cases in compiled.cases:
        flat = sum(state[name] * stride for name, stride in zip(cases.things, cases.strides, strict=True))
        found.append(int(cases.case[flat]))
    return np.array(found, np.int32)


def _filled(
    compiled: Compiled, sizes: Sizes, strings: Strings, state: Mapping[str, int]
) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
    """Return all ways to fill the blanks of a structure: codes of shape `(ways, strings)`, the tags of the
    strings, and how likely each way is."""
    blanks, names = compiled.blanks, compiled.reading.names
    codes = np.array([code for code, _ in strings], np.int32)
    tags = np.array([tag for _, tag in strings], np.int32)
    blank = blanks.number[codes]
    kinds = np.where(blank >= 0, blanks.kind[blank], -1)
    variables = sorted({int(blanks.owner[b]) for b in blank[kinds == Kind.VARIABLE]})
    variables = sorted({*variables, *_tied(sizes, variables, state)})
    entries, weights = _assignments(sizes, variables, state)
    ways = len(weights)
    columns: list[Any] = [None] * len(codes)
    for place in np.flatnonzero(kinds == Kind.FILL).tolist():
        b = blank[place]
        drawn = blanks.drawn[blanks.drawn_first[b] : blanks.drawn_first[b] + blanks.drawn_count[b]]
        words, tickets = np.unique(drawn, return_counts=True)
        columns = [None if c is None else np.repeat(c, len(words)) for c in columns]
        columns[place] = np.tile(words, ways)
        entries = np.repeat(entries, len(words), axis=1)
        weights = np.repeat(weights, len(words)) * np.tile(tickets / len(drawn), ways)
        ways *= len(words)
    matrix = np.tile(codes, (ways, 1))
    for place, kind in enumerate(kinds.tolist()):
        b = blank[place]
        if kind == Kind.FILL:
            matrix[:, place] = columns[place]
        elif kind == Kind.VARIABLE:
            entry = entries[variables.index(int(blanks.owner[b]))]
            matrix[:, place] = blanks.members[blanks.first[b] + entry]
        elif kind == Kind.ATTRIBUTE:
            name = list(names.attributes)[int(blanks.owner[b])]
            matrix[:, place] = blanks.members[blanks.first[b] + state[name]]
    return matrix, tags, weights


def _tied(sizes: Sizes, variables: Sequence[int], state: Mapping[str, int]) -> Iterator[int]:
    """Yield variables that are not named but leave those that are fewer entries: in a state in which they
    have hardly any themselves."""
    order = list(sizes.names.variables)
    for name in sizes.asked_variables:
        number = order.index(name)
        touching = [v for v in variables if v in others_of(sizes.reading, name)]
        touching += [v for v in variables if number in others_of(sizes.reading, order[v])]
        own = np.count_nonzero(sizes.world.things[name].state_of == state[name])
        if touching and own <= len(touching):
            yield number


def _assignments(
    sizes: Sizes, variables: Sequence[int], state: Mapping[str, int]
) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Return all entries that variables may have together in a state: shape `(variables, ways)`."""
    names, things = sizes.names, sizes.world.things
    order = list(names.variables)
    entries, weights = np.empty((0, 1), np.int32), np.ones(1)
    for place, number in enumerate(variables):
        name = order[number]
        terms = names.lexicons[names.variables[name].lexicon].terms
        own = np.arange(len(terms), dtype=np.int32)
        if name in things:
            own = own[things[name].state_of == state[name]]
        share = np.array([terms[entry].weight for entry in own])
        entries = np.concatenate(
            [np.repeat(entries, len(own), axis=1), np.tile(own, entries.shape[1])[None, :]]
        )
        weights = np.repeat(weights, len(own)) * np.tile(share / share.sum(), len(weights))
        others = [variables.index(other) for other in others_of(sizes.reading, name) if other in variables]
        fits = ~(entries[others] == entries[place]).any(axis=0)
        entries, weights = entries[:, fits], weights[fits]
    return entries, weights


def _merged(compiled: Compiled, parts: list[tuple[Any, ...]], shares: Sequence[int]) -> Listing:
    """Write all texts, and keep each once."""
    counts = [len(weights) for _, _, weights, *_ in parts]
    codes = np.concatenate([matrix.ravel() for matrix, *_ in parts])
    lengths = np.repeat([matrix.shape[1] for matrix, *_ in parts], counts)
    tags = np.concatenate([np.tile(tag, len(matrix)) for matrix, tag, *_ in parts])
    total = len(lengths)
    rows = np.repeat(np.arange(total, dtype=np.int32), lengths)
    blank = compiled.blanks.number[codes]
    at = np.flatnonzero(blank >= 0)  # the borders of columns are left
    template = np.repeat(np.array([part[3] for part in parts], np.int32), counts)
    owner = np.repeat(np.array([part[4] for part in parts], np.int32), counts)
    weight = np.concatenate([weights * part for _, _, weights, _, _, part in parts])
    made = Structure(codes, rows, tags, template, at, blank[at])
    texts = finished(compiled, made, total)
    whole = texts[0].texts
    for more in texts[1:]:
        whole = pc.binary_join_element_wise(whole, more.texts, "\0")
    number = pc.dictionary_encode(whole).indices.to_numpy(zero_copy_only=False)
    # Of a class, the same text once, as likely as all ways to it together.
    pairs, first, which = np.unique(
        number.astype(np.int64) * len(shares) + owner, return_index=True, return_inverse=True
    )
    summed = np.bincount(which.ravel(), weight, len(pairs)).astype(np.float64)
    keep = _dealt(pairs // len(shares), pairs % len(shares), np.array(shares, np.int64))
    chosen = first[keep]
    return Listing(texts, template, chosen, owner[chosen], summed[keep])


def _dealt(text: Numbers, owner: Numbers, shares: Numbers) -> Numbers:
    """Return which pairs of text and class to keep: of each text one, for the class that has least."""
    alone = np.bincount(text)[text] == 1
    keep = alone.copy()
    have = np.bincount(owner[alone], minlength=len(shares)).astype(float)
    shared = np.flatnonzero(~alone)
    order = shared[np.argsort(text[shared], kind="stable")]
    borders = np.flatnonzero(np.diff(text[order], prepend=-1, append=-2))
    groups = [order[a:b] for a, b in pairwise(borders.tolist())]
    for group in sorted(groups, key=len):
        taken = min(group.tolist(), key=lambda pair: have[owner[pair]] / shares[owner[pair]])
        keep[taken] = True
        have[owner[taken]] += 1
    return np.flatnonzero(keep)
