"""JSON whose bytes follow from the data alone."""

from __future__ import annotations

import datetime
import json
from typing import Any

from .errors import BuildError

__all__ = ["json_line", "json_page"]


def json_page(data: Any) -> bytes:
    """Return JSON for people to read, one value a line."""
    return (json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def json_line(data: Any) -> bytes:
    """Return compact JSON and a line feed; dates in ISO 8601. Raises BuildError for NaN and infinity."""
    try:
        return _ENCODER.encode(data).encode() + b"\n"
    except ValueError as error:
        raise BuildError(f"a generator made a number that JSON does not have: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
