"""Stages: splits and label noise, for any modality."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pydantic import ValidationError

from synthlab import ClassLabel, Dataset, Features, Generator, GroupLabel, Rows, Value, load
from synthlab.stages import STAGES, LabelNoise, Splits

THIRDS = {"train": 0.8, "validation": 0.1, "test": 0.1}


def dataset(rows: int = 4000, seed: int = 3, **stages: Any) -> Dataset:
    return load({"synthlab": 1, "name": "lines", "generator": "lines", "rows": rows, "seed": seed, **stages})


def columns(made: Dataset, *names: str) -> list[list[Any]]:
    table = pa.Table.from_batches(made.features.readable(batch) for batch in made.batches())
    return [table.column(name).to_pylist() for name in names]


class Grouped(Generator):
    """Rows in groups: a known list of them, or numbers."""

    known: bool = True
    groups: int = 24

    @property
    def features(self) -> Features:
        names = tuple(f"group-{i}" for i in range(self.groups))
        strata = tuple(f"stratum-{i % 3}" for i in range(self.groups))
        group = GroupLabel(names, strata) if self.known else Value("int64")
        return Features({"group": group}, group="group")

    def generate(self, rows: Rows) -> pa.RecordBatch:
        return self.features.batch({"group": rows.stream("group").integers(0, self.groups)})


def split_groups(generator: Generator, splits: Splits, rows: int = 5000, seed: int = 1) -> tuple[list, list]:
    chance = Rows(seed, 0, rows)
    batch = splits.apply(generator.generate(chance), generator.features, chance.within("splits"))
    return batch.column("group").to_pylist(), batch.column("split").to_pylist()


def test_every_block_of_rows_is_split_as_declared() -> None:
    (split,) = columns(dataset(splits={"fractions": THIRDS}), "split")
    for start in range(0, 4000, 1000):
        assert Counter(split[start : start + 1000]) == {"train": 800, "validation": 100, "test": 100}


def test_stratified_splits_have_each_class_in_its_share() -> None:
    made = dataset(rows=9000, splits={"fractions": THIRDS, "stratify": "label"})
    counts = Counter(zip(*columns(made, "label", "split"), strict=True))
    for label in "abc":
        for split, share in THIRDS.items():
            assert abs(counts[label, split] - 3000 * share) <= 9  # at most one a block


def test_stratified_splits_spread_a_class_of_one_row_a_block() -> None:
    features = Features({"label": ClassLabel(("common", "rare"))}, labels=("label",))
    rows = Rows(1, 0, 100_000)
    rare = (rows.numbers % 1000 == 17).astype(np.int64)
    splits = Splits(fractions={"train": 0.5, "test": 0.5}, stratify="label")
    found = splits.apply(features.batch({"label": rare}), features, rows).column("split").to_numpy()
    assert 45 <= int(found[rare == 1].sum()) <= 55


@pytest.mark.parametrize("known", [True, False])
def test_a_group_is_never_in_two_splits(known: bool) -> None:
    groups, splits = split_groups(Grouped(known=known), Splits(fractions=THIRDS))
    where = defaultdict(set)
    for group, split in zip(groups, splits, strict=True):
        where[group].add(split)
    assert all(len(found) == 1 for found in where.values())


def test_known_groups_are_shared_out_in_each_stratum() -> None:
    generator = Grouped(groups=60)
    groups, splits = split_groups(generator, Splits(fractions=THIRDS))
    found = Counter((group % 3, split) for group, split in set(zip(groups, splits, strict=True)))
    assert found == {(s, 0): 16 for s in range(3)} | {(s, p): 2 for s in range(3) for p in (1, 2)}


def test_unknown_groups_are_shared_out_by_hash() -> None:
    groups, splits = split_groups(Grouped(known=False, groups=3000), Splits(fractions=THIRDS), rows=20_000)
    counts = Counter(dict(zip(groups, splits, strict=True)).values())
    assert abs(counts[0] / 3000 - 0.8) < 0.03


def test_rows_without_a_group_are_split_one_by_one() -> None:
    rows = Rows(1, 0, 5000)
    features = Features({"group": Value("int64")})
    batch = features.batch({"group": pa.nulls(5000, pa.int64())})
    splits = Splits(fractions=THIRDS, group="group")
    found = splits.apply(batch, features, rows).column("split").value_counts().to_pylist()
    assert [row["counts"] / 5000 for row in found] == list(THIRDS.values())


def test_what_rows_are_grouped_by_is_no_input_and_stays_as_it_is() -> None:
    features = Features({"customer": Value("int64"), "age": Value("int64")})
    made = Splits(fractions=THIRDS, group="customer").features(features)
    assert made.inputs == ("age",)
    outliers = STAGES["outliers"].model_validate({"columns": ["customer"], "rate": 0.1, "factor": 3})
    (problem,) = outliers.problems(made)
    assert "which rows belong together" in problem.message
    assert not list(outliers.problems(features))


def test_groups_can_be_left_aside() -> None:
    splits = Splits(fractions=THIRDS, group=False)
    _, found = split_groups(Grouped(), splits, rows=1000)
    assert Counter(found) == {0: 800, 1: 100, 2: 100}


def test_a_longer_dataset_keeps_the_splits_of_a_shorter_one() -> None:
    for options in ({"fractions": THIRDS}, {"fractions": THIRDS, "stratify": "label"}):
        (short,) = columns(dataset(rows=1300, splits=options), "split")
        (long,) = columns(dataset(rows=2700, splits=options), "split")
        assert long[:1300] == short


def test_symmetric_noise_comes_at_its_rate_and_keeps_the_clean_label() -> None:
    made = dataset(rows=30_000, label_noise={"rate": 0.12})
    observed, clean = columns(made, "label", "label_clean")
    (plain,) = columns(dataset(rows=30_000), "label")
    assert clean == plain
    wrong = [(c, o) for o, c in zip(observed, clean, strict=True) if o != c]
    assert abs(len(wrong) / 30_000 - 0.12) < 3 * (0.12 * 0.88 / 30_000) ** 0.5
    assert all(abs(count / len(wrong) - 1 / 6) < 0.03 for count in Counter(wrong).values())


def test_confusion_goes_the_declared_way_alone() -> None:
    made = dataset(rows=30_000, label_noise={"confusion": {"a": {"b": 0.3}}})
    observed, clean = columns(made, "label", "label_clean")
    wrong = Counter((c, o) for o, c in zip(observed, clean, strict=True) if o != c)
    assert set(wrong) == {("a", "b")}
    assert abs(wrong["a", "b"] / 10_000 - 0.3) < 0.015


def test_noise_can_spare_the_rows_that_a_model_is_tested_on() -> None:
    made = dataset(splits={"fractions": THIRDS}, label_noise={"rate": 0.5, "splits": ["train"]})
    wrong = Counter(
        s for s, o, c in zip(*columns(made, "split", "label", "label_clean"), strict=True) if o != c
    )
    assert set(wrong) == {"train"}


def test_noise_may_come_more_often_where_a_row_is_hard_to_judge() -> None:
    noise = {"rate": "0.4 if abs(x) < 0.5 else 0.02", "splits": ["train"]}
    made = dataset(rows=60_000, splits={"fractions": {"train": 0.5, "test": 0.5}}, label_noise=noise)
    x, split, observed, clean = columns(made, "x", "split", "label", "label_clean")
    rows = list(zip(x, split, observed, clean, strict=True))
    assert not any(o != c for _, s, o, c in rows if s == "test")
    for hard, rate in ((True, 0.4), (False, 0.02)):
        there = [(c, o) for v, s, o, c in rows if s == "train" and (abs(v) < 0.5) == hard]
        wrong = [(c, o) for c, o in there if o != c]
        assert abs(len(wrong) / len(there) - rate) < 3 * (rate * (1 - rate) / len(there)) ** 0.5
        if hard:
            assert all(abs(count / len(wrong) - 1 / 6) < 0.03 for count in Counter(wrong).values())
            assert len(Counter(wrong)) == 6


def test_a_rate_is_the_same_as_a_number_and_as_an_expression_of_two_classes() -> None:
    features = Features({"label": ClassLabel(("a", "b"))}, labels=("label",))
    rows = Rows(1, 0, 5000)
    batch = features.batch({"label": rows.stream("label").choice(2)})
    made = [LabelNoise(rate=rate).apply(batch, features, rows) for rate in (0.25, "0.25", 1.0, "1", 0.0, "0")]
    assert made[0].equals(made[1])
    assert made[2].equals(made[3])
    assert made[4].equals(made[5])


def test_missing_labels_stay_missing() -> None:
    features = Features({"label": ClassLabel(("a", "b"))}, labels=("label",))
    noise = LabelNoise(rate=1.0)
    batch = noise.apply(features.batch({"label": [0, None, 1]}), features, Rows(0, 0, 3))
    assert batch.to_pydict() == {"label": [1, None, 0], "label_clean": [0, None, 1]}


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        (Splits(fractions=THIRDS, group="nowhere"), "there is no column 'nowhere'"),
        (Splits(fractions=THIRDS, stratify="x"), "column 'x' is no class column"),
        (Splits(fractions=THIRDS, stratify="y"), "column 'y' does not exist"),
        (
            Splits(fractions=THIRDS, stratify="label", group="id"),
            "rows that stay together in groups cannot be stratified row by row",
        ),
        (Splits(fractions=THIRDS, group="few"), "3 splits cannot share 2 groups"),
        (LabelNoise(column="x", rate=0.1), "column 'x' is no class column"),
        (LabelNoise(column="part", rate=0.1), "column 'part' is no class that noise may touch"),
        (LabelNoise(confusion={"a": {"d": 0.1}}), "'d' is not a class of 'label'"),
        (LabelNoise(rate=0.1, splits=["train"]), "there is no split 'train'"),
    ],
)
def test_what_does_not_fit_the_columns_is_a_problem(stage, message: str) -> None:
    features = Features(
        {
            "id": Value("int64"),
            "x": Value("float64"),
            "label": ClassLabel(("a", "b")),
            "few": GroupLabel(("f", "g")),
            "part": ClassLabel(("p", "q")),
        },
        labels=("label",),
        split="part",
    )
    assert [p.message for p in stage.problems(features)] == [message]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Splits(fractions={"train": 0.8, "test": 0.1}), "add up to 0.9"),
        (lambda: Splits(fractions={"Train": 1.0}), "a split is named by lower-case"),
        (lambda: Splits(fractions={"nul": 1.0}), "a split is named by lower-case"),
        (lambda: LabelNoise(confusion={"a": {"a": 0.1}}), "needs no rate for itself"),
        (lambda: LabelNoise(confusion={}), "confuses nothing"),
        (lambda: LabelNoise(), "either 'rate' or 'confusion'"),
        (lambda: LabelNoise(confusion={"a": {"b": 0.6, "c": 0.5}}), "more often than it occurs"),
    ],
)
def test_declarations_that_make_no_sense_are_refused(make, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        make()
