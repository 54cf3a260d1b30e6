"""From a tree to numbered symbols: the structure for the engine, and the words that are put into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from fractions import Fraction
from types import NoneType
from typing import Any

import numpy as np
import numpy.typing as npt

from ..engine import Program, ProgramBuilder
from ..engine.program import Symbol
from ..engine.strings import ARTICLE, EMPTY, ENDS_SENTENCE
from .conditions import World
from .notation import GOES_ON, MIDDLE_SPACE
from .reading import Reading
from .tickets import MOST_TICKETS, spread
from .top import Top, exact, top_of
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
    Rule,
    distinct,
)

__all__ = ["Blank", "Choices", "Compiled", "Kind", "RuleCases", "compile_grammar"]

Ints = npt.NDArray[np.int32]

ALL_TICKETS = 1_000_000
_MARKED = re.compile(r"[.!?…]['\")»]*\Z")


class Kind(IntEnum):
    """What decides the word that takes the place of a blank."""

    FILL = 0
    VARIABLE = 1
    ATTRIBUTE = 2
    COLUMN = 3
    BORDER = 4
    """Between two text columns."""


@dataclass(frozen=True)
class Blank:
    """Blanks by number: shape `(blanks,)` each. A blank stands in the structure as a string of its own."""

    number: Ints
    """The blank of each string, or -1."""
    kind: Ints
    owner: Ints
    """The number of the variable, the attribute, or what is written of a column."""
    members: Ints
    """Strings, those of one blank side by side."""
    first: Ints
    count: Ints
    """How many there are; of words that are drawn where they stand, how many different ones."""
    drawn: Ints
    """Strings as often as they have tickets."""
    drawn_first: Ints
    drawn_count: Ints


@dataclass(frozen=True)
class Choices:
    """Numbers in cells, as often as they have tickets."""

    members: Ints
    first: Ints
    count: Ints

    @classmethod
    def of(cls, cells: Sequence[Sequence[int]]) -> Choices:
        """Return lists as choices."""
        count = np.array([len(cell) for cell in cells], np.int32)
        members = np.array([member for cell in cells for member in cell], np.int32)
        return cls(members, (np.cumsum(count) - count).astype(np.int32), count)


@dataclass(frozen=True)
class RuleCases:
    """Which cell of a rule fits the state of things: `case[state of the things, the last one fastest]`.

    Where `conditions` are given, some read the row of another table: the case has a bit for each.
    """

    attribute: str
    things: tuple[str, ...]
    strides: tuple[int, ...]
    case: Ints
    conditions: tuple[int, ...] = ()


@dataclass(frozen=True)
class Compiled:
    """A grammar that is ready to be written."""

    reading: Reading
    world: World
    program: Program
    blanks: Blank
    top: Top
    templates: Choices
    """The templates of each case of the top."""
    cases: tuple[RuleCases, ...]
    """Of the top first, then of the rules that have conditions."""
    closing: npt.NDArray[np.bool_]
    """Of each string, whether it ends a sentence where a rule or a part ends."""
    space: int
    """The string of a space."""
    last_space: int
    """The string of a space after the end of a sentence."""
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    """What is written of the other table: columns with their forms."""


@dataclass
class _Compiler:
    reading: Reading
    world: World
    builder: ProgramBuilder
    blanks: dict[Any, int] = field(default_factory=dict)
    """Numbers of blanks by what they stand for."""
    facts: list[tuple[int, int, list[int], list[int]]] = field(default_factory=list)
    """Of each blank: kind, owner, different strings, strings by tickets."""
    columns: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)
    eithers: dict[int, int] = field(default_factory=dict)
    """Numbers of parts to choose from by identity: the tree outlives the compiler, and comparing what is in
    them would cost more than it saves."""
    seen: dict[tuple[Any, ...], int] = field(default_factory=dict)
    """Strings of blanks by the identity of their words, which slots that are written alike share."""
    tickets: int = 0
    closing: set[int] = field(default_factory=set)
    """Strings that end a sentence where a rule or a part ends."""

    def items(self, items: Items) -> list[Symbol]:
        """Return the symbols of a sequence, at least one."""
        symbols: list[Symbol] = []
        for place, item in enumerate(items):
            tag = getattr(item, "tag", 0)
            # Two labeled words side by side are two: what is between them has no label.
            if tag and (place == 0 or getattr(items[place - 1], "tag", 0)):
                symbols.append(Symbol(EMPTY))
            before = items[place - 1] if place else None
            if (
                isinstance(item, Plain)
                and item.text[:1] == " "
                and isinstance(before, (Call, Either, NoneType))
            ):
                # On its own, so that it can end what a rule before it says.
                symbols.append(Symbol(self.builder.strings.add(" ")))
                item = Plain(item.text[1:])
            made = self.item(item, tag, before is not None and not isinstance(before, Plain))
            if made and isinstance(item, Plain) and place == len(items) - 1 and _MARKED.search(item.text):
                self.closing.add(made[-1].code)
            symbols += made
        return symbols or [Symbol(EMPTY)]

    def item(self, item: Item, tag: int, after_a_slot: bool) -> list[Symbol]:
        strings = self.builder.strings
        match item:
            case Plain(text=text):
                if after_a_slot and text[:1] == "." and text[1:2] in ("", " ", "\n"):
                    space = " " if text[1:2] == " " else ""
                    rest = text[1 + len(space) :]
                    stop = Symbol(strings.stop("." + space))
                    return [stop, Symbol(strings.add(rest))] if rest else [stop]
                if text == GOES_ON:
                    return []
                if text == MIDDLE_SPACE:
                    return [Symbol(strings.add(" ", text))]
                return [Symbol(strings.add(text))] if text else []
            case Article():
                return [Symbol(ARTICLE)]
            case Call(rule=rule):
                return [Symbol(self.builder.slot(("rule", rule)), tag)]
            case Either():
                return [Symbol(self.either(item))]
            case Pattern(pattern=pattern):
                return [Symbol(self.pattern(pattern), tag)]
        return [Symbol(self.blank(item), tag)]

    def body(self, items: Items) -> int:
        return self.builder.body(self.items(items))

    def either(self, item: Either) -> int:
        number = self.eithers.setdefault(id(item), len(self.eithers))
        name = ("either", number)
        code = self.builder.slot(name)
        if not self.builder.is_filled(name):
            members = self.spread([self.body(option) for option in item.options], item.weights)
            self.builder.fill(name, [], [members])
        return code

    def pattern(self, pattern: str) -> int:
        name = ("pattern", pattern)
        if not self.builder.is_filled(name):
            digit = Fill(tuple((d, d) for d in "0123456789"), (Fraction(1),) * 10)
            letter = Fill(tuple((c, c) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), (Fraction(1),) * 26)
            by_character: dict[str, Item] = {"#": digit, "@": letter}
            items = [by_character.get(character, Plain(character)) for character in pattern]
            self.builder.fill(name, [], [[self.body(tuple(items))]])
        return self.builder.slot(name)

    def blank(self, item: Item) -> int:
        """Return the string that stands for a word until it is chosen."""
        same = (type(item), id(getattr(item, "words", None)), getattr(item, "variable", None))
        if isinstance(item, Column) or same not in self.seen:
            self.seen[same] = self._new_blank(item)
        return self.seen[same]

    def _new_blank(self, item: Item) -> int:
        names = self.reading.names
        match item:
            case Fill(words=words, weights=weights):
                codes = [self._word(*word) for word in words]
                tickets = self.spread(codes, weights) if len(set(weights)) > 1 else codes
                once = [codes[place] for place in distinct(words)]
                fact = (int(Kind.FILL), 0, once, tickets)
                key: Any = (Kind.FILL, tuple(tickets))
            case Chosen(variable=variable, words=words):
                codes = [self._word(*word) for word in words]
                fact = (int(Kind.VARIABLE), list(names.variables).index(variable), codes, codes)
                key = (Kind.VARIABLE, variable, tuple(codes))
            case Attribute(attribute=attribute, words=words):
                codes = [self._word(*word) for word in words]
                fact = (int(Kind.ATTRIBUTE), list(names.attributes).index(attribute), codes, codes)
                key = (Kind.ATTRIBUTE, attribute, tuple(codes))
            case Column(column=column, forms=forms):
                number = self.columns.setdefault((column, forms), len(self.columns))
                fact, key = (int(Kind.COLUMN), number, [EMPTY], [EMPTY]), (Kind.COLUMN, column, forms)
            case _:
                raise TypeError(f"{item} is no word")
        return self.numbered(key, fact)

    def numbered(self, key: Any, fact: tuple[int, int, list[int], list[int]]) -> int:
        if key not in self.blanks:
            self.blanks[key] = len(self.facts)
            self.facts.append(fact)
        return self.builder.strings.add(f"\0{self.blanks[key]}")

    def _word(self, text: str, value: str) -> int:
        """Return the string of a word. What the engine keeps as the past of a string is its value here:
        grammars know no tense, and a word with another value is another string."""
        return ARTICLE if text == ARTICLE_WORD else self.builder.strings.add(text, value if text else None)

    def spread(self, numbers: Sequence[int], weights: Sequence[Fraction]) -> list[int]:
        """Return numbers by their tickets; in a grammar with very many weights these are rounded more."""
        made = spread(numbers, weights, MOST_TICKETS if self.tickets < ALL_TICKETS else 20)
        self.tickets += len(made)
        return made

    # Rules with conditions.

    def rule(self, rule: Rule) -> RuleCases | None:
        """Fill the slot of a rule; return its cases when it has conditions."""
        name, bodies = ("rule", rule.name), [self.body(way.items) for way in rule.ways]
        weights = [way.weight for way in rule.ways]
        conditions = tuple(dict.fromkeys(n for way in rule.ways for n in way.conditions))
        if not conditions:
            self.builder.fill(name, [], [self.spread(bodies, weights)])
            return None
        attribute = _attribute(rule.name)
        cells: list[list[int]] = []
        if self.world.is_dynamic(rule):
            for case in range(1 << len(conditions)):
                met = {n for bit, n in enumerate(conditions) if case >> bit & 1}
                cells.append(
                    self._cell(bodies, weights, [met.issuperset(way.conditions) for way in rule.ways])
                )
            cases = RuleCases(attribute, (), (), np.empty(0, np.int32), conditions)
        else:
            things = self.world.asked_by(conditions)
            enabled = self.world.enabled(rule, things).reshape(len(rule.ways), -1)
            masks, case_of = np.unique(enabled, axis=1, return_inverse=True)
            cells = [self._cell(bodies, weights, mask) for mask in masks.T.tolist()]
            strides = _strides([self.world.things[t].size for t in things])
            cases = RuleCases(attribute, things, strides, case_of.reshape(-1).astype(np.int32))
        self.builder.fill(name, [(attribute, len(cells))], cells)
        return cases

    def _cell(self, bodies: Sequence[int], weights: Sequence[Fraction], mask: Sequence[bool]) -> list[int]:
        shares = [weight if on else Fraction(0) for weight, on in zip(weights, mask, strict=True)]
        # A case that cannot happen still has a cell.
        return self.spread(bodies, shares) if any(shares) else [EMPTY]

    def templates(self, top: Top) -> tuple[Choices, RuleCases]:
        """Fill the slot of the top; return the templates of each case."""
        numbers = list(range(len(top.ways)))
        if top.dynamic:
            rule = self.reading.rules[top.ways[0].rule]
            conditions = tuple(dict.fromkeys(n for way in rule.ways for n in way.conditions))
            cells = []
            for case in range(1 << len(conditions)):
                met = {n for bit, n in enumerate(conditions) if case >> bit & 1}
                mask = [met.issuperset(way.conditions) for way in rule.ways]
                cells.append(self._cell(numbers, [way.weight for way in rule.ways], mask))
            return Choices.of(cells), RuleCases("", (), (), np.empty(0, np.int32), conditions)
        flat = top.chances.reshape(len(top.ways), -1)
        columns, case_of = np.unique(flat, axis=1, return_inverse=True)
        cells = [
            self.spread(numbers, [exact(chance) for chance in column]) if any(column) else [0]
            for column in columns.T.tolist()
        ]
        strides = _strides([self.world.things[t].size for t in top.things])
        return Choices.of(cells), RuleCases("", top.things, strides, case_of.reshape(-1).astype(np.int32))


def compile_grammar(reading: Reading) -> Compiled:
    """Return a grammar without problems, compiled."""
    world = World(reading)
    starts = list(reading.texts.values())
    top = top_of(world, starts[0])
    called = {rule for name in world.in_order for rule in reading.rules[name].calls} | set(starts[1:])
    slots = [name for name in world.in_order if name in called]
    conditional = [name for name in slots if any(way.conditions for way in reading.rules[name].ways)]
    builder = ProgramBuilder(["template", *map(_attribute, conditional)])
    compiler = _Compiler(reading, world, builder)
    templates, top_cases = compiler.templates(top)
    cases = [compiler.rule(reading.rules[name]) for name in slots]
    bodies = [[compiler.body(way.items)] for way in top.ways]
    builder.fill("top", [("template", len(bodies))], bodies)
    border = compiler.numbered(Kind.BORDER, (int(Kind.BORDER), 0, [EMPTY], [EMPTY]))
    symbols = [Symbol(builder.slot("top"))]
    for start in starts[1:]:
        symbols += [Symbol(border), Symbol(builder.slot(("rule", start)))]
    builder.fill("texts", [], [[builder.body(symbols)]])
    space, last_space = builder.strings.add(" "), builder.strings.add(" ", "\0last")
    program = builder.build()
    program.strings.flags[last_space] |= ENDS_SENTENCE
    closing = np.zeros(len(program.strings.lengths), bool)
    closing[list(compiler.closing)] = True
    return Compiled(
        reading,
        world,
        program,
        _blanks(compiler, len(program.strings.lengths)),
        top,
        templates,
        (top_cases, *(case for case in cases if case is not None)),
        closing,
        space,
        last_space,
        tuple(compiler.columns),
    )


def _blanks(compiler: _Compiler, strings: int) -> Blank:
    number = np.full(strings, -1, np.int32)
    for blank in range(len(compiler.facts)):
        number[compiler.builder.strings.add(f"\0{blank}")] = blank
    members = Choices.of([codes for _, _, codes, _ in compiler.facts])
    drawn = Choices.of([tickets for _, _, _, tickets in compiler.facts])
    return Blank(
        number,
        np.array([kind for kind, _, _, _ in compiler.facts], np.int32),
        np.array([owner for _, owner, _, _ in compiler.facts], np.int32),
        members.members,
        members.first,
        members.count,
        drawn.members,
        drawn.first,
        drawn.count,
    )


def _attribute(rule: str) -> str:
    return f"case of {rule}"


def _strides(sizes: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(np.prod(sizes[place + 1 :], dtype=np.int64)) for place in range(len(sizes)))
