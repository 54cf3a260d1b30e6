"""Networks of SDV: our rows beside its own, drawn from one trained network.

    OPENBLAS_NUM_THREADS=1 python benchmarks/tabular_networks.py --data FOLDER [--epochs 20] [--only tvae]

Each network is trained once on the training rows, and both SDV and we draw from it: as many rows as the real
table has for what they are worth, 50,000 for the speed. "apart" is the greatest total variation distance of
a column (numbers in 20 intervals), and of a pair of columns (in 5), between our rows and SDV's, beside that
of two samples of SDV's. Other measures are those of tabular_fitted.py. Seconds are of CPU, on one thread; the
training is of columns that were read before. Exits with 1 when our rows are further from SDV's than 1.5 times
two of its own samples are from each other, or slower.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from tables.promises import Promise
from tabular_fitted import as_table, measured

from synthlab.rows import Rows
from synthlab_tabular.networks import Network, NetworkModel, learn
from synthlab_tabular.profile import Categories, Numbers, profile
from synthlab_tabular.reading import read_table
from synthlab_tabular.sdv_networks import Kind, take_apart, train

SAMPLED = 50_000
KINDS: tuple[Kind, ...] = ("tvae", "ctgan", "copula_gan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of the Adult table")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--quick", action="store_true", help="no SDMetrics")
    given = parser.parse_args()
    given.target = "income"
    warnings.simplefilter("ignore")
    train_file = given.data / "adult-train.csv"
    real, test = as_table(train_file), as_table(given.data / "adult-test.csv")
    found = [profile(n, v, is_target=n == "income") for n, v in read_table(train_file).columns.items()]
    columns = [one for one in found if isinstance(one, (Numbers, Categories))]
    torch.set_num_threads(1)
    print("| | AUC, boosting | linear | quality | closer | copies | fit, CPU-s | rows a CPU-s |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    promises: list[Promise] = []
    for kind in KINDS if given.only is None else [given.only]:
        promises += run(kind, columns, given, real, test)
    for promise in promises:
        kept = "kept" if promise.kept else "NOT KEPT"
        print(f"\n{promise.what}: {promise.found}, promised {promise.promised}: {kept}")
    sys.exit(0 if all(promise.kept for promise in promises) else 1)


def run(
    kind: Kind, columns: list[Numbers | Categories], given: argparse.Namespace, real: pa.Table, test: pa.Table
) -> list[Promise]:
    """Print what the rows of a network are worth, ours and SDV's, and return what is promised of them."""
    rows = Rows(0, 0, real.num_rows)
    began = time.process_time()
    made, normal = train(kind, learn.seen(columns, rows), epochs=given.epochs, seed=1)
    fit = time.process_time() - began
    ours_again = learn.compiled(columns, take_apart(made, normal, learn.points()))
    began = time.process_time()
    frames = [sdv_frame(made, normal) for _ in range(2)]
    sdv_rate = 2 * SAMPLED / (time.process_time() - began)
    theirs = [sdv_rows(frame, columns, ours_again) for frame in frames]
    model = Network.of(ours_again)
    drawn(model, Rows(1, 0, 10))
    began = time.process_time()
    ours = drawn(model, Rows(1, 0, SAMPLED))
    rate = SAMPLED / (time.process_time() - began)
    tables = [ours, *theirs]
    for name, table in zip((kind, "a sample of SDV's", "another one"), tables, strict=True):
        speed = rate if table is ours else sdv_rate
        some = table.slice(0, real.num_rows).select(real.column_names)
        worth = measured(some, real, test, given, 0, fit, speed)
        keys = ("boosting", "linear", "quality", "closer", "copies", "fit")
        print(f"| {name} | {' | '.join(f'{worth[key]:.3f}' for key in keys)} | {speed:,.0f} |", flush=True)
    promises = []
    for what, distance in (("column", columns_apart), ("pair", pairs_apart)):
        own, between = distance(theirs[0], theirs[1]), distance(ours, theirs[1])
        promised = f"{1.5 * own:.4f} at most"
        promises.append(
            Promise(f"{kind}, the {what} most apart", f"{between:.4f}", promised, between <= 1.5 * own)
        )
    faster = f"{sdv_rate:,.0f} (SDV) at least"
    return [*promises, Promise(f"{kind}, rows a CPU-s", f"{rate:,.0f}", faster, rate >= sdv_rate)]


