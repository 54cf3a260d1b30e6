"""The words that come with the program: American names, streets and places, companies and products."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

from .chances import Weight, by_rank, slots
from .compiled import handles, people_of
from .strings import digits, layout, strings
from .tables import Addresses, People, Phones

__all__ = ["LOCALE", "addresses", "people", "phones", "words"]

LOCALE = "en_US"


@lru_cache(maxsize=8)
def words(name: str) -> Any:
    """Return the content of one of the word lists."""
    return yaml.load(_text(f"{name}.yaml"), yaml.CSafeLoader)


def people() -> People:
    """Return American names."""
    lists = words("people")
    female, male, last = (by_rank(lists[key].split()) for key in ("female", "male", "last"))
    return people_of(
        template="{{first}} {{last}}",
        first=(female, male),
        last=(last, last),
        middle=({"": 1}, {"": 1}),
        titles=(lists["titles"]["female"], lists["titles"]["male"]),
        folded=handles,
    )


def addresses() -> Addresses:
    """Return American places: each is a city, the first three digits of its ZIP codes and an area code."""
    places, regions, streets = _places(), words("regions"), words("streets")
    codes = [place["region_code"] for place in places]
    columns = {
        "city": [place["city"] for place in places],
        "region": [regions[code] for code in codes],
        "region_code": codes,
        "postcode_head": [place["postcode"] for place in places],
    }
    suffixes: dict[str, Weight] = streets["suffixes"]
    names = [f"{name} {suffix}" for name in streets["names"].split() for suffix in suffixes]
    numbers = [str(number) for number in range(1, 10_000)]
    tables = {
        **{name: ("place", values) for name, values in columns.items()},
        "street": ("street", names),
        "number": ("number", numbers),
        "tail": ("tail", digits(2).to_pylist()),
    }
    template = "{{number}} {{street}}, {{city}}, {{region_code}} {{postcode_head}}{{tail}}"
    return Addresses(
        line=layout(template, tables),
        pools={},
        places={name: strings(values) for name, values in columns.items()},
        place_slots=slots([place["weight"] for place in places]),
        streets=strings(names),
        street_slots=slots(list(suffixes.values()) * (len(names) // len(suffixes))),
        numbers=strings(numbers),
        tails=digits(2),
        centres=np.array([place["centre"] for place in places], dtype=np.int64),
    )


def phones() -> Phones:
    """Return numbers of the place's area code, from 555-0100 to 555-0199, which are kept for fiction."""
    heads = [f"({place['area_code']}) 555-01" for place in _places()]
    return Phones(strings(heads), digits=2, count=100, by_place=True)


@lru_cache(maxsize=1)
def _places() -> list[dict[str, Any]]:
    """Return each combination of a city, the head of a postcode and an area code; its weight is people."""
    places = []
    for city in csv.DictReader(_text("places.csv").splitlines()):
        postcodes, area_codes = city["postcodes"].split(), city["area_codes"].split()
        weight = int(city["thousands"]) * 1000 // (len(postcodes) * len(area_codes))
        centre = tuple(round(float(city[axis]) * 1_000_000) for axis in ("latitude", "longitude"))
        places += [
            {**city, "postcode": postcode, "area_code": area_code, "weight": weight, "centre": centre}
            for postcode in postcodes
            for area_code in area_codes
        ]
    return places


def _text(name: str) -> str:
    return (files(__package__) / "data" / LOCALE / name).read_text(encoding="utf-8")
