"""The columns of the dataset: which there are, and how they are filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from synthlab import (
    Box,
    ClassLabel,
    Draws,
    Feature,
    Features,
    Image,
    Keypoints,
    LabelMap,
    Mask,
    OrientedBox,
    Records,
    Text,
    Value,
)

from .options import OBJECT_LABELS

if TYPE_CHECKING:
    from .generator import ImageGenerator
    from .labels import Known
    from .layout import Layout

__all__ = ["Columns", "features"]

BACKGROUND = "background"
_NO_LABELS = ("image", "width", "height", "unlabeled", "sequence", "frame")


def features(options: ImageGenerator) -> Features:
    """Return the columns that the options ask for."""
    from .keypoints import keypoint_names, skeleton

    wanted = set(options.labels)
    fields: dict[str, Feature] = {
        "box": Box(loose=options.has_loose_boxes),
        "label": ClassLabel(options.names),
        "area": Value("int64"),
        "mask": Mask(),
        "amodal_box": Box(),
        "visibility": Value("float32"),
        "truncated": Value("float32"),
        "occluded": Value("float32"),
        "amodal_area": Value("int64"),
        "oriented_box": OrientedBox(),
        "keypoints": Keypoints(keypoint_names(options.assets), skeleton(options.assets)),
        "depth": Value("int32"),
        "text": Value("string"),
        "asset": Value("string"),
    }
    objects: dict[str, Feature] = {name: fields[name] for name in OBJECT_LABELS if name in wanted}
    if objects and options.sequences:
        objects["track"] = Value("int32")
    if objects and "ignore" in options.fates:
        objects["iscrowd"] = Value("bool")
    columns: dict[str, Feature] = {"image": Image(), "width": Value("int32"), "height": Value("int32")}
    if objects:
        columns["objects"] = Records(objects)
    if options.sequences:
        columns["sequence"] = Value("int64")
        columns["frame"] = Value("int32")
    if "unlabeled" in options.fates:
        columns["unlabeled"] = Value("int32")
    more: dict[str, Feature] = {
        "main": ClassLabel(options.names),
        "semantic": LabelMap((BACKGROUND, *options.names)),
        "panoptic": LabelMap(),
        "counts": Records({"label": ClassLabel(options.names), "count": Value("int32")}),
        "parts": Records(
            {
                "object": Value("int32"),
                "text": Value("string"),
                "corners": OrientedBox(),
                "visibility": Value("float32"),
            }
        ),
        "caption": Text(),
        "questions": Records({"question": Text(), "answer": Text()}),
    }
    columns.update({name: feature for name, feature in more.items() if name in wanted})
    labels = tuple(name for name in columns if name not in _NO_LABELS)
    if options.scene:
        columns["scene"] = Value("string")
    # Frames of one film are much alike: no split parts them.
    return Features(columns, labels=labels, group="sequence" if options.sequences else None)


class Columns:
    """Gathers the images of a batch and what is known of them."""

    def __init__(self, options: ImageGenerator) -> None:
        self._options = options
        self._features = options.features
        self._wanted = set(options.labels)
        self._images: list[bytes] = []
        self._objects: list[tuple[Layout, Known]] = []
        self._offsets = [0]
        self._others: dict[str, list[Any]] = {
            name: [] for name in self._features.columns if name not in ("image", "width", "height", "objects")
        }

    def add(self, layout: Layout, image: bytes, draws: Draws) -> None:
        """Take the next image."""
        from . import captions, labels, painting
        from .scene import to_json

        options = self._options
        objects = labels.known(layout, options.labeling_rules)
        self._images.append(image)
        self._objects.extend((layout, thing) for thing in objects)
        self._offsets.append(len(self._objects))
        size = options.width, options.height
        for name, values in self._others.items():
            match name:
                case "main":
                    values.append(_main(objects))
                case "semantic":
                    values.append(painting.encode_map(labels.semantic(layout, objects)))
                case "panoptic":
                    values.append(painting.encode_map(labels.panoptic(layout, objects)))
                case "counts":
                    values.append(_counted(objects))
                case "parts":
                    values.append(labels.parts(layout, objects))
                case "caption":
                    values.append(captions.caption(objects, options.names, *size))
                case "questions":
                    values.append(captions.questions(objects, options.names, *size, draws))
                case "sequence" | "frame":
                    assert options.sequences is not None
                    film, frame = divmod(draws.row, options.sequences.frames)
                    values.append(film if name == "sequence" else frame)
                case "unlabeled":
                    drawn = sum(p.thing.label >= 0 and p.area > 0 for p in layout.placed)
                    values.append(drawn - len(objects))
                case "scene":
                    values.append(to_json(layout.scene))

    def batch(self) -> pa.RecordBatch:
        """Return what was gathered."""
        rows = len(self._images)
        columns: dict[str, Any] = {
            "image": self._images,
            "width": np.full(rows, self._options.width, dtype=np.int32),
            "height": np.full(rows, self._options.height, dtype=np.int32),
            **self._others,
        }
        records = self._features.columns.get("objects")
        if isinstance(records, Records):
            columns["objects"] = records.columns(self._offsets, self._fields(records))
        return self._features.batch({name: columns[name] for name in self._features.columns})

    def _fields(self, records: Records) -> dict[str, Any]:
        from . import labels
        from .keypoints import keypoint_names

        seen = [thing.placed for _, thing in self._objects]
        values: dict[str, Any] = {}
        for name in records.fields:
            match name:
                case "box":
                    values[name] = np.array([thing.box for _, thing in self._objects]).reshape(-1, 4)
                case "label":
                    values[name] = np.array([p.thing.label for p in seen], dtype=np.int64)
                case "area":
                    values[name] = np.array([p.area for p in seen], dtype=np.int64)
                case "mask":
                    values[name] = self._masks([thing.mask for _, thing in self._objects])
                case "amodal_box":
                    values[name] = np.array([p.whole_box for p in seen]).reshape(-1, 4)
                case "amodal_area":
                    values[name] = np.array([p.whole_area for p in seen], dtype=np.int64)
                case "visibility" | "truncated" | "occluded":
                    values[name] = np.array([getattr(p, name) for p in seen], dtype=np.float32)
                case "oriented_box":
                    corners = [labels.oriented_box(layout, thing.placed) for layout, thing in self._objects]
                    values[name] = np.array(corners, dtype=np.float64).reshape(-1, 8)
                case "keypoints":
                    names = keypoint_names(self._options.assets)
                    points = [
                        labels.keypoints(layout, k.placed, self._options.studio.asset(k.placed.thing), names)
                        for layout, k in self._objects
                    ]
                    values[name] = np.array(points, dtype=np.float64).reshape(-1, 3 * len(names))
                case "depth":
                    values[name] = np.array([thing.depth for _, thing in self._objects], dtype=np.int32)
                case "text":
                    values[name] = [p.raster.text or None for p in seen]
                case "asset":
                    values[name] = [getattr(self._options.studio.asset(p.thing), "asset", None) for p in seen]
                case "track":
                    values[name] = np.array([p.number - 1 for p in seen], dtype=np.int32)
                case "iscrowd":
                    values[name] = np.array([thing.ignored for _, thing in self._objects], dtype=np.bool_)
        return values

    def _masks(self, strings: list[str]) -> pa.StructArray:
        size = [self._options.height, self._options.width]
        sizes = np.tile(np.array(size, dtype=np.int32), len(strings))
        columns = [
            pa.FixedSizeListArray.from_arrays(pa.array(sizes), 2),
            pa.array(strings, pa.string()),
        ]
        return pa.StructArray.from_arrays(columns, names=["size", "counts"])


def _main(objects: list[Known]) -> int | None:
    """Return the class of the object of which most is seen: the class of the image."""
    largest = max(objects, key=lambda thing: thing.placed.area, default=None)
    return None if largest is None else largest.placed.thing.label


def _counted(objects: list[Known]) -> list[dict[str, int]]:
    """Return how many objects there are of each class that the image has."""
    found = [thing.placed.thing.label for thing in objects if not thing.ignored]
    return [{"label": label, "count": found.count(label)} for label in sorted(set(found))]
