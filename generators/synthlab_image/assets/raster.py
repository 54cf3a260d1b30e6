"""What an asset gives: its picture, and what is known about the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

__all__ = ["MARGIN", "Part", "Point", "Raster"]

MARGIN = 1
"""How many clear pixels are around what a picture shows, for a smooth edge; they do not count as its size."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a picture that has a meaning of its own: a character, a field."""

    text: str
    corners: tuple[Point, Point, Point, Point]
    """Clockwise from the top left as it is read."""


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture of one thing, seen straight on; lengths are in its own pixels.

    `pixels` are bytes of shape `(height, width, 4)`: blue, green, red and coverage, the colours multiplied
    by it (so that they can be enlarged and turned without a dark edge).
    """

    pixels: npt.NDArray[Any]
    keypoints: tuple[Point | None, ...] = ()
    """In the order of the asset's names; None where this one has no such point."""
    parts: tuple[Part, ...] = ()
    text: str = ""
    """What can be read on it as a whole."""
    outline: tuple[Point, Point, Point, Point] | None = None
    """The corners of its oriented box, clockwise from the top left; None: those of the picture."""
    margin: int = MARGIN
    """How many pixels of room there are on each side, clear or fading, which its size leaves out."""
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    """How much wider its box is drawn than what is solid: on the left, above, on the right, below."""
    overlap: float | None = None
    """None: it hides what is behind it. A share: light goes through it, and where two such pictures overlap
    it is darker: with 1 as two layers are, with 0 as the denser one alone."""
