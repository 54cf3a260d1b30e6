"""Which class each row is of, and how many rows before it are of the same: for texts that never repeat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
import numpy.typing as npt

from synthlab import Rows

from .reading import Reading
from .tickets import tickets

__all__ = ["MOST_CLASSES", "Classes", "classes_of"]

Ints = npt.NDArray[np.int64]

MOST_CLASSES = 2_000
MOST_BLOCK = 10_000


@dataclass(frozen=True)
class Classes:
    """All combinations of the values of the attributes; every aligned block of `block` rows has `counts` of
    each, in random order. Blocks are as small as the weights allow."""

    values: npt.NDArray[np.int32]
    """Shape `(attributes, classes)`."""
    counts: Ints

    @property
    def block(self) -> int:
        """Rows of a block."""
        return int(self.counts.sum())

    def drawn(self, rows: Rows) -> tuple[Ints, Ints, Ints]:
        """Return the class of each row of the aligned blocks that hold these rows, the numbers of those rows,
        and where the rows asked for are among them."""
        block = self.block
        if rows.picked is None:
            start = rows.start // block * block
            whole = rows.slice(start, -(-rows.stop // block) * block)
            place = np.arange(rows.start, rows.stop) - start
        else:
            blocks, which = np.unique(rows.picked // block, return_inverse=True)
            whole = rows.at((blocks[:, None] * block + np.arange(block)).ravel())
            place = which * block + rows.picked % block
        weights = [Fraction(int(count)) for count in self.counts]
        drawn = whole.stream("grammar", "class").quotas(weights, block=block)
        return drawn, whole.numbers, place

    def ranked(self, rows: Rows, queue_of: Ints) -> tuple[Ints, Ints]:
        """Return the class of each row, and how many rows before it are of its queue: a set of classes."""
        drawn, numbers, place = self.drawn(rows)
        queue = queue_of[drawn]
        in_block = np.bincount(queue_of, self.counts, int(queue_of.max()) + 1).astype(np.int64)
        block = numbers // self.block
        # How many of the same queue come before it in its block.
        order = np.lexsort((numbers, queue, block))
        begins = np.ones(len(order), bool)
        begins[1:] = (np.diff(queue[order]) != 0) | (np.diff(block[order]) != 0)
        first = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
        within = np.empty(len(order), np.int64)
        within[order] = np.arange(len(order)) - first
        rank = block * in_block[queue] + within
        return drawn[place], rank[place]

    def most(self, count: int, rows: int) -> int:
        """Return how many of the first `rows` rows may be of a queue that has `count` rows in a block."""
        whole, rest = divmod(rows, self.block)
        return whole * count + min(count, rest)

    def rows_for(self, count: int, supply: int) -> int:
        """Return how many rows there may be so that a queue of `count` rows in a block has enough."""
        whole, rest = divmod(supply, count)
        return whole * self.block + rest


def classes_of(reading: Reading) -> Classes | None:
    """Return the classes of a grammar, or None when there are too many."""
    attributes = reading.names.attributes.values()
    if math.prod(len(attribute.values) for attribute in attributes) > MOST_CLASSES:
        return None
    values = np.array(list(product(*(range(len(a.values)) for a in attributes))), np.int32)
    shares = [
        math.prod(weights, start=Fraction(1))
        for weights in product(*(_shares(a.weights) for a in attributes))
    ]
    return Classes(values.reshape(len(shares), -1).T, np.array(tickets(shares, MOST_BLOCK), np.int64))


def _shares(weights: Sequence[Fraction]) -> list[Fraction]:
    total = sum(weights, Fraction(0))
    return [weight / total for weight in weights]
