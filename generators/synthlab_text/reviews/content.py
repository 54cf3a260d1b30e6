"""The data files of a language, as plain Python values; `data/README.md` is their description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

__all__ = [
    "ARTICLES",
    "DOMAINS",
    "LANGUAGES",
    "MOODS",
    "Content",
    "ContentError",
    "by_mood",
    "comments_of",
    "forms_of",
    "known_domains",
    "polarities_of",
    "read_content",
    "words",
]

LANGUAGES = ("en", "de", "es")
"""Their class numbers; new ones are added at the end."""

ARTICLES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "en": {"terms": {}, "plural_terms": {}},
    "de": {"terms": {"der": "m", "die": "f", "das": "n"}, "plural_terms": {"die": "pl"}},
    "es": {"terms": {"el": "m", "la": "f"}, "plural_terms": {"los": "mpl", "las": "fpl"}},
}
"""The article that a term of the user's own is written with, and the `agreement` that it tells."""

DOMAINS = (
    "electronics",
    "restaurants",
    "hotels",
    "books",
    "clothing",
    "phones",
    "films",
    "airlines",
    "apps",
    "groceries",
    "cars",
    "employers",
    "banks",
    "delivery",
    "health",
)
"""In this order, to which new ones are added at the end: class numbers and quotas follow it."""

OWN_ASPECTS = 8
"""Into how many aspects a user's own terms are dealt out, so that a review can name several of them."""

MOODS = ("strong_negative", "mild_negative", "neutral", "mild_positive", "strong_positive")
"""What a review or a clause feels; mood i of a whole review is `i + 1` stars."""

_MOODS_OF = {mood: (i,) for i, mood in enumerate(MOODS)} | {"negative": (0, 1), "positive": (3, 4)}

Phrases = tuple[tuple[str, ...], ...]
"""For each mood the phrases that fit it."""


class ContentError(ValueError):
    """Words or rules that cannot be used; says which, and what fits."""


@dataclass(frozen=True)
class Content:
    """A language as read: its grammar, its opinions, and the domains that are asked for."""

    language: str
    grammar: Mapping[str, Any]
    opinions: Mapping[str, Any]
    domains: Mapping[str, Mapping[str, Any]]


def read_content(
    language: str, domains: Sequence[str] = (), vocabulary: Mapping[str, Sequence[str]] | None = None
) -> Content:
    """Return what the package knows of a language and of these domains, or all; `vocabulary` is said as well.

    Its keys are `terms` and `plural_terms`, which are aspects of everything, and `positive`, `negative` and
    `neutral`, which can be said of anything.
    """
    chosen = [name for name in known_domains(language) if not domains or name in domains]
    content = Content(
        language,
        _read(language, "grammar.yaml"),
        _read(language, "opinions.yaml"),
        {name: _read(language, "domains", f"{name}.yaml") for name in chosen},
    )
    return content if not vocabulary else _enriched(content, vocabulary)


def _enriched(content: Content, vocabulary: Mapping[str, Sequence[str]]) -> Content:
    """Return the content with words of the user's own: opinions, and aspects.

    An opinion that the language has is said that much more often wherever it is said; another one is of the
    general kind.
    """
    shared: dict[str, Any] = {**content.opinions, "general": dict(content.opinions["general"])}
    of_domain = {name: dict(domain.get("opinions", {})) for name, domain in content.domains.items()}
    for polarity in ("positive", "negative", "neutral"):
        more = Counter(vocabulary.get(polarity, ()))
        known = set[str]()
        for kinds in (shared, *of_domain.values()):
            for kind in kinds:
                kinds[kind], found = _more(kinds[kind], polarity, more)
                known |= found
        said = ", ".join(word for word, times in more.items() if word not in known for _ in range(times))
        if said:
            # Among the gradable ones: of a word that nobody has described, this is the safest guess.
            gradings = dict(shared["general"].get(polarity, {}))
            gradings["gradable"] = f"{gradings.get('gradable', '')}, {said}".strip(", ")
            shared["general"] = {**shared["general"], polarity: gradings}
    keys = list(content.grammar.get("agreement", {"count": 0, "mass": 0, "plural": 1}))
    own: dict[str, dict[str, str]] = {}
    for key, agreement in (("terms", keys[0]), ("plural_terms", keys[-1])):
        for number, term in enumerate(vocabulary.get(key, ())):
            aspect = own.setdefault(f"own {number % OWN_ASPECTS + 1}", {"category": "other", "kinds": ""})
            article, _, rest = term.partition(" ")
            told = ARTICLES[content.language][key].get(article.lower())
            listed, noun = (told, rest) if told else (agreement, term)
            aspect[listed] = f"{aspect[listed]}, {noun}" if listed in aspect else noun
    domains = {}
    for name, domain in content.domains.items():
        families = {
            family: {**entry, "aspects": ", ".join([entry["aspects"], *own])}
            for family, entry in domain["families"].items()
        }
        domains[name] = {
            **domain,
            "aspects": {**domain["aspects"], **own},
            "families": families,
            "opinions": of_domain[name],
        }
    return Content(content.language, content.grammar, shared, domains)


