"""How a sheet comes to be an image: photographed on a table, scanned, or taken from the file as it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from synthlab import Draws

from ..effects import photograph
from ..painting import Photos, paint_background
from ..scene import Background, Camera, Light, Pose, Scene, Shadow, Texture
from ..textures import GRAIN_SIZE, clouds, grain
from ..warp import Lens, View, warp_all
from .bending import STEP, Bend, Fold, Mesh, mesh
from .handling import Handling
from .typesetting import Print

__all__ = ["photo", "scan", "scan_camera", "wear"]

Pixels = npt.NDArray[Any]


def photo(
    sheet: Print, pose: Pose, handling: Handling, background: Background, light: Light, camera: Camera,
    size: tuple[int, int], photos: Photos,
) -> tuple[Pixels, Mesh]:  # fmt: skip
    """Return the picture that a camera takes of a sheet, and where what is in it."""
    width, height = size
    bend = handling.bend
    scene = Scene(width, height, background, light, camera)
    lens = Lens(width, height, camera.lens) if camera.lens else None
    high, wide = sheet.cover.shape
    bent = mesh(width, height, View(pose, wide, high, margin=0), bend, lens)
    picture = paint_background(background, scene, photos)
    if lens is not None:
        picture = warp_all(picture, lens)
    places, shares = bent.maps
    colours = cv2.remap(sheet.colours, places, shares, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.remap(sheet.cover, places, shares, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    if bend.folds or any(bend.curl):
        colours = cv2.multiply(colours, cv2.merge([_shades(bent, bend, light)] * 3), scale=1 / 128)
    if light.shadow is not None:
        _throw(picture, cover, light.shadow)
    share = cv2.merge([cover] * 3)
    rest = cv2.multiply(picture, cv2.bitwise_not(share), scale=1 / 255)
    picture = cv2.add(rest, cv2.multiply(colours, share, scale=1 / 255))
    if handling.shade:
        _cover(picture, handling.shade, handling.darkness)
    return photograph(picture, scene), bent


def scan(
    sheet: Print, pose: Pose, size: tuple[int, int], camera: Camera, lid: int, grey: bool
) -> tuple[Pixels, Mesh]:
    """Return what a scanner makes of a sheet on it, not quite straight; `lid` is the level around."""
    width, height = size
    high, wide = sheet.cover.shape
    lying = mesh(width, height, View(pose, wide, high, margin=0), Bend())
    places, shares = lying.maps
    colours = cv2.remap(sheet.colours, places, shares, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.remap(sheet.cover, places, shares, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    share = cv2.merge([cover] * 3)
    around = np.full_like(colours, lid)
    picture = cv2.add(
        cv2.multiply(around, cv2.bitwise_not(share), scale=1 / 255),
        cv2.multiply(colours, share, scale=1 / 255),
    )
    if grey:
        picture = cv2.merge([cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)] * 3)
    plain = Background(Texture("plain", ((lid, lid, lid),)))
    light = Light((1.0, 0.0), 0.0, 0.0, None)
    return photograph(picture, Scene(width, height, plain, light, camera)), lying


def scan_camera(draws: Draws) -> Camera:
    """Return what a scanner does to a picture."""
    return Camera(
        brightness=draws.uniform(0.96, 1.05),
        contrast=draws.uniform(0.95, 1.2),
        blur=draws.uniform(0.0, 0.7),
        noise=draws.uniform(0.5, 4.0),
        noise_origin=draws.integer(0, GRAIN_SIZE),
        compression=draws.integer(40, 90) if draws.chance(0.4) else None,
    )


def wear(handling: Handling, width: int, height: int, draws: Draws) -> Pixels | None:
    """Return how much ink is left on a sheet, at a quarter of its size: bytes, 255 is all."""
    wide, high = max(8, width // 4), max(8, height // 4)
    strength = handling.fade
    if not strength and not handling.bend.folds:
        return None
    left: Pixels = np.full((high, wide), 255, dtype=np.uint8)
    if strength:
        side = max(16, min(wide, high, 256))
        x, y = (draws.integer(0, len(clouds()) - side) for _ in range(2))
        slow = cv2.resize(clouds()[y : y + side, x : x + side], (wide, high), interpolation=cv2.INTER_LINEAR)
        # A printing head heats unevenly: streaks along the strip.
        origin = draws.integer(0, GRAIN_SIZE)
        streaks = cv2.resize(
            cv2.blur(grain(wide, origin)[None, :], (3, 1)), (wide, high), interpolation=cv2.INTER_NEAREST
        )
        lost = cv2.addWeighted(slow, 0.75 * strength, streaks, 0.35 * strength, 0)
        left = cv2.subtract(left, lost)
    for fold in handling.bend.folds:
        _crease(left, fold)
    return left


def _crease(left: Pixels, fold: Fold) -> None:
    """Rub the ink off along a crease."""
    high, wide = left.shape
    longer = max(wide, high)
    (a, b), far = fold.across, longer * 2
    x, y = wide / 2 + a * fold.offset * longer, high / 2 + b * fold.offset * longer
    start, stop = (round(x - b * far), round(y + a * far)), (round(x + b * far), round(y - a * far))
    line = np.zeros_like(left)
    cv2.line(line, start, stop, round(min(1.0, abs(fold.slope) * 5) * 190), 1, lineType=cv2.LINE_AA)
    cv2.subtract(left, line, dst=left)


def _shades(bent: Mesh, bend: Bend, light: Light) -> Pixels:
    """Return how bright the sheet is at each pixel, 128 as it is."""
    view = bent.view
    longer = max(view.width, view.height)
    x, y = (bent.x - view.width / 2) / longer, (bent.y - view.height / 2) / longer
    rise = bend.rise(x, y, light.direction, soft=2 * STEP / longer)
    levels = np.clip(np.rint(128 * (1 + 0.9 * np.clip(rise, -0.5, 0.4))), 0, 255).astype(np.uint8)
    rows, columns = levels.shape
    whole = cv2.resize(levels, (columns * STEP, rows * STEP), interpolation=cv2.INTER_LINEAR)
    # The mesh has its points at the corners of its cells, the enlarged field at their middles.
    half = STEP // 2
    return np.ascontiguousarray(whole[half : half + bent.height, half : half + bent.width])


def _cover(picture: Pixels, outline: Sequence[tuple[float, float]], darkness: float) -> None:
    """Lay the shadow on the picture of something that is not in it."""
    height, width = picture.shape[:2]
    wide, high = -(-width // 8), -(-height // 8)
    layer: Pixels = np.full((high, wide), 255, dtype=np.uint8)
    corners = np.rint(np.array(outline) * (wide * 16, high * 16)).astype(np.int32)
    cv2.fillPoly(layer, [corners], round(255 * (1 - darkness)), lineType=cv2.LINE_AA, shift=4)
    side = 2 * max(1, min(wide, high) // 24) + 1
    field = cv2.resize(cv2.blur(layer, (side, side)), (width, height), interpolation=cv2.INTER_LINEAR)
    cv2.multiply(picture, cv2.merge([field] * 3), dst=picture, scale=1 / 255)


def _throw(picture: Pixels, cover: Pixels, shadow: Shadow) -> None:
    """Lay the sheet's soft shadow on what is behind it."""
    height, width = cover.shape
    small = cv2.resize(cover, (-(-width // 4), -(-height // 4)), interpolation=cv2.INTER_LINEAR)
    side = 2 * math.ceil(shadow.softness / 4) + 1
    small = cv2.blur(cv2.blur(small, (side, side)), (side, side))
    moved = np.zeros_like(small)
    dx, dy = round(shadow.offset[0] / 4), round(shadow.offset[1] / 4)
    rows, columns = small.shape
    moved[max(0, dy) : rows + min(0, dy), max(0, dx) : columns + min(0, dx)] = small[
        max(0, -dy) : rows - max(0, dy), max(0, -dx) : columns - max(0, dx)
    ]
    levels = np.rint(255 - np.arange(256) * shadow.strength).astype(np.uint8)
    field = cv2.resize(cv2.LUT(moved, levels), (width, height), interpolation=cv2.INTER_LINEAR)
    cv2.multiply(picture, cv2.merge([field] * 3), dst=picture, scale=1 / 255)
