"""Shelves from the front: boards, the rails for tags along their edges, what is behind."""

from __future__ import annotations

from dataclasses import dataclass

from ..scene import Colour, Texture
from ..seats import Seat
from ..textures import Picture, flat
from .brush import chance_of, covered, darker, disc, rectangle, sloped

__all__ = ["Shelf"]

RAILS: tuple[Colour, ...] = (
    (236, 236, 232),
    (190, 194, 198),
    (214, 40, 36),
    (40, 90, 160),
    (246, 204, 40),
    (60, 62, 66),
    (56, 140, 70),
)


@dataclass(frozen=True)
class Shelf:
    """Boards at equal heights, each with an edge below it."""

    texture: Texture
    width: int
    height: int
    boards: tuple[float, ...]
    room: float
    """Between a board and what is above it, in pixels."""
    edge: float
    """How high the edge of a board is."""

    @staticmethod
    def of(texture: Texture, width: int, height: int) -> Shelf:
        draws = chance_of(texture)
        pitch = height / draws.uniform(1.5, 4.4)
        edge = max(6.0, pitch * draws.uniform(0.14, 0.24))
        boards, y = [], pitch * draws.uniform(0.2, 0.95)
        while y < height + pitch * 0.7:
            boards.append(y)
            y += pitch
        return Shelf(texture, width, height, tuple(boards), pitch - edge, edge)

    def paint(self) -> Picture:
        draws = chance_of(Texture("shelf in colour", (), origin=self.texture.origin))
        width, height, colours = self.width, self.height, self.texture.colours
        kind = ("wood", "plain", "speckles", "noise")[draws.weighted((3, 4, 1, 1))]
        wall = darker(colours[-1], draws.uniform(0.1, 0.7))
        shades = darker(wall, 0.2), wall, darker(wall, -0.15)
        board = draws.choice(colours)
        rail = draws.choice(RAILS) if draws.chance(0.6) else board
        picture = flat(wall, width, height)
        if kind != "plain":
            covered(
                picture,
                [(0, 0), (width, 0), (width, height), (0, height)],
                Texture(kind, shades, (1.0, 0.0), self.room * 0.3, self.texture.origin),
            )
        elif draws.chance(0.5):  # holes of a metal wall
            step = max(6.0, self.room * 0.12)
            for i in range(int(width / step) + 1):
                for j in range(int(height / step) + 1):
                    disc(picture, i * step, j * step, step * 0.16, shades[0])
        depth = self.room * draws.uniform(0.06, 0.22)
        shade = darker(wall, 0.7)
        for y in (self.boards[0] - self.room - self.edge, *self.boards):
            low = y + self.edge
            sloped(picture, 0, low, width, low + self.room * 0.14, shade, darker(wall, 0.45))
            sloped(picture, 0, y - depth, width, y, darker(board, 0.45), darker(board, 0.1))
            sloped(picture, 0, y, width, low, darker(rail, -0.2), darker(rail, 0.15))
            rectangle(picture, 0, y, width, y + max(1.0, self.edge * 0.06), darker(rail, -0.5))
            rectangle(picture, 0, low - max(1.0, self.edge * 0.08), width, low, darker(rail, 0.5))
        for _ in range(draws.integer(0, 3)):
            x, wide = width * draws.uniform(-0.02, 1.0), width * draws.uniform(0.015, 0.04)
            rectangle(picture, x, 0, x + wide, height, darker(board, 0.25))
            rectangle(picture, x, 0, x + wide * 0.3, height, darker(board, -0.15))
        return picture

    def seats(self) -> list[Seat]:
        """Return the boards and their edges; a size of 1 is the room above, or the edge five times over."""
        side, right = min(self.width, self.height), float(self.width)
        boards = [Seat("board", 0, y, right, y, self.room / side, stands=True) for y in self.boards]
        edges = [
            Seat("edge", 0, y + self.edge / 2, right, y + self.edge / 2, 5 * self.edge / side)
            for y in self.boards
            if y + self.edge < self.height
        ]
        return [*boards, *edges]
