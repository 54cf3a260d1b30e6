"""From the data files of a language to arrays: whatever can be decided before the first row is."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine import ProgramBuilder
from ..engine.program import Symbol
from ..engine.strings import ARTICLE, EMPTY
from .choices import Choices
from .composing import compiled_compositions
from .content import MOODS, Content, ContentError, words
from .language import (
    ATTRIBUTES,
    EXTREME,
    FRAGMENT,
    GRADABLE,
    GROUPS,
    JUDGEMENT,
    KINDS,
    NEGATED,
    STATEMENT,
    STYLES,
    WHOLE,
    Language,
    Templates,
    Terms,
)
from .notation import halves_of, outside, parse, skeleton, slots
from .remarks import Source, compiled_remarks
from .wording import Wording

__all__ = ["Compiler"]

_WORD = re.compile(r"[\w'-]+")
GRADINGS = {"gradable": GRADABLE, "extreme": EXTREME, "mild": WHOLE, "strong": WHOLE, "denied": NEGATED}
GRADING_NAMES = ("gradable", "extreme", "whole", "negated")
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
STEM = 5
"""Letters by which two words are taken for kin: genuine and genuinely."""
MILD = (1, 3)  # of the moods
SPECIFIC = 0.7
"""How often an opinion is one of the aspect's own, where a general one counts as 1."""


@dataclass(frozen=True)
class _Family:
    domain: int
    topic: int
    aspects: tuple[str, ...]
    content: Mapping[str, Any]


