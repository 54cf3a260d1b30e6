"""Picking by weight at the speed of a look-up: sixteen bits of a random word are a slot in a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate

import numpy as np
import numpy.typing as npt

__all__ = ["SLOTS", "Slots", "by_rank", "part", "slots", "slots_by_sex", "weighted_words"]

Slots = npt.NDArray[np.uint16]

SLOTS = 65_536
Weight = int | float | Fraction


def part(words: npt.NDArray[np.uint64], first: int, count: int = 16) -> npt.NDArray[np.int64]:
    """Return `count` bits of each word, from bit `first` on: parts that do not overlap are independent."""
    return ((words >> np.uint64(first)) & np.uint64((1 << count) - 1)).astype(np.int64)


def slots(weights: Sequence[Weight], size: int = SLOTS) -> Slots:
    """Return an index for each slot, each index as often as its weight says; the rarest may have none."""
    sums = [Fraction(0), *accumulate(Fraction(weight) for weight in weights)]
    borders = [int(total * size / sums[-1]) for total in sums]
    return np.repeat(np.arange(len(weights)), np.diff(borders)).astype(np.uint16)


def slots_by_sex(female: Sequence[Weight], male: Sequence[Weight]) -> Slots:
    """Return slots whose lower half is for women and upper half for men, of two lists after one another."""
    half = SLOTS // 2
    upper = slots(male, half) + np.uint16(len(female))
    return np.concatenate([slots(female, half), upper.astype(np.uint16)])


def by_rank(names: Iterable[str]) -> dict[str, int]:
    """Return weights for names listed by how frequent they are, the most frequent first.

    Near what a census counts: the tenth is half as frequent as the first, the hundredth a tenth.
    """
    return {name: 1_000_000 // (rank + 9) for rank, name in enumerate(dict.fromkeys(names), 1)}


def weighted_words(values: Mapping[str, Weight] | Sequence[str]) -> dict[str, Weight]:
    """Return values with their weights; a list may repeat the frequent ones."""
    if isinstance(values, Mapping):
        return {value: Fraction(str(weight)) for value, weight in values.items() if weight > 0}
    counts: dict[str, Weight] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts
