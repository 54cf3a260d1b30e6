"""Check a schema file of several tables: each of them, and what ties them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..errors import did_you_mean
from ..names import DatasetName
from ..tables import Table
from .explain import Finding, unknown_key
from .head import TableHead, TopHead
from .parts import Parts, format_findings, parts_of, valid

__all__ = ["CheckedTables", "tables_of"]

MOST_TABLES = 100
MOST_STEPS = 100
"""Tables that may be gone through to make one, over all ways to them: each may cost as much as the table."""
MOST_LEVELS = 20
_NAME: TypeAdapter[str] = TypeAdapter(DatasetName)


@dataclass(frozen=True)
class CheckedTables:
    """The parts of a schema file of several tables that has no problems."""

    head: TopHead
    tables: dict[str, Parts[TableHead]]
    refers: dict[str, frozenset[str]]
    """The tables that each table refers to."""
    files: dict[str, dict[str, FilePath]]


def tables_of(
    data: Mapping[str, Any], folder: FilePath | None, given: Mapping[str, Any]
) -> tuple[CheckedTables | None, list[Finding]]:
    """Return the checked tables, or everything that is wrong.

    `rows` that are given are those of the first table; the others change in proportion.
    """
    top = {key: value for key, value in data.items() if key != "tables"}
    if "seed" in given:
        top["seed"] = given["seed"]
    findings = []
    known = (*TopHead.model_fields, "tables")
    for key in top:
        if key not in known:
            finding = unknown_key((key,), known)
            if key in TableHead.model_fields:
                finding = replace(finding, hint="it belongs to a table, under 'tables'")
            findings.append(finding)
    rows = given.get("rows")
    if rows is not None and (not isinstance(rows, int) or isinstance(rows, bool) or rows < 0):
        findings.append(Finding(("rows",), f"rows is a whole number from 0 on, not {rows!r}"))
        given = {key: value for key, value in given.items() if key != "rows"}
    head, found = valid(TopHead, {k: v for k, v in top.items() if k in TopHead.model_fields})
    findings += found
    tables = data["tables"]
    if not isinstance(tables, dict) or not tables:
        return None, [*findings, Finding(("tables",), "tables must name at least one table")]
    if len(tables) > MOST_TABLES:
        return None, [*findings, Finding(("tables",), f"{len(tables)} tables are more than {MOST_TABLES}")]
    seed = 0 if head is None else head.seed
    checker = _Checker(tables, folder, _scale(tables, folder, given.get("rows")), seed)
    for name in tables:
        checker.check(name)
    findings += checker.findings
    columns = [p.columns for p in checker.done.values() if p is not None and p.columns is not None]
    findings += format_findings(top.get("format"), columns)
    findings += checker.spoilt_keys() if not findings else []
    if findings or head is None:
        return None, findings
    done = {name: parts for name in tables if (parts := checker.done[name]) is not None}
    return CheckedTables(head, done, {n: frozenset(r) for n, r in checker.refers.items()}, checker.files), []


def _scale(tables: Mapping[str, Any], folder: FilePath | None, rows: object) -> float:
    """Return what the rows of all tables are multiplied by, so that the first has `rows`."""
    if not isinstance(rows, int):
        return 1.0
    first = _Checker(tables, folder, 1.0, 0).check(next(iter(tables)))
    return 1.0 if first is None or not first.rows else rows / first.rows


@dataclass
class _Checker:
    """Checks each table when it is first asked for: by the file, or by a table that refers to it."""

    tables: Mapping[str, Any]
    folder: FilePath | None
    scale: float
    seed: int
    done: dict[str, Parts[TableHead] | None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    refers: dict[str, set[str]] = field(default_factory=dict)
    files: dict[str, dict[str, FilePath]] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    levels: dict[str, int] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)

    def check(self, name: str) -> Parts[TableHead] | None:
        """Return the valid parts of a table, or None when it has problems, which are then told."""
        if name in self.done:
            return self.done[name]
        self.waiting.append(name)
        self.refers[name] = set()
        parts, findings = self._parts(name)
        self.waiting.pop()
        self.done[name] = None if findings else parts
        prefix = ("tables", name)
        for finding in findings:
            instead = None if finding.instead is None else (*prefix, *finding.instead)
            self.findings.append(replace(finding, path=(*prefix, *finding.path), instead=instead))
        return self.done[name]

    def _parts(self, name: str) -> tuple[Parts[TableHead] | None, list[Finding]]:
        data = self.tables[name]
        try:
            _NAME.validate_python(name)
        except ValidationError as error:
            message = str(error.errors(include_url=False)[0]["msg"]).removeprefix("Value error, ")
            return None, [Finding((), f"a table cannot be named {name[:40]!r}: {message}", at_key=True)]
        if not isinstance(data, dict):
            return None, [Finding((), "a table is a mapping with its generator, its rows and its options")]
        self.files[name] = {}
        context = {
            "folder": self.folder,
            "files": self.files[name],
            "tables": lambda other: self._table(name, other),
        }
        return parts_of(data, TableHead, TopHead.model_fields, context, self.scale)

    def _table(self, asking: str, name: str) -> Table:
        """Return what another table sees of a table; raises ValueError when it cannot be seen."""
        if name not in self.tables:
            hint = did_you_mean(name, self.tables).strip() or f"tables are: {', '.join(self.tables)}"
            raise ValueError(f"there is no table {name!r}; {hint}")
        if len(self.waiting) > MOST_LEVELS:
            raise ValueError(f"more than {MOST_LEVELS} tables in a row refer to each other")
        if name in self.waiting:
            circle = " refers to ".join([*self.waiting[self.waiting.index(name) :], name])
            raise ValueError(f"these tables wait for each other: {circle}")
        parts = self.check(name)
        if parts is None or parts.generator is None or parts.rows is None:
            raise ValueError(f"table {name!r} has mistakes of its own")
        self.refers[asking].add(name)
        self.levels[asking] = max(self.levels.get(asking, 0), self.levels.get(name, 0) + 1)
        self.steps[asking] = self.steps.get(asking, 0) + self.steps.get(name, 0) + 1
        if self.steps[asking] > MOST_STEPS or self.levels[asking] > MOST_LEVELS:
            raise ValueError(
                f"to find its rows would go through more than {MOST_STEPS} tables, or {MOST_LEVELS} in a row"
            )
        return Table(name, parts.rows, parts.generator, self.seed)

    def spoilt_keys(self) -> list[Finding]:
        """Return the stages that would change keys, so that rows of one table referred to none of another."""
        findings = []
        for name, parts in self.done.items():
            if parts is None or parts.generator is None:
                continue
            others = ", ".join(sorted(other for other, r in self.refers.items() if name in r))
            keys = set(parts.generator.keys) if others else set()
            features = parts.generator.features
            for key, stage in parts.stages.items():
                where, changed = ("tables", name, key), stage.changes(features)
                if touched := sorted(keys & changed):
                    message = f"other tables ({others}) refer to {touched[0]!r}, which this would change"
                    hint = f"spare it, by fresh: [{touched[0]}]" if key == "duplicates" else "leave it out"
                    findings.append(Finding(where, message, hint))
                # A copy refers to what its original does, and what is missing refers to nothing.
                elif key not in ("duplicates", "missing") and (
                    touched := sorted(changed & set(parts.generator.foreign_keys))
                ):
                    message = (
                        f"{touched[0]!r} refers to another table, and this would make orphans of its rows"
                    )
                    findings.append(Finding(where, message, "leave it out"))
                features = stage.features(features)
        return findings
