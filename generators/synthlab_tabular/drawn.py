"""What columns share that depend on chance: a random stream of their own, parameters, and cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from synthlab.errors import did_you_mean
from synthlab.expressions import Expression
from synthlab.features import ClassLabel, Feature
from synthlab.generator import OptionProblem
from synthlab.rows import Stream

from .chance import part
from .column import Array, Column, Floats, Maker, Making, Misfit, Path, Setting
from .formulas import compiled
from .parameters import Limits, evaluate, limits_of

__all__ = ["By", "Drawn", "Given", "outcome_of"]

Given = Mapping[str, Floats]
"""Parameters that differ from row to row; those that do not are fields of the column."""


class By(BaseModel):
    """Other parameters where another column has certain values."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str = Field(description="The column whose values choose.")
    cases: dict[str, dict[str, Any]] = Field(
        min_length=1, description="For a value of that column, the parameters that differ there."
    )


class Drawn(Column):
    """A column that is drawn from chance; with `by`, in several ways."""

    rising: ClassVar[bool] = True
    """Whether larger chance gives a value that comes later in order, so that the column can be correlated."""

    by: Annotated[By | None, Field(description="Other parameters for certain values of another column.")] = (
        None
    )

    @property
    def feature(self) -> Feature:
        """What the column is."""
        raise NotImplementedError

    @property
    def value_type(self) -> pa.DataType:
        """What expressions see."""
        return self.feature.arrow

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        """All values that occur, as text, where they are known."""
        return None

    def draw(self, chance: Stream, given: Given) -> Array:
        """Return a value for each row of the stream."""
        raise NotImplementedError

    def formulas(self) -> Iterator[tuple[str, str]]:
        """Yield the parameters that are expressions."""
        for name in limits_of(type(self)):
            value = getattr(self, name)
            if isinstance(value, str):
                yield name, value

    def expressions(self) -> Iterator[tuple[Path, str]]:
        for name, source in self.formulas():
            yield (name,), source
        for value, case in (self.by.cases if self.by else {}).items():
            for name, source in case.items():
                if isinstance(source, str) and name in limits_of(type(self)):
                    yield ("by", "cases", value, name), source

    def reads(self) -> Iterator[tuple[Path, str]]:
        if self.by is not None:
            yield ("by", "column"), self.by.column

    def maker(self, setting: Setting) -> Maker:
        base = self.within(setting, ())
        if self.by is None:
            return base
        if self.is_key:
            hint = "leave out `by`, and let a column of its own differ"
            raise Misfit(
                OptionProblem(("by",), f"{self.name!r} has no value twice, which cases would break", hint)
            )
        cases = []
        for value, case in self.by.cases.items():
            path: Path = ("by", "cases", value)
            key = outcome_of(self.by.column, value, path, setting)
            maker = self._case(case, path).within(setting, path)
            if maker.value_type != base.value_type:
                message = f"the values are {maker.value_type} here and {base.value_type} elsewhere"
                raise Misfit(OptionProblem(path, message, "write them alike, such as 1.0 for 1, or '1'"))
            cases.append((key, maker))
        return _Cases(self.by.column, base, tuple(cases))

    def _case(self, case: Mapping[str, Any], path: Path) -> Drawn:
        """Return the column as it is in one case."""
        apart = {"name", "kind", "label", "hidden", "type", "round", "by"}
        kept = {k: v for k, v in self.model_dump(exclude_unset=True, round_trip=True).items() if k != "by"}
        for name in case:
            if name in apart or name not in type(self).model_fields:
                known = [field for field in type(self).model_fields if field not in apart]
                hint = did_you_mean(name, known).strip() or f"parameters are: {', '.join(known)}"
                message = f"{name!r} is no parameter of {kept['kind']}"
                raise Misfit(OptionProblem((*path, name), message, hint))
        try:
            return type(self).model_validate({**kept, **case})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = tuple(part for part in first["loc"][:1] if part in case)
            message = str(first["msg"]).removeprefix("Value error, ")
            raise Misfit(OptionProblem((*path, *where), message)) from error

    def within(self, setting: Setting, path: Path) -> _Plain:
        """Return the maker of this column alone, which stands at that path of another."""
        limits = limits_of(type(self))
        expressions = {}
        for name, source in self.formulas():
            expression = compiled((*path, name), source, setting.types)
            self.check_formula((*path, name), expression, limits[name])
            expressions[name] = expression
        return _Plain(self, expressions)

    def check_formula(self, path: Path, expression: Expression, limits: Limits) -> None:
        """Raise Misfit when an expression is of a type that the parameter cannot have."""
        if expression.type not in (pa.int64(), pa.float64()):
            length = len(expression.source)
            message = f"this parameter is a number; this gives {expression.type}"
            raise Misfit(OptionProblem(path, message, "", 0, length))