class Compiler:
    """Numbers everything that the data files name, in the order of the files."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.grammar = content.grammar
        self.builder = ProgramBuilder(ATTRIBUTES)
        self.strings = self.builder.strings
        self.wording = Wording(content, self.builder, STYLES)
        self.agreement, self.numbers = self.wording.agreement, self.wording.numbers
        self.classes = list(self.agreement)
        self.domains = list(content.domains)
        self.categories: dict[str, int] = {"general": 0}
        self.terms: list[tuple[int, int, int, int]] = []  # string, class, category, topic
        self.topic_terms: list[list[int]] = []
        self.topic_kinds: list[tuple[int, tuple[str, ...]]] = []  # domain, kinds
        self.topics: dict[tuple[int, str], int] = {}
        self.families: list[_Family] = []
        self.products: list[tuple[int, int]] = []  # family, term
        self.opinions: dict[tuple[tuple[int, ...], int, int], int] = {}  # forms, grading, what is in {not}
        self.listed: dict[str, list[str]] = {}
        self.adjectives: dict[tuple[str, int, bool], int] = {}
        self.holding: dict[str, list[int]] = {}
        """The opinions that hold a run of `STEM` letters, or a shorter word."""
        self.fitted: dict[Any, list[int]] = {}
        self.stems = {"": 0}
        self.denials = frozenset(words(self.grammar["denials"]))
        self.has_not = False
        """Whether something that is said has a first half, which stands in `{not}`."""

    def language(self) -> Language:
        products = [self._domain(number, name) for number, name in enumerate(self.domains)]
        topics = range(len(self.topic_kinds))
        moods = range(len(MOODS))
        opinions = [self._fitting(style, t, mood) for style in STYLES for t in topics for mood in moods]
        denied = [self._deniable(t, mood) for t in topics for mood in moods]
        adverbs, adverb_cells = self._adverbs()
        templates = self._templates()
        remarks = compiled_remarks(
            [(self._sources(family), self._topics(family)) for family in self.families],
            lambda topic: self.terms[self.topic_terms[topic][0]][2],
            self.content,
            self.wording,
        )
        parse.cache_clear()  # tens of megabytes that are of little more use
        compositions = compiled_compositions(self.grammar, self.wording)
        self._fill_words(adverbs)
        self.wording.fill_phrases([(self.domains[f.domain], f.content) for f in self.families])
        self.wording.fill_forms()
        program = self.builder.build()
        return Language(
            denying=np.array([self._denies(text) for text in program.strings.texts.to_pylist()], bool),
            name=self.content.language,
            domains=tuple(self.domains),
            categories=tuple(self.categories),
            entities=tuple(self.wording.entities),
            program=program,
            past_shares=np.array(
                [float(self.content.domains[name].get("past", 0.3)) for name in self.domains]
            ),
            products=Choices.of(products),
            product_family=_ints(family for family, _ in self.products),
            product_term=_ints(term for _, term in self.products),
            aspects=Choices.of([[self.topics[f.domain, a] for a in f.aspects] for f in self.families]),
            topic_terms=Choices.of(self.topic_terms),
            terms=Terms(*(_ints(term[i] for term in self.terms) for i in range(4))),
            templates=templates,
            remarks=remarks,
            compositions=compositions,
            opinions=Choices.of(opinions),
            denied=Choices.of(denied),
            opinion_grading=_ints(grading for _, grading, _ in self.opinions),
            opinion_string=_ints(forms[0] for forms, *_ in self.opinions),
            opinion_denies=np.array(
                [
                    any(self._denies(self.strings.text(s)) for s in (before, *forms))
                    for forms, _, before in self.opinions
                ],
                bool,
            ),
            opinion_stem=self._stems((forms[0] for forms, *_ in self.opinions), 0),
            adverb_stem=self._stems((after for _, after in adverbs), -1),
            adverbs=Choices.of(adverb_cells),
            steps=Choices.of([[k for k in range(1, n + 1) if math.gcd(k, n) == 1] for n in range(64)]),
        )

    # What there is to talk about.

    def _domain(self, number: int, name: str) -> list[int]:
        """Number the aspects and products of a domain; return the products."""
        content = self.content.domains[name]
        for aspect, entry in content["aspects"].items():
            self.topics[number, aspect] = self._topic(number, entry, entry["category"])
        first = len(self.products)
        for family_name, family in content["families"].items():
            aspects = tuple(words(family["aspects"]))
            for aspect in aspects:
                if (number, aspect) not in self.topics:
                    raise ContentError(f"{name}: family {family_name!r} has no aspect {aspect!r}")
            topic = self._topic(number, family, "general")
            self.families.append(_Family(number, topic, aspects, family))
            self.products += [(len(self.families) - 1, term) for term in self.topic_terms[topic]]
        return list(range(first, len(self.products)))

    def _topic(self, domain: int, entry: Mapping[str, Any], category: str) -> int:
        """Number something that has opinions of its own, and the terms that name it."""
        topic, first = len(self.topic_kinds), len(self.terms)
        number = self.categories.setdefault(category, len(self.categories))
        for agreement, name in enumerate(self.classes):
            for term in filter(None, words(entry.get(name, ""))):
                self.terms.append((self.strings.add(term), agreement, number, topic))
        if len(self.terms) == first:
            raise ContentError(f"{entry} names nothing; it needs one of {', '.join(self.classes)}")
        self.topic_terms.append(list(range(first, len(self.terms))))
        self.topic_kinds.append((domain, tuple(str(entry["kinds"]).split())))
        return topic

    # What is said of it.

    def _fitting(self, style: str, topic: int, mood: int) -> list[int]:
        """Return the opinions that fit a style, a topic and a mood."""
        domain, kinds = self.topic_kinds[topic]
        if style == "reaction":
            domain, kinds = 0, ()
        elif style == "feeling":
            kinds = ("feeling",)
        key = (style, domain, kinds, mood)
        if key not in self.fitted:
            self.fitted[key] = self._fit(*key)
        return self._unlike(topic, self.fitted[key])

    def _unlike(self, topic: int, opinions: list[int]) -> list[int]:
        """Return the opinions without those that hold a word of the topic: no price is overpriced."""
        terms = (self.strings.text(self.terms[term][0]) for term in self.topic_terms[topic])
        alike = set[int]().union(*(self.holding.get(stem, ()) for term in terms for stem in _stems(term)))
        if alike.isdisjoint(opinions):
            return opinions
        return [opinion for opinion in opinions if opinion not in alike] or opinions

    def _fit(self, style: str, domain: int, kinds: tuple[str, ...], mood: int) -> list[int]:
        if style == "reaction":
            pairs = [pair.split(" / ") for pair in words(self.grammar["reactions"][MOODS[mood]])]
            return [self._opinion(self._tenses(*pair), WHOLE) for pair in pairs]
        gradings = tuple(n for n in SUITED[mood] if GRADINGS[n] is not WHOLE or style == "opinion")
        inflected = style == "quality"
        if style == "feeling":
            return self._adjectives("feeling", domain, POLARITIES[mood], gradings, inflected)
        general = self._adjectives("general", domain, POLARITIES[mood], gradings, inflected)
        own = [
            i for kind in kinds for i in self._adjectives(kind, domain, POLARITIES[mood], gradings, inflected)
        ]
        # What suits this topic in particular is said nearly as often as what suits anything.
        times = max(1, round(SPECIFIC * len(general) / len(own))) if own else 0
        found = general + own * times
        if not found:
            raise ContentError(f"nothing {MOODS[mood]} can be said of kinds {', '.join(kinds) or 'general'}")
        return found

    def _deniable(self, topic: int, mood: int) -> list[int]:
        """Return what can be denied to say a mild mood: "not bad"."""
        if mood not in MILD:
            return []
        domain, kinds = self.topic_kinds[topic]
        key = ("denied", domain, kinds, mood)
        if key not in self.fitted:
            polarity = OTHER_SIDE[POLARITIES[mood]]
            self.fitted[key] = [
                i
                for kind in ("general", *kinds, *kinds)
                for i in self._adjectives(kind, domain, polarity, ("denied",), False)
            ]
        return self._unlike(topic, self.fitted[key])

    def _adjectives(
        self, kind: str, domain: int, polarity: str, gradings: tuple[str, ...], inflected: bool
    ) -> list[int]:
        """Return the numbers of a kind's opinions; what a domain adds to a kind is said twice as often."""
        key = ("adjectives", kind, domain, polarity, gradings, inflected)
        if key not in self.fitted:
            shared = self.content.opinions.get(kind)
            own = self.content.domains[self.domains[domain]].get("opinions", {}).get(kind)
            if shared is None and own is None:
                known = ", ".join(self.content.opinions)
                raise ContentError(
                    f"{self.domains[domain]}: {kind!r} is not a kind of opinion; known are {known}"
                )
            self.fitted[key] = [
                self._adjective(word, GRADINGS[name], inflected)
                for entry, times in ((shared, 1), (own, 2))
                for name in gradings
                for word in filter(None, self._graded(entry, polarity, name))
                for _ in range(times)
            ]
        return self.fitted[key]

    def _adjective(self, word: str, grading: int, before_a_noun: bool) -> int:
        """Return the number of an opinion; most are asked for by every domain."""
        key = (word, grading, before_a_noun)
        if key not in self.adjectives:
            before, after = halves_of(word)
            forms = [self.strings.add(form) for form in self._inflected(after.strip(), before_a_noun)]
            self.adjectives[key] = self._opinion(forms, grading, self.strings.add(before))
        return self.adjectives[key]

    def _graded(self, entry: Mapping[str, Any] | None, polarity: str, grading: str) -> list[str]:
        graded = (entry or {}).get(polarity, {})
        if grading == "denied" and "denied" not in graded:
            grading = "gradable"
        text = str(graded.get(grading, ""))
        if text not in self.listed:
            self.listed[text] = words(text)
        return self.listed[text]

    def _tenses(self, present: str, past: str) -> list[int]:
        """Return the forms of a verb by agreement, each with its past: `me gust/a/a/an/an / me ...`."""
        forms = (self._inflected(present, False), self._inflected(past, False))
        return [self.strings.add(now, then) for now, then in zip(*forms, strict=True)]

    def _inflected(self, word: str, before_a_noun: bool) -> list[str]:
        """Return the forms of an adjective by agreement: `buen/o/a/os/as`, or the same for all."""
        stem, *endings = word.split("/")
        if not endings:
            endings = words(self.grammar.get("quality_endings", "")) if before_a_noun else []
            endings = endings or [""] * self.numbers
        elif not before_a_noun and "quality_endings" in self.grammar:
            stem, endings = endings[-1], [""] * self.numbers  # `teur/er/e/es/e/teuer`: the last stands alone
        if len(endings) < self.numbers:
            raise ContentError(f"adjective {word!r} needs {self.numbers} endings")
        return [stem + ending for ending in endings[: self.numbers]]

    def _opinion(self, forms: Sequence[int], grading: int, before: int = EMPTY) -> int:
        self.has_not |= before != EMPTY
        key = (tuple(forms), grading, before)
        if key in self.opinions:
            return self.opinions[key]
        number = self.opinions[key] = len(self.opinions)
        for word in _WORD.findall(self.strings.text(forms[0])):
            for end in range(STEM, max(STEM, len(word)) + 1):
                self.holding.setdefault(word[end - STEM : end].lower(), []).append(number)
        return number

    def _adverbs(self) -> tuple[list[tuple[int, int]], list[list[int]]]:
        """Return the strings of all adverbs, and the lists of them by style, grading and mood.

        An adverb has two strings: what stands in `{not}` and what stands before the opinion, as in
        `no ... muy`; most have the second alone.
        """
        degrees = self.grammar["degrees"]
        numbered: dict[tuple[int, int], int] = {(EMPTY, EMPTY): 0}
        cells = []
        for style in STYLES:
            table = degrees.get("predicate" if style == "opinion" else style, {})
            for grading in GRADING_NAMES:
                for mood in MOODS:
                    adverbs = words(table.get(grading, {}).get(mood, "-")) or [""]
                    halves = [halves_of(adverb) for adverb in adverbs]
                    codes = [(self.strings.add(first), self.strings.add(second)) for first, second in halves]
                    cells.append([numbered.setdefault(code, len(numbered)) for code in codes])
        self.has_not |= any(before != EMPTY for before, _ in numbered)
        return list(numbered), cells

    def _denies(self, text: str) -> bool:
        """Return whether a word of denial is in a text."""
        said = _WORD.findall(text.lower())
        return any(word in self.denials or word.endswith("n't") for word in said)

    def _stems(self, strings: Iterable[int], place: int) -> Any:
        """Return the stem of a word of each string by number: the first (0) or the last (-1)."""
        words_of = (_WORD.findall(self.strings.text(string)) for string in strings)
        stems = (said[place][:STEM].lower() if said else "" for said in words_of)
        return _ints(self.stems.setdefault(stem, len(self.stems)) for stem in stems)

    # How it is said.

    def _templates(self) -> Templates:
        """Compile the clauses with their words left open, and deal them out to the groups."""
        bodies: list[int] = []
        styles: list[int] = []
        texts: list[str] = []
        names: list[bool] = []
        comments: list[bool] = []
        dealt: dict[tuple[int, int | None, str], list[list[int]]] = {}
        sources = [(None, self.grammar), *enumerate(self.content.domains[name] for name in self.domains)]
        for domain, source in sources:
            for kind in (STATEMENT, FRAGMENT, JUDGEMENT):
                for key, phrases in source.get("frames", {}).get(KINDS[kind], {}).items():
                    groups: list[list[int]] = [[] for _ in range(GROUPS)]
                    for place, phrase in enumerate(dict.fromkeys(phrases)):
                        said = [STYLES.index(slot) for slot in slots(phrase) if slot in STYLES]
                        if len(said) != 1:
                            raise ContentError(f"frame {phrase!r} needs one of {', '.join(STYLES)}")
                        if self.has_not and "opinion" in slots(phrase) and "not" not in slots(phrase):
                            raise ContentError(f"frame {phrase!r} needs the slot {{not}}")
                        # From the end for every other list, or the first groups would get all the rest.
                        group = place % GROUPS if domain is None else -1 - place % GROUPS
                        groups[group].append(len(bodies))
                        # What is judged as a whole is the aspect of its clause, where it is named.
                        named = phrase.replace("{product}", "_{product}_") if kind == JUDGEMENT else phrase
                        bodies.append(self.wording.body(named))
                        styles.append(said[0])
                        named_always = outside(phrase)
                        names.append("{aspect}" in named_always or "{product}" in named_always)
                        comments.append(self.wording.comments(parse(phrase)))
                        texts.append(skeleton(phrase))
                    for name in words(key):
                        dealt[kind, domain, name] = groups
        self.builder.fill("clause", [("template", len(bodies))], [[body] for body in bodies])
        topic_names = {topic: name for (_, name), topic in self.topics.items()}
        cells = []
        for kind in (STATEMENT, FRAGMENT, JUDGEMENT):
            for topic, (domain, _) in enumerate(self.topic_kinds):
                sources_of = [
                    dealt.get((kind, None, "any")),
                    dealt.get((kind, domain, "any")),
                    dealt.get((kind, domain, topic_names.get(topic, "product"))),
                ]
                for group in range(GROUPS):
                    cells.append([i for groups in sources_of if groups for i in groups[group]])
        quiet = [[i for i in cell if not comments[i]] or cell for cell in cells]
        choices = Choices.of([*cells, *quiet])
        return Templates(choices, len(cells), _ints(styles), np.array(names), tuple(texts))

    def _sources(self, family: _Family) -> list[Source]:
        """Return what has remarks for a family: the grammar, its domain and itself."""
        domain = self.content.domains[self.domains[family.domain]]
        return [(self.grammar, 1), (domain, 2), (family.content, 2)]

    def _topics(self, family: _Family) -> dict[str, int]:
        return {aspect: self.topics[family.domain, aspect] for aspect in family.aspects}

    # The words themselves.

    def _fill_words(self, adverbs: Sequence[tuple[int, int]]) -> None:
        fill, builder = self.builder.fill, self.builder
        terms, classes = len(self.terms), len(self.classes)
        fill("term", [("term", terms)], [[string] for string, *_ in self.terms])
        fill(
            "product", [("product", len(self.products))], [[self.terms[term][0]] for _, term in self.products]
        )
        fill("not adverb", [("adverb", len(adverbs))], [[before] for before, _ in adverbs])
        fill("not opinion", [("opinion", len(self.opinions))], [[before] for _, _, before in self.opinions])
        halves = [Symbol(builder.slot("not adverb")), Symbol(builder.slot("not opinion"))]
        fill("not", [], [[builder.body(halves)]])
        fill("adverb", [("adverb", len(adverbs))], [[after] for _, after in adverbs])
        if all(len(set(forms)) == 1 for forms, *_ in self.opinions):
            fill("opinion", [("opinion", len(self.opinions))], [forms[:1] for forms, *_ in self.opinions])
        else:
            forms = [[forms[number]] for forms, *_ in self.opinions for number in self.agreement.values()]
            fill("opinion", [("opinion", len(self.opinions)), ("class", classes)], forms)
        fill("a", [("class", classes)], [[ARTICLE if name == "count" else EMPTY] for name in self.classes])


def _stems(text: str) -> set[str]:
    """Return the beginnings of the longer words of a text."""
    return {word[:STEM].lower() for word in _WORD.findall(text) if len(word) >= STEM}


def _ints(values: Iterable[int]) -> Any:
    return np.fromiter(values, np.int32)
