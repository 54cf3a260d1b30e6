"""Distributions as two functions over arrays, the share below a value and the value of a share.

Parameters are numbers, or arrays with one for each row.
"""

from __future__ import annotations

from .base import Distribution, Level
from .continuous import Beta, Exponential, Gamma, Lognormal, Normal, Triangular
from .discrete import Binomial, Geometric, Poisson, Zipf

__all__ = [
    "Beta",
    "Binomial",
    "Distribution",
    "Exponential",
    "Gamma",
    "Geometric",
    "Level",
    "Lognormal",
    "Normal",
    "Poisson",
    "Triangular",
    "Zipf",
]
