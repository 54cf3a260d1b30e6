"""The hostile corpora of the benchmark: refused with their places, and nothing is reached."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from hostile.documents import DOCUMENTS, HARMLESS, HostileFile
from hostile_schemas import attack, expressions, warm_up

EXPRESSIONS = expressions()


@pytest.fixture(scope="module", autouse=True)
def watched() -> None:
    warm_up()


def test_there_are_enough_and_each_tries_something_else() -> None:
    assert len(EXPRESSIONS) >= 40
    assert len(DOCUMENTS) >= 60
    for corpus in (EXPRESSIONS, DOCUMENTS):
        assert len({hostile.tries for hostile in corpus}) == len(corpus)


@pytest.mark.parametrize("hostile", [*EXPRESSIONS, *DOCUMENTS], ids=lambda h: h.tries)
def test_what_is_hostile_is_refused_with_its_place_and_reaches_nothing(hostile: HostileFile) -> None:
    result = attack(hostile, runs=1)
    assert result.problem == ""
    assert result.place


@pytest.mark.parametrize("harmless", HARMLESS, ids=lambda h: h.tries)
def test_what_only_looks_hostile_is_accepted(harmless: HostileFile) -> None:
    assert attack(harmless, runs=1).problem == "accepted"
