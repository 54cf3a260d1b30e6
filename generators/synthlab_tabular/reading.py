"""Real tables, read strictly: columns of text, blanks stripped, missing values found."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from synthlab.errors import InputError

from .column import Array, array

__all__ = ["MISSING", "RawTable", "read_table"]

MISSING = ("", "?", "NA", "N/A", "NaN", "nan", "null", "NULL")
"""What stands for a missing value, whatever the column."""

# What is a value rather than the name of a column: numbers, dates, addresses of mail.
_VALUE = re.compile(r"[-+]?[\d.,]+([eE][-+]?\d+)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\S+@\S+\.\S+")
_CHUNK = 20_000


@dataclass(frozen=True)
class RawTable:
    """Columns of strings, null where a value is missing."""

    columns: dict[str, Array]
    rows: int
    notes: tuple[str, ...]
    """What was changed in reading."""


def read_table(path: Path) -> RawTable:
    """Return the table in a CSV or Parquet file, or raise InputError with the place."""
    try:
        raw, notes = _read_parquet(path) if path.suffix.lower() == ".parquet" else _read_csv(path)
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read: {error.strerror or error}") from error
    rows = len(next(iter(raw.values())))
    if rows == 0:
        raise InputError(f"{path.name}: there is a header, but no row below it")
    columns = {}
    blanks: list[str] = []
    markers: Counter[str] = Counter()
    for name, values in raw.items():
        stripped = pc.utf8_trim_whitespace(values)
        if pc.any(pc.not_equal(values, stripped)).as_py():
            blanks.append(name)
        missing = pc.is_in(stripped, value_set=array(MISSING))
        for entry in stripped.filter(missing).value_counts().to_pylist():
            markers[entry["values"]] += entry["counts"]
        columns[name] = pc.if_else(missing, None, stripped)
    if blanks:
        notes.append(f"blanks around values were stripped in {_some(blanks)}")
    found = ", ".join(
        f"{text!r} {count} times" if text else f"empty {count} times"
        for text, count in sorted(markers.items())
    )
    if found:
        notes.append(f"taken for missing: {found}")
    return RawTable(columns, rows, tuple(notes))


def _read_csv(path: Path) -> tuple[dict[str, Array], list[str]]:
    text = _decode(path)
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = "," if "," in first else max(";\t", key=first.count)
    notes = []
    if delimiter in first and delimiter != ",":
        notes.append(f"the separator is {'a semicolon' if delimiter == ';' else 'a tab'}")
    blank = _blanks_after_separators(text, delimiter)
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=blank, strict=True
    )
    try:
        header = _check_header(path, next(lines))
        chunks: list[list[Array]] = [[] for _ in header]
        rows = _same_length(path, lines, len(header))
        while chunk := list(islice(rows, _CHUNK)):
            for column, values in zip(chunks, zip(*chunk, strict=True), strict=True):
                column.append(array(values, pa.string()))
    except csv.Error as error:
        raise InputError(f"{path.name}, line {lines.line_num}: {error}") from error
    if blank:
        notes.append("blanks after the separators were stripped")
    joined = [pa.chunked_array(column, pa.string()).combine_chunks() for column in chunks]
    return dict(zip(header, joined, strict=True)), notes


def _decode(path: Path) -> str:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise InputError(
            f"{path.name}, line {line}, byte {column}: 0x{data[error.start]:02x} is not UTF-8; "
            "save the file as UTF-8"
        ) from None
    if not text.strip():
        raise InputError(f"{path.name}: the file is empty")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(f"{path.name}, line {line}: there is a zero byte; this is no CSV file")
    return text


def _blanks_after_separators(text: str, delimiter: str) -> bool:
    """Return whether values start with a blank, which would hide their quotes from the reader."""
    second = text.split("\n", 2)[1:2]
    return bool(second) and delimiter + " " in second[0].split('"')[0]


def _check_header(path: Path, header: Sequence[str]) -> list[str]:
    names = [name.strip() for name in header]
    for place, name in enumerate(names, start=1):
        if not name:
            raise InputError(f"{path.name}, line 1: column {place} has no name")
        if not name.isprintable() or len(name) > 200:
            raise InputError(
                f"{path.name}, line 1: the name of column {place} is too long, "
                "or has characters that cannot be seen"
            )
        if _VALUE.fullmatch(name):
            raise InputError(
                f"{path.name}, line 1: the name of column {place} is a number, a date or an address; "
                "the first line must hold the names of the columns"
            )
        if name in names[: place - 1]:
            first = names.index(name) + 1
            raise InputError(f"{path.name}, line 1: columns {first} and {place} have the same name")
    return names


def _same_length(path: Path, lines: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    for row in lines:
        if len(row) == width:
            yield row
        elif row:
            line = lines.line_num  # type: ignore[attr-defined]
            raise InputError(
                f"{path.name}, line {line}: {len(row)} values, but the header names {width} columns"
            )


def _read_parquet(path: Path) -> tuple[dict[str, Array], list[str]]:
    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise InputError(f"{path.name}: this is no Parquet file") from error
    names = _check_header(path, table.column_names)
    columns, notes = {}, []
    for name, column in zip(names, table.columns, strict=True):
        try:
            columns[name] = column.cast(pa.string()).combine_chunks().fill_null("")
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            notes.append(f"{name}: left out: it holds {column.type}, no plain values")
    if not columns:
        raise InputError(f"{path.name}: no column holds plain values")
    return columns, notes


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
