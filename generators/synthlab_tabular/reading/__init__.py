"""Real tables: files of several formats, databases and frames, as columns of text."""

from __future__ import annotations

from .tables import MISSING, MOST_ROWS, RawTable, is_source, read_table

__all__ = ["MISSING", "MOST_ROWS", "RawTable", "is_source", "read_table"]
