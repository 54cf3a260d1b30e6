"""The gamma and beta distributions with the same bits on every machine.

Slow beside a table, a few microseconds a value, so columns of fixed parameters look values up instead.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from synthlab.portable import exp, log, normal_ppf

from .column import Floats

__all__ = ["beta_cdf", "beta_ppf", "gamma_cdf", "gamma_ppf", "log_gamma"]

Masks = npt.NDArray[np.bool_]

_MOST_TERMS = 20_000
_TINY = 1e-300
_CLOSE = 1e-13

# Lanczos' coefficients for g = 7, n = 9, as published by Godfrey (2001).
_LANCZOS = [
    0.99999999999980993,
    676.5203681218851,
    -1259.1392167224028,
    771.32342877765313,
    -176.61502916214059,
    12.507343278686905,
    -0.13857109526572012,
    9.9843695780195716e-6,
    1.5056327351493116e-7,
]


def log_gamma(x: npt.ArrayLike) -> Floats:
    """Return the logarithm of the gamma function, for x > 0 (Lanczos 1964)."""
    x = np.asarray(x, dtype=np.float64)
    # One step of the recursion keeps the small end exact.
    z = x + 0.0
    series = np.full_like(z, _LANCZOS[0])
    for k, coefficient in enumerate(_LANCZOS[1:], start=1):
        series = series + coefficient / (z + k)
    base = z + 7.5
    return 0.9189385332046727 + (z + 0.5) * log(base) - base + log(series / x)


def gamma_cdf(shape: npt.ArrayLike, x: npt.ArrayLike) -> Floats:
    """Return the regularised lower incomplete gamma function P(shape, x).

    The series below `shape + 1` and the continued fraction above it (Numerical Recipes, section 6.2).
    """
    a, x = _together(shape, x)
    result = np.zeros_like(x)
    inside = x > 0
    front = np.zeros_like(x)
    front[inside] = exp(a[inside] * log(x[inside]) - x[inside] - log_gamma(a[inside]))
    lower = inside & (x < a + 1)
    upper = inside & ~lower
    result[lower] = front[lower] * _gamma_series(a[lower], x[lower])
    result[upper] = 1.0 - front[upper] * _gamma_fraction(a[upper], x[upper])
    return np.clip(result, 0.0, 1.0)


def gamma_ppf(shape: npt.ArrayLike, p: npt.ArrayLike) -> Floats:
    """Return the quantiles of the gamma distribution of scale 1."""
    a, p = _together(shape, p)
    # Wilson and Hilferty (1931) in the body, the leading term of the series at the small end.
    body = a * (1 - 1 / (9 * a) + normal_ppf(p) / (3 * np.sqrt(a))) ** 3
    edge = (log(p) + log_gamma(a + 1)) / a
    small = (body <= 0) | (a < 1) & (edge < log(a / 2 + 0.1))
    start = np.where(small, edge, log(np.where(small, 1.0, body)))

    def step(u: Floats, chosen: Masks) -> tuple[Floats, Floats]:
        x = exp(u)
        density = exp(a[chosen] * u - x - log_gamma(a[chosen]))
        return gamma_cdf(a[chosen], x) - p[chosen], density

    return exp(_newton(step, start))


def beta_cdf(a: npt.ArrayLike, b: npt.ArrayLike, x: npt.ArrayLike) -> Floats:
    """Return the regularised incomplete beta function (continued fraction, Numerical Recipes, 6.4)."""
    a, b, x = _together(a, b, x)
    front = _beta_front(a, b, x)
    turned = x >= (a + 1) / (a + b + 2)
    p, q = np.where(turned, b, a), np.where(turned, a, b)
    y = np.where(turned, 1 - x, x)
    share = front * _beta_fraction(p, q, y) / p
    return np.clip(np.where(turned, 1 - share, share), 0.0, 1.0)


def beta_ppf(a: npt.ArrayLike, b: npt.ArrayLike, p: npt.ArrayLike) -> Floats:
    """Return the quantiles of the beta distribution on [0, 1]."""
    a, b, p = _together(a, b, p)
    # In the logit of x, from the leading terms at both ends and the mean between them.
    norm = log_gamma(a) + log_gamma(b) - log_gamma(a + b)
    low = (log(p * a) + norm) / a
    high = -(log((1 - p) * b) + norm) / b
    spread = np.sqrt(1 / a + 1 / b)
    middle = log(a / b) + normal_ppf(p) * spread
    # Each leading term serves where the next one of its series is small beside it.
    at_low = low < np.minimum(-3, log(0.2 * (a + 1) / b))
    at_high = -high < np.minimum(-3, log(0.2 * (b + 1) / a))
    start = np.where(at_low, np.minimum(low, middle), np.where(at_high, np.maximum(high, middle), middle))

    def step(u: Floats, chosen: Masks) -> tuple[Floats, Floats]:
        x = _sigmoid(u)
        density = _beta_front(a[chosen], b[chosen], x)
        return beta_cdf(a[chosen], b[chosen], x) - p[chosen], density

    return _sigmoid(_newton(step, start))


def _together(*values: npt.ArrayLike) -> tuple[Floats, ...]:
    arrays = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values))
    return tuple(np.atleast_1d(array) for array in arrays)


def _newton(step: Callable[[Floats, Masks], tuple[Floats, Floats]], start: Floats) -> Floats:
    """Return where an increasing function is 0, by Newton's steps kept inside the bracket found so far."""
    u = np.clip(start, -700.0, 700.0)
    low, high = np.full_like(u, -745.0), np.full_like(u, 745.0)
    waiting = np.ones(u.shape, dtype=bool)
    for _ in range(60):
        value, slope = step(u[waiting], waiting)
        here, least, most = u[waiting], low[waiting], high[waiting]
        most, least = np.where(value > 0, here, most), np.where(value <= 0, here, least)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            there = here - value / slope
        # A step that leaves the bracket, or the range of the densities, halves it instead.
        good = (there > least) & (there < most) & (np.abs(there - here) < 8)
        there = np.where(good, there, np.where(value == 0, here, (least + most) / 2))
        u[waiting], low[waiting], high[waiting] = there, least, most
        moved = np.abs(there - here) > 1e-10 * np.maximum(1.0, np.abs(there))
        waiting[waiting] = moved & (value != 0)
        if not waiting.any():
            break
    return u


