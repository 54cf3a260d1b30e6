"""The names of columns, checked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from synthlab.errors import InputError

__all__ = ["check_names"]

# What is a value rather than the name of a column: numbers, dates, addresses of mail.
_VALUE = re.compile(r"[-+]?[\d.,]+([eE][-+]?\d+)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\S+@\S+\.\S+")


def check_names(source: str, header: Sequence[str], line: str = "") -> list[str]:
    """Return the names without blanks around them, or raise InputError; `line` says where they stand."""
    names = [name.strip() for name in header]
    for place, name in enumerate(names, start=1):
        if not name:
            raise InputError(f"{source}{line}: column {place} has no name")
        if not name.isprintable() or len(name) > 200:
            raise InputError(
                f"{source}{line}: the name of column {place} is too long, "
                "or has characters that cannot be seen"
            )
        if _VALUE.fullmatch(name):
            raise InputError(
                f"{source}{line}: the name of column {place} is a number, a date or an address; "
                "the first line must hold the names of the columns"
            )
        if name in names[: place - 1]:
            first = names.index(name) + 1
            raise InputError(f"{source}{line}: columns {first} and {place} have the same name")
    return names
