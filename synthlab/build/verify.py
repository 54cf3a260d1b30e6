"""Whether a dataset folder is still what was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..errors import UsageError
from . import build
from .manifest import checksums, read_manifest, read_tables
from .plan import Plan
from .shards import Job
from .store import MANIFEST, Store

__all__ = ["Verified", "verify"]


@dataclass(frozen=True)
class Verified:
    """How many files and shards were checked, and what was wrong with them."""

    files: int
    shards: int
    problems: tuple[str, ...]


def verify(folder: str | Path, regenerate: int = 0, models: Path | None = None) -> Verified:
    """Compare each file with its checksum, and `regenerate` shards with themselves made again.

    Shards are spread evenly over the dataset; when all are asked for, the merged files are made again and
    compared too. `models` is where the files that the schema refers to are.
    """
    store = Store(folder)
    if (tables := read_tables(store)) is not None:
        return _verify_tables(store, tables["tables"], regenerate, models)
    manifest = read_manifest(store)
    if manifest is None:
        raise UsageError(f"{folder} is no dataset: it has no {MANIFEST}; was its build finished?")
    problems = []
    for path, expected in manifest["files"].items():
        found = store.entry(path)
        if found is None:
            problems.append(f"{path} is missing")
        elif found.bytes != expected["bytes"]:
            problems.append(f"{path} has {found.bytes:,} bytes in place of {expected['bytes']:,}")
        elif found.sha256 != expected["sha256"]:
            problems.append(f"{path} has other content (SHA-256 {found.sha256[:12]}...)")
    known = {MANIFEST, *manifest["files"]}
    for path in sorted(p for p in store.root.rglob("*") if p.is_file()):
        if (name := path.relative_to(store.root).as_posix()) not in known:
            problems.append(f"{name} does not belong to the dataset")
    shards = _spread(len(manifest["shards"]), regenerate)
    if shards:
        problems.extend(_regenerate(manifest, shards, models))
    return Verified(len(manifest["files"]), len(shards), tuple(problems))


def _verify_tables(store: Store, tables: Mapping[str, Any], regenerate: int, models: Path | None) -> Verified:
    files, shards, problems = 1, 0, []
    for name, entry in tables.items():
        manifest = store.entry(f"{name}/{MANIFEST}")
        if manifest is None:
            problems.append(f"table {name} is missing")
            continue
        if manifest.to_json() != entry["manifest"]:
            problems.append(f"{name}/{MANIFEST} has other content")
        found = verify(store.path(name), regenerate, models)
        files, shards = files + found.files, shards + found.shards
        problems += [f"{name}/{problem}" for problem in found.problems]
    known = {MANIFEST, *tables}
    problems += [
        f"{path.name} does not belong to the dataset"
        for path in sorted(store.root.iterdir())
        if path.name not in known
    ]
    return Verified(files, shards, tuple(problems))


def _regenerate(manifest: Mapping[str, Any], shards: list[int], models: Path | None) -> list[str]:
    plan = Plan(manifest["plan"], models)
    with TemporaryDirectory() as folder:
        try:
            job = Job(plan, Store(folder))
        except UsageError as error:
            hint = "; name the folder of the schema file with --models" if models is None else ""
            raise UsageError(f"the dataset cannot be made again: {error}{hint}") from error
        problems = []
        now = Plan.of(job.dataset, plan.format, plan.identity["shard_rows"])
        if now.sha256 != plan.sha256:
            problems.append(f"made again in another environment ({now.difference(plan.identity)})")
        if len(shards) == plan.shard_count:
            return [*problems, *_whole(manifest, plan, Path(folder, "whole"))]
        for index in shards:
            receipt = job.run(index)
            if checksums(receipt) != manifest["shards"][index]:
                shard = plan.shard(index)
                problems.append(f"rows {shard.start} to {shard.stop - 1}, made again, are different")
    return problems


def _whole(manifest: Mapping[str, Any], plan: Plan, folder: Path) -> list[str]:
    """Make the whole dataset again: the merged files are compared too."""
    build(plan, folder)
    again = read_manifest(Store(folder))
    assert again is not None
    files, made = manifest["files"], again["files"]
    return [f"{path}, made again, is different" for path in files if files[path] != made.get(path)]


def _spread(count: int, wanted: int) -> list[int]:
    """Return up to `wanted` numbers below `count`, evenly spread, the first and the last among them."""
    wanted = min(count, wanted)
    if wanted <= 1:
        return [0][:wanted]
    return sorted({round(i * (count - 1) / (wanted - 1)) for i in range(wanted)})