def _gamma_series(a: Floats, x: Floats) -> Floats:
    term = 1 / a
    total, bottom = term.copy(), a.copy()
    for _ in range(_MOST_TERMS):
        bottom += 1
        term = term * x / bottom
        total += term
        if not (term > total * 1e-17).any():
            break
    return total


def _gamma_fraction(a: Floats, x: Floats) -> Floats:
    b = x + 1 - a
    c = np.full_like(x, 1 / _TINY)
    d = 1 / b
    total = d.copy()
    for i in range(1, _MOST_TERMS):
        numerator = -i * (i - a)
        b = b + 2
        d = 1 / _away_from_zero(numerator * d + b)
        c = _away_from_zero(b + numerator / c)
        change = d * c
        total = total * change
        if not (np.abs(change - 1) > _CLOSE).any():
            break
    return total


def _beta_front(a: Floats, b: Floats, x: Floats) -> Floats:
    """Return x**a (1 - x)**b / B(a, b)."""
    inside = (x > 0) & (x < 1)
    y = np.where(inside, x, 0.5)
    power = a * log(y) + b * log(1 - y) + log_gamma(a + b) - log_gamma(a) - log_gamma(b)
    return np.where(inside, exp(power), 0.0)


def _beta_fraction(a: Floats, b: Floats, x: Floats) -> Floats:
    c = np.ones_like(x)
    d = 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    total = d.copy()
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for numerator in (even, odd):
            d = 1 / _away_from_zero(1 + numerator * d)
            c = _away_from_zero(1 + numerator / c)
            change = d * c
            total = total * change
        if not (np.abs(change - 1) > _CLOSE).any():
            break
    return total


def _away_from_zero(x: Floats) -> Floats:
    return np.where(np.abs(x) < _TINY, _TINY, x)


def _sigmoid(u: Floats) -> Floats:
    small = exp(-np.abs(u))
    halves: Floats = np.where(u < 0, small, 1.0) / (1.0 + small)
    return halves
