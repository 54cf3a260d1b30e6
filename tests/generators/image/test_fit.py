"""Fit of labeled images: what is learned of images that we rendered ourselves is known."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import synthlab
from synthlab import FitRequest, InputError
from synthlab.testing import check_generator
from synthlab_image import ImageGenerator
from synthlab_image.fit import is_source

REAL = """
synthlab: 1
name: real
generator: image
rows: 24
seed: 5
options:
  width: 240
  height: 180
  classes:
    gear: {asset: part, parts: [gear], weight: 3, size_range: [0.2, 0.3]}
    stop: {asset: sign, signs: [stop], rotation_range: [-3, 3], size_range: [0.3, 0.4], flips: 0}
  objects_range: [2, 5]
  placement: {kind: poisson, distance: 0.4, border: inside}
  backgrounds: [noise, linear]
  min_visibility: 0.6
  effects: {shadows: 0}
splits: {fractions: {train: 1.0}}
"""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the same images as COCO, Pascal VOC and YOLO."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "real.yaml").write_text(REAL)
    dataset = synthlab.load(folder / "real.yaml")
    for form in ("coco", "voc", "yolo"):
        dataset.write(folder / form, format=form)
    return folder


def sources(real: Path) -> dict[str, Path]:
    return {
        "coco": next((real / "coco").rglob("*.json")) if False else _coco_file(real),
        "voc": real / "voc" / "VOCdevkit" / "VOC2012",
        "yolo": real / "yolo",
    }


def _coco_file(real: Path) -> Path:
    found = [p for p in sorted((real / "coco").rglob("*.json")) if is_source(p)]
    return found[0]
