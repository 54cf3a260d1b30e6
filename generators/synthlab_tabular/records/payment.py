"""Payment cards that look right, beside the numbers that are published for tests.

Card numbers begin with ten or so digits of the numbers that schemes and payment providers publish for tests,
and end in a Luhn check digit. Only the published numbers themselves are sure to be nobody's: never send
others to a live processor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from ..column import Array, Maker, Making, Setting
from .chances import part, slots
from .record import Record, record_words
from .strings import digits, join, strings, take

__all__ = ["PaymentCard"]

Index = npt.NDArray[np.integer[Any]]
Year = int


@dataclass(frozen=True)
class _Scheme:
    """A card scheme: how its test numbers begin, how many of a hundred cards it has, digits of its code."""

    heads: tuple[str, ...]
    share: int
    code_digits: int = 3


# All but the last five digits and the check digit of published test numbers.
_SCHEMES = {
    "Visa": _Scheme(("4111111111", "4242424242", "4012888888", "4000056655"), 52),
    "Mastercard": _Scheme(("5555555555", "5105105105", "5200828282", "2223003122"), 30),
    "American Express": _Scheme(("378282246", "371449635", "378734493"), 10, 4),
    "Discover": _Scheme(("6011111111", "6011000990"), 4),
    "JCB": _Scheme(("3530111333", "3566002020"), 2),
    "Diners Club": _Scheme(("30569309", "38520000"), 1),
    "UnionPay": _Scheme(("6200000000",), 1),
}


class PaymentCard(Record):
    """A payment card: number, brand, expiry and code belong together."""

    kind: Literal["payment_card"]
    field: Literal["number", "brand", "expiry", "cvv", "last4"] = Field(
        default="number", description="What of the card the column holds."
    )
    expiry_range: tuple[Year, Year] = Field(
        default=(2027, 2031), description="The first and the last year in which cards end."
    )

    def maker(self, setting: Setting) -> Maker:
        years = self.expiry_range if self.field == "expiry" else None
        classes = tuple(_SCHEMES) if self.field == "brand" else ()
        make = partial(_expiry, years, self.of) if years else partial(_CARD[self.field], self.of)
        return self.made(make, classes=classes)

    @field_validator("expiry_range")
    @classmethod
    def _in_order(cls, years: tuple[Year, Year]) -> tuple[Year, Year]:
        if not 2000 <= years[0] <= years[1] <= 2099:
            raise ValueError("two years from 2000 to 2099, the first not after the last")
        return years


@dataclass(frozen=True)
class _Cards:
    heads: Array
    sums: Index
    """The Luhn sum of each head."""
    brands: Array
    brand_of_head: Index
    head_slots: Index


@lru_cache(maxsize=1)
def _cards() -> _Cards:
    heads = [(head, brand) for brand, scheme in _SCHEMES.items() for head in scheme.heads]
    brands = list(_SCHEMES)
    return _Cards(
        heads=strings([head for head, _ in heads]),
        sums=np.array([_luhn_sum(head, 6) for head, _ in heads]),
        brands=strings(brands),
        brand_of_head=np.array([brands.index(brand) for _, brand in heads]),
        head_slots=slots([_SCHEMES[brand].share * 12 // len(_SCHEMES[brand].heads) for _, brand in heads]),
    )


def _luhn_sum(text: str, after: int) -> int:
    """Return the Luhn sum (ISO/IEC 7812-1) of digits that have so many more after them."""
    total = 0
    for place, digit in enumerate(reversed(text), after):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 * (value > 9)
    return total


@lru_cache(maxsize=1)
def _body_sums() -> Index:
    """Return the Luhn sum of each five digits before the check digit."""
    return np.array([_luhn_sum(text, 1) for text in digits(5).to_pylist()])


def _head(of: str, making: Making) -> Index:
    return _cards().head_slots[part(record_words(making, of, "card"), 0)]


def _body(of: str, making: Making) -> Index:
    return part(record_words(making, of, "card"), 16, 32) * 100_000 >> 32


def _last_six(of: str, making: Making) -> tuple[Index, Index]:
    """Return the five digits before the check digit, and the check digit."""
    body = _body(of, making)
    return body, -(_cards().sums[_head(of, making)] + _body_sums()[body]) % 10


def _card_number(of: str, making: Making) -> Array:
    body, check = _last_six(of, making)
    return join(take(_cards().heads, _head(of, making)), take(digits(5), body), take(digits(1), check))


def _last4(of: str, making: Making) -> Array:
    body, check = _last_six(of, making)
    return take(digits(4), body % 1000 * 10 + check)


def _card_brand(of: str, making: Making) -> Array:
    return take(_cards().brands, _cards().brand_of_head[_head(of, making)])


def _cvv(of: str, making: Making) -> Array:
    width = np.array([scheme.code_digits for scheme in _SCHEMES.values()])
    short = width[_cards().brand_of_head[_head(of, making)]] == 3
    bits = part(record_words(making, of, "card code"), 0, 32)
    return take(_codes(), np.where(short, bits * 1000 >> 32, 1000 + (bits * 10_000 >> 32)))


@lru_cache(maxsize=1)
def _codes() -> Array:
    """Return all codes of three digits, then all of four."""
    return strings([*digits(3).to_pylist(), *digits(4).to_pylist()])


def _expiry(years: tuple[Year, Year], of: str, making: Making) -> Array:
    months = [
        f"{month:02}/{year % 100:02}" for year in range(years[0], years[1] + 1) for month in range(1, 13)
    ]
    bits = part(record_words(making, of, "card expiry"), 0, 32)
    return take(strings(months), bits * len(months) >> 32)


_CARD: Mapping[str, Callable[[str, Making], Array]] = {
    "number": _card_number,
    "brand": _card_brand,
    "cvv": _cvv,
    "last4": _last4,
}
