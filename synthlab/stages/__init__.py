"""What can be done to the rows of any generator, each a top-level key of the schema file.

Stages are applied in the order of `STAGES`, whatever the order in the file, each with streams of its own.
"""

from __future__ import annotations

from .base import Stage
from .label_noise import LabelNoise
from .missing import Missing
from .splits import Splits

__all__ = ["STAGES", "LabelNoise", "Missing", "Splits", "Stage"]

_ORDER: tuple[type[Stage], ...] = (Splits, LabelNoise, Missing)

STAGES: dict[str, type[Stage]] = {stage.key: stage for stage in _ORDER}
