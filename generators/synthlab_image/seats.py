"""Where things naturally are."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["SEATS", "Seat", "SeatName"]

SeatName = Literal["pole", "bumper", "board", "edge", "belt"]

SEATS: dict[str, tuple[SeatName, ...]] = {
    "street": ("pole",),
    "vehicles": ("bumper",),
    "shelf": ("board", "edge"),
    "belt": ("belt",),
}
"""Which seats the backgrounds have that are places."""


class Seat(NamedTuple):
    """A place, or a stretch of places, from `(left, top)` to `(right, bottom)`, in pixels."""

    name: SeatName
    left: float
    top: float
    right: float
    bottom: float
    scale: float = 1.0
    """What a size of 1 is there, as a share of the image's shorter side."""
    stands: bool = False
    """Whether it is the foot of things that is there, and not their middle."""
