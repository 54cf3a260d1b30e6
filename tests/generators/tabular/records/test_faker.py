"""Columns of any provider of Faker: a row's value follows from the row, or the provider is refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from synthlab.features import Value
from synthlab.rows import Rows
from synthlab.testing import check_generator

from .conftest import Column, table, values

COLUMNS: list[Column] = [
    {"name": "job", "kind": "faker", "provider": "job"},
    {"name": "die", "kind": "faker", "provider": "pyint", "arguments": {"min_value": 1, "max_value": 6}},
    {"name": "yes", "kind": "faker", "provider": "boolean"},
    {"name": "share", "kind": "faker", "provider": "pyfloat", "arguments": {"min_value": 0, "max_value": 1}},
    {"name": "firm", "kind": "faker", "provider": "company", "locale": "de_DE"},
]


def test_the_contract_of_generators_is_kept() -> None:
    generator = table(*COLUMNS)
    assert list(generator.problems()) == []
    assert list(generator.features.columns.values()) == [
        *(Value("string"), Value("int64"), Value("bool"), Value("float64"), Value("string"))
    ]
    check_generator(generator, rows=120)


def test_picked_rows_are_those_of_the_whole() -> None:
    generator = table(*COLUMNS)
    whole, numbers = generator.generate(Rows(1, 0, 50)), [7, 49, 7, 0]
    assert generator.generate(Rows(1, 0, 1).at(numbers)).equals(whole.take(numbers))


def test_arguments_are_honoured() -> None:
    found = values(kind="faker", provider="pyint", arguments={"min_value": 1, "max_value": 6}, rows=500)
    assert set(found) == {1, 2, 3, 4, 5, 6}
    assert len(set(values(kind="faker", provider="uuid4", rows=500))) == 500


REFUSED: list[tuple[Column, str, str]] = [
    ({"provider": "jbo"}, "provider", "no provider 'jbo'"),
    ({"provider": "seed_instance"}, "provider", "no provider"),
    ({"provider": "_locale_data"}, "provider", "no provider"),
    ({"provider": "date_of_birth"}, "provider", "today's date"),
    ({"provider": "iso8601"}, "provider", "today's date"),
    ({"provider": "ssn", "locale": "sv_SE"}, "provider", "today's date"),
    ({"provider": "binary"}, "provider", "without bounds"),
    ({"provider": "nif", "locale": "es_ES"}, "provider", "the same value twice"),
    ({"provider": "passport_gender"}, "provider", "the same value twice"),
    ({"provider": "latlng"}, "provider", "gives tuple"),
    ({"provider": "job", "arguments": {"of": "x"}}, "arguments", "refuses these arguments"),
    ({"provider": "job", "locale": "xx_XX"}, "locale", "no locale 'xx_XX'"),
    ({"provider": "job", "label": True}, "label", "no fixed list"),
]


@pytest.mark.parametrize(("options", "option", "message"), REFUSED)
def test_what_cannot_be_honoured_is_refused(options: Column, option: str, message: str) -> None:
    (problem,) = table({"name": "x", "kind": "faker", **options}).problems()
    assert problem.path == ("columns", 0, option)
    assert message in problem.message


def test_a_near_provider_is_suggested() -> None:
    (problem,) = table({"name": "x", "kind": "faker", "provider": "jobb"}).problems()
    assert problem.hint == "did you mean 'job'?"


def test_arguments_without_bounds_are_refused() -> None:
    with pytest.raises(ValidationError, match="too much for one cell"):
        table({"name": "x", "kind": "faker", "provider": "pystr", "arguments": {"max_chars": 10**9}})
