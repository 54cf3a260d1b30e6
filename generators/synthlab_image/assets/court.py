"""Jacks, queens and kings: a figure of our own, the same from both ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..geometry import circle
from ..scene import Colour
from .canvas import Canvas

__all__ = ["draw_court"]

Point = tuple[float, float]
FACE, HAIR = (246, 230, 206), ((222, 184, 90), (120, 84, 52), (70, 66, 66), (196, 196, 192))
ROBES: tuple[tuple[Colour, ...], ...] = (
    ((200, 24, 36), (240, 200, 60), (30, 50, 120), (24, 24, 28)),
    ((196, 40, 44), (244, 208, 90), (24, 24, 28), (250, 246, 236)),
    ((40, 80, 160), (206, 36, 44), (236, 196, 80), (250, 246, 236)),
    ((60, 120, 80), (196, 40, 44), (240, 200, 60), (30, 50, 120)),
)


def draw_court(canvas: Canvas, rank: str, sign: str, ink: Colour, deck: int, corner: float) -> None:
    """Draw the frame of a court card and what is in it; `corner` is how much of the width its rank takes."""
    width, height = float(canvas.width), float(canvas.height)
    left = min(0.28, max(corner, (0.17, 0.2, 0.15)[deck % 3]))
    top = (0.09, 0.12, 0.07)[deck // 3 % 3]
    line = max(0.6, width * 0.006)
    border: Colour = (30, 50, 120) if deck % 2 else (24, 24, 28)
    frame = (width * left, height * top, width * (1 - left), height * (1 - top))
    if deck % 4 != 3:
        canvas.box(*frame, border)
        canvas.box(frame[0] + line, frame[1] + line, frame[2] - line, frame[3] - line, (251, 248, 238))
    for turned in (False, True):
        _Half(canvas, left + 0.015, top + 0.01, turned, deck).draw(rank, sign, ink)


class _Half:
    """One half, from the upper border (0) to the middle of the card (1), and from side to side (0 to 1)."""

    def __init__(self, canvas: Canvas, left: float, top: float, turned: bool, deck: int) -> None:
        self._canvas, self._turned, self._left, self._top = canvas, turned, left, top
        self._width, self._height = float(canvas.width), float(canvas.height)
        self._across = (1 - 2 * left) * self._width
        self._down = (0.5 - top) * self._height
        self._deck = deck
        self._robe = ROBES[deck % len(ROBES)]
        self._hair = HAIR[deck // 2 % len(HAIR)]

    def draw(self, rank: str, sign: str, ink: Colour) -> None:
        self._body()
        drawings: dict[str, Callable[[], None]] = {"J": self._jack, "Q": self._queen, "K": self._king}
        drawings[rank]()
        x, y = self._at((0.13, 0.16))
        self._canvas.text(sign, x, y, self._down * 0.2, ink, "sans", 1e9, self._turned)

    def _body(self) -> None:
        """Shoulders and a robe: bands, a sash, a collar, beads."""
        first, second, third, light = self._robe
        self._fill([(0.02, 1.0), (0.1, 0.7), (0.32, 0.58), (0.68, 0.58), (0.9, 0.7), (0.98, 1.0)], first)
        bands = 4 + self._deck % 3
        for i in range(0, bands, 2):
            a, b = 0.06 + 0.88 * i / bands, 0.06 + 0.88 * (i + 0.6) / bands
            self._fill(
                [(a, 1.0), (0.5 + (a - 0.5) * 0.6, 0.64), (0.5 + (b - 0.5) * 0.6, 0.64), (b, 1.0)], second
            )
        self._fill([(0.02, 1.0), (0.02, 0.9), (0.7, 0.6), (0.84, 0.66), (0.2, 1.0)], third)
        for i in range(5):
            self._disc((0.12 + 0.14 * i, 0.93 - 0.065 * i), 0.028, second)
        self._fill([(0.3, 0.6), (0.5, 0.8), (0.7, 0.6), (0.6, 0.54), (0.4, 0.54)], light)
        self._fill([(0.36, 0.6), (0.5, 0.73), (0.64, 0.6), (0.58, 0.55), (0.42, 0.55)], third)

    def _head(self, hair: float) -> None:
        """A face with hair down to there."""
        self._fill(
            [(0.33, 0.3), (0.67, 0.3), (0.7, hair), (0.6, hair + 0.02), (0.4, hair + 0.02), (0.3, hair)],
            self._hair,
        )
        self._oval((0.5, 0.42), 0.115, 0.16, FACE)
        for x in (0.455, 0.545):
            self._disc((x, 0.4), 0.014, (40, 36, 36))
            self._fill(
                [(x - 0.03, 0.37), (x + 0.03, 0.365), (x + 0.03, 0.375), (x - 0.03, 0.38)], (60, 50, 46)
            )
        self._fill([(0.495, 0.4), (0.52, 0.46), (0.49, 0.46)], (210, 176, 150))
        self._fill([(0.465, 0.505), (0.535, 0.505), (0.5, 0.525)], (190, 50, 56))

    def _jack(self) -> None:
        first, second, third, _ = self._robe
        self._head(0.56)
        self._fill([(0.28, 0.31), (0.3, 0.2), (0.66, 0.14), (0.74, 0.26), (0.7, 0.31)], third)
        self._fill([(0.28, 0.31), (0.28, 0.27), (0.72, 0.25), (0.72, 0.31)], second)
        self._fill([(0.7, 0.2), (0.9, 0.06), (0.84, 0.24), (0.72, 0.27)], first)  # a feather
        self._fill([(0.84, 0.4), (0.87, 0.4), (0.9, 1.0), (0.86, 1.0)], second)
        self._disc((0.855, 0.38), 0.04, third)

    def _queen(self) -> None:
        first, second, third, light = self._robe
        self._head(0.68)
        self._fill(
            [(0.34, 0.3), (0.31, 0.17), (0.41, 0.23), (0.5, 0.14), (0.59, 0.23), (0.69, 0.17), (0.66, 0.3)],
            second,
        )
        for x, y in ((0.31, 0.16), (0.5, 0.13), (0.69, 0.16)):
            self._disc((x, y), 0.025, first)
        self._fill([(0.33, 0.31), (0.33, 0.28), (0.67, 0.28), (0.67, 0.31)], third)
        for a, b in (circle(16)[::3] * 0.05).tolist():
            self._disc((0.83 + a, 0.52 + b * 0.8), 0.03, first)
        self._disc((0.83, 0.52), 0.03, light)
        self._fill([(0.825, 0.56), (0.84, 0.56), (0.8, 0.8), (0.785, 0.8)], (50, 110, 60))

    def _king(self) -> None:
        first, second, third, light = self._robe
        self._head(0.52)
        self._fill(
            [(0.39, 0.48), (0.61, 0.48), (0.62, 0.58), (0.5, 0.7), (0.38, 0.58)], self._hair
        )  # a beard
        self._fill([(0.46, 0.5), (0.54, 0.5), (0.5, 0.53)], (190, 50, 56))
        self._fill(
            [
                (0.3, 0.3),
                (0.26, 0.12),
                (0.38, 0.2),
                (0.44, 0.08),
                (0.5, 0.18),
                (0.56, 0.08),
                (0.62, 0.2),
                (0.74, 0.12),
                (0.7, 0.3),
            ],
            second,
        )
        self._fill([(0.3, 0.31), (0.3, 0.26), (0.7, 0.26), (0.7, 0.31)], first)
        for x in (0.38, 0.5, 0.62):
            self._disc((x, 0.285), 0.018, light)
        self._fill([(0.86, 0.05), (0.9, 0.05), (0.89, 0.72), (0.87, 0.72)], (170, 176, 186))  # a sword
        self._fill([(0.78, 0.7), (0.98, 0.7), (0.98, 0.74), (0.78, 0.74)], third)

    def _at(self, point: Point) -> Point:
        x = self._left * self._width + point[0] * self._across
        y = self._top * self._height + point[1] * self._down
        return (self._width - x, self._height - y) if self._turned else (x, y)

    def _fill(self, points: Sequence[Point], colour: Colour) -> None:
        self._canvas.polygon(np.array([self._at(p) for p in points]), colour)

    def _disc(self, middle: Point, radius: float, colour: Colour) -> None:
        self._canvas.disc(*self._at(middle), radius * self._across, colour)

    def _oval(self, middle: Point, across: float, down: float, colour: Colour) -> None:
        x, y = self._at(middle)
        self._canvas.disc(x, y, across * self._across, colour, down * self._down / (across * self._across))
