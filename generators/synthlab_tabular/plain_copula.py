"""A copula learned from a real table without any library: exact marginals, and the correlations behind them.

A value that many rows have keeps its share of the rows. Behind every column is a normal number, cut into a
piece for each value; the correlation of two of them is the one with which the pieces would be correlated as
they are in the table (polychoric correlation, by moments), so neither classes nor ties weaken it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .column import Floats
from .copula import Category, Model, Steps, borders_of, positive_definite
from .profile import Categories, Numbers
from .trees import coded
from .trees.coding import NumberCodes

__all__ = ["learn_plain_copula"]

TERMS = 60
"""So many terms of the series that turns correlations of pieces into those behind them."""
MOST = 0.98
"""Greater correlations are taken for this."""
ROUNDS = 2
"""How often categories are put in order by what goes with them."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Pieces:
    """The normal number behind a column, or behind whether it has a value, as codes that rise with it."""

    codes: Ints
    """-1 where it is unknown."""
    weights: Floats

    @property
    def scores(self) -> Floats:
        """The mean of the normal number in each piece."""
        ends = _ends(self.weights)
        density = _density(ends)
        shares = self.weights / self.weights.sum()
        scores: Floats = (density[:-1] - density[1:]) / np.where(shares > 0, shares, 1)
        return scores

    @property
    def of_rows(self) -> Floats:
        """The score of each row, 0 where it is unknown."""
        return np.append(self.scores, 0.0)[self.codes]


def learn_plain_copula(columns: Sequence[Numbers | Categories], target: str | None) -> Model:
    """Return the copula of a table, of whose rows nothing remains in it."""
    ordered = _ordered(columns, target)
    marginals: list[Steps | Category] = []
    pieces: list[_Pieces] = []
    for column in ordered:
        if isinstance(column, Categories):
            one = _classes(column)
            marginals.append(
                Category(name=column.name, type=column.type, values=column.values, weights=_plain(one))
            )
            pieces.append(one)
        else:
            steps, found = _steps(column)
            marginals.append(steps)
            pieces += found
    return Model(columns=marginals, correlation=positive_definite(_correlation(pieces)))


def _ordered(columns: Sequence[Numbers | Categories], target: str | None) -> list[Numbers | Categories]:
    """Return the columns, with the values of each category of strings in an order that dependence follows.

    That is by what goes with them: the target, where it is a number or one of two classes, or else what
    most columns have in common (the first principal component of their scores).
    """
    result = list(columns)
    named = next((place for place, column in enumerate(columns) if column.name == target), None)
    told = None if named is None else columns[named]
    guided = told is not None and not (isinstance(told, Categories) and len(told.values) > 2)
    for _ in range(1 if guided else ROUNDS):
        scores = [_alone(column).of_rows for column in result]
        if guided:
            common = [scores[named or 0]] * len(result)
        else:
            table = np.column_stack(scores)
            loadings = np.linalg.eigh(table.T @ table)[1][:, -1]
            common = [table @ loadings - table[:, i] * loadings[i] for i in range(len(result))]
        for place, column in enumerate(result):
            if isinstance(column, Categories) and not (guided and place == named):
                result[place] = _in_order(column, common[place])
    return result


def _alone(column: Numbers | Categories) -> _Pieces:
    return _classes(column) if isinstance(column, Categories) else _steps(column)[1][0]


def _in_order(column: Categories, guide: Floats) -> Categories:
    """Return the column with its values by size, or by the mean of the guide where they are strings."""
    size = len(column.values)
    counts = np.bincount(column.codes, minlength=size)
    means = np.bincount(column.codes, weights=guide, minlength=size) / np.maximum(counts, 1)
    if column.type == "string":
        order = np.argsort(np.round(means, 9), kind="stable").tolist()
    else:
        order = sorted(range(size), key=lambda i: (column.values[i] is None, column.values[i] or 0))
    rank = np.argsort(np.array(order))
    return replace(column, values=[column.values[place] for place in order], codes=rank[column.codes])


