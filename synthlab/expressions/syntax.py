"""From source text to a small tree of allowed parts.

Python's own parser reads the text; an allowlist then decides. The caps are checked before anything
recursive looks at the tree, since a hostile thousand characters can nest a thousand levels deep.
"""

from __future__ import annotations

import ast
import io
import keyword
import re
import tokenize
import warnings
from collections.abc import Iterator

from .errors import ExpressionError

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "MAX_NODES", "Place", "links", "parse"]

MAX_CHARACTERS = 1_000
MAX_NODES = 200
"""Constants in the list of an `in` do not count; the number of characters limits them."""
MAX_DEPTH = 32
"""A chain such as `a + b - c` is one level deep, however long."""

_SPACES = str.maketrans("\n\r\t\f\v", "     ")

_ALLOWED = (
    ast.Name,
    ast.Constant,
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Call,
    ast.Tuple,
    ast.List,
    ast.Set,
)

_REFUSED = {
    ast.Attribute: ("attributes are not part of the language", ""),
    ast.Subscript: ("subscripts are not part of the language", ""),
    ast.Lambda: ("functions cannot be defined here", ""),
    ast.NamedExpr: ("assignment is not part of the language", "write == to compare"),
    ast.JoinedStr: ("f-strings are not part of the language", "write concat(a, b)"),
    ast.Starred: ("a star is not part of the language", ""),
    ast.Dict: ("dictionaries are not part of the language", ""),
}

_MISTAKES = {
    "&&": "write and",
    "||": "write or",
    "<>": "write !=",
    "===": "write ==",
    "!": "write not",
    "?": "write x if condition else y",
    "=": "write == to compare",
    **dict.fromkeys("\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb", "write straight quotes"),
}
"""What other languages write; the longer signs come first."""

_WORDS = {
    "and": "write and in small letters",
    "or": "write or in small letters",
    "not": "write not in small letters",
    "in": "write in in small letters",
    "between": "write low <= x <= high",
    "like": "write starts_with, ends_with or contains",
    "case": "write x if condition else y",
}
"""What SQL writes, in small letters."""


class Place:
    """Where the nodes of one expression are in its source."""

    def __init__(self, source: str, text: str, skipped: int) -> None:
        self.source = source
        self.text = text
        self._skipped = skipped
        # Python counts UTF-8 bytes; people count characters.
        self._bytes = None if text.isascii() else text.encode(errors="replace")

    def error(self, node: ast.expr, message: str, hint: str = "") -> ExpressionError:
        """Return the error that points at a node."""
        start = self._characters(node.col_offset)
        end = self._characters(node.end_col_offset or node.col_offset + 1)
        return self.error_at(start, message, hint, end - start)

    def error_at_operator(self, node: ast.BinOp, sign: str, message: str, hint: str) -> ExpressionError:
        """Return the error that points at the sign between two operands."""
        after = self._characters(node.left.end_col_offset or 0)
        return self.error_at(self.text.index(sign, after), message, hint, len(sign))

    def error_at(self, offset: int, message: str, hint: str = "", length: int = 1) -> ExpressionError:
        """Return the error that points at characters of the stripped text."""
        return ExpressionError(message, self.source, offset + self._skipped, length, hint)

    def _characters(self, offset: int) -> int:
        return offset if self._bytes is None else len(self._bytes[:offset].decode())


_METHODS = {
    **dict.fromkeys(("isnull", "isna", "is_null"), "is_null({})"),
    **dict.fromkeys(("notnull", "notna", "is_not_null"), "not is_null({})"),
    **dict.fromkeys(("fillna", "fill_null"), "coalesce({}, 0)"),
    **dict.fromkeys(("isin", "is_in"), "{} in ('a', 'b')"),
    **dict.fromkeys(("between", "is_between"), "low <= {} <= high"),
    **{name: f"{name}({{}})" for name in ("abs", "round", "lower", "upper", "year", "month", "day", "hour")},
    **dict.fromkeys(("strip", "trim"), "trim({})"),
    **dict.fromkeys(("startswith", "starts_with"), "starts_with({}, 'a')"),
    **dict.fromkeys(("endswith", "ends_with"), "ends_with({}, 'a')"),
    "contains": "contains({}, 'a')",
}


