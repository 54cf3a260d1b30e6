"""Cut-outs: the objects of a COCO dataset of the user's, cut along their masks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from synthlab import Draws, InputFile, InputFolder

from ..scene import Colour, Look
from .base import Asset
from .raster import Raster

__all__ = ["CutoutsAsset"]


class CutoutsAsset(Asset):
    """One of the objects of a category in a COCO file, with its mask (or its box, if it has none)."""

    reused = True

    asset: Literal["cutouts"]
    annotations: InputFile = Field(description="The JSON file, beside the schema file.")
    images: InputFolder = Field(description="The folder with its images.")
    category: str = Field(description="Which of its categories.")
    min_side: Annotated[int, Field(ge=1)] = Field(12, description="Smaller objects are left out, in pixels.")

    def problems(self) -> Iterator[str]:
        from .coco import objects_of

        if not objects_of(self.annotations.path, self.category, self.min_side, tuple(self.images.files)):
            yield f"{self.annotations.root!r} has no large enough object of the category {self.category!r}"

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        from .coco import objects_of

        found = objects_of(self.annotations.path, self.category, self.min_side, tuple(self.images.files))
        return {"annotation": draws.choice(found)}

    def draw(self, look: Look, size: int) -> Raster:
        from .coco import cutout

        return cutout(self.annotations.path, dict(self.images.files), look["annotation"], size)
