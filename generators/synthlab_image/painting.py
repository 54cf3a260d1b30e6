"""Pixels from a layout: surfaces, objects back to front, light and camera.

Pixels are as OpenCV makes them: the same wherever its version is. No label depends on them.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from .layout import Coverage, Layout, Placed, crop
from .scene import Camera, Light, Scene, Shadow
from .textures import GRAIN_DEVIATION, Field, Picture, flat, gradient, grain, paint_surface

__all__ = ["encode", "paint"]

SHARP = 0.3
"""Below this standard deviation a blur would change nothing that can be seen."""


def paint(scene: Scene, layout: Layout) -> Picture:
    """Return the picture of a scene, shape `(height, width, 3)`: blue, green, red."""
    picture = paint_surface(scene.background, scene.width, scene.height)
    shades = _shades(scene.light)
    for placed in reversed(layout.placed):
        if scene.light.shadow is not None:
            _throw_shadow(picture, placed, scene.light.shadow)
        _paint_object(picture, placed, shades)
    _fall_off(picture, scene.light)
    _photograph(picture, scene.camera)
    return picture


def encode(picture: Picture, encoding: str, quality: int) -> bytes:
    """Return the bytes of a JPEG or PNG file."""
    if encoding == "png":
        done, data = cv2.imencode(".png", picture)
    else:
        done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return data.tobytes()


def _paint_object(picture: Picture, placed: Placed, shades: Picture | None) -> None:
    coverage = placed.coverage
    height, width = coverage.shape
    surface = paint_surface(placed.thing.texture, width, height)
    if shades is not None:
        cv2.multiply(surface, cv2.resize(shades, (width, height)), dst=surface, scale=1 / 128)
    outline = placed.thing.outline
    if outline is not None:
        size = 2 * outline.width + 1
        brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        inner = cv2.erode(coverage, brush)
        surface = _lay(flat(outline.colour, width, height), surface, inner)
    target, part = crop(picture.shape, coverage.shape, placed.left, placed.top)
    _lay(picture[target], surface[part], coverage[part])


def _shades(light: Light) -> Picture | None:
    """Return how bright an object is from side to side, 128 as it is; small, to be stretched over it."""
    if light.shading == 0:
        return None
    levels = np.rint(128 * (1 + light.shading * (np.arange(256) / 255 - 0.5))).astype(np.uint8)
    return _three(cv2.LUT(gradient(light.direction, 48, 48), levels))


def _throw_shadow(picture: Picture, placed: Placed, shadow: Shadow) -> None:
    margin = 3 * shadow.softness
    dark = cv2.copyMakeBorder(placed.coverage, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    # Two box blurs come close to a Gaussian one, and their cost does not grow with their size.
    side = 2 * shadow.softness + 1
    dark = cv2.blur(cv2.blur(dark, (side, side)), (side, side))
    levels = np.rint(255 - np.arange(256) * shadow.strength).astype(np.uint8)
    left = placed.left + shadow.offset[0] - margin
    top = placed.top + shadow.offset[1] - margin
    target, part = crop(picture.shape, dark.shape, left, top)
    under = picture[target]
    if under.size:
        cv2.multiply(under, _three(cv2.LUT(dark[part], levels)), dst=under, scale=1 / 255)


def _fall_off(picture: Picture, light: Light) -> None:
    if light.falloff == 0:
        return
    height, width = picture.shape[:2]
    levels = np.rint(255 - np.arange(255, -1, -1) * light.falloff).astype(np.uint8)
    coarse = cv2.LUT(gradient(light.direction, -(-width // 4), -(-height // 4)), levels)
    field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    cv2.multiply(picture, _three(field), dst=picture, scale=1 / 255)


def _photograph(picture: Picture, camera: Camera) -> None:
    # Contrast turns levels around the middle grey, then brightness and cast scale them.
    gains = np.array(camera.cast[::-1]) * camera.brightness
    slopes, lifts = gains * camera.contrast, gains * (127.5 * (1 - camera.contrast))
    cv2.transform(picture, np.column_stack([np.diag(slopes), lifts]), dst=picture)
    if camera.blur >= SHARP:
        side = 2 * math.ceil(2 * camera.blur) + 1
        cv2.GaussianBlur(picture, (side, side), camera.blur, dst=picture)
    if camera.noise > 0:
        speckle = grain(picture.size, camera.noise_origin).reshape(picture.shape)
        amount = camera.noise / GRAIN_DEVIATION
        cv2.addWeighted(picture, 1.0, speckle, amount, -128 * amount, dst=picture)


def _lay(under: Picture, over: Picture, coverage: Coverage) -> Picture:
    """Lay one picture over another, which is changed and returned."""
    share = _three(coverage)
    cv2.multiply(under, cv2.bitwise_not(share), dst=under, scale=1 / 255)
    return cv2.add(under, cv2.multiply(over, share, scale=1 / 255), dst=under)


def _three(field: Field) -> Picture:
    return cv2.merge([field, field, field])
