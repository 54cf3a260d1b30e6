"""The checked content of one schema file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .. import plugins
from ..errors import FeatureError, PluginError, UsageError, nearest
from ..features import Box, Features, Image, Records
from ..generator import Generator, OptionProblem
from ..stages import STAGES, Stage
from ..stages.base import Name
from . import ready_made
from .document import Document, from_bytes, from_mapping
from .explain import explain, unknown_key
from .problems import Problem, schema_error, shown

__all__ = ["Head", "Schema"]

SUFFIXES = (".yaml", ".yml", ".json")


class Head(BaseModel):
    """The keys of a schema file that belong to no stage."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    synthlab: Literal[1] = Field(description="The version of the form of schema files: 1.")
    name: Name | None = Field(
        default=None,
        description="The name of the dataset, used in file names; by default that of the schema file.",
    )
    description: str = Field(default="", description="What the dataset is, in a sentence.")
    generator: str = Field(description="What makes the rows; see `synthlab list generators`.")
    rows: Annotated[int, Field(strict=True, ge=0, lt=2**62)] = Field(
        default=1000, description="How many rows to make."
    )
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63)] = Field(
        default=0, description="Another seed gives other rows of the same kind."
    )
    format: str | None = Field(
        default=None, description="How the dataset is stored; see `synthlab list formats`."
    )
    options: dict[str, Any] = Field(default_factory=dict, description="The options of the generator.")


@dataclass(frozen=True)
class Schema:
    """What to make: how many rows, by which generator, from which seed, through which stages."""

    name: str
    description: str
    generator_name: str
    generator: Generator
    rows: int
    seed: int
    format: str | None
    stages: Mapping[str, Stage]
    """By their keys, in the order in which they are applied."""
    folder: Path | None = None
    """Where the files are that the options refer to: the folder of the schema file."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """These files, by the names in the options."""

    @staticmethod
    def load(
        source: str | Path | Mapping[str, Any], *, rows: int | None = None, seed: int | None = None
    ) -> Schema:
        """Read and check a schema file, a ready-made schema by its name, or a mapping.

        Raises SchemaError with every problem that was found, each with its place.
        """
        for key, value in (("rows", rows), ("seed", seed)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
                raise UsageError(f"{key} must be a whole number of at least 0, not {shown(value)}")
        if isinstance(source, Mapping):
            return _Check(from_mapping(source), None, rows, seed).schema("dataset")
        path = _path(source)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise UsageError(f"cannot read the schema file {path}: {error.strerror}") from error
        return _Check(from_bytes(str(source), content), path.parent, rows, seed).schema(path.stem)

    def resolved(self) -> dict[str, Any]:
        """Return what identifies the dataset, with all defaults, as JSON data."""
        stages = {key: stage.model_dump(mode="json") for key, stage in self.stages.items()}
        return {
            "synthlab": 1,
            "name": self.name,
            "generator": self.generator_name,
            "rows": self.rows,
            "seed": self.seed,
            "options": self.generator.model_dump(mode="json"),
            **stages,
            "files": {name: _sha256(path) for name, path in sorted(self.files.items())},
        }

    @staticmethod
    def from_resolved(data: Mapping[str, Any], folder: Path | None) -> Schema:
        """Return the schema that `resolved` described, with its files in `folder`.

        Raises UsageError when a file is missing or has changed.
        """
        stages = {key: kind.model_validate(data[key]) for key, kind in STAGES.items() if key in data}
        kind = plugins.generator(data["generator"])
        context: dict[str, Any] = {"folder": folder, "files": {}}
        try:
            generator = kind.model_validate(data["options"], context=context)
        except ValidationError as error:
            reasons = "; ".join(str(e["msg"]) for e in error.errors())
            raise UsageError(f"the dataset's options cannot be used here: {reasons}") from error
        for name, path in context["files"].items():
            if _sha256(path) != data["files"][name]:
                raise UsageError(f"{path} is not the file that the dataset was made with")
        head = {key: data[key] for key in ("name", "rows", "seed")}
        return Schema(
            description="", generator_name=data["generator"], generator=generator, format=None,
            stages=stages, folder=folder, files=context["files"], **head,
        )  # fmt: skip

    @property
    def features(self) -> Features:
        """The columns that come out of the last stage."""
        features = self.generator.features
        for stage in self.stages.values():
            features = stage.features(features)
        return features

    def writer_name(self, format: str | None = None) -> str:
        """Return the format to write: the one asked for, the schema's, or what suits the columns."""
        if format or self.format:
            return str(format or self.format)
        if not self.features.find(Image):
            return "csv"
        records = [f for f in self.features.columns.values() if isinstance(f, Records)]
        with_boxes = any(isinstance(f, Box) for r in records for f in r.fields.values())
        return "coco" if with_boxes else "parquet"


