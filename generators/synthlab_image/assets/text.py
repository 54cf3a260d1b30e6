"""Words and single characters in the fonts that ship with synthlab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from synthlab import Draws

from ..colours import distinct
from ..options import Share
from ..scene import Colour, Look
from .base import Asset
from .raster import Raster
from .tools import FaceName, colour_of

__all__ = ["TextAsset"]


class TextAsset(Asset):
    """One of several texts, or random characters; on nothing, or on a label."""

    asset: Literal["text"]
    texts: Annotated[tuple[str, ...], Field(max_length=5000)] = Field(
        (), description="What may be written, each as likely; if empty, characters at random."
    )
    characters: str = Field(
        "0123456789ABCDEFGHJKLMNPRSTUVWXYZ", min_length=1, description="Which characters, if at random."
    )
    length_range: tuple[Annotated[int, Field(ge=1, le=40)], Annotated[int, Field(ge=1, le=40)]] = (1, 1)
    faces: tuple[FaceName, ...] = Field(
        ("sans", "bold", "condensed", "serif", "serif-bold", "mono"), min_length=1
    )
    cards: Share = Field(0.0, description="Share that is written on a label of its own.")

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        if self.texts:
            text = draws.choice(self.texts)
        else:
            low, high = self.length_range
            count = draws.integer(low, max(low, high) + 1)
            text = "".join(draws.choice(self.characters) for _ in range(count))
        ink = distinct(draws, behind or ((128, 128, 128),), enough=220)
        look: Look = {"text": text, "face": draws.choice(self.faces), "ink": ink}
        if draws.chance(self.cards):
            look["card"] = distinct(draws, (ink,), enough=300)
        return look

    def draw(self, look: Look, size: int) -> Raster:
        from .canvas import Canvas, text_size

        wide = text_size(look["text"], look["face"], 100)
        high, pad = 135.0, 0.0
        if "card" in look:
            pad = 40.0
        scale = size / max(wide + 2 * pad, high + 2 * pad)
        width, height = (wide + 2 * pad) * scale, (high + 2 * pad) * scale
        canvas = Canvas(width, height)
        if "card" in look:
            canvas.box(0, 0, width, height, colour_of(look["card"]), round=height / 8)
        canvas.text(
            look["text"],
            width / 2,
            height / 2,
            100 * scale,
            colour_of(look["ink"]),
            look["face"],
            width,
            part=True,
        )
        return canvas.raster(text=look["text"])
