"""What a model of sequential trees is made of, and its file: plain numbers in the safetensors format.

The columns and the lengths of the arrays stand as JSON in the header of the file. Nothing in it is code,
and everything is checked before it is used: https://github.com/huggingface/safetensors
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationError, model_validator

from synthlab.errors import InputError
from synthlab.rows import Rows

from ..column import Array, Floats
from ..marginal import NumberValues, Plain
from .coding import AnyCodes, CategoryCodes, NumberCodes

__all__ = [
    "FittedTrees",
    "Given",
    "Header",
    "Total",
    "TreesModel",
    "counted",
    "habit_size",
    "read_trees",
    "usual",
]

Ints = npt.NDArray[np.int64]
Count = Annotated[int, Field(ge=1)]

MAX_BYTES = 1 << 30
_KEY = "synthlab"


class FittedTrees(Plain):
    """One column, and how large the trees are that it is drawn from."""

    column: AnyCodes
    nodes: list[Count] = Field(min_length=1, max_length=100)
    """How many nodes each tree has, in breadth-first order."""


class Given(Plain):
    """What is known of a row before its columns are drawn, and asked by their trees."""

    source: Literal["column", "place", "before", "usual"]
    """The value of another column of the table; the place of the row among those of its parent, from 0; or
    what was drawn for a column in the row before of the same parent, or is usual in all rows before, with one
    more code for none."""
    name: str
    """Of the column that is meant; of a place, nothing."""
    column: AnyCodes | None
    """What its codes mean; None for those of a drawn column."""


class Total(NumberValues):
    """A column of numbers, added up along the rows of a parent; the first row counts nothing."""

    of: str
    """The drawn column."""

    def draw(self, latent: Floats, rows: Rows) -> Array:
        """Return the sums."""
        return self.arrow(latent, -math.inf, math.inf, None)


def usual(sums: Ints, rows: Ints | int, column: NumberCodes | CategoryCodes) -> Ints:
    """Return what is usual in so many rows: the mean code of numbers, the tenths of the commonest class.

    `sums` are of the codes of numbers, or of the rows with the commonest class.
    """
    return sums // rows if isinstance(column, NumberCodes) else 10 * sums // rows


def counted(codes: Ints, column: NumberCodes | CategoryCodes) -> Ints:
    """Return what `usual` adds up."""
    return codes if isinstance(column, NumberCodes) else codes == 0


def _asked(source: str, column: NumberCodes | CategoryCodes) -> tuple[int, bool]:
    if source == "usual":
        return habit_size(column), True
    return column.size + (source == "before"), isinstance(column, NumberCodes)


def habit_size(column: NumberCodes | CategoryCodes) -> int:
    """Return how many codes there are for what is usual, with the one for no row before."""
    return (column.size if isinstance(column, NumberCodes) else 11) + 1


class Header(Plain):
    """What the arrays of a model mean."""

    format: Literal["synthlab.trees/1"] = "synthlab.trees/1"
    smoothing: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
    """As how many rows the node above counts in the distribution of a node."""
    columns: list[FittedTrees] = Field(min_length=1, max_length=1_000)
    """In the order in which they are drawn."""
    given: list[Given] = Field(default_factory=list, max_length=3_000)
    """What the trees can ask besides the columns before; they count it first."""
    series: str | None = None
    """The foreign key whose rows of one parent follow from each other."""
    totals: list[Total] = Field(default_factory=list, max_length=100)

    @property
    def asked(self) -> list[tuple[int, bool]]:
        """Of all that is given, how many codes it has and whether they have an order."""
        drawn = {fitted.column.name: fitted.column for fitted in self.columns}
        found = [(one, one.column or drawn[one.name]) for one in self.given]
        return [_asked(one.source, c) for one, c in found]

    @model_validator(mode="after")
    def _given_is_there(self) -> Self:
        drawn = {fitted.column.name: fitted.column for fitted in self.columns}
        for one in self.given:
            if (one.column is None) != (one.source in ("before", "usual")):
                raise ValueError(f"what is given by {one.name!r} has no codes, or too many")
            if one.column is None and one.name not in drawn:
                raise ValueError(f"{one.name!r} is not drawn, so the row before does not have it")
            if one.source == "place" and not isinstance(one.column, NumberCodes):
                raise ValueError("a place is a number")
        for total in self.totals:
            if not isinstance(drawn.get(total.of), NumberCodes) or total.name in drawn:
                raise ValueError(f"{total.name!r} adds up no numbers")
        if self.series is None and (self.totals or any(one.source != "column" for one in self.given)):
            raise ValueError("there is no series that the rows could follow")
        return self

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if len({fitted.column.name for fitted in self.columns}) != len(self.columns):
            raise ValueError("two columns have one name")
        return self


@dataclass(frozen=True)
class TreesModel:
    """The arrays of all trees of all columns, one after another."""

    header: Header
    left: Ints
    """Of each node the number of its left child within the tree, the right one being next; -1 for a leaf."""
    predictor: Ints
    """Of each node that is no leaf, which of the columns before it asks."""
    threshold: Ints
    """Of each node that is no leaf, the greatest rank that goes to the left."""
    ranks: Ints
    """Of each column, for each given and each column before it without order, the rank of each code."""
    entries: Ints
    """Of each leaf, how many codes it has seen."""
    codes: Ints
    counts: Ints
    """These codes, and in how many rows."""

    def content(self) -> bytes:
        """Return the content of the file: the same bytes for the same model."""
        from safetensors.numpy import save

        arrays = {name: getattr(self, name).astype(np.int32) for name in _ARRAYS}
        return bytes(save(arrays, {_KEY: self.header.model_dump_json()}))


_ARRAYS = tuple(field.name for field in fields(TreesModel) if field.name != "header")


def read_trees(path: Path) -> TreesModel:
    """Return the model in a file, or raise InputError; nothing in a file can make it run code."""
    from safetensors import SafetensorError, safe_open

    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path.name}: a model file has at most {MAX_BYTES // 2**20} MiB")
        with safe_open(path, "numpy") as file:
            header = Header.model_validate_json((file.metadata() or {}).get(_KEY, ""))
            if set(file.keys()) != set(_ARRAYS):
                raise InputError(f"{path.name}: this is not a model file: its arrays are others")
            arrays = {name: file.get_tensor(name) for name in _ARRAYS}
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read: {error.strerror or error}") from error
    except SafetensorError as error:
        raise InputError(f"{path.name}: this is not a model file: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{path.name}: this is not a model file: {place} {said}".strip()) from error
    if any(array.dtype != np.int32 or array.ndim != 1 for array in arrays.values()):
        raise InputError(f"{path.name}: this is not a model file: its arrays are no lists of whole numbers")
    model = TreesModel(header, **{name: array.astype(np.int64) for name, array in arrays.items()})
    if wrong := _wrong(model):
        raise InputError(f"{path.name}: this is not a model file: {wrong}")
    return model


def _wrong(model: TreesModel) -> str:
    """Return what does not fit together in a model, or nothing: after this, no index is outside."""
    columns = model.header.columns
    sizes = [fitted.column.size for fitted in columns]
    nodes = [count for fitted in columns for count in fitted.nodes]
    leaf = model.left < 0
    if not len(model.left) == len(model.predictor) == len(model.threshold) == sum(nodes):
        return "the nodes are not as many as it says"
    if len(model.entries) != leaf.sum() or (model.entries < 1).any():
        return "the leaves are not as many as it says"
    if not len(model.codes) == len(model.counts) == model.entries.sum() or (model.counts < 1).any():
        return "the codes are not as many as it says"
    categories = [
        size if fitted.column.kind == "category" else 0 for size, fitted in zip(sizes, columns, strict=True)
    ]
    asked = model.header.asked
    given = sum(size for size, ordered in asked if not ordered)
    if len(model.ranks) != sum(given + sum(categories[:place]) for place in range(len(columns))):
        return "the ranks are not as many as it says"
    start, leaves = 0, 0
    seen = np.concatenate([[0], np.cumsum(model.entries)])
    for place, fitted in enumerate(columns):
        for count in fitted.nodes:
            stop = start + count
            inner = np.flatnonzero(~leaf[start:stop])
            children = model.left[start:stop][inner]
            # In breadth-first order, the pairs of children follow each other without a gap.
            if not np.array_equal(children, 1 + 2 * np.arange(len(inner))) or count != 1 + 2 * len(inner):
                return f"a tree of {fitted.column.name!r} is no tree"
            if (children <= inner).any():
                return f"a tree of {fitted.column.name!r} is no tree"
            predictors = model.predictor[start:stop][inner]
            if len(predictors) and not 0 <= predictors.min() <= predictors.max() < len(asked) + place:
                return f"a tree of {fitted.column.name!r} asks what is not known before it"
            more = int(leaf[start:stop].sum())
            codes = model.codes[seen[leaves] : seen[leaves + more]]
            if not 0 <= codes.min() <= codes.max() < sizes[place]:
                return f"a tree of {fitted.column.name!r} has codes that the column does not have"
            start, leaves = stop, leaves + more
    return ""
