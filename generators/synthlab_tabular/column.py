"""What all columns share, and how a column becomes values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeAlias, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field

from synthlab.features import ClassLabel, Feature
from synthlab.generator import OptionProblem
from synthlab.rows import Rows, Stream

if TYPE_CHECKING:
    from .grouping import Family
    from .pilot import Pilot

__all__ = [
    "Array",
    "Column",
    "Conditional",
    "Decimals",
    "FittedModel",
    "Floats",
    "Maker",
    "Making",
    "Marginal",
    "Misfit",
    "Path",
    "Setting",
    "array",
    "stored",
]

Array: TypeAlias = Any
"""An Arrow array; the type of its values is known once the columns are checked."""
array: Any = pa.array
"""`pyarrow.array`, without type stubs that take every array for one of truth values."""
Floats = npt.NDArray[np.floating[Any]]
Path = tuple[str | int, ...]
T = TypeVar("T")
Decimals = Annotated[int, Field(ge=-9, le=9)]


class Column(BaseModel):
    """What every column has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=200, description="The name of the column.")
    label: bool = Field(default=False, description="Whether a model is to learn this column.")
    hidden: bool = Field(
        default=False, description="Whether only other columns use it, and it is not written."
    )

    @property
    def is_key(self) -> bool:
        """Whether no value occurs twice, so that other tables can refer to it."""
        return False

    truth: bool = Field(
        default=False,
        description="Whether it is known only because the data was made, so that no model may see it.",
    )

    def companions(self) -> Iterator[Column]:
        """Yield the columns that come with this one, right behind it."""
        yield from ()

    def expressions(self) -> Iterator[tuple[Path, str]]:
        """Yield the expressions of the column, each with the path to it from the column."""
        yield from ()

    def reads(self) -> Iterator[tuple[Path, str]]:
        """Yield the columns that the column names outside expressions, each with the path to it."""
        yield from ()

    def row_problems(self, rows: int) -> Iterator[OptionProblem]:
        """Yield what stands in the way of so many rows."""
        yield from ()

    def maker(self, setting: Setting) -> Maker:
        """Return what makes the values, or raise Misfit."""
        raise NotImplementedError


class Marginal(Protocol):
    """What a fitted model knows of the values of one column."""

    @property
    def feature(self) -> Feature:
        """What the column is."""
        ...

    @property
    def value_type(self) -> pa.DataType:
        """What expressions see."""
        ...

    def draw(self, latent: Any, rows: Rows) -> Array:
        """Return the values behind what the model gives for the column."""
        ...


class FittedModel(Protocol):
    """A model ready to draw from, whatever its kind."""

    @property
    def marginals(self) -> Mapping[str, Marginal]:
        """Its columns by name."""
        ...

    def latent(self, rows: Rows) -> Mapping[str, Array]:
        """Return for each column what its marginal makes values of."""
        ...


@runtime_checkable
class Conditional(Protocol):
    """A model whose rows may depend on columns that are made before, or on the row before."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns that must be made before: none, where a row stands for itself."""
        ...

    @property
    def series(self) -> str | None:
        """The foreign key whose rows of one parent follow from each other."""
        ...

    def latent_after(
        self, rows: Rows, columns: Mapping[str, Array], family: Family | None
    ) -> Mapping[str, Array]:
        """Return for each column what its marginal makes values of."""
        ...


@dataclass(frozen=True)
class Setting:
    """What a column finds around it before any row is made."""

    types: Mapping[str, pa.DataType]
    """What expressions see of the columns that it reads."""
    outcomes: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    """All values of these columns, as text, where they are known."""
    makers: Mapping[str, Maker] = field(default_factory=dict)
    """The makers of these columns."""
    model: FittedModel | None = None
    locale: str = "en_US"
    """The language and country of names, addresses and the like, for columns that do not say it."""
    pilot: Pilot | None = None
    """Rows to learn from what gives the shares that are asked for."""


@dataclass(frozen=True)
class Making:
    """What there is while rows are being made."""

    rows: Rows
    columns: Mapping[str, Array]
    """The columns made so far."""
    latent: Mapping[str, Array]
    """What a fitted model gives for each of its columns; its marginals make values of it."""
    correlated: Mapping[str, Floats] = field(default_factory=dict)
    """Standard normal numbers of the columns that are declared to be correlated."""
    wanted: Collection[str] = ()
    """The columns that are to be made."""
    _shared: dict[Hashable, Any] = field(default_factory=dict)

    def chance(self, column: str) -> Stream:
        """Return the stream of a column, tied to those of others when they are correlated."""
        stream = self.rows.stream("column", column)
        if column not in self.correlated:
            return stream
        from .chance import Correlated

        return Correlated(stream.key, stream.start, stream.stop, stream.picked, self.correlated[column])

    def part(self, index: npt.NDArray[np.int64], names: Collection[str]) -> Making:
        """Return what there is for some of the rows, with these columns."""
        taken = {name: self.columns[name].take(pa.array(index)) for name in names}
        return Making(self.rows.at(self.rows.numbers[index]), taken, {}, {}, self.wanted)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what several columns share, made by the first to ask: a person, for name and email."""
        if key not in self._shared:
            self._shared[key] = make()
        found: T = self._shared[key]
        return found


class Maker(Protocol):
    """What makes the values of one column. It may be pickled."""

    @property
    def feature(self) -> Feature:
        """What the column is, for the reader of the dataset."""
        ...

    @property
    def value_type(self) -> pa.DataType:
        """What expressions see."""
        ...

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        """All values that occur, as text, where they are known."""
        ...

    def make(self, making: Making) -> Array:
        """Return a value for each row."""
        ...


class Misfit(Exception):  # noqa: N818  it is the column that does not fit
    """What is wrong with a column beside the others; the path starts at the column."""

    def __init__(self, problem: OptionProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def stored(values: Array, feature: Feature) -> Array:
    """Return values as the feature stores them: of classes, their numbers."""
    if not isinstance(feature, ClassLabel):
        return values
    names = array(feature.names, pa.string())
    if isinstance(values, pa.DictionaryArray):
        # Far fewer look-ups: one for each class.
        numbers = pc.index_in(values.dictionary.cast(pa.string()), value_set=names)
        return numbers.take(values.indices).cast(pa.int64())
    return pc.index_in(values.cast(pa.string()), value_set=names).cast(pa.int64())
