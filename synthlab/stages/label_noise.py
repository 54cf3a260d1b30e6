"""Wrong labels on purpose, with the right ones beside them: for testing how a model or a cleaner copes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import ConfigDict, Field, model_validator

from ..features import Features
from ..generator import OptionProblem
from ..rows import Rows
from .base import Stage
from .conditions import Probability, in_splits, probability, rate_problems, split_problems
from .judging import Confusion, class_names, class_problems, confusion_problems, first_class

__all__ = ["LabelNoise"]


class LabelNoise(Stage):
    """Classes confused at declared rates. The clean label is kept in a column named `..._clean`."""

    model_config = ConfigDict(extra="forbid")

    key: ClassVar[str] = "label_noise"

    column: str | None = Field(
        default=None,
        description="The class column to disturb; by default the first label that is one.",
    )
    rate: Probability | str | None = Field(
        default=None,
        description="The share of rows that get another class, each other class as likely; or an "
        "expression that gives the probability of each row: 0.4 if abs(score) < 0.2 else 0.02.",
    )
    confusion: Confusion | None = Field(
        default=None,
        description="For a true class, how often it is taken for another: {positive: {negative: 0.1}}. "
        "What is left keeps the true class.",
    )
    splits: list[str] | None = Field(
        default=None,
        min_length=1,
        description="Only disturb these splits, [train] for example; by default all.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> LabelNoise:
        if (self.rate is None) == (self.confusion is None):
            raise ValueError("label noise needs either 'rate' or 'confusion'")
        if self.confusion is not None and not self.confusion:
            raise ValueError("an empty confusion confuses nothing; leave out label_noise")
        return self

    def problems(self, features: Features) -> Iterator[OptionProblem]:
        column = self._column(features)
        if found := list(class_problems(column, features, "noise")):
            yield from found
            return
        assert column is not None
        if f"{column}_clean" in features.columns:
            yield OptionProblem(("column",), f"there is a column '{column}_clean' already")
        yield from confusion_problems(self.confusion, class_names(features, column), column)
        yield from rate_problems(self.rate, features, ("rate",))
        yield from split_problems(self.splits, features, ("splits",))

    def changes(self, features: Features) -> frozenset[str]:
        column = self._column(features)
        return frozenset() if column is None else frozenset({column})

    def features(self, features: Features) -> Features:
        """Return the columns with the clean label added."""
        column = self._column(features)
        assert column is not None
        return features.with_column(f"{column}_clean", features[column], truth=True)

    def apply(self, batch: pa.RecordBatch, features: Features, rows: Rows) -> pa.RecordBatch:
        column = self._column(features)
        assert column is not None
        names = class_names(features, column)
        clean = batch.column(column)
        observed = clean.fill_null(0).to_numpy(zero_copy_only=False).copy()
        true = observed.copy()
        words = rows.stream("label_noise", column).words() >> np.uint64(11)
        touched = np.asarray(clean.is_valid()) & in_splits(self.splits, batch, features)
        if isinstance(self.rate, str):
            where = f"stage {self.key!r}, column {column!r}"
            rates = probability(self.rate, touched, batch, features, where)
            others = _others(words, rates, len(names))
            touched &= others >= 0
            # One of the other classes: those from the true one on are counted one further.
            observed[touched] = (others + (others >= true))[touched]
        else:
            for number in range(len(names)):
                members = np.flatnonzero(touched & (true == number))
                borders, targets = self._confused(number, names)
                place = np.searchsorted(borders, words[members], side="right")
                observed[members] = np.append(targets, number)[place]
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        columns[column] = pa.array(observed, mask=~np.asarray(clean.is_valid()))
        return self.features(features).batch({**columns, f"{column}_clean": clean})

    def _confused(self, number: int, names: tuple[str, ...]) -> tuple[list[int], list[int]]:
        """Return the borders of the other classes on the scale of 53-bit words, and those classes."""
        others = [i for i in range(len(names)) if i != number]
        if isinstance(self.rate, float):
            share = Fraction(repr(self.rate)) / max(1, len(others))
            shares = [share for _ in others]
        else:
            row = (self.confusion or {}).get(names[number], {})
            shares = [Fraction(repr(row.get(names[i], 0.0))) for i in others]
        borders, border = [], Fraction(0)
        for share in shares:
            border += share
            borders.append(int(border * 2**53))
        return borders, others

    def _column(self, features: Features) -> str | None:
        return first_class(features) if self.column is None else self.column


def _others(
    words: npt.NDArray[np.uint64], rates: npt.NDArray[np.floating[Any]], classes: int
) -> npt.NDArray[np.int64]:
    """Return which of the other classes a row is taken for, by words of 53 bits; -1 where it is not.

    The words below the rate are shared out evenly. Scaling by 2**53 is exact.
    """
    border = rates * 2.0**53
    share = words / np.maximum(border, 1.0) * (classes - 1)
    which = np.minimum(np.floor(share), classes - 2).astype(np.int64)
    return np.where(words < border, which, -1)
