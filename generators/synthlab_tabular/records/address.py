"""Addresses: street, city, postcode and region that belong together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from synthlab.generator import OptionProblem

from ..column import Array, Maker, Making, Misfit, Setting
from . import locales
from .chances import part
from .record import Local, record_words
from .strings import join, strings, take

__all__ = ["Address", "place_index"]

Index = npt.NDArray[np.integer[Any]]


class Address(Local):
    """An address: city, region and postcode fit each other."""

    kind: Literal["address"]
    field: Literal[
        "address",
        "street",
        "house_number",
        "city",
        "postcode",
        "region",
        "region_code",
        "country",
        "country_code",
    ] = Field(default="address", description="The part of the address, or all of it on one line.")

    def maker(self, setting: Setting) -> Maker:
        where = _Where(self.of, self.words_from(setting))
        if self.field in ("region", "region_code") and not self._classes(where.locale):
            message = f"the addresses of {where.locale} have no {self.field}"
            raise Misfit(OptionProblem(("field",), message, "those of en_US have one"))
        source = {"street": "street", "house_number": "number"}.get(self.field)
        if source and source not in dict(locales.addresses(where.locale).line.pieces):
            message = f"the addresses of {where.locale} are not by street and number"
            raise Misfit(OptionProblem(("field",), message, "use the whole address"))
        return self.made(partial(_FIELDS[self.field], where), classes=self._classes(where.locale))

    def _classes(self, locale: str) -> tuple[str, ...]:
        """Return all values of a field that has few."""
        if self.field == "country":
            return (locales.country(locale),)
        if self.field == "country_code":
            return (locales.country_code(locale),)
        if self.field in ("city", "region", "region_code"):
            return locales.names_of(locale, self.field)
        return ()


@dataclass(frozen=True)
class _Where:
    of: str
    locale: str

    def index(self, making: Making, source: str) -> Index:
        """Return which of the values of a source it is."""
        key = ("record place", self.of, self.locale, source)
        return making.once(key, lambda: self._pick(making, source))

    def _pick(self, making: Making, source: str) -> Index:
        addresses = locales.addresses(self.locale)
        words = record_words(making, self.of, "place")
        if source == "place":
            return addresses.place_slots[part(words, 0)]
        if source == "tail":
            return part(words, 16) * len(addresses.tails) >> 16
        if source == "street":
            return addresses.street_slots[part(words, 32)]
        if source == "number":
            return part(words, 48) * len(addresses.numbers) >> 16
        pool = record_words(making, self.of, f"place {source}")
        return part(pool, 0, 32) * addresses.pools[source] >> 32


def place_index(of: str, locale: str, making: Making) -> Index:
    """Return the place of each row among those of the locale."""
    return _Where(of, locale).index(making, "place")


def _line(where: _Where, making: Making) -> Array:
    return locales.addresses(where.locale).line.fill(partial(where.index, making))


def _of_place(name: str, where: _Where, making: Making) -> Array:
    return take(locales.addresses(where.locale).places[name], where.index(making, "place"))


def _postcode(where: _Where, making: Making) -> Array:
    tails = take(locales.addresses(where.locale).tails, where.index(making, "tail"))
    return join(_of_place("postcode_head", where, making), tails)


def _street(where: _Where, making: Making) -> Array:
    return take(locales.addresses(where.locale).streets, where.index(making, "street"))


def _number(where: _Where, making: Making) -> Array:
    return take(locales.addresses(where.locale).numbers, where.index(making, "number"))


def _country(where: _Where, making: Making) -> Array:
    return _same(locales.country(where.locale), making)


def _country_code(where: _Where, making: Making) -> Array:
    return _same(locales.country_code(where.locale), making)


def _same(text: str, making: Making) -> Array:
    return take(strings([text]), np.zeros(len(making.rows), dtype=np.int64))


_FIELDS: Mapping[str, Callable[[_Where, Making], Array]] = {
    "address": _line,
    "street": _street,
    "house_number": _number,
    "city": partial(_of_place, "city"),
    "postcode": _postcode,
    "region": partial(_of_place, "region"),
    "region_code": partial(_of_place, "region_code"),
    "country": _country,
    "country_code": _country_code,
}
