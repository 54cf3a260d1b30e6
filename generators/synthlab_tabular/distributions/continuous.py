"""Continuous distributions, by NumPy's names for them and their parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from synthlab.portable import exp, log, normal_cdf, normal_ppf

from ..column import Floats
from ..special import beta_cdf, beta_ppf, gamma_cdf, gamma_ppf
from .base import Level, fixed, interpolate, quantile_table

__all__ = ["Beta", "Exponential", "Gamma", "Lognormal", "Normal", "Triangular"]


@dataclass(frozen=True)
class Normal:
    """The normal distribution."""

    mean: Level
    std: Level

    def cdf(self, x: Level) -> Floats:
        return normal_cdf((x - self.mean) / self.std)

    def ppf(self, p: Floats) -> Floats:
        return self.mean + self.std * normal_ppf(p)


@dataclass(frozen=True)
class Lognormal:
    """`loc + exp(normal(mean, sigma))`."""

    mean: Level
    sigma: Level
    loc: Level = 0.0

    def cdf(self, x: Level) -> Floats:
        above = np.asarray(x - self.loc, dtype=np.float64)
        inside = above > 0
        size = log(np.where(inside, above, 1.0))
        return np.where(inside, normal_cdf((size - self.mean) / self.sigma), 0.0)

    def ppf(self, p: Floats) -> Floats:
        return self.loc + exp(self.mean + self.sigma * normal_ppf(p))


@dataclass(frozen=True)
class Exponential:
    """Waiting times of mean `scale`, from `loc` on."""

    scale: Level
    loc: Level = 0.0

    def cdf(self, x: Level) -> Floats:
        return 1.0 - exp(-np.maximum((x - self.loc) / self.scale, 0.0))

    def ppf(self, p: Floats) -> Floats:
        return self.loc - self.scale * log(1.0 - p)


@dataclass(frozen=True)
class Gamma:
    """The gamma distribution of mean `shape * scale`, from `loc` on."""

    shape: Level
    scale: Level = 1.0
    loc: Level = 0.0

    def cdf(self, x: Level) -> Floats:
        return gamma_cdf(self.shape, np.maximum((x - self.loc) / self.scale, 0.0))

    def ppf(self, p: Floats) -> Floats:
        if fixed(self.shape):
            return self.loc + self.scale * exp(interpolate(_gamma_table(float(self.shape)), p))
        return self.loc + self.scale * gamma_ppf(self.shape, p)


@lru_cache(maxsize=256)
def _gamma_table(shape: float) -> Floats:
    # Logarithms, which are smooth where the density is not bounded; beyond exp(-700) all is 0.
    return np.maximum(quantile_table(lambda p: log(np.maximum(gamma_ppf(shape, p), 1e-304))), -700.0)


@dataclass(frozen=True)
class Beta:
    """The beta distribution between `loc` and `loc + scale`."""

    a: Level
    b: Level
    loc: Level = 0.0
    scale: Level = 1.0

    def cdf(self, x: Level) -> Floats:
        return beta_cdf(self.a, self.b, np.clip((x - self.loc) / self.scale, 0.0, 1.0))

    def ppf(self, p: Floats) -> Floats:
        if fixed(self.a, self.b):
            logit = interpolate(_beta_table(float(self.a), float(self.b)), p)
            small = exp(-np.abs(logit))
            share: Floats = np.where(logit < 0, small, 1.0) / (1.0 + small)
            return self.loc + self.scale * share
        return self.loc + self.scale * beta_ppf(self.a, self.b, p)


@lru_cache(maxsize=256)
def _beta_table(a: float, b: float) -> Floats:
    def logit(p: Floats) -> Floats:
        # From the near end each, since 1 - x loses what x near 1 has beyond it.
        x, y = beta_ppf(a, b, p), beta_ppf(b, a, 1.0 - p)
        return log(np.maximum(x, 1e-304)) - log(np.maximum(y, 1e-304))

    return quantile_table(logit)


@dataclass(frozen=True)
class Triangular:
    """Rises from `left` to `mode` and falls to `right`, in straight lines."""

    left: Level
    mode: Level
    right: Level

    def cdf(self, x: Level) -> Floats:
        width, rise = self.right - self.left, self.mode - self.left
        x = np.clip(x, self.left, self.right)
        with np.errstate(divide="ignore", invalid="ignore"):
            up = (x - self.left) ** 2 / (width * rise)
            down = 1.0 - (self.right - x) ** 2 / (width * (self.right - self.mode))
        share: Floats = np.where(x < self.mode, up, np.where(x >= self.right, 1.0, down))
        return share

    def ppf(self, p: Floats) -> Floats:
        width, rise = self.right - self.left, self.mode - self.left
        up = self.left + np.sqrt(p * width * rise)
        down = self.right - np.sqrt((1 - p) * width * (self.right - self.mode))
        return np.where(p * width < rise, up, down)
