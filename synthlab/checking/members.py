"""Walks through a large JSON object: the records of its lists one at a time, never all at once.

The text is held as a whole (so any place can be told by line and column), its records are not: of the
standard library's own decoder, 1 GB of COCO takes some 8 GB.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from json import JSONDecodeError
from typing import Any

__all__ = ["walk"]

_BLANKS = re.compile(r"[ \t\n\r]*").match
_SCAN = json.JSONDecoder().raw_decode


def walk(
    text: str,
    on_key: Callable[[str], None],
    on_record: Mapping[str, Callable[[int, Any], None]],
    on_value: Callable[[str, Any], None],
) -> Any:
    """Call `on_record[key](number, record)` for each record of the lists of those keys of the object `text`.

    Before, each key is told to `on_key`, for a list may be empty. Other members go to
    `on_value(key, value)`, as do those that should be a list and are not. Returns None, or the value
    where the text is no object. Raises JSONDecodeError with the place.
    """
    index = _skip(text, 0)
    if not text.startswith("{", index):
        value, end = _value(text, index)
        _end(text, end)
        return value
    index = _skip(text, index + 1)
    more = not text.startswith("}", index)
    while more:
        if not text.startswith('"', index):
            raise JSONDecodeError("Expecting property name enclosed in double quotes", text, index)
        key, index = _value(text, index)
        index = _skip(text, index)
        if not text.startswith(":", index):
            raise JSONDecodeError("Expecting ':' delimiter", text, index)
        index = _skip(text, index + 1)
        on_key(key)
        if key in on_record and text.startswith("[", index):
            index = _records(text, index, on_record[key])
        else:
            value, index = _value(text, index)
            on_value(key, value)
        index, more = _next(text, index, "}")
    _end(text, index if text.startswith("}", index - 1) else index + 1)
    return None


def _records(text: str, index: int, on_record: Callable[[int, Any], None]) -> int:
    index = _skip(text, index + 1)
    if text.startswith("]", index):
        return index + 1
    number, more = 0, True
    while more:
        record, index = _value(text, index)
        on_record(number, record)
        number += 1
        index, more = _next(text, index, "]")
    return index


def _next(text: str, index: int, closing: str) -> tuple[int, bool]:
    """Return where the next member begins and True, or what follows the closing bracket and False."""
    index = _skip(text, index)
    if text.startswith(closing, index):
        return index + 1, False
    if not text.startswith(",", index):
        raise JSONDecodeError("Expecting ',' delimiter", text, index)
    return _skip(text, index + 1), True


def _value(text: str, index: int) -> tuple[Any, int]:
    return _SCAN(text, index)


def _skip(text: str, index: int) -> int:
    found = _BLANKS(text, index)
    assert found is not None
    return found.end()


def _end(text: str, index: int) -> None:
    index = _skip(text, index)
    if index < len(text):
        raise JSONDecodeError("Extra data", text, index)
