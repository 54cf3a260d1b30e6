"""The types of the options that need more than a number."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

__all__ = [
    "Classes",
    "CountRange",
    "Effects",
    "PatternName",
    "Patterns",
    "ShapeName",
    "Share",
    "SizeRange",
    "TurnRange",
]

ShapeName = Literal[
    "circle", "ellipse", "triangle", "square", "rectangle", "pentagon", "hexagon",
    "star", "ring", "cross", "heart", "crescent", "drop", "arrow",
]  # fmt: skip
PatternName = Literal["plain", "linear", "radial", "stripes", "checks", "noise"]
_MOST_NAMES = len(get_args(ShapeName))

N = TypeVar("N", int, float)


def _in_order(pair: tuple[N, N]) -> tuple[N, N]:
    if pair[0] > pair[1]:
        raise ValueError(f"a range goes from low to high, but {pair[0]} is above {pair[1]}")
    return pair


def _weighed(value: object) -> object:
    """Take a list of names as names of equal weight; whether they are known is checked with the keys."""
    if not isinstance(value, (list, tuple)):
        return value
    if len(value) > _MOST_NAMES:
        raise ValueError(f"the list has {len(value)} names; at most {_MOST_NAMES} are known")
    if not all(isinstance(name, str) for name in value):
        raise ValueError("the list must hold names alone")
    weights = dict.fromkeys(value, 1.0)
    if len(weights) < len(value):
        twice = next(name for place, name in enumerate(value) if name in value[:place])
        raise ValueError(f"{twice!r} is listed twice; give it a weight instead")
    return weights


InOrder = AfterValidator(_in_order)
Weight = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Size = Annotated[float, Field(gt=0, le=2)]
Gain = Annotated[float, Field(ge=0.2, le=3)]
Deviation = Annotated[float, Field(ge=0, le=50)]
Degrees = Annotated[float, Field(ge=-360, le=360)]
Count = Annotated[int, Field(ge=0, le=200)]

ShareRange = Annotated[tuple[Share, Share], InOrder]
GainRange = Annotated[tuple[Gain, Gain], InOrder]
DeviationRange = Annotated[tuple[Deviation, Deviation], InOrder]
SizeRange = Annotated[tuple[Size, Size], InOrder]
TurnRange = Annotated[tuple[Degrees, Degrees], InOrder]
CountRange = Annotated[tuple[Count, Count], InOrder]

Classes = Annotated[
    dict[ShapeName, Weight],
    BeforeValidator(
        _weighed,
        json_schema_input_type=list[ShapeName] | dict[ShapeName, Weight],
    ),
    Field(min_length=1, max_length=len(get_args(ShapeName))),
]
Patterns = Annotated[
    dict[PatternName, Weight],
    BeforeValidator(
        _weighed,
        json_schema_input_type=list[PatternName] | dict[PatternName, Weight],
    ),
    Field(min_length=1, max_length=len(get_args(PatternName))),
]


class Effects(BaseModel):
    """What light and camera do; from each range a value is drawn for every image."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shadows: Share = Field(0.7, description="Share of the images in which objects throw shadows.")
    shading_range: ShareRange = Field(
        (0.0, 0.5), description="How much brighter objects are on the side of the light."
    )
    falloff_range: ShareRange = Field(
        (0.0, 0.35), description="How much of the light is lost towards the far side."
    )
    brightness_range: GainRange = Field((0.85, 1.15), description="1 leaves the brightness as it is.")
    contrast_range: GainRange = Field((0.85, 1.15), description="1 leaves the contrast as it is.")
    cast_range: ShareRange = Field(
        (0.0, 0.08), description="How far the gains of red, green and blue are from 1."
    )
    blur_range: DeviationRange = Field(
        (0.0, 1.0), description="Standard deviation of the blur in pixels; below 0.3 there is none."
    )
    noise_range: DeviationRange = Field(
        (0.0, 6.0), description="Standard deviation of the noise in levels of 255."
    )
