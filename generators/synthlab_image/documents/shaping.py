"""Scripts that are written from right to left, and whose letters join: set by raqm, character by character.

A word is drawn as a whole, as HarfBuzz shapes it. Where each of its characters is follows from drawing it
alone in the form that it has there: between zero-width joiners on the sides on which it is joined. What
cannot be parted (a letter with its marks, the ligature of lam and alef, a number) counts as one character.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from synthlab.errors import InputError

from .typefaces import Glyph, quarter, right_to_left, trimmed
from .typesetting import Letters, Pixels, stamp

__all__ = ["clusters", "set_from_the_right", "shaped"]

JOINER = "\u200d"
LAM, ALEFS = "\u0644", "\u0622\u0623\u0625\u0627"
# Letters that join the one before them, but not the one after.
_LAST = frozenset("\u0622\u0623\u0624\u0625\u0627\u0629\u062f\u0630\u0631\u0632\u0648\u0649")
_NEVER = frozenset("\u0621")


def clusters(word: str) -> list[str]:
    """Return a word in the pieces that have a box of their own, in the order in which it is read."""
    found: list[str] = []
    for character in word:
        mark = unicodedata.combining(character) > 0
        number = bool(found) and _plain(character) and _plain(found[-1][-1])
        ligature = bool(found) and found[-1] == LAM and character in ALEFS
        if found and (mark or number or ligature):
            found[-1] += character
        else:
            found.append(character)
    return found


def shaped(face: str, size: float, word: str) -> tuple[Glyph, list[tuple[int, int, int, int]], float]:
    """Return (a word as it is drawn, the box of each of its clusters, how wide it is in pixels).

    Boxes count from the left end of the word's baseline.
    """
    direction = "rtl" if right_to_left(word) else "ltr"
    whole, width = _drawn(face, size, word, direction), _length(face, size, word, direction)
    if direction == "ltr":
        return whole, _from_the_left(face, size, word), width
    pieces, boxes = clusters(word), []
    for i, piece in enumerate(pieces):
        before, after = _joined(pieces, i - 1), _joined(pieces, i)
        prefix = "".join(pieces[: i + 1]) + (JOINER if after else "")
        start = width - _length(face, size, prefix, direction)
        alone = (JOINER if before else "") + piece + (JOINER if after else "")
        left, top, right, bottom = _drawn(face, size, alone, direction).box
        # A letter alone begins at a whole pixel, and in its word perhaps between two.
        boxes.append((int(np.floor(left + start)), top, int(np.ceil(right + start)), bottom))
    return whole, boxes, width


def set_from_the_right(text: str, face: str, size: float) -> tuple[Letters, Pixels]:
    """Return where the characters of a line are, and its coverage; words and characters as they are read."""
    size = quarter(size)
    words = text.split()
    parts = [shaped(face, size, word) for word in words]
    space = _length(face, size, " ", "ltr")
    width = round(sum(wide for *_, wide in parts) + space * (len(parts) - 1) + 2 * size)
    cover: Pixels = np.zeros((round(3.4 * size), width), dtype=np.uint8)
    row, x = round(2.0 * size), width - size
    texts: list[str] = []
    boxes: list[tuple[int, int, int, int]] = []
    owners: list[int] = []
    for number, (word, (drawn, found, wide)) in enumerate(zip(words, parts, strict=True)):
        column = round(x - wide)
        stamp(cover, drawn.mask, column + drawn.left, row + drawn.top)
        pieces = clusters(word) if right_to_left(word) else list(word)
        for piece, (a, b, c, d) in zip(pieces, found, strict=True):
            texts.append(piece)
            boxes.append((column + a, row + b, column + c, row + d))
            owners.append(number)
        x -= wide + space
    where = np.array(boxes, dtype=np.int64).reshape(-1, 4)
    return Letters(
        tuple(texts), where, np.array(owners, dtype=np.int64), np.zeros(len(owners), np.int64)
    ), cover


def _from_the_left(face: str, size: float, word: str) -> list[tuple[int, int, int, int]]:
    boxes = []
    for i, character in enumerate(word):
        start = _length(face, size, word[:i], "ltr")
        left, top, right, bottom = _drawn(face, size, character, "ltr").box
        boxes.append((int(np.floor(left + start)), top, int(np.ceil(right + start)), bottom))
    return boxes


def _plain(character: str) -> bool:
    """Return whether a character keeps its direction in a word from right to left, as digits do."""
    return unicodedata.bidirectional(character) in ("EN", "AN", "L", "ES", "ET", "CS")


def _joined(pieces: list[str], i: int) -> bool:
    """Return whether piece i is joined to the one after it."""
    if not 0 <= i < len(pieces) - 1:
        return False
    one, other = pieces[i][0], pieces[i + 1][0]
    if len(pieces[i]) > 1 and pieces[i][1] in ALEFS:
        one = pieces[i][1]
    arabic = all(unicodedata.bidirectional(c) == "AL" and c.isalpha() for c in (one, other))
    return arabic and one not in _LAST | _NEVER and other not in _NEVER


@lru_cache(maxsize=20_000)
def _drawn(face: str, size: float, text: str, direction: str) -> Glyph:
    core, (left, top) = _font(face, size).getmask2(text, mode="L", anchor="ls", direction=direction)
    return trimmed(core, left, top)


@lru_cache(maxsize=20_000)
def _length(face: str, size: float, text: str, direction: str) -> float:
    return float(_font(face, size).getlength(text, direction=direction)) if text else 0.0


@lru_cache(maxsize=64)
def _font(face: str, size: float) -> Any:
    from PIL import ImageFont

    try:
        return ImageFont.truetype(face, size, layout_engine=ImageFont.Layout.RAQM)
    except OSError as error:
        raise InputError(f"{Path(face).name} is not a font that can be read") from error
