"""What the stages share that spoil some values in some rows, and leave the truth about it behind.

A section is one entry or a list of them. Every entry says in which `columns`, how often (`rate`), and in
which rows (`when`, `splits`). For each column it leaves a mask of the values that it changed, and with
`keep_clean` the values before the stage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, ClassVar, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, RootModel, field_validator

from ..errors import did_you_mean
from ..features import Box, Feature, Features, Image, Mask, Records, Span, Value
from ..generator import OptionProblem
from ..rows import Rows
from .base import Stage
from .conditions import (
    Path,
    Probability,
    condition_problems,
    holds,
    in_splits,
    probability,
    rate_problems,
    split_problems,
)

__all__ = ["Entry", "Touching", "protected", "with_mask"]

Floats = npt.NDArray[np.floating[Any]]

_MASK = Value("bool")
_MOST_LISTED = 12
_NESTED = (Records, Image, Box, Mask, Span)


class Entry(BaseModel):
    """Some values of some rows that become others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    leaves: ClassVar[str]
    """What the mask of a column is called: `leaves` is `missing` in `income_missing`."""

    columns: list[str] = Field(min_length=1, description="The columns whose values are changed.")
    rate: Probability | str = Field(
        description="The share of the rows, each column for itself; or an expression that gives the "
        "probability of each row: 0.3 if age > 60 else 0.05.",
    )
    when: str | None = Field(
        default=None,
        description="Only rows where this holds, age > 60 for example; the rate is a share of these.",
    )
    splits: list[str] | None = Field(
        default=None, min_length=1, description="Only rows of these splits, [train] for example."
    )
    keep_clean: bool = Field(
        default=False, description="Keep the values before the stage, in `{column}_clean`."
    )

    @field_validator("columns")
    @classmethod
    def _differ(cls, columns: list[str]) -> list[str]:
        for column, count in Counter(columns).items():
            if count > 1:
                raise ValueError(f"column {column!r} is named twice")
        return columns

    @property
    def action(self) -> str:
        """What is done, in a word that keeps the streams of different actions apart."""
        return self.leaves

    @property
    def groups(self) -> list[tuple[str, ...]]:
        """The columns that are changed in the same rows."""
        return [(column,) for column in self.columns]

    def misfit(self, feature: Feature) -> str:
        """Return what about a column does not fit the action, or an empty string: "holds no numbers"."""
        return ""

    def column_problems(self, features: Features) -> Iterator[OptionProblem]:
        """Yield what else does not fit, once each column does."""
        yield from ()

    def weight(self, rows: Rows) -> float | Floats:
        """Return what the rate is multiplied by in each row."""
        return 1.0

    def change(
        self, values: Sequence[pa.Array], features: Sequence[Feature], rows: Rows
    ) -> Sequence[pa.Array]:
        """Return what the values of one group of columns become, in the rows that are touched alone."""
        raise NotImplementedError

    def mask(self, column: str) -> str:
        """Return the name of the mask of a column."""
        return f"{column}_{self.leaves}"

    def problems(self, features: Features) -> Iterator[OptionProblem]:
        """Yield what does not fit the columns that come in; the paths begin inside the entry."""
        fitting = [name for name in features.columns if not self._strange(name, features)]
        wrong = False
        for place, column in enumerate(self.columns):
            if strange := self._strange(column, features):
                wrong = True
                near = "" if column in features.columns else did_you_mean(column, fitting).strip()
                hint = near or _listed(fitting)
                yield OptionProblem(("columns", place), strange, hint)
                continue
            for name in (self.mask(column), f"{column}_clean" if self.keep_clean else None):
                if name in features.columns and name not in features.added:
                    message = f"there is a column {name!r} already"
                    yield OptionProblem(("columns", place), message, "rename that column")
        if not wrong:
            yield from self.column_problems(features)
        yield from rate_problems(self.rate, features, ("rate",))
        yield from condition_problems(self.when, features, ("when",))
        yield from split_problems(self.splits, features, ("splits",))

    def _strange(self, column: str, features: Features) -> str:
        if column not in features.columns:
            return f"there is no column {column!r}"
        if reason := protected(column, features) or self.misfit(features[column]):
            return f"column {column!r} {reason}"
        return ""


E = TypeVar("E", bound=Entry)


