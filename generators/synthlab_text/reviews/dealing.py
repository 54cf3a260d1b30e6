"""Dealing choices out so that each row knows its place among those with the same choice, in constant memory.

A deal turns the numbers of rows into a choice and a rank: how many rows before it have the same choice. In
every block of 1,000 numbers the shares are exact, but for remainders that move from block to block in a
cycle; inside a block the order is a permutation that follows from the block and a key. The rank can be dealt
again, for a choice within the choice: no two rows ever have the same choices and the same rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from synthlab.rows import GOLDEN, mixed, quota_steps, stride

__all__ = ["BLOCK", "Deals", "places", "shuffled"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

BLOCK = 1000
LONGEST_CYCLE = 64_000
"""Numbers over which shares are exact, and so how exact they are."""
_STEPS = np.array([k for k in range(1, BLOCK, 2) if k % 5], np.uint64)
"""Numbers without a factor in common with the sizes of blocks."""
_COLUMNS = np.uint64(25)


@dataclass(frozen=True, eq=False)
class Deals:
    """Tables of choices: which choice stands at each place of a block, shapes `(tables, block)`; those of a
    cycle stand one after another."""

    choice: Ints
    first: Ints
    """Where the places of the choice begin, and how many it has in a cycle."""
    count: Ints
    before: Numbers
    """How many numbers had the choice before the blocks of this table."""
    since: Numbers
    """The first block of each table, shape `(tables,)`."""
    cycle: int = 1

    @classmethod
    def of(
        cls,
        weights: Sequence[npt.ArrayLike],
        most: Sequence[npt.ArrayLike] | None = None,
        block: int = BLOCK,
    ) -> Deals:
        """Return a table for each list of weights, with whole places in proportion to them, and at least one
        for what weighs anything; `most` bounds the places of each choice."""
        counts = [
            places(np.array(list_of, float), None if most is None else np.array(most[number]), block)
            for number, list_of in enumerate(weights)
        ]
        return cls.laid_out(counts, [0] * len(counts), [np.zeros(len(c), np.int64) for c in counts])

    @classmethod
    def in_cycle(cls, weights: Sequence[float], block: int = BLOCK) -> Deals:
        """Return a cycle of blocks in which the shares are those of the weights, however small. In a small
        block, ranks come in nearly their order."""
        cycle = min(quota_steps(tuple(weights), block)[1], LONGEST_CYCLE // block)
        of_each = places(np.array(weights, float), None, block * cycle)
        steps = np.array([0, *of_each.cumsum()])
        shift = np.arange(cycle)[:, None] * stride(cycle) % cycle
        counts = np.diff(-((shift - steps) // cycle), axis=1)
        deals = cls.laid_out([*counts], [0] * cycle, [*(counts.cumsum(axis=0) - counts)])
        return replace(deals, count=of_each.astype(np.int32)[deals.choice], cycle=cycle)

    @classmethod
    def laid_out(cls, counts: Sequence[Numbers], since: Sequence[int], before: Sequence[Numbers]) -> Deals:
        """Return tables of these numbers of places; see the fields."""
        choice = np.stack([np.arange(len(c), dtype=np.int32).repeat(c) for c in counts])
        first = np.stack([(np.cumsum(c) - c).repeat(c) for c in counts]).astype(np.int32)
        count = np.stack([c.repeat(c) for c in counts]).astype(np.int32)
        earlier = np.stack([b.repeat(c) for b, c in zip(before, counts, strict=True)])
        return cls(choice, first, count, earlier, np.array(since, np.int64))

    def most_of(self, choice: int, numbers: int) -> int:
        """Return how many of the first so many numbers have a choice at most, in the first table."""
        size: int = self.choice.shape[1]
        blocks = -(-numbers // size)
        of_cycle = int(np.count_nonzero(self.choice[: self.cycle] == choice))
        return -(-blocks * of_cycle // self.cycle) + (1 if self.cycle > 1 else 0)

    def deal(
        self, numbers: Numbers, keys: Words, table: npt.NDArray[np.integer] | int = 0
    ) -> tuple[Ints, Numbers]:
        """Return the choice of each number and its rank; `keys` are alike for all that share a table."""
        size = self.choice.shape[1]
        block, place = np.divmod(numbers, size)
        words = mixed(keys + block.astype(np.uint64) * GOLDEN)
        place = shuffled(place.astype(np.uint64), words, size).astype(np.int64)
        if self.cycle > 1:
            block, turn = np.divmod(block, self.cycle)
            table = table * self.cycle + turn
        choice = self.choice[table, place]
        rank = self.before[table, place] + (block - self.since[table]) * self.count[table, place]
        return choice, rank + place - self.first[table, place]


def shuffled(places: Words, words: Words, block: int = BLOCK) -> Words:
    """Return where a permutation of a block takes each place, by the words. The size of the block
    is a multiple of 50 without other factors than 2 and 5."""
    size = np.uint64(block)
    more = mixed(words + GOLDEN)
    steps = _STEPS[(words >> np.uint64(40)) % np.uint64(len(_STEPS))]
    places = (places * steps + (words & np.uint64(0xFFFF))) % size
    row, column = places // _COLUMNS, places % _COLUMNS
    # Each column moves by an amount of its own, or neighbours would stay at one distance.
    row = (row + (mixed(more + column) >> np.uint64(40))) % (size // _COLUMNS)
    steps = _STEPS[(more >> np.uint64(40)) % np.uint64(len(_STEPS))]
    moved: Words = ((row * _COLUMNS + column) * steps + (more & np.uint64(0xFFFF))) % size
    return moved


def places(
    weights: npt.NDArray[np.floating], most: npt.NDArray[np.integer] | None, block: int = BLOCK
) -> Numbers:
    """Return whole numbers that add up to a block, near the weights."""
    bound = np.where(weights > 0, block if most is None else np.minimum(most, block), 0).astype(float)
    least = np.minimum(bound, 1)
    if bound.sum() < block or least.sum() > block:
        raise ValueError(f"{len(weights)} choices cannot share {block} places")
    weights = np.where(bound > 0, np.maximum(weights / weights.max(), 1e-12), 0.0)
    # A scale at which the bounded shares fill the block, by bisection.
    low, high = 0.0, block / weights[bound > 0].min()
    while low < (middle := (low + high) / 2) < high:
        if np.minimum(np.maximum(weights * middle, least), bound).sum() < block:
            low = middle
        else:
            high = middle
    ideal = np.minimum(np.maximum(weights * high, least), bound)
    counts = np.floor(ideal + 1e-9)
    rest = np.argsort(counts - ideal, kind="stable")
    rest = rest[counts[rest] < bound[rest]]
    counts[rest[: block - int(counts.sum())]] += 1
    whole: Numbers = counts.astype(np.int64)
    return whole
