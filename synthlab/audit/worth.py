"""What synthetic rows are worth for learning the target, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InputError, did_you_mean
from .columns import Tables
from .estimates import Chance, Estimate, Picks
from .matrices import Floats, Reference
from .utility import MOST_CLASSES, Utility, utility

__all__ = ["TIMES", "Worth", "check_target", "worth"]

TIMES = 16
"""Over so many random halves of the rows that are learned from, and tested on."""


@dataclass(frozen=True)
class Worth:
    """Scores on real rows that were not learned from."""

    measure: str
    """"AUC" or "R2"."""
    boosting: Estimate
    linear: Estimate


def check_target(tables: Tables, target: str) -> None:
    """Raise InputError, with the reason, for a target that cannot be learned."""
    if target in tables.left_out:
        raise InputError(
            f"the target {target!r} cannot be learned: it is left out: {tables.left_out[target]}"
        )
    if target not in tables.kinds:
        hint = did_you_mean(target, tables.kinds)
        raise InputError(
            f"there is no column {target!r} for the target;{hint} there are {', '.join(tables.kinds)}"
        )
    values = pc.unique(
        pa.chunked_array([c for t in tables.real for c in t.column(target).chunks])
    ).drop_null()
    if len(values) < 2:
        raise InputError(f"the target {target!r} has fewer than two values in the real rows")
    if tables.kinds[target] in ("class", "truth") and len(values) > MOST_CLASSES:
        raise InputError(
            f"the target {target!r} has {len(values):,} classes; at most {MOST_CLASSES} can be learned"
        )


def worth(train: pa.Table, test: pa.Table, target: str, chance: Chance, name: str) -> Worth:
    """Return how well models learn the target from `train`, tested on `test`.

    Raises InputError when `train` has nothing to learn from: a target of one class, say.
    """
    reference = Reference.of(test, train)
    found: list[Utility] = []

    def measure(picks: Picks) -> Floats:
        learned, tested = (t.take(pa.array(pick)) for t, pick in zip((train, test), picks, strict=True))
        try:
            found.append(utility(learned, tested, target, reference))
        except InputError:
            if not found:
                raise
            return np.array([np.nan, np.nan])  # a half without a rare class
        return np.array([found[-1].boosting, found[-1].linear])

    sizes = [train.num_rows, test.num_rows]
    bounds = (0.0 if target in reference.classes else -math.inf, 1.0)
    boosting, linear = chance.estimates(measure, sizes, "worth", name, times=TIMES, bounds=bounds)
    return Worth(found[0].measure, boosting, linear)
