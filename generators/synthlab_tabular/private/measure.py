"""A table of codes measured with noise: each column with the target, and a tree of pairs of them with it.

Everything that is taken from the data here is a vector of whole numbers with noise of the discrete Gaussian
added by OpenDP; all else follows from those noisy numbers and from what was declared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from ..column import Floats
from ..trees.coding import Ints

__all__ = ["Measured", "measure"]

PAIRS_WITH_TARGET, CHOICE, TREE = 0.3, 0.1, 0.6
"""The shares of the budget."""
MOST_CELLS = 1 << 20


@dataclass(frozen=True)
class Measured:
    """Noisy counts. The first column is the target."""

    singles: Sequence[Ints]
    """Of each other column, shape `(size, classes)`."""
    tree: Sequence[tuple[int, int]]
    """Which columns go together: of each edge the parent and the child, parents first."""
    pairs: Sequence[Ints]
    """Of each edge, shape `(size of the child, size of the parent, classes)`."""
    deviations: tuple[float, float]
    """Of the noise of singles and of pairs."""


def measure(codes: Sequence[Ints], sizes: Sequence[int], rho: float) -> Measured:
    """Return what a table of codes tells within a budget of rho-zCDP; neighbours differ by one row.

    A row more or less changes one cell of each count by one, so m counts together have the L2 sensitivity
    sqrt(m), and noise of the deviation sqrt(m / (2 r)) spends r.
    """
    classes, others = codes[0], range(1, len(codes))
    columns = len(others)
    if not columns:
        count = np.bincount(classes, minlength=sizes[0])
        return Measured([_noisy([count[None, :]], math.sqrt(1 / (2 * rho)))[0]], [], [], (0.0, 0.0))
    first = math.sqrt(columns / (2 * PAIRS_WITH_TARGET * rho))
    counts = [_count([codes[c], classes], [sizes[c], sizes[0]]) for c in others]
    singles = _noisy(counts, first)
    known = [at_least_none(single) for single in singles]
    total = np.maximum(1, sum(single.sum(axis=0) for single in known) / columns)
    tree: list[tuple[int, int]] = []
    pairs: list[Ints] = []
    second = 0.0
    tried = [(a, b) for a, b in combinations(others, 2) if sizes[a] * sizes[b] * sizes[0] <= MOST_CELLS]
    if tried:
        scores = _noisy(
            [_scores(codes, sizes, known, total, tried)], math.sqrt(len(tried) / (2 * CHOICE * rho))
        )[0]
        # The noise that the counts of a pair would have, against what they would tell.
        second = math.sqrt((columns - 1) / (2 * TREE * rho))
        chance = np.array([_by_chance(known, total, a, b, second) for a, b in tried])
        tree = _spanning(tried, scores - chance, columns)
        second = math.sqrt(len(tree) / (2 * TREE * rho))
        counts = [_count([codes[c], codes[p], classes], [sizes[c], sizes[p], sizes[0]]) for p, c in tree]
        pairs = _noisy(counts, second) if tree else []
    return Measured(singles, tree, pairs, (first, second))


def _noisy(counts: Sequence[Ints], deviation: float) -> list[Ints]:
    """Return the counts with noise, exactly that of the discrete Gaussian distribution.

    From OpenDP, and from the randomness of the operating system: no seed can take it away again.
    """
    import opendp.prelude as dp

    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T=float)
    mechanism = dp.m.make_gaussian(*space, scale=deviation)
    flat = np.concatenate([count.reshape(-1) for count in counts])
    drawn: Ints = np.array(mechanism(flat), dtype=np.int64)
    ends = np.cumsum([count.size for count in counts])[:-1]
    return [part.reshape(count.shape) for part, count in zip(np.split(drawn, ends), counts, strict=True)]


def _count(codes: Sequence[Ints], sizes: Sequence[int]) -> Ints:
    index = np.zeros(len(codes[0]), dtype=np.int64)
    for column, size in zip(codes, sizes, strict=True):
        index = index * size + column
    return np.bincount(index, minlength=math.prod(sizes)).reshape(sizes)


def at_least_none(noisy: npt.NDArray[Any], total: Floats | None = None) -> Floats:
    """Return noisy counts without negative ones, of an unchanged sum (or a given one) over the first axis.

    What is below a level becomes 0, and the level is taken from the rest: "Norm-Sub" of Wang et al., "Locally
    Differentially Private Frequency Estimation with Consistency", NDSS 2020: the nearest such counts.
    """
    flat = noisy.reshape(len(noisy), -1).astype(np.float64)
    wanted = np.maximum(flat.sum(axis=0) if total is None else np.asarray(total).reshape(-1), 0)
    falling = -np.sort(-flat, axis=0)
    levels = (np.cumsum(falling, axis=0) - wanted) / np.arange(1, len(flat) + 1)[:, None]
    last = np.maximum((falling > levels).sum(axis=0) - 1, 0)
    level = np.take_along_axis(levels, last[None, :], axis=0)
    whole: Floats = np.maximum(flat - level, 0).reshape(noisy.shape)
    return whole


def _expected(known: Sequence[Floats], total: Floats, a: int, b: int) -> Ints:
    """Return the counts of a pair of columns if they only had the target in common, as whole numbers."""
    both = known[a - 1][:, None, :] * known[b - 1][None, :, :] / total
    return np.floor(both).astype(np.int64)


def _scores(
    codes: Sequence[Ints],
    sizes: Sequence[int],
    known: Sequence[Floats],
    total: Floats,
    tried: Sequence[tuple[int, int]],
) -> Ints:
    """Return how far each pair is from having only the target in common, in rows.

    The expected counts follow from noisy ones, so a row more changes one cell by one, and a score as well.
    """
    return np.array(
        [
            np.abs(
                _count([codes[a], codes[b], codes[0]], [sizes[a], sizes[b], sizes[0]])
                - _expected(known, total, a, b)
            ).sum()
            for a, b in tried
        ],
        dtype=np.int64,
    )


def _by_chance(known: Sequence[Floats], total: Floats, a: int, b: int, deviation: float) -> float:
    """Return what the score is worth less: what chance gives it, and the noise of measuring the pair."""
    expected = _expected(known, total, a, b)
    mean = math.sqrt(2 / math.pi)
    return mean * float(np.sqrt(expected).sum()) + mean * deviation * expected.size


def _spanning(tried: Sequence[tuple[int, int]], scores: Floats, columns: int) -> list[tuple[int, int]]:
    """Return the forest of the greatest sum of positive scores, parents before their children (Kruskal)."""
    group = list(range(columns + 1))

    def find(place: int) -> int:
        while group[place] != place:
            place = group[place]
        return place

    near: dict[int, list[int]] = {place: [] for place in range(1, columns + 1)}
    for place in np.argsort(-scores, kind="stable").tolist():
        a, b = tried[place]
        if scores[place] > 0 and find(a) != find(b):
            group[find(a)] = find(b)
            near[a].append(b)
            near[b].append(a)
    tree: list[tuple[int, int]] = []
    seen: set[int] = set()
    for root in sorted(near, key=lambda place: -len(near[place])):
        waiting = [] if root in seen else [root]
        seen.add(root)
        for parent in waiting:
            for child in near[parent]:
                if child not in seen:
                    seen.add(child)
                    tree.append((parent, child))
                    waiting.append(child)
    return tree
