"""A compiled grammar as flat arrays, and the builder that numbers its parts."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .strings import EMPTY, Strings, StringsBuilder

__all__ = [
    "CODE_BITS",
    "FRAME_BITS",
    "NO_TAG",
    "SAME_FRAME",
    "TAG_BITS",
    "Body",
    "Program",
    "ProgramBuilder",
    "Symbol",
]

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

NO_TAG = 0
SAME_FRAME = 0
"""A symbol that stays in the frame of what it came from."""

CODE_BITS, FRAME_BITS, TAG_BITS = 22, 22, 20
"""How a symbol, its frame and its tags share 64 bits."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A string or a slot in a body. `tag` is a set of bits that all it becomes will carry; `frame` says how
    far behind the first frame of its row its own is, where it is another than its parent's."""

    code: int
    tag: int = NO_TAG
    frame: int = SAME_FRAME


Body = tuple[Symbol, ...]
"""What a slot may become: symbols one after another."""


@dataclass(frozen=True)
class Program:
    """Symbols are numbers: strings first, then slots, then bodies of several symbols.

    Slot `s` looks into the cell `base[s] + sum of attribute[depends[s, k]] * stride[s, k]`; the cell has
    `members[first[cell]:first[cell] + count[cell]]`, one of which is chosen.
    """

    strings: Strings
    codes: Mapping[Hashable, int]
    """The symbols of the slots by their names."""
    depends: Ints
    """Shape `(3, slots)`: attributes; number 0 is always 0."""
    stride: Ints
    asks: Flags
    """Whether the stride is not 0."""
    base: Ints
    members: Ints
    first: Ints
    count: Words
    body_first: Ints
    body_count: Ints
    body_symbols: Words
    """Codes and tags, packed."""
    body_frames: Words
    """What to add to the frame, packed."""

    def cells(self, slot: Hashable) -> list[list[int]]:
        """Return the members of each cell of a slot."""
        base = int(self.base[self.codes[slot] - len(self.strings.lengths)])
        end = min((int(later) for later in self.base if later > base), default=len(self.first))
        first, count = self.first[base:end].tolist(), self.count[base:end].tolist()
        return [self.members[at : at + size].tolist() for at, size in zip(first, count, strict=True)]


class ProgramBuilder:
    """Numbers strings, slots and bodies while a grammar is compiled.

    Slots are declared first and filled later, so that rules may name each other.
    """

    _SLOT = 1 << 24
    _BODY = 1 << 26

    def __init__(self, attributes: Sequence[str]) -> None:
        self.strings = StringsBuilder()
        self._attributes = {name: i + 1 for i, name in enumerate(attributes)}
        self._slots: dict[Hashable, int] = {}
        self._layout: list[tuple[tuple[int, int, int], tuple[int, int, int], int]] = []
        self._cells: list[tuple[int, int]] = []
        self._members: list[int] = []
        self._places: dict[tuple[int, ...], int] = {}
        self._bodies: dict[Body, int] = {}

    @property
    def attributes(self) -> tuple[str, ...]:
        """The names of the attributes; in arrays of values, row 0 is not named and holds zeros."""
        return tuple(self._attributes)

    def slot(self, name: Hashable) -> int:
        """Return the code of a slot by its name, declared if it was not."""
        if name not in self._slots:
            self._slots[name] = len(self._layout)
            self._layout.append(((0, 0, 0), (0, 0, 0), -1))
        return self._SLOT + self._slots[name]

    def is_filled(self, name: Hashable) -> bool:
        """Return whether a slot has its cells."""
        return name in self._slots and self._layout[self._slots[name]][2] >= 0

    def body(self, symbols: Sequence[Symbol]) -> int:
        """Return the code of a body; one of a single untagged symbol is that symbol, and one of none is the
        empty string."""
        if not symbols:
            return EMPTY
        if len(symbols) == 1 and symbols[0].tag == NO_TAG and symbols[0].frame == SAME_FRAME:
            return symbols[0].code
        key = tuple(symbols)
        return self._BODY + self._bodies.setdefault(key, len(self._bodies))

    def fill(
        self, name: Hashable, depends: Sequence[tuple[str, int]], cells: Sequence[Sequence[int]]
    ) -> None:
        """Give a slot its cells: members as codes, in the order of the attributes it depends on, the last
        of them fastest. `depends` are pairs (attribute, how many values it has)."""
        number = self.slot(name) - self._SLOT
        sizes = [size for _, size in depends]
        if len(depends) > 3 or len(cells) != math.prod(sizes):
            raise ValueError(f"slot {name!r} has {len(cells)} cells for attributes of sizes {sizes}")
        names = [self._attributes[attribute] for attribute, _ in depends]
        strides = [math.prod(sizes[i + 1 :]) for i in range(len(sizes))]
        padding = [0] * (3 - len(names))
        self._layout[number] = (
            (*names, *padding),  # type: ignore[assignment]
            (*strides, *padding),
            len(self._cells),
        )
        for cell in cells:
            self._cells.append((self._list(tuple(cell)), len(cell)))

    def build(self) -> Program:
        """Return the program; every slot must have been filled."""
        empty = [name for name, number in self._slots.items() if self._layout[number][2] < 0]
        if empty:
            raise ValueError(f"slots that nothing fills: {empty}")
        strings = self.strings.build()
        bodies = list(self._bodies)
        counts = [len(body) for body in bodies]
        flat = [symbol for body in bodies for symbol in body]
        slots, size = len(self._layout), len(strings.lengths)
        if size + slots + len(bodies) >= 1 << CODE_BITS:
            raise ValueError(f"a grammar has at most {1 << CODE_BITS} strings and rules")
        stride = np.array([stride for _, stride, _ in self._layout], np.int32).reshape(-1, 3).T.copy()
        body_codes = self._recoded([symbol.code for symbol in flat], size, slots)
        return Program(
            strings=strings,
            codes={name: size + number for name, number in self._slots.items()},
            depends=np.array([depends for depends, _, _ in self._layout], np.int32).reshape(-1, 3).T.copy(),
            stride=stride,
            asks=stride != 0,
            base=np.array([base for _, _, base in self._layout], np.int32),
            members=self._recoded(self._members, size, slots),
            first=np.array([first for first, _ in self._cells], np.int32),
            count=np.array([count for _, count in self._cells], np.uint64),
            body_first=np.concatenate([[0], np.cumsum(counts)])[: len(bodies)].astype(np.int32),
            body_count=np.array(counts, np.int32),
            body_symbols=body_codes.astype(np.uint64)
            | np.array([s.tag << (CODE_BITS + FRAME_BITS) for s in flat], np.uint64),
            body_frames=np.array([s.frame << CODE_BITS for s in flat], np.uint64),
        )

    def _list(self, cell: tuple[int, ...]) -> int:
        """Return where a list of members stands; equal ones are stored once."""
        if cell not in self._places:
            self._places[cell] = len(self._members)
            self._members.extend(cell)
        return self._places[cell]

    def _recoded(self, codes: Sequence[int], strings: int, slots: int) -> Ints:
        """Return codes with slots right after the strings, and bodies after the slots."""
        array = np.array(codes, np.int64)
        array = np.where(array >= self._BODY, array - self._BODY + strings + slots, array)
        return np.where(array >= self._SLOT, array - self._SLOT + strings, array).astype(np.int32)
