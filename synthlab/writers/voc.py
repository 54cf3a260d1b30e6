"""Pascal VOC: an image, and an XML file with the boxes of its objects.

    VOCdevkit/VOC2012/JPEGImages/000000041.jpg
    VOCdevkit/VOC2012/Annotations/000000041.xml
    VOCdevkit/VOC2012/ImageSets/Main/train.txt

Boxes are as those of the original devkit: whole pixels counted from 1, the last one included. Of a box
`[x_min, y_min, x_max, y_max]` of synthlab's, `xmin` is x_min + 1 and `xmax` is x_max. (Some readers take the
numbers as if they were counted from 0; then boxes are a pixel to the right and below.) Images are JPEG, since
readers ask for `.jpg`. `labelmap.txt` has the classes, for readers that would take those of 2012.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Any, ClassVar
from xml.sax.saxutils import escape

import pyarrow as pa

from synthlab.errors import BuildError
from synthlab.features import Features
from synthlab.writers import MergeDesk, ShardDesk, Writer, split_names

from .pictures import Columns, Picture, columns_of, pictures

__all__ = ["VocWriter"]

ROOT = "VOCdevkit/VOC2012"
SPLIT_NAMES = {"validation": "val", None: "train"}


class VocWriter(Writer):
    """Stores images and boxes."""

    name: ClassVar[str] = "voc"
    description: ClassVar[str] = "JPEG files, with boxes in the XML of Pascal VOC"

    def accepts(self, features: Features) -> None:
        columns_of(features, self.name)

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        """Store the image files, the XML file of each, and their names."""
        columns, row = columns_of(features, self.name), desk.start
        splits = split_names(features)
        counts = {"images": 0, "objects": 0}
        with ExitStack() as stack:
            lists = [stack.enter_context(desk.part(f"{_name(split)}.txt")) for split in splits]
            for batch in batches:
                numbers = [0] * len(batch) if features.split is None else batch[features.split].to_pylist()
                for picture, number in zip(pictures(batch, columns, row, self.name), numbers, strict=True):
                    if picture.ending != "jpg":
                        raise BuildError(
                            f"the image of row {picture.row} is a PNG file, and voc holds JPEG; "
                            "of scenes, set encoding: jpeg"
                        )
                    stem = f"{picture.row:09d}"
                    with desk.create(f"{ROOT}/JPEGImages/{stem}.jpg") as file:
                        file.write(picture.data)
                    with desk.create(f"{ROOT}/Annotations/{stem}.xml") as file:
                        file.write(_xml(picture, stem, columns).encode())
                    lists[number].write(f"{stem}\n".encode())
                    counts["images"] += 1
                    counts["objects"] += len(picture.objects)
                row += len(batch)
        return counts

    def merge(self, features: Features, desk: MergeDesk) -> None:
        """Join the lists of names, and tell the classes."""
        columns = columns_of(features, self.name)
        names = [_name(split) for split in split_names(features)]
        for name in names:
            _join(desk, name, [name])
        both = [name for name in names if name in ("train", "val")]
        if both and "trainval" not in names:
            _join(desk, "trainval", both)
        with desk.create(f"{ROOT}/labelmap.txt") as file:
            lines = ["# label:color_rgb:parts:actions", "background:0,0,0::"]
            lines += [f"{name}:{_colour(i + 1)}::" for i, name in enumerate(columns.names)]
            file.write("".join(f"{line}\n" for line in lines).encode())


def _join(desk: MergeDesk, name: str, parts: list[str]) -> None:
    with desk.create(f"{ROOT}/ImageSets/Main/{name}.txt") as file:
        for part in parts:
            for shard in desk.shards():
                lines = shard.open(f"{part}.txt")
                if lines is not None:
                    with lines:
                        file.write(lines.read())


def _xml(picture: Picture, stem: str, columns: Columns) -> str:
    objects = "".join(_object(thing, picture, columns) for thing in picture.objects)
    return (
        "<annotation>\n"
        f"  <folder>VOC2012</folder>\n  <filename>{stem}.jpg</filename>\n"
        "  <source><database>synthlab</database></source>\n"
        f"  <size><width>{picture.width}</width><height>{picture.height}</height><depth>3</depth></size>\n"
        f"  <segmented>0</segmented>\n{objects}</annotation>\n"
    )


def _object(thing: Mapping[str, Any], picture: Picture, columns: Columns) -> str:
    left, top, right, bottom = thing[columns.box]
    # Whole pixels that the box touches, within the image.
    left, top = max(0, math.floor(left)), max(0, math.floor(top))
    right, bottom = min(picture.width, math.ceil(right)), min(picture.height, math.ceil(bottom))
    flags = {
        "truncated": (thing.get("truncated") or 0) > 0,
        "occluded": (thing.get("occluded") or 0) > 0,
        "difficult": bool(thing.get("iscrowd")),
    }
    told = "".join(f"<{name}>{int(value)}</{name}>" for name, value in flags.items())
    return (
        f"  <object>\n    <name>{escape(columns.names[thing[columns.label]])}</name>\n"
        f"    <pose>Unspecified</pose>{told}\n"
        f"    <bndbox><xmin>{left + 1}</xmin><ymin>{top + 1}</ymin><xmax>{right}</xmax><ymax>{bottom}</ymax>"
        "</bndbox>\n  </object>\n"
    )


def _colour(number: int) -> str:
    """Return the colour of a class, by the way of the VOC devkit: its bits in turn to red, green and blue."""
    channels = [0, 0, 0]
    for place in range(8):
        for channel in range(3):
            channels[channel] |= (number >> (3 * place + channel) & 1) << (7 - place)
    return ",".join(str(value & 255) for value in channels)


def _name(split: str | None) -> str:
    return SPLIT_NAMES.get(split, split or "train")
