"""What each column of a real table is, decided by rules that a person can read.

By default a column of strings is left out: only values that many rows share may leave the table.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .column import Array, Floats, array
from .personal import by_value, stand_in, words_of
from .written import numbers_in, times_in

__all__ = [
    "FEW",
    "Categories",
    "Constant",
    "Counter",
    "LeftOut",
    "MadeUp",
    "Numbers",
    "Profile",
    "as_categories",
    "as_numbers",
    "behind",
    "profile",
    "some",
]

FEW = 5
"""A value that fewer rows have is nobody else's business."""
MOST_CATEGORIES = 100
FEW_INTEGERS = 10
FREE_TEXT = 4
"""Values of so many words that differ from row to row are sentences."""
LEAST_COVERED = 0.9
"""Of a column of strings, the share of rows whose value at least `FEW` rows have."""

_INTEGER = r"^-?(0|[1-9]\d{0,14})$"
_LONG = r"^\d{16,}$"
_NUMBER = r"^[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?$"
_CALLED_DATE = re.compile(r"(^|[^a-z])(date|day|dob|birth(day)?|on|at|time)([^a-z]|$)")
_IDENTIFIER = re.compile(
    r"(^|[^a-z])(id|ids|uuid|guid|key|ssn|iban|bic|phone|mobile|fax|account|acct|card|pan|passport|licen[cs]e"
    r"|e?-?mail|contact|(first|last|full|sur|user)[ _-]?name|name|surname|user|username|login|patient"
    r"|address|street|ip|mac|vin|imei|plate|url|signature)([^a-z]|$)"
)


@dataclass(frozen=True)
class Numbers:
    """A column of numbers, days or times, with its extremes hidden."""

    name: str
    type: Literal["integer", "number", "date", "datetime"]
    values: Floats
    """NaN where missing."""
    decimals: int | None
    low: float
    high: float
    missing: float
    note: str
    format: str | None = None
    """How days and times are written, when not in the standard form."""
    real: Floats = field(default_factory=lambda: np.empty(0))
    """The values with their extremes, by which other columns may follow; never learned."""
    whose: npt.NDArray[np.int64] | None = None
    """Of whom each row is, where somebody has many."""


@dataclass(frozen=True)
class Categories:
    """A column of a few values, none of them rare; the last is None when values are missing."""

    name: str
    type: Literal["string", "integer", "boolean"]
    values: list[str | int | bool | None]
    codes: npt.NDArray[np.int64]
    note: str


@dataclass(frozen=True)
class Constant:
    """A column with the same value in every row."""

    name: str
    value: str | int | float
    note: str


@dataclass(frozen=True)
class Counter:
    """A column of numbers that count the rows."""

    name: str
    note: str


@dataclass(frozen=True)
class MadeUp:
    """A column that tells who or which one: no value of it is used, others of its kind are made up."""

    name: str
    keys: Mapping[str, Any]
    """Of the column that makes them."""
    unique: bool
    missing: npt.NDArray[np.bool_]
    note: str


@dataclass(frozen=True)
class LeftOut:
    """A column that is not learned."""

    name: str
    note: str


Profile = Numbers | Categories | Constant | Counter | MadeUp | LeftOut


def profile(
    name: str, values: Array, *, is_target: bool = False, whose: npt.NDArray[np.int64] | None = None
) -> Profile:
    """Return what a column of strings is; a target is taken for classes where it can be.

    `whose` says of whom each row is, where somebody has many rows: a value that a few have is rare, in
    however many rows.
    """
    found = _profile(name, values, is_target, whose)
    if not isinstance(found, LeftOut) or is_target or values.null_count == len(values):
        return found
    instead = stand_in(name, values)
    if instead is None:
        return found
    present = values.drop_null()
    unique = len(present.unique()) == len(present) == len(values)
    lost = np.asarray(values.is_null())
    return MadeUp(name, instead.keys, unique, lost, f"{instead.why}: made up, of nobody")


