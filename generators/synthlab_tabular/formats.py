"""What a model file says it is, found without reading the rest of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from synthlab.errors import InputError

__all__ = ["MAX_BYTES", "format_of"]

MAX_BYTES = 1 << 30
"""No model file is larger."""
_MAX_HEADER = 1 << 26
_KEY = "synthlab"


def format_of(path: Path) -> str:
    """Return the `format` in a JSON file, or in the header of a safetensors file; raises InputError.

    A safetensors file starts with the length of its header, eight bytes, the lowest first; the header is
    JSON, and ours has JSON again as a text under `__metadata__`.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path.name}: a model file has at most {MAX_BYTES // 2**20} MiB")
        with path.open("rb") as file:
            start = file.read(8)
            length = int.from_bytes(start, "little")
            if len(start) == 8 and length <= _MAX_HEADER and file.read(1) == b"{":
                file.seek(8)
                header = _parsed(path, file.read(length)).get("__metadata__")
                text = header.get(_KEY) if isinstance(header, dict) else None
                content = _parsed(path, text.encode()) if isinstance(text, str) else {}
            else:
                file.seek(0)
                content = _parsed(path, file.read(_MAX_HEADER))
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read: {error.strerror or error}") from error
    found = content.get("format")
    if not isinstance(found, str):
        raise InputError(f"{path.name}: this is not a model file: it names no format")
    return found[:100]


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path.name}: this is not a model file: neither JSON nor safetensors") from error
    return value if isinstance(value, dict) else {}
