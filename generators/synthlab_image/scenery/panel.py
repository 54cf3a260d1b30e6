"""A wall in a plant: plates with screws, pipes, cables, hand wheels, stickers, bulbs."""

from __future__ import annotations

from dataclasses import dataclass

from synthlab import Draws

from ..colours import from_hue
from ..geometry import circle
from ..scene import Colour, Texture
from ..seats import Seat
from ..textures import Picture, flat
from .brush import chance_of, covered, darker, disc, lines_of_writing, rectangle, stroke, tube

__all__ = ["Panel"]

PIPES: tuple[Colour, ...] = (
    (150, 152, 156),
    (186, 120, 72),
    (60, 92, 150),
    (172, 48, 40),
    (206, 178, 58),
    (74, 110, 78),
    (92, 92, 94),
    (216, 216, 212),
)


@dataclass(frozen=True)
class Panel:
    """A wall; things may be anywhere on it."""

    texture: Texture
    width: int
    height: int

    @staticmethod
    def of(texture: Texture, width: int, height: int) -> Panel:
        return Panel(texture, width, height)

    def paint(self) -> Picture:
        draws = chance_of(self.texture)
        width, height, side = self.width, self.height, min(self.width, self.height)
        wall = draws.choice(self.texture.colours)
        picture = flat(wall, width, height)
        kind = ("speckles", "noise", "plain")[draws.weighted((3, 1, 2))]
        covered(
            picture,
            [(0, 0), (width, 0), (width, height), (0, height)],
            Texture(
                kind,
                (darker(wall, 0.25), wall, darker(wall, -0.2)),
                (1.0, 0.0),
                side * 0.2,
                self.texture.origin,
            ),
        )
        parts = (self._plate, self._pipe, self._cable, self._wheel, self._sticker, self._bulbs, self._vent)
        for _ in range(draws.integer(2, 12)):
            parts[draws.weighted((4, 5, 2, 2, 3, 1, 1))](picture, draws)
        return picture

    def seats(self) -> list[Seat]:
        return []

    def _where(self, draws: Draws) -> tuple[float, float, float]:
        return (
            self.width * draws.uniform(),
            self.height * draws.uniform(),
            float(min(self.width, self.height)),
        )

    def _plate(self, picture: Picture, draws: Draws) -> None:
        x, y, side = self._where(draws)
        wide, high = side * draws.uniform(0.2, 0.9), side * draws.uniform(0.2, 0.8)
        tone = darker(draws.choice(self.texture.colours), draws.uniform(-0.4, 0.4))
        left, top, right, bottom = x - wide / 2, y - high / 2, x + wide / 2, y + high / 2
        round = side * draws.uniform(0, 0.04)
        rectangle(picture, left + 3, top + 4, right + 3, bottom + 4, darker(tone, 0.6), round)
        rectangle(picture, left, top, right, bottom, darker(tone, -0.3), round)
        rectangle(picture, left + 1.5, top + 1.5, right, bottom, tone, round)
        for a in (left + wide * 0.06, right - wide * 0.06):
            for b in (top + high * 0.07, bottom - high * 0.07):
                disc(picture, a, b, side * 0.011, darker(tone, 0.5))
                disc(picture, a - 0.5, b - 0.5, side * 0.008, darker(tone, -0.35))

    def _pipe(self, picture: Picture, draws: Draws) -> None:
        x, y, side = self._where(draws)
        upright, thick, tone = draws.chance(0.5), side * draws.uniform(0.02, 0.14), draws.choice(PIPES)
        ends = ((x, -9.0), (x, self.height + 9.0)) if upright else ((-9.0, y), (self.width + 9.0, y))
        shadow = [(a + thick * 0.3, b + thick * 0.35) for a, b in ends]
        stroke(picture, shadow, thick, darker(draws.choice(self.texture.colours), 0.6))
        tube(picture, *ends, thick, tone)
        for _ in range(draws.integer(0, 4)):  # joints
            a, b = (x, self.height * draws.uniform()) if upright else (self.width * draws.uniform(), y)
            long = thick * draws.uniform(0.15, 0.5)
            joint = ((a, b - long), (a, b + long)) if upright else ((a - long, b), (a + long, b))
            tube(picture, *joint, thick * 1.35, darker(tone, 0.2))

    def _cable(self, picture: Picture, draws: Draws) -> None:
        x, y, side = self._where(draws)
        points, step = [], [0.0, side * 0.04]
        for _ in range(draws.integer(10, 40)):
            points.append((x, y))
            step = [
                step[0] * 0.9 + side * draws.uniform(-0.015, 0.015),
                step[1] * 0.95 + side * draws.uniform(-0.012, 0.014),
            ]
            x, y = x + step[0], y + step[1]
        thick = side * draws.uniform(0.006, 0.02)
        tone = draws.choice(((28, 28, 30), (170, 40, 36), (40, 70, 140), (200, 180, 60), (190, 190, 188)))
        stroke(picture, [(a + 2, b + 4) for a, b in points], thick, (40, 40, 42))
        stroke(picture, points, thick, tone)

    def _wheel(self, picture: Picture, draws: Draws) -> None:
        x, y, side = self._where(draws)
        radius, tone = side * draws.uniform(0.05, 0.16), draws.choice(PIPES)
        ring = (circle(32) * radius).tolist()
        for shift, shade in ((4.0, 0.75), (0.0, 0.0)):
            rim = [(x + a + shift, y + b + shift) for a, b in [*ring, ring[0]]]
            stroke(picture, rim, radius * 0.2, darker(tone, shade))
            for a, b in ring[:: draws.choice((8, 16))]:
                stroke(
                    picture,
                    [(x + shift, y + shift), (x + a + shift, y + b + shift)],
                    radius * 0.14,
                    darker(tone, shade),
                )
        disc(picture, x, y, radius * 0.25, darker(tone, 0.4))

    def _sticker(self, picture: Picture, draws: Draws) -> None:
        x, y, side = self._where(draws)
        wide, high = side * draws.uniform(0.06, 0.3), side * draws.uniform(0.04, 0.14)
        paper = from_hue(draws.uniform(), draws.uniform(0.0, 0.9), draws.uniform(0.4, 1.0))
        ink = darker(paper, 0.8 if sum(paper) > 360 else -0.8)
        rectangle(picture, x, y, x + wide, y + high, paper, side * 0.008)
        lines_of_writing(
            picture,
            x + wide * 0.08,
            y,
            x + wide * 0.92,
            y + high,
            max(5.0, high * draws.uniform(0.2, 0.5)),
            ink,
            draws,
        )

    def _bulbs(self, picture: Picture, draws: Draws) -> None:
        x, y, side = self._where(draws)
        radius = side * draws.uniform(0.012, 0.03)
        for i in range(draws.integer(1, 6)):
            tone = draws.choice(
                ((40, 200, 90), (220, 40, 36), (240, 180, 40), (235, 235, 225), (60, 110, 220))
            )
            disc(picture, x + i * 3.2 * radius, y, radius * 1.3, (70, 72, 74))
            disc(picture, x + i * 3.2 * radius, y, radius, darker(tone, draws.uniform(-0.1, 0.6)))

    def _vent(self, picture: Picture, draws: Draws) -> None:
        x, y, side = self._where(draws)
        wide, step = side * draws.uniform(0.15, 0.4), side * draws.uniform(0.015, 0.035)
        for i in range(draws.integer(4, 14)):
            rectangle(picture, x, y + i * step, x + wide, y + (i + 0.5) * step, (36, 37, 39), step * 0.25)
