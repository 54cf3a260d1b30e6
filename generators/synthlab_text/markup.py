"""The notation of templates and phrases: read once, so that writing a review is array work.

    "[~The {aspect} {is} {opinion}], but {event}{.} {verdict}{.}"

A template is literal text, slots in braces, and clauses in brackets; `[~` opens a clause that says
the opposite of what the review comes to. A phrase is a short text with alternatives: `after (a|one)
week`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Clause", "GrammarError", "Part", "Template", "alternatives", "parse_template"]

_TOKEN = re.compile(r"(?P<open>\[~?)|(?P<close>\])|\{(?P<slot>[^{}\[\]]+)\}|(?P<text>[^{}\[\]]+)")
_ALTERNATIVES = re.compile(r"\(([^()]*)\)")

TERMS = ("aspect", "product")
OPINIONS = ("opinion", "quality", "feeling", "reaction")
CONCLUSIONS = ("verdict", "summary")
ONE_SIDED = ("event", "attitude", "outburst")
"""Slots that say a feeling: in a review with two sides they need a clause, to know whose."""


class GrammarError(ValueError):
    """A template or lexicon that cannot be used; says which, and what fits."""


@dataclass(frozen=True)
class Part:
    """Literal text, or a slot by its name; `clause` numbers the clause that it stands in."""

    text: str
    is_slot: bool = False
    clause: int | None = None


@dataclass(frozen=True)
class Clause:
    """What is said of one thing: agreeing with the review, or the opposite of it.

    `term` is the slot of the thing (`aspect` or `product`), or None for a clause without an opinion
    of its own.
    """

    opposite: bool
    term: str | None


@dataclass(frozen=True)
class Template:
    """A whole review with its words left open."""

    name: str
    parts: tuple[Part, ...]
    clauses: tuple[Clause, ...]

    @property
    def has_two_sides(self) -> bool:
        """Whether a clause says the opposite of the others."""
        return any(clause.opposite for clause in self.clauses)


def parse_template(name: str, text: str) -> Template:
    """Return the parts of a template; raises GrammarError for one that would label wrongly."""
    parts: list[Part] = []
    opposites: list[bool] = []
    clause: int | None = None
    for token in _tokens(name, text):
        if token["open"]:
            if clause is not None:
                raise GrammarError(f"template {name!r} opens a clause inside a clause")
            clause = len(opposites)
            opposites.append(token["open"] == "[~")
        elif token["close"]:
            if clause is None:
                raise GrammarError(f"template {name!r} closes a clause that was not opened")
            clause = None
        else:
            parts.append(Part(token["slot"] or token["text"], bool(token["slot"]), clause))
    if clause is not None:
        raise GrammarError(f"template {name!r} does not close its last clause")
    clauses = [Clause(opposite, _term(name, parts, i)) for i, opposite in enumerate(opposites)]
    template = Template(name, tuple(parts), tuple(clauses))
    _check(template)
    return template


def alternatives(phrase: str) -> list[str]:
    """Return every reading of a phrase: `a (b|c)` is `a b` and `a c`."""
    pieces = _ALTERNATIVES.split(phrase)
    if any(mark in piece for piece in pieces for mark in "()"):
        raise GrammarError(f"phrase {phrase!r} has parentheses that do not match or lie in one another")
    options = [piece.split("|") if i % 2 else [piece] for i, piece in enumerate(pieces)]
    return ["".join(reading) for reading in itertools.product(*options)]


def _tokens(name: str, text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise GrammarError(f"template {name!r} cannot be read at {text[at:]!r}")
        yield token
        at = token.end()


def _term(name: str, parts: list[Part], clause: int) -> str | None:
    slots = [part.text for part in parts if part.is_slot and part.clause == clause]
    # "this phone has a good camera": the aspect is what is judged, the phone only where it belongs.
    term = next((term for term in TERMS if term in slots), None)
    opinions = [slot for slot in slots if slot in OPINIONS]
    if len(opinions) > 1 or slots.count("aspect") > 1 or (term is None) != (not opinions):
        raise GrammarError(
            f"clause {clause + 1} of template {name!r} needs one thing ({' or '.join(TERMS)}) and "
            f"one opinion ({', '.join(OPINIONS)}), or neither; "
            f"it has {', '.join(slots) or 'no slots'}"
        )
    return term


def _check(template: Template) -> None:
    slots = {part.text for part in template.parts if part.is_slot and part.clause is None}
    stray = slots & {"aspect", *OPINIONS}
    if stray:
        raise GrammarError(f"template {template.name!r} has {', '.join(sorted(stray))} outside a clause")
    if template.has_two_sides and not slots & set(CONCLUSIONS):
        raise GrammarError(
            f"template {template.name!r} says both sides and not what they come to: "
            f"it needs {' or '.join(CONCLUSIONS)}"
        )
    undecided = slots & set(ONE_SIDED)
    if template.has_two_sides and undecided:
        raise GrammarError(
            f"template {template.name!r} says both sides, so {', '.join(sorted(undecided))} "
            "belongs into a clause of one of them"
        )
    literals = [part.text for part in template.parts if not part.is_slot]
    if any(mark in literal for literal in literals for mark in ".!?"):
        raise GrammarError(f"template {template.name!r} ends a sentence by hand; write {{.}} instead")
