"""The seven types that expressions know, and how columns become them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute

__all__ = [
    "BOOLEAN",
    "DATE",
    "DATETIME",
    "FLOAT",
    "INTEGER",
    "NULL",
    "NUMBER",
    "STRING",
    "TIME",
    "Value",
    "common",
    "convert",
    "describe",
    "finite",
    "kernels",
    "known_type",
    "spread",
]

Value: TypeAlias = Any
"""An Arrow array, or an Arrow scalar that stands for the same value in every row."""

kernels: Any = pyarrow.compute
"""Arrow's compute functions. The compiler knows which types meet in them; a type checker cannot."""

BOOLEAN: pa.DataType = pa.bool_()
INTEGER: pa.DataType = pa.int64()
FLOAT: pa.DataType = pa.float64()
STRING: pa.DataType = pa.string()
DATE: pa.DataType = pa.date32()
DATETIME: pa.DataType = pa.timestamp("us")
NULL: pa.DataType = pa.null()

NUMBER = (INTEGER, FLOAT)
TIME = (DATE, DATETIME)

_WORDS = {
    BOOLEAN: "a truth value",
    INTEGER: "a whole number",
    FLOAT: "a number",
    STRING: "a string",
    DATE: "a date",
    DATETIME: "a date with time",
    NULL: "None",
}


def describe(kind: pa.DataType) -> str:
    """Return a type in words, with its article."""
    return _WORDS[kind]


def known_type(column: pa.DataType) -> pa.DataType | None:
    """Return the type in which expressions see a column, or None when they cannot."""
    types = pa.types
    if types.is_dictionary(column):
        return known_type(column.value_type)
    if types.is_timestamp(column):
        return DATETIME if column.tz is None else None
    tests: dict[pa.DataType, Callable[[Any], bool]] = {
        BOOLEAN: types.is_boolean,
        INTEGER: types.is_integer,
        FLOAT: types.is_floating,
        STRING: lambda t: types.is_string(t) or types.is_large_string(t),
        DATE: types.is_date,
    }
    return next((kind for kind, holds in tests.items() if holds(column)), None)


def common(kinds: Iterable[pa.DataType]) -> pa.DataType | None:
    """Return the one type that values of all these types become, or None when there is none."""
    found = set(kinds) - {NULL}
    if not found:
        return NULL
    if len(found) == 1:
        return found.pop()
    if found <= set(NUMBER):
        return FLOAT
    return DATETIME if found <= set(TIME) else None


def convert(value: Value, kind: pa.DataType) -> Value:
    """Return a value as another type; whole numbers become the nearest float."""
    return value if value.type == kind else value.cast(kind, safe=kind != FLOAT)


def finite(value: Value) -> Value:
    """Return floats with null in place of infinities and NaN."""
    if value.type != FLOAT:
        return value
    if isinstance(value, pa.Scalar):
        number = value.as_py()
        return value if number is None or np.isfinite(number) else pa.scalar(None, FLOAT)
    good = kernels.is_finite(value)
    if kernels.all(good).as_py() is False:
        return kernels.if_else(good, value, pa.scalar(None, FLOAT))
    return value


def spread(value: Value, length: int) -> Any:
    """Return a value as an array, with a constant once for each row."""
    repeat: Any = pa.repeat
    return repeat(value, length) if isinstance(value, pa.Scalar) else value
