"""What the columns of a dataset mean.

A batch is a plain `pyarrow.RecordBatch`; `Features` says what its columns mean. The meaning travels in the
Arrow schema's metadata, once for synthlab and once in the form that Hugging Face `datasets` reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from .errors import BuildError, FeatureError
from .kinds import (
    VALUE_TYPES,
    Box,
    ClassLabel,
    Feature,
    GroupLabel,
    Image,
    Keypoints,
    LabelMap,
    Mask,
    OrientedBox,
    Records,
    Span,
    Text,
    Value,
)

__all__ = [
    "VALUE_TYPES",
    "Box",
    "ClassLabel",
    "Feature",
    "Features",
    "GroupLabel",
    "Image",
    "Keypoints",
    "LabelMap",
    "Mask",
    "OrientedBox",
    "Records",
    "Span",
    "Text",
    "Value",
]

F = TypeVar("F", bound=Feature)


@dataclass(frozen=True)
class Features:
    """The columns of a dataset in order, and the part that some of them play.

    `labels` are what a model is to learn. Rows of one `group` (reviews from one template, say) are never
    parted by a split, since a model could otherwise recognise the group instead of learning the label.
    `split` says which part of the dataset a row belongs to; writers sort the rows by it. `truth` are what
    is known only because the data was made (clean labels, true probabilities, where values were spoilt): no
    model may see them.
    """

    columns: Mapping[str, Feature]
    labels: tuple[str, ...] = ()
    group: str | None = None
    split: str | None = None
    truth: tuple[str, ...] = ()
    added: tuple[str, ...] = field(default=(), compare=False)
    """What stages put there, beside the columns that the generator makes."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", dict(self.columns))
        object.__setattr__(self, "labels", tuple(self.labels))
        object.__setattr__(self, "truth", tuple(self.truth))
        for name in (*self.labels, *self.truth, self.group, self.split):
            if name is not None and name not in self.columns:
                raise FeatureError(f"{name!r} is not a column; there are {', '.join(self.columns)}")

    def __getitem__(self, name: str) -> Feature:
        return self.columns[name]

    def find(self, kind: type[F]) -> list[str]:
        """Return the names of the columns of that kind, in order."""
        return [name for name, feature in self.columns.items() if isinstance(feature, kind)]

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that a model may learn from: no label, no truth, no split, no group."""
        apart = {*self.labels, *self.truth, self.split, self.group}
        return tuple(name for name in self.columns if name not in apart)

    def with_column(
        self, name: str, feature: Feature, *, label: bool = False, truth: bool = False
    ) -> Features:
        """Return the features with one more column at the end, or with that column changed."""
        labels = self.labels if not label or name in self.labels else (*self.labels, name)
        known = self.truth if not truth or name in self.truth else (*self.truth, name)
        columns = {**self.columns, name: feature}
        return replace(self, columns=columns, labels=labels, truth=known, added=(*self.added, name))

    def without(self, name: str) -> Features:
        """Return the features with one column less."""
        columns = {n: f for n, f in self.columns.items() if n != name}
        labels = tuple(n for n in self.labels if n != name)
        group = None if self.group == name else self.group
        split = None if self.split == name else self.split
        truth, added = (tuple(n for n in names if n != name) for names in (self.truth, self.added))
        return Features(columns, labels, group, split, truth, added)

    def truth_of(self, column: str) -> tuple[str, ...]:
        """Return the columns that hold the truth about a column, by their names: `age_clean` of `age`."""
        others = [name for name in self.columns if name not in self.truth]

        def owner(name: str) -> str:
            return max((other for other in others if name.startswith(f"{other}_")), key=len, default="")

        return tuple(name for name in self.truth if owner(name) == column)

    @property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema of the batches, with the meaning of the columns in its metadata."""
        huggingface = {name: feature.huggingface() for name, feature in self.columns.items()}
        metadata = {
            "huggingface": json.dumps({"info": {"features": huggingface}}, separators=(",", ":")),
            "synthlab": json.dumps(self.to_json(), separators=(",", ":")),
        }
        return pa.schema(
            [pa.field(name, f.arrow) for name, f in self.columns.items()],
            metadata={k.encode(): v.encode() for k, v in metadata.items()},
        )

    @staticmethod
    def from_arrow(schema: pa.Schema) -> Features:
        """Return the features that an Arrow schema written by synthlab carries."""
        data = (schema.metadata or {}).get(b"synthlab")
        if data is None:
            raise FeatureError("the Arrow schema has no 'synthlab' metadata; was it written by synthlab?")
        return Features.from_json(json.loads(data))

    def to_json(self) -> dict[str, Any]:
        """Return the features as JSON data, from which `from_json` makes them again."""
        columns = {name: feature.to_json() for name, feature in self.columns.items()}
        roles = {
            "labels": list(self.labels),
            "group": self.group,
            "split": self.split,
            "truth": list(self.truth),
        }
        return {"columns": columns, **roles}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Features:
        """Return the features that `to_json` described."""
        columns = {name: Feature.from_json(feature) for name, feature in data["columns"].items()}
        return Features(columns, tuple(data["labels"]), data["group"], data["split"], tuple(data["truth"]))

    def batch(self, columns: Mapping[str, Any]) -> pa.RecordBatch:
        """Return a batch from whole columns: NumPy or Arrow arrays, or lists.

        Prefer it over `batch_from_records` where there are arrays anyway: it is some 80 times faster.
        """
        self._same_names(columns)
        arrays = [feature.array(columns[name]) for name, feature in self.columns.items()]
        return pa.RecordBatch.from_arrays(arrays, schema=self.arrow_schema)

    def batch_from_records(self, records: Iterable[Mapping[str, Any]]) -> pa.RecordBatch:
        """Return a batch from one dictionary a row."""
        rows: Sequence[Mapping[str, Any]] = list(records)
        for row in rows:
            self._same_names(row)
        return self.batch({name: [row[name] for row in rows] for name in self.columns})

    def readable(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the batch as a person reads it: with the names of classes in place of their numbers."""
        arrays = [f.readable(batch.column(name)) for name, f in self.columns.items()]
        return pa.RecordBatch.from_arrays(arrays, names=list(self.columns))

    def check(self, batch: pa.RecordBatch, rows: int, maker: str) -> None:
        """Raise BuildError when a batch is not what these features and a number of rows promise."""
        if batch.num_rows != rows:
            raise BuildError(f"{maker} was asked for {rows} rows and made {batch.num_rows}")
        expected = self.arrow_schema
        if not batch.schema.equals(expected, check_metadata=False):
            raise BuildError(
                f"{maker} made other columns than its features promise\n"
                f"  promised: {_columns(expected)}\n  made:     {_columns(batch.schema)}"
            )

        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            # Null, not False, of a column in which all is missing.
            if pa.types.is_floating(column.type) and pc.all(pc.is_finite(column)).as_py() is False:
                raise BuildError(f"{maker} made NaN or infinity in column {name!r}; missing is null")

    def _same_names(self, columns: Mapping[str, Any]) -> None:
        if columns.keys() != self.columns.keys():
            missing = [name for name in self.columns if name not in columns]
            unknown = [name for name in columns if name not in self.columns]
            raise BuildError(f"columns missing: {missing}; columns that are not promised: {unknown}")


def _columns(schema: pa.Schema) -> str:
    return ", ".join(f"{f.name} {f.type}" for f in schema)
