"""The words of many texts at once, and the phrases that they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .flat import Flags, Flat, Numbers, Words
from .letters import APOSTROPHE, byte_of, folded

__all__ = ["Found", "Phrases", "Tokens", "Vocabulary", "find_phrases", "find_tokens"]

_LONGEST = 16
"""Words of more letters are in no table."""
_MIX = np.uint64(0xC2B2AE3D27D4EB4F)
_MASKS = np.array([2 ** (8 * min(count, 8)) - 1 for count in range(_LONGEST + 1)], np.uint64)
_SPACE = ord(" ")


@dataclass(frozen=True)
class Tokens:
    """Words in the order of the texts: their row, where they start and stop in the batch, and a key."""

    row: Numbers
    start: Numbers
    stop: Numbers
    key: Words
    marked: Flags
    """Whether there is an apostrophe in it."""

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True)
class Vocabulary:
    """Numbers of words and phrases, all below `size`; 0 is of none.

    A phrase's number is found word by word: that of its first word, then for a number and the next word
    that of both.
    """

    slots: Words
    """Keys of words, each where its product with `multiplier` puts it."""
    numbers: Numbers
    multiplier: np.uint64
    shift: np.uint64
    pairs: Numbers
    """`number * size + number of the next word`, sorted."""
    joined: Numbers
    """The number of each pair."""
    whole: Flags
    """Whether it is one of the phrases, and not only part of one, by number."""
    begins: Flags
    """Whether a longer phrase starts like this, by number."""

    def look_up(self, keys: Words) -> Numbers:
        """Return the numbers of words."""
        at = (keys * self.multiplier >> self.shift).astype(np.int64)
        return np.where(self.slots[at] == keys, self.numbers[at], 0)

    def join(self, number: Numbers, word: Numbers) -> Numbers:
        """Return the numbers of phrases that are one word longer."""
        pair = number * len(self.begins) + word
        at = np.minimum(np.searchsorted(self.pairs, pair), len(self.pairs) - 1)
        return np.where(self.pairs[at] == pair, self.joined[at], 0)


@dataclass(frozen=True)
class Phrases:
    """Phrases with a number each, as a tree of words."""

    tree: dict[tuple[int, str], int]
    """The number of a phrase by that of all its words but the last, and the last."""
    whole: frozenset[int]

    @classmethod
    def of(cls, phrases: Iterable[str]) -> Phrases:
        listed = [phrase.split(" ") for phrase in phrases]
        # Single words first: the later words of phrases are looked up as such too.
        tree: dict[tuple[int, str], int] = {}
        for word in (word for words in listed for word in words):
            tree.setdefault((0, word), len(tree) + 1)
        whole = set()
        for words in listed:
            number = 0
            for word in words:
                number = tree.setdefault((number, word), len(tree) + 1)
            whole.add(number)
        return cls(tree, frozenset(whole))

    @property
    def size(self) -> int:
        return len(self.tree) + 1

    def number(self, phrase: str) -> int:
        number = 0
        for word in phrase.split(" "):
            number = self.tree[number, word]
        return number

    def vocabulary(self) -> Vocabulary:
        """Return the same for arrays."""
        words = {word: number for (before, word), number in self.tree.items() if not before}
        keys = np.array([_key(word) for word in words], np.uint64)
        multiplier, shift = _spread(keys)
        at = (keys * multiplier >> shift).astype(np.int64)
        slots = np.zeros(2 ** (64 - int(shift)), np.uint64)
        numbers = np.zeros(len(slots), np.int64)
        slots[at], numbers[at] = keys, list(words.values())
        # Number 0 begins no phrase; its entry keeps the list from being empty.
        longer = sorted([(0, 0)] + [(b * self.size + words[w], n) for (b, w), n in self.tree.items() if b])
        pairs, joined = np.array(longer, np.int64).T
        whole, begins = np.zeros((2, self.size), bool)
        whole[list(self.whole)] = True
        begins[[before for before, _ in self.tree if before]] = True
        return Vocabulary(slots, numbers, multiplier, shift, pairs.copy(), joined.copy(), whole, begins)


@dataclass(frozen=True)
class Found:
    """Phrases found in texts: number, row, and where they start and stop in the batch."""

    number: Numbers
    row: Numbers
    start: Numbers
    stop: Numbers

    def take(self, which: Flags | Numbers) -> Found:
        """Return some of them."""
        return Found(self.number[which], self.row[which], self.start[which], self.stop[which])


def find_tokens(flat: Flat, rows: Flags) -> Tokens:
    """Return the words of some of the rows."""
    size, bounds = len(flat.codes), flat.bounds
    letters = np.zeros(size + _LONGEST, np.uint8)  # a window of sixteen bytes after the last letter
    letters[:size] = folded(flat.codes)
    # A place of no letter before and after, and no word goes on in the next text.
    inside = np.zeros(size + 2, bool)
    inside[1:-1] = (letters[:size] != 0) & np.repeat(rows, np.diff(bounds))
    before, after = inside[:-1].copy(), inside[1:].copy()
    before[bounds], after[bounds] = False, False
    start = np.flatnonzero(inside[1:] & ~before)
    stop = np.flatnonzero(inside[:-1] & ~after)
    row = np.repeat(np.arange(len(flat)), np.diff(np.searchsorted(start, bounds)))
    marked = np.zeros(len(start), bool)
    apostrophes = np.flatnonzero((letters[:size] == APOSTROPHE) & inside[1:-1])
    marked[np.searchsorted(start, apostrophes, side="right") - 1] = True
    return Tokens(row, start, stop, _keys(letters, start, stop), marked)


def find_phrases(flat: Flat, tokens: Tokens, vocabulary: Vocabulary, rows: Flags) -> Found:
    """Return all phrases in some of the rows, the longer ones first."""
    words = vocabulary.look_up(tokens.key)
    at = np.flatnonzero((vocabulary.whole | vocabulary.begins)[words] & rows[tokens.row])
    number, last = words[at], at
    found = []
    while len(at):
        whole = vocabulary.whole[number]
        first = at[whole]
        found.append(Found(number[whole], tokens.row[first], tokens.start[first], tokens.stop[last[whole]]))
        goes_on = vocabulary.begins[number] & (last + 1 < len(tokens))
        at, number, last = at[goes_on], number[goes_on], last[goes_on] + 1
        gap = tokens.stop[last - 1]
        # Only the words of one text have a gap of one space between them.
        near = (tokens.start[last] == gap + 1) & (tokens.row[at] == tokens.row[last])
        near[near] = flat.codes[gap[near]] == _SPACE
        number = np.where(near, vocabulary.join(number, words[last]), 0)
        at, number, last = at[number > 0], number[number > 0], last[number > 0]
    nothing = np.empty(0, np.int64)
    return Found(
        np.concatenate([nothing, *(part.number for part in found[::-1])]),
        np.concatenate([nothing, *(part.row for part in found[::-1])]),
        np.concatenate([nothing, *(part.start for part in found[::-1])]),
        np.concatenate([nothing, *(part.stop for part in found[::-1])]),
    )


def _keys(letters: npt.NDArray[np.uint8], start: Numbers, stop: Numbers) -> Words:
    """Return a number for each word: its first eight letters as bytes, mixed with the next eight."""
    eight: Words = np.ndarray(len(letters) - 7, "<u8", letters, strides=(1,))
    lengths = stop - start
    keys = eight[start] & _MASKS.take(lengths, mode="clip")
    long = np.flatnonzero(lengths > 8)
    keys[long] ^= (eight[start[long] + 8] & _MASKS.take(lengths[long] - 8, mode="clip")) * _MIX
    keys[lengths > _LONGEST] = 0
    return keys


def _key(word: str) -> int:
    letters = np.zeros(len(word) + 16, np.uint8)
    letters[: len(word)] = [byte_of(letter) for letter in word]
    if len(word) > _LONGEST:
        raise ValueError(f"{word!r} has more than {_LONGEST} letters")
    return int(_keys(letters, np.array([0]), np.array([len(word)]))[0])


def _spread(keys: Words) -> tuple[np.uint64, np.uint64]:
    """Return a multiplier and a shift that give each key a slot of its own."""
    multiplier = 0x9E3779B97F4A7C15
    for bits in range(12, 24):
        shift = np.uint64(64 - bits)
        for _ in range(50):
            at = keys * np.uint64(multiplier) >> shift
            if len(np.unique(at)) == len(keys):
                return np.uint64(multiplier), shift
            multiplier = (multiplier * 6364136223846793005 + 1442695040888963407) % 2**64 | 1
    raise ValueError("the words of a language do not fit into a table")
