"""Cut-outs: the objects of a COCO dataset of the user's, cut along their masks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from synthlab import Draws, InputFile, InputFolder

from ..options import SizeRange
from ..scene import Colour, Look
from .base import Asset
from .raster import Raster

__all__ = ["CutoutsAsset"]

Outline = Literal["mask", "ellipse", "box"]


class CutoutsAsset(Asset):
    """One of the objects of a category in a COCO file, with its mask (or its box, if it has none)."""

    reused = True

    asset: Literal["cutouts"]
    annotations: InputFile = Field(description="The JSON file, beside the schema file.")
    images: InputFolder = Field(description="The folder with its images.")
    category: str = Field(description="Which of its categories.")
    min_side: Annotated[int, Field(ge=1)] = Field(12, description="Smaller objects are left out, in pixels.")
    scale_range: SizeRange | None = Field(
        None, description="How large it is beside its own size in the image; in place of size_range."
    )
    outline: Outline = Field(
        "mask",
        description="What is shown: what its mask covers, or an ellipse or a rectangle as large as its box, "
        "with what is around the object.",
    )
    own_padding: bool = Field(
        False, description="Whether its box is as much wider than its mask as it is in the file."
    )

    @property
    def numbers(self) -> tuple[int, ...]:
        """The ids of the objects, in order."""
        from .coco import objects_of

        return objects_of(self.annotations.path, self.category, self.min_side, tuple(self.images.files))

    def problems(self) -> Iterator[str]:
        if not self.numbers:
            yield f"{self.annotations.root!r} has no large enough object of the category {self.category!r}"
        if self.scale_range is not None and self.size_range is not None:
            yield "scale_range and size_range both say how large it is; leave one of them out"

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        return {"annotation": draws.choice(self.numbers)}

    def sizes(self, otherwise: tuple[float, float]) -> tuple[float, float]:
        return self.scale_range or super().sizes(otherwise)

    def own_size(self, look: Look) -> float | None:
        from .coco import read_objects

        if self.scale_range is None:
            return None
        return float(max(read_objects(self.annotations.path).annotations[look["annotation"]]["bbox"][2:]))

    def tone(self, look: Look) -> tuple[float, float, float] | None:
        from .coco import read_objects

        known = read_objects(self.annotations.path)
        return known.tone_of(int(known.annotations[look["annotation"]]["image_id"]))

    def draw(self, look: Look, size: int) -> Raster:
        from .coco import cutout

        return cutout(
            self.annotations.path,
            self.images.files,
            look["annotation"],
            size,
            self.outline,
            padded=self.own_padding,
        )
