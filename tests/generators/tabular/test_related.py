"""Several tables, and tables in which somebody has many rows, learned together and made again."""

from __future__ import annotations

import csv
import re
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import synthlab
from synthlab.errors import InputError
from synthlab_tabular.related import read_related
from synthlab_tabular.related.links import in_order, links_between, said_links

Columns = dict[str, list[Any]]
SECRET = "Wilhelmina Featherstonehaugh"


def write(path: Path, columns: Columns) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(columns)
        out.writerows(zip(*columns.values(), strict=True))


def shop(owners: int = 800) -> dict[str, Columns]:
    """Return customers and orders: the old order more often, and those of the south for more."""
    chance = np.random.default_rng(7)
    age = chance.integers(20, 80, owners)
    region = chance.choice(["north", "south"], owners)
    counts = chance.poisson(age / 15)
    owner = np.repeat(np.arange(owners), counts)
    generous = chance.normal(0, 8, owners)
    amount = 40 + 30 * (region[owner] == "south") + generous[owner] + chance.normal(0, 4, len(owner))
    day = np.datetime64("2023-01-01") + chance.integers(0, 90, owners)
    steps = chance.integers(3, 40, len(owner))
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    total = np.cumsum(steps) - np.repeat((np.cumsum(steps) - steps)[np.cumsum(counts) - counts], counts)
    days = [str(day[o] + int(t)) for o, t in zip(owner, total, strict=True)]
    product = chance.integers(0, 60, len(owner))
    return {
        "customers": {
            "customer_id": [f"C-{i:05d}" for i in range(owners)],
            "age": age.tolist(),
            "region": region.tolist(),
        },
        "orders": {
            "order_id": list(range(1, len(owner) + 1)),
            "customer_id": [f"C-{i:05d}" for i in owner],
            "number": (place + 1).tolist(),
            "day": days,
            "amount": amount.round(2).tolist(),
            "region_then": region[owner].tolist(),
        },
        "returns": {
            "order_id": (np.flatnonzero(chance.random(len(owner)) < 0.3) + 1).tolist(),
        }
        | {},
        "products": {
            "id": list(range(1, 61)),
            "price": (np.arange(60) * 1.5 + 5).round(2).tolist(),
        },
        "lines": {
            "order_id": (np.repeat(np.arange(len(owner)), 2) + 1).tolist(),
            "product_id": (chance.permutation(np.repeat(product, 2)) % 60 + 1).tolist(),
            "quantity": chance.integers(1, 9, 2 * len(owner)).tolist(),
        },
    }


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    tables = shop()
    tables["returns"]["reason"] = ["broken", "late"] * (len(tables["returns"]["order_id"]) // 2) + [
        "late"
    ] * (len(tables["returns"]["order_id"]) % 2)
    for name, columns in tables.items():
        write(folder / "real" / f"{name}.csv", columns)
    synthlab.fit(folder / "real", folder / "shop.yaml", options={"target": "returns.reason"})
    return folder / "shop.yaml"


@pytest.fixture(scope="module")
def made(learned: Path) -> dict[str, pd.DataFrame]:
    return {name: table.to_pandas() for name, table in synthlab.load_tables(learned).items()}


def test_no_row_is_an_orphan(made: dict[str, pd.DataFrame]) -> None:
    assert made["orders"]["customer_id"].isin(made["customers"]["customer_id"]).all()
    assert made["returns"]["order_id"].isin(made["orders"]["order_id"]).all()
    assert made["lines"]["order_id"].isin(made["orders"]["order_id"]).all()
    assert made["lines"]["product_id"].isin(made["products"]["id"]).all()
    for table, key in (("customers", "customer_id"), ("orders", "order_id"), ("products", "id")):
        assert made[table][key].is_unique


def test_how_many_rows_a_parent_has_is_kept_and_depends_on_the_parent(made: dict[str, pd.DataFrame]) -> None:
    real = pd.DataFrame(shop()["orders"])["customer_id"].value_counts()
    counts = made["customers"]["customer_id"].map(made["orders"]["customer_id"].value_counts()).fillna(0)
    assert counts.mean() == pytest.approx(len(pd.DataFrame(shop()["orders"])) / 800, rel=0.06)
    assert counts.std() == pytest.approx(
        real.reindex(shop()["customers"]["customer_id"]).fillna(0).std(), rel=0.1
    )
    old = made["customers"]["age"] > 50
    assert counts[old].mean() > 1.4 * counts[~old].mean()
    assert (made["lines"]["order_id"].value_counts() == 2).all()


