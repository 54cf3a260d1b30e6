"""The command line: what people see, exit codes, and nothing lost when something is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from synthlab.cli import app

SCHEMA = """synthlab: 1
name: lines
generator: lines
rows: 300
splits: {fractions: {train: 0.8, test: 0.2}}
format: csv
"""


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "synthlab", *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lines.yaml").write_text(SCHEMA)
    return tmp_path


def test_every_command_has_help_and_stands_in_the_readme() -> None:
    readme = (Path(__file__).parent.parent.parent / "README.md").read_text()
    for name, command in app.commands.items():
        assert command.help, name
        assert f"| `{name}" in readme, f"the README's table lacks {name}"
        result = CliRunner().invoke(app, [name, "--help"])
        assert result.exit_code == 0
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert getattr(parameter, "help", None) or parameter.name == "seed", (name, parameter.name)


def test_generate_tells_people_on_stderr_and_programs_on_stdout(folder: Path) -> None:
    result = run("generate", "lines.yaml", "--output", "out", cwd=folder)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr.startswith("out: 300 rows (train 2")
    result = run("generate", "lines.yaml", "--output", "out2", "--json", cwd=folder)
    data = json.loads(result.stdout)
    assert (data["rows"], data["format"], data["already_there"]) == (300, "csv", False)
    assert result.stderr == ""
    result = run("generate", "lines.yaml", "--output", "out", cwd=folder)
    assert "are there already; nothing to do" in result.stderr
    result = run("generate", "lines.yaml", "--output", "out3", "--quiet", cwd=folder)
    assert (result.stdout, result.stderr) == ("", "")


def test_a_dry_run_is_near_what_is_made_and_makes_nothing(folder: Path) -> None:
    for format in ("csv", "parquet"):
        options = ["lines.yaml", "--output", format, "--rows", "2000", "--format", format, "--json"]
        plan = json.loads(run("generate", *options, "--dry-run", cwd=folder).stdout)
        assert not (folder / format).exists()
        made = json.loads(run("generate", *options, cwd=folder).stdout)
        assert (plan["rows"], plan["files"]) == (2000, made["files"])
        assert plan["bytes"] == pytest.approx(made["bytes"], rel=0.3)


def test_a_dry_run_counts_the_texts_of_a_grammar(folder: Path) -> None:
    options = "options: {grammar: {rules: {start: '(go|stay)[ now]'}}}"
    (folder / "go.yaml").write_text(f"synthlab: 1\nname: go\ngenerator: text\nrows: 5\n{options}\n")
    result = run("generate", "go.yaml", "-o", "out", "--dry-run", cwd=folder)
    assert "4 ways to make a row" in result.stderr
    told = json.loads(run("generate", "go.yaml", "-o", "out", "--dry-run", "--json", cwd=folder).stdout)
    assert told["variety"] == 4


def test_a_dry_run_of_a_billion_rows_does_not_make_them(folder: Path) -> None:
    result = run("generate", "lines.yaml", "-o", "out", "--rows", str(10**9), "--dry-run", cwd=folder)
    assert result.returncode == 0
    assert "1,000,000,000 rows" in result.stderr


def test_preview_shows_rows_and_writes_nothing(folder: Path) -> None:
    result = run("preview", "lines.yaml", "--rows", "3", cwd=folder)
    assert result.returncode == 0
    assert 'row 2, "4"' in result.stdout
    rows = [
        json.loads(line) for line in run("preview", "lines.yaml", "--json", cwd=folder).stdout.splitlines()
    ]
    assert [row["id"] for row in rows] == [0, 1, 2, 3, 4]
    assert [p.name for p in folder.iterdir()] == ["lines.yaml"]


def test_preview_of_reviews_shows_what_the_spans_say() -> None:
    result = run("preview", "reviews", "--rows", "20")
    assert result.returncode == 0
    assert "positive" in result.stdout


def test_lists_name_what_is_installed() -> None:
    assert {"csv", "jsonl", "parquet", "coco"} <= set(json.loads(run("list", "formats", "--json").stdout))
    generators = json.loads(run("list", "generators", "--json").stdout)
    assert generators["lines"] == "Lines of text with a class."
    schemas = json.loads(run("list", "schemas", "--json").stdout)
    assert {"reviews", "shapes", "customers"} <= set(schemas)
    assert all(schemas.values()), "a ready-made schema without a description"


def test_init_writes_a_schema_that_is_valid_and_editable(tmp_path: Path) -> None:
    assert run("init", "mine", cwd=tmp_path).returncode == 0
    text = (tmp_path / "mine.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=./synthlab.schema.json\n")
    json.loads((tmp_path / "synthlab.schema.json").read_text())
    assert run("validate", "mine.yaml", cwd=tmp_path).returncode == 0
    assert run("generate", "mine.yaml", "--rows", "20", "--output", "out", cwd=tmp_path).returncode == 0
    again = run("init", "mine", cwd=tmp_path)
    assert again.returncode == 2
    assert (tmp_path / "mine.yaml").read_text() == text


def test_verify_says_whether_a_folder_is_whole(folder: Path) -> None:
    run("generate", "lines.yaml", "--output", "out", cwd=folder)
    assert run("verify", "out", "--regenerate", "2", cwd=folder).returncode == 0
    (folder / "out" / "train.csv").write_text("")
    result = run("verify", "out", "--json", cwd=folder)
    assert result.returncode == 3
    assert "train.csv has 0 bytes" in result.stderr
    assert len(json.loads(result.stdout)["problems"]) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["generate", "nowhere.yaml", "-o", "out"], 2, "nowhere.yaml"),
        (["generate", "reveiws", "-o", "out"], 2, "reviews"),
        (["generate", "lines.yaml", "-o", "out", "--rows", "-5"], 2, "-5"),
        (["generate", "lines.yaml", "-o", "out", "--rows", "many"], 2, "many"),
        (["generate", "lines.yaml", "-o", "out", "--format", "cvs"], 2, "did you mean 'csv'?"),
        (["generate", "lines.yaml", "-o", "out", "--format", "coco"], 2, "coco"),
        (["generate", "shapes", "-o", "out", "--rows", "2", "--format", "csv"], 2, "cannot hold the images"),
        (["generate", "lines.yaml"], 2, "--output"),
        (["generate", "lines.yaml", "-o", "lines.yaml"], 2, "is a file; choose a folder"),
        (["generate", "lines.yaml", "-o", "taken"], 2, "holds something else already (thesis.tex)"),
        (["generate", "lines.yaml", "-o", "/proc/nowhere"], 74, "cannot read or write"),
        (["validate", "empty.yaml"], 2, "empty.yaml"),
        (["validate", "binary.yaml"], 2, "binary.yaml"),
        (["verify", "taken"], 2, "is no dataset"),
        (["fit", "nowhere.csv", "-o", "x.yaml"], 1, "there is no file or folder nowhere.csv"),
        (["fit", "empty.csv", "-o", "x.yaml"], 1, "empty.csv"),
        (["fit", "ragged.csv", "-o", "x.yaml"], 1, "line 3"),
        (["fit", "latin.csv", "-o", "x.yaml"], 1, "UTF-8"),
        (["fit", "ragged.csv", "-o", "x.txt"], 2, "ends in .yaml"),
        (["fit", "ragged.csv", "-o", "lines.yaml"], 2, "exists already"),
        (["fit", "lines.yaml", "-o", "x.yaml"], 1, "no installed generator learns from lines.yaml"),
        (["preview", "lines.yaml", "--picture", "x.png"], 2, "image"),
    ],
)
def test_bad_input_is_told_and_loses_nothing(
    folder: Path, arguments: list[str], code: int, message: str
) -> None:
    (folder / "taken").mkdir()
    (folder / "taken" / "thesis.tex").write_text("years of work")
    (folder / "empty.yaml").write_text("")
    (folder / "binary.yaml").write_bytes(bytes(range(256)))
    (folder / "empty.csv").write_text("")
    (folder / "ragged.csv").write_text("a,b\n1,2\n3\n")
    (folder / "latin.csv").write_bytes("a,b\n1,caf\xe9\n".encode("latin-1"))
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    result = run(*arguments, cwd=folder)
    assert result.returncode == code, result.stderr
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_three_mistakes_are_reported_together(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(
        "synthlab: 1\nname: bad\ngenerator: lines\nrwos: 10\nseed: -1\noptions: {secnods: 0.5}\n"
    )
    result = run("validate", "bad.yaml", cwd=tmp_path)
    assert result.returncode == 2
    for place, hint in (
        ("bad.yaml:4:1", "'rows'"),
        ("bad.yaml:5:7", "at least 0"),
        ("bad.yaml:6:11", "'seconds'"),
    ):
        assert place in result.stderr
        assert hint in result.stderr


def test_a_missing_extra_is_told_with_what_to_install(folder: Path, tmp_path: Path) -> None:
    """With Pillow and OpenCV hidden, as in an environment without the extra `image`."""
    code = (
        "import sys\n"
        "for name in ('PIL', 'cv2'):\n"
        "    sys.modules[name] = None\n"
        "sys.argv = ['synthlab', 'generate', 'shapes', '--rows', '2', '--output', 'out']\n"
        "from synthlab.cli import main\n"
        "main()\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert result.returncode == 2, result.stderr
    assert ".[image]" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_schema_is_written_after_a_real_table(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    made = run("generate", "customers", "--rows", "500", "--output", str(tmp_path / "real"))
    assert made.returncode == 0, made.stderr
    source = tmp_path / "real" / "train.csv"
    target = tmp_path / "after.yaml"
    result = run("schema", "from", str(source), "--output", str(target), "--target", "churned")
    assert result.returncode == 0, result.stderr
    assert "monthly_charge: numbers from" in result.stderr
    assert run("validate", str(target)).returncode == 0
    assert run("schema", "from", str(source), "--output", str(target)).returncode == 2
    printed = run("schema", "from", str(source))
    assert printed.stdout.startswith("# What train.csv looks like")
    assert run("schema", "from", str(tmp_path / "absent.csv")).returncode == 1


def test_a_split_that_is_empty_is_told(tmp_path: Path) -> None:
    (tmp_path / "few.yaml").write_text(
        "synthlab: 1\nname: few\ngenerator: tabular\nrows: 60\noptions:\n  columns:\n"
        "    - {name: n, kind: sequence}\n    - {name: site, kind: expression, expression: n % 1}\n"
        "splits: {fractions: {train: 0.8, test: 0.2}, group: site}\n"
    )
    result = run("generate", "few.yaml", "--output", "out", cwd=tmp_path)
    told = json.loads(run("generate", "few.yaml", "-o", "out2", "--json", cwd=tmp_path).stdout)
    empty = [name for name, rows in told["splits"].items() if rows == 0]
    assert empty
    assert f"no rows in {empty[0]}" in result.stderr
