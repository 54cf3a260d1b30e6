"""Sizes are exact, and what is to be unique is: all texts of a language, each exactly once."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import pytest

from synthlab import Rows
from synthlab_text import TextGenerator

from .grammars import generator, made

CITY = ["Paris", "Rome", {"text": "NYC", "country": "US"}, "Oslo"]
PAIR = {"x": "city", "y": {"lexicon": "city", "other_than": "x"}}

LANGUAGES: list[tuple[Any, dict[str, Any], int]] = [
    ("one", {}, 1),
    ("(a|b) [c] (d|e|f)", {}, 12),
    ("{city} {city}", {}, 16),
    ("{x} {x}", {"variables": {"x": "city"}}, 4),
    ("{x} {y}", {"variables": PAIR}, 12),
    ("{x}[ {y}]", {"variables": PAIR}, 16),
    ("[{x}] and [{y}]", {"variables": PAIR}, 1 + 4 + 4 + 12),
    ("{x} {y} {z}", {"variables": {**PAIR, "z": {"lexicon": "city", "other_than": ["x", "y"]}}}, 24),
    ("{x} {y} {z}", {"variables": {**PAIR, "z": {"lexicon": "city", "other_than": "y"}}}, 36),
    (
        {"start": ["{x} {o}"], "o": [{"text": "far", "when": "x_country == 'US'"}, "near"]},
        {"variables": PAIR},
        5,
    ),
    (
        {
            "start": ["{y} {o}"],
            "o": [{"text": "far", "when": "x_country == 'US'"}, {"text": "near", "weight": 2}],
        },
        {"variables": PAIR},
        3 + 4,  # what is far is so from NYC, so that y is another; near is near from anywhere
    ),
    ("{code}", {"lexicons": {"code": {"pattern": "#-@"}}}, 260),
    (
        "{a} {item} {item is}",
        {"lexicons": {"item": ["box", {"text": "jeans", "number": "plural"}, "egg"]}},
        3,
    ),
    (
        [{"text": "{city}", "when": "mood == 'glad'"}, {"text": "{city} {city}", "when": "mood == 'sad'"}],
        {"attributes": {"mood": ["glad", "sad"], "other": ["p", "q"]}},
        20,
    ),
    ("{mood} {city}", {"attributes": {"mood": ["glad", "sad", "so so"]}}, 12),
]


@pytest.mark.parametrize(("rules", "more", "size"), LANGUAGES, ids=range(len(LANGUAGES)))
def test_the_size_is_what_is_found_by_trying(rules: Any, more: dict[str, Any], size: int) -> None:
    source = generator(rules, **{"lexicons": {"city": CITY}, **more})
    assert source.texts_by_grammar is not None
    assert source.texts_by_grammar.sizes.total == size
    rows = made(source, 40 * size)
    assert len({(row["text"], row.get("mood")) for row in rows}) == size


@pytest.mark.parametrize(("rules", "more", "size"), LANGUAGES, ids=range(len(LANGUAGES)))
def test_each_text_of_a_language_comes_exactly_once(rules: Any, more: dict[str, Any], size: int) -> None:
    source = generator(rules, **{"lexicons": {"city": CITY}, **more}, unique=True)
    rows = size
    while list(source.row_problems(rows)):
        rows -= 1
    assert rows >= (size if "when" not in str(rules) or "mood" not in str(more) else 8)
    texts = [row["text"] for row in made(source, rows)]
    assert len(set(texts)) == rows
    assert list(source.row_problems(rows + 1))


def test_exact_classes_hold_until_the_last_text() -> None:
    source = generator(
        [{"text": "yes {city} {n}", "when": "ok == 'y'"}, {"text": "no {city}", "when": "ok == 'n'"}],
        attributes={"ok": {"y": 3, "n": 1}},
        lexicons={"city": CITY, "n": ["1", "2", "3"]},
        unique=True,
    )
    assert not list(source.row_problems(16))
    rows = made(source, 16)
    assert Counter(row["ok"] for row in rows) == {"y": 12, "n": 4}
    assert len({row["text"] for row in rows}) == 16
    (problem,) = source.row_problems(20)
    assert problem.message == "20 rows need 15 different texts where ok is 'y'; there are 12"
    assert problem.hint.startswith("at most 16 rows can be made")


def test_texts_that_read_the_same_count_once() -> None:
    source = generator(["(a|b|a) [c]", "b", "{x}"], lexicons={"x": ["a", "z"]}, unique=True)
    assert not list(source.row_problems(5))
    assert len({row["text"] for row in made(source, 5)}) == 5
    assert list(source.row_problems(6))


def test_no_text_is_of_two_classes() -> None:
    source = generator(
        ["{city} {n}", {"text": "only {n}", "when": "ok == 'y'"}],
        attributes={"ok": ["y", "n"]},
        lexicons={"city": CITY, "n": {"range": [1, 5]}},
        unique=True,
    )
    rows = 25
    while list(source.row_problems(rows)):
        rows -= 1
    assert rows >= 24  # of 25 in all, 20 can be either
    texts = defaultdict(set)
    for row in made(source, rows):
        texts[row["text"]].add(row["ok"])
    assert len(texts) == rows
    assert all(len(classes) == 1 for classes in texts.values())


def test_several_columns_are_unique_together() -> None:
    source = generator(
        {"ask": "{x} (a|b)", "reply": "(c|d) {x}"},
        lexicons={"city": CITY},
        variables={"x": "city"},
        texts={"q": "ask", "r": "reply"},
        unique=True,
    )
    assert not list(source.row_problems(16))
    assert len({(row["q"], row["r"]) for row in made(source, 16)}) == 16


def test_heavier_alternatives_come_first_while_there_are_some() -> None:
    source = generator(
        [{"text": "often {n}", "weight": 9}, "rarely {n}"], lexicons={"n": {"range": [1, 1000]}}, unique=True
    )
    counts = Counter(row["text"].split()[0] for row in made(source, 200))
    assert counts["Often"] == pytest.approx(180, abs=18)
    assert Counter(row["text"].split()[0] for row in made(source, 2_000)) == {"Often": 1_000, "Rarely": 1_000}


LARGE = generator(
    [
        {"text": "[please ]book {n} seats for {who}[ from {x}] to {y}", "when": "intent == 'book'"},
        {"text": "cancel {code} (now|soon), {who}", "when": "intent == 'cancel'"},
        {"text": "{who} wants {n} seats from {x} to {y}", "weight": 0.5},
        "hello",
    ],
    attributes={"intent": {"book": 3, "cancel": 1}, "tone": ["warm", "cold"]},
    lexicons={
        "city": {"include": "cities"},
        "who": {"include": "first_names"},
        "n": {"range": [2, 400]},
        "code": {"pattern": "@@-###"},
    },
    variables=PAIR,
    spans={"x": "from", "y": "to", "code": "code"},
    unique=True,
)


@pytest.fixture(scope="module")
def large() -> list[dict[str, Any]]:
    assert not list(LARGE.row_problems(200_000))
    rows: list[dict[str, Any]] = []
    for start in range(0, 200_000, 50_000):
        batch = LARGE.generate(Rows(5, start, start + 50_000)).select(["text", "intent", "tone", "template"])
        rows += batch.to_pylist()
    return rows


def test_two_hundred_thousand_texts_of_a_large_language_differ(large: list[dict[str, Any]]) -> None:
    assert len({row["text"] for row in large}) == 200_000
    assert sum(row["text"] == "Hello" for row in large) <= 1


def test_shares_hold_in_a_large_language(large: list[dict[str, Any]]) -> None:
    assert Counter((row["intent"], row["tone"]) for row in large[:8_000]) == {
        (0, 0): 3_000, (0, 1): 3_000, (1, 0): 1_000, (1, 1): 1_000,
    }  # fmt: skip
    counts = Counter(row["template"] for row in large)
    assert counts[2] / 200_000 == pytest.approx(0.5 / 1.5, abs=0.01)  # what is not "hello" keeps its weights


def test_words_of_a_large_language_are_drawn_evenly(large: list[dict[str, Any]]) -> None:
    counts = Counter(
        row["text"].split(" for ")[1].split()[0] for row in large if " seats for " in row["text"]
    )
    mean = sum(counts.values()) / len(counts)
    assert max(counts.values()) < 1.2 * mean
    assert min(counts.values()) > 0.8 * mean
    # Neighbours do not read alike.
    firsts = [row["text"].split()[-1] for row in large if row["text"].startswith("Book ")]
    same = sum(one == other for one, other in pairwise(firsts))
    assert same < 3 * len(firsts) / len(set(firsts))


def test_a_large_language_that_is_too_small_is_refused() -> None:
    (problem,) = LARGE.row_problems(10**13)
    assert "that are sure to differ" in problem.message


def test_another_table_is_not_counted() -> None:
    source = TextGenerator.model_validate({"grammar": {"rules": {"start": "a"}, "unique": True}})
    assert not list(source.row_problems(1))
    assert list(source.row_problems(2))
