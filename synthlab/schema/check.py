"""Check a document against everything that has a say: the head, the generator, the stages, the format.

Each check returns what it found and does not stop the others, so that all mistakes are told at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from .. import plugins
from ..errors import FeatureError, PluginError
from ..features import Features
from ..generator import Generator, OptionProblem
from ..stages import STAGES, Stage
from .document import Document
from .explain import Finding, choice, explain, unknown_key, without_echoes
from .head import Head
from .problems import MOST_TOLD, Path, Problem, schema_error

__all__ = ["Checked", "check"]

Model = TypeVar("Model", bound=BaseModel)

TOP = (*Head.model_fields, *STAGES)


@dataclass(frozen=True)
class Checked:
    """The parts of a schema file that has no problems."""

    head: Head
    generator: Generator
    stages: dict[str, Stage]
    files: dict[str, FilePath]


def check(document: Document, folder: FilePath | None, given: Mapping[str, Any]) -> Checked:
    """Return the checked parts of a document, or raise SchemaError with every problem.

    `given` takes the place of keys of the file; `folder` is where its input files are.
    """
    data = {**document.data, **given}
    files: dict[str, FilePath] = {}
    kind, findings = _generator_class(data.get("generator"))
    head, found = _head(data, kind)
    findings += found
    generator: Generator | None = None
    if kind is not None and not any(f.instead == ("options",) for f in findings):
        generator, found = _generator(kind, data.get("options", {}), {"folder": folder, "files": files})
        findings += found
    stages, found = _stages(data)
    findings += found
    if generator is not None:
        findings += _columns(generator, stages, data.get("format"))
    if generator is not None and head is not None:
        findings += _told(generator.row_problems(head.rows), ("options",))
    if findings:
        problems = [_problem(document, finding, given) for finding in without_echoes(findings)]
        raise schema_error(document.source, problems, document.lines)
    assert head is not None
    assert generator is not None
    return Checked(head, generator, stages, files)


def _head(data: Mapping[str, Any], kind: type[Generator] | None) -> tuple[Head | None, list[Finding]]:
    findings = []
    for key in islice((key for key in data if key not in TOP), MOST_TOLD):
        finding = unknown_key((key,), TOP)
        if kind is not None and key in kind.model_fields:
            hint = "it is an option, so it belongs under 'options'"
            finding = replace(finding, hint=hint, instead=("options", key))
        findings.append(finding)
    head, found = _valid(Head, {key: value for key, value in data.items() if key in Head.model_fields})
    return head, findings + found


def _generator_class(name: object) -> tuple[type[Generator] | None, list[Finding]]:
    if not isinstance(name, str):
        return None, []  # told with the head
    known = plugins.generator_names()
    if name not in known:
        return None, [choice(("generator",), name, known)]
    try:
        return plugins.generator(name), []
    except PluginError as error:
        return None, [Finding(("generator",), str(error))]


def _generator(
    kind: type[Generator], options: Any, context: dict[str, Any]
) -> tuple[Generator | None, list[Finding]]:
    if not isinstance(options, dict):
        return None, []  # told with the head
    generator, findings = _valid(kind, options, ("options",), context)
    for number, finding in enumerate(findings):
        *where, key = finding.path
        if finding.unknown and where == ["options"] and key in TOP:
            hint = "it is no option, so it belongs at the top of the file"
            findings[number] = replace(finding, hint=hint, instead=(key,))
    if generator is not None:
        findings += _told(generator.problems(), ("options",))
    return (None if findings else generator), findings


def _stages(data: Mapping[str, Any]) -> tuple[dict[str, Stage], list[Finding]]:
    stages, findings = {}, []
    for key, kind in STAGES.items():
        if key in data:
            stage, found = _valid(kind, data[key], (key,))
            findings += found
            if stage is not None:
                stages[key] = stage
    return stages, findings


def _columns(generator: Generator, stages: Mapping[str, Stage], format: object) -> list[Finding]:
    """Check what needs to know the columns: each stage with those that reach it, then the format."""
    try:
        features = generator.features
    except FeatureError as error:
        return [Finding(("options",), str(error))]
    for key, stage in stages.items():
        found = _told(stage.problems(features), (key,))
        if found:
            return found  # what follows would complain about the same
        features = stage.features(features)
    return _format(format, features) if isinstance(format, str) else []


def _format(name: str, features: Features) -> list[Finding]:
    known = plugins.writer_names()
    if name not in known:
        return [choice(("format",), name, known)]
    try:
        plugins.writer(name).accepts(features)
    except (FeatureError, PluginError) as error:
        return [Finding(("format",), str(error))]
    return []


def _valid(
    model: type[Model], data: Any, start: Path = (), context: dict[str, Any] | None = None
) -> tuple[Model | None, list[Finding]]:
    try:
        return model.model_validate(data, context=context), []
    except ValidationError as error:
        return None, explain(error, model, data, start)


def _told(problems: Iterable[OptionProblem], start: Path) -> list[Finding]:
    return [
        Finding((*start, *p.path), p.message, p.hint, at_key=p.at_key, offset=p.offset, length=p.length)
        for p in islice(problems, MOST_TOLD)
    ]


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
