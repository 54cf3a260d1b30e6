"""German and Spanish as they should be, checked in the finished text by rules that know not its making."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from synthlab import Rows
from synthlab_text import TextGenerator
from synthlab_text.reviews.content import known_domains, read_content, words

LANGUAGES = ("de", "es")


@cache
def texts(language: str) -> list[str]:
    """Ten thousand reviews."""
    return [str(text) for text in TextGenerator(language=language).generate(Rows(5, 0, 10_000))["text"]]


def found(language: str, pattern: str, flags: int = 0) -> list[str]:
    return [text for text in texts(language) if re.search(pattern, text, flags)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_spaces_and_marks_stand_where_they_belong(language: str) -> None:
    assert not found(language, r"  | [.,!:;?]|[.,!:;?]{2}|[{}\[\]|~_*\0()]|^ | $")
    assert not found(language, r"(?<!\w)/|/(?!\w)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_and_sentences_begin_with_a_capital_and_end_with_a_stop(language: str) -> None:
    assert not found(language, r"^[¿¡„]?[^\W\d_A-ZÄÖÜÁÉÍÓÚÑ]|[^.!?]$")
    # `am 3.5. in Bonn` is a date, not the end of a sentence.
    assert not found(language, r"(?<!\d)[.!?] [¿¡„]?[a-zäöüáéíóúñ]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_doubled(language: str) -> None:
    assert not found(language, r"(?<![\w-])(\w+) \1(?![\w-])")


def test_spanish_questions_are_opened_and_closed() -> None:
    for text in texts("es"):
        assert re.fullmatch(r"(?:[^¿?]|¿[^¿?]+\?)*", text), text


def test_spanish_y_and_o_change_before_their_own_sound() -> None:
    assert not found("es", r"\by h?i(?!e)", re.IGNORECASE)
    assert not found("es", r"\be (?!h?i)\w", re.IGNORECASE)
    assert not found("es", r"\bo h?o", re.IGNORECASE)


def test_spanish_contracts_and_does_not_pile_up_conjunctions() -> None:
    assert not found("es", r"\b(?:de|a) el\b", re.IGNORECASE)
    assert not found("es", r"\b(?:pero y|y pero|y y|pero pero|no no)\b", re.IGNORECASE)


def test_german_does_not_pile_up_conjunctions() -> None:
    assert not found("de", r"\b(?:aber und|und aber|und und|aber aber)\b", re.IGNORECASE)


def test_german_verbs_agree_with_the_thing_at_the_start() -> None:
    plural, singular = terms("pl"), terms("m", "f", "n")
    checked = {True: 0, False: 0}
    for text in texts("de"):
        match = re.match(r"(Der|Die|Das) ([\w -]+?) (ist|sind|war|waren)\b", text)
        if match is None or match[2] not in plural ^ singular:
            continue
        is_plural = match[2] in plural
        assert (match[3] in ("sind", "waren")) == is_plural, text
        assert not is_plural or match[1] == "Die", text
        checked[is_plural] += 1
    assert checked[True] > 50
    assert checked[False] > 200


def test_a_german_noun_stands_without_an_adjective_that_would_have_to_change() -> None:
    # `der historische Roman`, but `ein historischer Roman`: only the feminine keeps one ending.
    for key in ("m", "n", "pl"):
        assert [term for term in terms(key) if term[0].islower()] == [], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_a_thing_has_one_polarity(language: str) -> None:
    content = read_content(language)
    for domain in known_domains(language):
        own = content.domains[domain].get("opinions", {})
        for entry in entries(language, domain):
            polarities: dict[str, set[str]] = {}
            for kind in ("general", *str(entry["kinds"]).split()):
                for group in (content.opinions.get(kind, {}), own.get(kind, {})):
                    for polarity, gradings in group.items():
                        for grading, listed in gradings.items():
                            if grading != "denied":
                                for word in words(listed):
                                    polarities.setdefault(word, set()).add(polarity)
            assert {word for word, sides in polarities.items() if len(sides) > 1} == set(), domain


OWN = {
    "de": (
        {"terms": ["der Zwiebelhacker", "die Drehspindel", "das Klappgitter"], "plural_terms": ["Kufen"]},
        {"zwiebelhacker": "der", "drehspindel": "die", "klappgitter": "das", "kufen": "die"},
        r"\b(de[rnms]|die|das) (Zwiebelhacker|Drehspindel|Klappgitter|Kufen) "
        r"(?:ist|sind|war|waren|bleib\w+|blieb\w*)\b",
    ),
    "es": (
        {"terms": ["el tirador", "La bisagra"], "plural_terms": ["los flecos", "las patillas"]},
        {"tirador": "el", "bisagra": "la", "flecos": "los", "patillas": "las"},
        r"\b(el|la|los|las) (tirador|bisagra|flecos|patillas)\b",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_of_the_users_own_agree_with_the_article_they_bring(language: str) -> None:
    vocabulary, articles, pattern = OWN[language]
    generator = TextGenerator(language=language, domains={"hotels": 1}, vocabulary=vocabulary)
    batch = generator.generate(Rows(4, 0, 5_000))
    seen = set()
    for article, noun in re.findall(pattern, " ".join(map(str, batch["text"])), re.IGNORECASE):
        assert article.lower() == articles[noun.lower()]
        seen.add(noun.lower())
    assert seen == set(articles)
    labeled = {
        row["text"][span["start"] : span["end"]].lower()
        for row in batch.to_pylist()
        for aspect in row["aspects"]
        if (span := aspect["term"])
    }
    assert set(articles) <= labeled


@pytest.mark.parametrize(
    ("language", "word", "entry"),
    [
        ("es", "Genial", "genial///es/es"),
        ("es", "bueno", "buen/o/a/os/as"),
        ("de", "super", "super/////super"),
    ],
)
def test_a_word_of_the_users_own_is_known_by_what_it_says(language: str, word: str, entry: str) -> None:
    def counted(content: Any) -> list[int]:
        return [
            words(gradings[grading]).count(entry)
            for kinds in (content.opinions, *(d.get("opinions", {}) for d in content.domains.values()))
            for polarities in kinds.values()
            for gradings in [polarities.get("positive", {})]
            for grading in sorted(gradings.keys() - {"denied"})
        ]

    plain, more = (counted(read_content(language, (), said)) for said in ({}, {"positive": [word] * 2}))
    assert any(plain)
    assert more == [count and count + 2 for count in plain]


def terms(*keys: str) -> set[str]:
    return {
        word
        for domain in known_domains("de")
        for entry in entries("de", domain)
        for key in keys
        for word in words(entry.get(key, ""))
    }


def entries(language: str, domain: str) -> Iterator[dict[str, Any]]:
    """The things that reviews speak of, and the products."""
    content = read_content(language)
    yield from content.domains[domain]["aspects"].values()
    yield from content.domains[domain]["families"].values()
