"""Digits of seven segments."""

from __future__ import annotations

import numpy as np

from ..scene import Colour
from .canvas import Canvas
from .raster import Part

__all__ = ["draw_digits"]

SEGMENTS = ("abcdef", "bc", "abdeg", "abcdg", "bcfg", "acdfg", "acdefg", "abc", "abcdefg", "abcdfg")
# Each from its one end to the other, in a digit 0.5 wide and 1 high.
BARS = {
    "a": ((0.06, 0.0), (0.44, 0.0)), "b": ((0.5, 0.06), (0.5, 0.44)), "c": ((0.5, 0.56), (0.5, 0.94)),
    "d": ((0.06, 1.0), (0.44, 1.0)), "e": ((0.0, 0.56), (0.0, 0.94)), "f": ((0.0, 0.06), (0.0, 0.44)),
    "g": ((0.06, 0.5), (0.44, 0.5)),
}  # fmt: skip
THICK = 0.06


def draw_digits(
    canvas: Canvas,
    number: str,
    left: float,
    top: float,
    scale: float,
    lit: Colour,
    back: Colour,
    slant: float,
) -> None:
    """Draw a number whose digits are `scale` high; each becomes a part of the picture."""
    # Segments that are off can still be made out.
    off = tuple((b * 9 + c) // 10 for b, c in zip(back, lit, strict=True))
    x = left + 0.12 * scale
    for letter in number:
        if letter == ".":
            canvas.disc(x - 0.12 * scale, top + 1.02 * scale, 0.055 * scale, lit)
            continue
        shown = SEGMENTS[int(letter)]
        for name, ends in BARS.items():
            canvas.polygon(
                _bar(ends, slant) * scale + (x, top), lit if name in shown else (off[0], off[1], off[2])
            )
        edge = THICK * scale
        low, high = x - edge, x + (0.5 + slant) * scale + edge
        corners = (
            (low, top - edge),
            (high, top - edge),
            (high, top + scale + edge),
            (low, top + scale + edge),
        )
        canvas.parts.append(Part(letter, corners))
        x += 0.74 * scale


def _bar(ends: tuple[tuple[float, float], tuple[float, float]], slant: float):  # type: ignore[no-untyped-def]
    """Return a bar with pointed ends."""
    (x, y), (u, v) = ends
    t = THICK
    if y == v:
        points = [(x, y), (x + t, y - t), (u - t, y - t), (u, v), (u - t, y + t), (x + t, y + t)]
    else:
        points = [(x, y), (x + t, y + t), (x + t, v - t), (u, v), (x - t, v - t), (x - t, y + t)]
    return np.array([(a + (1 - b) * slant, b) for a, b in points])
