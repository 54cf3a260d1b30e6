"""What a person says that columns are; groups of yes and no; tables of many columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import synthlab
from synthlab.errors import InputError
from synthlab.rows import Rows
from synthlab_tabular.overruling import read_wishes
from synthlab_tabular.profile import Categories
from synthlab_tabular.trees import Forest, coded, growing


def write(path: Path, columns: dict[str, list[object]]) -> Path:
    rows = zip(*columns.values(), strict=True)
    path.write_text("\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def table(folder: Path) -> Path:
    chance = np.random.default_rng(5)
    colour = chance.choice(["red", "green", "blue"], 600, p=[0.5, 0.3, 0.2])
    kind = chance.choice(["a", "b", "c", "none"], 600)
    return write(
        folder / "table.csv",
        {
            "age": chance.integers(18, 80, 600).tolist(),
            "zip": chance.choice(
                ["10115", "10117", "80331", "99999"], 600, p=[0.5, 0.3, 0.197, 0.003]
            ).tolist(),
            "note": chance.choice(["x", "y"], 600).tolist(),
            **{
                f"colour_{name}": [str(c == name).lower() for c in colour]
                for name in ("red", "green", "blue")
            },
            **{f"is {name}": [int(k == name) for k in kind] for name in ("a", "b", "c")},
        },
    )


def fit(folder: Path, columns: str) -> dict[str, set[object]]:
    made = synthlab.fit(
        table(folder),
        folder / "out.yaml",
        options={"synthesizer": "trees", "columns": columns},
        overwrite=True,
    )
    rows = synthlab.load(made.schema, rows=4_000).to_pandas()
    return {name: set(rows[name]) for name in rows}


def test_a_column_is_what_it_is_said_to_be(tmp_path: Path) -> None:
    found = fit(tmp_path, "zip=category, note=drop")
    # A value in two rows is rare, whatever the column is.
    assert found["zip"] == {10115, 10117, 80331}
    assert "note" not in found
    options = {"synthesizer": "trees", "columns": "zip=number\n"}
    made = synthlab.fit(table(tmp_path), tmp_path / "other.yaml", options=options)
    assert any(note.startswith("zip") and "whole numbers from" in note for note in made.notes)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("zap=category", "did you mean 'zip'"),
        ("zip=categry", "did you mean 'category'"),
        ("zip", "write NAME=KIND"),
        ("note=number", "not all of its values are numbers"),
        ("note=date", "not all of its values are days"),
        ("note=made_up", "nothing is known"),
    ],
)
def test_what_a_column_cannot_be_is_told(tmp_path: Path, columns: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        fit(tmp_path, columns)
    assert said in str(caught.value)


def test_names_with_commas_are_written_line_by_line() -> None:
    assert read_wishes("last, first=drop\na=b=category\n") == {"last, first": "drop", "a=b": "category"}


def test_one_of_a_group_is_true_in_every_row(tmp_path: Path) -> None:
    made = synthlab.fit(table(tmp_path), tmp_path / "out.yaml", options={"synthesizer": "trees"})
    rows = synthlab.load(made.schema, rows=5_000).to_pandas()
    colours = rows[["colour_red", "colour_green", "colour_blue"]]
    assert (colours.sum(axis=1) == 1).all()
    assert colours["colour_red"].mean() == pytest.approx(0.5, abs=0.05)
    kinds = rows[["is a", "is b", "is c"]].sum(axis=1)
    assert set(kinds) == {0, 1}
    assert kinds.mean() == pytest.approx(0.75, abs=0.06)


def test_of_many_columns_those_that_tell_most_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(2)
    codes = {f"c{i}": chance.integers(0, 3, 800) for i in range(12)}
    codes["copy"] = np.where(chance.random(800) < 0.95, codes["c7"], 0)
    columns = [Categories(name, "string", ["a", "b", "c"], c, "") for name, c in codes.items()]
    monkeypatch.setattr(growing, "MOST_ASKED", 3)
    monkeypatch.setattr(growing, "WIDE", 5)
    model = growing.grow([coded(column) for column in columns], "c0", Rows(1, 0, 800))
    latent = Forest.of(model).latent(Rows(1, 0, 4_000))
    assert max(len(fitted.nodes) for fitted in model.header.columns) == growing.FEW_TREES
    same = (latent["copy"] == latent["c7"]).mean()
    assert same == pytest.approx((codes["copy"] == codes["c7"]).mean(), abs=0.04)
