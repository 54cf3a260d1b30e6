"""Several tables in one folder: a dataset folder for each, and a manifest that names them all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError
from . import Built, build, finished
from .manifest import FORMAT_VERSION, read_manifest, read_tables, remove_dataset
from .plan import Plan
from .store import MANIFEST, WORK, FileEntry, Store, storage_errors

__all__ = ["BuiltTables", "build_tables"]


@dataclass(frozen=True)
class BuiltTables:
    """A finished folder of several tables."""

    folder: Path
    tables: dict[str, Built]

    @property
    def already_there(self) -> bool:
        """Whether all were there before, so that nothing was made."""
        return all(table.already_there for table in self.tables.values())


def build_tables(
    name: str,
    plans: Mapping[str, Plan],
    output: str | Path,
    *,
    workers: int = 1,
    overwrite: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> BuiltTables:
    """Build a dataset folder for each table inside one folder, or go on with what was interrupted.

    The manifest of all is written last. Errors are those of `build`; a folder that holds anything else is
    refused, and nothing in it is touched.
    """
    store = Store(output)
    stale = _stale(store, plans, overwrite)
    for table, plan in plans.items():
        finished(Store(store.path(table)), plan, overwrite)
    total = sum(plan.identity["rows"][1] - plan.identity["rows"][0] for plan in plans.values())
    done = 0
    with store.lock():
        for folder in stale:
            remove_dataset(folder)
        if stale:
            store.remove(MANIFEST)
        built = {}
        for table, plan in plans.items():
            if _changes(store, table, plan):
                # Without its manifest the folder is no dataset.
                store.remove(MANIFEST)

            def told(rows: int, _: int, before: int = done) -> None:
                if progress is not None:
                    progress(before + rows, total)

            built[table] = build(plan, store.path(table), workers=workers, overwrite=overwrite, progress=told)
            done += built[table].rows
        if read_tables(store) is None:
            _write(store, name, plans, built)
        store.remove_tree(WORK)
    return BuiltTables(store.root, built)


def _stale(store: Store, plans: Mapping[str, Plan], overwrite: bool) -> list[Store]:
    """Return the folders of datasets of ours that are to go; raise UsageError when anything else is there."""
    with storage_errors(str(store.root)):
        if store.root.exists() and not store.root.is_dir():
            raise UsageError(f"{store.root} is a file; choose a folder")
        names = sorted(path.name for path in store.root.iterdir()) if store.root.is_dir() else []
    single = None
    if MANIFEST in names and (before := read_tables(store)) is not None:
        others = [table for table in before["tables"] if table not in plans]
        what = f"other tables ({', '.join(others[:5])})"
        ours, stale = {*before["tables"]}, [Store(store.path(table)) for table in others]
    else:
        single = read_manifest(store)
        what = "a dataset of one table"
        files = single["files"] if single is not None else ()
        ours, stale = {path.partition("/")[0] for path in files}, [store] if single is not None else []
    foreign = [name for name in names if name not in {*plans, *ours, MANIFEST, WORK}]
    if foreign:
        found = ", ".join(foreign[:5])
        raise UsageError(
            f"{store.root} holds something else already ({found}); choose a new or an empty folder"
        )
    if stale and not overwrite:
        raise UsageError(f"{store.root} holds {what}; choose another folder, or --overwrite to replace it")
    return stale


def _changes(store: Store, table: str, plan: Plan) -> bool:
    before = (read_tables(store) or {}).get("tables", {}).get(table, {})
    return bool(before) and before.get("plan_sha256") != plan.sha256


def _write(store: Store, name: str, plans: Mapping[str, Plan], built: Mapping[str, Built]) -> None:
    tables = {}
    for table, plan in plans.items():
        entry = store.entry(f"{table}/{MANIFEST}")
        assert isinstance(entry, FileEntry)
        tables[table] = {"rows": built[table].rows, "plan_sha256": plan.sha256, "manifest": entry.to_json()}
    page = {"synthlab": FORMAT_VERSION, "name": name, "tables": tables}
    with store.create(MANIFEST, durable=True) as file:
        file.write(json.dumps(page, indent=1, ensure_ascii=False).encode() + b"\n")
