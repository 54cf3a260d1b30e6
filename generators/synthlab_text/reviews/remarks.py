"""Clauses that imply a feeling, compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .alike import Alike
from .choices import Choices
from .content import MOODS, Content, by_mood
from .language import REMARKS, Remarks
from .notation import spelled_out
from .wording import Wording

__all__ = ["Source", "compiled_remarks"]

READINGS = 4
"""Into how many remarks a phrase with alternatives is taken apart, so that more of what it can say is dealt
and it is said more often than one without."""

Source = tuple[Mapping[str, Any], int]
"""A mapping that may have `remarks`, and how often each of them counts."""


def compiled_remarks(
    families: Sequence[tuple[Sequence[Source], Mapping[str, int]]],
    category_of: Callable[[int], int],
    content: Content,
    wording: Wording,
) -> Remarks:
    """Return the remarks, and fill the slot `implied` with them; each family has sources, and the topics of
    its aspects by name."""
    known: dict[tuple[int, int, str], int] = {}  # by kind, topic, phrase
    cells = []
    for kind, kind_name in enumerate(REMARKS):
        for sources, topics in families:
            found: list[list[int]] = [[] for _ in MOODS]
            for source, often in sources:
                for mood, topic, phrase in _phrases(source, kind_name, topics):
                    for part in spelled_out(phrase, READINGS):
                        found[mood] += [known.setdefault((kind, topic, part), len(known))] * often
            cells += found
    bodies = [wording.body(phrase) for *_, phrase in known]
    wording.builder.fill("implied", [("remark", len(bodies))], [[body] for body in bodies])
    return Remarks(
        Choices.of(cells),
        category=np.array([category_of(topic) if topic >= 0 else 0 for _, topic, _ in known], np.int32),
        kind=np.array([kind for kind, _, _ in known], np.int32),
        topic=np.array([topic for _, topic, _ in known], np.int32),
        phrases=tuple(phrase for *_, phrase in known),
        alike=Alike.of(content, wording.numbers, (phrase for *_, phrase in known)),
    )


def _phrases(
    source: Mapping[str, Any], kind: str, topics: Mapping[str, int]
) -> Iterator[tuple[int, int, str]]:
    """Yield the mood, the topic or -1, and the words of the remarks of a kind that name no aspect, or one of
    these."""
    for mood, group in by_mood(source.get("remarks", {}).get(kind, {})):
        by_aspect = group if isinstance(group, Mapping) else {"general": group}
        for aspect, phrases in by_aspect.items():
            if aspect == "general" or aspect in topics:
                for phrase in phrases:
                    yield mood, topics.get(aspect, -1), phrase
