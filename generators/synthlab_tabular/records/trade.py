"""Companies and products: names, industries and prices that fit each other. In English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from ..column import Array, Maker, Making, Setting, array
from .chances import Slots, part, slots
from .own import words
from .record import Record, record_words
from .strings import digits, fold, join, strings, take

__all__ = ["Company", "Product"]

Index = npt.NDArray[np.integer[Any]]


class Company(Record):
    """A company: its name says its industry, and its addresses its name."""

    kind: Literal["company"]
    of: str = Field(default="company", min_length=1, max_length=200, description="Which company of the row.")
    field: Literal["name", "industry", "domain", "email", "phrase"] = Field(
        default="name", description="What of the company the column holds."
    )

    def maker(self, setting: Setting) -> Maker:
        classes = tuple(words("companies")["industries"]) if self.field == "industry" else ()
        return self.made(partial(_COMPANY[self.field], self.of), classes=classes)


class Product(Record):
    """A product: brand, name and price fit its category."""

    kind: Literal["product"]
    of: str = Field(default="product", min_length=1, max_length=200, description="Which product of the row.")
    field: Literal["name", "category", "brand", "sku", "price"] = Field(
        default="name", description="What of the product the column holds; its price has two decimals."
    )

    def maker(self, setting: Setting) -> Maker:
        value = "float64" if self.field == "price" else "string"
        classes = tuple(words("products")) if self.field == "category" else ()
        return self.made(partial(_PRODUCT[self.field], self.of), value, classes)


@dataclass(frozen=True)
class _Companies:
    """A company is a beginning, a word of an industry, and a form."""

    beginnings: Array
    industries: Array
    words: Array
    industry_of_word: Index
    forms: Array
    form_slots: Slots
    domains: tuple[Array, Array]
    phrases: tuple[Array, Array, Array]


@lru_cache(maxsize=1)
def _companies() -> _Companies:
    lists = words("companies")
    beginnings, industries, phrases = lists["beginnings"].split(), lists["industries"], lists["phrases"]
    in_order = [word for found in industries.values() for word in found]
    return _Companies(
        beginnings=strings([f"{beginning} " for beginning in beginnings]),
        industries=strings(list(industries)),
        words=strings(in_order),
        industry_of_word=np.repeat(np.arange(len(industries)), [len(found) for found in industries.values()]),
        forms=strings([f" {form}" for form in lists["forms"]]),
        form_slots=slots(list(lists["forms"].values())),
        domains=(strings([fold(text) for text in beginnings]), strings([fold(text) for text in in_order])),
        phrases=(
            strings([f"{text} " for text in phrases["how"]]),
            strings([f"{text} " for text in phrases["what"]]),
            strings(phrases["whom"]),
        ),
    )


def _beginning(of: str, making: Making) -> Index:
    return _below(making, of, "company", 0, len(_companies().beginnings))


def _word(of: str, making: Making) -> Index:
    return _below(making, of, "company", 16, len(_companies().words))


def _company_name(of: str, making: Making) -> Array:
    found = _companies()
    form = found.form_slots[part(record_words(making, of, "company"), 32)]
    return join(
        take(found.beginnings, _beginning(of, making)),
        take(found.words, _word(of, making)),
        take(found.forms, form),
    )


def _industry(of: str, making: Making) -> Array:
    found = _companies()
    return take(found.industries, found.industry_of_word[_word(of, making)])


def _domain(of: str, making: Making) -> Array:
    # A name of its own below a domain that RFC 2606 keeps for examples.
    beginnings, after = _companies().domains
    return join(take(beginnings, _beginning(of, making)), take(after, _word(of, making)), ".example.com")


def _company_email(of: str, making: Making) -> Array:
    return join(take(_boxes(), _below(making, of, "company", 48, len(_boxes()))), _domain(of, making))


@lru_cache(maxsize=1)
def _boxes() -> Array:
    return strings(["info@", "contact@", "hello@", "office@", "sales@", "support@"])


def _phrase(of: str, making: Making) -> Array:
    tables = _companies().phrases
    return join(
        *(
            take(table, _below(making, of, "company phrase", 16 * place, len(table)))
            for place, table in enumerate(tables)
        )
    )


@dataclass(frozen=True)
class _Products:
    categories: Array
    codes: Array
    nouns: Array
    category_of_noun: Index
    brands: Array
    first_brand: Index
    brand_count: Index
    adjectives: Array
    first_adjective: Index
    adjective_count: Index
    usual_price: Index


@lru_cache(maxsize=1)
def _products() -> _Products:
    categories = words("products")
    brands, adjectives, nouns = (
        [found[what] for found in categories.values()] for what in ("brands", "adjectives", "nouns")
    )
    brand_count, adjective_count = (np.array([len(each) for each in found]) for found in (brands, adjectives))
    return _Products(
        categories=strings(list(categories)),
        codes=strings([f"{name[:3].upper()}-" for name in categories]),
        nouns=strings([noun for found in nouns for noun in found]),
        category_of_noun=np.repeat(np.arange(len(categories)), [len(found) for found in nouns]),
        brands=strings([brand for found in brands for brand in found]),
        first_brand=np.cumsum(brand_count) - brand_count,
        brand_count=brand_count,
        adjectives=strings([f" {adjective} " for found in adjectives for adjective in found]),
        first_adjective=np.cumsum(adjective_count) - adjective_count,
        adjective_count=adjective_count,
        usual_price=np.array([price for found in nouns for price in found.values()], dtype=np.int64),
    )


def _noun(of: str, making: Making) -> Index:
    return _below(making, of, "product", 0, len(_products().nouns))


def _category_index(of: str, making: Making) -> Index:
    found: Index = _products().category_of_noun[_noun(of, making)]
    return found


def _brand_index(of: str, making: Making) -> Index:
    found, category = _products(), _category_index(of, making)
    bits = part(record_words(making, of, "product"), 16)
    index: Index = found.first_brand[category] + (bits * found.brand_count[category] >> 16)
    return index


def _product_name(of: str, making: Making) -> Array:
    found, category = _products(), _category_index(of, making)
    bits = part(record_words(making, of, "product"), 32)
    adjective = found.first_adjective[category] + (bits * found.adjective_count[category] >> 16)
    return join(
        take(found.brands, _brand_index(of, making)),
        take(found.adjectives, adjective),
        take(found.nouns, _noun(of, making)),
    )


def _category(of: str, making: Making) -> Array:
    return take(_products().categories, _category_index(of, making))


def _brand(of: str, making: Making) -> Array:
    return take(_products().brands, _brand_index(of, making))


def _sku(of: str, making: Making) -> Array:
    bits = record_words(making, of, "product number")
    high, low = (part(bits, first, 32) * 1000 >> 32 for first in (0, 32))
    return join(
        take(_products().codes, _category_index(of, making)), take(digits(3), high), take(digits(3), low)
    )


def _price(of: str, making: Making) -> Array:
    """Return a price of the thing, from 0.6 to 1.7 times its usual one, ending in 99."""
    usual = _products().usual_price[_noun(of, making)]
    share = part(record_words(making, of, "product price"), 0, 20)
    dollars = usual * (60 + (110 * share >> 20)) // 100
    return array((dollars * 100 + 99) / 100)


def _below(making: Making, of: str, what: str, first: int, count: int) -> Index:
    """Return a number below `count` for each row, by sixteen bits of a word from `first` on."""
    return part(record_words(making, of, what), first) * count >> 16


_COMPANY: Mapping[str, Callable[[str, Making], Array]] = {
    "name": _company_name,
    "industry": _industry,
    "domain": _domain,
    "email": _company_email,
    "phrase": _phrase,
}
_PRODUCT: Mapping[str, Callable[[str, Making], Array]] = {
    "name": _product_name,
    "category": _category,
    "brand": _brand,
    "sku": _sku,
    "price": _price,
}
