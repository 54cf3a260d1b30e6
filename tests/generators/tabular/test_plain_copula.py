"""Our own copula: shares are exact, dependence survives classes and ties, and missing values have reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab.errors import InputError
from synthlab.rows import Rows
from synthlab_tabular.copula import Category, Copula, Model, Steps, read_model
from synthlab_tabular.plain_copula import _behind, _Pieces, _series, learn_plain_copula
from synthlab_tabular.profile import Categories, Numbers

SIZE = 8_000


def numbers(name: str, values: Any, decimals: int | None = None, kind: Any = "number") -> Numbers:
    values = np.asarray(values, dtype=float)
    least, greatest = np.floor(np.nanmin(values)) - 1, np.ceil(np.nanmax(values)) + 1
    return Numbers(name, kind, values, decimals, least, greatest, float(np.isnan(values).mean()), "")


def table() -> list[Numbers | Categories]:
    chance = np.random.default_rng(4)
    hidden = chance.multivariate_normal(np.zeros(4), 0.6 * np.ones((4, 4)) + 0.4 * np.eye(4), SIZE)
    gain = np.where(hidden[:, 0] < 1.405, 0, np.rint(np.exp(hidden[:, 0] * 2)))
    visits = chance.poisson(5, SIZE).astype(float)
    visits[hidden[:, 2] > 1] = np.nan
    town = np.array([2, 0, 3, 1])[np.searchsorted([-1, 0, 0.5], hidden[:, 2])]
    return [
        numbers("gain", gain, 0, "integer"),
        numbers("income", np.exp(hidden[:, 1]), 2),
        numbers("visits", visits, 0, "integer"),
        Categories("town", "string", ["a", "b", "c", "d"], town, ""),
        Categories("label", "boolean", [False, True], (hidden[:, 3] > 0.7).astype(np.int64), ""),
    ]


@pytest.fixture(scope="module")
def model() -> Model:
    return learn_plain_copula(table(), "label")


def drawn(model: Model, rows: Rows) -> dict[str, Any]:
    copula = Copula.of(model)
    latent = copula.latent(rows)
    return {n: m.draw(latent[n], rows).to_numpy(zero_copy_only=False) for n, m in copula.marginals.items()}


def test_a_value_of_most_rows_keeps_its_share_and_every_class_too(model: Model) -> None:
    made = drawn(model, Rows(1, 0, 100_000))
    real = {column.name: column for column in table()}
    assert (made["gain"] == 0).mean() == pytest.approx((real["gain"].values == 0).mean(), abs=0.004)
    assert set(np.unique(made["gain"][made["gain"] < 10])) <= set(np.unique(real["gain"].values))
    for code, town in enumerate("abcd"):
        share = (real["town"].codes == code).mean()
        assert (made["town"] == town).mean() == pytest.approx(share, abs=0.006)


def test_dependence_is_as_strong_behind_classes_and_ties_as_it_was(model: Model) -> None:
    # The order of the towns is found, up to its direction, from what goes with them.
    [town] = [column for column in model.columns if column.name == "town"]
    assert "".join(map(str, town.values)) in ("cadb", "bdac")
    correlation = np.abs(np.array(model.correlation))
    names = ["gain", "income", "visits", "visits missing", "town", "label"]
    for one, other in [("gain", "income"), ("gain", "town"), ("gain", "visits missing"), ("town", "label")]:
        found = correlation[names.index(one), names.index(other)]
        assert found == pytest.approx(0.6, abs=0.05), (one, other)


def test_which_values_are_missing_depends_on_other_columns(model: Model) -> None:
    made, real = drawn(model, Rows(1, 0, 60_000)), {column.name: column for column in table()}
    for label in (False, True):
        there = np.isnan(real["visits"].values)[real["label"].codes == label].mean()
        assert np.isnan(made["visits"])[made["label"] == label].mean() == pytest.approx(there, abs=0.03)


@given(
    st.floats(-0.9, 0.9),
    st.lists(st.integers(1, 100), min_size=2, max_size=12),
    st.lists(st.integers(1, 100), min_size=2, max_size=12),
)
@settings(max_examples=60, deadline=None)
def test_a_correlation_behind_two_columns_is_found_that_gives_what_was_seen(
    correlation: float, one: list[int], other: list[int]
) -> None:
    pieces = [_Pieces(np.zeros(0, dtype=np.int64), np.array(w, dtype=float)) for w in (one, other)]
    series = np.array([_series(each) for each in pieces])
    powers = correlation ** np.arange(1, series.shape[1] + 1)
    wanted = (series[:, None, :] * series[None, :, :] * powers).sum(axis=2)
    found = _behind(wanted, series)[0, 1] ** np.arange(1, series.shape[1] + 1)
    # Where rare values hardly meet, many correlations come to the same.
    assert (series[0] * series[1] * found).sum() == pytest.approx(wanted[0, 1], abs=1e-3)


def test_the_same_table_gives_the_same_file_and_it_is_read_back(model: Model, tmp_path: Path) -> None:
    drawn(model, Rows(1, 0, 10))  # which leaves the model as it was
    assert learn_plain_copula(table(), "label").content() == model.content()
    (tmp_path / "model.json").write_bytes(model.content())
    assert read_model(tmp_path / "model.json") == model


@given(start=st.integers(0, 10**12), size=st.integers(1, 200), cut=st.integers(0, 200))
@settings(max_examples=20, deadline=None)
def test_any_rows_are_those_of_the_whole(model: Model, start: int, size: int, cut: int) -> None:
    cut = min(cut, size)
    whole, part = drawn(model, Rows(5, start, start + size)), drawn(model, Rows(5, start + cut, start + size))
    picked = drawn(model, Rows(5, 0, 1).at(np.arange(start, start + size)[::-1]))
    for name, values in whole.items():
        np.testing.assert_array_equal(values[cut:], part[name])
        np.testing.assert_array_equal(values, picked[name][::-1])


@pytest.mark.parametrize("target", [None, "x", "town"])
def test_odd_tables_are_learned(target: str | None) -> None:
    chance = np.random.default_rng(0)
    x = chance.normal(size=300)
    columns: list[Numbers | Categories] = [
        numbers("x", x),
        numbers("same", x),  # nothing but a copy
        numbers("mostly missing", np.where(np.arange(300) < 280, np.nan, x)),
        Categories("town", "string", ["a", "b", None], chance.integers(0, 3, 300), ""),
    ]
    made = drawn(learn_plain_copula(columns, target), Rows(1, 0, 5_000))
    assert np.corrcoef(made["x"], made["same"])[0, 1] > 0.95
    assert np.isnan(made["mostly missing"]).mean() == pytest.approx(280 / 300, abs=0.02)
    alone = drawn(learn_plain_copula(columns[3:], None), Rows(1, 0, 100))
    assert set(alone["town"]) == {"a", "b", None}


def test_a_model_of_steps_that_does_not_fit_together_is_refused(tmp_path: Path) -> None:
    good = Steps(name="x", type="number", decimals=1, low=[0, 1], high=[1, 2], weights=[1, 2], missing=0.5)
    label = Category(name="y", type="integer", values=[0, 1], weights=[1, 1])
    text = Model(columns=[good, label], correlation=np.eye(3).tolist()).content().decode()
    for old, new, message in [
        ('"weights":[1.0,2.0]', '"weights":[1.0]', "weight"),
        ('"low":[0.0,1.0]', '"low":[3.0,1.0]', "rise"),
        ('"weights":[1.0,2.0]', '"weights":[1.0,NaN]', "finite|JSON"),
        ('"weights":[1.0,2.0]', '"weights":[0.0,0.0]', "not all 0"),
        ('"missing":0.5', '"missing":0.0', "not 2 by 2"),
        ('"missing":0.5', '"missing":-1', "greater"),
    ]:
        compact = text.replace(", ", ",").replace(": ", ":")
        assert old in compact
        (tmp_path / "model.json").write_text(compact.replace(old, new))
        with pytest.raises(InputError, match=message):
            read_model(tmp_path / "model.json")
