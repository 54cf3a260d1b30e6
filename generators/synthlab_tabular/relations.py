"""Columns that tie a table to another one: foreign keys, values of the row they refer to, places among
the rows of one parent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field, StrictInt, model_validator

from synthlab.errors import did_you_mean
from synthlab.features import ClassLabel, Feature, Value
from synthlab.generator import OptionProblem
from synthlab.rows import permute
from synthlab.tables import Table, TableReference

from . import distributions
from .column import Array, Column, Maker, Making, Misfit, Path, Setting, array
from .counted import MOST_CHILDREN, Counted, counts_of
from .grouping import Each, Family, Grouping, Spread

__all__ = ["ForeignKey", "Lookup", "Position", "Tie", "tie_of"]

Ints = npt.NDArray[np.int64]
MOST_ROWS = 2**53


class ForeignKey(Column):
    """The key of a row of another table: every one exists."""

    kind: Literal["foreign_key"]
    table: TableReference = Field(description="The other table.")
    column: str | None = Field(
        default=None, description="Its key; by default the one of this column's name, or its only one."
    )
    pick: Literal["uniform", "zipf", "each", "spread", "counted", "weighted", "once"] = Field(
        default="uniform",
        description="Which rows are referred to: `uniform` all as often; `zipf` a few make up most; `each` "
        "has exactly so many `children`, one after another; `spread` so many on average, one after another; "
        "`counted` as many as a column of the other table says, one after another; `weighted` in proportion "
        "to such a column; `once` none more than once.",
    )
    a: float | None = Field(
        default=None, ge=0, le=10, description="Of `zipf`: how fast the shares fall; 1.1."
    )
    children: float | None = Field(
        default=None, gt=0, le=MOST_CHILDREN, description="Of `each` and `spread`: rows for each parent."
    )
    count: str | None = Field(
        default=None, description="Of `counted` and `weighted`: the column of the other table, whole numbers."
    )
    least: StrictInt | None = Field(
        default=None,
        ge=0,
        le=MOST_CHILDREN,
        description="Of `spread`: the fewest rows of a parent.",
    )
    sigma: float | None = Field(
        default=None, ge=0, le=5, description="Of `spread`: how unequal the parents are; 0 for chance alone."
    )
    null_rate: float = Field(default=0.0, ge=0, lt=1, description="The share of rows that refer to none.")

    def maker(self, setting: Setting) -> Maker:
        table = self.table.table
        if self.count is not None:
            self._check_count(table, self.count)
        return _Foreign(self, self._key(table), Tie(self, table))

    def _key(self, table: Table) -> str:
        keys = table.generator.keys
        wanted = self.column or (self.name if self.name in keys or len(keys) != 1 else keys[0])
        if wanted in keys:
            if wanted not in table.generator.features.columns and not self.hidden:
                message = (
                    f"column {wanted!r} of table {table.name!r} is hidden, so nobody could find its rows"
                )
                raise Misfit(OptionProblem(("table",), message, "show it, or hide this column too"))
            return wanted
        hint = did_you_mean(wanted, keys).strip() or (
            f"its keys are: {', '.join(keys)}" if keys else "give it a column of kind: sequence or uuid"
        )
        there = wanted in table.features.columns
        found = "has values that may occur twice" if there else "does not exist"
        message = f"column {wanted!r} of table {table.name!r} {found}, so nothing can refer to it"
        raise Misfit(OptionProblem(("column",) if self.column else ("table",), message, hint))

    def _check_count(self, table: Table, count: str) -> None:
        known = table.features.columns
        if count not in known:
            hint = did_you_mean(count, known).strip() or f"it has {', '.join(list(known)[:12])}"
            message = f"table {table.name!r} has no column {count!r}"
            raise Misfit(OptionProblem(("count",), message, hint))
        if not pa.types.is_integer(known[count].arrow) or isinstance(known[count], ClassLabel):
            message = f"column {count!r} of table {table.name!r} holds no whole numbers"
            raise Misfit(OptionProblem(("count",), message, "give it `type: integer`, or choose another"))

    def row_problems(self, rows: int) -> Iterator[OptionProblem]:
        parents = self.table.table.rows
        name = self.table.table.name
        most = self.most_rows
        if rows and not parents:
            yield OptionProblem(("table",), f"table {name!r} has no rows to refer to")
        elif most is not None and rows > most:
            how = {"once": "once each", "counted": f"with {self.count!r} children each"}.get(
                self.pick, f"with {self.children or 1:g} children each"
            )
            message = f"the {parents:,} rows of {name!r}, {how}, make {most:,} rows, fewer than {rows:,}"
            yield OptionProblem(("pick",), message, "leave out `rows` to have just as many")

    @property
    def grouping(self) -> Grouping | None:
        """How rows are shared out, where the rows of one parent stand together."""
        parents = self.table.table.rows
        if self.pick == "each":
            return Each(max(parents, 1), int(self.children or 1))
        if self.pick == "spread":
            children = Fraction(repr(self.children))
            return Spread(self.name, max(parents, 1), children, self.least or 0, self.sigma or 0.0)
        if self.pick == "counted" and self.count is not None:
            return Counted(self.table.table, self.count)
        return None

    @property
    def most_rows(self) -> int | None:
        """How many rows there can be; None for any number."""
        grouping = self.grouping
        if grouping is not None:
            return grouping.total if self.table.table.rows else 0
        return self.table.table.rows if self.pick == "once" else None

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        uses = {
            "zipf": {"a"},
            "each": {"children"},
            "spread": {"children", "least", "sigma"},
            "counted": {"count"},
            "weighted": {"count"},
        }
        for option in ("a", "children", "least", "sigma", "count"):
            if getattr(self, option) is not None and option not in uses.get(self.pick, ()):
                fits = " or ".join(f"pick: {pick}" for pick, options in uses.items() if option in options)
                raise ValueError(f"`{option}` belongs to {fits}, not to pick: {self.pick}")
        if self.pick in ("each", "spread"):
            if self.children is None:
                raise ValueError(f"pick: {self.pick} needs to know how many `children` each parent has")
            if self.pick == "each" and self.children != int(self.children):
                raise ValueError("each parent has a whole number of children; pick: spread takes averages")
            if (self.least or 0) > self.children:
                raise ValueError(f"on average {self.children:g} children cannot be at least {self.least}")
            if self.children < 0.001:
                raise ValueError("fewer than one child in a thousand parents is not made")
        if self.pick in ("counted", "weighted") and self.count is None:
            raise ValueError(f"pick: {self.pick} needs `count`, a column of the other table")
        if self.pick in ("each", "spread", "counted") and self.null_rate:
            raise ValueError("rows that stand with their parents all have one; leave out `null_rate`")
        return self


@dataclass(frozen=True)
class Tie:
    """How the rows of this table are tied to those of another."""

    key: ForeignKey
    table: Table
    found: dict[str, str] = field(default_factory=dict, compare=False)
    """The columns of this table that are looked up by the key, and the other table's names for them."""

    def parents(self, making: Making) -> Ints:
        """Return the row of the other table that each row belongs to."""
        return making.once(("parents", self.key.name), lambda: self._parents(making))

    def missing(self, making: Making) -> npt.NDArray[np.bool_]:
        """Return which rows refer to none."""
        if not self.key.null_rate:
            return np.zeros(len(making.rows), dtype=bool)
        return making.rows.stream("column", self.key.name, "null").bernoulli(self.key.null_rate)

    def family(self, making: Making) -> Family:
        """Return the family of each row, where rows of one parent stand together."""
        grouping = self.key.grouping
        assert grouping is not None
        return making.once(("family", self.key.name), lambda: grouping.families(making.rows))

    def look_up(self, column: str, making: Making) -> Array:
        """Return a column of the rows that are referred to, as people read it."""
        unique, index = making.once(
            ("unique parents", self.key.name),
            lambda: np.unique(self.parents(making), return_inverse=True),
        )
        batches = making.once(("found", self.key.name), list[pa.RecordBatch])
        if not any(column in batch.schema.names for batch in batches):
            # All that is looked up by this key, so that the other table is made once.
            others = {there for here, there in self.found.items() if here in making.wanted}
            columns = sorted({column, *others})
            batches.append(self.table.take(unique, columns, making.rows.seed))
        batch = next(batch for batch in batches if column in batch.schema.names)
        values = self.table.features[column].readable(batch.column(column))
        taken = values.take(array(index))
        missing = self.missing(making)
        return (
            pa.compute.if_else(array(~missing), taken, pa.scalar(None, taken.type))
            if missing.any()
            else taken
        )

    def _parents(self, making: Making) -> Ints:
        key, count = self.key, max(self.table.rows, 1)
        if key.grouping is not None:
            return self.family(making).parent
        chance = making.rows.stream("column", key.name)
        if key.pick == "zipf":
            ranks = distributions.Zipf(1.1 if key.a is None else key.a, float(count)).ppf(
                chance.probabilities()
            )
            # Which parents are popular is chance too.
            order = making.rows.stream("column", key.name, "popular").key
            return permute(np.minimum(ranks.astype(np.int64), count) - 1, count, order)
        if key.pick == "once":
            return permute(making.rows.numbers % count, count, chance.key)
        if key.pick == "weighted" and key.count is not None:
            counts = counts_of(self.table, key.count, making.rows.seed)
            if counts.total:
                return counts.families(chance.integers(0, counts.total)).parent
        return chance.integers(0, count)


