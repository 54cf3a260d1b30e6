"""Companies, products, cards, accounts, devices, colours and coordinates: each is right in itself."""

from __future__ import annotations

import csv
import ipaddress
import re
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow.compute as pc
import pytest
import yaml
from pydantic import ValidationError

import synthlab_tabular.records as records
from synthlab.features import ClassLabel
from synthlab.rows import Rows

from .conftest import table, values

DATA = Path(records.__file__).parent / "data/en_US"


def rows_of(kind: str, *fields: str, rows: int = 3_000, **options: object) -> list[dict[str, str]]:
    columns = [{"name": field, "kind": kind, "field": field, **options} for field in fields]
    made: list[dict[str, str]] = table(*columns).generate(Rows(5, 0, rows)).to_pylist()
    return made


def test_a_company_says_what_it_does() -> None:
    industries = yaml.safe_load((DATA / "companies.yaml").read_text(encoding="utf-8"))["industries"]
    for row in rows_of("company", "name", "industry", "domain", "email"):
        beginning, word, _ = row["name"].split(" ")
        assert word in industries[row["industry"]]
        assert row["domain"] == f"{beginning}{word}.example.com".lower()
        assert row["email"].endswith(f"@{row['domain']}")


def test_a_product_fits_its_category() -> None:
    categories = yaml.safe_load((DATA / "products.yaml").read_text(encoding="utf-8"))
    assert len(categories) >= 12
    assert all(len(set(found["nouns"])) >= 15 for found in categories.values())
    for row in rows_of("product", "name", "category", "brand", "sku", "price"):
        category = categories[row["category"]]
        assert row["brand"] in category["brands"]
        assert row["name"].startswith(f"{row['brand']} ")
        noun = max((noun for noun in category["nouns"] if row["name"].endswith(f" {noun}")), key=len)
        assert row["name"].removeprefix(f"{row['brand']} ").removesuffix(f" {noun}") in category["adjectives"]
        assert re.fullmatch(rf"{row['category'][:3].upper()}-\d{{6}}", row["sku"])
        usual = category["nouns"][noun]
        assert 0.6 * usual - 1 <= float(row["price"]) <= 1.7 * usual + 1


