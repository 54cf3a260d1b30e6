"""Several real tables that refer to each other, and tables of which many rows are of one person."""

from __future__ import annotations

from .fitting import fit_related, fit_sequence
from .reading import read_related

__all__ = ["fit_related", "fit_sequence", "read_related"]
