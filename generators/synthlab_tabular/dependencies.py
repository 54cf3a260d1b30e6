"""Columns that follow from others in every row: found in a real table, and held by construction ever after.

A sum, a copy or a category that follows from another becomes an expression. Of two dates that are always in
one order, the later becomes the earlier and a gap, and the gap is what is learned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pyarrow as pa

from synthlab.expressions import ExpressionError, compile

from .column import Floats, array
from .profile import FEW, Categories, Numbers, Profile, behind, profile

__all__ = ["Follows", "following"]

_TYPES = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("s"),
    "string": pa.string(),
    "boolean": pa.bool_(),
}
LEAST_ROWS = 100
"""What holds in fewer rows may be chance."""
MOST_NUMBERS = 16
FEW_VALUES = 30
SHARED = 0.5
"""Of the ranges of two columns, how much they share when their order says something."""

Learned = Numbers | Categories
Found = tuple["Follows", Sequence[str]]
"""A column that follows, and the columns that it follows from."""


@dataclass(frozen=True)
class Follows:
    """A column that follows from others, and what must be learned for it."""

    name: str
    keys: Mapping[str, Any]
    """Of the column that computes it."""
    gap: Learned | None
    """A column that is learned in its place."""
    note: str
    shared: Learned | None = None
    """A column that is learned in place of several, and that the first of them brings."""


def following(
    profiles: Mapping[str, Profile], target: str | None, fixed: Collection[str] = ()
) -> list[Follows]:
    """Return the columns that follow from others, none of them from itself in a circle.

    Those that are `fixed` follow from none.
    """
    learned = {
        name: found
        for name, found in profiles.items()
        if isinstance(found, Numbers | Categories) and name != target
    }
    found: list[Follows] = []
    reads: dict[str, Sequence[str]] = {}
    found_all = (*_one_of(learned), *_computed(learned), *_determined(learned), *_ordered(learned))
    for follows, sources in found_all:
        if follows.name in fixed or follows.name in reads or follows.name in _behind(sources, reads):
            continue
        try:
            beside = [column for column in (follows.gap, follows.shared) if column is not None]
            read = [*(learned[source] for source in sources), *beside]
            compile(follows.keys["expression"], {column.name: _TYPES[column.type] for column in read})
        except ExpressionError:
            continue  # too many values to write down
        found.append(follows)
        reads[follows.name] = sources
    return found


def _behind(names: Sequence[str], reads: Mapping[str, Sequence[str]]) -> set[str]:
    """Return these columns and all that they follow from."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting.extend(reads.get(name, ()))
    return found


