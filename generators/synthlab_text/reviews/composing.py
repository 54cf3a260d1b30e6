"""How the clauses of a review follow one another, compiled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..engine.program import Symbol
from .content import ContentError, words
from .language import (
    FRAGMENT,
    GROUPS,
    JUDGEMENT,
    KINDS,
    MOST_SENTENCES,
    REMARK,
    STATEMENT,
    Compositions,
)
from .notation import OPINION, Slot, parse, skeleton, slots
from .wording import STOPS, Wording, composition_parts

__all__ = ["compiled_compositions"]

_CLAUSE = re.compile(rf"\{{~?(?:{'|'.join(KINDS)})\}}")


def compiled_compositions(grammar: Mapping[str, Any], wording: Wording) -> Compositions:
    """Return the ways to put a review together, and fill the slot `start` with them; each of their clauses
    opens a frame. Raises ContentError for one that says both sides and no conclusion."""
    builder, bodies = wording.builder, list[int]()
    weights, sentences = list[int](), list[int]()
    first, kinds, ordinals = list[int](), list[int](), list[int]()
    opposite, two_sided, texts = list[bool](), list[bool](), list[str]()
    comments, subordinate = list[bool](), list[bool]()
    after_subordinator = _after(words(grammar.get("subordinators", "")))
    for entry in grammar["compositions"]:
        text, weight = (entry, 1) if isinstance(entry, str) else (entry["text"], entry["weight"])
        first.append(len(kinds))
        symbols, aspects, frame = [], 0, 0
        comments.append(wording.comments(parse(text)))
        subordinate += [after_subordinator(text[: m.start()]) for m in _CLAUSE.finditer(text)]
        stops = 0
        for part in composition_parts(text):
            stops += part in STOPS
            name = part.name.removeprefix("~") if isinstance(part, Slot) else ""
            if isinstance(part, Slot) and name in KINDS:
                kind = KINDS.index(name)
                frame += 1
                kinds.append(kind)
                opposite.append(name != part.name)
                ordinals.append(aspects)
                aspects += kind in (STATEMENT, FRAGMENT)
                if kind > REMARK:
                    symbols.append(Symbol(builder.slot(name), OPINION, frame))
                else:
                    slot = "clause" if kind <= JUDGEMENT else "implied"
                    symbols.append(Symbol(builder.slot(slot), frame=frame))
            else:
                symbols.append(wording.symbol(part, text))
        texts.append(skeleton(text))
        two_sided.append(any(opposite[first[-1] :]))
        if two_sided[-1] and not {"verdict", "summary"} & set(slots(text)):
            raise ContentError(f"composition {text!r} says both sides and not what they come to")
        weights.append(int(weight))
        sentences.append(min(max(1, stops), MOST_SENTENCES))
        bodies.append(builder.body(symbols))
    builder.fill("start", [("composition", len(bodies))], [[body] for body in bodies])
    return Compositions(
        group=np.arange(len(bodies), dtype=np.int32) % GROUPS,
        weight=np.array(weights, np.int32),
        sentences=np.array(sentences, np.int32),
        first=np.array(first, np.int32),
        count=np.diff([*first, len(kinds)]).astype(np.int32),
        kind=np.array(kinds, np.int32),
        opposite=np.array(opposite, bool),
        ordinal=np.array(ordinals, np.int32),
        comments=np.array(comments, bool),
        subordinate=np.array(subordinate, bool),
        has_two_sides=np.array(two_sided, bool),
        skeletons=tuple(texts),
    )


def _after(subordinators: Sequence[str]) -> Callable[[str], bool]:
    """Return whether a text ends with one of these words, or with a choice that has one."""
    if not subordinators:
        return lambda text: False
    words_said = "|".join(map(re.escape, subordinators))
    ending = re.compile(rf"(?:^|[\s(|])(?:{words_said})(?:\|[^()]*\)|\))?\s*$")
    return lambda text: ending.search(text) is not None
