"""What stands in for a column that tells who somebody is: a record of the same kind, never the values."""

from __future__ import annotations

import re
from typing import Any

import pyarrow.compute as pc

from ..column import Array

__all__ = ["stand_in"]

_BY_NAME: list[tuple[str, dict[str, Any]]] = [
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
    (r"ip([-_ ]?address)?", {"kind": "network", "field": "ipv4"}),
    (r"mac", {"kind": "network", "field": "mac"}),
    (r"user[-_ ]?agent|browser", {"kind": "network", "field": "user_agent"}),
    (r"url|website|link", {"kind": "network", "field": "url"}),
    (r"uuid|guid", {"kind": "uuid"}),
]
_BY_VALUE: list[tuple[str, dict[str, Any]]] = [
    (r"^[^@\s]+@[^@\s]+\.[a-zA-Z]+$", {"kind": "person", "field": "email"}),
    (r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", {"kind": "uuid"}),
    (r"^(\d{1,3}\.){3}\d{1,3}$", {"kind": "network", "field": "ipv4"}),
    (r"^[A-Z]{2}\d{2}[ ]?([A-Z0-9]{4}[ ]?){2,7}[A-Z0-9]{1,4}$", {"kind": "iban"}),
    (r"^(\d{4}[- ]?){3}\d{4}$", {"kind": "payment_card"}),
    (r"^https?://", {"kind": "network", "field": "url"}),
]


def stand_in(name: str, values: Array) -> dict[str, Any] | None:
    """Return the keys of a column that makes values of the same kind, or None when nothing is known."""
    present = values.drop_null()
    if not len(present):
        return None
    for pattern, keys in _BY_VALUE:
        if pc.all(pc.match_substring_regex(present, pattern)).as_py():
            return dict(keys)
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
    for pattern, keys in _BY_NAME:
        if re.search(rf"(^|[^a-z])({pattern})([^a-z]|$)", words):
            return dict(keys)
    return _code(present)


def _code(present: Array) -> dict[str, Any] | None:
    """Return a pattern when all values have one shape: two letters, a hyphen, four digits."""
    shaped = present
    for letters, sign in (("[0-9]", "\x00"), ("[A-Z]", "\x01"), ("[a-z]", "\x02")):
        shaped = pc.replace_substring_regex(shaped, letters, sign)
    shapes = shaped.unique()
    if len(shapes) != 1 or not 3 <= len(shapes[0].as_py()) <= 40:
        return None
    shape = re.sub(r"([#Aa?\\])", r"\\\1", shapes[0].as_py())
    pattern = shape.replace("\x00", "#").replace("\x01", "A").replace("\x02", "a")
    if not re.search(r"(?<!\\)[#Aa]", pattern):
        return None
    return {"kind": "pattern", "pattern": pattern}
