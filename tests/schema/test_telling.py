"""How problems are shown: not too many, not too long, in no time, and nothing that a terminal obeys."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from synthlab import Schema, SchemaError

from .told import problems

Write = Callable[..., Path]

HEAD = "synthlab: 1\ngenerator: shop\n"
COLUMNS = HEAD + "options:\n  columns:\n"


def test_at_most_twenty_problems_are_shown(write: Write) -> None:
    columns = "".join(f"    - {{name: c{i}, kind: normal, mean: x}}\n" for i in range(50))
    with pytest.raises(SchemaError) as caught:
        Schema.load(write(COLUMNS + columns))
    assert len(caught.value.problems) == 50
    assert str(caught.value).count("mean must be a number") == 20
    assert str(caught.value).endswith("\nand 30 more")


def test_long_values_are_never_echoed_whole(write: Write) -> None:
    secret = "s3cret" * 1000
    for text in (f"{HEAD}rows: {secret}", f"{HEAD}{secret}: 1", f"synthlab: 1\ngenerator: {secret}"):
        with pytest.raises(SchemaError) as caught:
            Schema.load(write(text))
        assert max(len(line) for line in str(caught.value).splitlines()) < 250


def test_what_a_terminal_would_obey_is_not_shown(write: Write) -> None:
    with pytest.raises(SchemaError) as caught:
        Schema.load(write(f'{HEAD}rows: "\\e[31m\\a"\nfolder: "\u202ex"\n'))
    assert not any(c for c in str(caught.value) if not c.isprintable() and c != "\n")


def test_the_marks_stand_under_wide_characters(write: Write) -> None:
    with pytest.raises(SchemaError) as caught:
        Schema.load(write(f"{HEAD}options: {{mood: 日本語, opens: x}}\n"))
    shown = str(caught.value).splitlines()
    assert shown[-1].index("^") == shown[-2].index("x}") + 3


def test_what_a_call_gives_is_not_blamed_on_the_file(write: Write) -> None:
    path = write(HEAD + "rows: 10\n")
    with pytest.raises(SchemaError) as caught:
        Schema.load(path, rows=-5)
    assert str(caught.value) == f"{path}: rows must be at least 0, not -5"
    assert Schema.load(write(HEAD + "rows: many\n"), rows=5).rows == 5


def test_problems_of_a_mapping_are_told_by_their_path() -> None:
    columns = [{"name": "a", "kind": "normal", "mean": "x"}]
    with pytest.raises(SchemaError, match=r"^schema: options\.columns\[0\]\.mean: mean must be a number"):
        Schema.load({"synthlab": 1, "generator": "shop", "options": {"columns": columns}})


def test_a_missing_key_that_was_misspelt_is_one_mistake(write: Write) -> None:
    (problem,) = problems(write, "synthlab: 1\ngenerator: demanding\noptions: {colums: [a]}\n")
    assert problem.hint == "did you mean 'columns'?"
    (problem,) = problems(write, "synthlab: 1\ngenerator: demanding\noption: {columns: [a]}\n")
    assert problem.hint == "did you mean 'options'?"
    (problem,) = problems(write, "synthlab: 1\ngenerator: demanding\ncolumns: [a]\n")
    assert problem.hint == "it is an option, so it belongs under 'options'"


def test_options_that_are_left_out_are_asked_for(write: Write) -> None:
    (problem,) = problems(write, "synthlab: 1\ngenerator: demanding\n")
    assert problem.message == "missing key 'columns' in options"
    assert problem.hint == "for example 'columns: [a, b]'"


def test_a_thousand_columns_are_checked_in_no_time(write: Write) -> None:
    column = "    - {{name: c{}, kind: normal, mean: 42, std: 1.5}}\n"
    path = write(COLUMNS + "".join(column.format(i) for i in range(1000)))
    started = time.process_time()
    Schema.load(path)
    assert time.process_time() - started < 5  # each column against each other would be minutes


def test_a_thousand_mistakes_are_told_in_no_time(write: Write) -> None:
    column = "    - {{name: c{0}, kind: normal, mean: x, stdd{0}: 1.5}}\n"
    path = write(COLUMNS + "".join(column.format(i) for i in range(1000)))
    started = time.process_time()
    with pytest.raises(SchemaError) as caught:
        Schema.load(path)
    assert time.process_time() - started < 10
    assert len(caught.value.problems) == 500
    assert str(caught.value).endswith("\nand at least 480 more")


def test_what_was_probably_meant_by_a_number_or_a_date_is_said(write: Write) -> None:
    for found, meant in [("10_000", "10000"), ("10,000", "10000"), ("1.5k", "1500"), ("2M", "2000000")]:
        (problem,) = problems(write, f'{HEAD}rows: "{found}"\n')
        assert problem.hint == f"did you mean {meant}?"
    for found, hint in [("5", "did you mean 0.05?"), ("100.5", ""), ("-1", "")]:
        (problem,) = problems(write, f"{HEAD}label_noise: {{rate: {found}}}\n")
        assert problem.hint == hint


def test_what_a_terminal_would_obey_is_not_shown_of_names_either(write: Write) -> None:
    """Column names come into hints and messages as they are."""
    with pytest.raises(SchemaError) as caught:
        Schema.load(
            {
                "synthlab": 1,
                "generator": "shop",
                "options": {"columns": [{"name": "\x1b[2Jab", "kind": "normal", "mean": 1}]},
                "splits": {"fractions": {"train": 1}, "group": "ab"},
            },
        )
    assert not any(c for c in str(caught.value) if not c.isprintable() and c != "\n")


def test_a_key_named_like_its_kind_is_not_taken_for_the_kind(write: Write) -> None:
    columns = "synthlab: 1\ngenerator: tabular\noptions:\n  columns:\n"
    row = "    - {name: b, kind: expression, expression: days_between(a, a)}\n"
    (problem,) = problems(write, columns + row)
    assert problem.message == "unknown key 'a)'"
    assert problem.column == row.index("a)}") + 1
    assert problem.hint == "text with a comma in it must be quoted"
