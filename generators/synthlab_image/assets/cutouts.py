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
            yield self._missing()
        if self.scale_range is not None and self.size_range is not None:
            yield "scale_range and size_range both say how large it is; leave one of them out"

    def _missing(self) -> str:
        """Return why there is no object to be shown."""
        from .coco import read_objects

        known, name = read_objects(self.annotations.path), self.annotations.root
        if self.category not in known.categories.values():
            some = ", ".join(map(repr, sorted({*known.categories.values()})[:10])) or "none at all"
            return f"{name!r} has no category {self.category!r}; it has {some}"
        mine = [
            number
            for number, thing in known.annotations.items()
            if known.categories[int(thing["category_id"])] == self.category
        ]
        files = [known.file_of(number) for number in mine]
        if files and not any(file in self.images.files for file in files):
            return (
                f"the images with a {self.category!r} are not in the folder {self.images.root!r}, "
                f"{files[0]!r} for example"
            )
        return (
            f"{name!r} has no large enough object of the category {self.category!r} that may be shown: "
            f"{len(mine):,} in all; lower min_side, or leave it out"
        )

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
