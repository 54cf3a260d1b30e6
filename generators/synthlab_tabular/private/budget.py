"""The budget of differential privacy: what epsilon, delta and rho mean for each other, and who spent what.

All noise is measured in rho of zero-concentrated differential privacy, which adds up over releases (Bun and
Steinke, "Concentrated Differential Privacy", TCC 2016).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

from synthlab.errors import InputError

__all__ = ["Release", "delta_of", "epsilon_of", "read_ledger", "rho_of"]

_ORDERS = [1 + 10 ** (step / 100) for step in range(-300, 401)]


def delta_of(rho: float, epsilon: float) -> float:
    """Return a delta with which rho-zCDP is (epsilon, delta)-differentially private.

    Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy", NeurIPS 2020,
    proposition 12: any order gives a bound, and the least of them is taken.
    """
    best = 0.0
    for order in _ORDERS:
        exponent = (order - 1) * (order * rho - epsilon) - math.log(order - 1)
        exponent += order * math.log1p(-1 / order)
        best = min(best, exponent)
    return math.exp(best)


def epsilon_of(rho: float, delta: float) -> float:
    """Return the least epsilon with which rho-zCDP is (epsilon, delta)-differentially private."""
    low, high = 0.0, rho + 2 * math.sqrt(rho * math.log(1 / delta)) + 1
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if delta_of(rho, middle) <= delta else (middle, high)
    return high


def rho_of(epsilon: float, delta: float) -> float:
    """Return the greatest rho that is within (epsilon, delta)."""
    low, high = 0.0, epsilon
    while delta_of(high, epsilon) <= delta:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if delta_of(middle, epsilon) <= delta else (low, middle)
    return low


@dataclass(frozen=True)
class Release:
    """One use of a table."""

    rho: float
    delta: float
    unit: str


def read_ledger(path: Path) -> list[Release]:
    """Return what was released of a table so far; raises InputError when the ledger cannot be understood."""
    if not path.exists():
        return []
    releases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            release = Release(float(entry["rho"]), float(entry["delta"]), str(entry["unit"]))
            if not (0 < release.rho < math.inf and 0 < release.delta < 1):
                raise ValueError
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path.name}, line {number}: this is no entry of a ledger; without it, nobody knows what "
                "was spent, so nothing more is released"
            ) from error
        releases.append(release)
    return releases