def luhn_holds(number: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


# As they are printed in the documentation of schemes and payment providers.
TEST_NUMBERS = {
    "Visa": ("4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556"),
    "Mastercard": ("5555555555554444", "5105105105105100", "5200828282828210", "2223003122003222"),
    "American Express": ("378282246310005", "371449635398431", "378734493671000"),
    "Discover": ("6011111111111117", "6011000990139424"),
    "JCB": ("3530111333300000", "3566002020360505"),
    "Diners Club": ("30569309025904", "38520000023237"),
    "UnionPay": ("6200000000000005",),
}


def test_cards_are_beside_published_test_numbers_and_keep_their_check_digit() -> None:
    assert all(luhn_holds(number) for numbers in TEST_NUMBERS.values() for number in numbers)
    seen = set()
    for row in rows_of("payment_card", "number", "brand", "cvv", "last4", "expiry", rows=10_000):
        assert luhn_holds(row["number"])
        assert any(
            len(number) == len(row["number"]) and number[:-6] == row["number"][:-6]
            for number in TEST_NUMBERS[row["brand"]]
        )
        assert row["last4"] == row["number"][-4:]
        assert len(row["cvv"]) == (4 if row["brand"] == "American Express" else 3)
        assert re.fullmatch(r"(0[1-9]|1[0-2])/(2[789]|3[01])", row["expiry"])
        seen.add(row["brand"])
    assert seen == set(TEST_NUMBERS)


def test_cards_end_in_the_years_that_were_asked_for() -> None:
    found = values(kind="payment_card", field="expiry", expiry_range=[2030, 2030])
    assert {text[-2:] for text in found} == {"30"}
    with pytest.raises(ValidationError, match="the first not after the last"):
        table({"name": "x", "kind": "payment_card", "expiry_range": [2031, 2030]})


LENGTHS = {
    "AT": 20,
    "BE": 16,
    "BG": 22,
    "CH": 21,
    "CY": 28,
    "CZ": 24,
    "DE": 22,
    "DK": 18,
    "EE": 20,
    "ES": 24,
    "FI": 18,
    "FR": 27,
    "GB": 22,
    "GR": 27,
    "HR": 21,
    "HU": 28,
    "IE": 22,
    "IT": 27,
    "LT": 20,
    "LU": 20,
    "LV": 21,
    "NL": 18,
    "NO": 15,
    "PL": 28,
    "PT": 25,
    "RO": 24,
    "SE": 24,
    "SI": 19,
    "SK": 24,
}


def test_account_numbers_have_their_length_and_check_digits() -> None:
    made = values(kind="iban", rows=10_000)
    for iban in made:
        assert len(iban) == LENGTHS[iban[:2]]
        rearranged = iban[4:] + iban[:4]
        assert int("".join(str(int(character, 36)) for character in rearranged)) % 97 == 1
        assert 2 <= int(iban[2:4]) <= 98
    assert {iban[:2] for iban in made} == set(LENGTHS)
    assert {iban[:2] for iban in values(kind="iban", country="DE")} == {"DE"}


def test_an_account_of_an_unknown_country_is_refused() -> None:
    with pytest.raises(ValidationError, match="'US' is none of AT"):
        table({"name": "x", "kind": "iban", "country": "US"})


def test_network_addresses_are_reserved() -> None:
    networks = [ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
    for text in set(values(kind="network", field="ipv4", rows=10_000)):
        assert any(ipaddress.ip_address(text) in network for network in networks)
    for text in values(kind="network", field="ipv4", addresses="private"):
        assert ipaddress.ip_address(text) in ipaddress.ip_network("10.0.0.0/8")
    for text in values(kind="network", field="ipv6"):
        address = ipaddress.ip_address(text)
        assert address in ipaddress.ip_network("2001:db8::/32")
        assert str(address) == text
    with pytest.raises(ValidationError, match="`ipv4` alone"):
        table({"name": "x", "kind": "network", "field": "mac", "addresses": "private"})


def test_hardware_addresses_are_of_no_maker() -> None:
    for text in values(kind="network", field="mac"):
        assert re.fullmatch(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", text)
        assert int(text[:2], 16) & 0b11 == 0b10


def test_pages_are_at_domains_for_examples() -> None:
    for text in values(kind="network", field="url"):
        found = urlsplit(text)
        assert found.scheme == "https"
        assert re.fullmatch(r"(\w+\.)?example\.(com|org|net)", found.netloc)
        assert found.path.count("/") == 2
    assert all(agent.startswith("Mozilla/5.0 (") for agent in values(kind="network", field="user_agent"))


def test_identifiers_are_random_and_all_different() -> None:
    made = table({"name": "x", "kind": "uuid"}).generate(Rows(1, 0, 200_000)).column(0)
    assert pc.count_distinct(made).as_py() == 200_000
    for text in made.slice(0, 1_000).to_pylist():
        found = uuid.UUID(text)
        assert str(found) == text
        assert found.version == 4
        assert found.variant == uuid.RFC_4122


def test_the_ways_to_write_a_colour_agree() -> None:
    rows = rows_of("colour", "name", "hex", "rgb")
    for row in rows:
        assert tuple(map(int, row["rgb"].split(", "))) == tuple(bytes.fromhex(row["hex"][1:]))
    tomato = next(row for row in rows if row["name"] == "tomato")
    assert tomato["hex"] == "#ff6347"


def test_coordinates_are_near_the_city() -> None:
    places = csv.DictReader((DATA / "places.csv").read_text(encoding="utf-8").splitlines())
    centres = {(p["city"], p["region_code"]): (float(p["latitude"]), float(p["longitude"])) for p in places}
    made = table(
        {"name": "latitude", "kind": "coordinates", "field": "latitude"},
        {"name": "longitude", "kind": "coordinates", "field": "longitude"},
        {"name": "city", "kind": "address", "field": "city"},
        {"name": "state", "kind": "address", "field": "region_code"},
    ).generate(Rows(1, 0, 3_000))
    for row in made.to_pylist():
        north, east = centres[row["city"], row["state"]]
        assert abs(row["latitude"] - north) <= 0.040001
        assert abs(row["longitude"] - east) <= 0.040001
        assert row["latitude"] == round(row["latitude"], 6)
    german = values(kind="coordinates", field="latitude", locale="de_DE")
    assert 48.2 <= min(german) < max(german) <= 53.2


def test_fields_with_few_values_can_be_labels() -> None:
    fields = {"company": "industry", "product": "category", "payment_card": "brand", "colour": "name"}
    columns = [{"name": kind, "kind": kind, "field": field, "label": True} for kind, field in fields.items()]
    generator = table(*columns)
    assert all(isinstance(generator.features[kind], ClassLabel) for kind in fields)
    assert all(column.null_count == 0 for column in generator.generate(Rows(1, 0, 1_000)).columns)
