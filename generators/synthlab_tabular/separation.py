"""Solving for the intercept and the separation of a label's model, on the scores of pilot rows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from synthlab.portable import exp, log

from .column import Floats

__all__ = ["best_auc", "intercept_for", "separation_for", "sigmoid", "softmax_intercepts"]

# Sums of many numbers differ between machines in their last digits; what is solved for is cut to these.
DIGITS = 9
_LEAST, _MOST = 1e-6, 1e6
_STEPS = 60


def sigmoid(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x))."""
    small = exp(-np.abs(x))
    halves: Floats = np.where(x < 0, small, 1.0) / (1.0 + small)
    return halves


def intercept_for(scores: Floats, prevalence: float) -> float:
    """Return b with the mean of `sigmoid(b + score)` equal to the prevalence."""
    low = -float(scores.max()) - 50.0
    high = -float(scores.min()) + 50.0
    b = math.log(prevalence / (1 - prevalence)) - float(np.median(scores))
    for _ in range(_STEPS):
        share = sigmoid(b + scores)
        wrong = float(share.mean()) - prevalence
        low, high = (low, b) if wrong > 0 else (b, high)
        slope = float((share * (1 - share)).mean())
        step = wrong / slope if slope > 1e-300 else math.inf
        if abs(step) < 1e-11:
            break
        b = b - step if low < b - step < high else (low + high) / 2
    return round(b, DIGITS)


def separation_for(scores: Floats, auc: float, prevalence: float | None) -> float:
    """Return the slope at which the true probability ranks the classes with this area under the ROC curve.

    Raises ValueError, with the most that can be reached, when the score has too few values for it.
    """
    some = scores[:16_384]
    spread = float(some.std())
    if spread == 0:
        raise ValueError("the score is the same in all rows")
    low, high = math.log(_LEAST / spread), math.log(_MOST / spread)
    for _ in range(40):
        middle = (low + high) / 2
        slope = math.exp(middle)
        b = 0.0 if prevalence is None else intercept_for(slope * some, prevalence)
        reached = best_auc(sigmoid(b + slope * some))
        low, high = (middle, high) if reached < auc else (low, middle)
    if abs(reached - auc) > 0.005:
        raise ValueError(f"the score takes so few values that {reached:.3f} is the most")
    return float(f"{math.exp((low + high) / 2):.9g}")


def best_auc(probabilities: Floats) -> float:
    """Return the area under the ROC curve that the probabilities themselves are expected to reach.

    The share of pairs of a positive and a negative row that they order rightly, each row positive with its
    own probability; ties count half.
    """
    p = np.sort(probabilities)
    negatives = np.concatenate([[0.0], np.cumsum(1 - p)])
    first, last = np.searchsorted(p, p, side="left"), np.searchsorted(p, p, side="right")
    below = (negatives[first] + negatives[last]) / 2
    return float((p * below).sum() / (p.sum() * negatives[-1]))


def softmax_intercepts(scores: Floats, shares: Sequence[float]) -> tuple[float, ...]:
    """Return what to add to the scores, shape `(classes, rows)`, for these shares of the classes.

    By iterative proportional fitting, in which each intercept moves by the logarithm of what is wanted over
    what is. Where scores are so far apart that it would take thousands of steps, one intercept after another
    is solved for. Raises ValueError when the shares are not reached.
    """
    wanted = np.array(shares)
    b = np.log(wanted) - np.median(scores, axis=1)
    for _ in range(60):
        found = _softmax_shares(scores + b[:, None])
        if np.abs(found - wanted).max() < 1e-9:
            break
        b = b + np.log(wanted / np.maximum(found, 1e-300))
    else:
        b = _one_by_one(scores, wanted, b)
    return tuple(round(float(value), DIGITS) for value in b - b[0])


def _one_by_one(scores: Floats, wanted: Floats, b: Floats) -> Floats:
    for _ in range(5):
        for one in range(len(wanted)):
            moved = np.delete(scores + b[:, None], one, axis=0)
            most = moved.max(axis=0)
            others = most + log(exp(moved - most).sum(axis=0))
            b[one] = intercept_for(scores[one] - others, float(wanted[one]))
        wrong = float(np.abs(_softmax_shares(scores + b[:, None]) - wanted).max())
        if wrong < 1e-4:
            return b
    if wrong > 0.002:
        raise ValueError("the scores are too far apart, or too often the same")
    return b


def _softmax_shares(scores: Floats) -> Floats:
    weights = exp(scores - scores.max(axis=0))
    shares: Floats = (weights / weights.sum(axis=0)).mean(axis=1)
    return shares
