"""The quality report of SDMetrics, where that package is installed."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pyarrow as pa

from .estimates import Chance, Estimate, Picks
from .matrices import Floats

__all__ = ["TIMES", "is_there", "quality"]

TIMES = 4
"""Over so many random halves."""


def is_there() -> bool:
    """Return whether SDMetrics is installed; it is not loaded."""
    return importlib.util.find_spec("sdmetrics") is not None


def quality(real: pa.Table, other: pa.Table, kinds: dict[str, str], chance: Chance, name: str) -> Estimate:
    """Return the score of SDMetrics' quality report of another table beside the real one.

    What columns are is told to it by us, from `kinds`, and kept nowhere.
    """
    types = {"number": "numerical", "moment": "datetime"}
    described = {
        "columns": {column: {"sdtype": types.get(kind, "categorical")} for column, kind in kinds.items()}
    }
    frames = [_frame(table, kinds) for table in (real, other)]

    def measure(picks: Picks) -> Floats:
        from sdmetrics.reports.single_table import QualityReport

        report = QualityReport()
        parts = [frame.iloc[pick].reset_index(drop=True) for frame, pick in zip(frames, picks, strict=True)]
        report.generate(*parts, described, verbose=False)
        return np.array([report.get_score()], dtype=np.float64)

    sizes = [real.num_rows, other.num_rows]
    (found,) = chance.estimates(measure, sizes, "sdmetrics", name, times=TIMES)
    return found


def _frame(table: pa.Table, kinds: dict[str, str]) -> Any:
    frame = table.to_pandas()
    for column, kind in kinds.items():
        if kind not in ("number", "moment"):
            frame[column] = frame[column].astype(object)
    return frame
