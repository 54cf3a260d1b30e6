"""From real labeled reviews to a schema whose reviews look like them, copying none."""

from __future__ import annotations

from .fitting import fit
from .reading import is_source

__all__ = ["fit", "is_source"]
