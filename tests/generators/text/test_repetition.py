"""Reviews say little twice: neither one review nor a dataset of them, `unique` or not."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from synthlab import Rows
from synthlab_text import TextGenerator
from synthlab_text.reviews import load
from synthlab_text.reviews.dealing import Deals
from synthlab_text.reviews.notation import spelled_out


@pytest.mark.parametrize("language", ["en", "de", "es"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_thousand_reviews_are_all_different(language: str, seed: int) -> None:
    texts = TextGenerator(language=language).generate(Rows(seed, 0, 2_000))["text"].to_pylist()
    assert len(set(texts)) == len(texts)


def test_many_reviews_hardly_repeat() -> None:
    texts = TextGenerator().generate(Rows(7, 0, 90_000))["text"].to_pylist()
    assert len(set(texts)) >= 0.997 * len(texts)


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_no_term_names_two_aspects_of_a_product(language: str) -> None:
    made = load(language)
    texts = made.program.strings.texts.to_pylist()
    for first, count in zip(made.aspects.first, made.aspects.count, strict=True):
        owner: dict[str, int] = {}
        for topic in set(made.aspects.members[first : first + count].tolist()):
            start, size = made.topic_terms.first[topic], made.topic_terms.count[topic]
            for term in made.topic_terms.members[start : start + size].tolist():
                name = texts[made.terms.string[term]].lower()
                assert owner.setdefault(name, topic) == topic, name


def test_an_opinion_is_hardly_ever_said_twice_in_a_review() -> None:
    batch, twice = TextGenerator().generate(Rows(7, 0, 10_000)), 0
    for row in batch.to_pylist():
        said = [a["opinion"] for a in row["aspects"] if a["said"] == 0 and a["opinion"]]
        opinions = [row["text"][span["start"] : span["end"]].lower() for span in said]
        twice += len(set(opinions)) < len(opinions)
    assert twice <= 20


@pytest.mark.parametrize("block", [50, 1_000])
@pytest.mark.parametrize("weights", [[1, 1, 1], [0.5, 0.3, 0.2], [1, 0, 1e-5], [5, 0, 2, 1.7]])
def test_a_cycle_deals_shares_and_ranks_exactly(weights: list[float], block: int) -> None:
    numbers = np.arange(64_000 * 3)
    choice, rank = Deals.in_cycle(weights, block).deal(numbers, np.full(len(numbers), 9, np.uint64))
    for one, weight in enumerate(weights):
        ranks = np.sort(rank[choice == one])
        assert ranks.tolist() == list(range(len(ranks)))
        assert abs(len(ranks) / len(numbers) - weight / sum(weights)) <= 1 / 64_000
        assert (len(ranks) > 0) == (weight > 0)


@pytest.mark.parametrize("most", [1, 2, 3, 4, 7, 64])
@pytest.mark.parametrize(
    "phrase", ["as it is", "(I|we) (sent|took|sent|brought) it (|right )back", "(a|b(c|d(e|)))(|f) (g|h)"]
)
def test_a_phrase_taken_apart_says_the_same_and_nothing_twice(phrase: str, most: int) -> None:
    parts = spelled_out(phrase, most)
    assert 1 <= len(parts) <= most
    readings = [Counter(spelled_out(part, 10_000)) for part in parts]
    assert sum(readings, Counter()).keys() == Counter(spelled_out(phrase, 10_000)).keys()
    assert sum(len(r) for r in readings) == len(spelled_out(phrase, 10_000))
