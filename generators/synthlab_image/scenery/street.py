"""A street: sky, hills, houses, trees, a road, cars that are parked, and poles for signs."""

from __future__ import annotations

from dataclasses import dataclass

from synthlab import Draws

from ..colours import from_hue
from ..scene import Colour, Texture
from ..seats import Seat
from ..textures import Picture, flat
from .brush import (
    Point,
    chance_of,
    covered,
    darker,
    disc,
    lines_of_writing,
    oval,
    polygon,
    rectangle,
    sloped,
    stroke,
    tube,
)
from .vehicle import Vehicle

__all__ = ["Street", "paint_street"]

SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((96, 148, 212), (196, 216, 232)),
    ((62, 116, 190), (168, 200, 228)),
    ((168, 176, 184), (206, 210, 212)),
    ((128, 138, 150), (188, 192, 196)),
    ((214, 218, 222), (232, 232, 230)),
    ((84, 96, 140), (236, 176, 130)),
    ((34, 42, 62), (78, 84, 104)),
)
WALLS: tuple[Colour, ...] = (
    (176, 164, 146),
    (148, 92, 74),
    (206, 198, 184),
    (120, 118, 116),
    (186, 158, 120),
    (92, 84, 82),
    (214, 212, 208),
    (156, 140, 128),
)
LEAVES: tuple[Colour, ...] = (
    (44, 66, 36),
    (72, 98, 48),
    (98, 118, 62),
    (58, 74, 52),
    (126, 112, 58),
    (150, 98, 46),
)
ROADS: tuple[Colour, ...] = ((92, 92, 94), (118, 116, 114), (70, 71, 75), (136, 132, 126))


@dataclass(frozen=True)
class Street:
    """A street with poles, of which each may bear signs."""

    texture: Texture
    width: int
    height: int
    horizon: float
    poles: tuple[tuple[float, float, float], ...]
    """Of each: x, y of its top, y of its foot."""

    @staticmethod
    def of(texture: Texture, width: int, height: int) -> Street:
        draws = chance_of(texture)
        horizon = height * draws.uniform(0.4, 0.78)
        poles = []
        for _ in range(draws.integer(1, 5)):
            foot = horizon + (height * 1.25 - horizon) * draws.uniform(0.05, 1.0)
            tall = (foot - horizon) * draws.uniform(1.2, 2.6) + height * draws.uniform(0.05, 0.3)
            poles.append((width * draws.uniform(0.04, 0.96), max(height * 0.08, foot - tall), foot))
        return Street(texture, width, height, horizon, tuple(sorted(poles, key=lambda pole: pole[2])))

    def paint(self) -> Picture:
        draws = next_of(self.texture)
        picture = paint_street(
            self.texture, self.width, self.height, self.horizon, draws, draws.integer(0, 4)
        )
        for x, top, foot in self.poles:
            wide = max(2.0, (foot - top) * 0.025)
            tone = draws.choice(((150, 152, 154), (96, 98, 100), (120, 104, 84), (190, 192, 192)))
            tube(picture, (x, max(-4.0, top - 3 * wide)), (x, foot), wide, tone)
        return picture

    def seats(self) -> list[Seat]:
        """Return the upper ends of the poles, some signs high."""
        side = min(self.width, self.height)
        found = []
        for x, top, foot in self.poles:
            # The nearer a pole is, the lower its foot and the larger what is on it.
            near = 0.35 + 0.9 * (foot - self.horizon) / (1.25 * self.height - self.horizon)
            found.append(Seat("pole", x, top, x, min(foot, top + 0.45 * near * side), near))
        return found


def next_of(texture: Texture) -> Draws:
    """Return the chance of what is painted, apart from that of what is where."""
    return chance_of(Texture(f"{texture.kind} in colour", (), origin=texture.origin))


