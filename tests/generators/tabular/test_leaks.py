"""What one row alone has is nowhere: not in the model, the schema, the notes or a hundred thousand rows."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import synthlab
from synthlab_tabular.synthesizers import SYNTHESIZERS

QUICK = ("trees", "copula", "gaussian_copula")
ROWS = 3_000
CARD, IBAN, NAME = "4929133783294514", "DE44500105175407324931", "Wilhelmina Featherstonehaugh"
DIAGNOSIS, SALARY, BIRTH, EMAIL = "Fabry disease", 98_765_431, "1903-02-11", "w.featherstonehaugh@example.org"
NOTE = "Told me about her divorce in Ottery St Mary"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of people of whom one has everything that nobody else has."""
    chance = np.random.default_rng(11)
    first, last = ("Anna", "John", "Mary", "Peter", "Laura"), ("Smith", "Miller", "Jones", "Brown", "Davis")
    columns: dict[str, list[Any]] = {
        "full_name": [
            f"{chance.choice(first)} {chance.choice(last)}-{chance.choice(last)}" for _ in range(ROWS)
        ],
        "email": [f"user{i}@example.com" for i in range(ROWS)],
        "card": [_card(chance) for _ in range(ROWS)],
        "account": [_iban(chance) for _ in range(ROWS)],
        "birth": [str(np.datetime64("1950-01-01") + int(d)) for d in chance.integers(0, 18_000, ROWS)],
        "diagnosis": chance.choice(["asthma", "diabetes", "none"], ROWS).tolist(),
        "salary": chance.integers(20_000, 90_000, ROWS).tolist(),
        "note": [f"came {i} times and was well on day {i}" for i in range(ROWS)],
        "left": chance.choice(["yes", "no"], ROWS).tolist(),
    }
    planted = dict(
        zip(columns, (NAME, EMAIL, CARD, IBAN, BIRTH, DIAGNOSIS, SALARY, NOTE, "yes"), strict=True)
    )
    for name, value in planted.items():
        columns[name][1_234] = value
    path = tmp_path_factory.mktemp("leaks") / "people.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(columns)
        out.writerows(zip(*columns.values(), strict=True))
    return path


def _card(chance: np.random.Generator) -> str:
    digits = [4, *chance.integers(0, 10, 14).tolist()]
    doubled = [d * 2 - 9 * (d > 4) if place % 2 == 0 else d for place, d in enumerate(digits)]
    return "".join(map(str, digits)) + str(-sum(doubled) % 10)


def _iban(chance: np.random.Generator) -> str:
    account = "".join(map(str, chance.integers(0, 10, 18).tolist()))
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


@pytest.mark.parametrize(
    "synthesizer",
    [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in SYNTHESIZERS],
)
def test_what_one_row_alone_has_is_nowhere(table: Path, tmp_path: Path, synthesizer: str) -> None:
    epochs = {} if synthesizer in QUICK else {"epochs": "1"}
    made = synthlab.fit(table, tmp_path / "out.yaml", options={"synthesizer": synthesizer, **epochs})
    told = made.schema.read_text() + "\n".join(made.notes)
    written = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    secrets = (NAME, "Featherstonehaugh", CARD, IBAN, DIAGNOSIS, str(SALARY), BIRTH, EMAIL, NOTE, "Ottery")
    for secret in secrets:
        assert secret not in told
        for name, content in written.items():
            assert secret.encode() not in content, f"{secret} is in {name}"
    for name, content in written.items():
        for number in _numbers(name, content):
            assert not np.isclose(number, SALARY, rtol=1e-6).any()
    rows = synthlab.load(made.schema, rows=100_000).to_pandas()
    assert rows["salary"].max() < 1_000_000
    assert rows["birth"].astype(str).min() > "1940"
    everything = rows.astype(str).to_csv(index=False)
    for secret in secrets:
        assert secret not in everything
    real = set(table.read_text().splitlines())
    assert not real & set(everything.splitlines()[1:])


def _numbers(name: str, content: bytes) -> list[Any]:
    """Return the arrays of a safetensors file."""
    if not name.endswith(".safetensors"):
        return []
    from safetensors.numpy import load

    return [array.astype(np.float64).ravel() for array in load(content).values()]


def test_the_card_and_the_account_are_real_ones() -> None:
    # Else the rules that find them would not be what keeps them out.
    from synthlab_tabular.column import array
    from synthlab_tabular.personal import by_value

    assert by_value(array([CARD])) is not None
    assert by_value(array([IBAN])) is not None
