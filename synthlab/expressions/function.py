"""What a function of the language is: its signature, the types that it takes and gives, and how it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from .kinds import BOOLEAN, NUMBER, STRING, TIME, Value, common, convert

__all__ = ["ANY", "TEXT", "Function", "Literal", "Parameter", "always", "first", "together", "whole_number"]


@dataclass(frozen=True)
class Literal:
    """A parameter that is written out in the expression, and read once when it is compiled."""

    meaning: str
    read: Callable[[object], Any]
    """Return the value, or raise ValueError."""


Parameter = tuple[pa.DataType, ...] | Literal
Result = Callable[[Sequence[pa.DataType]], pa.DataType | None]


@dataclass(frozen=True)
class Function:
    """One function: `run` gets the values of its parameters in order, literals as Python values."""

    signature: str
    summary: str
    parameters: tuple[Parameter, ...]
    result: Result
    run: Callable[..., Value]
    optional: int = 0
    """How many parameters at the end may be left out."""
    repeats: bool = False
    """Whether the last parameter may be given any number of times."""

    @property
    def name(self) -> str:
        """What it is called by."""
        return self.signature.partition("(")[0]

    def takes(self, count: int) -> bool:
        """Return whether the function can be called with that many arguments."""
        least = len(self.parameters) - self.optional
        return least <= count and (self.repeats or count <= len(self.parameters))

    def parameter(self, index: int) -> Parameter:
        """Return what the argument at that position must be."""
        return self.parameters[min(index, len(self.parameters) - 1)]


ANY = (BOOLEAN, *NUMBER, STRING, *TIME)
TEXT = (STRING,)


def always(kind: pa.DataType) -> Result:
    """Return the rule for a result of one type."""
    return lambda kinds: kind


def first(kinds: Sequence[pa.DataType]) -> pa.DataType:
    """Return the type of the first argument."""
    return kinds[0]


def together(run: Callable[..., Value]) -> Callable[..., Value]:
    """Return a function whose arguments are first made one type."""

    def converted(*values: Value) -> Value:
        kind = common(value.type for value in values)
        assert kind is not None, "the compiler has checked the types"
        return run(*(convert(value, kind) for value in values))

    return converted


def whole_number(meaning: str, low: int, high: int) -> Literal:
    """Return the parameter for a whole number within bounds; both ends belong to them."""

    def read(value: object) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError
        return value

    return Literal(f"{meaning} from {low} to {high}, written out", read)
