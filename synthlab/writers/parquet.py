"""Parquet, as Hugging Face `datasets` loads it: ClassLabel and Image included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.parquet as pq

from ..features import ClassLabel, Features, Image
from . import ShardDesk, Writer, by_split, split_names

__all__ = ["ParquetWriter"]

IMAGE_GROUP = 100
"""Rows in a row group of images: larger ones exhaust the memory of viewers."""
GROUP = 65_536


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
        found: dict[str | None, list[pa.RecordBatch]] = {name: [] for name in split_names(features)}
        for batch in batches:
            for split, rows in by_split(batch, features):
                found[split].append(rows)
        for split, parts in found.items():
            # A split without rows in this shard has an empty file, so that the numbering has no gaps.
            table = pa.Table.from_batches(parts, schema=inner.arrow_schema)
            path = f"data/{split or 'train'}-{desk.index:05d}-of-{desk.shards:05d}.parquet"
            with desk.create(path) as file:
                pq.write_table(
                    table,
                    file,
                    row_group_size=IMAGE_GROUP if inner.find(Image) else GROUP,
                    compression="zstd",
                    # A dictionary of strings that hardly repeat costs time and space.
                    use_dictionary=inner.find(ClassLabel),
                )
        return {}
