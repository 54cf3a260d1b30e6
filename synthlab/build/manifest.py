"""`synthlab.json`: what a dataset folder holds, what it was made from, and by which versions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, BinaryIO

from pydantic import TypeAdapter

from ..errors import StorageError
from ..features import Features
from ..names import DatasetName
from .plan import Plan
from .shards import Receipt
from .store import MANIFEST, WORK, FileEntry, Store

__all__ = ["checksums", "part_name", "read_manifest", "read_tables", "remove_dataset", "write_manifest"]

FORMAT_VERSION = 1


def write_manifest(
    store: Store,
    plan: Plan,
    features: Features,
    receipts: Callable[[], Iterable[Receipt]],
    merged: list[FileEntry],
    splits: Mapping[str, int],
) -> None:
    """Write the manifest, a line for each shard and file, in constant memory.

    It holds no time, host or worker count: the same plan gives the same bytes.
    """
    head = {
        "synthlab": FORMAT_VERSION,
        "name": plan.identity["schema"]["name"],
        "plan_sha256": plan.sha256,
        "splits": {name: rows for name, rows in splits.items() if name},
        "features": features.to_json(),
        "plan": plan.identity,
    }
    with store.create(MANIFEST, durable=True) as file:
        text = json.dumps(head, indent=1, ensure_ascii=False, allow_nan=False)
        file.write(text.removesuffix("\n}").encode())
        _lines(file, "shards", "[]", (_json(checksums(receipt)) for receipt in receipts()))
        files = chain((f for receipt in receipts() for f in receipt.files), merged)
        _lines(file, "files", "{}", (f"{_json(f.path)}: {_json(f.to_json())}" for f in files))
        file.write(b"\n}\n")


def read_manifest(store: Store) -> dict[str, Any] | None:
    """Return the manifest of a folder, or None when there is none.

    Raises StorageError for one that is damaged or was changed by hand.
    """
    if not store.path(MANIFEST).exists():
        return None
    data: Any = store.read_json(MANIFEST)
    try:
        for path, entry in data["files"].items():
            store.path(path)
            FileEntry(path, **entry)
        plan = Plan(data["plan"], None)
        start, stop = plan.identity["rows"]
        whole = (
            plan.sha256 == data["plan_sha256"]
            and len(data["shards"]) == plan.shard_count
            and sum(data["splits"].values()) in (stop - start, 0)
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        whole = False
    if not whole:
        raise StorageError(
            f"{store.path(MANIFEST)} is damaged or was changed by hand; "
            "choose another folder, or remove this one yourself"
        )
    found: dict[str, Any] = data
    return found


def read_tables(store: Store) -> dict[str, Any] | None:
    """Return the manifest of a folder of several tables, or None when it is no such folder."""
    data = store.read_json(MANIFEST)
    if not isinstance(data, dict) or "tables" not in data:
        return None
    try:
        for table, entry in data["tables"].items():
            TypeAdapter(DatasetName).validate_python(table)
            FileEntry(f"{table}/{MANIFEST}", **entry["manifest"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise StorageError(
            f"{store.path(MANIFEST)} is damaged or was changed by hand; "
            "choose another folder, or remove this one yourself"
        ) from None
    found: dict[str, Any] = data
    return found


def remove_dataset(store: Store) -> None:
    """Remove a finished dataset of one table or several: what its manifests name, and nothing else.

    A manifest goes last, so that what is interrupted can be done again.
    """
    if (tables := read_tables(store)) is not None:
        for table in tables["tables"]:
            remove_dataset(Store(store.path(table)))
    elif (manifest := read_manifest(store)) is not None:
        for path in manifest["files"]:
            store.remove(path)
    store.remove(MANIFEST)
    if store.root.is_dir() and not any(store.root.iterdir()):
        store.root.rmdir()


def part_name(path: str) -> str:
    """Return the name that a writer gave a part, given its path in the folder."""
    return path.removeprefix(f"{WORK}/parts/").split("/", 1)[1]


def checksums(receipt: Receipt) -> dict[str, dict[str, str]]:
    """Return what `verify --regenerate` compares with a shard made again."""
    return {
        "files": {f.path: f.sha256 for f in receipt.files},
        "parts": {part_name(f.path): f.sha256 for f in receipt.parts},
    }


def _lines(file: BinaryIO, key: str, brackets: str, lines: Iterator[str]) -> None:
    file.write(f',\n "{key}": {brackets[0]}'.encode())
    for number, line in enumerate(lines):
        file.write(f"{',' if number else ''}\n  {line}".encode())
    file.write(f"\n {brackets[1]}".encode())


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False)
