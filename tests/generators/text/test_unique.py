"""Reviews that all differ, and the dealing of rows that they rest on."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab import Rows
from synthlab_text import TextGenerator
from synthlab_text.reviews.dealing import BLOCK, Deals, places, shuffled

UNIQUE = TextGenerator(unique=True)


@cache
def batch() -> pa.RecordBatch:
    return UNIQUE.generate(Rows(7, 0, 60_000))


@given(st.integers(0, 2**64 - 1), st.sampled_from([50, 500, 1000]))
def test_a_shuffled_block_is_a_permutation(word: int, size: int) -> None:
    places = np.arange(size, dtype=np.uint64)
    moved = shuffled(places, np.full(size, word, np.uint64), size)
    assert sorted(moved.tolist()) == list(range(size))


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=40), st.integers(0, 2**64 - 1))
@settings(max_examples=50)
def test_numbers_with_the_same_choice_have_different_ranks(weights: list[float], key: int) -> None:
    deals = Deals.of([weights])
    numbers = np.arange(4_000)
    choice, rank = deals.deal(numbers, np.full(len(numbers), key, np.uint64))
    for one in range(len(weights)):
        ranks = np.sort(rank[choice == one])
        assert ranks.tolist() == list(range(len(ranks)))
        expected = 4_000 * weights[one] / sum(weights)
        assert len(ranks) >= 4
        assert abs(len(ranks) - expected) <= 4 * len(weights)


def test_no_two_reviews_are_alike() -> None:
    texts = batch()["text"].to_pylist()
    assert len(set(texts)) == len(texts)


def test_labels_are_exact_and_domains_are_exact_within_them() -> None:
    for start in range(0, 60_000, 1_000):
        counts = Counter(batch()["label"].slice(start, 1_000).to_pylist())
        assert sorted(counts.values()) == [333, 333, 334]
    label, domain = (batch()[name].to_numpy() for name in ("label", "domain"))
    for one in range(3):
        counts = np.bincount(domain[label == one], minlength=15)
        # 20,000 rows are 20 whole blocks, of which each domain has 66 or 67 places.
        assert set((counts // 10 * 10).tolist()) <= {1_310, 1_320, 1_330, 1_340, 1_350}


def test_opinions_are_said_as_often_as_in_reviews_that_may_repeat() -> None:
    def most_common(made: pa.RecordBatch) -> list[str]:
        counts = Counter[str]()
        for row in made.slice(0, 15_000).to_pylist():
            counts.update(
                row["text"][a["opinion"]["start"] : a["opinion"]["end"]].lower()
                for a in row["aspects"]
                if a["said"] == 0 and a["opinion"]
            )
        return [word for word, _ in counts.most_common(15)]

    usual = most_common(TextGenerator().generate(Rows(7, 0, 15_000)))
    assert len(set(usual) & set(most_common(batch()))) >= 8


@given(st.integers(0, 2**32), st.integers(0, 100_000), st.data())
@settings(max_examples=8, deadline=None)
def test_a_slice_has_the_rows_of_the_whole(seed: int, start: int, data: st.DataObject) -> None:
    whole = UNIQUE.generate(Rows(seed, start, start + 300))
    first = data.draw(st.integers(0, 299))
    assert UNIQUE.generate(Rows(seed, start + first, start + 300)).equals(whole.slice(first))


def test_asking_for_more_than_is_sure_to_differ_is_an_error_that_says_how_many_there_are() -> None:
    assert not list(UNIQUE.row_problems(90_000))
    (problem,) = UNIQUE.row_problems(10**9)
    most = int(problem.message.split()[0].replace(",", ""))
    assert 90_000 < most < 10**9
    assert not list(UNIQUE.row_problems(most))
    assert list(UNIQUE.row_problems(most + 1))


@pytest.mark.parametrize("language", ["de", "es"])
def test_other_languages_are_unique_too(language: str) -> None:
    generator = TextGenerator.model_validate({"language": language, "unique": True})
    (problem,) = generator.row_problems(10**9)
    most = int(problem.message.split()[0].replace(",", ""))
    assert most >= 20_000
    texts = generator.generate(Rows(3, 0, 20_000))["text"].to_pylist()
    # Two ways to put reviews together may read alike once in a while, since each has readings of its own.
    assert len(set(texts)) == len(texts)


def test_more_words_of_ones_own_than_a_block_has_places_are_said_all_the_same() -> None:
    letters = "abcdefghij"
    words = [f"zorb{a}{b}{c}ish" for a in letters[:6] for b in letters for c in letters]
    reviews = TextGenerator(
        unique=True, vocabulary={"positive": words}, labels={"positive": 1}, domains={"films": 1}
    )
    texts = reviews.generate(Rows(3, 0, 6_000))["text"].to_pylist()
    assert len(set(texts)) == len(texts)
    said = {word.lower() for text in texts for word in re.findall(r"\w+", text)}
    assert len(said.intersection(words)) > 0.95 * len(words)


@given(st.lists(st.floats(min_value=5e-324, max_value=1e6), min_size=1, max_size=40))
def test_whatever_weighs_anything_has_a_place_and_no_more_places_than_there_are_are_taken(
    weights: list[float],
) -> None:
    found = places(np.array(weights), None)
    assert found.min() >= 1
    assert found.sum() == BLOCK


@pytest.mark.parametrize("unique", [False, True])
def test_a_small_weight_of_a_length_is_still_one(unique: bool) -> None:
    for weight in (1e-6, 1.0):
        reviews = TextGenerator(unique=unique, sentences={1: weight}, labels={"positive": weight})
        assert reviews.generate(Rows(1, 0, 50)) == TextGenerator(
            unique=unique, sentences={1: 1.0}, labels={"positive": 1.0}
        ).generate(Rows(1, 0, 50))
