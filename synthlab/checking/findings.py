"""Collects problems: all are counted, the first few are kept with their places."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from .kinds import KINDS, SEVERITIES
from .result import Example, Problem

__all__ = ["Findings"]

Found = TypeVar("Found")

_RANK = {name: (SEVERITIES.index(kind.severity), place) for place, (name, kind) in enumerate(KINDS.items())}


class Findings:
    """Problems by file and kind, with at most `most` examples of each."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._counts: dict[tuple[str, str], int] = {}
        self._examples: dict[tuple[str, str], list[Example]] = {}

    def add(self, file: str, kind: str, example: Example) -> None:
        self.add_all(file, kind, [example], lambda same: same)

    def add_all(
        self,
        file: str,
        kind: str,
        found: Iterable[Found],
        describe: Callable[[Found], Example],
        count: int | None = None,
    ) -> None:
        """Count all of `found`, and describe the first; with `count` where there are more than are given."""
        assert kind in KINDS, kind
        listed = list(found)
        count = len(listed) if count is None else count
        if not count:
            return
        key = (file, kind)
        self._counts[key] = self._counts.get(key, 0) + count
        kept = self._examples.setdefault(key, [])
        kept += map(describe, listed[: self.most - len(kept)])

    def take(self, other: Findings, image_of: Callable[[Any], str | None]) -> None:
        """Take over what was found elsewhere; `image_of` knows the image of an annotation's id."""
        for (file, kind), count in other._counts.items():
            named = [
                replace(e, image=image_of(e.id)) if e.record == "annotation" and e.image is None else e
                for e in other._examples[file, kind]
            ]
            self.add_all(file, kind, named, lambda e: e, count)

    def problems(self) -> tuple[Problem, ...]:
        """Return what was found, the worst first."""
        order = sorted(self._counts, key=lambda key: (_RANK[key[1]], key[0]))
        return tuple(
            Problem(file, kind, self._counts[file, kind], tuple(self._examples[file, kind]))
            for file, kind in order
        )
