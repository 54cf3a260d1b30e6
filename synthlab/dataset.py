"""Datasets: rows that exist once somebody asks for them, the same ones every time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import pyarrow as pa

from .errors import PluginError, UsageError
from .features import Features
from .rows import Rows
from .schema import Schema, load_schema

if TYPE_CHECKING:
    import pandas as pd

    from .build import Built

__all__ = ["Dataset", "load", "load_tables"]


def load(
    source: str | Path | Mapping[str, Any], *, rows: int | None = None, seed: int | None = None
) -> Dataset:
    """Return the dataset that a schema describes; nothing is made yet.

    A schema of several tables is loaded by `load_tables`.

    `source` is a schema file, the name of a ready-made schema, or the content of one as a mapping. `rows`
    and `seed` take the place of those in the schema. Raises SchemaError with every problem that it has.
    """
    return Dataset(Schema.load(source, rows=rows, seed=seed))


def load_tables(
    source: str | Path | Mapping[str, Any], *, rows: int | None = None, seed: int | None = None
) -> dict[str, Dataset]:
    """Return the datasets of a schema of several tables by their names, in the order of the file.

    `rows` are those of the first table; the others change in proportion. A schema of one dataset gives
    that one, under its own name.
    """
    loaded = load_schema(source, rows=rows, seed=seed)
    if isinstance(loaded, Schema):
        return {loaded.name: Dataset(loaded)}
    return {name: Dataset(schema) for name, schema in loaded.items()}


class Dataset:
    """Labeled rows, made when they are asked for.

        dataset = synthlab.load("reviews", rows=90_000, seed=7)
        dataset[41]                              # one row, as a dictionary
        dataset[100:200]                         # a dataset again, of these rows
        for batch in dataset.batches(): ...      # pyarrow.RecordBatch
        dataset.write("out", format="csv")

    Row i is the same however it is reached, and the same as in the written files.
    """

    def __init__(self, schema: Schema, start: int = 0, stop: int | None = None) -> None:
        self.schema = schema
        self.start = start
        self.stop = schema.rows if stop is None else stop
        self._features = schema.generator.features
        for stage in schema.stages.values():
            self._features = stage.features(self._features)
        blocks = [schema.generator.block_rows, *(s.block_rows for s in schema.stages.values())]
        self._block = math.lcm(*(rows for rows in blocks if rows is not None))

    @property
    def features(self) -> Features:
        """The columns and what they mean."""
        return self._features

    def __len__(self) -> int:
        return self.stop - self.start

    def __repr__(self) -> str:
        columns = ", ".join(self.features.columns)
        return f"<Dataset {self.schema.name}: {len(self):,} rows of {columns}>"

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Dataset: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | Dataset:
        """Return one row as a dictionary, or a range of rows as a dataset; nothing else is made."""
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                raise UsageError(f"a dataset is cut in steps of 1, not {step}")
            return Dataset(self.schema, self.start + start, self.start + max(start, stop))
        number = range(len(self))[index]  # negative numbers count from the end; IndexError outside
        batch = self.make(self.start + number, self.start + number + 1)
        row: dict[str, Any] = self.features.readable(batch).to_pylist()[0]
        return row

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for batch in self.batches():
            yield from self.features.readable(batch).to_pylist()

    def batches(self, rows: int | None = None) -> Iterator[pa.RecordBatch]:
        """Yield all rows in order, `rows` at a time; by default as many as the generator makes at ease.

        Classes are numbers in a batch; `dataset.features.readable(batch)` has their names.
        """
        size = min(self.schema.generator.shard_rows, 8192) if rows is None else rows
        if size < 1:
            raise UsageError(f"a batch has at least one row, not {size}")
        for start in range(self.start, self.stop, size):
            yield self.make(start, min(start + size, self.stop))

    def _large_batches(self) -> Iterator[pa.RecordBatch]:
        """Yield all rows for one who keeps them all: of large batches, each row costs less."""
        generator = self.schema.generator
        return self.batches(min(generator.shard_rows, generator.batch_rows))

    def make(self, start: int, stop: int) -> pa.RecordBatch:
        """Make the rows with the numbers `start` to `stop` (exclusive); row 0 is the schema's first."""
        if start == stop:
            return pa.RecordBatch.from_pylist([], schema=self.features.arrow_schema)
        schema = self.schema
        first, last = start // self._block * self._block, -(-stop // self._block) * self._block
        rows = Rows(schema.seed, first, last, schema.scope)
        batch = self._generate(rows.within("generator"))
        features = schema.generator.features
        for key, stage in schema.stages.items():
            batch = stage.apply(batch, features, rows.within("stage", key))
            features = stage.features(features)
            features.check(batch, len(rows), f"stage {key!r}")
        return batch.slice(start - first, stop - start)

    def _generate(self, rows: Rows) -> pa.RecordBatch:
        generator, name = self.schema.generator, f"generator {self.schema.generator_name!r}"
        size = generator.block_rows or len(rows)
        batches = []
        for start in range(rows.start, rows.stop, size):
            block = rows.slice(start, min(start + size, rows.stop))
            batch = generator.generate(block)
            generator.features.check(batch, len(block), name)
            batches.append(batch)
        return (
            batches[0]
            if len(batches) == 1
            else pa.Table.from_batches(batches).combine_chunks().to_batches()[0]
        )

    def to_table(self) -> pa.Table:
        """Return all rows as one Arrow table."""
        return pa.Table.from_batches(self._large_batches(), schema=self.features.arrow_schema)

    def to_pandas(self) -> pd.DataFrame:
        """Return all rows as a pandas frame, with the names of classes."""
        try:
            import pandas  # noqa: F401 - pyarrow loads it, and says less when it is missing
        except ImportError as error:
            raise PluginError("to_pandas needs pandas: pip install pandas") from error
        readable = [self.features.readable(batch) for batch in self._large_batches()]
        if not readable:
            readable = [self.features.readable(self.make(self.start, self.start))]
        frame: pd.DataFrame = pa.Table.from_batches(readable).to_pandas()
        return frame

    def write(
        self,
        output: str | Path,
        *,
        format: str | None = None,
        workers: int = 1,
        overwrite: bool = False,
        shard_rows: int | None = None,
    ) -> Built:
        """Write the dataset into a folder, or go on where an interrupted call stopped.

        `format` is one of `synthlab list formats`; by default the schema's. The number of workers changes
        no byte.
        """
        from .build import Plan, build

        for name, value in (("workers", workers), ("shard_rows", shard_rows)):
            if value is not None and (not isinstance(value, int) or value < 1):
                raise UsageError(f"{name} must be a whole number of at least 1, not {value!r}")
        plan = Plan.of(self, self.schema.writer_name(format), shard_rows)
        return build(plan, output, workers=workers, overwrite=overwrite)
