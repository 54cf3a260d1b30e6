"""The documentation tells the truth: its code is the code that runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]


def blocks(page: Path, language: str) -> list[tuple[str, str]]:
    """Return (what follows the language, code) of each fenced block."""
    return re.findall(rf"^```{language}([^\n]*)\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name} points at {target}"


def test_the_plugin_page_shows_the_plugin_that_is_tested() -> None:
    page = DOCS / "write-a-plugin.md"
    for info, code in [*blocks(page, "python"), *blocks(page, "toml")]:
        if match := re.search(r"file=(\S+)", info):
            assert code.strip() in (DOCS / match[1]).read_text(), f"{match[1]} differs from the page"


@pytest.fixture(scope="module")
def installed_plugin(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install the example from its own folder, and return an environment that has it."""
    target = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"),
            *("--target", str(target), str(DOCS / "example-plugin")),
        ],
        check=True,
        capture_output=True,
    )
    path = os.pathsep.join([str(target), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path}


def synthlab(arguments: list[str], env: dict[str, str], cwd: Path) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "synthlab", *arguments],
        capture_output=True,
        text=True,
        env=env,
        cwd=cwd,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_example_plugin_works_once_it_is_installed(
    installed_plugin: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "dice.yaml").write_text(
        "synthlab: 1\ngenerator: dice\nrows: 1000\noptions: {dice: 2}\nformat: tally\n"
    )
    assert "Throws of several dice" in synthlab(["list", "generators"], installed_plugin, tmp_path)
    synthlab(["generate", "dice.yaml", "--output", "out"], installed_plugin, tmp_path)
    tally = json.loads((tmp_path / "out" / "tally.json").read_text())
    assert sum(tally.values()) == 1000
    assert 120 < tally["all alike"] < 215  # a sixth of the throws of two dice


def test_the_example_plugin_keeps_the_contracts(installed_plugin: dict[str, str], tmp_path: Path) -> None:
    code = """
import json, sys
from pathlib import Path
import synthlab
from synthlab.testing import check_generator, check_writer
from synthlab_dice import DiceGenerator

check_generator(DiceGenerator(dice=4))
dataset = synthlab.load({"synthlab": 1, "name": "dice", "generator": "dice", "rows": 250})
read = lambda folder: sum(json.loads((folder / "tally.json").read_text()).values())
check_writer("tally", dataset, Path(sys.argv[1]), read=read)
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=installed_plugin, check=True, timeout=60)


def readme_blocks(language: str) -> list[str]:
    return [code for _, code in blocks(ROOT / "README.md", language)]


def test_the_commands_of_the_readme_run(tmp_path: Path) -> None:
    (script,) = readme_blocks("sh")
    program = tmp_path / "bin" / "synthlab"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m synthlab "$@"\n')
    program.chmod(0o755)
    env = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["sh", "-euc", script], cwd=tmp_path, env=env, check=True, capture_output=True)
    made = {p.parent.name for p in (tmp_path / "out").glob("*/synthlab.json")}
    assert made == {"reviews", "shapes", "my-table"}


def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    (code,) = readme_blocks("python")
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "out" / "first-thousand" / "synthlab.json").exists()


def test_the_python_of_the_page_on_audits_runs(tmp_path: Path) -> None:
    ((_, code),) = blocks(DOCS / "auditing.md", "python")
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "columns 0.9" in result.stdout
    assert (tmp_path / "report.html").read_text().startswith("<!DOCTYPE html>")


def test_the_python_of_the_page_on_annotators_runs(tmp_path: Path) -> None:
    code = "\n".join(code for _, code in blocks(DOCS / "annotators.md", "python"))
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    right = dict(re.findall(r"^(MajorityVote|DawidSkene) (0\.\d+)$", result.stdout, re.MULTILINE))
    assert float(right["DawidSkene"]) > float(right["MajorityVote"])
    assert float(result.stdout.partition("of the wrong labels found: ")[2].split()[0]) > 0.8


def test_the_schema_of_the_readme_is_valid_and_its_mistake_is_told(tmp_path: Path) -> None:
    (schema,) = readme_blocks("yaml")
    (tmp_path / "loans.yaml").write_text(schema)
    synthlab(["generate", "loans.yaml", "--output", "out"], dict(os.environ), tmp_path)
    (message,) = readme_blocks("text")
    (tmp_path / "loans.yaml").write_text(schema.replace("high: 90", "hihg: 90"))
    result = subprocess.run(
        [sys.executable, "-m", "synthlab", "validate", "loans.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr == message


@pytest.mark.slow
def test_make_demo_sets_up_and_does_the_main_job(tmp_path: Path) -> None:
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in files.stdout.splitlines():
        target = tmp_path / "checkout" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(
        ["make", "demo", f"PYTHON={sys.executable}"],
        cwd=tmp_path / "checkout",
        env=env,
        check=True,
        capture_output=True,
    )
    out = tmp_path / "checkout" / "out"
    rows = sum(path.read_bytes().count(b'"positive"') for path in (out / "reviews").glob("*.csv"))
    assert rows >= 30_000
    assert (out / "shapes.png").read_bytes().startswith(b"\x89PNG")


BASE = {
    "columns": [
        {"name": "age", "kind": "normal", "mean": 42, "std": 15},
        {"name": "income", "kind": "lognormal", "mean": 10, "sigma": 0.4},
        {"name": "plan", "kind": "categorical", "values": {"basic": 3, "plus": 1}, "label": True},
        {"name": "name", "kind": "person"},
        {"name": "height_cm", "kind": "normal", "mean": 170, "std": 9},
        {"name": "born", "kind": "date", "low": "1950-01-01", "high": "2000-12-31"},
        {"name": "id", "kind": "sequence"},
    ]
}


SCHEMAS = [block for page in ("tables.md", "annotators.md") for block in blocks(DOCS / page, "yaml")]


@pytest.mark.parametrize(("number", "block"), list(enumerate(SCHEMAS)))
def test_every_block_of_the_pages_on_tables_and_annotators_makes_rows(
    number: int, block: tuple[str, str]
) -> None:
    """A block is a whole schema, a list of columns, or a section beside the columns of BASE."""
    import yaml

    from synthlab import load_tables

    data = yaml.safe_load(block[1])
    data = json.loads(json.dumps(data, default=str))
    if isinstance(data, list):
        names = {column["name"] for column in data}
        data = {"options": {"columns": [c for c in BASE["columns"] if c["name"] not in names] + data}}
    elif "correlations" in data:
        parts = [{"options": {**BASE, "correlations": [entry]}} for entry in data["correlations"]]
        for part in parts:
            assert load_tables({"synthlab": 1, "generator": "tabular", **part})
        data = parts[-1]
    elif "synthlab" not in data:
        data = {"options": BASE, **data}
    schema = data if "tables" in data else {"synthlab": 1, "generator": "tabular", **data}
    for table in load_tables(schema).values():
        assert len(list(table[:50])) == 50


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with the sprites, the mesh and the photographs that the page on images asks for."""
    from PIL import Image, ImageDraw

    sprite = Image.new("RGBA", (60, 80))
    ImageDraw.Draw(sprite).ellipse((5, 5, 55, 75), fill=(220, 120, 30, 255))
    for folder, picture in (("sprites/cat", sprite), ("photos", Image.new("RGB", (400, 300), (60, 90, 70)))):
        (tmp_path / folder).mkdir(parents=True)
        picture.save(tmp_path / folder / "one.png")
    (tmp_path / "models/bracket").mkdir(parents=True)
    corners = "v 0 0 0\nv 2 0 0\nv 0 1 0\nv 0 0 1\n"
    (tmp_path / "models/bracket/one.obj").write_text(corners + "f 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n")
    scene = Image.new("RGB", (320, 240), (60, 90, 70))
    for folder in ("street/emptied", "street/images"):
        (tmp_path / folder).mkdir(parents=True)
        scene.save(tmp_path / folder / "one.png")
        ImageDraw.Draw(scene).ellipse((40, 50, 120, 150), fill=(220, 120, 30))
    known = {
        "images": [{"id": 1, "file_name": "one.png", "width": 320, "height": 240}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [40, 50, 81, 101]}],
        "categories": [{"id": 1, "name": "cat"}],
    }
    (tmp_path / "street" / "objects.json").write_text(json.dumps(known))
    return tmp_path


