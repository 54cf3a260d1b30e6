"""Shapes: a figure with a texture, and sometimes a line along its border."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from synthlab import Draws

from ..colours import blended, distinct
from ..geometry import direction
from ..options import Patterns, ShapeName, Share
from ..scene import Colour, Look
from ..shapes import SHAPES
from .base import Asset
from .raster import Raster

__all__ = ["ShapeAsset"]

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
FILLS: dict[str, float] = {"plain": 3, "linear": 3, "radial": 2, "stripes": 1, "checks": 1, "noise": 2}


class ShapeAsset(Asset):
    """A figure: a circle, a star, an arrow."""

    asset: Literal["shape"]
    shape: ShapeName
    fills: Patterns | None = Field(None, description="By default those of all shapes.")
    outlines: Share | None = Field(None, description="Share that has an outline.")

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        variation, aspect = draws.uniform(), draws.uniform(*SHAPES[self.shape].aspect_range)
        fills = self.fills or FILLS
        kind = list(fills)[draws.weighted(list(fills.values()))]
        main = distinct(draws, behind, enough=190) if behind else distinct(draws, (BLACK,), enough=100)
        second = distinct(draws, (main,), enough=150)
        share = draws.uniform(0.35, 0.8)
        if kind in ("linear", "radial", "noise"):
            colours = [main, blended(main, second, share)]
        else:
            colours = [main, second][: 1 if kind == "plain" else 2]
        texture = {
            "kind": kind,
            "colours": colours,
            "direction": direction(draws.uniform(0, 360)),
            "period": draws.uniform(0.16, 0.4),
            "origin": (draws.uniform(0.25, 0.75), draws.uniform(0.25, 0.75)),
        }
        look: Look = {"shape": self.shape, "variation": variation, "aspect": aspect, "texture": texture}
        if draws.chance(0.4 if self.outlines is None else self.outlines):
            width = draws.uniform(0.015, 0.045)
            edge = blended(main, draws.choice((BLACK, BLACK, WHITE, second)), draws.uniform(0.6, 0.95))
            look["outline"] = {"width": width, "colour": edge}
        return look

    def draw(self, look: Look, size: int) -> Raster:
        from ..figures import draw_shape

        return draw_shape(look, size)
