"""Tables to be audited, from a dataset folder, a file or memory: plain columns, missing values found."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..build.manifest import read_manifest, read_tables
from ..build.store import MANIFEST, Store
from ..errors import FeatureError, InputError, UsageError
from ..features import Features

__all__ = ["MISSING", "Source", "read_source"]

MISSING = ("", "?", "NA", "N/A", "NaN", "nan", "null", "NULL")
"""What stands for a missing value, whatever the column."""


@dataclass(frozen=True)
class Source:
    """A table as it was read: strings, numbers, truth values, dates and moments; null is missing."""

    name: str
    table: pa.Table
    notes: tuple[str, ...]
    """What was changed or left out in reading."""


def read_source(source: str | Path | pa.Table | Any, name: str) -> Source:
    """Return the table in a dataset folder, a file, an Arrow table or a pandas frame.

    `name` is what messages call it. All splits of a dataset are read; classes have their names, and what no
    model may see (truth, split, group) is left out. Raises InputError or UsageError with the reason.
    """
    if isinstance(source, pa.Table):
        return _source(name, [source])
    if type(source).__module__.partition(".")[0] == "pandas":
        return _source(name, [pa.Table.from_pandas(source, preserve_index=False)])
    path = Path(source)
    try:
        if path.is_dir():
            return _source(path.name, *_folder(path))
        return _source(path.name, [_file(path)])
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except pa.ArrowException as error:
        raise InputError(f"{path}: cannot be read: {_without_values(str(error))}") from error


def _source(name: str, parts: list[pa.Table], features: Features | None = None) -> Source:
    parts = [_readable(part, features) for part in parts]
    table = pa.concat_tables(parts, promote_options="permissive")
    names = table.column_names
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise InputError(f"{name}: two columns are named {twice[0]!r}")
    if table.num_rows == 0:
        raise InputError(f"{name}: there is no row in it")
    columns, notes = {}, []
    markers: Counter[str] = Counter()
    for column in names:
        values = _plain(table.column(column))
        if values is None:
            notes.append(f"{column} is left out: {table.column(column).type} are no plain values")
            continue
        if pa.types.is_string(values.type):
            values = _strip(values, markers)
        columns[column] = values
    if not columns:
        raise InputError(f"{name}: no column holds plain values")
    if markers:
        told = ", ".join(f"{text!r} {count:,} times" for text, count in sorted(markers.items()))
        notes.append(f"taken for missing: {told}")
    return Source(name, pa.table(columns), tuple(notes))


def _folder(path: Path) -> tuple[list[pa.Table], Features]:
    """Return the files of a dataset, and what its columns mean."""
    store = Store(path)
    if (tables := read_tables(store)) is not None:
        names = ", ".join(tables["tables"])
        first = next(iter(tables["tables"]), "TABLE")
        raise UsageError(f"{path} holds several tables ({names}); audit one of them: {path / first}")
    manifest = read_manifest(store)
    if manifest is None:
        raise UsageError(f"{path} is no dataset: it has no {MANIFEST}; was its build finished?")
    files = [name for name in manifest["files"] if Path(name).suffix in _READERS]
    if not files:
        form = manifest["plan"]["format"]
        raise InputError(f"{path} is stored as {form}; the audit reads csv, jsonl and parquet")
    return [_file(store.path(name)) for name in sorted(files)], Features.from_json(manifest["features"])


def _readable(table: pa.Table, features: Features | None) -> pa.Table:
    """Return a table with names of classes, and without what no model may see."""
    if features is None:
        try:
            features = Features.from_arrow(table.schema)
        except (FeatureError, ValueError, KeyError, TypeError):
            return table.replace_schema_metadata(None)
    hidden = {*features.truth, features.group, features.split}
    columns = {}
    for name in table.column_names:
        if name in hidden:
            continue
        column, feature = table.column(name), features.columns.get(name)
        if feature is not None and column.type == feature.arrow:
            column = pa.chunked_array(
                [feature.readable(chunk) for chunk in column.chunks],
                type=None if column.chunks else pa.string(),
            )
        columns[name] = column
    return pa.table(columns)


def _file(path: Path) -> pa.Table:
    if not path.exists():
        raise InputError(f"there is no file or folder {path}")
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise InputError(f"{path}: its name ends in none of {', '.join(_READERS)}, so its form is unknown")
    if path.stat().st_size == 0:
        raise InputError(f"{path}: the file is empty")
    return read(path)


def _csv(path: Path) -> pa.Table:
    """Return a CSV file as columns of strings."""
    from pyarrow import csv as arrow_csv

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            delimiter = "," if "," in first else max(";\t", key=first.count)
            file.seek(0)
            header = [name.strip() for name in next(csv.reader(file, delimiter=delimiter), [])]
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: this is not UTF-8 (byte {error.start}); save the file as UTF-8") from error
    if not any(header):
        raise InputError(f"{path}: the first line must hold the names of the columns")
    for place, name in enumerate(header, start=1):
        if not name:
            raise InputError(f"{path}, line 1: column {place} has no name")
        if header.index(name) != place - 1:
            raise InputError(f"{path}, line 1: two columns are named {name!r}")
    found: pa.Table = arrow_csv.read_csv(
        path,
        arrow_csv.ReadOptions(column_names=header, skip_rows_after_names=1),
        arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        arrow_csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False),
    )
    return found


def _parquet(path: Path) -> pa.Table:
    from pyarrow import parquet

    return parquet.ParquetFile(path).read()


def _json_lines(path: Path) -> pa.Table:
    from pyarrow import json

    return json.read_json(path)


def _arrow(path: Path) -> pa.Table:
    from pyarrow import feather

    return feather.read_table(path)


_READERS: dict[str, Callable[[Path], pa.Table]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".parquet": _parquet,
    ".jsonl": _json_lines,
    ".arrow": _arrow,
}


def _plain(values: Any) -> Any | None:
    """Return a column as strings, numbers, truth values or moments, or None when it holds something else."""
    types = pa.types
    if types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    kind = values.type
    if types.is_boolean(kind) or types.is_date(kind) or types.is_integer(kind):
        return values
    if types.is_floating(kind):
        known = values.cast(pa.float64())
        return pc.if_else(pc.is_finite(known), known, pa.scalar(None, pa.float64()))
    if types.is_decimal(kind):
        return values.cast(pa.float64())
    if types.is_timestamp(kind):
        return values.cast(pa.timestamp("us"), safe=False)
    if types.is_null(kind) or types.is_string(kind) or types.is_large_string(kind) or types.is_time(kind):
        return values.cast(pa.string())
    return None


def _strip(values: Any, markers: Counter[str]) -> Any:
    stripped = pc.utf8_trim_whitespace(values)
    missing = pc.is_in(stripped, value_set=pa.array(MISSING))
    for entry in stripped.filter(missing).value_counts().to_pylist():
        if entry["values"]:  # an empty cell is missing by its nature, and not worth telling
            markers[entry["values"]] += entry["counts"]
    return pc.if_else(missing, pa.scalar(None, pa.string()), stripped)


def _without_values(message: str) -> str:
    """Return a message of Arrow without the values that it quotes: they are somebody's."""
    return re.sub(r"(got \d+):.*|('[^']*')", lambda m: m[1] or "a value", message, flags=re.DOTALL)
