"""YOLO, as Ultralytics reads it: an image, and beside it a text file with a line for each object.

    data.yaml
    images/train/000000041.jpg
    labels/train/000000041.txt      0 0.512500000 0.441666667 0.118750000 0.204166667

Numbers are shares of the image's width and height. What a line has after its class: centre and size of the
box (`yolo`), the outline of what is seen (`yolo-segment`), the corners of the oriented box (`yolo-obb`), or
the box and then x, y and visibility of each keypoint (`yolo-pose`).

Readers drop a whole image, and say nothing, for one line that they do not like. So boxes and corners end at
the border of the image, objects to be ignored have no line, and `data.yaml` has no `path`, which readers
resolve against the folder that they were started in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import pyarrow as pa

from synthlab import masks
from synthlab.errors import FeatureError
from synthlab.features import Features
from synthlab.writers import MergeDesk, ShardDesk, Writer, split_names

from .pictures import Columns, Picture, columns_of, pictures

__all__ = ["YoloObbWriter", "YoloPoseWriter", "YoloSegmentWriter", "YoloWriter"]

SPLIT_NAMES = {"validation": "val"}


class YoloWriter(Writer):
    """Stores images and boxes."""

    name: ClassVar[str] = "yolo"
    description: ClassVar[str] = "image files, with boxes in text files for YOLO"

    def accepts(self, features: Features) -> None:
        columns = columns_of(features, self.name)
        self._needs(columns)
        names = [_name(split) for split in split_names(features)]
        if features.split is not None and not {"train", "val"} <= set(names):
            raise FeatureError(
                f"{self.name} needs the splits train and validation, and this dataset has {', '.join(names)}"
            )

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        """Store the image files, and the text file of each."""
        columns, row = columns_of(features, self.name), desk.start
        splits = split_names(features)
        counts = {"images": 0, "objects": 0}
        for batch in batches:
            numbers = [0] * len(batch) if features.split is None else batch.column(features.split).to_pylist()
            for picture, number in zip(pictures(batch, columns, row, self.name), numbers, strict=True):
                folder, stem = _name(splits[number]), f"{picture.row:09d}"
                with desk.create(f"images/{folder}/{stem}.{picture.ending}") as file:
                    file.write(picture.data)
                objects = [o for o in picture.objects if not o.get("iscrowd")]
                lines = [line for o in objects if (line := self._line(o, picture, columns)) is not None]
                with desk.create(f"labels/{folder}/{stem}.txt") as file:
                    file.write("".join(f"{line}\n" for line in lines).encode())
                counts["images"] += 1
                counts["objects"] += len(lines)
            row += len(batch)
        return counts

    def merge(self, features: Features, desk: MergeDesk) -> None:
        """Say where what is."""
        columns = columns_of(features, self.name)
        lines = []
        folders = [_name(split) for split in split_names(features)]
        if folders == ["train"]:
            lines.append("# Without splits, what is learned from is also what is measured.")
            folders.append("val")
            lines += ["train: images/train", "val: images/train"]
        else:
            lines += [f"{folder}: images/{folder}" for folder in folders]
        lines += self._extra(columns)
        lines.append("names:")
        lines += [f"  {i}: {_quoted(name)}" for i, name in enumerate(columns.names)]
        with desk.create("data.yaml") as file:
            file.write("".join(f"{line}\n" for line in lines).encode())

    def _needs(self, columns: Columns) -> None:
        """Raise FeatureError where a field is missing."""

    def _extra(self, columns: Columns) -> list[str]:
        return []

    def _line(self, thing: Mapping[str, Any], picture: Picture, columns: Columns) -> str | None:
        box = _box(thing[columns.box], picture)
        return None if box is None else _joined(thing[columns.label], box)


class YoloSegmentWriter(YoloWriter):
    """Stores images and outlines."""

    name: ClassVar[str] = "yolo-segment"
    description: ClassVar[str] = "image files, with outlines in text files for YOLO"

    def _needs(self, columns: Columns) -> None:
        if columns.mask is None:
            raise FeatureError(f"{self.name} needs a mask of each object")

    def _line(self, thing: Mapping[str, Any], picture: Picture, columns: Columns) -> str | None:
        assert columns.mask is not None
        mask = thing[columns.mask]
        points = _one_outline([outline for outline, _ in masks.rings(mask["counts"], mask["size"][0])])
        if not points:
            return None
        return _joined(thing[columns.label], _shares(points, picture))


class YoloObbWriter(YoloWriter):
    """Stores images and oriented boxes."""

    name: ClassVar[str] = "yolo-obb"
    description: ClassVar[str] = "image files, with oriented boxes in text files for YOLO"

    def _needs(self, columns: Columns) -> None:
        if columns.oriented is None:
            raise FeatureError(
                f"{self.name} needs an oriented box of each object; of scenes, add oriented_box to labels"
            )

    def _line(self, thing: Mapping[str, Any], picture: Picture, columns: Columns) -> str | None:
        assert columns.oriented is not None
        return _joined(thing[columns.label], _shares(thing[columns.oriented], picture))


class YoloPoseWriter(YoloWriter):
    """Stores images, boxes and keypoints."""

    name: ClassVar[str] = "yolo-pose"
    description: ClassVar[str] = "image files, with boxes and keypoints in text files for YOLO"

    def _needs(self, columns: Columns) -> None:
        if columns.keypoints is None:
            raise FeatureError(
                f"{self.name} needs keypoints of each object; of scenes, add keypoints to labels"
            )

    def _extra(self, columns: Columns) -> list[str]:
        flipped = [_other_side(name, columns.points) for name in columns.points]
        return [f"kpt_shape: [{len(columns.points)}, 3]", f"flip_idx: {flipped}"]

    def _line(self, thing: Mapping[str, Any], picture: Picture, columns: Columns) -> str | None:
        assert columns.keypoints is not None
        box, values = _box(thing[columns.box], picture), thing[columns.keypoints]
        if box is None:
            return None
        points = []
        for x, y, seen in zip(values[::3], values[1::3], values[2::3], strict=True):
            shares = _shares([x, y], picture) if seen else [0.0, 0.0]
            points += [*map(_number, shares), str(int(seen))]
        return f"{_joined(thing[columns.label], box)} {' '.join(points)}"


def _box(corners: Sequence[float], picture: Picture) -> list[float] | None:
    """Return centre and size of the part of a box that is in the image, or None where there is none."""
    left, top = max(0.0, corners[0]), max(0.0, corners[1])
    right, bottom = min(float(picture.width), corners[2]), min(float(picture.height), corners[3])
    if left >= right or top >= bottom:
        return None
    wide, high = picture.width, picture.height
    return [
        (left + right) / 2 / wide,
        (top + bottom) / 2 / high,
        (right - left) / wide,
        (bottom - top) / high,
    ]


def _one_outline(rings: Sequence[Sequence[int]]) -> list[float]:
    """Return one outline for all parts and holes: there and back again along the same line.

    Filled by even-odd it gives the mask again; YOLO has no other way to tell of several.
    """
    points: list[float] = []
    for ring in rings:
        points += [*ring, ring[0], ring[1]] if len(rings) > 1 else ring
    for ring in reversed(rings[:-1] if len(rings) > 1 else ()):
        points += [ring[0], ring[1]]
    return points


def _shares(points: Sequence[float], picture: Picture) -> list[float]:
    sizes = picture.width, picture.height
    return [min(1.0, max(0.0, value / sizes[i % 2])) for i, value in enumerate(points)]


def _joined(label: int, values: Sequence[float]) -> str:
    return f"{label} {' '.join(map(_number, values))}"


def _number(value: float) -> str:
    # Nine decimals: a hundred-thousandth of a pixel of the largest images.
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _other_side(name: str, names: Sequence[str]) -> int:
    """Return the place of the point that a mirror makes of this one: left for right."""
    swapped = name.replace("left", "\0").replace("right", "left").replace("\0", "right")
    return names.index(swapped) if swapped in names else names.index(name)


def _name(split: str | None) -> str:
    return "train" if split is None else SPLIT_NAMES.get(split, split)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
