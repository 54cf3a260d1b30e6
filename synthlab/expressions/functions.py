"""The fixed table of functions that expressions may call."""

from __future__ import annotations

from synthlab.errors import nearest

from .function import ANY, Function, always, together
from .functions_of_numbers import NUMBER_FUNCTIONS
from .functions_of_text import TEXT_FUNCTIONS
from .functions_of_time import TIME_FUNCTIONS
from .kinds import BOOLEAN, common, kernels

__all__ = ["FUNCTIONS", "meant_function"]

_ANY_FUNCTIONS = (
    Function("is_null(x)", "whether x is missing; never null", (ANY,), always(BOOLEAN), kernels.is_null),
    Function(
        "coalesce(a, b, ...)",
        "the first that is not null",
        (ANY,) * 2,
        common,
        together(kernels.coalesce),
        repeats=True,
    ),
)

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for functions in (NUMBER_FUNCTIONS, _ANY_FUNCTIONS, TEXT_FUNCTIONS, TIME_FUNCTIONS)
    for function in functions
}
"""The functions by name."""

_ELSEWHERE = {
    "ln": "log",
    "pow": "power",
    "len": "length",
    "ceiling": "ceil",
    "trunc": "integer",
    "int": "integer",
    "float": "number",
    "str": "string",
    **dict.fromkeys(("isnull", "isna"), "is_null"),
    **dict.fromkeys(("ifnull", "nvl", "fillna"), "coalesce"),
    **dict.fromkeys(("strip", "btrim"), "trim"),
    **dict.fromkeys(("left", "substring", "substr"), "first"),
    "right": "last",
    **dict.fromkeys(("lcase", "lowercase"), "lower"),
    **dict.fromkeys(("ucase", "uppercase"), "upper"),
    **dict.fromkeys(("least", "minimum"), "min"),
    **dict.fromkeys(("greatest", "maximum"), "max"),
    **dict.fromkeys(("datediff", "date_diff"), "days_between"),
    **dict.fromkeys(("dayofweek", "day_of_week"), "weekday"),
    **dict.fromkeys(("dayofyear", "yearday"), "day_of_year"),
    **dict.fromkeys(("logistic", "expit"), "sigmoid"),
    **dict.fromkeys(("startswith", "begins_with"), "starts_with"),
}
"""What functions are called in other languages."""


def meant_function(name: str) -> str | None:
    """Return the function that was probably meant by an unknown name."""
    return _ELSEWHERE.get(name.lower()) or nearest(name, [*FUNCTIONS, "column"])
