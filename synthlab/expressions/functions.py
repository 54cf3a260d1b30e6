"""The fixed table of functions that expressions may call."""

from __future__ import annotations

from .function import ANY, Function, always, together
from .functions_of_numbers import NUMBER_FUNCTIONS
from .functions_of_text import TEXT_FUNCTIONS
from .functions_of_time import TIME_FUNCTIONS
from .kinds import BOOLEAN, common, kernels

__all__ = ["FUNCTIONS"]

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
