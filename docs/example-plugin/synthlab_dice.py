"""Throws of dice, labeled with what a player would call them."""

import json
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow as pa
from pydantic import Field

from synthlab import ClassLabel, FeatureError, Features, Generator, OptionProblem, Rows, Value, Writer
from synthlab.writers import MergeDesk, ShardDesk

NAMES = ("nothing", "pair", "all alike")


class DiceGenerator(Generator):
    """Throws of several dice, labeled nothing, pair or all alike."""

    dice: int = Field(default=3, ge=2, le=6, description="How many dice are thrown.")
    sides: int = Field(default=6, ge=2, le=100, description="How many sides a die has.")
    favourite: int | None = Field(default=None, description="A side that the last die always shows.")

    @property
    def features(self) -> Features:
        dice = {f"die_{i}": Value("int64") for i in range(self.dice)}
        return Features({**dice, "name": ClassLabel(NAMES)}, labels=("name",))

    def generate(self, rows: Rows) -> pa.RecordBatch:
        # One stream for each die: a fourth die leaves the first three as they were.
        dice = [rows.stream("die", str(i)).integers(1, self.sides + 1) for i in range(self.dice)]
        if self.favourite is not None:
            dice[-1] = np.full(len(rows), self.favourite)
        faces = np.sort(np.stack(dice), axis=0)
        alike = (faces[1:] == faces[:-1]).sum(axis=0)
        name = np.where(alike == self.dice - 1, 2, np.minimum(alike, 1))
        return self.features.batch({**{f"die_{i}": d for i, d in enumerate(dice)}, "name": name})

    def problems(self) -> Iterator[OptionProblem]:
        if self.favourite is not None and not 1 <= self.favourite <= self.sides:
            yield OptionProblem(("favourite",), f"a die of {self.sides} sides has no side {self.favourite}")


class TallyWriter(Writer):
    """Only the counts of each class: one small JSON file."""

    name = "tally"
    description = "How often each class occurs, as JSON"

    def accepts(self, features: Features) -> None:
        if not features.find(ClassLabel):
            raise FeatureError("tally counts classes, but the dataset has no class column")

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        column = features.find(ClassLabel)[0]
        counts = dict.fromkeys(features[column].names, 0)
        for batch in batches:
            for name in features.readable(batch).column(column).to_pylist():
                counts[name] += 1
        return counts

    def merge(self, features: Features, desk: MergeDesk) -> None:
        total: dict[str, int] = {}
        for shard in desk.shards():
            for name, count in shard.counts.items():
                total[name] = total.get(name, 0) + count
        with desk.create("tally.json") as file:
            file.write(json.dumps(total).encode())
