"""Strings with typing mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pyarrow as pa
from pydantic import Field

from ..features import Feature, Text, Value
from ..rows import Rows
from .mistyping import SLIPS, Slip, mistyped
from .touching import Entry, Touching

__all__ = ["Typos", "is_string"]


def is_string(feature: Feature) -> bool:
    """Return whether a column holds strings that may be any."""
    return isinstance(feature, Text) or feature == Value("string")


class Typo(Entry):
    """One slip of the fingers in a value: letters swapped, dropped, doubled, a key beside the right one,
    the wrong case, a space too many or too few."""

    leaves: ClassVar[str] = "typo"

    kinds: list[Slip] = Field(
        default=list(SLIPS),
        min_length=1,
        description="The kinds of slips, each as likely; by default all.",
    )

    def misfit(self, feature: Feature) -> str:
        return "" if is_string(feature) else "holds no strings"

    def change(
        self, values: Sequence[pa.Array], features: Sequence[Feature], rows: Rows
    ) -> Sequence[pa.Array]:
        return [mistyped(column, self.kinds, rows) for column in values]


class Typos(Touching[Typo]):
    """Typing mistakes. Where they are is kept in columns named `..._typo`."""

    key: ClassVar[str] = "typos"
