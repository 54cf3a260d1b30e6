"""A label that depends on the other columns as it does in the table: a linear model, written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..column import Floats
from ..profile import Categories, Numbers

__all__ = ["Terms", "explain_target"]

RIDGE = 1e-3
MOST_CHARACTERS = 900
MOST_TERMS = 40
SKEWED = 2.0


@dataclass(frozen=True)
class Terms:
    """The parts of a model of a target: an expression each, with one column of numbers."""

    texts: tuple[str, ...]
    """With `{}` where the weight stands."""
    values: Floats
    """Shape (rows, terms), centred."""
    centres: tuple[float, ...]


def explain_target(
    target: Numbers | Categories, others: Sequence[Numbers | Categories]
) -> list[dict[str, Any]]:
    """Return the columns that make the target, the label last: its score may need several hidden ones."""
    terms = _terms(others)
    if isinstance(target, Numbers):
        known = ~np.isnan(target.values)
        x, y = terms.values[known], target.values[known]
        weights = _least_squares(x, y - y.mean())
        fitted = x @ weights
        r2 = min(max(float(fitted.var() / max(y.var(), 1e-300)), 0.01), 0.99)
        helpers, score = _score(target.name, terms, weights, float(y.mean()))
        keys = {"kind": "regression", "score": score, "r2": round(r2, 3)}
        if target.decimals is not None:
            keys["round"] = target.decimals
        return [*helpers, {"name": target.name, **keys}]
    classes = [_class(value) for value in target.values if value is not None]
    shares = np.bincount(target.codes, minlength=len(target.values))[: len(classes)].astype(float)
    shares = np.maximum(np.round(shares / shares.sum(), 4), 0.0001)
    known = target.codes < len(classes)
    if len(classes) == 2:
        # The rarer class is the one to find.
        order = [0, 1] if shares[1] <= shares[0] else [1, 0]
        weights = _logistic(terms.values[known], target.codes[known] == order[1])
        helpers, score = _score(target.name, terms, weights, 0.0)
        return [
            *helpers,
            {
                "name": target.name,
                "kind": "logistic",
                "classes": [classes[place] for place in order],
                "score": score,
                "prevalence": float(shares[order[1]]),
            },
        ]
    shares[0] = 1 - shares[1:].sum()
    columns, scores = [], {}
    for number, name in enumerate(classes):
        weights = _logistic(terms.values[known], target.codes[known] == number)
        helpers, scores[name] = _score(f"{target.name}_{number}", terms, weights, 0.0)
        columns += helpers
    prevalence = {name: round(float(share), 4) for name, share in zip(classes, shares, strict=True)}
    return [*columns, {"name": target.name, "kind": "softmax", "scores": scores, "prevalence": prevalence}]


def _class(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _terms(columns: Sequence[Numbers | Categories]) -> Terms:
    texts, values, centres = [], [], []
    for column in columns:
        name = column.name if column.name.isidentifier() else f"column({column.name!r})"
        if isinstance(column, Categories):
            for number, value in enumerate(column.values):
                if number and value is not None and (column.codes == number).mean() > 0.005:
                    written = repr(value)
                    texts.append(f"({{}} if {name} == {written} else 0)")
                    values.append((column.codes == number).astype(float))
                    centres.append(0.0)
            continue
        if column.type not in ("integer", "number"):
            continue
        x = np.where(np.isnan(column.values), np.nanmean(column.values), column.values)
        text, inner = f"{{}} * ({name} - {{c}})", x
        skew = float((((x - x.mean()) / max(x.std(), 1e-300)) ** 3).mean())
        if skew > SKEWED and x.min() >= 0:
            text, inner = f"{{}} * (log({name} + 1) - {{c}})", np.log(x + 1)
        centre = float(f"{inner.mean():.4g}")
        texts.append(text.replace("{c}", f"{centre:g}"))
        values.append(inner - centre)
        centres.append(centre)
    matrix = np.stack(values, axis=1) if values else np.zeros((0, 0))
    return Terms(tuple(texts), matrix, tuple(centres))


def _least_squares(x: Floats, y: Floats) -> Floats:
    scale = np.maximum(x.std(axis=0), 1e-12)
    z = x / scale
    weights: Floats = np.linalg.solve(z.T @ z + RIDGE * len(y) * np.eye(z.shape[1]), z.T @ y) / scale
    return weights


def _logistic(x: Floats, y: npt.NDArray[np.bool_]) -> Floats:
    """Return the weights of a logistic regression with a ridge, by Newton's method."""
    scale = np.maximum(x.std(axis=0), 1e-12)
    z = np.column_stack([np.ones(len(x)), x / scale])
    ridge = RIDGE * len(y) * np.eye(z.shape[1])
    ridge[0, 0] = 0
    weights = np.zeros(z.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(z @ weights, -30, 30)))
        gradient = z.T @ (y - p) - ridge @ weights
        step = np.linalg.solve(
            (z * (p * (1 - p))[:, None]).T @ z + ridge + 1e-9 * np.eye(len(weights)), gradient
        )
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    slopes: Floats = weights[1:] / scale
    return slopes


def _score(name: str, terms: Terms, weights: Floats, start: float) -> tuple[list[dict[str, Any]], str]:
    """Return hidden columns for what does not fit into one expression, and the expression of the rest."""
    effect = np.abs(weights) * terms.values.std(axis=0)
    keep = sorted(np.argsort(-effect)[: 4 * MOST_TERMS].tolist())
    parts = [
        terms.texts[i].replace("{}", f"{weights[i]:.4g}")
        for i in keep
        if effect[i] > 1e-4 * max(effect.max(), 1e-12)
    ]
    first = [f"{start:.6g}"] if start else []
    groups: list[list[str]] = [[]]
    for part in parts:
        if (
            len(groups[-1]) == MOST_TERMS // 2
            or sum(map(len, groups[-1])) + len(part) + 3 * len(groups[-1]) > MOST_CHARACTERS
        ):
            groups.append([])
        groups[-1].append(part)
    helpers = [
        {"name": f"{name}_score_{number}", "kind": "expression", "expression": _sum(group), "hidden": True}
        for number, group in enumerate(groups[1:], start=2)
    ]
    names = [str(helper["name"]) for helper in helpers]
    return helpers, _sum([*first, *groups[0], *names]) or "0"


def _sum(parts: Sequence[str]) -> str:
    return " + ".join(parts).replace("+ -", "- ")
