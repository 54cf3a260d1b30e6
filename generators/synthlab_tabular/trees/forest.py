"""Trees ready to draw from: a row goes down by table lookups, and a leaf gives a code by one more.

Only whole numbers are compared, and the few sums and quotients of floats are of IEEE 754, so the same model
file gives the same rows on any machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from synthlab.rows import Rows

from ..column import Floats
from .coding import CategoryCodes, Ints, NumberCodes
from .model import TreesModel

__all__ = ["Forest", "alias"]

Small = npt.NDArray[np.signedinteger[Any]]

_UNIT = 2.0**-53


@dataclass(frozen=True)
class _Column:
    """The trees of one column as lookup tables; nodes are numbered through all of them."""

    name: str
    roots: Small
    predictor: Small
    left: Small
    """The left child; of a leaf, the leaf itself."""
    right: npt.NDArray[np.int8]
    """Whether a code goes to the right, at `node * width + code`."""
    width: int
    depth: int
    leaf: Small
    keep: Floats
    other: Small
    """Walker's alias tables of the leaves: a code is kept with this probability, or else is the other."""
    size: int

    def draw(self, codes: Small, count: int, rows: Rows, tree: Floats) -> Small:
        """Return a code for each row; `codes` are those of the columns before, flat."""
        node = self.roots.take((tree * len(self.roots)).astype(np.int64))
        row = np.arange(count, dtype=np.int32)
        for _ in range(self.depth):
            code = codes.take(self.predictor.take(node) * count + row)
            node = self.left.take(node) + self.right.take(node * self.width + code)
        place = (rows.stream("fitted", self.name).words() >> np.uint64(11)) * _UNIT * self.size
        whole = place.astype(np.int32)
        cell = self.leaf.take(node) * self.size + whole
        return np.where(place - whole < self.keep.take(cell), whole, self.other.take(cell))


@dataclass(frozen=True)
class Forest:
    """A model of sequential trees, ready to draw from."""

    marginals: Mapping[str, NumberCodes | CategoryCodes]
    columns: Sequence[_Column]

    @staticmethod
    def of(model: TreesModel) -> Forest:
        """Return the model, ready."""
        marginals = {fitted.column.name: fitted.column for fitted in model.header.columns}
        return Forest(marginals, list(_columns(model)))

    def latent(self, rows: Rows) -> dict[str, Small]:
        """Return a code of each column for each row."""
        made = np.empty((len(self.columns), len(rows)), dtype=np.int32)
        return self._draw(rows, made, 0)

    def begins_with(self, name: str) -> bool:
        """Return whether all other columns are drawn after this one, which then can be set."""
        return self.columns[0].name == name and isinstance(self.marginals[name], CategoryCodes)

    def latent_given(self, rows: Rows, name: str, places: Ints) -> dict[str, Small]:
        """Return a code of each column for each row, the first column having the values at these places."""
        made = np.empty((len(self.columns), len(rows)), dtype=np.int32)
        made[0] = places
        return self._draw(rows, made, 1)

    def _draw(self, rows: Rows, made: Small, first: int) -> dict[str, Small]:
        """Fill in the codes of the columns from the first on, given those before it."""
        flat = made.reshape(-1)
        tree = rows.stream("fitted tree").uniform()
        for place, column in enumerate(self.columns):
            if place >= first:
                made[place] = column.draw(flat, len(rows), rows, tree)
        return {column.name: made[place] for place, column in enumerate(self.columns)}


def _columns(model: TreesModel) -> Iterator[_Column]:
    """Yield each column's tables, its trees one after another."""
    fitted = model.header.columns
    node, leaf, rank = 0, 0, 0
    seen = np.concatenate([[0], np.cumsum(model.entries)])
    for place, one in enumerate(fitted):
        before = [other.column for other in fitted[:place]]
        ranks = []
        for other in before:
            if isinstance(other, CategoryCodes):
                ranks.append(model.ranks[rank : rank + other.size])
                rank += other.size
            else:
                ranks.append(np.arange(other.size))
        stop = node + sum(one.nodes)
        children = model.left[node:stop]
        inner = children >= 0
        roots = np.cumsum([0, *one.nodes[:-1]])
        tree = np.repeat(roots, one.nodes)
        left = np.where(inner, children + tree, np.arange(stop - node))
        width = max([other.size for other in before], default=1)
        right = np.zeros((stop - node, width), dtype=np.int8)
        for number, order in enumerate(ranks):
            asked = np.flatnonzero(inner & (model.predictor[node:stop] == number))
            right[asked, : len(order)] = order > model.threshold[node:stop][asked, None]
        leaves = int((~inner).sum())
        part = slice(seen[leaf], seen[leaf + leaves])
        which = np.repeat(np.arange(leaves), model.entries[leaf : leaf + leaves])
        shares = _shares(
            left,
            inner,
            roots,
            which,
            model.codes[part],
            model.counts[part],
            one.column.size,
            model.header.smoothing,
        )
        keep, other_code = alias(shares)
        yield _Column(
            one.column.name,
            roots.astype(np.int32),
            np.where(inner, model.predictor[node:stop], 0).astype(np.int32),
            left.astype(np.int32),
            right.reshape(-1),
            width,
            _depth(left, inner, roots),
            (np.cumsum(~inner) - 1).astype(np.int32),
            keep.reshape(-1),
            other_code.astype(np.int32).reshape(-1),
            one.column.size,
        )
        node, leaf = stop, leaf + leaves


def _depth(left: Ints, inner: npt.NDArray[np.bool_], roots: Ints) -> int:
    level, depth = roots, 0
    while len(level := level[inner[level]]):
        level = np.concatenate([left[level], left[level] + 1])
        depth += 1
    return depth


def _shares(
    left: Ints,
    inner: npt.NDArray[np.bool_],
    roots: Ints,
    leaf: Ints,
    codes: Ints,
    counts: Ints,
    size: int,
    smoothing: float,
) -> Floats:
    """Return the probability of each code in each leaf, shape `(leaves, size)`.

    A node's distribution leans to that of the node above it, as far as `smoothing` rows would pull it: a
    leaf of few rows says little by itself.
    """
    shares = np.zeros((len(left), size))
    shares[np.flatnonzero(~inner)[leaf], codes] = counts
    parents = np.flatnonzero(inner)
    for node in parents[::-1]:
        shares[node] = shares[left[node]] + shares[left[node] + 1]
    shares[roots] /= shares[roots].sum(axis=1, keepdims=True)
    for node in parents:
        for child in (left[node], left[node] + 1):
            shares[child] = (shares[child] + smoothing * shares[node]) / (shares[child].sum() + smoothing)
    return shares[~inner]


def alias(shares: Floats) -> tuple[Floats, Ints]:
    """Return Walker's alias tables of distributions, each of shape `(distributions, size)`.

    Walker, "An Efficient Method for Generating Discrete Random Variables with General Distributions", ACM
    TOMS 3, 1977: a cell of equal width for each code holds at most one other.
    """
    count, size = shares.shape
    left = shares * size
    keep = np.ones((count, size))
    other = np.tile(np.arange(size), (count, 1))
    done = np.zeros((count, size), dtype=bool)
    each = np.arange(count)
    for _ in range(size - 1):
        least = np.where(done, np.inf, left).argmin(axis=1)
        most = np.where(done, -np.inf, left).argmax(axis=1)
        keep[each, least] = np.minimum(left[each, least], 1)
        other[each, least] = most
        done[each, least] = True
        left[each, most] -= 1 - keep[each, least]
    return keep, other
