"""What is written in lines for recognisers: words of a language, names, amounts, dates, or any characters."""

from __future__ import annotations

import datetime
from functools import cache

from synthlab import Draws

from .languages import WORDS, Language, filled

__all__ = ["at_random", "phrase", "words_of"]

_FIRST, _DAYS = datetime.date(2000, 1, 1), 10_000


def phrase(draws: Draws, language: Language, words: int) -> str:
    """Return so many words that stand together in writing, or fewer where a thing has fewer."""
    kind = draws.weighted((5, 1, 1, 1, 1, 1, 1))
    day = _FIRST + datetime.timedelta(days=draws.integer(0, _DAYS))
    match kind:
        case 0:
            text = language.sentence(draws, day)
        case 1:
            text = f"{language.person(draws)}, {language.firm(draws)}"
        case 2:
            text = f"{language.street(draws)}, {language.city(draws)}"
        case 3:
            text = " ".join(draws.choice(language.groceries + language.services).name for _ in range(2))
        case 4:
            cents = draws.integer(1, 10 ** draws.integer(3, 8))
            term = draws.choice(list(language.terms.values()))
            said = draws.choice(term).replace("{days}", str(10 + cents % 21))
            text = f"{said} {language.amount(cents, sign=True)}"
        case 5:
            text = f"{language.date(day, draws.choice(language.date_forms))} {filled(draws, language.phone)}"
        case _:
            text = f"{filled(draws, '??-####')} {filled(draws, '########')} {filled(draws, '?#?#?#')}"
    parts = text.split()
    start = draws.integer(0, max(1, len(parts) - words + 1))
    text = " ".join(parts[start : start + words])
    return text.upper() if draws.chance(0.12) and "ß" not in text else text


def words_of(name: str, count: int, draws: Draws) -> list[str]:
    """Return so many words of a language of which no more is known than words; one in eight is a number."""
    known = _words(name)
    return [
        str(draws.integer(1, 10**5)) if draws.chance(0.125) and count > 1 else draws.choice(known)
        for _ in range(count)
    ]


@cache
def _words(name: str) -> tuple[str, ...]:
    import yaml

    data = yaml.safe_load((WORDS / f"{name}.yaml").read_text(encoding="utf-8"))
    return tuple(word for words in data["words"] for word in words.split())


def at_random(draws: Draws, characters: str, words: int) -> str:
    """Return so many words of 1 to 10 characters."""
    return " ".join(
        "".join(draws.choice(characters) for _ in range(draws.integer(1, 11))) for _ in range(words)
    )
