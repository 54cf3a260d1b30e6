"""Random walks, arrivals and autoregression over a whole table, of which any row can be reached at once."""

from __future__ import annotations

import math
from collections.abc import Callable

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
    begun, ended = (_ends(rows, name, at, top, middle) for at in (blocks, blocks + 1))
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
    begun, ended = (_ends(rows, name, at, top, middle) for at in (blocks, blocks + 1))
    share = _whole(rows, blocks).stream(*name).uniform().reshape(-1, BLOCK)
    share[:, -1] = 1.0  # the last event of a block is at its end
    share.sort(axis=1)
    times: Floats = (begun[:, None] + share * (ended - begun)[:, None])[which, rows.numbers % BLOCK]
    return times


def _blocks(rows: Rows, what: str) -> tuple[Ints, Ints]:
    """Return the blocks of the rows, and which of them each row is in."""
    numbers = rows.numbers
    if len(numbers) and int(numbers.max()) >= BLOCK << LEVELS:
        raise BuildError(f"{what} has at most {BLOCK << LEVELS:,} rows")
    blocks, which = np.unique(numbers // BLOCK, return_inverse=True)
    return blocks, which


def _top(rows: Rows, name: tuple[str, ...]) -> float:
    return float(rows.slice(0, 1).stream(*name, "end").normal()[0])


def _ends(
    rows: Rows,
    name: tuple[str, ...],
    blocks: Ints,
    top: float,
    middle_of: Callable[[Floats, Floats, float, Floats], Floats],
) -> Floats:
    """Return the walk at the beginnings of blocks, by halving what lies between 0 and `top`.

    `middle_of` takes what is at both ends, how many rows lie between, and normal chance.
    """
    low, high = np.zeros(len(blocks), dtype=np.int64), np.full(len(blocks), 1 << LEVELS)
    at_low, at_high = np.zeros(len(blocks)), np.full(len(blocks), top)
    for level in range(LEVELS):
        middle = (low + high) // 2
        chance = rows.at(middle).stream(*name, "middle", str(level)).normal()
        at_middle = middle_of(at_low, at_high, BLOCK * 2.0 ** (LEVELS - level), chance)
        right = blocks >= middle
        low, at_low = np.where(right, middle, low), np.where(right, at_middle, at_low)
        high, at_high = np.where(right, high, middle), np.where(right, at_high, at_middle)
    return np.where(blocks == high, at_high, at_low)


def autoregression(rows: Rows, name: tuple[str, ...], phi: float) -> Floats:
    """Return values of mean 0 and deviation 1, each correlated with the one before by phi.

    Each block starts from as many rows before it as still matter, so that any block can be reached.
    """
    numbers = rows.numbers
    blocks, which = np.unique(numbers // BLOCK, return_inverse=True)
    fresh = math.sqrt(1 - phi * phi)
    memory = 0 if phi == 0 else min(20_000, math.ceil(math.log(1e-9) / math.log(abs(phi))))
    memory = -(-memory // BLOCK)
    state = np.zeros(len(blocks))
    for back in range(memory, -1, -1):
        noise = _block_noise(rows, name, blocks - back)
        started = blocks - back >= 0
        values = np.empty_like(noise)
        for step in range(BLOCK):
            first = (blocks - back == 0) & (step == 0)
            state = np.where(first, noise[:, step], phi * state + fresh * noise[:, step])
            state = np.where(started, state, 0.0)
            values[:, step] = state
    inside: Floats = values[which, numbers % BLOCK] if len(blocks) else np.zeros(0)
    return inside


def _block_noise(rows: Rows, name: tuple[str, ...], blocks: Ints) -> Floats:
    return _whole(rows, np.maximum(blocks, 0)).stream(*name).normal().reshape(-1, BLOCK)


def _whole(rows: Rows, blocks: Ints) -> Rows:
    """Return all rows of these blocks."""
    if len(blocks) and blocks[-1] - blocks[0] == len(blocks) - 1:
        return rows.slice(int(blocks[0]) * BLOCK, (int(blocks[-1]) + 1) * BLOCK)
    return rows.at((blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel())
