"""Records of other countries, from Faker's lists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata

import pytest
from faker.config import AVAILABLE_LOCALES
from faker.factory import Factory

from synthlab.rows import Rows
from synthlab_tabular.records import locales

from .conftest import table, values

# Each with the word that the names of its letters have in Unicode.
SCRIPTS = {
    **dict.fromkeys(
        ("cs_CZ", "da_DK", "de_AT", "de_CH", "de_DE", "en_AU", "en_CA", "en_GB", "en_IE"), "LATIN"
    ),
    **dict.fromkeys(
        ("es_ES", "es_MX", "fi_FI", "fr_CH", "fr_FR", "hr_HR", "hu_HU", "id_ID", "it_IT"), "LATIN"
    ),
    **dict.fromkeys(
        ("nl_NL", "no_NO", "pl_PL", "pt_BR", "pt_PT", "ro_RO", "sk_SK", "sv_SE", "vi_VN"), "LATIN"
    ),
    "ru_RU": "CYRILLIC",
    "uk_UA": "CYRILLIC",
    "el_GR": "GREEK",
    "he_IL": "HEBREW",
    "hy_AM": "ARMENIAN",
    "hi_IN": "DEVANAGARI",
    "ka_GE": "GEORGIAN",
    "th_TH": "THAI",
    "ko_KR": "HANGUL",
    "ja_JP": "CJK|HIRAGANA|KATAKANA",
    "zh_CN": "CJK",
}
WITHOUT_POSTCODE = ("hy_AM", "ja_JP", "ka_GE", "ko_KR", "vi_VN")
"""Where an address on one line has none."""
FIELDS = ("name", "first_name", "last_name", "sex", "email")


def columns(locale: str) -> list[dict[str, str]]:
    people = [{"name": field, "kind": "person", "field": field, "locale": locale} for field in FIELDS]
    places = ("address", "city", "postcode", "country")
    return [*people, *({"name": f, "kind": "address", "field": f, "locale": locale} for f in places)]


@pytest.mark.parametrize("locale", SCRIPTS)
def test_the_parts_of_a_record_agree(locale: str) -> None:
    generator = table(*columns(locale))
    assert list(generator.problems()) == []
    made = generator.generate(Rows(1, 0, 400))
    assert made.slice(100, 50).equals(generator.generate(Rows(1, 100, 150)))
    provider = Factory.create(locale).provider("faker.providers.person")
    # Of people with English names there are lists of our own.
    own = provider.__lang__ != locale
    lists = {
        sex: {" ".join(name.split()) for name in (() if own else getattr(provider, f"first_names_{sex}", ()))}
        for sex in ("female", "male")
    }
    for row in made.to_pylist():
        assert row["first_name"] in row["name"]
        assert row["last_name"] in row["name"]
        letters = [c for c in row["name"] if unicodedata.category(c) in ("Lu", "Ll", "Lo")]
        assert all(re.search(SCRIPTS[locale], unicodedata.name(c)) for c in letters), row["name"]
        assert not lists[row["sex"]] or row["first_name"] in lists[row["sex"]]
        assert re.fullmatch(r"[a-z0-9._]+@example\.(com|org|net)", row["email"])
        assert row["city"] in row["address"]
        assert row["postcode"] in row["address"] or locale in WITHOUT_POSTCODE
        assert len(row["address"]) >= 10
        assert not re.search(r"[{}\n]|\s\s", row["address"])
    assert len(set(made.column("name").to_pylist())) > 200


def test_the_reserved_numbers_of_a_country_are_taken() -> None:
    forms = {
        "de_DE": r"(030 23125|040 66969|069 90009|0221 4710|089 99998) \d{3}",
        "en_GB": r"(01\d\d 49[68] 0|020 7946 0|01632 960 |07700 900 )\d{3}",
        "en_CA": r"\(\d{3}\) 555-01\d\d",
        "fr_FR": r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d",
        "sv_SE": r"(031-390 06|040-628 04|08-465 004) \d\d",
        "it_IT": r"\+999 \d{2} \d{6}",
    }
    for locale, form in forms.items():
        for phone in values(kind="person", field="phone", locale=locale, rows=500):
            assert re.fullmatch(form, phone), (locale, phone)


def test_the_generator_says_the_locale_of_columns_that_do_not() -> None:
    column = {"name": "x", "kind": "person"}
    default = table(column, locale="fr_FR").generate(Rows(1, 0, 100))
    assert default.equals(table({**column, "locale": "fr_FR"}).generate(Rows(1, 0, 100)))
    assert not default.equals(table(column).generate(Rows(1, 0, 100)))


def test_the_umlauts_of_german_become_two_letters() -> None:
    made = table(
        {"name": "last", "kind": "person", "field": "last_name"},
        {"name": "mail", "kind": "person", "field": "email"},
        locale="de_DE",
    )
    rows = made.generate(Rows(1, 0, 3_000)).to_pylist()
    found = [row for row in rows if "ü" in row["last"]]
    assert found
    assert all("ue" in row["mail"] for row in found)


def test_a_city_keeps_its_region_and_the_head_of_its_postcode() -> None:
    made = table(
        *({"name": field, "kind": "address", "field": field} for field in ("city", "region", "postcode")),
        locale="de_DE",
    )
    seen: dict[str, tuple[str, str]] = {}
    for row in made.generate(Rows(1, 0, 3_000)).to_pylist():
        assert re.fullmatch(r"\d{5}", row["postcode"])
        here = row["region"], row["postcode"][:3]
        assert seen.setdefault(row["city"], here) == here


def test_every_locale_of_a_country_is_there_or_says_why() -> None:
    for locale in AVAILABLE_LOCALES:
        for what in ("person", "address"):
            problem = locales.locale_problem(locale, what)
            assert problem is None or (problem[0] and problem[1])
    assert locales.locale_problem("de-DE", "person") == (
        "there is no locale 'de-DE'",
        "did you mean 'de_DE'?",
    )


def test_a_process_with_another_order_of_sets_makes_the_same_rows() -> None:
    program = (
        "from synthlab.rows import Rows; from synthlab_tabular import TabularGenerator\n"
        "columns = [{'name': l, 'kind': k, 'locale': l, 'of': k} for k, l in "
        "(('address', 'it_IT'), ('address', 'fr_FR'), ('person', 'et_EE'), ('person', 'zh_CN'))]\n"
        "print(TabularGenerator(columns=columns).generate(Rows(1, 0, 200)).to_pylist())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1
