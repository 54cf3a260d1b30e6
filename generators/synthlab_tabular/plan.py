"""From declared columns to the order in which they can be made, and all that is wrong with them."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

import pyarrow as pa

from synthlab.errors import BuildError, did_you_mean
from synthlab.expressions import ExpressionError, names_in
from synthlab.features import Feature, Features
from synthlab.generator import OptionProblem
from synthlab.rows import Rows

from .column import Array, Column, Conditional, FittedModel, Maker, Making, Misfit, Path, Setting, stored
from .correlation import Correlation, Dependence, dependence
from .date_format import Written
from .fitted import FittedColumn
from .formulas import misread
from .pilot import Pilot

__all__ = ["Plan", "plan"]


@dataclass(frozen=True)
class Plan:
    """Columns in an order in which each finds those that it reads."""

    makers: dict[str, Maker]
    reads: Mapping[str, Collection[str]]
    features: Features
    truth: Collection[str] = ()
    """Columns that no model may see, hidden ones among them."""
    model: FittedModel | None = None
    dependence: Dependence | None = None

    def generate(self, rows: Rows) -> pa.RecordBatch:
        """Return the rows."""
        made: dict[str, Array] = {}
        self.make(self.making(rows, made, self.makers), made, self.makers)
        columns = self.features.columns.items()
        return self.features.batch({name: self._stored(name, made[name], f) for name, f in columns})

    @cached_property
    def lookups(self) -> Features:
        """All columns, hidden ones among them."""
        truth = tuple(name for name in self.makers if name in self.truth)
        return Features({name: maker.feature for name, maker in self.makers.items()}, truth=truth)

    def select(self, rows: Rows, columns: Sequence[str]) -> pa.RecordBatch:
        """Return some columns of the rows, and make no others than they need."""
        made: dict[str, Array] = {}
        needed = self.needed(columns)
        self.make(self.making(rows, made, needed), made, needed)
        features = Features({name: self.makers[name].feature for name in columns})
        return features.batch({name: self._stored(name, made[name], features[name]) for name in columns})

    def _stored(self, name: str, values: Array, feature: Feature) -> Array:
        maker = self.makers[name]
        return stored(maker.text(values) if isinstance(maker, Written) else values, feature)

    def making(self, rows: Rows, made: dict[str, Array], wanted: Collection[str] = ()) -> Making:
        """Return what there is before the first of the wanted columns of these rows is made."""
        # Of a model that depends on other columns, the first of its own has it drawn.
        alone = self.model is not None and not _needs(self.model)
        latent = self.model.latent(rows) if self.model and alone else {}
        tied = self.dependence.latent(rows) if self.dependence else {}
        return Making(rows, made, latent, tied, wanted)

    def make(self, making: Making, made: dict[str, Array], names: Collection[str]) -> None:
        """Add these columns to those made; each of them stands behind those that it reads."""
        for name, maker in self.makers.items():
            if name in names and name not in made:
                try:
                    made[name] = maker.make(making)
                except ExpressionError as error:
                    raise BuildError(f"column {name!r}: {error}") from error

    def needed(self, names: Collection[str]) -> set[str]:
        """Return these columns and all that they are made from."""
        found, waiting = set(), list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.reads[name])
        return found


def plan(
    columns: Sequence[Column], setting: Setting, correlations: Sequence[Correlation] = ()
) -> tuple[Plan, list[OptionProblem]]:
    """Return a plan and everything that is wrong; columns with problems are not in the plan.

    `setting` is what all columns find around them.
    """
    placed = [
        (place, made) for place, column in enumerate(columns) for made in (column, *column.companions())
    ]
    problems = list(_check_names(placed))
    places = {column.name: place for place, column in placed}
    known = {column.name: column for _, column in placed}
    readers: dict[str, list[str]] = {}
    for name, column in known.items():
        readers[name], found = _reads(column, places, setting.model)
        problems += [_within(places[name], problem) for problem in found]
    good = {name for name, place in places.items() if not _touched(place, problems)}
    try:
        order = list(TopologicalSorter(readers).static_order())
    except CycleError as error:
        problems.append(_cycle(error.args[1], places, known))
        order = []
    ties, found = dependence(correlations, {name: known[name] for name in places if name in good})
    problems += found if len(good) == len(places) else []
    makers: dict[str, Maker] = {}
    truth: set[str] = set()
    made = Plan(makers, readers, Features({}), truth, setting.model, ties)
    pilot = Pilot(made)
    for name in order:
        # What a column lacks is reported where it is wrong, not again where it is read.
        if name not in good or not all(other in makers for other in readers[name]):
            continue
        around = replace(
            setting,
            types={other: makers[other].value_type for other in readers[name]},
            outcomes={other: makers[other].outcomes for other in readers[name]},
            makers={other: makers[other] for other in readers[name]},
            pilot=pilot,
        )
        try:
            makers[name] = known[name].maker(around)
        except Misfit as misfit:
            problems.append(_within(places[name], misfit.problem))
    # The pilot of each column sees this very plan, which is whole by now.
    truth |= {name for name, maker in makers.items() if known[name].truth or getattr(maker, "truth", False)}
    object.__setattr__(made, "features", _features([column for _, column in placed], makers, truth))
    return made, problems


def _check_names(columns: Sequence[tuple[int, Column]]) -> Iterator[OptionProblem]:
    seen: dict[str, int] = {}
    for number, (place, column) in enumerate(columns):
        first = seen.setdefault(column.name, number)
        if first != number:
            message = f"column {columns[first][0] + 1} is named {column.name!r} already"
            yield OptionProblem(("columns", place, "name"), message, "names must differ")
        if not column.name.isprintable() or column.name != column.name.strip():
            message = f"the name {column.name!r} has blanks around it or characters that cannot be seen"
            yield OptionProblem(("columns", place, "name"), message)
        if column.label and column.hidden:
            yield OptionProblem(("columns", place, "hidden"), "a label cannot be hidden")
    if all(column.hidden for _, column in columns):
        yield OptionProblem(("columns",), "all columns are hidden", "there would be nothing to write")


def _needs(model: FittedModel | None) -> tuple[str, ...]:
    return model.needs if isinstance(model, Conditional) else ()


def _reads(
    column: Column, known: Mapping[str, int], model: FittedModel | None
) -> tuple[list[str], list[OptionProblem]]:
    """Return the columns that a column reads, and what is wrong with its expressions alone."""
    reads: set[str] = set()
    problems = []
    for path, source in column.expressions():
        try:
            reads |= names_in(source, known)
        except ExpressionError as error:
            problems.append(misread(path, error))
    if isinstance(column, FittedColumn):
        for name in _needs(model):
            reads.add(name) if name in known else problems.append(_lacking(name))
    for path, name in column.reads():
        reads.add(name) if name in known else problems.append(_unknown(path, name, known))
    return sorted(reads), problems


def _unknown(path: Path, name: str, known: Collection[str]) -> OptionProblem:
    few = list(known)[:12]
    hint = did_you_mean(name, known).strip() or f"there are {', '.join(few)}{' ...' * (len(known) > 12)}"
    return OptionProblem(path, f"there is no column {name!r}", hint)


def _lacking(name: str) -> OptionProblem:
    message = f"the model draws this column given {name!r}, and there is no such column"
    return OptionProblem(("kind",), message, "keep the columns that `fit` wrote, hidden or not")


def _cycle(cycle: Sequence[str], places: Mapping[str, int], columns: Mapping[str, Column]) -> OptionProblem:
    # The sorter gives each column before the one that reads it.
    names = list(reversed(cycle))
    first = min(names, key=lambda name: places[name])
    column = columns[first]
    path, _ = next(itertools.chain(column.expressions(), column.reads()))
    message = f"these columns wait for each other: {' reads '.join(names)}"
    hint = "one of them must do without the others"
    return OptionProblem(("columns", places[first], *path), message, hint)


def _features(columns: Sequence[Column], makers: Mapping[str, Maker], truth: Collection[str]) -> Features:
    shown = [column for column in columns if column.name in makers and not column.hidden]
    features = {column.name: makers[column.name].feature for column in shown}
    labels = tuple(column.name for column in shown if column.label)
    return Features(features, labels, truth=tuple(c.name for c in shown if c.name in truth))


def _within(place: int, problem: OptionProblem) -> OptionProblem:
    return replace(problem, path=("columns", place, *problem.path))


def _touched(place: int, problems: Sequence[OptionProblem]) -> bool:
    return any(problem.path[:2] == ("columns", place) for problem in problems)
