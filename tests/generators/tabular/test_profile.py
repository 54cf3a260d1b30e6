"""What the columns of a real table are taken for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab_tabular.profile import Categories, Constant, Counter, LeftOut, Numbers, profile


def taken(values: list[str | None], name: str = "x", **options: Any) -> Any:
    import pyarrow as pa

    return profile(name, pa.array(values, pa.string()), **options)


def cycle(*values: str, rows: int = 200) -> list[str]:
    return [values[i % len(values)] for i in range(rows)]


@pytest.mark.parametrize(
    ("values", "name", "kind", "type"),
    [
        ([str(i % 60) for i in range(300)], "x", Numbers, "integer"),
        ([f"{i / 7:.3f}" for i in range(300)], "x", Numbers, "number"),
        (cycle("1", "2", "3"), "x", Categories, "integer"),
        (cycle("True", "false"), "x", Categories, "boolean"),
        (cycle("yes", "no"), "x", Categories, "string"),
        ([f"2024-01-{1 + i % 28:02}" for i in range(300)], "x", Numbers, "date"),
        ([f"2024-01-01 10:{i % 60:02}" for i in range(300)], "x", Numbers, "datetime"),
        (cycle("2024-02-30", "2024-02-31"), "x", Categories, "string"),
        (cycle("007", "008"), "x", Categories, "string"),
        (cycle("same"), "x", Constant, None),
        ([str(i) for i in range(1000, 1300)], "x", Counter, None),
        ([str(i * i * 7919) for i in range(300)], "user_id", Counter, None),
        ([str(i * i * 7919) for i in range(300)], "income", Numbers, "integer"),
        ([str(10**9 + i * 7919) for i in range(300)], "x", LeftOut, None),
        ([f"name {i}" for i in range(300)], "x", LeftOut, None),
        (cycle("a@example.org", "b@example.org"), "x", LeftOut, None),
        (cycle("a", "b"), "customerId", LeftOut, None),
        (cycle(*(f"v{i}" for i in range(120)), rows=1200), "x", LeftOut, None),
        (["9" * 400] * 100 + ["2.5"] * 100, "x", LeftOut, None),
        ([None] * 100, "x", LeftOut, None),
        (["0"] * 197 + ["3", "4", "5"], "x", LeftOut, None),
    ],
)
def test_a_column_is_taken_for_what_it_is(
    values: list[str | None], name: str, kind: Any, type: str | None
) -> None:
    found = taken(values, name)
    assert isinstance(found, kind), found
    assert type is None or found.type == type
    assert found.note


def test_rare_categories_become_the_commonest() -> None:
    found = taken([*cycle("a", "a", "b"), "rare", "rarer"])
    assert found.values == ["a", "b"]
    assert found.codes[-2:].tolist() == [0, 0]
    assert "2 in fewer than 5 rows" in found.note


def test_missing_is_a_category_unless_it_is_rare() -> None:
    assert taken([*cycle("a", "b"), *[None] * 5]).values == ["a", "b", None]
    assert taken([*cycle("a", "b"), None]).values == ["a", "b"]


@given(st.lists(st.integers(-(10**6), 10**6), min_size=30, max_size=60), st.integers(-3, 3))
@settings(max_examples=60, deadline=None)
def test_bounds_hide_the_extremes(values: list[int], exponent: int) -> None:
    scale = 10.0**exponent
    found = taken([f"{value * scale:.4f}" for value in values])
    if not isinstance(found, Numbers):
        return
    ordered = sorted(float(f"{value * scale:.4f}") for value in values)
    assert found.low <= ordered[4] < ordered[-5] <= found.high
    span = ordered[-5] - ordered[4]
    assert found.low >= ordered[4] - 0.2 * span - 1e-9
    assert found.high <= ordered[-5] + 0.2 * span + 1e-9
    assert np.nanmin(found.values) >= found.low
    assert np.nanmax(found.values) <= found.high
