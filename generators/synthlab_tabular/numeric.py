"""Columns of numbers and dates from a distribution, truncated where bounds are given."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, ClassVar, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, StrictInt, field_validator, model_validator

from synthlab.errors import BuildError
from synthlab.expressions import Expression
from synthlab.features import Feature, Value
from synthlab.generator import OptionProblem
from synthlab.rows import Stream

from . import distributions, normal
from .column import Array, Decimals, Floats, Misfit, Path, array
from .distributions import Distribution, Level
from .drawn import Drawn, Given
from .parameters import (
    Anywhere,
    Count,
    Limits,
    OptionalPlace,
    Place,
    Positive,
    Shape,
    Share,
    limits_of,
    read_day,
)

__all__ = [
    "Beta",
    "Binomial",
    "Exponential",
    "Gamma",
    "Geometric",
    "Lognormal",
    "Normal",
    "Numeric",
    "Poisson",
    "Triangular",
    "Uniform",
    "Zipf",
    "rounded",
]

_LEAST_SHARE = 1e-9
_FIRST, _LAST = -700_000, 2_900_000
"""Days since 1970 that no date leaves, so that its year has at most four digits and every format holds it."""


class Numeric(Drawn):
    """Numbers, or dates, between bounds, in cells of a size that `type` and `round` say."""

    discrete: ClassVar[bool] = False

    type: Literal["number", "integer", "date", "datetime"] = Field(
        default="number",
        description="`integer` gives whole numbers. Of a `date` or `datetime`, what lies on the axis "
        "(mean, loc, low, high) is a date, and what measures it (std, scale) counts days.",
    )
    round: Decimals | None = Field(
        default=None, description="How many decimals are kept; -3 rounds to thousands."
    )

    @property
    def feature(self) -> Feature:
        stored = {"integer": "int64", "date": "date32", "datetime": "timestamp[s]"}
        return Value(stored.get(self.type, "float64"))

    @property
    def value_type(self) -> pa.DataType:
        return pa.timestamp("us") if self.type == "datetime" else self.feature.arrow

    @property
    def decimals(self) -> int | None:
        """How many decimals are kept; None for all."""
        return 0 if self.type in ("integer", "date") and self.round is None else self.round

    def distribution(self, values: dict[str, Any]) -> Distribution:
        """Return the distribution of these parameters, before it is truncated."""
        raise NotImplementedError

    @cached_property
    def fixed(self) -> dict[str, float]:
        """The parameters that are plain numbers, or dates as days since 1970."""
        found: dict[str, float] = {}
        for name, limits in limits_of(type(self)).items():
            value = getattr(self, name)
            if isinstance(value, str) and limits.place and self.dated:
                value = read_day(value)
            if isinstance(value, (int, float)):
                found[name] = float(value)
        return found

    @property
    def dated(self) -> bool:
        """Whether the values are dates."""
        return self.type in ("date", "datetime")

    def formulas(self) -> Any:
        return ((name, source) for name, source in super().formulas() if name not in self.fixed)

    def check_formula(self, path: Path, expression: Expression, limits: Limits) -> None:
        dates = self.dated and limits.place
        if dates and not pa.types.is_temporal(expression.type):
            message = f"here a date is needed; this gives {expression.type}"
            raise Misfit(OptionProblem(path, message, "write a date, or add_days(...)", 0, 1))
        if not dates:
            super().check_formula(path, expression, limits)

    def draw(self, chance: Stream, given: Given) -> Array:
        values: dict[str, Any] = {**self.fixed, **given}
        return self._array(self._drawn(chance, values), values)

    def _drawn(self, chance: Stream, values: dict[str, Any]) -> Floats:
        below, above = self._shares(values)
        if below is None or above is None:
            return self.distribution(values).ppf(chance.probabilities())
        if np.any(above - below < _LEAST_SHARE):
            raise BuildError(f"column {self.name!r}: almost nothing lies between its low and high")
        share = below + (above - below) * chance.probabilities()
        return self.distribution(values).ppf(np.clip(share, 2.0**-1000, 1 - 2.0**-53))

    def _shares(self, values: dict[str, Any]) -> tuple[Level, Level] | tuple[None, None]:
        """Return the shares of the whole distribution below `low` and up to `high`; None without bounds."""
        low, high = values.get("low"), values.get("high")
        if low is None and high is None:
            return None, None
        whole = self.distribution(values)
        if self.discrete and low is not None:
            low = np.ceil(low) - 1.0
        # One number stays one, so that tables can serve all rows.
        below = 0.0 if low is None else whole.cdf(low)
        above = 1.0 if high is None else whole.cdf(high)
        if all(np.ndim(value) == 0 for value in values.values()):
            return np.asarray(below).item(), np.asarray(above).item()
        return below, above

    def _array(self, numbers: Floats, values: dict[str, Any]) -> Array:
        if self.type == "datetime":
            seconds = np.rint(numbers * 86_400.0)
            low, high = (values.get(end, day) * 86_400.0 for end, day in (("low", _FIRST), ("high", _LAST)))
            return array(np.clip(seconds, low, high).astype(np.int64)).cast(pa.timestamp("s"))
        low, high = values.get("low", -math.inf), values.get("high", math.inf)
        numbers = rounded(numbers, self.decimals, low, high)
        if self.type == "date":
            return array(np.clip(numbers, _FIRST, _LAST).astype(np.int32)).cast(pa.date32())
        if self.type == "integer":
            return array(np.clip(numbers, -(2.0**53), 2.0**53).astype(np.int64))
        return array(np.clip(numbers, -1e300, 1e300))

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        for name, limits in limits_of(type(self)).items():
            if self.dated and limits.place and isinstance(getattr(self, name), (int, float)):
                raise ValueError(f"of dates, {name} is a date such as 2024-01-31")
        if self.dated and self.round is not None:
            raise ValueError("dates are not rounded; leave out `round`")
        if self.type == "integer" and self.round is not None and self.round > 0:
            raise ValueError("an integer has no decimals to round to; leave out `round`")
        self._check_bounds(self.fixed)
        if not any(True for _ in self.formulas()):
            self.check(self.fixed)
        return self

    def _check_bounds(self, fixed: dict[str, float]) -> None:
        low, high = fixed.get("low", -math.inf), fixed.get("high", math.inf)
        if low > high or (low == high and not self.discrete):
            raise ValueError(f"low ({self._shown(low)}) must be less than high ({self._shown(high)})")
        if self.type == "integer" and not all(math.isinf(end) or abs(end) < 2**53 for end in (low, high)):
            raise ValueError("the bounds of integers must be below 2**53")
        if self.type != "datetime":
            least, greatest = normal.inner_bounds(low, high, self.decimals)
            if least > greatest:
                between = f"between {self._shown(low)} and {self._shown(high)}"
                raise ValueError(f"no value with {self.decimals} decimals lies {between}")

    def check(self, fixed: dict[str, float]) -> None:
        """Raise ValueError when parameters that are all plain numbers do not go together."""
        below, above = self._shares(fixed)
        if below is not None and above is not None and np.any(above - below < _LEAST_SHARE):
            low, high = fixed.get("low", -math.inf), fixed.get("high", math.inf)
            raise ValueError(
                f"almost none of this distribution lies between {self._shown(low)} and {self._shown(high)}"
            )
        if not self.discrete:  # counts are small by the limits of their parameters
            self._check_reach(fixed, below or 0.0, 1.0 if above is None else above)

    def _check_reach(self, fixed: dict[str, float], below: Level, above: Level) -> None:
        """Raise ValueError when more than one value in a thousand is outside what the type can hold."""
        least, most = (-(2.0**53), 2.0**53) if self.type == "integer" else (-1e300, 1e300)
        if self.dated:
            least, most = _FIRST, _LAST
        whole = self.distribution(fixed)
        held = np.minimum(whole.cdf(most), above) - np.maximum(whole.cdf(least), below)
        if held < 0.999 * (above - below):
            holds = f"from {self._shown(least)} to {self._shown(most)}"
            raise ValueError(f"many values would be outside what this type holds, {holds}")

    def _shown(self, bound: float) -> str:
        if not self.dated or math.isinf(bound):
            return f"{bound:g}"
        return str(np.datetime64(round(bound * 86_400), "s").astype("datetime64[m]"))


class Uniform(Numeric):
    """Numbers between `low` and `high`, all as likely; of integers, both ends belong to them."""

    kind: Literal["uniform"]
    type: Literal["number", "integer"] = Field(default="number", description="`integer` gives whole numbers.")
    low: Place
    high: Place

    def draw(self, chance: Stream, given: Given) -> Array:
        values: dict[str, Any] = {**self.fixed, **given}
        low, high = values["low"], values["high"]
        if np.any(np.asarray(low) > np.asarray(high)):
            raise BuildError(f"column {self.name!r}: low is above high")
        if self.type == "number":
            return self._array(chance.uniform(low, high), values)
        size = 10 ** -(self.round or 0)
        first, last = np.ceil(np.asarray(low) / size), np.floor(np.asarray(high) / size)
        if np.any(first > last):
            raise BuildError(f"column {self.name!r}: no whole number lies between its low and high")
        return array(chance.integers(first.astype(np.int64), last.astype(np.int64) + 1) * size)

    def check(self, fixed: dict[str, float]) -> None:
        pass


class _Bounded(Numeric):
    low: OptionalPlace = Field(default=None, description="No value is below; the rest keeps its shape.")
    high: OptionalPlace = Field(default=None, description="No value is above; the rest keeps its shape.")


class Normal(_Bounded):
    """Normally distributed numbers; with `low` or `high`, of the distribution between them."""

    kind: Literal["normal"]
    mean: Place
    std: Positive = Field(description="The standard deviation.")

    def distribution(self, values: dict[str, Any]) -> Distribution:
        return distributions.Normal(values["mean"], values["std"])

    def _drawn(self, chance: Stream, values: dict[str, Any]) -> Floats:
        if "low" in values or "high" in values:
            return super()._drawn(chance, values)
        return chance.normal(values["mean"], values["std"])


class Lognormal(_Bounded):
    """Numbers whose logarithm is normally distributed, above `loc`; their median is `exp(mean)`."""

    kind: Literal["lognormal"]
    mean: Anywhere = Field(description="The mean of the logarithm; log(30000) gives a median of 30,000.")
    sigma: Positive = Field(description="The standard deviation of the logarithm.")
    loc: Place = Field(default=0.0, description="Where the values begin.")

    def distribution(self, values: dict[str, Any]) -> Distribution:
        return distributions.Lognormal(values["mean"], values["sigma"], values["loc"])


class Exponential(_Bounded):
    """Waiting times of mean `scale`, from `loc` on."""

    kind: Literal["exponential"]
    scale: Positive = Field(description="The mean, counted from `loc`.")
    loc: Place = Field(default=0.0, description="Where the values begin.")

    def distribution(self, values: dict[str, Any]) -> Distribution:
        return distributions.Exponential(values["scale"], values["loc"])


class Gamma(_Bounded):
    """Positive numbers of mean `shape * scale`, from `loc` on."""

    kind: Literal["gamma"]
    shape: Shape
    scale: Positive = 1.0
    loc: Place = Field(default=0.0, description="Where the values begin.")

    def distribution(self, values: dict[str, Any]) -> Distribution:
        return distributions.Gamma(values["shape"], values["scale"], values["loc"])


class Beta(_Bounded):
    """Numbers between `loc` and `loc + scale`, of mean `loc + scale * a / (a + b)`."""

    kind: Literal["beta"]
    a: Shape
    b: Shape
    loc: Place = Field(default=0.0, description="The least value.")
    scale: Positive = Field(default=1.0, description="The greatest value less the least.")

    def distribution(self, values: dict[str, Any]) -> Distribution:
        return distributions.Beta(values["a"], values["b"], values["loc"], values["scale"])


class Triangular(_Bounded):
    """Numbers from `left` to `right`, most often about `mode`."""

    kind: Literal["triangular"]
    left: Place
    mode: Place
    right: Place

    def distribution(self, values: dict[str, Any]) -> Distribution:
        left, mode, right = values["left"], values["mode"], values["right"]
        if np.any(left > mode) or np.any(mode > right) or np.any(left >= right):
            raise BuildError(f"column {self.name!r}: left, mode and right must rise")
        return distributions.Triangular(left, mode, right)

    def check(self, fixed: dict[str, float]) -> None:
        if not fixed["left"] <= fixed["mode"] <= fixed["right"] or fixed["left"] == fixed["right"]:
            raise ValueError("left, mode and right must rise")
        super().check(fixed)


class _Counts(_Bounded):
    """Whole numbers."""

    discrete: ClassVar[bool] = True
    type: Literal["integer", "number"] = Field(default="integer", description="How they are stored.")


class Poisson(_Counts):
    """How many events there are when `lam` are expected."""

    kind: Literal["poisson"]
    lam: Count = Field(description="The mean.")

    def distribution(self, values: dict[str, Any]) -> Distribution:
        return distributions.Poisson(values["lam"])


class Binomial(_Counts):
    """How many of `n` trials succeed when each does with probability `p`."""

    kind: Literal["binomial"]
    n: Count = Field(description="The number of trials.")
    p: Share = Field(description="The probability of success.")

    def distribution(self, values: dict[str, Any]) -> Distribution:
        return distributions.Binomial(np.rint(values["n"]), values["p"])

    @field_validator("n")
    @classmethod
    def _whole(cls, n: float | str) -> float | str:
        if isinstance(n, float) and n != int(n):
            raise ValueError("the number of trials is a whole number")
        return n


class Geometric(_Counts):
    """How many trials it takes until one succeeds, at least 1."""

    kind: Literal["geometric"]
    p: Share = Field(description="The probability of success.")

    def distribution(self, values: dict[str, Any]) -> Distribution:
        if np.any(np.asarray(values["p"]) < 1e-12):
            raise BuildError(f"column {self.name!r}: with p of 0 no trial ever succeeds")
        return distributions.Geometric(values["p"])

    @field_validator("p")
    @classmethod
    def _possible(cls, p: float | str) -> float | str:
        if isinstance(p, float) and p < 1e-12:
            raise ValueError("with p of 0 no trial ever succeeds")
        return p


class Zipf(Drawn):
    """The numbers 1, 2, 3, ... in proportion to `k ** -a`: few of them make up most of the rows."""

    kind: Literal["zipf"]
    a: float = Field(ge=0, le=100, description="How fast they fall; 0 makes all as likely.")
    high: StrictInt | None = Field(default=None, ge=1, lt=2**53, description="The greatest number.")

    @property
    def feature(self) -> Feature:
        return Value("int64")

    def draw(self, chance: Stream, given: Given) -> Array:
        high = math.inf if self.high is None else float(self.high)
        return array(distributions.Zipf(self.a, high).ppf(chance.probabilities()).astype(np.int64))

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.high is None and self.a <= 1.01:
            raise ValueError("without `high`, a must be more than 1.01, or the shares have no sum")
        return self


def rounded(values: Floats, decimals: int | None, low: Level, high: Level) -> Floats:
    """Return values to so many decimals, none of them outside the bounds."""
    if decimals is not None:
        values = normal.round_to(values, decimals)
        if np.ndim(low) or np.ndim(high):
            low = -normal.round_down(-np.asarray(low), decimals)
            high = normal.round_down(np.asarray(high), decimals)
        else:
            low, high = normal.inner_bounds(float(low), float(high), decimals)
    return np.clip(values, low, high)
