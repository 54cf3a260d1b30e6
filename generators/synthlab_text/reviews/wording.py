"""From phrases to symbols, as few as will do: what can be joined once is not joined in each row."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..engine import ProgramBuilder
from ..engine.program import Symbol
from ..engine.strings import ARTICLE, starts_with_vowel_sound
from .content import MOODS, Content, ContentError, by_mood, words
from .notation import OPINION, TERM, Choice, Literal, Part, Slot, parse

__all__ = ["FIRST_ENTITY", "STOPS", "Wording", "composition_parts"]

FIRST_ENTITY = 2
"""The bit of the first kind of entity, after those of terms and opinions."""
STOPS = (Literal("."), Literal(". "), Slot("!"), Slot("! "))
_ARTICLE = re.compile(r"(?<![^\s])an? $")
MOST_READINGS = 8
"""Neighbours are put together while they have no more readings than this: more would fill the memory."""


class Wording:
    """Compiles phrases; forms and phrases by mood are filled last, when all who ask for them are known."""

    def __init__(self, content: Content, builder: ProgramBuilder, styles: Sequence[str]) -> None:
        self.content = content
        self.grammar = content.grammar
        self.builder = builder
        self.strings = builder.strings
        self.styles = styles
        self.entities: list[str] = list(self.grammar.get("entities", []))
        self.agreement: dict[str, int] = self.grammar.get("agreement", {"count": 0, "mass": 0, "plural": 1})
        comments = self.grammar.get("comments", {})
        self._comment_slots = frozenset(words(comments.get("slots", "")))
        self._comment_words = frozenset(words(comments.get("words", "")))
        self.numbers = max(self.agreement.values()) + 1
        self.has_articles = "count" in self.agreement
        self._forms_asked: dict[tuple[str, str, str, str], None] = {}
        sources = [self.grammar, *content.domains.values()]
        self._lists = {name for source in sources for name in source.get("lists", {})}
        sources += [family for domain in content.domains.values() for family in domain["families"].values()]
        found = (name for source in sources for name in source.get("phrases", {}) if name != "!")
        self._phrase_names = list(dict.fromkeys(found))

    def body(self, phrase: str) -> int:
        """Return the code of what a phrase becomes."""
        return self._sequence(parse(phrase), phrase)

    def symbol(self, part: Part, where: str) -> Symbol:
        """Return the symbol of a part that stands alone; `where` is the phrase that it is of."""
        match part:
            case Literal(("." | ". ") as text):
                return Symbol(self.strings.stop(text))
            case Literal(text, tag):
                return Symbol(self.strings.add(text), tag)
            case Choice():
                said = weighted(part)
                members = [self._sequence(reading, where) for reading in said]
                return self._one_of(members, quiet=[self.comments(reading) for reading in said])
            case Slot(name, tag):
                return self._slot(name, tag, where)

    # Comments: "imo", "to be honest". A review has one at most.

    def comments(self, parts: Iterable[Part]) -> bool:
        """Return whether these parts comment on what they say, whatever is chosen."""
        return any(self._comments(part) for part in parts)

    def _comments(self, part: Part) -> bool:
        match part:
            case Literal(text):
                return text.strip(" ,") in self._comment_words
            case Slot(name):
                return name in self._comment_slots
            case Choice(readings):
                return all(self.comments(reading) for reading in readings)

    def _may_comment(self, part: Part) -> bool:
        """Return whether any reading of a choice comments, at any depth."""
        if not isinstance(part, Choice):
            return False
        return any(self.comments(r) or any(map(self._may_comment, r)) for r in part.readings)

    # Parts that are put together.

    def _sequence(self, parts: Iterable[Part], where: str) -> int:
        symbols: list[Symbol] = []
        texts, tag = [""], 0
        form: tuple[str, str, str] | None = None  # what it agrees with, its name, and the text before it

        def close(after: str = "") -> None:
            """Write what has been put together."""
            nonlocal texts, form
            if form is not None:
                symbols.append(self._form_slot(*form, after))
            # "a ", before a word that only the row knows: it may have to be "an ".
            articles = [self.has_articles and bool(_ARTICLE.search(text)) for text in texts]
            rest = [
                _ARTICLE.sub("", text) if has else text for text, has in zip(texts, articles, strict=True)
            ]
            if any(articles) and not all(articles):
                symbols.append(
                    self._one_of([self._ending(*it, tag) for it in zip(rest, articles, strict=True)])
                )
            elif rest != [""]:
                codes = [self.strings.add(text) for text in rest]
                symbols.append(Symbol(codes[0], tag) if len(codes) == 1 else self._one_of(codes, tag))
            if all(articles):
                symbols.append(Symbol(ARTICLE, tag))
            texts, form = [""], None

        for part in parts:
            found = None if self._may_comment(part) else readings(part, self.has_articles)
            if found is not None:
                more, its_tag = found
                if form is not None and (its_tag or len(more) > 1):
                    close()
                if texts != [""] and (its_tag != tag or len(texts) * len(more) > MOST_READINGS):
                    close()
                texts, tag = [self._joined(text, other) for text in texts for other in more], its_tag
                continue
            agrees = self._form(part) if isinstance(part, Slot) and not part.tag else None
            alone = texts[0] if len(texts) == 1 and not tag else ""
            if form is not None and alone and agrees is None:
                texts = [""]
                close(alone)
            elif agrees is not None and form is None and alone:
                texts = [""]
            else:
                close()
                alone = ""
            if agrees is not None:
                form = (*agrees, alone)
            elif isinstance(part, Slot) and part.name in self.styles:
                symbols.append(Symbol(self.builder.slot("adverb"), part.tag))
                symbols.append(Symbol(self.builder.slot("opinion"), OPINION | part.tag))
            else:
                symbols.append(self.symbol(part, where))
        if form is not None and len(texts) == 1 and not tag:
            after, texts = texts[0], [""]
            close(after)
        close()
        return self.builder.body(symbols)

    def _joined(self, text: str, other: str) -> str:
        return joined(text, other) if self.has_articles else text + other

    def _ending(self, text: str, has_article: bool, tag: int) -> int:
        """Return the code of a text, or of a text and the article that ends it."""
        ending = [Symbol(ARTICLE, tag)] if has_article else []
        return self.builder.body([Symbol(self.strings.add(text), tag), *ending])

    def _one_of(self, members: Sequence[int], tag: int = 0, quiet: Sequence[bool] = ()) -> Symbol:
        """Return a slot for one of these; `quiet` says which are left out where no comment is wanted."""
        cells = _loud_and_quiet(members, quiet)
        name = ("one of", *members, *(cells[1] if quiet and any(quiet) else ()))
        if not self.builder.is_filled(name):
            if any(quiet):
                self.builder.fill(name, [("quiet", 2)], cells)
            else:
                self.builder.fill(name, [], [members])
        return Symbol(self.builder.slot(name), tag)

    # Slots.

    def _slot(self, name: str, tag: int, where: str) -> Symbol:
        if name == "aspect":
            return Symbol(self.builder.slot("term"), TERM | tag)
        if name in self._lists:
            bit = 1 << (FIRST_ENTITY + self.entities.index(name)) if name in self.entities else 0
            return Symbol(self._list_slot(name), bit | tag)
        if name in ("!", "! ", *self._phrase_names, "product", "a", "not"):
            return Symbol(self.builder.slot(name), tag)
        if form := self._form(Slot(name)):
            return Symbol(self._form_slot(*form, "", "").code, tag)
        known = [*self._phrase_names, *self._lists, *self.styles]
        known += [*self.grammar["forms"], *self.grammar["product_forms"]]
        raise ContentError(f"{where!r} has a slot {name!r} that nothing fills; known are {', '.join(known)}")

    def _list_slot(self, name: str) -> int:
        if not self.builder.is_filled(("list", name)):
            cells = []
            for domain, content in self.content.domains.items():
                phrases = content.get("lists", {}).get(name) or self.grammar.get("lists", {}).get(name)
                if not phrases:
                    raise ContentError(f"{domain} has no list {name!r}, and the grammar has none for all")
                members = [self.body(str(phrase)) for phrase in phrases]
                comments = [self.comments(parse(str(phrase))) for phrase in phrases]
                cells += _loud_and_quiet(members, comments)
            if any(loud != quiet for loud, quiet in zip(cells[::2], cells[1::2], strict=True)):
                self.builder.fill(("list", name), [("domain", len(cells) // 2), ("quiet", 2)], cells)
            else:
                self.builder.fill(("list", name), [("domain", len(cells) // 2)], cells[::2])
        return self.builder.slot(("list", name))

    def _form(self, slot: Slot) -> tuple[str, str] | None:
        """Return what a form agrees with, and its name; None for a slot that is none."""
        owner, _, form = slot.name.rpartition(" ")
        if form in self.grammar["forms"] and owner in ("", "aspect", "product"):
            return owner or "aspect", form
        if form in self.grammar["product_forms"] and owner in ("", "aspect"):
            return owner or "product", form
        return None

    def _form_slot(self, owner: str, form: str, before: str, after: str) -> Symbol:
        """Return the slot of a form with the text around it."""
        key = (owner, form, before, after)
        self._forms_asked.setdefault(key)
        return Symbol(self.builder.slot(key))

    # What is filled at the end.

    def fill_forms(self) -> None:
        """Fill the slots of the forms that were asked for, each with the text around it."""
        every = {**self.grammar["forms"], **self.grammar["product_forms"]}
        forms = {name: self._tenses(name, text) for name, text in every.items()}
        attributes = {"aspect": "class", "product": "product class"}
        for owner, name, before, after in self._forms_asked:
            codes = [self.strings.add(*(f"{before}{form}{after}" for form in pair)) for pair in forms[name]]
            cells = [[codes[number]] for number in self.agreement.values()]
            self.builder.fill((owner, name, before, after), [(attributes[owner], len(cells))], cells)

    def fill_phrases(self, families: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Fill the slots of phrases by family and mood; families are domains and what is theirs alone."""
        depends = [("family", len(families)), ("mood", len(MOODS)), ("quiet", 2)]
        for name in self._phrase_names:
            cells: list[list[int]] = []
            done: dict[int, list[tuple[int, bool]]] = {}
            for domain, family in families:
                found: list[list[tuple[int, bool]]] = [[] for _ in MOODS]
                for source in (self.grammar, self.content.domains[domain], family):
                    for mood, phrases in by_mood(source.get("phrases", {}).get(name, {})):
                        if id(phrases) not in done:
                            texts = [str(phrase) for phrase in phrases]
                            done[id(phrases)] = [(self.body(t), self.comments(parse(t))) for t in texts]
                        found[mood] += done[id(phrases)]
                if [] in found:
                    raise ContentError(f"there is no {name!r} for {domain} when {MOODS[found.index([])]}")
                for said in found:
                    cells += _loud_and_quiet([body for body, _ in said], [comments for _, comments in said])
            self.builder.fill(name, depends, cells)
        ends = dict(by_mood(self.grammar["phrases"].get("!", ["."])))
        for name, space in (("!", ""), ("! ", " ")):
            cells = [[self.strings.stop(mark + space) for mark in ends[mood]] for mood in range(len(MOODS))]
            self.builder.fill(name, [("mood", len(MOODS))], cells)

    def _tenses(self, name: str, text: Any) -> list[tuple[str, str]]:
        """Return a word by agreement, in the present and the past."""
        forms = words(text)
        if "" in forms:  # `ein, eine, ein, -`: what may be nothing brings its own space
            forms = [form and f"{form} " for form in forms]
        if len(forms) == self.numbers:
            forms = forms * 2
        if len(forms) != 2 * self.numbers:
            raise ContentError(
                f"form {name!r} needs {self.numbers} or {2 * self.numbers} words, not {len(forms)}"
            )
        return list(zip(forms[: self.numbers], forms[self.numbers :], strict=True))


