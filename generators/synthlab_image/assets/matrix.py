"""The modules of QR codes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from .canvas import FINE

__all__ = ["qr_modules", "stretched"]


@lru_cache(maxsize=4096)
def qr_modules(payload: str, error: str) -> npt.NDArray[Any]:
    """Return the modules of a code without its quiet zone, 255 is dark."""
    import segno

    code = segno.make(payload, error=error, micro=False, boost_error=False)
    return np.array([[255 * bit for bit in row] for row in code.matrix], dtype=np.uint8)


def stretched(modules: npt.NDArray[Any], size: float) -> npt.NDArray[Any]:
    """Return modules as a mask of coverage for a canvas, `size` pixels wide."""
    fine = max(len(modules), round(size * FINE))
    return np.asarray(cv2.resize(modules, (fine, fine), interpolation=cv2.INTER_NEAREST_EXACT))
