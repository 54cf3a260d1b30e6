"""Boxes as people draw them: a little off, some objects missed, some boxes around nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from .. import portable
from ..errors import BuildError
from ..features import Box, ClassLabel, Feature, Features, Image, Records, Value
from ..rows import Rows
from ..words import inside
from .conditions import Probability
from .judges import RANDOM, SAME, Judges
from .voting import Turns

__all__ = ["DRAWN", "Drawing", "Scene", "box_columns", "image_size"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]

DRAWN = "drawn"
"""The field of a clean object that says where in the observed list it is."""

_ORDINARY = 32.0
"""The side in pixels at which `missed` is the rate: COCO calls objects below it small."""

_SIDES = (0.05, 0.3)
"""How large invented boxes are, as a share of the image's sides."""

_TRIES = 8


class Drawing(BaseModel):
    """How boxes go wrong, for a worker in the middle of the range of skill; others slip less or more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    jitter: Probability = Field(
        default=0.03,
        description="How far each side of a box is off: the standard deviation, as a share of the width or "
        "height of the box.",
    )
    missed: Probability = Field(
        default=0.05,
        description="The share of objects of 32 by 32 pixels that are missed; of those twice as wide and "
        "high half as many, of those half as wide and high twice as many.",
    )
    invented: Probability = Field(
        default=0.02, description="The share of images with a box where no object is."
    )


def box_columns(features: Features) -> list[str]:
    """Return the columns of records with a box and a class."""
    return [
        name
        for name in features.find(Records)
        if isinstance(records := features[name], Records) and _field(records, Box) and _class(records)
    ]


def image_size(features: Features) -> tuple[str, str] | None:
    """Return the columns with the width and height of the image, if there are."""
    for feature in features.columns.values():
        if isinstance(feature, Image) and {feature.width, feature.height} <= set(features.columns):
            return feature.width, feature.height
    return None


@dataclass(frozen=True, slots=True)
class Scene:
    """The objects of each row as they are, and what becomes of them when a worker draws their boxes."""

    records: Records

    @property
    def classes(self) -> ClassLabel:
        """The classes of the objects."""
        feature = self.records.fields[_class(self.records)]
        assert isinstance(feature, ClassLabel)
        return feature

    @property
    def observed(self) -> Records:
        """What a worker gives: box and class. A mask or an area would be that of the true box."""
        kept = (_field(self.records, Box), _class(self.records))
        return Records({name: f for name, f in self.records.fields.items() if name in kept})

    @property
    def clean(self) -> Records:
        """The objects as they are, and where in the observed list each is; null where it was missed."""
        return Records({**self.records.fields, DRAWN: Value("int32")})

    def draw(
        self,
        lists: pa.ListArray,
        sizes: Floats,
        turns: Turns,
        drawing: Drawing,
        judges: Judges,
        rows: Rows,
    ) -> dict[str, Any]:
        """Return the `observed` and the `clean` objects of each row, and how many boxes are drawn, `labels`.

        `sizes` are width and height of the images. Rows that are not judged stay as they are; those that
        are to be and nobody does have no list.
        """
        worker, judged = turns.worker[:, 0], turns.answering[:, 0]
        left_out = turns.judged & ~judged
        lengths = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        owner = np.repeat(np.arange(len(rows)), lengths)
        objects = pa.RecordBatch.from_struct_array(lists.flatten())
        box, true = self._read(objects)
        words = np.concatenate(
            [np.empty((0, 8), dtype=np.uint64)]
            + [
                draws.words(8 * int(count)).reshape(-1, 8)
                for draws, count in zip(rows.stream("objects").each(), lengths, strict=True)
                if count
            ]
        )
        who = worker[owner]
        touched = judged[owner]
        share = drawing.missed * judges.slip[who] * _ORDINARY / np.maximum(_side(box), 1.0)
        missed = ((words[:, 0] >> np.uint64(11)) * 2.0**-53 < share) | (judges.kind[who] == RANDOM)
        kept = np.where(touched, ~missed, ~left_out[owner])
        named = np.where(touched, judges.answers(true, who, turns.guessing[owner], words[:, 1:4]), true)
        spread = np.where(touched, drawing.jitter * judges.slip[who], 0.0)
        jittered = _jittered(box, spread, words[:, 4:], sizes[owner])
        found = np.where(spread[:, None] > 0, jittered, box)

        invents = rows.stream("invented").bernoulli(drawing.invented * judges.slip[worker])
        extra = np.where(judges.kind[worker] == RANDOM, lengths, invents) * judged
        new_owner = np.repeat(np.arange(len(rows)), extra)
        new_box, new_class = self._invented(extra, box, owner, sizes, rows)
        same = judges.kind[worker[new_owner]] == SAME
        new_class = np.where(same, judges.favourite[worker[new_owner]], new_class)

        owners = np.concatenate([owner[kept], new_owner])
        boxes = np.concatenate([found[kept], new_box])
        # From left to right, or those at the end would be known to be invented.
        order = np.lexsort((np.where(judged[owners], boxes[:, 0], 0.0), owners))
        counts = np.bincount(owners, minlength=len(rows))
        offsets = np.concatenate([[0], np.cumsum(counts)])
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order)) - offsets[owners[order]]
        values = {
            _field(self.records, Box): boxes[order],
            _class(self.records): np.concatenate([named[kept], new_class])[order],
        }
        absent = lists.is_null().to_numpy(zero_copy_only=False)
        fields = dict(zip(objects.schema.names, objects.columns, strict=True))
        drawn = np.zeros(len(owner), dtype=np.int32)
        drawn[kept] = place[: int(kept.sum())]
        fields[DRAWN] = pa.array(drawn, mask=~kept)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return {
            "observed": _lists(self.observed, offsets, values, left_out | absent),
            "clean": _lists(self.clean, starts, fields, absent),
            "labels": np.where(judged, counts, 0),
        }

    def _read(self, objects: pa.RecordBatch) -> tuple[Floats, Ints]:
        boxes, labels = (objects.column(name) for name in (_field(self.records, Box), _class(self.records)))
        if boxes.null_count or labels.null_count:
            raise BuildError("stage 'annotators': an object has no box or no class, and nobody can draw it")
        corners = boxes.flatten().to_numpy(zero_copy_only=False).astype(np.float64).reshape(-1, 4)
        return corners, labels.to_numpy(zero_copy_only=False)

    def _invented(
        self, extra: Ints, box: Floats, owner: Ints, sizes: Floats, rows: Rows
    ) -> tuple[Floats, Ints]:
        """Return so many boxes for each row, each the one of several that covers least of the objects."""
        some = np.flatnonzero(extra)
        boxes: list[Floats] = []
        classes: list[int] = []
        for row, draws in zip(some, rows.at(rows.numbers[some]).stream("boxes").each(), strict=True):
            there = box[np.searchsorted(owner, row) : np.searchsorted(owner, row, side="right")]
            for _ in range(int(extra[row])):
                chance = draws.uniforms(_TRIES, 2, 2)
                sides = np.maximum(
                    np.rint((_SIDES[0] + (_SIDES[1] - _SIDES[0]) * chance[:, 0]) * sizes[row]), 1.0
                )
                start = np.floor(chance[:, 1] * (sizes[row] - sides + 1))
                tries = np.concatenate([start, start + sides], axis=1)
                boxes.append(tries[np.argmin(_covered(tries, there))])
                classes.append(draws.integer(0, len(self.classes.names)))
        return np.array(boxes).reshape(-1, 4), np.array(classes, dtype=np.int64)


def _jittered(box: Floats, spread: Floats, words: npt.NDArray[np.uint64], limits: Floats) -> Floats:
    """Return boxes in whole pixels with each side moved, inside the image and never empty."""
    extent = np.concatenate([box[:, 2:] - box[:, :2]] * 2, axis=1)
    noise = portable.normal_ppf(inside(words.ravel())).reshape(-1, 4)
    moved = np.rint(box + noise * spread[:, None] * extent)
    one, other = moved[:, :2], moved[:, 2:]
    low = np.clip(np.minimum(one, other), 0.0, limits - 1)
    high = np.clip(np.maximum(one, other), low + 1, limits)
    return np.concatenate([low, high], axis=1)


def _side(box: Floats) -> Floats:
    """Return the side of the square of the same area."""
    return np.sqrt(np.maximum((box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1]), 0.0))


def _covered(tries: Floats, boxes: Floats) -> Floats:
    """Return how much of the boxes each try covers, as a share of its own area."""
    low = np.maximum(tries[:, None, :2], boxes[None, :, :2])
    high = np.minimum(tries[:, None, 2:], boxes[None, :, 2:])
    both = np.maximum(high - low, 0.0).prod(axis=2).sum(axis=1)
    covered: Floats = both / (tries[:, 2:] - tries[:, :2]).prod(axis=1)
    return covered


def _lists(records: Records, offsets: Ints, values: dict[str, Any], null: Bools) -> pa.Array:
    """Return lists of records, of which some are missing."""
    made = records.columns(offsets, {name: values[name] for name in records.fields})
    if not null.any():
        return made
    return pa.ListArray.from_arrays(made.offsets, made.values, type=made.type, mask=pa.array(null))


def _fields(records: Records, kind: type[Feature]) -> Iterator[str]:
    return (name for name, feature in records.fields.items() if isinstance(feature, kind))


def _field(records: Records, kind: type[Feature]) -> str:
    """Return the first field of a kind, which is the one that formats take too; empty if there is none."""
    return next(_fields(records, kind), "")


def _class(records: Records) -> str:
    return _field(records, ClassLabel)
