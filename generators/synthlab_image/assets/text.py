"""Words and single characters in the fonts that ship with synthlab."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal
from unicodedata import category

from pydantic import AfterValidator, Field

from synthlab import Draws

from ..colours import distinct
from ..options import Share, in_order
from ..scene import Colour, Look
from .base import Asset
from .raster import Raster
from .tools import FaceName, colour_of

__all__ = ["TextAsset"]

Length = Annotated[int, Field(ge=1, le=40)]


class TextAsset(Asset):
    """One of several texts, or random characters; on nothing, or on a label."""

    asset: Literal["text"]
    texts: Annotated[tuple[str, ...], Field(max_length=5000)] = Field(
        (), description="What may be written, each as likely; if empty, characters at random."
    )
    characters: str = Field(
        "0123456789ABCDEFGHJKLMNPRSTUVWXYZ", min_length=1, description="Which characters, if at random."
    )
    length_range: Annotated[tuple[Length, Length], AfterValidator(in_order)] = Field(
        (1, 1), description="How many characters, if at random."
    )
    faces: tuple[FaceName, ...] = Field(
        ("sans", "bold", "condensed", "serif", "serif-bold", "mono"), min_length=1
    )
    cards: Share = Field(0.0, description="Share that is written on a label of its own.")

    def problems(self) -> Iterator[str]:
        from ..documents.typefaces import covers
        from .canvas import FACES, FONTS

        for text in self.texts or (self.characters,):
            if not text.strip() or any(category(c) in ("Cc", "Zl", "Zp") for c in text):
                yield f"{text[:40]!r} is not one line of letters that can be seen"
                return
        letters = dict.fromkeys(c for c in "".join(self.texts) or self.characters if not c.isspace())
        for face in dict.fromkeys(self.faces):
            lacking = [c for c in letters if not covers(str(FONTS / FACES[face]), c)]
            if lacking:
                some = " ".join(map(repr, lacking[:5]))
                yield f"the face {face!r} has no {some}; leave them out, or choose other faces"
                return

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
