"""Reviews: how fast they are made and written, beside the peers, in one run.

    python benchmarks/text_speed.py --peers PYTHON [--rows 524288] [--runs 5] [--large]

`PYTHON` is an interpreter that has chatette, tracery and faker; those that it lacks are left out. Rates are
rows a CPU-second, user and system, on one thread, start-up apart. Reviews carry everything: labels,
aspects, entities and their spans. The peers fill short templates, without agreement, negation or contrast,
and CheckList and Chatette alone keep what filled a slot. `--large` also writes 10 million rows as JSON
Lines and reports the peak memory of the whole program. Medians, the lowest and the highest in brackets.
Exits with 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

FLOORS = {"reviews in memory": 500_000}
CEILINGS = {"90,000 to CSV beyond start-up, CPU s": 1.0, "10,000,000 to JSON Lines, peak MB": 300}
PEERS = {"checklist": 50_000, "chatette": 2_000, "tracery": 5_000, "faker": 20_000}


def main() -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peers", help="the interpreter of an environment with the peers")
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large", action="store_true")
    given = parser.parse_args()
    found = {"reviews in memory": in_memory(given.rows, given.runs)}
    found["reviews in memory, one domain"] = in_memory(given.rows, given.runs, domains={"films": 1})
    found["reviews with noise"] = in_memory(
        given.rows, given.runs, noise={"typos": 0.2, "slang": 0.2, "stops": 0.3}
    )
    found["90,000 to CSV beyond start-up, CPU s"] = to_csv(given.runs)
    if given.large:
        found["10,000,000 to JSON Lines, peak MB"] = [large()]
    for peer, rows in PEERS.items() if given.peers else ():
        script = Path(__file__).parent / "text" / "peers.py"
        done = subprocess.run(
            [given.peers, script, peer, str(rows), str(given.runs)],
            capture_output=True,
            text=True,
            check=True,
        )
        if said := json.loads(done.stdout.splitlines()[-1]):
            found[f"{peer} {said['version']}"] = said["rates"]
    sys.exit(report(found))


def report(found: dict[str, list[float]]) -> int:
    """Print a line for each figure, and return 1 if a promise was not kept."""
    broken = 0
    own = statistics.median(found["reviews in memory"])
    for name, values in found.items():
        median = statistics.median(values)
        digits = ",.2f" if median < 1000 else ",.0f"
        line = f"{name:40} {median:>12{digits}}   ({min(values):{digits}} to {max(values):{digits}})"
        for bound, keeps, word in (
            (FLOORS, median >= FLOORS.get(name, median), "at least"),
            (CEILINGS, median <= CEILINGS.get(name, median), "at most"),
        ):
            if name in bound:
                line += f"   {word} {bound[name]:,}: {'kept' if keeps else 'NOT KEPT'}"
                broken |= not keeps
        if name.split()[0] in PEERS:
            line += f"   reviews are {own / median:,.0f} times as fast"
        print(line)
    return int(broken)


def cpu(work: Callable[[], object]) -> float:
    """Return the seconds of CPU that something takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def in_memory(rows: int, runs: int, **options: object) -> list[float]:
    """Return rows a CPU-second, with all labels and spans as Arrow arrays."""
    from synthlab import Rows
    from synthlab_text import TextGenerator

    generator = TextGenerator.model_validate(options)
    generator.generate(Rows(1, 0, 1000))

    def make() -> None:
        for start in range(0, rows, generator.batch_rows):
            generator.generate(Rows(7, start, min(start + generator.batch_rows, rows)))

    return [rows / cpu(make) for _ in range(runs)]


def to_csv(runs: int) -> list[float]:
    """Return the seconds of CPU for 90,000 rows beyond those for 1,000, of the whole program."""
    return [program(90_000, "csv")[0] - program(1_000, "csv")[0] for _ in range(runs)]


def large() -> float:
    """Return the peak memory of writing 10 million rows, in megabytes of 1,000,000 bytes."""
    return program(10_000_000, "jsonl")[1]


def program(rows: int, format: str) -> tuple[float, float]:
    """Run the program in one process, and return its seconds of CPU and its peak memory in megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "synthlab", "generate", "reviews", "--rows", str(rows)]
        command += ["--format", format, "--workers", "1", "--output", f"{folder}/made", "--quiet"]
        process = subprocess.Popen(command)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{' '.join(command)} failed")
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    main()
