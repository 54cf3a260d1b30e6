"""What a synthesizer that takes long is expected to take, from a short run of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from synthlab.rows import Rows

from .networks.learn import default_epochs
from .profile import Categories, Numbers, some
from .synthesizers import Synthesizer

__all__ = ["Spent"]

SHORT = 2_000
"""The rows of a short run."""
EPOCHS = 6
TRIES = 2
"""A synthesizer is fitted twice: on a part of the table, to be judged, and on all of it if it is kept."""


@dataclass
class Spent:
    """A budget of seconds, running down. The one place where a clock is read: it decides what is tried."""

    budget: float
    _began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self.budget - (time.monotonic() - self._began)

    def too_long(
        self,
        synthesizer: Synthesizer,
        columns: Sequence[Numbers | Categories],
        target: str | None,
        rows: Rows,
    ) -> str:
        """Return why a synthesizer cannot be tried, or nothing where there is time for it."""
        if self.left <= 0:
            return "the budget is spent"
        size = min(len(rows), SHORT)
        few = [some(column, np.arange(len(rows) - size, len(rows))) for column in columns]
        times = []
        for epochs in (1, 1, 1 + EPOCHS):  # the first one also loads libraries
            began = time.monotonic()
            synthesizer.learn(few, target, Rows(rows.seed, 0, size), {"epochs": str(epochs)})
            times.append(time.monotonic() - began)
        epoch = max(0.0, times[2] - times[1]) / EPOCHS
        needed = TRIES * (times[1] + epoch * default_epochs(len(rows))) * len(rows) / size
        if needed > self.left:
            return f"it would take about {needed:,.0f} seconds and {max(0, self.left):,.0f} are left"
        return ""
