"""What documents say: sums, check digits, forms of amounts."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab import Draws, Rows
from synthlab_image import DocumentGenerator
from synthlab_image.documents.id_card import machine_lines
from synthlab_image.documents.kinds import KINDS, field_names
from synthlab_image.documents.languages import language
from synthlab_image.documents.phrases import phrase
from synthlab_image.documents.records import iban, sale


def draws(seed: int) -> Draws:
    return next(Rows(seed, 0, 1).stream("test").each())


@given(seed=st.integers(0, 2**63), name=st.sampled_from(["en", "de", "es"]), included=st.booleans())
def test_a_sale_adds_up(seed: int, name: Any, included: bool) -> None:
    words = language(name)
    sold = sale(draws(seed), words, words.groceries, 7, 4, included, discounts=0.5)
    assert sum(item.price for item in sold.items) - sold.discount == sold.subtotal
    taxes = sum(tax.tax for tax in sold.taxes)
    assert sold.total == (sold.subtotal if included else sold.subtotal + taxes)
    for tax in sold.taxes:
        # Rounded to whole cents, the net too where it follows from the price.
        most = 500 + (500 + tax.rate) / 2 if included else 500
        assert abs(tax.net * tax.rate - 1000 * tax.tax) <= most
    if included and len(sold.taxes) == len({item.rate for item in sold.items}):
        assert sum(tax.net + tax.tax for tax in sold.taxes) == sold.total


@pytest.mark.parametrize("name", ["en", "de", "es"])
def test_the_days_to_pay_in_the_note_are_those_to_the_due_date(name: Any) -> None:
    options = DocumentGenerator(documents=["invoice"], languages=[name], captures=["clean"], width=300,
                                height=400, labels=["fields", "record"])  # fmt: skip
    names, told = options.features["fields"].fields["label"].names, 0  # type: ignore[attr-defined, index]
    for row in options.generate(Rows(5, 0, 12)).to_pylist():
        says = json.loads(row["record"])
        first, last = (datetime.date.fromisoformat(says[key]) for key in ("date", "due_date"))
        (note,) = (f["text"] for f in row["fields"] if names[f["label"]] == "note")
        days = [int(word) for word in note.split() if word.isdigit()]
        assert days in ([], [(last - first).days])
        told += len(days)
    assert told


@pytest.mark.parametrize("name", ["en", "de", "es"])
def test_lines_of_a_language_have_no_blanks_left_to_fill_in(name: Any) -> None:
    for number in range(300):
        assert "{" not in phrase(draws(number), language(name), 8)


@pytest.mark.parametrize(
    ("name", "plain", "signed"),
    [("en", "1,234,567.05", "$1,234,567.05"), ("de", "1.234.567,05", "1.234.567,05 €")],
)
def test_amounts_are_written_as_in_their_country(name: Any, plain: str, signed: str) -> None:
    words = language(name)
    assert words.amount(123456705) == plain
    assert words.amount(123456705, sign=True) == signed
    assert words.amount(-5, sign=True) == {"en": "-$0.05", "de": "-0,05 €"}[name]
    assert words.date(datetime.date(2024, 3, 5), words.date_forms[-1]) == {
        "en": "March 05, 2024", "de": "05. März 2024",
    }[name]  # fmt: skip


def test_the_lines_for_machines_have_the_check_digits_of_the_standard() -> None:
    """The specimen of ICAO 9303 part 5, but for what has no check digit: kind of document and sex."""
    facts = {
        "card_number": "D23145890",
        "birth_date": datetime.date(1974, 8, 12),
        "expiry": datetime.date(2012, 4, 15),
        "surname": "ERIKSSON",
        "given_name": "ANNA MARIA",
    }
    assert machine_lines(facts) == [
        "IDUTOD231458907<<<<<<<<<<<<<<<",
        "7408122<1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ]


@given(seed=st.integers(0, 2**63), country=st.sampled_from(["DE", "ES"]))
def test_account_numbers_have_valid_check_digits(seed: int, country: str) -> None:
    number = iban(draws(seed), country).replace(" ", "")
    moved = number[4:] + number[:4]
    assert int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


@pytest.mark.parametrize("name", ["en", "de", "es"])
def test_the_sums_of_a_table_are_those_of_its_cells_as_printed(name: str) -> None:
    options = DocumentGenerator(
        documents=["table"],
        languages=[name],
        captures=["clean"],
        width=300,
        height=300,
        labels=["fields", "record"],
    )
    labels = field_names(("table",))
    for row in options.generate(Rows(1, 0, 30)).to_pylist():
        record = json.loads(row["record"])
        columns = list(zip(*(line["values"] for line in record["rows"]), strict=True))
        assert [sum(map(Decimal, column)) for column in columns] == list(map(Decimal, record["sums"]))
        values = [f["value"] for f in row["fields"] if labels[f["label"]] == "sum" and f["role"] == "value"]
        assert values == record["sums"]


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**63), name=st.sampled_from(["en", "de", "es"]), kind=st.sampled_from(sorted(KINDS))
)
def test_what_is_told_of_a_document_is_printed_on_it(seed: int, name: Any, kind: Any) -> None:
    """Every text of the record is that of a field, or its value (how it was paid is in the name of a key)."""
    options = DocumentGenerator(
        documents=[kind],
        languages=[name],
        captures=["clean"],
        width=300,
        height=400,
        labels=["fields", "record"],
    )
    (row,) = options.generate(Rows(seed, 0, 1)).to_pylist()
    said = " ".join(f"{field['text']} {field['value']}" for field in row["fields"]).casefold()
    for key, value in json.loads(row["record"]).items():
        if isinstance(value, str) and key != "payment":
            assert value.casefold() in said, key
