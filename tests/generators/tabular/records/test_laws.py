"""The laws of rows, for every field of every kind of record."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab.rows import Rows
from synthlab.testing import check_generator
from synthlab_tabular import TabularGenerator

from .conftest import every_field, table

FIELDS = every_field()
EVERYTHING = table(*FIELDS)


def test_the_contract_of_generators_is_kept(everything: TabularGenerator) -> None:
    assert list(everything.problems()) == []
    check_generator(everything, rows=200)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**12), st.integers(1, 200), st.integers(0, 200), st.integers(0, 200))
def test_a_slice_is_the_same_alone_and_in_the_whole(start: int, length: int, first: int, second: int) -> None:
    a, b = sorted((first % length, second % length))
    whole = EVERYTHING.generate(Rows(1, start, start + length))
    part = EVERYTHING.generate(Rows(1, start + a, start + b))
    assert part.equals(whole.slice(a, b - a))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 20_000), max_size=50))
def test_picked_rows_are_those_of_the_whole(numbers: list[int]) -> None:
    picked = EVERYTHING.generate(Rows(1, 0, 1).at(numbers))
    for place, number in enumerate(numbers):
        assert picked.slice(place, 1).equals(EVERYTHING.generate(Rows(1, number, number + 1)))


@pytest.mark.parametrize("column", FIELDS, ids=[column["name"] for column in FIELDS])
def test_a_column_is_the_same_alone_and_beside_all_others(column: dict[str, str]) -> None:
    alone = table(column).generate(Rows(3, 0, 300)).column(0)
    assert alone.equals(EVERYTHING.generate(Rows(3, 0, 300)).column(column["name"]))
    assert alone.null_count == 0


@pytest.mark.parametrize("column", FIELDS, ids=[column["name"] for column in FIELDS])
def test_another_record_is_of_somebody_else(column: dict[str, str]) -> None:
    mine, other = table(column), table({**column, "of": "another"})
    a, b = (generator.generate(Rows(3, 0, 300)).column(0) for generator in (mine, other))
    constant = len(a.unique()) == 1
    assert constant or not a.equals(b)


def test_pickled_columns_make_the_same_rows(everything: TabularGenerator) -> None:
    made = everything.generate(Rows(1, 0, 20))
    assert pickle.loads(pickle.dumps(everything)).generate(Rows(1, 0, 20)).equals(made)


def test_no_text_is_empty_or_has_blanks_around_it(everything: TabularGenerator) -> None:
    made = everything.features.readable(everything.generate(Rows(1, 0, 2_000)))
    for name, column in zip(made.schema.names, made.columns, strict=True):
        for value in np.unique(column.to_numpy(zero_copy_only=False)).tolist():
            assert not isinstance(value, str) or (value and value == value.strip()), (name, value)
