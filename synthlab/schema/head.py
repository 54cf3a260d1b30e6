"""The keys of a schema file that belong to no stage and no generator."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ..names import DatasetName

__all__ = ["Head", "TableHead", "TopHead"]


def _whole(value: Any) -> Any:
    """Take `1e6` and NumPy's integers for the whole numbers that they are."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.__index__() if hasattr(value, "__index__") and not isinstance(value, bool) else value


Rows = Annotated[int, Field(strict=True, ge=0, lt=2**62), BeforeValidator(_whole)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**63), BeforeValidator(_whole)]


class TopHead(BaseModel):
    """What a schema file says of all that it makes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    synthlab: Literal[1] = Field(
        description="The version of the form of schema files: 1.",
        examples=[1],
    )
    name: DatasetName | None = Field(
        default=None,
        description="The name of the dataset, used in file names; by default that of the schema file.",
    )
    description: str = Field(default="", description="What the dataset is, in a sentence.")
    seed: Seed = Field(default=0, description="Another seed gives other rows of the same kind.")
    format: str | None = Field(
        default=None, description="How the dataset is stored; see `synthlab list formats`."
    )


class TableHead(BaseModel):
    """What a schema file says of one table of several."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: str = Field(default="", description="What the table is, in a sentence.")
    generator: str = Field(
        description="What makes the rows; see `synthlab list generators`.", examples=["tabular"]
    )
    rows: Rows = Field(default=1000, description="How many rows to make.")
    options: dict[str, Any] = Field(default_factory=dict, description="The options of the generator.")


class Head(TableHead, TopHead):
    """What a schema file says that makes one dataset."""
