"""What can go wrong, as a tree. Anything else that is raised is a bug.

    SynthlabError             exit code 1
    ├── UsageError            2   an argument that cannot be used
    │   ├── SchemaError       2   a schema file with problems, all of them at once
    │   └── ExpressionError   2   an expression that cannot be used (in `synthlab.expressions`)
    ├── PluginError           2   a generator or writer that is unknown, doubled or cannot load
    ├── FeatureError          2   a format that cannot hold these columns
    ├── InputError            1   real data that cannot be read or learned from
    ├── BuildError            1   a generator or worker that broke its promise
    ├── GateError             3   a check that did not pass
    ├── LockedError           4   another build is writing into the folder
    └── StorageError         74   the disk is full or the folder cannot be written

Every message says where, what was found and what would do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .schema.problems import Problem

__all__ = [
    "SynthlabError",
    "UsageError",
    "SchemaError",
    "PluginError",
    "FeatureError",
    "InputError",
    "BuildError",
    "GateError",
    "LockedError",
    "StorageError",
]


class SynthlabError(Exception):
    """An expected failure; its text is all that a person is shown."""

    exit_code = 1


class UsageError(SynthlabError):
    """An argument that cannot be used."""

    exit_code = 2


class SchemaError(UsageError):
    """A schema file with problems; `problems` lists them all, each with its place."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = list(problems)


class PluginError(SynthlabError):
    """A generator or writer that is unknown, offered twice or cannot be loaded."""

    exit_code = 2


class FeatureError(SynthlabError):
    """A format that cannot hold these columns; nothing was written."""

    exit_code = 2


class InputError(SynthlabError):
    """Real data that cannot be read or learned from."""


class BuildError(SynthlabError):
    """A generator broke its promise, or a worker died again and again."""


class GateError(SynthlabError):
    """A check did not pass."""

    exit_code = 3


class LockedError(SynthlabError):
    """Another build is writing into the folder."""

    exit_code = 4


class StorageError(SynthlabError):
    """The disk is full, or the folder cannot be read or written."""

    exit_code = 74


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """Return `" did you mean 'x'?"` for the nearest known name, or an empty string."""
    near = nearest(found, known)
    return f" did you mean {near!r}?" if near is not None else ""


def nearest(found: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `found`, or None when none is near."""
    return _nearest(found, tuple(known))


@lru_cache(maxsize=1024)
def _nearest(found: str, known: tuple[str, ...]) -> str | None:
    names = {name.casefold(): name for name in known}
    matches = difflib.get_close_matches(found.casefold(), names, n=1, cutoff=0.6)
    return names[matches[0]] if matches else None
