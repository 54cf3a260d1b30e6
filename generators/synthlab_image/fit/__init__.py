"""Learning from labeled photographs: schemas of images like them."""

from __future__ import annotations

from .fitting import fit
from .reading import is_source

__all__ = ["fit", "is_source"]
