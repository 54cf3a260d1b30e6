"""Change over the rows, as in data that came in over the years: prices rise, one plan replaces another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, model_validator

from ..errors import did_you_mean
from ..features import ClassLabel, Feature, Features, Text, Value
from ..generator import OptionProblem
from ..rows import Rows
from .conditions import Probability
from .numbers import Decimals, Number, changed, is_number
from .touching import Entry, Touching

__all__ = ["Drift"]

Floats = npt.NDArray[np.floating[Any]]


class Change(Entry):
    """A change that sets in at a row, at once or little by little.

    Places are row numbers, not shares of the rows: so a shorter dataset is still the start of a longer one.
    """

    leaves: ClassVar[str] = "drifted"

    rate: Probability | str = Field(
        default=1.0,
        description="The share of the rows that follow the change; or an expression that gives the "
        "probability of each row.",
    )
    factor: Number | None = Field(
        default=None, description="What numbers are multiplied by once the change is complete."
    )
    add: Number | None = Field(
        default=None, description="What is added to numbers once the change is complete, in their own unit."
    )
    round: Decimals | None = Field(default=None, description="How many decimals a changed value has.")
    replace: dict[str, str] | None = Field(
        default=None,
        min_length=1,
        description="Values that give way to others, more and more often: {basic: plus}.",
    )
    from_row: int = Field(default=0, ge=0, lt=2**62, description="The row number where the change begins.")
    to_row: int | None = Field(
        default=None,
        gt=0,
        lt=2**62,
        description="The row number where it is complete, by even steps; by default at once.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Change:
        of_numbers = self.factor is not None or self.add is not None
        if of_numbers == (self.replace is not None):
            raise ValueError("a drift needs either 'replace', or 'factor', 'add' or both")
        if self.factor in (1, None) and self.add in (0, None) and of_numbers:
            raise ValueError("a factor of 1 or nothing added changes nothing")
        if self.round is not None and not of_numbers:
            raise ValueError("'round' is for numbers; 'replace' has none")
        for old, new in (self.replace or {}).items():
            if old == new:
                raise ValueError(f"{old!r} cannot give way to itself")
        if self.to_row is not None and self.to_row <= self.from_row:
            raise ValueError(f"to_row {self.to_row} must be after from_row {self.from_row}")
        return self

    @property
    def action(self) -> str:
        return "numbers" if self.replace is None else "replace"

    def misfit(self, feature: Feature) -> str:
        if self.replace is None:
            return "" if is_number(feature) else "holds no numbers"
        named = isinstance(feature, ClassLabel | Text) or feature == Value("string")
        return "" if named else "holds no classes or strings"

    def column_problems(self, features: Features) -> Iterator[OptionProblem]:
        for column in self.columns:
            feature = features[column]
            if self.replace is None or not isinstance(feature, ClassLabel):
                continue
            for old, new in self.replace.items():
                for name in (old, new):
                    if name not in feature.names:
                        listed = f"classes are: {', '.join(feature.names)}"
                        hint = did_you_mean(name, feature.names).strip() or listed
                        yield OptionProblem(("replace", old), f"{name!r} is not a class of {column!r}", hint)

    def weight(self, rows: Rows) -> float | Floats:
        strength = self._strength(rows)
        return strength if self.replace is not None else (strength > 0).astype(np.float64)

    def change(
        self, values: Sequence[pa.Array], features: Sequence[Feature], rows: Rows
    ) -> Sequence[pa.Array]:
        (column,), (feature,) = values, features
        if self.replace is not None:
            return [_replaced(column, feature, self.replace)]
        strength = self._strength(rows)
        factor = 1.0 if self.factor is None else 1.0 + (self.factor - 1.0) * strength
        add = 0.0 if self.add is None else self.add * strength
        return [changed(column, lambda numbers: numbers * factor + add, self.round)]

    def _strength(self, rows: Rows) -> Floats:
        """Return how far the change has come in each row, from 0 to 1."""
        past = rows.numbers - self.from_row
        if self.to_row is None:
            return (past >= 0).astype(np.float64)
        return np.clip(past / (self.to_row - self.from_row), 0.0, 1.0)


class Drift(Touching[Change]):
    """Change over the rows. What has changed is kept in columns named `..._drifted`."""

    key: ClassVar[str] = "drift"


def _replaced(values: pa.Array, feature: Feature, replace: dict[str, str]) -> pa.Array:
    """Return the values with those that are keys of `replace` exchanged, all at once."""
    result = values
    for old, new in replace.items():
        pair: tuple[Any, Any] = (old, new)
        if isinstance(feature, ClassLabel):
            pair = feature.names.index(old), feature.names.index(new)
        there = pc.equal(values, pa.scalar(pair[0], values.type)).fill_null(False)
        result = pc.if_else(there, pa.scalar(pair[1], values.type), result)
    return result
