"""What `check` found, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .kinds import KINDS, Severity

__all__ = ["CheckResult", "CheckedFile", "Example", "Problem"]


@dataclass(frozen=True, slots=True)
class Example:
    """One place where something is wrong."""

    record: str
    """What it is in: `annotation`, `image`, `category` or `file`."""
    id: int | float | str | None
    """As it stands in the JSON, or None where there is none."""
    image: str | None
    """The file name of the image."""
    found: str
    fits: str

    def __str__(self) -> str:
        name = self.record if self.id is None else f"{self.record} {self.id!r}"
        if self.record == "file":
            name = ""
        image = self.image or ""
        where = (
            (f"{name} in {image}" if self.record == "annotation" else f"{name} {image}") if image else name
        )
        return f"{where.strip()}: {self.found}; {self.fits}".removeprefix(": ").removesuffix("; ")


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem in one file: how often, and the first places."""

    file: str
    """The JSON file within the folder; with ` and ` between two that do not go together."""
    kind: str
    count: int
    examples: tuple[Example, ...]

    @property
    def severity(self) -> Severity:
        return KINDS[self.kind].severity

    @property
    def title(self) -> str:
        return KINDS[self.kind].title

    @property
    def why(self) -> str:
        return KINDS[self.kind].why


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A JSON file, and what is in it."""

    file: str
    images: int
    annotations: int
    categories: int
    masks: int
    images_without_objects: int


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What `check` found: `ok` unless there is an error."""

    path: str
    files: tuple[CheckedFile, ...]
    problems: tuple[Problem, ...]
    """Errors first, then warnings, then notes."""
    left_out: tuple[str, ...]
    """What could not be checked, and why."""

    @property
    def ok(self) -> bool:
        return not self.count("error")

    def count(self, severity: Severity) -> int:
        """Return how often something of this severity was found."""
        return sum(p.count for p in self.problems if p.severity == severity)

    def find(self, kind: str) -> list[Problem]:
        """Return the problems of one kind, of all files."""
        return [p for p in self.problems if p.kind == kind]

    def to_json(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "path": self.path,
            "ok": self.ok,
            "errors": self.count("error"),
            "warnings": self.count("warning"),
            "notes": self.count("note"),
            "files": [{name: getattr(f, name) for name in CheckedFile.__slots__} for f in self.files],
            "problems": [
                {
                    "file": p.file,
                    "kind": p.kind,
                    "severity": p.severity,
                    "title": p.title,
                    "why": p.why,
                    "count": p.count,
                    "examples": [{n: getattr(e, n) for n in Example.__slots__} for e in p.examples],
                }
                for p in self.problems
            ],
            "left_out": list(self.left_out),
        }