def drawn(model: Network, rows: Rows) -> pa.Table:
    latent = model.latent(rows)
    return pa.table({n: plain(m.draw(latent[n], rows)) for n, m in model.marginals.items()})


def sdv_frame(made: Any, normal: dict[str, Any]) -> Any:
    """Return rows as SDV draws them."""
    frame = made.sample(SAMPLED)
    for transformer in normal.values():
        frame = transformer.reverse_transform(frame)
    return frame


def sdv_rows(frame: Any, columns: list[Numbers | Categories], model: NetworkModel) -> pa.Table:
    """Return rows of SDV's with the meaning that the columns have for us."""
    result = {}
    for place, column in enumerate(columns):
        if isinstance(column, Categories):
            texts = [None if v is None else v for v in column.values]
            result[column.name] = plain(pa.array([texts[int(code)] for code in frame[f"c{place}"]]))
            continue
        values = frame[f"n{place}"].to_numpy(float).copy()
        if f"m{place}" in frame:
            values[frame[f"m{place}"].to_numpy() == 0] = np.nan
        [described] = [one for one in model.header.columns if one.name == column.name]
        # Our bounds and decimals, as SDV's enforce_min_max_values and enforce_rounding would do.
        bounded = np.where(np.isnan(values), np.nan, np.clip(values, column.low, column.high))
        straight = described.model_copy(update={"quantiles": None})
        result[column.name] = straight.draw(bounded, Rows(0, 0, len(values)))
    return pa.table(result)


def plain(values: Any) -> Any:
    return values.cast(values.type.value_type) if pa.types.is_dictionary(values.type) else values


def coarse(one: Any, other: Any, cells: int) -> tuple[Any, Any]:
    """Return two samples of a column as codes: numbers by the quantiles of the first, the missing apart."""
    if not pa.types.is_floating(one.type) and not pa.types.is_integer(one.type):
        known = sorted(set(map(str, one.to_pylist())) | set(map(str, other.to_pylist())))
        places = {value: place for place, value in enumerate(known)}
        return tuple(np.array([places[str(v)] for v in values.to_pylist()]) for values in (one, other))
    arrays = [np.asarray(values.cast(pa.float64()).to_numpy(zero_copy_only=False)) for values in (one, other)]
    ends = np.unique(np.nanquantile(arrays[0], np.linspace(0, 1, cells + 1)[1:-1]))
    codes = [np.where(np.isnan(v), len(ends) + 1, np.searchsorted(ends, v)) for v in arrays]
    return codes[0], codes[1]


def apart(one: Any, other: Any) -> float:
    size = max(int(one.max()), int(other.max())) + 1
    shares = [np.bincount(codes, minlength=size) / len(codes) for codes in (one, other)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def columns_apart(one: pa.Table, other: pa.Table) -> float:
    return max(apart(*coarse(chunk(one, n), chunk(other, n), 20)) for n in one.column_names)


def pairs_apart(one: pa.Table, other: pa.Table) -> float:
    codes = {n: coarse(chunk(one, n), chunk(other, n), 5) for n in one.column_names}
    return max(
        apart(a[0] * (b[0].max() + b[1].max() + 1) + b[0], a[1] * (b[0].max() + b[1].max() + 1) + b[1])
        for a, b in combinations(codes.values(), 2)
    )


def chunk(table: pa.Table, name: str) -> Any:
    return table[name].combine_chunks()


if __name__ == "__main__":
    main()
