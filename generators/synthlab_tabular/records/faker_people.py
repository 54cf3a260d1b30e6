"""Names of other countries, from Faker's lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial

from .compiled import Pair, people_of
from .faker_words import Words, words_of
from .strings import fold
from .tables import People

__all__ = ["people"]

_PARTS = re.compile(r"\{\{(first|middle|last)_name(?:_female|_unique)?\}\}")
_GERMAN = ("de", "lb")


def people(locale: str) -> People:
    """Return the names of a locale, laid out as is usual there."""
    words = words_of(locale)
    return people_of(
        template=_template(words),
        first=_pair(words, "first_name"),
        last=_pair(words, "last_name"),
        middle=_pair(words, "middle_name"),
        titles=(words.names(["prefixes_female"]), words.names(["prefixes_male"])),
        folded=partial(_handles, _romanised(words), locale.startswith(_GERMAN)),
    )


def _pair(words: Words, what: str) -> Pair:
    female, male = (
        words.names([f"{what}s_{sex}", f"{what}s"], f"{what}_{sex}" if words.has(f"{what}_{sex}") else what)
        for sex in ("female", "male")
    )
    return female, male


def _romanised(words: Words) -> dict[str, str]:
    """Return the Latin spelling of names where Faker has it: of Japanese ones, with their reading."""
    provider = words.provider("person")
    lists = ("first_name_female_pairs", "first_name_male_pairs", "last_name_pairs")
    return {pair[0]: pair[2] for name in lists for pair in getattr(provider, name, ()) if len(pair) == 3}


def _template(words: Words) -> str:
    """Return the most frequent way to write a name of nothing but names.

    The second of two last names is another one.
    """
    formats = words.formats("person", "formats_female") or words.formats("person", "formats")
    for text in formats:
        if re.fullmatch(r"[\s,·-]*", _PARTS.sub("", text)) and "last" in text:
            template = _PARTS.sub(r"{{\1}}", text)
            head, *rest = re.split(r"(?<=\{\{last\}\})", template, maxsplit=1)
            return head + "".join(rest).replace("{{last}}", "{{second}}")
    return "{{first}} {{last}}"


def _handles(romanised: Mapping[str, str], german: bool, names: Iterable[str]) -> list[str]:
    from faker.decode import unidecode

    latin = (romanised.get(name, name) for name in names)
    return [fold(name, german=german, romanise=unidecode) or "user" for name in latin]
