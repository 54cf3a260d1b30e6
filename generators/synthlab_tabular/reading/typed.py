"""Formats whose columns have types: Parquet, Arrow, JSON Lines, Excel."""

from __future__ import annotations

import datetime
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from synthlab import row_files
from synthlab.errors import InputError

from ..column import Array, array
from .parts import chosen, needs

__all__ = ["as_text", "batches_of", "read_arrow", "read_excel", "read_json_lines", "read_parquet"]

_ROWS = 65_536
Batches = tuple[Iterator[pa.RecordBatch], list[str]]


def as_text(column: Any) -> Array | None:
    """Return a column as strings with "" where it is null, or None when it holds no plain values."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return None
    if pa.types.is_timestamp(kind) and kind.tz:
        column = column.cast(pa.timestamp(kind.unit, "UTC")).cast(pa.timestamp(kind.unit))
    elif pa.types.is_float16(kind):
        column = column.cast(pa.float32())
    try:
        if pa.types.is_floating(column.type) and _whole(column):
            # Where whole numbers may be missing, many programs store them as floats.
            column = column.cast(pa.int64(), safe=False)
        text = column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return None
    return text.fill_null("")


def _whole(column: Any) -> bool:
    present = pc.drop_null(column)
    if not len(present) or not pc.all(pc.is_finite(present)).as_py():
        return False
    return bool(
        pc.all(pc.and_(pc.equal(pc.round(present), present), pc.less(pc.abs(present), 2.0**53))).as_py()
    )


def read_parquet(path: Path, table: str | None, query: str | None) -> Batches:
    """Return the rows of a Parquet file."""
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path).iter_batches(_ROWS), []
    except pa.ArrowInvalid as error:
        raise InputError(f"{path.name}: this is no Parquet file") from error


def read_arrow(path: Path, table: str | None, query: str | None) -> Batches:
    """Return the rows of an Arrow file or stream (Feather is one)."""
    return iter(row_files.read_arrow(path).to_batches(_ROWS)), []


def read_json_lines(path: Path, table: str | None, query: str | None) -> Batches:
    """Return the rows of a file with a JSON object in each line; keys that a line lacks are missing."""
    names, rows = row_files.read_json_lines(path)
    return batches_of(names, [[row.get(name) for name in names] for row in rows]), []


def batches_of(names: list[str], rows: list[Any]) -> Iterator[pa.RecordBatch]:
    """Yield rows of plain values as batches of text."""
    for start in range(0, len(rows), _ROWS):
        part = rows[start : start + _ROWS]
        columns = [
            array([_text(value) for value in values], pa.string()) for values in zip(*part, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, names=names)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.tzinfo:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)
    if isinstance(value, bytes | dict | list):
        return None if isinstance(value, bytes) else json.dumps(value)
    return None if value is None else str(value)


def read_excel(path: Path, table: str | None, query: str | None) -> Batches:
    """Return the rows of a sheet; its first row names the columns."""
    if query is not None:
        raise InputError(f"{path.name}: a workbook takes no --query; name a sheet by --table")
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise needs("an Excel file", "openpyxl") from error
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError(f"{path.name}: this is no Excel workbook (.xlsx)") from error
    try:
        sheet = book[chosen(path.name, "sheet", table, book.sheetnames)]
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()
    rows = [row for row in rows if any(value is not None for value in row)]
    if not rows:
        raise InputError(f"{path.name}: the sheet is empty")
    width = max(place + 1 for row in rows for place, value in enumerate(row) if value is not None)
    header, *body = ([*row, *[None] * width][:width] for row in rows)
    names = ["" if name is None else str(name) for name in header]
    dated = [[_day(value) for value in row] for row in body]
    return batches_of(names, dated), []


def _day(value: Any) -> Any:
    """Return a time at midnight as a day: a workbook has no days."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date()
    return value
