"""Surfaces: a field of numbers 0 to 255 looked up in a row of 256 colours.

Pictures are arrays of shape `(height, width, 3)` in the order of OpenCV: blue, green, red.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from synthlab import Draws, Rows, portable

from .scene import Colour, Texture

__all__ = ["Field", "Picture", "flat", "gradient", "grain", "paint_surface", "clouds"]

# All are bytes; that OpenCV gives back the type that it was given, its stubs do not say.
Field = npt.NDArray[Any]
Picture = npt.NDArray[Any]

CLOUD_SIDE = 1024
GRAIN_SIZE = 1 << 20
GRAIN_DEVIATION = 32
"""Standard deviation of the grain, around 128."""


def paint_surface(texture: Texture, width: int, height: int) -> Picture:
    """Return a surface of that size, covered by the texture."""
    if texture.kind in _MATERIALS:
        return _MATERIALS[texture.kind](texture, width, height)
    if texture.kind == "plain":
        return flat(texture.colours[0], width, height)
    if texture.kind in ("stripes", "checks"):
        # Stripes pass one period in 256 steps; their edges are two pixels soft.
        ramp = _bands(texture.colours, softness=256 / texture.period)
        field = (_stripes if texture.kind == "stripes" else _checks)(texture, width, height)
    else:
        ramp = _ramp(texture.colours)
        field = _FIELDS[texture.kind](texture, width, height)
    return cv2.applyColorMap(field, ramp)


def flat(colour: Colour, width: int, height: int) -> Picture:
    """Return a surface of one colour."""
    return cv2.merge([np.full((height, width), c, dtype=np.uint8) for c in reversed(colour)])


def gradient(direction: tuple[float, float], width: int, height: int) -> Field:
    """Return a field that rises from 0 to 255 in the direction, corner to corner."""
    across, down = direction[0] * width, direction[1] * height
    span = 65_000 / max(abs(across) + abs(down), 1.0)
    start = max(0.0, -across) + max(0.0, -down)
    columns = (np.arange(width) + 0.5) * direction[0]
    rows = (np.arange(height) + 0.5) * direction[1] + start
    return _outer_sum(columns * span, rows * span)


def grain(count: int, origin: int) -> Field:
    """Return `count` normal random numbers of mean 128, from a store that begins at `origin`."""
    store = _grain_store(-(-(GRAIN_SIZE + count) // GRAIN_SIZE))
    return store[origin : origin + count]


def _linear(texture: Texture, width: int, height: int) -> Field:
    return gradient(texture.direction, width, height)


def _radial(texture: Texture, width: int, height: int) -> Field:
    x = (np.arange(width) + 0.5) - texture.origin[0] * width
    y = (np.arange(height) + 0.5) - texture.origin[1] * height
    columns, rows = x * x, y * y
    span = 65_000 / (columns.max() + rows.max())
    return _outer_sum(columns * span, rows * span)


def _stripes(texture: Texture, width: int, height: int) -> Field:
    step = 65_536 / texture.period
    cosine, sine = texture.direction
    return _outer_sum(np.arange(width) * (cosine * step), np.arange(height) * (sine * step))


def _checks(texture: Texture, width: int, height: int) -> Field:
    cosine, sine = texture.direction
    turned = Texture("stripes", (), (-sine, cosine), texture.period)
    one, other = (_triangle(_stripes(t, width, height)) for t in (texture, turned))
    # The softened "either, but not both", back on the scale of one rising half of a stripe.
    either: Field = np.maximum(np.minimum(one, other), 255 - np.maximum(one, other))
    return either >> 1


def _noise(texture: Texture, width: int, height: int) -> Field:
    """Return a part of the clouds, cut out and enlarged."""
    scale = min(1.0, 4 / texture.period + 0.25) * min(1.0, CLOUD_SIDE / max(width, height))
    part_width, part_height = max(2, round(width * scale)), max(2, round(height * scale))
    left = round(texture.origin[0] * (CLOUD_SIDE - part_width))
    top = round(texture.origin[1] * (CLOUD_SIDE - part_height))
    part = clouds()[top : top + part_height, left : left + part_width]
    return cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR)


def _wood(texture: Texture, width: int, height: int) -> Picture:
    """Boards with a grain: clouds drawn out along them, and lines that follow the clouds."""
    boards = max(2, round(height / max(24.0, texture.period * 1.5)))
    high = -(-height // boards)
    long = _stretched(texture.origin, width, height, 0.12, 1.0)
    fine = _stretched((texture.origin[1], texture.origin[0]), width, height, 0.05, 2.2)
    field = _weighed((long, 154), (fine, 102))
    shift = _own_draws(f"boards {round(texture.origin[0] * 997)}").words(boards).tolist()
    for i in range(boards):
        board = field[i * high : (i + 1) * high]
        if board.size:
            tone = int(shift[i] % 61) - 30
            toned = np.clip(board.astype(np.int16) + tone, 0, 255).astype(np.uint8)
            board[:] = np.roll(toned, int(shift[i] >> 8) % width, axis=1)
            board[:1] = board[:1] // 3
    return _turned(cv2.applyColorMap(field, _ramp(_browned(texture.colours))), texture)


def _paper(texture: Texture, width: int, height: int) -> Picture:
    """A light sheet with fibres and slow shades."""
    slow = _stretched(texture.origin, width, height, 0.25, 0.25)
    fast = grain(width * height, round(texture.origin[0] * GRAIN_SIZE / 2)).reshape(height, width)
    field = _weighed((slow, 64), (cv2.blur(fast, (2, 2)), 90), lift=90)
    colours = tuple(_mixed(c, (246, 244, 236), 0.75) for c in texture.colours)
    return cv2.applyColorMap(field, _ramp(colours))


def _fabric(texture: Texture, width: int, height: int) -> Picture:
    """Threads over and under each other."""
    step = max(3, round(texture.period / 24))
    x, y = np.arange(width) % (2 * step), np.arange(height) % (2 * step)
    along = 255 - np.abs(2 * (np.arange(2 * step) % step) - step + 1) * 150 // step
    over = np.add.outer(y // step, x // step) % 2 == 0
    weave = np.where(over, along[x][None, :], along[y][:, None] * 4 // 5).astype(np.uint8)
    slow = _stretched(texture.origin, width, height, 0.5, 0.5)
    field = _weighed((weave, 150), (slow, 106))
    return cv2.applyColorMap(field, _ramp(texture.colours))


def _speckles(texture: Texture, width: int, height: int) -> Picture:
    """Stone, concrete or asphalt: coarse and fine grains on slow clouds."""
    slow = _stretched(texture.origin, width, height, 0.4, 0.4)
    count = -(-width // 2) * -(-height // 2)
    start = round(texture.origin[1] * GRAIN_SIZE / 2)
    coarse = grain(count, start).reshape(-(-height // 2), -(-width // 2))
    coarse = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    fine = grain(width * height, start // 2).reshape(height, width)
    field = _weighed((coarse, 190), (fine, 126), (slow, 128), lift=-92)
    colours = tuple(_mixed(c, (128, 126, 122), 0.45) for c in texture.colours)
    return cv2.applyColorMap(field, _ramp(colours))


_MATERIALS = {"wood": _wood, "paper": _paper, "fabric": _fabric, "speckles": _speckles}


def _stretched(origin: tuple[float, float], width: int, height: int, across: float, down: float) -> Field:
    """Return a part of the clouds, `across` and `down` of their pixels for one of the surface."""
    wide, high = (max(2, min(CLOUD_SIDE, round(n * s))) for n, s in ((width, across), (height, down)))
    left, top = round(origin[0] * (CLOUD_SIDE - wide)), round(origin[1] * (CLOUD_SIDE - high))
    part = clouds()[top : top + high, left : left + wide]
    return cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR)


def _weighed(*fields: tuple[Field, int], lift: int = 0) -> Field:
    """Return the sum of fields, each so many 256ths of it, and a lift; whole numbers on every machine."""
    total = np.full(fields[0][0].shape, lift * 256 + 128, dtype=np.int32)
    for field, share in fields:
        total += field * np.int32(share)
    bytes_: Field = np.clip(total >> 8, 0, 255).astype(np.uint8)
    return bytes_


def _turned(picture: Picture, texture: Texture) -> Picture:
    """Return a surface upside down for half of the directions."""
    return cv2.flip(picture, 0) if texture.direction[1] < 0 else picture


def _browned(colours: tuple[Colour, ...]) -> tuple[Colour, ...]:
    browns: tuple[Colour, ...] = ((82, 52, 30), (150, 104, 62), (206, 164, 112))
    return tuple(_mixed(b, c, 0.3) for b, c in zip(browns, (*colours, *colours, *colours), strict=False))


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


_FIELDS = {"linear": _linear, "radial": _radial, "noise": _noise}


def _outer_sum(columns: npt.NDArray[Any], rows: npt.NDArray[Any]) -> Field:
    """Return the upper byte of `rows + columns` modulo 65,536: what repeats wraps by itself."""
    across = columns.astype(np.int64).astype(np.uint16)
    down = rows.astype(np.int64).astype(np.uint16)
    return (np.add.outer(down, across) >> np.uint16(8)).astype(np.uint8)


def _triangle(phase: Field) -> Field:
    """Return a wave that rises from 0 to 254 and falls again while the phase goes round."""
    folded = np.where(phase < 128, phase, 255 - phase)
    return (folded * 2).astype(np.uint8)


def _ramp(colours: tuple[Colour, ...]) -> Picture:
    """Return 256 colours from the first to the last, evenly through those between."""
    total: npt.NDArray[Any] = sum(
        share * np.array(c[::-1]) for share, c in zip(_shares(len(colours)), colours, strict=True)
    )
    return _rounded(total)[:, None, :]


@cache
def _shares(count: int) -> list[npt.NDArray[np.float64]]:
    """Return how much of each of `count` colours is in the 256 colours between them."""
    position = np.arange(256)[:, None] * ((count - 1) / 255)
    return [np.clip(1 - np.abs(position - i), 0, 1) for i in range(count)]


def _bands(colours: tuple[Colour, ...], softness: float) -> Picture:
    """Return 256 colours in two bands, with both edges softened over so many steps."""
    phase = np.arange(256)
    wave = 64.0 - np.abs(phase - 127.5)
    share = np.clip(wave / max(softness, 1.0) + 0.5, 0, 1)[:, None]
    one, other = (np.array(c[::-1]) for c in colours[:2])
    return _rounded(one + (other - one) * share)[:, None, :]


def _rounded(values: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.uint8]:
    rounded: npt.NDArray[np.uint8] = np.rint(values).astype(np.uint8)
    return rounded


@cache
def clouds() -> Field:
    """Return fractal noise, spread evenly over 0 to 255; the same for every dataset."""
    draws = _own_draws("clouds")
    total = np.zeros((CLOUD_SIDE, CLOUD_SIDE), dtype=np.float32)
    size = (CLOUD_SIDE, CLOUD_SIDE)
    for octave in range(8):
        cells = 4 << octave
        grid = draws.uniforms(cells, cells).astype(np.float32)
        total += cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC) * np.float32(0.6**octave)
    low, high = total.min(), total.max()
    return cv2.equalizeHist(_rounded((total - low) * (255 / (high - low))))


@cache
def _grain_store(repeats: int) -> Field:
    quantiles = portable.normal_ppf((np.arange(256) + 0.5) / 256)
    levels = _rounded(np.clip(128 + GRAIN_DEVIATION * quantiles, 0, 255))
    words = _own_draws("grain").words(GRAIN_SIZE // 8)
    bytes_ = (words[:, None] >> np.arange(0, 64, 8, dtype=np.uint64)) & np.uint64(255)
    return np.tile(levels[bytes_.ravel()], repeats)


def _own_draws(name: str) -> Draws:
    """Return chance that belongs to no row: what all datasets have in common."""
    return next(Rows(0, 0, 1).within("image").stream(name).each())
