"""Playing cards of a French deck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from pydantic import Field

from synthlab import Draws

from ..scene import Colour, Look
from .base import Asset
from .raster import Raster

__all__ = ["CardAsset"]

SUITS = {"spades": "♠", "hearts": "♥", "diamonds": "♦", "clubs": "♣"}
RankName = Literal["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"]
SuitName = Literal["spades", "hearts", "diamonds", "clubs"]
RED, BLACK, GOLD, INDIGO = (200, 24, 36), (24, 24, 28), (214, 168, 60), (40, 60, 140)
# Columns 0.3, 0.5 and 0.7 of the width, and rows as shares of the height.
PIPS: dict[str, tuple[tuple[float, float], ...]] = {
    "A": ((0.5, 0.5),),
    "2": ((0.5, 0.2), (0.5, 0.8)),
    "3": ((0.5, 0.2), (0.5, 0.5), (0.5, 0.8)),
    "4": ((0.3, 0.2), (0.7, 0.2), (0.3, 0.8), (0.7, 0.8)),
    "5": ((0.3, 0.2), (0.7, 0.2), (0.5, 0.5), (0.3, 0.8), (0.7, 0.8)),
    "6": ((0.3, 0.2), (0.7, 0.2), (0.3, 0.5), (0.7, 0.5), (0.3, 0.8), (0.7, 0.8)),
    "7": ((0.3, 0.2), (0.7, 0.2), (0.5, 0.35), (0.3, 0.5), (0.7, 0.5), (0.3, 0.8), (0.7, 0.8)),
    "8": ((0.3, 0.2), (0.7, 0.2), (0.5, 0.35), (0.3, 0.5), (0.7, 0.5), (0.5, 0.65), (0.3, 0.8), (0.7, 0.8)),
    "9": (*((x, y) for x in (0.3, 0.7) for y in (0.2, 0.4, 0.6, 0.8)), (0.5, 0.5)),
    "10": (*((x, y) for x in (0.3, 0.7) for y in (0.2, 0.4, 0.6, 0.8)), (0.5, 0.3), (0.5, 0.7)),
}


class CardAsset(Asset):
    """A playing card; which one is its text: `Q♥`."""

    reused = True
    keypoints = ("top left", "top right", "bottom right", "bottom left")

    asset: Literal["card"]
    ranks: tuple[RankName, ...] = Field(get_args(RankName), min_length=1)
    suits: tuple[SuitName, ...] = Field(get_args(SuitName), min_length=1)

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        return {
            "rank": draws.choice(self.ranks),
            "suit": draws.choice(self.suits),
            "deck": draws.integer(0, 3),
        }

    def draw(self, look: Look, size: int) -> Raster:
        from .canvas import Canvas

        rank, sign = look["rank"], SUITS[look["suit"]]
        height, width = float(size), size * (0.69, 0.71, 0.64)[look["deck"]]
        ink: Colour = RED if look["suit"] in ("hearts", "diamonds") else BLACK
        paper: Colour = ((250, 249, 245), (246, 242, 230), (252, 252, 252))[look["deck"]]
        face = ("serif-bold", "bold", "serif-bold")[look["deck"]]
        canvas = Canvas(width, height)
        width, height = float(canvas.width), float(canvas.height)
        canvas.box(0, 0, width, height, (150, 148, 140), round=width * 0.07)
        edge = max(0.5, size * 0.004)
        canvas.box(edge, edge, width - edge, height - edge, paper, round=width * 0.066)
        for turned in (False, True):
            x, top, low = (0.9, 0.925, 0.85) if turned else (0.1, 0.075, 0.15)
            canvas.text(rank, width * x, height * top, height * 0.07, ink, face, width * 0.15, turned)
            canvas.text(sign, width * x, height * low, height * 0.055, ink, "sans", 1e9, turned)
        if rank in PIPS:
            high = height * (0.24 if rank == "A" else 0.095)
            for x, y in PIPS[rank]:
                canvas.text(sign, width * x, height * y, high, ink, "sans", 1e9, y > 0.5)
        else:
            self._court(canvas, width, height, rank, sign, ink, face)
        corners = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
        return canvas.raster(text=f"{rank}{sign}", keypoints=corners)

    def _court(self, canvas, width, height, rank, sign, ink, face) -> None:  # type: ignore[no-untyped-def]
        left, right, top, bottom = width * 0.2, width * 0.8, height * 0.13, height * 0.87
        canvas.box(left, top, right, bottom, INDIGO)
        canvas.box(left + 2, top + 2, right - 2, bottom - 2, (250, 240, 210))
        for i in range(6):
            # A robe of stripes, the same from both ends.
            share = i / 6
            x = left + 2 + (right - left - 4) * share
            colour = (ink, GOLD, INDIGO)[i % 3]
            canvas.box(x, height * 0.36, x + (right - left - 4) / 6, height * 0.64, colour)
        for turned in (False, True):
            y = 0.27 if not turned else 0.73
            away = 1 if turned else -1
            canvas.disc(width / 2, height * y, width * 0.11, (240, 206, 170))
            canvas.box(
                width * 0.38,
                height * (y + away * 0.055) - 2,
                width * 0.62,
                height * (y + away * 0.055) + 3,
                GOLD,
            )
            canvas.text(
                rank, width / 2, height * (y - away * 0.0), height * 0.06, ink, face, width * 0.2, turned
            )
            x = 0.29 if not turned else 0.71
            canvas.text(
                sign,
                width * x,
                height * (0.19 if not turned else 0.81),
                height * 0.07,
                ink,
                "sans",
                1e9,
                turned,
            )
