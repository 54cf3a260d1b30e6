"""Rendered images: what a detector learns from them about real ones.

    python benchmarks/image_utility.py --real bccd [--schema blood-cells] [--rows 5 20 all schema fit]

Real images are a folder in the form of Pascal VOC with the lists `train`, `val` and `test` in
`ImageSets/Main`. Every row of the table is the same small detector (`image/detector.py`) with the same
augmentation and the same number of steps; only the images that it learns from differ:

- 5, 20, all: so many real ones of `train` and `val`, drawn anew for each seed.
- schema: generated ones alone.
- fit: the 20 real ones of the same seed and, drawn as often, those of the schema that `fit` writes from them.

Tested on `test`. While a schema is being made, nobody may look there: `--test val` tests on `val`, and real
images are then drawn from `train` alone. `--quick` is one seed with a quarter of the steps and images, and
promises nothing.

Means over the seeds, the lowest and the highest in brackets. Exits with 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from image import detector
from image.examples import Example, classes_of, made, names_in, voc
from image.score import average_precision

import synthlab

STEPS = 600
IMAGES = 500
"""How many are generated."""
FLOORS = {"schema": 0.70, "fit gain": 0.04}
SCORE = "mAP@0.5"

Score = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--schema", default="blood-cells")
    parser.add_argument("--rows", nargs="+", default=["5", "20", "all", "schema"])
    parser.add_argument("--test", choices=["test", "val"], default="test")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--images", type=int, default=IMAGES)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    if given.quick:
        given.seeds, given.steps, given.images = given.seeds[:1], given.steps // 4, given.images // 4
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    table = {row: [one_score(given, row, seed) for seed in given.seeds] for row in given.rows}
    sys.exit(report(table, {} if given.quick else FLOORS))


def one_score(given: argparse.Namespace, row: str, seed: int) -> Score:
    """Return the average precisions of one row of the table with one seed."""
    classes = classes_of(given.real, names_in(given.real, "train"))
    pool = names_in(given.real, "train") + ([] if given.test == "val" else names_in(given.real, "val"))
    order = [pool[i] for i in np.random.default_rng(seed).permutation(len(pool))]
    if row == "schema":
        sources = [made(given.schema, given.images, seed, classes, detector.SIZE)]
    elif row == "fit":
        sources = [voc(given.real, order[:20], classes, detector.SIZE)]
        sources.append(fitted(given.real, order[:20], given.images, seed, classes))
    else:
        count = None if row == "all" else int(row)
        sources = [voc(given.real, order[:count], classes, detector.SIZE)]
    net = detector.trained(sources, len(classes), given.steps, seed)
    wanted = voc(given.real, names_in(given.real, given.test), classes, detector.SIZE)
    found = detector.detect(net, [example.image for example in wanted])
    score = average_precision(found, [example.boxes for example in wanted], classes)
    # A run takes long: what is known is told at once.
    print(
        json.dumps({"row": row, "seed": seed, **{k: round(v, 3) for k, v in score.items()}}), file=sys.stderr
    )
    return score


def fitted(real: Path, names: Sequence[str], images: int, seed: int, classes: Sequence[str]) -> list[Example]:
    """Return images of the schema that `fit` writes from some real ones."""
    with tempfile.TemporaryDirectory() as folder:
        source, schema = copied(real, names, Path(folder)), Path(folder) / "known.yaml"
        synthlab.fit(source, schema, seed=seed, options={"images": str(source / "JPEGImages")})
        return made(schema, images, seed, classes, detector.SIZE)


def copied(real: Path, names: Sequence[str], folder: Path) -> Path:
    """Copy some real images with their annotations below a folder, and return where they are."""
    source = folder / "known"
    for kind, ending in (("JPEGImages", "jpg"), ("Annotations", "xml")):
        (source / kind).mkdir(parents=True)
        for name in names:
            shutil.copy(real / kind / f"{name}.{ending}", source / kind)
    return source


def report(table: dict[str, list[Score]], floors: dict[str, float]) -> int:
    """Print the table, and return 1 if a promise was not kept."""
    columns = list(next(iter(table.values()))[0])
    print(f"{'':10}" + "".join(f"{column:>26}" for column in columns))
    for row, scores in table.items():
        cells = []
        for column in columns:
            values = [score[column] for score in scores]
            cells.append(f"{np.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})")
        print(f"{row:10}" + "".join(f"{cell:>26}" for cell in cells))
    known = {row: float(np.mean([score[SCORE] for score in scores])) for row, scores in table.items()}
    if {"20", "fit"} <= known.keys():
        known["fit gain"] = known["fit"] - known["20"]
    broken = 0
    for name, floor in floors.items():
        if name in known:
            kept = known[name] >= floor
            print(f"{name}: {known[name]:.3f}, at least {floor:g}: {'kept' if kept else 'NOT KEPT'}")
            broken |= not kept
    return int(broken)


if __name__ == "__main__":
    main()
