"""The door for real data: learn from it, and write a schema file that a person can read and edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from . import plugins
from .build.store import storage_errors
from .errors import InputError, PluginError, UsageError
from .generator import FileReference, FitRequest, Fitted, Generator
from .names import safe_name
from .schema import to_yaml

__all__ = ["FitResult", "describe", "fit"]


@dataclass(frozen=True)
class FitResult:
    """A schema file and what the generator has to say about it."""

    schema: Path
    files: tuple[Path, ...]
    generator: str
    notes: tuple[str, ...]


def fit(
    source: Any,
    output: str | Path,
    *,
    generator: str | None = None,
    seed: int = 0,
    options: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> FitResult:
    """Learn from real data, and write the schema file `output` with its model beside it.

    `source` is a file or folder, `FILE#PART` for a part of one, the URL of a database, or a frame: of pandas,
    polars, or anything else that gives Arrow's C stream. Without `generator`, the installed generators are
    asked which of them takes this input. Raises InputError when the data cannot be read or learned from;
    nothing is written then.
    """
    output = Path(output)
    found, part = _source(source)
    if output.suffix not in (".yaml", ".yml"):
        raise UsageError(f"{output}: the output of fit is a schema file, so its name ends in .yaml")
    with storage_errors(str(output)):
        taken = [path for path in (output, _folder(output)) if path.exists()]
    if taken and not overwrite:
        raise UsageError(f"{taken[0]} exists already; choose another name, or --overwrite to replace it")
    wishes = part | dict(options or {})
    name, chosen = _choose(found, generator, wishes)
    try:
        fitted = chosen.fit(FitRequest(found, seed, wishes))
    except ImportError as error:
        raise plugins.missing(name, error) from error
    with storage_errors(str(output)):
        return _write(fitted, name, seed, output)


def describe(
    source: Any,
    *,
    generator: str | None = None,
    seed: int = 0,
    options: Mapping[str, str] | None = None,
) -> tuple[str, tuple[str, ...]]:
    """Return the text of a schema file that declares what the file or folder `source` looks like, and notes.

    Unlike `fit`, it needs no model beside it: all that is known stands in the schema. Raises InputError
    when the data cannot be read or described.
    """
    found, part = _source(source)
    wishes = part | dict(options or {})
    name, chosen = _choose(found, generator, wishes)
    try:
        return chosen.describe(FitRequest(found, seed, wishes))
    except ImportError as error:
        raise plugins.missing(name, error) from error


def _source(source: Any) -> tuple[Path | str | pa.Table, dict[str, str]]:
    """Return where the data is, and the part that is meant; a frame becomes an Arrow table."""
    if isinstance(source, str) and "://" in source:
        return source, {}
    if isinstance(source, str | Path):
        path = Path(source)
        if path.exists():
            return path.resolve(), {}
        file, mark, part = str(source).rpartition("#")
        if mark and Path(file).exists():
            return Path(file).resolve(), {"table": part}
        raise InputError(f"there is no file or folder {source}")
    if not isinstance(source, pa.Table) and not hasattr(source, "__arrow_c_stream__"):
        raise UsageError(f"fit learns from a path, a URL or a frame, not from {type(source).__name__}")
    try:
        index = getattr(source, "columns", None)
        if index is not None and not isinstance(source, pa.Table):
            strange = [name for name in index if not isinstance(name, str)]
            if strange:
                raise InputError(f"the names of columns are text, unlike {strange[0]!r}; rename them")
            if len(set(index)) < len(index):
                twice = next(name for name in index if list(index).count(name) > 1)
                raise InputError(f"two columns have the name {twice!r}")
        frame = (
            pa.Table.from_pandas(source, preserve_index=False)
            if hasattr(source, "iloc")
            else pa.table(source)
        )
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError(f"the frame cannot be read: {error}") from error
    return frame.replace_schema_metadata(None), {}


def _folder(output: Path) -> Path:
    """Return where the model of a schema file lies."""
    return output.with_suffix(".model")


def _choose(
    source: Path | str | pa.Table, wanted: str | None, options: Mapping[str, str]
) -> tuple[str, type[Generator]]:
    """Return the generator that is wanted, or else the one that takes the source and knows the options."""
    if wanted is not None:
        return wanted, plugins.generator(wanted)
    takers, broken = {}, []
    for name in plugins.generator_names():
        try:
            candidate = plugins.generator(name)
        except PluginError as error:
            broken.append(str(error))
            continue
        if candidate.can_fit(source):
            takers[name] = candidate
    if not takers:
        why = "".join(f"\n  {message}" for message in broken)
        name = FitRequest(source).name
        raise InputError(
            f"no installed generator learns from {name}; `synthlab fit --help` lists what can be{why}"
        )
    meant = {name: taker for name, taker in takers.items() if set(taker.fit_needs) <= set(options)}
    able = {name: taker for name, taker in meant.items() if _knows(taker, options)}
    # Where one asks for something and was given it, that one is meant.
    asking = {name: taker for name, taker in able.items() if taker.fit_needs}
    found = asking or able
    if len(found) > 1:
        names = ", ".join(found)
        raise UsageError(
            f"{FitRequest(source).name} suits several generators ({names}); name one by --generator"
        )
    if not found:
        lacking = {name: taker for name, taker in takers.items() if _knows(taker, options)}
        if lacking:
            name, taker = next(iter(lacking.items()))
            needs = " and ".join(option for option in taker.fit_needs if option not in options)
            raise UsageError(
                f"to learn from {FitRequest(source).name}, {name} needs the option {needs} as well"
            )
        # The only one says best what is wrong with its options.
        found = meant
        if len(meant) != 1:
            known = "".join(
                f"\n  {name} takes {', '.join(taker.fit_options or ())}" for name, taker in takers.items()
            )
            raise UsageError(f"no generator takes all of these options: {', '.join(options)}{known}")
    return next(iter(found.items()))


def _knows(generator: type[Generator], options: Mapping[str, str]) -> bool:
    return generator.fit_options is None or set(options) <= set(generator.fit_options)


def _write(fitted: Fitted, generator: str, seed: int, output: Path) -> FitResult:
    folder = _folder(output)
    one = {"generator": generator, "rows": fitted.rows, "seed": seed, "options": fitted.options}
    tables = {name: {"generator": generator, **table} for name, table in fitted.tables.items()}
    several = {"seed": seed, "tables": tables}
    data = {
        "synthlab": 1,
        "name": safe_name(output.stem),
        **fitted.schema,
        **_refer(several if tables else one, folder.name),
    }
    text = "".join(f"# {note}\n" for note in fitted.notes)
    text += to_yaml(data)
    written = []
    output.parent.mkdir(parents=True, exist_ok=True)
    for name, content in fitted.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content)
        written.append(path)
    _replace(output, text.encode())
    return FitResult(output, tuple(written), generator, fitted.notes)


def _refer(value: Any, folder: str) -> Any:
    """Return the options with references to files replaced by where these are stored."""
    match value:
        case FileReference():
            return f"{folder}/{value}"
        case dict():
            return {key: _refer(inner, folder) for key, inner in value.items()}
        case list() | tuple():
            return [_refer(inner, folder) for inner in value]
    return value


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(content)
    temporary.replace(path)
