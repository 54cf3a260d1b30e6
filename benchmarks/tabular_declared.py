"""Declared tables: rows a second beside the peers, and what is promised of their values.

    python benchmarks/tabular_declared.py --quick             # a minute
    python benchmarks/tabular_declared.py --peers PYTHON      # with the peers installed for that Python

The table is `tables/ten_columns.yaml`; the peers make the same ten columns, by `tables/peers.py`, as rows in
memory. Rates are rows a second of CPU time (user and system) of one thread: the median of the runs, with
the lowest and the highest. Machines differ: compare the figures of one run. Exits with 1 when a promise is
not kept.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from tables.promises import Promise, duplicates, promises, unique_people
from whole_program import run as run_program

import synthlab
from synthlab import Dataset
from synthlab.schema import Schema

TABLES = Path(__file__).parent / "tables"
TEN_COLUMNS = TABLES / "ten_columns.yaml"
BLOCK = 65_536
FAR = 10**9
MOST_MEMORY = 400

# What is promised, in rows a second; and of the peers, how many times as many rows as theirs.
FLOORS = {"in memory": 1.0e6, "to CSV": 0.7e6, "to Parquet, zstd": 0.6e6}
PEERS = {
    "faker": ("Faker", 300),
    "faker-unweighted": ("Faker, `use_weighting=False`", 55),
    "mimesis": ("Mimesis, providers called directly", 20),
    "snowfakery": ("Snowfakery (numbers uniform)", None),
}


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rows: int
    runs: int
    peer_rows: int
    unique_rows: int


WHOLE = Size(rows=1_048_576, runs=5, peer_rows=5_000, unique_rows=10_000_000)
QUICK = Size(rows=262_144, runs=3, peer_rows=1_000, unique_rows=1_000_000)


def rates(rows: int, runs: int, work: Callable[[], object]) -> list[float]:
    """Return the rows a CPU-second of each run, after one that is not counted."""
    found = []
    for _ in range(runs + 1):
        began = time.process_time()
        work()
        found.append(rows / (time.process_time() - began))
    return found[1:]


def own_rates(size: Size) -> Iterator[tuple[str, list[float]]]:
    """Yield the rates of synthlab by where the rows go."""
    dataset = synthlab.load(TEN_COLUMNS, rows=size.rows)
    yield "in memory", rates(size.rows, size.runs, lambda: sum(1 for _ in dataset.batches(BLOCK)))
    for what, format in (("to CSV", "csv"), ("to Parquet, zstd", "parquet")):
        with TemporaryDirectory() as folder:
            yield what, rates(size.rows, size.runs, _writing(dataset, folder, format))


def _writing(dataset: Dataset, folder: str, format: str) -> Callable[[], object]:
    numbers = count()
    return lambda: dataset.write(Path(folder, str(next(numbers))), format=format)


def peer_rates(python: str, size: Size) -> Iterator[tuple[str, int | None, str, list[float]]]:
    """Yield what a peer is called, how many times as fast synthlab is promised to be, version and rates."""
    for name, (title, promised) in PEERS.items():
        command = [python, "-W", "ignore", str(TABLES / "peers.py"), name]
        answer = subprocess.run(
            [*command, str(size.peer_rows), str(size.runs)], stdout=subprocess.PIPE, check=True
        )
        found: Any = json.loads(answer.stdout)
        yield title, promised, *((found["version"], found["rates"]) if found else ("", []))


def table(head: Sequence[str], lines: Iterator[Sequence[str]]) -> None:
    """Print a table in Markdown, each line as soon as it is measured."""
    print(f"\n| {' | '.join(head)} |")
    print(f"|---{'|---:' * (len(head) - 1)}|")
    for line in lines:
        print(f"| {' | '.join(line)} |", flush=True)


def spread(values: list[float]) -> list[str]:
    """Return the median, and the range, in rows a second."""
    return [f"{statistics.median(values):,.0f}", f"{min(values):,.0f} to {max(values):,.0f}"]


def kept(holds: bool) -> str:
    """Return how a promise is shown."""
    return "kept" if holds else "**not kept**"


def speed(size: Size, python: str, broken: list[str]) -> None:
    """Print the rates; what falls short is added to `broken`."""
    memory = 0.0

    def own() -> Iterator[list[str]]:
        nonlocal memory
        for what, found in own_rates(size):
            median = statistics.median(found)
            memory = memory or median
            holds = median >= FLOORS[what]
            broken.extend([what] * (not holds))
            yield [f"synthlab, {what}", *spread(found), f"{FLOORS[what]:,.0f}", kept(holds)]

    def peers() -> Iterator[list[str]]:
        for title, promised, version, found in peer_rates(python, size):
            if not found:
                yield [title, "not installed", "", "", ""]
                continue
            times = memory / statistics.median(found)
            holds = promised is None or times >= promised
            broken.extend([title] * (not holds))
            wanted = "" if promised is None else f"{promised}; {kept(holds)}"
            yield [f"{title} {version}", *spread(found), f"{times:,.0f}", wanted]

    table(["ten columns", "rows a CPU-second", "lowest to highest", "promised", ""], own())
    table(["peer", "rows a CPU-second", "lowest to highest", "synthlab: times as many", "promised"], peers())


def far_rows() -> Iterator[Promise]:
    """Yield how long rows far out take, whether slices agree, and whether columns leave each other alone."""
    dataset = synthlab.load(TEN_COLUMNS, rows=2 * FAR)
    dataset.make(0, 100)
    taken = min(
        _seconds(lambda start=start: dataset.make(FAR + start, FAR + start + 100)) for start in range(5)
    )
    yield Promise("rows 10**9 to 10**9 + 100", f"{taken * 1e3:.1f} ms", "20 ms", taken < 0.02)

    whole = dataset.make(FAR, FAR + 3 * BLOCK)
    same = all(
        pa.Table.from_batches(dataset[FAR : FAR + 3 * BLOCK].batches(rows)).combine_chunks().to_batches()[0]
        == whole
        for rows in (1_000, 8_191, BLOCK, 2 * BLOCK)
    )
    yield Promise("blocks of 4 sizes, the same rows", "same" if same else "others", "same", same)

    content = yaml.safe_load(TEN_COLUMNS.read_text())
    columns = content["options"]["columns"]
    columns[:] = [column for column in reversed(columns) if column["name"] != "phone"]
    other = synthlab.load(content, rows=2 * FAR).make(FAR, FAR + BLOCK)
    apart = all(other.column(name) == whole.column(name).slice(0, BLOCK) for name in other.schema.names)
    yield Promise("one column less, the others reversed", "same" if apart else "others", "same", apart)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def first_rows(logistic: dict[str, Any]) -> Iterator[Promise]:
    """Yield how long a schema takes to load, and its first rows, with a label that needs pilot rows."""
    taken = _seconds(partial(Schema.load, logistic))
    yield Promise("logistic label: loading", f"{taken * 1e3:.0f} ms", "100 ms", taken < 0.1)
    dataset = synthlab.load(logistic, rows=FAR)
    first, second = (_seconds(lambda: dataset.make(0, 100)) for _ in range(2))
    found = f"{first * 1e3:.0f} ms, then {second * 1e3:.1f} ms"
    yield Promise("logistic label: 100 rows", found, "500 ms", first < 0.5)


def whole_programs(logistic: dict[str, Any], size: Size) -> Iterator[Promise]:
    """Yield what whole processes take: a dry run of a billion rows, and the memory of many unique rows."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        schema, unique = folder / "logistic.yaml", folder / "unique.yaml"
        schema.write_text(yaml.safe_dump(logistic, sort_keys=False))
        unique.write_text(yaml.safe_dump(unique_people(), sort_keys=False))

        start_up = min(run_program(["validate", str(schema)], silent=True)[0] for _ in range(3))
        arguments = [str(schema), "--rows", str(FAR), "--dry-run", "-o", str(folder / "dry")]
        dry = min(run_program(["generate", *arguments], silent=True)[0] for _ in range(3)) - start_up
        found = f"{dry:.2f} s beyond {start_up:.2f} s"
        yield Promise("dry run of 10**9 rows, logistic label", found, "0.5 s", dry < 0.5)

        for what, source, rows in (
            ("ten columns", TEN_COLUMNS, size.rows),
            ("ten columns", TEN_COLUMNS, 4 * size.rows),
            ("unique", unique, size.unique_rows),
        ):
            output = folder / f"{what}-{rows}"
            arguments = [str(source), "--rows", str(rows), "-q", "--workers", "1", "-o", str(output)]
            peak = run_program(["generate", *arguments, "--format", "parquet"])[1]
            yield Promise(
                f"peak memory, {rows:,} rows, {what}", f"{peak:.0f} MB", "400 MB", peak < MOST_MEMORY
            )
        for column in ("id", "email"):
            # One column at a time: this process has to hold what the one that wrote it did not.
            again = duplicates(pq.read_table(output / "data", columns=[column]).column(column))
            yield Promise(f"{column}s of {rows:,} rows", f"{again} duplicates", "0", again == 0)


