"""What workers say about the class of each row, and the label that most of them give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..features import ClassLabel, Feature, Records, Value
from ..rows import Rows
from .judges import Judges

__all__ = ["Turns", "answer_feature", "voted"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Turns:
    """Who is asked about each row; what has a second axis has a place for each worker of a row."""

    judged: Bools
    """The rows that are in question at all."""
    guessing: Floats
    """How likely it is that nobody can tell."""
    worker: Ints
    asked: Bools
    answering: Bools
    """Who of those asked gives an answer."""

    @property
    def slots(self) -> range:
        """How many workers a row can have."""
        return range(self.asked.shape[1])


def answer_feature(classes: ClassLabel, timed: bool) -> Records:
    """Return what is known of the answers of one row; a row that a worker left out has no label."""
    fields: dict[str, Feature] = {"worker": Value("int32"), "label": classes}
    return Records({**fields, "seconds": Value("float64")} if timed else fields)


def voted(clean: pa.Array, feature: Records, turns: Turns, judges: Judges, rows: Rows) -> dict[str, Any]:
    """Return the `observed` label by majority, the `annotations`, the `agreement`, and how many `labels`.

    Agreement is the share of the answers that are for the observed label.
    """
    true = clean.fill_null(0).to_numpy(zero_copy_only=False)
    votes = np.full(turns.asked.shape, -1, dtype=np.int64)
    for j in turns.slots:
        words = rows.stream("answer", str(j)).words(3)
        named = judges.answers(true, turns.worker[:, j], turns.guessing, words)
        votes[:, j] = np.where(turns.answering[:, j], named, -1)
    given = votes >= 0
    same = np.stack([(votes == votes[:, [j]]).sum(axis=1) for j in turns.slots], axis=1) * given
    most, labels = same.max(axis=1), given.sum(axis=1)
    # Ties are broken by who of the most drew the largest word: tied classes have as many votes, so each
    # of them is as likely.
    words = np.stack([rows.stream("tie", str(j)).words() for j in turns.slots], axis=1)
    drawn = np.where(same == most[:, None], (words >> np.uint64(1)).astype(np.int64), -1)
    majority = np.take_along_axis(votes, np.argmax(drawn, axis=1)[:, None], axis=1)[:, 0]
    nobody = labels == 0
    missing = np.where(turns.judged, nobody, clean.is_null().to_numpy(zero_copy_only=False))

    asked, said = turns.asked, votes[turns.asked]
    answers: dict[str, Any] = {"worker": turns.worker[asked], "label": pa.array(said, mask=said < 0)}
    if "seconds" in feature.fields:
        taken = np.stack([judges.seconds(turns.worker[:, j], rows, j) for j in turns.slots], axis=1)
        answers["seconds"] = pa.array(taken[asked], mask=said < 0)
    offsets = np.concatenate([[0], np.cumsum(asked.sum(axis=1))])
    return {
        "observed": pa.array(np.where(turns.judged, majority, true), mask=missing),
        "annotations": feature.columns(offsets, answers),
        "agreement": pa.array(most / np.maximum(labels, 1), mask=nobody),
        "labels": labels,
    }
