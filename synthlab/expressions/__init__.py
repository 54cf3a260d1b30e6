"""Python-like expressions over Arrow arrays, safe to take from a stranger.

    expression = compile("income / age > 900 and plan in ('pro', 'plus')", schema_types)
    expression.type                      # bool
    expression.evaluate(columns, length) # an Arrow array

An expression has names of columns, numbers, strings, True, False and None; `+ - * / // %`;
comparisons, also chained (`0 < a < 9`); `and`, `or`, `not`; `in` and `not in` a list of constants;
`x if c else y`; and the functions of a fixed table (`FUNCTIONS`). A column whose name is no Python
name is `column('hours-per-week')`. There are no attributes, subscripts, powers by operator, repeats
or regular expressions: an expression takes time and memory in proportion to its rows, and reaches
nothing but its columns. `docs/expressions.md` has the whole language, with an example of everything.

| what | gives |
|---|---|
| arithmetic or comparison with null | null |
| `null and False`, `null or True` | False, True; otherwise null (Kleene's logic) |
| `x if null else y` | null |
| `null in (1, 2)` | null |
| division or remainder by zero | null |
| a float that is infinite or not a number (`log(-1)`, `1e308 * 10`) | null |
| a whole number beyond 64 bits | an error |
| whole number with float | float |
| `/` | always float |
| `//` and `%` | rounded down, with the sign of the divisor, as in Python |
| a string compared with a number | an error when the expression is compiled |
"""

from __future__ import annotations

from .compiler import Expression, compile
from .errors import ExpressionError
from .functions import FUNCTIONS
from .names import names_in

__all__ = ["FUNCTIONS", "Expression", "ExpressionError", "compile", "names_in"]
