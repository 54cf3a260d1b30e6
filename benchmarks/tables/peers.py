"""The ten columns by one of the peers, in a process of its own: prints its version and rows a CPU-second.

    PYTHON benchmarks/tables/peers.py faker 2000 3

It needs the peer alone. Each makes the columns in the way that its documentation shows for many rows; where
it has no distribution of that kind, Python's own. All rows are kept as tuples: no time goes into a table.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

PLANS, SHARES = ("basic", "plus", "premium"), (60, 90, 100)
FIRST_DAY = datetime.datetime(2024, 1, 1)  # noqa: DTZ001  all times here are without a zone
SECONDS = 366 * 86_400


def numbers(chance: random.Random) -> tuple[Any, ...]:
    """Return age, income, plan, time and label of one person."""
    age = 0
    while not 18 <= age <= 90:
        age = round(chance.gauss(42, 15))
    income = round(chance.lognormvariate(10 + 0.012 * age, 0.45), 2)
    plan = chance.choices(PLANS, cum_weights=SHARES)[0]
    seen = FIRST_DAY + datetime.timedelta(seconds=chance.randrange(SECONDS))
    left = (plan == "basic" and income < 35_000) or age > 70
    return age, income, plan, seen, left != (chance.random() < 0.02)


def by_faker(rows: int, *, weighted: bool) -> list[tuple[Any, ...]]:
    """Return rows by Faker, with names as frequent as they are or all as likely."""
    from faker import Faker

    fake = Faker("en_US", use_weighting=weighted)
    fake.seed_instance(7)
    chance = fake.random
    return [
        (i, fake.name(), fake.email(), fake.address(), fake.phone_number(), *numbers(chance))
        for i in range(rows)
    ]


def by_mimesis(rows: int) -> list[tuple[Any, ...]]:
    """Return rows by Mimesis, its providers called directly: faster than through its `Schema`."""
    from mimesis import Address, Person
    from mimesis.locales import Locale

    person, place, chance = Person(Locale.EN, seed=7), Address(Locale.EN, seed=7), random.Random(7)

    def address() -> str:
        return f"{place.address()}, {place.city()}, {place.state(abbr=True)} {place.zip_code()}"

    return [
        (i, person.full_name(), person.email(), address(), person.phone_number(), *numbers(chance))
        for i in range(rows)
    ]


def by_snowfakery(rows: int) -> None:
    """Make rows by Snowfakery from the recipe beside this file, as text that is thrown away."""
    from snowfakery import generate_data

    recipe = Path(__file__).with_name("snowfakery.recipe.yml")
    with Path(os.devnull).open("w") as nowhere:
        generate_data(recipe, target_number=(rows, "Person"), output_file=nowhere, output_format="txt")


# Name -> (distribution, what makes rows)
PEERS: dict[str, tuple[str, Callable[[int], object]]] = {
    "faker": ("faker", lambda rows: by_faker(rows, weighted=True)),
    "faker-unweighted": ("faker", lambda rows: by_faker(rows, weighted=False)),
    "mimesis": ("mimesis", by_mimesis),
    "snowfakery": ("snowfakery", by_snowfakery),
}


def rates(make: Callable[[int], object], rows: int, runs: int) -> Iterator[float]:
    """Yield rows a CPU-second of each run: those beyond the first few, so that start-up is left out."""
    few = max(1, rows // 10)
    for _ in range(runs):
        began = time.process_time()
        make(few)
        between = time.process_time()
        make(few + rows)
        yield rows / ((time.process_time() - between) - (between - began))


def main() -> None:
    name, rows, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    distribution, make = PEERS[name]
    try:
        found = version(distribution)
    except ImportError:
        print(json.dumps(None))
        return
    make(10)
    print(json.dumps({"version": found, "rates": list(rates(make, rows, runs))}))


if __name__ == "__main__":
    main()
