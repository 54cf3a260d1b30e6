"""From options and chance to a scene.

What an image shows has streams of its own for each purpose, so that other backgrounds, colours or effects
leave the objects where they are, and their labels with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from synthlab import Draws, Rows

from . import scenery
from .colours import mixed, muted
from .counts import classes_of_rows
from .geometry import direction
from .options import BackgroundName, Effects, Ink
from .placing import Placement, SceneryPlacement, Spot, UniformPlacement, spots
from .scene import Background, Camera, Light, Scene, Shadow, Texture, Thing
from .settings import Setting, setting
from .things import gain_of, pose_of

if TYPE_CHECKING:
    from .generator import ImageGenerator

__all__ = ["Sketch", "Surroundings", "draw_background", "draw_camera", "draw_light", "sketches"]

MOST_THINGS = 1024
"""Each thing has chance of its own, by its number: row number x this + which of the row's things."""


class Surroundings(Protocol):
    """The options that say what is behind things, and what light and camera do."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def backgrounds(self) -> Mapping[BackgroundName, float]: ...
    @property
    def background_colours(self) -> Sequence[Ink] | None: ...
    @property
    def photo_names(self) -> list[str]: ...
    @property
    def effects(self) -> Effects: ...


class Sketch(NamedTuple):
    """A scene whose things do not have their places yet; they are around the origin."""

    scene: Scene
    spots: tuple[Spot, ...]


def sketches(options: ImageGenerator, rows: Rows) -> Iterator[Sketch]:
    """Yield the sketch of each row."""
    labels = _labels(options, rows)
    numbers = np.concatenate(
        [n * MOST_THINGS + np.arange(len(mine)) for n, mine in zip(rows.numbers, labels, strict=True)]
        or [np.zeros(0, dtype=np.int64)]
    )
    looks = rows.at(numbers).stream("looks").each() if len(numbers) else iter(())
    purposes = ("background", "photograph", "objects", "light", "camera")
    streams = (rows.stream(purpose).each() for purpose in purposes)
    zooms = rows.stream("zoom").uniform(*options.zoom_range).tolist()
    for mine, zoom, background_draws, photo_draws, object_draws, light_draws, camera_draws in zip(
        labels, zooms, *streams, strict=True
    ):
        found = _setting(options, background_draws, photo_draws)
        behind = found.background.texture.colours if found.background.photo is None else ()
        # On a surface the nearest come first, so it must not be that all distractors are far away.
        order = object_draws.shuffled(mine) if options.distractors else mine
        if options.apart:
            order = sorted(order, key=lambda label: label not in options.apart)
        places = _spots(options, order, object_draws, found.background)
        things = []
        for label, spot in zip(order, places, strict=True):
            look_draws = next(looks)
            assets = options.assets[label] if label >= 0 else options.distracting[-1 - label]
            which = object_draws.weighted([a.weight for a in assets]) if len(assets) > 1 else 0
            asset = assets[which]
            look = asset.look(look_draws, behind)
            things.append(
                Thing(
                    label=max(label, -1),
                    asset=which if label >= 0 else _flat(options, -1 - label, which),
                    look=look,
                    pose=pose_of(options, asset, look, spot.scale * zoom, object_draws),
                    gain=found.lit(gain_of(options.effects, look_draws), asset, look),
                )
            )
        camera = draw_camera(options, camera_draws)
        scene = Scene(
            width=options.width,
            height=options.height,
            background=found.background,
            light=draw_light(options, light_draws),
            camera=camera,
            things=(*found.things, *things),
        )
        yield Sketch(scene, (*found.spots, *places))


def _labels(options: ImageGenerator, rows: Rows) -> list[list[int]]:
    """Return the classes of each row's things; -1 and below are the distractors' kinds."""
    counted = [number for number, assets in enumerate(options.assets) if assets[0].count_range is not None]
    shared = [number for number in range(len(options.assets)) if number not in counted]
    weights = [sum(a.weight for a in options.assets[number]) for number in shared]
    labels = classes_of_rows(rows, options.objects_range if shared else (0, 0), weights, "objects")
    labels = [[shared[i] for i in mine] for mine in labels]
    for number in counted:
        own = classes_of_rows(rows, options.assets[number][0].count_range or (0, 0), [1], f"objects {number}")
        labels = [mine + [number] * len(more) for mine, more in zip(labels, own, strict=True)]
    if options.distractors and options.distractors_range[1]:
        others = [sum(a.weight for a in assets) for assets in options.distracting]
        extra = classes_of_rows(rows, options.distractors_range, others, "distractors")
        labels = [mine + [-1 - i for i in more] for mine, more in zip(labels, extra, strict=True)]
    return labels


def _spots(
    options: ImageGenerator, labels: Sequence[int], draws: Draws, background: Background
) -> list[Spot]:
    """Return where each of the things may be; those whose classes have a placement of their own share it."""
    placements: dict[int, Placement] = {
        label: own
        for label in dict.fromkeys(labels)
        if label >= 0 and (own := options.assets[label][0].placement) is not None
    }
    if isinstance(options.placement, SceneryPlacement):
        # What is to be found is where it belongs; what is not may be anywhere.
        anywhere = UniformPlacement(border=options.placement.border)
        placements.update(dict.fromkeys((label for label in labels if label < 0), anywhere))
    common = sum(label not in placements for label in labels)
    size = options.width, options.height
    seats = scenery.seats(background.texture, *size) if background.photo is None else []
    parts = {
        label: iter(spots(own, labels.count(label), *size, draws, seats)) for label, own in placements.items()
    }
    rest = iter(spots(options.placement, common, *size, draws, seats))
    return [
        next(parts[label])._replace(inside=placements[label].border == "inside")
        if label in placements
        else next(rest)
        for label in labels
    ]


def _flat(options: ImageGenerator, kind: int, which: int) -> int:
    """Return the place of a distractor's asset in the list of them all."""
    return sum(len(assets) for assets in options.distracting[:kind]) + which


