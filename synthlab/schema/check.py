"""Check a document against everything that has a say, and tell all that is wrong at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from ..generator import Generator
from ..stages import Stage
from .check_tables import CheckedTables, tables_of
from .document import Document
from .explain import Finding, without_echoes
from .head import Head
from .parts import format_findings, parts_of
from .problems import Problem, schema_error

__all__ = ["Checked", "CheckedTables", "check"]


@dataclass(frozen=True)
class Checked:
    """The parts of a schema file that has no problems."""

    head: Head
    generator: Generator
    stages: dict[str, Stage]
    rows: int
    files: dict[str, FilePath]


def check(document: Document, folder: FilePath | None, given: Mapping[str, Any]) -> Checked | CheckedTables:
    """Return the checked parts of a document, or raise SchemaError with every problem.

    `given` takes the place of keys of the file; `folder` is where its input files are.
    """
    checked: Checked | CheckedTables | None
    if "tables" in document.data:
        checked, findings = tables_of(document.data, folder, given)
    else:
        checked, findings = _one(document.data, folder, given)
    if findings or checked is None:
        problems = [_problem(document, finding, given) for finding in without_echoes(findings)]
        raise schema_error(document.source, problems, document.lines)
    return checked


def _one(
    written: Mapping[str, Any], folder: FilePath | None, given: Mapping[str, Any]
) -> tuple[Checked | None, list[Finding]]:
    data = {**written, **given}
    files: dict[str, FilePath] = {}
    parts, findings = parts_of(data, Head, (), {"folder": folder, "files": files})
    if parts.generator is not None and parts.columns is not None:
        findings += format_findings(data.get("format"), [parts.columns])
    if findings or parts.head is None or parts.generator is None or parts.rows is None:
        return None, findings
    return Checked(parts.head, parts.generator, parts.stages, parts.rows, files), []


def _problem(document: Document, finding: Finding, given: Mapping[str, Any]) -> Problem:
    """Return a finding with its place, unless it is about what the file does not say."""
    if finding.path[:1] and finding.path[0] in given:
        return Problem(finding.path, finding.message, finding.hint)
    return document.problem(
        finding.path,
        finding.message,
        finding.hint,
        at_key=finding.at_key,
        offset=finding.offset,
        length=finding.length,
    )