class Touching(RootModel[E | Annotated[list[E], Field(min_length=1)]], Stage, Generic[E]):
    """A stage of entries, each with streams of its own: one that is added changes no other."""

    model_config = ConfigDict(frozen=True)

    @property
    def entries(self) -> Sequence[E]:
        """The entries in order."""
        return self.root if isinstance(self.root, list) else [self.root]

    def problems(self, features: Features) -> Iterator[OptionProblem]:
        for place, entry in enumerate(self.entries):
            start: Path = (place,) if isinstance(self.root, list) else ()
            for found in entry.problems(features):
                path = (*start, *found.path)
                yield OptionProblem(path, found.message, found.hint, found.offset, found.length)

    def changes(self, features: Features) -> frozenset[str]:
        return frozenset(column for entry in self.entries for column in entry.columns)

    def features(self, features: Features) -> Features:
        """Return the columns with the masks, and the clean values that are kept."""
        made = features
        for entry in self.entries:
            for column in entry.columns:
                made = made.with_column(entry.mask(column), _MASK, truth=True)
                if entry.keep_clean:
                    made = made.with_column(f"{column}_clean", features[column], truth=True)
        return made

    def apply(self, batch: pa.RecordBatch, features: Features, rows: Rows) -> pa.RecordBatch:
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        counts: Counter[tuple[str, ...]] = Counter()
        for entry in self.entries:
            where = f"stage {self.key!r}, column {', '.join(map(repr, entry.columns))}"
            # Of the values that came in: what one entry does changes the rows of no other.
            allowed = in_splits(entry.splits, batch, features) & holds(entry.when, batch, features, where)
            rate = probability(entry.rate, allowed, batch, features, where) * entry.weight(rows)
            if entry.keep_clean:
                for column in entry.columns:
                    columns.setdefault(f"{column}_clean", batch.column(column))
            for group in entry.groups:
                name = (entry.action, *group)
                chance = rows.within(*name, str(counts[name]))
                counts[name] += 1
                touched = np.flatnonzero(chance.stream("rows").bernoulli(rate))
                _touch(columns, entry, group, features, chance.at(rows.numbers[touched]), touched)
        for entry in self.entries:
            for column in entry.columns:
                # What two entries did to a value may have given the old one back.
                differ = _differ(batch.column(column), columns[column])
                with_mask(columns, entry.mask(column), differ)
        return self.features(features).batch(columns)


def protected(column: str, features: Features) -> str:
    """Return why no stage may change a column, or an empty string."""
    feature = features[column]
    if column == features.split:
        return "says which split a row is in, and must stay true"
    if features.split is not None and column == features.group:
        return "says which rows belong together in one split, and must stay true"
    if column in features.truth:
        return "is the truth about the data, and must stay true"
    if isinstance(feature, _NESTED):
        return f"holds {type(feature).__name__}, not single values"
    if any(isinstance(f, Span) and f.of == column for f in _deeply(features.columns.values())):
        return "has spans that point into it, and would no longer point right"
    if any(isinstance(f, Image) and column in (f.width, f.height) for f in features.columns.values()):
        return "is the size of an image, and must stay true"
    return ""


def with_mask(columns: dict[str, Any], name: str, changed: npt.NDArray[np.bool_]) -> None:
    """Store a mask among the columns, joined with the one of that name that is there already."""
    before = columns.get(name)
    if before is not None:
        changed = changed | before.fill_null(False).to_numpy(zero_copy_only=False)
    columns[name] = pa.array(changed)


def _touch(
    columns: dict[str, Any],
    entry: Entry,
    group: tuple[str, ...],
    features: Features,
    rows: Rows,
    touched: npt.NDArray[np.int64],
) -> None:
    """Change the touched places of a group of columns."""
    before = [columns[name] for name in group]
    kinds = [features[name] for name in group]
    places = pa.array(touched)
    values = [column.take(places) for column in before]
    after = entry.change(values, kinds, rows) if len(touched) else values
    for name, whole, new in zip(group, before, after, strict=True):
        replaced = np.zeros(len(whole), dtype=bool)
        replaced[touched] = True
        columns[name] = pc.replace_with_mask(whole, pa.array(replaced), new)


def _differ(before: pa.Array, after: pa.Array) -> npt.NDArray[np.bool_]:
    """Return where two arrays differ; null is equal to null alone."""
    there = pc.not_equal(before, after).fill_null(False)
    lost = pc.xor(before.is_null(), after.is_null())
    differ: npt.NDArray[np.bool_] = pc.or_(there, lost).to_numpy(zero_copy_only=False)
    return differ


def _listed(names: Sequence[str]) -> str:
    more = ", ..." if len(names) > _MOST_LISTED else ""
    return f"columns that fit are: {', '.join(names[:_MOST_LISTED]) or 'none'}{more}"


def _deeply(features: Iterable[Feature]) -> Iterator[Feature]:
    """Yield the features and those of the records among them."""
    for feature in features:
        yield feature
        if isinstance(feature, Records):
            yield from _deeply(feature.fields.values())
