"""The interface of assets: what can stand in a scene.

An asset kind is a frozen pydantic model whose fields are what a schema file may say of it, and two functions:
`look` draws lots for one example and returns it as plain data, `draw` makes the picture of a look at a size.
Nothing else may go into a picture, so that a scene can be drawn again from what it says. To add a kind: a
short file here, and its name in `kinds.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt

from synthlab import Draws

from ..options import Below, BoxExtent, CountRange, Share, SizeRange, TurnRange, Weight
from ..placing import Placement
from ..scene import Colour, Look

if TYPE_CHECKING:
    from .raster import Raster

__all__ = ["Asset", "Policy"]


class Policy(BaseModel):
    """What is labeled and how, for one class; what is left out is as for the others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_visible_pixels: PositiveInt | None = None
    min_side: PositiveInt | None = None
    min_visibility: Share | None = None
    below: Below | None = None
    boxes: BoxExtent | None = None
    padding: NonNegativeInt | None = None


class Asset(BaseModel):
    """One kind of thing, and what is common to all of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keypoints: ClassVar[tuple[str, ...]] = ()
    """The names of the points that a picture of it has."""
    skeleton: ClassVar[tuple[tuple[int, int], ...]] = ()
    reused: ClassVar[bool] = False
    """Whether looks repeat so often that their pictures are worth keeping."""

    weight: Weight = Field(1.0, description="How often it is drawn, beside the others.")
    size_range: SizeRange | None = Field(
        None, description="Its size as a share of the image's shorter side; by default object_size_range."
    )
    rotation_range: TurnRange | None = Field(None, description="By default that of all objects.")
    flips: Share | None = Field(None, description="Share that is mirrored; by default that of all objects.")
    count_range: CountRange | None = Field(
        None,
        description="How many of its class an image has, apart from those of objects_range. This and what "
        "follows is said of a class by its first asset.",
    )
    placement: Placement | None = Field(None, description="Where its class is; by default as all objects.")
    keeps_apart: bool = Field(
        False, description="Whether its class is placed first, and others are kept from lying across it."
    )
    policy: Policy = Field(Policy(), description="What is labeled and how; by default as for all classes.")

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with it beyond the types of its fields."""
        yield from ()

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        """Return one example as plain data; `behind` are colours of the background, to stand out from."""
        raise NotImplementedError

    def sizes(self, otherwise: tuple[float, float]) -> tuple[float, float]:
        """Return the range of its size: shares of the image's shorter side, or of its own size."""
        return self.size_range or otherwise

    def own_size(self, look: Look) -> float | None:
        """Return how long the longer side of a look is where it has a size of its own, in pixels."""
        return None

    def tone(self, look: Look) -> tuple[float, float, float] | None:
        """Return red, green and blue of what was around it where it was found, if that is known."""
        return None

    def draw(self, look: Look, size: int) -> Raster:
        """Return the picture of a look, its longer side about `size` pixels."""
        raise NotImplementedError
