"""Trees grown on a coded table: each column given those before it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from synthlab.rows import Rows

from ..column import Floats
from ..profile import FEW
from .coding import Asked, Coded, Ints, Known
from .model import FittedTrees, Given, Header, Total, TreesModel, counted, habit_size, usual

__all__ = ["Around", "grow"]

TREES = 5
"""Trees for each column; each row asks one of them, so their mixture is what is learned."""
SHARE = 0.7
"""The share of the rows on which the splits of a tree are chosen; its leaves count all rows."""
LEAST_LEAF, MOST_LEAF = 15, 50
"""The fewest rows of a leaf: a twentieth of the table, between these."""
DEVIATIONS, FAR_DOWN = 4.0, 8.0
"""How many standard deviations a split must gain above what one by chance gains; of numbers, beside all their
variance, or beside what is left of it far down, where far more splits are tried."""
SMOOTHING = 5.0
"""As how many rows the node above counts in the distribution of a node."""
MOST_ROWS = 100_000
"""Splits are chosen on at most so many rows; leaves count all."""
MOST_ASKED = 40
"""The trees of a column ask at most so many others."""
WIDE, FEW_TREES = 100, 2
"""With more columns than this, each has few trees."""
_COARSE = 20


@dataclass(frozen=True)
class _Tree:
    """Nodes in breadth-first order; the children of a node stand side by side."""

    left: Ints
    predictor: Ints
    threshold: Ints
    leaf: Ints
    """The leaf of each row of the table."""


@dataclass(frozen=True)
class Around:
    """What is around the rows of a table that belongs to another one."""

    given: Sequence[Coded] = ()
    """Columns that are known before any is drawn."""
    place: Coded | None = None
    """Where the rows of a parent follow from each other: the place of each among them, from 0. The rows of a
    parent then stand together, in order."""
    series: str | None = None
    """The foreign key by which they do."""
    totals: Sequence[Total] = ()
    whose: Ints | None = None
    """Of whom each row is, where somebody has many: a leaf counts rows of several."""
    parents: Ints | None = None
    """In a series, the number of the parent of each row."""


def grow(
    columns: Sequence[Coded], target: str | None, rows: Rows, around: Around | None = None
) -> TreesModel:
    """Return the trees of a table: the target first, then the columns by what they tell of it.

    `rows` are those of the table, and the chance by which the trees differ.
    """
    around = around or Around()
    ordered = _order(columns, target)
    known = _known(around, ordered)
    given: list[Asked] = [asked for _, asked in known]
    weights = _weights(around.whose)
    trees_each = TREES if len(columns) <= WIDE else FEW_TREES
    fitted: list[FittedTrees] = []
    parts: dict[str, list[Ints]] = {
        name: [] for name in ("left", "predictor", "threshold", "ranks", "entries", "codes", "counts")
    }
    for place, column in enumerate(ordered):
        before: list[Asked] = [*given, *ordered[:place]]
        telling = _telling_most(column, before)
        ranks = [
            _ranks(other, column) if number in telling else np.arange(other.size)
            for number, other in enumerate(before)
        ]
        chosen = [before[number] for number in telling]
        trees = _trees(column, chosen, [ranks[number] for number in telling], rows, weights, trees_each)
        fitted.append(FittedTrees(column=column.meaning, nodes=[len(tree.left) for tree in trees]))
        parts["ranks"] += [r for r, other in zip(ranks, before, strict=True) if not other.ordered]
        for tree in trees:
            parts["left"].append(tree.left)
            parts["predictor"].append(np.array(telling)[tree.predictor] if telling else tree.predictor)
            parts["threshold"].append(tree.threshold)
            pairs, counts = np.unique(tree.leaf * column.size + column.codes, return_counts=True)
            leaves = pairs // column.size
            parts["entries"].append(np.unique(leaves, return_counts=True)[1])
            parts["codes"].append(pairs % column.size)
            parts["counts"].append(counts)
    empty = np.empty(0, dtype=np.int64)
    arrays = {name: np.concatenate([empty, *found]) for name, found in parts.items()}
    header = Header(
        smoothing=SMOOTHING,
        columns=fitted,
        given=[one for one, _ in known],
        series=around.series,
        totals=list(around.totals),
    )
    return TreesModel(header, **arrays)


def _telling_most(column: Coded, before: Sequence[Asked]) -> list[int]:
    """Return which of the columns before a column its trees may ask: in a wide table, those that tell most.

    Else the time would grow with the square of the columns.
    """
    if len(before) <= MOST_ASKED:
        return list(range(len(before)))
    mine = _coarse(column)
    told = [_information(_coarse(other), mine) for other in before]
    return sorted(sorted(range(len(before)), key=lambda number: -told[number])[:MOST_ASKED])


def _known(around: Around, columns: Sequence[Coded]) -> list[tuple[Given, Asked]]:
    """Return what the trees of all columns can ask."""
    known: list[tuple[Given, Asked]] = [
        (Given(source="column", name=one.meaning.name, column=one.meaning), one) for one in around.given
    ]
    if around.place is not None:
        place = around.place
        known.append((Given(source="place", name="", column=place.meaning), place))
        assert around.parents is not None
        first = np.r_[True, np.diff(around.parents) != 0]
        for one in columns:
            before = np.where(first, one.size, np.roll(one.codes, 1))
            asked = Known(before, one.size + 1, one.ordered)
            known.append((Given(source="before", name=one.meaning.name, column=None), asked))
            known.append((Given(source="usual", name=one.meaning.name, column=None), _usual(one, first)))
    return known


def _usual(column: Coded, first: npt.NDArray[np.bool_]) -> Known:
    """Return what is usual for a column in the rows before each row of the same parent."""
    starts = np.flatnonzero(first)
    sizes = np.diff(np.append(starts, len(first)))
    place = np.arange(len(first)) - np.repeat(starts, sizes)
    counts = counted(column.codes, column.meaning).astype(np.int64)
    before = np.cumsum(counts) - counts
    sums = before - np.repeat(before[starts], sizes)
    size = habit_size(column.meaning)
    found = usual(sums, np.maximum(place, 1), column.meaning)
    return Known(np.where(place == 0, size - 1, found), size, ordered=True)


def _weights(whose: Ints | None) -> Floats | None:
    """Return a weight for each row, such that all rows of one person weigh 1."""
    if whose is None:
        return None
    _, index, counts = np.unique(whose, return_inverse=True, return_counts=True)
    weights: Floats = 1 / counts[index]
    return weights


def _order(columns: Sequence[Coded], target: str | None) -> list[Coded]:
    """Return the target, or else the column that tells most of the others; then the rest by what they tell of
    it, classes before numbers: the mean of each class is kept better so than the shares at each number.
    """
    coarse = [_coarse(column) for column in columns]
    names = [column.meaning.name for column in columns]
    if target is not None:
        first = names.index(target)
    else:
        told = [sum(_information(one, other) for other in coarse) for one in coarse]
        first = int(np.argmax(told))
    information = [_information(one, coarse[first]) for one in coarse]
    rest = sorted(
        (p for p in range(len(columns)) if p != first), key=lambda p: (columns[p].ordered, -information[p])
    )
    return [columns[first], *(columns[place] for place in rest)]


def _coarse(column: Asked) -> Ints:
    """Return at most 20 codes of about equally many rows; of at most 5,000 rows, at even steps."""
    codes = column.codes[:: max(1, len(column.codes) // 5_000)]
    if column.size <= _COARSE:
        return codes
    if column.ordered:
        counts = np.bincount(column.codes, minlength=column.size)
        midranks = (np.cumsum(counts) - counts / 2) / len(column.codes)
        return (midranks * _COARSE).astype(np.int64)[codes]
    most = np.argsort(np.argsort(-np.bincount(column.codes, minlength=column.size), kind="stable"))
    return np.minimum(most, _COARSE - 1)[codes]


def _information(one: Ints, other: Ints) -> float:
    """Return the mutual information of two columns of codes, in nats."""
    size = int(other.max()) + 1
    joint = np.bincount(one * size + other, minlength=(int(one.max()) + 1) * size).reshape(-1, size)
    shares = joint / len(one)
    alone = shares.sum(axis=1, keepdims=True) * shares.sum(axis=0)
    there = shares > 0
    return float((shares[there] * np.log(shares[there] / alone[there])).sum())


def _ranks(predictor: Asked, column: Coded) -> Ints:
    """Return the rank of each code of a predictor: of categories, by what they tell of the column.

    For a column of numbers that is its mean; for classes the first principal component of their shares
    (Coppersmith, Hong and Hosking, "Partitioning Nominal Attributes in Decision Trees", 1999).
    """
    if predictor.ordered:
        return np.arange(predictor.size)
    joint = np.bincount(predictor.codes * column.size + column.codes, minlength=predictor.size * column.size)
    joint = joint.reshape(predictor.size, column.size)
    total = joint.sum(axis=1, keepdims=True)
    shares = joint / np.maximum(total, 1)
    if column.ordered:
        score = shares @ column.scores[:, 0]
    else:
        offset = shares - joint.sum(axis=0) / total.sum()
        direction = np.linalg.svd(offset * np.sqrt(total), full_matrices=False)[2][0]
        score = offset @ direction
    order = np.argsort(np.round(score, 12), kind="stable")
    return np.argsort(order, kind="stable")


def _trees(
    column: Coded,
    before: Sequence[Asked],
    ranks: Sequence[Ints],
    rows: Rows,
    weights: Floats | None,
    trees_each: int,
) -> list[_Tree]:
    size = len(column.codes)
    if not before:
        alone = np.array([-1])
        return [_Tree(alone, np.array([0]), np.array([0]), np.zeros(size, dtype=np.int64))]
    table = np.column_stack([r[c.codes] for r, c in zip(ranks, before, strict=True)]).astype(np.float32)
    taken = min(round(SHARE * size), MOST_ROWS)
    trees = []
    for number in range(trees_each):
        words = rows.stream("trees", column.meaning.name, str(number)).words()
        chosen = np.sort(np.argsort(words, kind="stable")[:taken])
        least = round(SHARE * min(MOST_LEAF, max(LEAST_LEAF, size // 20)))
        trees.append(_tree(column, table, chosen, least, int(words[0] >> np.uint64(33)), weights))
    return trees


def _tree(
    column: Coded, table: Floats, chosen: Ints, least_rows: int, seed: int, weights: Floats | None
) -> _Tree:
    """Return a tree whose every split, or one below it, says more than chance would.

    By chance, a split of n rows lowers their variance by 1/n of it in the mean, and their entropy such that
    2 n times it (in nats) is of a chi-squared distribution with one degree of freedom less than there are
    classes (the G-test). Splits are tried by the hundred, so they must gain far more.
    """
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    options: dict[str, Any] = {"min_samples_leaf": least_rows, "random_state": seed}
    weight = None if weights is None else weights[chosen]
    if weight is not None:
        # All rows of one weigh 1, so rows that weigh more than this are of more than so many.
        options["min_weight_fraction_leaf"] = min(FEW / float(weight.sum()), 0.5)
    if column.ordered:
        score = column.scores[column.codes[chosen]]
        freedom = score.shape[1]
        tree: Any = DecisionTreeRegressor(**options).fit(table[chosen], score, sample_weight=weight)
        kept = _telling(tree.tree_, freedom)
    else:
        classes = column.codes[chosen]
        least = _clear(max(1, len(np.unique(classes)) - 1), DEVIATIONS) / (2 * math.log(2) * len(chosen))
        tree = DecisionTreeClassifier(**options, criterion="entropy", min_impurity_decrease=least)
        tree.fit(table[chosen], classes, sample_weight=weight)
        kept = tree.tree_.children_left >= 0
    return _breadth_first(tree.tree_, kept, table)


def _clear(freedom: int, deviations: float) -> float:
    """Return a value of a chi-squared distribution that chance hardly reaches."""
    return freedom + deviations * math.sqrt(2 * freedom)


def _telling(tree: Any, freedom: int) -> npt.NDArray[np.bool_]:
    """Return which nodes of a tree of numbers are split, as they or nodes below gain what is clear.

    What is left of the variance in a node is what chance would lower, however little of the whole that is.
    """
    all_of_it = _clear(freedom, DEVIATIONS) / freedom * float(tree.impurity[0])
    what_is_left = _clear(freedom, FAR_DOWN) / freedom * tree.impurity
    left, right = tree.children_left, tree.children_right
    weight = tree.weighted_n_node_samples
    after = (weight[left] * tree.impurity[left] + weight[right] * tree.impurity[right]) / weight
    gains = tree.n_node_samples * (tree.impurity - after) > np.minimum(all_of_it, what_is_left)
    kept: npt.NDArray[np.bool_] = (left >= 0) & gains
    # A child has a greater number than its parent.
    for node in np.flatnonzero(left >= 0)[::-1]:
        kept[node] |= kept[left[node]] or kept[right[node]]
    return kept


def _breadth_first(tree: Any, kept: npt.NDArray[np.bool_], table: Floats) -> _Tree:
    """Return a tree of scikit-learn with its nodes level by level, the children of a node side by side.

    Nodes that are not kept become leaves.
    """
    order = [0]
    left = []
    for node in order:
        inner = kept[node]
        left.append(len(order) if inner else -1)
        if inner:
            order += [int(tree.children_left[node]), int(tree.children_right[node])]
    places = np.array(order)
    children = np.array(left)
    inner = children >= 0
    number = np.empty(tree.node_count, dtype=np.int64)
    number[places] = np.cumsum(~inner) - 1
    for node in np.flatnonzero(tree.children_left >= 0).tolist():
        if not kept[node]:
            # A row that would go further stays here; a node's children come after it.
            number[[tree.children_left[node], tree.children_right[node]]] = number[node]
    return _Tree(
        children,
        np.where(inner, tree.feature[places], 0),
        # Ranks are whole numbers, and thresholds lie between two of them.
        np.where(inner, np.floor(tree.threshold[places]), 0).astype(np.int64),
        number[tree.apply(table)],
    )
