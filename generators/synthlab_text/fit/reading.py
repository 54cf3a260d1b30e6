"""Two columns of a file or a table: the texts and their labels."""

from __future__ import annotations

import csv
import gzip
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from synthlab.errors import FeatureError, InputError, did_you_mean
from synthlab.features import ClassLabel, Features
from synthlab.row_files import read_arrow, read_json_lines

__all__ = ["Texts", "is_source", "read_texts"]

_TABLES = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
_JSON = (".jsonl", ".ndjson")
_ARROW = (".arrow", ".feather", ".ipc")
KINDS = (*_TABLES, *_JSON, ".parquet", *_ARROW)
MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None")
"""What stands for a label that is not there."""


@dataclass(frozen=True)
class Texts:
    """Texts and their labels, as they stand; neither is missing."""

    texts: list[str]
    labels: list[str]
    notes: tuple[str, ...]


def is_source(source: Any) -> bool:
    """Return whether `read_texts` knows this kind of source."""
    if isinstance(source, Path):
        return source.is_file() and _kind(source) is not None
    return isinstance(source, pa.Table)


def read_texts(source: Path | str | pa.Table, text: str, label: str) -> Texts:
    """Return the rows that have both a text and a label. Raises InputError with the place."""
    name = source.name if isinstance(source, Path) else "the table"
    try:
        columns = _columns(source, name, (text, label))
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: this is not UTF-8; save the file as UTF-8") from error
    except pa.ArrowInvalid as error:
        raise InputError(f"{name}: this is not what its name says: no {_kind(source)} file") from error
    texts, labels, missing = [], [], 0
    for said, called in zip(*(map(_plain, column) for column in columns), strict=True):
        if not said.strip() or called in MISSING:
            missing += 1
            continue
        texts.append(said.strip())
        labels.append(called)
    if not texts:
        raise InputError(f"{name}: no row has both a {text!r} and a {label!r}")
    notes = [f"{missing:,} rows without a text or a label were left out"] if missing else []
    return Texts(texts, labels, tuple(notes))


def _kind(source: Any) -> str | None:
    name = source.name.lower() if isinstance(source, Path) else ""
    return next((kind for kind in KINDS if name.endswith(kind)), None)


def _columns(source: Path | str | pa.Table, name: str, wanted: tuple[str, str]) -> list[list[Any]]:
    if isinstance(source, pa.Table):
        return _of_table(source, name, wanted)
    kind = _kind(source)
    if not isinstance(source, Path) or kind is None:
        raise InputError(f"{name}: reviews are read from files of these kinds: {', '.join(KINDS)}")
    if kind in _TABLES:
        return _of_csv(source, name, wanted)
    if kind in _JSON:
        return _of_json_lines(source, name, wanted)
    if kind == ".parquet":
        import pyarrow.parquet as pq

        file = pq.ParquetFile(source)
        _check(file.schema_arrow.names, name, wanted)
        return _of_table(file.read(columns=list(dict.fromkeys(wanted))), name, wanted)
    return _of_table(read_arrow(source), name, wanted)


def _of_table(table: pa.Table, name: str, wanted: tuple[str, str]) -> list[list[Any]]:
    _check(table.column_names, name, wanted)
    try:
        features: dict[str, Any] = dict(Features.from_arrow(table.schema).columns)
    except (FeatureError, ValueError, KeyError, TypeError):
        features = {}
    found = []
    for column in wanted:
        values = table.column(column)
        if pa.types.is_nested(values.type) or pa.types.is_binary(values.type):
            raise InputError(f"{name}: column {column!r} holds {values.type}, no plain values")
        feature = features.get(column)
        # Numbers of classes have names in the files of synthlab and of Hugging Face.
        if isinstance(feature, ClassLabel) and values.type == feature.arrow:
            found.append([v for chunk in values.chunks for v in feature.readable(chunk).to_pylist()])
        else:
            found.append(values.to_pylist())
    return found


def _opened(path: Path) -> IO[str]:
    if path.suffix.lower() == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _of_csv(path: Path, name: str, wanted: tuple[str, str]) -> list[list[Any]]:
    with _opened(path) as file:
        first = file.readline()
        if not first.strip():
            raise InputError(f"{name}: the file is empty")
        file.seek(0)
        delimiter = max(",;\t", key=first.count)
        lines = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            header = [column.strip() for column in next(lines)]
            _check(header, name, wanted)
            places = [header.index(column) for column in wanted]
            found: list[list[Any]] = [[], []]
            for row in lines:
                if row and len(row) != len(header):
                    raise InputError(
                        f"{name}, line {lines.line_num}: {len(row)} values, but the header names "
                        f"{len(header)} columns; a text with commas needs quotes around it"
                    )
                for values, place in zip(found, places, strict=True):
                    values += [row[place]] if row else []
        except csv.Error as error:
            raise InputError(f"{name}, line {lines.line_num}: {error}") from error
    return found


def _of_json_lines(path: Path, name: str, wanted: tuple[str, str]) -> list[list[Any]]:
    names, rows = read_json_lines(path)
    _check(names, name, wanted)
    found = [[row.get(column) for row in rows] for column in wanted]
    for column, values in zip(wanted, found, strict=True):
        if any(isinstance(value, dict | list) for value in values):
            raise InputError(f"{name}: column {column!r} holds lists or objects, no plain values")
    return found


def _check(names: list[str], source: str, wanted: tuple[str, str]) -> None:
    for name in wanted:
        if name not in names:
            hint = did_you_mean(name, names)
            # A file without a header has private cells where the names should be.
            plain = all(re.fullmatch(r"[\w .-]{1,40}", known) for known in names)
            there = f"there are {', '.join(names[:30])}" if plain else "is the first line a header?"
            raise InputError(f"{source}: there is no column {name!r};{hint if plain else ''} {there}")
    if wanted[0] == wanted[1]:
        raise InputError(f"{source}: column {wanted[0]!r} cannot be both the text and the label")


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
