"""A model trained on synthetic rows, tested on real ones: how close to one that was trained on real rows?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ..errors import InputError
from .matrices import Floats, Reference, learnable

__all__ = ["Utility", "utility"]

MOST_CLASSES = 50


@dataclass(frozen=True)
class Utility:
    """Scores on the test rows, better when greater."""

    measure: str
    """"AUC" (of classes one against the rest, their mean) or "R2" (of numbers)."""
    boosting: float
    """Of gradient boosted trees."""
    linear: float
    """Of a linear model."""


def utility(train: pa.Table, test: pa.Table, target: str, reference: Reference | None = None) -> Utility:
    """Return how well models learn `target` from `train`, tested on `test`.

    Columns are read as `reference` says, by default those of `test`. Rows without a target are left out; a
    class that `train` lacks gets no probability. Raises InputError when there is nothing to learn.
    """
    known = reference or Reference.of(test)
    if target not in known.names:
        raise InputError(f"there is no column {target!r} for the target; there are {', '.join(known.names)}")
    x, y = _known(known, train, target)
    x = learnable(x)
    x_test, y_test = _known(known, test, target)
    places = known.places_of_classes(without=target)
    if x.shape[1] == 0:
        raise InputError(f"beside the target {target!r} there is no column to learn from")
    if target in known.classes:
        if len(np.unique(y)) < 2 or len(np.unique(y_test)) < 2:
            raise InputError(f"the target {target!r} needs two classes in both tables")
        if len(known.classes[target]) > MOST_CLASSES:
            raise InputError(f"the target {target!r} has more than {MOST_CLASSES} classes")
        scores = [_auc(model, x, y, x_test, y_test) for model in _classifiers(places)]
        return Utility("AUC", *scores)
    return Utility("R2", *(_r2(model, x, y, x_test, y_test) for model in _regressors(places)))


def _known(reference: Reference, table: pa.Table, target: str) -> tuple[Floats, Floats]:
    y = reference.column(table, target)
    there = np.isfinite(y) & (y >= 0) if target in reference.classes else np.isfinite(y)
    return reference.matrix(table, without=target)[there], y[there]


def _classifiers(classes: list[int]) -> tuple[Any, Any]:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    boosting = HistGradientBoostingClassifier(random_state=0, categorical_features=classes)
    return boosting, _linear(classes, LogisticRegression(max_iter=1_000))


def _regressors(classes: list[int]) -> tuple[Any, Any]:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import Ridge

    boosting = HistGradientBoostingRegressor(random_state=0, categorical_features=classes)
    return boosting, _linear(classes, Ridge())


def _linear(classes: list[int], model: Any) -> Any:
    """Return a linear model over each class and standardized numbers; a missing one is the median."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler())
    encoder = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), classes), remainder=numbers, sparse_threshold=0
    )
    return make_pipeline(encoder, model)


def _auc(model: Any, x: Floats, y: Floats, x_test: Floats, y_test: Floats) -> float:
    from sklearn.metrics import roc_auc_score

    fitted = model.fit(x, y)
    found = fitted.predict_proba(x_test)
    each = []
    for label in np.unique(y_test):
        place = np.flatnonzero(fitted.classes_ == label)
        score = found[:, place[0]] if len(place) else np.zeros(len(y_test))
        each.append(float(roc_auc_score(y_test == label, score)))
    return sum(each) / len(each)


def _r2(model: Any, x: Floats, y: Floats, x_test: Floats, y_test: Floats) -> float:
    from sklearn.metrics import r2_score

    return float(r2_score(y_test, model.fit(x, y).predict(x_test)))
