"""Labels by models: what a model is to learn, with the probability that it could know at best."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, StrictStr, field_validator, model_validator

from synthlab.errors import BuildError
from synthlab.expressions import Expression
from synthlab.features import ClassLabel, Feature, Value
from synthlab.portable import exp

from .column import Array, Column, Floats, Maker, Making, Path, Setting, array
from .formulas import needed
from .pilot import Pilot
from .separation import intercept_for, separation_for, sigmoid, softmax_intercepts

__all__ = [
    "FLOAT",
    "NUMBER",
    "NUMBERS",
    "Logistic",
    "Name",
    "Probability",
    "Share",
    "Softmax",
    "present",
    "score_of",
]

NUMBERS = (pa.int64(), pa.float64())
NUMBER = Value("float64")
FLOAT = NUMBER.arrow
Name = Annotated[StrictStr, Field(min_length=1, max_length=200)]
Share = Annotated[float, Field(gt=0, lt=1)]
FURTHEST = 700.0


class Probability(Column):
    """The probability that a label was drawn with; it comes with the label."""

    of: str
    number: int
    truth: bool = True

    def reads(self) -> Iterator[tuple[Path, str]]:
        yield (), self.of

    def maker(self, setting: Setting) -> Maker:
        return _Told(self.of, self.number)


@dataclass(frozen=True)
class _Told:
    of: str
    number: int
    feature: Feature = NUMBER
    value_type: pa.DataType = FLOAT
    outcomes: tuple[str, ...] | None = None

    def make(self, making: Making) -> Array:
        # The label has been made before.
        probabilities, missing = making.once(("probabilities", self.of), _unmade)
        return array(probabilities[self.number], mask=missing if missing.any() else None)


def _unmade() -> Any:
    raise AssertionError("a label tells its probabilities when it is made")


class _Scored(Column):
    label: bool = Field(default=True, description="Whether a model is to learn this column.")
    keep_probability: bool = Field(
        default=True,
        description="Whether the probability that the label was drawn with stands beside it.",
    )


class Logistic(_Scored):
    """One of two classes, the second with probability `sigmoid(intercept + class_sep * score)`.

    With `prevalence` the intercept is solved for, with `auc` the separation too: the area under the ROC
    curve that the true probability reaches, so that no model can do better but by luck.
    """

    kind: Literal["logistic"]
    score: str = Field(min_length=1, description="An expression: 0.04 * (age - 40) + log(income / 30000)")
    classes: Annotated[list[Name], Field(min_length=2, max_length=2)] = Field(
        default=["false", "true"], description="The class of low scores, then that of high ones."
    )
    prevalence: Share | None = Field(default=None, description="The share of rows of the second class.")
    class_sep: float | None = Field(
        default=None, ge=-1e6, le=1e6, description="How far apart the classes are; it multiplies the score."
    )
    auc: float | None = Field(
        default=None,
        gt=0.5,
        lt=0.9999,
        description="The best area under the ROC curve that a model can reach.",
    )

    def companions(self) -> Iterator[Column]:
        if self.keep_probability:
            name = f"{self.name}_probability"
            yield Probability(name=name, of=self.name, number=0, hidden=self.hidden)

    def expressions(self) -> Iterator[tuple[Path, str]]:
        yield ("score",), self.score

    def maker(self, setting: Setting) -> Maker:
        score = needed(("score",), self.score, setting.types, NUMBERS, "a score is a number")
        assert setting.pilot is not None
        return _Logistic(self, score, setting.pilot)

    @field_validator("classes")
    @classmethod
    def _differ(cls, classes: list[str]) -> list[str]:
        if len(set(classes)) != len(classes):
            raise ValueError("classes must differ")
        return classes

    @model_validator(mode="after")
    def _one_separation(self) -> Self:
        if self.auc is not None and self.class_sep is not None:
            raise ValueError("`auc` solves for the separation: give either `auc` or `class_sep`")
        return self


@dataclass(frozen=True)
class _Logistic:
    column: Logistic
    score: Expression
    pilot: Pilot

    @property
    def feature(self) -> Feature:
        return _class_feature(self.column, self.column.classes)

    @property
    def value_type(self) -> pa.DataType:
        return pa.string()

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return tuple(self.column.classes)

    @cached_property
    def line(self) -> tuple[float, float]:
        """The intercept and the slope."""
        column = self.column
        slope = 1.0 if column.class_sep is None else column.class_sep
        if column.prevalence is None and column.auc is None:
            return 0.0, slope
        rows = self.pilot.making.rows
        scores, missing = score_of(self.score, self.pilot.columns(self.score.names), len(rows))
        scores = present(scores, missing, column.name)
        if column.auc is not None:
            try:
                slope = separation_for(scores, column.auc, column.prevalence)
            except ValueError as error:
                hint = "let the score depend on more columns, or ask for less"
                raise BuildError(
                    f"column {column.name!r}: no auc of {column.auc:g} is reached: {error}; {hint}"
                ) from None
        if column.prevalence is None:
            return 0.0, slope
        return intercept_for(slope * scores, column.prevalence), slope

    def make(self, making: Making) -> Array:
        intercept, slope = self.line
        scores, missing = score_of(self.score, making.columns, len(making.rows))
        chance = sigmoid(intercept + slope * scores)
        making.once(("probabilities", self.column.name), lambda: (chance[None, :], missing))
        drawn = making.chance(self.column.name).uniform() >= 1 - chance
        index = array(drawn.astype(np.int32), mask=missing if missing.any() else None)
        return pa.DictionaryArray.from_arrays(index, array(self.column.classes))


class Softmax(_Scored):
    """One of several classes, each with probability in proportion to `exp(class_sep * score)`."""

    kind: Literal["softmax"]
    scores: dict[Name, str] = Field(
        min_length=2, max_length=200, description="For each class an expression; 0 for one to compare with."
    )
    prevalence: dict[str, Share] | None = Field(
        default=None, description="The share of rows of each class; together they make 1."
    )
    class_sep: float = Field(
        default=1.0, ge=-1e6, le=1e6, description="How far apart the classes are; it multiplies the scores."
    )

    def companions(self) -> Iterator[Column]:
        if self.keep_probability:
            for number, name in enumerate(self.scores):
                told = f"{self.name}_probability_{name}"
                yield Probability(name=told, of=self.name, number=number, hidden=self.hidden)

    def expressions(self) -> Iterator[tuple[Path, str]]:
        for name, source in self.scores.items():
            yield ("scores", name), source

    def maker(self, setting: Setting) -> Maker:
        scores = tuple(
            needed(path, source, setting.types, NUMBERS, "a score is a number")
            for path, source in self.expressions()
        )
        assert setting.pilot is not None
        return _Softmax(self, scores, setting.pilot)

    @field_validator("scores", mode="before")
    @classmethod
    def _written(cls, scores: object) -> object:
        """Take plain numbers for expressions."""
        if not isinstance(scores, dict):
            return scores
        plain = (int, float)
        return {
            k: str(v) if isinstance(v, plain) and not isinstance(v, bool) else v for k, v in scores.items()
        }

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        if self.prevalence is not None:
            if set(self.prevalence) != set(self.scores):
                raise ValueError(f"prevalence needs a share for each of {', '.join(self.scores)}")
            if abs(math.fsum(self.prevalence.values()) - 1) > 1e-6:
                raise ValueError(f"the shares add up to {math.fsum(self.prevalence.values()):g}, not to 1")
        return self


@dataclass(frozen=True)
class _Softmax:
    column: Softmax
    scores: tuple[Expression, ...]
    pilot: Pilot

    @property
    def feature(self) -> Feature:
        return _class_feature(self.column, list(self.column.scores))

    @property
    def value_type(self) -> pa.DataType:
        return pa.string()

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return tuple(self.column.scores)

    @cached_property
    def intercepts(self) -> tuple[float, ...]:
        shares = self.column.prevalence
        if shares is None:
            return (0.0,) * len(self.scores)
        names = frozenset().union(*(score.names for score in self.scores))
        columns, rows = self.pilot.columns(names), self.pilot.making.rows
        scores, missing = self._scores(columns, len(rows))
        scores = present(scores, missing, self.column.name)
        try:
            return softmax_intercepts(scores, [shares[name] for name in self.column.scores])
        except ValueError as error:
            message = f"column {self.column.name!r}: these shares of the classes are not reached: {error}"
            raise BuildError(f"{message}; make class_sep smaller") from None

    def _scores(self, columns: Mapping[str, Array], length: int) -> tuple[Floats, Any]:
        made = [score_of(score, columns, length) for score in self.scores]
        missing = np.any([lost for _, lost in made], axis=0)
        return np.stack([values for values, _ in made]) * self.column.class_sep, missing

    def make(self, making: Making) -> Array:
        scores, missing = self._scores(making.columns, len(making.rows))
        scores = scores + np.array(self.intercepts)[:, None]
        weights = exp(scores - scores.max(axis=0))
        # One class after another, so that the sums have the same bits on every machine.
        cumulative = np.add.accumulate(weights, axis=0)
        probabilities = weights / cumulative[-1]
        making.once(("probabilities", self.column.name), lambda: (probabilities, missing))
        point = making.chance(self.column.name).uniform() * cumulative[-1]
        drawn = (point >= cumulative[:-1]).sum(axis=0)
        index = array(drawn.astype(np.int32), mask=missing if missing.any() else None)
        return pa.DictionaryArray.from_arrays(index, array(list(self.column.scores)))


def _class_feature(column: Column, classes: list[str]) -> Feature:
    return ClassLabel(tuple(classes)) if column.label else Value("string")


def present(scores: Floats, missing: Any, name: str) -> Floats:
    """Return the scores that are there, of shape `(..., rows)`; raise BuildError when none is."""
    if missing.all():
        raise BuildError(f"column {name!r}: the score is missing in every row, so nothing can be solved for")
    return scores[..., ~missing]


def score_of(score: Expression, columns: Mapping[str, Array], length: int) -> tuple[Floats, Any]:
    """Return the score of each row, and where it is missing (0 stands there)."""
    values = score.evaluate(columns, length)
    numbers = np.array(values.cast(pa.float64(), safe=False).fill_null(0.0))
    return np.clip(numbers, -1e100, 1e100), np.asarray(values.is_null())
