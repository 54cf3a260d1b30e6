"""The shares of values of a column, in few bars that show no real row and no rare value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from .columns import OTHERS
from .matrices import Floats

__all__ = ["FEW", "Bar", "bars"]

FEW = 5
"""A bar stands for so many real rows at least, or for none."""
_MOST = 12


@dataclass(frozen=True)
class Bar:
    """One bar: the share of the real rows and of the synthetic ones."""

    label: str
    real: float
    synthetic: float


def bars(real: Any, synthetic: Any, kind: str) -> tuple[Bar, ...]:
    """Return the bars of a column, given as two Arrow arrays; missing values have one of their own.

    Rare classes and those that only synthetic rows have are one, "others". Numbers are cut at round steps,
    with open ends, and neighbours are joined until each part has enough real rows.
    """
    parts = [values.drop_null() for values in (real, synthetic)]
    in_order = kind in ("number", "moment")
    found = _numbers(parts, kind == "moment") if in_order else _classes(parts)
    lost = [len(values) - len(part) for values, part in zip((real, synthetic), parts, strict=True)]
    found = _joined(found, in_order)
    if 0 < lost[0] < FEW:
        # Too few to be shown: they are with the last bar, whatever it is.
        name, ours, theirs = found.pop() if found else ("", 0, 0)
        found.append((f"{name} or missing".removeprefix(" or "), ours + lost[0], theirs + lost[1]))
    elif any(lost):
        found.append(("missing", lost[0], lost[1]))
    sizes = [max(1, len(real)), max(1, len(synthetic))]
    return tuple(Bar(name, ours / sizes[0], theirs / sizes[1]) for name, ours, theirs in found)


_Counts = list[tuple[str, int, int]]


def _classes(parts: list[Any]) -> _Counts:
    counts = [_count(values) for values in parts]
    order = sorted(counts[0].keys() - {OTHERS}, key=lambda name: (-counts[0][name], name))
    shown = [name for name in order[:_MOST] if counts[0][name] >= FEW]
    found = [(name, counts[0][name], counts[1].get(name, 0)) for name in shown]
    rest = [sum(n for name, n in part.items() if name not in shown) for part in counts]
    return [*found, ("others", rest[0], rest[1])] if any(rest) else found


def _count(values: Any) -> dict[str, int]:
    return {entry["values"]: entry["counts"] for entry in values.value_counts().to_pylist()}


def _numbers(parts: list[Any], moments: bool) -> _Counts:
    columns = [_floats(values) for values in parts]
    if not len(columns[0]):
        return [("any", 0, len(columns[1]))] if len(columns[1]) else []
    low, high = np.quantile(columns[0], [0.02, 0.98])
    edges = _edges(float(low), float(high))
    counts = [
        np.bincount(np.searchsorted(edges, part, "right"), minlength=len(edges) + 1) for part in columns
    ]
    names = [_shown(edge, moments) for edge in edges]
    labels = [f"under {names[0]}", *(f"{a} to {b}" for a, b in pairwise(names))]
    labels.append(f"{names[-1]} and over")
    return [(label, int(a), int(b)) for label, a, b in zip(labels, *counts, strict=True)]


def _floats(values: Any) -> Floats:
    if pa.types.is_temporal(values.type):
        values = values.cast(pa.int64())
    found: Floats = values.cast(pa.float64(), safe=False).to_numpy().astype(np.float64)
    return found


def _edges(low: float, high: float) -> Floats:
    """Return round numbers from about the lowest to the highest: 1, 2 or 5 times a power of ten apart."""
    width = (high - low) / (_MOST - 2)
    if not width > 0 or not math.isfinite(width):
        width = max(abs(low), 1.0) / 10
    power = 10.0 ** math.floor(math.log10(width))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= width * 0.999)
    first, last = math.ceil(low / step), math.floor(high / step)
    return np.arange(first, max(first, last) + 1) * step


def _shown(edge: float, moments: bool) -> str:
    if moments:
        return str(np.datetime64(int(edge), "s")).replace("T00:00:00", "").replace("T", " ")
    return f"{edge:.6g}"


def _joined(counts: _Counts, in_order: bool) -> _Counts:
    """Return the bars, those of too few real rows joined with a neighbour until none is left."""
    found = list(counts)
    while len(found) > 1 and any(0 < real < FEW for _, real, _ in found):
        place = next(i for i, (_, real, _) in enumerate(found) if 0 < real < FEW)
        other = place - 1 if place else 1
        first, second = sorted((place, other))
        name = _both(found[first][0], found[second][0]) if in_order else "others"
        found[first : second + 1] = [
            (name, found[first][1] + found[second][1], found[first][2] + found[second][2])
        ]
    return [("any", 0, sum(made for _, _, made in found))] if any(0 < r < FEW for _, r, _ in found) else found


def _both(first: str, second: str) -> str:
    """Return the name of two parts that lie side by side."""
    if second.endswith(" and over"):
        return "any" if first.startswith("under ") else f"{first.split(' to ')[0]} and over"
    if first.startswith("under "):
        return f"under {second.split(' to ')[-1]}"
    return f"{first.split(' to ')[0]} to {second.split(' to ')[-1]}"
