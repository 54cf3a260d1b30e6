"""Tables of many rows: read a part at a time, with a sample kept that is as likely as any other."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from synthlab.rows import Rows

from ..column import array

__all__ = ["sampled"]


def sampled(batches: Iterable[pa.RecordBatch], most: int | None, seed: int) -> tuple[pa.Table | None, int]:
    """Return the rows of all batches, or `most` of them chosen by chance, and how many there were.

    They stay in their order. Each row has a random word, and those of the least words are kept. None when
    there is no batch.
    """
    kept: list[pa.RecordBatch] = []
    words: list[np.ndarray[tuple[int], np.dtype[np.uint64]]] = []
    total = held = 0
    for batch in batches:
        chance = Rows(seed, total, total + batch.num_rows).stream("fit", "sample")
        kept.append(batch)
        words.append(chance.words() if most is not None else np.empty(0, dtype=np.uint64))
        total += batch.num_rows
        held += batch.num_rows
        if most is not None and held > 2 * most:
            kept, words = _least(kept, words, most)
            held = most
    if not kept:
        return None, 0
    if most is not None and held > most:
        kept, words = _least(kept, words, most)
    return pa.Table.from_batches(kept), total


def _least(
    kept: list[pa.RecordBatch], words: list[np.ndarray[tuple[int], np.dtype[np.uint64]]], most: int
) -> tuple[list[pa.RecordBatch], list[np.ndarray[tuple[int], np.dtype[np.uint64]]]]:
    limit = np.partition(np.concatenate(words), most - 1)[most - 1]
    chosen = [np.flatnonzero(part <= limit) for part in words]
    rows = [batch.take(array(places)) for batch, places in zip(kept, chosen, strict=True)]
    return rows, [part[places] for part, places in zip(words, chosen, strict=True)]
