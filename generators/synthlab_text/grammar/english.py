"""English words in the form that a sentence asks for: plurals, verbs, comparatives.

Rules with lists of exceptions; a word that both miss takes its form in the lexicon, as a key of its own.
"""

from __future__ import annotations

import re

from .plurals import like, plural

__all__ = ["FORMS", "agreeing", "comparative", "plural", "superlative", "written"]


_VERBS = {
    "is": "are", "was": "were", "has": "have", "does": "do", "isn't": "aren't", "wasn't": "weren't",
    "hasn't": "haven't", "doesn't": "don't", "goes": "go", "this": "these", "that": "those", "it": "they",
    "its": "their", "them": "them", "itself": "themselves", "one": "ones", "dies": "die", "lies": "lie",
    "ties": "tie", "vies": "vie", "quizzes": "quiz",
}  # fmt: skip
_SINGULARS = {"them": "it"}
_MASS = {"one": "some"}

_COMPARISONS = {
    "good": ("better", "best"), "bad": ("worse", "worst"), "far": ("farther", "farthest"),
    "little": ("less", "least"), "many": ("more", "most"), "much": ("more", "most"),
    "well": ("better", "best"), "ill": ("worse", "worst"),
}  # fmt: skip
_SHORT_OF_TWO = frozenset(
    """
    quiet narrow clever simple gentle able noble humble shallow hollow mellow stupid cruel polite
    subtle feeble ample nimble tender yellow little
    """.split()  # noqa: SIM905
)
_LONG_OF_ONE = frozenset(
    "fun real right wrong worn bored tired pleased scared spoilt broken stale apt".split()  # noqa: SIM905
)
_ENDS_DOUBLED = re.compile(r"^[^aeiou]*[aeiou][bdgmnpt]$")
_SYLLABLE = re.compile(r"[aeiouy]+")

FORMS = ("plural", "comparative", "superlative", "capital", "title", "upper", "lower")
"""What any word can be asked for; other forms are keys of the entry."""


def written(word: str, form: str) -> str:
    """Return a word in one of `FORMS`."""
    match form:
        case "plural":
            return plural(word)
        case "comparative":
            return comparative(word)
        case "superlative":
            return superlative(word)
        case "capital":
            return word[:1].upper() + word[1:]
        case "title":
            return re.sub(r"(?<![\w'])\w", lambda match: match[0].upper(), word)
        case "upper":
            return word.upper()
    return word.lower()


def agreeing(word: str, number: str) -> str | None:
    """Return a verb in the third person, or another word of one thing, for a number: `singular`, `mass` or
    `plural`. None when it is no such word."""
    lower = word.lower()
    if number != "plural":
        if lower in _VERBS or _is_verb(lower):
            return like(word, {**_SINGULARS, **(_MASS if number == "mass" else {})}.get(lower, lower))
        return None
    if lower in _VERBS:
        return like(word, _VERBS[lower])
    if not _is_verb(lower):
        return None
    if lower.endswith("ies"):
        return f"{word[:-3]}y"
    if re.search(r"(?:ss|x|zz|ch|sh|o)es$", lower):
        return word[:-2]
    return word[:-1]


def comparative(adjective: str) -> str:
    """Return what is more so: larger, more expensive."""
    return _compared(adjective, 0)


def superlative(adjective: str) -> str:
    """Return what is most so: largest, most expensive."""
    return _compared(adjective, 1)


def _compared(adjective: str, degree: int) -> str:
    first, space, rest = adjective.partition(" ")
    lower = first.lower()
    if lower in _COMPARISONS:
        return like(first, _COMPARISONS[lower][degree]) + space + rest
    ending = ("er", "est")[degree]
    syllables = len(_SYLLABLE.findall(re.sub(r"(?<=[^aeioul])e$|(?<=[aeiou]l)e$", "", lower)))
    short = (
        (syllables <= 1 and lower not in _LONG_OF_ONE)
        or lower in _SHORT_OF_TWO
        or (syllables == 2 and re.search(r"[^aeiou]y$", lower) is not None)
    )
    if not short or "-" in lower:
        return f"{('more', 'most')[degree]} {adjective}"
    if re.search(r"[^aeiou]y$", lower):
        return f"{first[:-1]}i{ending}{space}{rest}"
    if lower.endswith("e"):
        return f"{first}{ending[1:]}{space}{rest}"
    if _ENDS_DOUBLED.match(lower) and syllables == 1:
        return f"{first}{first[-1]}{ending}{space}{rest}"
    return f"{first}{ending}{space}{rest}"


def _is_verb(word: str) -> bool:
    return re.fullmatch(r"[a-z]+[^s\W]s|[a-z]+(?:ss|x|z|ch|sh|o)es", word) is not None and len(word) > 2
