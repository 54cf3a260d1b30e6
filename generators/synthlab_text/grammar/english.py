"""English words in the form that a sentence asks for: plurals, verbs, comparatives.

Rules with lists of exceptions; a word that both miss takes its form in the lexicon, as a key of its own.
"""

from __future__ import annotations

import re

__all__ = ["FORMS", "agreeing", "comparative", "plural", "superlative", "written"]


def _words(text: str) -> list[str]:
    return text.split()


_PLURALS = dict(
    pair.split("/")
    for pair in _words(
        """
    man/men woman/women child/children person/people foot/feet tooth/teeth goose/geese mouse/mice
    ox/oxen louse/lice die/dice quiz/quizzes leaf/leaves loaf/loaves half/halves shelf/shelves
    thief/thieves knife/knives wife/wives life/lives wolf/wolves calf/calves scarf/scarves
    self/selves elf/elves sheaf/sheaves hoof/hooves potato/potatoes tomato/tomatoes hero/heroes
    echo/echoes veto/vetoes torpedo/torpedoes embargo/embargoes mosquito/mosquitoes
    volcano/volcanoes cargo/cargoes buffalo/buffaloes analysis/analyses basis/bases crisis/crises
    thesis/theses diagnosis/diagnoses hypothesis/hypotheses oasis/oases axis/axes
    parenthesis/parentheses emphasis/emphases synthesis/syntheses criterion/criteria
    phenomenon/phenomena datum/data medium/media curriculum/curricula bacterium/bacteria
    stratum/strata erratum/errata memorandum/memoranda alumnus/alumni cactus/cacti fungus/fungi
    nucleus/nuclei stimulus/stimuli radius/radii matrix/matrices vertex/vertices index/indexes
    appendix/appendices larva/larvae alga/algae
    """
    )
)
_UNCHANGED = frozenset(
    _words(
        """
    sheep fish deer moose salmon trout series species aircraft spacecraft hovercraft offspring
    headquarters crossroads means scissors trousers jeans shorts pants glasses sunglasses binoculars
    pliers pyjamas pajamas tights leggings goggles tweezers news furniture luggage equipment
    information advice software hardware bison shrimp swine rice
    """
    )
)
_LAST_IN_MAN = frozenset(_words("human german roman shaman talisman ottoman norman caiman"))
_HEAD_FIRST = re.compile(r"^(\w+)((?:-in-|-of-| of | in | for | with | to | at | from |-to-).*)$")

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
    _words(
        """
    quiet narrow clever simple gentle able noble humble shallow hollow mellow stupid cruel polite
    subtle feeble ample nimble tender yellow little
    """
    )
)
_LONG_OF_ONE = frozenset(
    _words(
        """
    fun real right wrong worn bored tired pleased scared spoilt broken stale apt
    """
    )
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


def plural(noun: str) -> str:
    """Return the plural of a noun; of several words that of the head: two cups of tea, city maps."""
    if match := _HEAD_FIRST.match(noun):
        return plural(match[1]) + match[2]
    before, last = _last(noun)
    lower = last.lower()
    if lower in _UNCHANGED:
        return noun
    if lower in _PLURALS:
        return before + _like(last, _PLURALS[lower])
    if re.search(r"(?:wo|[a-z])man$", lower) and lower not in _LAST_IN_MAN and not lower.endswith("woman"):
        return f"{before}{last[:-2]}en"
    for ending in (
        "woman",
        "child",
        "wife",
        "knife",
        "life",
        "shelf",
        "half",
        "tooth",
        "foot",
        "mouse",
        "person",
    ):
        if lower.endswith(ending) and len(lower) > len(ending) + 1:
            return f"{before}{last[: -len(ending)]}{_PLURALS[ending]}"
    if re.search(r"(?:s|x|z|ch|sh)$", lower):
        if lower.endswith("z") and not lower.endswith("zz") and re.search(r"[aeiou]z$", lower):
            return f"{before}{last}zes"
        return f"{before}{last}{'es' if not lower.endswith(('arch', 'ach')) or lower in _SOFT else 's'}"
    if re.search(r"[^aeiou]y$", lower) or lower.endswith("quy"):
        return f"{before}{last[:-1]}ies"
    return f"{before}{last}s"


_SOFT = frozenset(
    _words(
        """
    beach peach coach roach approach reach breach poach cockroach search arch march starch
    """
    )
)


def agreeing(word: str, number: str) -> str | None:
    """Return a verb in the third person, or another word of one thing, for a number: `singular`, `mass` or
    `plural`. None when it is no such word."""
    lower = word.lower()
    if number != "plural":
        if lower in _VERBS or _is_verb(lower):
            return _like(word, {**_SINGULARS, **(_MASS if number == "mass" else {})}.get(lower, lower))
        return None
    if lower in _VERBS:
        return _like(word, _VERBS[lower])
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
        return _like(first, _COMPARISONS[lower][degree]) + space + rest
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


def _last(text: str) -> tuple[str, str]:
    cut = max(text.rfind(" "), text.rfind("-")) + 1
    return text[:cut], text[cut:]


def _like(found: str, made: str) -> str:
    """Return a word with a capital where the one it stands for has one."""
    return made[:1].upper() + made[1:] if found[:1].isupper() else made
