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
from .rhythm import Rhythmic

__all__ = ["Date", "Datetime"]

_DAY = 86_400.0


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


class Datetime(Drawn, Rhythmic):
    """Seconds from `low` to before `high`, all as likely, or as its hours and weekdays say."""

    kind: Literal["datetime"]
    low: Moment
    high: Moment

    @property
    def feature(self) -> Feature:
        return Value("timestamp[s]")

    def draw(self, chance: Stream, given: Given) -> Array:
        low, high = _seconds(self.low), _seconds(self.high)
        if not self.rhythmic:
            return array(chance.integers(low, high)).cast(pa.timestamp("s"))
        begun, ended = self.busy_time(np.array([low, high]) / _DAY)
        moments = np.floor(self.clock_time(begun + (ended - begun) * chance.uniform()) * _DAY)
        return array(np.clip(moments, low, high - 1).astype(np.int64)).cast(pa.timestamp("s"))

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if _seconds(self.low) >= _seconds(self.high):
            raise ValueError(f"low ({self.low}) must be before high ({self.high})")
        begun, ended = self.busy_time(np.array([_seconds(self.low), _seconds(self.high)]) / _DAY)
        if ended <= begun:
            raise ValueError("no hour in which something happens lies between low and high")
        return self


def _days(day: datetime.date) -> int:
    return (day - datetime.date(1970, 1, 1)).days


def _seconds(time: datetime.datetime) -> int:
    start = datetime.datetime(1970, 1, 1)  # noqa: DTZ001  all times here are without a zone
    return (time - start) // datetime.timedelta(seconds=1)
