"""Ready-made texts by grammars: varied, balanced, and labeled where they say it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

import synthlab
from synthlab.testing import check_generator

NAMES = ("assistant", "news-entities", "topics", "spam", "pii", "product-questions")
LABELS = {"assistant": "intent", "topics": "topic", "spam": "label", "news-entities": "desk", "pii": "kind"}


def table(name: str, rows: int) -> synthlab.Dataset:
    tables = synthlab.load_tables(name)
    return list(tables.values())[-1][:rows]


def said(row: dict[str, Any]) -> dict[str, str]:
    return {e["label"]: row["text"][e["span"]["start"] : e["span"]["end"]] for e in row["entities"]}


@pytest.mark.parametrize("name", sorted(LABELS))
def test_the_contract_is_kept(name: str) -> None:
    check_generator(synthlab.Schema.load(name).generator, rows=200)


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_varied_and_well_formed(name: str) -> None:
    column = "question" if name == "product-questions" else "text"
    texts = [str(row[column]) for row in table(name, 2_000)]
    assert len(set(texts)) > 0.75 * len(texts)
    for text in texts:
        assert not re.search(r"  | [.,!?;](?:\s|$)|[{}|\0]|^\s|\s$|\.\.(?!\.)", text), text


@pytest.mark.parametrize("name", sorted(LABELS))
def test_every_class_is_there_in_every_split(name: str) -> None:
    frame = synthlab.load(name, rows=5_000).to_pandas()
    label = LABELS[name]
    wanted = set(frame[label])
    for _, part in frame.groupby("split"):
        assert set(part[label]) == wanted
    assert (frame.groupby("template")["split"].nunique() == 1).all()


def test_the_assistant_has_its_intents_and_slots() -> None:
    rows = list(table("assistant", 5_000))
    assert len({row["intent"] for row in rows}) >= 12
    slots = Counter(e["label"] for row in rows for e in row["entities"])
    assert len(slots) >= 12
    assert min(slots.values()) >= 20


def test_news_name_persons_organisations_places_dates_and_money() -> None:
    labels = Counter(e["label"] for row in table("news-entities", 2_000) for e in row["entities"])
    assert set(labels) == {"person", "organisation", "place", "date", "money"}


def test_topics_never_repeat() -> None:
    texts = [row["text"] for row in synthlab.load("topics", rows=8_000)]
    assert len(set(texts)) == 8_000


def test_personal_data_is_marked_wherever_it_stands() -> None:
    forms = {
        "email": r"[^\s<]+@\S+?(?:com|org|net)\b", "ip_address": r"\b\d+\.\d+\.\d+\.\d+\b",
        "iban": r"\b[A-Z]{2}\d\d [A-Z\d]{4} [\d ]{14,}\b", "card": r"\b4000 \d{4} \d{4} \d{4}\b",
    }  # fmt: skip
    for row in table("pii", 2_000):
        marked = [(e["label"], e["span"]["start"], e["span"]["end"]) for e in row["entities"]]
        for label, form in forms.items():
            for match in re.finditer(form, row["text"]):
                inside = [
                    m for m in marked if m[1] <= match.start() and match.end() <= m[2] and m[0] == label
                ]
                assert inside or "help@" in match[0], (label, match[0], row["text"])


def test_answers_are_true_of_their_product() -> None:
    tables = synthlab.load_tables("product-questions")
    products = tables["products"].to_pandas().set_index("product_id")
    for row in tables["questions"][:2_000]:
        product = products.loc[row["product_id"]]
        answer = row["answer"]
        if row["asks"] == "price":
            assert f"${product['price']:.2f}" in answer
        elif row["asks"] == "stock":
            assert answer.startswith("No,") == (product["stock"] == 0)
        elif row["asks"] == "colour":
            assert answer == f"It is {product['colour']}."
        elif row["asks"] == "delivery":
            assert ("tomorrow" in answer) == (product["delivery_days"] == 1)
