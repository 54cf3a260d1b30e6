"""How fast lines and pages of text are made, with quads of all that is in them, and beside a peer.

    python benchmarks/image_text.py [--lines 2000] [--pages 40] [--peers PYTHON]

Lines: 32 pixels high, three words, quads of words and characters, JPEG. Pages: photographs of 1700 x 1000
pixels, two columns of text that fill them, bent, with fields, lines, words and characters, JPEG. One process,
seconds of processor time: the best stretch and the middle one, since others on a machine cost time too.

`--peers` names a Python that has `trdg` (1.8.0 needs pillow<10 and numpy<2), and makes lines of three words
with boxes of their characters, in the same minutes on the same machine.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from synthlab import Rows
from synthlab_image import DocumentGenerator, TextLineGenerator

PEER = """
import time
from trdg.generators import GeneratorFromDict
lines = GeneratorFromDict(length=3, count=-1, size=32, skewing_angle=2, random_skew=True, blur=1,
                          random_blur=True, output_bboxes=1, background_type=0)
for _ in range(10):
    next(lines)
rates = []
for _ in range(8):
    start = time.process_time()
    for _ in range(25):
        next(lines)
    rates.append(25 / (time.process_time() - start))
print(max(rates), sorted(rates)[len(rates) // 2])
"""
PAGE: dict[str, Any] = {
    "documents": ["page"],
    "width": 1000,
    "height": 1700,
    "fill_range": (0.95, 0.97),
    "rotation_range": (-3, 3),
    "folds_range": (2, 2),
    "labels": ("fields", "lines", "words", "characters", "text", "record"),
}


def rate(generate: Callable[[Rows], pa.RecordBatch], rows: int, stretch: int) -> tuple[float, float]:
    """Return rows a second of processor time: in the best stretch, and in the middle one."""
    generate(Rows(1, 0, stretch))
    rates = []
    for first in range(stretch, stretch + rows, stretch):
        start = time.process_time()
        generate(Rows(1, first, first + stretch))
        rates.append(stretch / (time.process_time() - start))
    return max(rates), sorted(rates)[len(rates) // 2]


def counted(batch: pa.RecordBatch, *columns: str) -> str:
    """Return how many records a row has of each column, on average."""
    found = ((name, batch.column(name).flatten()) for name in columns)
    return ", ".join(f"{len(records) / batch.num_rows:.0f} {name}" for name, records in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--peers", help="a Python that has trdg")
    arguments = parser.parse_args()

    lines = TextLineGenerator(words_range=(3, 3))
    best, middle = rate(lines.generate, arguments.lines, 100)
    each = counted(lines.generate(Rows(1, 0, 200)), "words", "characters")
    print(f"lines: {best:.0f} a second and core in the best stretch, {middle:.0f} in the middle one; {each}")

    for name, captures in (("photographed", {"photo": 1}), ("as printed", {"clean": 1})):
        pages = DocumentGenerator(**PAGE, captures=captures)
        best, middle = rate(pages.generate, arguments.pages, 5)
        each = counted(pages.generate(Rows(1, 0, 5)), "fields", "lines", "words", "characters")
        print(f"pages, {name}: {best:.1f} in the best stretch, {middle:.1f} in the middle one; {each}")

    if arguments.peers:
        command = [arguments.peers, "-c", PEER]
        peer = (
            subprocess.run(command, check=True, capture_output=True, text=True)
            .stdout.splitlines()[-1]
            .split()
        )
        print(
            f"trdg, lines: {float(peer[0]):.1f} in the best stretch, {float(peer[1]):.1f} in the middle one"
        )


if __name__ == "__main__":
    main()
