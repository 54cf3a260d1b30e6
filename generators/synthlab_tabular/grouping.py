"""Which row of another table each row belongs to, where rows of one parent stand together.

All of it follows from row numbers alone, in blocks of parents: no count is kept anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from synthlab.portable import exp
from synthlab.rows import Rows, Stream

__all__ = ["Each", "Family", "Grouping", "Spread", "Whole", "bounded_parts", "whole_families"]

Ints = npt.NDArray[np.int64]
MOST_PARENTS, FEWEST_PARENTS, BLOCK_ROWS = 1_000, 16, 1 << 18
"""A block has a thousand parents, or fewer where they have many children."""
MOST_ROWS = 1 << 20
"""Rows of whole families that are made at once, but for a family that has more."""


@dataclass(frozen=True)
class Family:
    """For each row, arrays of the same length: its parent, and where the rows of that parent are."""

    parent: Ints
    first: Ints
    """The number of the first row of the parent."""
    size: Ints
    """How many rows the parent has."""


class Grouping(Protocol):
    """How rows are shared out among the rows of another table."""

    def families(self, rows: Rows) -> Family:
        """Return the family of each row."""
        ...

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        ...


@dataclass(frozen=True)
class Each:
    """The same number of rows for each parent."""

    parents: int
    children: int

    def families(self, rows: Rows) -> Family:
        place = rows.numbers // self.children
        # Rows beyond the last are made where a block is not full; nobody sees them.
        return Family(place % self.parents, place * self.children, np.full(len(rows), self.children))

    @property
    def total(self) -> int:
        return self.parents * self.children


@dataclass(frozen=True)
class Spread:
    """`children` rows for each parent on average, at least `least`; with `sigma`, some have far more."""

    name: str
    parents: int
    children: Fraction
    least: int
    sigma: float

    @property
    def total(self) -> int:
        full, rest = divmod(self.parents, self.block)
        return full * self._rows(self.block) + (self._rows(rest) if rest else 0)

    @property
    def block(self) -> int:
        """How many parents share out their rows among each other."""
        return min(max(int(BLOCK_ROWS / self.children), FEWEST_PARENTS), MOST_PARENTS)

    def _rows(self, parents: int) -> int:
        return max(round(parents * self.children), self.least * parents, 1)

    def families(self, rows: Rows) -> Family:
        # Beyond the last row all begins again: such rows are made where a block of rows is not full, or to
        # learn from; nobody sees them.
        turn = rows.numbers // self.total * self.total
        numbers = rows.numbers - turn
        size = self._rows(self.block)
        parent, first, count = (np.empty(len(numbers), dtype=np.int64) for _ in range(3))
        order = np.argsort(numbers, kind="stable")
        blocks, starts = np.unique(numbers[order] // size, return_index=True)
        for block, here in zip(blocks.tolist(), np.split(order, starts[1:]), strict=True):
            shared = self._block(rows, block)
            mine = shared[numbers[here] - block * size]
            begins = np.searchsorted(shared, mine, side="left")
            parent[here] = mine + block * self.block
            first[here] = begins + block * size + turn[here]
            count[here] = np.searchsorted(shared, mine, side="right") - begins
        return Family(parent, first, count)

    def _block(self, rows: Rows, block: int) -> Ints:
        """Return the parent of each row of a block, counted from the block's first, in order."""
        return _shared_out(self, rows.seed, rows.scope, block)


@lru_cache(maxsize=8)
def _shared_out(spread: Spread, seed: int, scope: tuple[str, ...], block: int) -> Ints:
    parents = min(spread.block, max(spread.parents - block * spread.block, 1))
    size, block_rows = spread._rows(parents), spread._rows(spread.block)
    free = size - spread.least * parents
    rows = Rows(seed, block * block_rows, block * block_rows + free, scope)
    point = rows.stream("column", spread.name, "parent").uniform()
    weights: npt.NDArray[np.floating[Any]] = np.ones(parents)
    if spread.sigma:
        of = rows.slice(block * spread.block, block * spread.block + parents)
        weights = exp(spread.sigma * of.stream("column", spread.name, "activity").normal())
    cumulative = np.add.accumulate(weights)
    drawn = np.searchsorted(cumulative[:-1], point * cumulative[-1], side="right")
    return np.sort(np.concatenate([drawn, np.repeat(np.arange(parents), spread.least)]))


@dataclass(frozen=True)
class Whole:
    """Whole families: all rows of every parent of which some rows are asked for."""

    rows: Rows
    """All their rows, family after family."""
    starts: Ints
    sizes: Ints
    place: Ints
    """Where each row that was asked for is among them."""

    def steps(self) -> Iterator[Ints]:
        """Yield the places of the first rows of all families, then of the second rows, and so on."""
        for step in range(int(self.sizes.max(initial=0))):
            yield self.starts[self.sizes > step] + step

    def stream(self, *name: str) -> Stream:
        """Return a stream over all their rows."""
        return self.rows.stream(*name)


def bounded_parts(family: Family) -> list[Ints]:
    """Return the places of rows in parts, so that the whole families of each part fit into memory."""
    order = np.argsort(family.first, kind="stable")
    firsts, starts = np.unique(family.first[order], return_index=True)
    rows_before = np.cumsum(family.size[order][starts]) - family.size[order][starts]
    cuts = starts[1:][np.diff(rows_before // MOST_ROWS) > 0]
    return np.split(order, cuts) if len(firsts) else [order]


def whole_families(rows: Rows, family: Family) -> Whole:
    """Return the whole families that rows belong to."""
    firsts, index = np.unique(family.first, return_index=True)
    sizes = family.size[index]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if len(sizes) else np.zeros(0, dtype=np.int64)
    numbers = np.repeat(firsts - starts, sizes) + np.arange(sizes.sum())
    which = np.searchsorted(firsts, family.first)
    place = starts[which] + rows.numbers - family.first
    if len(numbers) and numbers[-1] - numbers[0] == len(numbers) - 1:
        return Whole(rows.slice(int(numbers[0]), int(numbers[-1]) + 1), starts, sizes, place)
    return Whole(rows.at(numbers), starts, sizes, place)
