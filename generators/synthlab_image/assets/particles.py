"""Particles: cells, spores, grains and drops as a microscope shows them, with light from behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from synthlab import Draws

from ..colours import mixed
from ..geometry import direction
from ..options import InOrder, Palette, Share, ShareRange
from ..scene import Colour, Look
from .base import Asset
from .raster import Raster

__all__ = ["HARMONICS", "MOST", "ParticleAsset"]

MOST = 4.0
"""The highest density."""
HARMONICS = 5
"""How many waves an outline has: of 2, 3, ... to a turn."""

Density = Annotated[float, Field(ge=0, le=MOST)]
Grains = Annotated[int, Field(ge=0, le=400)]
Lobes = Annotated[int, Field(ge=1, le=12)]
Aspect = Annotated[float, Field(ge=0.1, le=1)]
Softness = Annotated[float, Field(ge=0, le=0.3)]
Signed = Annotated[float, Field(ge=-1, le=1)]

DensityRange = Annotated[tuple[Density, Density], InOrder]
GrainsRange = Annotated[tuple[Grains, Grains], InOrder]
LobesRange = Annotated[tuple[Lobes, Lobes], InOrder]
AspectRange = Annotated[tuple[Aspect, Aspect], InOrder]
SoftnessRange = Annotated[tuple[Softness, Softness], InOrder]
SignedRange = Annotated[tuple[Signed, Signed], InOrder]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Centre(_Part):
    """A middle that is paler than the rest, or darker."""

    rate: Share = Field(1.0, description="Share of the particles that have it.")
    size_range: ShareRange = Field((0.3, 0.55), description="As a share of the particle.")
    strength_range: SignedRange = Field((0.3, 0.8), description="How much of the density it lacks.")
    offset: Share = Field(0.05, description="How far from the middle it may be.")
    softness_range: ShareRange = Field((0.02, 0.08), description="How blurred its border is.")


class Nucleus(_Part):
    """A denser body inside, of one or several lobes in a chain."""

    colours: Palette
    density_range: DensityRange = (0.8, 1.4)
    lobes_range: LobesRange = (1, 1)
    size_range: ShareRange = Field((0.5, 0.7), description="As a share of the particle, all lobes together.")
    irregularity_range: ShareRange = (0.0, 0.1)
    aspect_range: ShareRange = (0.7, 1.0)
    softness_range: ShareRange = (0.01, 0.02)
    unevenness_range: ShareRange = (0.1, 0.4)
    coarseness_range: ShareRange = Field((0.06, 0.15), description="How large its patches are.")


class Granules(_Part):
    """Small grains inside, or all over."""

    colours: Palette
    density_range: DensityRange = (0.4, 1.0)
    count_range: GrainsRange = (20, 80)
    size_range: ShareRange = Field((0.02, 0.05), description="As a share of the particle.")
    spread_range: ShareRange = Field((0.4, 0.6), description="How far they are scattered.")
    offset: Share = Field(0.1, description="How far their middle may be from the particle's.")
    softness: Share = 0.006
    above: bool = Field(False, description="Whether they lie above the nucleus too.")


class ParticleAsset(Asset):
    """A particle with light behind it: where two overlap, it is darker.

    Palette are what a layer of density 1 leaves of white light; lengths are shares of the particle's size.
    """

    asset: Literal["particle"]
    colours: Palette = Field(description="For each particle a mixture of two of them.")
    density_range: DensityRange = (0.5, 1.0)
    aspect_range: AspectRange = (0.85, 1.0)
    irregularity_range: ShareRange = Field((0.0, 0.06), description="How far the outline is from an ellipse.")
    spikes_range: Annotated[tuple[Grains, Grains], InOrder] = Field(
        (0, 0), description="How many bulges the outline has all around; below 3 there are none."
    )
    spike_depth_range: ShareRange = (0.03, 0.08)
    softness_range: SoftnessRange = Field((0.008, 0.02), description="How blurred the outline is.")
    rim_range: ShareRange = Field((0.0, 0.4), description="How much denser the rim is.")
    rim_colours: Palette | None = Field(None, description="By default those of the particle.")
    rim_width_range: ShareRange = (0.02, 0.06)
    unevenness_range: ShareRange = (0.0, 0.2)
    coarseness_range: ShareRange = Field((0.15, 0.4), description="How large its patches are.")
    centre: Centre | None = None
    nucleus: Nucleus | None = None
    granules: Granules | None = None
    glints_range: GrainsRange = Field((0, 0), description="How many bright drops are on it.")
    glint_size_range: ShareRange = (0.04, 0.1)
    glint_strength_range: ShareRange = Field((0.0, 0.8), description="How bright they are in the middle.")
    glint_colours: Palette = Field(((150, 140, 150),), description="Of the ring around.")
    overlap: Share = Field(
        1.0,
        description="How much darker it is where two overlap: 1 as two layers, 0 as the denser one alone.",
    )

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        look: Look = {
            "colour": mixed(draws, self.colours),
            "density": _drawn(draws, self.density_range),
            "aspect": _drawn(draws, self.aspect_range),
            "waves": _waves(draws, _drawn(draws, self.irregularity_range)),
            "lobes": [],
            "softness": _drawn(draws, self.softness_range),
            "rim": {
                "strength": _drawn(draws, self.rim_range),
                "width": _drawn(draws, self.rim_width_range),
                "colour": mixed(draws, self.rim_colours or self.colours),
            },
            "unevenness": _drawn(draws, self.unevenness_range),
            "coarseness": max(0.03, _drawn(draws, self.coarseness_range)),
            "seed": draws.integer(0, 1 << 30),
        }
        spikes = draws.integer(self.spikes_range[0], self.spikes_range[1] + 1)
        depth = _drawn(draws, self.spike_depth_range)
        if spikes >= 3:
            look["lobes"] = [[spikes, depth]]
        if self.centre is not None:
            centre = _centre(draws, self.centre, look["aspect"])
            if centre:
                look["centre"] = centre
        if self.nucleus is not None:
            look["nucleus"] = _nucleus(draws, self.nucleus, look["aspect"])
        if self.granules is not None:
            look["granules"] = _granules(draws, self.granules)
        glints = draws.integer(self.glints_range[0], self.glints_range[1] + 1)
        if glints:
            look["glints"] = [_glint(draws, self) for _ in range(glints)]
        return look

    def draw(self, look: Look, size: int) -> Raster:
        from ..particles import draw_particle

        return draw_particle(look, size, self.overlap)


def _drawn(draws: Draws, bounds: tuple[float, float]) -> float:
    return draws.uniform(bounds[0], bounds[1])


def _waves(draws: Draws, irregularity: float) -> list[list[float]]:
    """Return the cosine and sine parts of waves, of which the longer ones go deeper."""
    reach = 3 * irregularity / np.arange(2, 2 + HARMONICS)[:, None]
    waves: list[list[float]] = ((draws.uniforms(HARMONICS, 2) - 0.5) * reach).tolist()
    return waves


def _around(draws: Draws, reach: float) -> tuple[float, float]:
    """Return a place at most that far from the middle."""
    cosine, sine = direction(draws.uniform(0, 360))
    distance = reach * draws.uniform()
    return cosine * distance, sine * distance


def _centre(draws: Draws, centre: Centre, aspect: float) -> Look | None:
    x, y = _around(draws, centre.offset)
    look = {
        "x": x,
        "y": y * aspect,
        "size": _drawn(draws, centre.size_range),
        "strength": _drawn(draws, centre.strength_range),
        "softness": _drawn(draws, centre.softness_range),
        "aspect": aspect * draws.uniform(0.75, 1.0),
        "waves": _waves(draws, 0.15),
    }
    return look if draws.chance(centre.rate) else None


def _nucleus(draws: Draws, nucleus: Nucleus, aspect: float) -> Look:
    count = draws.integer(nucleus.lobes_range[0], nucleus.lobes_range[1] + 1)
    size = _drawn(draws, nucleus.size_range)
    irregularity = _drawn(draws, nucleus.irregularity_range)
    # The lobes are on an arc: a horseshoe, or nearly straight.
    radius = size * draws.uniform(0.28, 0.36) if count > 1 else 0.0
    # Neighbours touch, or nearly.
    step = draws.uniform(300, 340) / max(count, 4) if count > 1 else 0.0
    start, bend = draws.uniform(0, 360), draws.uniform(0.8, 1.2)
    middle = _around(draws, max(0.0, (1 - size) * 0.3))
    each = size if count == 1 else size * min(0.62, 1.5 / count**0.75)
    lobes: list[dict[str, Any]] = []
    for number in range(count):
        cosine, sine = direction(start + number * step * bend + draws.uniform(-12, 12))
        lobes.append(
            {
                "x": middle[0] + cosine * radius,
                "y": (middle[1] + sine * radius) * aspect,
                "size": each * draws.uniform(0.8, 1.15) if count > 1 else each,
                "aspect": _drawn(draws, nucleus.aspect_range),
                # A lobe is longer along the chain.
                "direction": [-sine, cosine] if count > 1 else list(direction(draws.uniform(0, 360))),
                "waves": _waves(draws, irregularity),
            }
        )
    return {
        "colour": mixed(draws, nucleus.colours),
        "density": _drawn(draws, nucleus.density_range),
        "lobes": lobes,
        "bridges": size * draws.uniform(0.08, 0.2),
        "softness": _drawn(draws, nucleus.softness_range),
        "unevenness": _drawn(draws, nucleus.unevenness_range),
        "coarseness": max(0.03, _drawn(draws, nucleus.coarseness_range)),
        "seed": draws.integer(0, 1 << 30),
    }


def _glint(draws: Draws, particle: ParticleAsset) -> Look:
    x, y = _around(draws, 0.36)
    return {
        "x": x,
        "y": y,
        "size": _drawn(draws, particle.glint_size_range),
        "aspect": draws.uniform(0.4, 1.0),
        "turn": draws.integer(0, 180),
        "strength": _drawn(draws, particle.glint_strength_range),
        "density": draws.uniform(0.5, 1.2),
        "colour": mixed(draws, particle.glint_colours),
    }


def _granules(draws: Draws, granules: Granules) -> Look:
    x, y = _around(draws, granules.offset)
    return {
        "colour": mixed(draws, granules.colours),
        "density": _drawn(draws, granules.density_range),
        "count": draws.integer(granules.count_range[0], granules.count_range[1] + 1),
        "size": _drawn(draws, granules.size_range),
        "spread": _drawn(draws, granules.spread_range),
        "x": x,
        "y": y,
        "softness": granules.softness,
        "above": granules.above,
    }
