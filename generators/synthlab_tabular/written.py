"""How days, times and numbers are written in real tables, and what they mean.

Only what all values of a column agree with is taken; a day that no calendar has, or one value written in
another way, and the column stays a column of strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from .column import Array

__all__ = ["Times", "numbers_in", "times_in"]

_ISO_DATE = r"^\d{4}-\d\d-\d\d$"
_ISO_TIME = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$"
_YEARS = (1850, 2150)
"""Eight digits are a day only when its year is between these."""

# How the parts of a day are written: the sign of strptime, and what it may look like.
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_NAMED = r"(?P<month>(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
_FULL = (
    r"(?P<month>(?i:january|february|march|april|may|june|july|august|september|october|november|december))"
)
_FORMS = [
    ("%Y/%m/%d", rf"(?P<year>\d{{4}})/{_MONTH}/{_DAY}"),
    ("%Y.%m.%d", rf"(?P<year>\d{{4}})\.{_MONTH}\.{_DAY}"),
    ("%m/%d/%Y", rf"{_MONTH}/{_DAY}/(?P<year>\d{{4}})"),
    ("%d/%m/%Y", rf"{_DAY}/{_MONTH}/(?P<year>\d{{4}})"),
    ("%d.%m.%Y", rf"{_DAY}\.{_MONTH}\.(?P<year>\d{{4}})"),
    ("%d-%m-%Y", rf"{_DAY}-{_MONTH}-(?P<year>\d{{4}})"),
    ("%m-%d-%Y", rf"{_MONTH}-{_DAY}-(?P<year>\d{{4}})"),
    ("%m/%d/%y", rf"{_MONTH}/{_DAY}/(?P<year>\d\d)"),
    ("%d/%m/%y", rf"{_DAY}/{_MONTH}/(?P<year>\d\d)"),
    ("%d.%m.%y", rf"{_DAY}\.{_MONTH}\.(?P<year>\d\d)"),
    ("%d %b %Y", rf"{_DAY} {_NAMED} (?P<year>\d{{4}})"),
    ("%d-%b-%Y", rf"{_DAY}-{_NAMED}-(?P<year>\d{{4}})"),
    ("%d-%b-%y", rf"{_DAY}-{_NAMED}-(?P<year>\d\d)"),
    ("%d %B %Y", rf"{_DAY} {_FULL} (?P<year>\d{{4}})"),
    ("%b %d, %Y", rf"{_NAMED} {_DAY}, (?P<year>\d{{4}})"),
    ("%B %d, %Y", rf"{_FULL} {_DAY}, (?P<year>\d{{4}})"),
    ("%Y%m%d", r"(?P<year>\d{4})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"),
]
_CLOCKS = [
    ("", ""),
    (" %H:%M", r" (?:[01]?\d|2[0-3]):[0-5]\d"),
    (" %H:%M:%S", r" (?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d"),
    (" %I:%M %p", r" (?:0?[1-9]|1[0-2]):[0-5]\d (?i:am|pm)"),
    (" %I:%M:%S %p", r" (?:0?[1-9]|1[0-2]):[0-5]\d:[0-5]\d (?i:am|pm)"),
]
_TOLD = {
    "%Y": "year", "%y": "year", "%m": "month", "%d": "day", "%b": "month", "%B": "month",
    "%H": "hour", "%I": "hour", "%M": "minute", "%S": "second", "%p": "am or pm",
}  # fmt: skip


@dataclass(frozen=True)
class Times:
    """A column of days or times."""

    type: Literal["date", "datetime"]
    values: Array
    """Days or seconds since 1970, null where missing."""
    format: str | None
    """How they are written, for `strftime`; None for the standard form."""
    note: str


def times_in(values: Array, *, by_name: bool = False) -> Times | None:
    """Return the days or times that a column of strings holds, or None.

    `by_name` says that the column is called a date: without it, eight digits are a number.
    """
    present = values.drop_null()
    try:
        if _all(present, _ISO_DATE):
            return Times("date", _days(values.cast(pa.date32())), None, "")
        if _all(present, _ISO_TIME):
            return Times("datetime", _seconds(values.cast(pa.timestamp("us"))), None, "")
        if _all(present, _ISO_TIME[:-1] + r"(Z|[+-]\d\d:?\d\d)$"):
            moments = values.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
            return Times("datetime", _seconds(moments), None, "in UTC")
    except pa.ArrowInvalid:
        return None  # 2024-02-30: no day, so a string
    found = [
        (day + clock, form + time)
        for day, form in _FORMS
        if by_name or day != "%Y%m%d"
        for clock, time in _CLOCKS
        if _all(present, f"^{_unnamed(form + time)}$")
    ]
    right = [(form, read) for form, pattern in found if (read := _read(values, form, pattern)) is not None]
    if not right:
        return None
    form, read = right[0]
    told = re.sub(r"%[A-Za-z]", lambda sign: _TOLD[sign.group()], form)
    unclear = {other.replace("%m", "%d") for other, _ in right}
    note = f"written {told}"
    if len(right) > 1 and len(unclear) < len(right):
        note += " as no number above 12 says otherwise"
    if re.search(" %[HI]", form):
        return Times("datetime", _seconds(read), form, note)
    return Times("date", _days(read.cast(pa.date32())), form, note)


def _read(values: Array, form: str, pattern: str) -> Array | None:
    """Return the moments, or None where one of them is in no calendar."""
    moments = pc.strptime(values, format=form, unit="s", error_is_null=True)
    if moments.null_count != values.null_count:
        return None
    present = moments.drop_null()
    # The 30th of February is read as the 1st of March.
    days = pc.struct_field(pc.extract_regex(values.drop_null(), f"^{pattern}$"), "day")
    if pc.any(pc.not_equal(days.cast(pa.int64()), pc.day(present))).as_py():
        return None
    years = pc.min_max(pc.year(present)).as_py()
    return moments if _YEARS[0] <= years["min"] and years["max"] <= _YEARS[1] else None


def _unnamed(pattern: str) -> str:
    return pattern.replace("?P<day>", "").replace("?P<month>", "").replace("?P<year>", "")


def _days(values: Array) -> Array:
    return values.cast(pa.int32()).cast(pa.float64())


def _seconds(values: Array) -> Array:
    unit = {"s": 1.0, "us": 1e6}[values.type.unit]
    return pc.floor(pc.divide(values.cast(pa.int64()).cast(pa.float64()), unit))


_SIGNS = r"[$€£¥₹]"
_GROUPED = r"\d{1,3}(,\d{3})+(\.\d+)?"
_WRITTEN = [
    ("with a sign of a currency", rf"^-?{_SIGNS} ?-?({_GROUPED}|\d+(\.\d+)?)$", rf"{_SIGNS} ?|,"),
    ("with a sign of a currency", rf"^-?({_GROUPED}|\d+(\.\d+)?) ?{_SIGNS}$", rf" ?{_SIGNS}|,"),
    ("in percent", r"^-?\d+(\.\d+)? ?%$", r" ?%"),
    ("with commas between the thousands", rf"^-?({_GROUPED}|\d{{1,3}}(\.\d+)?)$", ","),
]
_POINTS = r"^-?\d{1,3}(\.\d{3})*,\d+$"
_COMMAS = r"^-?\d+,\d+$"


def numbers_in(values: Array) -> tuple[Array, str] | None:
    """Return the numbers of a column as Python writes them, and how they were written, or None."""
    present = values.drop_null()
    for words, pattern, noise in _WRITTEN:
        if _all(present, pattern) and not _all(present, r"^[-.\d]+$"):
            return pc.replace_substring_regex(values, noise, ""), words
    if _all(present, f"{_COMMAS}|{_POINTS}"):
        whole = pc.replace_substring(values, ".", "")
        return pc.replace_substring(whole, ",", "."), "with a decimal comma"
    return None


def _all(values: Array, pattern: str) -> bool:
    # Of most forms, the first value says that it is another.
    return all(
        bool(pc.all(pc.match_substring_regex(part, pattern)).as_py()) for part in (values.slice(0, 1), values)
    )
