"""Tables as matrices of numbers, each by the same reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InputError

__all__ = ["Floats", "Reference", "learnable"]

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Reference:
    """The columns of a real table, by which others are read: numbers, and the classes of the rest."""

    numbers: tuple[str, ...]
    classes: dict[str, list[Any]]

    @staticmethod
    def of(table: pa.Table, *more: pa.Table) -> Reference:
        """Return what the columns of a table are; its classes are those of the others too."""
        numbers = [name for name in table.column_names if _counts(table.schema.field(name).type)]
        others = [name for name in table.column_names if name not in numbers]
        known = {
            name: {
                value for part in (table, *more) for value in pc.unique(_text(part.column(name))).to_pylist()
            }
            for name in others
        }
        return Reference(tuple(numbers), {name: sorted(values - {None}) for name, values in known.items()})

    @property
    def names(self) -> tuple[str, ...]:
        """The columns, those of numbers first."""
        return (*self.numbers, *self.classes)

    def matrix(self, table: pa.Table, without: str | None = None) -> Floats:
        """Return a table as floats, shape `(rows, columns)`: numbers, and places of classes.

        A missing number is NaN; a missing class, or one that the reference does not know, is -1. `without` is
        left out. Raises InputError when a column is missing.
        """
        columns = [self.column(table, name) for name in self.names if name != without]
        return np.column_stack(columns) if columns else np.empty((table.num_rows, 0))

    def column(self, table: pa.Table, name: str) -> Floats:
        """Return one column as floats."""
        if name not in table.column_names:
            raise InputError(f"one of the tables has no column {name!r}; both need the same")
        values = table.column(name)
        if name in self.numbers:
            if not _counts(values.type):
                raise InputError(f"column {name!r} holds numbers in one table and {values.type} in the other")
            return _numbers(values)
        known: Any = pa.array(self.classes[name], pa.string())
        places = pc.index_in(_text(values), value_set=known).fill_null(-1)
        return np.asarray(places.to_numpy(), dtype=np.float64)

    def places_of_classes(self, without: str | None = None) -> list[int]:
        """Return which columns of a matrix hold classes."""
        names = [name for name in self.names if name != without]
        return [place for place, name in enumerate(names) if name in self.classes]


def learnable(x: Floats) -> Floats:
    """Return rows to learn from, with zeros in columns without any value, which scikit-learn refuses."""
    return np.where(np.isnan(x).all(axis=0), 0.0, x)


def _counts(kind: pa.DataType) -> bool:
    types = pa.types
    tests = (types.is_integer, types.is_floating, types.is_temporal, types.is_decimal)
    return any(test(kind) for test in tests)


def _numbers(values: Any) -> Floats:
    if pa.types.is_temporal(values.type):
        days = pa.types.is_date32(values.type)
        values = values.cast(pa.int32() if days else pa.int64())
    numbers: Floats = values.cast(pa.float64(), safe=False).to_numpy().astype(np.float64)
    return numbers


def _text(values: Any) -> Any:
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    return values.cast(pa.string())
