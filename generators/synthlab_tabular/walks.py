"""Random walks, arrivals and autoregression over a whole table, of which any row can be reached at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synthlab.errors import BuildError
from synthlab.rows import Rows

from .column import Floats

__all__ = ["arrivals", "autoregression", "walk"]

Ints = npt.NDArray[np.int64]
BLOCK = 256
LEVELS = 32
"""Halvings between the whole walk and one block: 2**40 rows."""


def walk(rows: Rows, name: tuple[str, ...]) -> Floats:
    """Return a walk of standard normal steps, the sum up to and with each row.

    Its values at the ends of blocks are found by halving the whole again and again (Levy's construction
    of Brownian motion), those inside by the block's own steps, bent to meet the ends.
    """

    def middle(at_low: Floats, at_high: Floats, steps: float, chance: Floats) -> Floats:
        return (at_low + at_high) / 2 + math.sqrt(steps) / 2 * chance

    blocks, which = _blocks(rows, "a random walk")
    top = math.sqrt(BLOCK) * 2.0 ** (LEVELS / 2) * _top(rows, name)
    ends = _Ends(rows, name, middle, top)
    begun, ended = ends.at(blocks), ends.at(blocks + 1)
    steps = _whole(rows, blocks).stream(*name).normal().reshape(-1, BLOCK)
    sums = np.add.accumulate(steps, axis=1)
    share = np.arange(1, BLOCK + 1) / BLOCK
    bent = begun[:, None] + sums + share * (ended - begun - sums[:, -1])[:, None]
    inside: Floats = bent[which, rows.numbers % BLOCK]
    return inside


def arrivals(rows: Rows, name: tuple[str, ...]) -> Floats:
    """Return the times of the events of a Poisson process of rate 1, one a row.

    The times of events at the ends of blocks are found by halving: of the time of 2n events, the first n
    take a share of distribution Beta(n, n), which for n >= 256 is normal to within what can be seen. The
    others of a block are even in between, and sorted.
    """

    def middle(at_low: Floats, at_high: Floats, steps: float, chance: Floats) -> Floats:
        return at_low + (at_high - at_low) * (0.5 + 0.5 / math.sqrt(steps + 1) * chance)

    blocks, which = _blocks(rows, "a Poisson process")
    count = BLOCK * 2.0**LEVELS
    top = count + math.sqrt(count) * _top(rows, name)
    ends = _Ends(rows, name, middle, top)
    begun, ended = ends.at(blocks), ends.at(blocks + 1)
    share = _whole(rows, blocks).stream(*name).uniform().reshape(-1, BLOCK)
    share[:, -1] = 1.0  # the last event of a block is at its end
    share.sort(axis=1)
    times: Floats = (begun[:, None] + share * (ended - begun)[:, None])[which, rows.numbers % BLOCK]
    return times


def autoregression(rows: Rows, name: tuple[str, ...], phi: float) -> Floats:
    """Return values of mean 0 and deviation 1, each correlated with the one before by phi.

    The values before each block are found by halving, as those of a walk are: of three values in a row, the
    middle one is normal given the others. A block starts from the one before it and is bent to meet its end.
    """

    def middle(at_low: Floats, at_high: Floats, steps: float, chance: Floats) -> Floats:
        between = _power_of_two(phi, steps / 2)
        both = 1 + between * between
        spread = math.sqrt((1 - between) * (1 + between) / both)
        return between / both * (at_low + at_high) + spread * chance

    blocks, which = _blocks(rows, "an autoregression")
    # Value 0 stands before row 0, and so many rows before the last that neither knows of the other.
    ends = _Ends(rows, name, middle, bottom=_top(rows, (*name, "start")), top=_top(rows, name))
    begun, ended = ends.at(blocks), ends.at(blocks + 1)
    fresh = math.sqrt((1 - phi) * (1 + phi))
    values = fresh * _whole(rows, blocks).stream(*name).normal().reshape(-1, BLOCK)
    state = begun
    for step in range(BLOCK):
        state = values[:, step] = phi * state + values[:, step]
    # What a value shares with the end of its block, of what neither has from the beginning.
    powers = np.multiply.accumulate(np.full(BLOCK, phi))
    shared = np.append(powers[-2::-1], 1.0) * (1 - powers * powers) / (1 - powers[-1] * powers[-1])
    bent = values + shared * (ended - values[:, -1])[:, None]
    inside: Floats = bent[which, rows.numbers % BLOCK]
    return inside


def _power_of_two(base: float, exponent: float) -> float:
    """Return a power whose exponent is a power of two, by squaring: the same bits on every machine."""
    while exponent > 1:
        base, exponent = base * base, exponent / 2
    return base


def _blocks(rows: Rows, what: str) -> tuple[Ints, Ints]:
    """Return the blocks of the rows, and which of them each row is in."""
    numbers = rows.numbers
    if len(numbers) and int(numbers.max()) >= BLOCK << LEVELS:
        raise BuildError(f"{what} has at most {BLOCK << LEVELS:,} rows")
    blocks, which = np.unique(numbers // BLOCK, return_inverse=True)
    return blocks, which


def _top(rows: Rows, name: tuple[str, ...]) -> float:
    return float(rows.slice(0, 1).stream(*name, "end").normal()[0])


@dataclass(frozen=True)
class _Ends:
    """Values at the ends of blocks, by halving what lies between the first and the last again and again.

    `middle` takes what is at both ends, how many rows lie between, and normal chance.
    """

    rows: Rows
    name: tuple[str, ...]
    middle: Callable[[Floats, Floats, float, Floats], Floats]
    top: float
    bottom: float = 0.0

    def at(self, blocks: Ints) -> Floats:
        """Return the values at the beginnings of blocks."""
        low, high = np.zeros(len(blocks), dtype=np.int64), np.full(len(blocks), 1 << LEVELS)
        at_low, at_high = np.full(len(blocks), self.bottom), np.full(len(blocks), self.top)
        for level in range(LEVELS):
            middle = (low + high) // 2
            chance = self.rows.at(middle).stream(*self.name, "middle", str(level)).normal()
            at_middle = self.middle(at_low, at_high, BLOCK * 2.0 ** (LEVELS - level), chance)
            right = blocks >= middle
            low, at_low = np.where(right, middle, low), np.where(right, at_middle, at_low)
            high, at_high = np.where(right, high, middle), np.where(right, at_high, at_middle)
        return np.where(blocks == high, at_high, at_low)


def _whole(rows: Rows, blocks: Ints) -> Rows:
    """Return all rows of these blocks."""
    if len(blocks) and blocks[-1] - blocks[0] == len(blocks) - 1:
        return rows.slice(int(blocks[0]) * BLOCK, (int(blocks[-1]) + 1) * BLOCK)
    return rows.at((blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel())
