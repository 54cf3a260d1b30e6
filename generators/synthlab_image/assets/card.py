"""Playing cards of a French deck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from pydantic import Field

from synthlab import Draws

from ..scene import Colour, Look
from .base import Asset
from .raster import Raster

__all__ = ["CardAsset"]

SUITS = {"spades": "♠", "hearts": "♥", "diamonds": "♦", "clubs": "♣"}
RankName = Literal["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"]
SuitName = Literal["spades", "hearts", "diamonds", "clubs"]
RED, BLACK = (200, 24, 36), (24, 24, 28)
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


class Deck(NamedTuple):
    """What the cards of a deck have in common; lengths are shares of a card's height."""

    wide: float
    paper: Colour
    face: str
    corner: float
    """How high the rank in the corners is."""
    pip: float
    ace: float
    spread: float
    """How far signs are from the middle of the card, 1 as in `PIPS`."""


DECKS = (
    Deck(0.69, (250, 249, 245), "serif-bold", 0.07, 0.095, 0.24, 1.0),
    Deck(0.71, (246, 242, 230), "bold", 0.075, 0.11, 0.18, 1.05),
    Deck(0.64, (252, 252, 252), "serif-bold", 0.08, 0.12, 0.3, 1.1),
    Deck(0.71, (251, 251, 250), "condensed", 0.085, 0.13, 0.16, 1.14),
    Deck(0.7, (248, 248, 250), "bold", 0.15, 0.11, 0.26, 0.85),
    Deck(0.64, (244, 238, 222), "serif", 0.075, 0.115, 0.34, 1.08),
    Deck(0.71, (253, 252, 247), "serif-bold", 0.1, 0.12, 0.2, 1.0),
    Deck(0.72, (240, 238, 234), "sans", 0.07, 0.125, 0.22, 1.12),
    Deck(0.69, (252, 250, 252), "condensed", 0.13, 0.1, 0.28, 0.9),
    Deck(0.71, (249, 246, 238), "serif", 0.09, 0.13, 0.15, 1.12),
    Deck(0.66, (250, 250, 246), "bold", 0.09, 0.105, 0.4, 1.0),
    Deck(0.71, (254, 254, 254), "serif-bold", 0.08, 0.135, 0.2, 1.15),
)


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
            "deck": draws.integer(0, len(DECKS)),
        }

    def draw(self, look: Look, size: int) -> Raster:
        from .canvas import Canvas
        from .court import draw_court

        rank, sign, deck = look["rank"], SUITS[look["suit"]], DECKS[look["deck"]]
        ink: Colour = RED if look["suit"] in ("hearts", "diamonds") else BLACK
        canvas = Canvas(size * deck.wide, float(size))
        width, height = float(canvas.width), float(canvas.height)
        canvas.box(0, 0, width, height, (150, 148, 140), round=width * 0.07)
        edge = max(0.5, size * 0.004)
        canvas.box(edge, edge, width - edge, height - edge, deck.paper, round=width * 0.066)
        if rank in PIPS:
            high = height * (deck.ace if rank == "A" else deck.pip)
            for x, y in PIPS[rank]:
                x, y = 0.5 + (x - 0.5) * deck.spread, 0.5 + (y - 0.5) * deck.spread
                canvas.text(sign, width * x, height * y, high, ink, "sans", 1e9, y > 0.5)
        else:
            draw_court(canvas, rank, sign, ink, look["deck"], 0.04 + 1.45 * deck.corner / deck.wide)
        for turned in (False, True):
            x, top = deck.corner * 0.75 / deck.wide + 0.03, deck.corner / 2 + 0.035
            low = top + deck.corner / 2 + min(0.07, deck.corner * 0.8) * 0.8
            if turned:
                x, top, low = 1 - x, 1 - top, 1 - low
            most = width * deck.corner * 1.5 / deck.wide
            canvas.text(rank, width * x, height * top, height * deck.corner, ink, deck.face, most, turned)
            canvas.text(
                sign, width * x, height * low, height * min(0.07, deck.corner * 0.8), ink, "sans", 1e9, turned
            )
        corners = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
        return canvas.raster(text=f"{rank}{sign}", keypoints=corners)
