"""Sprites: pictures of the user's with a transparent background, from a folder beside the schema file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from synthlab import Draws, InputFolder

from ..scene import Colour, Look
from .base import Asset
from .raster import Raster

__all__ = ["ENDINGS", "SpritesAsset"]

ENDINGS = (".png", ".webp", ".svg", ".jpg", ".jpeg", ".bmp")


class SpritesAsset(Asset):
    """One of the pictures in a folder; what is transparent in a PNG, WebP or SVG file is left out."""

    reused = True

    asset: Literal["sprites"]
    folder: InputFolder = Field(description="A folder below that of the schema file.")

    _names: list[str] = PrivateAttr()

    @model_validator(mode="after")
    def _list(self) -> Self:
        self._names = list(self.folder.ending_in(ENDINGS))
        return self

    @property
    def names(self) -> list[str]:
        """The names of the pictures, in order."""
        return self._names

    def problems(self) -> Iterator[str]:
        if not self.names:
            yield f"there is no picture in the folder {self.folder.root!r}: {', '.join(ENDINGS)}"

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        return {"file": draws.choice(self.names)}

    def draw(self, look: Look, size: int) -> Raster:
        from ..files import sprite

        return sprite(self.folder.files[look["file"]], size)
