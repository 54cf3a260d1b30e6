"""Draws for a whole batch from raw words."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from synthlab.rows import GOLDEN, mixed

__all__ = ["below", "again"]

Words = npt.NDArray[np.uint64]


def below(words: Words, bounds: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int32]:
    """Return integers in `[0, bound)` from the upper half of words; bounds are below 2**31."""
    half = np.uint64(32)
    return ((words >> half) * bounds.astype(np.uint64) >> half).astype(np.int32)


def again(words: Words, purpose: int | npt.NDArray[np.uint64]) -> Words:
    """Return other words of the same rows, for another purpose."""
    if isinstance(purpose, int):
        return mixed(words + np.uint64((purpose + 1) * int(GOLDEN) % 2**64))
    return mixed(words + (purpose + np.uint64(1)) * GOLDEN)
