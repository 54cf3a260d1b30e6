"""Numbers that are far off: a slipped decimal point, a broken sensor, a sign that was lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field, model_validator

from ..features import Feature
from ..rows import Rows
from .numbers import Decimals, Number, changed, is_number
from .touching import Entry, Touching

__all__ = ["Outliers"]

Floats = npt.NDArray[np.floating[Any]]


class Outlier(Entry):
    """Numbers multiplied by a factor, or moved by an amount. Whole numbers stay whole."""

    leaves: ClassVar[str] = "outlier"

    factor: Number | None = Field(
        default=None, description="What a value is multiplied by: 10 is a slipped point, -1 a lost sign."
    )
    add: Number | None = Field(
        default=None,
        description="What is added to a value, in its own unit; six standard deviations, say.",
    )
    direction: Literal["up", "down", "both"] = Field(
        default="up",
        description="Up multiplies or adds, down divides or subtracts, both does one or the other.",
    )
    round: Decimals | None = Field(default=None, description="How many decimals a changed value has.")

    @model_validator(mode="after")
    def _one_way(self) -> Outlier:
        if (self.factor is None) == (self.add is None):
            raise ValueError("an outlier needs either 'factor' or 'add'")
        if self.factor in (0, 1) or self.add == 0:
            raise ValueError("a factor of 0 or 1, or nothing added, makes no outliers")
        return self

    @property
    def action(self) -> str:
        return "factor" if self.add is None else "add"

    def misfit(self, feature: Feature) -> str:
        return "" if is_number(feature) else "holds no numbers"

    def change(
        self, values: Sequence[pa.Array], features: Sequence[Feature], rows: Rows
    ) -> Sequence[pa.Array]:
        up = np.full(len(rows), self.direction == "up")
        if self.direction == "both":
            up = rows.stream("direction").choice(2) == 0
        factor, add = 1.0 if self.factor is None else self.factor, self.add or 0.0

        def away(numbers: Floats) -> Floats:
            return np.where(up, numbers * factor + add, numbers / factor - add)

        return [changed(column, away, self.round) for column in values]


class Outliers(Touching[Outlier]):
    """Numbers that are far off. Where they are is kept in columns named `..._outlier`."""

    key: ClassVar[str] = "outliers"
