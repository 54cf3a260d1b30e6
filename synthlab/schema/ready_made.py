"""The ready-made schemas that come with synthlab."""

from __future__ import annotations

from pathlib import Path

from ..errors import SchemaError, did_you_mean
from .document import from_bytes

__all__ = ["ready_made", "ready_made_descriptions", "ready_made_path"]


def ready_made() -> list[str]:
    """Return the names of the ready-made schemas, sorted."""
    return sorted(path.stem for path in _folder().glob("*.yaml"))


def ready_made_path(name: str) -> Path:
    """Return where a ready-made schema is; raises SchemaError with the nearest name for an unknown one."""
    if name not in ready_made():
        raise SchemaError(
            f"{name!r} is neither a schema file nor a ready-made schema;{did_you_mean(name, ready_made())} "
            f"ready-made are: {', '.join(ready_made())}"
        )
    return _folder() / f"{name}.yaml"


def ready_made_descriptions() -> dict[str, str]:
    """Return the description of each ready-made schema."""
    return {
        name: str(from_bytes(name, ready_made_path(name).read_bytes()).data.get("description", ""))
        for name in ready_made()
    }


def _folder() -> Path:
    """Return the folder inside the package when it was installed, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "schemas"
    return inside if inside.is_dir() else package.parent / "schemas"
