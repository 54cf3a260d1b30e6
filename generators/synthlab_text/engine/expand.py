"""From one slot a row to the strings of all rows, level by level, for all rows at once.

What a slot becomes is decided by 64 bits of its own, a function of its row's word and its path from the
start, so that it depends neither on the other slots nor on the other rows.

The rows are trees: each level holds all symbols of that depth, in order, and those that a symbol of the level
above became lie side by side. Once no slot is left, the sizes of the subtrees say where each string stands.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synthlab.rows import GOLDEN, mixed

from .program import CODE_BITS, FRAME_BITS, Program

__all__ = ["Expansion", "expand"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

_HALF = np.uint64(32)
_CODE = np.uint64((1 << CODE_BITS) - 1)
_FRAME = np.uint64((1 << FRAME_BITS) - 1)
_FRAME_SHIFT = np.uint64(CODE_BITS)
_TAG_SHIFT = np.uint64(CODE_BITS + FRAME_BITS)
_DEEPEST = 64


@dataclass(frozen=True)
class Expansion:
    """All strings of all rows by number, one row after another, and what is known of those with a tag."""

    codes: Ints
    """Shape `(strings,)`."""
    counts: Ints
    """How many strings each row has, shape `(rows,)`."""
    tagged: Numbers
    """The places of the strings that carry a tag, in order; the others have the same shape."""
    tags: Ints
    frames: Ints
    """The frame that the string belongs to."""


@dataclass(frozen=True)
class _Level:
    """The symbols of one depth; `inner` are the places of those that became several, in order, and
    `counts` how many these became: the symbols of the next level."""

    symbols: Words
    inner: npt.NDArray[np.int64]
    counts: Ints


def expand(
    program: Program, start: Hashable, attributes: Ints, frame_of_row: Ints, words: Words
) -> Expansion:
    """Return what the slot `start` becomes in each row.

    `attributes` has shape `(attributes, frames)` and zeros in its row 0; `frame_of_row` is the first frame
    of each row; `words` are 64 random bits a row. What the start becomes may open other frames of its row.
    """
    if attributes.shape[1] > int(_FRAME):
        raise ValueError(f"a batch has at most {int(_FRAME)} frames, not {attributes.shape[1]}")
    first_slot = np.uint64(len(program.strings.lengths))
    # A symbol with its frame and its tags in one number.
    symbols = np.uint64(program.codes[start]) | (frame_of_row.astype(np.uint64) << _FRAME_SHIFT)
    at, keys = np.arange(len(words)), words
    levels: list[_Level] = []
    while True:
        if len(levels) == _DEEPEST:
            raise RecursionError(f"a rule was still not finished after {_DEEPEST} levels")
        inner, bodies, keys = _resolved(program, symbols, at, keys, attributes)
        counts = program.body_count.take(bodies)
        levels.append(_Level(symbols, inner, counts))
        if not len(inner):
            return _laid_out(levels)
        parent = np.arange(len(inner)).repeat(counts)
        ordinal = np.arange(len(parent)) - (np.cumsum(counts) - counts).take(parent)
        place = program.body_first.take(bodies).take(parent) + ordinal
        symbols = (symbols.take(inner) & ~_CODE).take(parent)
        symbols |= program.body_symbols.take(place)
        if len(levels) == 1:
            symbols += program.body_frames.take(place)
        at = np.flatnonzero((symbols & _CODE) >= first_slot)
        keys = keys.take(parent.take(at)) + (ordinal.take(at).astype(np.uint64) + np.uint64(1)) * GOLDEN


def _resolved(
    program: Program, symbols: Words, at: npt.NDArray[np.int64], keys: Words, attributes: Ints
) -> tuple[npt.NDArray[np.int64], Ints, Words]:
    """Replace the slots at these places by strings, and return where bodies stand instead: their places in
    order, the bodies, and the keys of what they hold."""
    flat, width = attributes.ravel(), attributes.shape[1]
    first_slot, first_body = len(program.strings.lengths), len(program.strings.lengths) + len(program.codes)
    found: list[tuple[npt.NDArray[np.int64], Ints, Words]] = []
    for _ in range(_DEEPEST):
        here = symbols.take(at)
        slots = (here & _CODE).astype(np.int32) - first_slot
        cells = program.base.take(slots)
        for depends, stride, asks in zip(program.depends, program.stride, program.asks, strict=True):
            # Many slots depend on nothing, few on two attributes, and hardly any on three.
            some = np.flatnonzero(asks.take(slots))
            if not len(some):
                break
            which = slots.take(some)
            frames = ((here.take(some) >> _FRAME_SHIFT) & _FRAME).astype(np.int32)
            cells[some] += flat.take(depends.take(which) * width + frames) * stride.take(which)
        keys = mixed(keys)
        picks = (((keys >> _HALF) * program.count.take(cells)) >> _HALF).astype(np.int32)
        chosen = program.members.take(program.first.take(cells) + picks)
        here &= ~_CODE
        here |= chosen.astype(np.uint64)
        symbols[at] = here
        several = np.flatnonzero(chosen >= first_body)
        if len(several):
            found.append((at.take(several), chosen.take(several) - first_body, keys.take(several)))
        still = np.flatnonzero((chosen >= first_slot) & (chosen < first_body))
        if not len(still):
            break
        at, keys = at.take(still), keys.take(still)
    else:
        raise RecursionError(f"a rule was still not finished after {_DEEPEST} steps")
    if not found:
        nothing = np.empty(0, np.int64)
        return nothing, nothing.astype(np.int32), keys[:0]
    if len(found) == 1:
        return found[0]
    places, bodies, words = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(places, kind="stable")
    return places[order], bodies[order], words[order]


def _laid_out(levels: list[_Level]) -> Expansion:
    """Return the strings of all levels in the order of the texts."""
    sizes: list[Ints] = []
    below = np.empty(0, np.int32)
    for level in reversed(levels):
        size = np.ones(len(level.symbols), np.int32)
        if len(level.inner):
            ends = np.cumsum(level.counts)
            summed = np.append(np.int32(0), np.cumsum(below, dtype=np.int32))
            size[level.inner] = summed.take(ends) - summed.take(ends - level.counts)
        sizes.append(size)
        below = size
    sizes.reverse()
    starts = np.cumsum(sizes[0], dtype=np.int32) - sizes[0]
    symbols = np.empty(int(sizes[0].sum()), np.uint64)
    for number, level in enumerate(levels):
        # What became several is written here too, and written over by the next level.
        symbols[starts] = level.symbols
        if len(level.inner):
            size = sizes[number + 1]
            before = np.cumsum(size, dtype=np.int32) - size
            first = before[np.cumsum(level.counts) - level.counts]
            starts = before + (starts.take(level.inner) - first).repeat(level.counts)
    tagged = np.flatnonzero(symbols >= np.uint64(1) << _TAG_SHIFT)
    some = symbols[tagged]
    return Expansion(
        codes=(symbols & _CODE).astype(np.int32),
        counts=sizes[0],
        tagged=tagged,
        tags=(some >> _TAG_SHIFT).astype(np.int32),
        frames=((some >> _FRAME_SHIFT) & _FRAME).astype(np.int32),
    )