def logistic_label() -> dict[str, Any]:
    """Return the schema of the ten columns with a label whose intercept is learned from pilot rows."""
    content: dict[str, Any] = yaml.safe_load(TEN_COLUMNS.read_text())
    columns = content["options"]["columns"]
    columns[-1] = {
        "name": "left",
        "kind": "logistic",
        "score": "0.04 * (age - 40) - 1.2 * log(income / 30000)",
        "prevalence": 0.1,
    }
    return content


def told(found: Iterator[Promise], broken: list[str]) -> Iterator[list[str]]:
    """Yield a line for each promise; those that are not kept are added to `broken`."""
    for promise in found:
        broken.extend([promise.what] * (not promise.kept))
        yield [promise.what, promise.found, promise.promised, kept(promise.kept)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rows and runs")
    parser.add_argument(
        "--peers", metavar="PYTHON", default=sys.executable, help="a Python that has the peers installed"
    )
    arguments = parser.parse_args()
    size = QUICK if arguments.quick else WHOLE
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    print(f"{size.rows:,} rows, {size.runs} runs, one thread (also of pyarrow), blocks of {BLOCK:,} rows.")
    broken: list[str] = []
    logistic = logistic_label()
    head = ["what is promised", "found", "promised", ""]
    # First, since the peak of a new process counts what the one that started it holds.
    for part in (whole_programs(logistic, size), far_rows(), promises(), first_rows(logistic)):
        table(head, told(part, broken))
    speed(size, arguments.peers, broken)
    if broken:
        print(f"\nnot kept: {', '.join(broken)}")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
