"""Sequences: rows that are the frames of a film, in which objects move along paths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from synthlab import Draws, Rows

from .geometry import direction
from .options import ShareRange, TurnRange
from .scene import Pose, Scene

if TYPE_CHECKING:
    from .generator import ImageGenerator
    from .layout import Layout

__all__ = ["Sequences", "moving"]

MOST_THINGS = 1024
_GRAIN = 1 << 20


def _not_wild(pair: tuple[float, float]) -> tuple[float, float]:
    if max(abs(pair[0]), abs(pair[1])) > 90:
        raise ValueError("objects turn at most 90 degrees from frame to frame")
    return pair


class Sequences(BaseModel):
    """Rows are frames: the first so many are one film, the next another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    frames: Annotated[int, Field(ge=2, le=10_000)] = Field(16, description="How many frames a sequence has.")
    speed_range: ShareRange = Field(
        (0.0, 0.03), description="How far objects go in a frame, as a share of the image's shorter side."
    )
    spin_range: Annotated[TurnRange, AfterValidator(_not_wild)] = Field(
        (-3.0, 3.0), description="How far they turn in a frame, in degrees."
    )


def moving(options: ImageGenerator, sequences: Sequences, rows: Rows) -> Iterator[Layout]:
    """Yield the layout of each frame; things go straight on and come back from the border."""
    from .layout import lay_out

    @lru_cache(maxsize=2)
    def film(first: int) -> tuple[Scene, list[_Path]]:
        start = next(options.still(rows.slice(first, first + 1))).scene
        numbers = [first * MOST_THINGS + i for i in range(len(start.things))]
        each = rows.at(numbers).stream("motion").each() if numbers else iter(())
        return start, [_path(draws, start, sequences) for draws in each]

    for number in rows.numbers.tolist():
        frame = number % sequences.frames
        start, paths = film(number - frame)
        things = tuple(
            replace(thing, pose=_moved(thing.pose, start, path, frame))
            for thing, path in zip(start.things, paths, strict=True)
        )
        # Noise is of a frame, all else of the film.
        origin = (start.camera.noise_origin + 7919 * frame) % _GRAIN
        scene = replace(start, things=things, camera=replace(start.camera, noise_origin=origin))
        yield lay_out(scene, options.labeling_rules, options.studio.raster)


class _Path(NamedTuple):
    """Pixels to the right and down, and degrees, from frame to frame."""

    x: float
    y: float
    spin: float


def _path(draws: Draws, scene: Scene, sequences: Sequences) -> _Path:
    way = direction(draws.uniform(0, 360))
    speed = draws.uniform(*sequences.speed_range) * min(scene.width, scene.height)
    return _Path(way[0] * speed, way[1] * speed, draws.uniform(*sequences.spin_range))


def _moved(pose: Pose, scene: Scene, path: _Path, frame: int) -> Pose:
    """Return where a thing is some frames later."""
    if not frame:
        return pose
    cosine, sine = direction(path.spin * frame)
    x, y = pose.direction
    return replace(
        pose,
        x=_reflected(pose.x + path.x * frame, scene.width),
        y=_reflected(pose.y + path.y * frame, scene.height),
        direction=(x * cosine - y * sine, x * sine + y * cosine),
    )


def _reflected(place: float, size: int) -> float:
    """Return a place that goes back and forth between 0 and `size`, in steps that a float holds exactly."""
    around = place % (2 * size)
    return round(min(around, 2 * size - around) * 256) / 256
