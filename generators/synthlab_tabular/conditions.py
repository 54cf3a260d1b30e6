"""Rows of a fitted model that are wanted: those where a condition holds, and classes in wanted shares.

A row that does not fit is drawn again, with streams of its own for each try, until it does. So it is still a
function of its number, whoever makes it. A class is not drawn but set, where the model can begin with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import StrictBool, StrictInt, StrictStr

from synthlab.errors import BuildError, did_you_mean
from synthlab.expressions import Expression, ExpressionError, compile, names_in
from synthlab.generator import OptionProblem
from synthlab.rows import Rows

from .column import Column, FittedModel, Making, Misfit
from .derived import ExpressionColumn, RuleColumn
from .fitted import FittedColumn
from .formulas import misread, whole
from .keys import Constant
from .marginal import CategoryValues
from .plan import Plan

__all__ = ["Shares", "Wanted", "wanted"]

Places = npt.NDArray[np.int64]
Latent = dict[str, Any]
Shares = dict[str, dict[StrictStr | StrictInt | StrictBool, float]]

MOST_TRIES = 2_000
LEAST_SHARE = 0.01
"""A condition that holds in fewer rows than this would cost more than a hundred draws a row."""
PILOT_ROWS = 8_192
_FEW = 64
"""Rows one by one cost so many times more than rows in a range."""


@runtime_checkable
class BeginsWith(Protocol):
    """A model that can begin with a column of categories, and draw the others given it."""

    def begins_with(self, name: str) -> bool:
        """Return whether this column can be set."""
        ...

    def latent_given(self, rows: Rows, name: str, places: Places) -> Latent:
        """Return the same as `latent`, with the column at these places of its values."""
        ...


@dataclass(frozen=True)
class Wanted:
    """A model of which only rows are drawn that are wanted."""

    model: FittedModel
    plan: Plan
    where: Expression | None
    source: str
    needs: frozenset[str]
    """All columns behind the condition."""
    shares: Mapping[str, tuple[tuple[float, ...], tuple[int, ...]]]
    """Of columns, the weights of classes, and at which places of the values they are."""

    @property
    def marginals(self) -> Mapping[str, Any]:
        """The columns of the model."""
        return self.model.marginals

    def latent(self, rows: Rows) -> Latent:
        """Return what the model gives for these rows, each drawn until it is wanted."""
        places = {name: self._places(rows, name) for name in self.shares}
        latent = self._draw(rows, places)
        left = np.flatnonzero(~self._good(rows, latent, places))
        for attempt in range(MOST_TRIES):
            if not len(left):
                return latent
            some = rows.at(rows.numbers[left])
            wanted = {name: found[left] for name, found in places.items()}
            again = ("again", str(attempt))
            if len(left) * _FEW < len(rows):
                drawn = self._draw(some.within(*again), wanted)
            else:
                drawn = {n: v[..., left] for n, v in self._draw(rows.within(*again), places).items()}
            good = self._good(some, drawn, wanted)
            for name, values in drawn.items():
                latent[name][..., left[good]] = values[..., good]
            left = left[~good]
        raise BuildError(
            f"row {int(rows.numbers[left[0]])}: none of {MOST_TRIES:,} draws is wanted: {self._told}; "
            "it is too rare in what was learned"
        )

    def share(self) -> float:
        """Return in which share of the rows that are drawn the condition holds, by some thousand of them."""
        rows = Rows(0, 0, PILOT_ROWS).within("pilot")
        places = {name: self._places(rows, name) for name in self.shares}
        return float(self._good(rows, self._draw(rows, places), places).mean())

    @property
    def _told(self) -> str:
        return self.source or f"shares of {', '.join(self.shares)}"

    def _places(self, rows: Rows, name: str) -> Places:
        weights, places = self.shares[name]
        return np.array(places)[rows.stream("shares", name).quotas(weights)]

    def _set(self) -> str | None:
        """Return the column that the model can begin with."""
        model = self.model
        if not isinstance(model, BeginsWith):
            return None
        return next((name for name in self.shares if model.begins_with(name)), None)

    def _draw(self, rows: Rows, places: Mapping[str, Places]) -> Latent:
        name = self._set()
        if name is None or not isinstance(self.model, BeginsWith):
            return {n: np.array(values) for n, values in self.model.latent(rows).items()}
        return {n: np.array(v) for n, v in self.model.latent_given(rows, name, places[name]).items()}

    def _good(self, rows: Rows, latent: Latent, places: Mapping[str, Places]) -> npt.NDArray[np.bool_]:
        """Return which of the rows are wanted."""
        good = np.ones(len(rows), dtype=bool)
        made: dict[str, Any] = {}
        begins = self._set()
        for name, found in places.items():
            if name != begins:
                marginal = self.marginals[name]
                assert isinstance(marginal, CategoryValues)
                values = marginal.draw(latent[name], rows)  # type: ignore[attr-defined]
                wanted = marginal.arrow(found)
                good &= np.asarray(pc.equal(_plain(values), _plain(wanted)).fill_null(False))
        if self.where is not None:
            self.plan.make(Making(rows, made, latent), made, self.needs)
            holds = self.where.evaluate(made, len(rows))
            good &= np.asarray(holds.fill_null(False))
        return good


def _plain(values: Any) -> Any:
    return values.cast(values.type.value_type) if pa.types.is_dictionary(values.type) else values


def wanted(
    model: FittedModel,
    plan: Plan,
    columns: Mapping[str, Column],
    where: str | None,
    shares: Shares,
    *,
    check: bool = True,
) -> tuple[Wanted, list[OptionProblem]]:
    """Return the model of which only wanted rows are drawn, and everything that is wrong with the wishes."""
    problems = []
    compiled, needs = None, frozenset[str]()
    if where is not None:
        try:
            compiled, needs = _condition(where, plan, columns)
        except Misfit as misfit:
            problems.append(misfit.problem)
    weighted = {}
    for name, weights in shares.items():
        try:
            weighted[_source(name, columns)] = _weighted(name, weights, columns, model)
        except Misfit as misfit:
            problems.append(misfit.problem)
    made = Wanted(model, plan, compiled, where or "", needs, weighted)
    if check and not problems:
        problems += _too_rare(made)
    return made, problems


def _too_rare(made: Wanted) -> Iterator[OptionProblem]:
    share = made.share()
    if share < LEAST_SHARE:
        path = ("where",) if made.where is not None else ("shares",)
        found = f"about {share:.2%} of the rows" if share else f"none of {PILOT_ROWS:,} rows"
        hint = "widen it, or fit the rows that you want"
        message = f"this holds in {found} that the model draws; at least {LEAST_SHARE:.0%} is needed"
        yield OptionProblem(path, message, hint)


def _condition(where: str, plan: Plan, columns: Mapping[str, Column]) -> tuple[Expression, frozenset[str]]:
    path = ("where",)
    try:
        names = names_in(where, plan.makers)
        compiled = compile(where, {name: plan.makers[name].value_type for name in names})
    except ExpressionError as error:
        raise Misfit(misread(path, error)) from None
    if compiled.type != pa.bool_():
        raise whole(path, where, f"a condition is true or false; this gives {compiled.type}", "compare it")
    needs = plan.needed(list(names))
    follows = (FittedColumn, ExpressionColumn, RuleColumn, Constant)
    strange = [name for name in sorted(needs) if not isinstance(columns[name], follows)]
    if strange:
        message = (
            f"column {strange[0]!r} does not follow from the model alone, so drawing again changes nothing"
        )
        raise whole(path, where, message, "only columns of kind fitted, and what is computed from them")
    return compiled, frozenset(needs)


def _source(name: str, columns: Mapping[str, Column]) -> str:
    column = columns.get(name)
    if column is None:
        hint = did_you_mean(name, columns).strip() or f"there are {', '.join(list(columns)[:12])}"
        raise Misfit(OptionProblem(("shares", name), f"there is no column {name!r}", hint))
    if not isinstance(column, FittedColumn):
        message = f"column {name!r} is not of kind fitted"
        raise Misfit(OptionProblem(("shares", name), message, "only what was learned can be shared out"))
    return column.of or column.name


def _weighted(
    name: str, weights: Mapping[Any, float], columns: Mapping[str, Column], model: FittedModel
) -> tuple[tuple[float, ...], tuple[int, ...]]:
    path = ("shares", name)
    marginal: Any = model.marginals.get(_source(name, columns))
    if not isinstance(marginal, CategoryValues):
        raise Misfit(OptionProblem(path, f"column {name!r} has no classes", "use `where` for numbers"))
    if not weights or any(not 0 <= w < float("inf") for w in weights.values()) or not sum(weights.values()):
        raise Misfit(OptionProblem(path, "weights are numbers from 0 on, not all 0", "{a: 1, b: 1}"))
    places = []
    for value in weights:
        if not any(value == known and type(value) is type(known) for known in marginal.values):
            hint = f"there are {', '.join(repr(v) for v in marginal.values[:12])}"
            raise Misfit(OptionProblem((*path, value), f"{name!r} has no class {value!r}", hint))
        places.append(marginal.values.index(value))
    total = sum(weights.values())
    return tuple(weight / total for weight in weights.values()), tuple(places)
