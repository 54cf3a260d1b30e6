"""Fitted images: what each ingredient is worth to a detector.

    python benchmarks/image_fit.py --real bccd [--variants whole plain ...] [--seeds 0 1]

As the row `fit` of `image_utility.py`, tested on the list `val`, with the fitted schema changed: a variant is
what `fit` is asked, and what becomes of the options that it writes. It has no promise of its own.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import yaml
from image import detector
from image.examples import classes_of, made, names_in, voc
from image.score import average_precision
from image_utility import IMAGES, STEPS, copied

import synthlab

Change = Callable[[dict[str, Any]], None]


def _photos(**changes: Any) -> Change:
    return lambda options: options["annotated_photos"].update(changes)


def _none_added(options: dict[str, Any]) -> None:
    options["objects_range"] = [0, 0]


def _plain(options: dict[str, Any]) -> None:
    usual = options["objects_range"][1]
    options |= {"backgrounds": ["plain", "linear", "noise"], "objects_range": [usual // 2, usual * 3 // 2]}
    del options["annotated_photos"]


def _upright(options: dict[str, Any]) -> None:
    for assets in options["classes"].values():
        for asset in assets if isinstance(assets, list) else [assets]:
            asset["rotation_range"] = [-4, 4]


def _along_outlines(options: dict[str, Any]) -> None:
    for label, assets in options["classes"].items():
        options["classes"][label] = assets[0] if isinstance(assets, list) else assets


VARIANTS: dict[str, tuple[dict[str, str], Change]] = {
    "whole": ({}, lambda options: None),
    "none added": ({}, _none_added),
    "all stay": ({}, _photos(kept_range=[1, 1])),
    "none stay": ({}, _photos(kept_range=[0, 0])),
    "plain": ({}, _plain),
    "own tones": ({}, _photos(tones=0)),
    "upright": ({}, _upright),
    "outlines": ({}, _along_outlines),
    "ellipses": ({"outlines": "ellipse"}, lambda options: None),
    "boxes": ({"outlines": "box"}, lambda options: None),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    given = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    for variant in given.variants:
        scores = [score_of(given.real, variant, seed) for seed in given.seeds]
        each = " ".join(f"{score:.3f}" for score in scores)
        print(f"{variant:12} mAP@0.5 {np.mean(scores):.3f} ({each})", flush=True)


def score_of(real: Path, variant: str, seed: int) -> float:
    """Return the mAP@0.5 on `val` of what learned from 20 real images and those of the changed schema."""
    wishes, change = VARIANTS[variant]
    names = names_in(real, "train")
    classes = classes_of(real, names)
    chosen = [names[i] for i in np.random.default_rng(seed).permutation(len(names))][:20]
    with tempfile.TemporaryDirectory() as folder:
        source, schema = copied(real, chosen, Path(folder)), Path(folder) / "known.yaml"
        synthlab.fit(source, schema, seed=seed, options={"images": str(source / "JPEGImages"), **wishes})
        data = yaml.safe_load(schema.read_text("utf-8"))
        change(data["options"])
        schema.write_text(yaml.safe_dump(data), "utf-8")
        sources = [
            voc(real, chosen, classes, detector.SIZE),
            made(schema, IMAGES, seed, classes, detector.SIZE),
        ]
    net = detector.trained(sources, len(classes), STEPS, seed)
    wanted = voc(real, names_in(real, "val"), classes, detector.SIZE)
    found = detector.detect(net, [example.image for example in wanted])
    return average_precision(found, [example.boxes for example in wanted], classes)["mAP@0.5"]


if __name__ == "__main__":
    main()
