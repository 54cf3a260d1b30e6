"""Several tables in one folder: whole or absent, the same for any number of workers."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from synthlab import Dataset, UsageError, load_tables
from synthlab.build import Plan
from synthlab.build import build as build_one
from synthlab.build.tables import BuiltTables, build_tables
from synthlab.build.verify import verify
from synthlab.errors import StorageError
from synthlab.testing import folder_bytes


def shop(seed: int = 1) -> dict[str, Dataset]:
    people = [{"name": "id", "kind": "sequence"}, {"name": "name", "kind": "person"}]
    visits = [
        {"name": "id", "kind": "foreign_key", "table": "people", "pick": "spread", "children": 3},
        {"name": "visit", "kind": "position", "of": "id"},
    ]
    tables: dict[str, Any] = {
        "people": {"generator": "tabular", "rows": 500, "options": {"columns": people}},
        "visits": {"generator": "tabular", "options": {"columns": visits}},
    }
    return load_tables({"synthlab": 1, "seed": seed, "tables": tables})


def build(folder: Path, seed: int = 1, workers: int = 1, **more: Any) -> BuiltTables:
    plans = {name: Plan.of(table, "csv", shard_rows=200) for name, table in shop(seed).items()}
    return build_tables("shop", plans, folder, workers=workers, **more)


def test_the_number_of_workers_changes_no_byte(tmp_path: Path) -> None:
    build(tmp_path / "one")
    build(tmp_path / "two", workers=2)
    assert folder_bytes(tmp_path / "one") == folder_bytes(tmp_path / "two")


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    first = build(tmp_path / "out")
    assert not first.already_there
    assert {name: table.rows for name, table in first.tables.items()} == {"people": 500, "visits": 1_500}
    before = folder_bytes(tmp_path / "out")
    assert build(tmp_path / "out").already_there
    assert folder_bytes(tmp_path / "out") == before


def test_progress_counts_the_rows_of_all_tables(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    build(tmp_path / "out", progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (2_000, 2_000)


def test_an_interrupted_build_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    build(folder)
    whole = folder_bytes(folder)
    (folder / "synthlab.json").unlink()
    (folder / "visits" / "synthlab.json").unlink()
    (folder / "visits" / "visits.csv").unlink()
    (folder / "visits" / "datapackage.json").unlink()
    (folder / "visits").rmdir()
    build(folder)
    assert folder_bytes(folder) == whole


def test_another_dataset_is_replaced_only_when_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    build(folder)
    with pytest.raises(UsageError, match="another dataset"):
        build(folder, seed=2)
    build(folder, seed=2, overwrite=True)
    build(tmp_path / "fresh", seed=2)
    assert folder_bytes(folder) == folder_bytes(tmp_path / "fresh")


def test_folders_of_something_else_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        build(tmp_path)
    shop()["people"].write(tmp_path / "single")
    with pytest.raises(UsageError, match="a dataset of one table"):
        build(tmp_path / "single")


def test_verify_looks_into_every_table(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    build(folder)
    assert verify(folder, regenerate=2).problems == ()
    with (folder / "visits" / "visits.csv").open("a") as file:
        file.write("1,99\n")
    assert any("visits/visits.csv" in problem for problem in verify(folder).problems)
    (folder / "more.csv").write_text("x")
    assert any("more.csv" in problem for problem in verify(folder).problems)


def test_the_manifest_names_the_tables(tmp_path: Path) -> None:
    build(tmp_path / "out")
    page = json.loads((tmp_path / "out" / "synthlab.json").read_text())
    assert page["name"] == "shop"
    assert {name: table["rows"] for name, table in page["tables"].items()} == {"people": 500, "visits": 1_500}


def alone(folder: Path, **more: Any) -> None:
    build_one(Plan.of(shop()["people"], "csv", shard_rows=200), folder, **more)


def others(folder: Path, **more: Any) -> None:
    plans = {name: Plan.of(table, "csv", shard_rows=200) for name, table in shop().items()}
    build_tables("shop", {"guests": plans["people"], "stays": plans["visits"]}, folder, **more)


@pytest.mark.parametrize("first", [alone, others, build])
@pytest.mark.parametrize("second", [alone, others, partial(build, seed=2)])
def test_a_refused_build_touches_nothing_and_overwriting_leaves_nothing(
    tmp_path: Path, first: Callable[..., Any], second: Callable[..., Any]
) -> None:
    if first is second:
        return
    out = tmp_path / "out"
    first(out)
    before = folder_bytes(out)
    with pytest.raises(UsageError, match="--overwrite"):
        second(out)
    assert folder_bytes(out) == before
    assert not verify(out).problems
    second(out, overwrite=True)
    second(tmp_path / "new")
    assert folder_bytes(out) == folder_bytes(tmp_path / "new")


@pytest.mark.parametrize(
    "damage", ['{"tables": 3}', '{"tables": {"people": {}}}', '{"tables": {"../x": {}}}']
)
def test_a_damaged_manifest_is_told_and_nothing_is_removed(tmp_path: Path, damage: str) -> None:
    build(tmp_path / "out")
    (tmp_path / "out" / "synthlab.json").write_text(damage)
    before = folder_bytes(tmp_path / "out")
    with pytest.raises(StorageError, match="damaged"):
        build(tmp_path / "out", overwrite=True)
    assert folder_bytes(tmp_path / "out") == before