@dataclass(frozen=True)
class _Foreign:
    column: ForeignKey
    key: str
    tie: Tie

    @property
    def feature(self) -> Feature:
        return self.tie.table.features[self.key]

    @property
    def value_type(self) -> pa.DataType:
        return self.feature.arrow

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return None

    def make(self, making: Making) -> Array:
        return self.tie.look_up(self.key, making)


def tie_of(setting: Setting, name: str, path: Path, *, together: bool = False) -> Tie:
    """Return the tie of a foreign key of this table, or raise Misfit.

    `together` asks for one whose rows of one parent stand together.
    """
    maker = setting.makers.get(name)
    if not isinstance(maker, _Foreign):
        raise Misfit(
            OptionProblem(path, f"column {name!r} is no foreign key", "name one of kind: foreign_key")
        )
    if together and maker.column.grouping is None:
        message = (
            "rows of one parent stand together only with pick: each, spread or counted, "
            f"not {maker.column.pick}"
        )
        raise Misfit(OptionProblem(path, message, f"give {name!r} pick: each, spread or counted"))
    return maker.tie


class Lookup(Column):
    """A value of the row that a foreign key refers to."""

    kind: Literal["lookup"]
    by: str = Field(description="The foreign key of this table.")
    column: str | None = Field(
        default=None, description="The column of the other table; by default the one of this name."
    )

    def reads(self) -> Iterator[tuple[Path, str]]:
        yield ("by",), self.by

    def maker(self, setting: Setting) -> Maker:
        tie = tie_of(setting, self.by, ("by",))
        wanted = self.column or self.name
        known = tie.table.features.columns
        if wanted not in known:
            hint = did_you_mean(wanted, known).strip() or f"it has {', '.join(list(known)[:12])}"
            message = f"table {tie.table.name!r} has no column {wanted!r}"
            raise Misfit(OptionProblem(("column",) if self.column else ("name",), message, hint))
        tie.found[self.name] = wanted
        return _Found(tie, wanted, self.label)


