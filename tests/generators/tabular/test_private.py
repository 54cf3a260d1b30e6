"""Differential privacy: the budget, the noise, the declared domain, the ledger and what may be claimed."""

from __future__ import annotations

import json
import math
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import beta

import synthlab
from synthlab.errors import InputError
from synthlab.generator import FitRequest
from synthlab_tabular import TabularGenerator
from synthlab_tabular.private import epsilon_of, measure, read_private, rho_of
from synthlab_tabular.private.budget import delta_of
from synthlab_tabular.private.domain import Domain, read_domain
from synthlab_tabular.private.measure import CHOICE, PAIRS_WITH_TARGET, TREE, at_least_none

DOMAIN = """
unit: row
columns:
  age: {type: integer, cuts: [0, 20, 40, 60, 100]}
  plan: {values: [basic, plus, pro], other: basic}
  spent: {type: number, low: 0, high: 500, bins: 25, decimals: 2, missing: true}
  since: {type: date, cuts: [2020-01-01, 2022-01-01, 2025-01-01]}
  left: {values: [no, yes]}
"""


def table(rows: int = 2_000, seed: int = 1) -> dict[str, list[Any]]:
    chance = np.random.default_rng(seed)
    age = chance.integers(18, 95, rows)
    left = chance.random(rows) < age / 120
    plan = np.where(left, "basic", chance.choice(["basic", "pro"], rows))
    spent = [f"{v:.2f}" if v > 20 else "" for v in chance.gamma(2, 60, rows) * (1 + left)]
    days = chance.integers(0, 1_400, rows)
    since = [str(np.datetime64("2021-01-01") + int(day)) for day in days]
    return {
        "age": age.tolist(),
        "plan": plan.tolist(),
        "spent": spent,
        "since": since,
        "left": np.where(left, "yes", "no").tolist(),
        "name": [f"Wilhelmina {i}" for i in range(rows)],
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, table())
    (tmp_path / "domain.yaml").write_text(DOMAIN)
    return tmp_path


def write(folder: Path, columns: dict[str, list[Any]]) -> None:
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    (folder / "people.csv").write_text("\n".join(lines) + "\n")


def fit(folder: Path, **options: str) -> Any:
    given = {
        "synthesizer": "dp_trees",
        "domain": str(folder / "domain.yaml"),
        "epsilon": "3",
        "target": "left",
    }
    given |= options
    return TabularGenerator.fit(FitRequest(folder / "people.csv", 0, given))


# The budget


@pytest.mark.parametrize(("epsilon", "rho"), [(1, 0.02436), (3, 0.1851), (10, 1.539)])
def test_rho_is_that_of_the_published_conversion(epsilon: float, rho: float) -> None:
    assert rho_of(epsilon, 1e-6) == pytest.approx(rho, rel=1e-3)
    assert epsilon_of(rho_of(epsilon, 1e-6), 1e-6) == pytest.approx(epsilon)
    # It is never worse than the simpler bound of Bun and Steinke, proposition 1.3.
    assert epsilon_of(rho, 1e-6) <= rho + 2 * math.sqrt(rho * math.log(1e6))


def test_delta_is_above_that_of_the_gaussian_mechanism_itself() -> None:
    # Balle and Wang, "Improving the Gaussian Mechanism", 2018, theorem 8: the exact delta of this noise.
    normal = NormalDist()
    for epsilon in (0.5, 1.0, 3.0):
        rho = rho_of(epsilon, 1e-5)
        mu = math.sqrt(2 * rho)
        exact = normal.cdf(mu / 2 - epsilon / mu) - math.exp(epsilon) * normal.cdf(-mu / 2 - epsilon / mu)
        assert exact <= delta_of(rho, epsilon) <= 1e-5 * (1 + 1e-9)


def test_the_parts_of_the_budget_are_the_whole() -> None:
    assert pytest.approx(1) == PAIRS_WITH_TARGET + CHOICE + TREE


# The noise


def neighbours() -> tuple[list[np.ndarray[Any, Any]], list[np.ndarray[Any, Any]]]:
    """Return two tables of three columns of codes, of which the second has one row more."""
    chance = np.random.default_rng(0)
    target = chance.integers(0, 2, 300)
    first = chance.integers(0, 2, 300)
    second = np.where(chance.random(300) < 0.98, first, 1 - first)
    without = [target, first, second]
    return without, [np.append(column, 1) for column in without]


def looks_larger(codes: list[np.ndarray[Any, Any]], rho: float) -> bool:
    """Return whether noisy counts look more like those of the table with one row more: the best test.

    All cells of that row by their likelihoods, which is an event that was chosen before the counts were seen.
    """
    found = measure(codes, [2, 2, 2], rho)
    target, *others = neighbours()[0]
    cells = [
        (single[1, 1], (column == 1) & (target == 1))
        for single, column in zip(found.singles, others, strict=True)
    ]
    deviations = [found.deviations[0]] * len(cells)
    for pair in found.pairs:
        cells.append((pair[1, 1, 1], (others[0] == 1) & (others[1] == 1) & (target == 1)))
        deviations.append(found.deviations[1])
    told = [(float(noisy) - int(exact.sum()) - 0.5) for noisy, exact in cells]
    return sum(part / deviation**2 for part, deviation in zip(told, deviations, strict=True)) > 0


