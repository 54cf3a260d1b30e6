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
import pyarrow as pa

from synthlab.rows import Rows

from ..column import Array, Floats
from ..grouping import Family, Whole, bounded_parts, whole_families
from .coding import CategoryCodes, Ints, NumberCodes
from .model import Given, Total, TreesModel, counted, habit_size, usual

__all__ = ["Forest", "alias"]

Small = npt.NDArray[np.signedinteger[Any]]
Latent = dict[str, Any]
"""Of each column its codes, or of a total its sums."""

Words = npt.NDArray[np.uint64]

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

    def draw(self, codes: Small, count: int, row: Small, words: Words, tree: Floats) -> Small:
        """Return a code for each of some rows.

        `codes` are those of the columns before, flat, for `count` rows; `row` says which of them are meant,
        and `words` and `tree` are the chances of these.
        """
        node = self.roots.take((tree * len(self.roots)).astype(np.int64))
        for _ in range(self.depth):
            code = codes.take(self.predictor.take(node) * count + row)
            node = self.left.take(node) + self.right.take(node * self.width + code)
        place = (words >> np.uint64(11)) * _UNIT * self.size
        whole = place.astype(np.int32)
        cell = self.leaf.take(node) * self.size + whole
        return np.where(place - whole < self.keep.take(cell), whole, self.other.take(cell))


