"""The tabular generator: columns that a schema declares, or that a fitted model gives, or both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar

import pyarrow as pa
from pydantic import Field

from synthlab.errors import InputError
from synthlab.features import Features
from synthlab.generator import FitRequest, Fitted, Generator, InputFile, OptionProblem
from synthlab.rows import Rows

from .categories import Bernoulli, Categorical, ClassFirst
from .column import Column, Conditional, FittedModel, Setting
from .conditions import Shares, wanted
from .correlation import Correlation
from .derived import ExpressionColumn, RuleColumn
from .empirical import Empirical
from .fitted import FittedColumn
from .keys import Constant, Pattern, Permutation, RowSequence
from .labels import Logistic, Softmax
from .mixture import Mixture
from .numeric import (
    Beta,
    Binomial,
    Exponential,
    Gamma,
    Geometric,
    Lognormal,
    Normal,
    Poisson,
    Triangular,
    Uniform,
    Zipf,
)
from .plan import Plan, plan
from .records import RecordColumn, disagreements
from .relations import ForeignKey, Lookup, Position
from .series import AutoRegressive, EventTime, PoissonProcess, RandomWalk, Seasonal, Timeline
from .synthesizers import read_model
from .targets import Regression, Threshold
from .times import Date, Datetime

__all__ = ["AnyColumn", "TabularGenerator"]

AnyColumn = Annotated[
    Constant
    | RowSequence
    | Permutation
    | Pattern
    | Uniform
    | Normal
    | Lognormal
    | Exponential
    | Gamma
    | Beta
    | Triangular
    | Poisson
    | Binomial
    | Geometric
    | Zipf
    | Mixture
    | Empirical
    | Bernoulli
    | Categorical
    | ClassFirst
    | Date
    | Datetime
    | ExpressionColumn
    | RuleColumn
    | Logistic
    | Softmax
    | Threshold
    | Regression
    | FittedColumn
    | RecordColumn
    | ForeignKey
    | Lookup
    | Position
    | Timeline
    | EventTime
    | PoissonProcess
    | RandomWalk
    | AutoRegressive
    | Seasonal,
    Field(discriminator="kind"),
]


class TabularGenerator(Generator):
    """Tables of columns that are drawn, computed from each other, or learned from a real table."""

    fit_options: ClassVar[tuple[str, ...] | None] = (
        *("target", "synthesizer", "budget", "table", "query", "sequence", "order", "keys", "columns"),
        "epochs",
        *("epsilon", "delta", "domain", "ledger", "most_epsilon"),
    )

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

    correlations: list[Correlation] = Field(
        default_factory=list,
        max_length=1_000,
        description="Rank correlations between columns: {columns: [age, income], value: 0.6}.",
    )

    where: str | None = Field(
        default=None,
        description="A condition that all rows fulfil, over columns of `kind: fitted` and what follows from "
        "them: age >= 30 and plan == 'pro'. Rows that do not are drawn again.",
    )

    shares: Shares = Field(
        default_factory=dict,
        description="The share of each class of a fitted column, exact in every 1,000 rows: "
        "{fraud: {yes: 50, no: 50}}.",
    )

    @property
    def libraries(self) -> tuple[str, ...]:
        # Its word lists change; the records of en_US are our own.
        locales = {getattr(c, "locale", None) or self.locale for c in self.columns if hasattr(c, "locale")}
        faker = locales - {"en_US"} or any(column.kind == "faker" for column in self.columns)
        return ("faker",) if faker else ()

    @property
    def features(self) -> Features:
        return self._plan.features

    def generate(self, rows: Rows) -> pa.RecordBatch:
        return self._plan.generate(rows)

    def select(self, rows: Rows, columns: Sequence[str]) -> pa.RecordBatch:
        return self._plan.select(rows, columns)

    @property
    def lookups(self) -> Features:
        return self._plan.lookups

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.is_key)

    @property
    def foreign_keys(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if isinstance(c, ForeignKey) and not c.hidden)

    @property
    def default_rows(self) -> int | None:
        counts = [c.most_rows for c in self.columns if isinstance(c, ForeignKey)]
        return min((count for count in counts if count is not None), default=None)

    def problems(self) -> Iterator[OptionProblem]:
        try:
            model = self._model
        except InputError as error:
            yield OptionProblem(("model",), str(error), "make it again with `synthlab fit`")
            return
        fitted = any(isinstance(column, FittedColumn) for column in self.columns)
        if model is not None and not fitted:
            yield OptionProblem(("model",), "no column draws from this model", "leave it out")
        found, problems = plan(self.columns, self._setting(model), self.correlations)
        yield from problems
        if (self.where is not None or self.shares) and not problems:
            yield from self._wishes(model, found)
        yield from disagreements(self.columns, self.locale)

    def row_problems(self, rows: int) -> Iterator[OptionProblem]:
        for place, column in enumerate(self.columns):
            for problem in column.row_problems(rows):
                yield replace(problem, path=("columns", place, *problem.path))

    @classmethod
    def can_fit(cls, source: Path | str | pa.Table) -> bool:
        from .reading import is_source

        return is_source(source)

    @classmethod
    def describe(cls, request: FitRequest) -> tuple[str, tuple[str, ...]]:
        from .describe import describe

        return describe(request)

    @classmethod
    def fit(cls, request: FitRequest) -> Fitted:
        from .fit import fit

        return fit(request)

    @cached_property
    def _model(self) -> FittedModel | None:
        return None if self.model is None else read_model(self.model.path)

    def _wishes(self, model: FittedModel | None, found: Plan) -> list[OptionProblem]:
        """Return what is wrong with the rows that are wanted."""
        if model is None:
            path = ("where",) if self.where is not None else ("shares",)
            hint = "declare the column that way, or add `model:`"
            return [OptionProblem(path, "only rows of a fitted model can be wanted", hint)]
        if isinstance(model, Conditional) and model.needs:
            path = ("where",) if self.where is not None else ("shares",)
            message = "rows of this table follow from those of another one, so they cannot be chosen"
            return [OptionProblem(path, message, "wish for rows of the table that it belongs to")]
        return wanted(model, found, self._by_name, self.where, self.shares)[1]

    @cached_property
    def _plan(self) -> Plan:
        found = plan(self.columns, self._setting(self._model), self.correlations)[0]
        if self._model is None or (self.where is None and not self.shares):
            return found
        model = wanted(self._model, found, self._by_name, self.where, self.shares, check=False)[0]
        return replace(found, model=model)

    @property
    def _by_name(self) -> dict[str, Column]:
        return {made.name: made for column in self.columns for made in (column, *column.companions())}

    def _setting(self, model: FittedModel | None) -> Setting:
        return Setting({}, model=model, locale=self.locale)
