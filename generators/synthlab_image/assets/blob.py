"""Particles and cells: round things with lobes, rims, pale centres and nuclei."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from synthlab import Draws

from ..options import Share, ShareRange
from ..scene import Colour, Look
from .base import Asset
from .raster import Raster
from .tools import worn

__all__ = ["BlobAsset"]

Level = Annotated[int, Field(ge=0, le=255)]
Rgb = tuple[Level, Level, Level]
Lobes = Annotated[
    tuple[Annotated[int, Field(ge=0, le=6)], Annotated[int, Field(ge=0, le=6)]],
    AfterValidator(lambda pair: pair if pair[0] <= pair[1] else pair[::-1]),
]


class BlobAsset(Asset):
    """A round particle whose outline is not quite a circle."""

    asset: Literal["blob"]
    colours: Annotated[tuple[Rgb, ...], Field(min_length=1, max_length=50)] = ((200, 120, 120),)
    colour_spread: Share = Field(0.08, description="How far its colour is from those, each way.")
    roughness_range: ShareRange = Field((0.02, 0.12), description="How far its outline is from an ellipse.")
    aspect_range: Annotated[ShareRange, Field(description="Its height over its width.")] = (0.8, 1.0)
    rims: Share = Field(0.0, description="Share that has a darker rim.")
    pale_range: ShareRange = Field((0.0, 0.0), description="How much paler its middle is.")
    opacity_range: ShareRange = Field(
        (1.0, 1.0), description="Below 1 what is behind shines through; a half at least."
    )
    nuclei: Share = Field(0.0, description="Share that has a nucleus.")
    nucleus_colour: Rgb = (90, 50, 140)
    lobes_range: Lobes = Field((1, 1), description="Of how many lobes the nucleus is.")
    grain_range: ShareRange = Field((0.0, 0.1), description="How uneven its surface is.")

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        rough = draws.uniform(*self.roughness_range)
        look: Look = {
            "colour": worn(draws, draws.choice(self.colours), round(self.colour_spread * 255)),
            "aspect": draws.uniform(max(0.2, self.aspect_range[0]), max(0.2, self.aspect_range[1])),
            "waves": [(draws.uniform(-rough, rough), draws.uniform(-rough, rough)) for _ in range(5)],
            "pale": draws.uniform(*self.pale_range),
            "opacity": max(0.55, draws.uniform(*self.opacity_range)),
            "rim": draws.chance(self.rims),
            "grain": draws.uniform(*self.grain_range),
            "origin": draws.integer(0, 1 << 20),
        }
        if draws.chance(self.nuclei):
            count = draws.integer(self.lobes_range[0], self.lobes_range[1] + 1)
            look["nucleus"] = worn(draws, self.nucleus_colour, 14)
            spread = 0.0 if count == 1 else 0.34
            look["lobes"] = [
                (draws.uniform(-spread, spread), draws.uniform(-spread, spread), draws.uniform(0.22, 0.34))
                if count > 1
                else (draws.uniform(-0.12, 0.12), draws.uniform(-0.12, 0.12), draws.uniform(0.45, 0.7))
                for _ in range(max(1, count))
            ]
        return look

    def draw(self, look: Look, size: int) -> Raster:
        from .blobs import draw_blob

        return draw_blob(look, size)
