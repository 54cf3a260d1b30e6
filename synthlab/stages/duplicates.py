"""Rows that are there twice, as if somebody had been entered again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ConfigDict, Field

from ..errors import did_you_mean
from ..features import Features, Value
from ..generator import OptionProblem
from ..rows import Rows
from .base import Stage
from .conditions import Mask, in_splits, split_problems
from .mistyping import SLIPS, mistyped
from .touching import protected, with_mask
from .typos import is_string

__all__ = ["Duplicates"]

Ints = npt.NDArray[np.int64]


class Duplicates(Stage):
    """Rows that are copies of earlier rows. Whose copy is kept in `duplicate_of`, a row number.

    A row is a copy as a whole, its label and its split with it, so none is both trained on and tested on.
    Its original is among the rows before it in the same block: of rows 3,000 to 3,999, say. It is never a
    copy itself, and any row is as likely to be copied.
    """

    model_config = ConfigDict(extra="forbid")

    key: ClassVar[str] = "duplicates"
    column: ClassVar[str] = "duplicate_of"

    rate: Annotated[float, Field(ge=0, le=0.9)] = Field(
        description="The share of the rows that are copies; the first row of a block never is."
    )
    # Divisors of a thousand, so that the blocks of several stages fit into each other.
    within: Literal[10, 20, 50, 100, 200, 500, 1000] = Field(
        default=1000,
        description="How many rows a block has. They are made together even where one of them is asked for, "
        "so fewer are better where rows are slow to make: images.",
    )
    fresh: list[str] = Field(
        default=[], description="Columns in which a copy has a value of its own: an id, a time of entry."
    )
    vary: list[str] = Field(default=[], description="String columns in which each copy has a typing mistake.")
    splits: list[str] | None = Field(
        default=None, min_length=1, description="Only rows of these splits, [train] for example."
    )

    @property
    def block_rows(self) -> int | None:
        """Originals are found in the block of their copies."""
        return self.within

    def problems(self, features: Features) -> Iterator[OptionProblem]:
        if self.column in features.columns:
            message = f"there is a column {self.column!r} already"
            yield OptionProblem((), message, "rename that column")
        for option, columns in (("fresh", self.fresh), ("vary", self.vary)):
            for place, column in enumerate(columns):
                if message := self._misfit(option, column, columns[:place], features):
                    known = column in features.columns
                    hint = "" if known else did_you_mean(column, features.columns).strip()
                    yield OptionProblem((option, place), message, hint)
        yield from split_problems(self.splits, features, ("splits",))

    def changes(self, features: Features) -> frozenset[str]:
        return frozenset(features.columns) - set(self.fresh)

    def features(self, features: Features) -> Features:
        """Return the columns with `duplicate_of` added, and the masks of what varies."""
        made = features.with_column(self.column, Value("int64"), truth=True)
        for column in self.vary:
            made = made.with_column(f"{column}_typo", Value("bool"), truth=True)
        return made

    def apply(self, batch: pa.RecordBatch, features: Features, rows: Rows) -> pa.RecordBatch:
        source = self._sources(in_splits(self.splits, batch, features), rows)
        copied = source != np.arange(len(rows))
        taken = batch.take(pa.array(source)) if copied.any() else batch
        columns = dict(zip(batch.schema.names, taken.columns, strict=True))
        for fresh in self.fresh:
            for column in (fresh, *features.truth_of(fresh)):
                columns[column] = batch.column(column)
        copies = np.flatnonzero(copied)
        for column in self.vary:
            chance = rows.within("vary", column).at(rows.numbers[copies])
            before = columns[column]
            slips = mistyped(before.take(pa.array(copies)), tuple(SLIPS), chance)
            columns[column] = pc.replace_with_mask(before, pa.array(copied), slips)
            differ = pc.not_equal(before, columns[column]).fill_null(False)
            with_mask(columns, f"{column}_typo", differ.to_numpy(zero_copy_only=False))
        columns[self.column] = pa.array(rows.numbers[source], mask=~copied)
        return self.features(features).batch(columns)

    def _sources(self, allowed: Mask, rows: Rows) -> Ints:
        """Return the place of each row's original in the batch; its own where it is no copy.

        The rows of a block fall into families by chance, as small as the rate allows: of two up to one half.
        The earliest row of a family is the original, and the others are copies of it with the probability
        that makes the rate exact in the mean. So no row is copied more often for standing early.
        """
        members = np.flatnonzero(allowed)
        blocks = rows.numbers[members] // self.within
        order = np.lexsort((rows.stream("family").words()[members], blocks))
        first = np.searchsorted(blocks, blocks)
        size = np.searchsorted(blocks, blocks, side="right") - first
        families = np.maximum((size * min(0.5, 1 - self.rate)).astype(np.int64), 1)
        family = first.copy()
        family[order] += (np.arange(len(members)) - first) % families
        # The first place at which a family stands is that of its earliest row.
        _, earliest, which = np.unique(family, return_index=True, return_inverse=True)
        original = earliest[which]
        rate = self.rate * size / np.maximum(size - families, 1)
        chosen = rows.stream("copied").uniform()[members] < rate
        source: Ints = np.arange(len(rows))
        source[members[chosen]] = members[original[chosen]]
        return source

    def _misfit(self, option: str, column: str, before: list[str], features: Features) -> str:
        if column not in features.columns:
            return f"there is no column {column!r}"
        if column in before or (option == "vary" and column in self.fresh):
            return f"column {column!r} is named twice"
        if column == features.group:
            return f"column {column!r} says which rows belong together, as a copy and its original do"
        if reason := protected(column, features):
            return f"column {column!r} {reason}"
        if option == "fresh":
            learned = column in features.labels
            return f"column {column!r} is what a model is to learn, which a copy shares" if learned else ""
        if not is_string(features[column]):
            return f"column {column!r} holds no strings"
        mask = f"{column}_typo"
        return f"there is a column {mask!r} already" if mask in features.columns else ""
