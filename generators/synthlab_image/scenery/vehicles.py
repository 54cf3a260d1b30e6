"""Cars near by, from the front and from behind, with places for their plates."""

from __future__ import annotations

from dataclasses import dataclass

import cv2

from ..scene import Texture
from ..seats import Seat
from ..textures import Picture
from .brush import chance_of, darker
from .street import next_of, paint_street
from .vehicle import Vehicle

__all__ = ["Vehicles"]

FLAWED = 0.4
"""How far cars' colours are from those of the texture."""


@dataclass(frozen=True)
class Vehicles:
    """Some cars in a street; the last is the nearest."""

    texture: Texture
    width: int
    height: int
    cars: tuple[Vehicle, ...]

    @staticmethod
    def of(texture: Texture, width: int, height: int) -> Vehicles:
        draws = chance_of(texture)
        side = min(width, height)
        largest = side * (draws.uniform(0.45, 1.1) if draws.chance(0.6) else draws.uniform(1.1, 2.4))
        cars = []
        for i in range(draws.integer(1, 4)):
            wide = largest * (draws.uniform(0.35, 0.8) if i else 1.0)
            near = min(1.0, wide / side)
            x = width * draws.uniform(0.2, 0.8) if i == 0 else width * draws.uniform(0.0, 1.0)
            foot = height * (0.45 + 0.5 * near + draws.uniform(-0.08, 0.08))
            if wide > 1.2 * side:  # so near that its lower half fills the image
                foot = height * draws.uniform(0.7, 0.98) + 0.1 * wide
            colour = darker(draws.choice(texture.colours), draws.uniform(-FLAWED, FLAWED))
            cars.append(Vehicle.drawn(draws, x, foot, wide, colour))
        return Vehicles(texture, width, height, tuple(sorted(cars, key=lambda car: car.width)))

    def paint(self) -> Picture:
        draws = next_of(self.texture)
        horizon = self.height * draws.uniform(0.25, 0.5)
        picture = paint_street(self.texture, self.width, self.height, horizon, draws, draws.integer(0, 3))
        if draws.chance(0.6):  # what is far away is not in focus
            side = 2 * draws.integer(1, max(2, self.height // 120)) + 1
            cv2.blur(picture, (side, side), dst=picture)
        for car in self.cars:
            car.paint(picture)
        return picture

    def seats(self) -> list[Seat]:
        """Return the places for plates that no nearer car hides; a size of 1 is the width of the car."""
        side = min(self.width, self.height)
        found = []
        for i, car in enumerate(self.cars):
            x, y = car.plate
            hidden = any(
                abs(x - c.x) < 0.75 * c.width and 0 < c.foot - y < 1.2 * c.width for c in self.cars[i + 1 :]
            )
            if not hidden and 0 <= x < self.width and 0 <= y < self.height:
                found.append(Seat("bumper", x, y, x, y, car.width / side))
        return found
