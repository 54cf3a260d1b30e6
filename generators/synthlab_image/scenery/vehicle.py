"""A car from the front or from behind."""

from __future__ import annotations

from dataclasses import dataclass

from synthlab import Draws

from ..geometry import circle, direction
from ..scene import Colour
from ..textures import Picture
from .brush import Point, darker, polygon

__all__ = ["Vehicle"]

GLASS: tuple[Colour, ...] = ((38, 44, 50), (72, 86, 98), (24, 26, 30), (110, 126, 138))
TRIM: tuple[Colour, ...] = ((28, 29, 31), (48, 49, 52), (150, 152, 155), (18, 18, 20))


@dataclass(frozen=True)
class Vehicle:
    """Of a car: the middle of where it stands, its width, and what it looks like."""

    x: float
    foot: float
    width: float
    paint_colour: Colour
    turn: Point
    tall: float
    """Its height, as a share of its width."""
    roof: float
    """How wide the roof is, as a share of its width."""
    behind: bool
    mount: Point
    """The middle of where its plate is: from -0.5 to 0.5 of its width, and how high, as a share of it."""
    glass: Colour
    trim: Colour
    form: tuple[float, ...]

    @staticmethod
    def drawn(draws: Draws, x: float, foot: float, width: float, colour: Colour) -> Vehicle:
        behind = draws.chance(0.5)
        tall = draws.uniform(0.66, 1.05)
        low = (
            draws.uniform(0.14, 0.26)
            if not behind or draws.chance(0.35)
            else draws.uniform(0.36, 0.46) * tall
        )
        shift = draws.uniform(-0.08, 0.08) if draws.chance(0.15) else 0.0
        return Vehicle(
            x,
            foot,
            width,
            colour,
            direction(draws.uniform(-6, 6)),
            tall,
            draws.uniform(0.6, 0.86),
            behind,
            (shift, low),
            draws.choice(GLASS),
            draws.choice(TRIM),
            tuple(draws.uniform() for _ in range(8)),
        )

    def at(self, across: float, up: float) -> Point:
        """Return the pixel of a point on the car, in shares of its width."""
        x, y = across * self.width, -up * self.width
        return self.x + x * self.turn[0] - y * self.turn[1], self.foot + x * self.turn[1] + y * self.turn[0]

    @property
    def plate(self) -> Point:
        """The pixel where the middle of its plate is."""
        return self.at(*self.mount)

    def paint(self, picture: Picture) -> None:
        form, colour, tall = self.form, self.paint_colour, self.tall
        waist = tall * (0.5 + 0.08 * form[0])
        self._fill(
            picture, [(-0.52, 0.02), (0.52, 0.02), (0.56, -0.04), (-0.56, -0.04)], (26, 26, 27)
        )  # its shadow
        for side in (-1, 1):
            self._block(picture, side * 0.4, 0.09, 0.085, 0.11, (22, 22, 23), 0.03)  # tyres
            self._block(picture, side * 0.53, waist + 0.05, 0.05, 0.04, darker(colour, 0.25), 0.03)  # mirrors
        self._body(picture, waist)
        self._window(picture, waist)
        self._lights(picture, waist)
        self._bumper(picture)

    def _body(self, picture: Picture, waist: float) -> None:
        """Bands from the roof down, as light falls on them: bright above an edge, dark below it."""
        colour, roof, tall = self.paint_colour, self.roof / 2, self.tall
        self._fill(
            picture, [(-roof, tall), (roof, tall), (0.48, waist), (-0.48, waist)], darker(colour, 0.12)
        )
        self._fill(
            picture,
            [
                (-roof * 0.96, tall),
                (roof * 0.96, tall),
                (roof * 0.9, tall + 0.02),
                (-roof * 0.9, tall + 0.02),
            ],
            darker(colour, -0.3),
        )
        edge = waist * (0.62 + 0.2 * self.form[1])
        bands = (
            (waist + 0.01, edge, -0.32),
            (edge, edge * 0.8, -0.06),
            (edge * 0.8, 0.2, 0.1),
            (0.2, 0.08, 0.34),
        )
        steps = 5
        for high, low, light in bands:
            for i in range(steps):
                upper, lower = high + (low - high) * i / steps, high + (low - high) * (i + 1) / steps
                bulge = 0.5 - 0.03 * (upper - 0.3) ** 2
                self._fill(
                    picture,
                    [(-bulge, upper), (bulge, upper), (bulge, lower), (-bulge, lower)],
                    darker(colour, light + 0.18 * i / steps),
                )

    def _window(self, picture: Picture, waist: float) -> None:
        roof, tall, glass = self.roof / 2, self.tall, self.glass
        top, foot = tall - 0.05, waist + 0.03
        self._fill(
            picture, [(-roof * 0.93, top), (roof * 0.93, top), (0.44, foot), (-0.44, foot)], (16, 17, 18)
        )
        self._fill(
            picture,
            [(-roof * 0.9, top - 0.01), (roof * 0.9, top - 0.01), (0.42, foot + 0.01), (-0.42, foot + 0.01)],
            glass,
        )
        left = -0.3 + 0.4 * self.form[2]
        self._fill(
            picture,
            [
                (left, top - 0.01),
                (left + 0.16, top - 0.01),
                (left + 0.02, foot + 0.01),
                (left - 0.14, foot + 0.01),
            ],
            darker(glass, -0.2),
        )
        for side in (-0.2, 0.2):  # seats
            self._block(picture, side, foot + 0.07, 0.06, 0.06, darker(glass, 0.4), 0.04)

    def _lights(self, picture: Picture, waist: float) -> None:
        wide, high = 0.06 + 0.06 * self.form[3], 0.03 + 0.06 * self.form[4]
        y = waist * (0.72 + 0.12 * self.form[5])
        lamp = (176, 24, 28) if self.behind else (216, 222, 226)
        for side in (-1, 1):
            x = side * (0.47 - wide)
            self._block(picture, x, y, wide, high, darker(lamp, 0.6), 0.02)
            self._block(picture, x, y, wide * 0.9, high * 0.85, lamp, 0.02)
            self._block(
                picture,
                x + side * wide * 0.3,
                y,
                wide * 0.35,
                high * 0.6,
                (236, 150, 60) if self.behind else (250, 250, 246),
                0.02,
            )
            if not self.behind and self.form[6] < 0.5:
                self._block(picture, side * 0.38, 0.17, 0.035, 0.03, (200, 204, 206), 0.03)
        self._block(picture, 0, y + 0.02, 0.035, 0.03, (196, 198, 202), 0.03)  # the badge of no maker
        self._block(picture, 0, y + 0.02, 0.026, 0.021, (60, 62, 66), 0.02)
        if not self.behind:
            for i in range(5):
                low = y - 0.05 - 0.022 * i
                self._block(
                    picture,
                    0,
                    low,
                    0.24 + 0.1 * self.form[7],
                    0.012,
                    self.trim if i % 2 else (20, 20, 21),
                    0.004,
                )

    def _bumper(self, picture: Picture) -> None:
        tone = self.trim if self.form[6] < 0.6 else darker(self.paint_colour, 0.2)
        self._block(picture, 0, 0.19, 0.51, 0.055, darker(tone, 0.15), 0.04)
        self._block(picture, 0, 0.215, 0.5, 0.02, darker(tone, -0.12), 0.02)
        self._block(picture, 0, 0.1, 0.36, 0.03, (24, 24, 26), 0.02)
        x, y = self.mount
        self._block(
            picture,
            x,
            y,
            0.21,
            0.075,
            darker(self.paint_colour, 0.35) if self.form[5] < 0.6 else self.trim,
            0.02,
        )

    def _fill(self, picture: Picture, points: list[Point], colour: Colour) -> None:
        polygon(picture, [self.at(*p) for p in points], colour)

    def _block(
        self, picture: Picture, x: float, y: float, across: float, up: float, colour: Colour, round: float
    ) -> None:
        """Fill a rectangle with these half axes and round corners."""
        round = min(round, across, up)
        turn = (circle(16) * round).tolist()
        middles = (
            (across - round, up - round),
            (round - across, up - round),
            (round - across, round - up),
            (across - round, round - up),
        )
        corners = [
            (x + middles[i][0] + a, y + middles[i][1] + b)
            for i in range(4)
            for a, b in (turn * 2)[4 * i : 4 * i + 5]
        ]
        self._fill(picture, corners, colour)
