"""COCO: images in folders, and their objects in one JSON file a split.

    images/000000041.jpg        images/train/000000041.jpg
    annotations.json            annotations/instances_train.json

On the left without splits, on the right with them. A file is named by the number of its row; the id
of the image is that number plus 1. The JSON has its keys in a fixed order and one record a line.
All ids start at 1: pycocotools takes an annotation with the id 0 for a miss. An object whose field
`iscrowd` is true is a region to be ignored. Maps of pixels go into folders of their own.

Where objects are as annotators drew them, those as they are go into files of their own, of the same form:
`annotations_clean.json`, `annotations_clean/instances_train.json`. An image whose objects nobody drew is not
in the JSON: listed without objects, it would say that there are none.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar

import numpy as np
import pyarrow as pa

from synthlab import masks
from synthlab.errors import BuildError, FeatureError
from synthlab.features import (
    Box,
    ClassLabel,
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
from synthlab.writers import MergeDesk, ShardDesk, Writer, by_split, split_names

__all__ = ["CocoWriter"]

Record = dict[str, Any]

SPLIT_NAMES = {"validation": "val"}
IMAGE_KEYS = ("id", "file_name", "width", "height")
OBJECT_KEYS = ("id", "image_id", "category_id", "bbox", "area", "iscrowd", "segmentation")
ENDINGS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png", b"GIF8": "gif", b"BM": "bmp"}

LOOSE_BOXES = "around what masks show, and more: hidden parts or a margin"
"""What `info` says of `boxes` where they are so on purpose."""

_ROW = "number of the row"


class CocoWriter(Writer):
    """Stores images and their objects."""

    name: ClassVar[str] = "coco"
    description: ClassVar[str] = "image files, with boxes and masks in COCO's JSON"

    def accepts(self, features: Features) -> None:
        _columns(features)

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        """Store the image files, and a line of JSON for each image and for each object.

        Objects are numbered within the shard and its split; `merge` numbers them anew.
        """
        columns = _columns(features)
        endings = [objects.ending for objects in columns.objects]
        counts = {"images": 0, "annotations": 0}
        row = desk.start
        with ExitStack() as stack:
            files = {
                (kind, ending, split): stack.enter_context(desk.part(_part(kind, ending, split)))
                for kind in counts
                for ending in endings
                for split in split_names(features)
            }
            written = dict.fromkeys(itertools.product(endings, split_names(features)), 0)
            for batch in batches:
                numbers = pa.array(range(row, row + batch.num_rows), pa.int64())
                row += batch.num_rows
                for split, rows in by_split(batch.append_column(_ROW, numbers), features):
                    for image, data, lists in _images(rows, columns):
                        with desk.create(_path(split, image["file_name"])) as file:
                            file.write(data)
                        for ending, objects in zip(endings, lists, strict=True):
                            if objects is None:
                                continue
                            files["images", ending, split].write(_line(image))
                            for record in objects:
                                written[ending, split] += 1
                                line = _line({"id": written[ending, split], **record})
                                files["annotations", ending, split].write(line)
                        counts["images"] += 1
                    _write_maps(rows, columns, split, desk)
            counts["annotations"] = sum(written["", split] for split in split_names(features))
        return counts

    def merge(self, features: Features, desk: MergeDesk) -> None:
        """Join the lines of the shards, and number the objects of each split from 1."""
        for objects, split in itertools.product(_columns(features).objects, split_names(features)):
            name = f"annotations{objects.ending}.json"
            if split is not None:
                name = f"annotations{objects.ending}/instances_{_name(split)}.json"
            with desk.create(name) as file:
                _write_json(file, desk, split, objects)


def _write_maps(rows: pa.RecordBatch, columns: _Columns, split: str | None, desk: ShardDesk) -> None:
    """Store the maps of each image beside it: `semantic/train/000000041.png`."""
    for name in columns.maps:
        pairs = zip(rows.column(_ROW).to_pylist(), rows.column(name).to_pylist(), strict=True)
        for row, stored in pairs:
            path = _path(split, f"{row:09d}.png").replace("images", name, 1)
            with desk.create(path) as file:
                file.write(stored["bytes"])


def _write_json(file: BinaryIO, desk: MergeDesk, split: str | None, objects: _Objects) -> None:
    info = {"description": desk.dataset, "version": "1.0", "contributor": "synthlab"}
    if objects.loose:
        info["boxes"] = LOOSE_BOXES
    categories = (
        _line({"id": i, "name": name, "supercategory": "object", **_points(objects.points)})
        for i, name in enumerate(objects.classes.names, 1)
    )
    numbers = itertools.count(1)
    annotations = (
        b'{"id":%d,%b' % (next(numbers), line.partition(b",")[2])
        for line in _lines(desk, _part("annotations", objects.ending, split))
    )
    file.write(b'{\n"info": ' + _line(info).rstrip() + b',\n"licenses": []')
    for key, lines in (
        ("categories", categories),
        ("images", _lines(desk, _part("images", objects.ending, split))),
        ("annotations", annotations),
    ):
        file.write(b',\n"%b": [' % key.encode())
        separator = b"\n"
        for line in lines:
            file.write(separator + line.rstrip())
            separator = b",\n"
        file.write(b"\n]")
    file.write(b"\n}\n")


def _points(points: Keypoints | None) -> Record:
    """Return what a category says of its keypoints; the skeleton counts them from 1."""
    if points is None:
        return {}
    return {"keypoints": list(points.names), "skeleton": [[a + 1, b + 1] for a, b in points.skeleton]}


def _lines(desk: MergeDesk, part: str) -> Iterator[bytes]:
    for shard in desk.shards():
        file = shard.open(part)
        if file is not None:
            with file:
                yield from file


def _part(kind: str, ending: str, split: str | None) -> str:
    return f"{kind}{ending}.jsonl" if split is None else f"{kind}{ending}-{split}.jsonl"


def _path(split: str | None, file_name: str) -> str:
    folder = "images" if split is None else f"images/{_name(split)}"
    return f"{folder}/{file_name}"


def _name(split: str) -> str:
    return SPLIT_NAMES.get(split, split)


def _line(record: Record) -> bytes:
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns and fields hold what COCO asks for, and what goes along with it."""

    image: str
    width: str
    height: str
    image_extras: Mapping[str, Feature]
    maps: tuple[str, ...]
    """Columns of maps that go into folders of their own."""
    objects: tuple[_Objects, ...]
    """Those to learn from, and those that are their truth if there are."""


