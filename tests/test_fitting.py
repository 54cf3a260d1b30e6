"""The door for real data: what `fit` writes, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import synthlab
from synthlab import InputError, UsageError


def table(path: Path, header: str = "age,plan", constant: str = "") -> Path:
    extra = f",{constant}" if constant else ""
    rows = [f"{20 + i * 7 % 50},{'basic' if i % 3 else 'plus'}{extra}" for i in range(200)]
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_a_model_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    source = table(tmp_path / "people.csv")
    precious = tmp_path / "people.model" / "model.json"
    precious.parent.mkdir()
    precious.write_text("precious")
    with pytest.raises(UsageError, match=r"people.model exists already"):
        synthlab.fit(source, tmp_path / "people.yaml")
    assert precious.read_text() == "precious"
    assert not (tmp_path / "people.yaml").exists()


def test_names_and_values_like_those_of_the_model_file_stay_as_they_are(tmp_path: Path) -> None:
    source = table(tmp_path / "x.csv", header="age,model.json,note", constant="model.json")
    made = synthlab.fit(source, tmp_path / "x.yaml")
    frame = synthlab.load(made.schema, rows=50).to_pandas()
    assert {"age", "model.json"} <= set(frame.columns)
    assert set(frame.get("note", ["model.json"])) == {"model.json"}


@pytest.mark.parametrize(
    "header", ["x@y.z,plan", "2020-01-01,plan", "31.12.2024,plan", "-1.5e3,plan", "17,plan"]
)
def test_a_first_line_of_values_is_no_header(tmp_path: Path, header: str) -> None:
    source = table(tmp_path / "headless.csv", header=header)
    with pytest.raises(InputError, match="must hold the names of the columns"):
        synthlab.fit(source, tmp_path / "headless.yaml")
    assert [path.name for path in tmp_path.iterdir()] == ["headless.csv"]


@pytest.mark.parametrize("name", ["full_name", "Name", "address", "ssn", "userId", "e-mail", "card_number"])
def test_columns_that_say_who_somebody_is_are_made_up(tmp_path: Path, name: str) -> None:
    """However many rows share a value: twenty visits of one person are still one person."""
    lines = [
        f"{20 + i % 40},{4111111111111111 + i // 20 if name != 'Name' else f'Jane {i // 20}'}"
        for i in range(400)
    ]
    (tmp_path / "visits.csv").write_text("\n".join([f"age,{name}", *lines]) + "\n")
    made = synthlab.fit(tmp_path / "visits.csv", tmp_path / "visits.yaml")
    rows = synthlab.load(made.schema, rows=2_000).to_pandas()
    assert list(rows) == ["age", name]
    assert not set(rows[name].astype(str)) & {line.partition(",")[2] for line in lines}
    for path in (made.schema, *made.files):
        assert b"Jane" not in path.read_bytes()
        assert b"41111111" not in path.read_bytes()


def test_fitting_without_its_packages_says_what_to_install(tmp_path: Path) -> None:
    table(tmp_path / "people.csv")
    code = (
        "import sys\n"
        "sys.modules['sdv'] = None\n"
        "sys.argv = ['synthlab', 'fit', 'people.csv', '--output', 'people.yaml']\n"
        "from synthlab.cli import main\n"
        "main()\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert result.returncode == 2
    assert ".[tabular]" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "people.yaml").exists()


def test_a_generator_that_does_not_learn_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not learn from data"):
        synthlab.fit(table(tmp_path / "people.csv"), tmp_path / "people.yaml", generator="lines")
