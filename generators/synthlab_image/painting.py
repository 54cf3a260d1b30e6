"""Pixels from a layout: surfaces, objects back to front, light and camera.

Pixels are as OpenCV makes them: the same wherever its version is. No label depends on them.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from . import scenery
from .effects import photograph
from .geometry import window
from .layout import Layout, Placed, crop, lens_of
from .scene import Background, Light, Scene, Shadow
from .textures import Field, Picture, gradient, paint_surface
from .warp import warp_all

__all__ = ["Photos", "encode", "encode_map", "paint", "paint_background"]

Photos = Callable[[str, bool, bool], Picture]
"""Gives a photograph by its name: whether its objects are known, and whether it is wanted without them."""

FADE = 2
"""Over so many pixels on each side of its border a place fades that is shown without its object."""


def paint(layout: Layout, photos: Photos) -> Picture:
    """Return the picture of a layout, shape `(height, width, 3)`: blue, green, red."""
    scene = layout.scene
    picture = paint_background(scene.background, scene, photos)
    lens = lens_of(scene)
    if lens is not None:
        picture = warp_all(picture, lens)
    shades = _shades(scene.light)
    behind = picture.copy() if any(p.raster.overlap is not None for p in layout.placed) else picture
    for placed in reversed(layout.placed):
        if placed.raster.overlap is not None:
            _dim(picture, placed, behind, placed.raster.overlap)
            continue
        if scene.light.shadow is not None:
            _throw_shadow(picture, placed, scene.light.shadow)
        _paint_object(picture, placed, shades)
    return photograph(picture, scene)


def encode(picture: Picture, encoding: str, quality: int) -> bytes:
    """Return the bytes of a JPEG or PNG file."""
    if encoding == "png":
        return encode_map(picture)
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return data.tobytes()


def encode_map(picture: Picture) -> bytes:
    """Return the bytes of a PNG file."""
    done, data = cv2.imencode(".png", picture)
    assert done
    return data.tobytes()


def paint_background(background: Background, scene: Scene, photos: Photos) -> Picture:
    """Return what is behind the things of a scene."""
    if background.photo is None:
        place = scenery.paint(background.texture, scene.width, scene.height)
        return paint_surface(background.texture, scene.width, scene.height) if place is None else place
    picture = _shown(photos(background.photo, background.cleared is not None, False), background, scene)
    if background.cleared:
        emptied = _shown(photos(background.photo, True, True), background, scene)
        for box in background.cleared:
            _clear(picture, emptied, box)
    return cv2.flip(picture, 1) if background.flip else picture


def _shown(photo: Picture, background: Background, scene: Scene) -> Picture:
    """Return the part of a photograph that the image shows."""
    size = scene.width, scene.height
    x, y, wide, high = window((photo.shape[1], photo.shape[0]), background.crop, size)
    part = photo[y : y + high, x : x + wide]
    if (wide, high) == size:
        return part.copy()
    return cv2.resize(part, size, interpolation=cv2.INTER_AREA if wide > 2 * size[0] else cv2.INTER_LINEAR)


def _clear(picture: Picture, emptied: Picture, box: tuple[int, int, int, int]) -> None:
    """Show the photograph without its objects in a box, whose border fades."""
    left, top, right, bottom = box
    height, width = bottom - top, right - left
    target, part = crop(picture.shape, (height, width), left, top)
    under = picture[target]
    if not under.size:
        return
    place = np.zeros((height, width), dtype=np.uint8)
    place[FADE:-FADE, FADE:-FADE] = 255
    share = np.ascontiguousarray(cv2.blur(place, (2 * FADE + 1, 2 * FADE + 1))[part])
    new = cv2.multiply(emptied[target], _three(share), scale=1 / 255)
    cv2.add(cv2.multiply(under, _three(cv2.bitwise_not(share)), scale=1 / 255), new, dst=under)


def _paint_object(picture: Picture, placed: Placed, shades: Picture | None) -> None:
    pixels = placed.patch.pixels
    target, part = crop(picture.shape, pixels.shape, placed.patch.left, placed.patch.top)
    under = picture[target]
    if not under.size:
        return
    if shades is not None:
        height, width = pixels.shape[:2]
        pixels = cv2.multiply(pixels, cv2.resize(shades, (width, height)), scale=1 / 128)
    over = pixels[part]
    red, green, blue = placed.thing.gain
    if (red, green, blue) != (1.0, 1.0, 1.0):
        over = cv2.transform(over, np.diag([blue, green, red, 1.0]))
    coverage = cv2.extractChannel(over, 3)
    rest = cv2.merge([cv2.bitwise_not(coverage)] * 3)
    cv2.multiply(under, rest, dst=under, scale=1 / 255)
    colours = cv2.cvtColor(over, cv2.COLOR_BGRA2BGR)
    # Where shading or gain has made a colour brighter than its share of the pixel, an edge would glow.
    cv2.add(under, cv2.min(colours, cv2.merge([coverage] * 3)), dst=under)


def _dim(picture: Picture, placed: Placed, behind: Picture, overlap: float) -> None:
    """Take the light away that an object does not let through; `behind` is the picture without objects."""
    target, part = crop(picture.shape, placed.patch.pixels.shape, placed.patch.left, placed.patch.top)
    under = picture[target]
    if not under.size:
        return
    over = placed.patch.pixels[part]
    red, green, blue = placed.thing.gain
    if (red, green, blue) != (1.0, 1.0, 1.0):
        over = cv2.transform(over, np.diag([blue, green, red, 1.0]))
    rest = cv2.bitwise_not(cv2.extractChannel(over, 3))
    light = cv2.add(cv2.cvtColor(over, cv2.COLOR_BGRA2BGR), cv2.merge([rest] * 3))
    alone = cv2.min(under, cv2.multiply(behind[target], light, scale=1 / 255)) if overlap < 1 else under
    cv2.multiply(under, light, dst=under, scale=1 / 255)
    if overlap < 1:
        cv2.addWeighted(under, overlap, alone, 1 - overlap, 0, dst=under)


def _shades(light: Light) -> Picture | None:
    """Return how bright an object is from side to side, 128 as it is; small, to be stretched over it."""
    if light.shading == 0:
        return None
    levels = np.rint(128 * (1 + light.shading * (np.arange(256) / 255 - 0.5))).astype(np.uint8)
    field = cv2.LUT(gradient(light.direction, 24, 24), levels)
    return cv2.merge([field, field, field, np.full_like(field, 128)])


def _throw_shadow(picture: Picture, placed: Placed, shadow: Shadow) -> None:
    # At half the size: what is soft loses nothing by it.
    coverage = cv2.extractChannel(placed.patch.pixels, 3)
    rows, columns = coverage.shape
    small = cv2.resize(coverage, (-(-columns // 2), -(-rows // 2)), interpolation=cv2.INTER_LINEAR)
    edge = -(-3 * shadow.softness // 2) + 1
    margin = 2 * edge
    half = cv2.copyMakeBorder(small, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=0)
    height, width = 2 * half.shape[0], 2 * half.shape[1]
    # Two box blurs come close to a Gaussian one, and their cost does not grow with their size.
    side = 2 * -(-shadow.softness // 2) + 1
    half = cv2.blur(cv2.blur(half, (side, side)), (side, side))
    levels = np.rint(255 - np.arange(256) * shadow.strength).astype(np.uint8)
    light = cv2.resize(cv2.LUT(half, levels), (width, height), interpolation=cv2.INTER_LINEAR)
    left = placed.patch.left + shadow.offset[0] - margin
    top = placed.patch.top + shadow.offset[1] - margin
    target, part = crop(picture.shape, light.shape, left, top)
    under = picture[target]
    if under.size:
        cv2.multiply(under, _three(light[part]), dst=under, scale=1 / 255)


def _three(field: Field) -> Picture:
    return cv2.merge([field, field, field])
