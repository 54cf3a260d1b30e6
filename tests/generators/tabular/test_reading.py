"""The same table is the same, whatever it is stored in; what cannot be read is told, without passwords."""

from __future__ import annotations

import datetime
import gzip
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

import synthlab
from synthlab.errors import InputError, SynthlabError
from synthlab_tabular.reading import read_table
from synthlab_tabular.reading.databases import without_password

ROWS = 400


def frame() -> pd.DataFrame:
    """Return a table with a column of each type that has the same text everywhere."""
    chance = np.random.default_rng(2)
    day = [datetime.date(2020, 1, 1) + datetime.timedelta(int(n)) for n in chance.integers(0, 900, ROWS)]
    return pd.DataFrame(
        {
            "age": chance.integers(18, 90, ROWS),
            "spent": (chance.gamma(2, 50, ROWS) + 0.01).round(2),
            "visits": [None if n > 8 else int(n) for n in chance.integers(0, 12, ROWS)],
            "plan": chance.choice(["basic", "pro", "plus"], ROWS),
            "code": chance.choice(["007", "012", "100"], ROWS),
            "since": day,
            "left": chance.random(ROWS) < 0.4,
        }
    )


def stored(folder: Path) -> dict[str, Any]:
    """Return the table in every kind of source."""
    table = frame()
    table["visits"] = table["visits"].astype("Int64")
    text = table.assign(left=table["left"].map({True: "true", False: "false"}))
    text.to_csv(folder / "t.csv", index=False)
    text.to_csv(folder / "t.tsv", index=False, sep="\t")
    (folder / "t.csv.gz").write_bytes(gzip.compress((folder / "t.csv").read_bytes()))
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    pq.write_table(arrow, folder / "t.parquet")
    feather.write_feather(arrow, str(folder / "t.feather"))
    with pa.ipc.new_stream(folder / "t.arrow", arrow.schema) as stream:
        stream.write_table(arrow)
    text.assign(left=table["left"]).to_json(
        folder / "t.jsonl", orient="records", lines=True, date_format="iso"
    )
    lines = (folder / "t.jsonl").read_text().replace("T00:00:00.000", "")
    (folder / "t.jsonl").write_text(lines)
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "People"
    for row in [list(table), *table.astype(object).where(table.notna(), None).to_numpy().tolist()]:
        book.active.append(row)
    book.create_sheet("Other").append(["x"])
    book.save(folder / "t.xlsx")
    with duckdb.connect(str(folder / "t.duckdb")) as connection:
        connection.register("given", arrow)
        connection.execute('CREATE TABLE "the people" AS SELECT * FROM given')
    with sqlite3.connect(folder / "t.sqlite") as base:
        text.astype({"since": str}).to_sql("people", base, index=False)
    return {
        **{kind: folder / f"t.{kind}" for kind in ("tsv", "csv.gz", "parquet", "feather", "arrow", "jsonl")},
        "duckdb": folder / "t.duckdb",
        "sqlite": folder / "t.sqlite",
        "xlsx": f"{folder / 't.xlsx'}#People",
        "sqlite by URL": f"sqlite:///{folder / 't.sqlite'}",
        "pandas": table,
        "polars": pl.from_arrow(arrow),
        "arrow table": arrow,
    }


def test_the_same_table_gives_the_same_model_whatever_it_is_stored_in(tmp_path: Path) -> None:
    options = {"synthesizer": "trees", "target": "left"}
    expected = None
    for kind, source in {"csv": tmp_path / "t.csv", **stored(tmp_path)}.items():
        made = synthlab.fit(source, tmp_path / "made.yaml", options=options, overwrite=True)
        content = [path.read_bytes() for path in made.files]
        expected = expected or content
        assert content == expected, kind


