"""What the stages share in which somebody judges rows: which column is judged, and what is taken for what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator

from ..errors import did_you_mean
from ..features import ClassLabel, Features
from ..generator import OptionProblem
from .conditions import Path, Probability

__all__ = ["Confusion", "class_names", "class_problems", "confusion_problems", "first_class"]


def _possible(confusion: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    for name, row in confusion.items():
        if name in row:
            raise ValueError(f"what is left keeps the true class, so {name!r} needs no rate for itself")
        if sum(Fraction(repr(p)) for p in row.values()) > 1:
            raise ValueError(f"class {name!r} is taken for others more often than it occurs")
    return confusion


Confusion = Annotated[dict[str, dict[str, Probability]], AfterValidator(_possible)]
"""For a true class, how often it is taken for another: `{positive: {negative: 0.1}}`."""


def first_class(features: Features) -> str | None:
    """Return the first label that is a class."""
    return next((n for n in features.labels if isinstance(features[n], ClassLabel)), None)


def class_names(features: Features, column: str) -> tuple[str, ...]:
    """Return the names of the classes of a class column."""
    feature = features[column]
    assert isinstance(feature, ClassLabel)
    return feature.names


def class_problems(
    column: str | None, features: Features, who: str, also: Sequence[str] = ()
) -> Iterator[OptionProblem]:
    """Yield what is wrong with a column whose class `who` is to judge; None where there is none. `also` are
    other columns that would do."""
    classes = [n for n in features.find(ClassLabel) if n not in (features.split, features.group)]
    if column is None or column not in classes:
        message = "the dataset has no class label"
        if column is not None:
            is_class = column in features.find(ClassLabel)
            found = f"no class that {who} may touch" if is_class else "no class column"
            message = f"column {column!r} is {found}"
        listed = f"classes are: {', '.join(classes) or 'none'}; one of a table becomes one by label: true"
        listed += f"; boxes or spans are in: {', '.join(also)}" if also else ""
        hint = did_you_mean(column or "", (*classes, *also)).strip() or listed
        yield OptionProblem(("column",), message, hint)
    elif len(class_names(features, column)) < 2:
        message = f"column {column!r} has one class alone, so nothing can be taken for another"
        yield OptionProblem(("column",), message)


def confusion_problems(
    confusion: Mapping[str, Mapping[str, float]] | None,
    names: tuple[str, ...],
    column: str,
    start: Path = ("confusion",),
) -> Iterator[OptionProblem]:
    """Yield a problem for each name that is no class."""
    for true, row in (confusion or {}).items():
        for name in (true, *row):
            if name not in names:
                path = (*start, true) if name == true else (*start, true, name)
                hint = did_you_mean(name, names).strip() or f"classes are: {', '.join(names)}"
                message = f"{name!r} is not a class of {column!r}"
                yield OptionProblem(path, message, hint, at_key=True)
