"""Words of the user's own, and what cannot be taken for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from synthlab import OptionProblem

from .reviews.content import opinions_of_anything

__all__ = ["Vocabulary", "problems"]

Word = Annotated[str, Field(pattern=r"^[^\s,{}()|*_][^,{}()|*_]{0,39}$")]
MOST_TIMES = 100
"""How often a word of the user's own may count."""
Times = Annotated[int, Field(ge=1, le=MOST_TIMES)]

OTHER_SIDE = {"positive": "negative", "negative": "positive"}
ARTICLES = {
    "en": ("the", "a", "an"),
    "de": ("der", "die", "das", "ein", "eine"),
    "es": ("el", "la", "los", "las", "un", "una", "unos", "unas"),
}


def _repeated(given: Any) -> Any:
    """Return the words of `{crisp: 3, stale: 1}` as a list, each so many times."""
    if not isinstance(given, Mapping):
        return given
    times = {
        word: count if isinstance(count, int) and 1 <= count <= MOST_TIMES else None
        for word, count in given.items()
    }
    if bad := [word for word, count in times.items() if count is None]:
        raise ValueError(f"{bad[0]} is said 1 to {MOST_TIMES} times as often, not {given[bad[0]]!r}")
    return [word for word, count in times.items() for _ in range(count or 0)]


Words = Annotated[
    tuple[Word, ...],
    Field(max_length=2_000),
    BeforeValidator(_repeated, json_schema_input_type=tuple[Word, ...] | dict[Word, Times]),
]


class Vocabulary(BaseModel):
    """Words of the user's own: things that are talked about, and what can be said of anything.

    Lists, in which a word may stand several times and is that much likelier; or `{crisp: 3, stale: 1}`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    terms: Words = Field((), description="Things that reviews speak of, in the singular: boot time, crust.")
    plural_terms: Words = Field((), description="Things that reviews speak of, in the plural: toppings.")
    positive: Words = Field((), description="What can be said of anything, and praises it.")
    negative: Words = Field((), description="What can be said of anything, and blames it.")
    neutral: Words = Field((), description="What can be said of anything, and does neither.")


def problems(vocabulary: Vocabulary, language: str) -> Iterator[OptionProblem]:
    """Yield what is no word, or would make a label wrong."""
    for name in type(vocabulary).model_fields:
        for word in dict.fromkeys(getattr(vocabulary, name)):
            if problem := _problem(word, name, vocabulary, language):
                yield OptionProblem(("vocabulary", name), *problem)


def _problem(word: str, name: str, vocabulary: Vocabulary, language: str) -> tuple[str, str] | None:
    """Return what is wrong with a word, and what would do; None if nothing is."""
    if not any(letter.isalpha() for letter in word):
        return f"{word!r} has no letter", "a word as it stands in a sentence, without a full stop"
    first, _, rest = word.partition(" ")
    if name in ("terms", "plural_terms") and rest and first.lower() in ARTICLES[language]:
        return f"{word!r} has its article with it", f"{rest!r}: sentences bring the article that they need"
    other = OTHER_SIDE.get(name)
    if other is None:
        return None
    if word in getattr(vocabulary, other) and name == "negative":
        return f"{word!r} is positive and negative", "a word has one polarity"
    if word in opinions_of_anything(language, other):
        return (
            f"{word!r} is {other} in the reviews already",
            f"a word has one polarity: leave it out of {name}",
        )
    return None
