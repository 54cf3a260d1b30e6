"""From the data files of a language to its arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from .language import (
    EXTREME,
    GRADABLE,
    NEGATED,
    WHOLE,
    ArticleStep,
    AspectPlace,
    FormStep,
    Language,
    LiteralStep,
    OpinionStep,
    PhraseStep,
    Review,
    Step,
    Terms,
    TermStep,
)
from .lexicon import (
    DOMAINS,
    MOODS,
    NO_PHRASES,
    Phrases,
    by_mood,
    inflected,
    join_phrases,
    read,
    words,
)
from .markup import OPINIONS, GrammarError, Part, Template, parse_template
from .pool import Choices, PoolBuilder

__all__ = ["load"]

CLASSES = {
    "gradable": GRADABLE,
    "extreme": EXTREME,
    "mild": WHOLE,
    "strong": WHOLE,
    "denied": NEGATED,
}
CLASS_NAMES = ("gradable", "extreme", "whole", "negated")
"""The classes of opinions by their numbers, as the tables of adverbs call them."""
POLARITIES = ("negative", "negative", "neutral", "positive", "positive")
OTHER_SIDE = {"negative": "positive", "positive": "negative"}

# What each mood is said with: "superb" is never mild, and "a nice touch" never strong.
SUITED = (
    ("gradable", "extreme", "strong"),
    ("gradable", "mild"),
    ("gradable", "extreme", "mild"),
    ("gradable", "mild"),
    ("gradable", "extreme", "strong"),
)
MILD = (1, 3)  # of the moods
STOPS = (".", "!")


@lru_cache(maxsize=4)
def load(language: str) -> Language:
    """Return a language, compiled once in a process; raises GrammarError for unfit data."""
    return _Compiler(language).language()


@dataclass(frozen=True)
class _Product:
    name: str
    term: int
    plural: bool
    aspects: tuple[int, ...]
    phrases: Mapping[str, Phrases]


@dataclass(frozen=True)
class _Term:
    name: str
    string: int
    plural: bool
    takes_article: bool
    category: int
    topic: int


class _Compiler:
    """Numbers everything that the data files name, in the order of the files."""

    def __init__(self, language: str) -> None:
        self.grammar = read(language, "grammar.yaml")
        self.opinion_words = read(language, "opinions.yaml")
        self.contents = [read(language, "domains", f"{domain}.yaml") for domain in DOMAINS]
        self.forms = _forms(self.grammar["forms"])
        self.product_forms = _forms(self.grammar["product_forms"])
        self.pool = PoolBuilder()
        self.categories: dict[str, int] = {}
        self.terms: list[_Term] = []
        self.topic_terms: list[list[int]] = []
        self.topic_kinds: list[list[str]] = []
        self.products: list[_Product] = []
        self.opinions: dict[tuple[int, int], int] = {}
        self.numbered: dict[tuple[str, str, tuple[str, ...]], list[int]] = {}

    def language(self) -> Language:
        domain_products = [self.domain(content) for content in self.contents]
        topics = range(len(self.topic_kinds))
        opinions = {
            style: Choices.of([self.fitting(style, t, mood) for t in topics for mood in range(len(MOODS))])
            for style in OPINIONS
        }
        negated = [self.deniable(topic, mood) for topic in topics for mood in range(len(MOODS))]
        phrases = self.phrases()
        reviews = [
            self.review(parse_template(name, text), phrases)
            for name, text in self.grammar["templates"].items()
        ]
        terms = self.terms
        return Language(
            categories=tuple(self.categories),
            reviews=tuple(reviews),
            past_shares=np.array([float(content["past"]) for content in self.contents]),
            domain_products=Choices.of(domain_products),
            product_terms=_ints(product.term for product in self.products),
            product_aspects=Choices.of([product.aspects for product in self.products]),
            aspect_terms=Choices.of(self.topic_terms),
            terms=Terms(
                string=_ints(term.string for term in terms),
                plural=np.array([term.plural for term in terms]),
                takes_article=np.array([term.takes_article for term in terms]),
                category=_ints(term.category for term in terms),
                topic=_ints(term.topic for term in terms),
            ),
            opinions=opinions,
            negated=Choices.of(negated),
            opinion_strings=_ints(string for string, _ in self.opinions),
            opinion_classes=_ints(opinion_class for _, opinion_class in self.opinions),
            degrees={style: self.degrees(style) for style in OPINIONS},
            pool=self.pool.build(),
        )

    def domain(self, content: Mapping[str, Any]) -> list[int]:
        """Number the aspects and products of a domain; return the products."""
        aspects_by_name = {
            name: self.topic(aspect, aspect["category"]) for name, aspect in content["aspects"].items()
        }
        first = len(self.products)
        for family in content["families"].values():
            sources = (self.grammar["phrases"], content["phrases"], family.get("phrases", {}))
            phrases = join_phrases(*({n: by_mood(p) for n, p in source.items()} for source in sources))
            aspects = tuple(aspects_by_name[name] for name in words(family["aspects"]))
            topic = self.topic(family, "general")
            for term in self.topic_terms[topic]:
                name, plural = self.terms[term].name, self.terms[term].plural
                self.products.append(_Product(name, term, plural, aspects, phrases))
        return list(range(first, len(self.products)))

    def topic(self, entry: Mapping[str, str], category: str) -> int:
        """Number something that has opinions of its own, and the terms that name it."""
        topic, first = len(self.topic_kinds), len(self.terms)
        number = self.categories.setdefault(category, len(self.categories))
        for countability in ("count", "mass", "plural"):
            for term in filter(None, words(entry.get(countability, ""))):
                plural, takes_article = countability == "plural", countability == "count"
                string = self.pool.add(term)
                self.terms.append(_Term(term, string, plural, takes_article, number, topic))
        self.topic_terms.append(list(range(first, len(self.terms))))
        self.topic_kinds.append(entry["kinds"].split())
        return topic

    def fitting(self, style: str, topic: int, mood: int) -> list[int]:
        """Return the opinions that fit a style, a topic and a mood."""
        if style == "reaction":
            pairs = [pair.split(" / ") for pair in words(self.grammar["reactions"][MOODS[mood]])]
            return [self.opinion(self.pool.add(present, past), WHOLE) for present, past in pairs]
        classes = tuple(name for name in SUITED[mood] if CLASSES[name] is not WHOLE or style == "opinion")
        kinds = ["feeling"] if style == "feeling" else self.kinds(topic)
        return [i for kind in kinds for i in self.adjectives(kind, POLARITIES[mood], classes)]

    def deniable(self, topic: int, mood: int) -> list[int]:
        """Return what can be denied to say a mild mood: "not bad"."""
        if mood not in MILD:
            return []
        polarity = OTHER_SIDE[POLARITIES[mood]]
        return [i for kind in self.kinds(topic) for i in self.adjectives(kind, polarity, ("denied",))]

    def kinds(self, topic: int) -> list[str]:
        # What suits this topic in particular is said twice as often as what suits anything.
        return ["general", *self.topic_kinds[topic] * 2]

    def adjectives(self, kind: str, polarity: str, classes: tuple[str, ...]) -> list[int]:
        """Return the numbers of a kind's opinions in some classes."""
        key = (kind, polarity, classes)
        if key not in self.numbered:
            if kind not in self.opinion_words:
                known = ", ".join(self.opinion_words)
                raise GrammarError(f"{kind!r} is not a kind of opinion; known are {known}")
            entry = self.opinion_words[kind].get(polarity, {})
            if "denied" in classes and "denied" not in entry:
                entry = {"denied": entry.get("gradable", "")}
            self.numbered[key] = [
                self.opinion(self.pool.add(word), CLASSES[name])
                for name in classes
                for word in filter(None, words(entry.get(name, "")))
            ]
        return self.numbered[key]

    def opinion(self, string: int, opinion_class: int) -> int:
        return self.opinions.setdefault((string, opinion_class), len(self.opinions))

    def degrees(self, style: str) -> Choices:
        """Return the adverbs before opinions of a style, in cells `class * moods + mood`."""
        tables = self.grammar["degrees"].get(style, self.grammar["degrees"]["predicate"])
        cells = []
        for opinion_class in CLASS_NAMES:
            for mood in MOODS:
                adverbs = words(tables.get(opinion_class, {}).get(mood, "-"))
                cells.append([self.pool.add(adverb and f"{adverb} ") for adverb in adverbs])
        return Choices.of(cells)

    def phrases(self) -> dict[str, Choices]:
        """Return the phrases by slot, in cells `product * moods + mood`."""
        tables: dict[str, Choices] = {}
        for name in dict.fromkeys(name for product in self.products for name in product.phrases):
            done: dict[tuple[tuple[str, ...], str | bool], list[int]] = {}
            cells = []
            for product in self.products:
                for mood, group in zip(MOODS, product.phrases.get(name, NO_PHRASES), strict=True):
                    if not group:
                        raise GrammarError(f"there is no {name!r} of a {product.name} when {mood}")
                    # Only the number of a product matters, unless a phrase names it.
                    named = any("{product}" in phrase for phrase in group)
                    key = (group, product.name if named else product.plural)
                    if key not in done:
                        done[key] = [self.pool.add(*self.in_tenses(phrase, product)) for phrase in group]
                    cells.append(done[key])
            tables[name] = Choices.of(cells)
        # The end of a sentence brings the space after it, so that the next string begins one.
        end = tables["!"]
        spaced = [self.pool.add(f"{self.pool.text(int(mark))} ") for mark in end.members]
        tables["! "] = Choices(_ints(spaced), end.first, end.count)
        return tables

    def in_tenses(self, phrase: str, product: _Product) -> tuple[str, str]:
        return inflected(phrase, partial(self.form_for, product))

    def form_for(self, product: _Product, slot: str, past: bool) -> str:
        if slot == "product":
            return product.name
        owner, _, name = slot.rpartition(" ")
        forms = self.forms if owner == "product" else self.product_forms
        if name not in forms:
            raise GrammarError(
                f"{{{slot}}} in a phrase is no form; known are {', '.join(self.product_forms)}"
            )
        return forms[name][2 * past + product.plural]

    def review(self, template: Template, phrases: Mapping[str, Choices]) -> Review:
        """Return the template as steps, with the places of its aspects."""
        steps: list[Step] = []
        for part, text in _with_spaces_after_stops(template):
            if text in (".", ". "):
                steps.append(LiteralStep(self.pool.add(text)))
            elif text in ("!", "! "):
                steps.append(PhraseStep(None, phrases[text]))
            elif part.is_slot:
                steps.append(self.step(template, part, phrases))
            else:
                steps.append(LiteralStep(self.pool.add(text)))
        return _placed(template, steps)

    def step(self, template: Template, part: Part, phrases: Mapping[str, Choices]) -> Step:
        clause, slot = part.clause, part.text
        judged = template.clauses[clause].term if clause is not None else None
        if slot in ("aspect", "product"):
            return TermStep(clause if slot == judged else None)
        if slot in phrases:
            return PhraseStep(clause, phrases[slot])
        if clause is not None and slot in OPINIONS:
            return OpinionStep(clause, slot)
        if clause is not None and slot == "a":
            return ArticleStep(clause)
        owner, _, name = slot.rpartition(" ")
        if name in self.forms and owner in ("", "product"):
            present_singular, present_plural, past_singular, past_plural = self.forms[name]
            singular = self.pool.add(present_singular, past_singular)
            plural = self.pool.add(present_plural, past_plural)
            return FormStep(clause if judged and not owner else None, singular, plural)
        if slot in self.product_forms:
            singular_form, plural_form, *_ = self.product_forms[slot]
            return FormStep(None, self.pool.add(singular_form), self.pool.add(plural_form))
        raise GrammarError(
            f"template {template.name!r} has a slot {slot!r} that nothing fills; known are "
            f"{', '.join([*phrases, *OPINIONS, *self.forms, *self.product_forms])}"
        )


