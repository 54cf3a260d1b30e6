"""The base class of every format, and the two desks that a writer works at.

A worker gives a writer the batches of one shard (`write_shard`); when all shards are there, one process
joins what the format wants as one file (`merge`). A writer never opens a path itself: the desks hand out
files that appear whole or not at all, and keep account of them for the receipts and the manifest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, ClassVar, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from ..features import ClassLabel, Features

__all__ = ["MergeDesk", "ShardDesk", "ShardParts", "Writer", "by_split", "split_names"]


class ShardDesk(Protocol):
    """Where a writer stores one shard."""

    @property
    def dataset(self) -> str:
        """The name of the dataset, for file names."""
        ...

    @property
    def index(self) -> int:
        """The number of the shard, from 0."""
        ...

    @property
    def shards(self) -> int:
        """How many shards the dataset has."""
        ...

    @property
    def start(self) -> int:
        """The number of the shard's first row."""
        ...

    def create(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a new file of the finished dataset, at a relative path with `/`."""
        ...

    def part(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a new file that `merge` will read; it goes away when the dataset is done."""
        ...


class ShardParts(Protocol):
    """What one shard left for `merge`."""

    @property
    def counts(self) -> Mapping[str, int]:
        """What `write_shard` counted."""
        ...

    def open(self, name: str) -> BinaryIO | None:
        """Open a part for reading, or return None when the shard has none of that name."""
        ...


class MergeDesk(Protocol):
    """Where a writer joins the shards."""

    @property
    def dataset(self) -> str:
        """The name of the dataset, for file names."""
        ...

    def shards(self) -> Iterable[ShardParts]:
        """Return the shards in the order of their rows; it can be asked again."""
        ...

    def create(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a new file of the finished dataset, at a relative path with `/`."""
        ...


class Writer:
    """Stores batches in one format. Its bytes follow from the batches alone: no clock, no host, no order
    of arrival."""

    name: ClassVar[str]
    description: ClassVar[str]
    libraries: ClassVar[tuple[str, ...]] = ()
    """Distributions whose version the bytes depend on, beside synthlab, numpy and pyarrow."""

    def accepts(self, features: Features) -> None:
        """Raise FeatureError, before any work is done, when the format cannot hold these columns."""

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        """Store the batches of one shard, and return what `merge` needs counted."""
        raise NotImplementedError

    def merge(self, features: Features, desk: MergeDesk) -> None:
        """Join the shards in constant memory; nothing to do for formats of many files."""


def split_names(features: Features) -> Sequence[str | None]:
    """Return the names of the splits, or `[None]` for a dataset without splits."""
    if features.split is None:
        return [None]
    feature = features[features.split]
    assert isinstance(feature, ClassLabel)
    return feature.names


def by_split(batch: pa.RecordBatch, features: Features) -> Iterator[tuple[str | None, pa.RecordBatch]]:
    """Yield each split that a batch has rows of, with those rows in order, without the split column."""
    if features.split is None:
        yield None, batch
        return
    numbers = batch.column(features.split)
    rest = batch.drop_columns([features.split])
    for number, name in enumerate(split_names(features)):
        rows = rest.filter(pc.equal(numbers, number))
        if rows.num_rows:
            yield name, rows
