"""What the text formats share: parts of each split, joined in the order of the rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from typing import BinaryIO

import pyarrow as pa

from ..errors import FeatureError
from ..features import Features, Image, Value
from . import MergeDesk, ShardDesk, by_split, split_names

__all__ = ["file_name", "join_parts", "refuse_bytes", "write_parts"]


def file_name(dataset: str, split: str | None, extension: str) -> str:
    """Return the name of the file of a split, or of the only file."""
    return f"{split or dataset}.{extension}"


def write_parts(
    batches: Iterable[pa.RecordBatch],
    features: Features,
    desk: ShardDesk,
    write: Callable[[pa.RecordBatch, BinaryIO], None],
) -> Mapping[str, int]:
    """Write the rows of each split into a part of its own, and count them."""
    counts: dict[str, int] = {}
    with ExitStack() as stack:
        files: dict[str, BinaryIO] = {}
        for batch in batches:
            for split, rows in by_split(batch, features):
                name = _part(split)
                if name not in files:
                    files[name] = stack.enter_context(desk.part(name))
                write(rows, files[name])
                counts[name] = counts.get(name, 0) + rows.num_rows
    return counts


def join_parts(features: Features, desk: MergeDesk, extension: str, head: bytes = b"") -> None:
    """Join the parts into one file a split, after `head`."""
    for split in split_names(features):
        with desk.create(file_name(desk.dataset, split, extension)) as output:
            output.write(head)
            for shard in desk.shards():
                part = shard.open(_part(split))
                if part is not None:
                    with part:
                        shutil.copyfileobj(part, output, 1 << 20)


def _part(split: str | None) -> str:
    return "rows" if split is None else f"rows-{split}"


def refuse_bytes(format: str, features: Features) -> None:
    """Raise FeatureError for columns that no text can hold."""
    if images := features.find(Image):
        raise FeatureError(f"{format} cannot hold the images of column {images[0]!r}; use coco or parquet")
    for name in features.find(Value):
        if features[name] == Value("binary"):
            raise FeatureError(f"{format} cannot hold the bytes of column {name!r}; use parquet")
