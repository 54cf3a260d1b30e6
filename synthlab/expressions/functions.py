"""The fixed table of functions that expressions may call.

A parameter takes one of a few types; `result` says what comes out. Functions of floats are made of
`synthlab.portable`, so that their bits are the same on every machine.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synthlab import portable

from .kinds import (
    BOOLEAN,
    DATE,
    DATETIME,
    FLOAT,
    INTEGER,
    NUMBER,
    STRING,
    TIME,
    Value,
    common,
    convert,
    finite,
    kernels,
)
from .operators import by_numpy

__all__ = ["FUNCTIONS", "Function", "Literal", "MAX_STRING_BYTES", "Parameter"]

MAX_STRING_BYTES = 4_096
"""The longest string that `concat` makes; a chain of columns could double it without end."""

Floats = npt.NDArray[np.floating[Any]]
_DAY = 86_400_000_000
_FIRST_DAY, _LAST_DAY = (datetime.date(year, 1, 1).toordinal() - 719_163 for year in (1, 9999))


@dataclass(frozen=True)
class Literal:
    """A parameter that is written out in the expression, and read once when it is compiled."""

    meaning: str
    read: Callable[[object], Any]
    """Return the value, or raise ValueError."""


Parameter = tuple[pa.DataType, ...] | Literal
Result = Callable[[Sequence[pa.DataType]], pa.DataType | None]


@dataclass(frozen=True)
class Function:
    """One function: `run` gets the values of its parameters in order, literals as Python values."""

    signature: str
    summary: str
    parameters: tuple[Parameter, ...]
    result: Result
    run: Callable[..., Value]
    optional: int = 0
    """How many parameters at the end may be left out."""
    repeats: bool = False
    """Whether the last parameter may be given any number of times."""

    def takes(self, count: int) -> bool:
        """Return whether the function can be called with that many arguments."""
        least = len(self.parameters) - self.optional
        return least <= count and (self.repeats or count <= len(self.parameters))

    def parameter(self, index: int) -> Parameter:
        """Return what the argument at that position must be."""
        return self.parameters[min(index, len(self.parameters) - 1)]


ANY = (BOOLEAN, *NUMBER, STRING, *TIME)
TEXT = (STRING,)


def _always(kind: pa.DataType) -> Result:
    return lambda kinds: kind


def _first(kinds: Sequence[pa.DataType]) -> pa.DataType:
    return kinds[0]


def _together(run: Callable[..., Value]) -> Callable[..., Value]:
    """Return a function whose arguments are first made one type."""

    def converted(*values: Value) -> Value:
        kind = common(value.type for value in values)
        assert kind is not None, "the compiler has checked the types"
        return run(*(convert(value, kind) for value in values))

    return converted


def _of_floats(run: Callable[[Floats], Floats]) -> Callable[[Value], Value]:
    def converted(value: Value) -> Value:
        with np.errstate(all="ignore"):
            return by_numpy(run, FLOAT, convert(value, FLOAT))

    return converted


def _to_integer(rounded: Callable[[Floats], Floats]) -> Callable[..., Value]:
    def converted(value: Value) -> Value:
        if value.type == INTEGER:
            return value
        # Beyond 2**63 the cast raises; the result is whole, so nothing is cut off.
        return by_numpy(rounded, FLOAT, value).cast(INTEGER)

    return converted


def _round(value: Value, decimals: int | None = None) -> Value:
    if decimals is None:
        return _to_integer(np.rint)(value)
    return by_numpy(lambda x: portable.power_of_ten_round(x, decimals), FLOAT, convert(value, FLOAT))


def _sigmoid(x: Floats) -> Floats:
    # Of the magnitude, so that nothing overflows; both halves are exact mirror images.
    small = portable.exp(-np.abs(x))
    halves: Floats = np.where(x < 0, small, 1.0) / (1.0 + small)
    return halves


def _power(value: Value, exponent: int) -> Value:
    result = value
    for _ in range(exponent - 1):
        result = finite(kernels.multiply_checked(result, value))
    return result


def _clip(value: Value, low: Value, high: Value) -> Value:
    least = kernels.max_element_wise(value, low, skip_nulls=False)
    return kernels.min_element_wise(least, high, skip_nulls=False)


def _concat(*values: Value) -> Value:
    size: Value = pa.scalar(0, INTEGER)
    for value in values:
        size = kernels.add(size, convert(kernels.binary_length(value), INTEGER))
    longest = size.as_py() if isinstance(size, pa.Scalar) else kernels.max(size).as_py()
    if longest is not None and longest > MAX_STRING_BYTES:
        raise pa.ArrowInvalid(f"concat would make {longest} bytes; at most {MAX_STRING_BYTES} fit")
    return kernels.binary_join_element_wise(*values, "", null_handling="emit_null")


def _add_days(time: Value, days: Value) -> Value:
    days = convert(days, INTEGER)
    if time.type == DATE:
        moved = kernels.add_checked(time.cast(pa.int32()).cast(INTEGER), days)
        _refuse_far(moved, 1)
        return moved.cast(pa.int32()).cast(DATE)
    moved = kernels.add_checked(time.cast(INTEGER), kernels.multiply_checked(days, _DAY))
    _refuse_far(moved, _DAY)
    return moved.cast(DATETIME)


def _refuse_far(moved: Value, day: int) -> None:
    within = kernels.and_(
        kernels.greater_equal(moved, _FIRST_DAY * day), kernels.less(moved, _LAST_DAY * day)
    )
    if kernels.all(within).as_py() is False:
        raise pa.ArrowInvalid("a date would leave the years 1 to 9998")


def _days_between(start: Value, end: Value) -> Value:
    return kernels.days_between(convert(start, DATE), convert(end, DATE))


def _read_decimals(value: object) -> int:
    if type(value) is not int or not -9 <= value <= 9:
        raise ValueError
    return value


def _read_exponent(value: object) -> int:
    if type(value) is not int or not 1 <= value <= 8:
        raise ValueError
    return value


def _read_date(value: object) -> pa.Scalar[Any]:
    if not isinstance(value, str):
        raise ValueError
    return pa.scalar(datetime.date.fromisoformat(value), DATE)


def _read_datetime(value: object) -> pa.Scalar[Any]:
    if not isinstance(value, str):
        raise ValueError
    time = datetime.datetime.fromisoformat(value)
    if time.tzinfo is not None:
        raise ValueError
    return pa.scalar(time, DATETIME)


_DECIMALS = Literal("a whole number of decimals from -9 to 9, written out", _read_decimals)
_EXPONENT = Literal("a whole number from 1 to 8, written out", _read_exponent)
_DATE = Literal("a date in quotes, such as '2024-01-31'", _read_date)
_DATETIME = Literal("a date and time in quotes, such as '2024-01-31 12:00'", _read_datetime)

_TABLE = [
    Function("abs(x)", "x without its sign", (NUMBER,), _first, kernels.abs_checked),
    Function(
        "min(a, b, ...)",
        "the least; null if one is null",
        (NUMBER + TIME,) * 2,
        common,
        _together(lambda *values: kernels.min_element_wise(*values, skip_nulls=False)),
        repeats=True,
    ),
    Function(
        "max(a, b, ...)",
        "the greatest; null if one is null",
        (NUMBER + TIME,) * 2,
        common,
        _together(lambda *values: kernels.max_element_wise(*values, skip_nulls=False)),
        repeats=True,
    ),
    Function("clip(x, low, high)", "x, kept within bounds", (NUMBER,) * 3, common, _together(_clip)),
    Function(
        "round(x, decimals)",
        "x to so many decimals, half to even; a whole number without `decimals`",
        (NUMBER, _DECIMALS),
        lambda kinds: INTEGER if len(kinds) == 1 else FLOAT,
        _round,
        optional=1,
    ),
    Function("floor(x)", "the whole number below", (NUMBER,), _always(INTEGER), _to_integer(np.floor)),
    Function("ceil(x)", "the whole number above", (NUMBER,), _always(INTEGER), _to_integer(np.ceil)),
    Function("sqrt(x)", "the square root; null below 0", (NUMBER,), _always(FLOAT), _of_floats(np.sqrt)),
    Function("exp(x)", "e to the power of x", (NUMBER,), _always(FLOAT), _of_floats(portable.exp)),
    Function(
        "log(x)",
        "the natural logarithm; null for 0 and below",
        (NUMBER,),
        _always(FLOAT),
        _of_floats(portable.log),
    ),
    Function("sigmoid(x)", "1 / (1 + exp(-x))", (NUMBER,), _always(FLOAT), _of_floats(_sigmoid)),
    Function("power(x, n)", "x multiplied n times, n from 1 to 8", (NUMBER, _EXPONENT), _first, _power),
    Function("is_null(x)", "whether x is missing; never null", (ANY,), _always(BOOLEAN), kernels.is_null),
    Function(
        "coalesce(a, b, ...)",
        "the first that is not null",
        (ANY,) * 2,
        common,
        _together(kernels.coalesce),
        repeats=True,
    ),
    Function("lower(s)", "s in small letters", (TEXT,), _always(STRING), kernels.utf8_lower),
    Function("upper(s)", "s in capitals", (TEXT,), _always(STRING), kernels.utf8_upper),
    Function(
        "length(s)",
        "how many characters s has",
        (TEXT,),
        _always(INTEGER),
        lambda value: convert(kernels.utf8_length(value), INTEGER),
    ),
    Function("string(x)", "x as text", (ANY,), _always(STRING), lambda value: convert(value, STRING)),
    Function(
        "concat(a, b, ...)",
        f"strings joined, at most {MAX_STRING_BYTES} bytes",
        (TEXT,) * 2,
        _always(STRING),
        _concat,
        repeats=True,
    ),
    Function(
        "starts_with(s, start)",
        "whether s begins with a string that is written out",
        (TEXT, Literal("a string in quotes", lambda value: _read_string(value))),
        _always(BOOLEAN),
        lambda value, start: kernels.starts_with(value, pattern=start),
    ),
    Function(
        "ends_with(s, end)",
        "whether s ends with a string that is written out",
        (TEXT, Literal("a string in quotes", lambda value: _read_string(value))),
        _always(BOOLEAN),
        lambda value, end: kernels.ends_with(value, pattern=end),
    ),
    Function(
        "contains(s, part)",
        "whether a string that is written out is in s, letter for letter",
        (TEXT, Literal("a string in quotes", lambda value: _read_string(value))),
        _always(BOOLEAN),
        lambda value, part: kernels.match_substring(value, pattern=part),
    ),
    Function("date('2024-01-31')", "that day", (_DATE,), _always(DATE), lambda day: day),
    Function(
        "datetime('2024-01-31 12:00')",
        "that time",
        (_DATETIME,),
        _always(DATETIME),
        lambda time: time,
    ),
    Function("year(t)", "the year of a date or time", (TIME,), _always(INTEGER), kernels.year),
    Function("month(t)", "the month, 1 to 12", (TIME,), _always(INTEGER), kernels.month),
    Function("day(t)", "the day of the month, 1 to 31", (TIME,), _always(INTEGER), kernels.day),
    Function("weekday(t)", "0 for Monday to 6 for Sunday", (TIME,), _always(INTEGER), kernels.day_of_week),
    Function("hour(t)", "the hour, 0 to 23", ((DATETIME,),), _always(INTEGER), kernels.hour),
    Function(
        "add_days(t, days)",
        "so many days later",
        (TIME, (INTEGER,)),
        _first,
        _add_days,
    ),
    Function(
        "days_between(start, end)",
        "how many midnights lie between",
        (TIME, TIME),
        _always(INTEGER),
        _days_between,
    ),
]


def _read_string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


FUNCTIONS: dict[str, Function] = {entry.signature.partition("(")[0]: entry for entry in _TABLE}
"""The functions by name."""
