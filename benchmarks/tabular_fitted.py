"""Fitted tables: what each synthesizer is worth, beside the real table and SDV itself.

    python benchmarks/tabular_fitted.py --data FOLDER            # with adult-train.csv and adult-test.csv
    python benchmarks/tabular_fitted.py --train A.csv --test B.csv --target COLUMN [--quick]

Each synthesizer is fitted on the training rows with every seed and makes as many rows. Utility is that of
models trained on them and tested on the real test rows: gradient boosting and a linear model. "closer" is
the share of rows nearer to training than to test rows (0.5 is best), with the median of its 95% interval;
"copies" those that equal a training row, beside how many test rows do; quality is SDMetrics' report. Seconds
are of CPU, user and system, on one thread; a fit includes reading the file. Medians over the seeds, the
lowest and the highest in brackets. Networks take long, and have tabular_networks.py to themselves. Exits
with 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
from tables.promises import Promise

import synthlab
from synthlab.audit import closeness, utility
from synthlab_tabular.choosing import TRIED
from synthlab_tabular.profile import Categories, Numbers, profile
from synthlab_tabular.reading import read_table

SAMPLED = 131_072
Frame = Any

# What is promised of Adult: the measure, and its least (or most) median.
FLOORS = {"boosting": 0.918, "linear": 0.900, "quality": 0.985, "rows a second": 500_000}
CEILINGS = {"closer": 0.52, "fit": 3.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="the folder of the Adult table")
    parser.add_argument("--train", type=Path)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--target", default="income")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--quick", action="store_true", help="one seed, and no SDMetrics")
    given = parser.parse_args()
    if given.data:
        given.train, given.test = given.data / "adult-train.csv", given.data / "adult-test.csv"
    if not given.train or not given.test:
        parser.error("give --data, or --train and --test")
    warnings.simplefilter("ignore")
    real, test = as_table(given.train), as_table(given.test)
    shared = [name for name in real.column_names if name in test.column_names]
    real, test = real.select(shared), test.select(shared)
    seeds = range(1 if given.quick else given.seeds)
    best = utility(real, test, given.target)
    print(f"{given.train.name}: {real.num_rows:,} rows; {len(seeds)} seeds\n")
    print(f"| | {best.measure}, boosting | linear | quality | closer | copies | fit, CPU-s | rows a CPU-s |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    print(f"| the real table | {best.boosting:.3f} | {best.linear:.3f} | 1 | | | | |")
    promises = []
    for name in TRIED:
        found = [run(name, seed, given, real, test) for seed in seeds]
        print(line(name, found))
        if name == "trees" and given.data and not given.quick:
            promises = list(promised(found))
    print(line("SDV's own gaussian_copula", [run_sdv(given, real, test)]))
    for promise in promises:
        kept = "kept" if promise.kept else "NOT KEPT"
        print(f"\n{promise.what}: {promise.found}, promised {promise.promised}: {kept}")
    sys.exit(0 if all(promise.kept for promise in promises) else 1)


def run(name: str, seed: int, given: argparse.Namespace, real: pa.Table, test: pa.Table) -> dict[str, float]:
    """Return all measures of one fit."""
    with TemporaryDirectory() as folder:
        options = {"target": given.target, "synthesizer": name}
        began = time.process_time()
        made = synthlab.fit(given.train, Path(folder) / "fitted.yaml", seed=seed, options=options)
        fit = time.process_time() - began
        dataset = synthlab.load(made.schema, rows=max(SAMPLED, real.num_rows))
        dataset[0:1].to_table()
        began = time.process_time()
        dataset[0:SAMPLED].to_table()
        rate = SAMPLED / (time.process_time() - began)
        table = pa.Table.from_pandas(dataset[0 : real.num_rows].to_pandas()).select(real.column_names)
    return measured(table, real, test, given, seed, fit, rate)


def run_sdv(given: argparse.Namespace, real: pa.Table, test: pa.Table) -> dict[str, float]:
    """Return all measures of SDV as it comes, told what is a number and what a category."""
    from synthlab_tabular.sdv_copula import synthesizer

    frame = real.to_pandas()
    kinds = {name: frame[name].dtype.kind in "iuf" for name in frame}
    numbers = {name: frame[name].to_numpy(float) for name, number in kinds.items() if number}
    classes = {name: sorted(frame[name].dropna().unique()) for name, number in kinds.items() if not number}
    codes = {
        name: np.array([known.index(v) if v in known else len(known) for v in frame[name]])
        for name, known in classes.items()
    }
    began = time.process_time()
    made = synthesizer(numbers, codes)
    fit = time.process_time() - began
    began = time.process_time()
    made.sample(num_rows=SAMPLED)
    rate = SAMPLED / (time.process_time() - began)
    drawn = made.sample(num_rows=real.num_rows)["table"]
    columns: dict[str, Any] = {}
    for name in real.column_names:
        if name in classes:
            values = [*classes[name], None]
            columns[name] = pa.array([values[int(code)] for code in drawn[name]], pa.string())
        else:
            columns[name] = pa.array(drawn[name].round().to_numpy(float))
    return measured(pa.table(columns), real, test, given, 0, fit, rate)


def measured(
    made: pa.Table,
    real: pa.Table,
    test: pa.Table,
    given: argparse.Namespace,
    seed: int,
    fit: float,
    rate: float,
) -> dict[str, float]:
    """Return all measures of synthetic rows."""
    worth = utility(made, test, given.target)
    near = closeness(made, real, test, seed=seed)
    return {
        "boosting": worth.boosting,
        "linear": worth.linear,
        "quality": float("nan") if given.quick else quality(made, real),
        "closer": near.share,
        "low": near.low,
        "high": near.high,
        "copies": near.copies,
        "natural": near.holdout_copies,
        "fit": fit,
        "rows a second": rate,
    }


def quality(made: pa.Table, real: pa.Table) -> float:
    """Return the score of SDMetrics' quality report."""
    from sdmetrics.reports.single_table import QualityReport

    frames: list[Frame] = [table.to_pandas() for table in (real, made)]
    numbers = {name: frames[0][name].dtype.kind in "iuf" for name in frames[0]}
    for frame in frames:
        for name, number in numbers.items():
            frame[name] = frame[name].astype(float if number else object)
    kinds = {name: {"sdtype": "numerical" if number else "categorical"} for name, number in numbers.items()}
    report = QualityReport()
    report.generate(*frames, {"columns": kinds}, verbose=False)
    return float(report.get_score())


