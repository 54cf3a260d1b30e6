"""The checked content of one schema file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from .. import plugins
from ..errors import SchemaError, UsageError, did_you_mean
from ..features import Box, Features, Image, Records
from ..generator import Generator
from ..names import safe_name
from ..stages import STAGES, Stage
from ..tables import Table, scope_of
from .check import CheckedTables, check
from .document import MOST_BYTES, from_bytes, from_mapping
from .ready_made import ready_made, ready_made_path

__all__ = ["Schema", "load_schema"]

SUFFIXES = (".yaml", ".yml", ".json")


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
    table: str | None = None
    """Which of several tables it is, if there are several."""
    tables: Mapping[str, Schema] = field(default_factory=dict)
    """The tables that this one refers to."""

    @property
    def scope(self) -> tuple[str, ...]:
        """The scope of all streams of the rows."""
        return () if self.table is None else scope_of(self.table)

    @staticmethod
    def load(
        source: str | Path | Mapping[str, Any], *, rows: int | None = None, seed: int | None = None
    ) -> Schema:
        """Read and check a schema file, a ready-made schema by its name, or a mapping.

        `rows` and `seed` take the place of those in the schema. Raises SchemaError with every problem
        that was found, each with its place.
        """
        loaded = load_schema(source, rows=rows, seed=seed)
        if isinstance(loaded, Schema):
            return loaded
        names = ", ".join(loaded)
        raise SchemaError(
            f"{_source_name(source)} describes several tables ({names}); load_tables gives them all"
        )

    def resolved(self) -> dict[str, Any]:
        """Return what identifies the dataset, with all defaults, as JSON data."""
        tied = {"table": self.table, "tables": {n: t.resolved() for n, t in self.tables.items()}}
        return {
            **(tied if self.table is not None else {}),
            "synthlab": 1,
            "name": self.name,
            "generator": self.generator_name,
            "rows": self.rows,
            "seed": self.seed,
            "options": _dumped(self.generator),
            **{key: _dumped(stage) for key, stage in self.stages.items()},
            "files": {name: _sha256(path) for name, path in sorted(self.files.items())},
        }

    @staticmethod
    def from_resolved(data: Mapping[str, Any], folder: Path | None) -> Schema:
        """Return the schema that `resolved` described, with its files in `folder`.

        Raises UsageError when a file is missing or has changed.
        """
        stages = {key: kind.model_validate(data[key]) for key, kind in STAGES.items() if key in data}
        kind = plugins.generator(data["generator"])
        files: dict[str, Path] = {}
        tables = {name: Schema.from_resolved(t, folder) for name, t in data.get("tables", {}).items()}
        seen = {
            name: Table(name, table.rows, table.generator, data["seed"]) for name, table in tables.items()
        }
        context = {"folder": folder, "files": files, "tables": seen.__getitem__}
        try:
            generator = kind.model_validate(data["options"], context=context)
        except ValidationError as error:
            reasons = "; ".join(str(e["msg"]) for e in error.errors())
            raise UsageError(f"the dataset's options cannot be used here: {reasons}") from error
        if problems := [problem.message for problem in generator.problems()]:
            raise UsageError(f"the dataset's options cannot be used here: {'; '.join(problems)}")
        for name, path in files.items():
            if _sha256(path) != data["files"].get(name):
                raise UsageError(f"{path} is not the file that the dataset was made with")
        return Schema(
            name=data["name"],
            description="",
            generator_name=data["generator"],
            generator=generator,
            rows=data["rows"],
            seed=data["seed"],
            format=None,
            stages=stages,
            folder=folder,
            files=files,
            table=data.get("table"),
            tables=tables,
        )

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


def load_schema(
    source: str | Path | Mapping[str, Any], *, rows: int | None = None, seed: int | None = None
) -> Schema | dict[str, Schema]:
    """Return the schema, or those of several tables by their names, in the order of the file.

    `rows` and `seed` take the place of those in the schema; of several tables, `rows` are those of the
    first, and the others change in proportion. Raises SchemaError with every problem.
    """
    given = {key: value for key, value in (("rows", rows), ("seed", seed)) if value is not None}
    if isinstance(source, Mapping):
        document, folder, stem = from_mapping(source), None, "dataset"
    else:
        path = _path(source)
        document, folder, stem = from_bytes(str(source), _content(path)), path.parent, path.stem
    checked = check(document, folder, given)
    if isinstance(checked, CheckedTables):
        return _tables(checked, folder)
    head = checked.head
    return Schema(
        name=head.name or safe_name(stem),
        description=head.description,
        generator_name=head.generator,
        generator=checked.generator,
        rows=checked.rows,
        seed=head.seed,
        format=head.format,
        stages=checked.stages,
        folder=folder,
        files=checked.files,
    )


def _tables(checked: CheckedTables, folder: Path | None) -> dict[str, Schema]:
    made: dict[str, Schema] = {}

    def of(name: str) -> Schema:
        if name not in made:
            parts = checked.tables[name]
            assert parts.head is not None
            assert parts.generator is not None
            assert parts.rows is not None
            made[name] = Schema(
                name=name,
                description=parts.head.description,
                generator_name=parts.head.generator,
                generator=parts.generator,
                rows=parts.rows,
                seed=checked.head.seed,
                format=checked.head.format,
                stages=parts.stages,
                folder=folder,
                files=checked.files[name],
                table=name,
                tables={other: of(other) for other in sorted(checked.refers[name])},
            )
        return made[name]

    return {name: of(name) for name in checked.tables}


def _source_name(source: str | Path | Mapping[str, Any]) -> str:
    return "the schema" if isinstance(source, Mapping) else str(source)


def _path(source: str | Path) -> Path:
    """Return where a schema is, given its path or the name of a ready-made one."""
    path = Path(source)
    if isinstance(source, Path) or path.suffix in SUFFIXES or path.name != source or path.is_file():
        return path
    return ready_made_path(source)


def _content(path: Path) -> bytes:
    """Return the content of a schema file, but not much more than one may have."""
    try:
        if not path.exists():
            raise SchemaError(f"there is no schema file {path};{_near(path)}")
        if not path.is_file():
            raise SchemaError(f"{path} is not a file; a schema is one file")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SchemaError(f"cannot read the schema file {path}: {error.strerror}") from error


def _near(path: Path) -> str:
    """Return what may have been meant by the path of a file that does not exist."""
    if path.stem in ready_made():
        return f" the ready-made schema is named {path.stem!r}"
    if not path.parent.is_dir():
        return f" there is no folder {path.parent}"
    beside = sorted(p.name for p in path.parent.iterdir() if p.suffix in SUFFIXES)
    return did_you_mean(path.name, beside) or " `synthlab init NAME` writes one to start from"


def _dumped(model: BaseModel) -> dict[str, Any]:
    """Return all fields as JSON data that validates to the same model."""
    return model.model_dump(mode="json", by_alias=True, round_trip=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
