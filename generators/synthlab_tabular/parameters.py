"""Parameters of distributions: numbers, or expressions that give one for each row."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, BeforeValidator, Field, NaiveDatetime

from synthlab.errors import BuildError
from synthlab.expressions import Expression

from .column import Array, Floats

__all__ = [
    "Anywhere",
    "Count",
    "Day",
    "Limits",
    "Moment",
    "Number",
    "OptionalPlace",
    "Place",
    "Positive",
    "Shape",
    "Share",
    "as_days",
    "evaluate",
    "limits_of",
    "read_day",
]

# Far from where sums of them overflow.
Number = Annotated[float, Field(ge=-1e100, le=1e100, allow_inf_nan=False)]


@dataclass(frozen=True)
class Limits:
    """Which values a parameter may have; `place` says that it lies on the axis of the values, so that of
    a column of dates it is a date."""

    low: float = -1e100
    high: float = 1e100
    above: bool = False
    """Whether `low` itself is not allowed."""
    place: bool = False

    def words(self) -> str:
        """Return the limits for people."""
        if self.low == -1e100:
            return "a number"
        low = f"{'more than' if self.above else 'at least'} {_shown(self.low)}"
        return low if self.high == 1e100 else f"{low} and at most {_shown(self.high)}"

    def outside(self, values: Floats) -> npt.NDArray[np.bool_]:
        """Return which values are not allowed."""
        below = values <= self.low if self.above else values < self.low
        outside: npt.NDArray[np.bool_] = ~np.isfinite(values) | below | (values > self.high)
        return outside


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime.date) else value


Formula = Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=1_000)]
_Positive = Annotated[float, Field(gt=0, le=1e100, allow_inf_nan=False)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Count = Annotated[float, Field(ge=0, le=1e9)]
_Shape = Annotated[float, Field(ge=1e-2, le=1e5)]

Anywhere: TypeAlias = Annotated[Number | Formula, Limits()]
Positive: TypeAlias = Annotated[_Positive | Formula, Limits(0, above=True)]
Share: TypeAlias = Annotated[_Share | Formula, Limits(0, 1)]
Shape: TypeAlias = Annotated[_Shape | Formula, Limits(1e-2, 1e5)]
"""Below, values are too small for floats; above, a distribution is normal to within a thousandth."""
Count: TypeAlias = Annotated[_Count | Formula, Limits(0, 1e6)]
"""How many are expected; as one number it may be more, since a table then serves all rows."""
Place: TypeAlias = Annotated[Number | Formula, Limits(place=True)]
OptionalPlace: TypeAlias = Annotated[Number | Formula | None, Limits(place=True)]


def limits_of(model: type[BaseModel]) -> dict[str, Limits]:
    """Return the parameters of a kind of column, in the order of its fields."""
    return {
        name: next(m for m in field.metadata if isinstance(m, Limits))
        for name, field in model.model_fields.items()
        if any(isinstance(m, Limits) for m in field.metadata)
    }


def evaluate(
    expression: Expression, columns: Mapping[str, Array], length: int, limits: Limits, where: str
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return a parameter for each row, and where it is missing (1 stands there).

    Raises BuildError when one is outside the limits.
    """
    values = expression.evaluate(columns, length)
    if pa.types.is_temporal(values.type):
        values = as_days(values)
    missing = np.asarray(values.is_null())
    numbers: Floats = np.array(values.cast(pa.float64(), safe=False).fill_null(1.0))
    outside = limits.outside(numbers) & ~missing
    if outside.any():
        value = numbers[outside][0]
        raise BuildError(f"{where} gave {_shown(value)}; it must be {limits.words()}")
    return numbers, missing


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:g}"


def as_days(times: Any) -> Any:
    """Return dates or times as days since 1970."""
    if pa.types.is_date(times.type):
        return times.cast(pa.int32()).cast(pa.float64())
    seconds = times.cast(pa.timestamp("us")).cast(pa.int64()).cast(pa.float64(), safe=False)
    return pa.array(np.array(seconds.fill_null(0)) / 86_400e6, mask=np.asarray(times.is_null()))


def read_day(text: str) -> float | None:
    """Return an ISO date or time as days since 1970, or None when the text is neither."""
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    if time.tzinfo is not None:
        return None
    start = datetime.datetime(1970, 1, 1)  # noqa: DTZ001  all times here are without a zone
    return (time - start) / datetime.timedelta(days=1)


def _text_only(value: object) -> object:
    """Refuse numbers, which would be read as seconds since 1970."""
    if not isinstance(value, (str, datetime.date)):
        raise ValueError("write it as text, such as 2024-01-31")
    return value


Day = Annotated[datetime.date, BeforeValidator(_text_only, json_schema_input_type=datetime.date)]
Moment = Annotated[NaiveDatetime, BeforeValidator(_text_only, json_schema_input_type=datetime.datetime)]