def _profile(name: str, values: Array, is_target: bool, whose: npt.NDArray[np.int64] | None) -> Profile:
    present = values.drop_null()
    missing = len(values) - len(present)
    if not len(present):
        return LeftOut(name, "left out: every value is missing")
    counts = _count(values, whose)
    if len(counts) == 1 and not missing and times_in(present) is None:
        return Constant(name, _typed(next(iter(counts))), "the same value in every row")
    if _all(pc.utf8_lower(present), "^(true|false)$"):
        lower = pc.utf8_lower(values)
        return _categories(name, "boolean", lower, _count(lower, whose), whose)
    times = times_in(values, by_name=_CALLED_DATE.search(words_of(name)) is not None)
    if times is not None:
        note = f", {times.note}" if times.note else ""
        return _numbers(name, times.type, times.values, 0, whose, note, times.format)
    if _says_identifier(name) and not is_target and not _all(present, _INTEGER):
        return LeftOut(name, "left out: by its name it says who or which one")
    if _all(present, r"^\d{13,19}$") and (found := by_value(present)) is not None:
        return LeftOut(name, f"left out: {found.why}")
    if _all(present, _LONG):
        return LeftOut(name, "left out: numbers of so many digits are identifiers")
    if _all(present, _INTEGER):
        if _few(counts, is_target) and (is_target or not _says_identifier(name)):
            return _categories(name, "integer", values, counts, whose)
        if named := _identifier(name, present, counts):
            return named if not missing else LeftOut(name, f"left out: {named.note}")
        return _numbers(name, "integer", values.cast(pa.int64()).cast(pa.float64()), 0, whose)
    if _all(present, _NUMBER):
        decimals = _decimals(present)
        return _numbers(name, "number", values.cast(pa.float64()), decimals, whose)
    if (written := numbers_in(values)) is not None:
        plain = _profile(name, written[0], is_target, whose)
        return plain if isinstance(plain, LeftOut) else replace(plain, note=f"{plain.note}, {written[1]}")
    return _strings(name, values, counts, whose)


def as_categories(name: str, values: Array, whose: npt.NDArray[np.int64] | None) -> Profile:
    """Return a column of strings as categories, however many there are; rare ones go all the same."""
    whole = _all(values.drop_null(), _INTEGER)
    return _categories(name, "integer" if whole else "string", values, _count(values, whose), whose)


def as_numbers(
    name: str,
    values: Array,
    whose: npt.NDArray[np.int64] | None,
    kind: Literal["number", "date", "datetime"] = "number",
    form: str | None = None,
) -> Profile:
    """Return a column as numbers, or as days or seconds since 1970, whatever it is called."""
    if kind != "number":
        return _numbers(name, kind, values, 0, whose, "", form)
    present = values.drop_null()
    if _all(present, _INTEGER):
        return _numbers(name, "integer", values.cast(pa.int64()).cast(pa.float64()), 0, whose)
    return _numbers(name, "number", values.cast(pa.float64()), _decimals(present), whose)


def some(column: Numbers | Categories, rows: npt.NDArray[np.int64]) -> Numbers | Categories:
    """Return a column of these rows alone."""
    if isinstance(column, Categories):
        return replace(column, codes=column.codes[rows])
    values = column.values[rows]
    return replace(column, values=values, missing=float(np.isnan(values).mean()))


def _few(counts: Mapping[str, int], is_target: bool) -> bool:
    most = 2 * FEW_INTEGERS if is_target else FEW_INTEGERS
    return len(counts) <= most and min(counts.values()) >= FEW


def _identifier(name: str, present: Array, counts: Mapping[str, int]) -> Counter | LeftOut | None:
    """Return what to do with numbers that name a row or a person, or None when they measure."""
    if len(counts) < 0.95 * len(present) or len(present) < 2 * FEW:
        if not _says_identifier(name):
            return None
        return LeftOut(name, "left out: by its name it says who or which one")
    numbers = present.cast(pa.int64()).to_numpy()
    unique = len(counts) == len(present)
    dense = unique and int(numbers.max()) - int(numbers.min()) < 2 * len(numbers)
    if unique and (dense or _says_identifier(name)):
        return Counter(name, "an identifier: replaced by 1, 2, 3, ...")
    if _says_identifier(name) or min(map(len, counts)) >= 9:
        return LeftOut(name, "left out: it looks like an identifier")
    return None


