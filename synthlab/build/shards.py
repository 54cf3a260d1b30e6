"""Making and storing one shard, and the receipt that says it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pyarrow as pa

from .. import plugins
from ..dataset import Dataset
from ..features import Image
from ..schema import Schema
from ..writers import split_names
from .plan import Plan, ShardRange
from .store import WORK, FileEntry, Store

__all__ = ["Job", "Receipt", "is_whole", "receipt_of"]

ROWS = 8_192
"""Rows that are made and written at once, or a quarter of what a generator is quickest with: as text they
take several times their size."""
IMAGES = 16
"""Images in a batch, and in a row group of Parquet: many large ones exhaust memory, a viewer's too."""


@dataclass(frozen=True)
class Receipt:
    """What one shard left: the files of the dataset, the parts for the merge, and counts."""

    index: int
    plan: str
    """The checksum of the plan that the shard belongs to."""
    rows: Mapping[str, int]
    """Rows in each split; the key is empty for a dataset without splits."""
    counts: Mapping[str, int]
    files: list[FileEntry]
    parts: list[FileEntry]

    @staticmethod
    def name(index: int) -> str:
        """Return where the receipt of a shard lies."""
        return f"{WORK}/receipts/{index:06d}.json"

    def to_json(self) -> dict[str, Any]:
        """Return the receipt as JSON data."""
        return {
            "shard": self.index,
            "plan": self.plan,
            "rows": dict(self.rows),
            "counts": dict(self.counts),
            "files": {f.path: f.to_json() for f in self.files},
            "parts": {f.path: f.to_json() for f in self.parts},
        }


def receipt_of(store: Store, plan: Plan, index: int) -> Receipt | None:
    """Return the receipt of a shard, or None when it has left none that is whole and of this plan."""
    data: Any = store.read_json(Receipt.name(index))
    try:
        files = [FileEntry(path, **entry) for path, entry in data["files"].items()]
        parts = [FileEntry(path, **entry) for path, entry in data["parts"].items()]
        receipt = Receipt(index, data["plan"], data["rows"], data["counts"], files, parts)
    except (AttributeError, KeyError, TypeError):
        return None
    return receipt if receipt.plan == plan.sha256 else None


def is_whole(store: Store, receipt: Receipt) -> bool:
    """Return whether the files that a receipt vouches for are still what they were."""
    return all(store.entry(file.path) == file for file in (*receipt.files, *receipt.parts))


class Job:
    """A plan made ready in one process: the dataset, the writer and the folder."""

    def __init__(self, plan: Plan, store: Store) -> None:
        self.plan = plan
        self.store = store
        start, stop = plan.identity["rows"]
        self.dataset = Dataset(Schema.from_resolved(plan.identity["schema"], plan.folder), start, stop)
        self.writer = plugins.writer(plan.format)

    def run(self, index: int) -> Receipt:
        """Make one shard, store it and leave its receipt."""
        shard = self.plan.shard(index)
        desk = _Desk(self.dataset.schema.name, index, self.plan.shard_count, shard.start, self.store)
        rows = {name or "": 0 for name in split_names(self.dataset.features)}
        counts = self.writer.write_shard(self._batches(shard, rows), self.dataset.features, desk)
        receipt = Receipt(index, self.plan.sha256, rows, counts, desk.files, desk.parts)
        self.store.settle([*desk.files, *desk.parts])
        self.store.write_json(Receipt.name(index), receipt.to_json())
        return receipt

    def _batches(self, shard: ShardRange, rows: dict[str, int]) -> Iterator[pa.RecordBatch]:
        features = self.dataset.features
        size = IMAGES if features.find(Image) else min(ROWS, self.dataset.schema.generator.batch_rows // 4)
        for start in range(shard.start, shard.stop, size):
            batch = self.dataset.make(start, min(start + size, shard.stop))
            if features.split is None:
                rows[""] += batch.num_rows
            else:
                for entry in batch.column(features.split).value_counts().to_pylist():
                    rows[split_names(features)[entry["values"]] or ""] += entry["counts"]
            yield batch


@dataclass
class _Desk:
    """The files of one shard; see `synthlab.writers.ShardDesk`."""

    dataset: str
    index: int
    shards: int
    start: int
    store: Store
    files: list[FileEntry] = field(default_factory=list)
    parts: list[FileEntry] = field(default_factory=list)

    def create(self, path: str) -> AbstractContextManager[BinaryIO]:
        return self.store.create(path, self.files)

    def part(self, name: str) -> AbstractContextManager[BinaryIO]:
        return self.store.create(f"{WORK}/parts/{self.index:06d}/{name}", self.parts)
