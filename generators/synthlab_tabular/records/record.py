"""What the columns of a record share: whose it is, its locale, and the draws that they have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field

from synthlab.features import ClassLabel, Feature, Value
from synthlab.generator import OptionProblem
from synthlab.rows import Stream

from ..column import Array, Column, Maker, Making, Misfit, Setting
from .locales import locale_problem

__all__ = ["Local", "Made", "Record", "record_stream", "record_words"]

Words = npt.NDArray[np.uint64]


class Record(Column):
    """A column of one record a row: a person, an address. Columns of the same record agree."""

    of: str = Field(
        default="person",
        min_length=1,
        max_length=200,
        description="Whose it is: columns of the same one agree, those of another are of somebody else.",
    )

    def made(
        self, make: Callable[[Making], Array], value: str = "string", classes: Sequence[str] = ()
    ) -> Maker:
        """Return the maker of a column with values of that type; a label of strings needs its classes."""
        if not self.label or value != "string":
            return Made(Value(value), make, tuple(classes) or None)
        if not classes:
            raise Misfit(OptionProblem(("label",), "this has no fixed list of classes", "leave out `label`"))
        return Made(ClassLabel(tuple(classes)), make)


class Local(Record):
    """A record whose words depend on a country and its language."""

    locale: str | None = Field(
        default=None,
        description="The language and country, `de_DE` for example; by default that of the generator.",
    )

    def words_from(self, setting: Setting) -> str:
        """Return the locale, or raise Misfit when there are no words of it for this kind of column."""
        locale = self.locale or setting.locale
        problem = locale_problem(locale, getattr(self, "kind", ""))
        if problem is not None:
            raise Misfit(OptionProblem(("locale",) if self.locale else (), *problem))
        return locale


@dataclass(frozen=True)
class Made:
    """A function of what is being made, and what it gives."""

    feature: Feature
    fill: Callable[[Making], Array]
    values: tuple[str, ...] | None = None

    @property
    def value_type(self) -> pa.DataType:
        return pa.string() if isinstance(self.feature, ClassLabel) else self.feature.arrow

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return self.feature.names if isinstance(self.feature, ClassLabel) else self.values

    def make(self, making: Making) -> Array:
        return self.fill(making)


def record_stream(making: Making, of: str, what: str) -> Stream:
    """Return the stream of a part of a record, the same for all its columns."""
    return making.rows.stream("record", of, what)


def record_words(making: Making, of: str, what: str) -> Words:
    """Return a random word for each row, of a part of a record."""
    return making.once(("record words", of, what), lambda: record_stream(making, of, what).words())
