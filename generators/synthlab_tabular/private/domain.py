"""The declared domain of a table: what its columns can hold, known without looking at the data.

Whatever is read from the data costs privacy, so nothing here is. Each row is coded by itself: a number
outside the cuts counts as the nearest bin, a value that is not declared as the one that `other` names.
"""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml
from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, ValidationError, model_validator

from synthlab.errors import InputError

from ..column import Array, array
from ..marginal import Plain
from ..trees.coding import CategoryCodes, Coded, NumberCodes

__all__ = ["Domain", "read_domain", "template"]

MOST_BYTES = 1 << 20
_NUMBER = r"^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?$"
_DAY = datetime.date(1970, 1, 1).toordinal()
# So far from a whole number may be what is drawn for it; the halves belong to nobody.
_HALF = 0.499999


class Classes(Plain):
    """A column of declared values."""

    values: list[StrictStr | StrictInt | StrictBool] = Field(min_length=1, max_length=2_000)
    other: StrictStr | StrictInt | StrictBool | None = None
    """What a value counts as that is not declared; by default the last."""
    missing: bool = False

    def coded(self, name: str, values: Array) -> Coded:
        """Return the column as codes."""
        texts = [str(v).lower() if isinstance(v, bool) else str(v) for v in self.values]
        listed = values if not isinstance(self.values[0], bool) else pc.utf8_lower(values)
        places = pc.index_in(listed, value_set=array(texts, pa.string()))
        other = self.values.index(self.other) if self.other is not None else len(self.values) - 1
        lost = len(self.values) if self.missing else other
        codes = np.asarray(pc.if_else(pc.is_null(values), lost, places.fill_null(other)), dtype=np.int64)
        kinds = {str: "string", int: "integer", bool: "boolean"}
        known: list[Any] = [*self.values, *([None] if self.missing else [])]
        meaning = CategoryCodes.model_validate(
            {"name": name, "type": kinds[type(self.values[0])], "values": known}
        )
        return Coded(meaning, codes)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if len({type(value) for value in self.values}) > 1 or len(set(self.values)) < len(self.values):
            raise ValueError("the values are of one type, and no two are the same")
        if self.other is not None and self.other not in self.values:
            raise ValueError(f"other: {self.other!r} is none of the values")
        return self


Cut = StrictInt | StrictFloat | datetime.date


class Bins(Plain):
    """A column of numbers or days between declared cuts."""

    type: Literal["integer", "number", "date"]
    cuts: list[Cut] | None = Field(default=None, min_length=2, max_length=2_000)
    low: Cut | None = None
    high: Cut | None = None
    bins: Annotated[int, Field(ge=1, le=1_000)] = 20
    decimals: Annotated[int, Field(ge=0, le=9)] | None = None
    missing: bool = False

    @property
    def edges(self) -> list[float]:
        """The cuts as numbers; days are counted from 1970."""
        if self.cuts is not None:
            return [_as_number(cut) for cut in self.cuts]
        assert self.low is not None
        assert self.high is not None
        steps = np.linspace(_as_number(self.low), _as_number(self.high), self.bins + 1)
        return sorted(set((np.rint(steps) if self.type != "number" else steps).tolist()))

    def coded(self, name: str, values: Array) -> Coded:
        """Return the column as codes."""
        numbers = self._numbers(values)
        edges = np.array(self.edges)
        places = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(edges) - 2)
        codes = np.where(np.isnan(numbers), len(edges) - 1 if self.missing else 0, places).astype(np.int64)
        low, high = edges[:-1].copy(), edges[1:].copy()
        if self.type != "number":
            low, high = low - _HALF, high - 1 + _HALF
            high[-1] += 1
        decimals = self.decimals if self.type == "number" else 0
        meaning = NumberCodes(
            name=name,
            type=self.type,
            decimals=decimals,
            low=low.tolist(),
            high=high.tolist(),
            missing=self.missing,
        )
        return Coded(meaning, codes)

    def _numbers(self, values: Array) -> Any:
        if self.type == "date":
            days = pc.strptime(values, format="%Y-%m-%d", unit="s", error_is_null=True)
            return days.cast(pa.date32()).cast(pa.int32()).cast(pa.float64()).to_numpy(zero_copy_only=False)
        is_number = pc.match_substring_regex(values, _NUMBER)
        return pc.if_else(is_number, values, None).cast(pa.float64()).to_numpy(zero_copy_only=False)

    @model_validator(mode="after")
    def _rise(self) -> Self:
        bounds = (self.low is None) + (self.high is None)
        if bounds != (2 if self.cuts is not None else 0):
            raise ValueError("give either cuts, or low and high")
        both = [*(self.cuts or []), *([] if self.low is None else [self.low, self.high])]
        if any(isinstance(cut, datetime.date) != (self.type == "date") for cut in both):
            raise ValueError("cuts, low and high are dates for type: date, and numbers for the others")
        if any(a >= b for a, b in itertools.pairwise(self.edges)) or len(self.edges) < 2:
            raise ValueError("the cuts must rise")
        if self.type == "integer" and any(edge != round(edge) for edge in self.edges):
            raise ValueError("the cuts of whole numbers are whole")
        return self


def _as_number(cut: Cut) -> float:
    return float(cut.toordinal() - _DAY) if isinstance(cut, datetime.date) else float(cut)


class Domain(Plain):
    """The columns of a table, and what one unit of privacy is."""

    unit: Literal["row"] = "row"
    columns: dict[str, Classes | Bins] = Field(min_length=1, max_length=500)

    def coded(self, columns: dict[str, Array]) -> list[Coded]:
        """Return the declared columns as codes; raises InputError when the table lacks one."""
        lacking = [name for name in self.columns if name not in columns]
        if lacking:
            raise InputError(f"the domain declares {', '.join(map(repr, lacking))}, which the table lacks")
        return [domain.coded(name, columns[name]) for name, domain in self.columns.items()]


class _Loader(yaml.SafeLoader):
    """YAML as in a schema file: `no` and `on` are words."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_domain(path: Path) -> Domain:
    """Return the domain in a YAML file, or raise InputError that says what is wrong with it."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path.name}: a domain file has at most {MOST_BYTES >> 20} MiB")
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
        return Domain.model_validate(content)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: this is no YAML: {error}") from error
    except ValidationError as error:
        found = error.errors(include_url=False)
        lines = sorted(
            {f"  {_place(one['loc'])}: {one['msg'].removeprefix('Value error, ')}" for one in found}
        )
        raise InputError("\n".join([f"{path.name}: this is no domain", *lines[:12]])) from error


def _place(place: tuple[int | str, ...]) -> str:
    # Which of the two kinds of column was tried says nothing to a reader.
    return ".".join(str(part) for part in place if part not in ("Classes", "Bins")) or "the whole"


def template(names: list[str]) -> str:
    """Return the start of a domain file for columns with these names, to be filled in by hand."""
    columns = "".join(f"  {name}: {{type: integer, low: 0, high: 100, bins: 20}}\n" for name in names[:40])
    return (
        "unit: row\ncolumns:\n"
        + columns
        + "  # or {values: [yes, no]}; {type: number, cuts: [0, 1, 10, 100]}\n"
    )
