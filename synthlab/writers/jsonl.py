"""JSON Lines: one object a line, classes by name, spans and boxes as nested values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import BinaryIO

import pyarrow as pa

from ..features import Features
from ..json_text import json_lines
from . import MergeDesk, ShardDesk, Writer
from .text import join_parts, refuse_bytes, write_parts

__all__ = ["JsonLinesWriter"]

AT_ONCE = 1024
"""Rows that become text at once: what they need on the way is several times their size."""


class JsonLinesWriter(Writer):
    """One JSON object a line, in UTF-8; missing values are null, dates in ISO 8601."""

    name = "jsonl"
    description = "JSON Lines, a file for each split; nested labels stay nested"

    def accepts(self, features: Features) -> None:
        refuse_bytes(self.name, features)

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        inner = features.without(features.split) if features.split else features

        def write(rows: pa.RecordBatch, file: BinaryIO) -> None:
            for start in range(0, rows.num_rows, AT_ONCE):
                file.write(json_lines(inner.readable(rows.slice(start, AT_ONCE))))

        return write_parts(batches, features, desk, write)

    def merge(self, features: Features, desk: MergeDesk) -> None:
        join_parts(features, desk, "jsonl")
