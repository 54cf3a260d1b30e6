"""Datasets: rows made when they are asked for, the same however they are reached."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import synthlab
from synthlab import BuildError, Dataset, Features, Generator, UsageError, Value

STAGES: dict[str, Any] = {
    "splits": {"fractions": {"train": 0.7, "test": 0.3}, "stratify": "label"},
    "label_noise": {"rate": 0.2},
}


def lines(rows: int = 2500, seed: int = 5, generator: str = "lines", **keys: Any) -> Dataset:
    return synthlab.load(
        {"synthlab": 1, "name": "lines", "generator": generator, "rows": rows, "seed": seed, **keys}
    )


@given(start=st.integers(0, 2499), size=st.integers(1, 300))
@settings(max_examples=20, deadline=None)
def test_a_slice_is_a_dataset_of_these_rows(start: int, size: int) -> None:
    made = lines(**STAGES)
    part = made[start : start + size]
    assert len(part) == min(size, 2500 - start)
    assert part.to_table().equals(made.to_table().slice(start, size).combine_chunks())
    assert part[0] == made[start]


def test_a_shorter_dataset_is_the_start_of_a_longer_one() -> None:
    short, long = lines(1234, **STAGES).to_table(), lines(2500, **STAGES).to_table()
    assert short.equals(long.slice(0, 1234))


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_batches_of_any_size_hold_the_same_rows(size: int) -> None:
    made = lines(300, **STAGES)
    batches = list(made.batches(size))
    assert [b.num_rows for b in batches[:-1]] == [size] * (len(batches) - 1)
    assert pa.Table.from_batches(batches).equals(made.to_table())


def test_a_dataset_behaves_like_a_sequence() -> None:
    made = lines(10)
    assert len(made) == 10
    assert made[-1] == made[9] == list(made)[9]
    assert made[2:8][1:3][0] == made[3]
    assert len(made[8:3]) == 0
    assert made[3]["label"] in "abc"
    with pytest.raises(IndexError):
        made[10]
    with pytest.raises(UsageError, match="steps of 1, not 2"):
        made[::2]
    assert repr(made) == "<Dataset lines: 10 rows of id, x, text, label>"


def test_rows_far_away_are_made_without_those_before() -> None:
    made = lines(10**12, **STAGES)
    assert made[10**12 - 1]["id"] == 10**12 - 1


def test_models_that_sample_in_batches_see_whole_aligned_blocks() -> None:
    made = lines(1000, generator="blocks")
    assert made[130]["first"] == 128
    assert made[100:300].to_table().equals(made.to_table().slice(100, 200).combine_chunks())


def test_a_stage_changes_nothing_that_the_generator_made() -> None:
    plain, staged = lines(500).to_table(), lines(500, **STAGES).to_table()
    for name in ("id", "x", "text"):
        assert plain.column(name).equals(staged.column(name))
    assert staged.column("label_clean").equals(plain.column("label"))


def test_pandas_gets_the_names_of_classes() -> None:
    frame = lines(50).to_pandas()
    assert list(frame.columns) == ["id", "x", "text", "label"]
    assert set(frame["label"]) == {"a", "b", "c"}
    assert lines(0).to_pandas().shape == (0, 4)


def test_a_generator_that_breaks_its_promise_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Short(Generator):
        @property
        def features(self) -> Features:
            return Features({"a": Value("int64")})

        def generate(self, rows: synthlab.Rows) -> pa.RecordBatch:
            return self.features.batch({"a": [1]})

    made = lines(10)
    object.__setattr__(made.schema, "generator", Short())
    with pytest.raises(BuildError, match="generator 'lines' was asked for 10 rows and made 1"):
        Dataset(made.schema).to_table()
