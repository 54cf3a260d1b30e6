"""Weights as whole numbers of tickets, one of which is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

__all__ = ["MOST_TICKETS", "spread", "tickets"]

MOST_TICKETS = 4_000


def tickets(weights: Sequence[Fraction], most: int = MOST_TICKETS) -> list[int]:
    """Return whole numbers in proportion to the weights: exactly where `most` of them are enough, otherwise
    as near as they come, and at least one for each weight above 0."""
    positive = [weight for weight in weights if weight > 0]
    total = sum(positive, Fraction(0))
    common = math.lcm(*(weight.denominator for weight in positive))
    whole = [int(weight * common) for weight in weights]
    divisor = math.gcd(*whole)
    if sum(whole) // divisor <= most:
        return [number // divisor for number in whole]
    scaled = [weight / total * max(most, 2 * len(positive)) for weight in weights]
    result = [max(1, math.floor(share)) if share > 0 else 0 for share in scaled]
    left = max(most, 2 * len(positive)) - sum(result)
    order = sorted(range(len(scaled)), key=lambda i: result[i] - scaled[i])
    for place in order[: max(0, left)]:
        result[place] += 1
    return result


def spread(numbers: Sequence[int], weights: Sequence[Fraction], most: int = MOST_TICKETS) -> list[int]:
    """Return each number as often as it has tickets."""
    return [n for n, count in zip(numbers, tickets(weights, most), strict=True) for _ in range(count)]
