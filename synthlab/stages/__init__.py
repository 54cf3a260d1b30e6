"""What can be done to the rows of any generator, each a top-level key of the schema file.

Stages are applied in the order of `STAGES`, whatever the order in the file, each with streams of its own.
Splits come first, so that later stages can spare the rows that a model is tested on.
"""

from __future__ import annotations

from .base import Stage
from .label_noise import LabelNoise
from .splits import Splits

__all__ = ["STAGES", "LabelNoise", "Splits", "Stage"]

STAGES: dict[str, type[Stage]] = {
    "splits": Splits,
    "label_noise": LabelNoise,
}