def _with_spaces_after_stops(template: Template) -> Iterator[tuple[Part, str]]:
    """Yield the parts and their text; a space after the end of a sentence goes to that end."""
    after_stop = False
    for part, following in zip(template.parts, [*template.parts[1:], None], strict=True):
        text = part.text.removeprefix(" ") if after_stop else part.text
        after_stop = part.is_slot and part.text in STOPS
        if after_stop and following is not None:
            if following.is_slot or not following.text.startswith(" "):
                raise GrammarError(f"template {template.name!r} needs a space after {{{part.text}}}")
            text += " "
        if text:
            yield part, text


def _placed(template: Template, steps: list[Step]) -> Review:
    """Return the compiled template, with the places of its aspects."""
    terms: dict[int | None, int] = {}
    opinions: dict[int, int] = {}
    width = 0
    for step in steps:
        match step:
            case TermStep(clause):
                terms[clause] = width
            case OpinionStep(clause):
                width += 1  # its adverb
                opinions[clause] = width
        width += 1
    aspects = tuple(AspectPlace(clause, terms[clause], at) for clause, at in sorted(opinions.items()))
    return Review(template.name, tuple(steps), template.clauses, template.has_two_sides, aspects, width)


def _forms(entries: Mapping[str, str]) -> dict[str, tuple[str, str, str, str]]:
    forms = {}
    for name, text in entries.items():
        singular, plural, *past = words(text)
        past_singular, past_plural = past or (singular, plural)
        forms[name] = (singular, plural, past_singular, past_plural)
    return forms


def _ints(values: Iterable[int]) -> npt.NDArray[np.int32]:
    return np.fromiter(values, np.int32)
