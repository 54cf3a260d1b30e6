"""Colours that are drawn at random and still go together."""

from __future__ import annotations

import math
from collections.abc import Sequence

from synthlab import Draws

from .scene import Colour

__all__ = ["mixed", "blended", "distance", "distinct", "from_hue", "muted", "vivid"]


def from_hue(hue: float, saturation: float, value: float) -> Colour:
    """Return the colour of a hue in turns (0 red, 1/3 green, 2/3 blue), all else 0 to 1."""
    high, low = 255 * value, 255 * value * (1 - saturation)
    sixth = hue * 6
    section, share = int(sixth), sixth % 1.0
    falling, rising = round(high + (low - high) * share), round(low + (high - low) * share)
    top, bottom = round(high), round(low)
    return (
        (top, rising, bottom),
        (falling, top, bottom),
        (bottom, top, rising),
        (bottom, falling, top),
        (rising, bottom, top),
        (top, bottom, falling),
    )[section % 6]


def vivid(draws: Draws) -> Colour:
    """Return a colour for an object; one in eight is nearly grey. Takes four draws."""
    grey = draws.chance(1 / 8)
    hue, saturation, value = draws.uniform(), draws.uniform(0.5, 1.0), draws.uniform(0.45, 1.0)
    return from_hue(hue, saturation * 0.1 if grey else saturation, value)


def muted(draws: Draws, count: int) -> tuple[Colour, ...]:
    """Return neighbouring colours for a background. Takes three draws and three a colour."""
    hue, saturation, value = draws.uniform(), draws.uniform(0.05, 0.5), draws.uniform(0.35, 0.95)
    return tuple(
        from_hue(
            (hue + draws.uniform(-0.09, 0.09)) % 1.0,
            saturation * draws.uniform(0.6, 1.4),
            min(0.97, max(0.15, value + draws.uniform(-0.2, 0.2))),
        )
        for _ in range(count)
    )


def distance(one: Colour, other: Colour) -> float:
    """Return how different two colours look, 0 to about 765.

    The weighted distance of T. Riemersma, "Colour metric" (compuphase.com, 2008).
    """
    mean = (one[0] + other[0]) / 2
    red, green, blue = one[0] - other[0], one[1] - other[1], one[2] - other[2]
    return math.sqrt(
        (2 + mean / 256) * red * red + 4 * green * green + (2 + (255 - mean) / 256) * blue * blue
    )


def distinct(draws: Draws, others: Sequence[Colour], enough: float) -> Colour:
    """Return a vivid colour `enough` away from the others, or the farthest of six."""
    best, farthest = others[0], -1.0
    for _ in range(6):
        colour = vivid(draws)
        nearest = min(distance(colour, other) for other in others)
        if nearest >= enough:
            return colour
        if nearest > farthest:
            best, farthest = colour, nearest
    return best


def blended(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour with that share of the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def mixed(draws: Draws, palette: Sequence[Colour]) -> Colour:
    """Return a colour of a palette, or one between two."""
    one, other, share = draws.choice(palette), draws.choice(palette), draws.uniform()
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
