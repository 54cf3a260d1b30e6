"""A scene as plain data: what there is to see, before a pixel is drawn.

Lengths are in pixels, x to the right and y down; a colour is `(red, green, blue)`, each 0 to 255.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Camera", "Colour", "Light", "Outline", "Scene", "Shadow", "Texture", "Thing"]

Colour = tuple[int, int, int]
Vector = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Texture:
    """How a surface is coloured: a pattern that runs through a row of colours."""

    kind: str
    colours: tuple[Colour, ...]
    direction: Vector = (1.0, 0.0)
    period: float = 32.0
    """Length of one stripe and its gap, of two checks; the grain of the noise."""
    origin: Vector = (0.5, 0.5)
    """Where a radial pattern is centred, as a share of the surface; which part of the noise."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A line along the inside of an object's border."""

    width: int
    colour: Colour


@dataclass(frozen=True, slots=True)
class Thing:
    """One object: its class, its form and its looks.

    `places` are the corners of pixels where its centre may come to lie, best first; the first where
    enough of it can be seen is taken.
    """

    label: int
    shape: str
    variation: float
    aspect: float
    size: float
    """Diameter of the circle around it."""
    direction: Vector
    shift: Vector
    """Where inside a pixel the centre is, 0 to 1."""
    places: tuple[tuple[int, int], ...]
    texture: Texture
    outline: Outline | None


@dataclass(frozen=True, slots=True)
class Shadow:
    """A soft shadow that every object throws on what is behind it."""

    offset: tuple[int, int]
    softness: int
    strength: float


@dataclass(frozen=True, slots=True)
class Light:
    """Where the light comes from, and how it falls."""

    direction: Vector
    shading: float
    """How much brighter objects are on the side of the light than on the other, 0 to 1."""
    falloff: float
    """How much of the light is lost towards the far side of the image, 0 to 1."""
    shadow: Shadow | None


@dataclass(frozen=True, slots=True)
class Camera:
    """What the camera does to the picture."""

    brightness: float
    contrast: float
    cast: tuple[float, float, float]
    """Gain of red, green and blue."""
    blur: float
    """Standard deviation in pixels."""
    noise: float
    """Standard deviation in levels of 255."""
    noise_origin: int


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything in one image; the things are in order of depth, nearest first."""

    width: int
    height: int
    background: Texture
    things: tuple[Thing, ...]
    light: Light
    camera: Camera
