"""Parquet, as Hugging Face `datasets` loads it: ClassLabel and Image included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from ..features import ClassLabel, Features
from . import MergeDesk, ShardDesk, Writer, by_split, split_names

__all__ = ["ParquetWriter"]


class ParquetWriter(Writer):
    """`data/train-00000-of-00002.parquet` and so on: a file for each split and shard, compressed by zstd.

    Hugging Face sees the kinds of the columns in the metadata of the files. Splits named `train`,
    `validation` and `test` are recognised by their names; one without rows has no file.
    """

    name = "parquet"
    description = "Parquet, a file for each split and shard; Hugging Face datasets reads ClassLabel and Image"

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        """Store a file for each split that has rows in this shard, and count them."""
        inner = _stored(features)
        counts = dict.fromkeys(map(_name, split_names(features)), 0)
        with ExitStack() as stack:
            writers: dict[str, pq.ParquetWriter] = {}
            for batch in batches:
                for split, rows in by_split(batch, features):
                    name = _name(split)
                    if name not in writers:
                        file = desk.create(_path(name, desk.index, desk.shards))
                        writers[name] = stack.enter_context(_open(file, inner))
                    writers[name].write_batch(rows.replace_schema_metadata(inner.arrow_schema.metadata))
                    counts[name] += rows.num_rows
        return counts

    def merge(self, features: Features, desk: MergeDesk) -> None:
        """Add an empty file where a split has no rows in a shard, so that the numbering has no gaps; of a
        split that has no rows at all there is none, for readers refuse it."""
        shards, totals = 0, Counter[str]()
        for shard in desk.shards():
            shards += 1
            totals.update(shard.counts)
        names = [name for name in map(_name, split_names(features)) if totals[name] or not totals.total()]
        for index, shard in enumerate(desk.shards()):
            for name in names:
                if not shard.counts[name]:
                    with _open(desk.create(_path(name, index, shards)), _stored(features)):
                        pass


def _name(split: str | None) -> str:
    return split or "train"


def _path(name: str, index: int, shards: int) -> str:
    return f"data/{name}-{index:05d}-of-{shards:05d}.parquet"


def _stored(features: Features) -> Features:
    """Return the columns of the files: the split is in their names."""
    return features.without(features.split) if features.split else features


@contextmanager
def _open(new: AbstractContextManager[BinaryIO], features: Features) -> Iterator[pq.ParquetWriter]:
    """Open a new file for batches; each becomes a row group."""
    # A dictionary of strings that hardly repeat costs time and space.
    options = {"compression": "zstd", "use_dictionary": features.find(ClassLabel)}
    with new as file, pq.ParquetWriter(file, features.arrow_schema, **options) as writer:
        yield writer
