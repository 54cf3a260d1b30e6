"""Addresses of other countries, from Faker's lists and formats.

A place is a city with a region and a postcode of the country's form; which region and postcode a city has is
made up, but stays. Only the last two digits of a postcode differ between the addresses of a place.
"""

from __future__ import annotations

import re

from .chances import slots
from .faker_words import Words, words_of
from .strings import digits, layout, strings
from .tables import Addresses

__all__ = ["addresses", "country"]

_TOKEN = re.compile(r"\{\{(\w+)\}\}")
_REGIONS = ("administrative_unit", "state", "province", "region", "prefecture", "county", "department")
_REGIONS_TOO = (
    "state_name",
    "state_abbr",
    "estado_sigla",
    "estado_nome",
    "province_abbr",
    "metropolitan_city",
)
_PLACES, _STREETS, _NUMBERS, _OTHERS = 1_000, 2_000, 1_000, 500


def addresses(locale: str) -> Addresses:
    """Return the places and streets of a locale."""
    words = words_of(locale)
    cities = list(dict.fromkeys(words.sample("city", _PLACES)))
    region = next((name for name in _REGIONS if words.has(name)), None)
    postcodes = words.sample("postcode", len(cities))
    # Two digits of at least four may vary, where all postcodes end in digits.
    varied = all(re.search(r"\d{4}$|\d{3}$", postcode) for postcode in postcodes)
    width = 2 if varied else 0
    places = {
        "city": cities,
        "region": words.sample(region, len(cities)) if region else [""] * len(cities),
        "region_code": [""] * len(cities),
        "postcode_head": [postcode[: len(postcode) - width] for postcode in postcodes],
    }
    streets = list(dict.fromkeys(words.sample("street_name", _STREETS)))
    numbers = [number for number in words.sample("building_number", _NUMBERS) if number[0] != "0"]
    tails = digits(width).to_pylist() if width else [""]
    tables: dict[str, tuple[str, list[str]]] = {
        **{name: ("place", values) for name, values in places.items()},
        "street": ("street", streets),
        "number": ("number", numbers),
        "tail": ("tail", tails),
    }
    template = _template(words, region)
    others = {name for name in _TOKEN.findall(template) if name not in tables}
    tables |= {name: (name, words.sample(name, _OTHERS)) for name in others}
    return Addresses(
        line=layout(template, tables),
        pools=dict.fromkeys(sorted(others), _OTHERS),
        places={name: strings(values) for name, values in places.items()},
        place_slots=slots([1] * len(cities)),
        streets=strings(streets),
        street_slots=slots([1] * len(streets)),
        numbers=strings(numbers),
        tails=strings(tails),
        centres=None,
    )


def country(locale: str) -> str:
    """Return the English name of the country of a locale, or its code where Faker has no name."""
    code = locale.split("_")[1]
    from faker.providers.date_time import Provider

    names = {found.alpha_2_code: found.name for found in Provider.countries}
    return str(names.get(code, code))


def _template(words: Words, region: str | None) -> str:
    """Return the most frequent layout of an address, in the names of our own tables."""
    streets = [_ours(text, region) for text in _formats(words, "street_address_formats")]
    plain = "{{street}} {{number}}"
    # One with a street and a number, if there is one.
    street = next(
        (text for text in [*streets, plain] if {"street", "number"} <= set(_TOKEN.findall(text))), plain
    )
    for text in _formats(words, "address_formats"):
        template = _ours(text.replace("{{street_address}}", street), region)
        # A city under another name would be another city.
        if "{{city}}" in template and not any(
            "city" in name for name in _TOKEN.findall(template) if name != "city"
        ):
            return re.sub(r"\s*\n\s*", ", ", template.strip()).replace(",,", ",")
    return f"{street}, {_POSTCODE} {{{{city}}}}"


def _ours(text: str, region: str | None) -> str:
    """Return a format of Faker's with the names of our tables."""

    def name(token: re.Match[str]) -> str:
        if "postcode" in token[1] or "postalcode" in token[1]:
            return _POSTCODE
        if region and token[1] in (*_REGIONS, *_REGIONS_TOO):
            return "{{region}}"
        return {"building_number": "{{number}}", "street_name": "{{street}}", "city_name": "{{city}}"}.get(
            token[1], token[0]
        )

    return _TOKEN.sub(name, text)


def _formats(words: Words, name: str) -> list[str]:
    """Return the formats whose parts can all be made, the most frequent first."""
    return [text for text in words.formats("address", name) if all(map(words.has, _TOKEN.findall(text)))]


_POSTCODE = "{{postcode_head}}{{tail}}"
