"""Building a folder: whole or absent, resumed, never over somebody else's files."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import synthlab
from synthlab import BuildError, Dataset, LockedError, StorageError, UsageError
from synthlab.build import Plan, build
from synthlab.build.store import Store
from synthlab.build.verify import verify
from synthlab.testing import folder_bytes

SPLITS = {"fractions": {"train": 0.8, "test": 0.2}}


def lines(rows: int = 1250, options: dict[str, Any] | None = None, **keys: Any) -> Dataset:
    keys = {"splits": SPLITS, "options": options or {}, **keys}
    return synthlab.load({"synthlab": 1, "name": "lines", "generator": "lines", "rows": rows, **keys})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "lines"
    lines().write(folder, format="csv")
    return folder


def test_the_manifest_says_what_is_there(whole: Path) -> None:
    manifest = json.loads((whole / "synthlab.json").read_text())
    assert manifest["name"] == "lines"
    assert manifest["splits"]["train"] == (whole / "train.csv").read_bytes().count(b"\n") - 1
    assert sum(manifest["splits"].values()) == 1250
    assert set(manifest["files"]) == {"train.csv", "test.csv", "datapackage.json"}
    assert manifest["files"]["train.csv"]["bytes"] == (whole / "train.csv").stat().st_size
    assert sorted(p.name for p in whole.iterdir()) == sorted([*manifest["files"], "synthlab.json"])


def test_the_written_rows_are_those_of_the_dataset(whole: Path) -> None:
    made = lines()
    by_split: dict[str, list[int]] = {"train": [], "test": []}
    for row in made:
        by_split[row["split"]].append(row["id"])
    for split, ids in by_split.items():
        written = (whole / f"{split}.csv").read_text().splitlines()[1:]
        assert [int(line.split(",")[0]) for line in written] == ids


def test_the_number_of_workers_changes_no_byte(tmp_path: Path) -> None:
    # Slow enough that processes are worth starting.
    made = lines(1500, {"seconds": 0.2})
    for workers in (1, 2, 3):
        made.write(tmp_path / str(workers), format="jsonl", workers=workers)
    first = folder_bytes(tmp_path / "1")
    assert first == folder_bytes(tmp_path / "2") == folder_bytes(tmp_path / "3")


def test_a_dataset_that_is_there_is_left_alone(whole: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in whole.iterdir()}
    built = lines().write(whole, format="csv")
    assert built.already_there
    assert built.splits == json.loads((whole / "synthlab.json").read_text())["splits"]
    assert {p: p.stat().st_mtime_ns for p in whole.iterdir()} == before


def test_another_dataset_is_refused_unless_told_to_replace_it(tmp_path: Path) -> None:
    folder = tmp_path / "lines"
    lines(300).write(folder, format="csv")
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"another dataset \(rows: \[0, 300\] there, \[0, 400\] now\)"):
        lines(400).write(folder, format="csv")
    with pytest.raises(UsageError, match="format: 'csv' there, 'jsonl' now"):
        lines(300).write(folder, format="jsonl")
    lines(400).write(folder, format="jsonl", overwrite=True)
    assert sorted(p.name for p in folder.iterdir()) == [
        "notes.txt",
        "synthlab.json",
        "test.jsonl",
        "train.jsonl",
    ]
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_folder_with_other_things_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    for overwrite in (False, True):
        with pytest.raises(UsageError, match=r"holds something else already \(thesis.tex\)"):
            lines().write(tmp_path, format="csv", overwrite=overwrite)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(UsageError, match="is a file; choose a folder"):
        lines().write(tmp_path / "out", format="csv")


def test_a_build_that_failed_leaves_no_dataset_and_goes_on(tmp_path: Path, whole: Path) -> None:
    """Stopped by a full disk, told by hand: whole shards stay, nothing half written does."""
    folder = tmp_path / "lines"
    made = lines()

    class FullError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done >= 500:
            raise FullError

    plan = Plan.of(made, "csv")
    with pytest.raises(FullError):
        build(plan, folder, progress=stop)
    assert not (folder / "synthlab.json").exists()
    assert not (folder / ".synthlab" / "tmp").exists()
    with pytest.raises(UsageError, match="unfinished dataset of another plan"):
        lines(99).write(folder, format="csv")
    seen: list[int] = []
    build(plan, folder, progress=lambda done, total: seen.append(done))
    assert seen[0] == 100, "finished shards are made again"
    assert folder_bytes(folder) == folder_bytes(whole)


def test_an_unfinished_dataset_of_ours_can_be_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "lines"

    def stop(done: int, total: int) -> None:
        if done >= 300:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(Plan.of(lines(), "parquet"), folder, progress=stop)
    assert list((folder / "data").iterdir())
    lines(100).write(folder, format="csv", overwrite=True)
    expected = ["datapackage.json", "synthlab.json", "test.csv", "train.csv"]
    assert sorted(p.name for p in folder.iterdir()) == expected


def test_a_shard_whose_files_were_lost_is_made_again(tmp_path: Path) -> None:
    folder, reference = tmp_path / "lines", tmp_path / "reference"
    plan = Plan.of(lines(), "parquet")
    build(plan, reference)

    def stop(done: int, total: int) -> None:
        if done >= 300:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(plan, folder, progress=stop)
    next((folder / "data").iterdir()).unlink()
    build(plan, folder)
    assert folder_bytes(folder) == folder_bytes(reference)


def test_two_builds_never_share_a_folder(tmp_path: Path) -> None:
    with Store(tmp_path / "lines").lock(), pytest.raises(LockedError, match="another build is writing"):
        lines().write(tmp_path / "lines", format="csv")


def test_a_worker_that_dies_once_is_replaced(tmp_path: Path, whole: Path) -> None:
    options = {"seconds": 0.3, "die_once_at": 950, "mark": str(tmp_path / "mark")}
    lines(options=options).write(tmp_path / "lines", format="csv", workers=2)
    for name in ("train.csv", "test.csv"):
        assert (tmp_path / "lines" / name).read_bytes() == (whole / name).read_bytes()
    assert (tmp_path / "mark").exists()


def test_a_worker_that_always_dies_is_given_up_with_its_rows(tmp_path: Path) -> None:
    options = {"seconds": 0.3, "die_always_at": 1149}
    with pytest.raises(BuildError, match=r"rows \d+ to \d+ died 3 times"):
        lines(options=options).write(tmp_path / "lines", format="csv", workers=2)
    assert not (tmp_path / "lines" / "synthlab.json").exists()


def test_verify_finds_what_was_changed_lost_and_added(tmp_path: Path, whole: Path) -> None:
    assert verify(whole, regenerate=3).problems == ()
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    text = (copy / "train.csv").read_text()
    (copy / "train.csv").write_text(text.replace('"a"', '"b"', 1))
    (copy / "test.csv").unlink()
    (copy / "extra.txt").write_text("")
    found = "\n".join(verify(copy).problems)
    assert "train.csv has other content" in found
    assert "test.csv is missing" in found
    assert "extra.txt does not belong" in found


def change_manifest(folder: Path, change: Callable[[Any], None]) -> None:
    manifest = json.loads((folder / "synthlab.json").read_text())
    change(manifest)
    (folder / "synthlab.json").write_text(json.dumps(manifest))


def test_verify_finds_shards_that_another_seed_made(tmp_path: Path, whole: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)

    def another_seed(manifest: Any) -> None:
        manifest["plan"]["schema"]["seed"] += 1
        manifest["plan_sha256"] = Plan(manifest["plan"], None).sha256

    change_manifest(copy, another_seed)
    assert any("made again, are different" in p for p in verify(copy, regenerate=2).problems)
    assert any("train.csv, made again" in p for p in verify(copy, regenerate=99).problems)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["plan"]["schema"].update(seed=99),
        lambda m: m["splits"].update(train=1),
        lambda m: m["files"].update({"../../etc/passwd": {"bytes": 1, "sha256": ""}}),
        lambda m: m.pop("files"),
        lambda m: m.clear(),
    ],
)
def test_a_manifest_changed_by_hand_is_told(
    tmp_path: Path, whole: Path, change: Callable[[Any], None]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    change_manifest(copy, change)
    before = folder_bytes(copy)
    for act in (
        verify,
        lambda f: lines().write(f, format="csv"),
        lambda f: lines(9).write(f, overwrite=True),
    ):
        with pytest.raises(StorageError, match="damaged or was changed by hand"):
            act(copy)
    assert folder_bytes(copy) == before


def interrupted(folder: Path, plan: Plan, after: int = 300) -> None:
    """Build until `after` rows are done."""

    def stop(done: int, total: int) -> None:
        if done >= after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(plan, folder, progress=stop)


def test_a_damaged_part_is_made_again(tmp_path: Path, whole: Path) -> None:
    folder, plan = tmp_path / "lines", Plan.of(lines(), "csv")
    interrupted(folder, plan)
    part = folder / ".synthlab" / "parts" / "000001" / "rows-train"
    part.write_bytes(part.read_bytes().replace(b"1", b"9"))
    build(plan, folder)
    assert folder_bytes(folder) == folder_bytes(whole)


@pytest.mark.parametrize("name", ["receipts/000001.json", "plan.json"])
@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"files": 3}', '{"sha'])
def test_a_damaged_note_of_the_build_is_no_obstacle(
    tmp_path: Path, whole: Path, name: str, content: str
) -> None:
    folder, plan = tmp_path / "lines", Plan.of(lines(), "csv")
    interrupted(folder, plan)
    (folder / ".synthlab" / name).write_text(content)
    build(plan, folder, overwrite=True)
    assert folder_bytes(folder) == folder_bytes(whole)


def test_a_build_killed_after_its_manifest_is_finished_by_the_same_command(
    tmp_path: Path, whole: Path
) -> None:
    folder, plan = tmp_path / "lines", Plan.of(lines(), "csv")
    interrupted(folder, plan)
    work = tmp_path / "work"
    shutil.copytree(folder / ".synthlab", work)
    build(plan, folder)
    shutil.copytree(work, folder / ".synthlab")
    assert build(plan, folder).already_there
    assert folder_bytes(folder) == folder_bytes(whole)


def test_a_build_killed_while_it_replaced_another_leaves_nothing_of_it(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lines"
    lines().write(folder, format="parquet")
    remove, removed = Store.remove, []

    def killed(self: Store, name: str) -> None:
        removed.append(name)
        if len(removed) == 4:
            raise KeyboardInterrupt
        remove(self, name)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            lines().write(folder, format="csv", overwrite=True)
    lines().write(folder, format="csv")
    assert folder_bytes(folder) == folder_bytes(whole)


def test_a_file_of_somebody_else_is_never_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "lines"
    lines(50).write(folder, format="csv")
    (folder / "train.jsonl").write_text("my thesis")
    with pytest.raises(UsageError, match=r"train.jsonl is there already, and synthlab did not make it"):
        lines(50).write(folder, format="jsonl", overwrite=True)
    assert (folder / "train.jsonl").read_text() == "my thesis"


@pytest.mark.parametrize("stdin", [False, True])
def test_a_script_needs_no_guard_to_use_processes(tmp_path: Path, stdin: bool) -> None:
    code = (
        "import synthlab\n"
        "splits = {'fractions': {'train': 0.8, 'test': 0.2}}\n"
        "schema = {'synthlab': 1, 'name': 'lines', 'generator': 'lines', 'rows': 1250,\n"
        "          'options': {'seconds': 0.3}, 'splits': splits}\n"
        f"print(synthlab.load(schema).write({str(tmp_path / 'out')!r}, format='csv', workers=2).rows)\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    result = subprocess.run(
        [sys.executable, "-" if stdin else str(script)],
        input=code if stdin else None,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout, result.returncode) == ("1250\n", 0), result.stderr


def test_verify_wants_a_finished_dataset(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no dataset"):
        verify(tmp_path)
    (tmp_path / "synthlab.json").write_text("{")
    with pytest.raises(StorageError, match="is damaged"):
        verify(tmp_path)


def test_an_empty_dataset_has_its_files_too(tmp_path: Path) -> None:
    lines(0).write(tmp_path / "lines", format="csv")
    assert (tmp_path / "lines" / "train.csv").read_text() == "id,x,text,label\n"
    assert verify(tmp_path / "lines").problems == ()


def test_a_part_of_a_dataset_can_be_written(tmp_path: Path) -> None:
    lines(500)[200:300].write(tmp_path / "part", format="csv")
    first = min(
        int(line.split(",")[0]) for line in (tmp_path / "part" / "train.csv").read_text().splitlines()[1:]
    )
    assert first in (200, 201, 202, 203)


def test_files_never_leave_their_folder(tmp_path: Path) -> None:
    for name in ("../x", "/etc/x", "a/../../x", ""):
        with pytest.raises(ValueError, match="not a path inside"):
            Store(tmp_path).path(name)
