"""The tabular generator: columns that a schema declares, or that a fitted model gives, or both."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar

import pyarrow as pa
from pydantic import Field

from synthlab.errors import InputError
from synthlab.features import Features
from synthlab.generator import FitRequest, Fitted, Generator, InputFile, OptionProblem
from synthlab.rows import Rows

from .copula import Copula, read_model
from .derived import ExpressionColumn, RuleColumn
from .drawn import (
    Bernoulli,
    Categorical,
    Constant,
    Date,
    Datetime,
    Normal,
    RowSequence,
    Uniform,
)
from .fitted import FittedColumn
from .plan import Plan, plan
from .records import RecordColumn, disagreements

__all__ = ["AnyColumn", "TabularGenerator"]

AnyColumn = Annotated[
    Constant
    | RowSequence
    | Uniform
    | Normal
    | Bernoulli
    | Categorical
    | Date
    | Datetime
    | ExpressionColumn
    | RuleColumn
    | FittedColumn
    | RecordColumn,
    Field(discriminator="kind"),
]


class TabularGenerator(Generator):
    """Tables of columns that are drawn, computed from each other, or learned from a real table."""

    libraries: ClassVar[tuple[str, ...]] = ("faker",)

    columns: list[AnyColumn] = Field(
        min_length=1, max_length=1_000, description="The columns of the table, in order."
    )
    model: InputFile | None = Field(
        default=None,
        description="What `synthlab fit` learned; columns of `kind: fitted` draw from it.",
    )

    locale: str = Field(
        default="en_US",
        description="The language and country of names, addresses and the like, where a column does not "
        "say it.",
    )

    @property
    def features(self) -> Features:
        return self._plan.features

    def generate(self, rows: Rows) -> pa.RecordBatch:
        return self._plan.generate(rows)

    def problems(self) -> Iterator[OptionProblem]:
        try:
            copula = self._copula
        except InputError as error:
            yield OptionProblem(("model",), str(error), "make it again with `synthlab fit`")
            return
        fitted = any(isinstance(column, FittedColumn) for column in self.columns)
        if copula is not None and not fitted:
            yield OptionProblem(("model",), "no column draws from this model", "leave it out")
        yield from plan(self.columns, copula, self.locale)[1]
        yield from disagreements(self.columns, self.locale)

    @classmethod
    def can_fit(cls, source: Path) -> bool:
        return source.suffix.lower() in (".csv", ".parquet") and source.is_file()

    @classmethod
    def fit(cls, request: FitRequest) -> Fitted:
        from .fit import fit

        return fit(request)

    @cached_property
    def _copula(self) -> Copula | None:
        return None if self.model is None else Copula.of(read_model(self.model.path))

    @cached_property
    def _plan(self) -> Plan:
        return plan(self.columns, self._copula, self.locale)[0]
