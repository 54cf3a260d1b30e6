"""What light and camera do to documents and lines, where a schema does not say otherwise."""

from __future__ import annotations

from pydantic import Field

from ..options import DeviationRange, Effects, QualityRange, Share

__all__ = ["DocumentEffects", "LineEffects"]


def _told(name: str) -> str | None:
    return Effects.model_fields[name].description


class DocumentEffects(Effects):
    """A camera that is held by hand over paper: a little noise and blur, and always a shadow."""

    shadows: Share = Field(1.0, description=_told("shadows"))
    noise_range: DeviationRange = Field((0.0, 4.0), description=_told("noise_range"))
    blur_range: DeviationRange = Field((0.0, 0.8), description=_told("blur_range"))
    compression_range: QualityRange = Field((45, 85), description=_told("compression_range"))


class LineEffects(Effects):
    """Lines are small: more noise, and less motion."""

    blur_range: DeviationRange = Field((0.0, 0.9), description=_told("blur_range"))
    noise_range: DeviationRange = Field((0.0, 8.0), description=_told("noise_range"))
    motion_rate: Share = Field(0.03, description=_told("motion_rate"))
    motion_range: DeviationRange = Field((1.0, 2.5), description=_told("motion_range"))
