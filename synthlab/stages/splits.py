"""Which rows are for training, which for validation, which for the test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from hashlib import blake2b
from typing import Annotated, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ConfigDict, Field, field_validator

from ..features import ClassLabel, Features, GroupLabel, Value
from ..generator import OptionProblem
from ..names import SplitName
from ..rows import Rows
from .base import Stage

__all__ = ["COLUMN", "Splits"]

COLUMN = "split"
"""The column that says which split a row is in."""

BLOCK = 1000
_GOLDEN = 0.6180339887498949


class Splits(Stage):
    """Parts of the dataset: by row, or with the rows of one group never apart."""

    model_config = ConfigDict(extra="forbid")

    key: ClassVar[str] = "splits"

    fractions: dict[SplitName, Annotated[float, Field(gt=0, le=1)]] = Field(
        description="The share of each split, for example {train: 0.8, validation: 0.1, test: 0.1}; "
        "together they make 1.",
        min_length=1,
        max_length=100,
    )
    group: str | Literal[False] | None = Field(
        default=None,
        description="The column whose rows stay together. By default the one that the generator names, "
        "a review's template for example; false splits row by row.",
    )
    stratify: str | None = Field(
        default=None,
        description="A class column whose shares are to be the same in every split. A known list of groups "
        "(templates) is stratified without being asked.",
    )

    @field_validator("fractions")
    @classmethod
    def _whole(cls, fractions: dict[str, float]) -> dict[str, float]:
        total = sum((Fraction(repr(f)) for f in fractions.values()), Fraction(0))
        if abs(total - 1) > Fraction(1, 10**6):
            raise ValueError(f"the fractions add up to {float(total):g}, not to 1")
        return fractions

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the splits, in the order of the schema."""
        return tuple(self.fractions)

    @property
    def block_rows(self) -> int | None:
        """Stratifying row by row counts the classes of whole blocks."""
        return BLOCK if self.stratify else None

    def problems(self, features: Features) -> Iterator[OptionProblem]:
        known = ", ".join(features.columns)
        if COLUMN in features.columns:
            yield OptionProblem((), f"the dataset has a column {COLUMN!r} already", "rename that column")
        if self.group and self.group not in features.columns:
            yield OptionProblem(("group",), f"there is no column {self.group!r}", f"there are {known}")
            return
        if self.group and not isinstance(features[self.group], Value | ClassLabel):
            yield OptionProblem(
                ("group",), f"column {self.group!r} does not name groups", "use an id or class"
            )
        if self.stratify:
            if not isinstance(features.columns.get(self.stratify), ClassLabel):
                classes = ", ".join(features.find(ClassLabel)) or "none"
                found = "is no class column" if self.stratify in features.columns else "does not exist"
                message = f"column {self.stratify!r} {found}"
                hint = f"class columns are: {classes}; one of a table becomes one by label: true"
                yield OptionProblem(("stratify",), message, hint)
            elif self._group(features) is not None:
                message = "rows that stay together in groups cannot be stratified row by row"
                yield OptionProblem(("stratify",), message, "leave it out, or set group: false")
        group = self._group(features)
        if group is not None and isinstance(features[group], ClassLabel):
            for stratum, members in _strata(features[group]).items():
                if len(members) < len(self.fractions):
                    where = f" of {stratum!r}" if stratum else ""
                    message = f"{len(self.fractions)} splits cannot share {len(members)} groups{where}"
                    yield OptionProblem((), message, "use fewer splits, or set group: false")

    def features(self, features: Features) -> Features:
        """Return the columns with `split` added."""
        made = features.with_column(COLUMN, ClassLabel(self.names))
        return replace(made, split=COLUMN, group=self._group(features) or features.group)

    def apply(self, batch: pa.RecordBatch, features: Features, rows: Rows) -> pa.RecordBatch:
        numbers = self._split(batch, features, rows)
        return self.features(features).batch(
            {**dict(zip(batch.schema.names, batch.columns, strict=True)), COLUMN: numbers}
        )

    def _split(self, batch: pa.RecordBatch, features: Features, rows: Rows) -> npt.NDArray[np.int64]:
        group = self._group(features)
        if group is not None:
            return self._by_group(batch.column(group), features[group], rows)
        if self.stratify:
            return self._stratified(batch.column(self.stratify), features[self.stratify], rows)
        return rows.stream("row").quotas(self._shares())

    def _group(self, features: Features) -> str | None:
        return None if self.group is False else self.group or features.group

    def _shares(self) -> list[Fraction]:
        return [Fraction(repr(share)) for share in self.fractions.values()]

    def _by_group(self, column: pa.Array, feature: object, rows: Rows) -> npt.NDArray[np.int64]:
        if isinstance(feature, ClassLabel):
            # All groups are known: rank them by hash inside each stratum and cut by quota, since hashing
            # alone leaves a split empty when there are few.
            table = np.empty(len(feature.names), dtype=np.int64)
            for members in _strata(feature).values():
                ranked = sorted(members, key=lambda i: _hash(rows.seed, feature.names[i]))
                table[ranked] = np.repeat(np.arange(len(self.names)), _quotas(self._shares(), len(ranked)))
            chosen: npt.NDArray[np.int64] = table[column.fill_null(0).to_numpy(zero_copy_only=False)]
            return chosen
        unique = pc.dictionary_encode(column, null_encoding="encode")
        borders = [float(b) for b in np.cumsum([float(s) for s in self._shares()])[:-1]]
        hashes = [_hash(rows.seed, str(value)) * 2.0**-64 for value in unique.dictionary.to_pylist()]
        table = np.searchsorted(borders, hashes, side="right")
        numbers: npt.NDArray[np.int64] = table[unique.indices.to_numpy(zero_copy_only=False)]
        # Rows without a group do not belong together.
        alone = rows.stream("row").quotas(self._shares())
        return np.where(column.is_null().to_numpy(zero_copy_only=False), alone, numbers)

    def _stratified(self, column: pa.Array, feature: object, rows: Rows) -> npt.NDArray[np.int64]:
        """Split each class of each whole block by quota; what is left over moves on from block to block."""
        assert isinstance(feature, ClassLabel)
        classes = column.fill_null(len(feature.names)).to_numpy(zero_copy_only=False)
        words = rows.stream("row").words()
        result = np.empty(len(rows), dtype=np.int64)
        borders = np.cumsum([float(s) for s in self._shares()])
        for first in range(0, len(rows), BLOCK):
            block = (rows.start + first) // BLOCK
            for number in range(len(feature.names) + 1):
                members = first + np.flatnonzero(classes[first : first + BLOCK] == number)
                order = members[np.argsort(words[members], kind="stable")]
                shift = (block + 1) * _GOLDEN + number * 0.5
                cuts = np.floor(borders * len(order) + shift % 1.0).astype(np.int64)
                cuts[-1] = len(order)
                counts = np.diff(np.minimum(cuts, len(order)), prepend=0)
                result[order] = np.repeat(np.arange(len(counts)), counts)
        return result


def _strata(feature: object) -> dict[str, list[int]]:
    """Return the groups by stratum; the stratum is empty where the feature names none."""
    assert isinstance(feature, ClassLabel)
    strata = feature.strata if isinstance(feature, GroupLabel) else ("",) * len(feature.names)
    result: dict[str, list[int]] = {}
    for number, stratum in enumerate(strata):
        result.setdefault(stratum, []).append(number)
    return result


def _quotas(shares: Sequence[Fraction], count: int) -> list[int]:
    """Return whole numbers in proportion to the shares that add up to `count`, at least one each."""
    exact = [share / sum(shares) * count for share in shares]
    result = [max(1, int(e)) for e in exact]
    while sum(result) < count:
        result[max(range(len(exact)), key=lambda i: exact[i] - result[i])] += 1
    while sum(result) > count:
        result[max((i for i in range(len(exact)) if result[i] > 1), key=lambda i: result[i] - exact[i])] -= 1
    return result


def _hash(seed: int, name: str) -> int:
    """Return 64 bits of the seed and the group alone, so that a grown dataset keeps its splits."""
    return int.from_bytes(blake2b(f"split {seed} {name}".encode(), digest_size=8).digest(), "little")
