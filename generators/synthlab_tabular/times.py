"""Columns of dates and times, all as likely."""

from __future__ import annotations

import datetime
from typing import Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import model_validator

from synthlab.features import Feature, Value
from synthlab.rows import Stream

from .column import Array, array
from .drawn import Drawn, Given
from .parameters import Day, Moment

__all__ = ["Date", "Datetime"]


class Date(Drawn):
    """Days from `low` to `high`, both included, all as likely."""

    kind: Literal["date"]
    low: Day
    high: Day

    @property
    def feature(self) -> Feature:
        return Value("date32")

    def draw(self, chance: Stream, given: Given) -> Array:
        days = chance.integers(_days(self.low), _days(self.high) + 1)
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

    def draw(self, chance: Stream, given: Given) -> Array:
        return array(chance.integers(_seconds(self.low), _seconds(self.high))).cast(pa.timestamp("s"))

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if _seconds(self.low) >= _seconds(self.high):
            raise ValueError(f"low ({self.low}) must be before high ({self.high})")
        return self


def _days(day: datetime.date) -> int:
    return (day - datetime.date(1970, 1, 1)).days


def _seconds(time: datetime.datetime) -> int:
    start = datetime.datetime(1970, 1, 1)  # noqa: DTZ001  all times here are without a zone
    return (time - start) // datetime.timedelta(seconds=1)
