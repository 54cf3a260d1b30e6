"""Read, check and explain schema files."""

from __future__ import annotations

from .json_schema import json_schema
from .ready_made import ready_made, ready_made_descriptions, ready_made_path
from .scalars import to_yaml
from .schema import Schema, load_schema
from .starter import starter

__all__ = [
    "Schema",
    "json_schema",
    "load_schema",
    "ready_made",
    "ready_made_descriptions",
    "ready_made_path",
    "starter",
    "to_yaml",
]
