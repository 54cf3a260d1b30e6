"""Whether a model can tell the rows of two tables apart, and by which columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..rows import Rows
from .estimates import Chance, Estimate, student
from .matrices import Floats, Reference, learnable

__all__ = ["ToldApart", "told_apart"]

FOLDS = 5
_SHOWN = 2_000
_FOLDS_OF_COLUMNS = 2


@dataclass(frozen=True)
class ToldApart:
    """How well gradient boosting tells the rows of two tables apart: an AUC, 0.5 when it cannot."""

    auc: Estimate
    columns: dict[str, float]
    """How much AUC is lost when the values of a column are shuffled: what gives the rows away."""


def told_apart(real: pa.Table, other: pa.Table, chance: Chance, name: str) -> ToldApart:
    """Return how well a model tells the rows of one table from as many of the other, cross-validated.

    The interval is that of the corrected resampled t test (Nadeau and Bengio, "Inference for the
    generalization error", Machine Learning 2003), as the folds share rows that they learn from.
    """
    size = min(real.num_rows, other.num_rows)
    tables = [chance.sample(t, size, "told apart", name, which) for t, which in ((real, "a"), (other, "b"))]
    reference = Reference.of(*tables)
    x = np.concatenate([reference.matrix(table) for table in tables])
    y = np.repeat([0, 1], size)
    places = [chance.order(size, "folds", name, which).argsort() for which in ("a", "b")]
    folds = np.concatenate([place % FOLDS for place in places])
    found, losses = [], []
    for fold in range(FOLDS):
        inside = folds != fold
        model = _model(reference).fit(learnable(x[inside]), y[inside])
        auc = _auc(model, x[~inside], y[~inside])
        found.append(auc)
        if fold < _FOLDS_OF_COLUMNS:
            shuffles = Rows(chance.seed, 0, _SHOWN).within("audit", "shuffled", name, str(fold))
            losses.append(_losses(model, x[~inside], y[~inside], shuffles))
    # Each fold tests on a quarter as many rows as it learns from.
    error = math.sqrt((1 / FOLDS + 1 / (FOLDS - 1)) * float(np.var(found, ddof=1)))
    half = student(FOLDS - 1) * error
    auc = float(np.mean(found))
    mean: Any = np.mean(losses, axis=0)
    columns = {n: max(0.0, float(loss)) for n, loss in zip(reference.names, mean, strict=True)}
    return ToldApart(Estimate(auc, max(0.0, auc - half), min(1.0, auc + half)), columns)


def _model(reference: Reference) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        random_state=0, early_stopping=True, categorical_features=reference.places_of_classes()
    )


def _auc(model: Any, x: Floats, y: npt.NDArray[np.int64]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(y, model.predict_proba(x)[:, 1]))


def _losses(model: Any, x: Floats, y: npt.NDArray[np.int64], rows: Rows) -> Floats:
    """Return how much AUC is lost when each column is shuffled."""
    chosen = np.linspace(0, len(x) - 1, min(len(x), _SHOWN)).astype(np.int64)
    x, y = x[chosen], y[chosen]
    whole = _auc(model, x, y)
    found = []
    for place in range(x.shape[1]):
        order = np.argsort(rows.slice(0, len(x)).stream(str(place)).words(), kind="stable")
        shuffled = x.copy()
        shuffled[:, place] = x[order, place]
        found.append(whole - _auc(model, shuffled, y))
    return np.array(found)
