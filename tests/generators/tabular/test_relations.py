"""Several tables: no orphan, exact counts, values of the right parent, whoever makes the rows."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

import synthlab
from synthlab import Dataset, SchemaError

CUSTOMERS = {
    "generator": "tabular",
    "rows": 2_300,
    "options": {
        "columns": [
            {"name": "customer_id", "kind": "uuid"},
            {"name": "number", "kind": "sequence", "prefix": "C-", "digits": 6},
            {"name": "city", "kind": "address", "field": "city"},
            {"name": "signup", "kind": "date", "low": "2022-01-01", "high": "2023-12-31"},
            {"name": "taste", "kind": "normal", "mean": 0, "std": 1, "hidden": True},
            {"name": "vip", "kind": "bernoulli", "p": 0.1, "label": True},
        ]
    },
}


def shop(**key: Any) -> dict[str, Dataset]:
    rows = key.pop("rows", None)
    columns = [
        {"name": "order_id", "kind": "permutation", "low": 1, "high": 99_999},
        {"name": "customer_id", "kind": "foreign_key", "table": "customers", **key},
        {"name": "customer_city", "kind": "lookup", "by": "customer_id", "column": "city"},
        {"name": "vip", "kind": "lookup", "by": "customer_id"},
        {"name": "taste", "kind": "lookup", "by": "customer_id", "hidden": True},
        {"name": "total", "kind": "lognormal", "mean": "3 + 0.5 * taste", "sigma": 0.2},
    ]
    if key.get("pick") in ("each", "spread"):
        columns += [
            {"name": "line", "kind": "position", "of": "customer_id"},
            {"name": "signup", "kind": "lookup", "by": "customer_id"},
            {"name": "at", "kind": "event_time", "of": "customer_id", "low": "signup", "high": "2025-01-01"},
            {"name": "walk", "kind": "random_walk", "of": "customer_id", "std": 1},
            {"name": "level", "kind": "ar1", "of": "customer_id", "std": 2, "phi": 0.8},
            {"name": "tick", "kind": "timeline", "of": "customer_id", "start": "signup", "every": 3600},
        ]
    orders: dict[str, Any] = {"generator": "tabular", "options": {"columns": columns}}
    if rows is not None:
        orders["rows"] = rows
    return synthlab.load_tables(
        {"synthlab": 1, "seed": 3, "tables": {"customers": CUSTOMERS, "orders": orders}}
    )


PICKS: dict[str, dict[str, Any]] = {
    "uniform": {"rows": 6_000},
    "zipf": {"pick": "zipf", "a": 1.2, "rows": 6_000},
    "each": {"pick": "each", "children": 3},
    "spread": {"pick": "spread", "children": 2.5, "least": 1, "sigma": 1.0},
    "once": {"pick": "once"},
    "nullable": {"null_rate": 0.2, "rows": 6_000},
}


@pytest.mark.parametrize("pick", PICKS)
def test_every_key_exists_and_every_value_is_that_of_its_row(pick: str) -> None:
    tables = shop(**PICKS[pick])
    customers = tables["customers"].to_pandas().set_index("customer_id")
    orders = tables["orders"].to_pandas()
    assert orders["order_id"].is_unique
    tied = orders[orders["customer_id"].notna()]
    if pick == "nullable":
        assert 1 - len(tied) / len(orders) == pytest.approx(0.2, abs=0.02)
    else:
        assert len(tied) == len(orders)
    assert set(tied["customer_id"]) <= set(customers.index)
    parents = customers.loc[tied["customer_id"]]
    assert (parents["city"].to_numpy() == tied["customer_city"].to_numpy()).all()
    assert (parents["vip"].to_numpy() == tied["vip"].to_numpy()).all()


@pytest.mark.parametrize("pick", PICKS)
def test_rows_are_the_same_however_they_are_reached(pick: str) -> None:
    orders = shop(**PICKS[pick])["orders"]
    whole = orders.to_table()
    for start, stop in [(0, 1), (5, 900), (1_990, 2_010), (len(orders) - 7, len(orders))]:
        assert orders.make(start, stop).to_pylist() == whole.slice(start, stop - start).to_pylist()
    generator = orders.schema.generator
    rows = synthlab.Rows(3, 0, len(orders), ("table", "orders", "generator"))
    picked = np.array([7, 3, 2_000, 7])
    assert generator.generate(rows.at(picked)).to_pylist() == whole.take(picked).to_pylist()


def test_exact_children_for_each_parent() -> None:
    orders = shop(**PICKS["each"])["orders"].to_pandas()
    assert len(orders) == 3 * 2_300
    assert set(Counter(orders["customer_id"]).values()) == {3}
    assert not orders[["customer_id", "line"]].duplicated().any()


def test_spread_children_have_their_mean_their_least_and_are_unequal() -> None:
    orders = shop(**PICKS["spread"])["orders"].to_pandas()
    assert len(orders) == 2.5 * 2_300
    counts = orders["customer_id"].value_counts()
    assert len(counts) == 2_300
    assert counts.max() > 12


def test_once_is_one_to_one() -> None:
    orders = shop(**PICKS["once"])["orders"].to_pandas()
    assert len(orders) == 2_300
    assert orders["customer_id"].is_unique


def test_zipf_makes_a_few_parents_popular() -> None:
    counts = shop(**PICKS["zipf"])["orders"].to_pandas()["customer_id"].value_counts()
    assert counts.iloc[:23].sum() / counts.sum() > 0.4


@pytest.mark.parametrize("pick", ["each", "spread"])
def test_events_of_a_parent_are_in_order_and_within_their_bounds(pick: str) -> None:
    orders = shop(**PICKS[pick])["orders"].to_pandas()
    orders["signup"] = orders["signup"].astype("datetime64[s]")
    assert (orders["at"] >= orders["signup"]).all()
    assert (orders["at"] < "2025-01-01").all()
    for _, group in orders.groupby("customer_id", sort=False):
        assert group["at"].is_monotonic_increasing
        assert list(group["line"]) == list(range(1, len(group) + 1))
        assert (np.diff(group["tick"]) == np.timedelta64(3600, "s")).all()


def test_series_of_a_parent_are_what_they_are_named() -> None:
    tables = shop(pick="each", children=40)
    orders = tables["orders"].to_pandas()
    level = orders["level"].to_numpy().reshape(-1, 40)
    assert level.std() == pytest.approx(2, rel=0.02)
    assert np.corrcoef(level[:, :-1].ravel(), level[:, 1:].ravel())[0, 1] == pytest.approx(0.8, abs=0.01)
    steps = np.diff(orders["walk"].to_numpy().reshape(-1, 40), axis=1)
    assert steps.std() == pytest.approx(1, rel=0.02)
    assert abs(np.corrcoef(steps[:, :-1].ravel(), steps[:, 1:].ravel())[0, 1]) < 0.02


def test_tables_have_streams_of_their_own_and_adding_one_changes_no_other() -> None:
    alone = synthlab.load_tables({"synthlab": 1, "seed": 3, "tables": {"customers": CUSTOMERS}})
    assert alone["customers"].to_table().equals(shop(**PICKS["once"])["customers"].to_table())
    twice = synthlab.load_tables({"synthlab": 1, "tables": {"a": CUSTOMERS, "b": CUSTOMERS}})
    assert not twice["a"].to_table().equals(twice["b"].to_table())


def test_rows_of_the_first_table_scale_the_others() -> None:
    columns = [{"name": "who", "kind": "foreign_key", "table": "customers", "column": "customer_id"}]
    visits = {"generator": "tabular", "rows": 4_600, "options": {"columns": columns}}
    schema = {"synthlab": 1, "tables": {"customers": CUSTOMERS, "visits": visits}}
    tables = synthlab.load_tables(schema, rows=23)
    assert {name: len(table) for name, table in tables.items()} == {"customers": 23, "visits": 46}

    assert {len(table) for table in synthlab.load_tables({**schema}, rows=0).values()} == {0}


def test_the_first_table_may_have_as_many_rows_as_another_gives_it() -> None:
    columns = [{"name": "customer_id", "kind": "foreign_key", "table": "b", "pick": "each", "children": 3}]
    schema = {
        "synthlab": 1,
        "tables": {
            "a": {"generator": "tabular", "options": {"columns": columns}},
            "b": {**CUSTOMERS, "rows": 30},
        },
    }
    tables = synthlab.load_tables(schema, rows=300)
    assert {name: len(table) for name, table in tables.items()} == {"a": 300, "b": 100}


@pytest.mark.parametrize("rows", range(1, 12))
def test_there_are_parents_enough_for_any_number_of_rows(rows: int) -> None:
    columns = [{"name": "customer_id", "kind": "foreign_key", "table": "b", "pick": "each", "children": 2}]
    child = {"generator": "tabular", "rows": 30, "options": {"columns": columns}}
    first = {"generator": "tabular", "rows": 10, "options": {"columns": [{"name": "x", "kind": "sequence"}]}}
    schema = {"synthlab": 1, "tables": {"a": first, "b": {**CUSTOMERS, "rows": 15}, "c": child}}
    assert len(synthlab.load_tables(schema, rows=rows)["c"]) == 3 * rows


MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"table": "customer"}, "no table 'customer'", "did you mean 'customers'"),
    ({"column": "city"}, "may occur twice", "its keys are: customer_id, number"),
    ({"column": "customer_i"}, "does not exist", "did you mean 'customer_id'"),
    ({"pick": "each"}, "needs to know how many `children`", ""),
    ({"pick": "each", "children": 2.5}, "whole number of children", ""),
    ({"pick": "uniform", "children": 2}, "`children` belongs to pick: each or pick: spread", ""),
    ({"pick": "each", "children": 2, "rows": 5_000}, "make 4,600 rows, fewer than 5,000", ""),
    ({"pick": "once", "rows": 5_000}, "fewer than 5,000", ""),
]


@pytest.mark.parametrize(("key", "message", "hint"), MISTAKES)
def test_what_cannot_be_tied_is_told(key: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(SchemaError) as error:
        shop(**key)
    assert message in str(error.value)
    assert hint in str(error.value)
    assert "tables.orders.options.columns[1]" in str(error.value)


def test_tables_that_wait_for_each_other_are_refused() -> None:
    def table(name: str, other: str) -> dict[str, Any]:
        columns = [
            {"name": name, "kind": "sequence"},
            {"name": other, "kind": "foreign_key", "table": other, "column": other},
        ]
        return {"generator": "tabular", "options": {"columns": columns}}

    with pytest.raises(SchemaError, match="wait for each other: a refers to b refers to a"):
        synthlab.load_tables({"synthlab": 1, "tables": {"a": table("a", "b"), "b": table("b", "a")}})


def test_a_stage_that_would_make_orphans_is_refused() -> None:
    columns = [{"name": "who", "kind": "foreign_key", "table": "customers", "column": "customer_id"}]
    orders = {"generator": "tabular", "options": {"columns": columns}}
    for stage, words in [
        ({"duplicates": {"rate": 0.1}}, "fresh: \\[customer_id\\]"),
        ({"missing": {"columns": ["customer_id"], "rate": 0.1}}, "refer to 'customer_id'"),
    ]:
        with pytest.raises(SchemaError, match=words):
            synthlab.load_tables(
                {"synthlab": 1, "tables": {"customers": {**CUSTOMERS, **stage}, "orders": orders}}
            )
    fine = {**CUSTOMERS, "duplicates": {"rate": 0.1, "fresh": ["customer_id", "number"]}}
    assert synthlab.load_tables({"synthlab": 1, "tables": {"customers": fine, "orders": orders}})


@pytest.mark.parametrize(
    "stage",
    [
        {"typos": {"columns": ["who"], "rate": 0.1}},
        {"mix_ups": {"columns": ["who"], "rate": 0.1, "write": "upper"}},
    ],
)
def test_a_stage_that_would_spoil_a_foreign_key_is_refused(stage: dict[str, Any]) -> None:
    uuids = {**CUSTOMERS, "options": {"columns": [{"name": "id", "kind": "uuid"}]}}
    columns = [
        {"name": "who", "kind": "foreign_key", "table": "customers"},
        {"name": "n", "kind": "sequence"},
    ]
    orders = {"generator": "tabular", "options": {"columns": columns}}
    tables = {"customers": uuids, "orders": {**orders, **stage}}
    with pytest.raises(SchemaError, match="make orphans of its rows"):
        synthlab.load_tables({"synthlab": 1, "tables": tables})
    lost = {"missing": {"columns": ["who"], "rate": 0.1}}
    assert synthlab.load_tables({"synthlab": 1, "tables": {"customers": uuids, "orders": {**orders, **lost}}})


def test_bounds_of_events_that_differ_within_a_parent_are_refused() -> None:
    columns = [
        {"name": "customer_id", "kind": "foreign_key", "table": "customers", "pick": "each", "children": 3},
        {"name": "day", "kind": "date", "low": "2024-01-01", "high": "2024-12-31"},
        {"name": "at", "kind": "event_time", "of": "customer_id", "low": "day", "high": "2025-01-01"},
    ]
    orders = {"generator": "tabular", "options": {"columns": columns}}
    with pytest.raises(SchemaError, match="'day' is not the same in all rows of the series"):
        synthlab.load_tables({"synthlab": 1, "tables": {"customers": CUSTOMERS, "orders": orders}})


def test_one_dataset_is_asked_for_where_there_are_several() -> None:
    with pytest.raises(SchemaError, match="load_tables"):
        synthlab.load({"synthlab": 1, "tables": {"customers": CUSTOMERS}})


def chain(tables: int) -> dict[str, Any]:
    """Return tables in a row, each of which has as many rows as the one before it."""
    made: dict[str, Any] = {
        "t0": {
            "generator": "tabular",
            "rows": 20,
            "options": {"columns": [{"name": "id", "kind": "sequence"}]},
        }
    }
    for number in range(1, tables):
        columns = [
            {"name": "id", "kind": "sequence"},
            {"name": "of", "kind": "foreign_key", "table": f"t{number - 1}", "pick": "once"},
        ]
        made[f"t{number}"] = {"generator": "tabular", "options": {"columns": columns}}
    return {"synthlab": 1, "tables": made}


def test_a_row_of_tables_is_made_up_to_a_limit_that_is_told() -> None:
    assert len(synthlab.load_tables(chain(20))["t19"].to_table()) == 20
    with pytest.raises(SchemaError, match="or 20 in a row"):
        synthlab.load_tables(chain(60))


def test_a_key_that_is_hidden_is_referred_to_by_nobody() -> None:
    hidden = {**CUSTOMERS, "options": {"columns": [*CUSTOMERS["options"]["columns"]]}}  # type: ignore[index]
    hidden["options"]["columns"][0] = {"name": "customer_id", "kind": "uuid", "hidden": True}
    columns = [{"name": "customer_id", "kind": "foreign_key", "table": "customers"}]
    orders = {"generator": "tabular", "rows": 10, "options": {"columns": columns}}
    with pytest.raises(SchemaError, match="hidden, so nobody could find its rows"):
        synthlab.load_tables({"synthlab": 1, "tables": {"customers": hidden, "orders": orders}})


def test_the_truth_of_a_table_is_the_truth_where_it_is_looked_up() -> None:
    machines = {
        "generator": "tabular",
        "rows": 10,
        "options": {
            "columns": [
                {"name": "id", "kind": "sequence"},
                {"name": "wear", "kind": "uniform", "low": 0, "high": 1, "truth": True},
            ]
        },
    }
    columns = [
        {"name": "machine", "kind": "foreign_key", "table": "machines"},
        {"name": "wear", "kind": "lookup", "by": "machine"},
    ]
    readings = {"generator": "tabular", "rows": 50, "options": {"columns": columns}}
    tables = synthlab.load_tables({"synthlab": 1, "tables": {"machines": machines, "readings": readings}})
    assert tables["readings"].features.truth == ("wear",)
    assert "wear" not in tables["readings"].features.inputs


@pytest.mark.parametrize("rows", [-1, 2.5, True])
def test_rows_of_several_tables_are_a_whole_number(rows: Any) -> None:
    with pytest.raises(SchemaError, match="rows is a whole number"):
        synthlab.load_tables({"synthlab": 1, "tables": {"customers": CUSTOMERS}}, rows=rows)


def test_large_families_are_made_in_parts_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shop(**PICKS["spread"])["orders"][0:1000].to_table()
    monkeypatch.setattr("synthlab_tabular.grouping.MOST_ROWS", 64)
    assert shop(**PICKS["spread"])["orders"][0:1000].to_table().equals(whole)
