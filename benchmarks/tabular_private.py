"""Differential privacy on the Adult table: what a model trained on private rows is worth on real ones.

    python benchmarks/tabular_private.py --data FOLDER            # with adult-train.csv and adult-test.csv

Each epsilon is fitted anew with every seed (the noise itself has no seed), delta 1e-6, neighbours by one row
added or removed, with the domain of benchmarks/domains/adult.yaml; all steps are inside the budget. As many
rows as the fit says are made; gradient boosting and a linear model are trained on them and tested on the real
test rows. CPU-seconds, user and system. Exits with 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from tables.promises import Promise
from tabular_fitted import as_table

import synthlab
from synthlab.audit import fidelity, utility

DOMAIN = Path(__file__).parent / "domains" / "adult.yaml"
LEAST = {1.0: 0.87, 3.0: 0.89, 10.0: 0.90}
SAMPLED = 131_072


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the Adult table")
    parser.add_argument("--seeds", type=int, default=4)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    real, test = (as_table(given.data / f"adult-{part}.csv") for part in ("train", "test"))
    best = utility(real, test, "income")
    print("| | AUC, boosting | linear | likeness | fit, CPU-s | rows a CPU-s |")
    print("|---|---:|---:|---:|---:|---:|")
    print(f"| the real table | {best.boosting:.3f} | {best.linear:.3f} | 1 | | |")
    promises = []
    for epsilon, least in LEAST.items():
        found = [
            run(epsilon, seed, given.data / "adult-train.csv", real, test) for seed in range(given.seeds)
        ]
        print(
            f"| epsilon {epsilon:g} | "
            + " | ".join(shown(values) for values in zip(*found, strict=True))
            + " |"
        )
        middle = statistics.median(one[0] for one in found)
        promises.append(
            Promise(f"AUC at epsilon {epsilon:g}", f"{middle:.3f}", f"{least} at least", middle >= least)
        )
    for promise in promises:
        kept = "kept" if promise.kept else "NOT KEPT"
        print(f"\n{promise.what}: {promise.found}, promised {promise.promised}: {kept}")
    sys.exit(0 if all(promise.kept for promise in promises) else 1)


def run(epsilon: float, seed: int, train: Path, real: pa.Table, test: pa.Table) -> tuple[float, ...]:
    """Return the measures of one fit."""
    with TemporaryDirectory() as folder:
        options = {
            "synthesizer": "dp_trees",
            "target": "income",
            "epsilon": str(epsilon),
            "domain": str(DOMAIN),
            "ledger": str(Path(folder) / "ledger.jsonl"),
        }
        began = time.process_time()
        made = synthlab.fit(train, Path(folder) / "private.yaml", seed=seed, options=options)
        fit = time.process_time() - began
        dataset = synthlab.load(made.schema)
        rows = pa.Table.from_pandas(dataset.to_pandas()).select(real.column_names)
        dataset = synthlab.load(made.schema, rows=SAMPLED)
        dataset[0:1].to_table()
        began = time.process_time()
        dataset.to_table()
        rate = SAMPLED / (time.process_time() - began)
    worth = utility(rows, test, "income")
    return worth.boosting, worth.linear, fidelity(rows, test).score, fit, rate


def shown(values: tuple[float, ...]) -> str:
    """Return the median, with the lowest and the highest."""
    form = ",.0f" if values[0] > 1_000 else ".3f"
    middle = format(statistics.median(values), form)
    return f"{middle} ({min(values):{form}} to {max(values):{form}})"


if __name__ == "__main__":
    main()