def paint_street(
    texture: Texture, width: int, height: int, horizon: float, draws: Draws, cars: int
) -> Picture:
    """Return a street without poles: what is far away first."""
    sky = draws.choice(SKIES)
    picture = flat(sky[1], width, height)
    _sky(picture, texture, sky, horizon, draws)
    if draws.chance(0.5):
        _hills(picture, horizon, sky[1], draws)
    ground = draws.choice(LEAVES) if draws.chance(0.6) else draws.choice(WALLS)
    covered(
        picture,
        [(0, horizon), (width, horizon), (width, height), (0, height)],
        _grainy(draws, "speckles" if draws.chance(0.5) else "noise", ground),
    )
    if draws.chance(0.75):
        _houses(picture, texture, horizon, draws)
    _road(picture, horizon, draws)
    for _ in range(draws.integer(0, 5)):
        _tree(picture, horizon, draws)
    for _ in range(cars):
        near = draws.uniform(0.08, 0.6)
        Vehicle.drawn(
            draws,
            draws.uniform(0, width),
            horizon + near * (height - horizon) * 0.8,
            width * (0.06 + 0.4 * near),
            darker(draws.choice(texture.colours), draws.uniform(-0.5, 0.6)),
        ).paint(picture)
    if draws.chance(0.4):
        _lamps(picture, horizon, draws)
    return picture


def _grainy(draws: Draws, kind: str, colour: Colour) -> Texture:
    shades = darker(colour, 0.35), colour, darker(colour, -0.25)
    return Texture(kind, shades, (1.0, 0.0), draws.uniform(10, 40), (draws.uniform(), draws.uniform()))


def _sky(
    picture: Picture, texture: Texture, sky: tuple[Colour, Colour], horizon: float, draws: Draws
) -> None:
    width = picture.shape[1]
    if draws.chance(0.5):
        ramp = sky[0], sky[1], darker(sky[1], -0.6)
        clouds = Texture("noise", ramp, (1.0, 0.0), draws.uniform(40, 200), texture.origin)
        covered(picture, [(0, 0), (width, 0), (width, horizon), (0, horizon)], clouds)
    else:
        sloped(picture, 0, 0, width, horizon, *sky)


def _hills(picture: Picture, horizon: float, sky: Colour, draws: Draws) -> None:
    width = picture.shape[1]
    tone = darker(draws.choice(LEAVES), draws.uniform(-0.4, 0.1))
    y, points = horizon - width * draws.uniform(0.01, 0.08), [(0.0, horizon)]
    for i in range(13):
        points.append((width * i / 12, y))
        y = min(horizon - 2, y + width * draws.uniform(-0.03, 0.03))
    polygon(picture, [*points, (float(width), horizon)], tone)


def _houses(picture: Picture, texture: Texture, horizon: float, draws: Draws) -> None:
    width = picture.shape[1]
    x = width * draws.uniform(-0.2, 0.4)
    while x < width:
        wide, high = width * draws.uniform(0.1, 0.4), horizon * draws.uniform(0.3, 1.15)
        wall = draws.choice(WALLS) if draws.chance(0.6) else draws.choice(texture.colours)
        foot = horizon + wide * 0.05
        box = [(x, foot - high), (x + wide, foot - high), (x + wide, foot), (x, foot)]
        covered(picture, box, _grainy(draws, "speckles", wall))
        if draws.chance(0.4):
            roof = [
                (x - wide * 0.04, foot - high),
                (x + wide * 0.5, foot - high * 1.3),
                (x + wide * 1.04, foot - high),
            ]
            polygon(picture, roof, darker(draws.choice(WALLS), 0.45))
        _windows(picture, x, foot - high, wide, high, draws)
        x += wide * draws.uniform(0.98, 1.6)


