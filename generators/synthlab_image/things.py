"""How a thing is turned, how large it is, and in what light: drawn by lot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthlab import Draws

from .assets.base import Asset
from .geometry import direction
from .options import Effects
from .scene import Look, Pose

if TYPE_CHECKING:
    from .generator import ImageGenerator

__all__ = ["Gain", "gain_of", "pose_of", "taken_on"]

Gain = tuple[float, float, float]

MOST_GAIN = 1.6
"""By how much a colour changes at most in another light."""


def pose_of(options: ImageGenerator, asset: Asset, look: Look, scale: float, draws: Draws) -> Pose:
    """Return the pose of a thing around the origin; `scale` is what its distance leaves of its size."""
    own = asset.own_size(look)
    side = scale * (min(options.width, options.height) if own is None else own)
    size = max(4.0, side * draws.uniform(*asset.sizes(options.object_size_range)))
    turned = direction(draws.uniform(*(asset.rotation_range or options.rotation_range)))
    flipped = draws.chance(options.flips if asset.flips is None else asset.flips)
    # In steps that a float holds exactly, so that a place can be taken from the sum again.
    shift = draws.integer(0, 256) / 256, draws.integer(0, 256) / 256
    strength = draws.uniform(*options.perspective_range)
    towards = direction(draws.uniform(0, 360))
    tilt = strength * 0.35 * towards[0], strength * 0.35 * towards[1]
    return Pose(
        x=shift[0],
        y=shift[1],
        size=size,
        direction=turned,
        flip=flipped,
        squeeze=1 - strength * 0.6 * draws.uniform(),
        tilt=tilt,
    )


def gain_of(effects: Effects, draws: Draws) -> Gain:
    """Return by how much red, green and blue of a thing are brighter than the asset's."""
    high = effects.tint_range[1]
    if not high:
        return 1.0, 1.0, 1.0
    reach = draws.uniform(*effects.tint_range)
    common = draws.uniform(-0.5, 0.5) * reach
    red, green, blue = (round(1 + common + draws.uniform(-0.5, 0.5) * reach, 3) for _ in range(3))
    return red, green, blue


def taken_on(gain: Gain, asset: Asset, look: Look, tone: Gain | None, share: float) -> Gain:
    """Return the gain of a thing that takes on the light of a scene of that tone, so far as `share` says."""
    before = asset.tone(look)
    if tone is None or before is None or not share:
        return gain
    red, green, blue = (
        round(g * min(max(1 + share * (new / max(old, 1.0) - 1), 1 / MOST_GAIN), MOST_GAIN), 3)
        for g, new, old in zip(gain, tone, before, strict=True)
    )
    return red, green, blue
