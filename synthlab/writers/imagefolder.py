"""Folders of images with a line of JSON for each: what Hugging Face calls an image folder.

    train/000000041.jpg
    train/metadata.jsonl        {"file_name":"000000041.jpg","width":212,"height":32,"text":"TOTAL 12.50",...}

A file is named by the number of its row, and its line has all other columns, classes by name. A folder is
named like its split; without splits there is `train` alone, which is how readers call that. There is none of
a split without rows.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Any, ClassVar

import pyarrow as pa

from ..errors import BuildError, FeatureError
from ..features import Features, Image, LabelMap, Value
from ..json_text import json_lines
from . import MergeDesk, ShardDesk, Writer, by_split, split_names
from .pictures import ENDINGS
from .text import ROW, numbered

__all__ = ["ImageFolderWriter"]

FILE_NAME = "file_name"


class ImageFolderWriter(Writer):
    """Stores images, and what is known of each as a line of JSON."""

    name: ClassVar[str] = "imagefolder"
    description: ClassVar[str] = "image files, with a line of JSON for each, as Hugging Face reads them"

    def accepts(self, features: Features) -> None:
        images = features.find(Image)
        if len(images) != 1:
            raise FeatureError(
                f"{self.name} holds one image a row, and this dataset has {len(images)}; its columns are "
                f"{', '.join(features.columns)}"
            )
        maps = features.find(LabelMap)
        bytes_ = [name for name in features.find(Value) if features[name] == Value("binary")]
        if maps or bytes_:
            raise FeatureError(f"{self.name} cannot hold the bytes of {(maps + bytes_)[0]!r}; use parquet")
        if FILE_NAME in features.columns:
            raise FeatureError(f"{self.name} has a key {FILE_NAME!r} of its own; call that column otherwise")

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        """Store the image files, and the line of each."""
        (image,) = features.find(Image)
        told = features.without(image)
        if features.split is not None:
            told = told.without(features.split)
        counts = dict.fromkeys(map(_folder, split_names(features)), 0)
        with ExitStack() as stack:
            files = {folder: stack.enter_context(desk.part(folder)) for folder in counts}
            for batch in numbered(batches, desk.start):
                for split, rows in by_split(batch, features):
                    names = []
                    pictures = rows.column(image).to_pylist()
                    for row, stored in zip(rows.column(ROW).to_pylist(), pictures, strict=True):
                        data, ending = _picture(stored, row, self.name)
                        names.append(f"{row:09d}.{ending}")
                        with desk.create(f"{_folder(split)}/{names[-1]}") as file:
                            file.write(data)
                    known = told.readable(rows.select(list(told.columns)))
                    columns = [pa.array(names, pa.string()), *known.columns]
                    lines = pa.RecordBatch.from_arrays(columns, names=[FILE_NAME, *told.columns])
                    files[_folder(split)].write(json_lines(lines))
                    counts[_folder(split)] += rows.num_rows
        return counts

    def merge(self, features: Features, desk: MergeDesk) -> None:
        """Join the lines of each split that has rows; readers refuse one without. Of no rows at all each has
        an empty file."""
        totals = Counter[str]()
        for shard in desk.shards():
            totals.update(shard.counts)
        for folder in map(_folder, split_names(features)):
            if totals.total() and not totals[folder]:
                continue
            with desk.create(f"{folder}/metadata.jsonl") as output:
                for shard in desk.shards():
                    part = shard.open(folder)
                    if part is not None:
                        with part:
                            shutil.copyfileobj(part, output, 1 << 20)


def _folder(split: str | None) -> str:
    return split or "train"


def _picture(stored: Mapping[str, Any] | None, row: int, format: str) -> tuple[bytes, str]:
    """Return the bytes of an image and the ending of its file's name."""
    data: bytes = (stored or {}).get("bytes") or b""
    ending = next((ending for head, ending in ENDINGS.items() if data.startswith(head)), None)
    if ending is None:
        found = f"starts with {data[:8]!r}" if data else "is missing"
        raise BuildError(f"the image of row {row} {found}; {format} takes {', '.join(ENDINGS.values())}")
    return data, ending
