"""Which rows a stage may touch, and how likely: splits, conditions, and rates that may be expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field

from ..errors import BuildError
from ..expressions import Expression, ExpressionError, compile
from ..features import ClassLabel, Features
from ..generator import OptionProblem

__all__ = [
    "Mask",
    "Path",
    "Probability",
    "condition_problems",
    "holds",
    "in_splits",
    "probability",
    "rate_problems",
    "split_problems",
]

Path = tuple[str | int, ...]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating[Any]]

Probability = Annotated[float, Field(ge=0, le=1)]

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_NUMBERS = (pa.int64(), pa.float64())


def split_problems(splits: Sequence[str] | None, features: Features, path: Path) -> Iterator[OptionProblem]:
    """Yield a problem for each split that does not exist."""
    known = _split_names(features)
    for place, split in enumerate(splits or ()):
        if split not in known:
            hint = f"splits are: {', '.join(known)}" if known else "the schema has no splits"
            yield OptionProblem((*path, place), f"there is no split {split!r}", hint)


def in_splits(splits: Sequence[str] | None, batch: pa.RecordBatch, features: Features) -> Mask:
    """Return which rows are in one of the splits; all are where `splits` is None."""
    if splits is None or features.split is None:
        return np.ones(batch.num_rows, dtype=bool)
    known = _split_names(features)
    wanted = [known.index(split) for split in splits]
    return np.isin(batch.column(features.split).to_numpy(zero_copy_only=False), wanted)


def condition_problems(source: str | None, features: Features, path: Path) -> Iterator[OptionProblem]:
    """Yield what is wrong with a condition over the columns."""
    if source is None:
        return
    compiled = _compiled(source, features, path)
    if isinstance(compiled, OptionProblem):
        yield compiled
    elif compiled.type != pa.bool_():
        message = f"a condition is true or false; this gives {compiled.type}"
        yield OptionProblem(path, message, "compare it with something", 0, len(source))


def holds(source: str | None, batch: pa.RecordBatch, features: Features, where: str) -> Mask:
    """Return the rows where a condition holds; one that is null does not. Raises BuildError at `where`."""
    if source is None:
        return np.ones(batch.num_rows, dtype=bool)
    found: Mask = _evaluated(source, batch, features, where).fill_null(False).to_numpy(zero_copy_only=False)
    return found


def rate_problems(rate: float | str | None, features: Features, path: Path) -> Iterator[OptionProblem]:
    """Yield what is wrong with a rate that is an expression."""
    if not isinstance(rate, str):
        return
    if share := _PERCENT.fullmatch(rate.strip()):
        hint = f"write {float(share[1]) / 100:g}"
        yield OptionProblem(path, "a rate is a number from 0 to 1, not a percentage", hint, 0, len(rate))
        return
    compiled = _compiled(rate, features, path)
    if isinstance(compiled, OptionProblem):
        yield compiled
    elif compiled.type not in _NUMBERS:
        message = f"a rate is a number from 0 to 1; this gives {compiled.type}"
        yield OptionProblem(path, message, "for example 0.3 if age > 60 else 0.05", 0, len(rate))
    elif not compiled.names:
        try:
            value = compiled.evaluate({}, 1)[0].as_py()
        except ExpressionError as error:
            yield _misread(path, error)
            return
        if value is not None and not 0 <= value <= 1:
            yield OptionProblem(path, f"a rate is a number from 0 to 1, not {value:g}", "", 0, len(rate))


def probability(
    rate: float | str, allowed: Mask, batch: pa.RecordBatch, features: Features, where: str
) -> Floats:
    """Return the rate of each row, 0 where none is allowed or it is null.

    Raises BuildError, which names `where`, when an expression gives less than 0 or more than 1.
    """
    if not isinstance(rate, str):
        return np.where(allowed, rate, 0.0)
    found = _evaluated(rate, batch, features, where).cast(pa.float64()).fill_null(0.0)
    rates: Floats = np.where(allowed, found.to_numpy(zero_copy_only=False), 0.0)
    strange = rates[(rates < 0) | (rates > 1)]
    if len(strange):
        raise BuildError(
            f"{where}: the rate {rate!r} gave {strange[0]:g}, which is no probability; "
            f"write clip({rate}, 0, 1) to keep it within 0 and 1"
        )
    return rates


def _split_names(features: Features) -> tuple[str, ...]:
    feature = features[features.split] if features.split else None
    return feature.names if isinstance(feature, ClassLabel) else ()


def _types(features: Features) -> Mapping[str, pa.DataType]:
    """Return the types of the columns as a person reads them: classes are their names."""
    return {
        name: pa.string() if isinstance(feature, ClassLabel) else feature.arrow
        for name, feature in features.columns.items()
    }


def _compiled(source: str, features: Features, path: Path) -> Expression | OptionProblem:
    try:
        return compile(source, _types(features))
    except ExpressionError as error:
        return _misread(path, error)


def _misread(path: Path, error: ExpressionError) -> OptionProblem:
    return OptionProblem(path, error.message, error.hint, error.offset, error.length)


def _evaluated(source: str, batch: pa.RecordBatch, features: Features, where: str) -> pa.Array:
    expression = compile(source, _types(features))
    columns = {name: features[name].readable(batch.column(name)) for name in expression.names}
    try:
        return expression.evaluate(columns, batch.num_rows)
    except ExpressionError as error:
        raise BuildError(f"{where}: {error}") from error