def outcome_of(column: str, value: str, path: Path, setting: Setting) -> Any:
    """Return the value of a column that a key of the schema file means, as an Arrow scalar.

    Raises Misfit when the column never has it.
    """
    kind = setting.types[column]
    known = setting.outcomes.get(column)
    if known is not None and value not in known:
        hint = did_you_mean(value, known).strip() or f"it has: {', '.join(known[:12])}"
        raise Misfit(OptionProblem(path, f"column {column!r} never has the value {value!r}", hint))
    if kind == pa.string():
        return pa.scalar(value)
    try:
        if kind == pa.bool_():
            return pa.scalar({"true": True, "false": False}[value])
        if pa.types.is_integer(kind):
            return pa.scalar(int(value), pa.int64())
    except (KeyError, ValueError):
        raise Misfit(OptionProblem(path, f"column {column!r} holds {kind}, never {value!r}")) from None
    hint = "choose a column of strings, whole numbers or truth values"
    raise Misfit(OptionProblem(("by", "column"), f"column {column!r} holds {kind}, which has no cases", hint))


@dataclass(frozen=True)
class _Plain:
    """A column with its expressions compiled."""

    column: Drawn
    expressions: Mapping[str, Expression]

    @cached_property
    def feature(self) -> Feature:
        return self.column.feature

    @property
    def value_type(self) -> pa.DataType:
        return self.column.value_type

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return self.column.outcomes

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(e.names for e in self.expressions.values()))

    def make(self, making: Making) -> Array:
        return self.draw(making.chance(self.column.name), making.columns)

    def draw(self, chance: Stream, columns: Mapping[str, Array]) -> Array:
        if not self.expressions:
            return self.column.draw(chance, {})
        limits = limits_of(type(self.column))
        given, lost = {}, np.zeros(len(chance), dtype=bool)
        for name, expression in self.expressions.items():
            where = f"column {self.column.name!r}: {name} = {expression.source}"
            given[name], missing = evaluate(expression, columns, len(chance), limits[name], where)
            lost |= missing
        values = self.column.draw(chance, given)
        return pc.if_else(pa.array(~lost), values, pa.scalar(None, values.type)) if lost.any() else values


@dataclass(frozen=True)
class _Cases:
    """A column that is drawn in several ways, each for its own rows."""

    by: str
    base: _Plain
    cases: Sequence[tuple[Any, _Plain]]

    @cached_property
    def feature(self) -> Feature:
        feature = self.base.feature
        if not isinstance(feature, ClassLabel):
            return feature
        names = [n for maker in self._makers() if isinstance(f := maker.feature, ClassLabel) for n in f.names]
        return ClassLabel(tuple(dict.fromkeys(names)))

    @property
    def value_type(self) -> pa.DataType:
        return self.base.value_type

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        found = [maker.outcomes for maker in self._makers()]
        if any(outcomes is None for outcomes in found):
            return None
        return tuple(dict.fromkeys(value for outcomes in found for value in outcomes or ()))

    def _makers(self) -> list[_Plain]:
        return [self.base, *(maker for _, maker in self.cases)]

    def make(self, making: Making) -> Array:
        chance, columns = making.chance(self.base.column.name), making.columns
        case = np.zeros(len(chance), dtype=np.int64)
        for number, (value, _) in enumerate(self.cases, start=1):
            case[np.asarray(pc.fill_null(pc.equal(columns[self.by], value), False))] = number
        parts, places = [], []
        for number, maker in enumerate(self._makers()):
            index = np.flatnonzero(case == number)
            if len(index):
                taken = {name: columns[name].take(pa.array(index)) for name in maker.names}
                parts.append(maker.draw(part(chance, index), taken))
                places.append(index)
        if not parts:
            return self.base.draw(chance, columns)
        joined = pa.chunked_array(parts).unify_dictionaries().combine_chunks()
        order = np.empty(len(chance), dtype=np.int64)
        order[np.concatenate(places)] = np.arange(len(chance))
        return joined.take(pa.array(order))
