"""`synthlab.json`: what a dataset folder holds, what it was made from, and by which versions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, BinaryIO

from ..features import Features
from .plan import Plan
from .shards import Receipt
from .store import MANIFEST, WORK, FileEntry, Store

__all__ = ["part_name", "write_manifest"]

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
        "splits": {name or "all": rows for name, rows in splits.items()},
        "features": features.to_json(),
        "plan": plan.identity,
    }
    with store.create(MANIFEST, durable=True) as file:
        text = json.dumps(head, indent=1, ensure_ascii=False, allow_nan=False)
        file.write(text.removesuffix("\n}").encode())
        _lines(file, "shards", "[]", (_json(_checksums(receipt)) for receipt in receipts()))
        files = chain((f for receipt in receipts() for f in receipt.files), merged)
        _lines(file, "files", "{}", (f"{_json(f.path)}: {_json(f.to_json())}" for f in files))
        file.write(b"\n}\n")


def part_name(path: str) -> str:
    """Return the name that a writer gave a part, given its path in the folder."""
    return path.removeprefix(f"{WORK}/parts/").split("/", 1)[1]


def _checksums(receipt: Receipt) -> dict[str, dict[str, str]]:
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
