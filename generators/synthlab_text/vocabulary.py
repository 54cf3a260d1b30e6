"""Words of the user's own, and what cannot be taken for one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from synthlab import OptionProblem

from .reviews.content import ARTICLES, comments_of, forms_of, polarities_of

__all__ = ["Vocabulary", "problems", "usable_words"]

_WORD = r"^[^\s,{}()|*_][^,{}()|*_]{0,39}$"


def _word(word: str) -> str:
    if not re.search(_WORD, word):
        hint = "it has 1 to 40 characters, and no comma, brace, parenthesis, bar, star or underline"
        raise ValueError(f"{word!r} is no word: {hint}")
    return word


Word = Annotated[str, AfterValidator(_word), WithJsonSchema({"type": "string", "pattern": _WORD})]
MOST_TIMES = 100
"""How often a word of the user's own may count."""
Times = Annotated[int, Field(ge=1, le=MOST_TIMES)]

OPINIONS = ("positive", "negative", "neutral")
OTHER_SIDE = {"positive": "negative", "negative": "positive"}
DETERMINERS = {
    "en": ("the", "a", "an", "my", "your", "our", "their", "his", "her", "its", "this", "these"),
    "de": (
        "der",
        "die",
        "das",
        "ein",
        "eine",
        "mein",
        "meine",
        "unser",
        "unsere",
        "dieser",
        "diese",
        "dieses",
    ),
    "es": ("el", "la", "los", "las", "un", "una", "unos", "unas", "mi", "mis", "este", "esta"),
}
ENDINGS = {"en": 0, "de": 5, "es": 4}
"""How many an opinion may be written with: `mol/ón/ona/ones/onas` or none; see `data/README.md`."""


def _repeated(given: Any) -> Any:
    """Return the words of `{crisp: 3, stale: 1}` as a list, each so many times."""
    if not isinstance(given, Mapping):
        return given
    times = {
        word: count if type(count) is int and 1 <= count <= MOST_TIMES else None
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

    Lists, in which a word may stand several times and is that much likelier; or `{crisp: 3, stale: 1}`. In
    German and Spanish the article of a term tells its gender.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    terms: Words = Field(
        (), description="Things that reviews speak of, in the singular: boot time; der Akku, la pantalla."
    )
    plural_terms: Words = Field(
        (), description="Things that reviews speak of, in the plural: toppings; Tasten, las teclas."
    )
    positive: Words = Field((), description="What can be said of anything, and praises it.")
    negative: Words = Field((), description="What can be said of anything, and blames it.")
    neutral: Words = Field((), description="What can be said of anything, and does neither.")


def problems(vocabulary: Vocabulary, language: str, domains: Iterable[str]) -> Iterator[OptionProblem]:
    """Yield what is no word, or would make a label wrong in reviews of these domains, or all."""
    for name in type(vocabulary).model_fields:
        for word in dict.fromkeys(getattr(vocabulary, name)):
            if problem := _problem(word, name, vocabulary, language, tuple(sorted(domains))):
                yield OptionProblem(("vocabulary", name), *problem)


def usable_words(
    found: Mapping[str, Sequence[str]], language: str, domains: Iterable[str]
) -> dict[str, list[str]]:
    """Return the words that a vocabulary may have; one of two polarities is left out of the second."""
    empty, taken, about = Vocabulary(), set[str](), tuple(sorted(domains))
    kept: dict[str, list[str]] = {}
    for name in sorted(found, key=list(Vocabulary.model_fields).index):
        fits = [w for w in found[name] if _problem(w, name, empty, language, about) is None]
        kept[name] = [w for w in fits if name not in OPINIONS or taken.isdisjoint(forms_of(w))]
        if name in OPINIONS:
            taken.update(form for word in kept[name] for form in forms_of(word))
    return kept


def _problem(
    word: str, name: str, vocabulary: Vocabulary, language: str, domains: tuple[str, ...]
) -> tuple[str, str] | None:
    """Return what is wrong with a word, and what would do; None if nothing is."""
    if word != " ".join(word.split()) or not any(letter.isalpha() for letter in word) or word[-1] in ".!?":
        return f"{word!r} is no word", "a word as it stands in a sentence, without a full stop"
    if name not in OPINIONS:
        return _term_problem(word, ARTICLES[language][name], language)
    if word.count("/") not in (0, ENDINGS[language]):
        hint = f"none, or {ENDINGS[language]} after bars" if ENDINGS[language] else "a word without bars"
        return f"{word!r} has {word.count('/')} endings", hint
    if said := [comment for comment in comments_of(language) if word.lower().endswith(f" {comment}")]:
        longest = max(said, key=len)
        hint = f"{word[: -len(longest)].rstrip(' ,')!r}: comments like {longest!r} are made by sentences"
        return f"{word!r} comments on what it says", hint
    others = [other for other in OPINIONS[: OPINIONS.index(name)] if forms_of(word) & _all(vocabulary, other)]
    if others:
        return f"{word!r} is {others[0]} and {name}", "a word has one polarity"
    known = frozenset[str]().union(
        *(polarities_of(language, domains).get(form, frozenset()) for form in forms_of(word))
    )
    # "Fine" may well be praise; only praise that is blame already, or a feeling that is none, is a mistake.
    wrong = bool(known) if name == "neutral" else OTHER_SIDE[name] in known
    if wrong and name not in known:
        message = f"{word!r} is {' and '.join(sorted(known))} in the reviews already"
        return message, f"a word has one polarity: leave it out of {name}"
    return None


def _term_problem(word: str, articles: Mapping[str, str], language: str) -> tuple[str, str] | None:
    """Return what is wrong with a term, and what would do; `articles` are those that it may have."""
    first, _, rest = word.partition(" ")
    agreement = articles.get(first.lower()) if rest else None
    is_determined = bool(rest) and first.lower() in DETERMINERS[language]
    noun = rest if is_determined else word
    if agreement is None and len(articles) > 1:
        hint = " or ".join(f"{article} {noun}" for article in articles)
        return f"{word!r} does not tell its gender", f"{hint}: write the article with it"
    if agreement is None and is_determined:
        return f"{word!r} has {first!r} with it", f"{rest!r}: sentences bring the articles that they need"
    if language == "de" and agreement != "f" and re.match(r"[a-zäöüß]{2}", noun):
        message = f"{word!r} has an adjective, whose ending would have to change"
        return message, f"{noun.rpartition(' ')[2]!r}: a noun alone"
    return None


def _all(vocabulary: Vocabulary, name: str) -> set[str]:
    return {form for word in getattr(vocabulary, name) for form in forms_of(word)}
