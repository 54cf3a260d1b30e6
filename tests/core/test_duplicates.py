"""Duplicates: copies of earlier rows that are never in another split than their original."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from .people import People, people


def copies(table: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the rows that are copies, and of their originals."""
    of = table.column("duplicate_of")
    return np.flatnonzero(of.is_valid().to_numpy()), of.drop_null().to_numpy()


def test_a_copy_is_its_original_in_every_column_and_in_the_same_split() -> None:
    made = people(
        20_000,
        splits={"fractions": {"train": 0.8, "test": 0.2}, "stratify": "label"},
        label_noise={"rate": 0.2},
        duplicates={"rate": 0.05},
    ).to_table()
    numbers, originals = copies(made)
    content = made.drop_columns(["duplicate_of"])
    assert content.take(numbers).combine_chunks().equals(content.take(originals).combine_chunks())
    assert (originals < numbers).all()
    assert (originals // 1000 == numbers // 1000).all()
    assert not set(originals.tolist()) & set(numbers.tolist())


def test_originals_are_as_near_as_is_declared() -> None:
    made = people(5000, duplicates={"rate": 0.3, "within": 20})
    table = made.to_table()
    numbers, originals = copies(table)
    assert (originals // 20 == numbers // 20).all()
    assert len(numbers) / 5000 == pytest.approx(0.3, abs=0.02)
    assert made[4000:4003].to_table().equals(table.slice(4000, 3).combine_chunks())


def test_copies_come_at_the_rate_and_spread_over_the_originals() -> None:
    rows, rate = 100_000, 0.05
    numbers, originals = copies(people(rows, duplicates={"rate": rate}).to_table())
    assert abs(len(numbers) / rows - rate) < 3 * (rate * (1 - rate) / rows) ** 0.5
    assert Counter(Counter(originals.tolist()).values())[1] > 0.85 * len(set(originals.tolist()))
    # Rows early in a block come before more of the others: the distance is that of two rows at random.
    assert 250 < np.mean(numbers - originals) < 420


def test_rows_that_are_no_copies_are_as_they_were() -> None:
    clean, made = people().to_table(), people(duplicates={"rate": 0.3}).to_table()
    own = made.column("duplicate_of").is_null()
    assert made.filter(own).select(clean.column_names).equals(clean.filter(own))


def test_a_copy_keeps_its_own_id_and_varies_where_that_is_declared() -> None:
    plain = people(duplicates={"rate": 0.2}).to_table()
    made = people(duplicates={"rate": 0.2, "fresh": ["id"], "vary": ["last"]}).to_table()
    assert made.column("id").to_pylist() == list(range(4000))
    numbers, originals = copies(made)
    last = np.array(made.column("last").to_pylist(), dtype=object)
    assert (last[numbers] != last[originals]).all()
    assert np.flatnonzero(made.column("last_typo").to_numpy()).tolist() == numbers.tolist()
    assert made.column("duplicate_of").equals(plain.column("duplicate_of"))
    assert made.column("first").equals(plain.column("first"))


def test_the_truth_about_what_is_fresh_is_fresh_too() -> None:
    table = people(
        5000,
        drift={"columns": ["income"], "rate": 0.5, "factor": 2, "keep_clean": True},
        duplicates={"rate": 0.3, "fresh": ["income"]},
    ).to_table()
    income, clean = (table.column(name).to_numpy() for name in ("income", "income_clean"))
    assert ((income != clean) == table.column("income_drifted").to_numpy()).all()


def test_typos_make_near_duplicates_of_copies() -> None:
    made = people(duplicates={"rate": 0.2}, typos={"columns": ["first"], "rate": 0.5}).to_table()
    numbers, originals = copies(made)
    first = np.array(made.column("first").to_pylist(), dtype=object)
    assert 0.6 < (first[numbers] != first[originals]).mean() < 0.85


def test_every_kind_of_column_can_be_copied() -> None:
    made = people(duplicates={"rate": 0.9}).to_table()
    assert set(made.column_names) == {*People().features.columns, "duplicate_of"}
    numbers, _ = copies(made)
    assert 0.88 < len(numbers) / 4000 < 0.92