def test_types_do_not_change_what_values_say(tmp_path: Path) -> None:
    utc = datetime.UTC
    columns = {
        "tenth": pa.array([0.1, 1e-7, None]),
        "large": pa.array([2**53 + 1, -(2**62), None]),
        "whole": pa.array([1.0, float("nan"), 3.0]),
        "price": pa.array(["1.50", "2.00", None]).cast(pa.decimal128(10, 2)),
        "when": pa.array(
            [datetime.datetime(2024, 1, 1, 12, tzinfo=utc)] * 3, pa.timestamp("s", "Europe/Paris")
        ),
        "kind": pa.array(["a", None, "b"]).dictionary_encode(),
        "list": pa.array([[1], [2], None]),
        "none": pa.nulls(3),
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    found = read_table(tmp_path / "t.parquet")
    assert {name: values.to_pylist() for name, values in found.columns.items()} == {
        "tenth": ["0.1", "1e-7", None],
        "large": ["9007199254740993", "-4611686018427387904", None],
        "whole": ["1", None, "3"],
        "price": ["1.50", "2.00", None],
        "when": ["2024-01-01 12:00:00.000"] * 3,
        "kind": ["a", None, "b"],
        "none": [None, None, None],
    }
    assert any("list: left out" in note for note in found.notes)


def test_of_many_rows_a_sample_is_learned_from_that_is_as_likely_as_any(tmp_path: Path) -> None:
    rows = 60_000
    (tmp_path / "t.csv").write_text("n\n" + "\n".join(map(str, range(rows))) + "\n")
    found = read_table(tmp_path / "t.csv", most=5_000, seed=3)
    numbers = np.array(found.columns["n"].to_pylist(), dtype=int)
    assert len(numbers) == found.rows == 5_000
    assert found.total == rows
    assert len(set(numbers.tolist())) == 5_000
    assert (np.diff(numbers) > 0).all()
    assert numbers.mean() == pytest.approx(rows / 2, rel=0.03)
    assert "5,000 of 60,000 rows, chosen by chance" in found.notes[0]
    pq.write_table(pa.table({"n": np.arange(rows)}), tmp_path / "t.parquet")
    for other in (tmp_path / "t.csv", tmp_path / "t.parquet"):
        assert read_table(other, most=5_000, seed=3).columns["n"].equals(found.columns["n"])
    assert not read_table(tmp_path / "t.csv", most=5_000, seed=4).columns["n"].equals(found.columns["n"])


def refused(source: Any, **options: Any) -> str:
    with pytest.raises(SynthlabError) as caught:
        synthlab.fit(source, "never.yaml", options=options)
    assert not Path("never.yaml").exists()
    return str(caught.value)


def test_of_several_tables_one_must_be_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("People")
    book.save(tmp_path / "t.xlsx")
    with sqlite3.connect(tmp_path / "t.db") as base:
        base.execute("CREATE TABLE people (a)")
        base.execute('CREATE TABLE "odd "" name" (a)')
        base.executemany('INSERT INTO "odd "" name" VALUES (?)', [(i % 7,) for i in range(80)])
    assert "there are 'Sheet', 'People'" in refused(tmp_path / "t.xlsx")
    assert "did you mean 'people'" in refused(tmp_path / "t.db", table="peopel")
    assert "there is no row" in refused(f"{tmp_path / 't.db'}#people")
    assert read_table(tmp_path / "t.db", table='odd " name').rows == 80
    assert read_table(tmp_path / "t.db", query='SELECT a, a * 2 AS b FROM "odd "" name"').columns.keys() == {
        "a",
        "b",
    }


@pytest.mark.parametrize("kind", ["xlsx", "duckdb", "sqlite", "parquet", "arrow"])
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"t.{kind}"
    path.write_bytes(b"this is something else, " * 50)
    assert f"t.{kind}: " in refused(path)


def test_a_file_is_not_written_to(tmp_path: Path) -> None:
    stored(tmp_path)
    before = (tmp_path / "t.sqlite").read_bytes()
    assert "readonly" in refused(tmp_path / "t.sqlite", query="DELETE FROM people")
    assert "read-only" in refused(tmp_path / "t.duckdb", query='DELETE FROM "the people"')
    other = tmp_path / "t.csv"
    assert "disabled" in refused(tmp_path / "t.duckdb", query=f"SELECT * FROM read_csv('{other}')")
    assert (tmp_path / "t.sqlite").read_bytes() == before


@pytest.mark.parametrize(
    "line", ['{"a": 1', "[1, 2]", '{"a": 1}}', "\udcff"], ids=["open", "list", "closed twice", "bytes"]
)
def test_lines_that_are_no_json_are_told_with_their_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(b'{"a": 1}\n' + line.encode("utf-8", "surrogateescape") + b"\n")
    message = refused(path)
    assert "line 2" in message or "UTF-8" in message


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (pd.DataFrame({1: [1, 2]}), "unlike 1"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns have the name 'a'"),
        (pd.DataFrame({"a": [1, "x", None]}), "cannot be read"),
        ([1, 2], "not from list"),
        ("nowhere.csv", "there is no file"),
    ],
)
def test_frames_that_are_no_tables_are_refused(source: Any, said: str) -> None:
    assert said in refused(source)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna:s3cret@localhost:1/base",
        "postgresql://anna:s3cret@localhost:1/base?password=s3cret",
        "mysql+nothing://anna:s3cret@localhost/base",
        "nonsense://anna:s3cret@localhost/base",
        "postgresql://anna:s3cr@et@localhost:1/base",
    ],
)
def test_no_message_has_a_password(url: str) -> None:
    assert "s3cr" not in refused(url)
    assert "s3cr" not in without_password(url)


# A server


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """Start a server of PostgreSQL of its own in a temporary folder, and return the URL of a database."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.chown(folder, "postgres")
        data, socket = folder / "data", folder
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        command = [*as_user, str(programs[-1] / "initdb"), "-D", str(data), "-A", "trust", "-U", "anna"]
        subprocess.run(command, check=True, capture_output=True)
        control = [*as_user, str(programs[-1] / "pg_ctl"), "-D", str(data), "-w"]
        options = ["-o", f"-k {socket} -h ''", "-l", str(folder / "log")]
        subprocess.run([*control, *options, "start"], check=True, capture_output=True)
        try:
            yield f"postgresql://anna@/postgres?host={socket}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)


def test_a_table_of_postgresql_is_read_and_never_written(postgres: str, tmp_path: Path) -> None:
    import sqlalchemy

    stored(tmp_path)
    engine = sqlalchemy.create_engine(postgres.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        frame().astype({"visits": "Int64"}).to_sql("people", connection, index=False)
    engine.dispose()
    options = {"synthesizer": "trees", "target": "left"}
    made = synthlab.fit(postgres, tmp_path / "a.yaml", options=options)
    same = synthlab.fit(tmp_path / "t.parquet", tmp_path / "b.yaml", options=options)
    assert [path.read_bytes() for path in made.files] == [path.read_bytes() for path in same.files]
    assert "read-only" in refused(postgres, query="DELETE FROM people RETURNING age")


def test_errors_name_the_file_that_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,\n1,2\n")
    with pytest.raises(InputError, match=r"t\.csv, line 1: column 2 has no name"):
        read_table(tmp_path / "t.csv")
