"""Backgrounds that are places: a street, cars, shelves, a belt, a wall of machines, a heap of things.

Each kind is a frozen class with `of(texture, width, height)`, which draws what is there from the texture
alone, `paint()`, and `seats()`: where things naturally are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..scene import Texture
from ..seats import Seat
from ..textures import Picture
from .belt import Belt
from .clutter import Clutter
from .panel import Panel
from .shelf import Shelf
from .street import Street
from .vehicles import Vehicles

__all__ = ["paint", "seats"]


class _Place(Protocol):
    def paint(self) -> Picture: ...
    def seats(self) -> list[Seat]: ...


_KINDS: dict[str, Callable[[Texture, int, int], _Place]] = {
    "street": Street.of,
    "vehicles": Vehicles.of,
    "shelf": Shelf.of,
    "belt": Belt.of,
    "panel": Panel.of,
    "clutter": Clutter.of,
}


def paint(texture: Texture, width: int, height: int) -> Picture | None:
    """Return the picture of a place; None if the texture is none."""
    place = _KINDS.get(texture.kind)
    return None if place is None else place(texture, width, height).paint()


def seats(texture: Texture, width: int, height: int) -> list[Seat]:
    """Return where things naturally are; nowhere if the texture is no place."""
    place = _KINDS.get(texture.kind)
    return [] if place is None else place(texture, width, height).seats()
