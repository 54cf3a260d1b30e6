"""Files of rows that more than one generator learns from, read with errors that tell the place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from .errors import InputError

__all__ = ["read_arrow", "read_json_lines"]


def read_arrow(path: Path) -> pa.Table:
    """Return the rows of an Arrow file or stream (Feather is one)."""
    with pa.OSFile(str(path)) as file:
        try:
            return pa.ipc.open_file(file).read_all()
        except pa.ArrowInvalid:
            file.seek(0)
        try:
            return pa.ipc.open_stream(file).read_all()
        except pa.ArrowInvalid as error:
            raise InputError(f"{path.name}: this is no Arrow file") from error


def read_json_lines(path: Path) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the objects of a file with one in each line, and all of their keys in order."""
    names: dict[str, None] = {}
    rows: list[dict[str, Any]] = []
    with path.open(encoding="utf-8-sig") as file:
        try:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise InputError(f"{path.name}, line {number}: this is no JSON: {error}") from error
                if not isinstance(row, dict):
                    raise InputError(f"{path.name}, line {number}: a row is an object, {{...}}")
                names |= dict.fromkeys(row)
                rows.append(row)
        except UnicodeDecodeError as error:
            raise InputError(f"{path.name}: this is not UTF-8; save the file as UTF-8") from error
    return list(names), rows
