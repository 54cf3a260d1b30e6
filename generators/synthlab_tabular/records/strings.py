"""Text made by the column: tables of strings, taken by index and joined."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..column import Array, array

__all__ = [
    "Index",
    "Layout",
    "digits",
    "fixed_width",
    "fold",
    "join",
    "layout",
    "numerals",
    "strings",
    "take",
]

Index = npt.NDArray[np.integer[Any]]


def strings(values: Sequence[str]) -> Array:
    """Return an Arrow array of strings, of none too."""
    return array(list(values), pa.string())


def take(values: Array, index: Index) -> Array:
    """Return the values with these indices."""
    return values.take(array(index))


def join(*parts: Array | str) -> Array:
    """Return the texts of each row after one another; a string is the same in every row."""
    return pc.binary_join_element_wise(*parts, "") if len(parts) > 1 else parts[0]


@lru_cache
def digits(width: int) -> Array:
    """Return all numbers of that many digits with their leading zeros: `000` to `999`, say."""
    return strings([f"{number:0{width}}" for number in range(10**width)])


def numerals(values: Index) -> Array:
    """Return whole numbers in digits."""
    if len(values) and values.min() >= 0 and values.max() < 10_000:
        return take(_small_numerals(), values)
    return array(values).cast(pa.string())


@lru_cache(maxsize=1)
def _small_numerals() -> Array:
    return strings([str(number) for number in range(10_000)])


def fixed_width(characters: npt.NDArray[np.uint8]) -> Array:
    """Return strings from their ASCII codes, shape `(rows, width)`."""
    rows, width = characters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    data = np.ascontiguousarray(characters)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data))


# Letters that are no plain letter with a mark, so that taking marks away does not reach them.
_LETTERS = str.maketrans({
    "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "Ae", "œ": "oe",
    "Œ": "Oe", "þ": "th", "Þ": "Th", "ð": "d", "\u0131": "i", "ə": "a", "Ə": "A",
})  # fmt: skip
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def fold(text: str, *, german: bool = False, romanise: Callable[[str], str] = str) -> str:
    """Return text in lower-case ASCII letters and digits, as in the name of an account.

    `romanise` turns other scripts into Latin letters.
    """
    text = text.translate(_UMLAUTS) if german else text
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub("[^a-z0-9]", "", romanise(plain).lower())


@dataclass(frozen=True)
class Layout:
    """Text laid out as pieces, each from a table that the index of its source goes into."""

    pieces: tuple[tuple[str, Array], ...]

    def fill(self, index: Callable[[str], Index]) -> Array:
        """Return the text of each row, given the indices of a source."""
        return join(*(take(values, index(source)) for source, values in self.pieces))


def layout(template: str, tables: Mapping[str, tuple[str, Sequence[str]]]) -> Layout:
    """Return the layout of a template such as `{{street}} {{number}}, {{city}}`.

    `tables` give the source of each name and its values. Neighbours of one source become one table, and
    fixed text goes into the table before it, so that few pieces are left to join.
    """
    pieces: list[tuple[str, Sequence[str]]] = []
    pending = ""
    for literal, name in re.findall(r"([^{]*)(?:\{\{(\w+)\}\})?", template):
        if pieces:
            source, values = pieces[-1]
            pieces[-1] = source, [value + literal for value in values]
        else:
            pending += literal
        if name:
            source, values = tables[name]
            pieces.append((source, [pending + value for value in values]))
            pending = ""
    merged = []
    for source, group in groupby(pieces, key=lambda piece: piece[0]):
        columns = [values for _, values in group]
        merged.append((source, strings(["".join(texts) for texts in zip(*columns, strict=True)])))
    return Layout(tuple(merged))
