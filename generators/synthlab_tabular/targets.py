"""Labels by a threshold on a score, and numbers to predict."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, model_validator

from synthlab.errors import BuildError
from synthlab.expressions import Expression
from synthlab.features import ClassLabel, Feature, Value

from .column import Array, Column, Decimals, Floats, Maker, Making, Path, Setting, array
from .formulas import needed
from .labels import FLOAT, NUMBER, NUMBERS, Name, Share, present, score_of
from .normal import round_to
from .parameters import Number
from .pilot import Pilot
from .separation import DIGITS

__all__ = ["Regression", "Threshold"]


class _Target(Column):
    label: bool = Field(default=True, description="Whether a model is to learn this column.")
    score: str = Field(min_length=1, description="An expression over other columns.")

    def expressions(self) -> Iterator[tuple[Path, str]]:
        yield ("score",), self.score

    def _score(self, setting: Setting) -> Expression:
        return needed(("score",), self.score, setting.types, NUMBERS, "a score is a number")


class Threshold(_Target):
    """The class whose range a score lies in, `std` of noise added; classes rise with the score."""

    kind: Literal["threshold"]
    classes: list[Name] = Field(min_length=2, max_length=200, description="From low scores to high ones.")
    std: float = Field(default=0.0, ge=0, le=1e100, description="The noise on the score; 0 for none.")
    thresholds: list[Number] | None = Field(
        default=None, description="Where each class but the first begins, one less than classes."
    )
    prevalence: dict[str, Share] | None = Field(
        default=None, description="In place of thresholds: the share of rows of each class."
    )

    def maker(self, setting: Setting) -> Maker:
        assert setting.pilot is not None
        return _Threshold(self, self._score(setting), setting.pilot)

    @model_validator(mode="after")
    def _borders_fit(self) -> Self:
        if len(set(self.classes)) != len(self.classes):
            raise ValueError("classes must differ")
        if (self.thresholds is None) == (self.prevalence is None):
            raise ValueError("give either `thresholds` or `prevalence`")
        if self.thresholds is not None:
            if len(self.thresholds) != len(self.classes) - 1:
                raise ValueError(f"{len(self.classes)} classes need {len(self.classes) - 1} thresholds")
            if any(b <= a for a, b in zip(self.thresholds, self.thresholds[1:], strict=False)):
                raise ValueError("thresholds must rise")
        if self.prevalence is not None:
            if set(self.prevalence) != set(self.classes):
                raise ValueError(f"prevalence needs a share for each of {', '.join(self.classes)}")
            if abs(math.fsum(self.prevalence.values()) - 1) > 1e-6:
                raise ValueError(f"the shares add up to {math.fsum(self.prevalence.values()):g}, not to 1")
        return self


@dataclass(frozen=True)
class _Threshold:
    column: Threshold
    score: Expression
    pilot: Pilot

    @property
    def feature(self) -> Feature:
        return ClassLabel(tuple(self.column.classes)) if self.column.label else Value("string")

    @property
    def value_type(self) -> pa.DataType:
        return pa.string()

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return tuple(self.column.classes)

    @cached_property
    def borders(self) -> Floats:
        if self.column.thresholds is not None:
            return np.array(self.column.thresholds)
        making = self.pilot.making
        self.pilot.columns(self.score.names)
        scores, missing = self._scores(making)
        scores = np.sort(present(scores, missing, self.column.name))
        below = np.cumsum([(self.column.prevalence or {})[name] for name in self.column.classes])[:-1]
        places = np.clip(below * len(scores), 0, len(scores) - 1).astype(np.int64)
        borders = np.array([round(float(score), DIGITS) for score in scores[places]])
        if np.abs(np.searchsorted(scores, borders) / len(scores) - below).max() > 0.002:
            message = f"column {self.column.name!r}: these shares are not reached: the score takes few values"
            raise BuildError(f"{message}; give std: to add noise to it, or `thresholds`")
        return borders

    def _scores(self, making: Making) -> tuple[Floats, Any]:
        scores, missing = score_of(self.score, making.columns, len(making.rows))
        if self.column.std:
            scores = scores + self.column.std * making.chance(self.column.name).normal()
        return scores, missing

    def make(self, making: Making) -> Array:
        scores, missing = self._scores(making)
        index = np.searchsorted(self.borders, scores, side="right").astype(np.int32)
        indices = array(index, mask=missing if missing.any() else None)
        return pa.DictionaryArray.from_arrays(indices, array(self.column.classes))


class Expected(Column):
    """What a number to predict is without its noise; it comes with the number."""

    score: str
    truth: bool = True

    def expressions(self) -> Iterator[tuple[Path, str]]:
        yield ("score",), self.score

    def maker(self, setting: Setting) -> Maker:
        return _Expected(needed(("score",), self.score, setting.types, NUMBERS, "a score is a number"))


@dataclass(frozen=True)
class _Expected:
    score: Expression
    feature: Feature = NUMBER
    value_type: pa.DataType = FLOAT
    outcomes: tuple[str, ...] | None = None

    def make(self, making: Making) -> Array:
        scores, missing = score_of(self.score, making.columns, len(making.rows))
        return array(scores, mask=missing if missing.any() else None)


class Regression(_Target):
    """A number to predict: the score with normal noise, of `std`, or of what leaves the share `r2` of
    the variance to the score."""

    kind: Literal["regression"]
    std: Annotated[float, Field(ge=0, le=1e100)] | None = Field(default=None, description="The noise.")
    r2: Share | None = Field(default=None, description="The best coefficient of determination.")
    round: Decimals | None = Field(default=None, description="How many decimals are kept.")
    keep_expected: bool = Field(
        default=True, description="Whether the number without its noise stands beside it."
    )

    def companions(self) -> Iterator[Column]:
        if self.keep_expected:
            yield Expected(name=f"{self.name}_expected", score=self.score, hidden=self.hidden)

    def maker(self, setting: Setting) -> Maker:
        assert setting.pilot is not None
        return _Regression(self, self._score(setting), setting.pilot)

    @model_validator(mode="after")
    def _one_noise(self) -> Self:
        if (self.std is None) == (self.r2 is None):
            raise ValueError("give either `std` or `r2`")
        return self


@dataclass(frozen=True)
class _Regression:
    column: Regression
    score: Expression
    pilot: Pilot
    feature: Feature = NUMBER
    value_type: pa.DataType = FLOAT
    outcomes: tuple[str, ...] | None = None

    @cached_property
    def std(self) -> float:
        if self.column.r2 is None:
            return self.column.std or 0.0
        rows = self.pilot.making.rows
        scores, missing = score_of(self.score, self.pilot.columns(self.score.names), len(rows))
        variance = float(present(scores, missing, self.column.name).var())
        if variance == 0:
            message = f"column {self.column.name!r}: no r2 is reached: the score is the same in all rows"
            raise BuildError(f"{message}; give std: in place of r2")
        return float(f"{math.sqrt(variance * (1 - self.column.r2) / self.column.r2):.9g}")

    def make(self, making: Making) -> Array:
        scores, missing = score_of(self.score, making.columns, len(making.rows))
        values = scores + self.std * making.chance(self.column.name).normal()
        if self.column.round is not None:
            values = round_to(values, self.column.round)
        return array(values, mask=missing if missing.any() else None)
