"""Functions of numbers.

Those of floats are made of `synthlab.portable`, so that their bits are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from synthlab import portable

from .function import Function, always, first, together, whole_number
from .kinds import BOOLEAN, FLOAT, INTEGER, NUMBER, TIME, Value, common, convert, finite, kernels
from .operators import by_numpy

__all__ = ["NUMBER_FUNCTIONS"]

Floats = npt.NDArray[np.floating[Any]]


def _of_floats(name: str, summary: str, run: Callable[[Floats], Floats]) -> Function:
    """Return a function from a number to a float."""

    def converted(value: Value) -> Value:
        with np.errstate(all="ignore"):
            return by_numpy(run, FLOAT, convert(value, FLOAT))

    return Function(f"{name}(x)", summary, (NUMBER,), always(FLOAT), converted)


def _to_integer(rounded: Callable[[Floats], Floats]) -> Callable[[Value], Value]:
    def converted(value: Value) -> Value:
        if value.type in (BOOLEAN, INTEGER):
            return convert(value, INTEGER)
        # Beyond 2**63 the cast raises; the result is whole, so nothing is cut off.
        return by_numpy(rounded, FLOAT, value).cast(INTEGER)

    return converted


def _round(value: Value, decimals: int | None = None) -> Value:
    if decimals is None:
        return _to_integer(np.rint)(value)
    return by_numpy(lambda x: portable.power_of_ten_round(x, decimals), FLOAT, convert(value, FLOAT))


def _sigmoid(x: Floats) -> Floats:
    # Of the magnitude, so that nothing overflows; both halves are exact mirror images.
    small = portable.exp(-np.abs(x))
    halves: Floats = np.where(x < 0, small, 1.0) / (1.0 + small)
    return halves


def _power(value: Value, exponent: int) -> Value:
    result = value
    for _ in range(exponent - 1):
        result = finite(kernels.multiply_checked(result, value))
    return result


def _clip(value: Value, low: Value, high: Value) -> Value:
    least = kernels.max_element_wise(value, low, skip_nulls=False)
    return kernels.min_element_wise(least, high, skip_nulls=False)


NUMBER_FUNCTIONS = (
    Function("abs(x)", "x without its sign", (NUMBER,), first, kernels.abs_checked),
    Function(
        "sign(x)",
        "1 above 0, -1 below, 0 for 0",
        (NUMBER,),
        always(INTEGER),
        lambda value: convert(kernels.sign(value), INTEGER),
    ),
    Function(
        "min(a, b, ...)",
        "the least; null if one is null",
        (NUMBER + TIME,) * 2,
        common,
        together(lambda *values: kernels.min_element_wise(*values, skip_nulls=False)),
        repeats=True,
    ),
    Function(
        "max(a, b, ...)",
        "the greatest; null if one is null",
        (NUMBER + TIME,) * 2,
        common,
        together(lambda *values: kernels.max_element_wise(*values, skip_nulls=False)),
        repeats=True,
    ),
    Function("clip(x, low, high)", "x, kept within bounds", (NUMBER,) * 3, common, together(_clip)),
    Function(
        "round(x, decimals)",
        "x to so many decimals, half to even; a whole number without `decimals`",
        (NUMBER, whole_number("a whole number of decimals", -9, 9)),
        lambda kinds: INTEGER if len(kinds) == 1 else FLOAT,
        _round,
        optional=1,
    ),
    Function("floor(x)", "the whole number below", (NUMBER,), always(INTEGER), _to_integer(np.floor)),
    Function("ceil(x)", "the whole number above", (NUMBER,), always(INTEGER), _to_integer(np.ceil)),
    Function(
        "integer(x)",
        "x without its decimals; 1 and 0 for true and false",
        ((BOOLEAN, *NUMBER),),
        always(INTEGER),
        _to_integer(np.trunc),
    ),
    Function(
        "number(x)",
        "x as a float; 1 and 0 for true and false",
        ((BOOLEAN, *NUMBER),),
        always(FLOAT),
        lambda value: convert(value, FLOAT),
    ),
    _of_floats("sqrt", "the square root; null below 0", np.sqrt),
    _of_floats("exp", "e to the power of x", portable.exp),
    _of_floats("log", "the natural logarithm; null for 0 and below", portable.log),
    _of_floats("log10", "the logarithm to base 10; null for 0 and below", portable.log10),
    _of_floats("sigmoid", "1 / (1 + exp(-x))", _sigmoid),
    _of_floats("tanh", "the hyperbolic tangent, from -1 to 1", portable.tanh),
    _of_floats("sin", "the sine of x radians; null beyond 2e8", portable.sin),
    _of_floats("cos", "the cosine of x radians; null beyond 2e8", portable.cos),
    Function(
        "power(x, n)",
        "x multiplied n times, n from 1 to 8",
        (NUMBER, whole_number("a whole number", 1, 8)),
        first,
        _power,
    ),
)