@pytest.mark.parametrize("block", blocks(DOCS / "images.md", "yaml"), ids=range(11))
def test_every_schema_of_the_page_on_images_makes_rows(block: tuple[str, str], pictures: Path) -> None:
    from synthlab import load

    (pictures / "schema.yaml").write_text(block[1])
    rows = list(load(pictures / "schema.yaml", rows=20))
    assert len(rows) == 20
    assert sum(len(row["objects"]) if "objects" in row else row["main"] is not None for row in rows) > 15


@pytest.mark.parametrize("block", blocks(DOCS / "documents.md", "yaml"), ids=range(4))
def test_every_schema_of_the_page_on_documents_makes_rows(block: tuple[str, str], tmp_path: Path) -> None:
    from synthlab import load

    (tmp_path / "schema.yaml").write_text(block[1])
    rows = list(load(tmp_path / "schema.yaml", rows=6))
    assert len(rows) == 6
    assert all(row["text"] for row in rows)


def test_the_page_on_documents_names_what_there_is() -> None:
    from synthlab_image.documents.columns import LABELS
    from synthlab_image.documents.kinds import KINDS
    from synthlab_image.documents.typefaces import FAMILIES

    page = (DOCS / "documents.md").read_text()
    for kind, module in KINDS.items():
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{kind}` |")]
        assert re.findall(r"`([^`]+)`", line.split("|")[3]) == list(module.NAMES)
    assert all(f"`{name}`" in page for name in (*FAMILIES, *LABELS))


def test_the_python_of_the_page_on_images_runs(tmp_path: Path) -> None:
    ((_, code),) = blocks(DOCS / "images.md", "python")
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize("block", blocks(DOCS / "text-grammar.md", "yaml"))
def test_every_block_of_the_page_on_grammars_makes_rows(block: tuple[str, str]) -> None:
    """A block is a whole schema, or a grammar."""
    import yaml

    from synthlab import load_tables

    data = json.loads(json.dumps(yaml.safe_load(block[1]), default=str))
    if "synthlab" not in data:
        data = {"synthlab": 1, "generator": "text", "options": {"grammar": data}}
    for table in load_tables(data).values():
        assert len(list(table[:50])) == 50


def test_the_python_of_the_page_on_grammars_prints_what_it_says(tmp_path: Path) -> None:
    ((_, code),) = blocks(DOCS / "text-grammar.md", "python")
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert f"prints {result.stdout.strip()}." in (DOCS / "text-grammar.md").read_text()
