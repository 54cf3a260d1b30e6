"""Random words, and what is made of them: the arithmetic under streams.

Words are those of a Philox 4x64 counter generator (Salmon et al., "Parallel Random Numbers: As Easy as
1, 2, 3", SC 2011), which NumPy keeps the same in all versions.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "GOLDEN",
    "STREAM_VERSION",
    "high_product",
    "inside",
    "mixed",
    "permute",
    "quota_steps",
    "stream_key",
    "stride",
    "thresholds",
    "weighted",
    "words_at",
    "words_from",
]

STREAM_VERSION = 1
"""Raised when the values that a stream gives change; part of every key and of every manifest."""

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]


GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""The golden section of 2**64: how far apart the words of one row are before they are mixed."""


def permute(values: Ints, size: int, key: int) -> Ints:
    """Return where a permutation of `range(size)` takes the values: a bijection that needs no memory.

    A Feistel network over the next power of four, walked until the result is inside the range (Black and
    Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002). On average it walks less than 4 steps.
    """
    if size < 1:
        raise ValueError("a permutation needs at least one value")
    half = np.uint64(max(1, ((size - 1).bit_length() + 1) // 2))
    mask = np.uint64((1 << int(half)) - 1)
    rounds = words_from(key, 0, 16)
    result = values.astype(np.uint64)
    outside = np.arange(len(result))
    while len(outside):
        left, right = result[outside] >> half, result[outside] & mask
        for constant in rounds if size < 65_536 else rounds[:8]:
            left, right = right, left ^ (mixed(right ^ constant) >> (np.uint64(64) - half))
        result[outside] = (left << half) | right
        outside = outside[result[outside] >= size]
    return result.astype(np.int64)


def stream_key(seed: int, *names: str) -> int:
    """Return the 128-bit key of a stream.

    From text with its lengths: NumPy's own seeding takes [1, 2 + 3 * 2**32] and [1, 2, 3] for the same.
    """
    digest = blake2b(digest_size=16)
    for part in (f"synthlab stream {STREAM_VERSION}", str(int(seed)), *names):
        data = part.encode()
        digest.update(len(data).to_bytes(8, "little") + data)
    return int.from_bytes(digest.digest(), "little")


def words_from(key: int, first: int, count: int) -> Words:
    """Return words `first` to `first + count` of a stream."""
    if count == 0:
        return np.empty(0, dtype=np.uint64)
    block, skip = divmod(first, 4)
    counter = np.array([block % 2**64, block >> 64, 0, 0], dtype=np.uint64)
    words: Words = np.random.Philox(key=key, counter=counter).random_raw(skip + count)
    return words[skip:]


def words_at(key: int, rows: Ints, draws: int) -> Words:
    """Return the same words as `_words`, for rows in any order: Philox in arrays (Salmon et al., 2011)."""
    if len(rows) and int(rows.max()) >= 2**62 // max(1, draws):
        picked = [words_from(key, row * draws, draws) for row in rows.tolist()]
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
            low, high = low + GOLDEN, high + np.uint64(0xBB67AE8584CAA73B)
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


def inside(words: Words) -> Floats:
    """Return the words as floats inside (0, 1): 52 bits and a half, since 53 would round up to 1."""
    return ((words >> np.uint64(12)) + 0.5) * 2.0**-52


def mixed(words: Words) -> Words:
    """Spread every bit over all (the finaliser of SplitMix64, Steele et al., OOPSLA 2014).

    Words that are a multiple of `GOLDEN` apart become words that have nothing to do with each other.
    """
    words = words ^ (words >> np.uint64(30))
    words *= np.uint64(0xBF58476D1CE4E5B9)
    words ^= words >> np.uint64(27)
    words *= np.uint64(0x94D049BB133111EB)
    words ^= words >> np.uint64(31)
    return words


def high_product(words: Words, span: Words) -> Words:
    """Return the upper 64 bits of the 128-bit product: `words` scaled to `[0, span)`."""
    low32, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    high, low = words >> shift, words & low32
    if (span <= low32).all():
        return (high * span + ((low * span) >> shift)) >> shift
    span_high, span_low = span >> shift, span & low32
    middle = high * span_low + ((low * span_low) >> shift)
    product: Words = high * span_high + (middle >> shift) + ((low * span_high + (middle & low32)) >> shift)
    return product


def weighted(words: Words, weights: tuple[float, ...]) -> Ints:
    if len(weights) <= 16:
        return np.searchsorted(thresholds(weights), words >> np.uint64(11), side="right")
    threshold, alias = _alias_table(weights)
    shift = np.uint64(32)
    index = ((words >> shift) * np.uint64(len(weights)) >> shift).astype(np.int64)
    return np.where((words & np.uint64(0xFFFFFFFF)) < threshold[index], index, alias[index])


def shares_of(weights: tuple[float | Fraction, ...]) -> list[Fraction]:
    """Return the weights as exact fractions of one; 0.1 is read as a tenth, as a person means it."""
    exact = [w if isinstance(w, Fraction) else Fraction(repr(float(w))) for w in weights]
    total = sum(exact, Fraction(0))
    if not exact or total <= 0 or any(w < 0 for w in exact):
        raise ValueError(f"weights must be at least 0 and not all 0, not {list(map(float, weights))}")
    return [w / total for w in exact]


@lru_cache(maxsize=512)
def thresholds(weights: tuple[float, ...]) -> Words:
    """Return the inner borders of the shares on the scale of 53-bit words."""
    border, borders = Fraction(0), []
    for share in shares_of(weights)[:-1]:
        border += share
        borders.append(math.ceil(border * 2**53))
    return np.array(borders, dtype=np.uint64)


@lru_cache(maxsize=512)
def _alias_table(weights: tuple[float, ...]) -> tuple[Words, Ints]:
    """Return (threshold, alias) for one look-up a draw (Walker 1977, built by Vose's method of 1991)."""
    scaled = [share * len(weights) for share in shares_of(weights)]
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
def stride(cycle: int) -> int:
    """Return a step near the golden section of the cycle that reaches all of it."""
    return next(s for s in range(max(1, round(cycle * 0.618034)), 2 * cycle + 2) if math.gcd(s, cycle) == 1)


@lru_cache(maxsize=512)
def quota_steps(weights: tuple[float | Fraction, ...], block: int) -> tuple[Ints, int]:
    """Return the inner borders of the classes in units of `1 / cycle` places, and the cycle.

    Class j owns the places p with border[j-1] <= p + (number of the block % cycle) / cycle < border[j]:
    over a whole cycle of blocks each class gets exactly its share.
    """
    borders, border = [], Fraction(0)
    for share in shares_of(weights)[:-1]:
        border += share * block
        borders.append(border)
    cycle = math.lcm(*(b.denominator for b in borders)) if borders else 1
    if cycle > 1_000_000:  # shares such as 1/pi: a rounding that nobody can count in a dataset
        cycle = 1_000_000
    return np.array([math.ceil(b * cycle) for b in borders], dtype=np.int64), cycle
