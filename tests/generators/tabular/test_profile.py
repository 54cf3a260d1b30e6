"""What the columns of a real table are taken for."""

from __future__ import annotations

import datetime
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab_tabular.profile import Categories, Constant, Counter, LeftOut, MadeUp, Numbers, profile
from synthlab_tabular.written import numbers_in, times_in


def taken(values: list[str | None], name: str = "x", **options: Any) -> Any:
    import pyarrow as pa

    return profile(name, pa.array(values, pa.string()), **options)


def cycle(*values: str, rows: int = 200) -> list[str]:
    return [values[i % len(values)] for i in range(rows)]


@pytest.mark.parametrize(
    ("values", "name", "kind", "type"),
    [
        ([str(i % 60) for i in range(300)], "x", Numbers, "integer"),
        ([f"{i / 7:.3f}" for i in range(300)], "x", Numbers, "number"),
        (cycle("1", "2", "3"), "x", Categories, "integer"),
        (cycle("True", "false"), "x", Categories, "boolean"),
        (cycle("yes", "no"), "x", Categories, "string"),
        ([f"2024-01-{1 + i % 28:02}" for i in range(300)], "x", Numbers, "date"),
        ([f"2024-01-01 10:{i % 60:02}" for i in range(300)], "x", Numbers, "datetime"),
        (cycle("2024-02-30", "2024-02-31"), "x", Categories, "string"),
        (cycle("007", "008"), "x", Categories, "string"),
        (cycle("same"), "x", Constant, None),
        ([str(i) for i in range(1000, 1300)], "x", Counter, None),
        ([str(i * i * 7919) for i in range(300)], "user_id", Counter, None),
        ([str(i * i * 7919) for i in range(300)], "income", Numbers, "integer"),
        ([str(10**9 + i * 7919) for i in range(300)], "x", MadeUp, None),
        ([f"name {i}" for i in range(300)], "x", LeftOut, None),
        (cycle("a@example.org", "b@example.org"), "x", MadeUp, None),
        (cycle("a", "b"), "customerId", LeftOut, None),
        (cycle(*(f"v{i}" for i in range(120)), rows=1200), "x", LeftOut, None),
        (["9" * 400] * 100 + ["2.5"] * 100, "x", LeftOut, None),
        ([None] * 100, "x", LeftOut, None),
        (["0"] * 197 + ["3", "4", "5"], "x", LeftOut, None),
    ],
)
def test_a_column_is_taken_for_what_it_is(
    values: list[str | None], name: str, kind: Any, type: str | None
) -> None:
    found = taken(values, name)
    assert isinstance(found, kind), found
    assert type is None or found.type == type
    assert found.note


def test_rows_of_rare_categories_become_others_in_proportion() -> None:
    rare = [f"rare {place}" for place in range(60)]
    found = taken([*["a"] * 700, *["b"] * 300, *rare])
    assert found.values == ["a", "b"]
    assert "60 in fewer than 5 rows" in found.note
    assert (found.codes[-60:] == 0).sum() == pytest.approx(42, abs=1)


def test_missing_is_a_category_unless_it_is_rare() -> None:
    assert taken([*cycle("a", "b"), *[None] * 5]).values == ["a", "b", None]
    assert taken([*cycle("a", "b"), None]).values == ["a", "b"]


@given(st.lists(st.integers(-(10**6), 10**6), min_size=30, max_size=60), st.integers(-3, 3))
@settings(max_examples=60, deadline=None)
def test_bounds_hide_the_extremes(values: list[int], exponent: int) -> None:
    scale = 10.0**exponent
    found = taken([f"{value * scale:.4f}" for value in values])
    if not isinstance(found, Numbers):
        return
    ordered = sorted(float(f"{value * scale:.4f}") for value in values)
    assert found.low <= ordered[4] < ordered[-5] <= found.high
    span = ordered[-5] - ordered[4]
    assert found.low >= ordered[4] - 0.2 * span - 1e-9
    assert found.high <= ordered[-5] + 0.2 * span + 1e-9
    assert np.nanmin(found.values) >= found.low
    assert np.nanmax(found.values) <= found.high


