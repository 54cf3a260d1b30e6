"""How like the real table a synthetic one looks: each column, and each pair of columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..errors import InputError
from .matrices import Floats, Reference

__all__ = ["MOST", "MOST_PAIRS", "SIZE", "Fidelity", "codes", "fidelity"]

MOST = 20
"""Into how many parts of about equal size numbers are cut, and how many classes are told apart."""
SIZE = MOST + 2
"""How many codes a column has: parts or classes, those beyond them, and missing."""
MOST_PAIRS = 2_000


@dataclass(frozen=True)
class Fidelity:
    """One less the total variation distance, the mean over columns and over pairs: 1 is the same."""

    columns: float
    pairs: float

    @property
    def score(self) -> float:
        """The mean of both."""
        return (self.columns + self.pairs) / 2


def fidelity(synthetic: pa.Table, real: pa.Table) -> Fidelity:
    """Return how like each other two tables look, by the shares of values and of pairs of values.

    Numbers are cut at quantiles of the real ones; missing values are a class of their own. Rare classes are
    one. Of very wide tables, pairs at even steps are taken.
    """
    if not min(synthetic.num_rows, real.num_rows):
        raise InputError("fidelity needs rows in both tables")
    reference = Reference.of(real)
    matrices = [reference.matrix(table) for table in (real, synthetic)]
    coded = [
        codes([matrix[:, place] for matrix in matrices], name in reference.numbers)
        for place, name in enumerate(reference.names)
    ]
    columns = [_alike(ours, theirs) for ours, theirs in coded]
    both = list(combinations(coded, 2))
    both = both[:: max(1, len(both) // MOST_PAIRS)]
    pairs = [_alike(a[0] * SIZE + b[0], a[1] * SIZE + b[1]) for a, b in both]
    return Fidelity(float(np.mean(columns)), float(np.mean(pairs or columns)))


def codes(columns: list[Floats], number: bool) -> list[npt.NDArray[np.int64]]:
    """Return columns as codes below `SIZE`, by what the first of them holds; the last is missing.

    Numbers are NaN where they are missing, places of classes below 0.
    """
    lost = [np.isnan(values) if number else values < 0 for values in columns]
    real = columns[0]
    if number:
        known = real[~lost[0]]
        cuts = np.unique(np.quantile(known, np.arange(1, MOST) / MOST)) if len(known) else np.empty(0)
        # A value that many rows have is a cut, and belongs to the part below it.
        found = [np.searchsorted(cuts, values) for values in columns]
    else:
        most = max(int(values.max()) if len(values) else 0 for values in columns)
        counts = np.bincount(real[~lost[0]].astype(np.int64), minlength=max(most, 0) + 1)
        rank = np.argsort(np.argsort(-counts, kind="stable"), kind="stable")
        found = [np.minimum(rank[np.maximum(values, 0).astype(np.int64)], MOST) for values in columns]
    return [np.where(gone, MOST + 1, code) for gone, code in zip(lost, found, strict=True)]


def _alike(real: npt.NDArray[np.int64], made: npt.NDArray[np.int64]) -> float:
    size = int(max(real.max(), made.max())) + 1
    shares = [np.bincount(codes, minlength=size) / len(codes) for codes in (real, made)]
    return 1 - float(np.abs(shares[0] - shares[1]).sum()) / 2