def _setting(options: ImageGenerator, draws: Draws, photo_draws: Draws) -> Setting:
    """Return what the scene begins with: a background, or a photograph and its objects."""
    kind = list(options.backgrounds)[draws.weighted(list(options.backgrounds.values()))]
    if kind == "annotated":
        assert options.annotated_photos is not None
        return setting(options, options.annotated_photos, photo_draws)
    return Setting(_background(options, kind, draws))


def draw_background(options: Surroundings, draws: Draws) -> Background:
    """Return what is behind things, where no photograph brings things of its own."""
    kind = list(options.backgrounds)[draws.weighted(list(options.backgrounds.values()))]
    return _background(options, kind, draws)


def _background(options: Surroundings, kind: str, draws: Draws) -> Background:
    side = min(options.width, options.height)
    palette = options.background_colours
    colours = muted(draws, 3) if palette is None else tuple(mixed(draws, palette) for _ in range(3))
    texture = Texture(
        kind="plain" if kind == "photos" else kind,
        colours=colours[: {"plain": 1, "stripes": 2, "checks": 2, "photos": 1}.get(kind, 3)],
        direction=direction(draws.uniform(0, 360)),
        period=side * draws.uniform(0.06, 0.3),
        origin=(draws.uniform(), draws.uniform()),
    )
    if kind != "photos":
        return Background(texture)
    photo = draws.choice(options.photo_names)
    crop = draws.uniform(), draws.uniform(), draws.uniform(0.5, 1.0)
    return Background(texture, photo, crop, draws.chance(0.5))


def draw_light(options: Surroundings, draws: Draws) -> Light:
    effects = options.effects
    towards = direction(draws.uniform(0, 360))
    side = min(options.width, options.height)
    length = side * draws.uniform(0.01, 0.035)
    shadow = Shadow(
        offset=(-round(towards[0] * length), -round(towards[1] * length)),
        softness=max(1, round(side * draws.uniform(0.006, 0.02))),
        strength=draws.uniform(0.25, 0.6),
    )
    return Light(
        direction=towards,
        shading=draws.uniform(*effects.shading_range),
        falloff=draws.uniform(*effects.falloff_range),
        shadow=shadow if draws.chance(effects.shadows) else None,
    )


def draw_camera(options: Surroundings, draws: Draws) -> Camera:
    effects = options.effects

    def now_and_then(rate: float, bounds: Sequence[float], otherwise: float = 0.0) -> float:
        happens, value = draws.chance(rate), draws.uniform(bounds[0], bounds[1])
        return value if happens else otherwise

    cast = draws.uniform(*effects.cast_range)
    camera = Camera(
        brightness=draws.uniform(*effects.brightness_range),
        contrast=draws.uniform(*effects.contrast_range),
        gamma=draws.uniform(*effects.gamma_range),
        cast=(
            1 + cast * draws.uniform(-1, 1),
            1 + cast * draws.uniform(-1, 1),
            1 + cast * draws.uniform(-1, 1),
        ),
        blur=now_and_then(effects.blur_rate, effects.blur_range),
        noise=now_and_then(effects.noise_rate, effects.noise_range),
        noise_origin=draws.integer(0, 1 << 20),
        vignette=now_and_then(effects.vignette_rate, effects.vignette_range),
        lens=now_and_then(effects.lens_rate, effects.lens_range),
        rain=int(now_and_then(effects.rain_rate, effects.rain_range)),
        dirt=int(now_and_then(effects.dirt_rate, effects.dirt_range)),
        seed=draws.integer(0, 1 << 31),
    )
    quality = int(now_and_then(effects.compression_rate, effects.compression_range))
    length, towards = (
        now_and_then(effects.motion_rate, effects.motion_range),
        direction(draws.uniform(0, 360)),
    )
    return replace(camera, compression=quality or None, motion=(length * towards[0], length * towards[1]))
