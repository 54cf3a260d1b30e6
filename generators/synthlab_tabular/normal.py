"""The normal distribution and rounding, with the same bits on every machine."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache

import numpy as np
import numpy.typing as npt

from synthlab.portable import normal_ppf as ppf
from synthlab.portable import power_of_ten_round as round_to

from .column import Floats

__all__ = ["from_words", "inner_bounds", "ppf", "round_down", "round_to"]

_CELL_BITS = 12
_REST_BITS = 53 - _CELL_BITS
_TAIL = 1 << 6
"""So many cells at each end are left to the exact quantile."""


def from_words(words: npt.NDArray[np.uint64]) -> Floats:
    """Return a standard normal number for each raw word, within 2e-5 of the quantile of its upper 53 bits.

    Between 4,096 exact quantiles on straight lines, and in the tails, where these would bend too far, by the
    exact quantile itself: several times as fast.
    """
    base, slope = _lines()
    flat = words.reshape(-1)
    cell = (flat >> np.uint64(64 - _CELL_BITS)).view(np.int64)
    values = ((flat >> np.uint64(11)) & np.uint64((1 << _REST_BITS) - 1)).view(np.int64).astype(np.float64)
    values *= slope.take(cell)
    values += base.take(cell)
    tails = np.flatnonzero(_is_tail().take(cell))
    values[tails] = ppf(((flat[tails] >> np.uint64(12)) + 0.5) * 2.0**-52)
    return values.reshape(words.shape)


@cache
def _lines() -> tuple[Floats, Floats]:
    """Return the quantile at the start of each cell, and its rise for each unit of the bits that follow."""
    shares = np.arange(1, 1 << _CELL_BITS) / (1 << _CELL_BITS)
    knots = np.concatenate([[0.0], ppf(shares), [0.0]])
    return knots[:-1], np.diff(knots) / (1 << _REST_BITS)


@cache
def _is_tail() -> npt.NDArray[np.bool_]:
    cells = np.arange(1 << _CELL_BITS)
    return (cells < _TAIL) | (cells >= len(cells) - _TAIL)


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
