"""People and their addresses: what belongs together, what is unique, and what is reserved."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pyarrow.compute as pc
import pytest
import yaml

import synthlab_tabular.records as records
from synthlab.errors import BuildError
from synthlab.features import ClassLabel
from synthlab.rows import Rows

from .conftest import Column, table, values

DATA = Path(records.__file__).parent / "data/en_US"
PEOPLE = yaml.safe_load((DATA / "people.yaml").read_text(encoding="utf-8"))
PLACES = list(csv.DictReader((DATA / "places.csv").read_text(encoding="utf-8").splitlines()))


def person(*fields: str, rows: int = 3_000, **options: object) -> list[dict[str, str]]:
    columns = [{"name": field, "kind": "person", "field": field, **options} for field in fields]
    return table(*columns).generate(Rows(5, 0, rows)).to_pylist()


def test_the_lists_are_long_enough_and_have_no_name_twice() -> None:
    female, male, last = (PEOPLE[key].split() for key in ("female", "male", "last"))
    assert min(len(set(female)), len(set(male))) >= 150
    assert len(set(last)) >= 400
    assert len(PLACES) >= 120
    assert len({(place["city"], place["region_code"]) for place in PLACES}) == len(PLACES)


def test_the_parts_of_a_person_agree() -> None:
    female, male = set(PEOPLE["female"].split()), set(PEOPLE["male"].split())
    rows = person("name", "first_name", "last_name", "sex", "title", "initials", "email", "username")
    for row in rows:
        assert row["name"] == f"{row['first_name']} {row['last_name']}"
        assert row["first_name"] in (female if row["sex"] == "female" else male)
        assert row["title"] in PEOPLE["titles"][row["sex"]]
        assert row["initials"] == row["first_name"][0] + row["last_name"][0]
        assert row["email"].split("@")[0] == row["username"]
        assert row["last_name"].lower() in row["username"]
        assert row["username"][0] == row["first_name"][0].lower()
    assert 0.45 < sum(row["sex"] == "female" for row in rows) / len(rows) < 0.55


def test_frequent_names_are_frequent() -> None:
    last = values(kind="person", field="last_name", rows=50_000)
    counts = [last.count(name) for name in ("Smith", "Moore", "Patel")]
    assert counts[0] > 1.3 * counts[1] > 4 * counts[2] > 0


@pytest.mark.parametrize("unique", [False, True])
def test_mail_goes_nowhere(unique: bool) -> None:
    for email in values(kind="person", field="email", unique=unique):
        assert re.fullmatch(r"[a-z0-9._]+@example\.(com|org|net)", email)


@pytest.mark.parametrize("field", ["email", "username"])
def test_a_million_unique_accounts_differ(field: str) -> None:
    generator = table({"name": "x", "kind": "person", "field": field, "unique": True})
    made = generator.generate(Rows(1, 0, 1_000_000)).column(0)
    assert pc.count_distinct(made).as_py() == 1_000_000
    far = generator.generate(Rows(1, 10**12, 10**12 + 1_000)).column(0)
    assert pc.count_distinct(far).as_py() == 1_000


def test_telephone_numbers_are_for_fiction_and_of_the_state() -> None:
    codes = {code: place["region_code"] for place in PLACES for code in place["area_codes"].split()}
    made = table(
        {"name": "phone", "kind": "person", "field": "phone"},
        {"name": "state", "kind": "address", "field": "region_code"},
    ).generate(Rows(1, 0, 3_000))
    for row in made.to_pylist():
        found = re.fullmatch(r"\((\d{3})\) 555-01\d\d", row["phone"])
        assert found
        assert codes[found[1]] == row["state"]


def test_the_parts_of_an_address_agree() -> None:
    places = {(place["city"], place["region_code"]): place["postcodes"].split() for place in PLACES}
    states = yaml.safe_load((DATA / "regions.yaml").read_text(encoding="utf-8"))
    fields = ("address", "street", "house_number", "city", "postcode", "region", "region_code")
    columns = [{"name": field, "kind": "address", "field": field} for field in fields]
    for row in table(*columns).generate(Rows(1, 0, 5_000)).to_pylist():
        assert row["address"] == (
            f"{row['house_number']} {row['street']}, {row['city']}, {row['region_code']} {row['postcode']}"
        )
        assert row["postcode"][:3] in places[row["city"], row["region_code"]]
        assert re.fullmatch(r"\d{5}", row["postcode"])
        assert row["region"] == states[row["region_code"]]


def test_the_sex_can_be_that_of_another_column() -> None:
    columns: list[Column] = [
        {"name": "g", "kind": "categorical", "values": ["F", "M", "X"]},
        {"name": "first", "kind": "person", "field": "first_name"},
        {"name": "sex", "kind": "person", "field": "sex"},
    ]
    said = "'female' if g == 'F' else 'male' if g == 'M' else None"
    made = table(*({**column, "sex": said} if column["kind"] == "person" else column for column in columns))
    female = set(PEOPLE["female"].split())
    seen = set()
    for row in made.generate(Rows(1, 0, 500)).to_pylist():
        assert (row["first"] in female) == (row["sex"] == "female")
        seen.add((row["g"], row["sex"]))
    assert seen == {("F", "female"), ("M", "male"), ("X", "female"), ("X", "male")}


def test_a_sex_that_is_neither_is_told() -> None:
    generator = table(
        {"name": "g", "kind": "constant", "value": "F"}, {"name": "p", "kind": "person", "sex": "g"}
    )
    with pytest.raises(BuildError, match="'F', not 'female' or 'male'"):
        generator.generate(Rows(1, 0, 3))


def test_fields_with_few_values_can_be_labels() -> None:
    generator = table(
        {"name": "sex", "kind": "person", "field": "sex", "label": True},
        {"name": "state", "kind": "address", "field": "region_code", "label": True},
    )
    assert generator.features["sex"] == ClassLabel(("female", "male"))
    assert generator.features.labels == ("sex", "state")
    assert generator.generate(Rows(1, 0, 500)).column("state").null_count == 0


REFUSED: list[tuple[Column, tuple[object, ...], str]] = [
    ({"kind": "person", "unique": True}, ("columns", 0, "unique"), "share a name"),
    ({"kind": "person", "label": True}, ("columns", 0, "label"), "no fixed list"),
    ({"kind": "person", "locale": "de_ED"}, ("columns", 0, "locale"), "no locale 'de_ED'"),
    ({"kind": "person", "sex": "x"}, ("columns", 0, "sex"), ""),
    ({"kind": "person", "sex": "1 + 1"}, ("columns", 0, "sex"), "int64"),
    ({"kind": "address", "locale": "tr_TR"}, ("columns", 0, "locale"), "no words of kind 'address'"),
    ({"kind": "address", "locale": "ja_JP", "field": "street"}, ("columns", 0, "field"), "not by street"),
]


@pytest.mark.parametrize(("options", "path", "message"), REFUSED)
def test_what_cannot_be_honoured_is_refused(options: Column, path: tuple[object, ...], message: str) -> None:
    (problem,) = table({"name": "x", **options}).problems()
    assert problem.path == path
    assert message in problem.message


def test_columns_of_one_record_must_say_the_same_of_it() -> None:
    found = list(
        table(
            {"name": "g", "kind": "constant", "value": "female"},
            {"name": "name", "kind": "person", "sex": "g"},
            {"name": "mail", "kind": "person", "field": "email"},
            {"name": "city", "kind": "address", "field": "city", "locale": "de_DE"},
            {"name": "seller", "kind": "person", "of": "seller", "locale": "de_DE"},
        ).problems()
    )
    assert [problem.path for problem in found] == [("columns", 3, "locale"), ("columns", 2)]
    assert "'name' is of the same 'person', with `sex: g`" in found[1].message
