"""How like each other the columns, pairs and missing patterns of two tables are, by the shares of values."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .estimates import Chance, Estimate, Picks
from .fidelity import MOST_PAIRS, SIZE, codes
from .matrices import Floats, Reference

__all__ = ["Coded", "Likeness", "Patterns", "likeness", "missing_patterns"]

FEW = 5
"""A pattern of fewer real rows is not told apart."""
_PATTERNS = 20

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Coded:
    """The columns of several tables as codes, by the values of the first."""

    names: tuple[str, ...]
    numbers: frozenset[str]
    matrices: tuple[Floats, ...]
    """Each table, shape `(rows, columns)`: numbers and places of classes, as `Reference` reads them."""
    columns: tuple[tuple[Codes, ...], ...]
    """For each column, the codes of each table."""

    @staticmethod
    def of(tables: list[pa.Table]) -> Coded:
        """Return the columns of tables as codes."""
        reference = Reference.of(*tables)
        matrices = [reference.matrix(table) for table in tables]
        columns = [
            tuple(codes([matrix[:, place] for matrix in matrices], name in reference.numbers))
            for place, name in enumerate(reference.names)
        ]
        return Coded(reference.names, frozenset(reference.numbers), tuple(matrices), tuple(columns))

    def missing(self, table: int) -> npt.NDArray[np.bool_]:
        """Return where values of a table are missing, shape `(rows, columns)`."""
        matrix = self.matrices[table]
        numbers = np.array([name in self.numbers for name in self.names])
        lost: npt.NDArray[np.bool_] = np.where(numbers, np.isnan(matrix), matrix < 0)
        return lost

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The places of all pairs of columns; of very wide tables, of some at even steps."""
        both = list(combinations(range(len(self.names)), 2))
        return both[:: max(1, len(both) // MOST_PAIRS)]


@dataclass(frozen=True)
class Likeness:
    """One less the total variation distance: of all columns, each column, all pairs, and each pair."""

    columns: Estimate
    each: dict[str, Estimate]
    pairs: Estimate | None
    both: dict[tuple[str, str], Estimate]


def likeness(coded: Coded, other: int, chance: Chance, name: str) -> Likeness:
    """Return how like table 0 another table looks: the total variation distance is half the sum of the
    differences between the shares, 0 when they are the same."""
    sizes = [len(coded.matrices[0]), len(coded.matrices[other])]
    pairs = coded.pairs

    def measure(picks: Picks) -> Floats:
        columns = [[column[0][picks[0]], column[other][picks[1]]] for column in coded.columns]
        each = [alike(ours, theirs, SIZE) for ours, theirs in columns]
        both = [
            alike(columns[a][0] * SIZE + columns[b][0], columns[a][1] * SIZE + columns[b][1], SIZE * SIZE)
            for a, b in pairs
        ]
        means = [float(np.mean(each)), float(np.mean(both)) if both else 1.0]
        return np.array([*means, *each, *both])

    found = chance.estimates(measure, sizes, "likeness", name)
    each = dict(zip(coded.names, found[2 : 2 + len(coded.names)], strict=True))
    named = [(coded.names[a], coded.names[b]) for a, b in pairs]
    both = dict(zip(named, found[2 + len(coded.names) :], strict=True))
    return Likeness(found[0], each, found[1] if pairs else None, both)


@dataclass(frozen=True)
class Patterns:
    """Which columns are missing together, in the real and in the other table."""

    likeness: Estimate
    shares: tuple[tuple[tuple[str, ...], float, float], ...]
    """The missing columns of a pattern, and its share of the real and of the other rows."""


def missing_patterns(coded: Coded, other: int, chance: Chance, name: str) -> Patterns | None:
    """Return how like table 0 another table is in what is missing together, or None when nothing is.

    Patterns of few real rows, and those that only the other table has, are one.
    """
    lost = [coded.missing(0), coded.missing(other)]
    if not any(part.any() for part in lost):
        return None
    rows, numbers = np.unique(np.concatenate(lost), axis=0, return_inverse=True)
    parts = np.split(numbers.ravel(), [len(lost[0])])
    counts = np.bincount(parts[0], minlength=len(rows))
    kept = [place for place in np.argsort(-counts, kind="stable")[:_PATTERNS] if counts[place] >= FEW]
    code = np.full(len(rows), len(kept))
    code[kept] = np.arange(len(kept))
    real, made = (code[part] for part in parts)
    size = len(kept) + 1

    def measure(picks: Picks) -> Floats:
        return np.array([alike(real[picks[0]], made[picks[1]], size)])

    (found,) = chance.estimates(measure, [len(real), len(made)], "missing", name)
    shares = [np.bincount(part, minlength=size) / len(part) for part in (real, made)]
    named = [tuple(n for n, gone in zip(coded.names, rows[place], strict=True) if gone) for place in kept]
    told = [(names, float(shares[0][i]), float(shares[1][i])) for i, names in enumerate(named)]
    if shares[1][-1] > 0:
        told.append((("(other patterns)",), float(shares[0][-1]), float(shares[1][-1])))
    return Patterns(found, tuple(told))


def alike(real: Codes, made: Codes, size: int) -> float:
    """Return one less the total variation distance of codes below `size`."""
    shares = [np.bincount(part, minlength=size) / len(part) for part in (real, made)]
    return 1 - float(np.abs(shares[0] - shares[1]).sum()) / 2