CARDS = ["4111111111111111", "5500005555555559", "378282246310005", "6011111111111117", "3530111333300000"]
IBANS = ["DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "FR1420041010050500013M02606"]
PERSONAL: list[tuple[str, list[str], str, str]] = [
    ("contact", ["ann.lee@mail.org", "bo@firm.co.uk", "x_1@a-b.de"], "person", "email"),
    ("column_7", CARDS, "payment_card", ""),
    (
        "column_7",
        [f"{card[:4]} {card[4:8]} {card[8:12]} {card[12:]}" for card in CARDS[:2]],
        "payment_card",
        "",
    ),
    ("column_7", IBANS, "iban", ""),
    (
        "column_7",
        ["(415) 555-0132", "+44 20 7946 0958", "212-555-0147", "+49 (30) 901820"],
        "person",
        "phone",
    ),
    ("column_7", ["192.168.1.10", "8.8.4.4", "10.0.0.255"], "network", "ipv4"),
    ("column_7", ["2001:db8::1", "fe80::1ff:fe23:4567:890a"], "network", "ipv6"),
    ("column_7", ["00:1B:44:11:3A:B7", "00-1b-44-11-3a-b8"], "network", "mac"),
    ("column_7", ["https://example.org/a?b=1", "http://example.com"], "network", "url"),
    ("column_7", ["123-45-6789", "987-65-4321"], "pattern", ""),
    ("column_7", ["12 Oak Street", "9 Elm Ave Apt 4", "1200 W Main St, Springfield"], "address", ""),
    ("column_7", ["Hauptstraße 12", "Gartenweg 4a", "Lindenallee 101"], "address", "street"),
]


@pytest.mark.parametrize(("name", "values", "kind", "field"), PERSONAL)
def test_what_tells_who_somebody_is_is_made_up(name: str, values: list[str], kind: str, field: str) -> None:
    found = taken(cycle(*values), name)
    assert isinstance(found, MadeUp), found
    assert found.keys["kind"] == kind
    assert found.keys.get("field", "") == field
    assert not any(value in str(found.keys) + found.note for value in values)


def test_names_of_people_are_found_by_the_names_alone() -> None:
    given = [
        "James",
        "Mary",
        "Robert",
        "Patricia",
        "Anna",
        "Lukas",
        "Marie",
        "Pierre",
        "Sofia",
        "Giulia",
        "Thomas",
        "Laura",
        "Peter",
        "Emma",
        "Paul",
        "Julia",
    ]
    last = [
        "Smith",
        "Johnson",
        "Miller",
        "Garcia",
        "Schmidt",
        "Weber",
        "Martin",
        "Bernard",
        "Rossi",
        "Bianchi",
        "Lopez",
        "Young",
        "King",
        "Hill",
    ]
    full = [f"{a} {b}" for a in given for b in last]
    assert taken(full, "x").keys == {"kind": "person"}
    assert taken([f"{b}, {a}" for a in given for b in last], "x").keys == {"kind": "person"}
    assert taken(cycle(*given, rows=800), "x").keys == {"kind": "person", "field": "first_name"}
    assert isinstance(taken(cycle("Paris", "Berlin", "Rome", "Madrid", "Vienna"), "office"), Categories)


def test_numbers_that_only_look_like_cards_are_not_taken_for_cards() -> None:
    found = taken(cycle(*(str(int(card) + 1) for card in CARDS)), "x")
    assert not isinstance(found, MadeUp) or found.keys["kind"] != "payment_card"


@pytest.mark.parametrize(
    ("values", "type", "first"),
    [
        (["17/03/2024", "02/04/2023"], "date", "2024-03-17"),
        (["3/17/2024", "4/2/2023"], "date", "2024-03-17"),
        (["03/04/2024", "05/06/2023"], "date", "2024-03-04"),
        (["04.03.2024", "17.12.2023"], "date", "2024-03-04"),
        (["2024/03/17", "2023/04/02"], "date", "2024-03-17"),
        (["17 Mar 2024", "2 Apr 2023"], "date", "2024-03-17"),
        (["March 17, 2024", "April 2, 2023"], "date", "2024-03-17"),
        (["17-Mar-24", "02-Apr-23"], "date", "2024-03-17"),
        (["3/17/24 4:05 PM", "4/2/23 11:59 AM"], "datetime", "2024-03-17T16:05"),
        (["2024-03-17T10:00:00Z", "2023-04-02T12:30:00Z"], "datetime", "2024-03-17T10:00"),
        (["2024-03-17T10:00:00+02:00", "2023-04-02T12:30:00-05:00"], "datetime", "2024-03-17T08:00"),
    ],
)
def test_dates_are_read_as_they_are_written(values: list[str], type: str, first: str) -> None:
    import pyarrow as pa

    read = times_in(pa.array([*values, None]))
    assert read is not None
    assert read.type == type
    unit = "D" if type == "date" else "s"
    assert read.values[0].as_py() == (np.datetime64(first, unit) - np.datetime64(0, unit)).astype(int)
    assert read.values[2].as_py() is None
    if read.format is not None:
        written = datetime.datetime.fromisoformat(first).strftime(read.format)
        assert bare(written) == bare(values[0])


def bare(text: str) -> str:
    """Return a date without the zeros that some people leave out."""
    return re.sub(r"(^|[/ ])0", r"\1", text)


def test_a_day_that_no_calendar_has_is_no_date() -> None:
    import pyarrow as pa

    assert times_in(pa.array(["30/02/2024", "17/03/2024"])) is None
    assert times_in(pa.array(["20240317", "20231104"])) is None
    assert times_in(pa.array(["20240317", "20231104"]), by_name=True) is not None


@pytest.mark.parametrize(
    ("values", "first"),
    [
        (["$1,234.50", "$7"], "1234.50"),
        (["1.234,5", "7,25"], "1234.5"),
        (["12.5%", "7 %"], "12.5"),
        (["1,234", "999"], "1234"),
        (["-€5", "€10"], "-5"),
    ],
)
def test_numbers_are_read_as_they_are_written(values: list[str], first: str) -> None:
    import pyarrow as pa

    read = numbers_in(pa.array(values))
    assert read is not None
    assert read[0][0].as_py() == first
    assert float(read[0][1].as_py())


def test_codes_with_zeros_in_front_are_no_numbers() -> None:
    import pyarrow as pa

    assert numbers_in(pa.array(["007", "012"])) is None
