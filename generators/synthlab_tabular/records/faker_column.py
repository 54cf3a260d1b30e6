"""Any provider of Faker as a column: slower, since it is called once a row, each time with its own chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

import pyarrow as pa
from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, field_validator

from synthlab.errors import BuildError
from synthlab.features import Feature, Value
from synthlab.generator import OptionProblem

from ..column import Array, Column, Maker, Making, Misfit, Setting, array
from .faker_call import provider_of
from .locales import locale_problem

__all__ = ["FakerColumn"]

Argument = (
    StrictBool
    | StrictInt
    | StrictFloat
    | StrictStr
    | None
    | list[StrictBool | StrictInt | StrictFloat | StrictStr]
)


class FakerColumn(Column):
    """What a provider of Faker gives: https://faker.readthedocs.io lists them."""

    kind: Literal["faker"]
    provider: str = Field(max_length=100, description="The name of the provider's method: `job`, say.")
    arguments: dict[str, Argument] = Field(
        default_factory=dict, max_length=20, description="What the method is called with, by name."
    )
    locale: str | None = Field(
        default=None,
        description="The language and country, `de_DE` for example; by default that of the generator.",
    )

    def maker(self, setting: Setting) -> Maker:
        locale = self.locale or setting.locale
        problem = locale_problem(locale, "faker")
        if problem is not None:
            raise Misfit(OptionProblem(("locale",) if self.locale else (), *problem))
        self._check_provider(locale)
        sample = self._sample(locale)
        if self.label and isinstance(sample, str):
            raise Misfit(OptionProblem(("label",), "this has no fixed list of classes", "leave out `label`"))
        return _Called(self.name, locale, self.provider, self.arguments, _value(sample))

    def _check_provider(self, locale: str) -> None:
        providers = provider_of(locale)
        if self.provider not in providers.methods:
            near = get_close_matches(self.provider, providers.methods, 1)
            hint = f"did you mean {near[0]!r}?" if near else "`job` is one; faker.readthedocs.io lists them"
            message = f"Faker has no provider {self.provider!r} for {locale}"
            raise Misfit(OptionProblem(("provider",), message, hint))
        if providers.reads_clock(self.provider):
            message = f"{self.provider!r} depends on today's date, so its rows would change from day to day"
            raise Misfit(OptionProblem(("provider",), message, "use kind: date or kind: datetime"))
        if self.provider in _UNFIT:
            message = (
                f"{self.provider!r} gives files, objects or text without bounds, not the value of a cell"
            )
            raise Misfit(OptionProblem(("provider",), message, "use another provider"))

    def _sample(self, locale: str) -> object:
        """Return a value, having found that the same chance gives the same one twice."""
        # Some draw a digit or a letter from the global state, which shows in few of the values.
        samples, again = ([self._try(locale, seed) for seed in range(30)] for _ in range(2))
        if samples != again or self.provider in _UNORDERED:
            message = f"{self.provider!r} does not give the same value twice"
            hint = "it draws from chance of its own; use another provider"
            raise Misfit(OptionProblem(("provider",), message, hint))
        first = samples[0]
        if not isinstance(first, str | int | float) and type(first).__str__ is object.__str__:
            raise Misfit(OptionProblem(("provider",), f"{self.provider!r} gives {type(first).__name__}"))
        return first

    def _try(self, locale: str, seed: int) -> object:
        try:
            return provider_of(locale).call(self.provider, self.arguments, seed)
        # What a provider raises of arguments that it does not take is its own affair: anything.
        except Exception as error:  # noqa: BLE001
            path = ("arguments",) if self.arguments else ("provider",)
            message = f"{self.provider!r} refuses these arguments: {error}"
            raise Misfit(OptionProblem(path, message, "faker.readthedocs.io says what it takes")) from None

    @field_validator("arguments")
    @classmethod
    def _small(cls, arguments: dict[str, Argument]) -> dict[str, Argument]:
        for name, value in arguments.items():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, str) and len(item) > 1_000:
                    raise ValueError(f"{name} is longer than 1,000 characters")
            if isinstance(value, list) and len(value) > 1_000:
                raise ValueError(f"{name} has more than 1,000 items")
            if name in _SIZES and isinstance(value, int) and value > 10_000:
                raise ValueError(f"{name} is over 10,000, which is too much for one cell")
        return arguments


# Arguments that say how much is made.
_SIZES = frozenset({
    *("length", "max_chars", "min_chars", "max_nb_chars", "nb", "nb_words", "nb_sentences", "nb_elements"),
    *("num_rows", "size", "width", "value_count", "paragraphs", "deep", "depth", "left_digits"),
    *("right_digits", "digits", "prefix_length"),
})  # fmt: skip
_UNFIT = frozenset({
    *("binary", "zip", "tar", "image", "csv", "dsv", "psv", "tsv", "fixed_width", "json", "json_bytes"),
    *("xml", "pyobject", "pystruct", "pydict", "pyiterable", "pylist", "pyset", "pytuple", "enum", "items"),
    *("profile", "simple_profile", "words", "sentences", "paragraphs", "texts", "random_choices"),
    *("random_elements", "random_sample", "binomial", "get_words_list"),
})  # fmt: skip

# Drawn from a set, whose order is another one in every process.
_UNORDERED = frozenset({"passport_gender"})


@dataclass(frozen=True)
class _Called:
    name: str
    locale: str
    provider: str
    arguments: Mapping[str, Any]
    feature: Feature

    @property
    def value_type(self) -> pa.DataType:
        return self.feature.arrow

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return None

    def make(self, making: Making) -> Array:
        call = provider_of(self.locale).call
        words = making.rows.stream("column", self.name).words().tolist()
        values = [call(self.provider, self.arguments, word) for word in words]
        kind = self.feature.arrow
        if kind == pa.string():
            return array([None if value is None else str(value) for value in values], kind)
        wanted: dict[pa.DataType, tuple[type, ...]] = {
            pa.bool_(): (bool,),
            pa.int64(): (int,),
            pa.float64(): (int, float),
        }
        for row, value in enumerate(values):
            if value is not None and not isinstance(value, wanted[kind]):
                raise BuildError(
                    f"column {self.name!r}: {self.provider!r} gave {value!r} in row "
                    f"{int(making.rows.numbers[row])}, where other rows have values of type {kind}"
                )
        return array(values, kind)


def _value(sample: object) -> Feature:
    if isinstance(sample, bool):
        return Value("bool")
    if isinstance(sample, int):
        return Value("int64")
    return Value("float64" if isinstance(sample, float) else "string")
