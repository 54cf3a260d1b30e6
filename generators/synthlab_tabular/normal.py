"""The normal distribution and rounding, with the same bits on every machine."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from synthlab.portable import normal_ppf as ppf
from synthlab.portable import power_of_ten_round as round_to

from .column import Floats

__all__ = ["inner_bounds", "ppf", "round_down", "round_to"]


def round_down(values: Floats, decimals: int) -> Floats:
    """Return the greatest numbers of so many decimals that are not above the values."""
    scale = float(10 ** abs(decimals))
    below: Floats = np.floor(values * scale) / scale if decimals >= 0 else np.floor(values / scale) * scale
    return below


def inner_bounds(low: float, high: float, decimals: int | None) -> tuple[float, float]:
    """Return the least and the greatest number of so many decimals between the bounds."""
    if decimals is None:
        return low, high
    step = Fraction(10) ** -decimals
    least = low if math.isinf(low) else float(math.ceil(Fraction(low) / step) * step)
    greatest = high if math.isinf(high) else float(math.floor(Fraction(high) / step) * step)
    return least, greatest
