"""Traffic signs: forms and colours of the Vienna Convention, pictures reduced to the essential."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from synthlab import Draws

from ..scene import Colour, Look
from .base import Asset
from .raster import Raster

if TYPE_CHECKING:
    from .canvas import Canvas

__all__ = ["SignAsset"]

SignName = Literal[
    "stop", "yield", "speed limit", "no entry", "no vehicles", "priority road", "warning", "bend",
    "ahead only", "turn right", "turn left", "parking", "crossing", "no overtaking", "roundabout",
]  # fmt: skip
RED, BLUE, WHITE, YELLOW, BLACK, RIM = (
    (198, 22, 36), (18, 78, 168), (244, 244, 240), (248, 200, 30), (20, 20, 22), (210, 210, 206),
)  # fmt: skip
OCTAGON = [(0.29, 0), (0.71, 0), (1, 0.29), (1, 0.71), (0.71, 1), (0.29, 1), (0, 0.71), (0, 0.29)]
UP = [(0.5, 0.02), (1.0, 0.88), (0.0, 0.88)]
DOWN = [(0.0, 0.12), (1.0, 0.12), (0.5, 0.98)]
ARROW = [(0.5, 0.14), (0.72, 0.4), (0.58, 0.4), (0.58, 0.84), (0.42, 0.84), (0.42, 0.4), (0.28, 0.4)]
CAR = [
    (0.1, 0.62),
    (0.16, 0.48),
    (0.3, 0.44),
    (0.4, 0.32),
    (0.66, 0.32),
    (0.76, 0.46),
    (0.9, 0.5),
    (0.92, 0.62),
]


class SignAsset(Asset):
    """A traffic sign without its pole."""

    asset: Literal["sign"]
    signs: tuple[SignName, ...] = Field(("speed limit",), min_length=1)
    limits: tuple[int, ...] = Field((20, 30, 50, 60, 70, 80, 100, 120), min_length=1)

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        sign = draws.choice(self.signs)
        look: Look = {"sign": sign, "wear": draws.integer(0, 1 << 30), "age": draws.integer(0, 26)}
        if sign == "speed limit":
            look["limit"] = str(draws.choice(self.limits))
        return look

    def draw(self, look: Look, size: int) -> Raster:
        from .canvas import Canvas
        from .light import sheen

        canvas = Canvas(size, size)
        pen = _Pen(canvas, size, look["wear"], look["age"])
        _SIGNS[look["sign"]](pen, look)
        canvas.shade(sheen())
        return canvas.raster(text=look.get("limit", "STOP" if look["sign"] == "stop" else ""))


class _Pen:
    """Draws in shares of the sign's side, with colours that have faded."""

    def __init__(self, canvas: Canvas, size: int, wear: int, age: int) -> None:
        self.canvas, self.size = canvas, size
        self._age = ((wear & 255) - 128, (wear >> 8 & 255) - 128, (wear >> 16 & 255) - 128)
        self._share = age

    def faded(self, colour: Colour) -> Colour:
        red, green, blue = (
            min(255, max(0, c + (160 - c) * self._share // 80 + a * self._share // 200))
            for c, a in zip(colour, self._age, strict=True)
        )
        return red, green, blue

    def polygon(self, points: Sequence[tuple[float, float]], colour: Colour, scale: float = 1.0) -> None:
        array = np.array(points, dtype=np.float64)
        middle = array.mean(axis=0)
        self.canvas.polygon(((array - middle) * scale + middle) * self.size, self.faded(colour))

    def disc(self, radius: float, colour: Colour, x: float = 0.5, y: float = 0.5) -> None:
        self.canvas.disc(x * self.size, y * self.size, radius * self.size, self.faded(colour))

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: Colour, round: float = 0
    ) -> None:
        s = self.size
        self.canvas.box(left * s, top * s, right * s, bottom * s, self.faded(colour), round * s)

    def text(
        self, text: str, y: float, height: float, colour: Colour, most: float, face: str = "bold"
    ) -> None:
        s = self.size
        self.canvas.text(text, s * 0.5, s * y, s * height, self.faded(colour), face, s * most, part=True)

    def ban(self) -> None:
        self.disc(0.5, RIM)
        self.disc(0.485, RED)
        self.disc(0.385, WHITE)

    def order(self) -> None:
        self.disc(0.5, WHITE)
        self.disc(0.48, BLUE)

    def danger(self) -> None:
        self.polygon(UP, RIM)
        self.polygon(UP, RED, 0.96)
        self.polygon(UP, WHITE, 0.66)


def _stop(pen: _Pen, look: Look) -> None:
    pen.polygon(OCTAGON, RIM)
    pen.polygon(OCTAGON, WHITE, 0.97)
    pen.polygon(OCTAGON, RED, 0.91)
    pen.text("STOP", 0.5, 0.26, WHITE, 0.8, "condensed")


def _yield(pen: _Pen, look: Look) -> None:
    pen.polygon(DOWN, RIM)
    pen.polygon(DOWN, RED, 0.96)
    pen.polygon(DOWN, WHITE, 0.6)


def _limit(pen: _Pen, look: Look) -> None:
    pen.ban()
    pen.text(look["limit"], 0.5, 0.36, BLACK, 0.6, "condensed")


def _no_entry(pen: _Pen, look: Look) -> None:
    pen.disc(0.5, RIM)
    pen.disc(0.485, RED)
    pen.box(0.14, 0.41, 0.86, 0.59, WHITE)


def _no_vehicles(pen: _Pen, look: Look) -> None:
    pen.ban()


def _priority(pen: _Pen, look: Look) -> None:
    square = [(0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)]
    pen.polygon(square, BLACK)
    pen.polygon(square, WHITE, 0.97)
    pen.polygon(square, YELLOW, 0.68)


def _warning(pen: _Pen, look: Look) -> None:
    pen.danger()
    pen.polygon([(0.455, 0.34), (0.545, 0.34), (0.525, 0.62), (0.475, 0.62)], BLACK)
    pen.disc(0.042, BLACK, 0.5, 0.7)


def _bend(pen: _Pen, look: Look) -> None:
    pen.danger()
    pen.polygon([(0.4, 0.75), (0.4, 0.55), (0.53, 0.47), (0.5, 0.42), (0.63, 0.42), (0.6, 0.54), (0.57, 0.51),
                 (0.47, 0.58), (0.47, 0.75)], BLACK)  # fmt: skip


def _ahead(pen: _Pen, look: Look) -> None:
    pen.order()
    pen.polygon(ARROW, WHITE)


def _right(pen: _Pen, look: Look) -> None:
    pen.order()
    pen.polygon([(1 - y, x) for x, y in ARROW], WHITE)


def _left(pen: _Pen, look: Look) -> None:
    pen.order()
    pen.polygon([(y, x) for x, y in ARROW], WHITE)


def _parking(pen: _Pen, look: Look) -> None:
    pen.box(0, 0, 1, 1, WHITE, 0.08)
    pen.box(0.03, 0.03, 0.97, 0.97, BLUE, 0.07)
    pen.text("P", 0.5, 0.58, WHITE, 0.7)


def _crossing(pen: _Pen, look: Look) -> None:
    pen.box(0, 0, 1, 1, WHITE, 0.08)
    pen.box(0.03, 0.03, 0.97, 0.97, BLUE, 0.07)
    pen.polygon([(0.5, 0.1), (0.9, 0.84), (0.1, 0.84)], WHITE)
    pen.disc(0.05, BLACK, 0.5, 0.33)
    pen.polygon([(0.46, 0.4), (0.54, 0.4), (0.6, 0.6), (0.66, 0.76), (0.59, 0.76), (0.5, 0.58), (0.42, 0.76),
                 (0.34, 0.76), (0.44, 0.56)], BLACK)  # fmt: skip
    for i in range(4):
        pen.box(0.24 + i * 0.14, 0.78, 0.32 + i * 0.14, 0.81, BLACK)


def _overtaking(pen: _Pen, look: Look) -> None:
    pen.ban()
    for colour, left in ((BLACK, 0.47), (RED, 0.2)):
        pen.polygon([(left + x * 0.34, 0.36 + y * 0.36) for x, y in CAR], colour)
        for x in (0.28, 0.76):
            pen.disc(0.035, colour, left + x * 0.34, 0.59)


def _roundabout(pen: _Pen, look: Look) -> None:
    pen.order()
    s = pen.size
    pen.canvas.ring(s * 0.5, s * 0.5, s * 0.3, s * 0.09, pen.faded(WHITE))
    for x, y, dx, dy in ((0.5, 0.245, 1, 0), (0.72, 0.63, -0.5, 0.87), (0.28, 0.63, -0.5, -0.87)):
        a, b = dx * 0.12, dy * 0.12
        tip = [(x + dx * 0.16, y + dy * 0.16), (x - b, y + a), (x + b, y - a)]
        pen.polygon(tip, WHITE)


_SIGNS = {
    "stop": _stop, "yield": _yield, "speed limit": _limit, "no entry": _no_entry,
    "no vehicles": _no_vehicles, "priority road": _priority, "warning": _warning, "bend": _bend,
    "ahead only": _ahead, "turn right": _right,
    "turn left": _left, "parking": _parking, "crossing": _crossing, "no overtaking": _overtaking,
    "roundabout": _roundabout,
}  # fmt: skip
