"""Columns that name rows: constants, counters, and numbers and codes that never occur twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, field_validator, model_validator

from synthlab.errors import BuildError
from synthlab.features import Feature, Value
from synthlab.generator import OptionProblem
from synthlab.rows import GOLDEN, Stream, mixed, permute

from .column import Array, array
from .drawn import Drawn, Given

__all__ = ["Constant", "Line", "Pattern", "Permutation", "RowSequence", "digits_of"]

Integer = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Line = Annotated[StrictStr, Field(max_length=4096)]


class Constant(Drawn):
    """The same value in every row."""

    rising: ClassVar[bool] = False
    kind: Literal["constant"]
    value: StrictBool | StrictInt | Annotated[StrictFloat, Field(allow_inf_nan=False)] | Line

    @property
    def feature(self) -> Feature:
        return Value(str(pa.scalar(self.value).type).replace("double", "float64"))

    def draw(self, chance: Stream, given: Given) -> Array:
        return array([self.value]).take(array(np.zeros(len(chance), dtype=np.int64)))

    @field_validator("value")
    @classmethod
    def _fits(cls, value: bool | float | str) -> bool | float | str:
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise ValueError("whole numbers must fit in 64 bits")
        return value


class RowSequence(Drawn):
    """Numbers that count the rows: `start`, `start + step`, ...; with `prefix` or `digits`, as text."""

    rising: ClassVar[bool] = False
    kind: Literal["sequence"]
    start: Integer = 1
    step: Integer = Field(default=1, description="The difference between two rows.")
    prefix: Line | None = Field(default=None, description="What stands before the number: ORD-")
    digits: int | None = Field(default=None, ge=1, le=18, description="Digits, with zeros in front.")

    @property
    def is_key(self) -> bool:
        return True

    @property
    def feature(self) -> Feature:
        return Value("int64" if self._plain_number else "string")

    @property
    def _plain_number(self) -> bool:
        return self.prefix is None and self.digits is None

    def draw(self, chance: Stream, given: Given) -> Array:
        ends = (self.start + self.step * row for row in (chance.start, max(chance.stop - 1, 0)))
        if not all(-(2**63) <= end < 2**63 for end in ends):
            raise BuildError(f"column {self.name!r}: row {chance.stop} is beyond 64-bit numbers")
        numbers = self.start + self.step * chance.numbers
        if self._plain_number:
            return array(numbers)
        text = digits_of(numbers, self.digits) if self.digits else array(numbers).cast(pa.string())
        return pc.binary_join_element_wise(self.prefix or "", text, "")

    def row_problems(self, rows: int) -> Iterator[OptionProblem]:
        last = self.start + self.step * (rows - 1)
        if self.digits is not None and rows and max(self.start, last) >= 10**self.digits:
            message = f"row {rows:,} would be number {last:,}, which has more than {self.digits} digits"
            yield OptionProblem(("digits",), message, f"use digits: {len(str(max(self.start, last)))}")
        elif not -(2**63) <= last < 2**63:
            yield OptionProblem(("step",), f"row {rows:,} would be beyond 64-bit numbers")

    @model_validator(mode="after")
    def _moves(self) -> Self:
        if self.step == 0:
            raise ValueError("a step of 0 never moves; use `kind: constant`")
        if self.digits is not None and (self.start < 0 or self.step < 0):
            raise ValueError("numbers of fixed digits count up from 0 or more")
        return self


class Permutation(Drawn):
    """Each whole number from `low` to `high` once, in random order."""

    rising: ClassVar[bool] = False
    kind: Literal["permutation"]
    low: Annotated[int, Field(ge=-(2**62), le=2**62)] = 1
    high: Annotated[int, Field(ge=-(2**62), le=2**62)]
    prefix: Line | None = Field(default=None, description="What stands before the number, as text.")

    @property
    def is_key(self) -> bool:
        return True

    @property
    def feature(self) -> Feature:
        return Value("int64" if self.prefix is None else "string")

    def draw(self, chance: Stream, given: Given) -> Array:
        # Rows beyond the last are made where a block is not full; nobody sees them.
        size = self.high - self.low + 1
        numbers = array(self.low + permute(chance.numbers % size, size, chance.key))
        if self.prefix is None:
            return numbers
        return pc.binary_join_element_wise(self.prefix, numbers.cast(pa.string()), "")

    def row_problems(self, rows: int) -> Iterator[OptionProblem]:
        size = self.high - self.low + 1
        if rows > size:
            message = f"from {self.low:,} to {self.high:,} are {size:,} numbers, fewer than {rows:,} rows"
            yield OptionProblem(("high",), message, f"use high: {self.low + rows - 1} or more")

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low ({self.low}) must not be above high ({self.high})")
        return self


_CLASSES = {
    "#": "0123456789",
    "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "a": "abcdefghijklmnopqrstuvwxyz",
    "?": "ABCDEFGHJKLMNPQRSTUVWXYZ23456789",
}


class Pattern(Drawn):
    """Codes such as `AB-4711`: `#` a digit, `A` or `a` a letter, `?` a letter or digit that is hard to
    mistake; a backslash before one of them means the character itself."""

    rising: ClassVar[bool] = False
    kind: Literal["pattern"]
    pattern: StrictStr = Field(min_length=1, max_length=64, examples=["AA-####"])
    unique: bool = Field(default=False, description="Whether no code occurs twice.")

    @property
    def is_key(self) -> bool:
        return self.unique

    @property
    def feature(self) -> Feature:
        return Value("string")

    def _parts(self) -> list[str]:
        """The characters that each place chooses from; of one, it is fixed."""
        parts, characters = [], iter(self.pattern)
        for character in characters:
            parts.append(next(characters) if character == "\\" else _CLASSES.get(character, character))
        return parts

    @property
    def codes(self) -> int:
        """How many codes there are."""
        size = 1
        for part in self._parts():
            size *= len(part)
        return size

    def draw(self, chance: Stream, given: Given) -> Array:
        if self.unique:
            left = permute(chance.numbers % self.codes, self.codes, chance.key).astype(np.uint64)
            words = None
        else:
            words = chance.words()
            left = words
        pieces: list[Array | str] = []
        drawn = 1
        for part in self._parts():
            if len(part) == 1:
                pieces.append(part)
                continue
            if words is not None and drawn * len(part) > 2**40:
                # The word is used up; its own mixing gives the next one.
                words = mixed(words + GOLDEN)
                left, drawn = words, 1
            pieces.append(_letters(part).take(array((left % np.uint64(len(part))).astype(np.int32))))
            left, drawn = left // np.uint64(len(part)), drawn * len(part)
        if all(isinstance(piece, str) for piece in pieces):
            pieces.append(pa.repeat("", len(chance)))
        return pc.binary_join_element_wise(*pieces, "")

    def row_problems(self, rows: int) -> Iterator[OptionProblem]:
        if self.unique and rows > self.codes:
            message = f"this pattern has {self.codes:,} codes, fewer than {rows:,} rows"
            yield OptionProblem(("pattern",), message, "add a # or two")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        bare = self.pattern.replace("\\\\", "")
        if bare.endswith("\\"):
            raise ValueError("a backslash at the end stands before nothing")
        if self.unique and self.codes > 2**62:
            raise ValueError("a unique pattern has at most 2**62 codes; without `unique` any number will do")
        return self


@lru_cache(maxsize=64)
def _letters(characters: str) -> Array:
    return array(list(characters))


@lru_cache(maxsize=8)
def _numerals(digits: int) -> Array:
    """All numbers of so many digits, with zeros in front."""
    return array([f"{number:0{digits}d}" for number in range(10**digits)])


def digits_of(numbers: np.ndarray[tuple[int], np.dtype[np.int64]], digits: int) -> Array:
    """Return whole numbers as text of so many digits, with zeros in front; four digits at a time."""
    pieces, left = [], numbers
    while digits > 0:
        few = min(4, digits)
        pieces.append(_numerals(few).take(array(left % 10**few)))
        left, digits = left // 10**few, digits - few
    return pieces[0] if len(pieces) == 1 else pc.binary_join_element_wise(*reversed(pieces), "")
