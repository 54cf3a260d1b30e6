"""What differs between languages: words, and the forms of money, dates and addresses.

All names are made up: no shop, street or person in the lists is meant to exist.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from synthlab import Draws

__all__ = ["WORDS", "Good", "Language", "LanguageName", "alphabet", "filled", "language"]

LanguageName = Literal["en", "de", "es"]
WORDS = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class Good:
    """Something that is sold: from `low` to `high` cents, at one of the language's tax rates."""

    name: str
    low: int
    high: int
    rate: int = 0
    """Which of the tax rates."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language with a country's habits."""

    code: LanguageName
    currency: str
    currency_first: bool
    point: str
    thousands: str
    date_forms: tuple[str, ...]
    """As `strftime` takes them, but for {month}, the name of the month."""
    clock_forms: tuple[str, ...]
    months: tuple[str, ...]
    tax_rates: tuple[int, ...]
    """In tenths of a percent."""
    tax_included: bool
    terms: Mapping[str, tuple[str, ...]]
    """What printed keys are called, several names for each."""
    shops: tuple[tuple[str, ...], ...]
    """First and last parts of names of shops; after a hyphen there is no space."""
    firms: tuple[str, ...]
    """What ends the name of a firm."""
    given: tuple[str, ...]
    family: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[str, ...]
    address: str
    """The form of the street's line: {street}, {number}."""
    place: str
    """The form of the city's line: {code}, {city}."""
    postcode: str
    """The form of a postcode; # is a digit, ? a letter."""
    phone: str
    tax_number: str
    account: str
    """The form of a bank account's number; none where it is an IBAN of the language's country."""
    groceries: tuple[Good, ...]
    services: tuple[Good, ...]
    thanks: tuple[str, ...]
    sentences: tuple[str, ...]
    """For pages of text, with {name}, {city}, {street}, {good}, {number} and {date} in them."""
    headings: tuple[str, ...]
    nations: tuple[str, ...]
    jobs: tuple[str, ...]
    windows: Mapping[str, tuple[str, ...]]
    """What windows of programs show: titles, buttons, tabs, settings by what their values are, and values."""

    def term(self, draws: Draws, name: str) -> str:
        """Return one of the names of a printed key."""
        return draws.choice(self.terms[name])

    def amount(self, cents: int, sign: bool = False) -> str:
        """Return money as it is printed, with the currency's sign or without."""
        whole, rest = divmod(abs(cents), 100)
        digits = f"{whole:,}".replace(",", self.thousands) + f"{self.point}{rest:02d}"
        digits = f"-{digits}" if cents < 0 else digits
        if not sign:
            return digits
        if self.currency_first:
            return f"-{self.currency}{digits[1:]}" if cents < 0 else f"{self.currency}{digits}"
        return f"{digits} {self.currency}"

    def percent(self, rate: int) -> str:
        """Return a tax rate in tenths of a percent as it is printed."""
        whole, rest = divmod(rate, 10)
        number = f"{whole}{self.point}{rest}" if rest else str(whole)
        return f"{number}%" if self.currency_first else f"{number} %"

    def date(self, day: datetime.date, form: str) -> str:
        """Return a date in one of the forms."""
        return day.strftime(form).replace("{month}", self.months[day.month - 1])

    def person(self, draws: Draws) -> str:
        """Return the name of somebody who does not exist."""
        return f"{draws.choice(self.given)} {draws.choice(self.family)}"

    def shop(self, draws: Draws) -> str:
        """Return the name of a shop."""
        first, last = self.shops
        if draws.chance(0.3):
            return f"{draws.choice(last)} {draws.choice(self.family)}"
        return f"{draws.choice(first)} {draws.choice(last)}".replace("- ", "-")

    def firm(self, draws: Draws) -> str:
        """Return the name of a firm."""
        name = draws.choice(self.family)
        if draws.chance(0.5):
            name = f"{name} & {draws.choice(self.family)}"
        elif draws.chance(0.6):
            name = f"{draws.choice(self.shops[0])} {draws.choice(self.shops[1])}".replace("- ", "-")
        return f"{name} {draws.choice(self.firms)}"

    def sentence(self, draws: Draws, day: datetime.date) -> str:
        """Return a sentence of a page."""
        form = draws.choice(self.sentences)
        while "{name}" in form:
            form = form.replace("{name}", self.person(draws), 1)
        return form.format(
            city=self.town(draws),
            street=draws.choice(self.streets),
            number=draws.integer(2, 90),
            date=self.date(day, self.date_forms[-1]),
        )

    def street(self, draws: Draws) -> str:
        """Return a street with a number."""
        return self.address.format(street=draws.choice(self.streets), number=draws.integer(1, 240))

    def town(self, draws: Draws) -> str:
        """Return a city without its postcode."""
        return draws.choice(self.cities).partition(",")[0]

    def city(self, draws: Draws) -> str:
        """Return a city with its postcode."""
        return self.place.format(code=filled(draws, self.postcode), city=draws.choice(self.cities))


def filled(draws: Draws, form: str) -> str:
    """Return a form with a digit for each #, one other than 0 for each !, a capital letter for each ?."""
    kinds = {"#": "0123456789", "!": "123456789", "?": "ABCDEFGHJKLMNPRSTUVWXYZ"}
    return "".join(draws.choice(kinds[sign]) if sign in kinds else sign for sign in form)


@cache
def language(name: LanguageName) -> Language:
    """Return what is known of a language: the content of its file in `words`."""
    import yaml

    data: dict[str, Any] = yaml.safe_load((WORDS / f"{name}.yaml").read_text(encoding="utf-8"))
    for part in ("groceries", "services"):
        data[part] = tuple(Good(*good) for good in data[part])
    data["shops"] = tuple(tuple(parts) for parts in data["shops"])
    for part in ("terms", "windows"):
        data[part] = {key: tuple(names) for key, names in data[part].items()}
    lists = {part: tuple(value) for part, value in data.items() if isinstance(value, list)}
    return Language(code=name, **{**data, **lists})


@cache
def alphabet(name: str) -> str:
    """Return the characters that documents in a language are written with."""
    text = (WORDS / f"{name}.yaml").read_text(encoding="utf-8")
    return "".join(sorted(c for c in set(text) if not c.isspace()))
