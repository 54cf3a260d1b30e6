"""Reviews: the meaning is planned first, then put into words."""

from __future__ import annotations

from .content import DOMAINS, LANGUAGES
from .language import LABELS, Language, load
from .writing import Reviews, Settings, skeletons, write

__all__ = ["DOMAINS", "LABELS", "LANGUAGES", "Language", "Reviews", "Settings", "load", "skeletons", "write"]
