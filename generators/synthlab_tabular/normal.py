"""The normal distribution and rounding, with the same bits on every machine."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

import numpy as np

from synthlab.portable import normal_ppf as ppf
from synthlab.portable import power_of_ten_round as round_to

__all__ = ["cdf", "inner_bounds", "ppf", "round_to"]


@lru_cache(maxsize=4096)
def cdf(z: float) -> float:
    """Return the share of the standard normal distribution below z.

    By halving on its inverse, which is the same on every machine; a bound is looked up only once.
    """
    if z <= -38:
        return 0.0
    if z >= 8.3:
        return 1.0
    low, high = 0.0, 1.0
    while True:
        middle = (low + high) / 2
        if not low < middle < high:
            return high
        if float(ppf(np.array([middle]))[0]) < z:
            low = middle
        else:
            high = middle


def inner_bounds(low: float, high: float, decimals: int | None) -> tuple[float, float]:
    """Return the least and the greatest number of so many decimals between the bounds."""
    if decimals is None:
        return low, high
    step = Fraction(10) ** -decimals
    least = low if math.isinf(low) else float(math.ceil(Fraction(low) / step) * step)
    greatest = high if math.isinf(high) else float(math.floor(Fraction(high) / step) * step)
    return least, greatest
