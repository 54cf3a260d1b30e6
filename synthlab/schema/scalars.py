"""What a plain word of YAML means, by the core schema of YAML 1.2, and the way back.

So `no` and `on` are text, `0o17` is octal, `1e3` is a number, `12:30` and `2024-01-31` are text. On one
point it is stricter: `0123` is text, where YAML 1.2 reads 123, since digits with a leading zero are
nearly always a code, and a post code would silently lose its first digit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

import yaml

__all__ = ["Scalar", "offset_as_written", "plain_scalar", "to_yaml"]

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

# Line ends that editors and libyaml count differently are forbidden with the control characters; in
# quotes all of them can be written as escapes.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)")

# Generous: 64-bit numbers with and without a sign fit. Python needs quadratic time for long ones.
_LARGEST = 2**64
_MOST_DIGITS = 25


def plain_scalar(text: str) -> Scalar:
    """Return the value of an unquoted word; raises ValueError for a number that no dataset can hold."""
    if text in _WORDS:
        return _WORDS[text]
    # Most words begin with a letter and are just words.
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        number = int(text, 0) if len(text) <= _MOST_DIGITS else _LARGEST
        if abs(number) >= _LARGEST:
            raise ValueError("a whole number must be below 2**64")
        return number
    if _FLOAT.fullmatch(text) or _NOT_FINITE.fullmatch(text):
        value = float(text.replace(".i", "i").replace(".I", "i").replace(".n", "n").replace(".N", "n"))
        if not math.isfinite(value):
            raise ValueError("a number must be finite")
        return value
    return text


# One character of a scalar as it is written, by its quote; block and plain scalars know no escapes.
_SIGNS = {
    '"': re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|.", re.DOTALL),
    "'": re.compile(r"''|.", re.DOTALL),
}
_SIGN = re.compile(r".", re.DOTALL)


def offset_as_written(raw: str, style: str, value: str, offset: int) -> int:
    """Return where in `raw` character `offset` of the value stands; `style` is `'`, `"`, `|`, `>` or empty.

    Whatever YAML folds, indents or escapes, the characters that are not blank keep their order, so they
    are what is counted. A blank, or the end, is just behind the last of them.
    """
    first, last = 0, len(raw)
    if style in ("'", '"'):
        first, last = 1, len(raw) - 1
    elif style in ("|", ">"):
        first = raw.find("\n") + 1
    before = sum(not character.isspace() for character in value[:offset])
    signs = (m for m in _SIGNS.get(style, _SIGN).finditer(raw, first, last) if not _is_blank(m[0]))
    nearby = list(islice(signs, max(0, before - 1), before + 1))
    here = nearby[before > 0 :]
    if offset < len(value) and not value[offset].isspace() and here:
        return here[0].start()
    return nearby[0].end() if before and nearby else first


def _is_blank(sign: str) -> bool:
    if len(sign) == 1 or sign == "''":
        return sign.isspace()
    if len(sign) > 2:
        return chr(int(sign[2:], 16)).isspace()
    return sign[1] in " _NLPtnrvf\t\r\n"


def to_yaml(data: Mapping[str, Any]) -> str:
    """Return JSON data as the text of a schema file, which reads back as the same data."""
    return yaml.dump(
        dict(data), Dumper=_Dumper, sort_keys=False, default_flow_style=None, allow_unicode=True, width=100
    )


class _Dumper(yaml.SafeDumper):
    """Quotes text that any version of YAML would take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if FORBIDDEN.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)
_Dumper.add_implicit_resolver("tag:yaml.org,2002:int", _INTEGER, list("+-0123456789"))
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("+-.0123456789"))