def _windows(picture: Picture, x: float, top: float, wide: float, high: float, draws: Draws) -> None:
    columns, rows = draws.integer(2, 7), draws.integer(1, 6)
    glass = draws.choice(((58, 68, 80), (96, 116, 136), (34, 36, 40), (150, 170, 186)))
    frame = darker(glass, draws.uniform(-0.7, 0.4))
    cell_x, cell_y = wide / columns, high * 0.8 / rows
    for i in range(columns * rows):
        left = x + cell_x * (i % columns + 0.22)
        upper = top + high * 0.05 + cell_y * (i // columns + 0.15)
        lit = (228, 200, 130) if draws.chance(0.04) else darker(glass, draws.uniform(-0.2, 0.25))
        rectangle(picture, left - 1, upper - 1, left + cell_x * 0.56 + 1, upper + cell_y * 0.66 + 1, frame)
        rectangle(picture, left, upper, left + cell_x * 0.56, upper + cell_y * 0.66, lit)
    if draws.chance(0.5):  # a shop sign
        paper = from_hue(draws.uniform(), draws.uniform(0.2, 0.9), draws.uniform(0.3, 0.9))
        left, upper, tall = x + wide * 0.1, top + high * 0.8, high * 0.1
        rectangle(picture, left, upper, x + wide * 0.9, upper + tall, paper)
        lines_of_writing(
            picture,
            left + tall / 2,
            upper,
            x + wide * 0.85,
            upper + tall * 1.2,
            tall * 0.6,
            darker(paper, -0.8 if sum(paper) < 400 else 0.8),
            draws,
        )


def _road(picture: Picture, horizon: float, draws: Draws) -> None:
    height, width = picture.shape[:2]
    middle, vanish = width * draws.uniform(0.1, 0.9), width * draws.uniform(0.2, 0.8)
    wide = width * draws.uniform(0.5, 1.6)

    def at(across: float, depth: float) -> Point:
        """`across` from -1 to 1, `depth` from 0 at the horizon to 1 at the lower border."""
        x = vanish + (middle - vanish) * depth + across * wide * (0.02 + 0.98 * depth)
        return x, horizon + (height * 1.02 - horizon) * depth

    pavement = darker(draws.choice(ROADS), -0.35)
    polygon(picture, [at(-1.25, 0), at(1.25, 0), at(1.25, 1), at(-1.25, 1)], pavement)
    covered(
        picture, [at(-1, 0), at(1, 0), at(1, 1), at(-1, 1)], _grainy(draws, "speckles", draws.choice(ROADS))
    )
    paint = draws.choice(((222, 222, 216), (204, 172, 70), (180, 180, 176)))
    for side in (-0.92, 0.92):
        if draws.chance(0.6):
            polygon(
                picture,
                [at(side - 0.015, 0), at(side + 0.015, 0), at(side + 0.015, 1), at(side - 0.015, 1)],
                paint,
            )
    for i in range(7):
        near, far = 0.72**i, 0.72**i * 0.86
        polygon(picture, [at(-0.018, near), at(-0.018, far), at(0.018, far), at(0.018, near)], paint)


def _tree(picture: Picture, horizon: float, draws: Draws) -> None:
    height, width = picture.shape[:2]
    x, foot = width * draws.uniform(-0.05, 1.05), horizon + (height - horizon) * draws.uniform(0.0, 0.4)
    tall = (height * 0.12 + (foot - horizon) * 2.2) * draws.uniform(0.7, 1.8)
    tube(
        picture,
        (x, foot - tall * 0.6),
        (x, foot),
        max(2.0, tall * 0.06),
        draws.choice(((74, 58, 44), (96, 84, 70))),
    )
    leaf = draws.choice(LEAVES)
    for _ in range(draws.integer(5, 12)):
        tone, size = darker(leaf, draws.uniform(-0.15, 0.4)), tall * draws.uniform(0.08, 0.2)
        oval(
            picture,
            x + tall * draws.uniform(-0.25, 0.25),
            foot - tall * draws.uniform(0.5, 0.95),
            size,
            size * draws.uniform(0.6, 1.0),
            tone,
        )
    for _ in range(30):
        size = tall * draws.uniform(0.01, 0.04)
        oval(
            picture,
            x + tall * draws.uniform(-0.3, 0.3),
            foot - tall * draws.uniform(0.45, 1.0),
            size,
            size,
            darker(leaf, draws.uniform(-0.3, 0.5)),
        )


def _lamps(picture: Picture, horizon: float, draws: Draws) -> None:
    """Traffic lights and a street lamp: round and red, and no signs."""
    height, width = picture.shape[:2]
    x, size = width * draws.uniform(0.05, 0.95), height * draws.uniform(0.012, 0.03)
    foot, top = horizon + height * draws.uniform(0.02, 0.3), horizon - height * draws.uniform(0.05, 0.3)
    tube(picture, (x, top), (x, foot), size * 0.7, (80, 82, 84))
    rectangle(picture, x - 1.5 * size, top - 4 * size, x + 1.5 * size, top + 4 * size, (34, 36, 38), size)
    lit = draws.integer(0, 3)
    for i, colour in enumerate(((226, 40, 32), (240, 170, 30), (40, 200, 120))):
        disc(picture, x, top + (i - 1) * 2.5 * size, size, colour if i == lit else darker(colour, 0.75))
    lamp = width * draws.uniform(0.0, 1.0)
    stroke(
        picture,
        [(lamp, horizon), (lamp, top - 9 * size), (lamp + 8 * size, top - 10 * size)],
        size * 0.6,
        (70, 72, 74),
    )
