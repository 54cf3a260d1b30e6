"""The page and the command: harmless whatever the names are, whole without a network, honest in few rows."""

from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest

from synthlab.audit import audit

from .tables import FRESH, HOLDOUT, REAL, written

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}} $title ${x}", "[bold]a[/]"]
VOID = {"meta", "rect"}


class Reader(HTMLParser):
    """Collects the tags, attributes and text of a page, and whether each tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert not reader.open
    return reader


def hostile(table: pa.Table) -> pa.Table:
    names = [*HOSTILE, *table.column_names[len(HOSTILE) :]]
    table = table.rename_columns(names)
    jobs = pa.compute.replace_substring(table.column(names[1]), "cook", "<script>alert(2)</script>")
    return table.set_column(1, names[1], jobs)


def test_hostile_names_and_values_are_only_text() -> None:
    tables = [hostile(table) for table in (FRESH, HOLDOUT, REAL)]
    tables[0] = tables[0].append_column("<b>more", pa.nulls(1_200))
    page = audit(tables[0], tables[1], training=tables[2]).to_html()
    reader = read(page)
    assert not reader.tags & {"script", "img", "b"}
    assert not {name for name in reader.attributes if name.startswith("on")} | (
        reader.attributes & {"src", "href", "style"}
    )
    text = "".join(reader.text)
    for name in [*HOSTILE, "<b>more"]:
        assert name in text


def test_the_page_loads_nothing_and_shows_each_column() -> None:
    page = audit(FRESH, HOLDOUT, training=REAL, target="chosen", rows=300).to_html()
    reader = read(page)
    assert "http" not in page.replace("http-equiv", "")
    assert "default-src 'none'" in page
    assert page.count("<svg") == len(FRESH.column_names)
    assert {"Measures", "Worst pairs of columns", "Missing together"} <= set(reader.text)
    assert "prefers-color-scheme: dark" in page


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "synthlab", "audit", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    for name, table in (("made", FRESH), ("holdout", HOLDOUT), ("train", REAL)):
        written(folder / f"{name}.csv", hostile(table))
    return folder


def test_the_command_tells_people_on_stderr_and_programs_on_stdout(folder: Path) -> None:
    options = ["made.csv", "--against", "holdout.csv", "--training", "train.csv"]
    result = run(*options, "--output", "pages/report.html", cwd=folder)
    assert (result.returncode, result.stdout) == (0, ""), result.stderr
    assert "usefulness" not in result.stderr
    assert "copies" in result.stderr
    assert "[bold]a[/]" not in result.stderr or "Traceback" not in result.stderr
    read((folder / "pages" / "report.html").read_text())
    result = run(*options, "--json", "--seed", "3", cwd=folder)
    data = json.loads(result.stdout)
    assert result.stderr == ""
    assert {measure["name"] for measure in data["measures"]} >= {"columns", "told_apart", "copies"}
    assert data["seed"] == 3
    assert run(*options, "--json", "--seed", "3", cwd=folder).stdout == result.stdout


def test_the_command_says_what_is_wrong_in_a_line(folder: Path) -> None:
    (folder / "few.csv").write_text("a\n1\n")
    (folder / "empty.csv").write_text("")
    for arguments, code, message in [
        (["made.csv"], 2, "--against"),
        (["none.csv", "--against", "holdout.csv"], 1, "there is no file or folder none.csv"),
        (["empty.csv", "--against", "holdout.csv"], 1, "the file is empty"),
        (["few.csv", "--against", "holdout.csv"], 1, "an audit needs 20"),
        (["made.csv", "--against", "holdout.csv", "--target", "choosen"], 1, "did you mean 'chosen'"),
        (["made.csv", "--against", "holdout.csv", "--output", "report.pdf"], 2, "ends in .html"),
    ]:
        result = run(*arguments, cwd=folder)
        assert result.returncode == code, (arguments, result.stderr)
        assert message in result.stderr
        assert "Traceback" not in result.stderr


def test_without_scikit_learn_the_command_says_what_to_install(folder: Path) -> None:
    code = (
        "import sys; sys.modules['sklearn'] = None; sys.argv[1:] = "
        "['audit', 'made.csv', '--against', 'holdout.csv']; from synthlab.cli import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, check=False
    )
    assert result.returncode == 2
    assert "pip install -e '.[tabular]'" in result.stderr
    assert "Traceback" not in result.stderr
