"""Pictures of blobs."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from ..geometry import Points, circle
from ..scene import Look
from ..textures import clouds
from .canvas import FINE, Canvas
from .light import bulge
from .raster import Raster
from .tools import colour_of

__all__ = ["draw_blob"]


def draw_blob(look: Look, size: int) -> Raster:
    """Return the picture of a blob whose longer side is that long."""
    outline = _outline(look)
    reach = np.abs(outline).max(axis=0)
    outline = outline * (size / 2 / float(reach.max()))
    wide, high = (2 * float(r) for r in np.abs(outline).max(axis=0))
    canvas, middle = Canvas(wide, high), np.array([wide / 2, high / 2])
    colour = colour_of(look["colour"])
    rim = colour_of([c * 7 // 10 for c in colour]) if look["rim"] else colour
    canvas.polygon(outline + middle, rim)
    if look["rim"]:
        canvas.polygon(outline * 0.9 + middle, colour)
    if "nucleus" in look:
        # Lobes hang together by thin bridges.
        places = [
            (middle[0] + x * wide / 2, middle[1] + y * high / 2, r * size / 2) for x, y, r in look["lobes"]
        ]
        ink = colour_of(look["nucleus"])
        for (x, y, r), (u, v, _) in pairwise(places):
            canvas.line((x, y), (u, v), r * 0.7, ink)
        for x, y, r in places:
            canvas.disc(x, y, r, ink, 0.85)
    if look["pale"]:
        canvas.shade(bulge(round(120 * look["pale"])))
    if look["grain"]:
        side = max(8, size * FINE // 2)
        x, y = look["origin"] % 700, look["origin"] // 1024 % 700
        part = clouds()[y : y + min(side, 300), x : x + min(side, 300)]
        depth = round(64 * look["grain"])
        levels = cv2.convertScaleAbs(part, alpha=2 * depth / 255, beta=128 - depth)
        canvas.shade(np.asarray(levels))
    raster = canvas.raster()
    if look["opacity"] < 1:
        # What counts is that it is there: a coverage of a half at least keeps its pixels its own.
        pixels = cv2.convertScaleAbs(raster.pixels, alpha=look["opacity"])
        return Raster(np.asarray(pixels), outline=raster.outline)
    return raster


def _outline(look: Look) -> Points:
    """Return a circle with a few waves, of additions and products alone."""
    turn = circle(64)
    cosine, sine = turn[:, 0], turn[:, 1]
    radius = np.ones(64)
    wave = cosine, sine
    for a, b in look["waves"]:
        # Of twice, three times, ... the angle.
        wave = wave[0] * cosine - wave[1] * sine, wave[0] * sine + wave[1] * cosine
        radius = radius + wave[0] * a + wave[1] * b
    radius = np.maximum(radius, 0.35)
    return turn * radius[:, None] * (1.0, look["aspect"])
