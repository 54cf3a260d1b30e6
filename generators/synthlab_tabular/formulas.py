"""Expressions of a schema, compiled, with their mistakes as problems of the column."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from synthlab.expressions import Expression, ExpressionError, compile
from synthlab.generator import OptionProblem

from .column import Misfit, Path

__all__ = ["compiled", "misread", "needed", "whole"]


def compiled(path: Path, source: str, types: Mapping[str, pa.DataType]) -> Expression:
    """Return the expression at that path of a column, or raise Misfit."""
    try:
        return compile(source, types)
    except ExpressionError as error:
        raise Misfit(misread(path, error)) from None


def needed(
    path: Path, source: str, types: Mapping[str, pa.DataType], kinds: tuple[pa.DataType, ...], what: str
) -> Expression:
    """Return the expression when it gives one of these types, or raise Misfit: `a score is a number`."""
    expression = compiled(path, source, types)
    if expression.type not in kinds:
        hint = "compare it with something" if kinds == (pa.bool_(),) else ""
        raise whole(path, source, f"{what}; this gives {expression.type}", hint)
    return expression


def misread(path: Path, error: ExpressionError) -> OptionProblem:
    """Return the problem that an expression at that path has."""
    return OptionProblem(path, error.message, error.hint, error.offset, error.length)


def whole(path: Path, source: str, message: str, hint: str) -> Misfit:
    """Return what is wrong with an expression as a whole."""
    return Misfit(OptionProblem(path, message, hint, 0, len(source)))