def test_rows_depend_on_their_parents_and_on_each_other(made: dict[str, pd.DataFrame]) -> None:
    both = made["orders"].merge(made["customers"], on="customer_id")
    mean = both.groupby("region")["amount"].mean()
    assert mean["south"] - mean["north"] == pytest.approx(30, abs=3)
    assert (both["region_then"] == both["region"]).all()  # it always was, so it follows
    rest = both["amount"] - both.groupby("region")["amount"].transform("mean")
    before = rest.groupby(both["customer_id"]).shift()
    # Of the variance, 64 of 80 are of the customer.
    assert rest.corr(before) == pytest.approx(0.8, abs=0.12)


def test_moments_rise_and_places_count(made: dict[str, pd.DataFrame]) -> None:
    orders = made["orders"].assign(day=pd.to_datetime(made["orders"]["day"]))
    steps = orders.groupby("customer_id")["day"].diff().dropna().dt.days
    assert steps.min() >= 0
    assert steps.mean() == pytest.approx(21, abs=2)
    assert (orders["number"] == orders.groupby("customer_id").cumcount() + 1).all()


def test_a_part_is_what_the_whole_has_there(learned: Path, made: dict[str, pd.DataFrame]) -> None:
    for name, table in synthlab.load_tables(learned).items():
        some = table[333:351].to_pandas() if len(table) > 351 else table[7:11].to_pandas()
        start = 333 if len(table) > 351 else 7
        assert some.equals(made[name][start : start + len(some)].reset_index(drop=True))


def test_fitting_twice_gives_the_same_bytes(learned: Path, tmp_path: Path) -> None:
    again = synthlab.fit(
        learned.parent / "real", tmp_path / "shop.yaml", options={"target": "returns.reason"}
    )
    assert again.schema.read_bytes() == learned.read_bytes()
    for file in again.files:
        assert file.read_bytes() == (learned.parent / "shop.model" / file.name).read_bytes()


def test_twice_the_parents_have_about_twice_the_rows(learned: Path, made: dict[str, pd.DataFrame]) -> None:
    more = synthlab.load_tables(learned, rows=1_600)
    assert len(more["customers"]) == 1_600
    assert len(more["orders"]) == pytest.approx(2 * len(made["orders"]), rel=0.1)


# Sequences


def visits(patients: int = 400) -> Columns:
    chance = np.random.default_rng(3)
    columns: Columns = {n: [] for n in ("patient_id", "sex", "date", "weight", "state", "ward")}
    for patient in range(patients):
        sex = str(chance.choice(["f", "m"]))
        day = np.datetime64("2022-01-01") + int(chance.integers(0, 300))
        weight, state = chance.normal(65 if sex == "f" else 80, 6), int(chance.integers(0, 2))
        # One has many rows, and a ward and a weight of her own in all of them.
        rows = 60 if patient == 99 else 2 + int(chance.poisson(5))
        for _ in range(rows):
            columns["patient_id"].append(f"P{patient:04d}")
            columns["sex"].append(sex)
            columns["date"].append(str(day))
            columns["weight"].append(987.6 if patient == 99 else round(float(weight), 1))
            columns["state"].append(["well", "ill"][state])
            columns["ward"].append(SECRET if patient == 99 else str(chance.choice(["east", "west"])))
            day = day + int(chance.integers(5, 30))
            weight = 0.9 * weight + 0.1 * 70 + chance.normal(0, 1.5)
            state = 1 - state if chance.random() < 0.15 else state
    return columns


@pytest.fixture(scope="module")
def sequence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("visits")
    write(folder / "visits.csv", visits())
    synthlab.fit(folder / "visits.csv", folder / "learned.yaml", options={"sequence": "patient_id"})
    return folder / "learned.yaml"


def test_a_sequence_keeps_its_form(sequence: Path) -> None:
    made = synthlab.load_tables(sequence)["visits"].to_pandas()
    real = pd.DataFrame(visits())
    assert list(made) == list(real)
    assert made.groupby("patient_id")["sex"].nunique().max() == 1
    sizes = made.groupby("patient_id").size()
    assert sizes.mean() == pytest.approx(7, abs=0.4)
    days = pd.to_datetime(made["date"]).groupby(made["patient_id"]).diff().dropna().dt.days
    assert (days.min(), days.max()) >= (5, 20)
    assert days.mean() == pytest.approx(17, abs=1)


def test_each_row_follows_from_the_one_before(sequence: Path) -> None:
    made = synthlab.load_tables(sequence, rows=2_000)["visits"].to_pandas()
    by = made.groupby("patient_id")
    follows = by.cumcount() > 0
    same = (made["state"] == by["state"].shift())[follows].mean()
    assert same == pytest.approx(0.85, abs=0.03)
    assert made["weight"][follows].corr(by["weight"].shift()[follows]) > 0.9
    mean = made.groupby("sex")["weight"].mean()
    assert mean["m"] - mean["f"] > 5


