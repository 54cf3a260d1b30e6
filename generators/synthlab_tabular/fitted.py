"""Columns drawn from a fitted model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
from pydantic import Field

from synthlab.errors import did_you_mean
from synthlab.features import ClassLabel, Feature
from synthlab.generator import OptionProblem

from .column import Array, Conditional, Maker, Making, Marginal, Misfit, Setting
from .date_format import Dated
from .marginal import CategoryValues
from .relations import Tie, tie_of

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
        if not isinstance(model, Conditional) or not model.needs:
            return self.written(_FromModel(feature, source, marginal))
        tie = None if model.series is None else tie_of(setting, model.series, (path,), together=True)
        return self.written(_FromModel(feature, source, marginal, model, tie))


@dataclass(frozen=True)
class _FromModel:
    feature: Feature
    source: str
    marginal: Marginal
    model: Conditional | None = None
    """The model, where it depends on other columns."""
    tie: Tie | None = None

    @property
    def value_type(self) -> pa.DataType:
        return self.marginal.value_type

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return self.feature.names if isinstance(self.feature, ClassLabel) else None

    def make(self, making: Making) -> Array:
        return self.marginal.draw(self._latent(making)[self.source], making.rows)

    def _latent(self, making: Making) -> Mapping[str, Array]:
        model, tie = self.model, self.tie
        if model is None:
            return making.latent
        return making.once(
            ("model",),
            lambda: model.latent_after(
                making.rows, making.columns, None if tie is None else tie.family(making)
            ),
        )
