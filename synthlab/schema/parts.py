"""Check one dataset of a schema file: its head, its generator, its stages.

Each check returns what it found and does not stop the others, so that all mistakes are told at once.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from .. import plugins
from ..errors import FeatureError, PluginError
from ..features import Features
from ..generator import Generator, OptionProblem
from ..stages import STAGES, Stage
from .explain import Finding, choice, explain, unknown_key
from .head import TableHead
from .problems import MOST_TOLD, Path

__all__ = ["Parts", "format_findings", "parts_of", "told", "valid"]

Model = TypeVar("Model", bound=BaseModel)
H = TypeVar("H", bound=TableHead)


@dataclass(frozen=True)
class Parts(Generic[H]):
    """What was valid of one dataset."""

    head: H | None
    generator: Generator | None
    stages: dict[str, Stage]
    rows: int | None
    """How many rows there are; None when the head is not valid."""
    columns: Features | None
    """What comes out of the last stage; None when something is wrong on the way."""


def parts_of(
    data: Mapping[str, Any],
    model: type[H],
    others: Collection[str],
    context: dict[str, Any],
    scale: float = 1.0,
) -> tuple[Parts[H], list[Finding]]:
    """Return the valid parts of a dataset and all that is wrong.

    `others` are keys that belong elsewhere in the file and are told apart from misspelt ones. `scale`
    multiplies the rows that the data says; those that follow from the options follow.
    """
    known = (*model.model_fields, *STAGES)
    kind, findings = _generator_class(data.get("generator"))
    head, found = _head(data, model, known, others, kind)
    findings += found
    generator: Generator | None = None
    if kind is not None and not any(f.instead == ("options",) for f in findings):
        generator, found = _generator(kind, data.get("options", {}), known, context)
        findings += found
    stages, found = _stages(data)
    findings += found
    count: int | None = None
    columns: Features | None = None
    if generator is not None:
        columns, found = _columns(generator, stages)
        findings += found
    if head is not None:
        natural = None if generator is None or "rows" in data else generator.default_rows
        # Rounded up, so that there are parents for all children.
        scaled = math.ceil(round(head.rows * scale, 6))
        count = scaled if natural is None else natural
    if generator is not None and count is not None:
        findings += told(generator.row_problems(count), ("options",))
    return Parts(head, generator, stages, count, columns), findings


def _head(
    data: Mapping[str, Any],
    model: type[H],
    known: Collection[str],
    others: Collection[str],
    kind: type[Generator] | None,
) -> tuple[H | None, list[Finding]]:
    findings = []
    for key in islice((key for key in data if key not in known), MOST_TOLD):
        finding = unknown_key((key,), known)
        if key in others:
            finding = replace(finding, hint="it belongs at the top of the file, for all tables")
        elif kind is not None and key in kind.model_fields:
            hint = "it is an option, so it belongs under 'options'"
            finding = replace(finding, hint=hint, instead=("options", key))
        findings.append(finding)
    head, found = valid(model, {key: value for key, value in data.items() if key in model.model_fields})
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
    kind: type[Generator], options: Any, top: Collection[str], context: dict[str, Any]
) -> tuple[Generator | None, list[Finding]]:
    if not isinstance(options, dict):
        return None, []  # told with the head
    generator, findings = valid(kind, options, ("options",), context)
    for number, finding in enumerate(findings):
        *where, key = finding.path
        if finding.unknown and where == ["options"] and key in top:
            hint = "it is no option, so it belongs at the top of the file"
            findings[number] = replace(finding, hint=hint, instead=(key,))
    if generator is not None:
        findings += told(generator.problems(), ("options",))
    return (None if findings else generator), findings


def _stages(data: Mapping[str, Any]) -> tuple[dict[str, Stage], list[Finding]]:
    stages, findings = {}, []
    for key, kind in STAGES.items():
        if key in data:
            stage, found = valid(kind, data[key], (key,))
            findings += found
            if stage is not None:
                stages[key] = stage
    return stages, findings


def _columns(generator: Generator, stages: Mapping[str, Stage]) -> tuple[Features | None, list[Finding]]:
    """Check each stage with the columns that reach it; return those that leave the last one."""
    try:
        features = generator.features
    except FeatureError as error:
        return None, [Finding(("options",), str(error))]
    for key, stage in stages.items():
        found = told(stage.problems(features), (key,))
        if found:
            return None, found  # what follows would complain about the same
        features = stage.features(features)
    return features, []


def format_findings(name: object, features: Iterable[Features]) -> list[Finding]:
    """Check that a format is known and can hold these columns."""
    if not isinstance(name, str):
        return []
    known = plugins.writer_names()
    if name not in known:
        return [choice(("format",), name, known)]
    try:
        writer = plugins.writer(name)
        for columns in features:
            writer.accepts(columns)
    except (FeatureError, PluginError) as error:
        return [Finding(("format",), str(error))]
    return []


def valid(
    model: type[Model], data: Any, start: Path = (), context: dict[str, Any] | None = None
) -> tuple[Model | None, list[Finding]]:
    """Return the data as the model has it, or what is wrong with it."""
    try:
        return model.model_validate(data, context=context), []
    except ValidationError as error:
        return None, explain(error, model, data, start)


def told(problems: Iterable[OptionProblem], start: Path) -> list[Finding]:
    """Return what a generator or a stage found, at its place in the file."""
    return [
        Finding((*start, *p.path), p.message, p.hint, at_key=p.at_key, offset=p.offset, length=p.length)
        for p in islice(problems, MOST_TOLD)
    ]
