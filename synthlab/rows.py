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
    STREAM_VERSION,
    high_product,
    inside,
    permute,
    quota_steps,
    stream_key,
    stride,
    thresholds,
    weighted,
    words_at,
    words_from,
)

__all__ = ["STREAM_VERSION", "Rows", "Stream", "Draws", "permute", "thresholds"]

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
        # The order of random words is a uniformly random permutation of the block.
        place = np.argsort(np.argsort(words, axis=1, kind="stable"), axis=1, kind="stable")
        steps, cycle = quota_steps(tuple(weights), block)
        # In strides, so that a part of the cycle is spread over all of it.
        shift = (blocks % cycle * stride(cycle) % cycle)[:, None]
        bounds = -((shift - steps[None, :]) // cycle)  # ceil((steps - shift) / cycle)
        index = np.zeros(place.shape, dtype=np.int64)
        for column in range(bounds.shape[1]):
            index += place >= bounds[:, column : column + 1]
        return index.ravel()[place_of_row]

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


def permute(values: Ints, size: int, key: int) -> Ints:
    """Return where a permutation of `range(size)` takes the values: a bijection that needs no memory.

    A Feistel network over the next power of four, walked until the result is inside the range (Black and
    Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002). On average it walks less than 4 steps.
    """
    if size < 1:
        raise ValueError("a permutation needs at least one value")
    half = np.uint64(max(1, ((size - 1).bit_length() + 1) // 2))
    mask = np.uint64((1 << int(half)) - 1)
    rounds = _words(key, 0, 16)
    result = values.astype(np.uint64)
    outside = np.arange(len(result))
    while len(outside):
        left, right = result[outside] >> half, result[outside] & mask
        for constant in rounds if size < 65_536 else rounds[:8]:
            left, right = right, left ^ (_mix(right ^ constant) >> (np.uint64(64) - half))
        result[outside] = (left << half) | right
        outside = outside[result[outside] >= size]
    return result.astype(np.int64)


def _key(seed: int, *names: str) -> int:
    """Return the 128-bit key of a stream.

    From text with its lengths: NumPy's own seeding takes [1, 2 + 3 * 2**32] and [1, 2, 3] for the same.
    """
    digest = blake2b(digest_size=16)
    for part in (f"synthlab stream {STREAM_VERSION}", str(int(seed)), *names):
        data = part.encode()
        digest.update(len(data).to_bytes(8, "little") + data)
    return int.from_bytes(digest.digest(), "little")


def _words(key: int, first: int, count: int) -> Words:
    """Return words `first` to `first + count` of a stream."""
    if count == 0:
        return np.empty(0, dtype=np.uint64)
    block, skip = divmod(first, 4)
    counter = np.array([block % 2**64, block >> 64, 0, 0], dtype=np.uint64)
    words: Words = np.random.Philox(key=key, counter=counter).random_raw(skip + count)
    return words[skip:]


def _words_at(key: int, rows: Ints, draws: int) -> Words:
    """Return the same words as `_words`, for rows in any order: Philox in arrays (Salmon et al., 2011)."""
    if len(rows) and int(rows.max()) >= 2**62 // max(1, draws):
        picked = [_words(key, row * draws, draws) for row in rows.tolist()]
        return np.concatenate(picked)
    firsts = (rows.astype(np.uint64) * np.uint64(draws))[:, None]
    index: Words = (firsts + np.arange(draws, dtype=np.uint64)).astype(np.uint64).ravel()
    # NumPy counts up before it makes the first four words.
    first: Words = (index // np.uint64(4) + np.uint64(1)).astype(np.uint64)
    second: Words = np.zeros(index.shape, dtype=np.uint64)
    third, fourth = second, second
    low, high = np.uint64(key % 2**64), np.uint64(key >> 64)
    for _ in range(10):
        upper, lower = _product(np.uint64(0xD2E7470EE14C6C93), first)
        upper_2, lower_2 = _product(np.uint64(0xCA5A826395121157), third)
        first, second, third, fourth = upper_2 ^ second ^ low, lower_2, upper ^ fourth ^ high, lower
        with np.errstate(over="ignore"):
            low, high = low + np.uint64(0x9E3779B97F4A7C15), high + np.uint64(0xBB67AE8584CAA73B)
    words: Words = np.choose((index % np.uint64(4)).astype(np.int64), [first, second, third, fourth])
    return words


def _product(constant: np.uint64, values: Words) -> tuple[Words, Words]:
    """Return the upper and the lower 64 bits of the 128-bit products."""
    half, low32 = np.uint64(32), np.uint64(0xFFFFFFFF)
    high, low = constant >> half, constant & low32
    values_high, values_low = values >> half, values & low32
    cross = high * values_low + ((low * values_low) >> half)
    middle = low * values_high + (cross & low32)
    return high * values_high + (cross >> half) + (middle >> half), constant * values


def _inside(words: Words) -> Floats:
    """Return the words as floats inside (0, 1): 52 bits and a half, since 53 would round up to 1."""
    return ((words >> np.uint64(12)) + 0.5) * 2.0**-52


def _mix(x: Words) -> Words:
    """Spread every bit over all (the finaliser of SplitMix64, Steele et al., OOPSLA 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _high_product(words: Words, span: Words) -> Words:
    """Return the upper 64 bits of the 128-bit product: `words` scaled to `[0, span)`."""
    low32, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    high, low = words >> shift, words & low32
    if (span <= low32).all():
        return (high * span + ((low * span) >> shift)) >> shift
    span_high, span_low = span >> shift, span & low32
    middle = high * span_low + ((low * span_low) >> shift)
    product: Words = high * span_high + (middle >> shift) + ((low * span_high + (middle & low32)) >> shift)
    return product


def _weighted(words: Words, weights: tuple[float, ...]) -> Ints:
    if len(weights) <= 16:
        return np.searchsorted(_thresholds(weights), words >> np.uint64(11), side="right")
    threshold, alias = _alias_table(weights)
    shift = np.uint64(32)
    index = ((words >> shift) * np.uint64(len(weights)) >> shift).astype(np.int64)
    return np.where((words & np.uint64(0xFFFFFFFF)) < threshold[index], index, alias[index])


def _shares(weights: tuple[float | Fraction, ...]) -> list[Fraction]:
    """Return the weights as exact fractions of one; 0.1 is read as a tenth, as a person means it."""
    exact = [w if isinstance(w, Fraction) else Fraction(repr(float(w))) for w in weights]
    total = sum(exact, Fraction(0))
    if not exact or total <= 0 or any(w < 0 for w in exact):
        raise ValueError(f"weights must be at least 0 and not all 0, not {list(map(float, weights))}")
    return [w / total for w in exact]


@lru_cache(maxsize=512)
def _thresholds(weights: tuple[float, ...]) -> Words:
    """Return the inner borders of the shares on the scale of 53-bit words."""
    border, borders = Fraction(0), []
    for share in _shares(weights)[:-1]:
        border += share
        borders.append(math.ceil(border * 2**53))
    return np.array(borders, dtype=np.uint64)


@lru_cache(maxsize=512)
def _alias_table(weights: tuple[float, ...]) -> tuple[Words, Ints]:
    """Return (threshold, alias) for one look-up a draw (Walker 1977, built by Vose's method of 1991)."""
    scaled = [share * len(weights) for share in _shares(weights)]
    alias = list(range(len(weights)))
    threshold = [2**32] * len(weights)
    small = [i for i, s in enumerate(scaled) if s < 1]
    large = [i for i, s in enumerate(scaled) if s >= 1]
    while small and large:
        i, j = small.pop(), large[-1]
        threshold[i], alias[i] = round(scaled[i] * 2**32), j
        scaled[j] -= 1 - scaled[i]
        if scaled[j] < 1:
            small.append(large.pop())
    return np.array(threshold, dtype=np.uint64), np.array(alias, dtype=np.int64)


@lru_cache(maxsize=512)
def _stride(cycle: int) -> int:
    """Return a step near the golden section of the cycle that reaches all of it."""
    return next(s for s in range(max(1, round(cycle * 0.618034)), 2 * cycle + 2) if math.gcd(s, cycle) == 1)


@lru_cache(maxsize=512)
def _quota_steps(weights: tuple[float | Fraction, ...], block: int) -> tuple[Ints, int]:
    """Return the inner borders of the classes in units of `1 / cycle` places, and the cycle.

    Class j owns the places p with border[j-1] <= p + (number of the block % cycle) / cycle < border[j]:
    over a whole cycle of blocks each class gets exactly its share.
    """
    borders, border = [], Fraction(0)
    for share in _shares(weights)[:-1]:
        border += share * block
        borders.append(border)
    cycle = math.lcm(*(b.denominator for b in borders)) if borders else 1
    if cycle > 1_000_000:  # shares such as 1/pi: a rounding that nobody can count in a dataset
        cycle = 1_000_000
    return np.array([math.ceil(b * cycle) for b in borders], dtype=np.int64), cycle
