"""Columns drawn from a fitted model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
from pydantic import Field

from synthlab.errors import did_you_mean
from synthlab.features import ClassLabel, Feature
from synthlab.generator import OptionProblem

from .column import Array, Maker, Making, Marginal, Misfit, Setting
from .date_format import Dated
from .marginal import CategoryValues

__all__ = ["FittedColumn"]


class FittedColumn(Dated):
    """A column of the fitted model, with what ties it to the model's other columns."""

    kind: Literal["fitted"]
    of: str | None = Field(
        default=None, description="The column of the model, when it has another name there."
    )

    def maker(self, setting: Setting) -> Maker:
        path = "name" if self.of is None else "of"
        source = self.of or self.name
        model = setting.model
        if model is None:
            hint = "add `model:`, or choose another kind"
            raise Misfit(OptionProblem(("kind",), "there is no model to draw this column from", hint))
        if source not in model.marginals:
            known = list(model.marginals)
            hint = did_you_mean(source, known).strip() or f"it has {', '.join(known[:12])}"
            raise Misfit(OptionProblem((path,), f"the model has no column {source!r}", hint))
        marginal = model.marginals[source]
        feature = marginal.feature
        if self.label and isinstance(marginal, CategoryValues):
            feature = ClassLabel(marginal.names)
        return self.written(_FromModel(feature, source, marginal))


@dataclass(frozen=True)
class _FromModel:
    feature: Feature
    source: str
    marginal: Marginal

    @property
    def value_type(self) -> pa.DataType:
        return self.marginal.value_type

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return self.feature.names if isinstance(self.feature, ClassLabel) else None

    def make(self, making: Making) -> Array:
        return self.marginal.draw(making.latent[self.source], making.rows)
