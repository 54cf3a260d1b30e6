"""Desks over a plain folder: all that a writer needs, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from synthlab import Features, Writer

__all__ = ["write"]


@dataclass(frozen=True)
class FolderDesk:
    """Opens new files of the dataset in a folder."""

    dataset: str
    folder: Path

    def create(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a new file of the finished dataset."""
        return _create(self.folder / path)


@dataclass(frozen=True)
class Shard(FolderDesk):
    """The desk of one shard, and afterwards what it left for the merge."""

    parts: Path
    index: int
    shards: int
    start: int
    counts: dict[str, int] = field(default_factory=dict)

    def part(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a new file that the merge will read."""
        return _create(self.parts / str(self.index) / name)

    def open(self, name: str) -> BinaryIO | None:
        """Open a part for reading, if there is one."""
        path = self.parts / str(self.index) / name
        return path.open("rb") if path.exists() else None


@dataclass(frozen=True)
class Merge(FolderDesk):
    """The desk of the merge."""

    made: Sequence[Shard]

    def shards(self) -> Iterator[Shard]:
        """Return the shards in the order of their rows."""
        return iter(self.made)


def write(
    writer: Writer,
    batch: pa.RecordBatch,
    features: Features,
    folder: Path,
    *,
    cuts: Sequence[int] = (),
    first_row: int = 0,
) -> Mapping[str, int]:
    """Write a batch in shards that begin at the cuts, the last one first; return what was counted."""
    bounds = list(pairwise([0, *cuts, batch.num_rows]))
    parts = folder.parent / f"{folder.name}.parts"
    shards = [
        Shard("test", folder, parts, index, len(bounds), first_row + start)
        for index, (start, _) in enumerate(bounds)
    ]
    total: dict[str, int] = {}
    for shard, (start, stop) in reversed(list(zip(shards, bounds, strict=True))):
        middle = (start + stop) // 2  # a shard comes in several batches
        batches = [batch.slice(start, middle - start), batch.slice(middle, stop - middle)]
        shard.counts.update(writer.write_shard(batches, features, shard))
        for name, count in shard.counts.items():
            total[name] = total.get(name, 0) + count
    writer.merge(features, Merge("test", folder, shards))
    return total


def _create(path: Path) -> AbstractContextManager[BinaryIO]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb")
