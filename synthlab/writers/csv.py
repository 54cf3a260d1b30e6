"""CSV by RFC 4180, with a Table Schema beside it that says what the columns are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from ..features import Box, ClassLabel, Feature, Features, Mask, Records, Span, Value
from ..json_text import iso_time, json_column, json_page
from . import MergeDesk, ShardDesk, Writer, split_names
from .text import file_name, join_parts, refuse_bytes, write_parts

__all__ = ["CsvWriter"]


class CsvWriter(Writer):
    """UTF-8, commas, line feeds, strings in quotes: `,,` is missing, `,"",` is an empty string.

    Readers differ: pandas takes "", "NA" and "null" for missing unless told `keep_default_na=False`.
    `datapackage.json` beside the files gives the types (Frictionless Table Schema).
    """

    name = "csv"
    description = "CSV, a file for each split, with a Table Schema; nested labels as JSON"

    def accepts(self, features: Features) -> None:
        refuse_bytes(self.name, features)

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        inner = _inner(features)

        def write(rows: pa.RecordBatch, file: BinaryIO) -> None:
            readable = inner.readable(rows)
            cells = [_cells(readable.column(name)) for name in inner.columns]
            table = pa.Table.from_arrays(cells, names=list(inner.columns))
            pa.csv.write_csv(table, file, pa.csv.WriteOptions(include_header=False))

        return write_parts(batches, features, desk, write)

    def merge(self, features: Features, desk: MergeDesk) -> None:
        inner = _inner(features)
        head = io.StringIO(newline="")
        csv.writer(head, lineterminator="\n").writerow(inner.columns)
        join_parts(features, desk, "csv", head.getvalue().encode())
        fields = [{"name": name, **_table_schema(f)} for name, f in inner.columns.items()]
        resources = [
            {
                "name": split or desk.dataset,
                "path": file_name(desk.dataset, split, "csv"),
                "format": "csv",
                "encoding": "utf-8",
                "schema": {"fields": fields, "missingValues": [""]},
            }
            for split in split_names(features)
        ]
        with desk.create("datapackage.json") as file:
            file.write(json_page({"name": desk.dataset, "resources": resources}))


def _inner(features: Features) -> Features:
    return features.without(features.split) if features.split else features


def _cells(array: pa.Array) -> pa.Array:
    """Return a column as CSV can hold it: instants in ISO 8601, nested values as JSON."""
    if pa.types.is_timestamp(array.type):
        return iso_time(array)
    if pa.types.is_nested(array.type):
        text = json_column(array)
        return pc.if_else(array.is_valid(), text, None) if array.null_count else text
    return array


def _table_schema(feature: Feature) -> dict[str, Any]:
    match feature:
        case ClassLabel(names=names):
            return {"type": "string", "constraints": {"enum": list(names)}}
        case Records():
            return {"type": "array"}
        case Span() | Mask():
            return {"type": "object"}
        case Box():
            return {"type": "array"}
        case Value(dtype=dtype) if dtype.startswith(("int", "uint")):
            return {"type": "integer"}
        case Value(dtype=dtype) if dtype.startswith("float"):
            return {"type": "number"}
        case Value(dtype="bool"):
            return {"type": "boolean"}
        case Value(dtype="date32"):
            return {"type": "date"}
        case Value(dtype=dtype) if dtype.startswith("timestamp"):
            return {"type": "datetime"}
    return {"type": "string"}
