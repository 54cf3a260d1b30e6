"""Tables learned from real data: what is read, what is learned, what must not leave the table."""

from __future__ import annotations

import hashlib
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import synthlab
from synthlab.errors import InputError
from synthlab.features import ClassLabel
from synthlab.generator import FitRequest, Fitted
from synthlab.rows import Rows
from synthlab_tabular import TabularGenerator
from synthlab_tabular.copula import Z_MAX, Category, Copula, Model, Number
from synthlab_tabular.reading import read_table
from synthlab_tabular.synthesizers import SYNTHESIZERS

ROWS = 600
SECRETS = ["98765432", "fatal insomnia", "4111 1111 1111 1111", "Wilhelmina", "w.k@example.org"]


def people() -> dict[str, list[Any]]:
    """Return a table with dependence in it, and with secrets that must not leave it."""
    chance = np.random.default_rng(3)
    age = chance.integers(18, 90, ROWS)
    salary = (20_000 + 700 * age + chance.normal(0, 8_000, ROWS)).round(2)
    plan = np.where(chance.random(ROWS) < age / 100, "pro", "basic").astype(object)
    plan[chance.choice(ROWS, 60, replace=False)] = "?"
    salary_text = [f"{value:.2f}" for value in salary]
    salary_text[7] = "98765432.10"
    for place in chance.choice(np.arange(50, ROWS), 90, replace=False):
        salary_text[place] = ""
    diagnosis = chance.choice(["cold", "flu", "none"], ROWS).astype(object)
    diagnosis[11] = "fatal insomnia"
    return {
        "customer_id": list(range(1000, 1000 + ROWS)),
        "name": [f"Wilhelmina {i}" if i == 3 else f"Person {i}" for i in range(ROWS)],
        "contact": ["w.k@example.org" if i < 300 else "x@example.org" for i in range(ROWS)],
        "card": ["4111 1111 1111 1111" if i < 10 else f"card {i}" for i in range(ROWS)],
        "age": age.tolist(),
        "salary": salary_text,
        "plan": plan.tolist(),
        "diagnosis": diagnosis.tolist(),
        "since": [f"20{10 + i % 9}-0{1 + i % 9}-1{i % 9}" for i in range(ROWS)],
        "member": ["true" if a > 40 else "false" for a in age],
        "country": ["AT"] * ROWS,
        "left": [int(a + b > 110) for a, b in zip(age, chance.integers(0, 90, ROWS), strict=True)],
    }


