"""Rows of images with objects, as the writers of formats for detectors need them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from synthlab.errors import BuildError, FeatureError
from synthlab.features import Box, ClassLabel, Feature, Features, Image, Keypoints, Mask, OrientedBox, Records

__all__ = ["Columns", "Picture", "columns_of", "pictures"]

ENDINGS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns and fields hold what."""

    image: str
    width: str
    height: str
    objects: str
    box: str
    label: str
    mask: str | None
    oriented: str | None
    keypoints: str | None
    names: tuple[str, ...]
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One image and its objects, without those that are to be ignored unless they are asked for."""

    row: int
    data: bytes
    ending: str
    width: int
    height: int
    objects: list[dict[str, Any]]
    """As the row has them."""


def columns_of(features: Features, format: str) -> Columns:
    """Return what is where, or raise FeatureError."""
    images = features.find(Image)
    if len(images) != 1:
        raise FeatureError(
            f"{format} holds one image a row, and this dataset has {len(images)}; its columns are "
            f"{', '.join(features.columns)}"
        )
    kind = features[images[0]]
    assert isinstance(kind, Image)
    missing = [name for name in (kind.width, kind.height) if name not in features.columns]
    if missing:
        raise FeatureError(f"{format} needs the size of each image, in the column {missing[0]!r}")
    found = [
        name
        for name in features.find(Records)
        if name not in features.truth and _first(features[name], Box) and _first(features[name], ClassLabel)
    ]
    if len(found) != 1:
        raise FeatureError(
            f"{format} needs exactly one column of records with a box and a class label, and this dataset "
            f"has {', '.join(found) or 'none'} among {', '.join(features.columns)}"
        )
    objects = features[found[0]]
    assert isinstance(objects, Records)
    box, label = _first(objects, Box), _first(objects, ClassLabel)
    assert box is not None
    assert label is not None
    classes = objects.fields[label]
    assert isinstance(classes, ClassLabel)
    keypoints = _first(objects, Keypoints)
    points = objects.fields[keypoints] if keypoints else None
    return Columns(
        images[0],
        kind.width,
        kind.height,
        found[0],
        box,
        label,
        _first(objects, Mask),
        _first(objects, OrientedBox),
        keypoints,
        classes.names,
        points.names if isinstance(points, Keypoints) else (),
    )


def pictures(batch: pa.RecordBatch, columns: Columns, start: int, format: str) -> Iterator[Picture]:
    """Yield the images of a batch whose first row has the number `start`."""
    rows = zip(
        batch.column(columns.image).to_pylist(),
        batch.column(columns.width).to_pylist(),
        batch.column(columns.height).to_pylist(),
        batch.column(columns.objects).to_pylist(),
        strict=True,
    )
    for row, (stored, width, height, objects) in enumerate(rows, start):
        data: bytes = (stored or {}).get("bytes") or b""
        ending = next((ending for head, ending in ENDINGS.items() if data.startswith(head)), None)
        if ending is None:
            found = f"starts with {data[:8]!r}" if data else "is missing"
            raise BuildError(f"the image of row {row} {found}; {format} takes {', '.join(ENDINGS.values())}")
        yield Picture(row, data, ending, width, height, objects or [])


def _first(records: Feature, kind: type[Feature]) -> str | None:
    fields = records.fields if isinstance(records, Records) else {}
    return next((name for name, feature in fields.items() if isinstance(feature, kind)), None)
