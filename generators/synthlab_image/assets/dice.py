"""Dice, coins and cells: small round and square things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from synthlab import Draws

from ..colours import vivid
from ..scene import Colour, Look
from .base import Asset
from .raster import Raster
from .tools import colour_of, worn

__all__ = ["CoinAsset", "DieAsset"]

_SPOTS = {
    1: ((0, 0),),
    2: ((-1, -1), (1, 1)),
    3: ((-1, -1), (0, 0), (1, 1)),
    4: ((-1, -1), (1, -1), (-1, 1), (1, 1)),
    5: ((-1, -1), (1, -1), (0, 0), (-1, 1), (1, 1)),
    6: ((-1, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (1, 1)),
}
METALS: dict[str, Colour] = {"copper": (184, 115, 70), "brass": (214, 178, 84), "silver": (188, 190, 194)}


class DieAsset(Asset):
    """The upper face of a die; its text is the number of its spots."""

    asset: Literal["die"]
    faces: tuple[Literal[1, 2, 3, 4, 5, 6], ...] = Field((1, 2, 3, 4, 5, 6), min_length=1)

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        body = (240, 238, 230) if draws.chance(0.5) else vivid(draws)
        return {
            "spots": draws.choice(self.faces),
            "body": worn(draws, body),
            "round": draws.uniform(0.1, 0.26),
        }

    def draw(self, look: Look, size: int) -> Raster:
        from .canvas import Canvas

        body = colour_of(look["body"])
        dark = tuple(int(c * 0.72) for c in body)
        canvas, side = Canvas(size, size), float(size)
        canvas.box(0, 0, side, side, colour_of(dark), round=side * look["round"])
        canvas.box(side * 0.03, side * 0.03, side * 0.97, side * 0.97, body, round=side * look["round"])
        spot = (24, 24, 26) if sum(body) > 330 else (244, 244, 240)
        for x, y in _SPOTS[look["spots"]]:
            canvas.disc(side * (0.5 + 0.26 * x), side * (0.5 + 0.26 * y), side * 0.09, spot)
        return canvas.raster(text=str(look["spots"]))


class CoinAsset(Asset):
    """A coin of no country, with its value on it."""

    asset: Literal["coin"]
    values: tuple[int, ...] = Field((1, 2, 5, 10, 20, 50), min_length=1)
    metals: tuple[Literal["copper", "brass", "silver"], ...] = Field(
        ("copper", "brass", "silver"), min_length=1
    )

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        metal = draws.choice(self.metals)
        second = draws.choice(("", "", "brass", "silver"))
        return {
            "value": draws.choice(self.values),
            "metal": worn(draws, METALS[metal], 24),
            "middle": worn(draws, METALS[second], 20) if second else None,
            "stars": draws.integer(0, 13),
        }

    def draw(self, look: Look, size: int) -> Raster:
        from ..geometry import circle
        from .canvas import Canvas
        from .light import sheen

        canvas, half = Canvas(size, size), size / 2
        metal = colour_of(look["metal"])
        light, dark = (
            colour_of([min(255, int(c * 1.25)) for c in metal]),
            colour_of([int(c * 0.6) for c in metal]),
        )
        canvas.disc(half, half, half, dark)
        canvas.disc(half, half, half * 0.97, metal)
        canvas.ring(half, half, half * 0.92, half * 0.04, dark)
        if look["middle"]:
            canvas.disc(half, half, half * 0.64, colour_of(look["middle"]))
        for x, y in circle(16)[: look["stars"]]:
            canvas.disc(half + float(x) * half * 0.78, half + float(y) * half * 0.78, half * 0.05, light)
        text = str(look["value"])
        canvas.text(
            text, half + size * 0.008, half + size * 0.008, size * 0.3, dark, "serif-bold", size * 0.55
        )
        canvas.text(
            text, half - size * 0.004, half - size * 0.004, size * 0.3, light, "serif-bold", size * 0.55
        )
        canvas.shade(sheen())
        return canvas.raster(text=text)
