"""Functions of dates and times, all without a zone."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from .function import Function, Literal, always, first
from .kinds import DATE, DATETIME, INTEGER, TIME, Value, convert, kernels

__all__ = ["TIME_FUNCTIONS"]

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_FIRST_DAY, _LAST_DAY = (datetime.date(year, 1, 1).toordinal() - 719_163 for year in (1, 9999))


def _date_of(time: Value) -> Value:
    # A whole number of days, so that the cast loses nothing.
    return time if time.type == DATE else kernels.floor_temporal(time, unit="day").cast(DATE)


def _add_days(time: Value, days: Value) -> Value:
    days = convert(days, INTEGER)
    if time.type == DATE:
        moved = kernels.add_checked(time.cast(pa.int32()).cast(INTEGER), days)
        _refuse_far(moved, 1)
        return moved.cast(pa.int32()).cast(DATE)
    return _moved(time, kernels.multiply_checked(days, _DAY))


def _add_seconds(time: Value, seconds: Value) -> Value:
    return _moved(convert(time, DATETIME), kernels.multiply_checked(convert(seconds, INTEGER), _SECOND))


def _moved(time: Value, microseconds: Value) -> Value:
    moved = kernels.add_checked(time.cast(INTEGER), microseconds)
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


def _seconds_between(start: Value, end: Value) -> Value:
    return kernels.seconds_between(convert(start, DATETIME), convert(end, DATETIME))


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


def _part(name: str, summary: str, run: Callable[[Value], Value], kinds: tuple[Any, ...] = TIME) -> Function:
    """Return the function that gives one part of a date or time."""
    return Function(f"{name}(t)", summary, (kinds,), always(INTEGER), run)


_DATE = Literal("a date in quotes, such as '2024-01-31'", _read_date)
_DATETIME = Literal("a date and time in quotes, such as '2024-01-31 12:00'", _read_datetime)

TIME_FUNCTIONS = (
    Function("date('2024-01-31')", "that day", (_DATE,), always(DATE), lambda day: day),
    Function("datetime('2024-01-31 12:00')", "that time", (_DATETIME,), always(DATETIME), lambda time: time),
    _part("year", "the year of a date or time", kernels.year),
    _part("quarter", "the quarter of the year, 1 to 4", kernels.quarter),
    _part("month", "the month, 1 to 12", kernels.month),
    _part("day", "the day of the month, 1 to 31", kernels.day),
    _part("day_of_year", "the day of the year, 1 to 366", kernels.day_of_year),
    _part("weekday", "0 for Monday to 6 for Sunday", kernels.day_of_week),
    _part("hour", "the hour, 0 to 23", kernels.hour, (DATETIME,)),
    _part("minute", "the minute, 0 to 59", kernels.minute, (DATETIME,)),
    _part("second", "the second, 0 to 59", kernels.second, (DATETIME,)),
    Function("date_of(t)", "the day of a date or time", (TIME,), always(DATE), _date_of),
    Function("add_days(t, days)", "so many days later", (TIME, (INTEGER,)), first, _add_days),
    Function(
        "add_seconds(t, seconds)",
        "so many seconds later; a date is taken at midnight",
        (TIME, (INTEGER,)),
        always(DATETIME),
        _add_seconds,
    ),
    Function(
        "days_between(start, end)",
        "how many midnights lie between; negative when the end is earlier",
        (TIME, TIME),
        always(INTEGER),
        _days_between,
    ),
    Function(
        "seconds_between(start, end)",
        "how many seconds begin between; negative when the end is earlier",
        (TIME, TIME),
        always(INTEGER),
        _seconds_between,
    ),
)