class _Check:
    """One document on its way to a schema; all problems are collected before any is told."""

    def __init__(self, document: Document, folder: Path | None, rows: int | None, seed: int | None) -> None:
        self.document = document
        self.folder = folder
        self.overrides = {k: v for k, v in (("rows", rows), ("seed", seed)) if v is not None}
        self.problems: list[Problem] = []

    def schema(self, default_name: str) -> Schema:
        """Return the schema, or raise SchemaError."""
        head = self._head()
        kind = self._generator_kind()
        context: dict[str, Any] = {"folder": self.folder, "files": {}}
        generator = self._generator(kind, context) if kind else None
        stages = self._stages()
        format = self._format()
        if generator is not None:
            self._check_columns(generator, stages, format)
        self._raise()
        assert head is not None
        assert generator is not None
        return Schema(
            name=head.name or safe_name(default_name),
            description=head.description,
            generator_name=head.generator,
            generator=generator,
            rows=self.overrides.get("rows", head.rows),
            seed=self.overrides.get("seed", head.seed),
            format=head.format,
            stages=stages,
            folder=self.folder,
            files=context["files"],
        )

    def _raise(self) -> None:
        if self.problems:
            raise schema_error(self.document.source, self.problems, self.document.lines)

    def _head(self) -> Head | None:
        data = {key: value for key, value in self.document.data.items() if key not in STAGES}
        known = [*Head.model_fields, *STAGES]
        for key in [key for key in data if key not in known]:
            self.problems.append(unknown_key(key, known, self.document, (key,)))
            del data[key]
        try:
            return Head.model_validate(data)
        except ValidationError as error:
            self.problems.extend(explain(error, Head, self.document))
            return None

    def _generator_kind(self) -> type[Generator] | None:
        name = self.document.data.get("generator")
        if not isinstance(name, str):
            return None  # told with the head
        known = plugins.generator_names()
        if name in known:
            return plugins.generator(name)
        near = nearest(name, known)
        hint = f"did you mean {near!r}?" if near else f"installed are: {', '.join(known) or 'none'}"
        self._problem(("generator",), f"no generator is named {shown(name)}", hint)
        return None

    def _generator(self, kind: type[Generator], context: dict[str, Any]) -> Generator | None:
        options = self.document.data.get("options", {})
        if not isinstance(options, dict):
            return None  # told with the head
        try:
            generator = kind.model_validate(options, context=context)
        except ValidationError as error:
            self.problems.extend(explain(error, kind, self.document, _prefix(self.document, "options")))
            return None
        found = list(generator.problems())
        self._option_problems(found, ("options",))
        return None if found else generator

    def _stages(self) -> dict[str, Stage]:
        stages = {}
        for key, kind in STAGES.items():
            section = self.document.data.get(key)
            if section is None:
                continue
            try:
                stages[key] = kind.model_validate(section)
            except ValidationError as error:
                self.problems.extend(explain(error, kind, self.document, (key,)))
        return stages

    def _format(self) -> str | None:
        """Return the format of the file, if it names one that is installed."""
        name = self.document.data.get("format")
        if not isinstance(name, str):
            return None
        known = plugins.writer_names()
        if name in known:
            return name
        near = nearest(name, known)
        hint = f"did you mean {near!r}?" if near else f"installed are: {', '.join(known)}"
        self._problem(("format",), f"no format is named {shown(name)}", hint)
        return None

    def _check_columns(self, generator: Generator, stages: Mapping[str, Stage], format: str | None) -> None:
        features = generator.features
        for key, stage in stages.items():
            found = list(stage.problems(features))
            self._option_problems(found, (key,))
            if found:
                return  # what follows would complain about the same
            features = stage.features(features)
        if format is not None:
            try:
                plugins.writer(format).accepts(features)
            except (FeatureError, PluginError) as error:
                self._problem(("format",), str(error))

    def _option_problems(self, found: list[OptionProblem], prefix: tuple[str, ...]) -> None:
        for problem in found:
            self.problems.append(
                self.document.problem(
                    (*prefix, *problem.path),
                    problem.message,
                    problem.hint,
                    offset=problem.offset,
                    length=problem.length,
                )
            )

    def _problem(self, path: tuple[str | int, ...], message: str, hint: str = "") -> None:
        self.problems.append(self.document.problem(path, message, hint))


def safe_name(text: str) -> str:
    """Return a name that a dataset may have, made from any text."""
    name = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")[:80]
    return name or "dataset"


def _prefix(document: Document, key: str) -> tuple[str, ...]:
    """Return the path of a section, or of the whole file where the section is left out."""
    return (key,) if key in document.data else ()


def _path(source: str | Path) -> Path:
    """Return where a schema is, given its path or the name of a ready-made one."""
    path = Path(source)
    if isinstance(source, Path) or path.suffix in SUFFIXES or path.name != str(source) or path.is_file():
        return path
    return ready_made.ready_made_path(str(source))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
