"""English as it should be, checked in the finished text by rules that know not how it was made."""

from __future__ import annotations

import re
from functools import cache

import pytest

from synthlab import Rows
from synthlab_text import TextGenerator
from synthlab_text.lexicon import DOMAINS, read
from synthlab_text.pool import starts_with_vowel_sound

# Words that begin with a vowel and not with its sound, and the other way round.
CONSONANT_SOUND = {
    "user",
    "unit",
    "unique",
    "one",
    "used",
    "useful",
    "university",
    "usual",
    "euro",
    "usb",
    "useless",
}
SILENT_H = {"hour", "honest", "honour"}


@cache
def texts() -> list[str]:
    """Twenty thousand reviews."""
    batches = [TextGenerator().generate(Rows(seed, 0, 10_000)) for seed in (1, 2)]
    return [str(text) for batch in batches for text in batch["text"]]


def sentences() -> list[str]:
    return [sentence for text in texts() for sentence in re.split(r"(?<=[.!]) ", text)]


def test_a_and_an_go_by_the_next_sound() -> None:
    found = 0
    for text in texts():
        for article, word in re.findall(r"\b([Aa]n?) ([\w'-]+)", text):
            stem = word.lower().split("-")[0]
            vowel = (stem[0] in "aeiou" and stem not in CONSONANT_SOUND) or stem in SILENT_H
            assert (article.lower() == "an") == vowel, f"{article} {word}: {text}"
            found += 1
    assert found > 5_000


def test_sentences_begin_with_a_capital_and_end_with_a_stop() -> None:
    for sentence in sentences():
        assert re.fullmatch(r"[A-Z0-9].*[.!]", sentence), sentence


def test_spaces_and_marks_stand_where_they_belong() -> None:
    for text in texts():
        assert not re.search(r"  | [.,!:;]|[.,!:;]{2}|[,:;](?! )|[{}\[\]|~\0]|^ | $", text), text


def test_nothing_is_said_twice_in_a_row() -> None:
    for text in texts():
        assert not re.search(r"\b(\w+) \1\b", text.lower()), text
        # "fairly fair", "reasonably unreasonable"
        assert not re.search(r"\b(\w{4,})l?y (?:un)?\1", text.lower()), text


def plural_terms() -> set[str]:
    found = set()
    for domain in DOMAINS:
        content = read("en", "domains", f"{domain}.yaml")
        for entry in [*content["aspects"].values(), *content["families"].values()]:
            found |= {word.strip() for word in entry.get("plural", "").split(",") if word.strip()}
    return found


def singular_terms() -> set[str]:
    found = set()
    for domain in DOMAINS:
        content = read("en", "domains", f"{domain}.yaml")
        for entry in [*content["aspects"].values(), *content["families"].values()]:
            for key in ("count", "mass"):
                found |= {word.strip() for word in entry.get(key, "").split(",") if word.strip()}
    return found - plural_terms()


def test_verbs_agree_with_what_they_speak_of() -> None:
    plural, singular = plural_terms(), singular_terms()
    checked = {True: 0, False: 0}
    for sentence in sentences():
        for start in ("The ", "the ", "This ", "this ", "These ", "these "):
            for match in re.finditer(rf"(?:(?<=^)|(?<= )){start}", sentence):
                rest = sentence[match.end() :]
                verb = re.match(r"([\w' -]+?) (is|are|was|were)\b", rest)
                if verb is None or verb[1] not in plural | singular:
                    continue
                is_plural = verb[1] in plural
                assert (verb[2] in ("are", "were")) == is_plural, sentence
                if start.strip().lower() != "the":
                    assert (start.strip().lower() == "these") == is_plural, sentence
                checked[is_plural] += 1
    assert checked[True] > 2_000
    assert checked[False] > 5_000


def test_plural_products_are_they_and_these() -> None:
    for sentence in sentences():
        assert not re.search(
            r"\b(this|that) (jeans|trousers|shoes|boots|headphones|gloves|socks)\b",
            sentence.lower(),
        )
        assert not re.search(
            r"\b(it are|it were|they is|they was|they has|they does|i is|i are)\b", sentence.lower()
        )


def test_nothing_plural_or_uncountable_has_an_article_of_its_own() -> None:
    plural = "|".join(map(re.escape, sorted(plural_terms())))
    for text in texts():
        assert not re.search(rf"\b(?:an?) (?:\w+ly )?\w+ (?:{plural})\b[.,]", text), text


@pytest.mark.parametrize(
    ("word", "takes_an"),
    [
        ("hour", True),
        ("unimpressive screen", True),
        ("uninspired menu", True),
        ("ugly bag", True),
        ("unique design", False),
        ("useful guide", False),
        ("one-dimensional hero", False),
        ("house", False),
        ("honest waiter", True),
        ("European breakfast", False),
        ("TV", False),
        ("outdated app", True),
    ],
)
def test_vowel_sounds(word: str, takes_an: bool) -> None:
    assert starts_with_vowel_sound(word) == takes_an
