"""A conveyor belt from above: the belt, its rails, what is beside it."""

from __future__ import annotations

from dataclasses import dataclass

from ..geometry import direction
from ..scene import Texture
from ..seats import Seat
from ..textures import Picture, flat
from .brush import Point, chance_of, covered, darker, disc, polygon, stroke, tube

__all__ = ["Belt"]


@dataclass(frozen=True)
class Belt:
    """A belt through the middle of the image, turned and so wide."""

    texture: Texture
    width: int
    height: int
    turn: Point
    """The way that it runs."""
    middle: Point
    half: float
    """From its middle line to its side, in pixels."""

    @staticmethod
    def of(texture: Texture, width: int, height: int) -> Belt:
        draws = chance_of(texture)
        turn = direction(draws.choice((0, 90, 0, 90, 45)) + draws.uniform(-14, 14))
        half = min(width, height) * draws.uniform(0.36, 0.72)
        middle = width * draws.uniform(0.42, 0.58), height * draws.uniform(0.42, 0.58)
        return Belt(texture, width, height, turn, middle, half)

    def at(self, along: float, across: float) -> Point:
        """Return the pixel so far from the middle, along the belt and across it."""
        x, y = self.turn
        return self.middle[0] + along * x - across * y, self.middle[1] + along * y + across * x

    def paint(self) -> Picture:
        draws = chance_of(Texture("belt in colour", (), origin=self.texture.origin))
        width, height, half = self.width, self.height, self.half
        side, long = min(width, height), float(width + height)
        floor = darker(draws.choice(self.texture.colours), draws.uniform(-0.5, 0.4))
        picture = flat(floor, width, height)
        frame = [(0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))]
        covered(
            picture,
            frame,
            Texture(
                "speckles",
                (darker(floor, 0.3), floor, darker(floor, -0.3)),
                (1.0, 0.0),
                side * 0.1,
                self.texture.origin,
            ),
        )
        colour = draws.choice(self.texture.colours)
        kind = ("fabric", "speckles", "plain", "noise")[draws.weighted((3, 3, 2, 1))]
        shades = darker(colour, 0.15), colour, darker(colour, -0.12)
        band = [self.at(-long, -half), self.at(long, -half), self.at(long, half), self.at(-long, half)]
        covered(
            picture,
            band,
            Texture(kind, shades, self.turn, side * draws.uniform(0.1, 0.4), self.texture.origin),
        )
        for _ in range(draws.integer(0, 14)):  # what has rubbed on it
            across, start = half * draws.uniform(-0.9, 0.9), draws.uniform(-0.8, 0.6) * long / 2
            line = [
                self.at(start, across),
                self.at(start + long * draws.uniform(0.02, 0.3), across + draws.uniform(-4, 4)),
            ]
            stroke(picture, line, draws.uniform(1, 3), darker(colour, draws.uniform(-0.2, 0.25)))
        if draws.chance(0.5):  # ribs or seams
            step, wide = side * draws.uniform(0.12, 0.7), draws.uniform(1, side * 0.012)
            for i in range(int(long / step)):
                along = i * step - long / 2
                stroke(picture, [self.at(along, -half), self.at(along, half)], wide, darker(colour, 0.35))
                stroke(
                    picture,
                    [self.at(along + wide, -half), self.at(along + wide, half)],
                    1,
                    darker(colour, -0.2),
                )
        for _ in range(draws.integer(0, 8)):  # oil and dust
            x, y = self.at(draws.uniform(-0.5, 0.5) * width, half * draws.uniform(-0.95, 0.95))
            disc(picture, x, y, side * draws.uniform(0.004, 0.03), darker(colour, draws.uniform(-0.12, 0.2)))
        metal = draws.choice(((150, 153, 158), (96, 98, 102), (190, 170, 60), (60, 90, 140), (176, 60, 44)))
        rail = side * draws.uniform(0.02, 0.07)
        for edge in (-1, 1):
            shadow = edge * (half - rail * 0.2)
            inner = edge * (half - rail * 0.7)
            corners = [
                self.at(-long, shadow),
                self.at(long, shadow),
                self.at(long, inner),
                self.at(-long, inner),
            ]
            polygon(picture, corners, darker(colour, 0.45))
            tube(
                picture,
                self.at(-long, edge * (half + rail / 2)),
                self.at(long, edge * (half + rail / 2)),
                rail,
                metal,
            )
            step = side * draws.uniform(0.15, 0.5)
            for i in range(int(long / step)):
                x, y = self.at(i * step - long / 2, edge * (half + rail / 2))
                disc(picture, x, y, rail * 0.22, darker(metal, 0.5))
        return picture

    def seats(self) -> list[Seat]:
        """Return the belt, in strips; a size of 1 is its width."""
        side = min(self.width, self.height)
        found = []
        steps = 12
        for i in range(steps * steps):
            along, across = (i % steps + 0.5) / steps * 2 - 1, (i // steps + 0.5) / steps * 2 - 1
            x, y = self.at(along * (self.width + self.height) / 2, across * self.half * 0.85)
            if 0 <= x < self.width and 0 <= y < self.height:
                reach = self.half / steps
                found.append(Seat("belt", x - reach, y - reach, x + reach, y + reach, 2 * self.half / side))
        return found
