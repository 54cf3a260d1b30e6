"""Fonts: the families that ship with synthlab and those of the user, and their letters as pixels.

A letter is drawn once for a font, a size and a part of a pixel, and kept; text is letters side by side at the
widths that the font gives them, without kerning.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from synthlab import InputFolder
from synthlab.errors import InputError

__all__ = [
    "FAMILIES", "RIGHT_TO_LEFT", "Family", "Glyph", "advance", "can_shape", "covers", "font_files", "glyph",
    "length", "quarter", "right_to_left", "trimmed",
]  # fmt: skip

FONTS = Path(__file__).parent.parent / "fonts"
ENDINGS = (".ttf", ".otf", ".ttc")
PHASES = 4
"""Letters begin at whole quarters of a pixel."""
INKED = 32
"""A pixel is inked when an eighth of it is covered; boxes go around those."""
_REFERENCE = 1000


@dataclass(frozen=True, slots=True)
class Family:
    """Fonts that go together, by the paths of their files."""

    regular: str
    bold: str
    italic: str

    @staticmethod
    def shipped(regular: str, bold: str, italic: str | None = None) -> Family:
        regular, bold, italic = (str(FONTS / f"{name}.ttf") for name in (regular, bold, italic or regular))
        return Family(regular, bold, italic)


FAMILIES = {
    "sans": Family.shipped("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"),
    "light": Family.shipped("DejaVuSans-ExtraLight", "DejaVuSans"),
    "condensed": Family.shipped("DejaVuSansCondensed", "DejaVuSansCondensed-Bold"),
    "serif": Family.shipped("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-Italic"),
    "narrow-serif": Family.shipped("DejaVuSerifCondensed", "DejaVuSerif-Bold"),
    "mono": Family.shipped("DejaVuSansMono", "DejaVuSansMono-Bold"),
    "roboto": Family.shipped("Roboto-Regular", "Roboto-Bold", "Roboto-Italic"),
    "roboto-light": Family.shipped("Roboto-Light", "Roboto-Bold", "Roboto-Italic"),
    "caladea": Family.shipped("Caladea-Regular", "Caladea-Bold", "Caladea-Italic"),
}
RIGHT_TO_LEFT = Family.shipped("DejaVuSans-RightToLeft", "DejaVuSans-Bold-RightToLeft")


@dataclass(frozen=True, slots=True)
class Glyph:
    """The coverage of a letter, bytes of shape `(height, width)`, and where it is from its origin."""

    mask: npt.NDArray[Any]
    left: int
    top: int
    """Both count from the pixel of the origin on the baseline; top is negative above it."""
    box: tuple[int, int, int, int]
    """Left, top, right and bottom of what is inked, from the origin too."""


def font_files(folder: InputFolder | None) -> list[str]:
    """Return the paths of the fonts in a folder."""
    return [str(path) for path in folder.ending_in(ENDINGS).values()] if folder else []


def can_shape() -> bool:
    """Return whether the installed Pillow has raqm."""
    from PIL import features

    return bool(features.check("raqm"))


def right_to_left(text: str) -> bool:
    """Return whether a text has letters that are written from right to left."""
    return any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


@lru_cache(maxsize=40_000)
def glyph(face: str, size: float, character: str, phase: int) -> Glyph:
    """Return a letter whose em is `size` pixels, begun `phase` quarters of a pixel after its origin."""
    core, (left, top) = _font(face, size).getmask2(
        character, mode="L", anchor="ls", start=(phase / PHASES, 0)
    )
    return trimmed(core, left, top)


def trimmed(core: Any, left: int, top: int) -> Glyph:
    """Return Pillow's mask of letters with a box around what is inked.

    Of a comma too small to cover an eighth of a pixel, that is the pixel of which it covers most.
    """
    width, height = core.size
    mask = np.array(core, dtype=np.uint8).reshape(height, width)
    if not mask.any():
        return Glyph(mask, left, top, (0, -1, 1, 0))
    inked = mask >= min(INKED, mask.max())
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    box = left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1
    return Glyph(mask, left, top, tuple(int(v) for v in box))  # type: ignore[arg-type]


@lru_cache(maxsize=20_000)
def advance(face: str, character: str) -> float:
    """Return how wide a letter is, in ems."""
    return float(_font(face, _REFERENCE).getlength(character)) / _REFERENCE


def length(text: str, face: str) -> float:
    """Return how wide text is, in ems."""
    return sum(advance(face, character) for character in text)


def quarter(size: float) -> float:
    """Return the size in whole quarters of a pixel, in which letters are kept."""
    return max(1.0, round(size * 4) / 4)


@lru_cache(maxsize=20_000)
def covers(face: str, character: str) -> bool:
    """Return whether a font has a letter."""
    font = _font(face, 32)
    return character == " " or bytes(font.getmask(character)) != bytes(font.getmask("\U0010ffff"))


@lru_cache(maxsize=512)
def _font(face: str, size: float) -> Any:
    from PIL import ImageFont

    try:
        return ImageFont.truetype(face, size, layout_engine=ImageFont.Layout.BASIC)
    except OSError as error:
        raise InputError(f"{Path(face).name} is not a font that can be read") from error