def _says_identifier(name: str) -> bool:
    return _IDENTIFIER.search(words_of(name)) is not None


def _numbers(
    name: str,
    kind: Literal["integer", "number", "date", "datetime"],
    values: Array,
    decimals: int | None,
    whose: npt.NDArray[np.int64] | None,
    written: str = "",
    form: str | None = None,
) -> Profile:
    numbers: Floats = values.to_numpy(zero_copy_only=False)
    known = np.flatnonzero(~np.isnan(numbers))
    rising = known[np.argsort(numbers[known], kind="stable")]
    present = numbers[rising]
    if not np.isfinite(present).all():
        return LeftOut(name, "left out: it holds numbers that are too large")
    people = len(present) if whose is None else len(np.unique(whose[rising]))
    if people < 4 * FEW:
        return LeftOut(name, f"left out: only {people} rows have a value")
    low, high = (float(numbers[_last_of_few(order, whose)]) for order in (rising, rising[::-1]))
    if low == high:
        return LeftOut(name, f"left out: fewer than {2 * FEW} rows differ from the usual value")
    least, greatest = _outward(low, high, decimals)
    hidden = _hidden(numbers, low, least, high, greatest)
    missing = 1 - len(present) / len(numbers)
    words = {"integer": "whole numbers", "number": "numbers", "date": "days", "datetime": "times"}
    note = f"{words[kind]} from {_shown(least, kind)} to {_shown(greatest, kind)}{written}"
    if missing:
        note += f", {missing:.1%} missing"
    return Numbers(
        name, kind, hidden, decimals, least, greatest, round(missing, 4), note, form, numbers, whose
    )


def _last_of_few(order: npt.NDArray[np.int64], whose: npt.NDArray[np.int64] | None) -> int:
    """Return the row up to which, in this order, rows are of `FEW` different ones."""
    if whose is None:
        return int(order[FEW - 1])
    firsts = np.sort(np.unique(whose[order], return_index=True)[1])
    return int(order[firsts[FEW - 1]])


def _hidden(numbers: Floats, low: float, least: float, high: float, greatest: float) -> Floats:
    """Return the numbers with the few extremes at even steps between the next ones and the bounds.

    They keep their order but not their values. On the bounds themselves they would weigh too much.
    """
    result = numbers.copy()
    for last, bound, outside in ((low, least, numbers < low), (high, greatest, numbers > high)):
        rows = np.flatnonzero(outside)
        nearest_first = rows[np.argsort(np.abs(numbers[rows] - last), kind="stable")]
        steps = np.arange(1, len(rows) + 1) / max(FEW, len(rows) + 1)
        result[nearest_first] = last + (bound - last) * steps
    return result


def _outward(low: float, high: float, decimals: int | None) -> tuple[float, float]:
    """Return bounds of about two digits of the range, with the range inside."""
    exponent = math.floor(math.log10(high - low)) - 1
    if decimals is not None:
        exponent = max(exponent, -decimals)
    step = float(f"1e{exponent}")
    clean = max(0, -exponent)
    return round(math.floor(low / step) * step, clean), round(math.ceil(high / step) * step, clean)


def _shown(value: float, kind: str) -> str:
    start = datetime.datetime(1970, 1, 1)  # noqa: DTZ001  times here are without a zone
    if kind == "date":
        return f"{start + datetime.timedelta(days=value):%Y-%m-%d}"
    if kind == "datetime":
        return f"{start + datetime.timedelta(seconds=value):%Y-%m-%d %H:%M}"
    return f"{value:.15g}"


def _decimals(present: Array) -> int | None:
    """Return the most decimals written, or None when there are exponents or very many."""
    if pc.any(pc.match_substring_regex(present, "[eE]")).as_py():
        return None
    lengths = pc.utf8_length(pc.replace_substring_regex(present, r"^[^.]*\.?", ""))
    most: int = pc.max(lengths).as_py()
    return most if most <= 9 else None


