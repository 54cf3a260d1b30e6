"""How many objects each image has, and of which classes: exact over every 1,000 images."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from synthlab import Rows

__all__ = ["BLOCK", "classes_of_rows"]

BLOCK = 1000
"""How many images share their quotas. Every number of objects is as frequent in them as every other, and each
class has its share of their objects, to the nearest whole one."""

Ints = npt.NDArray[np.int64]


def classes_of_rows(
    rows: Rows, counts: tuple[int, int], weights: Sequence[float], purpose: str
) -> list[list[int]]:
    """Return the numbers of the classes of each image's objects, in random order."""
    result = []
    for number in rows.numbers.tolist():
        offsets, classes = _block(rows.seed, rows.scope, number // BLOCK, counts, tuple(weights), purpose)
        place = number % BLOCK
        result.append(classes[offsets[place] : offsets[place + 1]].tolist())
    return result


@lru_cache(maxsize=16)
def _block(
    seed: int,
    scope: tuple[str, ...],
    block: int,
    counts: tuple[int, int],
    weights: tuple[float, ...],
    purpose: str,
) -> tuple[Ints, Any]:
    """Return (where the objects of each image of a block begin, the classes of all its objects)."""
    low, high = counts
    rows = Rows(seed, block * BLOCK, (block + 1) * BLOCK, scope)
    sizes = low + rows.stream(purpose, "count").quotas([1] * (high - low + 1), BLOCK)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    total = int(offsets[-1])
    if not total or not weights:
        return np.zeros(BLOCK + 1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    all_of_them = Rows(seed, block * total, (block + 1) * total, scope)
    return offsets, all_of_them.stream(purpose, "class").quotas(weights, total)
