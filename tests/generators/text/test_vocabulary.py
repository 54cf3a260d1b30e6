"""Words of one's own, and options of reviews, that are refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from synthlab_text import TextGenerator


@pytest.mark.parametrize(
    ("language", "vocabulary", "message"),
    [
        ("en", {"terms": ["boot time", "the battery"]}, "'the battery' has 'the' with it"),
        ("en", {"terms": ["my screen"]}, "'my screen' has 'my' with it"),
        ("de", {"plural_terms": ["diese Tasten"]}, "'diese Tasten' has 'diese' with it"),
        ("de", {"terms": ["Akku"]}, "'Akku' does not tell its gender"),
        ("de", {"terms": ["ein Akku"]}, "'ein Akku' does not tell its gender"),
        ("es", {"terms": ["los botones"]}, "'los botones' does not tell its gender"),
        ("es", {"plural_terms": ["teclas"]}, "'teclas' does not tell its gender"),
        ("de", {"terms": ["der Akku", "Die Laufzeit"], "plural_terms": ["die Tasten", "Knöpfe"]}, None),
        (
            "de",
            {"terms": ["der lange Akku"]},
            "'der lange Akku' has an adjective, whose ending would have to change",
        ),
        ("de", {"terms": ["die lange Laufzeit", "das iPhone"]}, None),
        ("es", {"terms": ["la pantalla"], "plural_terms": ["los botones"]}, None),
        ("es", {"positive": ["!!"]}, "'!!' is no word"),
        ("en", {"positive": ["two\nlines"]}, "'two\\nlines' is no word"),
        ("en", {"terms": ["bar."]}, "'bar.' is no word"),
        ("en", {"positive": ["zorbish overall"]}, "'zorbish overall' comments on what it says"),
        ("en", {"negative": ["economical"]}, "'economical' is positive in the reviews already"),
        ("en", {"positive": ["zingy"], "negative": ["Zingy"]}, "'Zingy' is positive and negative"),
        ("en", {"positive": ["zingy"], "neutral": ["zingy"]}, "'zingy' is positive and neutral"),
        ("en", {"positive": ["terrible"]}, "'terrible' is negative in the reviews already"),
        ("en", {"neutral": ["Excellent"]}, "'Excellent' is positive in the reviews already"),
        ("es", {"negative": ["genial"]}, "'genial' is positive in the reviews already"),
        ("en", {"positive": ["top-notch a/c"]}, "'top-notch a/c' has 1 endings"),
        ("en", {"positive": ["fine"]}, None),
        ("es", {"positive": ["mol/ón/ona/ones/onas"]}, None),
        ("en", {"terms": ["A4 tray"], "negative": ["clunky", "3-star"]}, None),
    ],
)
def test_words_that_would_make_a_label_or_a_sentence_wrong_are_refused(
    language: Any, vocabulary: Any, message: str | None
) -> None:
    found = [
        problem.message for problem in TextGenerator(language=language, vocabulary=vocabulary).problems()
    ]
    assert found == ([] if message is None else [message])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"vocabulary": {"positive": ["crisp, stale"]}},
            "'crisp, stale' is no word: it has 1 to 40 characters",
        ),
        ({"vocabulary": {"positive": {"crisp": True}}}, "crisp is said 1 to 100 times as often, not True"),
        ({"negation": True}, "valid number"),
        ({"unique": "yes"}, "valid boolean"),
    ],
)
def test_options_of_another_kind_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TextGenerator.model_validate(options)
