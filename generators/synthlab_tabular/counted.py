"""How many rows each row of another table has, where a column of that table says it.

Counts are added up once, in blocks of parents; so the parent of any row is found without the rows before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from synthlab.rows import Rows
from synthlab.tables import Table

from .grouping import Family

__all__ = ["MOST_CHILDREN", "Counted", "Counts", "counts_of"]

Ints = npt.NDArray[np.int64]
MOST_CHILDREN = 100_000
BLOCK = 1 << 16
MOST_BLOCKS = 64
"""As many blocks of parents are kept at hand: half a megabyte each."""


@dataclass
class Counts:
    """The numbers in a column of a table, added up."""

    table: Table
    column: str
    seed: int
    starts: Ints = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    """Where the rows of each block of parents begin; the last is the number of all."""
    blocks: dict[int, Ints] = field(default_factory=dict)

    def __post_init__(self) -> None:
        blocks = range(-(-self.table.rows // BLOCK))
        self.starts = np.cumsum([0, *(int(self.block(block)[-1]) for block in blocks)])

    @property
    def total(self) -> int:
        """The sum of all."""
        return int(self.starts[-1])

    def block(self, number: int) -> Ints:
        """Return the rows before each parent of a block, from the block's first row on, and all its rows.

        A count that is missing or below 0 is 0.
        """
        if number not in self.blocks:
            if len(self.blocks) >= MOST_BLOCKS:
                self.blocks.clear()
            parents = np.arange(number * BLOCK, min((number + 1) * BLOCK, self.table.rows))
            column = self.table.take(parents, [self.column], self.seed).column(0)
            counts: Any = pc.fill_null(column, 0).to_numpy(zero_copy_only=False)
            bounded = np.clip(counts.astype(np.int64), 0, MOST_CHILDREN)
            self.blocks[number] = np.concatenate([[0], np.cumsum(bounded)])
        return self.blocks[number]

    def families(self, numbers: Ints) -> Family:
        """Return the family of each of these rows, all of them below the total."""
        parent, first, size = (np.empty(len(numbers), dtype=np.int64) for _ in range(3))
        which = np.searchsorted(self.starts, numbers, side="right") - 1
        order = np.argsort(which, kind="stable")
        blocks, cuts = np.unique(which[order], return_index=True)
        for block, here in zip(blocks.tolist(), np.split(order, cuts[1:]), strict=True):
            before = self.block(block)
            mine = np.searchsorted(before, numbers[here] - self.starts[block], side="right") - 1
            parent[here] = mine + block * BLOCK
            first[here] = before[mine] + self.starts[block]
            size[here] = before[mine + 1] - before[mine]
        return Family(parent, first, size)


def counts_of(table: Table, column: str, seed: int) -> Counts:
    """Return the sums of a column of a table, worked out once."""
    key = ("counts", column, seed)
    if key not in table.known:
        table.known[key] = Counts(table, column, seed)
    counts: Counts = table.known[key]
    return counts


@dataclass(frozen=True)
class Counted:
    """As many rows for each parent as a column of its table says."""

    table: Table
    column: str

    def families(self, rows: Rows) -> Family:
        counts = counts_of(self.table, self.column, rows.seed)
        if not counts.total:
            # Such rows are made only to learn what the columns are; nobody sees them.
            nobody = np.zeros(len(rows), dtype=np.int64)
            return Family(nobody, rows.numbers, nobody + 1)
        # Beyond the last row all begins again, for the same reason.
        turn = rows.numbers // counts.total * counts.total
        family = counts.families(rows.numbers - turn)
        return Family(family.parent, family.first + turn, family.size)

    @property
    def total(self) -> int:
        return counts_of(self.table, self.column, self.table.seed).total
