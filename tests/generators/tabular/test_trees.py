"""Sequential trees: what is learned of dependence, and what a model of them can never hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from synthlab.errors import InputError
from synthlab.rows import Rows
from synthlab_tabular.profile import FEW, Categories, Numbers
from synthlab_tabular.trees import Forest, TreesModel, coded, grow, read_trees
from synthlab_tabular.trees.forest import alias

SIZE = 6_000


def numbers(name: str, values: Any, decimals: int | None = None, kind: Any = "number") -> Numbers:
    values = np.asarray(values, dtype=float)
    least, greatest = np.floor(np.nanmin(values)) - 1, np.ceil(np.nanmax(values)) + 1
    return Numbers(name, kind, values, decimals, least, greatest, float(np.isnan(values).mean()), "")


def table() -> list[Numbers | Categories]:
    """Return columns with every kind of dependence: on a class, on each other, of what is missing, of two."""
    chance = np.random.default_rng(1)
    label = chance.integers(0, 2, SIZE)
    town = np.where(chance.random(SIZE) < 0.6, label * 2, chance.integers(0, 4, SIZE))
    x = chance.normal(label * 1.5, 1)
    y = np.where(label == 1, x, -x) + chance.normal(0, 0.3, SIZE)
    visits = chance.poisson(2 + town, SIZE).astype(float)
    visits[chance.random(SIZE) < np.where(label == 1, 0.4, 0.05)] = np.nan
    return [
        numbers("x", x),
        Categories("town", "string", ["a", "b", "c", "d"], town, ""),
        numbers("visits", visits, 0, "integer"),
        numbers("y", y, 2),
        Categories("label", "boolean", [False, True], label, ""),
    ]


@pytest.fixture(scope="module")
def model() -> TreesModel:
    return grow([coded(column) for column in table()], "label", Rows(7, 0, SIZE))


@pytest.fixture(scope="module")
def forest(model: TreesModel) -> Forest:
    return Forest.of(model)


def drawn(forest: Forest, rows: Rows) -> dict[str, np.ndarray]:
    latent = forest.latent(rows)
    made = {name: forest.marginals[name].draw(codes, rows) for name, codes in latent.items()}
    return {name: values.to_numpy(zero_copy_only=False) for name, values in made.items()}


def test_dependence_of_every_kind_is_kept(forest: Forest) -> None:
    made = drawn(forest, Rows(3, 0, 40_000))
    label = made["label"].astype(bool)
    assert label.mean() == pytest.approx(0.5, abs=0.02)
    assert made["x"][label].mean() - made["x"][~label].mean() == pytest.approx(1.5, abs=0.1)
    # How y depends on x is the opposite in the two classes.
    assert np.corrcoef(made["x"][label], made["y"][label])[0, 1] > 0.85
    assert np.corrcoef(made["x"][~label], made["y"][~label])[0, 1] < -0.85
    assert (made["town"] == "c")[label].mean() == pytest.approx(0.7, abs=0.02)
    lost = np.isnan(made["visits"])
    assert lost[label].mean() == pytest.approx(0.4, abs=0.03)
    assert lost[~label].mean() == pytest.approx(0.05, abs=0.02)
    real = {column.name: column for column in table()}
    for code, town in enumerate("abcd"):
        there = np.nanmean(real["visits"].values[real["town"].codes == code])
        assert np.nanmean(made["visits"][made["town"] == town]) == pytest.approx(there, abs=0.25)


def test_the_same_seed_gives_the_same_file_and_another_one_another(model: TreesModel) -> None:
    columns = [coded(column) for column in table()]
    assert grow(columns, "label", Rows(7, 0, SIZE)).content() == model.content()
    assert grow(columns, "label", Rows(8, 0, SIZE)).content() != model.content()


@given(start=st.integers(0, 10**12), size=st.integers(1, 300), cut=st.integers(0, 300))
@settings(max_examples=30, deadline=None)
def test_any_rows_are_those_of_the_whole(forest: Forest, start: int, size: int, cut: int) -> None:
    whole = forest.latent(Rows(5, start, start + size))
    cut = min(cut, size)
    part = forest.latent(Rows(5, start + cut, start + size))
    picked = forest.latent(Rows(5, 0, 1).at(np.arange(start, start + size)[::-1]))
    for name, codes in whole.items():
        assert np.array_equal(codes[cut:], part[name])
        assert np.array_equal(codes, picked[name][::-1])


@given(st.integers(0, 2**32 - 1), st.integers(FEW * 4, 2_000), st.sampled_from([0, 1, None]))
@settings(max_examples=60, deadline=None)
def test_every_code_is_of_many_rows_and_no_end_is_of_one(seed: int, size: int, decimals: int | None) -> None:
    chance = np.random.default_rng(seed)
    values = np.where(
        chance.random(size) < 0.5, np.rint(chance.normal(0, 9, size)), chance.normal(0, 9, size)
    )
    values = values if decimals is None else np.round(values, decimals)
    values[chance.random(size) < 0.1] = np.nan
    if np.isfinite(values).sum() < FEW:
        return
    column = coded(numbers("x", values, decimals))
    counts = np.bincount(column.codes, minlength=column.size)
    present = np.isfinite(values)
    assert counts[: len(column.meaning.low)].min() >= FEW
    assert (np.isnan(values) == (column.codes == len(column.meaning.low))).all()
    known, often = np.unique(values[present], return_counts=True)
    rare = set(known[often < FEW].tolist())
    assert not rare & {*column.meaning.low, *column.meaning.high}
    # The order of the values is that of their codes.
    assert (np.diff(column.codes[present][np.argsort(values[present], kind="stable")]) >= 0).all()


def test_values_stay_in_their_intervals_and_have_their_decimals() -> None:
    column = coded(numbers("x", np.random.default_rng(0).gamma(2, 50, 3_000).round(1), 1))
    made = column.meaning.draw(column.codes, Rows(1, 0, 3_000)).to_numpy()
    low, high = np.array(column.meaning.low)[column.codes], np.array(column.meaning.high)[column.codes]
    assert (made >= low - 0.05 - 1e-9).all()
    assert (made <= high + 0.05 + 1e-9).all()
    assert np.array_equal(made, made.round(1))


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
@settings(max_examples=50, deadline=None)
def test_alias_tables_hold_the_distribution(seed: int, size: int) -> None:
    shares = np.random.default_rng(seed).dirichlet(np.full(size, 0.2), 3)
    keep, other = alias(shares)
    found = keep / size
    for row in range(3):
        np.add.at(found[row], other[row], (1 - keep[row]) / size)
    assert np.allclose(found, shares, atol=1e-9)


# Files


def test_a_model_is_read_back_as_it_was(model: TreesModel, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(model.content())
    again = read_trees(path)
    assert again.content() == model.content()


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_refused_or_harmless(
    model: TreesModel, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    arrays = load(model.content())
    name = data.draw(st.sampled_from(sorted(arrays)))
    damage = data.draw(st.sampled_from(["value", "shorter", "gone", "bytes"]))
    meaning = {"synthlab": model.header.model_dump_json()}
    if damage == "value":
        changed = arrays[name].copy()
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(-(2**31), 2**31 - 1))
        content = save({**arrays, name: changed}, meaning)
    elif damage == "shorter":
        content = save({**arrays, name: arrays[name][:-1].copy()}, meaning)
    elif damage == "gone":
        content = save({other: array for other, array in arrays.items() if other != name}, meaning)
    else:
        content = bytearray(model.content())
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("damaged") / "model.safetensors"
    path.write_bytes(content)
    try:
        read = read_trees(path)
    except InputError as error:
        problem = str(error)
    else:
        # A changed threshold, rank or count gives other rows, but no more than that.
        problem = "model.safetensors"
        drawn(Forest.of(read), Rows(1, 0, 50))
    assert "model.safetensors" in problem


@pytest.mark.parametrize("content", [b"", b"{}", b"\x80\x04.", b"\xff" * 100])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a model file"):
        read_trees(path)
