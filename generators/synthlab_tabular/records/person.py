"""People: name, sex, e-mail address and telephone number that belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from synthlab.errors import BuildError
from synthlab.expressions import Expression, ExpressionError, compile
from synthlab.generator import OptionProblem

from ..column import Array, Maker, Making, Misfit, Path, Setting, array
from ..formulas import misread
from . import locales
from .address import place_index
from .chances import part
from .record import Local, record_stream, record_words
from .strings import digits, join, numerals, strings, take

__all__ = ["Person"]

Index = npt.NDArray[np.integer[Any]]
SEXES = ("female", "male")
DOMAINS = ("example.com", "example.org", "example.net")
"""What RFC 2606 keeps for examples: no mail to them reaches anybody."""


class Person(Local):
    """A person: all columns of the same `of` are of the same one."""

    kind: Literal["person"]
    field: Literal[
        "name", "first_name", "last_name", "sex", "title", "initials", "email", "username", "phone"
    ] = Field(default="name", description="What of the person the column holds.")
    unique: bool = Field(
        default=False, description="Whether no two rows have the same; for `email` and `username`."
    )
    sex: str | None = Field(
        default=None,
        max_length=1000,
        description="An expression that gives 'female' or 'male', to which the first name keeps: a column's "
        "name, for example. Where it is null, chance decides.",
    )

    @property
    def is_key(self) -> bool:
        return self.unique

    def expressions(self) -> Iterator[tuple[Path, str]]:
        if self.sex is not None:
            yield ("sex",), self.sex

    def maker(self, setting: Setting) -> Maker:
        if self.unique and self.field not in ("email", "username"):
            message = f"people share a {self.field}"
            raise Misfit(OptionProblem(("unique",), message, "`email` and `username` can be unique"))
        if self.field == "title" and not any(locales.people(self.words_from(setting)).title.to_pylist()):
            raise Misfit(OptionProblem(("field",), "the names of this locale have no titles", "leave it out"))
        who = _Who(self.of, self.words_from(setting), self._sex(setting), self.unique)
        return self.made(partial(_FIELDS[self.field], who), classes=SEXES if self.field == "sex" else ())

    def _sex(self, setting: Setting) -> Expression | None:
        if self.sex is None:
            return None
        try:
            compiled = compile(self.sex, setting.types)
        except ExpressionError as error:
            raise Misfit(misread(("sex",), error)) from None
        if compiled.type != pa.string():
            message = f"this gives {compiled.type}, not 'female' or 'male'"
            raise Misfit(OptionProblem(("sex",), message, "for example: 'female' if f else 'male'"))
        return compiled


@dataclass(frozen=True)
class _Who:
    of: str
    locale: str
    sex: Expression | None
    unique: bool

    def sexes(self, making: Making) -> Index:
        """Return 0 for a woman and 1 for a man."""
        drawn = part(record_words(making, self.of, "person"), 63, 1)
        if self.sex is None:
            return drawn
        return making.once(("record sex", self), lambda: self._said(making, drawn))

    def _said(self, making: Making, drawn: Index) -> Index:
        assert self.sex is not None
        said = self.sex.evaluate(making.columns, len(making.rows))
        if isinstance(said, pa.DictionaryArray):
            said = said.cast(pa.string())
        index = pc.index_in(said, value_set=strings(SEXES))
        strange = said.filter(pc.and_(pc.is_null(index), pc.is_valid(said)))
        if len(strange):
            raise BuildError(
                f"the sex of {self.of!r} is {strange[0].as_py()!r}, not 'female' or 'male'; "
                "an expression can say which is meant: 'female' if x == 'F' else 'male'"
            )
        found: Index = pc.if_else(pc.is_valid(index), index, array(drawn.astype(np.int32))).to_numpy()
        return found

    def index(self, making: Making, source: str) -> Index:
        """Return which of the names of a source it is."""
        return making.once(
            ("record name", self.of, self.locale, self.sex, source), lambda: self._pick(making, source)
        )

    def _pick(self, making: Making, source: str) -> Index:
        if source == "title":
            bits = part(record_words(making, self.of, "title"), 0, 15)
        else:
            bits = part(record_words(making, self.of, "person"), _BITS[source], 15)
        found: Index = locales.people(self.locale).slots[source][bits | (self.sexes(making) << 15)]
        return found


# Which bits of a person's word a name goes by; the highest is for the sex.
_BITS = {"first": 0, "last": 15, "second": 30, "middle": 45}


def _name(who: _Who, making: Making) -> Array:
    return locales.people(who.locale).name.fill(partial(who.index, making))


def _first_name(who: _Who, making: Making) -> Array:
    return take(locales.people(who.locale).first, who.index(making, "first"))


def _last_name(who: _Who, making: Making) -> Array:
    return take(locales.people(who.locale).last, who.index(making, "last"))


def _sex(who: _Who, making: Making) -> Array:
    return pa.DictionaryArray.from_arrays(array(who.sexes(making).astype(np.int32)), strings(SEXES))


def _title(who: _Who, making: Making) -> Array:
    return take(locales.people(who.locale).title, who.index(making, "title"))


def _initials(who: _Who, making: Making) -> Array:
    first, last = locales.people(who.locale).initials
    return join(take(first, who.index(making, "first")), take(last, who.index(making, "last")))


def _username(who: _Who, making: Making) -> Array:
    number = _unique_numbers(who, making) if who.unique else take(_endings(("",)), _ending(who, making))
    return join(*_handle(who, making), number)


def _email(who: _Who, making: Making) -> Array:
    domain = part(record_words(making, who.of, "handle"), 48) * len(_AT) >> 16
    if who.unique:
        return join(*_handle(who, making), _unique_numbers(who, making), take(strings(_AT), domain))
    return join(*_handle(who, making), take(_endings(_AT), _ending(who, making) * len(_AT) + domain))


def _handle(who: _Who, making: Making) -> tuple[Array, Array]:
    """Return what the name of an account begins with and what follows, made from the name."""

    def make() -> tuple[Array, Array]:
        people = locales.people(who.locale)
        style = part(record_words(making, who.of, "handle"), 0) * people.styles >> 16
        head = take(people.handle_heads, style * len(people.first) + who.index(making, "first"))
        return head, take(people.handle_tails, who.index(making, "last"))

    return making.once(("record handle", who.of, who.locale, who.sex), make)


def _ending(who: _Who, making: Making) -> Index:
    return part(record_words(making, who.of, "handle"), 16) * _ENDINGS >> 16


def _unique_numbers(who: _Who, making: Making) -> Array:
    """Return a number for each row that no other row has; a last name ends in no digit."""
    stream = record_stream(making, who.of, "handle number")
    return making.once(("record number", who.of), lambda: numerals(stream.distinct()))


_AT = tuple(f"@{domain}" for domain in DOMAINS)
_ENDINGS = 200


@lru_cache
def _endings(after: tuple[str, ...]) -> Array:
    """Return what accounts end in, half of them a number, each before all of `after`."""
    numbers = ["" if place < _ENDINGS // 2 else str(place - _ENDINGS // 2) for place in range(_ENDINGS)]
    return strings([number + text for number in numbers for text in after])


def _phone(who: _Who, making: Making) -> Array:
    phones, words = locales.phones(who.locale), record_words(making, who.of, "phone")
    if phones.by_place:
        head = place_index(who.of, who.locale, making)
    else:
        head = part(words, 32) * len(phones.heads) >> 16
    return join(
        take(phones.heads, head), take(digits(phones.digits), part(words, 0, 32) * phones.count >> 32)
    )


_FIELDS: Mapping[str, Callable[[_Who, Making], Array]] = {
    "name": _name,
    "first_name": _first_name,
    "last_name": _last_name,
    "sex": _sex,
    "title": _title,
    "initials": _initials,
    "email": _email,
    "username": _username,
    "phone": _phone,
}
