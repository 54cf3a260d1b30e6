"""Meshes: models in three dimensions of the user's, seen from several sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from synthlab import Draws, InputFolder

from ..geometry import direction
from ..options import Palette, Share, in_order
from ..scene import Colour, Look
from .base import Asset
from .raster import Raster

__all__ = ["ENDINGS", "MeshAsset"]

ENDINGS = (".obj", ".ply", ".stl")
Elevation = Annotated[float, Field(ge=-90, le=90)]
ElevationRange = Annotated[tuple[Elevation, Elevation], AfterValidator(in_order)]
Number = Annotated[int, Field(ge=1, le=10_000)]

GOLDEN = 0.6180339887498949
"""Multiples of it, without their whole parts, are spread evenly however many there are."""


class MeshAsset(Asset):
    """One of the OBJ, PLY and STL files in a folder, seen from one of several sides in one of several lights.

    The numbers of sides and lights are limited so that pictures repeat, which is what makes them fast.
    """

    reused = True

    asset: Literal["mesh"]
    folder: InputFolder = Field(description="A folder below that of the schema file.")
    up: Literal["y", "z"] = Field("y", description="Which axis of the files points up.")
    views: Number = Field(24, description="From how many sides it is seen, all around.")
    elevation_range: ElevationRange = Field(
        (10.0, 60.0), description="From how far above its horizon it is seen, in degrees."
    )
    lights: Number = Field(4, description="From how many directions light falls on it.")
    light_range: ElevationRange = Field(
        (20.0, 70.0), description="How far above the horizon light comes from, in degrees."
    )
    shine: Share = Field(0.2, description="How bright the reflection of the light is.")
    colours: Palette | None = Field(
        None, description="One of these for each; by default the colours of the file, or a light grey."
    )

    _names: list[str] = PrivateAttr()

    @model_validator(mode="after")
    def _list(self) -> Self:
        self._names = list(self.folder.ending_in(ENDINGS))
        return self

    def problems(self) -> Iterator[str]:
        if not self._names:
            yield f"there is no mesh in the folder {self.folder.root!r}: {', '.join(ENDINGS)}"

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        view, light = draws.integer(0, self.views), draws.integer(0, self.lights)
        look: dict[str, Any] = {
            "file": draws.choice(self._names),
            "azimuth": round(360 * view / self.views, 3),
            "elevation": _spread(view, self.elevation_range),
            "light": _light(-80 + 160 * (light + 0.5) / self.lights, _spread(light, self.light_range)),
            "shine": self.shine,
        }
        if self.colours is not None:
            look["colour"] = draws.choice(self.colours)
        return look

    def draw(self, look: Look, size: int) -> Raster:
        from .mesh_files import read_mesh
        from .mesh_views import draw_mesh

        return draw_mesh(read_mesh(self.folder.files[look["file"]], self.up), look, size)


def _spread(number: int, interval: tuple[float, float]) -> float:
    """Return a value in the interval for each number from 0, their values spread evenly."""
    low, high = interval
    return round(low + (high - low) * ((number + 0.5) * GOLDEN % 1.0), 3)


def _light(azimuth: float, elevation: float) -> tuple[float, float, float]:
    """Return the unit vector towards a light, in degrees right of and above the viewer.

    Its axes are those of the viewer: to the right, up, and from the thing towards the viewer.
    """
    (ahead, aside), (level, upward) = direction(azimuth), direction(elevation)
    return round(aside * level, 6), round(upward, 6), round(ahead * level, 6)
