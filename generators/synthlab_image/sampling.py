"""From options and chance to a scene.

What an image shows has streams of its own for each purpose, so that other backgrounds, colours or
effects leave the objects where they are, and their labels with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from synthlab import Draws, Rows

from .colours import blended, distinct, muted
from .geometry import direction
from .scene import Camera, Colour, Light, Outline, Scene, Shadow, Texture, Thing
from .shapes import SHAPES

if TYPE_CHECKING:
    from .generator import ImageGenerator

__all__ = ["scenes"]

PLACES = 24
"""How many places are tried for an object before it is left out."""

BLACK, WHITE = (0, 0, 0), (255, 255, 255)


class Form(NamedTuple):
    """What the stream of the objects decides: all that labels depend on."""

    label: int
    shape: str
    variation: float
    aspect: float
    size: float
    direction: tuple[float, float]
    shift: tuple[float, float]
    places: tuple[tuple[int, int], ...]


def scenes(options: ImageGenerator, rows: Rows) -> Iterator[Scene]:
    """Yield the scene of each row."""
    purposes = ("background", "objects", "looks", "light", "camera")
    streams = (rows.stream(purpose).each() for purpose in purposes)
    for background_draws, object_draws, look_draws, light_draws, camera_draws in zip(*streams, strict=True):
        background = _background(options, background_draws)
        low, high = options.objects_range
        forms = [_form(options, object_draws) for _ in range(object_draws.integer(low, high + 1))]
        yield Scene(
            width=options.width,
            height=options.height,
            background=background,
            things=tuple(_thing(options, form, background, look_draws) for form in forms),
            light=_light(options, light_draws),
            camera=_camera(options, camera_draws),
        )


def _form(options: ImageGenerator, draws: Draws) -> Form:
    label = draws.weighted(list(options.classes.values()))
    name = list(options.classes)[label]
    side = min(options.width, options.height)
    low, high = options.object_size_range
    return Form(
        label=label,
        shape=name,
        variation=draws.uniform(),
        aspect=draws.uniform(*SHAPES[name].aspect_range),
        size=side * draws.uniform(low, high),
        direction=direction(draws.uniform(*options.rotation_range)),
        shift=(draws.uniform(), draws.uniform()),
        places=_places(options.width, options.height, draws),
    )


def _places(width: int, height: int, draws: Draws) -> tuple[tuple[int, int], ...]:
    """Return pixels anywhere in the image: 32 bits of a word for the column, 32 for the row."""
    return tuple(
        ((word >> 32) * width >> 32, (word & 0xFFFFFFFF) * height >> 32)
        for word in draws.words(PLACES).tolist()
    )


def _thing(options: ImageGenerator, form: Form, background: Texture, draws: Draws) -> Thing:
    kind = list(options.fills)[draws.weighted(list(options.fills.values()))]
    main = distinct(draws, background.colours, enough=190)
    second = distinct(draws, (main,), enough=150)
    share = draws.uniform(0.35, 0.8)
    if kind in ("linear", "radial", "noise"):
        colours: tuple[Colour, ...] = (main, blended(main, second, share))
    else:
        colours = (main, second)[: 1 if kind == "plain" else 2]
    texture = Texture(
        kind=kind,
        colours=colours,
        direction=direction(draws.uniform(0, 360)),
        period=max(6.0, form.size * draws.uniform(0.16, 0.4)),
        origin=(draws.uniform(0.25, 0.75), draws.uniform(0.25, 0.75)),
    )
    outlined = draws.chance(options.outlines)
    width = max(1, round(form.size * draws.uniform(0.015, 0.045)))
    edge = blended(main, draws.choice((BLACK, BLACK, WHITE, second)), draws.uniform(0.6, 0.95))
    return Thing(**form._asdict(), texture=texture, outline=Outline(width, edge) if outlined else None)


def _background(options: ImageGenerator, draws: Draws) -> Texture:
    kind = list(options.backgrounds)[draws.weighted(list(options.backgrounds.values()))]
    side = min(options.width, options.height)
    return Texture(
        kind=kind,
        colours=muted(draws, 3)[: {"plain": 1, "stripes": 2, "checks": 2}.get(kind, 3)],
        direction=direction(draws.uniform(0, 360)),
        period=side * draws.uniform(0.06, 0.3),
        origin=(draws.uniform(), draws.uniform()),
    )


def _light(options: ImageGenerator, draws: Draws) -> Light:
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


def _camera(options: ImageGenerator, draws: Draws) -> Camera:
    effects = options.effects
    cast = draws.uniform(*effects.cast_range)
    return Camera(
        brightness=draws.uniform(*effects.brightness_range),
        contrast=draws.uniform(*effects.contrast_range),
        cast=(
            1 + cast * draws.uniform(-1, 1),
            1 + cast * draws.uniform(-1, 1),
            1 + cast * draws.uniform(-1, 1),
        ),
        blur=draws.uniform(*effects.blur_range),
        noise=draws.uniform(*effects.noise_range),
        noise_origin=draws.integer(0, 1 << 20),
    )
