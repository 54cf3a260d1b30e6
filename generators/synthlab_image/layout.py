"""Where objects come to lie, and what is seen of each: the id map, from which all labels follow.

Objects are placed nearest first, each behind those already there. What is seen of an object is final when it
is placed, so a place where too little would be seen is given up before anything is drawn, and nothing is
drawn that has no label (unless the schema says so).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from .assets.raster import Raster
from .options import Below, BoxExtent
from .placing import Spot
from .scene import Pose, Scene, Thing
from .warp import Lens, Patch, warp

__all__ = ["HALF", "Bounds", "IdMap", "Layout", "Placed", "Rule", "arrange", "crop", "lay_out", "lens_of"]

IdMap = npt.NDArray[Any]
Area = tuple[slice, slice]
Bounds = tuple[int, int, int, int]
Rasters = Callable[[Thing], Raster]

HALF = 128
"""A pixel belongs to the nearest object whose coverage of it, 0 to 255, is at least this."""
ACROSS = 0.06
"""Which share of the smaller one may be common to an object and one that keeps apart."""
INWARDS = 8
"""How often a thing that sticks out behind a lens is moved inwards."""
SIZES = 3
SMALLER = 0.74
"""How many sizes are tried before an object is left out, each so much smaller than the one before."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is labeled and how, for one class."""

    min_visible_pixels: int = 1
    min_side: int = 1
    min_visibility: float = 0.0
    below: Below = "drop"
    boxes: BoxExtent = "visible"
    padding: int = 0

    def takes(self, visible: int, whole: int, side: int) -> bool:
        """Return whether so much is enough for a label."""
        return (
            visible >= max(1, self.min_visible_pixels)
            and side >= self.min_side
            and visible >= self.min_visibility * whole
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """An object in the image, and what its labels say. Boxes are `(x_min, y_min, x_max, y_max)`."""

    thing: Thing
    raster: Raster
    patch: Patch
    number: int
    """In the id map."""
    box: Bounds
    area: int
    inside_area: int
    """Pixels inside the image, hidden ones included."""
    whole_box: Bounds
    """The box of the whole object, hidden parts and those outside the image included."""
    whole_area: int
    enough: bool
    """Whether as much of it is seen as its class asks for."""

    @property
    def visibility(self) -> float:
        """The share of its pixels that is seen."""
        return round(self.area / self.whole_area, 4)

    @property
    def truncated(self) -> float:
        """The share of its pixels that is outside the image."""
        return round((self.whole_area - self.inside_area) / self.whole_area, 4)

    @property
    def occluded(self) -> float:
        """The share of its pixels inside the image that others hide."""
        return round((self.inside_area - self.area) / self.inside_area, 4) if self.inside_area else 0.0


@dataclass(frozen=True, slots=True)
class Layout:
    """A scene whose things have their places, and its id map, shape `(height, width)`.

    0 is the background, i + 1 the object `placed[i]`.
    """

    scene: Scene
    ids: IdMap
    placed: tuple[Placed, ...]


def arrange(
    scene: Scene,
    spots: Sequence[Spot],
    rules: Sequence[Rule],
    rasters: Rasters,
    inside: bool = False,
    apart: Collection[int] = (),
) -> Layout:
    """Return the layout of a sketch.

    `inside` keeps objects from being cut off by the border. No others lie across those of the classes
    `apart`.
    """
    ids = _blank(scene)
    lens = lens_of(scene)
    placed: list[Placed] = []
    clear: dict[int, int] = {}
    for thing, spot in zip(scene.things, spots, strict=True):
        rule = _rule(thing, rules)
        within = inside if spot.inside is None else spot.inside
        found = None
        for attempt in range(SIZES):
            if attempt:
                thing = replace(thing, pose=replace(thing.pose, size=max(4.0, thing.pose.size * SMALLER)))
            found = _place(thing, spot, rule, ids, len(placed) + 1, rasters, lens, within, clear)
            if found is not None:
                placed.append(found)
                if thing.label in apart:
                    clear[found.number] = found.whole_area
                break
    return Layout(replace(scene, things=tuple(p.thing for p in placed)), ids, tuple(placed))


def lay_out(scene: Scene, rules: Sequence[Rule], rasters: Rasters) -> Layout:
    """Return the layout of a scene whose things have their places."""
    ids = _blank(scene)
    lens = lens_of(scene)
    placed: list[Placed] = []
    for thing in scene.things:
        rule = _rule(thing, rules)
        raster = rasters(thing)
        seat = _Seat.of(warp(raster, thing.pose, lens), ids)
        placed.append(seat.taken(thing, raster, rule, ids, len(placed) + 1))
    return Layout(scene, ids, tuple(placed))


def lens_of(scene: Scene) -> Lens | None:
    """Return the lens of a scene's camera, if it bends anything."""
    return Lens(scene.width, scene.height, scene.camera.lens) if scene.camera.lens else None


@dataclass(frozen=True, slots=True)
class _Seat:
    """A patch where it may stay, and what would be seen of it."""

    patch: Patch
    solid: npt.NDArray[Any]
    target: Area
    seen: npt.NDArray[Any]
    area: int
    inside_area: int
    whole_area: int

    @staticmethod
    def of(patch: Patch, ids: IdMap, solid: npt.NDArray[Any] | None = None) -> _Seat:
        if solid is None:
            solid = _solid(patch)
        target, part = crop(ids.shape, solid.shape, patch.left, patch.top)
        mine = solid[part]
        seen = mine & (ids[target] == 0)
        return _Seat(
            patch,
            solid,
            target,
            seen,
            cv2.countNonZero(seen) if seen.size else 0,
            cv2.countNonZero(mine) if mine.size else 0,
            cv2.countNonZero(solid),
        )

    def suits(self, rule: Rule) -> bool:
        if not rule.takes(self.area, self.whole_area, 1 << 30):
            return False
        return rule.min_side <= 1 or min(cv2.boundingRect(self.seen)[2:]) >= rule.min_side

    def across(self, ids: IdMap, clear: Mapping[int, int]) -> bool:
        """Return whether it lies across an object of these numbers; `clear` has their areas."""
        _, part = crop(ids.shape, self.solid.shape, self.patch.left, self.patch.top)
        under = np.bincount((ids[self.target] * self.solid[part]).ravel(), minlength=max(clear) + 1)
        return any(under[number] > ACROSS * min(area, self.whole_area) for number, area in clear.items())

    def taken(self, thing: Thing, raster: Raster, rule: Rule, ids: IdMap, number: int) -> Placed:
        """Write the object into the id map."""
        np.copyto(ids[self.target], ids.dtype.type(number), where=self.seen.view(np.bool_))
        box = self.target[1].start, self.target[0].start, self.target[1].start, self.target[0].start
        if self.area:
            x, y, width, height = cv2.boundingRect(self.seen)
            x, y = x + self.target[1].start, y + self.target[0].start
            box = x, y, x + width, y + height
        x, y, width, height = cv2.boundingRect(self.solid)
        x, y = x + self.patch.left, y + self.patch.top
        return Placed(
            thing=thing,
            raster=raster,
            patch=self.patch,
            number=number,
            box=box,
            area=self.area,
            inside_area=self.inside_area,
            whole_box=(x, y, x + width, y + height),
            whole_area=self.whole_area,
            enough=self.area > 0 and self.suits(rule),
        )


def _rule(thing: Thing, rules: Sequence[Rule]) -> Rule:
    """Return what decides whether a thing is placed and labeled."""
    if thing.label < 0:
        return Rule()
    rule = rules[thing.label]
    if thing.asset >= 0:
        return rule
    # A photograph shows it in any case, and somebody has found enough of it to see.
    return replace(rule, min_visibility=0.0, below="unlabeled" if rule.below == "drop" else rule.below)


def _place(
    thing: Thing,
    spot: Spot,
    rule: Rule,
    ids: IdMap,
    number: int,
    rasters: Rasters,
    lens: Lens | None,
    inside: bool,
    clear: Mapping[int, int],
) -> Placed | None:
    """Write an object into the best of its places where enough is seen, if there is one."""
    raster = rasters(thing)
    patch = warp(raster, thing.pose) if lens is None else None
    solid = None if patch is None else _solid(patch)
    if solid is not None:
        whole = cv2.countNonZero(solid)
        if not whole or (rule.below == "drop" and not rule.takes(whole, whole, 1 << 30)):
            return None
    foot = 0
    if spot.stands:
        straight = warp(raster, thing.pose) if patch is None else patch
        _, y, _, high = cv2.boundingRect(_solid(straight))
        foot = straight.top + y + high
    best: tuple[float, Thing, _Seat] | None = None
    for column, row in spot.places:
        row -= foot
        if patch is None and inside:
            found = _drawn_in(raster, thing, column, row, lens, ids.shape)
            if found is None:
                continue
            column, row, moved = found
        elif patch is None:
            moved = warp(raster, _at(thing, column, row).pose, lens)
        elif inside:
            moved = _inside(Patch(patch.pixels, patch.left + column, patch.top + row), ids.shape)
            column, row = moved.left - patch.left, moved.top - patch.top
        else:
            moved = Patch(patch.pixels, patch.left + column, patch.top + row)
        seat = _Seat.of(moved, ids, solid)
        if not seat.area or (rule.below == "drop" and not seat.suits(rule)):
            continue
        if clear and seat.across(ids, clear):
            continue
        if spot.overlap is None:
            return seat.taken(_at(thing, column, row), raster, rule, ids, number)
        hidden = (seat.inside_area - seat.area) / seat.inside_area
        if best is None or abs(hidden - spot.overlap) < best[0]:
            best = abs(hidden - spot.overlap), _at(thing, column, row), seat
    return None if best is None else best[2].taken(best[1], raster, rule, ids, number)


def _at(thing: Thing, column: int, row: int) -> Thing:
    """Return a thing that many whole pixels farther to the right and down."""
    pose = thing.pose  # the constructors are several times as fast as `replace`, and each thing comes here
    moved = Pose(pose.x + column, pose.y + row, pose.size, pose.direction, pose.flip, pose.squeeze, pose.tilt)
    return Thing(thing.label, thing.asset, thing.look, moved, thing.gain)


def _solid(patch: Patch) -> npt.NDArray[Any]:
    """Return 1 for the pixels that a patch covers at least half of."""
    return cv2.threshold(cv2.extractChannel(patch.pixels, 3), HALF - 1, 1, cv2.THRESH_BINARY)[1]


def _inside(patch: Patch, shape: tuple[int, ...]) -> Patch:
    """Return a patch moved into the image as far as it fits; its clear margin may be outside."""
    height, width = patch.pixels.shape[:2]
    left = min(max(patch.left, -2), max(-2, shape[1] - width + 2))
    top = min(max(patch.top, -2), max(-2, shape[0] - height + 2))
    return Patch(patch.pixels, left, top)


def _drawn_in(
    raster: Raster, thing: Thing, column: int, row: int, lens: Lens | None, shape: tuple[int, ...]
) -> tuple[int, int, Patch] | None:
    """Return the place nearby where a lens shows a thing inside the image, and how; None if there is none.

    It is moved in by as much as it sticks out, which the lens makes a little more or less, so again.
    """
    height, width = shape[:2]
    for _ in range(INWARDS):
        patch = warp(raster, _at(thing, column, row).pose, lens)
        x, y, wide, high = cv2.boundingRect(_solid(patch))
        x, y = x + patch.left, y + patch.top
        if wide > width or high > height:
            return None
        right, down = max(0, -x) - max(0, x + wide - width), max(0, -y) - max(0, y + high - height)
        if not right and not down:
            return column, row, patch
        column, row = column + right, row + down
    return None


def _blank(scene: Scene) -> IdMap:
    kind = np.uint8 if len(scene.things) < 256 else np.uint16
    return np.zeros((scene.height, scene.width), dtype=kind)


def crop(image: tuple[int, ...], stamp: tuple[int, ...], left: int, top: int) -> tuple[Area, Area]:
    """Return the part of the image under a stamp, and the part of the stamp inside the image."""
    height, width = image[:2]
    x_min, y_min = min(max(0, left), width), min(max(0, top), height)
    x_max = max(x_min, min(width, left + stamp[1]))
    y_max = max(y_min, min(height, top + stamp[0]))
    target = slice(y_min, y_max), slice(x_min, x_max)
    return target, (slice(y_min - top, y_max - top), slice(x_min - left, x_max - left))
