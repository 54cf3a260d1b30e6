"""Model files are data: a bad one is told, and none of them runs code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab_tabular import TabularGenerator
from synthlab_tabular.copula import cholesky, read_model

GOOD: dict[str, Any] = {
    "format": "synthlab.gaussian_copula/1",
    "columns": [
        {
            "kind": "number",
            "name": "a",
            "type": "number",
            "decimals": 1,
            "quantiles": [0, 1],
            "missing": 0.5,
        },
        {
            "kind": "category",
            "name": "b",
            "type": "string",
            "values": ["x", None],
            "weights": [1, 1],
        },
    ],
    "correlation": [[1, 0.5], [0.5, 1]],
}


def changed(change: Callable[[Any], Any]) -> bytes:
    model = json.loads(json.dumps(GOOD))
    change(model)
    return json.dumps(model).encode()


def set_at(*path: Any) -> Callable[[Any], None]:
    def change(model: Any) -> None:
        *steps, last, value = path
        for step in steps:
            model = model[step]
        model[last] = value

    return change


def test_a_good_model_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_bytes(json.dumps(GOOD).encode())
    model = read_model(tmp_path / "model.json")
    assert [column.name for column in model.columns] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "neither JSON"),
        (b"\x80\x04.", "JSON"),
        (b"[]", "names no format"),
        (b"[" * 100_000, "JSON"),
        (changed(set_at("format", "synthlab.other/1")), "its format is 'synthlab.other/1'"),
        (changed(set_at("code", "print()")), "Extra"),
        (changed(set_at("columns", [])), "at least 1"),
        (changed(set_at("columns", 0, "quantiles", [1, 0])), "do not rise"),
        (changed(set_at("columns", 0, "quantiles", [0])), "at least 2"),
        (changed(set_at("columns", 0, "missing", 2)), "less than or equal"),
        (changed(set_at("columns", 0, "name", "b")), "one name"),
        (changed(set_at("columns", 0, "type", "pickle")), "type"),
        (changed(set_at("columns", 1, "weights", [1])), "weight for each"),
        (changed(set_at("columns", 1, "weights", [0, 0])), "not all 0"),
        (changed(set_at("columns", 1, "values", ["x", "x"])), "differ"),
        (changed(set_at("columns", 1, "values", [None, 1])), "not all of type"),
        (changed(set_at("correlation", [[1]])), "not 2 by 2"),
        (changed(set_at("correlation", [[1, 0.5], [0.4, 1]])), "symmetric"),
        (changed(set_at("correlation", [[1, 1], [1, 1]])), "positive definite"),
        (changed(set_at("correlation", [[0.9, 0], [0, 1]])), "itself"),
    ],
)
def test_a_bad_model_file_is_a_problem_of_the_schema(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "model.json").write_bytes(content)
    options = {"model": "model.json", "columns": [{"name": "a", "kind": "fitted"}]}
    generator = TabularGenerator.model_validate(options, context={"folder": tmp_path})
    (problem,) = generator.problems()
    assert problem.path == ("model",)
    assert message in problem.message


def test_a_column_that_the_model_lacks_is_shown(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_bytes(json.dumps(GOOD).encode())
    columns = [{"name": "A", "kind": "fitted"}, {"name": "y", "kind": "fitted", "of": "z"}]
    options = {"model": "model.json", "columns": columns}
    generator = TabularGenerator.model_validate(options, context={"folder": tmp_path})
    assert [problem.path for problem in generator.problems()] == [
        ("columns", 0, "name"),
        ("columns", 1, "of"),
    ]


@given(st.integers(1, 6), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_the_triangular_factor_gives_back_the_matrix(size: int, seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(size + 3, size))
    matrix = np.corrcoef(points, rowvar=False).reshape(size, size)
    np.fill_diagonal(matrix, 1)
    factor = np.zeros((size, size))
    for i, row in enumerate(cholesky(matrix.tolist())):
        factor[i, : i + 1] = row
    assert np.allclose(factor @ factor.T, matrix, atol=1e-9)
