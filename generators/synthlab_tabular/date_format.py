"""Days and times that are stored as text, and are days and times to all other columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from synthlab.features import Feature, Value
from synthlab.generator import OptionProblem

from .column import Array, Column, Maker, Making, Misfit

__all__ = ["Dated", "Written"]

# The parts that have the same text on every machine, whatever its language.
_FORMAT = re.compile(r"([^%]|%[YymdbBHIMSp])+")


class Dated(Column):
    """A column that may hold days or times."""

    format: str | None = Field(
        default=None,
        min_length=1,
        max_length=40,
        description="How days and times are written, as text: `%d/%m/%Y`; without it they are dates.",
    )

    def written(self, maker: Maker) -> Maker:
        """Return the maker of the same column with its values as text, where a format is given."""
        if self.format is None:
            return maker
        if not pa.types.is_temporal(maker.value_type):
            message = f"this column holds {maker.value_type}, neither days nor times"
            raise Misfit(OptionProblem(("format",), message, "leave out `format`"))
        if not _FORMAT.fullmatch(self.format):
            hint = "known are %Y %y %m %d %b %B %H %I %M %S %p"
            raise Misfit(OptionProblem(("format",), "this has more than the parts of days and times", hint))
        return Written(maker, self.format)


@dataclass(frozen=True)
class Written:
    """Days or times, and the form in which they are stored."""

    maker: Maker
    format: str

    @property
    def feature(self) -> Feature:
        return Value("string")

    @property
    def value_type(self) -> pa.DataType:
        return self.maker.value_type

    @property
    def outcomes(self) -> None:
        return None

    def make(self, making: Making) -> Array:
        return self.maker.make(making)

    def text(self, values: Array) -> Array:
        """Return the values as they are stored."""
        return pc.strftime(values.cast(pa.timestamp("s")), format=self.format)
