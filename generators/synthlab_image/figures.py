"""Pictures of shapes."""

from __future__ import annotations

import math

import cv2
import numpy as np

from .assets.raster import Raster
from .scene import Look, Texture
from .shapes import SHAPES
from .textures import Picture, flat, paint_surface

__all__ = ["draw_shape", "premultiplied"]

SUBPIXELS = 4
_FRACTION_BITS = 4


def draw_shape(look: Look, size: int) -> Raster:
    """Return the picture of a shape whose longer side is that long.

    Each pixel is sampled 4 x 4 times. OpenCV fills polygons with integers alone, so the coverage is the same
    on every machine.
    """
    contours = [contour * (1, look["aspect"]) for contour in SHAPES[look["shape"]].outline(look["variation"])]
    radius = size / 2 / float(np.abs(contours[0]).max())
    contours = [contour * radius for contour in contours]
    # The first contour is around the others. Its box is made even around the centre.
    reach_x, reach_y = (math.ceil(r) + 1 for r in np.abs(contours[0]).max(axis=0))
    width, height = 2 * reach_x, 2 * reach_y
    # OpenCV puts whole numbers at the centres of pixels, and takes fractions as whole 16ths.
    scale = SUBPIXELS << _FRACTION_BITS
    origin = np.array(
        [-reach_x * scale + scale // (2 * SUBPIXELS), -reach_y * scale + scale // (2 * SUBPIXELS)]
    )
    corners = [np.rint(contour * scale - origin).astype(np.int32) for contour in contours]
    fine = np.zeros((height * SUBPIXELS, width * SUBPIXELS), dtype=np.uint8)
    cv2.fillPoly(fine, corners, 255, lineType=cv2.LINE_8, shift=_FRACTION_BITS)
    # Halving twice is several times faster than one step.
    halved = cv2.resize(fine, (width * 2, height * 2), interpolation=cv2.INTER_AREA)
    coverage = cv2.resize(halved, (width, height), interpolation=cv2.INTER_AREA)
    surface = paint_surface(_texture(look["texture"], size), width, height)
    if "outline" in look:
        brush_size = 2 * max(1, round(size * look["outline"]["width"])) + 1
        brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (brush_size, brush_size))
        inner = cv2.merge([cv2.erode(coverage, brush)] * 3)
        edge = flat(tuple(look["outline"]["colour"]), width, height)
        cv2.multiply(edge, cv2.bitwise_not(inner), dst=edge, scale=1 / 255)
        surface = cv2.add(edge, cv2.multiply(surface, inner, scale=1 / 255))
    (left, top), (right, bottom) = contours[0].min(axis=0).tolist(), contours[0].max(axis=0).tolist()
    left, right, top, bottom = left + reach_x, right + reach_x, top + reach_y, bottom + reach_y
    outline = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Raster(premultiplied(surface, coverage), outline=outline)


def premultiplied(colours: Picture, coverage: Picture) -> Picture:
    """Return blue, green, red and coverage, the colours multiplied by it."""
    shared = cv2.multiply(colours, cv2.merge([coverage] * 3), scale=1 / 255)
    return cv2.merge([*cv2.split(shared), coverage])


def _texture(look: Look, size: int) -> Texture:
    return Texture(
        kind=look["kind"],
        colours=tuple((int(r), int(g), int(b)) for r, g, b in look["colours"]),
        direction=(look["direction"][0], look["direction"][1]),
        period=max(6.0, size * look["period"]),
        origin=(look["origin"][0], look["origin"][1]),
    )
