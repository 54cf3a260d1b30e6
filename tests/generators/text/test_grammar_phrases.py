"""What phrases say: slots, parts that may be left out, agreement, capitals and spaces."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import pytest

from .grammars import generator, made, said, texts

CITIES = ["Paris", "Rome", {"text": "NYC", "value": "New York", "country": "US"}]
ITEMS = [
    "ticket",
    {"text": "hour"},
    {"text": "scissors", "number": "plural"},
    {"text": "advice", "number": "mass"},
]


def every(rules: Any, **more: Any) -> set[str]:
    return set(texts(rules, 600, **more))


def test_parts_are_chosen_nested_and_left_out() -> None:
    found = every("[please ](book|get (me|us)) it")
    assert found == {
        "Please book it",
        "Book it",
        *(f"{a}et {b} it" for a, b in product(("G", "Please g"), ("me", "us"))),
    }


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("[now] go", {"Now go", "Go"}),
        ("go [now] and run", {"Go now and run", "Go and run"}),
        ("go [now].", {"Go now.", "Go."}),
        ("go[ now]!", {"Go now!", "Go!"}),
        ("go [now|later]", {"Go now", "Go later", "Go"}),
        ("go[ (now|later)]1", {"Go now", "Go later"}),
        ("go (now|later|)", {"Go now", "Go later", "Go"}),
        ("go\\. there", {"Go. there"}),
        ("go. there", {"Go. There"}),
        ("a\\[b\\] \\{c\\} \\(d\\|e\\) \\\\", {"A[b] {c} (d|e) \\"}),
        ("a" + " " * 300 + "b", {"A" + " " * 300 + "b"}),
        ("one\ntwo", {"One\nTwo"}),
        ('yes? no! so... he said "well." then', {'Yes? No! So... He said "well." Then'}),
    ],
)
def test_spaces_stops_and_capitals(phrase: str, expected: set[str]) -> None:
    assert every(phrase) == expected


def test_a_sentence_ends_where_a_rule_says_it() -> None:
    rules = {
        "start": "[{hello} ]{ask}[ {end}]",
        "hello": ["hi!", "so,"],
        "ask": "why? {city} is",
        "end": "{a} thing.",
    }
    found = every(rules, lexicons={"city": ["st. Ives", "rome"]})
    assert found == {
        f"{hello}{why}? {city}{end}"
        for hello, why in (("", "Why"), ("Hi! ", "Why"), ("So, ", "why"))
        for city in ("St. Ives is", "Rome is")
        for end in ("", " a thing.")
    }
    rules = {"start": "{one} {two} {one} now", "one": ["go.", "e.g\\."], "two": "it"}
    assert every(rules) == {"Go. It go. Now", "Go. It e.g. now", "E.g. it go. Now", "E.g. it e.g. now"}


def test_a_part_is_there_as_often_as_it_says() -> None:
    counts = Counter(texts("go[ now]0.3", 20_000))
    assert counts["Go now"] == pytest.approx(6_000, abs=300)
    assert set(texts("go[ now]1", 100)) == {"Go now"}
    assert set(texts("go[ now]0.3. stay[ here]1.", 100)) == {"Go. Stay here.", "Go now. Stay here."}


def test_weights_are_kept_in_the_long_run() -> None:
    counts = Counter(texts([{"text": "a", "weight": 3}, "b", {"text": "c", "weight": 0.5}], 45_000))
    assert counts["A"] == pytest.approx(30_000, rel=0.03)
    assert counts["C"] == pytest.approx(5_000, rel=0.06)
    counts = Counter(texts("{x}", 20_000, lexicons={"x": [{"text": "one", "weight": 4}, "two"]}))
    assert counts["One"] == pytest.approx(16_000, rel=0.03)


def test_articles_fit_the_next_word() -> None:
    found = every("{a} {item}", lexicons={"item": ITEMS})
    assert found == {"A ticket", "An hour", "Scissors", "Advice"}
    found = every("see {a} [nice ]{item}", lexicons={"item": ["egg", "ham"]})
    assert found == {"See an egg", "See a ham", "See a nice egg", "See a nice ham"}
    assert every("{a} {item.plural}", lexicons={"item": ITEMS}) == {"Tickets", "Hours", "Scissors", "Advice"}
    variables = {"lexicons": {"item": ITEMS}, "variables": {"what": "item"}}
    assert every("{a} {what}", **variables) == {"A ticket", "An hour", "Scissors", "Advice"}
    assert every("not {what a} {what}", **variables) == {
        "Not a ticket", "Not an hour", "Not scissors", "Not advice",
    }  # fmt: skip


def test_words_agree_with_what_was_chosen() -> None:
    expected = {
        "This ticket has gone; it looks good", "This hour has gone; it looks good",
        "These scissors have gone; they look good", "This advice has gone; it looks good",
    }  # fmt: skip
    phrase = "{what this} {what} {what has} gone; {what it} {what looks} good"
    assert every(phrase, lexicons={"item": ITEMS}, variables={"what": "item"}) == expected
    phrase = "this or these {item} {item has} gone[; {item it} {item looks} good]1"
    found = every(phrase, lexicons={"item": ITEMS})
    assert {text.split(" ", 3)[3] for text in found} == {text.split(" ", 1)[1] for text in expected}
    assert every("the {item.plural} {item is} here", lexicons={"item": ["box"]}) == {"The boxes are here"}


def test_a_lexicon_is_drawn_anew_and_a_variable_is_not() -> None:
    assert len(every("{city} {city}", lexicons={"city": CITIES})) == 9
    found = every("{x} {x}", lexicons={"city": CITIES}, variables={"x": "city"})
    assert found == {"Paris Paris", "Rome Rome", "NYC NYC"}
    variables = {
        "x": "city",
        "y": {"lexicon": "city", "other_than": "x"},
        "z": {"lexicon": "city", "other_than": ["x", "y"]},
    }
    found = every("{x} {y} {z}", lexicons={"city": CITIES}, variables=variables)
    assert len(found) == 6
    assert all(len(set(text.split())) == 3 for text in found)


def test_forms_are_asked_for_by_name() -> None:
    words = [{"text": "good day", "short": "gd"}]
    phrase = "so {x.upper} {x.title} {x.capital} {x.short} {x.short.upper} {x.value} {x.plural}"
    assert every(phrase, lexicons={"x": words}) == {"So GOOD DAY Good Day Good day gd GD good day good days"}
    assert every("so {x.comparative} {x.superlative}", lexicons={"x": ["big"]}) == {"So bigger biggest"}


def test_attributes_decide_and_can_be_written() -> None:
    source = generator(
        [
            {"text": "book {mood.upper}", "when": "intent == 'book'"},
            {"text": "cancel", "when": "intent != 'book'"},
        ],
        attributes={"intent": {"book": 3, "cancel": 1}, "mood": ["glad", "sad"]},
    )
    rows = made(source, 1000)
    assert Counter(row["intent"] for row in rows) == {"book": 750, "cancel": 250}
    assert Counter(row["mood"] for row in rows) == {"glad": 500, "sad": 500}
    for row in rows:
        expected = f"Book {row['mood'].upper()}" if row["intent"] == "book" else "Cancel"
        assert row["text"] == expected


def test_conditions_ask_about_what_variables_stand_for() -> None:
    rules = {
        "start": ["{x}: {says}"],
        "says": [
            {"text": "dollars", "when": "x_country == 'US'"},
            {"text": "euros", "when": "x_country != 'US' or is_null(x_country)"},
        ],
    }
    assert every(rules, lexicons={"city": CITIES}, variables={"x": "city"}) == {
        "Paris: euros", "Rome: euros", "NYC: dollars",
    }  # fmt: skip


def test_otherwise_holds_where_nothing_else_does() -> None:
    alternatives = [
        {"text": "dollars", "when": "x_country == 'US'"},
        {"text": "euros", "when": "x == 'Rome'"},
        {"text": "coins", "when": "otherwise"},
    ]
    rules = {"start": "{x}: {says}", "says": alternatives}
    assert every(rules, lexicons={"city": CITIES}, variables={"x": "city"}) == {
        "Paris: coins", "Rome: euros", "NYC: dollars",
    }  # fmt: skip


def test_a_start_that_chooses_among_rules_has_their_templates() -> None:
    rules = {"start": ["{one}", {"text": "{two}", "weight": 3}, "end"], "one": ["a", "b"], "two": ["c"]}
    rows = made(generator(rules), 10_000)
    assert {(row["text"], row["template"]) for row in rows} == {
        ("A", "one-01"), ("B", "one-02"), ("C", "two-01"), ("End", "start-01"),
    }  # fmt: skip
    counts = Counter(row["text"] for row in rows)
    assert counts["C"] == pytest.approx(6_000, abs=300)
    assert counts["A"] == pytest.approx(1_000, abs=150)


def test_spans_say_where_words_are_and_what_they_mean() -> None:
    source = generator(
        {"start": ["to {city.upper}, or {address}", "{code}{code}"], "address": "{number} {street}, {city}"},
        lexicons={
            "city": CITIES, "code": {"pattern": "@@-##"}, "street": ["Elm Street"],
            "number": {"range": [1, 9]},
        },
        spans={"city": "place", "address": "address", "code": "code"},
    )  # fmt: skip
    for row in made(source, 500):
        spans = said(row)
        if row["template"] == "start-02":
            (_, one, value), (_, other, _) = spans
            assert one == value
            assert row["text"] == one + other
            continue
        (_, city, value), (label, address, full), (_, inner, name) = spans
        assert city == {"New York": "NYC"}.get(value, value).upper()
        assert label == "address"
        assert address.endswith(inner)
        assert full.endswith(name)


def test_several_texts_share_attributes_and_variables() -> None:
    source = generator(
        {"ask": "where is {x}?", "reply": ["{x} is here. really", "no {x}"]},
        lexicons={"city": CITIES},
        variables={"x": "city"},
        texts={"question": "ask", "answer": "reply"},
        spans={"x": "place"},
    )
    assert list(source.features.columns) == [
        "question",
        "answer",
        "question_entities",
        "answer_entities",
        "template",
    ]
    for row in made(source):
        ((_, asked, value),) = said(row, "question", "question_entities")
        ((_, replied, again),) = said(row, "answer", "answer_entities")
        assert (asked, value) == (replied, again)
        assert row["answer"][0].isupper() or row["answer"].startswith("NYC")


def test_lexicons_are_counted_out() -> None:
    lexicons = {
        "n": {"range": [2, 3], "step": 0.5, "decimals": 1},
        "many": {"range": [999, 1001], "thousands": True},
        "day": {"dates": ["2024-02-28", "2024-03-01"], "format": "%A %e %b %y"},
    }
    assert every("{n}", lexicons={"n": lexicons["n"]}) == {"2.0", "2.5", "3.0"}
    assert every("{n}", lexicons={"n": lexicons["many"]}) == {"999", "1,000", "1,001"}
    source = generator("{n}", lexicons={"n": lexicons["day"]}, spans={"n": "day"})
    assert {said(row)[0][1:] for row in made(source)} == {
        ("Wednesday 28 Feb 24", "2024-02-28"),
        ("Thursday 29 Feb 24", "2024-02-29"),
        ("Friday 1 Mar 24", "2024-03-01"),
    }  # fmt: skip


def test_check_digits_are_right() -> None:
    def luhn(code: str) -> bool:
        digits = [int(c) for c in code if c.isdigit()][::-1]
        return sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0

    def iban(code: str) -> bool:
        plain = code.replace(" ", "")
        return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1

    cards = every("{x}", lexicons={"x": {"pattern": "4### #### #### ####", "check": "luhn", "count": 300}})
    assert len(cards) > 200
    assert all(luhn(card) for card in cards)
    ibans = every(
        "{x}", lexicons={"x": {"pattern": "DE## #### #### #### #### ##", "check": "iban", "count": 300}}
    )
    assert len(ibans) > 200
    assert all(iban(code) for code in ibans)


def test_no_capitals_where_none_are_wanted() -> None:
    assert every("so. it is", capitals=False) == {"so. it is"}


def test_hidden_attributes_are_not_written() -> None:
    source = generator(
        [{"text": "a", "when": "tone == 'x'"}, {"text": "b", "when": "tone == 'y'"}],
        attributes={"tone": ["x", "y"], "kind": ["p", "q"], "more": ["r", "s"]},
        hidden=["tone"],
        labels=["kind"],
    )
    assert list(source.features.columns) == ["text", "kind", "more", "template"]
    assert source.features.labels == ("kind",)
    assert source.features.group == "template"
