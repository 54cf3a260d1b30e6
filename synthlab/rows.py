"""Which rows to make, and their random streams: the only source of chance.

Every value is a function of (seed, name of the stream, row number). The rows of a slice are therefore the
same whoever makes them, in any order, alone or with others.

A stream is a Philox 4x64 counter generator (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3",
SC 2011) with a key of its own. Only its raw 64-bit words are used, which NumPy keeps the same in all
versions; everything above them is computed here, with operations that give the same bits on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from . import portable
from .words import (
    GOLDEN,
    STREAM_VERSION,
    high_product,
    inside,
    mixed,
    permute,
    quota_steps,
    stream_key,
    stride,
    thresholds,
    weighted,
    words_at,
    words_from,
)

__all__ = [
    "GOLDEN",
    "STREAM_VERSION",
    "Rows",
    "Stream",
    "Draws",
    "mixed",
    "permute",
    "quota_steps",
    "stride",
    "thresholds",
]

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]
T = TypeVar("T")

_INT64 = 2**63
_UNIT = 2.0**-53
_NO_WORDS = np.empty(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows `start` to `stop` (exclusive) of a dataset, and the chance that belongs to them.

    `scope` keeps the streams of different parts apart: a stage, a table of several.
    """

    seed: int
    start: int
    stop: int
    scope: tuple[str, ...] = ()
    picked: Ints | None = field(default=None, compare=False)
    """Row numbers in any order, repeats among them, in place of the whole range; see `at`."""

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.stop < _INT64:
            raise ValueError(f"rows {self.start} to {self.stop} are not a range of row numbers")

    def __len__(self) -> int:
        return self.stop - self.start if self.picked is None else len(self.picked)

    @property
    def numbers(self) -> Ints:
        """The row numbers, shape `(len(rows),)`."""
        return np.arange(self.start, self.stop, dtype=np.int64) if self.picked is None else self.picked

    def at(self, numbers: npt.ArrayLike) -> Rows:
        """Return the rows with these numbers, of the same chance: those that other rows refer to, say.

        Slower than a range, some 200 ns a word: a counter is set for each.
        """
        picked = np.asarray(numbers, dtype=np.int64)
        start, stop = (int(picked.min()), int(picked.max()) + 1) if len(picked) else (0, 0)
        return replace(self, start=start, stop=stop, picked=picked)

    def stream(self, *name: str) -> Stream:
        """Return the random stream of that name: one for each purpose, or a column would shadow another.

        A stream is a function, not a queue: asking it twice gives the same values twice.
        """
        return Stream(stream_key(self.seed, *self.scope, *name), self.start, self.stop, self.picked)

    def within(self, *scope: str) -> Rows:
        """Return the same rows with streams of their own, apart from all others."""
        return replace(self, scope=(*self.scope, *scope))

    def slice(self, start: int, stop: int) -> Rows:
        """Return the rows with the numbers `start` to `stop`, of the same chance."""
        return replace(self, start=start, stop=stop, picked=None)


