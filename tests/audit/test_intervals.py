"""The intervals mean what they say: they cover the truth in most of many runs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from synthlab.audit.associations import associations
from synthlab.audit.estimates import Chance, Estimate
from synthlab.audit.shares import Coded, likeness


def tables(seed: int, rows: int) -> list[pa.Table]:
    """Return a real and a synthetic table whose differences are known.

    A class has shares of 0.5 and 0.7, so the likeness is 0.8; numbers correlate by 0.8 and by 0.
    """
    chance = np.random.default_rng(seed)
    made = []
    for share, bond in ((0.5, 0.8), (0.7, 0.0)):
        x = chance.normal(size=rows)
        y = bond * x + np.sqrt(1 - bond**2) * chance.normal(size=rows)
        made.append(pa.table({"x": x, "y": y, "c": np.where(chance.random(rows) < share, "a", "b")}))
    return made


def covered(runs: int, rows: int) -> tuple[float, float]:
    """Return how often the intervals cover the likeness of the class, and the difference of correlations."""
    # Spearman's correlation of a normal pair: Pearson, "On further methods of determining correlation", 1907.
    truth = 6 / np.pi * np.arcsin(0.8 / 2)
    found: list[tuple[Estimate, Estimate]] = []
    for seed in range(runs):
        coded = Coded.of(tables(seed, rows))
        alike = likeness(coded, 1, Chance(seed), "made").each["c"]
        found.append((alike, associations(coded, 1, Chance(seed), "made").pairs["x", "y"][3]))
    shares = [alike.low <= 0.8 <= alike.high for alike, _ in found]
    bonds = [bond.low <= truth <= bond.high for _, bond in found]
    return float(np.mean(shares)), float(np.mean(bonds))


def test_intervals_cover_the_truth_in_most_runs() -> None:
    assert min(covered(40, 300)) >= 0.85


@pytest.mark.slow
def test_intervals_cover_the_truth_in_nineteen_of_twenty_runs() -> None:
    shares, bonds = covered(300, 400)
    assert 0.9 <= shares <= 0.99
    assert 0.9 <= bonds <= 0.99


def test_more_rows_make_intervals_shorter() -> None:
    widths = []
    for rows in (200, 3_200):
        alike = likeness(Coded.of(tables(1, rows)), 1, Chance(0), "made").each["c"]
        widths.append(alike.high - alike.low)
    assert widths[1] < widths[0] / 2
