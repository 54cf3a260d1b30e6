"""The types of the options that need more than a number."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

__all__ = [
    "BackgroundName", "Backgrounds", "Below", "BoxExtent", "CountRange", "DeviationRange", "Effects",
    "LabelName", "Labels", "Palette", "PatternName", "Patterns", "QualityRange", "ShapeName", "Share",
    "ShareRange", "SizeRange", "TurnRange", "Weight", "in_order", "weighed",
]  # fmt: skip

ShapeName = Literal[
    "circle", "ellipse", "triangle", "square", "rectangle", "pentagon", "hexagon",
    "star", "ring", "cross", "heart", "crescent", "drop", "arrow",
]  # fmt: skip
PatternName = Literal["plain", "linear", "radial", "stripes", "checks", "noise"]
BackgroundName = Literal[
    "plain", "linear", "radial", "stripes", "checks", "noise", "wood", "paper", "fabric", "speckles",
    "clutter", "street", "vehicles", "shelf", "belt", "panel", "photos", "annotated",
]  # fmt: skip
Below = Literal["drop", "ignore", "keep", "unlabeled"]
BoxExtent = Literal["visible", "amodal", "amodal_clipped"]

OBJECT_LABELS = (
    "box", "label", "area", "mask", "amodal_box", "visibility", "truncated", "occluded",
    "amodal_area", "oriented_box", "keypoints", "depth", "text", "asset",
)  # fmt: skip
IMAGE_LABELS = ("main", "semantic", "panoptic", "counts", "parts", "caption", "questions")
LabelName = Literal[
    "box", "label", "area", "mask", "amodal_box", "visibility", "truncated", "occluded",
    "amodal_area", "oriented_box", "keypoints", "depth", "text", "asset",
    "main", "semantic", "panoptic", "counts", "parts", "caption", "questions",
]  # fmt: skip

N = TypeVar("N", int, float)


def in_order(pair: tuple[N, N]) -> tuple[N, N]:
    """Return a pair whose first is not above its second; ValueError otherwise."""
    if pair[0] > pair[1]:
        raise ValueError(f"a range goes from low to high, but {pair[0]} is above {pair[1]}")
    return pair


def weighed(most: int) -> BeforeValidator:
    """Take a list of names as names of equal weight; whether they are known is checked with the keys."""

    def check(value: object) -> object:
        if not isinstance(value, (list, tuple)):
            return value
        if len(value) > most:
            raise ValueError(f"the list has {len(value)} names; at most {most} are known")
        if not all(isinstance(name, str) for name in value):
            raise ValueError("the list must hold names alone")
        weights = dict.fromkeys(value, 1.0)
        if len(weights) < len(value):
            twice = next(name for place, name in enumerate(value) if name in value[:place])
            raise ValueError(f"{twice!r} is listed twice; give it a weight instead")
        return weights

    return BeforeValidator(check, json_schema_input_type=Any)


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ValueError(f"{name!r} is listed twice")
    return names


InOrder = AfterValidator(in_order)
Weight = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Size = Annotated[float, Field(gt=0, le=2)]
Gain = Annotated[float, Field(ge=0.2, le=3)]
Deviation = Annotated[float, Field(ge=0, le=50)]
Degrees = Annotated[float, Field(ge=-360, le=360)]
Count = Annotated[int, Field(ge=0, le=200)]
Bend = Annotated[float, Field(ge=-0.2, le=0.2)]
Quality = Annotated[int, Field(ge=5, le=100)]
Few = Annotated[int, Field(ge=0, le=2000)]

ShareRange = Annotated[tuple[Share, Share], InOrder]
GainRange = Annotated[tuple[Gain, Gain], InOrder]
DeviationRange = Annotated[tuple[Deviation, Deviation], InOrder]
SizeRange = Annotated[tuple[Size, Size], InOrder]
TurnRange = Annotated[tuple[Degrees, Degrees], InOrder]
CountRange = Annotated[tuple[Count, Count], InOrder]
BendRange = Annotated[tuple[Bend, Bend], InOrder]
QualityRange = Annotated[tuple[Quality, Quality], InOrder]
FewRange = Annotated[tuple[Few, Few], InOrder]

Level = Annotated[int, Field(ge=0, le=255)]
Ink = tuple[Level, Level, Level]
"""Red, green and blue."""
Palette = Annotated[tuple[Ink, ...], Field(min_length=1, max_length=20)]

_PATTERNS, _BACKGROUNDS = len(get_args(PatternName)), len(get_args(BackgroundName))
Patterns = Annotated[dict[PatternName, Weight], weighed(_PATTERNS), Field(min_length=1, max_length=_PATTERNS)]
Backgrounds = Annotated[
    dict[BackgroundName, Weight], weighed(_BACKGROUNDS), Field(min_length=1, max_length=_BACKGROUNDS)
]
Labels = Annotated[tuple[LabelName, ...], AfterValidator(_each_once), Field(min_length=1)]


class Effects(BaseModel):
    """What light and camera do; from each range a value is drawn for every image, or for a share of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shadows: Share = Field(0.7, description="Share of the images in which objects throw shadows.")
    shading_range: ShareRange = Field(
        (0.0, 0.5), description="How much brighter objects are on the side of the light."
    )
    falloff_range: ShareRange = Field(
        (0.0, 0.35), description="How much of the light is lost towards the far side."
    )
    tint_range: ShareRange = Field(
        (0.0, 0.0), description="How far the gains of an object's red, green and blue are from 1."
    )
    brightness_range: GainRange = Field((0.85, 1.15), description="1 leaves the brightness as it is.")
    contrast_range: GainRange = Field((0.85, 1.15), description="1 leaves the contrast as it is.")
    gamma_range: GainRange = Field((1.0, 1.0), description="1 leaves the middle tones as they are.")
    cast_range: ShareRange = Field(
        (0.0, 0.08), description="How far the gains of red, green and blue are from 1."
    )
    vignette_rate: Share = Field(0.2, description="Share of the images that are darker in the corners.")
    vignette_range: ShareRange = Field((0.1, 0.5), description="How much of the light is lost there.")
    blur_rate: Share = Field(1.0, description="Share of the images that may be out of focus.")
    blur_range: DeviationRange = Field(
        (0.0, 1.0), description="Standard deviation of the blur in pixels; below 0.3 there is none."
    )
    motion_rate: Share = Field(0.05, description="Share of the images in which the camera moved.")
    motion_range: DeviationRange = Field((2.0, 6.0), description="How far, in pixels.")
    noise_rate: Share = Field(1.0, description="Share of the images with noise.")
    noise_range: DeviationRange = Field(
        (0.0, 6.0), description="Standard deviation of the noise in levels of 255."
    )
    compression_rate: Share = Field(0.15, description="Share of the images that were compressed before.")
    compression_range: QualityRange = Field((30, 80), description="Quality of that JPEG encoding.")
    lens_rate: Share = Field(0.0, description="Share of the images that a lens bends; labels bend along.")
    lens_range: BendRange = Field(
        (-0.1, 0.1), description="How much larger (a barrel, below 0) or smaller things are in the middle."
    )
    rain_rate: Share = Field(0.0, description="Share of the images in which it rains.")
    rain_range: FewRange = Field((80, 300), description="How many drops fall.")
    dirt_rate: Share = Field(0.0, description="Share of the images with specks on the lens.")
    dirt_range: FewRange = Field((3, 15), description="How many specks.")
