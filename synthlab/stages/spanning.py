"""Spans of text as people mark them: an end a word off, some missed, some where nothing is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from ..rows import Rows
from .conditions import Probability
from .marking import Marks

__all__ = ["Spanning", "Spans"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]
Words = npt.NDArray[np.uint64]

_MARKS = r"\s.,;:!?…\"“”„«»()\[\]¿¡"
_WORD = re.compile(rf"[^{_MARKS}]+(?:[.,:][^{_MARKS}]+)*")
"""A word as a person marks it: `don't`, `$3.50`, without the stop after it."""

_SENTENCE_END = re.compile(r"[.!?…\n]")

_LONGEST = 3
"""How many words an invented span has at most."""


class Spanning(BaseModel):
    """How spans go wrong, for a worker in the middle of the range of skill; others slip less or more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shifted: Probability = Field(
        default=0.1, description="The share of the ends of spans, at either side, that are a word off."
    )
    missed: Probability = Field(default=0.05, description="The share of spans that are missed.")
    invented: Probability = Field(
        default=0.02, description="The share of texts with a span where nothing is said."
    )


@dataclass(frozen=True, slots=True)
class Spans(Marks):
    """The spans of a batch. A place is start and end for each of the fields, -1 where there is none."""

    texts: Mapping[str, Sequence[str | None]]
    """The text of each row that the spans of each field are parts of."""
    spanning: Spanning

    @property
    def words(self) -> int:
        return 2 * len(self.texts)

    @property
    def invented(self) -> float:
        return self.spanning.invented

    def read(self, objects: pa.RecordBatch) -> Ints:
        bounds = [b.fill_null(-1) for name in self.texts for b in objects.column(name).flatten()]
        return np.stack([b.to_numpy(zero_copy_only=False).astype(np.int64) for b in bounds], axis=1)

    def missed(self, places: Ints, slip: Floats) -> Floats:
        share: Floats = self.spanning.missed * slip
        return share

    def moved(self, places: Ints, slip: Floats, words: Words, owner: Ints) -> Ints:
        share = np.minimum(self.spanning.shifted * slip, 1.0)[:, None]
        chance = (words >> np.uint64(11)) * 2.0**-53
        made = places.copy()
        for field, texts in enumerate(self.texts.values()):
            first = 2 * field
            here = chance[:, first : first + 2]
            for i in np.flatnonzero((here < share).any(axis=1) & (places[:, first] >= 0)):
                text, (start, end) = texts[owner[i]] or "", places[i, first : first + 2].tolist()
                if here[i, 0] < share[i, 0]:
                    start = _moved_start(text, start, end, bool(here[i, 0] < share[i, 0] / 2))
                if here[i, 1] < share[i, 0]:
                    end = _moved_end(text, start, end, bool(here[i, 1] < share[i, 0] / 2))
                made[i, first : first + 2] = start, end
        return made

    def elsewhere(
        self, extra: Ints, places: Ints, owner: Ints, classes: int, rows: Rows
    ) -> tuple[Ints, Ints, Ints]:
        """Return up to so many spans for each row, of one to three words that nothing is marked in; of
        records with several spans the first."""
        some = np.flatnonzero(extra).tolist()
        texts = next(iter(self.texts.values()))
        made: list[tuple[int, int, int, int]] = []
        for row, draws in zip(some, rows.at(rows.numbers[some]).stream("spans").each(), strict=True):
            lines = places[np.searchsorted(owner, row) : np.searchsorted(owner, row, side="right")]
            taken = [(start, end) for start, end in lines.reshape(-1, 2).tolist() if start >= 0]
            for _ in range(int(extra[row])):
                length, label = draws.integer(1, _LONGEST + 1), draws.integer(0, classes)
                free = list(_free(texts[row] or "", length, taken))
                if free:
                    taken.append(draws.choice(free))
                    made.append((row, *taken[-1], label))
        found = np.array(made, dtype=np.int64).reshape(-1, 4)
        invented = np.full((len(found), 2 * len(self.texts)), -1, dtype=np.int64)
        invented[:, :2] = found[:, 1:3]
        return found[:, 0], invented, found[:, 3]

    def order(self, places: Ints) -> Ints:
        starts = places[:, ::2]
        first: Ints = np.where(starts < 0, np.iinfo(np.int64).max, starts).min(axis=1)
        return first

    def fields(self, places: Ints) -> Mapping[str, Any]:
        return {name: places[:, 2 * i : 2 * i + 2] for i, name in enumerate(self.texts)}


@lru_cache(maxsize=16)
def _words(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(text)]


def _moved_start(text: str, start: int, end: int, outwards: bool) -> int:
    """Return a start that is a word further out or in: the other way where there is none, or as it was."""
    words = _words(text)
    out = next((a for a, b in reversed(words) if a < start and not _SENTENCE_END.search(text[b:start])), None)
    inner = next((a for a, _ in words if start < a < end), None)
    return _either(out, inner, outwards, start)


def _moved_end(text: str, start: int, end: int, outwards: bool) -> int:
    """Return an end that is a word further out or in: the other way where there is none, or as it was."""
    words = _words(text)
    out = next((b for a, b in words if b > end and not _SENTENCE_END.search(text[end:a])), None)
    inner = next((b for _, b in reversed(words) if start < b < end), None)
    return _either(out, inner, outwards, end)


def _either(out: int | None, inner: int | None, outwards: bool, now: int) -> int:
    first, second = (out, inner) if outwards else (inner, out)
    return first if first is not None else second if second is not None else now


def _free(text: str, length: int, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans of so many words of one sentence that touch nothing that is taken."""
    words = _words(text)
    for (start, _), (_, end) in zip(words, words[length - 1 :], strict=False):
        is_apart = all(end <= other or after <= start for other, after in taken)
        if is_apart and not _SENTENCE_END.search(text[start:end]):
            yield start, end
