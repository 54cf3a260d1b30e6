"""A table or wall full of things that mean nothing: papers, boxes, lids, cables, cloths, frames."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from synthlab import Draws

from ..colours import from_hue
from ..geometry import circle, direction
from ..scene import Colour, Texture
from ..seats import Seat
from ..textures import Field, Picture, flat
from .brush import Point, chance_of, covered, darker, disc, laid_on, lines_of_writing, polygon, stroke

__all__ = ["Clutter"]

GROUNDS = ("wood", "fabric", "speckles", "noise", "paper", "linear", "plain")
COVERS = ("plain", "linear", "noise", "fabric", "paper", "stripes", "checks", "wood", "speckles")


@dataclass(frozen=True)
class Clutter:
    """Things over each other on a ground; things to find may be anywhere among them."""

    texture: Texture
    width: int
    height: int

    @staticmethod
    def of(texture: Texture, width: int, height: int) -> Clutter:
        return Clutter(texture, width, height)

    def paint(self) -> Picture:
        draws = chance_of(self.texture)
        width, height, colours = self.width, self.height, self.texture.colours
        picture = flat(colours[0], width, height)
        ground = Texture(
            draws.choice(GROUNDS),
            colours,
            direction(draws.uniform(0, 360)),
            self.texture.period,
            self.texture.origin,
        )
        covered(picture, [(0, 0), (width, 0), (width, height), (0, height)], ground)
        for _ in range(draws.integer(3, 22)):
            (self._sheet, self._round, self._cord, self._shard)[draws.weighted((6, 3, 1, 2))](picture, draws)
        return picture

    def seats(self) -> list[Seat]:
        return []

    def _colour(self, draws: Draws) -> Colour:
        if draws.chance(0.4):
            return darker(draws.choice(self.texture.colours), draws.uniform(-0.6, 0.6))
        return from_hue(draws.uniform(), draws.uniform(0, 1) ** 2, draws.uniform(0.1, 1.0))

    def _cover(self, draws: Draws, size: float) -> Texture:
        colours = tuple(self._colour(draws) for _ in range(3))
        if draws.chance(0.6):  # mostly shades of one colour
            colours = darker(colours[0], 0.2), colours[0], darker(colours[0], -0.2)
        return Texture(
            draws.choice(COVERS),
            colours,
            direction(draws.uniform(0, 360)),
            size * draws.uniform(0.08, 0.6) + 4,
            (draws.uniform(), draws.uniform()),
        )

    def _where(self, draws: Draws) -> tuple[float, float, float]:
        side = min(self.width, self.height)
        size = side * (draws.uniform(0.05, 0.25) if draws.chance(0.5) else draws.uniform(0.25, 0.8))
        return self.width * draws.uniform(-0.05, 1.05), self.height * draws.uniform(-0.05, 1.05), size

    def _sheet(self, picture: Picture, draws: Draws) -> None:
        """A paper, a book, a box: with writing, a border, or nothing on it."""
        x, y, size = self._where(draws)
        wide, high = size / 2, size * draws.uniform(0.15, 0.6)
        cosine, sine = direction(draws.uniform(0, 360))

        def at(across: float, down: float) -> Point:
            return x + across * cosine - down * sine, y + across * sine + down * cosine

        corners = [at(-wide, -high), at(wide, -high), at(wide, high), at(-wide, high)]
        self._shade(picture, corners, size, draws)
        cover = self._cover(draws, size)
        covered(picture, corners, cover)
        if draws.chance(0.5):  # the side of something thick
            deep = size * draws.uniform(0.02, 0.15)
            polygon(
                picture,
                [at(-wide, high), at(wide, high), at(wide, high + deep), at(-wide, high + deep)],
                darker(cover.colours[0], 0.45),
            )
        ink = darker(cover.colours[0], 0.75 if sum(cover.colours[0]) > 330 else -0.75)
        if draws.chance(0.5):
            self._writing(picture, corners, size, ink, draws)
        if draws.chance(0.25):
            inner = [
                at(a * wide * 0.88, b * high * 0.88)
                for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
            ]
            stroke(picture, inner, max(1.0, size * 0.012), ink)

    def _writing(
        self, picture: Picture, corners: list[Point], size: float, ink: Colour, draws: Draws
    ) -> None:
        """Writing along a sheet: made upright, then turned with it."""
        long = max(8, round(size))
        upright = np.zeros((long, long), dtype=np.uint8)
        canvas = cv2.merge([upright] * 3)
        high = max(4.0, size * draws.uniform(0.03, 0.14))
        lines_of_writing(
            canvas,
            long * 0.08,
            long * 0.06,
            long * 0.92,
            long * draws.uniform(0.4, 0.94),
            high,
            (255, 255, 255),
            draws,
        )
        source = np.array([(0, 0), (long, 0), (0, long)], dtype=np.float32)
        target = np.array([corners[0], corners[1], corners[3]], dtype=np.float32)
        mask = cv2.warpAffine(
            canvas[:, :, 0], cv2.getAffineTransform(source, target), (self.width, self.height)
        )
        left, top, wide, high = cv2.boundingRect(mask)
        if wide:
            part = np.s_[top : top + high, left : left + wide]
            laid_on(picture[part], flat(ink, wide, high), mask[part])

    def _round(self, picture: Picture, draws: Draws) -> None:
        """A lid, a plate, a cup: rings of one colour."""
        x, y, size = self._where(draws)
        across, down = size / 2, size / 2 * draws.uniform(0.5, 1.0)
        self._shade(picture, (circle(32) * (across, down) + (x, y)).tolist(), size, draws)
        colour = self._colour(draws)
        for i in range(draws.integer(1, 5)):
            share = 1 - i * draws.uniform(0.08, 0.3)
            if share > 0.1:
                corners = (circle(32) * (across * share, down * share) + (x, y)).tolist()
                polygon(picture, corners, darker(colour, draws.uniform(-0.35, 0.4)))

    def _cord(self, picture: Picture, draws: Draws) -> None:
        x, y, size = self._where(draws)
        points, step = [], [size * draws.uniform(-0.2, 0.2), size * draws.uniform(-0.2, 0.2)]
        for _ in range(draws.integer(6, 30)):
            points.append((x, y))
            step = [s + size * draws.uniform(-0.08, 0.08) for s in step]
            x, y = x + step[0], y + step[1]
        stroke(picture, points, max(1.0, size * draws.uniform(0.01, 0.04)), self._colour(draws))

    def _shard(self, picture: Picture, draws: Draws) -> None:
        """A cloth, a leaf, crumpled paper: an outline that is like no other."""
        x, y, size = self._where(draws)
        turn = circle(16).tolist()
        corners = [
            (x + a * r, y + b * r) for (a, b), r in ((p, size / 2 * draws.uniform(0.4, 1.0)) for p in turn)
        ]
        self._shade(picture, corners, size, draws)
        covered(picture, corners, self._cover(draws, size))
        if draws.chance(0.4):
            disc(picture, x, y, size * draws.uniform(0.02, 0.2), self._colour(draws))

    def _shade(self, picture: Picture, corners: list[Point], size: float, draws: Draws) -> None:
        """Darken what is below the lower right sides of an outline."""
        shift = size * draws.uniform(0.01, 0.05)
        height, width = picture.shape[:2]
        points = np.array(corners) + shift
        x_min, y_min = (
            int(min(max(0, v - 8), n)) for v, n in zip(points.min(axis=0), (width, height), strict=True)
        )
        x_max, y_max = (
            int(min(max(0, v + 8), n)) for v, n in zip(points.max(axis=0), (width, height), strict=True)
        )
        if x_max <= x_min or y_max <= y_min:
            return
        part = picture[y_min:y_max, x_min:x_max]
        light: Field = np.full(part.shape[:2], 255, dtype=np.uint8)
        level = draws.integer(120, 230)
        cv2.fillPoly(light, [np.rint(points - (x_min, y_min)).astype(np.int32)], level)
        light = cv2.blur(light, (7, 7))
        cv2.multiply(part, cv2.merge([light] * 3), dst=part, scale=1 / 255)
