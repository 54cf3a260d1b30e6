"""A private model: of each column the distribution given the target and one other column."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationError, model_validator

from synthlab.errors import InputError
from synthlab.rows import Rows

from ..marginal import Plain
from ..trees.coding import AnyCodes, CategoryCodes, Coded, Ints, NumberCodes
from ..trees.forest import alias
from .measure import Measured, at_least_none

__all__ = ["PrivateModel", "PrivateTrees", "learned", "read_private"]

_KEY = "synthlab"
_WHOLE = 1 << 20
"""Probabilities are stored as weights that add up to about this."""
MAX_BYTES = 1 << 30


class PrivateColumn(Plain):
    """A column, and on which other one it depends beside the target: its place among the columns, or -1."""

    column: AnyCodes
    parent: Annotated[int, Field(ge=-1, le=500)]


class Header(Plain):
    """What the weights mean, and what may be said of them."""

    format: Literal["synthlab.private/1"] = "synthlab.private/1"
    target: bool
    """Whether the first column is one that all others depend on."""
    statement: str = Field(max_length=2_000)
    columns: list[PrivateColumn] = Field(min_length=1, max_length=501)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if len({one.column.name for one in self.columns}) < len(self.columns):
            raise ValueError("two columns have one name")
        first = int(self.target)
        for place, one in enumerate(self.columns):
            if one.parent >= place or (one.parent >= 0 and one.parent < first):
                raise ValueError(f"{one.column.name!r} depends on a column that is not before it")
        return self

    def groups(self, place: int) -> int:
        """Return how many distributions a column has."""
        if place == 0:
            return 1
        one = self.columns[place]
        classes = self.columns[0].column.size if self.target else 1
        return classes * (self.columns[one.parent].column.size if one.parent >= 0 else 1)


@dataclass(frozen=True)
class PrivateModel:
    """All weights, column after column, of shape `(groups, size)` each."""

    header: Header
    weights: Ints

    def content(self) -> bytes:
        """Return the content of the file."""
        from safetensors.numpy import save

        return bytes(save({"weights": self.weights.astype(np.int32)}, {_KEY: self.header.model_dump_json()}))


def learned(columns: Sequence[Coded], target: bool, found: Measured, statement: str) -> PrivateModel:
    """Return the model of noisy counts: made whole, and leaning on fewer columns where there are few rows."""
    total = sum(at_least_none(single).sum(axis=0) for single in found.singles) / len(found.singles)
    total = np.maximum(total, 0)
    singles = [at_least_none(single, total) for single in found.singles]
    places = [0] if target else []
    parts = [total[None, :]] if target else []
    parents = [-1] if target else []
    order = _order(len(columns), found.tree)
    edges = {child: (place, parent) for place, (parent, child) in enumerate(found.tree)}
    for column in order:
        own = singles[column - 1] + 1e-9
        alone = own / own.sum(axis=0)  # (size, classes)
        if column in edges:
            place, parent = edges[column]
            rows = singles[parent - 1]  # (size of the parent, classes)
            pair = at_least_none(found.pairs[place], rows)
            lean = found.deviations[1] * math.sqrt(len(own))
            shares = (pair + lean * alone[:, None, :]) / (rows + lean)[None, :, :]
            parts.append(shares.transpose(2, 1, 0).reshape(-1, len(own)))
            parents.append(places.index(parent))
        else:
            parts.append(alone.T)
            parents.append(-1)
        places.append(column)
    described = [
        PrivateColumn(column=columns[place].meaning, parent=parent)
        for place, parent in zip(places, parents, strict=True)
    ]
    weights = [
        np.rint(part / np.maximum(part.sum(axis=1, keepdims=True), 1e-12) * _WHOLE).astype(np.int64)
        for part in parts
    ]
    for weight in weights:
        weight[weight.sum(axis=1) == 0] = 1
    header = Header(target=target, statement=statement, columns=described)
    return PrivateModel(header, np.concatenate([weight.reshape(-1) for weight in weights]))


def _order(columns: int, tree: Sequence[tuple[int, int]]) -> list[int]:
    """Return the columns beside the target, each behind its parent."""
    children = [child for _, child in tree]
    return [c for c in range(1, columns) if c not in children] + children


def read_private(path: Path) -> PrivateModel:
    """Return the model in a file, or raise InputError; nothing in a file can make it run code."""
    from safetensors import SafetensorError, safe_open

    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path.name}: a model file has at most {MAX_BYTES // 2**20} MiB")
        with safe_open(path, "numpy") as file:
            header = Header.model_validate_json((file.metadata() or {}).get(_KEY, ""))
            weights = file.get_tensor("weights") if set(file.keys()) == {"weights"} else np.empty(0)
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read: {error.strerror or error}") from error
    except SafetensorError as error:
        raise InputError(f"{path.name}: this is not a model file: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{path.name}: this is not a model file: {place} {said}".strip()) from error
    known = weights if weights.dtype == np.int32 else np.empty(0)
    model = PrivateModel(header, known.astype(np.int64))
    needed = sum(header.groups(place) * one.column.size for place, one in enumerate(header.columns))
    if model.weights.shape != (needed,) or (model.weights < 0).any():
        raise InputError(f"{path.name}: this is not a model file: its weights are not {needed} whole numbers")
    if any((weight.sum(axis=1) == 0).any() for weight in _parts(model)):
        raise InputError(f"{path.name}: this is not a model file: a distribution has no weight")
    return model


def _parts(model: PrivateModel) -> list[Ints]:
    parts, start = [], 0
    for place, one in enumerate(model.header.columns):
        shape = (model.header.groups(place), one.column.size)
        parts.append(model.weights[start : start + math.prod(shape)].reshape(shape))
        start += math.prod(shape)
    return parts


@dataclass(frozen=True)
class PrivateTrees:
    """A private model, ready to draw from."""

    marginals: Mapping[str, NumberCodes | CategoryCodes]
    header: Header
    tables: Sequence[tuple[npt.NDArray[Any], npt.NDArray[Any]]]
    """Of each column Walker's alias tables, flat: the chance to keep a code, and the other one."""

    @staticmethod
    def of(model: PrivateModel) -> PrivateTrees:
        """Return the model, ready."""
        tables = []
        for weights in _parts(model):
            keep, other = alias(weights / weights.sum(axis=1, keepdims=True))
            tables.append((keep.reshape(-1), other.astype(np.int32).reshape(-1)))
        marginals = {one.column.name: one.column for one in model.header.columns}
        return PrivateTrees(marginals, model.header, tables)

    def latent(self, rows: Rows) -> dict[str, Any]:
        """Return a code of each column for each row."""
        return self._draw(rows, [])

    def begins_with(self, name: str) -> bool:
        """Return whether all other columns depend on this one, which then can be set."""
        return self.header.target and self.header.columns[0].column.name == name

    def latent_given(self, rows: Rows, name: str, places: Ints) -> dict[str, Any]:
        """Return a code of each column for each row, the target having the values at these places."""
        return self._draw(rows, [places.astype(np.int32)])

    def _draw(self, rows: Rows, made: list[npt.NDArray[Any]]) -> dict[str, Any]:
        columns = self.header.columns
        for place in range(len(made), len(columns)):
            one, (keep, other) = columns[place], self.tables[place]
            size = one.column.size
            group = np.zeros(len(rows), dtype=np.int64)
            if place and self.header.target:
                group += made[0]
            if one.parent >= 0:
                group = group * columns[one.parent].column.size + made[one.parent]
            spot = (rows.stream("fitted", one.column.name).words() >> np.uint64(11)) * 2.0**-53 * size
            whole = spot.astype(np.int32)
            cell = group * size + whole
            made.append(np.where(spot - whole < keep.take(cell), whole, other.take(cell)))
        return {one.column.name: made[place] for place, one in enumerate(columns)}
