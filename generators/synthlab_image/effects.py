"""What light and camera do to a finished picture: nothing here moves a pixel of an object.

All steps are OpenCV's on bytes, so a picture is the same wherever its version is; the ones that are computed
with floats there (blur, levels) are rounded to bytes at once.
"""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np

from synthlab import Draws, Rows, portable

from .scene import Camera, Scene
from .textures import GRAIN_DEVIATION, Field, Picture, gradient, grain

__all__ = ["photograph"]

SHARP = 0.3
"""Below this standard deviation a blur would change nothing that can be seen."""


def photograph(picture: Picture, scene: Scene) -> Picture:
    """Return the picture that the camera takes; the one that is given may be changed."""
    camera = scene.camera
    draws = _own_draws(camera.seed) if camera.rain or camera.dirt else None
    if draws is not None and camera.rain:
        _rain(picture, camera.rain, draws)
    _darken(picture, scene)
    picture = _develop(picture, camera)
    if draws is not None and camera.dirt:
        _dirt(picture, camera.dirt, draws)
    if camera.blur >= SHARP:
        side = 2 * math.ceil(2 * camera.blur) + 1
        cv2.GaussianBlur(picture, (side, side), camera.blur, dst=picture)
    if camera.motion != (0.0, 0.0):
        picture = cv2.filter2D(picture, -1, _streak(camera.motion))
    if camera.noise > 0:
        speckle = grain(picture.size, camera.noise_origin).reshape(picture.shape)
        amount = camera.noise / GRAIN_DEVIATION
        cv2.addWeighted(picture, 1.0, speckle, amount, -128 * amount, dst=picture)
    if camera.compression is not None:
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, camera.compression])
        decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
        assert decoded is not None
        picture = decoded
    return picture


def _darken(picture: Picture, scene: Scene) -> None:
    """Take the light away towards one side, and in the corners."""
    falloff, vignette = scene.light.falloff, scene.camera.vignette
    if not falloff and not vignette:
        return
    height, width = picture.shape[:2]
    wide, high = -(-width // 8), -(-height // 8)
    levels = np.rint(255 - np.arange(255, -1, -1) * falloff).astype(np.uint8)
    coarse: Field = cv2.LUT(gradient(scene.light.direction, wide, high), levels)
    if vignette:
        corners = np.rint(255 - np.arange(256) * vignette).astype(np.uint8)
        coarse = cv2.multiply(coarse, cv2.LUT(_radius(wide, high), corners), scale=1 / 255)
    field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    cv2.multiply(picture, cv2.merge([field] * 3), dst=picture, scale=1 / 255)


@lru_cache(maxsize=8)
def _radius(width: int, height: int) -> Field:
    """Return the square of the distance from the middle, 0 there and 255 in the corners."""
    x = (np.arange(width) + 0.5 - width / 2) / (width / 2)
    y = (np.arange(height) + 0.5 - height / 2) / (height / 2)
    field: Field = np.rint(np.minimum(np.add.outer(y * y, x * x) * 127.5, 255)).astype(np.uint8)
    return field


def _develop(picture: Picture, camera: Camera) -> Picture:
    """Return the picture with its contrast turned around the middle grey, then brightness and cast."""
    gains = np.array(camera.cast[::-1]) * camera.brightness
    if camera.gamma == 1.0:
        slopes, lifts = gains * camera.contrast, gains * (127.5 * (1 - camera.contrast))
        return cv2.transform(picture, np.column_stack([np.diag(slopes), lifts]))
    # The power by way of functions that are the same on every machine.
    values = np.arange(256) / 255
    values[1:] = portable.exp(camera.gamma * portable.log(values[1:]))
    middle = (values - 0.5) * camera.contrast + 0.5
    levels = np.clip(np.rint(np.multiply.outer(gains, middle) * 255), 0, 255).astype(np.uint8)
    # One by one: a table of three columns takes OpenCV longer.
    return cv2.merge([cv2.LUT(part, levels[i]) for i, part in enumerate(cv2.split(picture))])


def _streak(motion: tuple[float, float]) -> Field:
    """Return the kernel of a camera that moves while it takes the picture."""
    reach = max(1, math.ceil(max(abs(motion[0]), abs(motion[1])) / 2))
    side = 2 * reach + 1
    kernel = np.zeros((side * 4, side * 4), dtype=np.uint8)
    middle = side * 2
    half = round(motion[0] * 2), round(motion[1] * 2)
    start, stop = (middle - half[0], middle - half[1]), (middle + half[0], middle + half[1])
    cv2.line(kernel, start, stop, 255, thickness=4)
    small = kernel.reshape(side, 4, side, 4).sum(axis=(1, 3), dtype=np.int64)
    # Shares in 1/256, so that sums of bytes are exact.
    shares = np.rint(small * (256 / small.sum()))
    shares[reach, reach] += 256 - shares.sum()
    kernel_shares: Field = (shares / 256).astype(np.float32)
    return kernel_shares


def _rain(picture: Picture, drops: int, draws: Draws) -> None:
    """Streaks that fall alike, brighter than what is behind them."""
    height, width = picture.shape[:2]
    slope = draws.uniform(-0.35, 0.35)
    layer = np.zeros((height, width), dtype=np.uint8)
    for word in draws.words(drops).tolist():
        x, y = (word >> 40) % width, (word >> 20) % height
        length = 8 + (word & 15) * max(1, height // 240)
        strength = 40 + (word >> 4 & 63)
        cv2.line(layer, (x, y), (x + round(slope * length), y + length), strength, 1, lineType=cv2.LINE_AA)
    cv2.add(picture, cv2.merge([cv2.blur(layer, (2, 3))] * 3), dst=picture)


def _dirt(picture: Picture, specks: int, draws: Draws) -> None:
    """Dark and blurred specks on the glass, through which the picture can still be seen."""
    height, width = picture.shape[:2]
    wide, high = -(-width // 4), -(-height // 4)
    layer = np.full((high, wide), 255, dtype=np.uint8)
    for word in draws.words(specks).tolist():
        x, y = (word >> 40) % wide, (word >> 20) % high
        radius = 2 + (word & 7) * max(1, high // 120)
        level = 90 + (word >> 8 & 127)
        turn = word >> 16 & 255
        cv2.ellipse(layer, (x, y), (radius, max(1, radius * (2 + (turn & 3)) // 5)), turn, 0, 360, level, -1)
    side = 2 * max(1, high // 80) + 1
    layer = cv2.blur(cv2.blur(layer, (side, side)), (side, side))
    field = cv2.resize(layer, (width, height), interpolation=cv2.INTER_LINEAR)
    cv2.multiply(picture, cv2.merge([field] * 3), dst=picture, scale=1 / 255)


def _own_draws(seed: int) -> Draws:
    return next(Rows(seed, 0, 1).within("image").stream("camera").each())