def as_table(path: Path) -> pa.Table:
    """Return a real table with the types that a fitted one has."""
    casts: dict[str, Callable[[Any], Any]] = {
        "integer": lambda v: v.cast(pa.int64()),
        "number": lambda v: v.cast(pa.float64()),
        "boolean": lambda v: v.cast(pa.bool_()),
        "string": lambda v: v,
    }
    columns = {}
    for name, values in read_table(path).columns.items():
        found = profile(name, values)
        if isinstance(found, (Numbers, Categories)):
            columns[name] = casts.get(found.type, lambda v: v)(values)
    return pa.table(columns)


def line(name: str, found: list[dict[str, float]]) -> str:
    """Return a line of the table: medians, with the lowest and the highest of several."""

    def shown(key: str, form: str) -> str:
        values = [one[key] for one in found]
        middle = format(statistics.median(values), form)
        return middle if len(values) == 1 else f"{middle} ({min(values):{form}} to {max(values):{form}})"

    middle = {key: statistics.median(one[key] for one in found) for key in found[0]}
    closer = f"{shown('closer', '.3f')}, interval {middle['low']:.3f} to {middle['high']:.3f}"
    copies = f"{middle['copies']:.2%} (test {middle['natural']:.2%})"
    cells = [shown("boosting", ".3f"), shown("linear", ".3f"), shown("quality", ".3f"), closer, copies]
    return f"| {name} | {' | '.join(cells)} | {shown('fit', '.2f')} | {middle['rows a second']:,.0f} |"


def promised(found: list[dict[str, float]]) -> Any:
    """Yield what is promised of the trees on Adult."""
    middle = {key: statistics.median(one[key] for one in found) for key in found[0]}
    for key, floor in FLOORS.items():
        yield Promise(f"trees, {key}", f"{middle[key]:,.4g}", f"{floor:,} at least", middle[key] >= floor)
    for key, most in CEILINGS.items():
        yield Promise(f"trees, {key}", f"{middle[key]:.4g}", f"{most} at most", middle[key] <= most)
    kept = middle["copies"] <= middle["natural"]
    yield Promise("trees, copies", f"{middle['copies']:.3%}", f"{middle['natural']:.3%} at most", kept)


if __name__ == "__main__":
    main()