def _more(
    polarities: Mapping[str, Any], polarity: str, more: Mapping[str, int]
) -> tuple[Mapping[str, Any], set[str]]:
    """Return the opinions of a kind with those among `more` said so much more often, and which these are.

    They are known by what they say: `genial` and `genial///es/es` are one.
    """
    gradings = dict(polarities.get(polarity, {}))
    forms = {word: forms_of(word) for word in more}
    saying: dict[str, list[str]] = {}
    for word in more:
        for form in forms[word]:
            saying.setdefault(form, []).append(word)
    known = set[str]()
    for grading in gradings.keys() - {"denied"}:
        again: list[str] = []
        for entry in dict.fromkeys(words(gradings[grading])):
            said = forms_of(entry)
            found = {word for form in said for word in saying.get(form, ()) if forms[word] <= said}
            again += [entry] * sum(more[word] for word in found)
            known |= found
        if again:
            gradings[grading] = ", ".join([*words(gradings[grading]), *again])
    return ({**polarities, polarity: gradings} if known else polarities), known


@cache
def known_domains(language: str) -> tuple[str, ...]:
    """Return the domains that come with a language."""
    folder = files("synthlab_text").joinpath("data", language, "domains")
    return tuple(name for name in DOMAINS if folder.joinpath(f"{name}.yaml").is_file())


@cache
def comments_of(language: str) -> tuple[str, ...]:
    """Return the comments of a language, in lower case: overall, to be honest."""
    return tuple(words(_read(language, "grammar.yaml").get("comments", {}).get("words", "").lower()))


@cache
def polarities_of(language: str, domains: tuple[str, ...] = ()) -> Mapping[str, frozenset[str]]:
    """Return with which polarities reviews of these domains, or all, say each opinion: in lower case and in
    all of its forms."""
    said: dict[str, set[str]] = {}
    content = read_content(language, domains)
    own = [kind for domain in content.domains.values() for kind in domain.get("opinions", {}).values()]
    for kind in [*content.opinions.values(), *own]:
        for polarity, gradings in kind.items():
            for word in (word for text in gradings.values() for word in words(text)):
                for form in forms_of(word):
                    said.setdefault(form, set()).add(polarity)
    return {form: frozenset(found) for form, found in said.items()}


def forms_of(word: str) -> set[str]:
    """Return the forms of an opinion that is written with its endings, in lower case: `buen/o/a/os/as`."""
    stem, *endings = word.lower().rsplit("... ", 1)[-1].split("/")
    # The fifth ending of German is a whole word, which stands alone: `teur/er/e/es/e/teuer`.
    return {stem + ending for ending in endings[:4]} | set(endings[4:]) if endings else {stem}


def words(text: Any) -> list[str]:
    """Return the words of a list such as `"-, quite, pretty"`; a dash is no word at all."""
    return ["" if word.strip() == "-" else word.strip() for word in str(text).split(",") if word.strip()]


def by_mood(phrases: Sequence[str] | Mapping[str, Any]) -> Iterator[tuple[int, Any]]:
    """Yield moods and what is said in them; a plain list fits all moods."""
    if not isinstance(phrases, Mapping):
        yield from ((mood, phrases) for mood in range(len(MOODS)))
        return
    for key, group in phrases.items():
        if key not in _MOODS_OF:
            raise ContentError(f"{key!r} is not a mood; known are {', '.join(_MOODS_OF)}")
        yield from ((mood, group) for mood in _MOODS_OF[key])


@cache
def _read(language: str, *name: str) -> Any:
    path = files("synthlab_text").joinpath("data", language, *name)
    return yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
