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
"""Rows in order, shape `(spans,)`, counted from the first of the batch; and starts and ends (exclusive)
in code points of their text, shape `(spans, 2)`."""

_BLOCK = 16_384  # rows whose arrays still fit into a processor's cache
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
    the row number and the row's own text, spans and mood. The arrays given are left as they are, for a
    column of clean texts.
    """
    if not len(text) == len(rows) == len(mood):
        raise ValueError(f"{len(text)} texts, {len(rows)} rows and {len(mood)} moods are not as many")
    for row, _ in spans:
        if (np.diff(row) < 0).any():
            raise ValueError("spans are not in the order of their rows")
    texts: list[pa.StringArray] = []
    groups: list[list[Numbers]] = [[] for _ in spans]
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, min(start + _BLOCK, len(rows)))
        parts = [np.searchsorted(row, [block.start, block.stop]).tolist() for row, _ in spans]
        here = [(row[i:j] - start, span[i:j]) for (row, span), (i, j) in zip(spans, parts, strict=True)]
        made, moved = _block(noise, language, text[block], here, _rows(rows, block), mood[block])
        texts.append(made)
        for group, part in zip(groups, moved, strict=True):
            group.append(part)
    if not texts:
        return text, [span for _, span in spans]
    return pa.concat_arrays(texts), [np.concatenate(group) for group in groups]


def _rows(rows: Rows, block: slice) -> Rows:
    if rows.picked is not None:
        return rows.at(rows.picked[block])
    return rows.slice(rows.start + block.start, rows.start + block.stop)


def _block(
    noise: Noise,
    language: str,
    text: pa.StringArray,
    spans: Sequence[Spans],
    rows: Rows,
    mood: npt.NDArray[np.integer],
) -> tuple[pa.StringArray, list[Numbers]]:
    flat = Flat.of(text)
    groups = [flat.bounds[row][:, None] + span for row, span in spans]
    changes = decide(noise, language, flat, np.concatenate([_NO_SPANS, *groups]), rows, mood)
    if not changes:
        return text, [span for _, span in spans]
    every = [*groups, changes.lowered, changes.raised]
    labeled = np.concatenate([*groups, np.empty((0, 2), np.int64)])
    noisy, moved = splice(flat, changes.edits, labeled, np.concatenate(every[-2:]))
    *groups, lowered, raised = np.split(moved, np.cumsum([len(group) for group in every])[:-1])
    _change(noisy.codes, lowered, lower)
    _change(noisy.codes, raised, upper)
    return noisy.arrow(), [
        group - noisy.bounds[row][:, None] for group, (row, _) in zip(groups, spans, strict=True)
    ]


def _change(codes: Codes, ranges: Numbers, case: Callable[[Codes], Codes]) -> None:
    at = ragged(ranges[:, 0], ranges[:, 1] - ranges[:, 0])
    codes[at] = case(codes[at])
