"""Networks of SDV: rows as it draws them, but each for itself, without SDV, from a file of plain numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from synthlab.errors import InputError
from synthlab.rows import Rows
from synthlab_tabular.networks import Network, NetworkModel, learn, read_network
from synthlab_tabular.profile import Categories, Numbers
from synthlab_tabular.sdv_networks import Kind, take_apart, train
from synthlab_tabular.synthesizers import SYNTHESIZERS, read_model

SIZE = 600
KINDS: list[Kind] = ["tvae", "ctgan", "copula_gan"]
SECRET = 8_675_309.0


def table(size: int = SIZE) -> list[Numbers | Categories]:
    """Return columns of every kind, with one salary like no other, and a plan that depends on the age."""
    chance = np.random.default_rng(2)
    age = np.rint(chance.normal(45, 12, size))
    salary = np.round(chance.gamma(3, 9_000, size), 2)
    salary[chance.random(size) < 0.2] = np.nan
    salary[17] = SECRET
    gain = np.where(chance.random(size) < 0.9, 0.0, np.rint(chance.gamma(2, 500, size)))
    plan = (age + chance.normal(0, 5, size) > 50).astype(np.int64)
    return [
        Numbers("age", "integer", age, 0, 0, 100, 0, ""),
        Numbers("salary", "number", salary, 2, 0, 9_000_000, float(np.isnan(salary).mean()), ""),
        Numbers("gain", "integer", gain, 0, 0, 10_000, 0, ""),
        Categories("plan", "boolean", [False, True], plan, ""),
        Categories("town", "string", ["a", "b", "c", None], chance.integers(0, 4, size), ""),
    ]


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return cast(Kind, request.param)


@pytest.fixture(scope="module")
def content(kind: Kind) -> bytes:
    return SYNTHESIZERS[kind].learn(table(), "plan", Rows(7, 0, SIZE), {"epochs": "1"})


@pytest.fixture(scope="module")
def path(content: bytes, kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp(kind) / "model.safetensors"
    path.write_bytes(content)
    return path


def drawn(model: Any, rows: Rows) -> dict[str, Any]:
    latent = model.latent(rows)
    made = {name: model.marginals[name].draw(latent[name], rows) for name in latent}
    return {name: values.to_numpy(zero_copy_only=False) for name, values in made.items()}


def test_a_network_gives_the_columns_of_the_table(path: Path) -> None:
    made = drawn(read_model(path), Rows(1, 0, 3_000))
    assert list(made) == ["age", "salary", "gain", "plan", "town"]
    assert np.array_equal(made["age"], np.rint(made["age"]))
    assert set(made["town"]) <= {"a", "b", "c", None}
    there = made["salary"][~np.isnan(made["salary"])]
    assert np.array_equal(there, np.round(there, 2))
    assert 0 <= there.min() <= there.max() <= 9_000_000


def test_the_same_seed_gives_the_same_file_and_another_one_another(kind: Kind, content: bytes) -> None:
    np_state = np.random.get_state()[1].tolist()  # noqa: NPY002
    again = SYNTHESIZERS[kind].learn(table(), "plan", Rows(7, 0, SIZE), {"epochs": "1"})
    assert again == content
    assert SYNTHESIZERS[kind].learn(table(), "plan", Rows(8, 0, SIZE), {"epochs": "1"}) != content
    assert np.random.get_state()[1].tolist() == np_state  # noqa: NPY002


@given(start=st.integers(0, 10**12), size=st.integers(1, 5_000), cut=st.integers(0, 5_000))
@settings(max_examples=8, deadline=None)
def test_any_rows_are_those_of_the_whole(path: Path, start: int, size: int, cut: int) -> None:
    model, cut = read_model(path), min(cut, size)
    whole = drawn(model, Rows(5, start, start + size))
    part = drawn(model, Rows(5, start + cut, start + size))
    picked = drawn(model, Rows(5, 0, 1).at(np.arange(start, start + size)[::-7]))
    for name, values in whole.items():
        np.testing.assert_array_equal(values[cut:], part[name])
        np.testing.assert_array_equal(values[::-7], picked[name])


def test_the_sums_of_a_network_are_exact(path: Path) -> None:
    model = cast(Network, read_model(path))
    rows = Rows(3, 0, 40)
    outputs = model._outputs(rows)
    forwards = model.layers
    # The same sums in the other order, in whole numbers of any size.
    words = rows.stream("fitted", "noise").words(model.noise // 4).reshape(40, -1)
    from synthlab_tabular.networks.draw import _normals

    values = _normals().take(words.astype("<u8").view("<u2")).astype(object)
    asked = rows.stream("fitted", "asked").choice(model.asked) if model.asked else None
    for place, (weights, classes, bias) in enumerate(forwards):
        whole = weights.astype(np.int64).astype(object)
        sums = values[:, ::-1] @ whole[::-1] + bias.astype(np.int64).astype(object)
        if asked is not None and len(classes):
            sums = sums + classes.astype(np.int64).astype(object)[asked]
        if place + 1 < len(forwards):
            # Half to even, as in floats.
            given = [[min(max(_halved(total), 0), 2**20) for total in row] for row in sums]
            given = np.array(given, dtype=object)
            values = np.concatenate([given, values], axis=1) if model.joined else given
    assert np.array_equal(outputs.T, np.array(sums, dtype=np.float64) / 2.0**28)


def _halved(total: int) -> int:
    """Return a whole number divided by 2**16, to the nearest, half to even."""
    whole, rest = divmod(int(total), 2**16)
    return whole + (rest > 2**15 or (rest == 2**15 and whole % 2 == 1))


def test_nothing_of_a_single_row_is_seen_or_kept(content: bytes) -> None:
    seen = learn.seen(table(), Rows(7, 0, SIZE))
    real = table()[1]
    assert isinstance(real, Numbers)
    exact = set(real.values[~np.isnan(real.values)].tolist())
    assert SECRET not in seen["n1"]
    # Salaries with cents: hardly one of those seen is that of a person.
    assert np.isin(seen["n1"], list(exact)).mean() < 0.02
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    shapes = [entry["shape"] for name, entry in header.items() if name != "__metadata__"]
    assert all(SIZE not in shape for shape in shapes)
    assert "8675309" not in header["__metadata__"]["synthlab"]


def test_drawing_needs_no_torch(path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from synthlab.rows import Rows
from synthlab_tabular.synthesizers import read_model
read_model(Path({str(path)!r})).latent(Rows(1, 0, 10))
sys.exit(", ".join(m for m in ("sdv", "ctgan", "torch", "rdt", "scipy", "sklearn") if m in sys.modules) or 0)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_training_is_quiet_and_leaves_the_home_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    source = tmp_path / "a.csv"
    source.write_text("x,y\n" + "".join(f"{i % 17},{'ab'[i % 2]}\n" for i in range(200)))
    program = f"""
