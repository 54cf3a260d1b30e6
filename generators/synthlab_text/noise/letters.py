"""Letters as single bytes, and their cases, as look-ups by code point."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .flat import Codes

__all__ = ["APOSTROPHE", "OTHER", "byte_of", "folded", "lower", "upper"]

# Everything that a word of our languages is written with lies below, the typographic apostrophe last.
_SIZE = 0x2021
APOSTROPHE = ord("'")
OTHER = 1
"""Stands for a letter that none of our languages has."""


def byte_of(letter: str) -> int:
    """Return the byte of a letter or of what else words are made of, whatever its case; 0 of the rest."""
    if letter in "'\N{RIGHT SINGLE QUOTATION MARK}":
        return APOSTROPHE
    if letter == "-":
        return ord(letter)  # so that "so-so" is one word, and not twice "so"
    if not letter.isalnum():
        return 0
    small = letter.lower()
    return ord(small) if len(small) == 1 and ord(small) < 0xFF else OTHER


def _cases(change: str, back: str) -> Codes:
    """Return the other case by code point: the letter itself where that is several letters (ß), or one
    that does not come back (the micro sign)."""
    made = []
    for letter in map(chr, range(_SIZE)):
        other = getattr(letter, change)()
        made.append(other if getattr(other, back)() == letter and len(other) == 1 else letter)
    return np.array(list(map(ord, made)), np.uint32)


# The last entry, of a code point that is no letter, stands for all beyond.
_BYTES = np.array([byte_of(chr(code)) for code in range(_SIZE)], np.uint8)
_TRANSLATION = _BYTES[:0x100].tobytes()
_LOWER, _UPPER = _cases("lower", "upper"), _cases("upper", "lower")


def folded(codes: Codes) -> npt.NDArray[np.uint8]:
    """Return the byte of each code point."""
    # Three times as fast as a look-up of NumPy, which first makes 64-bit numbers of the codes.
    letters = np.frombuffer(bytearray(codes.astype(np.uint8)).translate(_TRANSLATION), np.uint8)
    wide = np.flatnonzero(codes >= 0x100)
    letters[wide] = _BYTES.take(codes[wide], mode="clip")
    return letters


def lower(codes: Codes) -> Codes:
    """Return the letters in lower case."""
    return np.where(codes < _SIZE, _LOWER.take(codes, mode="clip"), codes)


def upper(codes: Codes) -> Codes:
    """Return the letters in upper case."""
    return np.where(codes < _SIZE, _UPPER.take(codes, mode="clip"), codes)
