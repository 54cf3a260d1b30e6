"""Particles in transmitted light: what a disc, a lobed nucleus or a grain leaves of the light behind it.

Everything is drawn as density, bytes of which 255 is `MOST` layers of the colour, in the region of one
particle; a table turns density into the light that is left (Beer and Lambert: two layers let through the
product of what each lets through). Lengths in a look are shares of the particle's longer side.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import cv2
import numpy as np

from synthlab import Rows, portable

from .assets.particles import HARMONICS, MOST
from .assets.raster import Raster
from .geometry import Points, circle
from .scene import Colour, Look
from .textures import Field, Picture, grain

__all__ = ["blob", "draw_particle"]

UNIT = round(255 / MOST)
"""The level of the density 1."""
CORNERS = 64
_SHIFT = 4


def draw_particle(look: Look, size: int, overlap: float = 1.0) -> Raster:
    """Return the picture of a particle; its coverage is that of its outline."""
    outline = blob(look["aspect"], look["waves"], look["lobes"])
    low, high = outline.min(axis=0), outline.max(axis=0)
    scale = size / float((high - low).max())
    # As far as smooth edges and a blur reach.
    room = 3 + int(np.ceil(2.5 * look["softness"] * size))
    width, height = (int(np.ceil(side * scale)) + 2 * room for side in (high - low).tolist())
    board = _Board(width, height, scale, (room - low[0] * scale, room - low[1] * scale), size)

    solid = board.filled([outline])
    cover = _soft(solid, max(0.5, look["softness"] * size))
    light = _body(board, cover, look)
    grains = look.get("granules")
    if grains and not grains["above"]:
        _grains(light, board, grains, cover, look["seed"])
    nucleus = look.get("nucleus")
    if nucleus:
        cv2.multiply(light, _nucleus(board, nucleus), dst=light, scale=1 / 255)
    if grains and grains["above"]:
        _grains(light, board, grains, cover, look["seed"])
    for glint in look.get("glints", ()):
        _glint(light, board, glint)
    return Raster(_filter(light, cover), margin=room, overlap=overlap)


def blob(
    aspect: float, waves: list[tuple[float, float]], lobes: Sequence[tuple[float, float]] = ()
) -> Points:
    """Return an outline around the origin, of about unit size: an ellipse with waves upon it.

    `waves` are the cosine and sine parts of 2, 3, ... waves to a turn; `lobes` are numbers of waves and how
    deep they go, for outlines that are lobed or prickly.
    """
    turn = circle(CORNERS)
    # Summed one after another: a matrix product goes another way on another machine.
    radius = 1 + (_waves() * np.reshape(waves, (-1, 1))).sum(axis=0)
    for count, depth in lobes:
        radius += depth * turn[np.arange(CORNERS) * int(count) % CORNERS, 0]
    points: Points = turn * radius[:, None] * (0.5, 0.5 * aspect)
    return points


@cache
def _waves() -> Points:
    """Return the cosines and sines of 2, 3, ... waves to a turn, shape `(2 * HARMONICS, CORNERS)`."""
    steps = np.multiply.outer(np.arange(2, 2 + HARMONICS), np.arange(CORNERS)) % CORNERS
    waves: Points = circle(CORNERS)[steps].transpose(0, 2, 1).reshape(-1, CORNERS)
    return waves


class _Board:
    """The region of one particle: from its own coordinates to pixels."""

    def __init__(self, width: int, height: int, scale: float, origin: tuple[float, float], size: int) -> None:
        self.width, self.height, self.scale, self.origin, self.size = width, height, scale, origin, size

    def filled(self, outlines: list[Points], level: int = 255) -> Field:
        """Return a field in which outlines are filled, each by itself."""
        field = np.zeros((self.height, self.width), dtype=np.uint8)
        for outline in outlines:
            cv2.fillPoly(field, [self.fixed(outline)], level, lineType=cv2.LINE_AA, shift=_SHIFT)
        return field

    def fixed(self, points: Any) -> Any:
        """Return points in 16ths of a pixel; OpenCV puts whole numbers at the centres of pixels."""
        scaled = (np.asarray(points) * self.scale + self.origin) * (1 << _SHIFT) - (1 << _SHIFT) / 2
        return np.rint(scaled).astype(np.int32)


def _body(board: _Board, cover: Field, look: Look) -> Picture:
    """Return what light a particle leaves, without what is in it."""
    density = cv2.convertScaleAbs(cover, alpha=look["density"] / MOST)
    centre = look.get("centre")
    if centre:
        shape = blob(centre["aspect"], centre["waves"]) * centre["size"] + (centre["x"], centre["y"])
        pale = _soft(board.filled([shape]), max(0.7, centre["softness"] * board.size))
        density = _scaled(density, pale, -centre["strength"])
    density = _uneven(density, look["unevenness"], look["seed"], look["coarseness"])
    light = _layer(density, look["colour"])
    rim = look["rim"]
    if rim["strength"]:
        # What a wide blur takes from the border is what the rim gets on top.
        edge = cv2.subtract(cover, _soft(cover, max(1.0, rim["width"] * board.size)))
        edge = cv2.convertScaleAbs(edge, alpha=2 * look["density"] * rim["strength"] / MOST)
        cv2.multiply(light, _layer(edge, rim["colour"]), dst=light, scale=1 / 255)
    return light


def _nucleus(board: _Board, nucleus: Look) -> Picture:
    """Return what light a nucleus of one or several lobes leaves."""
    lobes = [blob(lobe["aspect"], lobe["waves"]) for lobe in nucleus["lobes"]]
    middles = [(lobe["x"], lobe["y"]) for lobe in nucleus["lobes"]]
    placed = [
        _turned(shape, lobe["direction"]) * lobe["size"] + middle
        for shape, lobe, middle in zip(lobes, nucleus["lobes"], middles, strict=True)
    ]
    field = board.filled(placed)
    if len(middles) > 1 and nucleus["bridges"]:
        thickness = max(1, round(nucleus["bridges"] * board.size))
        way = board.fixed(middles).reshape(-1, 1, 2)
        cv2.polylines(field, [way], False, 255, thickness, cv2.LINE_AA, _SHIFT)
    density = cv2.convertScaleAbs(
        _soft(field, max(0.6, nucleus["softness"] * board.size)), alpha=nucleus["density"] / MOST
    )
    density = _uneven(density, nucleus["unevenness"], nucleus["seed"], nucleus["coarseness"])
    return _layer(density, nucleus["colour"])


def _grains(light: Picture, board: _Board, grains: Look, cover: Field, seed: int) -> None:
    """Lay small grains over a particle, where it is solid."""
    count = grains["count"]
    if not count:
        return
    draws = next(Rows(seed, 0, 1).within("particle").stream("grains").each())
    spread = draws.normals(count, 2) * (grains["spread"] / 2) + (grains["x"], grains["y"])
    radii = (0.7 + 0.6 * draws.uniforms(count)) * (grains["size"] / 2 * board.scale * (1 << _SHIFT))
    field: Field = np.zeros(cover.shape, dtype=np.uint8)
    level = min(255, round(grains["density"] * UNIT))
    for (x, y), radius in zip(board.fixed(spread).tolist(), radii.tolist(), strict=True):
        cv2.circle(field, (x, y), round(radius), level, -1, cv2.LINE_AA, _SHIFT)
    field = cv2.multiply(_soft(field, max(0.4, grains["softness"] * board.size)), cover, scale=1 / 255)
    cv2.multiply(light, _layer(field, grains["colour"]), dst=light, scale=1 / 255)


def _glint(light: Picture, board: _Board, glint: Look) -> None:
    """Draw a drop that gathers the light: a bright middle in a dark ring, and some light around."""
    x, y = board.fixed([(glint["x"], glint["y"])])[0].tolist()
    radius = max(1.0, glint["size"] / 2 * board.scale)
    reach = round(radius * 2) + 3
    left, top = max(0, (x >> _SHIFT) - reach), max(0, (y >> _SHIFT) - reach)
    part = light[top : top + 2 * reach, left : left + 2 * reach]
    if not part.size:
        return

    def spot(share: float, level: float) -> Field:
        field = np.zeros(part.shape[:2], dtype=np.uint8)
        axes = round(radius * share * 16), round(radius * share * glint["aspect"] * 16)
        at = x - (left << _SHIFT), y - (top << _SHIFT)
        cv2.ellipse(field, at, axes, glint["turn"], 0, 360, round(level), -1, cv2.LINE_AA, _SHIFT)
        return _soft(field, max(0.6, radius * 0.15))

    cv2.add(part, cv2.merge([spot(1.5, 40 * glint["strength"])] * 3), dst=part)
    cv2.multiply(part, _layer(spot(1.0, glint["density"] * UNIT), glint["colour"]), dst=part, scale=1 / 255)
    cv2.add(part, cv2.merge([spot(0.5, 160 * glint["strength"])] * 3), dst=part)


def _filter(light: Picture, cover: Field) -> Picture:
    """Return a light filter as colours that are multiplied by their coverage."""
    colours = cv2.subtract(light, cv2.merge([cv2.bitwise_not(cover)] * 3))
    return cv2.merge([*cv2.split(colours), cover])


def _layer(density: Field, colour: Colour) -> Picture:
    """Return what light is left, blue first, by a layer of a colour."""
    # Twice as fast as cv2.LUT, which would need three channels to start from.
    return cv2.applyColorMap(density, _table(tuple(colour)))


@lru_cache(maxsize=4096)
def _table(colour: Colour) -> Picture:
    """Return the light that is left at each level of density."""
    depth = np.arange(256)[:, None] * (MOST / 255)
    light = portable.exp(depth * portable.log(np.maximum(np.array(colour[::-1]), 1) / 255))
    table: Picture = np.rint(light * 255).astype(np.uint8).reshape(256, 1, 3)
    return table


def _uneven(density: Field, strength: float, seed: int, coarseness: float) -> Field:
    """Return a density that varies from place to place, in patches of that share of the region."""
    if not strength:
        return density
    height, width = density.shape
    cells = min(32, max(2, round(1 / coarseness)))
    noise = grain(cells * cells, seed & 0xFFFF).reshape(cells, cells)
    # The grain's mean is 128 and its deviation 32: 2 deviations go to the whole strength.
    gains = cv2.addWeighted(noise, 2 * strength, noise, 0, 128 - 256 * strength)
    patches = cv2.resize(gains, (width, height), interpolation=cv2.INTER_CUBIC)
    return cv2.multiply(density, patches, scale=1 / 128)


def _scaled(density: Field, where: Field, gain: float) -> Field:
    """Return a density that is `1 + gain` times as high where a field is 255."""
    if gain <= 0:
        left = cv2.convertScaleAbs(where, alpha=min(1.0, -gain))
        return cv2.multiply(density, cv2.bitwise_not(left), scale=1 / 255)
    return cv2.add(density, cv2.multiply(density, where, scale=gain / 255))


def _soft(field: Field, deviation: float) -> Field:
    """Return a field blurred; two box blurs come close to a Gaussian one and are exact on bytes."""
    if deviation < 1.0:
        return cv2.GaussianBlur(field, (3, 3), deviation)
    # Two boxes of side n have the variance (n * n - 1) / 6.
    side = round((6 * deviation * deviation + 1) ** 0.5) | 1
    return cv2.blur(
        cv2.blur(field, (side, side), borderType=cv2.BORDER_CONSTANT),
        (side, side),
        borderType=cv2.BORDER_CONSTANT,
    )


def _turned(points: Points, direction: tuple[float, float]) -> Points:
    cosine, sine = direction
    x, y = points[:, 0], points[:, 1]
    return np.column_stack([x * cosine - y * sine, x * sine + y * cosine])
