"""Lines of text for recognisers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import synthlab
from synthlab import Rows
from synthlab.testing import check_generator
from synthlab_image import TextLineGenerator
from synthlab_image.documents.shaping import clusters, shaped
from synthlab_image.documents.typefaces import INKED, RIGHT_TO_LEFT


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
        ({"texts": ["नमस्ते"]}, ("texts",)),
        ({"effects": {"lens_rate": 0.5}}, ("effects", "lens_rate")),
        ({"backgrounds": {"photos": 1}}, ("backgrounds",)),
    ],
)
def test_what_cannot_be_written_is_told(options: dict[str, Any], path: tuple[str, ...]) -> None:
    assert [problem.path for problem in TextLineGenerator(**options).problems()] == [path]


@pytest.mark.parametrize("language", ["ar", "he"])
def test_lines_from_the_right_are_told_as_they_are_read(language: str) -> None:
    for row in made(60, languages=[language]):
        assert [word["text"] for word in row["words"]] == row["text"].split()
        spelt = ["" for _ in row["words"]]
        for character in row["characters"]:
            spelt[character["word"]] += character["text"]
        assert spelt == row["text"].split()
        # The first word stands farthest to the right.
        middles = [np.mean(word["quad"][::2]) for word in row["words"]]
        assert middles == sorted(middles, reverse=True)


@pytest.mark.parametrize("size", [17.0, 24.25, 41.5])
@pytest.mark.parametrize("face", [RIGHT_TO_LEFT.regular, RIGHT_TO_LEFT.bold])
def test_the_ink_of_a_shaped_word_is_in_the_boxes_of_its_letters(face: str, size: float) -> None:
    for word in ("السلام", "فاتورة", "لا", "أسبوع", "مُعَلِّم", "ברק1948", "(שלום)", "מוזיאון", "12,50", "٢٠٢٤"):
        whole, boxes, width = shaped(face, size, word)
        left = whole.mask >= INKED
        for x_min, y_min, x_max, y_max in boxes:
            assert -0.2 * size <= x_min < x_max <= width + 0.2 * size
            rows = slice(max(0, y_min - whole.top), max(0, y_max - whole.top))
            columns = slice(max(0, x_min - whole.left), max(0, x_max - whole.left))
            # Every letter has ink of its own.
            assert left[rows, columns].any() or len(boxes) > 1
            left[rows, columns] = False
        assert not left.any(), word


def test_letters_that_cannot_be_parted_are_one_character() -> None:
    assert clusters("سلام") == ["س", "لا", "م"]
    assert clusters("מש2024") == ["מ", "ש", "2024"]
    assert clusters("مُد") == ["مُ", "د"]


def test_words_from_the_right_need_raqm(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import features

    monkeypatch.setattr(features, "check", lambda feature: False)
    for options in ({"languages": {"ar": 1}}, {"texts": ["שלום"]}):
        (problem,) = TextLineGenerator(**options).problems()  # type: ignore[arg-type]
        assert "raqm" in problem.message
        assert "Pillow" in problem.hint
    assert not list(TextLineGenerator(texts=["hello"]).problems())


def test_fonts_of_the_users_are_used_and_must_have_the_letters(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    shutil.copy(RIGHT_TO_LEFT.regular, tmp_path / "fonts" / "one.ttf")
    schema = {"synthlab": 1, "name": "x", "generator": "text-line", "rows": 5}
    own = {"fonts": "fonts", "families": {}}
    (tmp_path / "good.yaml").write_text(yaml.safe_dump({**schema, "options": {**own, "texts": ["Gut"]}}))
    assert {row["text"] for row in synthlab.load(tmp_path / "good.yaml")} == {"Gut"}
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump({**schema, "options": {**own, "texts": ["Zoë Łuk"]}}))
    with pytest.raises(synthlab.SchemaError, match=r"one.ttf has no 'Ł'"):
        synthlab.load(tmp_path / "bad.yaml")
