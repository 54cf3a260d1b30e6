"""Are labels exact? Ten thousand objects against an independent render of each alone and in place.

    python benchmarks/image_labels.py [--objects 10000]

Over all placements, with perspective, mirrors, distractors and lenses, and effects of all kinds. Each object
of a scene (read back from the JSON in its row) is drawn alone, as if the image had no border. From these
alone, back to front, it is found anew which pixels show it, its boxes, its mask and its visibility, and all
are compared with the labels: the mask by way of pycocotools, from its runs and from its polygons.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from typing import Any

import cv2
import numpy as np
from pycocotools import mask as reference

from synthlab import Rows, masks
from synthlab_image import ImageGenerator
from synthlab_image.layout import HALF, lens_of
from synthlab_image.scene import Scene, from_json
from synthlab_image.warp import warp

PLACEMENTS: list[dict[str, Any]] = [
    {"kind": "uniform"},
    {"kind": "uniform", "border": "inside"},
    {"kind": "grid"},
    {"kind": "clusters"},
    {"kind": "poisson"},
    {"kind": "overlap", "overlap_range": [0.1, 0.6]},
    {"kind": "surface"},
]
EFFECTS: dict[str, Any] = {
    "lens_range": [-0.2, 0.2], "motion_rate": 0.3, "rain_rate": 0.3, "dirt_rate": 0.3,
}  # fmt: skip
CLASSES: dict[str, Any] = {
    "ring": {"asset": "shape", "shape": "ring"},
    "star": {"asset": "shape", "shape": "star"},
    "plate": {"asset": "plate"},
    "card": {"asset": "card"},
    "cell": {"asset": "particle", "colours": [[200, 120, 160]], "irregularity_range": [0, 0.3]},
    "part": {"asset": "part", "parts": ["gear", "spring", "bracket", "bolt"]},
    "word": {"asset": "text", "length_range": [1, 6]},
    "sign": {"asset": "sign", "signs": ["yield", "stop", "priority road"]},
}


def generators() -> list[ImageGenerator]:
    found = []
    for i, placement in enumerate(PLACEMENTS):
        for lens in (0.0, 1.0):
            options = {
                "width": 320,
                "height": 240,
                "classes": CLASSES,
                "objects_range": [4, 14],
                "object_size_range": [0.08, 0.5],
                "placement": placement,
                "perspective_range": [0, 0.9],
                "flips": 0.3,
                "distractors": ["circle", "arrow"],
                "distractors_range": [0, 3],
                "min_visibility": 0.15,
                "effects": {**EFFECTS, "lens_rate": lens},
                "labels": ["box", "label", "area", "mask", "amodal_box", "visibility", "amodal_area"],
                "scene": True,
                "encoding": "png" if i % 2 else "jpeg",
            }
            found.append(ImageGenerator.model_validate(options))
    return found


def alone(generator: ImageGenerator, scene: Scene) -> list[tuple[Any, Any]]:
    """Return rows and columns (from the top left corner of the image) of each thing's pixels, drawn alone."""
    found = []
    for thing in scene.things:
        patch = warp(generator.studio.raster(thing), thing.pose, lens_of(scene))
        y, x = np.nonzero(patch.pixels[..., 3] >= HALF)
        found.append((y + patch.top, x + patch.left))
    return found


def check(generator: ImageGenerator, row: dict[str, Any], wrong: Counter[str]) -> int:
    height, width = generator.height, generator.width
    scene = from_json(row["scene"])
    pixels = alone(generator, scene)
    owner = np.full((height, width), -1)
    for number in reversed(range(len(pixels))):
        y, x = pixels[number]
        inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
        owner[y[inside], x[inside]] = number
    labeled = [number for number, thing in enumerate(scene.things) if thing.label >= 0]
    wrong["count"] += len(labeled) != len(row["objects"])
    for number, thing in zip(labeled, row["objects"], strict=False):
        y, x = pixels[number]
        seen = owner == number
        rows, columns = np.nonzero(seen)
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        wrong["box"] += thing["box"] != box
        wrong["amodal box"] += thing["amodal_box"] != [x.min(), y.min(), x.max() + 1, y.max() + 1]
        wrong["area"] += thing["area"] != len(rows)
        wrong["amodal area"] += thing["amodal_area"] != len(y)
        wrong["visibility"] += thing["visibility"] != np.float32(round(len(rows) / len(y), 4))
        wrong["mask"] += not np.array_equal(reference.decode(thing["mask"]), seen)
        wrong["box of pycocotools"] += reference.toBbox(thing["mask"]).tolist() != [
            box[0], box[1], box[2] - box[0], box[3] - box[1],
        ]  # fmt: skip
        outlines = masks.polygons(thing["mask"]["counts"], height)
        if outlines is not None:
            wrong["with polygons"] += 1
            again = reference.decode(reference.merge(reference.frPyObjects(outlines, height, width)))
            wrong["polygon"] += not np.array_equal(again, seen)
    return len(labeled)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--objects", type=int, default=10_000)
    wanted = parser.parse_args().objects
    cv2.setNumThreads(1)
    wrong: Counter[str] = Counter()
    objects, images, start = 0, 0, time.perf_counter()
    made = generators()
    while objects < wanted:
        generator = made[images // 10 % len(made)]
        first = images // (10 * len(made)) * 10
        for row in generator.generate(Rows(11, first, first + 10)).to_pylist():
            objects += check(generator, row, wrong)
        images += 10
    polygons = wrong.pop("with polygons")
    print(
        f"{objects} objects in {images} images, {time.perf_counter() - start:.0f} s; {polygons} with polygons"
    )
    for name, count in wrong.items():
        print(f"  {name}: {count} differ")
    return int(any(wrong.values()))


if __name__ == "__main__":
    sys.exit(main())
