"""Names that every file system and every format can have."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

__all__ = ["DatasetName", "SplitName", "safe_name"]

_DATASET = r"^[a-z0-9][a-z0-9_-]{0,79}$"
_SPLIT = r"^[a-z][a-z0-9_]{0,39}$"  # Hugging Face takes no hyphen
# Windows gives these to devices, whatever their suffix.
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")


def safe_name(text: str) -> str:
    """Return a name that a dataset may have, made from any text."""
    name = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")[:70]
    return f"{name}-data" if _DEVICES.fullmatch(name) else name or "dataset"


def _is_dataset(name: str) -> str:
    if not re.fullmatch(_DATASET[1:-1], name) or _DEVICES.fullmatch(name):
        raise ValueError(
            "a name serves in file names, so it has lower-case ASCII letters, digits, '-' and '_' alone; "
            f"{safe_name(name)!r} would do"
        )
    return name


def _is_split(name: str) -> str:
    if not re.fullmatch(_SPLIT[1:-1], name) or _DEVICES.fullmatch(name):
        near = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")[:40]
        would = near if re.fullmatch(_SPLIT[1:-1], near) and not _DEVICES.fullmatch(near) else "validation"
        raise ValueError(f"a split is named by lower-case ASCII letters, digits and '_'; {would!r} would do")
    return name


DatasetName = Annotated[str, AfterValidator(_is_dataset), Field(json_schema_extra={"pattern": _DATASET})]
SplitName = Annotated[str, AfterValidator(_is_split), Field(json_schema_extra={"pattern": _SPLIT})]
