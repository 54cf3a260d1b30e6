"""Which distribution a column of numbers has, and which of its parameters a person should read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from synthlab.portable import normal_ppf

from ..chance import Correlated
from ..column import Floats
from ..drawn import Drawn
from ..generator import TabularGenerator
from ..profile import FEW, Numbers

__all__ = ["Shape", "shape_of"]

CLOSE = 0.03
"""A distribution is taken when no share of it is further than this from the observed one."""
SIMPLER = 0.012
"""So much worse may a distribution of fewer parameters be."""
MOST_WHOLE = 25
"""So few different whole numbers are told one by one."""


@dataclass(frozen=True)
class Shape:
    """The keys of a column, and how far its shares are from those observed."""

    keys: Mapping[str, Any]
    distance: float


def shape_of(numbers: Numbers) -> Shape:
    """Return the simplest declared distribution that fits, or the quantiles when none does.

    Bounds are rounded outward, so that no extreme of the table is told.
    """
    observed = np.sort(numbers.values[~np.isnan(numbers.values)])
    if numbers.type == "integer":
        values, counts = np.unique(observed, return_counts=True)
        if len(values) <= MOST_WHOLE and counts.min() >= FEW:
            shares = [float(f"{100 * count / len(observed):.4g}") for count in counts.tolist()]
            weights = dict(zip(map(int, values.tolist()), shares, strict=True))
            return Shape({"kind": "categorical", "values": weights}, 0.0)
    shapes: list[Shape] = []
    for keys in _candidates(numbers, observed):
        shape = Shape(keys, _distance(numbers, keys, observed))
        if shape.distance < CLOSE and not any(s.distance < shape.distance + SIMPLER for s in shapes):
            shapes.append(shape)
    if shapes:
        return min(shapes, key=lambda shape: shape.distance)
    quantiles = []
    for steps in (10, 20, 50, 100):
        keys = {"kind": "empirical", "quantiles": _quantiles(numbers, observed, steps), **_stored(numbers)}
        quantiles.append(Shape(keys, _distance(numbers, keys, observed)))
        if quantiles[-1].distance < CLOSE / 2:
            break
    return quantiles[-1]


def _candidates(numbers: Numbers, x: Floats) -> Iterator[dict[str, Any]]:
    """Yield columns with parameters by moments, the simplest first."""
    low, high = _tidy(numbers.low, numbers), _tidy(numbers.high, numbers)
    bounds, stored = {"low": low, "high": high}, _stored(numbers)
    mean, std = float(x.mean()), float(x.std())
    yield {"kind": "uniform", **bounds, **stored}
    whole = numbers.type == "integer" and x[0] >= 0
    if whole and mean > 0 and 0.8 < std * std / mean < 1.25:
        yield {"kind": "poisson", "lam": _short(mean), "high": high}
    if whole and x[0] >= 1 and mean > 1:
        yield {"kind": "geometric", "p": _short(1 / mean), "high": high}
    yield {"kind": "normal", "mean": _short(mean), "std": _short(std), **bounds, **stored}
    if x[0] >= 0 and mean > 0:
        start = {"loc": low} if low else {}
        yield {"kind": "exponential", "scale": _short(mean - low), **start, "high": high, **stored}
        if x[0] > 0:
            logs = np.log(x)
            center, spread = _short(float(logs.mean())), _short(float(logs.std()))
            yield {"kind": "lognormal", "mean": center, "sigma": spread, **bounds, **stored}
        shape, scale = _short((mean / std) ** 2), _short(std * std / mean)
        yield {"kind": "gamma", "shape": shape, "scale": scale, "high": high, **stored}
    share, width = (mean - low) / (high - low), std / (high - low)
    size = share * (1 - share) / (width * width) - 1
    if size > 0:
        a, b = _short(share * size), _short((1 - share) * size)
        yield {"kind": "beta", "a": a, "b": b, "loc": low, "scale": _tidy(high - low, numbers), **stored}


def _distance(numbers: Numbers, keys: Mapping[str, Any], observed: Floats) -> float:
    """Return the largest difference between the shares below a value (Kolmogorov and Smirnov)."""
    generator = TabularGenerator.model_validate({"columns": [{"name": numbers.name, **keys}]})
    column = generator.columns[0]
    assert isinstance(column, Drawn)
    drawn = column.draw(_evenly(), {}).to_numpy(zero_copy_only=False).astype(np.float64)
    points = np.unique(np.quantile(observed, np.linspace(0, 1, 401)))
    ours = np.searchsorted(np.sort(drawn), points, side="right") / len(drawn)
    theirs = np.searchsorted(observed, points, side="right") / len(observed)
    return float(np.abs(ours - theirs).max())


def _evenly() -> Correlated:
    """Return chance that lies evenly: what a column makes of it is its distribution."""
    size = 4_000
    return Correlated(0, 0, size, None, normal_ppf((np.arange(size) + 0.5) / size))


def _quantiles(numbers: Numbers, observed: Floats, steps: int) -> list[float | int]:
    inner = np.quantile(observed, np.linspace(0, 1, steps + 1), method="inverted_cdf")
    values = [numbers.low, *inner[1:-1].tolist(), numbers.high]
    rising = np.maximum.accumulate(np.clip(values, numbers.low, numbers.high)).tolist()
    return [_tidy(float(f"{value:.4g}") if value else 0.0, numbers) for value in rising]


def _stored(numbers: Numbers) -> dict[str, Any]:
    if numbers.type == "integer":
        return {"type": "integer"}
    return {} if numbers.decimals is None else {"round": numbers.decimals}


def _tidy(value: float, numbers: Numbers) -> float | int:
    if numbers.type == "integer" or value == round(value):
        return round(value)
    return float(f"{value:.10g}")


def _short(value: float) -> float:
    """Return about as many digits as a person would write."""
    digits = 4 if math.isfinite(value) else 1
    return float(f"{value:.{digits}g}")