def _strings(
    name: str, values: Array, counts: Mapping[str, int], whose: npt.NDArray[np.int64] | None
) -> Profile:
    total = sum(counts.values())
    common = {value: count for value, count in counts.items() if count >= FEW}
    if _says_identifier(name) or any("@" in value for value in counts):
        return LeftOut(name, "left out: it looks like an identifier or a contact")
    if (found := by_value(array(list(counts), pa.string()))) is not None:
        return LeftOut(name, f"left out: {found.why}")
    words = sum(value.count(" ") + 1 for value in counts) / len(counts)
    if words >= FREE_TEXT and len(counts) > 0.5 * total:
        return LeftOut(name, f"left out: free text, of {words:.0f} words in the mean")
    if sum(common.values()) < LEAST_COVERED * total:
        return LeftOut(name, f"left out: too many of its {len(counts)} values are in few rows")
    if len(common) > MOST_CATEGORIES:
        return LeftOut(name, f"left out: {len(counts)} different values are too many for categories")
    return _categories(name, "string", values, counts, whose)


def _categories(
    name: str,
    kind: Literal["string", "integer", "boolean"],
    values: Array,
    counts: Mapping[str, int],
    whose: npt.NDArray[np.int64] | None,
) -> Profile:
    # By frequency; rows of rare values are shared out among the others, so that the shares of these stay.
    known = sorted(counts, key=lambda value: (-counts[value], value))
    kept = [value for value in known if counts[value] >= FEW]
    if not kept:
        return LeftOut(name, f"left out: no value is in {FEW} rows or more")
    index: Array = pc.index_in(values, value_set=array(known, pa.string()))
    codes = index.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    rare = len(known) - len(kept)
    codes[codes >= len(kept)] = _shared_out(
        [counts[value] for value in kept], int((codes >= len(kept)).sum())
    )
    names: list[str | int | bool | None] = [_as(kind, value) for value in kept]
    note = f"{len(kept)} categories"
    if rare:
        note += f"; {rare} in fewer than {FEW} rows became others, in proportion"
    lost = codes < 0
    missing = int(lost.sum())
    if (missing if whose is None else len(np.unique(whose[lost]))) >= FEW:
        codes[codes < 0] = len(names)
        names.append(None)
        note += f", {missing / len(codes):.1%} missing"
    else:
        codes[codes < 0] = 0
    if len(names) == 1:
        return Constant(name, _typed(kept[0]), "nearly always the same value: now always")
    return Categories(name, kind, names, codes, note)


def _shared_out(counts: list[int], rows: int) -> npt.NDArray[np.int64]:
    """Return the places of values for some rows, in proportion to their counts.

    By multiples of the golden ratio, which are spread evenly however many there are (Weyl's theorem).
    """
    spread = np.arange(1, rows + 1) * ((math.sqrt(5) - 1) / 2) % 1.0
    shares = np.cumsum(counts) / sum(counts)
    return np.searchsorted(shares[:-1], spread, side="right").astype(np.int64)


def _as(kind: str, value: str) -> str | int | bool:
    if kind == "boolean":
        return value == "true"
    return int(value) if kind == "integer" else value


def _typed(value: str) -> str | int | float:
    if re.match(_INTEGER, value):
        return int(value)
    return float(value) if re.match(_NUMBER, value) else value


def _all(values: Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())


def _count(values: Array, whose: npt.NDArray[np.int64] | None) -> dict[str, int]:
    """Return in how many rows each value is, or of how many different ones those rows are."""
    if whose is not None:
        pairs = pa.table({"value": values, "of": whose}).group_by(["value", "of"], use_threads=False)
        values = pairs.aggregate([]).column("value").combine_chunks()
    counts = values.drop_null().value_counts().to_pylist()
    return {entry["values"]: entry["counts"] for entry in counts}


def behind(place: npt.NDArray[np.int64], whose: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Return, for each of the places 0, 1, 2, ..., of whom the rows there are."""
    pairs = np.unique(np.column_stack([place, whose]), axis=0)
    return np.split(pairs[:, 1], np.cumsum(np.bincount(pairs[:, 0]))[:-1])