@dataclass(frozen=True, slots=True)
class Stream:
    """One draw for each of the rows, as arrays of shape `(rows,)` in the order of the rows."""

    key: int
    start: int
    stop: int
    picked: Ints | None = field(default=None, compare=False)

    def __len__(self) -> int:
        return self.stop - self.start if self.picked is None else len(self.picked)

    @property
    def numbers(self) -> Ints:
        """The row numbers, shape `(len(stream),)`."""
        return np.arange(self.start, self.stop, dtype=np.int64) if self.picked is None else self.picked

    def words(self, draws: int = 1) -> Words:
        """Return raw 64-bit words, shape `(rows,)`, or `(rows, draws)` when `draws` is not 1."""
        if self.picked is None:
            words = words_from(self.key, self.start * draws, len(self) * draws)
        else:
            words = words_at(self.key, self.picked, draws)
        return words if draws == 1 else words.reshape(len(self), draws)

    def uniform(self, low: npt.ArrayLike = 0.0, high: npt.ArrayLike = 1.0) -> Floats:
        """Return floats from `low` to below `high` (but for rounding), in steps of 2**-53 of the range."""
        least = np.asarray(low, dtype=np.float64)
        return least + (self.words() >> np.uint64(11)) * _UNIT * (np.asarray(high, dtype=np.float64) - least)

    def probabilities(self) -> Floats:
        """Return floats inside `(0, 1)`, never 0 or 1: what an inverse distribution function takes."""
        return inside(self.words())

    def integers(self, low: npt.ArrayLike, high: npt.ArrayLike) -> Ints:
        """Return integers in `[low, high)`; the bounds are numbers or one for each row."""
        least, most = np.asarray(low, dtype=np.int64), np.asarray(high, dtype=np.int64)
        if (least >= most).any():
            raise ValueError("integers needs low < high")
        # Modulo 2**64, since the span of two signed numbers may not fit in one.
        span = most.astype(np.uint64) - least.astype(np.uint64)
        return (least.astype(np.uint64) + high_product(self.words(), span)).astype(np.int64)

    def choice(self, weights: int | Sequence[float]) -> Ints:
        """Return indices in proportion to the weights, or evenly below `weights` when it is a number."""
        if isinstance(weights, int):
            return self.integers(0, weights)
        return weighted(self.words(), tuple(float(w) for w in weights))

    def normal(self, mean: npt.ArrayLike = 0.0, std: npt.ArrayLike = 1.0) -> Floats:
        """Return normally distributed floats, by the inverse distribution function: one word a row."""
        standard = portable.normal_ppf(self.probabilities())
        return np.asarray(mean, dtype=np.float64) + standard * np.asarray(std, dtype=np.float64)

    def bernoulli(self, probability: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return True with that probability, a number or one for each row."""
        return self.uniform() < np.asarray(probability, dtype=np.float64)

    def permutation(self, size: int) -> Ints:
        """Return where a fixed permutation of `range(size)` takes each row number, in constant memory.

        So the values of different rows differ. Row numbers must be below `size`.
        """
        if self.stop > size:
            raise ValueError(f"row {self.stop - 1} is outside a permutation of {size} values")
        return permute(self.numbers, size, self.key)

    def distinct(self, digits: int = 4) -> Ints:
        """Return a number for each row, all different: of at most `digits` digits for the first
        `10**digits` rows, of one more for those up to ten times as many, and so on."""
        numbers, result = self.numbers, np.empty(len(self), dtype=np.int64)
        low, high = 0, 10**digits
        while True:
            tier = (numbers >= low) & (numbers < high)
            if tier.any():
                result[tier] = low + permute(numbers[tier] - low, high - low, self.key)
            if high >= self.stop or high > 10**17:
                break
            low, high = high, high * 10
        if self.stop > high:
            raise ValueError(f"row {self.stop - 1} is beyond the numbers of 18 digits")
        return result

    def quotas(self, weights: Sequence[float | Fraction], block: int = 1000) -> Ints:
        """Return indices whose counts are exact in every aligned block of `block` rows.

        Inside a block the order is random. Where `block * weight` is no whole number, the remainder moves
        from block to block, so that long stretches are exact too.
        """
        if self.picked is None:
            blocks = np.arange(self.start // block, -(-self.stop // block), dtype=np.int64)
            words = words_from(self.key, int(blocks[0]) * block if len(blocks) else 0, len(blocks) * block)
            place_of_row = np.arange(self.start, self.stop) - (int(blocks[0]) * block if len(blocks) else 0)
        else:
            blocks, which = np.unique(self.picked // block, return_inverse=True)
            words = np.concatenate(
                [words_from(self.key, int(b) * block, block) for b in blocks] or [_NO_WORDS]
            )
            place_of_row = which * block + self.picked % block
        words = words.reshape(-1, block)
        # The order of random words is a uniformly random permutation of the block. Their last bits give way
        # to their places, so that no two are alike and sorting them sorts the places: five times as fast.
        last = np.uint64((1 << (block - 1).bit_length()) - 1)
        order = np.sort((words & ~last) | np.arange(block, dtype=np.uint64), axis=1) & last
        steps, cycle = quota_steps(tuple(weights), block)
        # In strides, so that a part of the cycle is spread over all of it.
        shift = (blocks % cycle * stride(cycle) % cycle)[:, None]
        bounds = -((shift - steps[None, :]) // cycle)  # ceil((steps - shift) / cycle)
        # What each place of a block holds: one more from every bound on. The rows take places in `order`.
        first = np.arange(len(blocks), dtype=np.int64)[:, None]
        held = np.zeros((len(blocks), block + 1), dtype=np.int64)
        np.add.at(held, (first, bounds), 1)
        index = np.empty(words.shape, dtype=np.int64).ravel()
        index[(order.astype(np.int64) + first * block).ravel()] = held.cumsum(axis=1)[:, :block].ravel()
        return index[place_of_row]

    def each(self) -> Iterator[Draws]:
        """Yield a small generator for each row, for records that need a varying number of draws."""
        source = _Source(self.key)
        for row in range(self.start, self.stop) if self.picked is None else self.picked.tolist():
            yield Draws(source, row)


class Draws:
    """Chance for one row, drawn one value after another; the rows do not affect each other."""

    __slots__ = ("_block", "_next", "_source", "_words", "row")

    def __init__(self, source: _Source, row: int) -> None:
        self.row = row
        self._source = source
        self._block = 0
        self._words: list[int] = []
        self._next = 0

    def word(self) -> int:
        """Return 64 random bits."""
        if self._next == len(self._words):
            self._words = self.words(32).tolist()
            self._next = 0
        word = self._words[self._next]
        self._next += 1
        return word

    def words(self, count: int) -> Words:
        """Return `count` raw words."""
        words = self._source.words(self.row, self._block, count)
        self._block += -(-count // 4)
        return words

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a float in `[low, high)`."""
        return low + (self.word() >> 11) * _UNIT * (high - low)

    def integer(self, low: int, high: int) -> int:
        """Return an integer in `[low, high)`."""
        if low >= high:
            raise ValueError("integer needs low < high")
        return low + (self.word() * (high - low) >> 64)

    def chance(self, probability: float) -> bool:
        """Return True with that probability."""
        return (self.word() >> 11) * _UNIT < probability

    def normal(self, mean: float = 0.0, std: float = 1.0) -> float:
        """Return a normally distributed float."""
        return mean + std * float(self.normals(1)[0])

    def choice(self, options: Sequence[T]) -> T:
        """Return one of the options, each as likely."""
        return options[self.word() * len(options) >> 64]

    def weighted(self, weights: Sequence[float]) -> int:
        """Return an index in proportion to the weights."""
        point = self.uniform() * math.fsum(weights)
        for index, weight in enumerate(weights):
            point -= weight
            if point < 0:
                return index
        return max(i for i, weight in enumerate(weights) if weight > 0)

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """Return the options in random order."""
        result = list(options)
        for i in range(len(result) - 1, 0, -1):
            j = self.word() * (i + 1) >> 64
            result[i], result[j] = result[j], result[i]
        return result

    def uniforms(self, *shape: int) -> Floats:
        """Return an array of floats in `[0, 1)`."""
        return ((self.words(math.prod(shape)) >> np.uint64(11)) * _UNIT).reshape(shape)

    def normals(self, *shape: int) -> Floats:
        """Return an array of standard normal floats."""
        return portable.normal_ppf(inside(self.words(math.prod(shape)))).reshape(shape)

    def numpy(self) -> np.random.Generator:
        """Return a NumPy generator of this row's own, for libraries that ask for one.

        Its distributions may change between NumPy versions, so what they make is the same only in the
        same environment.
        """
        state = np.array([0, 0, self.row, 2], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=self._source.key, counter=state))


class _Source:
    """One Philox generator whose counter is set again for each row: ten times cheaper than a new one."""

    def __init__(self, key: int) -> None:
        self.key = key
        self._philox = np.random.Philox(key=key, counter=np.zeros(4, dtype=np.uint64))
        # Typed as a plain dictionary by NumPy; the counter inside it is the array that changes.
        self._state: Any = self._philox.state
        self._state["buffer_pos"] = 4
        self._counter = self._state["state"]["counter"]
        self._counter[3] = 1  # apart from the words of whole columns, which have 0 here

    def words(self, row: int, block: int, count: int) -> Words:
        self._counter[0] = block
        self._counter[2] = row
        self._philox.state = self._state
        words: Words = self._philox.random_raw(count)
        return words
