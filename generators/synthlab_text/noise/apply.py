"""Texts as their writers would have typed them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from synthlab import Rows

from .edits import splice
from .flat import Codes, Flat, Numbers, ragged
from .kinds import decide
from .letters import lower, upper
from .options import Noise

__all__ = ["apply"]

Spans = tuple[Numbers, Numbers]
"""Rows, shape `(spans,)`, counted from the first of the batch, and starts and ends (exclusive) in code
points of their text, shape `(spans, 2)`."""
_NO_SPANS = np.empty((0, 2), np.int64)


def apply(
    noise: Noise,
    language: str,
    text: pa.StringArray,
    spans: Sequence[Spans],
    rows: Rows,
    mood: npt.NDArray[np.integer],
) -> tuple[pa.StringArray, list[Numbers]]:
    """Return the texts with noise, and for each group of spans where their strings stand in them.

    `mood` of each row is 0 (very negative) to 4 (very positive), or -1 where nobody knows. A span holds
    what was made of its own letters: none becomes empty, and no text does. Everything is a function of
    the row number and the row's own text, spans and mood.
    """
    flat = Flat.of(text)
    groups = [flat.bounds[row][:, None] + span for row, span in spans]
    changes = decide(noise, language, flat, np.concatenate([_NO_SPANS, *groups]), rows, mood)
    if not changes:
        return text, [span for _, span in spans]
    every = [*groups, changes.lowered, changes.raised]
    noisy, moved = splice(flat, changes.edits, np.concatenate(every))
    *groups, lowered, raised = np.split(moved, np.cumsum([len(group) for group in every])[:-1])
    _change(noisy.codes, lowered, lower)
    _change(noisy.codes, raised, upper)
    return noisy.arrow(), [
        group - noisy.bounds[row][:, None] for group, (row, _) in zip(groups, spans, strict=True)
    ]


def _change(codes: Codes, ranges: Numbers, case: Callable[[Codes], Codes]) -> None:
    at = ragged(ranges[:, 0], ranges[:, 1] - ranges[:, 0])
    codes[at] = case(codes[at])