def write_csv(path: Path, columns: dict[str, list[Any]]) -> Path:
    lines = [", ".join(columns)]
    lines += [", ".join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("people")


@pytest.fixture(scope="module", params=["copula", "gaussian_copula", "trees"])
def name(request: pytest.FixtureRequest) -> str:
    assert request.param in SYNTHESIZERS
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def fitted(name: str, folder: Path) -> Fitted:
    source = write_csv(folder / "people.csv", people())
    options = {"target": "left", "synthesizer": name}
    made = TabularGenerator.fit(FitRequest(source, seed=1, options=options))
    for file, content in made.files.items():
        (folder / file).write_bytes(content)
    return made


@pytest.fixture(scope="module")
def generator(fitted: Fitted, folder: Path) -> TabularGenerator:
    made = TabularGenerator.model_validate(fitted.options, context={"folder": folder})
    assert list(made.problems()) == []
    return made


# The schema and its rows


def test_a_fitted_table_has_the_columns_of_the_real_one_but_for_its_secrets(
    fitted: Fitted, generator: TabularGenerator
) -> None:
    names = list(generator.features.columns)
    assert names == [
        "customer_id",
        "name",
        "contact",
        "card",
        "age",
        "salary",
        "plan",
        "diagnosis",
        "since",
        "member",
        "country",
        "left",
    ]
    assert generator.features.labels == ("left",)
    assert generator.features["left"] == ClassLabel(("0", "1"))
    assert fitted.rows == ROWS
    for name in ("name", "contact", "card"):
        assert any(note.startswith(f"{name} ") and "made up" in note for note in fitted.notes)
    assert any("'?' 60 times" in note for note in fitted.notes)


def test_what_is_learned_looks_like_what_was_there(generator: TabularGenerator) -> None:
    made = generator.generate(Rows(5, 0, 20_000)).to_pandas()
    real = pd.DataFrame(people())
    salary = pd.to_numeric(real["salary"].where(real["salary"] != ""))
    assert made["age"].mean() == pytest.approx(real["age"].mean(), abs=2)
    assert made["salary"].isna().mean() == pytest.approx(0.15, abs=0.01)
    assert made["plan"].isna().mean() == pytest.approx(0.1, abs=0.02)
    assert made["country"].unique().tolist() == ["AT"]
    assert made["customer_id"].is_unique
    assert made["age"].corr(made["salary"], "spearman") == pytest.approx(
        real["age"].corr(salary, "spearman"), abs=0.1
    )
    assert made["left"].mean() == pytest.approx(real["left"].mean(), abs=0.05)
    assert made["age"].corr(made["left"]) > 0.2
    decimals = made["salary"].dropna().map(lambda value: round(value, 2) == value)
    assert decimals.all()


def test_no_secret_leaves_the_table(fitted: Fitted, generator: TabularGenerator) -> None:
    rows = generator.generate(Rows(1, 0, 100_000))
    places = [
        *(content.decode(errors="replace") for content in fitted.files.values()),
        json.dumps(fitted.options),
        " ".join(fitted.notes),
        rows.drop_columns(["customer_id"]).to_pandas().to_csv(),
    ]
    for secret in SECRETS:
        assert not any(secret in place for place in places), secret


def test_a_model_file_holds_no_column_of_the_table(fitted: Fitted) -> None:
    def arrays(value: Any) -> list[list[Any]]:
        if isinstance(value, dict):
            return [found for inner in value.values() for found in arrays(inner)]
        if isinstance(value, list):
            return [value, *(found for inner in value for found in arrays(inner))]
        return []

    [content] = fitted.files.values()
    if content.startswith(b"{"):
        columns = json.loads(content)["columns"]
        found = arrays(json.loads(content))
    else:
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        columns = [c["column"] for c in json.loads(header["__metadata__"]["synthlab"])["columns"]]
        found = arrays(columns)
    assert max(len(values) for values in found) < ROWS
    real = {round(float(v), 2) for v in people()["salary"] if v}
    salary = next(c for c in columns if c["name"] == "salary")
    assert not real & {round(value, 2) for value in salary.get("quantiles") or salary["low"] + salary["high"]}


def test_fitting_twice_gives_the_same_bytes(fitted: Fitted, folder: Path, name: str) -> None:
    request = FitRequest(folder / "people.csv", seed=1, options={"target": "left", "synthesizer": name})
    assert TabularGenerator.fit(request) == fitted


def test_a_fitted_column_can_be_dropped_renamed_and_used(
    fitted: Fitted, generator: TabularGenerator, folder: Path
) -> None:
    columns = [
        {"name": "old", "kind": "expression", "expression": "years > 60 and plan == 'pro'"},
        {"name": "years", "kind": "fitted", "of": "age"},
        {"name": "plan", "kind": "fitted", "hidden": True},
    ]
    made = TabularGenerator.model_validate(
        {"model": next(iter(fitted.files)), "columns": columns}, context={"folder": folder}
    )
    assert list(made.problems()) == []
    whole = generator.generate(Rows(1, 0, 200))
    part = made.generate(Rows(1, 0, 200))
    assert part.schema.names == ["old", "years"]
    assert part.column("years").equals(whole.column("age"))


def test_slices_of_a_fitted_table_equal_the_whole(generator: TabularGenerator) -> None:
    whole = generator.generate(Rows(1, 0, 300))
    for start, stop in ((0, 1), (17, 250), (299, 300)):
        assert generator.generate(Rows(1, start, stop)).equals(whole.slice(start, stop - start))
    far = generator.generate(Rows(1, 10**12, 10**12 + 3))
    assert far.num_rows == 3


def test_any_number_of_workers_writes_the_same_bytes(
    fitted: Fitted, generator: TabularGenerator, folder: Path, tmp_path: Path
) -> None:
    content = {
        "synthlab": 1,
        "name": "people",
        "generator": "tabular",
        "rows": 3_000,
        "options": fitted.options,
    }
    (folder / "people.yaml").write_text(json.dumps(content))
    written = []
    for workers in (1, 2):
        output = tmp_path / str(workers)
        synthlab.load(folder / "people.yaml").write(output, workers=workers, shard_rows=1_000)
        written.append({path.name: path.read_bytes() for path in output.rglob("*.csv")})
    assert written[0] == written[1]
    assert len(written[0]) >= 1
    manifest = json.loads((output / "synthlab.json").read_text())
    for name, model in fitted.files.items():
        assert hashlib.sha256(model).hexdigest() in json.dumps(manifest), name


def test_generating_needs_no_sdv(fitted: Fitted, folder: Path) -> None:
    options = json.dumps(fitted.options)
    program = f"""
import sys, json
from synthlab_tabular import TabularGenerator
from synthlab.rows import Rows
g = TabularGenerator.model_validate(json.loads({options!r}), context={{"folder": {str(folder)!r}}})
g.generate(Rows(1, 0, 10))
sys.exit(", ".join(m for m in ("sdv", "torch", "rdt", "scipy", "faker", "sklearn") if m in sys.modules) or 0)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_fitting_leaves_the_home_folder_alone(folder: Path, tmp_path: Path, fitted: Fitted) -> None:
    program = f"""
from pathlib import Path
from synthlab_tabular import TabularGenerator
from synthlab.generator import FitRequest
TabularGenerator.fit(FitRequest(Path({str(folder / "people.csv")!r})))
"""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", program],
        env={**environment, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [p for p in tmp_path.rglob("*") if "sdv" in p.name] == []


# The distribution is SDV's


def test_rows_are_distributed_as_sdv_draws_them() -> None:
    from synthlab_tabular.sdv_copula import learn, synthesizer

    chance = np.random.default_rng(0)
    hidden = chance.multivariate_normal([0, 0, 0, 0], np.full((4, 4), 0.5) + 0.5 * np.eye(4), 1500)
    numbers = {"a": hidden[:, 0] * 3 + 10, "b": stats.gamma(2).ppf(stats.norm.cdf(hidden[:, 1]))}
    codes = {
        "c": np.searchsorted([-1, 0.3, 1.5], hidden[:, 2]).astype(np.int64),
        "d": (hidden[:, 3] > 0.8).astype(np.int64),
    }
    learned = learn(numbers, codes, np.linspace(-Z_MAX, Z_MAX, 385))
    marginals = [
        Number(name=n, type="number", decimals=None, quantiles=q.tolist(), missing=0)
        for n, q in learned.quantiles.items()
    ] + [
        Category(name=n, type="integer", values=list(range(len(w))), weights=w.tolist())
        for n, w in learned.shares.items()
    ]
    copula = Copula.of(Model(columns=marginals, correlation=learned.correlation))
    size = 20_000
    rows = Rows(1, 0, size)
    latent = copula.latent(rows)
    ours = {n: np.asarray(m.draw(latent[n], rows)) for n, m in copula.marginals.items()}
    theirs = synthesizer(numbers, codes).sample(num_rows=size)["table"]
    for name in numbers:
        assert stats.ks_2samp(ours[name], theirs[name]).statistic < 1.95 * math.sqrt(2 / size)
    for name, known in codes.items():
        shares = [np.bincount(v, minlength=known.max() + 1) / size for v in (ours[name], theirs[name])]
        assert np.abs(shares[0] - shares[1]).max() < 0.015
    ranks = [pd.DataFrame(values)[list(ours)].corr("spearman") for values in (ours, theirs)]
    assert (ranks[0] - ranks[1]).abs().max().max() < 0.025


# Reading strictly


def refused(tmp_path: Path, content: bytes, name: str = "real.csv") -> str:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        TabularGenerator.fit(FitRequest(tmp_path / name))
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"a,b\n", "no row below"),
        (b"a,b\n1,2\n3\n", "line 3: 1 values, but the header names 2"),
        (b'a,b\n"x\ny",2\n3,4,5\n', "line 4: 3 values"),
        (b"a,b\n1,caf\xe9\n", "line 2, byte 6: 0xe9 is not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "not UTF-8"),
        (b"a,\n1,2\n", "column 2 has no name"),
        (b"a,b, a\n1,2,3\n", "columns 1 and 3 have the same name"),
        (b"39,State\n50,Private\n", "name of column 1 is a number"),
        (b'a,b\n"x"y,2\n', "line 2"),
        (b'a,b\n1,"never closed\n', "line"),
        (b"a,b\n1,\0\n", "line 2: there is a zero byte"),
        (b"a,b\n1,2\n", "1 rows are too few"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_place(
    tmp_path: Path, content: bytes, message: str
) -> None:
    assert message in refused(tmp_path, content)


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    assert "no Parquet" in refused(tmp_path, b"PAR1 no", "real.parquet")


def test_a_message_never_shows_a_value(tmp_path: Path) -> None:
    assert "secret" not in refused(tmp_path, b"a,b\n1,2\nsecret,secret,secret\n")


def test_a_table_without_anything_to_learn_says_why(tmp_path: Path) -> None:
    content = "name\n" + "".join(f"person {i}\n" for i in range(100))
    assert "name: by its name names of people: made up" in refused(tmp_path, content.encode())


def test_a_wrong_target_or_option_is_refused(folder: Path, fitted: Fitted) -> None:
    source = folder / "people.csv"
    for options, message in [
        ({"target": "leftt"}, "did you mean 'left'"),
        ({"target": "name"}, "cannot be learned"),
        ({"taget": "left"}, "did you mean 'target'"),
        ({"synthesizer": "tree"}, "did you mean 'trees'"),
    ]:
        with pytest.raises(InputError, match=message):
            TabularGenerator.fit(FitRequest(source, options=options))


def test_semicolons_blanks_and_byte_order_marks_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "real.csv"
    path.write_bytes('\ufeffa; b\r\n1;  x \r\n\r\nNA;"y; z"\r\n'.encode())
    table = read_table(path)
    assert {n: v.to_pylist() for n, v in table.columns.items()} == {
        "a": ["1", None],
        "b": ["x", "y; z"],
    }
    assert any("semicolon" in note for note in table.notes)
    assert any("'NA' 1 times" in note for note in table.notes)


def test_parquet_is_read_like_csv(tmp_path: Path, folder: Path, fitted: Fitted) -> None:
    frame = pd.DataFrame({"age": [1, 2], "x": [0.5, None], "at": pd.to_datetime(["2024-01-01"] * 2)})
    frame["tags"] = [["a"], ["b"]]
    frame.to_parquet(tmp_path / "real.parquet")
    table = read_table(tmp_path / "real.parquet")
    assert table.columns["age"].to_pylist() == ["1", "2"]
    assert table.columns["x"].to_pylist() == ["0.5", None]
    assert any("tags: left out" in note for note in table.notes)


@pytest.mark.slow
def test_a_model_trained_on_a_fitted_adult_predicts_the_real_one(tmp_path: Path, real_data: Path) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

    test = pd.read_csv(real_data / "adult-test.csv", skipinitialspace=True, na_values="?")
    request = FitRequest(real_data / "adult-train.csv", seed=1, options={"target": "income"})
    fitted = TabularGenerator.fit(request)
    [(name, content)] = fitted.files.items()
    (tmp_path / name).write_bytes(content)
    generator = TabularGenerator.model_validate(fitted.options, context={"folder": tmp_path})
    made = generator.features.readable(generator.generate(Rows(1, 0, 32_561))).to_pandas()
    texts = [name for name in test if test[name].dtype == object and name != "income"]
    codes = {n: {v: i for i, v in enumerate(sorted(test[n].dropna().unique()))} for n in texts}

    def inputs(frame: pd.DataFrame) -> pd.DataFrame:
        coded = frame.drop(columns="income")
        for name in texts:
            coded[name] = coded[name].map(codes[name])
        return coded.astype(float)

    model = HistGradientBoostingClassifier(random_state=0)
    model.fit(inputs(made), made["income"] == ">50K")
    score = model.predict_proba(inputs(test))[:, 1]
    assert roc_auc_score(test["income"] == ">50K", score) > 0.91
