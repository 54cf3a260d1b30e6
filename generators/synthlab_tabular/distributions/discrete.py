"""Distributions of whole numbers, by NumPy's names for them and their parameters."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from synthlab.portable import exp, log, normal_ppf

from ..column import Floats
from ..special import beta_cdf, gamma_cdf, log_gamma
from .base import Level, fixed, look_up

__all__ = ["Binomial", "Geometric", "Poisson", "Zipf"]


@dataclass(frozen=True)
class Poisson:
    """How many events there are when `lam` are expected."""

    lam: Level

    def cdf(self, x: Level) -> Floats:
        k = np.floor(np.asarray(x, dtype=np.float64))
        share = 1.0 - gamma_cdf(np.maximum(k, 0.0) + 1.0, np.asarray(self.lam, dtype=np.float64))
        return np.where(k < 0, 0.0, share)

    def ppf(self, p: Floats) -> Floats:
        if fixed(self.lam):
            first, cumulative = _poisson_table(float(self.lam))
            return look_up(cumulative, first, p)
        lam = np.asarray(self.lam, dtype=np.float64)
        guess = _guess(p, lam, np.sqrt(lam), 1 / np.sqrt(np.maximum(lam, 1e-9)))
        return _settle(guess, p, lambda k, w: Poisson(_some(lam, w)).cdf(k), math.inf)


@dataclass(frozen=True)
class Binomial:
    """How many of `n` trials succeed when each does with probability `p`."""

    n: Level
    p: Level

    def cdf(self, x: Level) -> Floats:
        n, p, k = np.broadcast_arrays(self.n, self.p, np.floor(np.asarray(x, dtype=np.float64)))
        inside = (k >= 0) & (k < n)
        a, b = np.where(inside, n - k, 1.0), np.where(inside, k, 0.0) + 1.0
        share = beta_cdf(a, b, 1.0 - p).reshape(k.shape)
        return np.where(inside, share, np.where(k < 0, 0.0, 1.0))

    def ppf(self, p: Floats) -> Floats:
        if fixed(self.n, self.p):
            first, cumulative = _binomial_table(int(self.n), float(self.p))
            return look_up(cumulative, first, p)
        n, q, p = np.broadcast_arrays(self.n, self.p, p)
        spread = np.sqrt(n * q * (1 - q))
        skew = (1 - 2 * q) / np.maximum(spread, 1e-9)
        return _settle(
            np.minimum(_guess(p, n * q, spread, skew), n),
            p,
            lambda k, w: Binomial(_some(n, w), _some(q, w)).cdf(k),
            n,
        )


@dataclass(frozen=True)
class Geometric:
    """How many trials it takes until one succeeds, at least 1."""

    p: Level

    def cdf(self, x: Level) -> Floats:
        k = np.maximum(np.floor(np.asarray(x, dtype=np.float64)), 0.0)
        return 1.0 - exp(k * self._log_failure())

    def ppf(self, p: Floats) -> Floats:
        return np.maximum(np.ceil(log(1.0 - p) / self._log_failure()), 1.0)

    def _log_failure(self) -> Floats:
        # With p = 1 the first trial succeeds: any large number will do for -infinity.
        return np.maximum(log(1.0 - np.asarray(self.p, dtype=np.float64)), -800.0)


@dataclass(frozen=True)
class Zipf:
    """The number k, from 1 to `high`, in proportion to `k ** -a`."""

    a: float
    high: float = math.inf

    def cdf(self, x: Level) -> Floats:
        shares = self._table()
        k = np.clip(np.floor(np.asarray(x, dtype=np.float64)), 0.0, self.high)
        near = np.concatenate([[0.0], shares])[np.minimum(k, len(shares)).astype(np.int64)]
        return np.where(k <= len(shares), near, 1.0 - self._beyond(k) / self._total())

    def ppf(self, p: Floats) -> Floats:
        shares = self._table()
        k = look_up(np.append(shares, 1.0), 1.0, p)
        far = k > len(shares)
        if far.any():
            k[far] = np.minimum(self._far((1.0 - p[far]) * self._total()), min(self.high, 2.0**53))
        return k

    def _far(self, beyond: Floats) -> Floats:
        """Return where so much of the sum is left, from the integral in place of the sum."""
        left = beyond + self._integral(self.high)
        flat = abs(self.a - 1) < 1e-9
        place = exp(-left) if flat else exp(log(left * (self.a - 1)) / (1 - self.a))
        far: Floats = np.ceil(place - 0.5)
        return far

    def _beyond(self, k: Floats) -> Floats:
        """Return the sum of `j ** -a` over j > k, for large k."""
        return self._integral(k) - self._integral(self.high)

    def _integral(self, k: Level) -> Floats:
        """Return the integral of `x ** -a` from `k + 1/2` on, but for a constant where it is infinite."""
        k = np.asarray(k, dtype=np.float64)
        if abs(self.a - 1) < 1e-9:
            return -log(k + 0.5)
        at_infinity = np.isinf(k)
        power = exp((1 - self.a) * log(np.where(at_infinity, 1.0, k) + 0.5)) / (self.a - 1)
        return np.where(at_infinity, 0.0, power)

    def _table(self) -> Floats:
        return _zipf_sums(self.a, self.high) / self._total()

    def _total(self) -> float:
        sums = _zipf_sums(self.a, self.high)
        if len(sums) >= self.high:
            return float(sums[-1])
        return float(sums[-1] + self._beyond(np.array(float(len(sums)))))


_LARGEST_TABLE = 65_536


@lru_cache(maxsize=64)
def _zipf_sums(a: float, high: float) -> Floats:
    k = np.arange(1, min(high, _LARGEST_TABLE) + 1, dtype=np.float64)
    return _sums(exp(-a * log(k)))


@lru_cache(maxsize=256)
def _poisson_table(lam: float) -> tuple[float, Floats]:
    if lam == 0:
        return 0.0, np.ones(1)
    spread = 10 * math.sqrt(lam) + 40
    first = max(0.0, math.floor(lam - spread))
    k = np.arange(first, math.ceil(lam + spread) + 1)
    return first, _cumulative(k * log(lam) - log_gamma(k + 1))


@lru_cache(maxsize=256)
def _binomial_table(n: int, p: float) -> tuple[float, Floats]:
    if p in (0.0, 1.0) or n == 0:
        return float(n * p), np.ones(1)
    spread = 10 * math.sqrt(n * p * (1 - p)) + 40
    first, last = max(0.0, math.floor(n * p - spread)), min(float(n), math.ceil(n * p + spread))
    k = np.arange(first, last + 1)
    size = k * log(p) + (n - k) * log(1 - p) - log_gamma(k + 1) - log_gamma(n - k + 1)
    return first, _cumulative(size)


def _cumulative(logarithms: Floats) -> Floats:
    sums = _sums(exp(logarithms - logarithms.max()))
    shares: Floats = sums / sums[-1]
    return shares


def _sums(values: Floats) -> Floats:
    """Return the running sums, added one after another: the same bits on every machine."""
    return np.add.accumulate(values)


def _some(parameter: Floats, rows: npt.NDArray[np.bool_]) -> Floats:
    return parameter if parameter.ndim == 0 else parameter[rows]


def _guess(p: Floats, mean: Floats, spread: Floats, skew: Floats) -> Floats:
    """Return about where the share p lies (the first terms of Cornish and Fisher, 1937)."""
    z = normal_ppf(p)
    return np.maximum(np.floor(mean + spread * (z + skew * (z * z - 1) / 6)), 0.0)


def _settle(
    guess: Floats,
    p: Floats,
    cdf: Callable[[Floats, npt.NDArray[np.bool_]], Floats],
    most: Level,
) -> Floats:
    """Return the least k whose share is at least p, walking there from a guess."""
    k = np.array(np.broadcast_to(guess, p.shape), dtype=np.float64)
    everywhere = np.ones(k.shape, dtype=bool)
    short = cdf(k, everywhere) < p
    waiting = short & (k < most)
    while waiting.any():
        k[waiting] += 1
        waiting[waiting] = cdf(k[waiting], waiting) < p[waiting]
        waiting &= k < most
    waiting = ~short & (k > 0)
    while waiting.any():
        less = cdf(k[waiting] - 1, waiting) >= p[waiting]
        waiting[waiting] = less
        k[waiting] -= 1
        waiting &= k > 0
    return k
