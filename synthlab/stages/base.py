"""The base class of stages."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from ..features import Features
from ..generator import OptionProblem
from ..rows import Rows

__all__ = ["Stage"]


class Stage(BaseModel):
    """A function from batch to batch that knows no modality; its fields are a section of the schema file.

    What it does to a row follows from that row and its number alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def block_rows(self) -> int | None:
        """Whole aligned blocks of rows that the stage must see together, if it must."""
        return None

    def problems(self, features: Features) -> Iterator[OptionProblem]:
        """Yield what does not fit the columns that come in."""
        yield from ()

    def features(self, features: Features) -> Features:
        """Return the columns that go out, given those that come in."""
        raise NotImplementedError

    def apply(self, batch: pa.RecordBatch, features: Features, rows: Rows) -> pa.RecordBatch:
        """Return the batch with the stage applied; `features` are those that come in."""
        raise NotImplementedError