def test_what_one_has_in_many_rows_is_still_rare(sequence: Path) -> None:
    for path in (sequence, *sequence.with_suffix(".model").iterdir()):
        content = path.read_bytes()
        assert SECRET.encode() not in content
        assert b"987.6" not in content
    made = synthlab.load_tables(sequence, rows=5_000)["visits"].to_pandas()
    assert set(made["ward"]) == {"east", "west"}
    assert made["weight"].max() < 150
    assert made.groupby("patient_id").size().max() < 25


def test_a_number_that_one_has_is_in_no_rule(tmp_path: Path) -> None:
    columns = visits(150)
    chance = np.random.default_rng(4)
    doses = chance.integers(1, 13, len(columns["date"]))
    doses = np.where(np.array(columns["patient_id"]) == "P0099", 71, doses * 6)
    columns["dose"] = doses.tolist()
    columns["level"] = np.where(doses > 50, "high", "low").tolist()
    write(tmp_path / "visits.csv", columns)
    made = synthlab.fit(tmp_path / "visits.csv", tmp_path / "out.yaml", options={"sequence": "patient_id"})
    assert re.search(r"\b71\b", made.schema.read_text()) is None


def test_any_rows_of_a_sequence_are_those_of_the_whole(sequence: Path) -> None:
    table = synthlab.load_tables(sequence)["visits"]
    whole = table.to_pandas()
    for start in (0, 1, 500, len(table) - 3):
        part = table[start : start + 3].to_pandas()
        assert part.equals(whole[start : start + 3].reset_index(drop=True))


# Keys


def test_keys_are_found_by_names_and_values(tmp_path: Path) -> None:
    for name, columns in shop(100).items():
        write(tmp_path / f"{name}.csv", columns)
    several = read_related(tmp_path)
    assert several is not None
    found = {(k.child, k.column, k.parent, k.key) for k in links_between(several.tables, [], [])}
    assert found == {
        ("orders", "customer_id", "customers", "customer_id"),
        ("returns", "order_id", "orders", "order_id"),
        ("lines", "order_id", "orders", "order_id"),
        ("lines", "product_id", "products", "id"),
    }


