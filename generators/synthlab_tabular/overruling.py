"""What a person says that a column is, in place of what the rules of `profile` would take it for.

The rules of privacy hold all the same: values in few rows go, and extremes are hidden.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from synthlab.errors import InputError, did_you_mean

from .column import Array
from .personal import stand_in
from .profile import LeftOut, MadeUp, Profile, as_categories, as_numbers
from .written import numbers_in, times_in

__all__ = ["KINDS", "overruled", "read_wishes"]

KINDS = ("category", "number", "date", "made_up", "drop")
_NUMBER = r"^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?$"


def read_wishes(text: str) -> dict[str, str]:
    """Return what columns are said to be, from `zip=category,notes=drop`, or one to a line."""
    wishes = {}
    for part in filter(None, (part.strip() for part in text.split("\n" if "\n" in text else ","))):
        name, mark, kind = part.rpartition("=")
        if not mark or not name:
            raise InputError(f"column {part}: write NAME=KIND; kinds are {', '.join(KINDS)}")
        if kind not in KINDS:
            hint = did_you_mean(kind, KINDS)
            raise InputError(f"column {part}: there is no kind {kind!r};{hint} kinds are {', '.join(KINDS)}")
        wishes[name] = kind
    return wishes


def overruled(name: str, values: Array, kind: str, whose: npt.NDArray[np.int64] | None = None) -> Profile:
    """Return a column as what it is said to be, or raise InputError where it cannot be that."""
    if kind == "drop":
        return LeftOut(name, "left out, as you say")
    found = {"category": _category, "number": _number, "date": _date, "made_up": _made_up}[kind](
        name, values, whose
    )
    if found is None or isinstance(found, LeftOut):
        why = {
            "category": "too few of its values are in five rows or more",
            "number": "not all of its values are numbers that differ",
            "date": "not all of its values are days or times that differ",
            "made_up": "nothing is known that could stand in for its values",
        }[kind]
        raise InputError(f"column {name}={kind}: {why}")
    return found


def _category(name: str, values: Array, whose: npt.NDArray[np.int64] | None) -> Profile:
    return as_categories(name, values, whose)


def _number(name: str, values: Array, whose: npt.NDArray[np.int64] | None) -> Profile | None:
    present = values.drop_null()
    if not len(present):
        return None
    if not pc.all(pc.match_substring_regex(present, _NUMBER)).as_py():
        written = numbers_in(values)
        if written is None:
            return None
        values = written[0]
    return as_numbers(name, values, whose)


def _date(name: str, values: Array, whose: npt.NDArray[np.int64] | None) -> Profile | None:
    times = times_in(values, by_name=True)
    return None if times is None else as_numbers(name, times.values, whose, times.type, times.format)


def _made_up(name: str, values: Array, whose: npt.NDArray[np.int64] | None) -> Profile | None:
    instead = stand_in(name, values)
    if instead is None:
        return None
    present = values.drop_null()
    unique = len(present.unique()) == len(present) == len(values)
    return MadeUp(name, instead.keys, unique, np.asarray(values.is_null()), "made up, as you say")