@dataclass(frozen=True, slots=True)
class _Objects:
    """A column of objects, and which of their fields hold what."""

    column: str
    ending: str
    """Of the name of the file or folder: `_clean` of the truth."""
    box: str
    label: str
    mask: str | None
    keypoints: str | None
    crowd: str | None
    """The field that says which objects are to be ignored: `iscrowd`, of truth values."""
    extras: Mapping[str, Feature]
    classes: ClassLabel
    points: Keypoints | None
    loose: bool
    """Whether boxes may reach beyond the masks."""

    @staticmethod
    def of(column: str, ending: str, records: Feature) -> _Objects:
        assert isinstance(records, Records)
        # The first of a kind is the one that COCO asks for: `box` before `amodal_box`.
        box, label = _fields(records, Box)[0], _fields(records, ClassLabel)[0]
        mask = next(iter(_fields(records, Mask)), None)
        classes = records.fields[label]
        assert isinstance(classes, ClassLabel)
        # The area is the mask's where there is one.
        keypoints = next(iter(_fields(records, Keypoints)), None)
        crowd = "iscrowd" if records.fields.get("iscrowd") == Value("bool") else None
        taken = {box, label, mask, keypoints, crowd, "area" if mask else None}
        extras = {n: f for n, f in records.fields.items() if n not in taken}
        _check_extras(f"field of {column!r}", extras, {*OBJECT_KEYS} - {"area"})
        points = records.fields[keypoints] if keypoints else None
        assert points is None or isinstance(points, Keypoints)
        loose = records.fields[box] == Box(loose=True)
        return _Objects(column, ending, box, label, mask, keypoints, crowd, extras, classes, points, loose)


