"""The kinds of columns that a schema can declare, each drawn from a random stream of its own."""

from __future__ import annotations

import datetime
import math
import re
from functools import cached_property
from typing import Annotated, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import (
    BeforeValidator,
    Field,
    NaiveDatetime,
    PlainSerializer,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    field_validator,
    model_validator,
)

from synthlab.errors import BuildError
from synthlab.features import ClassLabel, Feature, Value
from synthlab.rows import Stream

from . import normal
from .column import Array, Column, Decimals, Floats, Maker, Making, Setting, array

__all__ = [
    "Bernoulli",
    "Categorical",
    "Constant",
    "Date",
    "Datetime",
    "Normal",
    "RowSequence",
    "Uniform",
    "rounded",
]

# Far from where sums of them overflow.
Number = Annotated[float, Field(ge=-1e100, le=1e100, allow_inf_nan=False)]
Integer = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Line = Annotated[StrictStr, Field(max_length=4096)]


class Drawn(Column):
    """A column that depends on chance alone; it makes its values itself."""

    @property
    def feature(self) -> Feature:
        """What the column is."""
        raise NotImplementedError

    @property
    def value_type(self) -> pa.DataType:
        """What expressions see."""
        return self.feature.arrow

    def draw(self, stream: Stream) -> Array:
        """Return a value for each row of the stream."""
        raise NotImplementedError

    def make(self, making: Making) -> Array:
        """Return a value for each row."""
        return self.draw(making.rows.stream("column", self.name))

    def maker(self, setting: Setting) -> Maker:
        return self


class Constant(Drawn):
    """The same value in every row."""

    kind: Literal["constant"]
    value: StrictBool | StrictInt | Annotated[StrictFloat, Field(allow_inf_nan=False)] | Line

    @property
    def feature(self) -> Feature:
        return Value(str(pa.scalar(self.value).type).replace("double", "float64"))

    def draw(self, stream: Stream) -> Array:
        return array([self.value]).take(array(np.zeros(len(stream), dtype=np.int64)))

    @field_validator("value")
    @classmethod
    def _fits(cls, value: bool | float | str) -> bool | float | str:
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise ValueError("whole numbers must fit in 64 bits")
        return value


class RowSequence(Drawn):
    """Numbers that count the rows: `start`, `start + step`, ..."""

    kind: Literal["sequence"]
    start: Integer = 1
    step: Integer = Field(default=1, description="The difference between two rows.")

    @property
    def feature(self) -> Feature:
        return Value("int64")

    def make(self, making: Making) -> Array:
        rows = making.rows
        ends = (self.start + self.step * row for row in (rows.start, rows.stop))
        if not all(-(2**63) <= end < 2**63 for end in ends):
            raise BuildError(f"column {self.name!r}: row {rows.stop} is beyond 64-bit numbers")
        return array(self.start + self.step * rows.numbers)

    @field_validator("step")
    @classmethod
    def _moves(cls, step: int) -> int:
        if step == 0:
            raise ValueError("a step of 0 never moves; use `kind: constant`")
        return step


class _Numeric(Drawn):
    """Numbers between bounds, in cells of a size that `type` and `round` say."""

    type: Literal["number", "integer"] = Field(default="number", description="`integer` gives whole numbers.")
    round: Decimals | None = Field(
        default=None, description="How many decimals are kept; -3 rounds to thousands."
    )

    @property
    def feature(self) -> Feature:
        return Value("int64" if self.type == "integer" else "float64")

    @property
    def decimals(self) -> int | None:
        """How many decimals are kept; None for all."""
        return 0 if self.type == "integer" and self.round is None else self.round

    def bounds(self) -> tuple[float, float]:
        """The least and the greatest value."""
        raise NotImplementedError

    def _array(self, values: Floats) -> Array:
        values = rounded(values, self.decimals, *self.bounds())
        return array(values.astype(np.int64) if self.type == "integer" else values)

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        low, high = self.bounds()
        if not low < high:
            raise ValueError(f"low ({low:g}) must be less than high ({high:g})")
        if self.type == "integer":
            if self.round is not None and self.round > 0:
                raise ValueError("an integer has no decimals to round to; leave out `round`")
            if not all(math.isinf(end) or abs(end) < 2**53 for end in (low, high)):
                raise ValueError("the bounds of integers must be below 2**53")
        least, greatest = normal.inner_bounds(low, high, self.decimals)
        if least > greatest:
            raise ValueError(f"no value with {self.decimals} decimals lies between {low:g} and {high:g}")
        return self


class Uniform(_Numeric):
    """Numbers between `low` and `high`, all as likely; of integers, both ends belong to them."""

    kind: Literal["uniform"]
    low: Number
    high: Number

    def bounds(self) -> tuple[float, float]:
        return self.low, self.high

    def draw(self, stream: Stream) -> Array:
        if self.type == "number":
            return self._array(stream.uniform(self.low, self.high))
        size = 10 ** -(self.round or 0)
        first, last = math.ceil(self.low / size), math.floor(self.high / size)
        return array(stream.integers(first, last + 1) * size)


