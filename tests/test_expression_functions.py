"""The functions of expressions: what they do with null, with what they cannot hold, and with other types."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa
import pytest

from synthlab.expressions import ExpressionError, compile

TYPES: dict[str, pa.DataType] = {
    "a": pa.int64(),
    "x": pa.float64(),
    "p": pa.bool_(),
    "s": pa.string(),
    "day": pa.date32(),
    "at": pa.timestamp("s"),
}


def moment(*parts: int) -> datetime.datetime:
    """Return a time without a zone, which is what columns hold."""
    return datetime.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def value(source: str, **row: Any) -> Any:
    """Return what an expression gives for one row."""
    columns = {name: pa.array([cell]).cast(TYPES[name]) for name, cell in row.items()}
    return compile(source, TYPES).evaluate(columns, 1)[0].as_py()


def fault(source: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        compile(source, TYPES)
    return caught.value


SAME = ["log10", "tanh", "sin", "cos", "sqrt", "exp", "log", "sigmoid", "number"]


@pytest.mark.parametrize("name", SAME)
def test_functions_of_floats_keep_null_and_take_whole_numbers(name: str) -> None:
    assert compile(f"{name}(a)", TYPES).type == pa.float64()
    assert value(f"{name}(x)", x=None) is None
    assert value(f"{name}(a)", a=2) == value(f"{name}(x)", x=2.0)


@pytest.mark.parametrize(
    ("source", "row"),
    [
        ("integer(x)", {"x": None}),
        ("integer(p)", {"p": None}),
        ("sign(x)", {"x": None}),
        ("trim(s)", {"s": None}),
        ("first(s, 1)", {"s": None}),
        ("last(s, 1)", {"s": None}),
        ("quarter(day)", {"day": None}),
        ("day_of_year(at)", {"at": None}),
        ("minute(at) + second(at)", {"at": None}),
        ("add_seconds(at, 1)", {"at": None}),
        ("add_seconds(at, a)", {"at": moment(2024, 1, 1), "a": None}),
        ("seconds_between(at, day)", {"at": None, "day": datetime.date(2024, 1, 1)}),
        ("sin(x)", {"x": 1e9}),
        ("cos(x)", {"x": -1e9}),
        ("log10(x)", {"x": 0.0}),
    ],
)
def test_functions_give_null_for_what_is_unknown(source: str, row: dict[str, Any]) -> None:
    assert value(source, **row) is None


@pytest.mark.parametrize(
    ("source", "row", "message"),
    [
        ("integer(x)", {"x": 1e19}, "too large for 64 bits"),
        ("add_seconds(at, a)", {"at": moment(2024, 1, 1), "a": 2**62}, "too large for 64 bits"),
        ("add_seconds(at, a)", {"at": moment(2024, 1, 1), "a": 10**12}, "years 1 to 9998"),
        ("add_seconds(at, a)", {"at": moment(2024, 1, 1), "a": -(10**12)}, "years 1 to 9998"),
    ],
)
def test_what_cannot_be_held_is_an_error(source: str, row: dict[str, Any], message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        value(source, **row)


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("tanh(s)", (5, 1)),
        ("sin(p)", (4, 1)),
        ("integer(s)", (8, 1)),
        ("number(day)", (7, 3)),
        ("trim(a)", (5, 1)),
        ("first(s, a)", (9, 1)),
        ("first(s, 0)", (9, 1)),
        ("last(s, -1)", (8, 2)),
        ("minute(day)", (7, 3)),
        ("add_seconds(at, x)", (16, 1)),
        ("quarter(a)", (8, 1)),
    ],
)
def test_functions_refuse_other_types_where_they_stand(source: str, where: tuple[int, int]) -> None:
    error = fault(source)
    assert (error.offset, error.length) == where
