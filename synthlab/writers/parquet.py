"""Parquet, as Hugging Face `datasets` loads it: ClassLabel and Image included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

import pyarrow as pa
import pyarrow.parquet as pq

from ..features import ClassLabel, Features
from . import ShardDesk, Writer, by_split, split_names

__all__ = ["ParquetWriter"]


class ParquetWriter(Writer):
    """`data/train-00000-of-00002.parquet` and so on: a file for each split and shard, compressed by zstd.

    Hugging Face sees the kinds of the columns in the metadata of the files. Splits named `train`,
    `validation` and `test` are recognised by their names.
    """

    name = "parquet"
    description = "Parquet, a file for each split and shard; Hugging Face datasets reads ClassLabel and Image"

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        inner = features.without(features.split) if features.split else features
        with ExitStack() as stack:
            # A split without rows in this shard has an empty file, so that the numbering has no gaps.
            writers = {
                split: stack.enter_context(_open(split, inner, desk)) for split in split_names(features)
            }
            for batch in batches:
                for split, rows in by_split(batch, features):
                    writers[split].write_batch(rows.replace_schema_metadata(inner.arrow_schema.metadata))
        return {}


@contextmanager
def _open(split: str | None, features: Features, desk: ShardDesk) -> Iterator[pq.ParquetWriter]:
    """Open the file of a split in this shard; each batch becomes a row group."""
    path = f"data/{split or 'train'}-{desk.index:05d}-of-{desk.shards:05d}.parquet"
    # A dictionary of strings that hardly repeat costs time and space.
    options = {"compression": "zstd", "use_dictionary": features.find(ClassLabel)}
    with desk.create(path) as file, pq.ParquetWriter(file, features.arrow_schema, **options) as writer:
        yield writer