class Normal(_Numeric):
    """Normally distributed numbers; with `low` or `high`, of the distribution between them."""

    kind: Literal["normal"]
    mean: Number
    std: float = Field(gt=0, le=1e100, allow_inf_nan=False, description="The standard deviation.")
    low: Number | None = None
    high: Number | None = None

    def bounds(self) -> tuple[float, float]:
        return (
            -math.inf if self.low is None else self.low,
            math.inf if self.high is None else self.high,
        )

    @cached_property
    def _shares(self) -> tuple[float, float]:
        """The shares of the whole distribution below `low` and below `high`."""
        low, high = ((bound - self.mean) / self.std for bound in self.bounds())
        return normal.cdf(low), normal.cdf(high)

    def draw(self, stream: Stream) -> Array:
        below, above = self._shares
        p = below + (above - below) * stream.probabilities()
        return self._array(self.mean + self.std * normal.ppf(p))

    @model_validator(mode="after")
    def _has_probability(self) -> Self:
        below, above = self._shares
        if above - below < 1e-9:
            low, high = self.bounds()
            raise ValueError(f"almost none of this distribution lies between {low:g} and {high:g}")
        if self.type == "integer" and abs(self.mean) + 10 * self.std >= 2**53:
            raise ValueError("integers must stay below 2**53")
        return self


class Bernoulli(Drawn):
    """True with a probability, otherwise False."""

    kind: Literal["bernoulli"]
    probability: float = Field(ge=0, le=1)

    @property
    def feature(self) -> Feature:
        return ClassLabel(("false", "true")) if self.label else Value("bool")

    @property
    def value_type(self) -> pa.DataType:
        return pa.bool_()

    def draw(self, stream: Stream) -> Array:
        return array(stream.bernoulli(self.probability))


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


class Categorical(Drawn):
    """One of a few values."""

    kind: Literal["categorical"]
    values: Annotated[
        dict[Category, Weight],
        BeforeValidator(_weighted, json_schema_input_type=dict[Category, Weight] | list[Category]),
        PlainSerializer(lambda values: [list(pair) for pair in values.items()]),
        Field(
            min_length=1,
            description="The values, each as likely: [basic, plus]; "
            "or each with its weight: {basic: 3, plus: 1}.",
        ),
    ]

    @property
    def feature(self) -> Feature:
        if self.label:
            return ClassLabel(tuple(str(value) for value in self.values))
        return Value("string" if self.value_type == pa.string() else "int64")

    @property
    def value_type(self) -> pa.DataType:
        return pa.string() if isinstance(next(iter(self.values)), str) else pa.int64()

    def draw(self, stream: Stream) -> Array:
        index = stream.choice(tuple(self.values.values()))
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


def _text_only(value: object) -> object:
    """Refuse numbers, which would be read as seconds since 1970."""
    if not isinstance(value, (str, datetime.date)):
        raise ValueError("write it as text, such as 2024-01-31")
    return value


Day = Annotated[datetime.date, BeforeValidator(_text_only, json_schema_input_type=datetime.date)]
Moment = Annotated[NaiveDatetime, BeforeValidator(_text_only, json_schema_input_type=datetime.datetime)]


class Date(Drawn):
    """Days from `low` to `high`, both included, all as likely."""

    kind: Literal["date"]
    low: Day
    high: Day

    @property
    def feature(self) -> Feature:
        return Value("date32")

    def draw(self, stream: Stream) -> Array:
        days = stream.integers(_days(self.low), _days(self.high) + 1)
        return array(days.astype(np.int32)).cast(pa.date32())

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low ({self.low}) must not be after high ({self.high})")
        return self


class Datetime(Drawn):
    """Seconds from `low` to before `high`, all as likely."""

    kind: Literal["datetime"]
    low: Moment
    high: Moment

    @property
    def feature(self) -> Feature:
        return Value("timestamp[s]")

    def draw(self, stream: Stream) -> Array:
        return array(stream.integers(_seconds(self.low), _seconds(self.high))).cast(pa.timestamp("s"))

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if _seconds(self.low) >= _seconds(self.high):
            raise ValueError(f"low ({self.low}) must be before high ({self.high})")
        return self


def rounded(values: Floats, decimals: int | None, low: float, high: float) -> Floats:
    """Return values to so many decimals, none of them outside the bounds."""
    if decimals is not None:
        values = normal.round_to(values, decimals)
        low, high = normal.inner_bounds(low, high, decimals)
    return np.clip(values, low, high)


def _days(day: datetime.date) -> int:
    return (day - datetime.date(1970, 1, 1)).days


def _seconds(time: datetime.datetime) -> int:
    start = datetime.datetime(1970, 1, 1)  # noqa: DTZ001  all times here are without a zone
    return (time - start) // datetime.timedelta(seconds=1)
