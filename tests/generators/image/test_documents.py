"""Documents: what is printed agrees, and everything printed is where its labels say."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import synthlab
from synthlab import Rows
from synthlab.errors import SchemaError
from synthlab.testing import check_generator
from synthlab_image import DocumentGenerator, TextLineGenerator
from synthlab_image.documents.kinds import KINDS

ALL: Any = ("fields", "lines", "words", "characters", "text", "kind", "language", "record")
SMALL: dict[str, Any] = {"width": 240, "height": 320, "labels": ALL}
BENT: dict[str, Any] = {
    "folds_range": (2, 4), "curl_range": (0.2, 0.4), "crumple_range": (0.5, 1.0),
    "perspective_range": (0.5, 1.0), "rotation_range": (-30, 30),
}  # fmt: skip


def made(count: int = 6, seed: int = 3, **options: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (
        DocumentGenerator(**{**SMALL, **options}).generate(Rows(seed, 0, count)).to_pylist()
    )
    return rows


def everything(row: dict[str, Any]) -> Iterator[Any]:
    for column in ("fields", "lines", "words", "characters"):
        for record in row[column]:
            yield np.array(record["quad"]).reshape(4, 2)


def assert_inside(row: dict[str, Any]) -> None:
    """Characters and boxes are; a quad around what is bent is larger than it and may reach out a little."""
    size = np.array([row["width"], row["height"]])
    for column, beyond in (("characters", 0.0), ("words", 0.05), ("lines", 0.05), ("fields", 0.05)):
        quads = np.array([record["quad"] for record in row[column]]).reshape(-1, 2)
        assert (quads >= -beyond * size).all()
        assert (quads <= size * (1 + beyond)).all()
    boxes = np.array([field["box"] for field in row["fields"]])
    assert (boxes >= 0).all()
    assert (boxes <= np.tile(size, 2)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_document_keeps_the_contract_of_generators(kind: str) -> None:
    captures = {"photo": 1, "scan": 1, "clean": 1}
    languages = {"en": 1, "de": 1, "es": 1}
    options = {**SMALL, "documents": [kind], "languages": languages, "captures": captures}
    check_generator(DocumentGenerator(**options), rows=8)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_texts_hang_together(kind: str, language: str) -> None:
    for row in made(documents=[kind], languages=[language]):
        characters, words, lines, fields = (row[n] for n in ("characters", "words", "lines", "fields"))
        spelt = ["" for _ in words]
        for character in characters:
            spelt[character["word"]] += character["text"]
        assert spelt == [word["text"] for word in words]
        joined: list[list[str]] = [[] for _ in lines]
        for word in words:
            joined[word["line"]].append(word["text"])
        assert [" ".join(parts) for parts in joined] == [line["text"] for line in lines]
        assert row["text"].split("\n") == [line["text"] for line in lines]
        for number, field in enumerate(fields):
            own = [line["text"] for line in lines if line["field"] == number]
            assert " ".join(own) == " ".join(field["text"].split())


@pytest.mark.parametrize("kind", KINDS)
def test_values_link_to_their_keys(kind: str) -> None:
    for row in made(20, documents=[kind]):
        for field in row["fields"]:
            assert -1 <= field["link"] < len(row["fields"])
            if field["link"] >= 0:
                assert field["role"] == "value"
                assert row["fields"][field["link"]]["role"] == "key"


@pytest.mark.parametrize("kind", KINDS)
def test_every_label_of_a_field_is_declared(kind: str) -> None:
    options = DocumentGenerator(documents=[kind], width=240, height=320, languages=["en", "de"])
    module, names = KINDS[kind], options.features["fields"].fields["label"].names  # type: ignore[attr-defined, index]
    assert {*module.FIELDS, *(f"{name}_key" for name in module.KEYS)} == set(names)
    assert len(names) == len(set(names))
    # A label that is not declared would have raised BuildError.
    assert options.generate(Rows(5, 0, 40)).num_rows == 40


@pytest.mark.parametrize("capture", ["photo", "scan", "clean"])
def test_everything_is_inside_the_image_and_goes_clockwise(capture: str) -> None:
    for row in made(captures=[capture], documents=list(KINDS), **BENT):
        with Image.open(io.BytesIO(row["image"]["bytes"])) as image:
            assert image.size == (row["width"], row["height"])
        assert_inside(row)
        for quad in everything(row):
            x, y = quad.T
            assert (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() > 0


def test_what_a_document_says_does_not_depend_on_how_it_is_taken() -> None:
    kinds = list(KINDS)
    clean, bent = made(documents=kinds, captures=["clean"]), made(documents=kinds, **BENT)
    assert [row["text"] for row in clean] == [row["text"] for row in bent]
    assert [row["record"] for row in clean] == [row["record"] for row in bent]


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_the_sums_of_a_receipt_agree(language: str) -> None:
    for row in made(40, documents=["receipt"], languages=[language]):
        record = json.loads(row["record"])
        money = {k: Decimal(record[k]) for k in ("subtotal", "total", "paid")}
        items = [(int(i["quantity"]), Decimal(i["unit_price"]), Decimal(i["price"])) for i in record["items"]]
        assert all(quantity * unit == price for quantity, unit, price in items)
        assert sum(price for *_, price in items) - Decimal(record.get("discount", 0)) == money["subtotal"]
        taxes = sum(Decimal(t["tax"]) for t in record["taxes"])
        assert money["total"] == money["subtotal"] + (taxes if language == "en" else 0)
        assert money["paid"] - money["total"] == Decimal(record.get("change", 0)) >= 0
        for tax in record["taxes"]:
            assert abs(Decimal(tax["net"]) * Decimal(tax["rate"]) / 100 - Decimal(tax["tax"])) < Decimal(
                "0.01"
            )
        values = [(row_field["label"], row_field["value"]) for row_field in row["fields"]]
        assert [v for v in values if v[0] == names(row, "total")] == [(names(row, "total"), record["total"])]
        assert [v for k, v in values if k == names(row, "item_price")] == [
            i["price"] for i in record["items"]
        ]


def test_the_total_of_an_invoice_is_high_on_some_pages_and_low_on_others() -> None:
    rows = made(12, documents=["invoice"], captures=["clean"], goods={"figs": 2})
    number = names(rows[0], "total")
    places = [f["box"][3] / row["height"] for row in rows for f in row["fields"] if f["label"] == number]
    assert len(places) == len(rows)
    assert min(places) < 0.6 < 0.7 < max(places) < 1


def names(row: dict[str, Any], label: str) -> int:
    from synthlab_image.documents.kinds import field_names

    return field_names(("receipt",)).index(label)


def test_the_schema_file_may_say_what_is_written() -> None:
    rows = made(
        12,
        documents=["receipt"],
        fields={"shop": "Kaffeehaus Lindner", "city": ["Wien", "Graz"]},
        goods={"Melange": 4.20, "Torte": (3.5, 6)},
    )
    for row in rows:
        record = json.loads(row["record"])
        assert record["shop"] == "Kaffeehaus Lindner"
        assert "Kaffeehaus Lindner".upper() in " ".join(row["text"].upper().split())
        assert {item["name"] for item in record["items"]} <= {"Melange", "Torte"}
        assert all(item["unit_price"] == "4.20" for item in record["items"] if item["name"] == "Melange")
    assert {json.loads(row["record"])["city"] for row in rows} == {"Wien", "Graz"}


def test_white_space_of_the_schema_file_is_as_it_is_printed() -> None:
    (row,) = made(1, fields={"shop": " Corner \n Shop "}, goods={"  ripe   figs": 2.5})
    record = json.loads(row["record"])
    assert record["shop"] == "Corner Shop"
    assert {item["name"] for item in record["items"]} == {"ripe figs"}


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_text_has_white_space_around_it(kind: str) -> None:
    for row in made(3, documents=[kind], labels=["fields", "lines", "words"]):
        texts = [part["text"] for name in ("fields", "lines", "words") for part in row[name]]
        assert texts == [" ".join(text.split()) if "\n" not in text else text.strip() for text in texts]


@pytest.mark.parametrize("days", [("0050-01-01", "2020-01-01"), ("2020-01-01", "9990-01-01")])
def test_days_that_no_document_has_are_refused(days: tuple[str, str]) -> None:
    schema = {"synthlab": 1, "name": "x", "generator": "document", "rows": 1}
    with pytest.raises(SchemaError, match=r"must be at (least 1900-01-01|most 2100-12-31), not"):
        synthlab.load({**schema, "options": {"dates_range": days}})
    for edge in ("1900-01-01", "2100-12-31"):
        assert made(2, documents=list(KINDS), dates_range=(edge, edge), labels=["record"])


def test_mistakes_in_the_options_are_told_with_what_fits() -> None:
    problems = list(
        DocumentGenerator(fields={"shp": "A", "city": "東京"}, backgrounds={"photos": 1}).problems()
    )
    assert [problem.path for problem in problems] == [
        ("fields", "shp"),
        ("fields", "city", 0),
        ("backgrounds",),
    ]
    assert "did you mean shop" in problems[0].hint
    assert "'東'" in problems[1].message


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**32),
    options=st.fixed_dictionaries(
        {
            "documents": st.lists(st.sampled_from(sorted(KINDS)), min_size=1, unique=True),
            "languages": st.lists(st.sampled_from(["en", "de", "es"]), min_size=1, unique=True),
            "captures": st.lists(st.sampled_from(["photo", "scan", "clean"]), min_size=1, unique=True),
            "width": st.integers(200, 500),
            "height": st.integers(200, 500),
            "families": st.lists(
                st.sampled_from(["sans", "mono", "caladea", "roboto-light"]), min_size=1, unique=True
            ),
        }
    ),
)
def test_any_options_make_documents_that_can_be_read(seed: int, options: dict[str, Any]) -> None:
    for row in made(1, seed, **{**options, **BENT}):
        assert row["characters"]
        assert_inside(row)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["W" * 120, "WWWW " * 30, ".", "i"])
def test_texts_of_any_length_find_room(kind: str, text: str) -> None:
    fields = dict.fromkeys(KINDS[kind].NAMES, text)
    for row in made(3, documents=[kind], fields=fields, captures=["photo", "clean"]):
        assert_inside(row)


@pytest.mark.parametrize("made", [DocumentGenerator, TextLineGenerator])
def test_effects_that_a_schema_leaves_open_are_those_of_documents(made: Any) -> None:
    whole = made().effects
    some = made.model_validate({"effects": {"brightness_range": [0.5, 0.6]}}).effects
    assert some.model_dump(exclude={"brightness_range"}) == whole.model_dump(exclude={"brightness_range"})
    assert not list(made.model_validate({"effects": {"brightness_range": [0.5, 0.6]}}).problems())
    assert made.model_validate_json(made().model_dump_json()) == made()
