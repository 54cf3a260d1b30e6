"""What a fitted model knows of the values of one column, whatever the model: their type and their form."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, model_validator

from synthlab.features import Feature, Value

from . import normal
from .column import Array, Floats, array

__all__ = ["CategoryValues", "Finite", "IntervalValues", "NumberValues", "Plain"]

Finite = Annotated[float, Field(allow_inf_nan=False)]

_LIMITS = {"integer": 2**53, "date": 2**21, "datetime": 2**37}


class Plain(BaseModel):
    """A part of a model file: read strictly, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NumberValues(Plain):
    """Numbers, days or times."""

    name: str
    type: Literal["integer", "number", "date", "datetime"]
    """Dates count days, datetimes seconds, since 1970."""
    decimals: Annotated[int, Field(ge=-9, le=9)] | None

    @property
    def feature(self) -> Feature:
        """What the column is."""
        types = {"integer": "int64", "number": "float64", "date": "date32", "datetime": "timestamp[s]"}
        return Value(types[self.type])

    @property
    def value_type(self) -> pa.DataType:
        """What expressions see."""
        return self.feature.arrow

    def fits(self, greatest: float) -> bool:
        """Return whether the type holds numbers of this size."""
        return abs(greatest) < _LIMITS.get(self.type, math.inf)

    def arrow(self, values: Floats, low: float, high: float, missing: npt.NDArray[np.bool_] | None) -> Array:
        """Return the numbers, rounded between the bounds, as an array of the column's type."""
        if self.decimals is not None:
            values = np.minimum(np.maximum(normal.round_to(values, self.decimals), low), high)
        if self.type == "number":
            return array(values, mask=missing)
        whole = np.rint(values).astype(np.int32 if self.type == "date" else np.int64)
        return array(whole, mask=missing).cast(self.value_type)


class IntervalValues(NumberValues):
    """Numbers as intervals and single values, rising."""

    low: list[Finite] = Field(min_length=1, max_length=20_000)
    high: list[Finite]
    """The ends of each interval; of a value that many rows have, the same twice."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        ends = np.array([self.low, self.high]) if len(self.low) == len(self.high) else np.array([[1], [0]])
        if (ends[0] > ends[1]).any() or (ends[1][:-1] > ends[0][1:]).any():
            raise ValueError(f"the intervals of {self.name!r} do not rise")
        if not self.fits(np.abs(ends).max()):
            raise ValueError(f"the intervals of {self.name!r} are too large for {self.type}")
        return self


class CategoryValues(Plain):
    """A few values, each in many rows; None is missing."""

    name: str
    type: Literal["string", "integer", "boolean"]
    values: list[StrictStr | StrictInt | StrictBool | None] = Field(min_length=1, max_length=10_000)

    @property
    def names(self) -> tuple[str, ...]:
        """The classes, as a label has them."""
        texts = [str(v).lower() if isinstance(v, bool) else str(v) for v in self._present]
        return tuple(sorted(texts) if self.type == "boolean" else texts)

    @property
    def _present(self) -> list[str | int | bool]:
        return [value for value in self.values if value is not None]

    @property
    def feature(self) -> Feature:
        """What the column is."""
        return Value({"string": "string", "integer": "int64", "boolean": "bool"}[self.type])

    @property
    def value_type(self) -> pa.DataType:
        """What expressions see."""
        return self.feature.arrow

    def arrow(self, places: npt.NDArray[np.integer]) -> Array:
        """Return the values at these places of the list."""
        place = array(places.astype(np.int32, copy=False))
        values = array(self.values, self.value_type)
        if self.type != "string":
            return values.take(place)
        if values.null_count:
            # A dictionary holds no null: the null goes into the index.
            index = array([None if v is None else i for i, v in enumerate(self.values)])
            return pa.DictionaryArray.from_arrays(index.cast(pa.int32()).take(place), values.fill_null(""))
        return pa.DictionaryArray.from_arrays(place, values)

    @model_validator(mode="after")
    def _is_of_one_type(self) -> Self:
        if len(set(self.values)) != len(self.values) or not self._present:
            raise ValueError(f"the values of category {self.name!r} must differ")
        python = {"string": str, "integer": int, "boolean": bool}[self.type]
        if any(type(value) is not python for value in self._present):
            raise ValueError(f"the values of category {self.name!r} are not all of type {self.type}")
        return self
