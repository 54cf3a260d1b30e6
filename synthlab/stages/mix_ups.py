"""Values in the wrong unit, the wrong form or the wrong column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, model_validator

from ..features import ClassLabel, Feature, Features, Value
from ..generator import OptionProblem
from ..rows import Rows
from .numbers import Decimals, Number, changed, is_number
from .touching import Entry, Touching
from .typos import is_string

__all__ = ["MixUps"]

Form = Literal["upper", "lower", "padded", "decimal_comma", "day_first", "month_first"]

_ISO_DATE = r"^(\d{4})-(\d{2})-(\d{2})"


class MixUp(Entry):
    """Values mixed up in one way: `factor` and `add` for units, `swap`, or `write` for forms of text.

    A value that would stay the same (a day above 12 that cannot be a month) is not touched.
    """

    leaves: ClassVar[str] = "mixed_up"

    factor: Number | None = Field(
        default=None,
        description="What numbers are multiplied by: 2.54 for centimetres where inches were meant.",
    )
    add: Number | None = Field(
        default=None, description="What is added after that: factor: 1.8 with add: 32 is Fahrenheit."
    )
    round: Decimals | None = Field(default=None, description="How many decimals a changed number has.")
    swap: Literal["day_month", "columns"] | None = Field(
        default=None,
        description="Swap day and month of a date, or the values of the two columns.",
    )
    write: Form | None = Field(
        default=None,
        description="How text is written: in capitals, in small letters, with blanks around it, with a "
        "decimal comma, or a date as 31.12.2024 or as 12/31/2024 in place of 2024-12-31.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> MixUp:
        unit = self.factor is not None or self.add is not None
        if [unit, self.swap is not None, self.write is not None].count(True) != 1:
            raise ValueError("a mix-up needs one of 'factor' (or 'add'), 'swap' and 'write'")
        if self.factor in (1, None) and self.add in (0, None) and unit:
            raise ValueError("a factor of 1 or nothing added changes nothing")
        if self.round is not None and not unit:
            raise ValueError("'round' is for numbers in another unit")
        if self.swap == "columns" and len(self.columns) != 2:
            raise ValueError(f"two columns can be swapped, not {len(self.columns)}")
        return self

    @property
    def action(self) -> str:
        return self.write or self.swap or "unit"

    @property
    def groups(self) -> list[tuple[str, ...]]:
        return [tuple(self.columns)] if self.swap == "columns" else super().groups

    def misfit(self, feature: Feature) -> str:
        if self.swap == "columns":
            return "is a class, whose values no other column has" if isinstance(feature, ClassLabel) else ""
        if self.swap == "day_month":
            return "" if _is_date(feature) else "holds no dates"
        if self.write is not None:
            return "" if is_string(feature) else "holds no strings"
        return "" if is_number(feature) else "holds no numbers"

    def column_problems(self, features: Features) -> Iterator[OptionProblem]:
        kinds = [features[column].arrow for column in self.columns]
        if self.swap == "columns" and kinds[0] != kinds[1]:
            found = f"{self.columns[0]!r} holds {kinds[0]}, {self.columns[1]!r} {kinds[1]}"
            yield OptionProblem(("columns",), f"{found}: neither can hold the other's values")

    def change(
        self, values: Sequence[pa.Array], features: Sequence[Feature], rows: Rows
    ) -> Sequence[pa.Array]:
        if self.swap == "columns":
            return values[::-1]
        (column,) = values
        if self.swap == "day_month":
            return [_day_for_month(column)]
        if self.write is not None:
            return [_written(column, self.write, rows)]
        factor, add = (1.0 if self.factor is None else self.factor), self.add or 0.0
        return [changed(column, lambda numbers: numbers * factor + add, self.round)]


class MixUps(Touching[MixUp]):
    """Wrong units, forms and columns. Where they are is kept in columns named `..._mixed_up`."""

    key: ClassVar[str] = "mix_ups"


def _is_date(feature: Feature) -> bool:
    return isinstance(feature, Value) and feature.dtype.startswith(("date", "timestamp"))


def _day_for_month(values: pa.Array) -> pa.Array:
    """Return dates, or times, with day and month exchanged where the day can be a month."""
    whole = pa.int32() if pa.types.is_date32(values.type) else pa.int64()
    unit = "D" if pa.types.is_date32(values.type) else values.type.unit
    counts = values.cast(whole).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    times = counts.view(f"datetime64[{unit}]")
    days = times.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    years = days.astype("datetime64[Y]")
    # Both counted from 0.
    day = (days - months.astype("datetime64[D]")).astype(np.int64)
    month = (months - years.astype("datetime64[M]")).astype(np.int64)
    swapped = (years.astype("datetime64[M]") + day).astype("datetime64[D]") + month
    made = np.where(day < 12, swapped + (times - days), times).astype(times.dtype)
    missing = values.is_null().to_numpy(zero_copy_only=False)
    return pa.array(made.view(np.int64), mask=missing).cast(whole).cast(values.type)


def _written(values: pa.Array, form: Form, rows: Rows) -> pa.Array:
    match form:
        case "upper":
            return pc.utf8_upper(values)
        case "lower":
            return pc.utf8_lower(values)
        case "padded":
            sides = rows.stream("sides").choice(3)
            before, after = (pa.array(np.where(sides == none, "", " ")) for none in (0, 1))
            return pc.binary_join_element_wise(before, values, after, "")
        case "decimal_comma":
            return pc.replace_substring_regex(values, r"(\d)\.(\d)", r"\1,\2")
        case "day_first":
            return pc.replace_substring_regex(values, _ISO_DATE, r"\3.\2.\1")
    return pc.replace_substring_regex(values, _ISO_DATE, r"\2/\3/\1")
