"""The image generator."""

from __future__ import annotations

from .generator import ImageGenerator

__all__ = ["ImageGenerator"]
