"""Simulated annotators: who judged which row, what each said, and the label that came of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from ..features import ClassLabel, Feature, Features, Records, Span, Value
from ..generator import OptionProblem
from ..rows import Rows
from .base import Stage
from .conditions import Probability, in_splits, probability, rate_problems, split_problems
from .drawing import Boxes, Drawing, image_size
from .judges import KINDS, SILENT, Judges, assigned
from .judging import Confusion, class_problems, confusion_problems, first_class
from .marking import DRAWN, Marks, Scene, marked_columns
from .spanning import Spanning, Spans
from .voting import Turns, answer_feature, voted

__all__ = ["Annotators"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]

SKILL = (0.6, 0.95)
LABELS = 3.0


def _in_order(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] > pair[1]:
        raise ValueError(f"the range begins with {pair[0]:g}, above its end {pair[1]:g}")
    return pair


Seconds = Annotated[float, Field(gt=0, le=1e6)]
Spammer = Literal["random", "same", "silent"]


class Annotators(Stage):
    """A crowd that judges the rows. The true label is kept in `..._clean`, each answer in `..._annotations`.

    Of a column of boxes or spans, each image or text is marked by one worker.
    """

    model_config = ConfigDict(extra="forbid")

    key: ClassVar[str] = "annotators"

    column: str | None = Field(
        default=None,
        description="The class column that is judged, or the column of boxes or spans; by default the first "
        "label that is one.",
    )
    workers: int = Field(
        default=30, ge=1, le=10_000, description="How many workers there are, numbered from 0."
    )
    labels_per_row: Annotated[float, Field(gt=0, le=1000)] | None = Field(
        default=None,
        description="How many workers judge each row, 3 by default; 2.5 is three for half of the rows, 0.5 "
        "one for half of them. Boxes of an image and spans of a text are marked by one.",
    )
    skill_range: Annotated[tuple[Probability, Probability], AfterValidator(_in_order)] | None = Field(
        default=None,
        description="How often workers are right, each with a skill of their own between these two; "
        "[0.6, 0.95] unless a confusion says how often.",
    )
    confusion: Confusion | None = Field(
        default=None,
        description="For a true class, how often it is taken for another: {positive: {negative: 0.1}}; the "
        "same for all workers. With a skill_range, skill says how often and the confusion which way.",
    )
    difficulty: Probability | str = Field(
        default=0.0,
        description="The probability that nobody can tell and a worker guesses; or an expression that "
        "gives that of each row: 0.8 if abs(score) < 0.2 else 0.",
    )
    spammers: Probability | dict[Spammer, Probability] = Field(
        default=0.0,
        description="The share of the workers who do not follow the instructions; a third of them each "
        "answers at random, always the same, or not at all. Or the share of each kind: {random: 0.1}.",
    )
    skipping: Probability = Field(
        default=0.0, description="How often the other workers leave a row out that they were asked about."
    )
    price: Annotated[float, Field(ge=0, le=1e9)] | None = Field(
        default=None, description="What a label costs, in any currency; a row that is left out costs nothing."
    )
    seconds_range: Annotated[tuple[Seconds, Seconds], AfterValidator(_in_order)] | None = Field(
        default=None,
        description="The median of the seconds that a worker takes for a label, each with one of their own; "
        "spammers take a quarter of it.",
    )
    gold: Probability = Field(
        default=0.0, description="The share of the rows that are questions to test workers with."
    )
    boxes: Drawing | None = Field(
        default=None, description="How boxes are drawn: jitter, missed, invented; for a column of boxes."
    )
    spans: Spanning | None = Field(
        default=None, description="How spans are marked: shifted, missed, invented; for a column of spans."
    )
    splits: list[str] | None = Field(
        default=None,
        min_length=1,
        description="Only rows of these splits are judged, [train] for example; by default all.",
    )

    @model_validator(mode="after")
    def _sensible(self) -> Annotators:
        if self.confusion is not None and not self.confusion:
            raise ValueError("an empty confusion confuses nothing; leave it out")
        for name, row in (self.confusion or {}).items():
            if not any(row.values()):
                raise ValueError(f"the confusion says of {name!r} no class that it is taken for")
        if sum(self._spammers.values()) > 1:
            raise ValueError("there are more spammers than workers: their shares make more than 1")
        if math.ceil(self.labels_per_row or 0) > self.workers:
            told = f"{self.labels_per_row:g} labels for a row need as many different workers"
            raise ValueError(f"{told}, and there are {self.workers}")
        return self

    def problems(self, features: Features) -> Iterator[OptionProblem]:
        column = self._column(features)
        is_marked = column in marked_columns(features)
        if column is None or not is_marked:
            found = list(class_problems(column, features, "annotators", marked_columns(features)))
        else:
            found = [] if _is_text(features[column]) or image_size(features) else [_SIZELESS]
        if not found and column is not None and column in features.truth:
            found = [OptionProblem(("column",), f"column {column!r} is the truth about the data")]
        if found or column is None:
            yield from found
            return
        for name in (f"{column}_{added}" for added in self._added(features[column])):
            if name in features.columns:
                yield _taken(name, column, features)
        if is_marked:
            yield from self._mark_problems(column, features)
        has = ("spans" if _is_text(features[column]) else "boxes") if is_marked else "a class"
        for name in ("boxes", "spans"):
            if getattr(self, name) is not None and name != has:
                message = f"column {column!r} has {has} and no {name}"
                yield OptionProblem((name,), message, "leave it out", at_key=True)
        yield from confusion_problems(self.confusion, _classes(features[column]).names, column)
        yield from rate_problems(self.difficulty, features, ("difficulty",))
        yield from split_problems(self.splits, features, ("splits",))

    def changes(self, features: Features) -> frozenset[str]:
        column = self._column(features)
        return frozenset() if column is None else frozenset({column})

    def features(self, features: Features) -> Features:
        """Return the columns with the true label and what the workers did: no input of a model."""
        column = self._column(features)
        assert column is not None
        feature, made = features[column], features
        if isinstance(feature, Records):
            made = made.with_column(column, Scene(feature).observed)
        for name, kind in self._added(feature).items():
            made = made.with_column(f"{column}_{name}", kind, truth=True)
        return made

    def apply(self, batch: pa.RecordBatch, features: Features, rows: Rows) -> pa.RecordBatch:
        column = self._column(features)
        assert column is not None
        feature, clean = features[column], batch.column(column)
        added = self._added(feature)
        judges = self.judges(rows, features)
        turns = self._turns(batch, features, rows, judges)
        if isinstance(feature, Records):
            made = Scene(feature).draw(clean, self._marks(batch, features, feature), turns, judges, rows)
            asked = turns.asked[:, 0]
            made["worker"] = pa.array(turns.worker[:, 0], mask=~asked)
            if "seconds" in added:
                taken = judges.seconds(turns.worker[:, 0], rows, 0) * made["labels"]
                made["seconds"] = pa.array(np.rint(taken * 10) / 10, mask=~turns.answering[:, 0])
        else:
            answers = added["annotations"]
            assert isinstance(answers, Records)
            made = {"clean": clean, **voted(clean, answers, turns, judges, rows)}
        if self.price is not None:
            made["cost"] = _cost(self.price, made["labels"])
        if self.gold:
            gold = Fraction(repr(self.gold))
            made["gold"] = (rows.stream("gold").quotas([1 - gold, gold]) == 1) & turns.asked.any(axis=1)
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        columns |= {f"{column}_{name}": made[name] for name in added}
        return self.features(features).batch({**columns, column: made["observed"]})

    def judges(self, rows: Rows, features: Features) -> Judges:
        """Return the workers, the same for all rows of a dataset; `features` are those that come in."""
        column = self._column(features)
        assert column is not None
        names = _classes(features[column]).names
        skill = SKILL if self.skill_range is None and self.confusion is None else self.skill_range
        confusion, spammers = self.confusion or {}, self._spammers
        return Judges.hired(rows, self.workers, names, skill, confusion, spammers, self.seconds_range)

    def _turns(self, batch: pa.RecordBatch, features: Features, rows: Rows, judges: Judges) -> Turns:
        column = self._column(features)
        assert column is not None
        there = batch.column(column).is_valid().to_numpy(zero_copy_only=False)
        judged = there & in_splits(self.splits, batch, features)
        where = f"stage {self.key!r}, column {column!r}"
        guessing = probability(self.difficulty, judged, batch, features, where)
        per_row = self.labels_per_row
        if per_row is None:
            per_row = 1.0 if isinstance(features[column], Records) else min(LABELS, float(self.workers))
        whole, rest = divmod(Fraction(repr(per_row)), 1)
        count = int(whole) + (rows.stream("more").quotas([1 - rest, rest]) if rest else 0)
        slots = range(math.ceil(per_row))
        asked = (np.arange(len(slots)) < np.reshape(count, (-1, 1))) & judged[:, None]
        worker = assigned(rows, self.workers, len(slots))
        skips = [rows.stream("skip", str(j)).bernoulli(self.skipping) for j in slots]
        answering = asked & ~np.stack(skips, axis=1) & (judges.kind[worker] != SILENT)
        return Turns(judged, guessing, worker, asked, answering)

    def _added(self, feature: Feature) -> dict[str, Feature]:
        """Return the columns that are put beside the judged one, by the ends of their names."""
        timed = self.seconds_range is not None
        added: dict[str, Feature]
        if isinstance(feature, Records):
            added = {"clean": Scene(feature).clean, "worker": Value("int32")}
            if timed:
                added["seconds"] = Value("float64")
        else:
            answers = answer_feature(_classes(feature), timed)
            added = {"clean": feature, "annotations": answers, "agreement": Value("float64")}
        if self.price is not None:
            added["cost"] = Value("float64")
        if self.gold:
            added["gold"] = Value("bool")
        return added

    def _marks(self, batch: pa.RecordBatch, features: Features, records: Records) -> Marks:
        """Return how the workers mark a batch."""
        places = Scene(records).places
        kinds = [records.fields[name] for name in places]
        texts = {
            name: batch.column(kind.of).to_pylist()
            for name, kind in zip(places, kinds, strict=True)
            if isinstance(kind, Span)
        }
        if texts:
            return Spans(texts, self.spans or Spanning())
        return Boxes(places[0], _sizes(batch, features), self.boxes or Drawing())

    def _mark_problems(self, column: str, features: Features) -> Iterator[OptionProblem]:
        feature = features[column]
        assert isinstance(feature, Records)
        if (self.labels_per_row or 1) > 1:
            what = "spans in {!r} are marked by one worker a text"
            what = what if _is_text(feature) else "boxes in {!r} are drawn by one worker an image"
            message = f"the {what.format(column)}"
            yield OptionProblem(("labels_per_row",), message, "leave it out, or say 1 or less")
        if DRAWN in feature.fields:
            message = f"the records in {column!r} have a field {DRAWN!r} already"
            yield OptionProblem(("column",), message, "rename that field")

    @property
    def _spammers(self) -> dict[str, Fraction]:
        if isinstance(self.spammers, dict):
            return {kind: Fraction(repr(share)) for kind, share in self.spammers.items()}
        return dict.fromkeys(KINDS[1:], Fraction(repr(self.spammers)) / (len(KINDS) - 1))

    def _column(self, features: Features) -> str | None:
        marked = marked_columns(features)
        labeled = next((name for name in features.labels if name in marked), None)
        return self.column or first_class(features) or labeled


_SIZELESS = OptionProblem(
    ("column",), "nobody can draw boxes inside an image of unknown size", "the dataset needs an image column"
)


def _taken(name: str, column: str, features: Features) -> OptionProblem:
    if name == f"{column}_clean" and name in features.added:
        message = f"column {column!r} is judged by label_noise already, which keeps a truth of its own"
        return OptionProblem(("column",), message, "leave out one of the two")
    return OptionProblem(("column",), f"there is a column {name!r} already", "rename that column")


def _is_text(feature: Feature) -> bool:
    return isinstance(feature, Records) and Scene(feature).is_text


def _classes(feature: Feature) -> ClassLabel:
    kind = Scene(feature).classes if isinstance(feature, Records) else feature
    assert isinstance(kind, ClassLabel)
    return kind


def _sizes(batch: pa.RecordBatch, features: Features) -> Floats:
    """Return width and height of the image of each row, shape `(rows, 2)`."""
    columns = image_size(features)
    assert columns is not None
    sides = [batch.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False) for name in columns]
    return np.stack(sides, axis=1)


def _cost(price: float, labels: Ints) -> Floats:
    """Return what so many labels cost. By fractions: three at 0.05 are 0.15."""
    most = int(labels.max(initial=0))
    table: Floats = np.array([float(Fraction(repr(price)) * n) for n in range(most + 1)])
    return table[labels]
