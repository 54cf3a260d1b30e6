"""Instruments: gauges with a pointer, and displays of seven segments; what they read is their text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from synthlab import Draws

from ..scene import Colour, Look
from .base import Asset
from .raster import Raster
from .tools import colour_of, worn

__all__ = ["DisplayAsset", "GaugeAsset"]

WHITE, BLACK = (244, 244, 240), (20, 20, 22)
UNITS = {
    "bar": (10, 16, 25, 40),
    "°C": (60, 100, 120, 200),
    "psi": (60, 100, 160, 300),
    "kPa": (100, 160, 250),
    "V": (15, 30, 300),
}
STEPS = (4, 5, 8, 10)
"""Parts of a scale; only those are used whose numbers are exact with one decimal."""
FACES: tuple[tuple[Colour, Colour], ...] = (
    (WHITE, BLACK),
    (WHITE, BLACK),
    (BLACK, WHITE),
    ((232, 228, 208), BLACK),
    ((26, 44, 78), WHITE),
)


class GaugeAsset(Asset):
    """A round gauge over three quarters of a turn; its reading is its text, its pointer a keypoint."""

    keypoints = ("centre", "tip", "lowest", "highest")
    skeleton = ((0, 1),)

    asset: Literal["gauge"]

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        unit = draws.choice(tuple(UNITS))
        top = draws.choice(UNITS[unit])
        face, ink = draws.choice(FACES)
        return {
            "unit": unit,
            "top": top,
            "share": draws.uniform(),
            "face": worn(draws, face, 6),
            "ink": ink,
            "rim": worn(draws, draws.choice(((60, 60, 64), (176, 178, 182), (196, 160, 80), (150, 30, 30)))),
            "pointer": draws.choice(((200, 24, 24), ink, (230, 120, 20))),
            "zone": draws.uniform(0.7, 0.92) if draws.chance(0.5) else None,
            "steps": draws.choice([steps for steps in STEPS if 10 * top % steps == 0]),
        }

    def draw(self, look: Look, size: int) -> Raster:
        from ..geometry import direction
        from .canvas import Canvas

        canvas, half = Canvas(size, size), size / 2
        ink = colour_of(look["ink"])

        def at(share: float, radius: float) -> tuple[float, float]:
            x, y = direction(135 + 270 * share)
            return half + x * half * radius, half + y * half * radius

        rim = colour_of(look["rim"])
        canvas.disc(half, half, half, colour_of([c * 3 // 5 for c in rim]))
        canvas.disc(half, half, half * 0.98, rim)
        canvas.disc(half, half, half * 0.88, colour_of(look["face"]))
        if look["zone"] is not None:
            steps = 12
            for i in range(steps):
                a, b = (look["zone"] + (1 - look["zone"]) * (i + j) / steps for j in (0, 1.05))
                canvas.line(at((a + b) / 2, 0.72), at((a + b) / 2, 0.82), size * 0.012, (214, 40, 40))
        for i in range(look["steps"] * 5 + 1):
            share, major = i / (look["steps"] * 5), i % 5 == 0
            canvas.line(
                at(share, 0.68 if major else 0.76), at(share, 0.83), size * (0.012 if major else 0.006), ink
            )
            if major:
                value = look["top"] * (i // 5) / look["steps"]
                text = f"{value:.0f}" if value == int(value) else f"{value:.1f}"
                x, y = at(share, 0.53)
                canvas.text(text, x, y, size * 0.05, ink, "sans", size * 0.14)
        canvas.text(look["unit"], half, size * 0.72, size * 0.06, ink, "sans", size * 0.3)
        tip, tail = at(look["share"], 0.72), at(look["share"], -0.2)
        canvas.line(tail, tip, size * 0.022, colour_of(look["pointer"]))
        canvas.disc(half, half, size * 0.045, colour_of([c // 2 for c in rim]))
        reading = look["top"] * look["share"]
        text = f"{reading:.2f} {look['unit']}"
        return canvas.raster(text=text, keypoints=((half, half), tip, at(0, 0.83), at(1, 0.83)))


class DisplayAsset(Asset):
    """Digits of seven segments, lit or dark on a panel; the number is its text."""

    asset: Literal["display"]
    digits_range: tuple[Annotated[int, Field(ge=1, le=12)], Annotated[int, Field(ge=1, le=12)]] = (3, 6)
    panel: bool = Field(True, description="Whether there is a panel around the digits.")

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        low, high = self.digits_range
        count = draws.integer(low, max(low, high) + 1)
        number = "".join(draws.choice("0123456789") for _ in range(count))
        point = draws.integer(1, count) if count > 1 and draws.chance(0.5) else None
        lit = draws.choice(((255, 60, 40), (80, 255, 110), (90, 180, 255), (255, 190, 60), None, None))
        return {
            "number": number if point is None else f"{number[:point]}.{number[point:]}",
            "lit": lit if lit else worn(draws, (30, 36, 32), 10),
            "back": worn(draws, (16, 18, 18) if lit else (168, 182, 160), 12),
            "frame": worn(draws, draws.choice(((40, 42, 46), (220, 220, 214), (120, 124, 130)))),
            "panel": self.panel,
            "slant": draws.uniform(0, 0.12),
        }

    def draw(self, look: Look, size: int) -> Raster:
        from .canvas import Canvas
        from .segments import draw_digits

        number = look["number"]
        count = len(number.replace(".", ""))
        edge = 0.35 if look["panel"] else 0.12
        wide, high = count * 0.74 + 2 * edge, 1 + 2 * edge
        scale = size / max(wide, high)
        canvas = Canvas(wide * scale, high * scale)
        if look["panel"]:
            canvas.box(0, 0, wide * scale, high * scale, colour_of(look["frame"]), round=0.12 * scale)
        pad = 0.12 * scale if look["panel"] else 0
        back = colour_of(look["back"])
        canvas.box(pad, pad, wide * scale - pad, high * scale - pad, back)
        draw_digits(
            canvas, number, edge * scale, edge * scale, scale, colour_of(look["lit"]), back, look["slant"]
        )
        return canvas.raster(text=number)
