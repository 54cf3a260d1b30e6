"""What places are painted with. Coordinates are pixels, and may be outside of the picture."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from synthlab import Draws, Rows

from ..colours import blended
from ..geometry import circle
from ..scene import Colour, Texture
from ..textures import Field, Picture, flat, paint_surface

__all__ = [
    "Point",
    "chance_of",
    "covered",
    "darker",
    "disc",
    "grown",
    "laid_on",
    "lines_of_writing",
    "oval",
    "polygon",
    "rectangle",
    "sloped",
    "stroke",
    "tube",
]

Point = tuple[float, float]
SHIFT = 4
"""Corners are on a grid of sixteenths of a pixel."""
REACH = 8192
"""No corner is farther outside than this."""
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def chance_of(texture: Texture) -> Draws:
    """Return chance that belongs to a texture."""
    name = f"{texture.kind} {texture.origin[0]!r} {texture.origin[1]!r}"
    return next(Rows(0, 0, 1).within("image", "scenery").stream(name).each())


def darker(colour: Colour, share: float) -> Colour:
    """Return a colour with that share of black in it; of white if it is below 0."""
    return blended(colour, BLACK if share >= 0 else WHITE, abs(share))


def polygon(picture: Picture, points: Sequence[Point], colour: Colour) -> None:
    """Fill a polygon."""
    cv2.fillPoly(picture, [_corners(points)], colour[::-1], lineType=cv2.LINE_AA, shift=SHIFT)


def rectangle(
    picture: Picture, left: float, top: float, right: float, bottom: float, colour: Colour, round: float = 0.0
) -> None:
    """Fill a rectangle whose corners may be round."""
    round = min(round, (right - left) / 2, (bottom - top) / 2)
    if round < 1:
        polygon(picture, [(left, top), (right, top), (right, bottom), (left, bottom)], colour)
        return
    polygon(picture, grown(left, top, right, bottom, round), colour)


def grown(left: float, top: float, right: float, bottom: float, round: float) -> list[Point]:
    """Return the corners of a rectangle with round corners."""
    turn = (circle(16) * round).tolist()
    middles = (
        (right - round, bottom - round),
        (left + round, bottom - round),
        (left + round, top + round),
        (right - round, top + round),
    )
    return [
        (middles[i][0] + x, middles[i][1] + y) for i in range(4) for x, y in (turn * 2)[4 * i : 4 * i + 5]
    ]


def oval(picture: Picture, x: float, y: float, across: float, down: float, colour: Colour) -> None:
    """Fill an ellipse with these half axes."""
    polygon(picture, (circle(32) * (across, down) + (x, y)).tolist(), colour)


def disc(picture: Picture, x: float, y: float, radius: float, colour: Colour) -> None:
    """Fill a circle."""
    oval(picture, x, y, radius, radius, colour)


def stroke(picture: Picture, points: Sequence[Point], width: float, colour: Colour) -> None:
    """Draw a line through points."""
    thick = max(1, min(255, round(width)))
    cv2.polylines(picture, [_corners(points)], False, colour[::-1], thick, cv2.LINE_AA, SHIFT)


def tube(picture: Picture, start: Point, stop: Point, width: float, colour: Colour) -> None:
    """Draw a straight pipe, bright along its middle."""
    x, y = stop[0] - start[0], stop[1] - start[1]
    long = max(1e-6, (x * x + y * y) ** 0.5)
    across = -y / long, x / long
    steps = 7
    for i in range(steps):
        light = (0.45, 0.2, 0.0, -0.25, -0.1, 0.2, 0.5)[i]
        low, high = (i / steps - 0.5) * width, ((i + 1) / steps - 0.5) * width
        sides = [(start, low), (stop, low), (stop, high), (start, high)]
        corners = [(p[0] + across[0] * d, p[1] + across[1] * d) for p, d in sides]
        polygon(picture, corners, darker(colour, light))


def sloped(
    picture: Picture, left: float, top: float, right: float, bottom: float, first: Colour, last: Colour
) -> None:
    """Fill an upright rectangle from the first colour on top to the last one below."""
    height, width = picture.shape[:2]
    x_min, x_max = (min(max(0, round(x)), width) for x in (left, right))
    y_min, y_max = (min(max(0, round(y)), height) for y in (top, bottom))
    if x_max <= x_min or y_max <= y_min:
        return
    share = ((np.arange(y_min, y_max) + 0.5 - top) / max(1.0, bottom - top))[:, None]
    one, other = (np.array(c[::-1], dtype=np.float64) for c in (first, last))
    rows = np.rint(one + (other - one) * np.clip(share, 0, 1)).astype(np.uint8)
    picture[y_min:y_max, x_min:x_max] = rows[:, None, :]


def covered(picture: Picture, points: Sequence[Point], texture: Texture) -> None:
    """Fill a polygon with a texture."""
    height, width = picture.shape[:2]
    corners = np.array(points)
    x_min, y_min = (
        min(max(0, int(low)), size) for low, size in zip(corners.min(axis=0), (width, height), strict=True)
    )
    x_max, y_max = (
        min(max(0, int(high) + 1), size)
        for high, size in zip(corners.max(axis=0), (width, height), strict=True)
    )
    if x_max - x_min < 2 or y_max - y_min < 2:
        return
    part = picture[y_min:y_max, x_min:x_max]
    surface = (
        flat(texture.colours[0], x_max - x_min, y_max - y_min)
        if min(x_max - x_min, y_max - y_min) < 8
        else paint_surface(texture, x_max - x_min, y_max - y_min)
    )
    mask = np.zeros(part.shape[:2], dtype=np.uint8)
    cv2.fillPoly(mask, [_corners([(x - x_min, y - y_min) for x, y in points])], 255, cv2.LINE_AA, SHIFT)
    laid_on(part, surface, mask)


def laid_on(picture: Picture, surface: Picture, share: Field) -> None:
    """Show a surface on a picture, as much as 255 says: its edges are smooth, as those of things are."""
    over = cv2.merge([share] * 3)
    under = cv2.multiply(picture, cv2.bitwise_not(over), scale=1 / 255)
    cv2.add(cv2.multiply(surface, over, scale=1 / 255), under, dst=picture)


def lines_of_writing(
    picture: Picture,
    left: float,
    top: float,
    right: float,
    bottom: float,
    high: float,
    ink: Colour,
    draws: Draws,
) -> None:
    """Fill a rectangle with what looks like writing from afar, and can be read by nobody."""
    y = top + high
    while y < bottom - high / 2:
        x = left
        while x < right - high:
            end = min(right, x + high * draws.uniform(1.0, 5.0))
            points = []
            at = x
            while at < end:
                points.append((at, y - high * draws.choice((0.0, 0.0, 0.55, 0.6, 1.0))))
                at += high * draws.choice((0.04, 0.12, 0.3, 0.45))
            if len(points) > 1:
                stroke(picture, points, high / 7, ink)
            x = end + high * 0.5
        y += high * 1.7


def _corners(points: Sequence[Point]) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    scaled = np.clip(
        np.rint(np.array(points, dtype=np.float64) * (1 << SHIFT)), -REACH << SHIFT, REACH << SHIFT
    )
    return scaled.astype(np.int32)
