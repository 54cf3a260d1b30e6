"""From a sheet to its pixels, and to a box around the ink of every character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ..scene import Colour
from .sheet import Run, Sheet
from .typefaces import PHASES, advance, glyph, quarter

__all__ = ["Letters", "Print", "lay", "printed", "set_type", "stamp"]

Pixels = npt.NDArray[Any]
_SHIFT = 4


@dataclass(frozen=True, slots=True)
class Letters:
    """The characters on a sheet that have ink, in reading order, and what they belong to.

    `words` and `lines` count from 0 and never fall; a word is what stands between spaces of a line.
    """

    texts: tuple[str, ...]
    boxes: npt.NDArray[np.int64]
    """Left, top, right and bottom of the ink in pixels of the sheet, shape `(characters, 4)`."""
    words: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Print:
    """A printed sheet: `colours` of shape `(height, width, 3)`, blue, green, red; `cover` its paper."""

    colours: Pixels
    cover: Pixels
    letters: Letters


def printed(sheet: Sheet, scale: float, wear: Pixels | None = None) -> Print:
    """Return a sheet at `scale` pixels a unit.

    `wear` says how much ink is left, bytes of any shape that is stretched over the sheet.
    """
    width, height = max(8, round(sheet.width * scale)), max(8, round(sheet.height * scale))
    colours: Pixels = np.empty((height, width, 3), dtype=np.uint8)
    colours[:] = sheet.paper[::-1]
    for figure in sheet.figures:
        _fill(colours, np.array(figure.points) * scale, figure.colour)
    inks: dict[Colour, Pixels] = {}
    letters = set_type(sheet.runs, scale, (height, width), inks)
    for ink, cover in inks.items():
        lay(colours, ink, cover)
    if wear is not None:
        fade = cv2.resize(wear, (width, height), interpolation=cv2.INTER_LINEAR)
        paper = np.empty_like(colours)
        paper[:] = sheet.paper[::-1]
        left = cv2.merge([fade] * 3)
        kept = cv2.multiply(colours, left, scale=1 / 255)
        colours = cv2.add(kept, cv2.multiply(paper, cv2.bitwise_not(left), scale=1 / 255))
    cover = np.full((height, width), 255, dtype=np.uint8)
    if sheet.outline:
        cover[:] = 0
        _fill(cover, np.array(sheet.outline) * scale, (255, 255, 255))
    return Print(colours, cover, letters)


def stamp(cover: Pixels, mask: Pixels, left: int, top: int) -> None:
    """Lay a letter's coverage over what is there, where it is inside."""
    x, y = max(0, left), max(0, top)
    under = cover[y : top + mask.shape[0], x : left + mask.shape[1]] if top + mask.shape[0] > 0 else cover[:0]
    if under.size:
        over = mask[y - top : y - top + under.shape[0], x - left : x - left + under.shape[1]]
        np.maximum(under, over, out=under)


def set_type(
    runs: Sequence[Run], scale: float, shape: tuple[int, int], inks: dict[Colour, Pixels]
) -> Letters:
    """Put the letters of the runs into the coverage of their inks, and return where they are."""
    texts: list[str] = []
    boxes: list[tuple[int, int, int, int]] = []
    words: list[int] = []
    lines: list[int] = []
    word = -1
    for line, run in enumerate(runs):
        cover = inks.get(run.ink)
        if cover is None:
            cover = inks[run.ink] = np.zeros(shape, dtype=np.uint8)
        size, x, row = quarter(run.size * scale), run.x * scale, round(run.y * scale)
        step = run.size * scale
        between = True
        for character in run.text:
            wide = advance(run.face, character) * step
            if not character.isspace():
                word += between
                fine = round(x * PHASES)
                drawn = glyph(run.face, size, character, fine % PHASES)
                column = fine // PHASES
                stamp(cover, drawn.mask, column + drawn.left, row + drawn.top)
                a, b, c, d = drawn.box
                texts.append(character)
                boxes.append((column + a, row + b, column + c, row + d))
                words.append(word)
                lines.append(line)
            between = character.isspace()
            x += wide
    where = np.array(boxes, dtype=np.int64).reshape(-1, 4)
    return Letters(tuple(texts), where, np.array(words, dtype=np.int64), np.array(lines, dtype=np.int64))


def lay(colours: Pixels, ink: Colour, cover: Pixels) -> None:
    """Lay an ink over the picture, where it covers anything."""
    x, y, wide, high = cv2.boundingRect(cover)
    if not wide:
        return
    share = cv2.merge([cover[y : y + high, x : x + wide]] * 3)
    under = colours[y : y + high, x : x + wide]
    over = np.empty_like(share)
    over[:] = ink[::-1]
    kept = cv2.multiply(under, cv2.bitwise_not(share), scale=1 / 255)
    under[:] = cv2.add(kept, cv2.multiply(over, share, scale=1 / 255))


def _fill(picture: Pixels, points: npt.NDArray[np.float64], colour: Colour) -> None:
    # OpenCV puts whole numbers at the centres of pixels, and takes fractions as whole 16ths.
    corners = np.rint(points * (1 << _SHIFT) - (1 << _SHIFT) / 2).astype(np.int32)
    cv2.fillPoly(picture, [corners], colour[::-1], lineType=cv2.LINE_AA, shift=_SHIFT)
