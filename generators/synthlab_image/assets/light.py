"""How light lies on round things."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["bulge", "sheen"]


@cache
def sheen() -> npt.NDArray[Any]:
    """Return levels that are brighter at the top left, 128 as it is, 32 x 32."""
    steps = np.arange(32)
    slope = np.add.outer(steps, steps)
    levels: npt.NDArray[Any] = (150 - slope * 44 // 62).astype(np.uint8)
    return levels


@cache
def bulge(strength: int) -> npt.NDArray[Any]:
    """Return levels that are brighter in the middle (below 0: darker), 32 x 32."""
    steps = (np.arange(32) * 2 - 31) ** 2
    square = np.minimum(np.add.outer(steps, steps), 31 * 31)
    levels: npt.NDArray[Any] = (128 + strength // 2 - square * strength // (31 * 31)).astype(np.uint8)
    return levels
