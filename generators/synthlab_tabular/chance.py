"""Streams whose words are given: a part of another stream's rows, or numbers tied to other columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synthlab.portable import normal_cdf
from synthlab.rows import Stream, thresholds

from .column import Floats

__all__ = ["Correlated", "Given", "part"]

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Given(Stream):
    """A stream of one word a row, which were drawn before."""

    given: Words = None  # type: ignore[assignment]  # a field after those that have defaults

    def words(self, draws: int = 1) -> Words:
        if draws != 1:
            raise ValueError("one word a row was given")
        return self.given


@dataclass(frozen=True, slots=True)
class Correlated(Stream):
    """A stream of standard normal numbers that are tied to those of other columns.

    What is drawn from it rises with them: a choice goes by the order of the choices.
    """

    z: Floats = None  # type: ignore[assignment]

    def words(self, draws: int = 1) -> Words:
        if draws != 1:
            raise ValueError("a correlated column has one number a row")
        scaled = np.minimum(normal_cdf(self.z) * 2.0**53, 2.0**53 - 1)
        words: Words = scaled.astype(np.uint64) << np.uint64(11)
        return words

    def probabilities(self) -> Floats:
        return np.clip(normal_cdf(self.z), 2.0**-60, 1 - 2.0**-53)

    def normal(self, mean: npt.ArrayLike = 0.0, std: npt.ArrayLike = 1.0) -> Floats:
        return np.asarray(mean, dtype=np.float64) + self.z * np.asarray(std, dtype=np.float64)

    def choice(self, weights: int | Sequence[float]) -> Ints:
        shares = (1.0,) * weights if isinstance(weights, int) else tuple(float(w) for w in weights)
        index: Ints = np.searchsorted(thresholds(shares), self.words() >> np.uint64(11), side="right")
        return index


def part(chance: Stream, index: Ints) -> Stream:
    """Return the rows of a stream at these places, with the same numbers."""
    picked = chance.numbers[index]
    if isinstance(chance, Correlated):
        return Correlated(chance.key, chance.start, chance.stop, picked, chance.z[index])
    return Given(chance.key, chance.start, chance.stop, picked, chance.words()[index])