def _columns(features: Features) -> _Columns:
    """Return what is where, or raise FeatureError where COCO cannot hold it."""
    image, objects = _image_column(features), _object_column(features)
    kind, clean = features[image], f"{objects}_clean"
    assert isinstance(kind, Image)
    for size in (kind.width, kind.height):
        if size not in features.columns:
            raise FeatureError(
                f"coco needs the size of each image: {image!r} says that it is in column {size!r}, "
                f"but there are only {', '.join(features.columns)}"
            )
    splits = [_name(split).casefold() for split in split_names(features) if split is not None]
    if len(set(splits)) < len(splits):
        raise FeatureError(f"coco would mix splits in one folder, since their names are {', '.join(splits)}")
    found = [_Objects.of(objects, "", features[objects])]
    if clean in _object_columns(features):
        found.append(_Objects.of(clean, "_clean", features[clean]))
    maps = tuple(features.find(LabelMap))
    taken = {image, kind.width, kind.height, features.split, *maps, *(o.column for o in found)}
    extras = {n: f for n, f in features.columns.items() if n not in taken}
    _check_extras("column", extras, IMAGE_KEYS)
    return _Columns(image, kind.width, kind.height, extras, maps, tuple(found))


def _image_column(features: Features) -> str:
    found = features.find(Image)
    if len(found) == 1:
        return found[0]
    if not found:
        raise FeatureError(
            "coco stores images, and this dataset has none: its columns are "
            f"{', '.join(features.columns)}. csv, jsonl and parquet hold it."
        )
    raise FeatureError(
        f"coco holds one image a row, and this dataset has {len(found)}: {', '.join(found)}. "
        "parquet holds them all."
    )


def _object_columns(features: Features) -> list[str]:
    return [
        name
        for name in features.find(Records)
        if isinstance(feature := features[name], Records)
        and _fields(feature, Box)
        and _fields(feature, ClassLabel)
    ]


def _object_column(features: Features) -> str:
    """Return the one column of objects that a model may see."""
    found = [name for name in _object_columns(features) if name not in features.truth]
    if len(found) == 1:
        return found[0]
    raise FeatureError(
        "coco needs exactly one column of records with a box and a class label, and this dataset "
        f"has {', '.join(found) or 'none'} among {', '.join(features.columns)}. "
        "jsonl and parquet hold it."
    )


def _fields(records: Records, kind: type[Feature]) -> list[str]:
    return [name for name, feature in records.fields.items() if isinstance(feature, kind)]


def _check_extras(what: str, extras: Mapping[str, Feature], keys: Iterable[str]) -> None:
    for name, feature in extras.items():
        if name in keys:
            raise FeatureError(f"{what} {name!r} has the name of a key of COCO; call it otherwise")
        inner = list(feature.fields.values()) if isinstance(feature, Records) else [feature]
        if any(type(f) not in _PLAIN or f == Value("binary") for f in inner):
            raise FeatureError(
                f"coco has no place for {what} {name!r}, which is {type(feature).__name__}; "
                "jsonl and parquet hold it"
            )


def _images(
    batch: pa.RecordBatch, columns: _Columns
) -> Iterator[tuple[Record, bytes, list[list[Record] | None]]]:
    """Yield (image record, image file, the records of each column of objects) of each row.

    The objects have no ids yet; None where nobody looked for them.
    """
    lists = [_object_lists(batch.column(objects.column), objects) for objects in columns.objects]
    for row, picture, width, height, extra, *found in zip(
        batch.column(_ROW).to_pylist(),
        batch.column(columns.image).to_pylist(),
        batch.column(columns.width).to_pylist(),
        batch.column(columns.height).to_pylist(),
        _extras(batch, columns.image_extras),
        *lists,
        strict=True,
    ):
        data, ending = _file(picture, row)
        name = f"{row:09d}.{ending}"
        image = {"id": row + 1, "file_name": name, "width": width, "height": height, **extra}
        mine = [None if o is None else [{"image_id": row + 1, **record} for record in o] for o in found]
        yield image, data, mine


def _object_lists(lists: Any, columns: _Objects) -> Iterator[list[Record] | None]:
    objects = _objects(pa.RecordBatch.from_struct_array(lists.flatten()), columns)
    for count in lists.value_lengths().to_pylist():
        yield None if count is None else list(itertools.islice(objects, count))


