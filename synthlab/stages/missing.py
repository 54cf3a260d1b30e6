"""Values that are missing: by chance, in rows of some kind, or because of what they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pyarrow as pa
from pydantic import Field

from ..features import Feature
from ..rows import Rows
from .touching import Entry, Touching

__all__ = ["Missing"]


class Lost(Entry):
    """Values that become null.

    Completely at random (MCAR) with a rate alone; at random given the rest (MAR) with a rate or a condition
    over other columns; not at random (MNAR) over the column itself.
    """

    leaves: ClassVar[str] = "missing"

    together: bool = Field(
        default=False, description="Lose the values of all the columns in the same rows, as a page is lost."
    )

    @property
    def action(self) -> str:
        return "together" if self.together else "missing"

    @property
    def groups(self) -> list[tuple[str, ...]]:
        return [tuple(self.columns)] if self.together else super().groups

    def change(
        self, values: Sequence[pa.Array], features: Sequence[Feature], rows: Rows
    ) -> Sequence[pa.Array]:
        return [pa.nulls(len(column), column.type) for column in values]


class Missing(Touching[Lost]):
    """Missing values. Where they are is kept in columns named `..._missing`."""

    key: ClassVar[str] = "missing"
