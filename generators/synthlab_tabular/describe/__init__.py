"""From a real table to a declared schema that a person can read and edit."""

from __future__ import annotations

from .table import describe

__all__ = ["describe"]
