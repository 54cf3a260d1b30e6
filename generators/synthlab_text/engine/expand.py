"""From one slot a row to the strings of all rows, level by level, for all rows at once.

What a slot becomes is decided by 64 bits of its own, a function of its row's word and its path from the
start, so that it depends neither on the other slots nor on the other rows.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .program import CODE_BITS, FRAME_BITS, Program

__all__ = ["Expansion", "expand", "mixed"]

Ints = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
_CODE = np.uint64((1 << CODE_BITS) - 1)
_FRAME = np.uint64((1 << FRAME_BITS) - 1)
_FRAME_SHIFT = np.uint64(CODE_BITS)
_TAG_SHIFT = np.uint64(CODE_BITS + FRAME_BITS)
_DEEPEST = 64


@dataclass(frozen=True)
class Expansion:
    """All strings of all rows by number, one row after another: shape `(strings,)` each."""

    codes: Ints
    frames: Ints
    """The frame that each string belongs to."""
    tags: Ints


def expand(
    program: Program, start: Hashable, attributes: Ints, frame_of_row: Ints, words: Words
) -> Expansion:
    """Return what the slot `start` becomes in each row.

    `attributes` has shape `(attributes, frames)` and zeros in its row 0; `frame_of_row` is the first frame
    of each row; `words` are 64 random bits a row. What the start becomes may open other frames of its row.
    """
    if attributes.shape[1] > int(_FRAME):
        raise ValueError(f"a batch has at most {int(_FRAME)} frames, not {attributes.shape[1]}")
    flat, width = attributes.ravel(), attributes.shape[1]
    first_slot, first_body = len(program.strings.lengths), len(program.strings.lengths) + len(program.codes)
    # A symbol with its frame and its tags in one number; its code is 0 while it is being replaced.
    symbols = np.uint64(program.codes[start]) | (frame_of_row.astype(np.uint64) << _FRAME_SHIFT)
    at, keys = np.arange(len(words)), words
    for _ in range(_DEEPEST):
        if not len(at):
            return _unpacked(symbols)
        here = symbols[at]
        slots = (here & _CODE).astype(np.int32) - first_slot
        here &= ~_CODE
        frames = ((here >> _FRAME_SHIFT) & _FRAME).astype(np.int32)
        cells = program.base[slots]
        for depends, stride in zip(program.depends, program.stride, strict=True):
            steps = stride[slots]
            if not steps.any():
                break
            cells += flat[depends[slots] * width + frames] * steps
        keys = mixed(keys)
        picks = ((keys >> _HALF) * program.count[cells]) >> _HALF
        chosen = program.members[program.first[cells] + picks.astype(np.int32)]
        several = np.flatnonzero(chosen >= first_body)
        still = np.flatnonzero((chosen >= first_slot) & (chosen < first_body))
        single = chosen.astype(np.uint64)
        single[several] = 0
        symbols[at] = here | single
        if not len(several):
            at, keys = at[still], keys[still]
            continue
        bodies = chosen[several] - first_body
        counts = program.body_count[bodies]
        lengths = np.ones(len(symbols), np.int32)
        lengths[at[several]] = counts
        ends = np.cumsum(lengths, dtype=np.int32)
        symbols = symbols.repeat(lengths)
        inner, ordinal = _ragged(program.body_first[bodies], counts)
        # Where a body begins: the end of its place less its length.
        target = (ends[at[several]] - counts).repeat(counts) + ordinal
        symbols[target] = (symbols[target] | program.body_tags[inner]) + program.body_symbols[inner]
        opened = np.flatnonzero(program.body_codes[inner] >= first_slot)
        keys = np.concatenate(
            [
                keys[still],
                keys[several].repeat(counts)[opened]
                + (ordinal[opened].astype(np.uint64) + np.uint64(1)) * _GOLDEN,
            ]
        )
        at = np.concatenate([ends[at[still]] - 1, target[opened]])
    raise RecursionError(f"a rule was still not finished after {_DEEPEST} levels")


def mixed(words: Words) -> Words:
    """Spread every bit over all (the finaliser of SplitMix64, Steele et al., OOPSLA 2014)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _unpacked(symbols: Words) -> Expansion:
    codes = (symbols & _CODE).astype(np.int32)
    frames = ((symbols >> _FRAME_SHIFT) & _FRAME).astype(np.int32)
    return Expansion(codes, frames, (symbols >> _TAG_SHIFT).astype(np.int32))


def _ragged(first: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Return the places `first[i]` to `first[i] + count[i]` of all i, and where each lies in its own run."""
    ends = np.cumsum(count, dtype=np.int32)
    ordinal = np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int32) - (ends - count).repeat(count)
    return first.repeat(count) + ordinal, ordinal
