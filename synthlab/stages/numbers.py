"""Changing numbers in their own type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field

from .. import portable
from ..features import Feature, Value

__all__ = ["Decimals", "Number", "changed", "is_number"]

Floats = npt.NDArray[np.floating[Any]]

Number = Annotated[float, Field(allow_inf_nan=False)]
Decimals = Annotated[int, Field(ge=-9, le=9)]


def is_number(feature: Feature) -> bool:
    """Return whether a column holds whole numbers or floats."""
    return isinstance(feature, Value) and feature.dtype.startswith(("int", "uint", "float"))


def changed(values: pa.Array, change: Callable[[Floats], Floats], decimals: int | None) -> pa.Array:
    """Return numbers changed, rounded to `decimals` if that is given; null stays null.

    The type stays: whole numbers are rounded, half to even, and nothing leaves what the type can hold.
    """
    kind = values.slice(0, 0).to_numpy(zero_copy_only=False).dtype
    numbers = values.cast(pa.float64(), safe=False).fill_null(0.0).to_numpy(zero_copy_only=False)
    with np.errstate(over="ignore"):
        made = change(numbers)
        if decimals is not None:
            rounded = portable.power_of_ten_round(made, decimals)
            made = np.where(np.isfinite(rounded), rounded, made)
    if kind.kind == "f":
        low, high = float(np.finfo(kind).min), float(np.finfo(kind).max)
    else:
        made = np.rint(made)
        low, high = float(np.iinfo(kind).min), float(np.iinfo(kind).max)
        if int(high) > np.iinfo(kind).max:  # 2**63 - 1 is no float; the next one below is
            high = float(np.nextafter(high, 0.0))
    missing = values.is_null().to_numpy(zero_copy_only=False)
    return pa.array(np.clip(made, low, high).astype(kind), mask=missing)
