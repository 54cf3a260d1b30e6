"""The keys of a schema file that belong to no stage and no generator."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

__all__ = ["Head", "safe_name"]

_NAME = r"^[a-z0-9][a-z0-9_-]{0,79}$"
# Windows gives these to devices, whatever their suffix.
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")


def safe_name(text: str) -> str:
    """Return a name that a dataset may have, made from any text."""
    name = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")[:70]
    return f"{name}-data" if _DEVICES.fullmatch(name) else name or "dataset"


def _is_safe(name: str) -> str:
    if not re.match(_NAME, name) or _DEVICES.fullmatch(name):
        raise ValueError(
            "a name serves in file names, so it has lower-case ASCII letters, digits, '-' and '_' alone; "
            f"{safe_name(name)!r} would do"
        )
    return name


def _whole(value: Any) -> Any:
    """Take `1e6` and NumPy's integers for the whole numbers that they are."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.__index__() if hasattr(value, "__index__") and not isinstance(value, bool) else value


class Head(BaseModel):
    """What a schema file says, whatever it makes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    synthlab: Literal[1] = Field(
        description="The version of the form of schema files: 1.",
        examples=[1],
    )
    name: Annotated[str, AfterValidator(_is_safe)] | None = Field(
        default=None,
        json_schema_extra={"pattern": _NAME},
        description="The name of the dataset, used in file names; by default that of the schema file.",
    )
    description: str = Field(default="", description="What the dataset is, in a sentence.")
    generator: str = Field(
        description="What makes the rows; see `synthlab list generators`.", examples=["tabular"]
    )
    rows: Annotated[int, Field(strict=True, ge=0, lt=2**62), BeforeValidator(_whole)] = Field(
        default=1000, description="How many rows to make."
    )
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63), BeforeValidator(_whole)] = Field(
        default=0, description="Another seed gives other rows of the same kind."
    )
    format: str | None = Field(
        default=None, description="How the dataset is stored; see `synthlab list formats`."
    )
    options: dict[str, Any] = Field(default_factory=dict, description="The options of the generator.")
