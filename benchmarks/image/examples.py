"""Labeled images for the detector: read from Pascal VOC folders, or made by a schema."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

import synthlab

__all__ = ["Example", "classes_of", "made", "names_in", "shrunk", "voc"]


class Example(NamedTuple):
    """An image `(height, width, 3)`, blue first, and what is to be found in it."""

    image: np.ndarray
    boxes: np.ndarray
    """Shape `(n, 5)`: the number of the class, then x_min, y_min, x_max, y_max in pixels."""


def shrunk(image: np.ndarray, boxes: np.ndarray, size: tuple[int, int]) -> Example:
    """Return an example of that width and height."""
    scale = np.array([1, *(size[i % 2] / image.shape[1 - i % 2] for i in range(4))], dtype=np.float32)
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return Example(small, (boxes.reshape(-1, 5) * scale).astype(np.float32))


def names_in(folder: Path, part: str) -> list[str]:
    """Return the names of a list in `ImageSets/Main`, in its order."""
    return (folder / "ImageSets" / "Main" / f"{part}.txt").read_text(encoding="utf-8").split()


def voc(folder: Path, names: Sequence[str], classes: Sequence[str], size: tuple[int, int]) -> list[Example]:
    """Return the named images of a Pascal VOC folder; empty boxes are left out."""
    examples = []
    for name in names:
        image = cv2.imread(os.fspath(folder / "JPEGImages" / f"{name}.jpg"))
        boxes = []
        for thing in _things(folder, name):
            ends = [float(thing.findtext(f"bndbox/{end}", "nan")) for end in ("xmin", "ymin", "xmax", "ymax")]
            if ends[0] < ends[2] and ends[1] < ends[3]:
                boxes.append([classes.index(thing.findtext("name", "")), *ends])
        examples.append(shrunk(image, np.array(boxes, dtype=np.float32), size))
    return examples


def classes_of(folder: Path, names: Sequence[str]) -> list[str]:
    """Return the classes that the named images show, in alphabetical order."""
    return sorted({thing.findtext("name", "") for name in names for thing in _things(folder, name)})


def made(
    schema: str | Path, rows: int, seed: int, classes: Sequence[str], size: tuple[int, int]
) -> list[Example]:
    """Return the first images of a schema; its classes are matched by name."""
    return list(_rendered(synthlab.load(schema, rows=rows, seed=seed), classes, size))


def _rendered(dataset: Any, classes: Sequence[str], size: tuple[int, int]) -> Iterator[Example]:
    numbers = [classes.index(name) for name in dataset.features["objects"].fields["label"].names]
    for batch in dataset.batches():
        for row in batch.to_pylist():
            data = np.frombuffer(row["image"]["bytes"], dtype=np.uint8)
            boxes = [[numbers[thing["label"]], *thing["box"]] for thing in row["objects"]]
            yield shrunk(cv2.imdecode(data, cv2.IMREAD_COLOR), np.array(boxes, dtype=np.float32), size)


def _things(folder: Path, name: str) -> list[ET.Element]:
    return ET.parse(folder / "Annotations" / f"{name}.xml").getroot().findall("object")
