"""The notation of templates: what it means, and what it refuses because it would label wrongly."""

from __future__ import annotations

import pytest

from synthlab_text.compiler import load
from synthlab_text.lexicon import DOMAINS, MOODS, by_mood, read, words
from synthlab_text.markup import Clause, GrammarError, alternatives, parse_template


def test_a_template_is_literals_slots_and_clauses() -> None:
    template = parse_template("t", "[~The {aspect} {is} {opinion}], but {verdict}{.}")
    assert [(part.text, part.is_slot, part.clause) for part in template.parts] == [
        ("The ", False, 0),
        ("aspect", True, 0),
        (" ", False, 0),
        ("is", True, 0),
        (" ", False, 0),
        ("opinion", True, 0),
        (", but ", False, None),
        ("verdict", True, None),
        (".", True, None),
    ]
    assert template.clauses == (Clause(opposite=True, term="aspect"),)
    assert template.has_two_sides


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("The {aspect} {is} {opinion}{.}", "outside a clause"),
        ("[The {aspect} {is} fine]{.}", "one opinion"),
        ("[It {is} {opinion}]{.}", "one thing"),
        ("[The {aspect} {is} {opinion} and {quality}]{.}", "one opinion"),
        ("[The {aspect} and the {aspect} {is} {opinion}]{.}", "one thing"),
        ("[~The {aspect} {is} {opinion}], but [the {aspect} {is} {opinion}]{.}", "come to"),
        ("[~The {aspect} {is} {opinion}], but {event}{.} {verdict}{.}", "event belongs"),
        ("[The {aspect} [{is} {opinion}]]{.}", "inside a clause"),
        ("The {product}]{.}", "not opened"),
        ("[The {aspect} {is} {opinion}{.}", "does not close"),
        ("The {product{.}", "cannot be read"),
        ("The {product} works. {verdict}{.}", "by hand"),
    ],
)
def test_a_template_that_would_label_wrongly_is_refused(text: str, message: str) -> None:
    with pytest.raises(GrammarError, match=message):
        parse_template("t", text)


def test_alternatives_are_all_readings_of_a_phrase() -> None:
    assert alternatives("after (a|one) (day|week)") == [
        "after a day",
        "after a week",
        "after one day",
        "after one week",
    ]
    assert alternatives("as it is") == ["as it is"]
    with pytest.raises(GrammarError, match="parentheses"):
        alternatives("after (a|one (short|long)) week")


def test_a_plain_list_fits_every_mood_and_a_polarity_both_its_moods() -> None:
    assert by_mood(["well"]) == (("well",),) * len(MOODS)
    found = by_mood({"positive": ["yes"], "strong_positive": ["ah"], "neutral": ["hm"]})
    assert found == ((), (), ("hm",), ("yes",), ("yes", "ah"))
    with pytest.raises(GrammarError, match="not a mood"):
        by_mood({"happy": ["yes"]})


def test_the_lexicons_are_as_rich_as_promised() -> None:
    kinds = read("en", "opinions.yaml").values()
    for polarity in ("positive", "negative"):
        entries = [text for kind in kinds for text in kind.get(polarity, {}).values()]
        assert len({word for text in entries for word in words(text)}) >= 250
    for domain in DOMAINS:
        content = read("en", "domains", f"{domain}.yaml")
        assert len(content["aspects"]) >= 18
        for polarity in ("positive", "negative"):
            assert len(content["phrases"]["event"][polarity]) >= 8
    assert len(load("en").reviews) >= 70


def test_no_opinion_is_good_and_bad_of_the_same_kind_of_thing() -> None:
    for kind, entry in read("en", "opinions.yaml").items():
        said = {
            polarity: {word for text in classes.values() for word in words(text)}
            for polarity, classes in entry.items()
        }
        assert not said.get("positive", set()) & said.get("negative", set()), kind
