"""Rows that are made to look at: from them, labels learn what gives the shares that were asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from synthlab.rows import Rows

from .column import Array, Making

if TYPE_CHECKING:
    from .plan import Plan

__all__ = ["PILOT_ROWS", "Pilot"]

PILOT_ROWS = 262_144
"""So many that a share of one half is known to within 0.1 percentage points (one standard error)."""


@dataclass(frozen=True)
class Pilot:
    """The same rows whatever the seed of the dataset, so that what is learned belongs to the schema."""

    plan: Plan
    _made: dict[str, Array] = field(default_factory=dict)

    @cached_property
    def making(self) -> Making:
        """The pilot rows while they are being made."""
        return self.plan.making(Rows(0, 0, PILOT_ROWS, ("pilot",)), self._made)

    def columns(self, names: Collection[str]) -> Mapping[str, Array]:
        """Return these columns of the pilot rows, made once."""
        self.plan.make(self.making, self._made, self.plan.needed(names))
        return self._made
