"""Boxes as people draw them: a little off, some objects missed, some boxes around nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from .. import portable
from ..errors import BuildError
from ..features import Features, Image
from ..rows import Rows
from ..words import inside
from .conditions import Probability
from .marking import Marks

__all__ = ["Boxes", "Drawing", "image_size"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]
Words = npt.NDArray[np.uint64]

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


def image_size(features: Features) -> tuple[str, str] | None:
    """Return the columns with the width and height of the image, if there are."""
    for feature in features.columns.values():
        if isinstance(feature, Image) and {feature.width, feature.height} <= set(features.columns):
            return feature.width, feature.height
    return None


@dataclass(frozen=True, slots=True)
class Boxes(Marks):
    """The boxes of a batch; `sizes` are width and height of the image of each row."""

    name: str
    """The field with the box."""
    sizes: Floats
    drawing: Drawing

    @property
    def words(self) -> int:
        return 4

    @property
    def invented(self) -> float:
        return self.drawing.invented

    def read(self, objects: pa.RecordBatch) -> Floats:
        boxes = objects.column(self.name)
        if boxes.null_count:
            raise BuildError("stage 'annotators': an object has no box, and nobody can draw it")
        corners: Floats = boxes.flatten().to_numpy(zero_copy_only=False).astype(np.float64).reshape(-1, 4)
        return corners

    def missed(self, places: Floats, slip: Floats) -> Floats:
        share: Floats = self.drawing.missed * slip * _ORDINARY / np.maximum(_side(places), 1.0)
        return share

    def moved(self, places: Floats, slip: Floats, words: Words, owner: Ints) -> Floats:
        spread = self.drawing.jitter * slip
        jittered = _jittered(places, spread, words, self.sizes[owner])
        return np.where(spread[:, None] > 0, jittered, places)

    def elsewhere(
        self, extra: Ints, places: Floats, owner: Ints, classes: int, rows: Rows
    ) -> tuple[Ints, Floats, Ints]:
        """Return so many boxes for each row, each the one of several that covers least of the objects."""
        some = np.flatnonzero(extra)
        boxes: list[Floats] = []
        named: list[int] = []
        for row, draws in zip(some, rows.at(rows.numbers[some]).stream("boxes").each(), strict=True):
            there = places[np.searchsorted(owner, row) : np.searchsorted(owner, row, side="right")]
            for _ in range(int(extra[row])):
                chance = draws.uniforms(_TRIES, 2, 2)
                size = self.sizes[row]
                sides = np.maximum(np.rint((_SIDES[0] + (_SIDES[1] - _SIDES[0]) * chance[:, 0]) * size), 1.0)
                start = np.floor(chance[:, 1] * (size - sides + 1))
                tries = np.concatenate([start, start + sides], axis=1)
                boxes.append(tries[np.argmin(_covered(tries, there))])
                named.append(draws.integer(0, classes))
        new_owner = np.repeat(np.arange(len(rows)), extra)
        return new_owner, np.array(boxes).reshape(-1, 4), np.array(named, dtype=np.int64)

    def order(self, places: Floats) -> Floats:
        left: Floats = places[:, 0]
        return left

    def fields(self, places: Floats) -> Mapping[str, Any]:
        return {self.name: places}


def _jittered(box: Floats, spread: Floats, words: Words, limits: Floats) -> Floats:
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
