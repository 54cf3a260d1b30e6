"""Lines of text for recognisers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab import Rows
from synthlab.testing import check_generator
from synthlab_image import TextLineGenerator


def made(count: int = 30, seed: int = 3, **options: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = TextLineGenerator(**options).generate(Rows(seed, 0, count)).to_pylist()
    return rows


def test_lines_keep_the_contract_of_generators() -> None:
    check_generator(TextLineGenerator(languages={"en": 1, "de": 1, "es": 1}), rows=60)


def test_the_characters_spell_the_words_and_the_words_the_text() -> None:
    for row in made(100, languages=["en", "de", "es"]):
        spelt = ["" for _ in row["words"]]
        for character in row["characters"]:
            spelt[character["word"]] += character["text"]
        assert spelt == [word["text"] for word in row["words"]] == row["text"].split()


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    options=st.fixed_dictionaries(
        {
            "height": st.integers(16, 80),
            "slant": st.floats(0, 30),
            "bow": st.floats(0, 0.4),
            "tilt": st.floats(0, 0.4),
            "words_range": st.tuples(st.integers(1, 2), st.integers(2, 12)),
            "padded": st.booleans(),
        }
    ),
)
def test_any_line_is_whole_inside_its_image(seed: int, options: dict[str, Any]) -> None:
    for row in made(3, seed, width=700, **options):
        assert row["height"] == options["height"]
        assert row["width"] == 700 if options["padded"] else row["width"] <= 700
        # A quad around a bent word is larger than the word, and so may reach a little beyond the image.
        for column, beyond in (("words", 0.25 * row["height"]), ("characters", 0.0)):
            for record in row[column]:
                quad = np.array(record["quad"]).reshape(4, 2)
                assert quad.min() >= -beyond
                assert (quad.max(axis=0) <= (row["width"] + beyond, row["height"] + beyond)).all()


def test_texts_and_characters_may_be_given() -> None:
    assert {row["text"] for row in made(texts=["Grüße", "aus Köln"])} == {"Grüße", "aus Köln"}
    assert set("".join(row["text"] for row in made(characters="0123456789X"))) == set("0123456789X ")


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"texts": ["Привет"]}, ("texts",)),
        ({"texts": ["a", " "]}, ("texts", 1)),
        ({"characters": "a b"}, ("characters",)),
        ({"characters": "漢字"}, ("characters",)),
        ({"families": {}}, ("families",)),
    ],
)
def test_what_cannot_be_written_is_told(options: dict[str, Any], path: tuple[str, ...]) -> None:
    assert [problem.path for problem in TextLineGenerator(**options).problems()] == [path]
