"""Which images of a folder of YOLO are to train on: the others are to test on, and must not be learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from synthlab.errors import InputError

from .labeled import counted

__all__ = ["training"]


def training(
    path: Path, data: Mapping[str, Any], files: Sequence[Path], named_by_hand: bool
) -> tuple[list[Path], tuple[str, ...]]:
    """Return those of the files that `train` of a `data.yaml` names, in order, and notes of the others.

    It is a folder, a text file with a path a line, or a list of them. Without it, all files are returned,
    and so they are where their folder is `named_by_hand` and has none that it names.
    """
    given = data.get("train")
    entries = given if isinstance(given, list) else [given] if given else []
    if not entries:
        return sorted(files), ()
    base = path.parent / data["path"] if isinstance(data.get("path"), str) else path.parent
    named: list[str] = []
    for entry in map(str, entries):
        if entry.endswith(".txt"):
            named += _listed(path, base, entry)
        else:
            named.append(entry)
    places = {place.resolve(): place for place in files}
    folders = {parent for place in places for parent in place.parents}
    wanted = {found for name in named if (found := _found(name, (base, path.parent), places, folders))}
    chosen = sorted(own for place, own in places.items() if place in wanted or wanted & {*place.parents})
    if not chosen and named_by_hand:
        return sorted(files), ()
    if files and not chosen:
        told = ", ".join(named[:3]) or ", ".join(map(str, entries))
        raise InputError(
            f"{path.name}: `train` names {told}, and none of the {len(files):,} images is there; "
            "name the folder of the images to train on by --images DIR"
        )
    left_out = len(files) - len(chosen)
    note = f"{counted(left_out, 'image', 'images')} that `train` of {path.name} does not name left out"
    return chosen, (note,) if left_out else ()


def _listed(path: Path, base: Path, entry: str) -> list[str]:
    """Return the paths in a text file; those that begin with `./` are relative to its folder."""
    for home in (base, path.parent):
        for name in _ways(entry):
            if (home / name).is_file():
                lines = (home / name).read_text("utf-8", errors="replace").splitlines()
                return [line.strip() for line in lines if line.strip()]
    raise InputError(f"{path.name}: `train` names {entry}, which is not there")


def _found(name: str, homes: Sequence[Path], files: Mapping[Path, Path], folders: set[Path]) -> Path | None:
    ways = ((home / way).resolve() for way in _ways(name) for home in homes)
    return next((way for way in ways if way in files or way in folders), None)


def _ways(name: str) -> Iterator[str]:
    """Yield a path, then without what it had before it on the machine where it was written."""
    yield name
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("..", "/")]
    yield from ("/".join(parts[start:]) for start in range(len(parts)))