def _classes(column: Categories) -> _Pieces:
    return _Pieces(column.codes, np.bincount(column.codes, minlength=len(column.values)).astype(float))


def _steps(column: Numbers) -> tuple[Steps, list[_Pieces]]:
    """Return the marginal of a column of numbers, and the one or two normal numbers behind it."""
    found = coded(column)
    meaning = found.meaning
    assert isinstance(meaning, NumberCodes)
    size = len(meaning.low)
    lost = found.codes == size
    codes = np.where(lost, -1, found.codes)
    value = _Pieces(codes, np.bincount(codes[~lost], minlength=size).astype(float))
    missing = float(np.round(lost.mean(), 6))
    steps = Steps(**meaning.model_dump(exclude={"kind", "missing"}), weights=_plain(value), missing=missing)
    if not missing:
        return steps, [value]
    return steps, [value, _Pieces((~lost).astype(np.int64), np.array([missing, 1 - missing]))]


def _plain(pieces: _Pieces) -> list[float]:
    """Return the share of each piece, to six decimals."""
    shares: list[float] = np.round(pieces.weights / pieces.weights.sum(), 6).tolist()
    return shares


def _ends(weights: Floats) -> Floats:
    return np.concatenate([[-np.inf], borders_of(tuple(weights.tolist())), [np.inf]])


def _density(z: Floats) -> Floats:
    density: Floats = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return density


def _correlation(pieces: Sequence[_Pieces]) -> Floats:
    """Return the correlation of the normal numbers behind pieces."""
    scores = np.column_stack([one.of_rows for one in pieces])
    known = np.column_stack([one.codes >= 0 for one in pieces]).astype(np.float64)
    # Sums over the rows in which both of a pair are known.
    rows = np.maximum(known.T @ known, 1)
    mean = scores.T @ known / rows
    product = scores.T @ scores / rows - mean * mean.T
    spread = np.sqrt(np.maximum((scores**2).T @ known / rows - mean**2, 0))
    scale = spread * spread.T
    seen = np.divide(product, scale, out=np.zeros_like(product), where=scale > 1e-12)
    series = np.array([_series(one) for one in pieces])
    overall = np.sqrt((series**2).sum(axis=1))
    return _behind(seen * np.outer(overall, overall), series)


def _series(pieces: _Pieces) -> Floats:
    """Return the scores of pieces as a sum of Hermite polynomials of the normal number, from the first on.

    Normalised ones, h(k): the integral of h(k) times the density from a to b is h(k - 1) times the density
    at a less that at b, over the square root of k.
    """
    ends = np.clip(_ends(pieces.weights), -40, 40)
    density = _density(ends)
    before, here = np.zeros_like(ends), np.ones_like(ends)
    terms = np.empty(TERMS)
    for k in range(1, TERMS + 1):
        weighted = here * density
        terms[k - 1] = ((weighted[:-1] - weighted[1:]) * pieces.scores).sum() / math.sqrt(k)
        before, here = here, (ends * here - math.sqrt(k - 1) * before) / math.sqrt(k)
    return terms


def _behind(wanted: Floats, series: Floats) -> Floats:
    """Return the correlations of normal numbers at which the scores of their pieces have these covariances.

    Mehler's formula: that covariance is the sum over k of both terms k times the correlation to the power k.
    It rises with the correlation, so halving finds it.
    """
    low, high = np.full_like(wanted, -MOST), np.full_like(wanted, MOST)
    for _ in range(24):
        middle = (low + high) / 2
        found = np.zeros_like(wanted)
        for terms in series.T[::-1]:
            found = (found + np.outer(terms, terms)) * middle
        above = found > wanted
        high, low = np.where(above, middle, high), np.where(above, low, middle)
    result = (low + high) / 2
    result[np.abs(wanted) < 1e-9] = 0.0
    np.fill_diagonal(result, 1.0)
    return result
