"""The base class of every generator: built-in or somebody else's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, PrivateAttr, RootModel, ValidationInfo, model_validator

from .errors import UsageError
from .features import Features
from .rows import Rows

__all__ = ["Fitted", "FileReference", "FitRequest", "Generator", "InputFile", "InputFolder", "OptionProblem"]


@dataclass(frozen=True)
class OptionProblem:
    """Something wrong in the options that only the generator can see: a column that does not exist, say.

    `path` leads to it, from the options: `("columns", 2, "expression")`. `offset` and `length` point
    inside a string there, in characters.
    """

    path: tuple[str | int, ...]
    message: str
    hint: str = ""
    offset: int | None = None
    length: int = 1
    at_key: bool = False


@dataclass(frozen=True)
class FitRequest:
    """What `fit` is asked: learn from `source`, with chance from `seed`."""

    source: Path | str | pa.Table
    """A file or folder, the URL of a database, or a table in memory."""
    seed: int = 0
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What to call the source: never with a password."""
        if isinstance(self.source, Path):
            return self.source.name
        return self.source.partition("://")[0] + " database" if isinstance(self.source, str) else "a table"


@dataclass(frozen=True)
class Fitted:
    """What `fit` learned: the content of a schema file, and the model files that go beside it.

    `options` are the generator's. A file is referred to from them by a `FileReference`; the core stores
    it beside the schema file, and the option names it there. `notes` tell the user what was decided.
    """

    options: dict[str, Any]
    rows: int
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    schema: Mapping[str, Any] = field(default_factory=dict)
    """Other top-level keys of the schema file, `description` or `splits` for example."""
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Of several tables, what each says: its options, and its rows where they do not follow from another
    table. The options and rows above are not used then."""


class FileReference(str):
    """In the options that `fit` returns: the name of one of its files, until the core knows its path."""

    __slots__ = ()


class InputFile(RootModel[str]):
    """An option that names a file the generator reads: a model, a word list.

    Relative to the folder of the schema file, and never outside it: a schema from a stranger must not
    read what it likes. Its SHA-256 is part of the dataset's identity.
    """

    model_config = ConfigDict(frozen=True)
    _path: Path = PrivateAttr()

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    @model_validator(mode="after")
    def _find(self, info: ValidationInfo) -> Self:
        context = info.context or {}
        folder = context.get("folder")
        if folder is None:
            raise ValueError(
                f"a schema without a file of its own cannot refer to a file, here {self.root[:80]!r}"
            )
        name = repr(self.root[:80])
        try:
            base = Path(folder).resolve()
            path = (base / self.root).resolve()
            # Nothing outside the folder is asked for anything, not even whether it exists.
            inside = path.is_relative_to(base) and path != base
            there = inside and path.is_file()
        except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
            raise ValueError(f"{name} is not the name of a file") from error
        if not inside:
            raise ValueError(f"{name} is outside the folder of the schema file")
        if not there:
            raise ValueError(f"there is no file {name} beside the schema file")
        self._path = path
        context.setdefault("files", {})[self.root] = path
        return self


class InputFolder(RootModel[str]):
    """An option that names a folder of files the generator reads: pictures, say.

    Relative to the folder of the schema file and below it, as an `InputFile` is; links that lead out of it
    are refused. The SHA-256 of every file in it is part of the dataset's identity.
    """

    MOST_FILES: ClassVar[int] = 20_000

    model_config = ConfigDict(frozen=True)
    _files: dict[str, Path] = PrivateAttr(default_factory=dict)

    @property
    def files(self) -> Mapping[str, Path]:
        """The files by their names inside the folder, `cats/tom.png` for example, in order."""
        return self._files

    def ending_in(self, endings: Collection[str]) -> dict[str, Path]:
        """Return the files whose names end in one of these (`.png`), in capitals too."""
        return {name: path for name, path in self._files.items() if path.suffix.lower() in endings}

    @model_validator(mode="after")
    def _find(self, info: ValidationInfo) -> Self:
        context = info.context or {}
        name = repr(self.root[:80])
        if context.get("folder") is None:
            raise ValueError(f"a schema without a file of its own cannot refer to a folder, here {name}")
        base = Path(context["folder"]).resolve()
        try:
            path = (base / self.root).resolve()
            inside = path.is_relative_to(base) and path != base
            there = inside and path.is_dir()
        except (OSError, ValueError, RuntimeError) as error:
            raise ValueError(f"{name} is not the name of a folder") from error
        if not inside:
            raise ValueError(f"{name} is not below the folder of the schema file")
        if not there:
            raise ValueError(f"there is no folder {name} beside the schema file")
        found: dict[str, Path] = {}
        for file in path.rglob("*"):
            inner = file.relative_to(path)
            if any(part.startswith(".") for part in inner.parts) or not file.is_file():
                continue
            if not file.resolve().is_relative_to(base):
                raise ValueError(
                    f"{inner.as_posix()!r} in {name} leads outside the folder of the schema file"
                )
            found[inner.as_posix()] = file
            if len(found) > self.MOST_FILES:
                raise ValueError(f"{name} has more than {self.MOST_FILES:,} files")
        self._files = dict(sorted(found.items()))
        listed = context.setdefault("files", {})
        root = path.relative_to(base).as_posix()
        listed.update({f"{root}/{inner}": file for inner, file in self._files.items()})
        return self


class Generator(BaseModel):
    """Makes labeled rows.

    A frozen pydantic model: its fields are the `options:` of a schema file, and their types, descriptions
    and bounds are what a schema is checked against and what editors show. Every value must follow from
    the options and from the streams of the rows that are asked for, and from nothing else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    block_rows: ClassVar[int | None] = None
    """For models that can only sample in batches: `generate` is always given whole aligned blocks of this
    many rows, which the core slices. It is part of the data's identity: changing it changes the data."""

    shard_rows: ClassVar[int] = 65_536
    """Rows that one worker makes and stores at a time; lower for rows that are large or slow to make."""

    batch_rows: ClassVar[int] = 65_536
    """Rows that are made at once where many are wanted: so many that they are cheap, and so few that what
    they need on the way stays in the processor's caches. It changes nothing that is made."""

    fit_options: ClassVar[tuple[str, ...] | None] = None
    """The options that `fit` has; None where only it can say. Several generators may take the same file, and
    are told apart by the options that are given."""

    fit_needs: ClassVar[tuple[str, ...]] = ()
    """The options without which a file is not meant for this generator: the column of the texts, say."""

    @property
    def libraries(self) -> tuple[str, ...]:
        """Packages whose version may change the bytes that are made; the manifest records them."""
        return ()

    @property
    def features(self) -> Features:
        """The columns, in order, and what they mean."""
        raise NotImplementedError

    def generate(self, rows: Rows) -> pa.RecordBatch:
        """Return exactly these rows, with the columns of `features`."""
        raise NotImplementedError

    def select(self, rows: Rows, columns: Sequence[str]) -> pa.RecordBatch:
        """Return these columns of these rows: what another table looks up. Making no others is faster."""
        return self.generate(rows).select(list(columns))

    @property
    def lookups(self) -> Features:
        """The columns that another table may look up."""
        return self.features

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns whose values differ from row to row, by which other tables can refer to a row."""
        return ()

    @property
    def foreign_keys(self) -> tuple[str, ...]:
        """The columns that refer to rows of other tables."""
        return ()

    @property
    def default_rows(self) -> int | None:
        """How many rows there are when the schema does not say it, where that follows from the options."""
        return None

    @property
    def variety(self) -> int | None:
        """How many different ways there are to make a row, where they have been counted."""
        return None

    def problems(self) -> Iterator[OptionProblem]:
        """Yield what is wrong with the options beyond the types of the fields; all of it, not the first."""
        yield from ()

    def row_problems(self, rows: int) -> Iterator[OptionProblem]:
        """Yield what stands in the way of making so many rows: too few unique numbers, say."""
        yield from ()

    @classmethod
    def can_fit(cls, source: Path | str | pa.Table) -> bool:
        """Return whether `fit` takes this kind of file or folder, database or table."""
        return False

    @classmethod
    def describe(cls, request: FitRequest) -> tuple[str, tuple[str, ...]]:
        """Return the text of a schema file that declares what real data looks like, and notes.

        It holds no real row; raises InputError when the data cannot be read.
        """
        raise UsageError(f"{cls.__name__} does not describe data; choose another --generator")

    @classmethod
    def fit(cls, request: FitRequest) -> Fitted:
        """Learn from real data. What it returns holds no real row; raises InputError when it cannot."""
        raise UsageError(f"{cls.__name__} does not learn from data; choose another --generator")
