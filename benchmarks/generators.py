"""Rows a second of one core, for every generator through a ready-made schema.

    python benchmarks/generators.py              # all; about a minute
    python benchmarks/generators.py reviews      # some

CPU seconds of this process, start-up left out; the median of the runs, with the lowest and the highest.
Machines differ and are noisy: compare the figures of one run.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import synthlab

# Ready-made schema -> (rows a run, format)
CASES = {
    "reviews": (90_000, "csv"),
    "customers": (500_000, "csv"),
    "shapes": (200, "coco"),
}
RUNS = 5


def seconds(work: Callable[[], object]) -> list[float]:
    """Return the CPU seconds of each run, after one that is not counted."""
    found = []
    for _ in range(RUNS + 1):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return sorted(found[1:])


def line(what: str, rows: int, times: list[float]) -> str:
    """Return one row of the table."""
    median, low, high = (rows / t for t in (statistics.median(times), times[-1], times[0]))
    return f"{what:32} {median:>12,.0f} rows/s   ({low:,.0f} to {high:,.0f})"


def main() -> None:
    for name in sys.argv[1:] or CASES:
        rows, format = CASES[name]
        dataset = synthlab.load(name, rows=rows)
        in_memory = seconds(
            lambda made=dataset: sum(b.num_rows for b in made.batches(made.schema.generator.shard_rows))
        )
        print(line(f"{name}, in memory", rows, in_memory), flush=True)
        with TemporaryDirectory() as folder:
            numbers = iter(range(RUNS + 1))
            written = seconds(
                lambda made=dataset, to=folder, f=format, n=numbers: made.write(
                    Path(to, str(next(n))), format=f
                )
            )
        print(line(f"{name}, written as {format}", rows, written), flush=True)


if __name__ == "__main__":
    main()
