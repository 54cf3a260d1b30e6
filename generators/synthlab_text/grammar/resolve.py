"""From phrases to a tree: every name is found, every word is put in the form that its slot asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

from synthlab.errors import did_you_mean

from . import notation
from .english import FORMS, agreeing, written
from .lexicons import NUMBERS, Lexicon, Term
from .notation import Literal, Node, PhraseError, Slot
from .tree import (
    ARTICLE_WORD,
    Article,
    Attribute,
    Call,
    Chosen,
    Column,
    Either,
    Fill,
    Item,
    Items,
    Pattern,
    Plain,
)

if TYPE_CHECKING:
    from .reading import Names

__all__ = ["Resolver"]

Words = tuple[tuple[str, str], ...]

_PLAIN = ("text", "singular")
_ENDS_A_PHRASE = frozenset(".,;:!?")
MOST_SPLITS = 16
MOST_STRINGS = 400_000


@dataclass
class Resolver:
    """Resolves the phrases of one grammar; `calls` collects who names which rule, and where."""

    names: Names
    tags: Mapping[str, int]
    calls: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of the phrase that was resolved last: the rules that it names, with offset and length."""
    used: set[str] = field(default_factory=set)
    known: dict[tuple[Any, ...], Words] = field(default_factory=dict)
    """Words by their slots, so that a slot that is written twice is one."""
    terms: dict[tuple[str, str | None], tuple[tuple[Term, ...], tuple[Fraction, ...]]] = field(
        default_factory=dict
    )
    strings: int = 0
    many: dict[str, bool] = field(default_factory=dict)
    """Whether a slot was last written in the plural."""

    def phrase(self, text: str) -> Items:
        """Return what a phrase is made of, or raise PhraseError."""
        self.calls = {}
        self.many = {}
        nodes = notation.parse(text)
        split = dict.fromkeys(self._agreeing(nodes, frozenset()))
        numbers = [self.names.lexicons[name].numbers for name in split]
        readings = list(product(*numbers))
        if len(readings) > MOST_SPLITS:
            raise PhraseError(
                "too many words in this phrase agree with each other", 0, 1, "make some variables"
            )
        options, weights = [], []
        for reading in readings:
            chosen = dict(zip(split, reading, strict=True))
            options.append(tuple(self._items(nodes, chosen)))
            weight = Fraction(1)
            for name, number in chosen.items():
                weight *= sum(self._weighted(self.names.lexicons[name], number)[1])
            weights.append(weight)
        return options[0] if len(options) == 1 else (Either(tuple(options), tuple(weights)),)

    def _agreeing(self, nodes: Sequence[Node], before: frozenset[str]) -> Iterator[str]:
        """Yield the lexicons of which something in the nodes depends on the number of the word drawn."""
        for place, node in enumerate(nodes):
            if isinstance(node, notation.Choice):
                seen = set(before)
                for option in node.options:
                    yield from self._agreeing(option, before)
                    seen |= {n.name for n in option if isinstance(n, Slot)}
                before = frozenset(seen)
            elif isinstance(node, Slot):
                if node.name == "a" and node.word is None:
                    target = self._target(nodes[place + 1 :])
                    if target is not None and target.name in self.names.lexicons:
                        yield target.name
                elif node.word is not None and node.name in self.names.lexicons:
                    if node.name not in before:
                        raise PhraseError(
                            f"nothing is chosen from {node.name!r} before",
                            node.offset,
                            node.length,
                            f"write {{{node.name}}} first, or make it a variable",
                        )
                    if self.names.lexicons[node.name].pattern is None:
                        yield node.name
                before |= {node.name}

    def _target(self, nodes: Sequence[Node]) -> Slot | None:
        """Return the slot that decides whether there is an article: the first that may be many."""
        for node in nodes:
            if isinstance(node, Literal) and _ENDS_A_PHRASE & set(node.text):
                return None
            if isinstance(node, Slot) and node.word is None:
                if node.forms[:1] == ("plural",):
                    return node
                lexicon = self._lexicon(node.name)
                if lexicon is not None and set(lexicon.numbers) != {"singular"}:
                    return node
        return None

    def _lexicon(self, name: str) -> Lexicon | None:
        if name in self.names.variables:
            name = self.names.variables[name].lexicon
        return self.names.lexicons.get(name)

    def _items(self, nodes: Sequence[Node], numbers: Mapping[str, str]) -> Iterator[Item]:
        swallow = False
        for place, node in enumerate(nodes):
            if isinstance(node, Literal):
                for piece in notation.pieces(node):
                    text = piece[1:] if swallow and piece.startswith(" ") else piece
                    swallow = False
                    if text:
                        yield Plain(text)
            elif isinstance(node, Slot):
                swallow = node.name == "a" and node.word is None
                if swallow:
                    yield self._article(nodes[place + 1 :], numbers)
                else:
                    yield self._slot(node, numbers)
                    swallow = node.word is not None and node.word.lower() == "a"
            else:
                options = tuple(tuple(self._items(option, numbers)) for option in node.options)
                yield Either(options, node.weights)
                swallow = False

    def _article(self, rest: Sequence[Node], numbers: Mapping[str, str]) -> Item:
        target = self._target(rest)
        if target is None:
            return Article()
        if target.forms[:1] == ("plural",):
            return Plain("")
        if target.name in self.names.variables:
            return self._agreed(target.name, "a")
        return Article() if numbers[target.name] == "singular" else Plain("")

    def _agreed(self, variable: str, word: str) -> Item:
        """Return a word that agrees with a variable."""
        terms = self._terms(variable)
        key = (variable, word, None, "agrees")
        if key not in self.known:
            by_number = {number: _agreed_word(word, number) or "" for number in NUMBERS}
            self.known[key] = tuple((by_number[term.number], by_number[term.number]) for term in terms)
            self.strings += len(terms)
        return Chosen(variable, self.known[key], silent=True)

    def _terms(self, variable: str) -> tuple[Term, ...]:
        return self.names.lexicons[self.names.variables[variable].lexicon].terms

    def _slot(self, slot: Slot, numbers: Mapping[str, str]) -> Item:
        name, tag = slot.name, self.tags.get(slot.name, 0)
        self.used.add(name)
        if slot.word is not None:
            return self._word(slot, numbers)
        self.many[name] = "plural" in slot.forms
        if name in self.names.rules:
            self._no_forms(slot, "a rule has no forms; ask for them in its phrases")
            self.calls.setdefault(name, (slot.offset, slot.length))
            return Call(name, tag)
        if name in self.names.attributes:
            values = self.names.attributes[name].values
            return Attribute(name, self._words(slot, tuple(Term(value, value) for value in values)), tag)
        if name in self.names.variables:
            return Chosen(name, self._words(slot, self._terms(name)), tag)
        if name in self.names.lexicons:
            lexicon = self.names.lexicons[name]
            if lexicon.pattern is not None:
                self._no_forms(slot, "with `count` a pattern is a list, whose words have forms")
                return Pattern(lexicon.pattern, tag)
            terms, weights = self._weighted(lexicon, numbers.get(name))
            return Fill(self._words(slot, terms, numbers.get(name)), weights, tag)
        if name == self.names.table_name:
            return self._column(slot, tag)
        known = self.names.every
        hint = did_you_mean(name, known).strip() or f"there are {', '.join(known[:15])}"
        raise PhraseError(f"nothing is called {name!r}", slot.offset + 1, len(name), hint)

    def _column(self, slot: Slot, tag: int) -> Item:
        columns, forms = self.names.columns, slot.forms
        if not forms or forms[0] not in columns:
            message = (
                f"{forms[0]!r} is no column of {slot.name} that can be written" if forms else "which column?"
            )
            hint = (
                did_you_mean(forms[0] if forms else "", columns).strip() or f"there are {', '.join(columns)}"
            )
            raise PhraseError(message, slot.offset, slot.length, hint)
        for form in forms[1:]:
            if not (form in ("capital", "title", "upper", "lower") or (form.isdigit() and int(form) <= 9)):
                hint = "a number of decimals, capital, title, upper or lower"
                raise PhraseError(f"there is no form {form!r} of a column", slot.offset, slot.length, hint)
        return Column(forms[0], forms[1:], tag)

    def _word(self, slot: Slot, numbers: Mapping[str, str]) -> Item:
        """Return a word that agrees with what a slot stands for."""
        word = slot.word or ""
        if slot.forms:
            raise PhraseError("a slot has forms or a word, not both", slot.offset, slot.length)
        if word.lower() != "a" and agreeing(word, "plural") is None:
            hint = "a verb as after he: {" + slot.name + " has}; or a form: {" + slot.name + "." + word + "}"
            raise PhraseError(f"{word!r} does not change with what there is", slot.offset, slot.length, hint)
        if self.many.get(slot.name):
            return Plain(_agreed_word(word, "plural") or "")
        if slot.name in self.names.variables:
            return self._agreed(slot.name, word)
        if slot.name in self.names.lexicons:
            if word.lower() == "a" and numbers.get(slot.name, "singular") == "singular":
                return Article()
            return Plain(_agreed_word(word, numbers.get(slot.name, "singular")) or "")
        known = [*self.names.variables, *self.names.lexicons]
        raise PhraseError(
            f"{word!r} agrees with a variable or a lexicon, and {slot.name!r} is neither",
            slot.offset + 1,
            len(slot.name),
            did_you_mean(slot.name, known).strip(),
        )

    def _form(self, term: Term, slot: Slot) -> str:
        """Return a term in the forms that a slot asks for."""
        text = term.text
        for form in slot.forms:
            if form in term.forms:
                text = str(term.forms[form])
            elif form == "value":
                text = term.value
            elif form == "plural" and term.number != "singular":
                continue
            elif form in FORMS:
                text = written(text, form)
            elif form not in _PLAIN:
                lexicon = self._lexicon(slot.name)
                own = {key for t in lexicon.terms for key in t.forms} if lexicon else set()
                known = sorted({*own, *FORMS, "value"})
                if form in own:
                    message, hint = f"{term.text!r} has no {form!r}, which others have", "give it one"
                else:
                    message = f"there is no form {form!r}"
                    hint = did_you_mean(form, known).strip() or f"there are {', '.join(known)}"
                raise PhraseError(message, slot.offset, slot.length, hint)
        return text

    def _weighted(
        self, lexicon: Lexicon, number: str | None
    ) -> tuple[tuple[Term, ...], tuple[Fraction, ...]]:
        """Return the terms of a number, or all, with their weights."""
        key = (lexicon.name, number)
        if key not in self.terms:
            terms = tuple(t for t in lexicon.terms if number is None or t.number == number)
            self.terms[key] = terms, tuple(_weight(term.weight) for term in terms)
        return self.terms[key]

    def _words(self, slot: Slot, terms: tuple[Term, ...], number: str | None = None) -> Words:
        """Return the words that a slot may be, with their values."""
        key = (slot.name, slot.forms, number)
        if key not in self.known:
            self.strings += len(terms)
            if self.strings > MOST_STRINGS:
                message = f"with this slot there are more than {MOST_STRINGS:,} words in all"
                raise PhraseError(message, slot.offset, slot.length, "name long lexicons in fewer forms")
            canonical = slot.name in self.tags
            words = []
            for term in terms:
                said = self._form(term, slot)
                # Inside a labeled rule, as in an address made of a name, words without another value stay as
                # they are written.
                words.append((said, term.value if canonical or term.value != term.text else said))
            self.known[key] = tuple(words)
        return self.known[key]

    def _no_forms(self, slot: Slot, hint: str) -> None:
        if slot.forms:
            raise PhraseError(f"there is no form {slot.forms[0]!r}", slot.offset, slot.length, hint)


def _agreed_word(word: str, number: str) -> str | None:
    if word.lower() == "a":
        return ARTICLE_WORD if number == "singular" else ""
    return agreeing(word, number)


@lru_cache(maxsize=4096)
def _weight(weight: float) -> Fraction:
    return Fraction(repr(weight))
