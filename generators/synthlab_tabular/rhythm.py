"""The hours and weekdays at which things happen: time that runs fast when little does."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from .column import Floats

__all__ = ["Rhythmic"]

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Hour = Annotated[int, Field(ge=0, le=23)]
Weight = Annotated[float, Field(ge=0, le=1e9)]
_DAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONDAY = 4.0
"""The first Monday, in days since 1970."""


class Rhythmic(BaseModel):
    """Moments that may keep to hours of the day and days of the week.

    Busy time is time counted by what happens in it: as many days a week as there are, most of them spent in
    busy hours. Even moments of it, put back on the clock, have the rhythm and keep their order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: dict[Hour, Weight] | None = Field(
        default=None,
        description="How much happens in which hours, such as {9: 3, 10: 5}; in others, nothing.",
    )
    weekdays: dict[Weekday, Weight] | None = Field(
        default=None, description="How much happens on which days, such as {monday: 2}; on others, nothing."
    )

    @property
    def rhythmic(self) -> bool:
        """Whether some hours or days are busier than others."""
        return self.hours is not None or self.weekdays is not None

    def busy_time(self, days: Floats) -> Floats:
        """Return busy time, in days, at moments given as days since 1970."""
        weeks = np.floor((days - _MONDAY) / 7)
        hours = (days - _MONDAY - 7 * weeks) * 24
        hour = np.clip(hours.astype(np.int64), 0, 167)
        profile = self._profile()
        busy: Floats = 7 * weeks + profile[hour] + (hours - hour) * (profile[hour + 1] - profile[hour])
        return busy

    def clock_time(self, busy: Floats) -> Floats:
        """Return the moments of busy times, as days since 1970."""
        profile = self._profile()
        weeks = np.floor(busy / 7)
        left = busy - 7 * weeks
        hour = np.clip(np.searchsorted(profile, left, side="right") - 1, 0, 167)
        width = profile[hour + 1] - profile[hour]
        share = np.clip((left - profile[hour]) / np.where(width > 0, width, 1.0), 0.0, 1.0)
        days: Floats = _MONDAY + 7 * weeks + (hour + share) / 24
        return days

    def _profile(self) -> Floats:
        hours = tuple(1.0 if self.hours is None else self.hours.get(hour, 0.0) for hour in range(24))
        days = tuple(1.0 if self.weekdays is None else self.weekdays.get(day, 0.0) for day in _DAYS)
        return _profile(hours, days)

    @model_validator(mode="after")
    def _something_happens(self) -> Self:
        for name in ("hours", "weekdays"):
            weights = getattr(self, name)
            if weights is not None and not any(weight > 0 for weight in weights.values()):
                raise ValueError(f"{name} must have at least one weight above 0")
        return self


@lru_cache(maxsize=64)
def _profile(hours: tuple[float, ...], days: tuple[float, ...]) -> Floats:
    """Return the busy time, in days, at each hour of the week, from 0 to 7; shape `(169,)`."""
    weights = [day * hour for day in days for hour in hours]
    sums = np.concatenate([[0.0], np.add.accumulate(np.array(weights))])
    profile: Floats = sums * (7 / sums[-1])
    return profile
