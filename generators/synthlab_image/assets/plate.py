"""Licence plates, in the manner of several countries; none is of a car that exists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from synthlab import Draws

from ..scene import Colour, Look
from .base import Asset
from .raster import Raster
from .tools import colour_of, digits, letters, worn

__all__ = ["PlateAsset"]

StyleName = Literal["european", "british", "american", "square"]
WHITE, YELLOW, BLACK, BLUE = (238, 238, 234), (244, 200, 40), (22, 22, 24), (18, 60, 150)
PAPER: tuple[Colour, ...] = (
    WHITE,
    (214, 226, 240),
    (236, 226, 196),
    (200, 220, 205),
    (30, 60, 120),
    (150, 30, 34),
)
ODD: tuple[tuple[Colour, Colour], ...] = (
    ((24, 62, 150), WHITE),
    ((26, 110, 80), WHITE),
    ((196, 226, 206), BLACK),
    ((26, 26, 28), (206, 208, 210)),
    ((170, 28, 34), WHITE),
    (YELLOW, BLACK),
)
"""Plates of electric cars, old cars, taxis, trailers: paper and ink."""
FACES = ("condensed", "condensed", "condensed", "bold", "mono", "sans")


class PlateAsset(Asset):
    """A licence plate; its text and the box of each character are known."""

    keypoints = ("top left", "top right", "bottom right", "bottom left")
    skeleton = ((0, 1), (1, 2), (2, 3), (3, 0))

    asset: Literal["plate"]
    styles: tuple[StyleName, ...] = Field(("european", "british", "american", "square"), min_length=1)

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        style = draws.choice(self.styles)
        look: Look = {"style": style, "paper": worn(draws, WHITE), "ink": BLACK}
        match style:
            case "european":
                head = letters(draws, draws.integer(1, 4))
                look["lines"] = [
                    f"{head} {letters(draws, draws.integer(1, 3))} {digits(draws, draws.integer(2, 5))}"
                ]
                look["band"] = letters(draws, draws.integer(1, 3), "ABDEFILNPS")
                if draws.chance(0.12):
                    look["ink"] = (24, 90, 60)
            case "british":
                look["lines"] = [f"{letters(draws, 2)}{digits(draws, 2)} {letters(draws, 3)}"]
                if draws.chance(0.5):
                    look["paper"] = worn(draws, YELLOW)
            case "american":
                pattern = draws.choice(("AAA 999", "999 AAA", "9AAA999", "AA 99999", "AAA 9999"))
                drawn = (
                    digits(draws, 1) if c == "9" else letters(draws, 1) if c == "A" else c for c in pattern
                )
                look["lines"] = ["".join(drawn)]
                look["paper"] = worn(draws, draws.choice(PAPER))
                dark = sum(look["paper"]) < 330
                look["ink"] = (
                    draws.choice(((240, 240, 236), (250, 214, 60)))
                    if dark
                    else draws.choice((BLACK, (24, 40, 110), (120, 20, 30), (20, 80, 50)))
                )
                look["head"] = draws.choice(
                    ("LAKELAND", "OLD COAST", "PINE STATE", "RIVERSIDE", "SUNFIELD", "NORTHPORT")
                )
            case _:
                first = f"{letters(draws, 2)} {digits(draws, 1)}"
                look["lines"] = [first, digits(draws, 4)]
                if draws.chance(0.4):
                    look["paper"] = worn(draws, YELLOW)
        look["dirt"] = draws.integer(0, 3)
        look["bolts"] = draws.chance(0.7)
        look["face"] = draws.choice(FACES)
        odd = draws.integer(0, 3 * len(ODD))
        if style in ("european", "square") and odd < len(ODD):
            paper, look["ink"] = ODD[odd]
            look["paper"] = worn(draws, paper)
            look.pop("band", None)
        look["frame"] = draws.choice((0.0, 0.0, 0.0, 0.03, 0.06))
        return look

    def draw(self, look: Look, size: int) -> Raster:
        from .canvas import Canvas

        lines = look["lines"]
        tall = {"american": 0.5, "square": 0.72}.get(look["style"], 0.215)
        width, height = float(size), size * tall
        canvas = Canvas(width, height)
        width, height = float(canvas.width), float(canvas.height)
        ink, paper, rim = colour_of(look["ink"]), colour_of(look["paper"]), size * 0.008
        canvas.box(0, 0, width, height, ink, round=height * 0.1)
        if look["frame"]:
            canvas.box(0, 0, width, height, (30, 31, 33), round=height * 0.06)
            rim = height * look["frame"] + size * 0.004
        canvas.box(rim, rim, width - rim, height - rim, paper, round=height * 0.09)
        left = 2 * rim
        if "band" in look:
            left = height * 0.45
            canvas.box(rim, rim, left, height - rim, BLUE, round=height * 0.06)
            canvas.text(look["band"], left / 2, height * 0.74, height * 0.2, WHITE, "bold", left * 0.7)
            for i in range(8):
                x, y = ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7))[
                    i
                ]
                canvas.disc(
                    left / 2 + x * height * 0.12, height * 0.35 + y * height * 0.12, height * 0.025, YELLOW
                )
        if "head" in look:
            canvas.text(look["head"], width / 2, height * 0.16, height * 0.1, ink, "serif-bold", width * 0.7)
        rows = len(lines)
        middle = 0.57 if "head" in look else 0.5
        for i, line in enumerate(lines):
            y = height * (middle if rows == 1 else 0.28 + 0.45 * i)
            high = height * (0.42 if "head" in look else 0.62 if rows == 1 else 0.32)
            canvas.text(line, (left + width) / 2, y, high, ink, look["face"], (width - left) * 0.9, part=True)
        if look["bolts"]:
            for x in (0.22, 0.78):
                canvas.disc(
                    width * x, height * (0.16 if "head" in look else 0.12), height * 0.03, (120, 120, 118)
                )
        corners = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
        return canvas.raster(text=" ".join(lines), keypoints=corners)
