"""What all distributions have, and tables of their quantiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import numpy as np

from synthlab.portable import normal_cdf, normal_ppf

from ..column import Floats

__all__ = ["Distribution", "Level", "fixed", "interpolate", "look_up", "quantile_table"]

Level: TypeAlias = "float | Floats"
"""A parameter: one number, or one for each row."""

_FURTHEST = 8.2
_STEPS = 512


class Distribution(Protocol):
    """A distribution on the line."""

    def cdf(self, x: Level) -> Floats:
        """Return the share at or below x."""
        ...

    def ppf(self, p: Floats) -> Floats:
        """Return the least value with at least the share p at or below it, for 0 < p < 1."""
        ...


def fixed(*parameters: Level) -> bool:
    """Return whether all parameters are single numbers, so that a table can serve all rows."""
    return all(np.ndim(parameter) == 0 for parameter in parameters)


def quantile_table(values: Callable[[Floats], Floats]) -> Floats:
    """Return values at shares that lie evenly on the scale of the standard normal distribution."""
    z = np.arange(-_FURTHEST * _STEPS, _FURTHEST * _STEPS + 1) / _STEPS
    shares = normal_cdf(z)
    upper = 1 - 2.0**-53
    return values(np.minimum(shares, upper))


def interpolate(table: Floats, p: Floats) -> Floats:
    """Return the value of each share, on straight lines between those of the table.

    512 steps a standard deviation keep what is smooth on that scale within 1e-6.
    """
    place = np.clip((normal_ppf(p) + _FURTHEST) * _STEPS, 0, len(table) - 1.000001)
    below = place.astype(np.int64)
    values: Floats = table[below] + (table[below + 1] - table[below]) * (place - below)
    return values


def look_up(cumulative: Floats, first: float, p: Floats) -> Floats:
    """Return the whole numbers whose cumulative shares, from `first` on, are at hand."""
    return first + np.searchsorted(cumulative[:-1], p, side="left").astype(np.float64)
