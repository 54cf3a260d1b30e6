"""Functions of strings. None can make a string much longer than those that it is given."""

from __future__ import annotations

import pyarrow as pa

from .function import ANY, TEXT, Function, Literal, always, whole_number
from .kinds import BOOLEAN, INTEGER, STRING, Value, convert, kernels

__all__ = ["MAX_STRING_BYTES", "TEXT_FUNCTIONS"]

MAX_STRING_BYTES = 4_096
"""The longest string that `concat` makes; a chain of columns could double it without end."""


def _concat(*values: Value) -> Value:
    size: Value = pa.scalar(0, INTEGER)
    for value in values:
        size = kernels.add(size, convert(kernels.binary_length(value), INTEGER))
    longest = size.as_py() if isinstance(size, pa.Scalar) else kernels.max(size).as_py()
    if longest is not None and longest > MAX_STRING_BYTES:
        raise pa.ArrowInvalid(f"concat would make {longest} bytes; at most {MAX_STRING_BYTES} fit")
    return kernels.binary_join_element_wise(*values, "", null_handling="emit_null")


def _read_string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


_WRITTEN = Literal("a string in quotes", _read_string)
_COUNT = whole_number("how many characters, a whole number", 1, MAX_STRING_BYTES)

TEXT_FUNCTIONS = (
    Function("lower(s)", "s in small letters", (TEXT,), always(STRING), kernels.utf8_lower),
    Function("upper(s)", "s in capitals", (TEXT,), always(STRING), kernels.utf8_upper),
    Function(
        "trim(s)", "s without blanks at its ends", (TEXT,), always(STRING), kernels.utf8_trim_whitespace
    ),
    Function(
        "length(s)",
        "how many characters s has",
        (TEXT,),
        always(INTEGER),
        lambda value: convert(kernels.utf8_length(value), INTEGER),
    ),
    Function(
        "first(s, n)",
        "the first n characters, or all where there are fewer",
        (TEXT, _COUNT),
        always(STRING),
        lambda value, count: kernels.utf8_slice_codeunits(value, start=0, stop=count),
    ),
    Function(
        "last(s, n)",
        "the last n characters, or all where there are fewer",
        (TEXT, _COUNT),
        always(STRING),
        lambda value, count: kernels.utf8_slice_codeunits(value, start=-count),
    ),
    Function("string(x)", "x as text", (ANY,), always(STRING), lambda value: convert(value, STRING)),
    Function(
        "concat(a, b, ...)",
        f"strings joined, at most {MAX_STRING_BYTES} bytes",
        (TEXT,) * 2,
        always(STRING),
        _concat,
        repeats=True,
    ),
    Function(
        "starts_with(s, start)",
        "whether s begins with a string that is written out",
        (TEXT, _WRITTEN),
        always(BOOLEAN),
        lambda value, start: kernels.starts_with(value, pattern=start),
    ),
    Function(
        "ends_with(s, end)",
        "whether s ends with a string that is written out",
        (TEXT, _WRITTEN),
        always(BOOLEAN),
        lambda value, end: kernels.ends_with(value, pattern=end),
    ),
    Function(
        "contains(s, part)",
        "whether a string that is written out is in s, letter for letter",
        (TEXT, _WRITTEN),
        always(BOOLEAN),
        lambda value, part: kernels.match_substring(value, pattern=part),
    ),
)
