"""One way to read them all: a file, a database by its URL, or a table in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from synthlab.errors import InputError, did_you_mean

from ..column import Array, array
from . import csv_files, databases, typed
from .names import check_names
from .sample import sampled

__all__ = ["MISSING", "RawTable", "is_source", "read_table"]

MISSING = ("", "?", "NA", "N/A", "NaN", "nan", "null", "NULL", "None")
"""What stands for a missing value, whatever the column."""
MOST_ROWS = 1_000_000
"""Of more rows, a sample is learned from."""

Source: TypeAlias = Path | str | Any
"""A file, the URL of a database, or an Arrow table."""
Batches = tuple[Iterator[pa.RecordBatch], list[str]]
"""Rows a part at a time, and what was changed in reading, complete after the last part."""

_FILES: dict[str, Callable[[Path, str | None, str | None], Batches]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz"), csv_files.read_csv),
    ".parquet": typed.read_parquet,
    **dict.fromkeys((".arrow", ".feather", ".ipc"), typed.read_arrow),
    **dict.fromkeys((".jsonl", ".ndjson"), typed.read_json_lines),
    **dict.fromkeys((".xlsx", ".xlsm"), typed.read_excel),
    **dict.fromkeys((".duckdb", ".ddb"), databases.read_duckdb),
    **dict.fromkeys((".sqlite", ".sqlite3", ".db"), databases.read_sqlite),
}
_WITH_PARTS = (typed.read_excel, databases.read_duckdb, databases.read_sqlite)


@dataclass(frozen=True)
class RawTable:
    """Columns of strings, null where a value is missing."""

    columns: dict[str, Array]
    rows: int
    """How many rows the columns have."""
    total: int
    """How many there are in the source."""
    notes: tuple[str, ...]
    """What was changed in reading."""


def is_source(source: Source) -> bool:
    """Return whether `read_table` knows this kind of source."""
    if isinstance(source, Path) and source.is_dir():
        return any(_suffix(path) in _FILES and path.is_file() for path in source.iterdir())
    if isinstance(source, Path):
        return _suffix(source) in _FILES and source.is_file()
    return "://" in source if isinstance(source, str) else isinstance(source, pa.Table)


def read_table(
    source: Source,
    *,
    table: str | None = None,
    query: str | None = None,
    seed: int = 0,
    most: int | None = MOST_ROWS,
) -> RawTable:
    """Return a table, or raise InputError with the place.

    `table` names a sheet or a table of a source that has several, `query` is SQL in its place. Of more than
    `most` rows, so many are chosen by chance, which follows from the seed.
    """
    name = name_of(source)
    try:
        batches, notes = _open(source, table, query)
        read, total = sampled(batches, most, seed)
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror or error}") from error
    if read is None or not total:
        raise InputError(f"{name}: there may be a header, but there is no row below it")
    if total > read.num_rows:
        notes.append(f"{read.num_rows:,} of {total:,} rows, chosen by chance, were learned from")
    columns: dict[str, Array] = {}
    blanks: list[str] = []
    markers: Counter[str] = Counter()
    for column_name, column in zip(check_names(name, read.column_names), read.columns, strict=True):
        values = typed.as_text(column)
        if values is None:
            notes.append(f"{column_name}: left out: it holds {column.type}, no plain values")
            continue
        stripped = pc.utf8_trim_whitespace(values)
        if pc.any(pc.not_equal(values, stripped)).as_py():
            blanks.append(column_name)
        missing = pc.is_in(stripped, value_set=array(MISSING))
        for entry in stripped.filter(missing).value_counts().to_pylist():
            markers[entry["values"]] += entry["counts"]
        columns[column_name] = pc.if_else(missing, None, stripped)
    if not columns:
        raise InputError(f"{name}: no column holds plain values")
    if blanks:
        notes.append(f"blanks around values were stripped in {_some(blanks)}")
    found = ", ".join(
        f"{text!r} {count} times" if text else f"empty {count} times"
        for text, count in sorted(markers.items())
    )
    if found:
        notes.append(f"taken for missing: {found}")
    return RawTable(columns, read.num_rows, total, tuple(notes))


def name_of(source: Source) -> str:
    """Return what to call a source in a message: never with a password."""
    if isinstance(source, Path):
        return source.name
    if isinstance(source, str):
        return databases.without_password(source)
    return "the table"


def _open(source: Source, table: str | None, query: str | None) -> Batches:
    if isinstance(source, str):
        return databases.read_url(source, table, query)
    if not isinstance(source, Path):
        _no_parts("a table in memory", table, query)
        return iter(source.to_batches(max_chunksize=65_536)), []
    if source.is_dir():
        raise InputError(f"{source.name}: a folder is not one table; name one of its files")
    read = _FILES.get(_suffix(source))
    if read is None:
        hint = did_you_mean(_suffix(source), _FILES)
        raise InputError(f"{source.name}: no kind of table is known by that name;{hint} {', '.join(_FILES)}")
    if read not in _WITH_PARTS:
        _no_parts(source.name, table, query)
    return read(source, table, query)


def _no_parts(name: str, table: str | None, query: str | None) -> None:
    if table is not None or query is not None:
        raise InputError(f"{name} is one table: leave out --{'table' if table is not None else 'query'}")


def _suffix(path: Path) -> str:
    lower = path.name.lower()
    return next((s for s in (".csv.gz", ".tsv.gz") if lower.endswith(s)), path.suffix.lower())


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
