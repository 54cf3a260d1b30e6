"""The page about expressions tells the truth: every row of its tables is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from synthlab.expressions import FUNCTIONS, Expression, ExpressionError, compile, names_in

PAGE = Path(__file__).parent.parent / "docs" / "expressions.md"


def tables() -> Iterator[list[dict[str, str]]]:
    """Yield the tables of the page, each as its rows by the names of the columns."""
    for block in re.findall(r"(?:^\|.*\n)+", PAGE.read_text(), re.MULTILINE):
        head, _, *rows = [
            [cell.strip() for cell in line.strip("|").split(" | ")] for line in block.splitlines()
        ]
        head = [name.strip("| ") for name in head]
        assert all(len(row) == len(head) for row in rows), f"a row of {head} has another number of cells"
        yield [dict(zip(head, (cell.strip("| ") for cell in row), strict=True)) for row in rows]


def rows_with(*names: str) -> list[dict[str, str]]:
    return [row for table in tables() if set(names) <= table[0].keys() for row in table]


def code(cell: str) -> str:
    assert cell.startswith("`"), cell
    assert cell.endswith("`"), cell
    return cell.strip("`")


def alone(source: str, kind: pa.DataType | None = None) -> pa.Array:
    """Return what an expression without columns gives."""
    value = compile(source, {}).evaluate({}, 1)
    return value if kind is None else value.cast(kind)


ROW = {
    code(row["column"]): alone(code(row["value"]), pa.type_for_alias(row["type"]))
    for row in rows_with("column", "type", "value")
}
TYPES = {name: array.type for name, array in ROW.items()}


@pytest.mark.parametrize("row", rows_with("expression", "gives"), ids=lambda row: row["expression"])
def test_an_expression_gives_what_the_page_says(row: dict[str, str]) -> None:
    found, expected = (compile(code(row[cell]), TYPES) for cell in ("expression", "gives"))
    value = found.evaluate(ROW, 1)[0].as_py()
    assert value == expected.evaluate(ROW, 1)[0].as_py()
    assert value is None or found.type == expected.type


def checked(source: str) -> Expression:
    """Compile an expression as the generators do, which ask for its columns first."""
    names_in(source, TYPES)
    return compile(source, TYPES)


@pytest.mark.parametrize("row", rows_with("expression", "is told"), ids=lambda row: row["expression"])
def test_a_mistake_is_told_as_the_page_says(row: dict[str, str]) -> None:
    with pytest.raises(ExpressionError) as caught:
        checked(code(row["expression"]))
    assert caught.value.message == row["is told"]
    assert caught.value.hint.startswith(row["and"])
    assert row["and"] or not caught.value.hint


def test_the_page_has_every_function_with_its_words() -> None:
    described = {code(row["function"]): row["what it gives"] for row in rows_with("function")}
    assert described == {function.signature: function.summary for function in FUNCTIONS.values()}
    for row in rows_with("function"):
        assert f"{code(row['function']).partition('(')[0]}(" in row["expression"]
