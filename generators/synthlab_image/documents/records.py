"""What several kinds of documents say: sales whose sums agree, dates, what the schema file gives.

Money is whole cents throughout; only the printed text and the record that is told have decimals.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synthlab import Draws

from .languages import Good, Language

__all__ = ["Given", "Item", "Sale", "Tax", "decimal", "iban", "sale", "told"]


@dataclass(frozen=True, slots=True)
class Given:
    """What the schema file says of the records: texts to choose from, goods, and the days."""

    texts: Mapping[str, tuple[str, ...]]
    goods: tuple[Good, ...]
    days: tuple[datetime.date, datetime.date]

    def text(self, draws: Draws, name: str, otherwise: Callable[[], str]) -> str:
        """Return one of the texts that are given for a field, or what is made up otherwise."""
        given = self.texts.get(name)
        return draws.choice(given) if given else otherwise()

    def day(self, draws: Draws) -> datetime.date:
        """Return one of the days."""
        first, last = self.days
        return first + datetime.timedelta(days=draws.integer(0, (last - first).days + 1))


@dataclass(frozen=True, slots=True)
class Item:
    """One line of what was bought; amounts in cents."""

    name: str
    quantity: int
    unit_price: int
    rate: int
    """Which of the language's tax rates."""

    @property
    def price(self) -> int:
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class Tax:
    """What is taxed at one rate (in tenths of a percent), in cents."""

    which: int
    rate: int
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Sale:
    """What was bought and what it came to, in cents."""

    items: tuple[Item, ...]
    discount: int
    subtotal: int
    """The sum of the items' prices less the discount."""
    taxes: tuple[Tax, ...]
    total: int
    """With tax: the subtotal where prices include it, else the subtotal and the taxes."""


def sale(
    draws: Draws, language: Language, goods: Sequence[Good], count: int, most: int, included: bool,
    discounts: float = 0.0,
) -> Sale:  # fmt: skip
    """Return `count` items, up to `most` of each, with what they come to; `included` is the tax in prices."""
    items = tuple(
        Item(
            good.name, draws.integer(1, most + 1) if draws.chance(0.3) else 1, _price(draws, good), good.rate
        )
        for good in (draws.shuffled(goods)[:count])
    )
    whole = sum(item.price for item in items)
    discount = whole * draws.choice((5, 10, 15, 20)) // 100 if draws.chance(discounts) else 0
    taxes = _taxes(items, discount, language, included)
    subtotal = whole - discount
    total = subtotal if included else subtotal + sum(t.tax for t in taxes)
    return Sale(items, discount, subtotal, taxes, total)


def _price(draws: Draws, good: Good) -> int:
    """Return a price that mostly ends in 9, 5 or 0, as prices do."""
    cents = draws.integer(good.low, good.high + 1)
    if good.low == good.high or draws.chance(0.2):
        return cents
    return min(good.high, max(good.low, cents - cents % 10 + draws.choice((9, 9, 9, 5, 0))))


def _taxes(items: Sequence[Item], discount: int, language: Language, included: bool) -> tuple[Tax, ...]:
    """Return the taxes of each rate, rounded half up; a discount is shared out over the rates."""
    sums: dict[int, int] = {}
    for item in items:
        sums[item.rate] = sums.get(item.rate, 0) + item.price
    whole, left, result = sum(sums.values()), discount, []
    for place, (which, amount) in enumerate(sorted(sums.items())):
        share = left if place == len(sums) - 1 else discount * amount // max(1, whole)
        left -= share
        paid, rate = amount - share, language.tax_rates[which]
        if included:
            net = (paid * 2000 + 1000 + rate) // (2 * (1000 + rate))
            result.append(Tax(which, rate, net, paid - net))
        else:
            result.append(Tax(which, rate, paid, (paid * rate + 500) // 1000))
    return tuple(t for t in result if t.rate)


def decimal(cents: int) -> str:
    """Return an amount as a plain decimal number: 1234.50."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def told(sold: Sale) -> dict[str, Any]:
    """Return a sale as JSON holds it."""
    return {
        "items": [
            {
                "name": item.name,
                "quantity": item.quantity,
                "unit_price": decimal(item.unit_price),
                "price": decimal(item.price),
            }
            for item in sold.items
        ],
        **({"discount": decimal(sold.discount)} if sold.discount else {}),
        "subtotal": decimal(sold.subtotal),
        "taxes": [
            {"rate": f"{t.rate // 10}.{t.rate % 10}", "net": decimal(t.net), "tax": decimal(t.tax)}
            for t in sold.taxes
        ],
        "total": decimal(sold.total),
    }


def iban(draws: Draws, country: str = "DE") -> str:
    """Return an account number with valid check digits (ISO 13616), in groups of four."""
    account = "".join(draws.choice("0123456789") for _ in range(18))
    letters = "".join(str(ord(letter) - 55) for letter in country)
    check = 98 - int(f"{account}{letters}00") % 97
    whole = f"{country}{check:02d}{account}"
    return " ".join(whole[i : i + 4] for i in range(0, len(whole), 4))
