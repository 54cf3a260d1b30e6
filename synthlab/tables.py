"""What one table of a schema sees of another: its keys, and the rows that its own rows refer to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import ConfigDict, PrivateAttr, RootModel, ValidationInfo, model_validator

from .rows import Rows

if TYPE_CHECKING:
    from .features import Features
    from .generator import Generator

__all__ = ["Table", "TableReference", "scope_of"]


def scope_of(table: str) -> tuple[str, ...]:
    """Return the scope of the streams of a table, so that those of two tables are apart."""
    return ("table", table)


@dataclass(frozen=True)
class Table:
    """Another table of the same schema, as its generator makes it, before its stages."""

    name: str
    rows: int
    generator: Generator
    seed: int = 0
    """The seed of the dataset, for what has to be known before any row is made: how many rows there are."""
    known: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What has been worked out about the table and need not be worked out again."""

    @property
    def features(self) -> Features:
        """The columns that can be looked up."""
        return self.generator.lookups

    def take(self, numbers: npt.ArrayLike, columns: Sequence[str], seed: int) -> pa.RecordBatch:
        """Return these columns of the rows with these numbers, in any order, repeats among them."""
        picked = np.asarray(numbers, dtype=np.int64)
        rows = Rows(seed, 0, 0, (*scope_of(self.name), "generator"))
        if len(picked) and (np.diff(picked) == 1).all():
            rows = rows.slice(int(picked[0]), int(picked[-1]) + 1)  # neighbours in order are made faster
        else:
            rows = rows.at(picked)
        return self.generator.select(rows, columns)


class TableReference(RootModel[str]):
    """An option that names another table of the schema.

    Tables must not wait for each other in a circle.
    """

    model_config = ConfigDict(frozen=True)
    _table: Table = PrivateAttr()

    @property
    def table(self) -> Table:
        """The table that is meant."""
        return self._table

    @model_validator(mode="after")
    def _find(self, info: ValidationInfo) -> Self:
        find: Callable[[str], Table] | None = (info.context or {}).get("tables")
        if find is None:
            raise ValueError("this schema makes one table; several are declared under `tables:`")
        self._table = find(self.root)
        return self

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, TableReference) and self.root == other.root

    __hash__ = None  # type: ignore[assignment]
