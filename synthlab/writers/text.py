"""What the text formats share: parts of each split, joined in the order of the rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import BinaryIO

import pyarrow as pa

from ..errors import FeatureError
from ..features import Features, Image, Value
from . import MergeDesk, ShardDesk, by_split, split_names

__all__ = [
    "ROW",
    "file_name",
    "join_parts",
    "numbered",
    "parts",
    "refuse_bytes",
    "renamed_splits",
    "write_parts",
]

ROW = "number of the row"
"""The column that `numbered` adds."""


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


def numbered(batches: Iterable[pa.RecordBatch], start: int) -> Iterator[pa.RecordBatch]:
    """Yield the batches with the number of each row in a column of its own."""
    for batch in batches:
        yield batch.append_column(ROW, pa.array(range(start, start + batch.num_rows), pa.int64()))
        start += batch.num_rows


def join_parts(
    features: Features,
    desk: MergeDesk,
    extension: str,
    head: bytes = b"",
    tail: bytes = b"",
    names: Mapping[str, str] | None = None,
) -> None:
    """Join the parts into one file a split, between `head` and `tail`; `names` has other names of splits."""
    for split in split_names(features):
        name = (names or {}).get(split, split) if split else split
        with desk.create(file_name(desk.dataset, name, extension)) as output:
            output.write(head)
            for part in parts(desk, split):
                shutil.copyfileobj(part, output, 1 << 20)
            output.write(tail)


def parts(desk: MergeDesk, split: str | None) -> Iterator[BinaryIO]:
    """Yield what each shard has of a split, open for reading."""
    for shard in desk.shards():
        part = shard.open(_part(split))
        if part is not None:
            with part:
                yield part


def renamed_splits(format: str, features: Features, names: Mapping[str, str]) -> dict[str, str]:
    """Return what the format calls each split; raises FeatureError where two would share a name."""
    found = {split: names.get(split, split) for split in split_names(features) if split is not None}
    if len(set(found.values())) < len(found):
        raise FeatureError(
            f"{format} would mix splits in one file: it calls them {', '.join(found.values())}"
        )
    return found


def _part(split: str | None) -> str:
    return "rows" if split is None else f"rows-{split}"


def refuse_bytes(format: str, features: Features) -> None:
    """Raise FeatureError for columns that no text can hold."""
    if images := features.find(Image):
        raise FeatureError(f"{format} cannot hold the images of column {images[0]!r}; use coco or parquet")
    for name in features.find(Value):
        if features[name] == Value("binary"):
            raise FeatureError(f"{format} cannot hold the bytes of column {name!r}; use parquet")
