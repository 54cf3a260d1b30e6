"""The misspelt schemas of the benchmark: each is told where it is wrong, and what was meant."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from misspelt_schemas import PROMISED, Expectation, by_synthlab, expectations, scores

EXPECTED = expectations()


def test_there_are_enough_files_and_an_expectation_for_each() -> None:
    assert len(EXPECTED) >= 50
    assert {e.path.name for e in EXPECTED} == {p.name for p in EXPECTED[0].path.parent.iterdir()}


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda e: e.name)
def test_a_misspelt_schema_is_told_on_its_line(expected: Expectation) -> None:
    assert by_synthlab(expected.path).line == expected.line


def test_columns_and_suggestions_are_as_often_right_as_promised() -> None:
    found = scores({e.name: by_synthlab(e.path) for e in EXPECTED}, EXPECTED)
    assert {what: share for what, share in found.items() if share < PROMISED[what]} == {}
