"""A small drawing board for assets: polygons, discs, lines and text, with smooth edges.

Coordinates are in pixels of the finished picture, `(x, y)`, y down. Everything is drawn twice as large and
reduced, with OpenCV's integer arithmetic, so that a picture is the same on every machine; only text is as the
Pillow that is installed makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ..geometry import Points, circle
from ..scene import Colour
from .raster import Part, Point, Raster

__all__ = ["Canvas", "FACES", "rounded", "text_mask", "text_size"]

FACES = {
    "sans": "DejaVuSans.ttf",
    "bold": "DejaVuSans-Bold.ttf",
    "condensed": "DejaVuSansCondensed-Bold.ttf",
    "serif": "DejaVuSerif.ttf",
    "serif-bold": "DejaVuSerif-Bold.ttf",
    "mono": "DejaVuSansMono-Bold.ttf",
}
FONTS = Path(__file__).parent.parent / "fonts"
FINE = 2
_SHIFT = 4


class Canvas:
    """A picture that is being drawn, `width` x `height` pixels, clear at first.

    A margin of one pixel stays clear around it, for smooth edges.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = max(4, round(width)), max(4, round(height))
        self._fine: npt.NDArray[Any] = np.zeros((self.height * FINE, self.width * FINE, 4), dtype=np.uint8)
        self.parts: list[Part] = []

    def polygon(self, contours: Points | Sequence[Points], colour: Colour) -> None:
        """Fill a polygon, or several by even-odd."""
        several = [contours] if isinstance(contours, np.ndarray) else contours
        corners = [self._fixed(points) for points in several]
        cv2.fillPoly(self._fine, corners, (*colour[::-1], 255), lineType=cv2.LINE_AA, shift=_SHIFT)

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: Colour, round: float = 0
    ) -> None:
        """Fill a rectangle, with its corners rounded at that radius."""
        self.polygon(rounded(left, top, right, bottom, round), colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour, flat: float = 1.0) -> None:
        """Fill a circle, or an ellipse `flat` times as high as it is wide."""
        self.polygon(circle(64) * (radius, radius * flat) + (x, y), colour)

    def ring(self, x: float, y: float, radius: float, width: float, colour: Colour) -> None:
        """Draw a circle of that outer radius and width."""
        outer = circle(128)
        self.polygon([outer * radius + (x, y), outer * (radius - width) + (x, y)], colour)

    def line(self, start: Point, stop: Point, width: float, colour: Colour) -> None:
        """Draw a straight line with flat ends."""
        way = np.array(stop) - np.array(start)
        length = float(np.sqrt(way[0] * way[0] + way[1] * way[1])) or 1.0
        side = np.array([-way[1], way[0]]) * (width / 2 / length)
        a, b = np.array(start), np.array(stop)
        self.polygon(np.array([a + side, b + side, b - side, a - side]), colour)

    def inked_line(self, start: Point, stop: Point, width: float, colour: Colour) -> None:
        """Draw a line on what is there already, and not beyond it."""
        self._inked(lambda: self.line(start, stop, width, colour))

    def inked_disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Fill a circle on what is there already, and not beyond it."""
        self._inked(lambda: self.disc(x, y, radius, colour))

    def text(
        self,
        text: str,
        x: float,
        y: float,
        height: float,
        colour: Colour,
        face: str = "bold",
        most: float = 1e9,
        upside_down: bool = False,
        part: bool = False,
    ) -> float:
        """Write text with its middle at (x, y); capital letters are `height` high. Return its width.

        It is made narrower where it would be wider than `most`. With `part`, each of its characters (other
        than spaces) becomes a part of the picture.
        """
        mask, ends = text_mask(text, face, max(4, round(height * FINE)))
        wide = min(mask.shape[1], int(most * FINE))
        if wide < 1 or not mask.size:
            return 0.0
        squeeze = wide / mask.shape[1]
        if wide < mask.shape[1]:
            mask = np.asarray(cv2.resize(mask, (wide, mask.shape[0]), interpolation=cv2.INTER_AREA))
        if upside_down:
            mask = np.asarray(cv2.flip(mask, -1))
        left, top = round(x * FINE - wide / 2), round(y * FINE - mask.shape[0] / 2)
        self.stamp(mask, left, top, colour)
        if part:
            low, high = top / FINE, (top + mask.shape[0]) / FINE
            for letter, (a, b) in zip(text, ends, strict=True):
                if letter != " ":
                    a, b = (left + a * squeeze) / FINE, (left + b * squeeze) / FINE
                    self.parts.append(Part(letter, ((a, low), (b, low), (b, high), (a, high))))
        return float(wide / FINE)

    def stamp(self, mask: npt.NDArray[Any], left: int, top: int, colour: Colour) -> None:
        """Lay a colour through a mask of coverage; its place is in the canvas's own finer pixels."""
        height, width = self._fine.shape[:2]
        x_min, y_min = max(0, left), max(0, top)
        x_max, y_max = min(width, left + mask.shape[1]), min(height, top + mask.shape[0])
        if x_min >= x_max or y_min >= y_max:
            return
        part = mask[y_min - top : y_max - top, x_min - left : x_max - left]
        under = self._fine[y_min:y_max, x_min:x_max]
        share = cv2.merge([part] * 4)
        over = np.empty_like(share)
        over[:] = (*colour[::-1], 255)
        cv2.multiply(under, cv2.bitwise_not(share), dst=share, scale=1 / 255)
        over = cv2.multiply(over, cv2.merge([part] * 4), scale=1 / 255)
        under[:] = cv2.add(share, over)

    def paint(self, surface: npt.NDArray[Any]) -> None:
        """Colour what is drawn so far with a surface `(height, width, 3)`, keeping its coverage."""
        height, width = self._fine.shape[:2]
        if surface.shape[:2] != (height, width):
            surface = cv2.resize(surface, (width, height), interpolation=cv2.INTER_LINEAR)
        cover = self._fine[..., 3]
        colours = cv2.multiply(surface, cv2.merge([cover] * 3), scale=1 / 255)
        self._fine = cv2.merge([*cv2.split(colours), cover])

    def shade(self, levels: npt.NDArray[Any]) -> None:
        """Multiply the colours by levels of shape `(rows, columns)`, 128 as they are; stretched over all."""
        height, width = self._fine.shape[:2]
        field = cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR)
        cover = self._fine[..., 3]
        four = cv2.merge([field, field, field, np.full_like(field, 128)])
        shaded = cv2.multiply(self._fine, four, scale=1 / 128)
        # A colour multiplied by its coverage is never above the coverage.
        self._fine = cv2.min(shaded, cv2.merge([cover] * 4))

    def _inked(self, draw: Callable[[], None]) -> None:
        cover = cv2.extractChannel(self._fine, 3)
        draw()
        kept = cv2.multiply(self._fine, cv2.merge([cover] * 4), scale=1 / 255)
        kept[..., 3] = cover
        self._fine = np.asarray(kept)

    def raster(self, **known: Any) -> Raster:
        """Return the finished picture, with its margin, and what is known about it."""
        small = cv2.resize(self._fine, (self.width, self.height), interpolation=cv2.INTER_AREA)
        pixels = cv2.copyMakeBorder(small, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
        moved = tuple(
            Part(p.text, tuple((x + 1, y + 1) for x, y in p.corners))  # type: ignore[arg-type]
            for p in self.parts
        )
        points = tuple(None if p is None else (p[0] + 1, p[1] + 1) for p in known.pop("keypoints", ()))
        right, bottom = self.width + 1, self.height + 1
        outline = ((1, 1), (right, 1), (right, bottom), (1, bottom))
        return Raster(pixels, keypoints=points, parts=moved, outline=outline, **known)

    def _fixed(self, points: Points) -> npt.NDArray[np.int32]:
        # OpenCV puts whole numbers at the centres of pixels, and takes fractions as whole 16ths.
        scale = FINE << _SHIFT
        return np.rint(points * scale - (1 << _SHIFT) / 2).astype(np.int32)


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Points:
    """Return the outline of a rectangle whose corners are rounded."""
    if radius <= 0:
        return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)
    radius = min(radius, (right - left) / 2, (bottom - top) / 2)
    turn = np.vstack([circle(32), circle(32)[:1]]) * radius
    corners = [
        np.add(turn[16:25], (left + radius, top + radius)),
        np.add(turn[24:33], (right - radius, top + radius)),
        np.add(turn[0:9], (right - radius, bottom - radius)),
        np.add(turn[8:17], (left + radius, bottom - radius)),
    ]
    return np.concatenate(corners)


@lru_cache(maxsize=4096)
def text_mask(text: str, face: str, height: int) -> tuple[npt.NDArray[Any], tuple[tuple[float, float], ...]]:
    """Return (coverage, left and right end of each character) of text whose capitals are `height` high.

    The coverage is cut off above and below what is written.
    """
    font = _font(face, round(height / 0.73))
    ends = []
    for i, letter in enumerate(text):
        start = font.getlength(text[:i])
        ends.append((start, start + font.getlength(letter)))
    box = font.getbbox(text)
    mask = font.getmask(text, mode="L")
    width, rows = mask.size
    pixels = np.array(mask, dtype=np.uint8).reshape(rows, width)
    return pixels, tuple((a - box[0], b - box[0]) for a, b in ends)


def text_size(text: str, face: str, height: float) -> float:
    """Return how wide text is whose capitals are `height` high."""
    return float(text_mask(text, face, max(4, round(height * FINE)))[0].shape[1] / FINE)


@lru_cache(maxsize=256)
def _font(face: str, size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(FONTS / FACES[face]), size, layout_engine=ImageFont.Layout.BASIC)
