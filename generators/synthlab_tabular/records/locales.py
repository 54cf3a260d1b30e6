"""The languages and countries that there are words for."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from importlib.util import find_spec

from . import own
from .tables import Addresses, Centres, People, Phones, cached

__all__ = [
    "addresses",
    "centres",
    "country",
    "country_code",
    "locale_problem",
    "names_of",
    "people",
    "phones",
]


@cached
def people(locale: str) -> People:
    """Return the names of a locale."""
    if locale == own.LOCALE or _english_stand_in(locale):
        return own.people()
    from . import faker_people

    return faker_people.people(locale)


@cached
def addresses(locale: str) -> Addresses:
    """Return the places and streets of a locale."""
    if locale == own.LOCALE:
        return own.addresses()
    from . import faker_places

    return faker_places.addresses(locale)


@cached
def phones(locale: str) -> Phones:
    """Return the telephone numbers of a locale."""
    if locale == own.LOCALE:
        return own.phones()
    from . import telephone

    return telephone.phones(country_code(locale))


@cached
def country(locale: str) -> str:
    """Return the English name of the country of a locale."""
    if locale == own.LOCALE:
        return "United States"
    from . import faker_places

    return faker_places.country(locale)


def country_code(locale: str) -> str:
    """Return the ISO 3166 code of the country of a locale."""
    return locale.split("_")[1]


def centres(locale: str) -> Centres | None:
    """Return where the places of a locale are, as far as that is known."""
    return addresses(locale).centres if locale == own.LOCALE else None


def names_of(locale: str, field: str) -> tuple[str, ...]:
    """Return all cities, regions or codes of regions of a locale in order; none where it has none."""
    return tuple(sorted(set(addresses(locale).places[field].to_pylist()) - {""}))


def locale_problem(locale: str, what: str) -> tuple[str, str] | None:
    """Return why a locale has no columns of a kind, such as `person`, and a hint; None where it has."""
    if locale == own.LOCALE:
        return None
    if find_spec("faker") is None:
        message = f"the words of {locale!r} come from Faker, which is not installed"
        return message, "install the extra: synthlab-data[tabular]; or use en_US"
    from .faker_words import known_locales, words_of

    known = known_locales()
    if locale in known:
        found = (
            what not in ("person", "address")
            or words_of(locale).knows(what)
            or (what == "person" and _english_stand_in(locale))
        )
        return None if found else _no_words(locale, what, known)
    near = get_close_matches(locale.replace("-", "_"), known, 1, 0.5)
    return f"there is no locale {locale!r}", f"did you mean {near[0]!r}?" if near else "de_DE is one"


def _english_stand_in(locale: str) -> bool:
    """Return whether the people of a locale have English names, of which Faker has no list of its own."""
    from .faker_words import words_of

    return locale.startswith("en_") and not words_of(locale).knows("person")


def _no_words(locale: str, what: str, known: Sequence[str]) -> tuple[str, str]:
    from .faker_words import words_of

    language = locale.split("_")[0]
    others = [other for other in known if other.startswith(f"{language}_") and words_of(other).knows(what)]
    hint = (
        f"of this language it knows {', '.join(others)}" if others else "use another locale for this column"
    )
    return f"Faker has no words of kind {what!r} for {locale}", hint
