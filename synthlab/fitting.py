"""The door for real data: learn from it, and write a schema file that a person can read and edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    source: str | Path,
    output: str | Path,
    *,
    generator: str | None = None,
    seed: int = 0,
    options: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> FitResult:
    """Learn from the file or folder `source`, and write the schema file `output` with its model beside it.

    Without `generator`, the installed generators are asked which of them takes this input. Raises
    InputError when the data cannot be read or learned from; nothing is written then.
    """
    source, output = Path(source), Path(output)
    if output.suffix not in (".yaml", ".yml"):
        raise UsageError(f"{output}: the output of fit is a schema file, so its name ends in .yaml")
    if not source.exists():
        raise InputError(f"there is no file or folder {source}")
    with storage_errors(str(output)):
        taken = [path for path in (output, _folder(output)) if path.exists()]
    if taken and not overwrite:
        raise UsageError(f"{taken[0]} exists already; choose another name, or --overwrite to replace it")
    name, chosen = _choose(source, generator)
    try:
        fitted = chosen.fit(FitRequest(source.resolve(), seed, dict(options or {})))
    except ImportError as error:
        raise plugins.missing(name, error) from error
    with storage_errors(str(output)):
        return _write(fitted, name, seed, output)


def describe(
    source: str | Path,
    *,
    generator: str | None = None,
    seed: int = 0,
    options: Mapping[str, str] | None = None,
) -> tuple[str, tuple[str, ...]]:
    """Return the text of a schema file that declares what the file or folder `source` looks like, and notes.

    Unlike `fit`, it needs no model beside it: all that is known stands in the schema. Raises InputError
    when the data cannot be read or described.
    """
    source = Path(source)
    if not source.exists():
        raise InputError(f"there is no file or folder {source}")
    name, chosen = _choose(source, generator)
    try:
        return chosen.describe(FitRequest(source.resolve(), seed, dict(options or {})))
    except ImportError as error:
        raise plugins.missing(name, error) from error


def _folder(output: Path) -> Path:
    """Return where the model of a schema file lies."""
    return output.with_suffix(".model")


def _choose(source: Path, wanted: str | None) -> tuple[str, type[Generator]]:
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
    if len(takers) == 1:
        return next(iter(takers.items()))
    if takers:
        raise UsageError(f"{source} suits several generators ({', '.join(takers)}); name one by --generator")
    why = "".join(f"\n  {message}" for message in broken)
    raise InputError(f"no installed generator learns from {source}{why}")


def _write(fitted: Fitted, generator: str, seed: int, output: Path) -> FitResult:
    folder = _folder(output)
    data = {
        "synthlab": 1,
        "name": safe_name(output.stem),
        **fitted.schema,
        "generator": generator,
        "rows": fitted.rows,
        "seed": seed,
        "options": _refer(fitted.options, folder.name),
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
