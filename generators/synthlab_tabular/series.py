"""Columns along time: regular and random moments, walks, autoregression and seasons.

A series is the whole table, row after row, or with `of` the rows of each parent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field

from synthlab.errors import BuildError
from synthlab.expressions import Expression
from synthlab.features import Feature, Value
from synthlab.generator import OptionProblem
from synthlab.portable import sin

from .column import Array, Column, Decimals, Floats, Maker, Making, Misfit, Path, Setting, array
from .formulas import compiled, whole
from .grouping import bounded_parts, whole_families
from .normal import round_to
from .parameters import Number, as_days, read_day
from .relations import Tie, is_found_by, tie_of
from .rhythm import Rhythmic
from .walks import arrivals, autoregression, walk

__all__ = ["AutoRegressive", "EventTime", "PoissonProcess", "RandomWalk", "Seasonal", "Timeline"]

DAY = 86_400.0
MomentText = Annotated[str, Field(min_length=1, max_length=1_000)]


class _Series(Column):
    of: str | None = Field(
        default=None,
        description="The foreign key whose rows of one parent are a series; by default all rows are one.",
    )

    def reads(self) -> Iterator[tuple[Path, str]]:
        if self.of is not None:
            yield ("of",), self.of

    def tie(self, setting: Setting) -> Tie | None:
        """Return what parts the table into series."""
        return None if self.of is None else tie_of(setting, self.of, ("of",), together=True)


@dataclass(frozen=True)
class _Maker:
    """A column with the tie that parts the table into series, and its expressions."""

    column: Any
    tie: Tie | None
    expressions: dict[str, Expression]

    @property
    def feature(self) -> Feature:
        feature: Feature = self.column.feature
        return feature

    @property
    def value_type(self) -> pa.DataType:
        return self.feature.arrow

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return None

    def make(self, making: Making) -> Array:
        if self.tie is None:
            made: Array = self.column.make(self, making)
            return made
        parts = bounded_parts(self.tie.family(making))
        if len(parts) == 1:
            return self.column.make(self, making)
        names = frozenset().union(*(expression.names for expression in self.expressions.values()))
        values = [self.column.make(self, making.part(part, names)) for part in parts]
        order = np.argsort(np.concatenate(parts))
        return pa.concat_arrays(values).take(pa.array(order))

    def step(self, making: Making) -> npt.NDArray[np.int64]:
        """Return the place of each row in its series, from 0."""
        first = 0 if self.tie is None else self.tie.family(making).first
        return making.rows.numbers - first

    def days(self, name: str, making: Making) -> Floats:
        """Return a moment of the column as days since 1970, for each row or one for all."""
        if name not in self.expressions:
            return np.asarray(read_day(getattr(self.column, name)), dtype=np.float64)
        values = as_days(self.expressions[name].evaluate(making.columns, len(making.rows)))
        if values.null_count:
            raise BuildError(f"column {self.column.name!r}: {name} = {getattr(self.column, name)} is missing")
        return np.asarray(values)


class _Moments(_Series):
    moments: ClassVar[tuple[str, ...]] = ("start",)

    @property
    def feature(self) -> Feature:
        return Value("timestamp[us]" if self.fine else "timestamp[s]")

    @property
    def fine(self) -> bool:
        """Whether moments are kept in microseconds, not in seconds."""
        return False

    def expressions(self) -> Iterator[tuple[Path, str]]:
        for name in self.moments:
            if read_day(getattr(self, name)) is None:
                yield (name,), getattr(self, name)

    def maker(self, setting: Setting) -> Maker:
        made = {}
        tie = self.tie(setting)
        for path, source in self.expressions():
            expression = compiled(path, source, setting.types)
            for name in sorted(expression.names):
                if tie is None or not is_found_by(tie, setting.makers[name]):
                    # Were it to change from row to row, the moments would be in no order.
                    message = f"{name!r} is not the same in all rows of the series"
                    hint = f"use a column of kind: lookup, by: {self.of}" if tie else "write a date"
                    raise whole(path, source, message, hint)
            if not pa.types.is_temporal(expression.type):
                message = f"here a date or time is needed; this gives {expression.type}"
                raise Misfit(
                    OptionProblem(path, message, "write 2024-01-31, or name a column", 0, len(source))
                )
            made[str(path[0])] = expression
        return _Maker(self, tie, made)


class Timeline(_Moments):
    """Moments at even distances: `start`, `start + every`, ..."""

    kind: Literal["timeline"]
    start: MomentText = Field(description="The first moment: 2024-01-01, or an expression.")
    every: float = Field(ge=1e-6, le=1e9, description="Seconds between two rows, down to a millionth.")

    def make(self, maker: _Maker, making: Making) -> Array:
        start = maker.days("start", making) * DAY
        if self.fine:
            return _microseconds(np.rint(start * 1e6), maker.step(making) * round(self.every * 1e6))
        return _seconds(np.rint(start) + maker.step(making) * int(self.every))

    @property
    def fine(self) -> bool:
        """Whether whole seconds do not hold the moments."""
        start = read_day(self.start)
        return not self.every.is_integer() or (start is not None and not _whole_seconds(start))


class EventTime(_Moments, Rhythmic):
    """Random moments between `low` and `high`, in order among the rows of one parent.

    Where no hour in which something happens lies between `low` and `high`, that hour is not kept to.
    """

    moments: ClassVar[tuple[str, ...]] = ("low", "high")
    kind: Literal["event_time"]
    of: str = Field(description="The foreign key whose rows of one parent are in order.")
    low: MomentText = Field(description="No event is before: 2024-01-01, or an expression: signup.")
    high: MomentText = Field(description="All events are before.")

    def make(self, maker: _Maker, making: Making) -> Array:
        assert maker.tie is not None
        whole = whole_families(making.rows, maker.tie.family(making))
        chance = whole.stream("column", self.name).uniform()
        # Sorted inside each family: the order statistics of a Poisson process with so many events.
        which = np.repeat(np.arange(len(whole.sizes)), whole.sizes)
        place = chance[np.lexsort((chance, which))][whole.place]
        low, high = maker.days("low", making), maker.days("high", making)
        if np.any(low > high):
            raise BuildError(f"column {self.name!r}: low is after high")
        if self.rhythmic:
            begun, ended = self.busy_time(low), self.busy_time(high)
            moments = self.clock_time(begun + (ended - begun) * place)
        else:
            moments = low + (high - low) * place
        # A float of days is off by less than a millionth of a second.
        first, last = np.ceil(low * DAY - 1e-4), np.floor(high * DAY + 1e-4)
        return _seconds(np.clip(np.floor(moments * DAY), first, np.maximum(first, last)))


class PoissonProcess(_Moments, Rhythmic):
    """Moments of a Poisson process, one a row, in order; in microseconds when there are many in a minute."""

    kind: Literal["poisson_process"]
    of: None = Field(default=None, description="Of the rows of a parent, use kind: event_time.")
    start: MomentText = Field(description="Where it begins: 2024-01-01.")
    rate: float = Field(gt=0, le=1e9, description="Events a day; with a rhythm, on average over a week.")

    def make(self, maker: _Maker, making: Making) -> Array:
        waited = arrivals(making.rows, ("column", self.name)) / self.rate
        start = maker.days("start", making)
        if self.rhythmic:
            waited = self.clock_time(self.busy_time(start) + waited) - start
        if not self.fine:
            return _seconds(np.floor(start * DAY + waited * DAY))
        return _microseconds(np.rint(start * DAY * 1e6), np.floor(waited * DAY * 1e6))

    @property
    def fine(self) -> bool:
        """Whether whole seconds would often be the same."""
        return self.rate > 8_640


class _Values(_Series):
    round: Decimals | None = Field(default=None, description="How many decimals are kept.")

    @property
    def feature(self) -> Feature:
        return Value("float64")

    def maker(self, setting: Setting) -> Maker:
        return _Maker(self, self.tie(setting), {})

    def make(self, maker: _Maker, making: Making) -> Array:
        values = self.values(maker, making)
        return array(values if self.round is None else round_to(values, self.round))

    def values(self, maker: _Maker, making: Making) -> Floats:
        """Return the value of each row."""
        raise NotImplementedError


class RandomWalk(_Values):
    """Each value is the one before, with a normal step of mean `drift` and deviation `std`."""

    kind: Literal["random_walk"]
    start: Number = Field(default=0.0, description="The value that the first step starts from.")
    drift: Number = Field(default=0.0, description="The mean of a step.")
    std: float = Field(gt=0, le=1e100, description="The standard deviation of a step.")

    def values(self, maker: _Maker, making: Making) -> Floats:
        name = ("column", self.name)
        if maker.tie is None:
            moved = walk(making.rows, name)
        else:
            whole = whole_families(making.rows, maker.tie.family(making))
            steps = whole.stream(*name).normal()
            for number, places in enumerate(whole.steps()):
                if number:
                    steps[places] += steps[places - 1]
            moved = steps[whole.place]
        return self.start + self.drift * (maker.step(making) + 1) + self.std * moved


class AutoRegressive(_Values):
    """Values about `mean` with deviation `std`, each correlated with the one before by `phi`: AR(1)."""

    kind: Literal["ar1"]
    mean: Number = 0.0
    std: float = Field(gt=0, le=1e100, description="The standard deviation of the values.")
    phi: float = Field(gt=-1, lt=1, description="The correlation of two values that follow each other.")

    def values(self, maker: _Maker, making: Making) -> Floats:
        name = ("column", self.name)
        if maker.tie is None:
            return self.mean + self.std * autoregression(making.rows, name, self.phi)
        whole = whole_families(making.rows, maker.tie.family(making))
        noise = whole.stream(*name).normal()
        fresh = math.sqrt(1 - self.phi * self.phi)
        for number, places in enumerate(whole.steps()):
            if number:
                noise[places] = self.phi * noise[places - 1] + fresh * noise[places]
        return self.mean + self.std * noise[whole.place]


class Seasonal(_Values):
    """`level + trend * t + amplitude * sin(2 pi (t - phase) / period)` with noise, t from 0 on."""

    kind: Literal["seasonal"]
    level: Number = 0.0
    trend: Number = 0.0
    amplitude: Number
    period: float = Field(gt=0, le=1e15, description="Rows in a season.")
    phase: Number = Field(default=0.0, description="The row at which the wave begins to rise.")
    std: float = Field(default=0.0, ge=0, le=1e100, description="The standard deviation of the noise.")

    def values(self, maker: _Maker, making: Making) -> Floats:
        t = maker.step(making).astype(np.float64)
        turn = (t - self.phase) / self.period
        wave = sin(2 * math.pi * (turn - np.floor(turn)))
        values: Floats = self.level + self.trend * t + self.amplitude * wave
        if self.std:
            values = values + self.std * making.rows.stream("column", self.name).normal()
        return values


def _whole_seconds(day: float) -> bool:
    return abs(day * DAY - round(day * DAY)) < 1e-5


def _microseconds(start: Floats, passed: npt.NDArray[Any]) -> Array:
    """Return moments from whole microseconds since 1970, and those after."""
    if len(passed) and not (np.abs(start + passed) < 2.5e17).all():
        raise BuildError("a moment would leave the years that dates can have")
    return array(start.astype(np.int64) + passed.astype(np.int64)).cast(pa.timestamp("us"))


def _seconds(seconds: Floats) -> Array:
    if len(seconds) and not (np.abs(seconds) < 2.5e11).all():
        raise BuildError("a moment would leave the years that dates can have")
    return array(seconds.astype(np.int64)).cast(pa.timestamp("s"))