def test_a_database_says_its_keys(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE people (nr INTEGER PRIMARY KEY, age INTEGER)")
        connection.execute("CREATE TABLE calls (who INTEGER REFERENCES people, minutes INTEGER)")
        connection.executemany("INSERT INTO people VALUES (?, ?)", [(i, 20 + i % 50) for i in range(1, 201)])
        connection.executemany(
            "INSERT INTO calls VALUES (?, ?)", [(1 + i % 200, i * 7 % 61) for i in range(900)]
        )
    connection.close()
    made = synthlab.fit(path, tmp_path / "shop.yaml")
    assert any("calls.who refers to people.nr: as the database declares" in note for note in made.notes)
    tables = {name: table.to_pandas() for name, table in synthlab.load_tables(made.schema).items()}
    assert tables["calls"]["who"].isin(tables["people"]["nr"]).all()


def test_tables_in_a_circle_are_told(tmp_path: Path) -> None:
    links = [_link("a", "b", "b"), _link("b", "a", "a"), _link("a", "id", "a")]
    order, kept, notes = in_order({"a": 900, "b": 100}, links)
    assert [(k.child, k.parent) for k in kept] == [("a", "b")]
    assert order == ["b", "a"]
    # The reference of the smaller one goes, unless somebody says so.
    assert [(k.child, k.parent) for k in in_order({"a": 9, "b": 100}, links)[1]] == [("b", "a")]
    assert len(notes) == 2
    assert any("circle" in note for note in notes)
    assert any("its own table" in note for note in notes)


def _link(child: str, column: str, parent: str) -> Any:
    from synthlab_tabular.related.links import Link

    return Link(child, column, parent, "id", "by its name")


def test_a_reference_to_a_table_of_few_rows_is_learned_as_classes(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    write(tmp_path / "real" / "regions.csv", {"id": [1, 2, 3], "title": ["n", "s", "w"]})
    people = {"age": chance.integers(1, 90, 500).tolist(), "region_id": chance.integers(1, 4, 500).tolist()}
    write(tmp_path / "real" / "people.csv", people)
    made = synthlab.fit(tmp_path / "real", tmp_path / "out.yaml")
    rows = synthlab.load_tables(made.schema)["people"].to_pandas()
    assert set(rows["region_id"]) == {1, 2, 3}


def test_a_column_of_the_parent_can_be_the_target_of_a_sequence(tmp_path: Path) -> None:
    write(tmp_path / "visits.csv", visits(120))
    options = {"sequence": "patient_id", "target": "sex"}
    made = synthlab.fit(tmp_path / "visits.csv", tmp_path / "out.yaml", options=options)
    assert synthlab.load_tables(made.schema)["visits"].features.labels == ("sex",)
    with pytest.raises(InputError, match="did you mean 'state'"):
        synthlab.fit(tmp_path / "visits.csv", tmp_path / "b.yaml", options=options | {"target": "stat"})


@pytest.mark.parametrize("time", ["", " 08:00:00"])
@pytest.mark.parametrize("step", [1, None])
def test_all_may_begin_at_the_same_moment(tmp_path: Path, time: str, step: int | None) -> None:
    chance = np.random.default_rng(2)
    columns: Columns = {"machine": [], "at": [], "heat": []}
    for machine in range(90):
        day = np.datetime64("2024-03-01")
        for _ in range(6):
            columns["machine"].append(machine)
            columns["at"].append(f"{day}{time}")
            columns["heat"].append(round(float(chance.normal(40, 5)), 1))
            day = day + (step or int(chance.integers(1, 9)))
    write(tmp_path / "heat.csv", columns)
    made = synthlab.fit(tmp_path / "heat.csv", tmp_path / "out.yaml", options={"sequence": "machine"})
    rows = synthlab.load_tables(made.schema)["heat"].to_pandas()
    first = pd.to_datetime(rows.groupby("machine")["at"].first())
    assert (first == pd.Timestamp(f"2024-03-01{time}")).all()
    assert (pd.to_datetime(rows["at"]).groupby(rows["machine"]).diff().dropna().dt.days >= 1).all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("orders.customer_id", "write orders.customer_id=customers.id"),
        ("order.customer_id=customers.customer_id", "did you mean 'orders'"),
        ("orders.customerid=customers.customer_id", "did you mean 'customer_id'"),
        ("orders.customer_id=orders.customer_id", "occur twice"),
    ],
)
def test_wrong_keys_are_told(tmp_path: Path, text: str, said: str) -> None:
    for name, columns in shop(60).items():
        write(tmp_path / f"{name}.csv", columns)
    several = read_related(tmp_path)
    assert several is not None
    with pytest.raises(InputError) as caught:
        said_links(text, several.tables)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sequence": "patient"}, "did you mean 'patient_id'"),
        ({"sequence": "patient_id", "order": "dat"}, "did you mean 'date'"),
        ({"sequence": "patient_id", "order": "sex"}, "no dates, times or numbers"),
        ({"sequence": "sex"}, "2 different ones are too few"),
        ({"order": "date"}, "only with --sequence"),
        ({"keys": "a.b=c.d"}, "only for a folder"),
        ({"sequence": "patient_id", "synthesizer": "copula"}, "learned by trees"),
        ({"synthesizer": "par"}, "--sequence"),
        ({"synthesizer": "hma"}, "folder"),
    ],
)
def test_wrong_options_are_told(tmp_path: Path, options: dict[str, str], said: str) -> None:
    write(tmp_path / "visits.csv", visits(80))
    with pytest.raises(InputError) as caught:
        synthlab.fit(tmp_path / "visits.csv", tmp_path / "out.yaml", options=options)
    assert said in str(caught.value)
    assert not (tmp_path / "out.yaml").exists()


def test_orphans_of_the_real_table_are_left_out_and_told(tmp_path: Path) -> None:
    tables = shop(300)
    tables["orders"]["customer_id"][0] = "C-99999"
    del tables["returns"], tables["lines"], tables["products"]
    for name, columns in tables.items():
        write(tmp_path / "real" / f"{name}.csv", columns)
    made = synthlab.fit(tmp_path / "real", tmp_path / "out.yaml")
    assert any("1 rows that refer to nothing were left out" in note for note in made.notes)


def test_a_reference_that_may_be_missing_is_missing_as_often(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    cities = {"id": list(range(1, 81)), "size": chance.integers(1, 1_000, 80).tolist()}
    living = ["" if chance.random() < 0.25 else int(c) for c in chance.integers(1, 81, 2_000)]
    people = {"age": chance.integers(1, 90, 2_000).tolist(), "city_id": living}
    write(tmp_path / "real" / "cities.csv", cities)
    write(tmp_path / "real" / "people.csv", people)
    synthlab.fit(tmp_path / "real", tmp_path / "out.yaml")
    tables = {name: table.to_pandas() for name, table in synthlab.load_tables(tmp_path / "out.yaml").items()}
    assert tables["people"]["city_id"].isna().mean() == pytest.approx(0.25, abs=0.04)
    assert tables["people"]["city_id"].dropna().isin(tables["cities"]["id"]).all()
