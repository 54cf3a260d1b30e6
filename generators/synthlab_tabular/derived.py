"""Columns that follow from other columns: expressions, and labels by rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    field_validator,
    model_validator,
)

from synthlab.errors import BuildError
from synthlab.expressions import Expression
from synthlab.features import ClassLabel, Feature, Value

from . import normal
from .column import Array, Column, Decimals, Maker, Making, Misfit, Path, Setting, array
from .date_format import Dated
from .formulas import compiled, needed, whole

__all__ = ["ExpressionColumn", "RuleColumn", "value_of"]


class ExpressionColumn(Dated):
    """What an expression over other columns gives."""

    kind: Literal["expression"]
    expression: str = Field(description="For example: income / age if age > 30 else 0")
    round: Decimals | None = Field(
        default=None,
        description="How many decimals of a number are kept; -3 rounds to thousands. Of a time, 0 keeps "
        "whole seconds.",
    )
    classes: list[str] | None = Field(
        default=None, min_length=1, description="The classes that a label of strings can have."
    )

    def expressions(self) -> Iterator[tuple[Path, str]]:
        yield ("expression",), self.expression

    def maker(self, setting: Setting) -> Maker:
        expression = compiled(("expression",), self.expression, setting.types)
        kind = expression.type
        time = pa.types.is_timestamp(kind) and self.round == 0
        if self.round is not None and kind not in (pa.int64(), pa.float64()) and not time:
            raise self._misfit(f"this gives {kind}, which `round` does not fit", "leave out `round`")
        if self.classes is not None and kind != pa.string():
            raise self._misfit(f"this gives {kind}, which `classes` does not fit", "leave out `classes`")
        if kind == pa.null():
            raise self._misfit("this is always None")
        return self.written(_Evaluated(self.name, self._feature(kind), expression, self.round))

    def _feature(self, kind: pa.DataType) -> Feature:
        if self.classes is not None:
            return ClassLabel(tuple(self.classes))
        if pa.types.is_timestamp(kind) and self.round == 0:
            return Value("timestamp[s]")
        if not self.label:
            return value_of(kind)
        if kind == pa.string():
            raise self._misfit(
                "a label of strings needs the list of its classes",
                "add classes: [a, b], or use kind: rule",
            )
        return ClassLabel(("false", "true")) if kind == pa.bool_() else Value(str(kind))

    def _misfit(self, message: str, hint: str = "") -> Misfit:
        return whole(("expression",), self.expression, message, hint)

    @field_validator("classes")
    @classmethod
    def _differ(cls, classes: list[str] | None) -> list[str] | None:
        if classes and len(set(classes)) != len(classes):
            raise ValueError("classes must differ")
        return classes


def value_of(kind: pa.DataType) -> Value:
    """Return the feature of plain values of an Arrow type."""
    return Value({"double": "float64", "date32[day]": "date32"}.get(str(kind), str(kind)))


@dataclass(frozen=True)
class _Evaluated:
    name: str
    feature: Feature
    expression: Expression
    decimals: int | None

    @property
    def value_type(self) -> pa.DataType:
        seconds = self.decimals == 0 and pa.types.is_timestamp(self.expression.type)
        return pa.timestamp("s") if seconds else self.expression.type

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return self.feature.names if isinstance(self.feature, ClassLabel) else None

    def make(self, making: Making) -> Array:
        values = self.expression.evaluate(making.columns, len(making.rows))
        if pa.types.is_timestamp(self.value_type):
            return values.cast(self.value_type, safe=False)
        if self.decimals is not None:
            values = _rounded(values, self.decimals)
        if isinstance(self.feature, ClassLabel) and values.type == pa.string():
            known = pc.is_in(values, value_set=array(self.feature.names))
            strange = values.filter(pc.and_(pc.invert(known), pc.is_valid(values)))
            if len(strange):
                raise BuildError(
                    f"column {self.name!r} gave {strange[0].as_py()!r}, which is none of its "
                    f"classes: {', '.join(self.feature.names)}"
                )
        return values


Outcome = StrictBool | StrictInt | StrictFloat | StrictStr


class Case(BaseModel):
    """What a row gets when a condition holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: str = Field(description="A condition, for example: age > 60 and plan == 'basic'")
    then: Outcome


class RuleColumn(Column):
    """What the first case gives whose condition holds; a condition that is null does not hold."""

    kind: Literal["rule"]
    cases: list[Case] = Field(min_length=1)
    otherwise: Outcome

    def expressions(self) -> Iterator[tuple[Path, str]]:
        for index, case in enumerate(self.cases):
            yield ("cases", index, "when"), case.when

    @property
    def outcomes(self) -> list[bool | int | float | str]:
        """The values that occur, `otherwise` first: so that of two classes, the rule's is 1."""
        return list(dict.fromkeys([self.otherwise, *(case.then for case in self.cases)]))

    def maker(self, setting: Setting) -> Maker:
        conditions = []
        for path, source in self.expressions():
            conditions.append(
                needed(path, source, setting.types, (pa.bool_(),), "a condition is true or false")
            )
        outcomes = array(self.outcomes)
        places = tuple(self.outcomes.index(case.then) for case in self.cases)
        return _Ruled(self._feature(outcomes.type), tuple(conditions), places, outcomes)

    def _feature(self, kind: pa.DataType) -> Feature:
        if not self.label or kind == pa.float64():
            return Value("float64" if kind == pa.float64() else str(kind))
        return ClassLabel(tuple(_written(outcome) for outcome in self.outcomes))

    @model_validator(mode="after")
    def _of_one_type(self) -> Self:
        kinds = {type(outcome) for outcome in (self.otherwise, *(case.then for case in self.cases))}
        if len(kinds) > 1 and kinds != {int, float}:
            found = ", ".join(sorted(kind.__name__ for kind in kinds))
            raise ValueError(f"`then` and `otherwise` must be of one type, not {found}")
        return self


@dataclass(frozen=True)
class _Ruled:
    feature: Feature
    conditions: tuple[Expression, ...]
    places: tuple[int, ...]
    values: Array

    @property
    def value_type(self) -> pa.DataType:
        kind: pa.DataType = self.values.type
        return kind

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return tuple(_written(value) for value in self.values.to_pylist())

    def make(self, making: Making) -> Array:
        length = len(making.rows)
        place = array(np.zeros(length, dtype=np.int32))
        for condition, then in zip(reversed(self.conditions), reversed(self.places), strict=True):
            holds = condition.evaluate(making.columns, length).fill_null(False)
            place = pc.if_else(holds, pa.scalar(then, pa.int32()), place)
        return pa.DictionaryArray.from_arrays(place, self.values)


def _rounded(values: Array, decimals: int) -> Array:
    missing = values.is_null().to_numpy(zero_copy_only=False)
    numbers = values.fill_null(0).to_numpy(zero_copy_only=False)
    result = normal.round_to(numbers, decimals).astype(numbers.dtype)
    return array(result, mask=missing if missing.any() else None)


def _written(outcome: bool | float | str) -> str:
    return str(outcome).lower() if isinstance(outcome, bool) else str(outcome)
