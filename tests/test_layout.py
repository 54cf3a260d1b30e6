"""The walls between the parts, and what is loaded when."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import synthlab
import synthlab.audit

ROOT = Path(__file__).parent.parent
GENERATORS = sorted(p.name for p in (ROOT / "generators").iterdir() if (p / "__init__.py").is_file())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
HEAVY = {"torch", "sdv", "pandas", "PIL", "cv2", "scipy", "faker", "spacy"}


def imported(path: Path) -> set[str]:
    """Return the absolute names of the modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
    return names


def test_the_core_imports_no_generator() -> None:
    for path in (ROOT / "synthlab").rglob("*.py"):
        assert not {n for n in imported(path) if n.startswith("synthlab_")}, path


# What a generator may take from the core: what a plugin of anybody's may take.
PUBLIC = {
    "synthlab",
    "synthlab.audit",
    "synthlab.errors",
    "synthlab.expressions",
    "synthlab.features",
    "synthlab.generator",
    "synthlab.masks",
    "synthlab.portable",
    "synthlab.row_files",
    "synthlab.rows",
    "synthlab.tables",
}


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_imports_the_public_core_and_no_other_generator(name: str) -> None:
    for path in (ROOT / "generators" / name).rglob("*.py"):
        ours = {n for n in imported(path) if n.split(".")[0].startswith("synthlab")}
        assert {n for n in ours if n.split(".")[0] != name} <= PUBLIC, path


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_is_packaged_typed_and_has_an_extra(name: str) -> None:
    short = name.removeprefix("synthlab_")
    assert f"generators/{name}" in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert PROJECT["project"]["entry-points"]["synthlab.generators"][short].startswith(f"{name}:")
    assert short in PROJECT["project"]["optional-dependencies"]
    assert (ROOT / "generators" / name / "py.typed").is_file()


def test_sdv_is_imported_only_in_files_named_after_it() -> None:
    users = [
        path
        for folder in ("synthlab", "generators")
        for path in (ROOT / folder).rglob("*.py")
        if {n.split(".")[0] for n in imported(path)} & {"sdv", "rdt", "copulas", "ctgan", "deepecho"}
    ]
    assert users
    for path in users:
        assert path.parent == ROOT / "generators" / "synthlab_tabular"
        assert path.name.startswith("sdv_")


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        ("import synthlab", HEAVY | {"numpy", "pyarrow", "pydantic"}),
        ("import synthlab.cli", HEAVY | {"numpy", "pyarrow", "pydantic", "rich.console"}),
        # pyarrow itself loads pandas where it is installed.
        ("import synthlab; synthlab.load('reviews', rows=5)[0]", HEAVY - {"pandas"}),
        ("import synthlab; synthlab.load('customers', rows=5)[0]", HEAVY - {"pandas"}),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str, unwanted: set[str]) -> None:
    program = f"import sys; {code}; print(*sorted(m for m in sys.modules))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not unwanted & set(result.stdout.split())


def test_public_names_exist_and_are_documented() -> None:
    pages = (ROOT / "docs" / "api.md").read_text()
    for name in synthlab.__all__:
        assert getattr(synthlab, name) is not None
        assert f"`{name}`" in pages, f"docs/api.md does not mention {name}"


def test_names_of_the_audit_are_documented() -> None:
    pages = (ROOT / "docs" / "api.md").read_text()
    for name in synthlab.audit.__all__:
        assert f"`{name}`" in pages, f"docs/api.md does not mention {name}"


def test_the_version_is_the_same_everywhere() -> None:
    assert PROJECT["project"]["version"] == synthlab.__version__
    assert f"## {synthlab.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_no_file_is_two_ideas() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("synthlab", "generators", "tests", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 450
    }
    assert not long, f"over 450 lines: {long}"
