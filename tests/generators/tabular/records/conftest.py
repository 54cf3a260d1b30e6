"""Every field of every kind of record, as columns of a table."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from synthlab.rows import Rows
from synthlab_tabular import TabularGenerator
from synthlab_tabular.records import RecordColumn

Column = dict[str, Any]


def table(*columns: Column, **options: Any) -> TabularGenerator:
    return TabularGenerator.model_validate({"columns": list(columns), **options})


def values(rows: int = 2_000, seed: int = 1, **options: Any) -> list[Any]:
    """Return the values of one declared column."""
    made = table({"name": "x", **options}).generate(Rows(seed, 0, rows)).column(0).to_pylist()
    assert len(made) == rows
    return made


def every_field() -> list[Column]:
    """Return a column for each field of each kind that needs no other option."""
    columns: list[Column] = []
    for kind in get_args(RecordColumn):
        (name,) = get_args(kind.model_fields["kind"].annotation)
        if any(
            field.is_required() for key, field in kind.model_fields.items() if key not in ("name", "kind")
        ):
            continue
        fields = kind.model_fields.get("field")
        for field in get_args(fields.annotation) if fields else (None,):
            column = {"name": f"{name} {field}", "kind": name}
            columns.append({**column, "field": field} if field else column)
    return columns


@pytest.fixture(scope="session")
def everything() -> TabularGenerator:
    return table(*every_field())