@dataclass(frozen=True)
class _Found:
    tie: Tie
    column: str
    label: bool

    @property
    def truth(self) -> bool:
        """Whether it is the truth about the other table's rows, and so about those that refer to them."""
        return self.column in self.tie.table.features.truth

    @property
    def feature(self) -> Feature:
        there = self.tie.table.features[self.column]
        return Value("string") if isinstance(there, ClassLabel) and not self.label else there

    @property
    def value_type(self) -> pa.DataType:
        return pa.string() if isinstance(self.feature, ClassLabel) else self.feature.arrow

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        there = self.tie.table.features[self.column]
        return there.names if isinstance(there, ClassLabel) else None

    def make(self, making: Making) -> Array:
        return self.tie.look_up(self.column, making)


def is_found_by(tie: Tie, maker: Maker) -> bool:
    """Return whether a column is looked up by this very key, so that all rows of a parent have the same."""
    return isinstance(maker, _Found) and maker.tie is tie


class Position(Column):
    """The place of a row among those of its parent: 1, 2, 3, ...; with the parent's key it is a key."""

    kind: Literal["position"]
    of: str = Field(description="The foreign key, with pick: each, spread or counted.")
    start: StrictInt = Field(default=1, ge=-(2**53), le=2**53, description="The number of the first.")

    def reads(self) -> Iterator[tuple[Path, str]]:
        yield ("of",), self.of

    def maker(self, setting: Setting) -> Maker:
        return _Placed(tie_of(setting, self.of, ("of",), together=True), self.start)


@dataclass(frozen=True)
class _Placed:
    tie: Tie
    start: int

    @property
    def feature(self) -> Feature:
        return Value("int64")

    @property
    def value_type(self) -> pa.DataType:
        return pa.int64()

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return None

    def make(self, making: Making) -> Array:
        return array(making.rows.numbers - self.tie.family(making).first + self.start)
