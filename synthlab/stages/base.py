"""The base class of stages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from ..features import Features
from ..generator import OptionProblem
from ..rows import Rows

__all__ = ["Stage"]


class Stage(BaseModel):
    """A function from batch to batch that knows no modality; its fields are a section of the schema file.

    What it does to a row follows from that row, its block and its number alone.
    """

    # What is unknown is forbidden by each stage itself: a section that is a list knows no extra keys.
    model_config = ConfigDict(frozen=True)

    key: ClassVar[str]
    """Where the section stands in a schema file."""

    @property
    def block_rows(self) -> int | None:
        """Whole aligned blocks of rows that the stage must see together, if it must."""
        return None

    def problems(self, features: Features) -> Iterator[OptionProblem]:
        """Yield what does not fit the columns that come in."""
        yield from ()

    def changes(self, features: Features) -> frozenset[str]:
        """Return the columns whose values the stage may change or copy; keys must not be among them."""
        return frozenset()

    def features(self, features: Features) -> Features:
        """Return the columns that go out, given those that come in."""
        raise NotImplementedError

    def apply(self, batch: pa.RecordBatch, features: Features, rows: Rows) -> pa.RecordBatch:
        """Return the batch with the stage applied; `features` are those that come in."""
        raise NotImplementedError
