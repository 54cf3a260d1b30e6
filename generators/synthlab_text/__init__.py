"""The text generator."""

from __future__ import annotations

from .generator import TextGenerator

__all__ = ["TextGenerator"]
