"""SDV's Gaussian copula and the same model compiled to plain numbers: the same distribution, how much faster?

    python benchmarks/tabular_copula.py --data FOLDER            # with adult-train.csv
    python benchmarks/tabular_copula.py --train FILE.csv

One synthesizer of SDV is fitted. It makes ten samples of as many rows as the table has, and so does its
compiled form. Each column and each pair of columns of ours is compared with each of theirs, and theirs with
each other: the median difference must not be above the greatest among theirs. Columns differ by their
distribution functions (Kolmogorov and Smirnov), pairs by their rank correlations. Then both make 100,000
rows, five times in turn, in CPU-seconds on one thread. Exits with 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import warnings
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
from tables.promises import Promise

from synthlab.rows import Rows
from synthlab_tabular.copula import Z_MAX, Category, Copula, Model, Number
from synthlab_tabular.profile import Categories, Numbers, profile
from synthlab_tabular.reading import read_table
from synthlab_tabular.sdv_copula import synthesizer, taken_apart

SAMPLES = 10
TIMED = 100_000
TURNS = 5
FASTER = 25


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="the folder of the Adult table")
    parser.add_argument("--train", type=Path)
    given = parser.parse_args()
    train = given.data / "adult-train.csv" if given.data else given.train
    if not train:
        parser.error("give --data or --train")
    warnings.simplefilter("ignore")
    numbers, codes = columns(train)
    theirs = synthesizer(numbers, codes)
    ours = compiled(theirs, numbers, codes)
    size = len(next(iter({**numbers, **codes}.values())))
    names = [*numbers, *codes]
    samples = [np.column_stack([made[n].to_numpy(float) for n in names]) for made in drawn(theirs, size)]
    mine = [
        np.column_stack(list(ours_drawn(ours, turn * size, turn * size + size).values()))
        for turn in range(SAMPLES)
    ]
    promises = [
        like("columns", marginal_gaps, samples, mine),
        like("pairs", pair_gaps, samples, mine),
        faster(theirs, ours),
    ]
    for promise in promises:
        kept = "kept" if promise.kept else "NOT KEPT"
        print(f"{promise.what}: {promise.found}, promised {promise.promised}: {kept}")
    sys.exit(0 if all(promise.kept for promise in promises) else 1)


def columns(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the numbers and the codes of categories of a table, missing numbers left out by their mean."""
    numbers, codes = {}, {}
    for name, values in read_table(path).columns.items():
        found = profile(name, values)
        if isinstance(found, Numbers):
            numbers[name] = np.where(np.isnan(found.values), np.nanmean(found.values), found.values)
        elif isinstance(found, Categories):
            codes[name] = found.codes
    return numbers, codes


def compiled(theirs: Any, numbers: dict[str, Any], codes: dict[str, Any]) -> Copula:
    """Return the synthesizer of SDV as plain numbers."""
    learned = taken_apart(theirs, numbers, codes, np.linspace(-Z_MAX, Z_MAX, 385))
    marginals: list[Number | Category] = []
    for name, values in numbers.items():
        # SDV cuts its numbers at the extremes, and rounds them as the table does.
        quantiles = np.clip(np.sort(learned.quantiles[name]), values.min(), values.max())
        decimals = 0 if (values == np.rint(values)).all() else None
        marginals.append(
            Number(name=name, type="number", decimals=decimals, quantiles=quantiles.tolist(), missing=0)
        )
    for name, found in codes.items():
        known = sorted(set(found.tolist()))
        shares = learned.shares[name].tolist()
        marginals.append(Category(name=name, type="integer", values=known, weights=shares))
    return Copula.of(Model(columns=marginals, correlation=learned.correlation))


def drawn(theirs: Any, size: int) -> Any:
    """Yield samples of SDV, each another."""
    for _ in range(SAMPLES):
        yield next(iter(theirs.sample(num_rows=size).values()))


def ours_drawn(ours: Copula, start: int, stop: int) -> dict[str, Any]:
    """Return rows of ours, a column each."""
    rows = Rows(0, start, stop)
    latent = ours.latent(rows)
    return {name: column.draw(latent[name], rows) for name, column in ours.marginals.items()}


def like(what: str, gaps: Any, samples: list[Any], mine: list[Any]) -> Promise:
    """Return whether ours differs from samples of SDV no more than these from each other."""
    among = np.array([gaps(a, b) for a, b in combinations(samples, 2)])
    between = np.array([gaps(one, other) for one, other in product(mine, samples)])
    middle, most = np.median(between, axis=0), among.max(axis=0)
    inside = int((middle <= most).sum())
    for place in np.flatnonzero(middle > most):
        print(f"  {what} {place}: {middle[place]:.4f}, theirs at most {most[place]:.4f}")
    found = (
        f"{inside} of {len(most)} within; the median difference is {np.median(between):.4f}, "
        f"theirs {np.median(among):.4f}; the greatest {middle.max():.4f}, theirs {most.max():.4f}"
    )
    return Promise(f"like SDV's own, {what}", found, "all within SDV's own differences", inside == len(most))


def marginal_gaps(left: Any, right: Any) -> Any:
    """Return the greatest difference of the distribution functions of each column."""
    gaps = []
    for a, b in zip(left.T, right.T, strict=True):
        values = np.unique(np.concatenate([a, b]))
        shares = [np.searchsorted(np.sort(x), values, side="right") / len(x) for x in (a, b)]
        gaps.append(np.abs(shares[0] - shares[1]).max())
    return np.array(gaps)


def pair_gaps(left: Any, right: Any) -> Any:
    """Return the difference of the rank correlations of each pair of columns."""
    from scipy.stats import spearmanr

    upper = np.triu_indices(left.shape[1], 1)
    return np.abs(spearmanr(left).statistic - spearmanr(right).statistic)[upper]


def faster(theirs: Any, ours: Copula) -> Promise:
    """Return how many rows both make in a second of a processor."""
    seconds: list[list[float]] = [[], []]
    theirs.sample(num_rows=1_000)
    for turn in range(TURNS):
        began = time.process_time()
        theirs.sample(num_rows=TIMED)
        seconds[0].append(time.process_time() - began)
        began = time.process_time()
        ours_drawn(ours, turn * TIMED, turn * TIMED + TIMED)
        seconds[1].append(time.process_time() - began)
    ratios = [a / b for a, b in zip(*seconds, strict=True)]
    rates = [TIMED / statistics.median(times) for times in seconds]
    found = (
        f"{rates[1]:,.0f} rows a CPU-second, theirs {rates[0]:,.0f}: {statistics.median(ratios):.0f} times "
        f"({min(ratios):.0f} to {max(ratios):.0f})"
    )
    promised = f"{FASTER} times at least, at {TIMED:,} rows"
    return Promise("speed", found, promised, statistics.median(ratios) >= FASTER)


if __name__ == "__main__":
    main()