@dataclass(frozen=True)
class Forest:
    """A model of sequential trees, ready to draw from."""

    marginals: Mapping[str, NumberCodes | CategoryCodes | Total]
    columns: Sequence[_Column]
    given: Sequence[Given] = ()
    series: str | None = None

    @staticmethod
    def of(model: TreesModel) -> Forest:
        """Return the model, ready."""
        header = model.header
        marginals = {one.name: one for one in [*(f.column for f in header.columns), *header.totals]}
        return Forest(marginals, list(_columns(model)), header.given, header.series)

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of the table that must be made before those of the model are."""
        names = [one.name for one in self.given if one.source == "column"]
        return tuple(dict.fromkeys([*names, *([self.series] if self.series else [])]))

    def latent_after(self, rows: Rows, columns: Mapping[str, Array], family: Family | None) -> Latent:
        """Return a code of each column for each row, by the columns that are made already.

        `family` says of which parent each row is, where the rows of a parent follow from each other: all of
        those are drawn then, whichever are asked for.
        """
        codes = [
            one.column.code(columns[one.name]) for one in self.given if one.source == "column" and one.column
        ]
        if family is None:
            made = np.empty((len(codes) + len(self.columns), len(rows)), dtype=np.int32)
            made[: len(codes)] = codes
            return self._draw(rows, made, 0)
        found: list[Latent] = []
        parts = bounded_parts(family)
        for part in parts:
            some = Family(family.parent[part], family.first[part], family.size[part])
            found.append(self._series(rows.at(rows.numbers[part]), some, [code[part] for code in codes]))
        order = np.argsort(np.concatenate(parts))
        return {name: np.concatenate([one[name] for one in found])[order] for name in found[0]}

    def _series(self, rows: Rows, family: Family, codes: Sequence[Ints]) -> Latent:
        """Return the codes of rows, each of which follows from the one before of the same parent."""
        whole = whole_families(rows, family)
        count, first = len(whole.rows), np.unique(family.first, return_index=True)[1]
        made = np.empty((len(self.given) + len(self.columns), count), dtype=np.int32)
        flat = made.reshape(-1)
        place = np.arange(count) - np.repeat(whole.starts, whole.sizes)
        known = iter(codes)
        names = [column.name for column in self.columns]
        before: list[tuple[int, int]] = []
        habits: list[tuple[int, int]] = []
        for number, one in enumerate(self.given):
            if one.source == "column":
                made[number] = np.repeat(next(known)[first], whole.sizes)
            elif one.source == "place" and one.column is not None:
                made[number] = one.column.code(pa.array(place))
            else:
                drawn = len(self.given) + names.index(one.name)
                (before if one.source == "before" else habits).append((number, drawn))
        sums = np.zeros((len(habits), count), dtype=np.int64)
        tree = whole.stream("fitted tree").uniform()
        words = [whole.stream("fitted", name).words() for name in names]
        for step, at in enumerate(whole.steps()):
            for number, drawn in before:
                made[number, at] = made[drawn, at - 1] if step else self.columns[drawn - len(self.given)].size
            for (number, drawn), summed in zip(habits, sums, strict=True):
                meaning: Any = self.marginals[names[drawn - len(self.given)]]
                if step:
                    summed[at] = summed[at - 1] + counted(made[drawn, at - 1], meaning)
                made[number, at] = usual(summed[at], step, meaning) if step else habit_size(meaning) - 1
            for number, column in enumerate(self.columns):
                drawn = len(self.given) + number
                made[drawn, at] = column.draw(flat, count, at, words[number][at], tree[at])
        latent: Latent = {n: made[len(self.given) + number][whole.place] for number, n in enumerate(names)}
        for name, total in self.marginals.items():
            if isinstance(total, Total):
                latent[name] = self._sums(total, made[len(self.given) + names.index(total.of)], whole)
        return latent

    def _sums(self, total: Total, codes: Small, whole: Whole) -> Floats:
        """Return the sum of the numbers up to each row, without that of the first row of its parent."""
        meaning: Any = self.marginals[total.of]
        steps = np.asarray(meaning.draw(codes, whole.rows).cast(pa.float64()).fill_null(0.0)).copy()
        steps[whole.starts] = 0.0
        sums = np.cumsum(steps)
        found: Floats = (sums - np.repeat(sums[whole.starts], whole.sizes))[whole.place]
        return found

    def latent(self, rows: Rows) -> Latent:
        """Return a code of each column for each row."""
        made = np.empty((len(self.columns), len(rows)), dtype=np.int32)
        return self._draw(rows, made, 0)

    def begins_with(self, name: str) -> bool:
        """Return whether all other columns are drawn after this one, which then can be set."""
        return (
            not self.given
            and self.columns[0].name == name
            and isinstance(self.marginals[name], CategoryCodes)
        )

    def latent_given(self, rows: Rows, name: str, places: Ints) -> Latent:
        """Return a code of each column for each row, the first column having the values at these places."""
        made = np.empty((len(self.columns), len(rows)), dtype=np.int32)
        made[0] = places
        return self._draw(rows, made, 1)

    def _draw(self, rows: Rows, made: Small, first: int) -> Latent:
        """Fill in the codes of the columns from the first on, given all before it."""
        flat = made.reshape(-1)
        given = len(made) - len(self.columns)
        tree = rows.stream("fitted tree").uniform()
        row = np.arange(len(rows), dtype=np.int32)
        for place, column in enumerate(self.columns):
            if place >= first:
                words = rows.stream("fitted", column.name).words()
                made[given + place] = column.draw(flat, len(rows), row, words, tree)
        return {column.name: made[given + place] for place, column in enumerate(self.columns)}


def _columns(model: TreesModel) -> Iterator[_Column]:
    """Yield each column's tables, its trees one after another."""
    fitted, asked = model.header.columns, model.header.asked
    node, leaf, rank = 0, 0, 0
    seen = np.concatenate([[0], np.cumsum(model.entries)])
    for place, one in enumerate(fitted):
        drawn = [(other.column.size, isinstance(other.column, NumberCodes)) for other in fitted[:place]]
        ranks = []
        for size, ordered in (*asked, *drawn):
            ranks.append(np.arange(size) if ordered else model.ranks[rank : rank + size])
            rank += 0 if ordered else size
        stop = node + sum(one.nodes)
        children = model.left[node:stop]
        inner = children >= 0
        roots = np.cumsum([0, *one.nodes[:-1]])
        tree = np.repeat(roots, one.nodes)
        left = np.where(inner, children + tree, np.arange(stop - node))
        width = max([len(order) for order in ranks], default=1)
        right = np.zeros((stop - node, width), dtype=np.int8)
        for number, order in enumerate(ranks):
            here = np.flatnonzero(inner & (model.predictor[node:stop] == number))
            right[here, : len(order)] = order > model.threshold[node:stop][here, None]
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
