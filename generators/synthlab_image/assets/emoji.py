"""Emoji in the colours of a font of the user's, or of the one that is installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from synthlab import Draws, InputFile
from synthlab.errors import InputError

from ..scene import Colour, Look
from .base import Asset
from .raster import Raster

__all__ = ["EmojiAsset"]

INSTALLED = (
    "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
    "/usr/share/fonts/noto/NotoColorEmoji.ttf",
    "/usr/share/fonts/google-noto-color-emoji-fonts/NotoColorEmoji.ttf",
    "/System/Library/Fonts/Apple Color Emoji.ttc",
    "C:/Windows/Fonts/seguiemj.ttf",
)
STRIKES = (109, 160, 136, 128, 96, 64)
"""Sizes in pixels in which fonts of coloured pictures come; others can be set at any of them."""


class EmojiAsset(Asset):
    """One of several emoji."""

    reused = True

    asset: Literal["emoji"]
    characters: Annotated[tuple[str, ...], Field(min_length=1, max_length=2000)] = Field(
        description="The emoji, each as likely; what belongs together (a flag, a skin tone) is one text."
    )
    font: InputFile | None = Field(
        None,
        description="A font with coloured emoji, below the folder of the schema file; by default the "
        "installed one, which differs from machine to machine.",
    )

    def problems(self) -> Iterator[str]:
        if self.font is None and _installed() is None:
            places = ", ".join(INSTALLED)
            yield f"no font with coloured emoji is installed; `font` names one (looked for {places})"

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        return {"emoji": draws.choice(self.characters)}

    def draw(self, look: Look, size: int) -> Raster:
        from ..files import reduced

        path = self.font.path if self.font is not None else _installed()
        assert path is not None
        return Raster(reduced(_picture(str(path), look["emoji"]), size), text=look["emoji"])


def _installed() -> Path | None:
    """Return the font of coloured emoji of this machine."""
    return next((Path(place) for place in INSTALLED if Path(place).exists()), None)


@lru_cache(maxsize=512)
def _picture(path: str, emoji: str) -> Any:
    """Return an emoji as blue, green, red and coverage, colours multiplied by it, cut to what is covered."""
    import numpy as np
    from PIL import Image, ImageDraw

    from ..files import premultiplied

    font = _font(path)
    image = Image.new("RGBA", (4 * int(font.size), 2 * int(font.size)))
    ImageDraw.Draw(image).text((0, 0), emoji, font=font, embedded_color=True)
    pixels = np.asarray(image)[..., [2, 1, 0, 3]]
    return premultiplied(pixels, f"{emoji!r} in {Path(path).name}")


@lru_cache(maxsize=8)
def _font(path: str) -> Any:
    from PIL import ImageFont

    for size in STRIKES:
        try:
            return ImageFont.truetype(path, size)
        except OSError:
            continue
    raise InputError(f"{Path(path).name} is no font that can be read")
