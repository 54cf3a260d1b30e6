"""Elementary functions with the same bits on every machine.

NumPy's `exp`, `log` and `power` differ in the last bit between processors and versions (a build with
AVX-512 takes other code). Addition, multiplication, division, square root and scaling by powers of two
do not, by IEEE 754, so everything here is made of those alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "cos",
    "exp",
    "log",
    "log10",
    "normal_cdf",
    "normal_ppf",
    "power_of_ten_round",
    "sin",
    "tanh",
]

Floats = npt.NDArray[np.floating[Any]]

# ln 2 in two parts: the first has trailing zero bits, so that `n * _LN2_HIGH` is exact for |n| < 2**21.
_LN2_HIGH = float.fromhex("0x1.62e42fee00000p-1")
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
_EXP_SERIES = [1 / f for f in (1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880, 3628800, 39916800)] + [
    1 / 479001600,
    1 / 6227020800,
]
_LOG_SERIES = [1 / k for k in range(1, 25, 2)]

_POWERS_OF_TEN = np.array([float(10**n) for n in range(23)])
"""All that a float holds exactly."""

# pi / 2 in four parts. The first three have at most 26 bits, so that `n * part` is exact for |n| < 2**27;
# so are the differences, since what is left always lies on the grid of the part that is taken away.
_HALF_PI = [
    float.fromhex(part)
    for part in ("0x1.921fb5p+0", "0x1.110b46p-26", "0x1.1a6262p-54", "0x1.3145c06e0e689p-78")
]
_FARTHEST = 2e8
_SIN_SERIES = [(-1) ** k / math.factorial(2 * k + 1) for k in range(1, 9)]
_COS_SERIES = [(-1) ** k / math.factorial(2 * k) for k in range(2, 10)]


def exp(x: npt.ArrayLike) -> Floats:
    """Return e**x, within two units in the last place; 0 below -745, infinity above 709.78."""
    values = np.clip(np.asarray(x, dtype=np.float64), -800.0, 800.0)
    n = np.rint(values * (1 / 0.6931471805599453))
    n = np.where(np.isnan(values), 0.0, n)
    rest = (values - n * _LN2_HIGH) - n * _LN2_LOW
    with np.errstate(over="ignore", under="ignore"):
        return np.ldexp(_polynomial(_EXP_SERIES, rest), n.astype(np.int32))


def log(x: npt.ArrayLike) -> Floats:
    """Return the natural logarithm, within two units in the last place; NaN below 0, -infinity at 0."""
    values = np.asarray(x, dtype=np.float64)
    ordinary = (values > 0) & (values < np.inf)
    usual = bool(ordinary.all())
    mantissa, exponent = np.frexp(values if usual else np.where(ordinary, values, 1.0))
    small = mantissa < 0.7071067811865476
    mantissa = mantissa * (1.0 + small)  # doubled where small; `where` takes ten times as long
    exponent = exponent - small
    # log(m) = 2 atanh(s), s = (m - 1) / (m + 1), |s| < 0.1716
    s = (mantissa - 1) / (mantissa + 1)
    series = 2 * s * _polynomial(_LOG_SERIES, s * s)
    result: Floats = exponent * _LN2_HIGH + (series + exponent * _LN2_LOW)
    if usual:
        return result
    special = np.where(values == 0, -np.inf, np.where(values == np.inf, np.inf, np.nan))
    return np.where(ordinary, result, special)


def log10(x: npt.ArrayLike) -> Floats:
    """Return the logarithm to base 10, within three units in the last place; exact for 1, 10, ... 10**22."""
    values = np.asarray(x, dtype=np.float64)
    result = log(values) * (1 / 2.302585092994046)
    nearest = np.clip(np.nan_to_num(np.rint(result)), 0, len(_POWERS_OF_TEN) - 1)
    return np.where(values == _POWERS_OF_TEN[nearest.astype(np.int64)], nearest, result)


def tanh(x: npt.ArrayLike) -> Floats:
    """Return the hyperbolic tangent, within four units in the last place."""
    values = np.asarray(x, dtype=np.float64)
    size = np.abs(values)
    small = exp(-2 * np.minimum(size, 400.0))
    # Near 0 that difference would lose digits. Lambert's fraction x / (1 + x**2 / (3 + x**2 / (5 + ...)))
    # does not; nine levels of it are exact to the last place below 0.55.
    near = np.minimum(size, 0.55)
    fraction = np.full_like(near, 17.0)
    for odd in range(15, 0, -2):
        fraction = odd + near * near / fraction
    return np.copysign(np.where(size < 0.55, near / fraction, (1 - small) / (1 + small)), values)


def sin(x: npt.ArrayLike) -> Floats:
    """Return the sine of radians, within 3e-16; NaN beyond 2e8."""
    return _turned(x, 0)


def cos(x: npt.ArrayLike) -> Floats:
    """Return the cosine of radians, within 3e-16; NaN beyond 2e8."""
    return _turned(x, 1)


def _turned(x: npt.ArrayLike, quarters: int) -> Floats:
    """Return the sine of x and so many quarter turns.

    After Cody and Waite: the nearest multiple of pi / 2 is taken away part by part, and what is left, at
    most pi / 4, goes into a Taylor series.
    """
    values = np.asarray(x, dtype=np.float64)
    ordinary = np.abs(values) <= _FARTHEST
    rest = np.where(ordinary, values, 0.0)
    count = np.rint(rest * (2 / math.pi))
    for part in _HALF_PI:
        rest = rest - count * part
    square = rest * rest
    sine = rest + rest * square * _polynomial(_SIN_SERIES, square)
    cosine = (1 - 0.5 * square) + square * square * _polynomial(_COS_SERIES, square)
    quarter = (count.astype(np.int64) + quarters) & 3
    size = np.where(quarter & 1, cosine, sine)
    return np.where(ordinary, np.where(quarter & 2, -size, size), np.nan)


def normal_ppf(p: npt.ArrayLike) -> Floats:
    """Return the quantile of the standard normal distribution, for `0 < p < 1`.

    Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37
    (1988), routine PPND16: relative error below 1e-15.
    """
    p = np.asarray(p, dtype=np.float64)
    q = p - 0.5
    near = 0.180625 - q * q
    value = q * _polynomial(_A, near) / _polynomial(_B, near)
    far = np.abs(q) > 0.425
    if far.any():
        tail = np.minimum(p[far], 1 - p[far])
        r = np.sqrt(-log(tail))
        middle, outer = r - 1.6, r - 5.0
        size = np.where(
            r <= 5.0,
            _polynomial(_C, middle) / _polynomial(_D, middle),
            _polynomial(_E, outer) / _polynomial(_F, outer),
        )
        value[far] = np.where(q[far] < 0, -size, size)
    return value


def normal_cdf(z: npt.ArrayLike) -> Floats:
    """Return the share of the standard normal distribution below z, within 1e-15.

    Hart's algorithm 5666 as given by West, "Better approximations to cumulative normal functions",
    Wilmott (2005).
    """
    z = np.asarray(z, dtype=np.float64)
    size = np.minimum(np.abs(z), 40.0)
    density = exp(-0.5 * size * size)
    near = density * _polynomial(_G, size) / _polynomial(_H, size)
    far = size + 0.65
    for numerator in (4.0, 3.0, 2.0, 1.0):
        far = size + numerator / far
    tail = np.where(size < 7.07106781186547, near, density / (far * 2.506628274631))
    return np.where(z > 0, 1.0 - tail, tail)


def power_of_ten_round(x: npt.ArrayLike, decimals: int) -> Floats:
    """Round half to even to `decimals` places, with IEEE operations alone."""
    values = np.asarray(x, dtype=np.float64)
    if decimals >= 0:
        scale = float(10**decimals)
        return np.rint(values * scale) / scale
    scale = float(10**-decimals)
    return np.rint(values / scale) * scale


def _polynomial(coefficients: Sequence[float], x: Floats) -> Floats:
    """Evaluate by Horner's rule, lowest power first."""
    value = np.full_like(x, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        # In place, which is faster and gives the same bits.
        np.multiply(value, x, out=value)
        np.add(value, coefficient, out=value)
    return value


# fmt: off
_A = [3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
      1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
      3.3430575583588128105e4, 2.5090809287301226727e3]
_B = [1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
      2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
      5.2264952788528545610e3]
_C = [1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
      3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
      2.27238449892691845833e-2, 7.74545014278341407640e-4]
_D = [1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
      1.05075007164441684324e-9]
_E = [6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
      2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7]
_F = [1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15]
_G = [220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383, 6.37396220353165,
      0.700383064443688, 3.52624965998911e-2]
_H = [440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674, 86.7807322029461,
      16.064177579207, 1.75566716318264, 8.83883476483184e-2]
# fmt: on
