"""One slip of the fingers in a string."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Literal

import pyarrow as pa

from ..rows import Rows

__all__ = ["SLIPS", "Slip", "mistyped"]

Slip = Literal["swap", "drop", "double", "neighbour", "case", "space"]

_KEYS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
"""The rows of a QWERTY keyboard, each half a key to the right of the one above."""


def mistyped(values: pa.Array, kinds: Sequence[Slip], rows: Rows) -> pa.Array:
    """Return each string with one slip of these kinds, in turn from a random one, at a random place.

    Where a slip cannot be made (of a digit no capital), the next place is tried, then the next kind; a
    string in which none can be made stays, and null stays null.
    """
    words = rows.stream("slip").words(3)
    return pa.array(
        [
            None if text is None else _slipped(text, kinds, drawn)
            for text, drawn in zip(values.to_pylist(), words.tolist(), strict=True)
        ],
        type=values.type,
    )


def _slipped(text: str, kinds: Sequence[Slip], words: Sequence[int]) -> str:
    kind, place, variant = words[0] * len(kinds) >> 64, words[1] * len(text) >> 64, words[2]
    for slip in (*kinds[kind:], *kinds[:kind]):
        for at in chain(range(place, len(text)), range(place)):
            made = SLIPS[slip](text, at, variant)
            if made != text:
                return made
    return text


def _swap(text: str, at: int, variant: int) -> str:
    pair = text[at : at + 2]
    return text if pair == pair[::-1] else text[:at] + pair[::-1] + text[at + 2 :]


def _drop(text: str, at: int, variant: int) -> str:
    """Drop a letter, but never the only one: an empty string reads like a missing value."""
    return text if len(text) == 1 else text[:at] + text[at + 1 :]


def _double(text: str, at: int, variant: int) -> str:
    return text if text[at].isspace() else text[: at + 1] + text[at:]


def _neighbour(text: str, at: int, variant: int) -> str:
    near = _NEIGHBOURS.get(text[at].lower())
    if near is None:
        return text
    key = near[variant * len(near) >> 64]
    return text[:at] + (key.upper() if text[at].isupper() else key) + text[at + 1 :]


def _case(text: str, at: int, variant: int) -> str:
    """Change the case of a letter; some change their length with it, such as the German sharp s."""
    other = text[at].swapcase()
    return text if other == text[at] or len(other) > 1 else text[:at] + other + text[at + 1 :]


def _space(text: str, at: int, variant: int) -> str:
    """Leave out a space, or put one into a word."""
    if text[at] == " ":
        return _drop(text, at, variant)
    return text[:at] + " " + text[at:] if at and text[at - 1] != " " else text


SLIPS: dict[Slip, Callable[[str, int, int], str]] = {
    "swap": _swap,
    "drop": _drop,
    "double": _double,
    "neighbour": _neighbour,
    "case": _case,
    "space": _space,
}
"""What each kind does to a text at a place, given 64 random bits.

Where it cannot be done they return the text itself, at once: a long text may have many such places.
"""


def _neighbours() -> dict[str, str]:
    """Return for each key those that touch it."""
    near: dict[str, list[str]] = {key: [] for row in _KEYS for key in row}
    for number, row in enumerate(_KEYS):
        for at, key in enumerate(row):
            below = _KEYS[number + 1] if number + 1 < len(_KEYS) else ""
            for other in (row[at + 1 : at + 2], below[at - 1 : at] if at else "", below[at : at + 1]):
                if other:
                    near[key].append(other)
                    near[other].append(key)
    return {key: "".join(others) for key, others in near.items()}


_NEIGHBOURS = _neighbours()
