"""The workers of the stage `annotators`: who judges which row, and what each of them answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import portable
from ..rows import Rows
from ..words import high_product, weighted

__all__ = ["KINDS", "RANDOM", "SAME", "SILENT", "Judges", "assigned"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]
Words = npt.NDArray[np.uint64]

KINDS = ("careful", "random", "same", "silent")
"""What workers do: judge with their skill, answer at random, always the same, or never."""

CAREFUL, RANDOM, SAME, SILENT = range(len(KINDS))

_CREW = 10
"""Spammers come in their share of every so many workers: a crowd is small, and chance alone would often
leave it without any."""

_HASTE = 0.25
"""The share of the time that spammers take."""

_UNEVEN = 0.4
"""The standard deviation of the logarithm of the seconds that one worker takes."""


@dataclass(frozen=True, slots=True)
class Judges:
    """Workers by their numbers, and how they judge.

    From ten on, those of a larger crowd are the same and some more.
    """

    kind: Ints
    favourite: Ints
    """The class that a spammer names who always names the same."""
    skill: Floats | None
    """How often each is right; None where the confusion alone says how often."""
    slip: Floats
    """How often each slips, as a multiple of the worker in the middle of the range of skill."""
    pace: Floats
    """The median of the seconds that each takes for a label."""
    names: tuple[str, ...]
    confusion: Mapping[str, Mapping[str, float]]

    @staticmethod
    def hired(
        rows: Rows,
        workers: int,
        names: tuple[str, ...],
        skill_range: tuple[float, float] | None,
        confusion: Mapping[str, Mapping[str, float]],
        spammers: Mapping[str, Fraction],
        seconds_range: tuple[float, float] | None = None,
    ) -> Judges:
        """Return the workers of a dataset, from the streams of its rows."""
        # Of fewer workers than a crew all are one, or the spammers might be among those who are not there.
        each = rows.slice(0, workers)
        shares = [spammers.get(kind, Fraction(0)) for kind in KINDS[1:]]
        low, high = skill_range or (1.0, 1.0)
        skill = each.stream("skill").uniform(low, high)
        middle = (low + high) / 2
        return Judges(
            kind=each.stream("kind").quotas([1 - sum(shares, Fraction(0)), *shares], min(_CREW, workers)),
            favourite=each.stream("favourite").choice(len(names)),
            skill=None if skill_range is None else skill,
            slip=(1 - skill) / (1 - middle) if middle < 1 else np.ones(workers),
            pace=each.stream("pace").uniform(*(seconds_range or (0.0, 0.0))),
            names=names,
            confusion=confusion,
        )

    def answers(self, true: Ints, worker: Ints, guessing: Floats, words: Words) -> Ints:
        """Return the class that each worker names, given the true one; -1 where a worker never answers.

        `guessing` is the probability that nobody could tell, so that every class is as likely. `words` are
        random, shape `(n, 3)`.
        """
        guess, right, which = ((words[:, 0] >> np.uint64(11)) * 2.0**-53, words[:, 1], words[:, 2])
        chance = self._kept[true] if self.skill is None else self.skill[worker]
        kind = self.kind[worker]
        is_right = (right >> np.uint64(11)) * 2.0**-53 < chance
        named = np.where(is_right, true, self._mistaken(true, which))
        anything = high_product(which, np.full(len(which), len(self.names), dtype=np.uint64))
        named = np.where((kind == RANDOM) | (guess < guessing), anything.astype(np.int64), named)
        named = np.where(kind == SAME, self.favourite[worker], named)
        return np.where(kind == SILENT, -1, named)

    def skills(self) -> Floats:
        """Return how often each worker names the true class, in the mean of the classes; NaN for never."""
        careful = np.full(len(self.kind), self._kept.mean()) if self.skill is None else self.skill
        by_chance = 1 / len(self.names)
        return np.choose(self.kind, [careful, by_chance, by_chance, np.nan])

    def matrix(self, worker: int) -> Floats:
        """Return how often a worker takes each class (rows) for each (columns); no row is difficult here."""
        count = len(self.names)
        kind = self.kind[worker]
        if kind == RANDOM:
            return np.full((count, count), 1 / count)
        if kind == SILENT:
            return np.full((count, count), np.nan)
        made = np.zeros((count, count))
        if kind == SAME:
            made[:, self.favourite[worker]] = 1.0
            return made
        kept = self._kept if self.skill is None else np.full(count, self.skill[worker])
        for true, name in enumerate(self.names):
            ways = self.confusion.get(name) or {other: 1.0 for other in self.names if other != name}
            for other, weight in ways.items():
                made[true, self.names.index(other)] = (1 - kept[true]) * weight / sum(ways.values())
            made[true, true] = kept[true]
        return made

    @property
    def _kept(self) -> Floats:
        """How often each class is taken for what it is, by the confusion alone."""
        lost = [sum(map(_exact, self.confusion.get(name, {}).values()), Fraction(0)) for name in self.names]
        return np.array([float(1 - share) for share in lost])

    def seconds(self, worker: Ints, rows: Rows, slot: int) -> Floats:
        """Return how long each worker takes for a label of each row, in tenths: a lognormal number."""
        pace = self.pace[worker] * np.where(self.kind[worker] == CAREFUL, 1.0, _HASTE)
        noise = rows.stream("seconds", str(slot)).normal(0.0, _UNEVEN)
        taken: Floats = np.maximum(np.rint(pace * portable.exp(noise) * 10), 1.0) / 10
        return taken

    def _mistaken(self, true: Ints, words: Words) -> Ints:
        """Return another class for each: by the confusion where that says which, else each as likely."""
        others = high_product(words, np.full(len(words), len(self.names) - 1, dtype=np.uint64))
        # Those from the true one on are counted one further.
        result: Ints = others.astype(np.int64)
        result += result >= true
        for name, row in self.confusion.items():
            members = np.flatnonzero(true == self.names.index(name))
            targets = np.array([self.names.index(other) for other in row])
            result[members] = targets[weighted(words[members], tuple(row.values()))]
        return result


def assigned(rows: Rows, workers: int, slots: int) -> Ints:
    """Return who judges each row, shape `(rows, slots)`: different workers for one row.

    Of every `workers` rows each worker gets as many as any other: in each slot the workers stand in one
    random order, shifted by another number of places. More slots leave the first ones as they are.
    """
    blocks, which = np.unique(rows.numbers // workers, return_inverse=True)
    if rows.picked is None and len(blocks):
        chance = rows.slice(int(blocks[0]), int(blocks[-1]) + 1)
    else:
        chance = rows.at(blocks)
    order, shift = (
        np.argsort(chance.stream(name).words(workers).reshape(-1, workers), axis=1, kind="stable")
        for name in ("order", "shift")
    )
    place = (rows.numbers % workers)[:, None] + shift[which, :slots]
    found: Ints = order[which[:, None], place % workers]
    return found


def _exact(share: float) -> Fraction:
    """Return a decimal as a person means it: 0.1 is a tenth."""
    return Fraction(repr(share))
