"""How a sheet lies before the camera: turned, tilted, folded, curled, crumpled, faded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np

from synthlab import Draws

from ..geometry import direction
from ..scene import Pose
from ..warp import Lens, View
from .bending import Bend, Fold

__all__ = ["Handling", "Ranges", "extent", "fitted", "handled"]

FLAT = Bend()
Range = tuple[float, float]
Folding = Literal["across", "letter", "none"]


class Ranges(Protocol):
    """The options from which it is drawn."""

    @property
    def rotation_range(self) -> Range: ...
    @property
    def perspective_range(self) -> Range: ...
    @property
    def fill_range(self) -> Range: ...
    @property
    def folds_range(self) -> tuple[int, int]: ...
    @property
    def crumple_range(self) -> Range: ...
    @property
    def curl_range(self) -> Range: ...
    @property
    def fade_range(self) -> Range: ...
    @property
    def shade_rate(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Handling:
    """How a sheet lies before the camera, and what it has been through."""

    turn: tuple[float, float]
    """Cosine and sine of how far it is turned clockwise."""
    squeeze: float = 1.0
    tilt: tuple[float, float] = (0.0, 0.0)
    bend: Bend = FLAT
    fill: float = 1.0
    """How much of the image's width or height it takes."""
    place: tuple[float, float] = (0.5, 0.5)
    """Where it is in the room that is left."""
    fade: float = 0.0
    """How much ink is lost where most is lost."""
    shade: tuple[tuple[float, float], ...] = ()
    """The outline of a shadow that falls on the picture, in its widths and heights: a hand's perhaps."""
    darkness: float = 0.0
    """How much light it takes."""


def extent(handling: Handling, aspect: float) -> tuple[Pose, tuple[float, float], tuple[float, float]]:
    """Return (a pose, left and top, width and height) as seen of a sheet 1 high and `aspect` wide."""
    longer = max(aspect, 1.0)
    pose = Pose(0.0, 0.0, longer, handling.turn, squeeze=handling.squeeze, tilt=handling.tilt)
    view = View(pose, aspect, 1.0, margin=0)
    steps, half = np.linspace(-0.5, 0.5, 17), np.full(17, 0.5)
    x = np.concatenate([steps, steps, half, -half]) * aspect / longer
    y = np.concatenate([-half, half, steps, steps]) / longer
    (seen_x, seen_y), (start_x, start_y) = handling.bend.view, (x, y)
    for _ in range(8):
        # What is seen at a point of the flat sheet is shifted by the height there; so, the way back in steps.
        rise = handling.bend.height(x, y)
        x, y = start_x - rise * seen_x, start_y - rise * seen_y
    points = np.array(
        [view.at((a * longer + aspect / 2, b * longer + 0.5)) for a, b in zip(x, y, strict=True)]
    )
    low, span = points.min(axis=0), np.ptp(points, axis=0)
    return pose, (float(low[0]), float(low[1])), (float(span[0]), float(span[1]))


def fitted(
    handling: Handling, aspect: float, width: int, height: int, lens: Lens | None
) -> tuple[float, Pose]:
    """Return (height of the sheet in pixels, its pose) so that all of it is in the image.

    `aspect` is the sheet's width for a height of 1.
    """
    pose, low, span = extent(handling, aspect)
    # A barrel lens shows the corners farther out.
    room = 1 - (1.4 * abs(lens.k) if lens is not None else 0)
    scale = handling.fill * room * min(width / span[0], height / span[1])
    middle = []
    for whole, start, part, share in zip((width, height), low, span, handling.place, strict=True):
        free = whole - part * scale
        margin = free * (1 - room) / 2
        middle.append(margin + (free - 2 * margin) * share - start * scale)
    return scale, replace(pose, x=middle[0], y=middle[1], size=pose.size * scale)


def handled(draws: Draws, ranges: Ranges, folded: Folding) -> Handling:
    """Return how one sheet lies, drawn from the ranges of the options."""
    turn = direction(draws.uniform(*ranges.rotation_range))
    strength = draws.uniform(*ranges.perspective_range)
    towards = direction(draws.uniform(0, 360))
    away = direction(draws.uniform(0, 360))
    folds = _folds(draws, draws.integer(ranges.folds_range[0], ranges.folds_range[1] + 1), folded)
    crumple, curl = draws.uniform(*ranges.crumple_range), draws.uniform(*ranges.curl_range)
    if folded == "none":
        crumple = curl = 0.0
    if crumple:
        folds = (*folds, *_crumpled(draws, crumple))
    along = draws.chance(0.7)
    seen = draws.uniform(0.2, 0.6) if folds or curl else 0.0
    return Handling(
        turn=turn,
        squeeze=1 - strength * 0.35 * draws.uniform(),
        tilt=(strength * 0.3 * towards[0], strength * 0.3 * towards[1]),
        bend=Bend(
            folds,
            (0.0, curl) if along else (curl, 0.0),
            (seen * away[0], seen * away[1]),
        ),
        fill=draws.uniform(*ranges.fill_range),
        place=(draws.uniform(), draws.uniform()),
        fade=draws.uniform(*ranges.fade_range) if draws.chance(0.7) else 0.0,
        shade=_shade(draws) if draws.chance(ranges.shade_rate) else (),
        darkness=draws.uniform(0.15, 0.5),
    )


def _folds(draws: Draws, count: int, folded: Folding) -> tuple[Fold, ...]:
    """Return creases across the sheet, or now and then along it, evenly spaced and a little askew."""
    if folded == "none":
        return ()
    result = []
    for i in range(count):
        slant = direction(draws.uniform(-3, 3) + (90 if folded == "across" or draws.chance(0.7) else 0))
        even = (i + 1) / (count + 1) - 0.5
        slope = draws.uniform(0.04, 0.2) * (1 if (i + draws.integer(0, 2)) % 2 else -1)
        result.append(Fold(slant, even + draws.uniform(-0.06, 0.06), slope))
    return tuple(result)


def _shade(draws: Draws) -> tuple[tuple[float, float], ...]:
    """Return what covers one side of the picture: a straight edge, or one with a bulge such as a hand has."""
    reach, slope, bulge = draws.uniform(0.1, 0.55), draws.uniform(-0.35, 0.35), draws.uniform(0.0, 0.25)
    middle, wide = draws.uniform(0.2, 0.8), draws.uniform(0.08, 0.25)
    edge = [-0.1, middle - wide, middle - wide / 2, middle + wide / 2, middle + wide, 1.1]
    deep = [0.0, 0.0, bulge, bulge, 0.0, 0.0]
    points = [
        (-0.1, -0.1),
        *((reach + slope * (t - 0.5) + d, t) for t, d in zip(edge, deep, strict=True)),
        (-0.1, 1.1),
    ]
    side = draws.integer(0, 4)
    turned = [(x, y) if side % 2 == 0 else (y, x) for x, y in points]
    return tuple((1 - x, 1 - y) if side > 1 else (x, y) for x, y in turned)


def _crumpled(draws: Draws, strength: float) -> tuple[Fold, ...]:
    """Return many slight creases in all directions."""
    return tuple(
        Fold(
            direction(draws.uniform(0, 360)), draws.uniform(-0.5, 0.5), draws.uniform(-0.06, 0.06) * strength
        )
        for _ in range(12)
    )