def _loud_and_quiet(members: Sequence[int], comments: Sequence[bool]) -> list[list[int]]:
    """Return all members, and those that do not comment (or all, where each does)."""
    silent = [member for member, says in zip(members, comments, strict=True) if not says] if comments else []
    return [list(members), silent or list(members)]


def composition_parts(text: str) -> list[Part]:
    """Return the parts of a composition; a space after the end of a sentence goes to that end, so that
    the next string begins one."""
    result: list[Part] = []
    for part in parse(text.strip()):
        if isinstance(part, Literal) and part.text.startswith(" ") and result:
            if result[-1] == Literal("."):
                result[-1], part = Literal(". "), Literal(part.text[1:])
            elif result[-1] == Slot("!"):
                result[-1], part = Slot("! "), Literal(part.text[1:])
        if part == Slot("."):
            part = Literal(".")
        if part != Literal(""):
            result.append(part)
    return result


def joined(text: str, other: str) -> str:
    """Return both texts side by side, with `a` or `an` at the end of the first by the sound of the second."""
    if text.endswith(("a ", "an ")) and other[:1].isalpha() and _ARTICLE.search(text):
        return _ARTICLE.sub("an " if starts_with_vowel_sound(other) else "a ", text) + other
    return text + other


def weighted(choice: Choice) -> list[tuple[Part, ...]]:
    """Return the readings of a choice, each as often as it is likely: what may be left out is left out half
    the time, however many ways there are to say it."""
    spoken = [reading for reading in choice.readings if reading]
    silent = len(choice.readings) - len(spoken)
    return spoken + [()] * (len(spoken) if silent else 0)


def readings(part: Part, has_articles: bool) -> tuple[list[str], int] | None:
    """Return all that a part can read as, each as often as it is likely, and its tag; None where that is not
    plain text, or too much."""
    if isinstance(part, Literal):
        return ([part.text], part.tag) if part not in STOPS else None
    if isinstance(part, Slot):
        return None
    if part.has_slots or len(part.readings) > MOST_READINGS:
        return None
    found, tags = [], set()
    for reading in weighted(part):
        texts = [""]
        for inner in reading:
            more = readings(inner, has_articles)
            if more is None or len(texts) * len(more[0]) > MOST_READINGS:
                return None
            join = joined if has_articles else str.__add__
            texts = [join(text, other) for text in texts for other in more[0]]
            tags.add(more[1])
        found.append(texts)
    times = math.lcm(*(len(texts) for texts in found))
    if len(tags) > 1 or times * len(found) > MOST_READINGS:
        return None
    return [
        text for texts in found for text in texts for _ in range(times // len(texts))
    ], tags.pop() if tags else 0