def _objects(batch: pa.RecordBatch, columns: _Objects) -> Iterator[Record]:
    boxes: Any = batch.column(columns.box)
    labels: Any = batch.column(columns.label)
    if boxes.null_count or labels.null_count:
        raise BuildError(f"an object in {columns.column!r} has no box or no class; coco needs both")

    def field(name: str | None) -> list[Any]:
        return [None] * len(batch) if name is None else list(batch.column(name).to_pylist())

    for box, label, mask, crowd, points, extra in zip(
        _boxes(boxes),
        labels.to_pylist(),
        field(columns.mask),
        field(columns.crowd),
        field(columns.keypoints),
        _extras(batch, columns.extras),
        strict=True,
    ):
        record = {"category_id": label + 1, "bbox": box, "area": box[2] * box[3], "iscrowd": int(bool(crowd))}
        if mask is not None:
            record["area"] = masks.area(mask["counts"])
            # Of a crowd, pycocotools takes runs alone.
            record["segmentation"] = _runs(mask) if crowd else _segmentation(mask)
        if points is not None:
            record["keypoints"] = [round(v, 2) for v in points]
            record["num_keypoints"] = sum(v > 0 for v in points[2::3])
        yield {**record, **extra}


def _segmentation(mask: Mapping[str, Any]) -> list[list[int]] | Record:
    """Return polygons, or runs where polygons cannot tell: holes, and masks without pixels."""
    height = mask["size"][0]
    outlines = masks.polygons(mask["counts"], height)
    return outlines or _runs(mask)


def _runs(mask: Mapping[str, Any]) -> Record:
    # As a list, the way of COCO's own files: more readers take it than the compressed string.
    return {"size": mask["size"], "counts": masks.run_lengths(mask["counts"]).tolist()}


def _file(picture: Mapping[str, Any] | None, row: int) -> tuple[bytes, str]:
    """Return the bytes of an image, and the ending that they call for."""
    data: bytes = (picture or {}).get("bytes") or b""
    for start, ending in ENDINGS.items():
        if data.startswith(start):
            return data, ending
    found = f"starts with {data[:8]!r}" if data else "is missing"
    raise BuildError(f"the image of row {row} {found}; coco takes {', '.join(ENDINGS.values())}")


def _extras(batch: pa.RecordBatch, extras: Mapping[str, Feature]) -> Iterator[Record]:
    """Yield what goes along with each row."""
    if not extras:
        return itertools.repeat({}, len(batch))
    values = [_PLAIN[type(f)](batch.column(name), f) for name, f in extras.items()]
    return (dict(zip(extras, row, strict=True)) for row in zip(*values, strict=True))


def _boxes(array: Any) -> list[Any]:
    """Return boxes as COCO writes them, `[x, y, width, height]`."""
    corners = array.flatten().to_numpy(zero_copy_only=False).astype(np.float64).reshape(-1, 4)
    corners[:, 2:] -= corners[:, :2]
    whole = (corners == np.rint(corners)).all()
    boxes: list[Any] = (corners.astype(np.int64) if whole else corners).tolist()
    if array.null_count == 0:
        return boxes
    remaining = iter(boxes)
    return [next(remaining) if there else None for there in array.is_valid().to_pylist()]


def _lists(array: Any, records: Records) -> list[Any]:
    """Return lists of records: the characters on the objects of an image, say."""
    inner = _extras(pa.RecordBatch.from_struct_array(array.flatten()), records.fields)
    return [n if n is None else list(itertools.islice(inner, n)) for n in array.value_lengths().to_pylist()]


def _values(array: Any, dtype: str) -> list[Any]:
    if dtype.startswith("float"):
        # By way of text, which has the fewest digits that tell the number; not a number is null.
        texts = array.cast(pa.string()).to_pylist()
        return [None if t in (None, "nan", "inf", "-inf") else float(t) for t in texts]
    if dtype.startswith(("date", "timestamp")):
        array = array.cast(pa.string())
    return list(array.to_pylist())


# How each kind of value goes into JSON. Box: in the same way as COCO's own.
_PLAIN: dict[type[Feature], Callable[[Any, Any], list[Any]]] = {
    Value: lambda array, feature: _values(array, feature.dtype),
    Text: lambda array, feature: array.to_pylist(),
    ClassLabel: lambda array, feature: [None if v is None else feature.names[v] for v in array.to_pylist()],
    Box: lambda array, feature: _boxes(array),
    OrientedBox: lambda array, feature: [v and [round(n, 2) for n in v] for v in array.to_pylist()],
    Records: lambda array, feature: _lists(array, feature),
}
