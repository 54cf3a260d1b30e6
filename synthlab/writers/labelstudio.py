"""Label Studio: a JSON list of tasks with their annotations, a task a line, and the configuration for them.

    train.json    validation.json    labeling_config.xml    labelstudio.json    images/000000041.jpg

A task is numbered by its row plus 1, its annotation as well, and its regions `41_1`, `41_2` and so on after
the row. Images are found by Label Studio's local storage of the folder (`/data/local-files/?d=images/...`).
`labelstudio.json` counts what is there, and records that have no region to show.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, ClassVar

import pyarrow as pa

from ..errors import BuildError, FeatureError
from ..features import Box, Feature, Features, LabelMap, Mask, Value
from ..json_text import json_column, json_page
from . import MergeDesk, ShardDesk, Writer, split_names
from .coco import ENDINGS
from .labelstudio_controls import FORMAT, RATINGS, Boxes, Controls, configuration, controls
from .spans import SpanColumn, add_up, check_span
from .text import ROW, file_name, numbered, parts, write_parts

__all__ = ["LabelStudioWriter"]

Result = dict[str, Any]
COUNTS = ("tasks", "regions", "records_without_region")
MOST = "most_"


class LabelStudioWriter(Writer):
    """Spans and boxes as regions, their other classes asked for the first region of each record, classes as
    choices, stars as ratings and other numbers as numbers. The other columns go along as data; truth stays
    out."""

    name: ClassVar[str] = FORMAT
    description: ClassVar[str] = "Label Studio's tasks with annotations, and its labeling configuration"

    def accepts(self, features: Features) -> None:
        found = controls(features)
        for name, feature in _extras(features, found).items():
            if isinstance(feature, Mask | Box | LabelMap) or feature == Value("binary"):
                raise FeatureError(f"labelstudio has no place for column {name!r}; parquet holds it")

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        found = controls(features)
        counts = dict.fromkeys((*COUNTS, *(f"{MOST}{n}" for n in found.numbers if n in RATINGS)), 0)

        def write(rows: pa.RecordBatch, file: BinaryIO) -> None:
            for task in _tasks(rows, features, found, desk, counts):
                file.write(b",\n" + task.encode())

        write_parts(numbered(batches, desk.start), features, desk, write)
        return counts

    def merge(self, features: Features, desk: MergeDesk) -> None:
        found = controls(features)
        for split in split_names(features):
            with desk.create(file_name(desk.dataset, split, "json")) as file:
                file.write(b"[\n")
                first = True
                for part in parts(desk, split):
                    if first:
                        first = not part.read(2)  # the comma and line feed before the first task
                    shutil.copyfileobj(part, file, 1 << 20)
                file.write(b"\n]\n")
        most: dict[str, int] = {}
        for shard in desk.shards():
            for name in RATINGS:
                most[name] = max(most.get(name, 0), shard.counts.get(f"{MOST}{name}", 0))
        with desk.create("labeling_config.xml") as file:
            file.write(configuration(found, most))
        total = add_up(desk)
        with desk.create("labelstudio.json") as file:
            file.write(json_page({"controls": found.names, "counts": {n: total[n] for n in COUNTS}}))


def _tasks(
    rows: pa.RecordBatch, features: Features, found: Controls, desk: ShardDesk, counts: dict[str, int]
) -> Iterator[str]:
    """Yield each row as the JSON of a task."""
    numbers = rows.column(ROW).to_pylist()
    extras = _data(rows, _extras(features, found))
    used = dict.fromkeys([*found.columns, *found.choices, *found.numbers])
    values = {name: rows.column(name).to_pylist() for name in used}
    for row, (number, extra) in enumerate(zip(numbers, extras, strict=True)):
        mine = {name: column[row] for name, column in values.items()}
        target = mine[found.target]
        regions = _Regions(number, found, counts)
        if found.is_image:
            regions.boxes(mine)
            target = _image(target, number, desk)
        else:
            target = target or ""
            regions.spans(target, mine)
        result = [*regions.results, *_choices(number, mine, found, counts)]
        data = f"{{{_json(found.target)}:{_json(target)}{extra}}}"
        counts["tasks"] += 1
        annotation = _json([{"id": number + 1, "result": result}])
        yield f'{{"id":{number + 1},"data":{data},"annotations":{annotation}}}'


class _Regions:
    """The regions of one row, as they are found."""

    def __init__(self, row: int, found: Controls, counts: dict[str, int]) -> None:
        self.results: list[Result] = []
        self.row, self.found, self.counts = row, found, counts
        self.numbers = itertools.count(1)

    def spans(self, text: str, values: Mapping[str, Any]) -> None:
        """Add the spans of a text; those of one record are tied by a relation to its first.

        What else the record says is asked for the first that is there: for the opinion where no aspect is
        named.
        """
        for name, group in itertools.groupby(self.found.spans, key=lambda s: s.column):
            columns = list(group)
            for record in self._records(columns[0].field, values[name]):
                ids: list[str | None] = [self._span(text, column, record) for column in columns]
                self._details(name, next(filter(None, ids), None), record)
                for other in ids[1:]:
                    if ids[0] and other:
                        tie = {"from_id": ids[0], "to_id": other, "type": "relation", "direction": "right"}
                        self.results.append(tie)

    def boxes(self, values: Mapping[str, Any]) -> None:
        """Add the boxes of an image, in percent of its size."""
        width, height = (values[name] for name in self.found.size) if self.found.boxes else (0, 0)
        for boxes in self.found.boxes:
            for record in values[boxes.name] or ():
                self._details(boxes.name, self._box(boxes, record, width, height), record)

    def _records(self, field: str | None, value: Any) -> Sequence[Mapping[str, Any]]:
        if field is None:
            return [{"": value}]
        return value or ()

    def _span(self, text: str, column: SpanColumn, record: Mapping[str, Any]) -> str | None:
        span = record[column.field or ""]
        if span is None:
            return None
        start, end = span["start"], span["end"]
        check_span(column.name, text, start, end)
        value = {"start": start, "end": end, "text": text[start:end]}
        label = self._label(column.name, column.label, column.labels, record)
        return self._region(column.name, "labels", label, {}, value)

    def _box(self, boxes: Boxes, record: Mapping[str, Any], width: int, height: int) -> str | None:
        if record[boxes.box] is None:
            return None
        left, top, right, bottom = record[boxes.box]
        value = {
            "x": left * 100 / width,
            "y": top * 100 / height,
            "width": (right - left) * 100 / width,
            "height": (bottom - top) * 100 / height,
            "rotation": 0,
        }
        label = self._label(boxes.name, boxes.label, boxes.labels, record)
        size = {"original_width": width, "original_height": height, "image_rotation": 0}
        return self._region(boxes.name, "rectanglelabels", label, size, value)

    def _label(self, name: str, field: str | None, labels: Sequence[str], record: Mapping[str, Any]) -> str:
        if field is None:
            return labels[0]
        if record[field] is None:
            raise BuildError(f"a region in {name!r} has no {field!r}, which is its label")
        return labels[int(record[field])]

    def _region(self, name: str, kind: str, label: str, size: Result, value: Result) -> str:
        identity = f"{self.row}_{next(self.numbers)}"
        self.counts["regions"] += 1
        self.results.append(
            {
                "id": identity,
                "from_name": name,
                "to_name": self.found.target,
                "type": kind,
                **size,
                "value": {**value, kind: [label]},
            }
        )
        return identity

    def _details(self, column: str, identity: str | None, record: Mapping[str, Any]) -> None:
        """Answer what else is asked about a region, which is the one with that identity."""
        if identity is None:
            self.counts["records_without_region"] += "" not in record
            return
        region = next(r for r in reversed(self.results) if r.get("id") == identity)
        for detail in self.found.details:
            if detail.column == column and record[detail.field] is not None:
                value = {k: v for k, v in region["value"].items() if k != region["type"]}
                value["choices"] = [detail.choices[int(record[detail.field])]]
                self.results.append({**region, "from_name": detail.name, "type": "choices", "value": value})


def _choices(
    row: int, values: Mapping[str, Any], found: Controls, counts: dict[str, int]
) -> Iterator[Result]:
    """Yield the labels of the whole row that are there."""
    for name, labels in found.choices.items():
        if values[name] is not None:
            yield _whole(row, name, found.target, "choices", [labels[int(values[name])]])
    for name in found.numbers:
        value = values[name]
        if value is not None and name in RATINGS:
            counts[f"{MOST}{name}"] = max(counts[f"{MOST}{name}"], int(value))
        if value is not None:
            yield _whole(row, name, found.target, "rating" if name in RATINGS else "number", value)


def _whole(row: int, name: str, target: str, kind: str, value: Any) -> Result:
    return {
        "id": f"{row}_{name}",
        "from_name": name,
        "to_name": target,
        "type": kind,
        "value": {kind: value},
    }


def _extras(features: Features, found: Controls) -> dict[str, Feature]:
    """Return the columns that go along as data: no label, no truth, nothing that is a region."""
    apart = {*found.columns, *found.choices, *found.numbers, *features.truth, features.split}
    return {name: feature for name, feature in features.columns.items() if name not in apart}


def _data(rows: pa.RecordBatch, extras: Mapping[str, Feature]) -> Iterable[str]:
    """Return what follows the target in the data of each task."""
    if not extras:
        return itertools.repeat("", rows.num_rows)
    arrays = [feature.readable(rows.column(name)) for name, feature in extras.items()]
    objects = json_column(pa.StructArray.from_arrays(arrays, names=list(extras)))
    return ("," + text[1:-1] for text in objects.to_pylist())


def _image(picture: Mapping[str, Any] | None, row: int, desk: ShardDesk) -> str:
    """Store an image, and return the address by which Label Studio finds it."""
    data: bytes = (picture or {}).get("bytes") or b""
    ending = next((ending for start, ending in ENDINGS.items() if data.startswith(start)), None)
    if ending is None:
        raise BuildError(f"the image of row {row} is none of {', '.join(ENDINGS.values())}")
    path = f"images/{row:09d}.{ending}"
    with desk.create(path) as file:
        file.write(data)
    return f"/data/local-files/?d={path}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
