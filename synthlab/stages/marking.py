"""What becomes of the objects of a row when a worker marks them: some are missed, some marks are of nothing.

What a mark is (a box, a span of text) and how it goes wrong is said by `Marks`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..errors import BuildError
from ..features import Box, ClassLabel, Feature, Features, Records, Span, Value
from ..rows import Rows
from .judges import RANDOM, SAME, Judges
from .voting import Turns

__all__ = ["DRAWN", "Marks", "Scene", "marked_columns"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Places = npt.NDArray[Any]
"""Where objects are, a line of numbers for each."""

DRAWN = "drawn"
"""The field of a clean object that says where in the observed list it is."""


def marked_columns(features: Features) -> list[str]:
    """Return the columns of records with a class and a place: a box or spans."""
    return [
        name
        for name in features.find(Records)
        if isinstance(records := features[name], Records) and Scene(records).places and Scene(records).label
    ]


class Marks(ABC):
    """How the marks of a batch are made; `places` are as `read` returns them."""

    @property
    @abstractmethod
    def words(self) -> int:
        """How many random words the place of an object takes."""

    @property
    @abstractmethod
    def invented(self) -> float:
        """The share of the rows with a mark where nothing is."""

    @abstractmethod
    def read(self, objects: pa.RecordBatch) -> Places:
        """Return where the objects are."""

    @abstractmethod
    def missed(self, places: Places, slip: Floats) -> Floats:
        """Return how likely each object is to be missed by a worker who slips so often."""

    @abstractmethod
    def moved(self, places: Places, slip: Floats, words: Words, owner: Ints) -> Places:
        """Return where a worker who slips so often marks each object of row `owner`; where 0, as it is."""

    @abstractmethod
    def elsewhere(
        self, extra: Ints, places: Places, owner: Ints, classes: int, rows: Rows
    ) -> tuple[Ints, Places, Ints]:
        """Return row, place and class of up to `extra` marks in each row where no object is."""

    @abstractmethod
    def order(self, places: Places) -> Places:
        """Return by what marks are put in order."""

    @abstractmethod
    def fields(self, places: Places) -> Mapping[str, Any]:
        """Return the places as values of the fields that they are read from."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The objects of each row as they are, and what becomes of them when a worker marks them."""

    records: Records

    @property
    def places(self) -> tuple[str, ...]:
        """The fields that say where an object is: its first box, or all of its spans."""
        boxes = self._names(Box)
        return boxes[:1] or self._names(Span)

    @property
    def label(self) -> str:
        """The field with the class, which is the one that formats take too; empty if there is none."""
        return next(iter(self._names(ClassLabel)), "")

    @property
    def is_text(self) -> bool:
        """Whether the objects are spans."""
        return isinstance(self.records.fields[self.places[0]], Span)

    @property
    def classes(self) -> ClassLabel:
        """The classes of the objects."""
        feature = self.records.fields[self.label]
        assert isinstance(feature, ClassLabel)
        return feature

    @property
    def observed(self) -> Records:
        """What a worker gives: place and class. A mask or an area would be that of the true box."""
        kept = (*self.places, self.label)
        return Records({name: f for name, f in self.records.fields.items() if name in kept})

    @property
    def clean(self) -> Records:
        """The objects as they are, and where in the observed list each is; null where it was missed."""
        return Records({**self.records.fields, DRAWN: Value("int32")})

    def draw(
        self, lists: pa.ListArray, marks: Marks, turns: Turns, judges: Judges, rows: Rows
    ) -> dict[str, Any]:
        """Return the `observed` and the `clean` objects of each row, and how many marks are made, `labels`.

        Rows that are not judged stay as they are; those that are to be and nobody does have no list.
        """
        worker, judged = turns.worker[:, 0], turns.answering[:, 0]
        left_out = turns.judged & ~judged
        lengths = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        owner = np.repeat(np.arange(len(rows)), lengths)
        objects = pa.RecordBatch.from_struct_array(lists.flatten())
        labels = objects.column(self.label)
        if labels.null_count:
            raise BuildError("stage 'annotators': an object has no class, and nobody can mark it")
        place, true = marks.read(objects), labels.to_numpy(zero_copy_only=False)
        width = 4 + marks.words
        words = np.concatenate(
            [np.empty((0, width), dtype=np.uint64)]
            + [
                draws.words(width * int(count)).reshape(-1, width)
                for draws, count in zip(rows.stream("objects").each(), lengths, strict=True)
                if count
            ]
        )
        who = worker[owner]
        touched = judged[owner]
        share = marks.missed(place, judges.slip[who])
        missed = ((words[:, 0] >> np.uint64(11)) * 2.0**-53 < share) | (judges.kind[who] == RANDOM)
        kept = np.where(touched, ~missed, ~left_out[owner])
        named = np.where(touched, judges.answers(true, who, turns.guessing[owner], words[:, 1:4]), true)
        found = marks.moved(place, np.where(touched, judges.slip[who], 0.0), words[:, 4:], owner)

        invents = rows.stream("invented").bernoulli(marks.invented * judges.slip[worker])
        extra = np.where(judges.kind[worker] == RANDOM, lengths, invents) * judged
        count = len(self.classes.names)
        new_owner, new_place, new_class = marks.elsewhere(extra, place, owner, count, rows)
        same = judges.kind[worker[new_owner]] == SAME
        new_class = np.where(same, judges.favourite[worker[new_owner]], new_class)

        owners = np.concatenate([owner[kept], new_owner])
        places = np.concatenate([found[kept], new_place])
        # From left to right, or those at the end would be known to be invented.
        order = np.lexsort((np.where(judged[owners], marks.order(places), 0.0), owners))
        counts = np.bincount(owners, minlength=len(rows))
        offsets = np.concatenate([[0], np.cumsum(counts)])
        put = np.empty(len(order), dtype=np.int64)
        put[order] = np.arange(len(order)) - offsets[owners[order]]
        values = {
            **marks.fields(places[order]),
            self.label: np.concatenate([named[kept], new_class])[order],
        }
        absent = lists.is_null().to_numpy(zero_copy_only=False)
        fields = dict(zip(objects.schema.names, objects.columns, strict=True))
        drawn = np.zeros(len(owner), dtype=np.int32)
        drawn[kept] = put[: int(kept.sum())]
        fields[DRAWN] = pa.array(drawn, mask=~kept)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return {
            "observed": _lists(self.observed, offsets, values, left_out | absent),
            "clean": _lists(self.clean, starts, fields, absent),
            "labels": np.where(judged, counts, 0),
        }

    def _names(self, kind: type[Feature]) -> tuple[str, ...]:
        return tuple(name for name, feature in self.records.fields.items() if isinstance(feature, kind))


def _lists(records: Records, offsets: Ints, values: dict[str, Any], null: Bools) -> pa.Array:
    """Return lists of records, of which some are missing."""
    made = records.columns(offsets, {name: values[name] for name in records.fields})
    if not null.any():
        return made
    return pa.ListArray.from_arrays(made.offsets, made.values, type=made.type, mask=pa.array(null))