def _column(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else f"column({name!r})"


def _computed(learned: Mapping[str, Learned]) -> Iterator[Found]:
    """Yield numbers that are a copy, a multiple, a sum, a difference or a product of others."""
    numbers = {n: c for n, c in learned.items() if isinstance(c, Numbers) and c.type in ("integer", "number")}
    numbers = dict(list(numbers.items())[:MOST_NUMBERS])
    if not numbers or len(next(iter(numbers.values())).real) < LEAST_ROWS:
        return
    for a, b in combinations(numbers, 2):
        for name, other in ((b, a), (a, b)):
            factor = _factor(numbers[name], numbers[other])
            if factor is not None:
                text = _column(other) if factor == 1 else f"{_column(other)} * {factor:.10g}"
                yield (
                    _expression(numbers[name], text, f"always {other}" + f" * {factor:.10g}" * (factor != 1)),
                    [other],
                )
                break
    signs: Sequence[tuple[str, Callable[[Floats, Floats], Floats], bool]] = [
        ("+", np.add, True),
        ("-", np.subtract, False),
        ("*", np.multiply, True),
    ]
    for name, column in reversed(numbers.items()):
        others = [n for n in numbers if n != name]
        for sign, compute, either in signs:
            for a, b in combinations(others, 2) if either else permutations(others, 2):
                if _equal(column, compute(numbers[a].real, numbers[b].real)) and _varies(
                    numbers[a], numbers[b]
                ):
                    yield (
                        _expression(column, f"{_column(a)} {sign} {_column(b)}", f"always {a} {sign} {b}"),
                        [a, b],
                    )


def _expression(column: Numbers, text: str, note: str) -> Follows:
    keys: dict[str, Any] = {"kind": "expression", "expression": text}
    if column.type == "integer":
        keys["expression"] = f"integer({text})" if "* " in text and "." in text else text
    if column.decimals is not None and column.type == "number":
        keys["round"] = column.decimals
    return Follows(column.name, keys, None, note)


def _equal(column: Numbers, values: Floats) -> bool:
    """Return whether a column equals these values in every row, to its last decimal, missing ones too."""
    sample = slice(0, 200)
    near = 0.5 * 10.0 ** -(column.decimals if column.decimals is not None else 9) * 1.001
    for part in (sample, slice(None)):
        ours, theirs = column.real[part], values[part]
        lost = np.isnan(ours)
        if not np.array_equal(lost, np.isnan(theirs)):
            return False
        if not (np.abs(ours - theirs)[~lost] <= near + 1e-9 * np.abs(ours[~lost])).all():
            return False
    return True


def _varies(*columns: Numbers) -> bool:
    """Return whether each column has other values than its usual one in some rows, so that it counts."""
    for column in columns:
        present = column.real[~np.isnan(column.real)]
        _, counts = np.unique(present, return_counts=True)
        if len(present) - counts.max() < LEAST_ROWS / 2:
            return False
    return True


def _factor(column: Numbers, other: Numbers) -> float | None:
    """Return by what a column is always a multiple of another, or None."""
    there = ~np.isnan(other.real) & ~np.isnan(column.real) & (other.real != 0)
    if there.sum() < LEAST_ROWS or not _varies(column, other):
        return None
    largest = np.flatnonzero(there)[np.argmax(np.abs(other.real[there]))]
    factor = float(f"{column.real[largest] / other.real[largest]:.6g}")
    if factor == 0 or (column.type == "integer" and factor != round(factor)):
        return None
    return factor if _equal(column, other.real * factor) else None


def _one_of(learned: Mapping[str, Learned]) -> Iterator[Found]:
    """Yield columns of yes and no of which one at most is yes in each row: one category, as several."""
    groups: dict[str, list[Categories]] = {}
    for name, column in learned.items():
        if isinstance(column, Categories) and set(column.values) in ({False, True}, {0, 1}):
            groups.setdefault(re.split(r"[^A-Za-z0-9]+[^_.:= -]*$", name)[0], []).append(column)
    for start, group in groups.items():
        if len(group) < 3 or len(group[0].codes) < LEAST_ROWS:
            continue
        yes = np.array([np.array(c.values, dtype=bool)[c.codes] for c in group])
        if yes.sum(axis=0).max() > 1 or len({column.type for column in group}) > 1:
            continue
        names: list[str | int | bool | None] = [column.name for column in group]
        codes = np.where(yes.any(axis=0), yes.argmax(axis=0), len(group))
        none = int((codes == len(group)).sum())
        if 0 < none < FEW:
            continue
        which = Categories(
            f"which of {start}", "string", [*names, *(["none of them"] if none else [])], codes, ""
        )
        note = (
            f"{'at most ' if none else ''}one of {', '.join(map(str, names[:4]))}{' ...' * (len(names) > 4)}"
        )
        for place, column in enumerate(group):
            text = f"{_column(which.name)} == {column.name!r}"
            text = text if column.type == "boolean" else f"1 if {text} else 0"
            keys = {"kind": "expression", "expression": text}
            # The hidden column is learned where the first of them stands.
            yield Follows(column.name, keys, None if place else which, note, which if place else None), []


def _determined(learned: Mapping[str, Learned]) -> Iterator[Found]:
    """Yield columns of few values that follow from another column of few values."""
    coded = {name: codes for name, column in learned.items() if (codes := _codes(column)) is not None}
    for source, name in permutations(coded, 2):
        values, codes = coded[source]
        theirs, found = coded[name]
        # Of two that follow from each other, the later one in the table is the copy.
        # Two of two values each may agree by chance, unless the values are the same.
        fewest = 2 if values == theirs or set(values) == set(theirs) else 3
        if len(codes) < LEAST_ROWS or len(values) < max(fewest, len(theirs)):
            continue
        if len(values) == len(theirs) and list(coded).index(source) > list(coded).index(name):
            continue
        some = codes[:LEAST_ROWS] * len(theirs) + found[:LEAST_ROWS]
        if len(np.unique(some)) > len(values):
            continue
        pairs = np.unique(codes * len(theirs) + found)
        if len(pairs) != len(values):
            continue
        rule: dict[Any, list[Any]] = {}
        for pair in pairs.tolist():
            rule.setdefault(theirs[pair % len(theirs)], []).append(values[pair // len(theirs)])
        if len(values) < 3 and any(here != [there] for there, here in rule.items()):
            continue
        yield (
            Follows(name, {"kind": "expression", **_chain(source, rule)}, None, f"follows from {source}"),
            [source],
        )


def _codes(column: Learned) -> tuple[list[Any], Any] | None:
    """Return the values of a column and which one each row has, when they are few and none is rare."""
    if isinstance(column, Categories):
        return (column.values, column.codes) if len(column.values) <= FEW_VALUES else None
    if column.type != "integer" or np.isnan(column.real).any():
        return None
    values, codes, counts = np.unique(column.real, return_inverse=True, return_counts=True)
    if len(values) > FEW_VALUES or counts.min() < FEW:
        return None
    if column.whose is not None and min(map(len, behind(codes, column.whose))) < FEW:
        return None
    return [int(value) for value in values], codes


def _chain(source: str, rule: Mapping[Any, Sequence[Any]]) -> dict[str, Any]:
    """Return an expression that gives each value where the source has one of its own."""
    *firsts, (last, _) = sorted(rule.items(), key=lambda entry: len(entry[1]))
    text = ""
    for value, theirs in firsts:
        present = [other for other in theirs if other is not None]
        tests = []
        if present:
            same = f"== {present[0]!r}" if len(present) == 1 else f"in ({', '.join(map(repr, present))})"
            tests.append(f"{_column(source)} {same}")
        if None in theirs:
            tests.insert(0, f"is_null({_column(source)})")
        text += f"{value!r} if {' or '.join(tests)} else "
    return {"expression": text + repr(last)}


def _ordered(learned: Mapping[str, Learned]) -> Iterator[Found]:
    """Yield days, times and numbers that are never before another column of their kind."""
    numbers = [c for c in learned.values() if isinstance(c, Numbers)][: 2 * MOST_NUMBERS]
    pairs: list[tuple[float, int, Numbers, Numbers, bool]] = []
    for named, later in permutations(numbers, 2):
        days = named.type == "datetime" and later.type == "date"
        earlier = named
        if days:
            earlier = replace(named, type="date", real=np.floor(named.real / 86_400))
        elif named.type == "date" and later.type == "datetime":
            earlier = replace(named, type="datetime", real=named.real * 86_400.0)
        if earlier.type == later.type and _in_order(earlier, later):
            pairs.append((float(np.nanstd(later.real - earlier.real)), len(pairs), earlier, later, days))
    # The nearest one says most: an order is shipped after it was placed, and after its customer was born.
    for _, _, earlier, later, days in sorted(pairs, key=lambda pair: pair[:2]):
        gap = _gap_of(earlier, later)
        if gap is None:
            continue
        a, b = _column(earlier.name), _column(gap.name)
        a = f"date_of({a})" if days else a
        add = {"date": "add_days({}, {})", "datetime": "add_seconds({}, {})"}.get(later.type, "{} + {}")
        follows = _expression(
            later, add.format(a, b), f"never before {earlier.name}: learned as what lies between"
        )
        if later.type == "datetime":
            follows = replace(follows, keys={**follows.keys, "round": 0})
        if earlier.type in ("integer", "number"):
            follows = replace(follows, note=f"never below {earlier.name}: learned as the difference")
        yield replace(follows, gap=gap), [earlier.name]


def _in_order(earlier: Numbers, later: Numbers) -> bool:
    """Return whether one column is never above the other, where chance would have it otherwise."""
    both = ~np.isnan(earlier.real) & ~np.isnan(later.real)
    if both.sum() < LEAST_ROWS or np.isnan(earlier.real[~np.isnan(later.real)]).any():
        return False
    a, b = earlier.real[both], later.real[both]
    if (a > b).any() or len(np.unique(b - a)) < 3:
        return False
    shared = min(a.max(), b.max()) - max(a.min(), b.min())
    if shared < SHARED * min(a.max() - a.min(), b.max() - b.min()):
        return False
    # Paired with those of other rows, some would be out of order.
    return float((np.roll(a, len(a) // 2) > b).mean()) > 0.05


def _gap_of(earlier: Numbers, later: Numbers) -> Learned | None:
    """Return what lies between, as a column to learn, or None when nothing can be learned."""
    values = later.real - earlier.real
    name = f"{later.name} - {earlier.name}"
    whole = later.type != "number"
    decimals = 0 if whole else max(earlier.decimals or 0, later.decimals or 0)
    texts = [None if np.isnan(v) else f"{v:.0f}" if whole else f"{v:.{decimals}f}" for v in values.tolist()]
    found = profile("gap", array(texts), whose=later.whose)
    return replace(found, name=name, note="") if isinstance(found, Numbers | Categories) else None
