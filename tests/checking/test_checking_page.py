"""The page on checks tells the truth, and so does the command."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from synthlab.checking.kinds import KINDS

from .damage import DAMAGES, load, store

PAGE = (Path(__file__).parent.parent.parent / "docs" / "checking.md").read_text()


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "synthlab", *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )


@pytest.fixture
def damaged(good: Path, tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(good, tmp_path / "shapes"))
    data = load(folder)
    DAMAGES["an annotation id twice"].do(data, folder)
    DAMAGES["half a pixel"].do(data, folder)
    store(folder, data)
    return tmp_path


def test_the_page_lists_all_kinds() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (error|warning|note) \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)
    assert rows == [(name, k.severity, k.title, k.why) for name, k in KINDS.items()]


def test_the_python_of_the_page_runs(tmp_path: Path) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("True 0\n")
    assert "error dangling-id 1 annotation 3: image_id 12345" in result.stdout
    assert "as in VOC" in result.stdout


def test_what_the_page_shows_is_what_the_command_says(damaged: Path) -> None:
    (shown,) = re.findall(r"^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    result = run("check", "shapes", "--most", "1", cwd=damaged)
    assert result.stdout == ""
    assert result.stderr == shown


def test_the_command_is_a_gate_and_speaks_to_machines(damaged: Path, good: Path) -> None:
    assert run("check", str(good), "--quiet", cwd=damaged).returncode == 0
    result = run("check", "shapes", "--json", cwd=damaged)
    assert result.returncode == 3
    data = json.loads(result.stdout)
    assert (data["ok"], data["errors"]) == (False, 1)
    assert data["problems"][0]["kind"] == "duplicate-id"
    assert data["problems"][0]["examples"][0]["id"] == 5
    assert result.stderr == "synthlab: shapes has 1 error\n"


def test_bad_arguments_are_told(damaged: Path) -> None:
    for arguments, code, message in (
        (["nowhere"], 2, "there is no file or folder nowhere"),
        (["shapes", "--images", "nowhere"], 2, "there is no folder nowhere"),
        (["shapes", "--images", "shapes", "--no-images"], 2, "leave one out"),
        (["shapes/images"], 1, "has no COCO file"),
    ):
        result = run("check", *arguments, cwd=damaged)
        assert (result.returncode, result.stdout) == (code, "")
        assert message in result.stderr
        assert "Traceback" not in result.stderr


def test_without_pillow_sizes_are_left_out_and_that_is_told(good: Path) -> None:
    code = (
        "import sys; sys.modules['PIL'] = None; import synthlab; print(synthlab.check(sys.argv[1]).left_out)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(good)], capture_output=True, text=True, check=True
    )
    assert "sizes of image files: they need Pillow" in result.stdout
