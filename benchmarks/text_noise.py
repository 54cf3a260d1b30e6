"""How many reviews a second of processor time are given the noise of real writers.

python benchmarks/text_noise.py [rows]
"""

from __future__ import annotations

import sys
import time

import numpy as np

from synthlab import Rows
from synthlab_text import TextGenerator
from synthlab_text.noise import TYPICAL, Noise, apply


def main(count: int) -> None:
    rows = Rows(1, 0, count)
    batch = TextGenerator().generate(rows)
    text, aspects = batch["text"], batch["aspects"]
    mood = batch["stars"].to_numpy() - 1
    row = np.repeat(np.arange(count), np.diff(aspects.offsets.to_numpy()))
    spans = []
    for name in ("term", "opinion"):
        span = aspects.flatten().field(name)
        ends = [span.field(end).to_numpy().astype(np.int64) for end in ("start", "end")]
        spans.append((row, np.stack(ends, axis=1)))

    everything = dict.fromkeys(Noise.model_fields, 1.0)
    cases = {"all kinds, typical rates": TYPICAL, "all kinds in all texts": Noise(**everything)}
    cases |= {f"only {kind}, typical": Noise(**{kind: rate}) for kind, rate in TYPICAL}
    letters = np.mean([len(string) for string in text.to_pylist()])
    print(f"{count:,} reviews of {letters:.0f} characters with {len(row) * 2 / count:.1f} spans")
    for name, noise in cases.items():
        took = []
        for _ in range(7):
            began = time.process_time()
            apply(noise, "en", text, spans, rows, mood)
            took.append(time.process_time() - began)
        print(f"{name:30} {count / min(took):12,.0f} rows a CPU-second")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 65_536)
