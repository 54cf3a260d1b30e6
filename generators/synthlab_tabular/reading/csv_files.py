"""CSV files, read strictly: in UTF-8, every row as long as the header, errors with their line."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

import pyarrow as pa

from synthlab.errors import InputError

from ..column import array
from .names import check_names

__all__ = ["read_csv"]

_CHUNK = 20_000
_HEAD = 1 << 16
csv.field_size_limit(1 << 20)


def read_csv(path: Path, table: str | None, query: str | None) -> tuple[Iterator[pa.RecordBatch], list[str]]:
    """Return the rows of a CSV file a part at a time, and notes."""
    notes: list[str] = []
    try:
        with _opened(path) as file:
            head = file.read(_HEAD)
    except UnicodeDecodeError:
        raise _not_utf8(path) from None
    if not head.strip():
        raise InputError(f"{path.name}: the file is empty")
    first = head[: head.find("\n")] if "\n" in head else head
    delimiter = "," if "," in first else max(";\t", key=first.count)
    if delimiter in first and delimiter != ",":
        notes.append(f"the separator is {'a semicolon' if delimiter == ';' else 'a tab'}")
    blank = _blanks_after_separators(head, delimiter)
    if blank:
        notes.append("blanks after the separators were stripped")
    return _batches(path, delimiter, blank), notes


def _batches(path: Path, delimiter: str, blank: bool) -> Iterator[pa.RecordBatch]:
    with _opened(path) as file:
        lines = csv.reader(
            _without_zero_bytes(path, file), delimiter=delimiter, skipinitialspace=blank, strict=True
        )
        try:
            header = check_names(path.name, next(lines), ", line 1")
            rows = _same_length(path, lines, len(header))
            while chunk := list(islice(rows, _CHUNK)):
                columns = [array(values, pa.string()) for values in zip(*chunk, strict=True)]
                yield pa.RecordBatch.from_arrays(columns, names=header)
        except csv.Error as error:
            raise InputError(f"{path.name}, line {lines.line_num}: {error}") from error
        except UnicodeDecodeError:
            raise _not_utf8(path) from None


def _opened(path: Path) -> IO[str]:
    if path.suffix.lower() == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _without_zero_bytes(path: Path, file: IO[str]) -> Iterator[str]:
    for number, line in enumerate(file, start=1):
        if "\0" in line:
            raise InputError(f"{path.name}, line {number}: there is a zero byte; this is no CSV file")
        yield line


def _not_utf8(path: Path) -> InputError:
    """Return where a file is not in UTF-8."""
    number = 0
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                wide = number == 1 and line[:2] in (b"\xff\xfe", b"\xfe\xff")
                what = "this is UTF-16, not" if wide else f"0x{line[error.start]:02x} is not"
                return InputError(
                    f"{path.name}, line {number}, byte {error.start + 1}: {what} UTF-8; "
                    "save the file as UTF-8"
                )
    return InputError(f"{path.name}, line {number}: the file ends inside a character; save it as UTF-8")


def _blanks_after_separators(text: str, delimiter: str) -> bool:
    """Return whether values start with a blank, which would hide their quotes from the reader."""
    second = text.split("\n", 2)[1:2]
    return bool(second) and delimiter + " " in second[0].split('"')[0]


def _same_length(path: Path, lines: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    for row in lines:
        if len(row) == width:
            yield row
        elif row:
            line = lines.line_num  # type: ignore[attr-defined]
            raise InputError(
                f"{path.name}, line {line}: {len(row)} values, but the header names {width} columns"
            )
