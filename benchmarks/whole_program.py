"""The command line as a user meets it: wall time and peak memory of whole processes.

    python benchmarks/whole_program.py

Run it alone on the machine. Each command runs five times after one that is not counted; the median is
printed with the lowest and the highest.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

PROGRAM = [sys.executable, "-m", "synthlab"]
COMMANDS = {
    "synthlab --help": ["--help"],
    "synthlab validate reviews": ["validate", "reviews"],
    "90,000 reviews to CSV": ["generate", "reviews", "--rows", "90000", "--quiet", "--output", "{output}"],
    "1,000,000 customers to CSV": ["generate", "customers", "--rows", "1000000", "-q", "-o", "{output}"],
    "1,000,000 customers, one worker": [
        "generate", "customers", "--rows", "1000000", "-q", "--workers", "1", "-o", "{output}",
    ],
    "400 shapes to COCO, one worker": [
        "generate", "shapes", "--rows", "400", "-q", "--workers", "1", "-o", "{output}",
    ],
    "400 shapes to COCO, two workers": [
        "generate", "shapes", "--rows", "400", "-q", "--workers", "2", "-o", "{output}",
    ],
}  # fmt: skip
RUNS = 5


def run(arguments: list[str], *, silent: bool = False) -> tuple[float, float]:
    """Return (wall seconds, peak memory of the largest process in MB) of one command.

    What it says on stderr is shown unless it is to be `silent`.
    """
    unheard = (1, 2) if silent else (1,)
    began = time.perf_counter()
    child = os.posix_spawn(
        PROGRAM[0],
        [*PROGRAM, *arguments],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in unheard],
    )
    _, status, usage = os.wait4(child, 0)
    if status:
        sys.exit(f"{' '.join(arguments)} failed")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def main() -> None:
    for name, arguments in COMMANDS.items():
        times, peaks = [], []
        for number in range(RUNS + 1):
            with TemporaryDirectory() as folder:
                output = str(Path(folder, "out"))
                wall, peak = run([a.replace("{output}", output) for a in arguments])
            if number:
                times.append(wall)
                peaks.append(peak)
        spread = f"({min(times):.2f} to {max(times):.2f})"
        print(f"{name:34} {statistics.median(times):7.2f} s {spread:18} {max(peaks):6.0f} MB", flush=True)


if __name__ == "__main__":
    main()
