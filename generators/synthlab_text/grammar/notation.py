"""The notation of phrases: text with slots, parts that may be left out, and parts to choose from.

    "[please ](book|get) me {a} {item}[ from {origin}]0.3"

A phrase becomes a sequence of nodes that know where they stand in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

__all__ = [
    "GOES_ON",
    "MIDDLE_SPACE",
    "Choice",
    "Literal",
    "Node",
    "PhraseError",
    "Sequence",
    "Slot",
    "parse",
    "pieces",
]

DEEPEST = 20
MIDDLE_SPACE = "\0 "
"""A space inside a sentence, whatever is before it."""
GOES_ON = "\0"
"""Nothing; but what is before it does not end a sentence."""
_SPECIAL = re.compile(r"[\\\[\](){}|]")
_SHARE = re.compile(r"(?:0?\.\d{1,6}|0|1(?:\.0+)?)(?!\.?\d)")
_SLOT = re.compile(r"\s*([A-Za-z_]\w*)((?:\.\w+)*)(?:\s+([A-Za-z']+))?\s*\Z")
_SENTENCE = re.compile(r"(?:[.!?…]['\")»]* |\n)")


@dataclass(frozen=True)
class Literal:
    """Text as it stands. `escaped` are the places of characters that a backslash made plain."""

    text: str
    offset: int
    escaped: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Slot:
    """A name with forms (`{city.upper}`), or with a word that agrees with it (`{item is}`)."""

    name: str
    forms: tuple[str, ...]
    word: str | None
    offset: int
    length: int


@dataclass(frozen=True)
class Choice:
    """One of several parts, by weight."""

    options: tuple[Sequence, ...]
    weights: tuple[Fraction, ...]
    offset: int


Node = Literal | Slot | Choice
Sequence = tuple[Node, ...]


class PhraseError(Exception):
    """A phrase that cannot be read, and where in it."""

    def __init__(self, message: str, offset: int, length: int = 1, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.offset, self.length, self.hint = message, offset, length, hint


def parse(phrase: str) -> Sequence:
    """Return the nodes of a phrase, or raise PhraseError."""
    reader = _Reader(phrase)
    nodes = reader.sequence("", 0)
    return _spaced(nodes)


class _Reader:
    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        self.at = 0

    def sequence(self, closing: str, depth: int) -> Sequence:
        """Return the nodes up to one of the closing characters, or to the end."""
        if depth > DEEPEST:
            raise PhraseError(f"parts lie in one another more than {DEEPEST} deep", self.at)
        nodes: list[Node] = []
        while self.at < len(self.phrase):
            character = self.phrase[self.at]
            if character in closing:
                break
            if character == "{":
                nodes.append(self.slot())
            elif character == "[":
                nodes.append(self.optional(depth))
            elif character == "(":
                nodes.append(self.choice(depth))
            elif character in "]})|":
                hint = f"write \\{character} for the character itself"
                if character == "|":
                    raise PhraseError(
                        "alternatives stand in parentheses", self.at, hint=f"(one|other); {hint}"
                    )
                raise PhraseError(f"{character!r} closes nothing", self.at, hint=hint)
            else:
                nodes.append(self.literal())
        return tuple(nodes)

    def literal(self) -> Literal:
        start, text, escaped = self.at, "", set()
        while self.at < len(self.phrase):
            found = _SPECIAL.search(self.phrase, self.at)
            end = found.start() if found else len(self.phrase)
            text += self.phrase[self.at : end]
            self.at = end
            if found is None or found[0] != "\\":
                break
            if self.at + 1 >= len(self.phrase):
                raise PhraseError("a backslash at the end stands for nothing", self.at, hint="write \\\\")
            escaped.add(len(text))
            text += self.phrase[self.at + 1]
            self.at += 2
        return Literal(text, start, frozenset(escaped))

    def slot(self) -> Slot:
        start = self.at
        end = self.phrase.find("}", start)
        if end < 0:
            raise PhraseError("'{' is not closed", start, hint="write \\{ for the character itself")
        inner = self.phrase[start + 1 : end]
        match = _SLOT.match(inner)
        if match is None:
            raise PhraseError(
                f"{{{inner}}} is no slot",
                start,
                end - start + 1,
                "a slot is {name}, {name.form} or {name is}",
            )
        self.at = end + 1
        forms = tuple(filter(None, match[2].split(".")))
        return Slot(match[1], forms, match[3], start, end - start + 1)

    def optional(self, depth: int) -> Choice:
        start = self.at
        self.at += 1
        options = self.options("|]", depth)
        self.close("]", start)
        share = Fraction(1, 2)
        if match := _SHARE.match(self.phrase, self.at):
            share = Fraction(match[0])
            self.at = match.end()
        if share == 0 or not any(options):
            raise PhraseError("this part is never there", start, self.at - start, "leave it out")
        weights = (share / len(options),) * len(options)
        if share == 1:
            return Choice(tuple(options), weights, start)
        return Choice((*options, ()), (*weights, 1 - share), start)

    def choice(self, depth: int) -> Choice:
        start = self.at
        self.at += 1
        options = self.options("|)", depth)
        self.close(")", start)
        if len(options) == 1:
            hint = "write \\( and \\) for the characters, or [this] for a part that may be left out"
            raise PhraseError("there is nothing to choose from", start, self.at - start, hint)
        return Choice(tuple(options), (Fraction(1),) * len(options), start)

    def options(self, closing: str, depth: int) -> list[Sequence]:
        """Return what stands between bars, up to the end of the part."""
        options = [self.sequence(closing, depth + 1)]
        while self.at < len(self.phrase) and self.phrase[self.at] == "|":
            self.at += 1
            options.append(self.sequence(closing, depth + 1))
        return options

    def close(self, character: str, start: int) -> None:
        if self.at >= len(self.phrase):
            opened = self.phrase[start]
            hint = f"write \\{opened} for the character itself"
            raise PhraseError(f"{opened!r} is not closed", start, hint=hint)
        self.at += 1


def _spaced(nodes: Sequence) -> Sequence:
    """Return the nodes with one space where a part may be left out: `go [now] and` is not `go  and`.

    The space after the part goes with it, at the start or after a space; otherwise the one before it, at
    the end or before a mark.
    """
    result = list(nodes)
    for place, node in enumerate(result):
        if not isinstance(node, Choice):
            continue
        node = replace(node, options=tuple(_spaced(option) for option in node.options))
        result[place] = node
        if all(node.options):
            continue
        before = result[place - 1] if place else None
        after = result[place + 1] if place + 1 < len(result) else None
        opened = before is None or (isinstance(before, Literal) and before.text[-1:] in (" ", "\n"))
        if opened and isinstance(after, Literal) and after.text.startswith(" "):
            result[place + 1] = _cut(after, 1, len(after.text))
            space = Literal(" ", after.offset)
            options = tuple((*option, space) if option else () for option in node.options)
            result[place] = replace(node, options=options)
        elif (
            isinstance(before, Literal)
            and before.text.endswith(" ")
            and (after is None or (isinstance(after, Literal) and after.text[:1] in tuple(".,;:!?)\n")))
        ):
            result[place - 1] = _cut(before, 0, len(before.text) - 1)
            space = Literal(" ", before.offset)
            options = tuple((space, *option) if option else () for option in node.options)
            result[place] = replace(node, options=options)
    return tuple(node for node in result if not isinstance(node, Literal) or node.text)


def _cut(literal: Literal, start: int, end: int) -> Literal:
    escaped = frozenset(place - start for place in literal.escaped if start <= place < end)
    return Literal(literal.text[start:end], literal.offset + start, escaped)


def pieces(literal: Literal) -> list[str]:
    """Return the text cut so that each sentence begins with a piece of its own.

    A mark that was escaped ends no sentence: the space after it is another one, `MIDDLE_SPACE`.
    """
    result, start = [], 0
    for match in _SENTENCE.finditer(literal.text):
        escaped = any(place in literal.escaped for place in range(match.start(), match.end()))
        if escaped:
            result += [literal.text[start : match.end() - 1], MIDDLE_SPACE]
        else:
            result.append(literal.text[start : match.end()])
        start = match.end()
    result.append(literal.text[start:])
    if len(literal.text) - 1 in literal.escaped:
        result.append(GOES_ON)
    return [piece for piece in result if piece]
