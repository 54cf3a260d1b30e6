"""The laws of texts by a grammar: every row follows from the seed and its number."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import synthlab
from synthlab import Rows
from synthlab.testing import check_generator
from synthlab_text import TextGenerator
from synthlab_text.noise import Noise

from .grammars import generator, made, said

BOOKING: dict[str, Any] = {
    "attributes": {"intent": {"book": 3, "cancel": 1}, "tone": ["warm", "cold"]},
    "lexicons": {
        "city": ["Paris", "Rome", {"text": "NYC", "value": "New York", "country": "US"}, "Oslo"],
        "item": [{"text": "ticket", "weight": 3}, "hour", {"text": "scissors", "number": "plural"}],
        "code": {"pattern": "@@-###"},
        "day": {"dates": ["2025-01-01", "2025-12-31"], "format": "%e %B"},
    },
    "variables": {"origin": "city", "destination": {"lexicon": "city", "other_than": "origin"}},
    "spans": {"origin": "from", "destination": "to", "code": "code", "day": "day"},
}
RULES: dict[str, Any] = {
    "start": [
        {"text": "{book}", "when": "intent == 'book'"},
        {"text": "cancel {code}[ to {destination}]. it is {origin_is}", "when": "intent == 'cancel'"},
    ],
    "book": ["[please ](book|get) me {a} {item} to {destination}[ on {day}]", "{item this} or {item}"],
    "origin_is": [{"text": "far", "when": "origin_country == 'US'"}, {"text": "{origin}", "weight": 2}],
}
RULES["book"][1] = "{a} {item}, {item this} {item} {item is} from {origin}"

PLAIN = generator(RULES, **BOOKING)
UNIQUE = generator(RULES, **BOOKING, unique=True)
SMALL = generator(
    {"start": ["go to {city}[ now]", {"text": "{city} {other}", "when": "tone == 'warm'"}]},
    attributes={"tone": ["warm", "cold"]},
    lexicons={"city": ["Paris", "Rome", "Oslo"], "other": ["yes", "no", "maybe"]},
    spans={"city": "place"},
    unique=True,
)
HABITS = dict.fromkeys(("typos", "capitals", "stops", "elongation", "slang", "apostrophes"), 0.7)
NOISY = TextGenerator(grammar=PLAIN.grammar, noise=Noise(**HABITS))
EVERY = [PLAIN, UNIQUE, SMALL, NOISY]


@pytest.mark.parametrize("number", range(4))
def test_the_contract_is_kept(number: int) -> None:
    check_generator(EVERY[number], rows=8 if number == 2 else 300)


@given(st.integers(0, 2**32), st.integers(0, 3_000), st.integers(0, 300), st.integers(0, 2), st.data())
@settings(max_examples=30, deadline=None)
def test_a_slice_has_the_rows_of_the_whole(
    seed: int, start: int, count: int, which: int, data: st.DataObject
) -> None:
    source = EVERY[which]
    if which == 2:
        start, count = min(start, 5), min(count, 6)
    whole = source.generate(Rows(seed, start, start + count))
    first = data.draw(st.integers(0, count))
    last = data.draw(st.integers(first, count))
    assert source.generate(Rows(seed, start + first, start + last)).equals(whole.slice(first, last - first))
    if count:
        picked = data.draw(st.lists(st.integers(start, start + count - 1), min_size=1, max_size=20))
        made = source.generate(Rows(seed, 0, 0).at(picked))
        assert made.equals(whole.take([number - start for number in picked]))


def test_another_seed_makes_other_texts() -> None:
    one, other = (UNIQUE.generate(Rows(seed, 0, 300))["text"].to_pylist() for seed in (1, 2))
    assert len(set(one) & set(other)) < 150


def test_another_attribute_leaves_the_texts_as_they_were() -> None:
    more = {**BOOKING, "attributes": {**BOOKING["attributes"], "split_hint": ["x", "y"]}}
    one, other = PLAIN.generate(Rows(1, 0, 500)), generator(RULES, **more).generate(Rows(1, 0, 500))
    for name in ("text", "intent", "tone"):
        assert one[name].equals(other[name])


@pytest.mark.parametrize("source", [PLAIN, UNIQUE], ids=["plain", "unique"])
def test_weights_of_attributes_are_exact_in_every_thousand_rows(source: TextGenerator) -> None:
    for start in (0, 5_000):
        batch = source.generate(Rows(3, start, start + 1_000))
        assert Counter(batch["intent"].to_pylist()) == {0: 750, 1: 250}
        assert Counter(batch["tone"].to_pylist()) == {0: 500, 1: 500}


def test_templates_are_never_parted_by_splits(tmp_path: Path) -> None:
    schema = {
        "synthlab": 1, "generator": "text", "rows": 2_000,
        "options": {
            "grammar": {
                "rules": {"start": [f"text {i} {{x}}" for i in range(10)]},
                "lexicons": {"x": ["a", "b"]},
            }
        },
        "splits": {"fractions": {"train": 0.8, "test": 0.2}},
    }  # fmt: skip
    path = tmp_path / "it.yaml"
    path.write_text(yaml.safe_dump(schema))
    frame = synthlab.load(path).to_pandas()
    assert (frame.groupby("template")["split"].nunique() == 1).all()
    assert set(frame["split"]) == {"train", "test"}


def test_a_resolved_schema_makes_the_same_rows() -> None:
    again = TextGenerator.model_validate_json(PLAIN.model_dump_json(by_alias=True, round_trip=True))
    assert not list(again.problems())
    assert again.generate(Rows(1, 0, 50)).equals(PLAIN.generate(Rows(1, 0, 50)))


TABLES = {
    "synthlab": 1,
    "seed": 4,
    "tables": {
        "products": {
            "generator": "tabular",
            "rows": 40,
            "options": {
                "columns": [
                    {"name": "product_id", "kind": "sequence", "prefix": "P-", "digits": 4},
                    {"name": "name", "kind": "categorical", "values": ["kettle", "oven", "iron"]},
                    {"name": "price", "kind": "uniform", "low": 5, "high": 90, "round": 1},
                    {"name": "stock", "kind": "poisson", "lam": 1},
                ]
            },
        },
        "questions": {
            "generator": "text",
            "options": {
                "grammar": {
                    "table": "products",
                    "texts": {"question": "ask", "answer": "reply"},
                    "rules": {
                        "ask": [
                            "what is the price of {a} {products.name}?",
                            "how much is the {products.name}",
                        ],
                        "reply": [
                            {"text": "${products.price.2}", "when": "products_stock > 0"},
                            {"text": "it was ${products.price.2}", "when": "products_stock == 0"},
                            {"text": "i do not know", "when": "otherwise"},
                        ],
                    },
                    "spans": {},
                }
            },
        },
    },
}


def test_texts_speak_of_the_rows_of_another_table() -> None:
    tables = synthlab.load_tables(TABLES)
    products, questions = tables["products"].to_pandas(), tables["questions"].to_pandas()
    assert list(questions["product_id"]) == list(products["product_id"])
    for (_, product), (_, row) in zip(products.iterrows(), questions.iterrows(), strict=True):
        name = product["name"]
        article = "an" if name in ("oven", "iron") else "a"
        asked = (f"What is the price of {article} {name}?", f"How much is the {name}")
        assert row["question"] in asked
        price = f"${product['price']:.2f}"
        assert row["answer"] == (price if product["stock"] > 0 else f"It was {price}")


def test_more_rows_than_the_other_table_go_round() -> None:
    tables = {**TABLES["tables"], "questions": {**TABLES["tables"]["questions"], "rows": 100}}  # type: ignore[dict-item]
    made = synthlab.load_tables({**TABLES, "tables": tables})["questions"].to_pandas()
    assert list(made["product_id"][:40]) == list(made["product_id"][40:80])


def test_noise_leaves_the_clean_texts_and_moves_the_spans_along() -> None:
    changed = 0
    for clean, noisy in zip(made(PLAIN, 2_000), made(NOISY, 2_000), strict=True):
        assert noisy["text_clean"] == clean["text"]
        changed += noisy["text"] != clean["text"]
        before, after = said(clean), said(noisy)
        assert [(label, value) for label, _, value in after] == [(label, value) for label, _, value in before]
        for (_, meant, _), (_, words, _) in zip(before, after, strict=True):
            assert words
            assert words == words.strip()
            # Slips and missing capitals change a letter or two, and never one word for another.
            assert abs(len(words) - len(meant)) <= max(2, len(meant) // 2), (meant, words)
    assert changed > 1_000


def test_an_attribute_cannot_be_called_like_the_column_of_clean_texts() -> None:
    source = TextGenerator.model_validate(
        {"grammar": {"attributes": {"text_clean": ["a"]}, "rules": {"start": "x"}}, "noise": {"typos": 0.5}}
    )
    (problem,) = source.problems()
    assert problem.path == ("grammar", "attributes", "text_clean")
