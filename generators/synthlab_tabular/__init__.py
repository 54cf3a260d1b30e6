"""The tabular generator."""

from __future__ import annotations

from .generator import TabularGenerator

__all__ = ["TabularGenerator"]
