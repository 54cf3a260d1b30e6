"""Columns of one of a few values."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

import numpy as np
import pyarrow as pa
from pydantic import BeforeValidator, Field, PlainSerializer, StrictInt, field_validator

from synthlab.features import ClassLabel, Feature, Value
from synthlab.rows import Stream

from .column import Array, array
from .drawn import Drawn, Given
from .keys import Line
from .parameters import Share

__all__ = ["Bernoulli", "Categorical", "ClassFirst", "Values"]


class Bernoulli(Drawn):
    """True with probability `p`, otherwise False."""

    kind: Literal["bernoulli"]
    p: Share = Field(description="The probability of True.")

    @property
    def feature(self) -> Feature:
        return ClassLabel(("false", "true")) if self.label else Value("bool")

    @property
    def value_type(self) -> pa.DataType:
        return pa.bool_()

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return ("false", "true")

    def draw(self, chance: Stream, given: Given) -> Array:
        # From the upper end, so that True comes with much of it.
        return array(chance.uniform() >= 1 - np.asarray(given.get("p", self.p), dtype=np.float64))


def _weighted(values: object) -> object:
    """Return the mapping from values to weights that was meant.

    The keys of a schema file are text, so keys that are all whole numbers are taken for such; a list says
    what it means. Pairs are how the options are stored: a JSON object would turn 1 into "1".
    """
    if isinstance(values, dict):
        if all(isinstance(key, str) and _WHOLE.fullmatch(key) for key in values):
            return {int(key): weight for key, weight in values.items()}
        return values
    if not isinstance(values, list):
        return values
    pairs = [tuple(v) if isinstance(v, list) and len(v) == 2 else (v, 1.0) for v in values]
    if any(not isinstance(value, (str, int)) or isinstance(value, bool) for value, _ in pairs):
        raise ValueError("values are strings or whole numbers")
    if len({value for value, _ in pairs}) != len(pairs):
        raise ValueError("values must differ")
    return dict(pairs)


# Without a leading zero: 01067 is a post code.
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
Category = Line | StrictInt
Weight = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]

Values = Annotated[
    dict[Category, Weight],
    BeforeValidator(_weighted, json_schema_input_type=dict[Category, Weight] | list[Category]),
    PlainSerializer(lambda values: [list(pair) for pair in values.items()]),
    Field(
        min_length=1,
        description="The values, each as likely: [basic, plus]; "
        "or each with its weight: {basic: 3, plus: 1}.",
    ),
]


class _OneOf(Drawn):
    values: Values

    @property
    def feature(self) -> Feature:
        if self.label:
            return ClassLabel(tuple(str(value) for value in self.values))
        return Value("string" if self.value_type == pa.string() else "int64")

    @property
    def value_type(self) -> pa.DataType:
        return pa.string() if isinstance(next(iter(self.values)), str) else pa.int64()

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return tuple(str(value) for value in self.values)

    def _taken(self, index: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Array:
        return pa.DictionaryArray.from_arrays(array(index.astype(np.int32)), array(list(self.values)))

    @field_validator("values")
    @classmethod
    def _of_one_type(cls, values: dict[str | int, float]) -> dict[str | int, float]:
        if len({type(value) for value in values}) != 1:
            raise ValueError("values must be all strings or all whole numbers; put strings in quotes")
        if not any(values.values()):
            raise ValueError("not all weights can be 0")
        if any(isinstance(value, int) and not -(2**63) <= value < 2**63 for value in values):
            raise ValueError("whole numbers must fit in 64 bits")
        return values


class Categorical(_OneOf):
    """One of a few values."""

    kind: Literal["categorical"]

    def draw(self, chance: Stream, given: Given) -> Array:
        return self._taken(chance.choice(tuple(self.values.values())))


class ClassFirst(_OneOf):
    """A label that is drawn before what follows from it, with exact counts in every 1,000 rows.

    Other columns depend on it by `by:` or by an expression.
    """

    rising: ClassVar[bool] = False
    kind: Literal["class_first"]
    label: bool = Field(default=True, description="Whether a model is to learn this column.")

    def draw(self, chance: Stream, given: Given) -> Array:
        return self._taken(chance.quotas(tuple(self.values.values())))
