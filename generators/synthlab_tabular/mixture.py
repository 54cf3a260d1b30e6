"""Columns whose distribution is put together from several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, Union

import numpy as np
import pyarrow as pa
from pydantic import Field, create_model, model_validator

from synthlab.features import Feature, Value

from .chance import part
from .column import Array, Column, Decimals, Floats, Maker, Making, Path, Setting, array
from .numeric import Beta, Exponential, Gamma, Lognormal, Normal, Numeric, Triangular, Uniform, rounded

__all__ = ["Mixture"]


def _component(kind: type[Numeric]) -> type[Numeric]:
    """Return a distribution as a part of a mixture: with a weight, without a name of its own."""
    made: type[Numeric] = create_model(
        f"{kind.__name__}Component",
        __base__=kind,
        __doc__=kind.__doc__,
        name=(str, Field(default="component", exclude=True)),
        weight=(float, Field(default=1.0, gt=0, le=1e9, description="How often it is drawn from.")),
    )
    return made


if TYPE_CHECKING:
    Component = Any
else:
    Component = Annotated[
        Union[  # noqa: UP007  of classes that are made here
            tuple(map(_component, (Uniform, Normal, Lognormal, Exponential, Gamma, Beta, Triangular)))
        ],
        Field(discriminator="kind"),
    ]


class Mixture(Column):
    """Numbers from one of several distributions, chosen for each row by weight."""

    rising: ClassVar[bool] = False
    kind: Literal["mixture"]
    components: list[Component] = Field(min_length=2, max_length=100)
    type: Literal["number", "integer"] = Field(default="number", description="`integer` gives whole numbers.")
    round: Decimals | None = Field(default=None, description="How many decimals are kept.")

    @property
    def feature(self) -> Feature:
        return Value("int64" if self.type == "integer" else "float64")

    def expressions(self) -> Iterator[tuple[Path, str]]:
        for number, component in enumerate(self.components):
            for path, source in component.expressions():
                yield ("components", number, *path), source

    def maker(self, setting: Setting) -> Maker:
        makers = []
        for number, component in enumerate(self.components):
            makers.append(component.within(setting, ("components", number)))
        return _Mixed(self, tuple(makers))

    @model_validator(mode="after")
    def _are_parts(self) -> Self:
        for component in self.components:
            own = ("label", "hidden", "truth", "by", "type", "round")
            fields = type(component).model_fields
            extra = [name for name in own if getattr(component, name) != fields[name].default]
            if extra:
                raise ValueError(f"{extra[0]!r} belongs to the column, not to a part of the mixture")
        if self.type == "integer" and self.round is not None and self.round > 0:
            raise ValueError("an integer has no decimals to round to; leave out `round`")
        return self


@dataclass(frozen=True)
class _Mixed:
    column: Mixture
    makers: tuple[Any, ...]

    @property
    def feature(self) -> Feature:
        return self.column.feature

    @property
    def value_type(self) -> pa.DataType:
        return self.feature.arrow

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        return None

    def make(self, making: Making) -> Array:
        column, chance = self.column, making.chance(self.column.name)
        weights = tuple(component.weight for component in column.components)
        chosen = making.rows.stream("column", column.name, "component").choice(weights)
        numbers: Floats = np.empty(len(chance))
        missing = np.zeros(len(chance), dtype=bool)
        for number, maker in enumerate(self.makers):
            index = np.flatnonzero(chosen == number)
            if len(index):
                taken = {name: making.columns[name].take(pa.array(index)) for name in maker.names}
                values = maker.draw(part(chance, index), taken)
                numbers[index] = values.fill_null(0.0).to_numpy(zero_copy_only=False)
                missing[index] = np.asarray(values.is_null())
        decimals = 0 if column.type == "integer" and column.round is None else column.round
        numbers = rounded(numbers, decimals, -(2.0**53) if column.type == "integer" else -1e300, 1e300)
        typed = numbers.astype(np.int64) if column.type == "integer" else numbers
        return array(typed, mask=missing if missing.any() else None)