import synthlab
options = {{"synthesizer": "ctgan", "epochs": "1"}}
synthlab.fit({str(source)!r}, {str(tmp_path / "a.yaml")!r}, options=options)
"""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", program],
        env={**environment, "HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list((tmp_path / "home").rglob("*sdv*")) == []


def test_rows_are_distributed_as_sdv_draws_them(kind: Kind) -> None:
    size, columns = 20_000, table()
    made, normal = train(kind, learn.seen(columns, Rows(1, 0, SIZE)), epochs=30, seed=3)
    ours = drawn(
        Network.of(learn.compiled(columns, take_apart(made, normal, learn.points()))), Rows(1, 0, size)
    )
    frames = [made.sample(size) for _ in range(2)]
    for transformer in normal.values():
        frames = [transformer.reverse_transform(frame) for frame in frames]
    for code in range(2):
        theirs = [(frame["c3"] == code).mean() for frame in frames]
        assert (ours["plan"] == bool(code)).mean() == pytest.approx(theirs[0], abs=0.02)
    lost = np.isnan(ours["salary"])
    assert lost.mean() == pytest.approx((frames[0]["m1"] == 0).mean(), abs=0.02)
    for name, theirs in (("age", "n0"), ("gain", "n2")):
        sdv = [np.clip(np.round(frame[theirs].to_numpy(float)), 0, 10_000) for frame in frames]
        ends = np.unique(np.quantile(sdv[0], np.linspace(0, 1, 12)[1:-1]))
        shares = [
            np.bincount(np.searchsorted(ends, v), minlength=len(ends) + 1) / size
            for v in (ours[name].astype(float), *sdv)
        ]
        between, own = (np.abs(shares[1] - other).sum() / 2 for other in (shares[0], shares[2]))
        assert between < 0.03 + 1.5 * own
    both = [np.corrcoef(frame["n0"], frame["c3"])[0, 1] for frame in frames]
    found = np.corrcoef(ours["age"].astype(float), ours["plan"].astype(float))[0, 1]
    assert np.nan_to_num(found) == pytest.approx(np.nan_to_num(both[0]), abs=0.05)


# Files


def header_of(content: bytes) -> dict[str, Any]:
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    found: dict[str, Any] = json.loads(header["__metadata__"]["synthlab"])
    return found


def test_a_model_is_read_back_as_it_was(path: Path, content: bytes) -> None:
    assert read_network(path).content() == content


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "synthlab.network/9"}, "format"),
        ({"noise": 10**6}, "noise"),
        ({"noise": 64}, "does not fit"),
        ({"classes": "eval"}, "classes"),
        ({"activation": "swish"}, "Extra"),
        ({"columns": []}, "at least 1"),
        ({"asked": [0.5]}, "not those of the columns"),
    ],
)
def test_a_header_that_says_other_things_is_refused(
    path: Path, content: bytes, change: dict[str, Any], message: str, tmp_path: Path
) -> None:
    other = tmp_path / "model.safetensors"
    other.write_bytes(save(load(content), {"synthlab": json.dumps(header_of(content) | change)}))
    with pytest.raises(InputError, match=message):
        read_network(other)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_is_refused_or_harmless(
    content: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    arrays = load(content)
    name = data.draw(st.sampled_from(sorted(arrays)))
    damage = data.draw(st.sampled_from(["value", "shorter", "gone", "type", "column", "bytes"]))
    meaning = header_of(content)
    if damage == "value":
        changed = arrays[name].copy()
        place = data.draw(st.integers(0, changed.size - 1))
        changed.reshape(-1)[place] = data.draw(st.integers(-(2**31), 2**31 - 1))
        arrays[name] = changed
    elif damage == "shorter":
        arrays[name] = arrays[name][:-1].copy()
    elif damage == "gone":
        del arrays[name]
    elif damage == "type":
        arrays[name] = np.full(arrays[name].shape, np.nan)
    elif damage == "column":
        column = data.draw(st.sampled_from(meaning["columns"]))
        key = data.draw(st.sampled_from(sorted(set(column) - {"name"})))
        column[key] = data.draw(st.sampled_from([None, -1, 10**400, [], [1e308], "x", {}]))
    written = save(arrays, {"synthlab": json.dumps(meaning)})
    if damage == "bytes":
        written = bytearray(written)
        written[data.draw(st.integers(0, len(written) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("damaged") / "model.safetensors"
    path.write_bytes(written)
    try:
        model = read_model(path)
    except InputError as error:
        assert "model.safetensors" in str(error)  # noqa: PT017
    else:
        # Another weight gives other rows, but no more than that.
        drawn(model, Rows(1, 0, 50))


def test_a_network_that_is_too_wide_to_be_exact_is_refused(path: Path, tmp_path: Path) -> None:
    model = read_network(path)
    weights, bias = model.layers[0]
    other = tmp_path / "model.safetensors"
    large = weights.copy()
    large[0, 0] = 2**24
    other.write_bytes(NetworkModel(model.header, [(large, bias), *model.layers[1:]]).content())
    with pytest.raises(InputError, match="128 or more"):
        read_network(other)


# Options


def test_what_is_not_offered_or_fits_another_synthesizer_says_so(tmp_path: Path) -> None:
    import synthlab

    source = tmp_path / "a.csv"
    source.write_text("x,y\n" + "".join(f"{i % 7},{'ab'[i % 2]}\n" for i in range(100)))
    for options, message in [
        ({"synthesizer": "gaussian_kde"}, "keeps every row"),
        ({"synthesizer": "ctgn"}, "did you mean 'ctgan'"),
        ({"synthesizer": "ctgan", "epochs": "many"}, "a whole number"),
        ({"synthesizer": "ctgan", "epochs": "0"}, "a whole number"),
        ({"synthesizer": "trees", "epochs": "5"}, "only for --synthesizer"),
        ({"epochs": "5"}, "only for --synthesizer"),
        ({"synthesizer": "trees", "budget": "5"}, "only for --synthesizer auto"),
        ({"budget": "soon"}, "number of seconds"),
        ({"epoch": "5"}, "did you mean 'epochs'"),
    ]:
        with pytest.raises(InputError, match=message):
            synthlab.fit(source, tmp_path / "a.yaml", options=options)
    assert not (tmp_path / "a.yaml").exists()