def parse(source: str) -> tuple[ast.expr, Place]:
    """Return the checked tree of an expression, and where its nodes are."""
    text = source.translate(_SPACES)
    skipped = len(text) - len(text.lstrip())
    text = text.strip()
    place = Place(source, text, skipped)
    if not text:
        raise ExpressionError("the expression is empty", source, 0)
    if len(source) > MAX_CHARACTERS:
        message = f"the expression has {len(source)} characters; at most {MAX_CHARACTERS} fit"
        raise ExpressionError(message, source[:MAX_CHARACTERS], MAX_CHARACTERS - 1, 1, _SPLIT)
    if not text.isprintable():
        offset = next(i for i, character in enumerate(text) if not character.isprintable())
        raise place.error_at(offset, "there is a character here that cannot be printed")
    tree = _parse(text, place)
    _check_size(tree, place)
    _refuse_tokens(text, place)
    return tree, place


_SPLIT = "split it over several columns"


def _parse(text: str, place: Place) -> ast.expr:
    try:
        with warnings.catch_warnings():
            # A doubtful escape or number is a warning of the parser; here it is a mistake.
            warnings.simplefilter("error")
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        offset = min(max((error.offset or 1) - 1, 0), len(text) - 1)
        offset, length, hint = _stumbled(text, offset)
        raise place.error_at(offset, "this is not an expression", hint, length) from None
    except (ValueError, MemoryError, RecursionError):
        raise place.error_at(0, "this cannot be read as an expression", _SPLIT, len(text)) from None


def _stumbled(text: str, offset: int) -> tuple[int, int, str]:
    """Return where the mistake is that Python stumbled over, its length, and what was meant."""
    word = re.match(r"\w*", text[offset:])
    if word and word[0].lower() in _WORDS:
        return offset, len(word[0]), _WORDS[word[0].lower()]
    if word and keyword.iskeyword(word[0]):
        return offset, 1, f"for a column of that name, write column('{word[0]}')"
    # Python points at the second of two signs.
    for at in (offset - 1, offset):
        for sign, hint in _MISTAKES.items():
            if at >= 0 and text.startswith(sign, at):
                return at, len(sign), hint
    return offset, 1, ""


def _check_size(tree: ast.expr, place: Place) -> None:
    count = 0
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if type(node) not in _ALLOWED:
            message, hint = _REFUSED.get(type(node), ("this is not part of the language", ""))
            if isinstance(node, ast.Attribute):
                hint = _function_for(node)
            raise place.error(node, message, hint)
        if depth > MAX_DEPTH:
            raise place.error(node, f"this is nested more than {MAX_DEPTH} levels deep", _SPLIT)
        if count > MAX_NODES:
            raise place.error(node, f"the expression has more than {MAX_NODES} parts", _SPLIT)
        waiting.extend(_parts(node, depth))


def _function_for(node: ast.Attribute) -> str:
    """Return what may be meant by a method, as it would be in pandas: `income.isnull()`."""
    meant = _METHODS.get(node.attr.lower())
    name = node.value.id if isinstance(node.value, ast.Name) else "x"
    return f"write {meant.format(name)}" if meant else ""


def _parts(node: ast.expr, depth: int) -> Iterator[tuple[ast.expr, int]]:
    """Yield the parts of a node with their depths; the links of a chain are all at one depth."""
    for child in _children(node):
        linked = isinstance(node, ast.BinOp) and child is node.left and isinstance(child, ast.BinOp)
        yield child, depth if linked else depth + 1


def links(node: ast.BinOp) -> list[ast.BinOp]:
    """Return the operators of the chain `a + b - c` that ends with this one, from the left."""
    chain = [node]
    while isinstance(chain[-1].left, ast.BinOp):
        chain.append(chain[-1].left)
    return chain[::-1]


def _children(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        yield from (item for item in node.elts if not isinstance(item, ast.Constant))
    elif isinstance(node, ast.Call):
        yield node.func
        yield from node.args
        yield from (argument.value for argument in node.keywords)
    else:
        yield from (child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))


_SIDE_BY_SIDE = re.compile(r"""['"]\s*[a-zA-Z]?['"]""")


def _refuse_tokens(text: str, place: Place) -> None:
    """Raise for what leaves no trace in the tree.

    A comment would swallow the lines that follow; of two strings side by side, Python makes one, which in
    a list is a forgotten comma.
    """
    if "#" not in text and not _SIDE_BY_SIDE.search(text):
        return
    before = None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            raise place.error_at(token.start[1], "a comment cannot be part of an expression")
        if token.type == before == tokenize.STRING:
            found, hint = "two strings stand side by side", "put a comma between, or write concat(a, b)"
            raise place.error_at(token.start[1], found, hint, len(token.string))
        before = token.type
