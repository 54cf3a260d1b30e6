"""The names of columns in an expression, and what to say of one that does not exist."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Collection, Iterator

from synthlab.errors import nearest

from .errors import ExpressionError
from .functions import FUNCTIONS
from .syntax import Place, parse

__all__ = ["names_in", "unknown"]

_CONSTANTS = ("True", "False", "None")
_OTHER_LANGUAGES = {"true": "True", "false": "False", "none": "None", "null": "None"}


def names_in(source: str, known: Collection[str]) -> frozenset[str]:
    """Return the columns that an expression reads, or raise ExpressionError for an unknown one."""
    tree, place = parse(source)
    found = dict(_mentions(tree))
    for name, node in found.items():
        if name not in known:
            raise unknown(place, node, name, known)
    return frozenset(found)


def _mentions(tree: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    called = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="column"), args=[ast.Constant(value=str() as name) as arg]):
                yield name, arg
        if isinstance(node, ast.Call):
            called.add(id(node.func))
        elif isinstance(node, ast.Name) and id(node) not in called:
            yield node.id, node


def unknown(place: Place, node: ast.expr, name: str, known: Collection[str]) -> ExpressionError:
    """Return the error for a name that is no column."""
    if name in FUNCTIONS:
        hint = f"write {FUNCTIONS[name].signature}"
        return place.error(node, f"{name!r} is a function", hint)
    found = _OTHER_LANGUAGES.get(name.lower()) or nearest(name, [*known, *_CONSTANTS])
    # `hours-per-week` reads as a subtraction of three columns.
    found = found or next((n for n in known if not n.isidentifier() and n.startswith(name)), None)
    if found is not None:
        hint = f"did you mean {_written(found)}?"
    elif known:
        hint = f"there are {', '.join(list(known)[:12])}{' ...' * (len(known) > 12)}"
    else:
        hint = "there are no columns"
    return place.error(node, f"there is no column {name!r}", hint)


def _written(name: str) -> str:
    plain = name.isidentifier() and (name in _CONSTANTS or not keyword.iskeyword(name))
    return repr(name) if plain else f"column({name!r})"
