"""A scene as plain data: what there is to see, before a pixel is drawn.

Lengths are in pixels, x to the right and y down; a colour is `(red, green, blue)`, each 0 to 255. A scene
goes to JSON and back without loss, and the same image and labels come out again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import TypeAdapter

__all__ = [
    "Background", "Camera", "Colour", "Light", "Look", "Pose", "Scene", "Shadow", "Texture", "Thing",
    "from_json", "to_json",
]  # fmt: skip

Colour = tuple[int, int, int]
Vector = tuple[float, float]
Look = dict[str, Any]
"""What one example of an asset looks like, as JSON holds it: the text of a plate, the suit of a card."""


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
class Background:
    """A texture, or a part of a photograph of the user's."""

    texture: Texture
    photo: str | None = None
    """The name of the file in the folder of photographs."""
    crop: tuple[float, float, float] = (0.0, 0.0, 1.0)
    """Left and top of what is shown, as shares of the room for it, and its size as a share of the photo."""
    flip: bool = False
    cleared: tuple[tuple[int, int, int, int], ...] | None = None
    """Of a photograph whose objects are known: the boxes, in pixels of the image, where it is shown without
    them. None: one of the folder of plain photographs."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a thing is and how it is turned."""

    x: float
    y: float
    """The centre, in pixels of the image."""
    size: float
    """How long the longer side of the asset's picture is."""
    direction: Vector = (1.0, 0.0)
    """Cosine and sine of how far it is turned clockwise."""
    flip: bool = False
    squeeze: float = 1.0
    """How much of its height is left, seen from aslant."""
    tilt: Vector = (0.0, 0.0)
    """How much farther away its right and lower ends are than its centre; 0 is seen straight on."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One object: its class, which asset it shows, and where."""

    label: int
    """The number of its class; -1 for a distractor, which has no label."""
    asset: int
    """Which of the assets of its class; -1 for an object that the photograph itself shows."""
    look: Look
    pose: Pose
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """By how much its red, green and blue are brighter than the asset's."""


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
    """What the camera does to the picture; all but the lens leaves objects where they are."""

    brightness: float = 1.0
    contrast: float = 1.0
    gamma: float = 1.0
    cast: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """Gain of red, green and blue."""
    vignette: float = 0.0
    """How much of the light is lost in the corners."""
    blur: float = 0.0
    """Standard deviation in pixels."""
    motion: Vector = (0.0, 0.0)
    """The way that the camera went while the picture was taken."""
    noise: float = 0.0
    """Standard deviation in levels of 255."""
    noise_origin: int = 0
    lens: float = 0.0
    """How much larger (a cushion) or smaller (a barrel) things are in the corners."""
    rain: int = 0
    """How many drops fall."""
    dirt: int = 0
    """How many specks are on the lens."""
    compression: int | None = None
    """Quality of a JPEG that the picture has been through before."""
    seed: int = 0
    """Where drops and specks are."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything in one image; the things are in order of depth, nearest first."""

    width: int
    height: int
    background: Background
    light: Light
    camera: Camera
    things: tuple[Thing, ...] = field(default=())


def to_json(scene: Scene) -> str:
    """Return a scene as JSON text."""
    return _adapter().dump_json(scene).decode()


def from_json(text: str) -> Scene:
    """Return the scene that `to_json` told."""
    return _adapter().validate_json(text)


@cache
def _adapter() -> TypeAdapter[Scene]:
    return TypeAdapter(Scene)
