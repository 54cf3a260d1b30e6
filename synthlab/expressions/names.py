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
    # From left to right: of several strangers the first is told.
    nodes = sorted(ast.walk(tree), key=lambda node: getattr(node, "col_offset", 0))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    found: dict[str, ast.expr] = {}
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id="column"), args=[ast.Constant(value=str() as name) as argument]):
                found.setdefault(name, argument)
            case ast.Name() if id(node) not in called:
                found.setdefault(node.id, node)
    strange = [name for name in found if name not in known]
    if strange:
        name = strange[0]
        compared = any(found[name] is part for node in nodes for part in _compared(node))
        raise unknown(place, found[name], name, known, compared=compared)
    return frozenset(found)


def _compared(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what stands where a constant could: `plan == basic`, `plan in (basic, plus)`."""
    if isinstance(node, ast.Compare):
        for part in node.comparators:
            yield from part.elts if isinstance(part, (ast.Tuple, ast.List, ast.Set)) else (part,)


def unknown(
    place: Place, node: ast.expr, name: str, known: Collection[str], *, compared: bool = False
) -> ExpressionError:
    """Return the error for a name that is no column; `compared` says that it could be meant as text."""
    if name in FUNCTIONS:
        hint = f"write {FUNCTIONS[name].signature}"
        return place.error(node, f"{name!r} is a function", hint)
    found = _OTHER_LANGUAGES.get(name.lower()) or nearest(name, [*known, *_CONSTANTS])
    # `hours-per-week` reads as a subtraction of three columns.
    found = found or next((n for n in known if not n.isidentifier() and n.startswith(name)), None)
    quoted = f"if it is text, write {name!r}" if compared else ""
    if found is not None:
        hint = f"did you mean {_written(found)}?"
    elif quoted:
        hint = f"{quoted}; columns are {', '.join(list(known)[:12])}{' ...' * (len(known) > 12)}"
    elif known:
        hint = f"there are {', '.join(list(known)[:12])}{' ...' * (len(known) > 12)}"
    else:
        hint = "there are no columns"
    return place.error(node, f"there is no column {name!r}", hint)


def _written(name: str) -> str:
    plain = name.isidentifier() and (name in _CONSTANTS or not keyword.iskeyword(name))
    return repr(name) if plain else f"column({name!r})"
