"""Photographs whose objects are known, as scenes to begin with: what a schema says of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from synthlab import Draws, InputFile, InputFolder

from .assets.base import Asset
from .assets.raster import Raster
from .options import CountRange, Share, ShareRange
from .scene import Colour, Look

if TYPE_CHECKING:
    from .assets.coco import CocoObjects

__all__ = ["AnnotatedPhotos", "PhotographedAsset"]


class AnnotatedPhotos(BaseModel):
    """Photographs and the COCO file of their objects.

    Each object stays where it is, gives way to another of its class, or is taken away. Those that stay lie
    in front, so that what was labeled once is labeled as it was.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    annotations: InputFile = Field(description="A COCO file beside the schema file.")
    images: InputFolder = Field(description="The folder with its images.")
    emptied: InputFolder | None = Field(
        None, description="The same images without their objects; without this folder all objects stay."
    )
    kept_range: ShareRange = Field((1.0, 1.0), description="Which share of an image's objects stays.")
    replaced: Share = Field(
        1.0, description="Share of the others in whose place another of the class is; the rest is taken away."
    )
    beside_range: CountRange = Field(
        (0, 0),
        description="How many more there are beside objects of the image: each of the class of one of them, "
        "as large and as far up, so that what is farther away stays smaller.",
    )
    flips: Share = Field(0.5, description="Share of the images that are mirrored.")
    tones: Share = Field(
        0.0, description="How far objects of other images take on the light of the one they come into."
    )

    @model_validator(mode="after")
    def _shows_what_is_behind(self) -> Self:
        if self.emptied is None and self.kept_range != (1.0, 1.0):
            raise ValueError("where objects do not stay, a folder `emptied` has to show what is behind them")
        return self

    @cached_property
    def known(self) -> CocoObjects:
        """What the file says."""
        from .assets.coco import read_objects

        return read_objects(self.annotations.path)

    @cached_property
    def numbers(self) -> list[int]:
        """The ids of the images that are there."""
        return [n for n, record in self.known.images.items() if record["file_name"] in self.images.files]


class PhotographedAsset(Asset):
    """Objects where the photographs show them."""

    reused = True

    asset: str = "photographed"
    source: AnnotatedPhotos

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        raise NotImplementedError("what is in a photograph is not drawn by lot")

    def draw(self, look: Look, size: int) -> Raster:
        from .assets.coco import cutout

        source = self.source
        number = look["annotation"]
        return cutout(source.annotations.path, source.images.files, number, size, "mask", padded=True)
