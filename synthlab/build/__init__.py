"""From a dataset to a folder: plan, shards, receipts, merge, manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ..errors import StorageError, UsageError
from ..writers import split_names
from .engines import local
from .manifest import part_name, read_manifest, read_tables, remove_dataset, write_manifest
from .plan import Plan
from .shards import Job, Receipt, is_whole, receipt_of
from .store import MANIFEST, WORK, FileEntry, Store, storage_errors

__all__ = ["Built", "Plan", "build", "finished"]


MOST_SHARDS = 10_000_000


@dataclass(frozen=True)
class Built:
    """A finished dataset folder."""

    folder: Path
    rows: int
    splits: dict[str, int]
    files: int
    bytes: int
    already_there: bool
    """Whether the same dataset was there before, so that nothing was made."""


def build(
    plan: Plan,
    output: str | Path,
    *,
    workers: int = 1,
    overwrite: bool = False,
    progress: Callable[[int, int], None] | None = None,
    eager: bool = False,
) -> Built:
    """Build a dataset folder, or go on with one that was interrupted.

    `progress` is called with the rows done and the rows in all. `eager` starts the workers however little
    there is to do. Raises UsageError when the folder holds something else, LockedError when another build
    is at work there, and StorageError when it cannot be written; whole shards are then kept, and the same
    call goes on.
    """
    if plan.shard_count > MOST_SHARDS:
        raise UsageError(f"{plan.shard_count:,} shards are too many; make fewer rows, or larger shards")
    store = Store(output)
    with storage_errors(str(output)):
        if store.root.exists() and not store.root.is_dir():
            raise UsageError(f"{store.root} is a file; choose a folder")
        unfinished = store.path(WORK).exists()
    if foreign := store.foreign():
        raise UsageError(
            f"{store.root} holds something else already ({', '.join(foreign)}); "
            "choose a new or an empty folder"
        )
    several = read_tables(store) is not None
    if several and not overwrite:
        raise UsageError(
            f"{store.root} holds a dataset of several tables; "
            "choose another folder, or --overwrite to replace it"
        )
    if not several and not unfinished and (done := finished(store, plan, overwrite)) is not None:
        return done
    job = Job(plan, store)
    job.writer.accepts(job.dataset.features)
    with store.lock():
        try:
            if several:
                remove_dataset(store)
            if (done := finished(store, plan, overwrite)) is None:
                _take_over(store, plan, overwrite)
                store.remove_tree(f"{WORK}/tmp")
                built = _build(job, workers, progress or (lambda done, total: None), eager)
            else:
                built = done
        finally:
            store.remove_tree(f"{WORK}/tmp")
        store.remove_tree(WORK)
    return built


def _build(job: Job, workers: int, progress: Callable[[int, int], None], eager: bool) -> Built:
    plan, store = job.plan, job.store
    start, stop = plan.identity["rows"]
    splits = {name or "": 0 for name in split_names(job.dataset.features)}

    def done(receipt: Receipt) -> None:
        for name, rows in receipt.rows.items():
            splits[name] += rows
        progress(sum(splits.values()), stop - start)

    pending = []
    for index in range(plan.shard_count):
        receipt = receipt_of(store, plan, index)
        if receipt is not None and is_whole(store, receipt):
            done(receipt)
        else:
            pending.append(index)
    local.run(job, pending, workers, done, eager)
    desk = _MergeDesk(job.dataset.schema.name, store, plan)
    job.writer.merge(job.dataset.features, desk)
    store.settle(desk.files)
    _remove_leftovers(store, desk)
    write_manifest(store, plan, job.dataset.features, desk.receipts, desk.files, splits)
    count, size = len(desk.files) + 1, sum(f.bytes for f in desk.files)
    for receipt in desk.receipts():
        count, size = count + len(receipt.files), size + sum(f.bytes for f in receipt.files)
    named = {name: rows for name, rows in splits.items() if name}
    return Built(store.root, stop - start, named, count, size, already_there=False)


def finished(store: Store, plan: Plan, overwrite: bool) -> Built | None:
    """Return the dataset that is there already, if it is the one that is asked for."""
    manifest = read_manifest(store)
    if manifest is None:
        return None
    if manifest["plan_sha256"] != plan.sha256:
        if overwrite:
            return None
        raise UsageError(
            f"{store.root} holds another dataset ({plan.difference(manifest['plan'])}); "
            "choose another folder, or --overwrite to replace it"
        )
    files = manifest["files"]
    lost = [path for path, entry in files.items() if not store.has(path, entry["bytes"])]
    if lost and not overwrite:
        raise StorageError(
            f"{store.root} is incomplete: {lost[0]} is missing or changed ({len(lost)} such files); "
            "--overwrite makes the dataset again"
        )
    if lost:
        return None
    start, stop = manifest["plan"]["rows"]
    size = sum(entry["bytes"] for entry in files.values())
    return Built(store.root, stop - start, manifest["splits"], len(files) + 1, size, already_there=True)


def _take_over(store: Store, plan: Plan, overwrite: bool) -> None:
    """Make the folder this plan's: remove another dataset of ours, or refuse."""
    before = store.read_json(f"{WORK}/plan.json")
    if isinstance(before, dict) and before.get("sha256") != plan.sha256 and not overwrite:
        raise UsageError(
            f"{store.root} holds an unfinished dataset of another plan "
            f"({plan.difference(before.get('plan', {}))}); finish it with the command that began it, "
            "or --overwrite to replace it"
        )
    if (manifest := read_manifest(store)) is not None:
        # Noted first, so that they are known for ours even if this build is killed on the way.
        store.note(manifest["files"])
        # Without its manifest the folder is no dataset.
        store.remove(MANIFEST)
        for path in manifest["files"]:
            store.remove(path)
    store.write_json(f"{WORK}/plan.json", {"sha256": plan.sha256, "plan": plan.identity})


def _remove_leftovers(store: Store, desk: _MergeDesk) -> None:
    """Remove what an interrupted build of another plan left behind."""
    ours = {f.path for f in desk.files}
    for receipt in desk.receipts():
        ours.update(f.path for f in receipt.files)
    for path in store.created():
        if path not in ours:
            store.remove(path)


@dataclass
class _Parts:
    """What one shard left; see `synthlab.writers.ShardParts`."""

    counts: dict[str, int]
    store: Store
    names: dict[str, str]

    def open(self, name: str) -> BinaryIO | None:
        return self.store.path(self.names[name]).open("rb") if name in self.names else None


@dataclass
class _MergeDesk:
    """Where the shards are joined; see `synthlab.writers.MergeDesk`."""

    dataset: str
    store: Store
    plan: Plan
    files: list[FileEntry] = field(default_factory=list)

    def receipts(self) -> Iterator[Receipt]:
        for index in range(self.plan.shard_count):
            receipt = receipt_of(self.store, self.plan, index)
            if receipt is None:
                raise StorageError(f"files of shard {index} vanished from {self.store.root} during the build")
            yield receipt

    def shards(self) -> Iterator[_Parts]:
        for receipt in self.receipts():
            names = {part_name(f.path): f.path for f in receipt.parts}
            yield _Parts(dict(receipt.counts), self.store, names)

    def create(self, path: str) -> AbstractContextManager[BinaryIO]:
        return self.store.create(path, self.files)