def told_apart(rho: float, runs: int) -> float:
    """Return, with 99.99% confidence, a lower bound of mu, by the bounds of Clopper and Pearson.

    It says how far apart two normal distributions of deviation 1 are that are as easy to tell apart (Dong,
    Roth and Su, "Gaussian Differential Privacy", 2022).
    """
    without, with_it = neighbours()
    wrong = [
        sum(looks_larger(without, rho) for _ in range(runs)),
        sum(not looks_larger(with_it, rho) for _ in range(runs)),
    ]
    return -sum(NormalDist().inv_cdf(min(float(beta.ppf(0.99995, k + 1, runs - k)), 0.999)) for k in wrong)


@pytest.mark.parametrize("runs", [1_500, pytest.param(4_000, marks=pytest.mark.slow)])
def test_neighbours_are_told_apart_no_better_than_stated_and_a_mechanism_of_twice_epsilon_is_caught(
    runs: int,
) -> None:
    rho, twice = rho_of(2.0, 1e-6), rho_of(4.0, 1e-6)
    # rho-zCDP by noise of Gauss is mu-GDP with mu = sqrt(2 rho).
    stated = math.sqrt(2 * rho)
    assert told_apart(rho, runs) <= stated
    assert told_apart(twice, runs) > stated


def test_noise_is_another_each_time() -> None:
    codes, _ = neighbours()
    first, second = (measure(codes, [2, 2, 2], 0.1) for _ in range(2))
    assert any((a != b).any() for a, b in zip(first.singles, second.singles, strict=True))


def test_counts_without_negative_ones_keep_their_sum() -> None:
    noisy = np.array([[30, -4], [-3, 2], [9, 9]])
    whole = at_least_none(noisy)
    assert (whole >= 0).all()
    assert whole.sum(axis=0) == pytest.approx([36, 7])
    assert at_least_none(noisy, np.array([50.0, 0.0])).sum(axis=0) == pytest.approx([50, 0])


# The domain


def test_yes_and_no_are_words(tmp_path: Path) -> None:
    (tmp_path / "domain.yaml").write_text("columns: {a: {values: [no, yes, on]}, b: {values: [true, false]}}")
    domain = read_domain(tmp_path / "domain.yaml")
    assert domain.columns["a"].values == ["no", "yes", "on"]  # type: ignore[union-attr]
    assert domain.columns["b"].values == [True, False]  # type: ignore[union-attr]


def test_every_row_is_coded_by_itself() -> None:
    domain = Domain.model_validate(
        {
            "columns": {
                "n": {"type": "integer", "cuts": [0, 10, 20]},
                "c": {"values": ["a", "b"], "missing": True},
            }
        }
    )
    columns = {
        "n": pa.array(["-5", "9", "10", "999", "x", None]),
        "c": pa.array(["a", "z", None, "b", "b", "a"]),
    }
    numbers, classes = domain.coded(columns)
    assert numbers.codes.tolist() == [0, 0, 1, 1, 0, 0]
    assert classes.codes.tolist() == [0, 1, 2, 1, 1, 0]


def test_values_stay_inside_what_was_declared_whatever_the_data_holds(folder: Path) -> None:
    wild = table()
    wild["age"][5], wild["plan"][6], wild["spent"][7] = 99_999, "Wilhelmina", "1e12"
    write(folder, wild)
    made = fit(folder)
    (folder / "model.safetensors").write_bytes(made.files["model.safetensors"])
    generator = TabularGenerator.model_validate(made.options, context={"folder": folder})
    rows = generator.generate(synthlab.Rows(1, 0, 30_000)).to_pandas()
    assert list(rows) == ["age", "plan", "spent", "since", "left"]
    assert rows["age"].between(0, 100).all()
    assert {"basic", "pro"} <= set(rows["plan"]) <= {"basic", "plus", "pro"}  # no row has "plus": noise alone
    assert rows["spent"].dropna().between(0, 500).all()
    assert rows["spent"].isna().mean() == pytest.approx(0.05, abs=0.05)
    assert "Wilhelmina" not in json.dumps([made.options, made.notes, made.schema])
    assert b"Wilhelmina" not in made.files["model.safetensors"]
    assert rows["age"][rows["left"] == 1].mean() > rows["age"][rows["left"] == 0].mean() + 3


@pytest.mark.parametrize("target", ["left", "age", None])
def test_what_depends_on_each_other_still_does(folder: Path, target: str | None) -> None:
    options = {"synthesizer": "dp_trees", "domain": str(folder / "domain.yaml"), "epsilon": "20"}
    if target:
        options["target"] = target
    made = synthlab.fit(folder / "people.csv", folder / "made.yaml", options=options, overwrite=True)
    rows = synthlab.load(made.schema, rows=20_000).to_pandas()
    gap = rows["age"][rows["left"] == "yes"].mean() - rows["age"][rows["left"] == "no"].mean()
    assert gap > 8
    part = synthlab.load(made.schema, rows=20_000)[777:801].to_pandas()
    assert part.equals(rows[777:801].reset_index(drop=True))


