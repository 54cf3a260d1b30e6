"""Columns that tell who somebody is, found by their values and by their names, and what stands in for them.

A record of the same kind is made up; no value of the table is used. The rules are meant to take too much
rather than too little: what nothing here knows is left out by `profile`, unless many rows share its values.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow.compute as pc

from .column import Array, array

__all__ = ["StandIn", "by_value", "stand_in", "words_of"]

MOST_LOOKED_AT = 2_000
"""So many different values, at even steps, are enough to know the kind of a column."""
NEARLY_ALL = 0.9
NAMES = 0.5
"""Of names, fewer are known: lists of names end, names do not."""
LEAST_NAMES = 15
"""A few names, each in many rows, are categories: of shops, ships or models."""


@dataclass(frozen=True)
class StandIn:
    """The keys of a column that makes values of the same kind, and how that was seen."""

    keys: Mapping[str, Any]
    why: str


def _luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits))]
    return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0


def _card(text: str) -> bool:
    digits = re.sub(r"[ -]", "", text)
    return digits.isdigit() and 13 <= len(digits) <= 19 and digits[0] in "23456" and _luhn(digits)


def _iban(text: str) -> bool:
    """Return whether a text is an account number with right check digits (ISO 13616, ISO 7064 mod 97-10)."""
    plain = text.replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _address_of_network(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text)) and ("." in text or ":" in text)
    except ValueError:
        return False


def _version_6(text: str) -> bool:
    return ":" in text and _address_of_network(text)


def _telephone(text: str) -> bool:
    digits = sum(sign.isdigit() for sign in text)
    if re.fullmatch(r"\d{4}([-./ ])\d\d?\1\d\d?.*|\d\d?([-./ ])\d\d?\2\d{4}.*", text):
        return False  # a date
    written = re.fullmatch(r"(\+|00)?[\d(][\d ().x/-]+\d", text) is not None
    apart = text.startswith("+") or re.search(r"\(\d{2,5}\)|\d[ -]\d.*\d[ -]\d|\d{3}[-. ]\d{3,4}", text)
    return written and 7 <= digits <= 15 and bool(apart)


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _full_name(text: str) -> bool:
    words = re.findall(r"[^\W\d_][^\W\d_'\u2019-]*\.?", text)
    if not 2 <= len(words) <= 5 or re.search(r"[\d@/:;!?]", text):
        return False
    first, last = _first_names(), _last_names()
    known = [word.lower() for word in words]
    return any(word in first for word in known) and any(word in last or word in first for word in known[1:])


@cache
def _first_names() -> frozenset[str]:
    return _listed("first_names", "first_names_female", "first_names_male", "first_names_nonbinary")


@cache
def _last_names() -> frozenset[str]:
    return _listed("last_names", "last_names_female", "last_names_male")


def _listed(*lists: str) -> frozenset[str]:
    """Return the names that Faker lists for some languages, in small letters."""
    from importlib import import_module

    names: set[str] = set()
    for locale in ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pt_BR", "sv_SE", "pl_PL"):
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for listed in lists:
            names.update(str(name).lower() for name in getattr(provider, listed, ()))
    return frozenset(names)


_STREET = (
    r"(?i)\d+\w? .*\b(st(reet)?|ave(nue)?|r(oa)?d|blvd|boulevard|lane|ln|drive|dr|way|court|ct|place|pl|"
    r"square|sq|terrace|parkway|pkwy|circle|trail|highway|hwy|close|crescent)\b.*|"
    r"(?i:.*(stra(ss|ß)e|str\.|weg|platz|allee|gasse|straat|laan)) \d+ ?\w?(,.*)?|"
    r"(?i:(rue|avenue|calle|via|viale|piazza|plaza|rua|paseo|boulevard)) .*\d.*"
)
_BY_VALUE: Sequence[tuple[str, Callable[[str], bool], float, dict[str, Any]]] = [
    (
        "e-mail addresses",
        _matches(r"[^@\s]+@[^@\s]+\.[^\W\d]+"),
        NEARLY_ALL,
        {"kind": "person", "field": "email"},
    ),
    ("UUIDs", _matches(r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), NEARLY_ALL, {"kind": "uuid"}),
    ("addresses of a network", _version_6, NEARLY_ALL, {"kind": "network", "field": "ipv6"}),
    ("addresses of a network", _address_of_network, NEARLY_ALL, {"kind": "network", "field": "ipv4"}),
    (
        "addresses of devices",
        _matches(r"(?i)([0-9a-f]{2}[:-]){5}[0-9a-f]{2}"),
        NEARLY_ALL,
        {"kind": "network", "field": "mac"},
    ),
    ("web addresses", _matches(r"(?i)(https?|ftp)://\S+"), NEARLY_ALL, {"kind": "network", "field": "url"}),
    ("account numbers with right check digits", _iban, NEARLY_ALL, {"kind": "iban"}),
    ("card numbers with right check digits", _card, NEARLY_ALL, {"kind": "payment_card"}),
    # Numbers from 900 on are never given to anybody.
    (
        "social security numbers",
        _matches(r"\d{3}-\d{2}-\d{4}"),
        NEARLY_ALL,
        {"kind": "pattern", "pattern": "9##-##-####"},
    ),
    ("telephone numbers", _telephone, NEARLY_ALL, {"kind": "person", "field": "phone"}),
    ("streets with numbers", _matches(_STREET), 0.7, {"kind": "address"}),
    ("names of people", _full_name, NAMES, {"kind": "person"}),
    (
        "first names",
        lambda text: text.lower() in _first_names(),
        0.6,
        {"kind": "person", "field": "first_name"},
    ),
    (
        "last names",
        lambda text: text.lower() in _last_names(),
        NAMES,
        {"kind": "person", "field": "last_name"},
    ),
]
_NAMES_OF_SOME = ("names of people", "first names", "last names")

_BY_NAME: Sequence[tuple[str, dict[str, Any]]] = [
    (r"e[-_ ]?mail", {"kind": "person", "field": "email"}),
    (r"phone|mobile|fax|telephone", {"kind": "person", "field": "phone"}),
    (r"first[-_ ]?name|given[-_ ]?name|forename", {"kind": "person", "field": "first_name"}),
    (r"last[-_ ]?name|surname|family[-_ ]?name", {"kind": "person", "field": "last_name"}),
    (r"user[-_ ]?name|login", {"kind": "person", "field": "username"}),
    (r"company|employer|organi[sz]ation", {"kind": "company"}),
    (r"(full[-_ ]?)?name|customer|patient|contact", {"kind": "person"}),
    (r"street", {"kind": "address", "field": "street"}),
    (r"city|town", {"kind": "address", "field": "city"}),
    (r"zip([-_ ]?code)?|post(al)?[-_ ]?code", {"kind": "address", "field": "postcode"}),
    (r"state|region|province", {"kind": "address", "field": "region"}),
    (r"address", {"kind": "address"}),
    (r"iban", {"kind": "iban"}),
    (r"(credit[-_ ]?)?card([-_ ]?(number|no))?|pan", {"kind": "payment_card"}),
    (r"ssn|social[-_ ]?security([-_ ]?(number|no))?", {"kind": "pattern", "pattern": "9##-##-####"}),
    (r"ip([-_ ]?address)?", {"kind": "network", "field": "ipv4"}),
    (r"mac", {"kind": "network", "field": "mac"}),
    (r"user[-_ ]?agent|browser", {"kind": "network", "field": "user_agent"}),
    (r"url|website|link", {"kind": "network", "field": "url"}),
    (r"uuid|guid", {"kind": "uuid"}),
    (r"lat(itude)?", {"kind": "coordinates", "field": "latitude"}),
    (r"lon(gitude)?|lng", {"kind": "coordinates", "field": "longitude"}),
]
_WHAT = {
    "email": "e-mail addresses",
    "phone": "telephone numbers",
    "first_name": "first names",
    "last_name": "last names",
    "username": "names of accounts",
    "company": "companies",
    "person": "names of people",
    "street": "streets",
    "city": "places",
    "postcode": "postcodes",
    "region": "regions",
    "address": "addresses",
    "iban": "account numbers",
    "payment_card": "card numbers",
    "pattern": "numbers of people",
    "ipv4": "addresses of a network",
    "mac": "addresses of devices",
    "user_agent": "browsers",
    "url": "web addresses",
    "uuid": "UUIDs",
    "latitude": "places",
    "longitude": "places",
}
_NUMBERED = re.compile(r"(^|[^a-z])(ids?|key|no|number|nr|code)([^a-z]|$)")


def words_of(name: str) -> str:
    """Return the name of a column in small letters, its words apart: `userId` is `user_id`."""
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def by_value(present: Array) -> StandIn | None:
    """Return what these values are by themselves, whatever the column is called."""
    different = present.unique()
    # Rounded up, so that even the smallest step leaves at most so many.
    looked_at: list[str] = different.take(
        array(np.arange(0, len(different), -(-len(different) // MOST_LOOKED_AT)))
    ).to_pylist()
    for what, is_one, share, keys in _BY_VALUE:
        if what in _NAMES_OF_SOME and len(different) < LEAST_NAMES:
            continue
        hits = sum(map(is_one, looked_at))
        if hits >= share * len(looked_at):
            said = "" if hits == len(looked_at) else f" in {hits / len(looked_at):.0%} of the values"
            return StandIn(dict(keys), f"{what}{said}")
    return None


def stand_in(name: str, values: Array) -> StandIn | None:
    """Return what a column of the same kind is made by, or None when nothing is known."""
    present = values.drop_null()
    if not len(present):
        return None
    found = _stand_in(name, present)
    if found and found.keys == {"kind": "address"} and not pc.any(pc.match_substring(present, ",")).as_py():
        return StandIn({"kind": "address", "field": "street"}, found.why)  # and no place
    return found


def _stand_in(name: str, present: Array) -> StandIn | None:
    if found := by_value(present):
        return found
    words = words_of(name)
    for pattern, keys in _BY_NAME:
        if re.search(rf"(^|[^a-z])({pattern})([^a-z]|$)", words):
            if keys["kind"] in ("person", "company") and _NUMBERED.search(words) and "field" not in keys:
                break  # customer_id is the number of a customer, not a name
            if keys["kind"] == "coordinates" and not _is_number(present):
                break
            return StandIn(dict(keys), f"by its name {_WHAT[keys.get('field', keys['kind'])]}")
    return _code(present)


def _is_number(present: Array) -> bool:
    return bool(pc.all(pc.match_substring_regex(present, r"^-?\d{1,3}\.\d+$")).as_py())


def _code(present: Array) -> StandIn | None:
    """Return a pattern when all values have one shape: two letters, a hyphen, four digits."""
    shaped = present
    for letters, sign in (("[0-9]", "\x00"), ("[A-Z]", "\x01"), ("[a-z]", "\x02")):
        shaped = pc.replace_substring_regex(shaped, letters, sign)
    shapes = shaped.unique()
    if len(shapes) != 1 or not 3 <= len(shapes[0].as_py()) <= 40:
        return None
    shape = shapes[0].as_py()
    head = _common_head(present)
    kept = re.sub(r"([#Aa?\\])", r"\\\1", head)
    rest = re.sub(r"([#Aa?\\])", r"\\\1", shape[len(head) :])
    pattern = kept + rest.replace("\x00", "#").replace("\x01", "A").replace("\x02", "a")
    if len(pattern) > 64 or not re.search(r"(?<!\\)[#Aa]", pattern):
        return None
    return StandIn({"kind": "pattern", "pattern": pattern}, "codes of one shape")


def _common_head(present: Array) -> str:
    """Return the letters with which every value begins: those of a kind of code, of no one's own."""
    least, greatest = pc.min(present).as_py(), pc.max(present).as_py()
    head = ""
    for a, b in zip(least, greatest, strict=False):
        if a != b or a.isdigit():
            break
        head += a
    return head
