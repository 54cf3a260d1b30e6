"""What a person or a machine does to a running build: kill it, interrupt it, fill its disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from synthlab.testing import folder_bytes

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and process groups of POSIX")

SCHEMA = """
synthlab: 1
name: lines
generator: lines
rows: 4000
options: {seconds: 0.1}
splits: {fractions: {train: 0.8, test: 0.2}}
format: csv
"""


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "lines.yaml"
    path.write_text(SCHEMA)
    return path


def start(schema: Path, output: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "synthlab", "generate", str(schema), "--output", str(output), *options]
    return subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE, text=True)


def receipts(output: Path) -> int:
    folder = output / ".synthlab" / "receipts"
    return len(list(folder.glob("*.json"))) if folder.is_dir() else 0


def wait_for(condition, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def group_is_gone(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return True
    return all(_state(pid) == "Z" for pid in _members(leader))


def _members(leader: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[2]) == leader:
                found.append(int(entry.name))
    return found


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


def test_a_build_killed_at_three_points_ends_with_the_same_bytes(schema: Path, tmp_path: Path) -> None:
    quiet = start(schema, tmp_path / "whole", "--workers", "1")
    assert quiet.wait(60) == 0
    output = tmp_path / "killed"
    for done in (2, 12, 25):
        process = start(schema, output, "--workers", "2")
        assert wait_for(lambda done=done: receipts(output) >= done, 30)
        process.kill()
        process.wait(10)
        gone = wait_for(lambda p=process: group_is_gone(p.pid), 3)
        if not gone:
            os.killpg(process.pid, signal.SIGKILL)  # they hold the pipe that is read next
        process.communicate(timeout=10)
        assert gone, "processes outlived the build by 3 seconds"
        assert not (output / "synthlab.json").exists()
    last = start(schema, output, "--workers", "3")
    assert last.wait(60) == 0
    last.communicate()
    quiet.communicate()
    assert folder_bytes(output) == folder_bytes(tmp_path / "whole")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_ends_soon_and_leaves_whole_shards(schema: Path, tmp_path: Path, workers: str) -> None:
    output = tmp_path / "out"
    process = start(schema, output, "--workers", workers)
    assert wait_for(lambda: receipts(output) >= 5, 30)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, message = process.communicate(timeout=10)
    assert time.monotonic() - began < 5  # two seconds on a quiet machine
    assert process.returncode == 130
    assert "the same command goes on from here" in message
    assert not (output / ".synthlab" / "tmp").exists()
    assert wait_for(lambda: group_is_gone(process.pid), 3)


def test_a_full_disk_is_told_and_gone_on_from(schema: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        process = start(schema, disk / "out", "--workers", "2")
        _, message = process.communicate(timeout=60)
        assert process.returncode == 74, message
        assert "the disk is full" in message
        kept = receipts(disk / "out")
        assert kept > 0
        assert not (disk / "out" / ".synthlab" / "tmp").exists()
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        again = start(schema, disk / "out", "--workers", "2")
        _, message = again.communicate(timeout=60)
        assert again.returncode == 0, message
        whole = start(schema, tmp_path / "whole")
        whole.communicate(timeout=60)
        assert folder_bytes(disk / "out") == folder_bytes(tmp_path / "whole")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def test_a_second_build_in_the_same_folder_is_refused(schema: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    first = start(schema, output, "--workers", "1")
    assert wait_for(lambda: receipts(output) >= 1, 30)
    second = start(schema, output, "--workers", "1")
    _, message = second.communicate(timeout=20)
    assert second.returncode == 4
    assert "another build is writing here" in message
    os.killpg(first.pid, signal.SIGINT)
    first.communicate(timeout=10)