def test_nothing_exact_is_told_of_the_table(folder: Path) -> None:
    # Noise may happen to give the exact number, but not every time.
    releases = [fit(folder) for _ in range(5)]
    assert len({made.rows for made in releases}) > 1
    for made in releases:
        told = json.dumps([made.notes, made.schema, made.options]).replace(f"{made.rows:,}", "")
        assert "2000" not in told
        assert "2,000" not in told
        assert made.rows == pytest.approx(2_000, abs=200)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("columns: {}", "columns"),
        ("columns: {a: {values: []}}", "values"),
        ("columns: {a: {values: [x, x]}}", "no two are the same"),
        ("columns: {a: {values: [x, 1]}}", "of one type"),
        ("columns: {a: {values: [x], other: y}}", "none of the values"),
        ("columns: {a: {type: integer, cuts: [3, 1]}}", "must rise"),
        ("columns: {a: {type: integer, cuts: [1, 2.5]}}", "are whole"),
        ("columns: {a: {type: integer}}", "either cuts, or low and high"),
        ("columns: {a: {type: date, low: 1, high: 2}}", "are dates"),
        ("unit: person\ncolumns: {a: {values: [x]}}", "unit"),
        ("columns: [", "no YAML"),
        ("!!python/object/apply:os.system [ls]", "no YAML"),
    ],
)
def test_a_domain_that_cannot_be_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "domain.yaml").write_text(content)
    with pytest.raises(InputError, match=r"domain\.yaml") as caught:
        read_domain(tmp_path / "domain.yaml")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"epsilon": "0"}, "epsilon is '0'"),
        ({"epsilon": "nan"}, "epsilon is 'nan'"),
        ({"delta": "0.5"}, "delta is '0.5'"),
        ({"target": "lef"}, "did you mean 'left'"),
        ({"epsilom": "1"}, "did you mean 'epsilon'"),
        ({"domain": "nowhere.yaml"}, "cannot be read"),
    ],
)
def test_wrong_options_release_nothing(folder: Path, options: dict[str, str], said: str) -> None:
    with pytest.raises(InputError) as caught:
        fit(folder, **options)
    assert said in str(caught.value)
    assert not (folder / "people.csv.privacy.jsonl").exists()


def test_without_a_domain_a_start_of_one_is_shown(folder: Path) -> None:
    options = {"synthesizer": "dp_trees", "epsilon": "1"}
    with pytest.raises(InputError, match="without looking at the data") as caught:
        TabularGenerator.fit(FitRequest(folder / "people.csv", 0, options))
    assert "spent: {type" in str(caught.value)


def test_a_column_that_the_table_lacks_is_an_error(folder: Path) -> None:
    (folder / "domain.yaml").write_text(DOMAIN + "  weight: {values: [low, high]}\n")
    with pytest.raises(InputError, match="'weight', which the table lacks"):
        fit(folder)


# The ledger


def test_releases_add_up_and_the_statement_says_so(folder: Path) -> None:
    first, second = fit(folder, epsilon="1"), fit(folder, epsilon="1")
    both = epsilon_of(2 * rho_of(1.0, 1e-6), 1e-6)
    assert 1 < both < 2
    assert "(1, 1e-06)-differentially private" in first.notes[0]
    assert f"all together are ({both:.4g}, 1e-06)" in second.notes[0]
    assert second.notes[0] in str(second.schema["description"])
    header = (folder / "model.safetensors").write_bytes(second.files["model.safetensors"])
    assert header
    assert read_private(folder / "model.safetensors").header.statement == second.notes[0]
    with pytest.raises(InputError, match="nothing was released"):
        fit(folder, epsilon="1", most_epsilon="1.5")
    assert len((folder / "people.csv.privacy.jsonl").read_text().splitlines()) == 2
    assert fit(folder, epsilon="1", most_epsilon="3")


def test_a_ledger_that_cannot_be_read_stops_all_releases(folder: Path) -> None:
    (folder / "people.csv.privacy.jsonl").write_text('{"rho": -1}\n')
    with pytest.raises(InputError, match="line 1"):
        fit(folder)


# The file


@pytest.mark.parametrize("damage", ["short", "negative", "empty group", "text", "float"])
def test_a_model_file_that_is_damaged_is_refused(folder: Path, damage: str) -> None:
    from safetensors.numpy import save

    content = fit(folder).files["model.safetensors"]
    path = folder / "model.safetensors"
    path.write_bytes(content)
    model = read_private(path)
    weights = model.weights.astype(np.int32)
    if damage == "text":
        path.write_bytes(content.replace(b"synthlab.private/1", b"synthlab.private/9"))
    else:
        weights = {
            "short": weights[1:],
            "negative": np.where(np.arange(len(weights)) == 3, -1, weights),
            "empty group": np.where(np.arange(len(weights)) < 2, 0, weights),
            "float": weights.astype(np.float32),
        }[damage]
        path.write_bytes(save({"weights": weights}, {"synthlab": model.header.model_dump_json()}))
    with pytest.raises(InputError, match="not a model file"):
        read_private(path)
