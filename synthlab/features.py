"""What the columns of a dataset mean, and how they are stored in Arrow.

A batch is a plain `pyarrow.RecordBatch`; `Features` says what its columns mean. The meaning travels in the
Arrow schema's metadata, once for synthlab and once in the form that Hugging Face `datasets` reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .errors import BuildError, FeatureError

__all__ = [
    "Box",
    "ClassLabel",
    "Feature",
    "Features",
    "GroupLabel",
    "Image",
    "Mask",
    "Records",
    "Span",
    "Text",
    "Value",
]

F = TypeVar("F", bound="Feature")

VALUE_TYPES = (
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float32",
    "float64",
    "string",
    "binary",
    "date32",
    "timestamp[s]",
    "timestamp[ms]",
    "timestamp[us]",
)


@dataclass(frozen=True)
class Feature:
    """What one column, or one field of a record, means."""

    kinds: ClassVar[dict[str, type[Feature]]] = {}

    def __init_subclass__(cls) -> None:
        Feature.kinds[cls.__name__] = cls

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type that the values are stored in."""
        raise NotImplementedError

    def huggingface(self) -> Any:
        """Return the feature as Hugging Face `datasets` writes it in JSON."""
        raise NotImplementedError

    def array(self, values: Any) -> pa.Array:
        """Return the values as an Arrow array of this feature's type; None is missing."""
        if isinstance(values, pa.ChunkedArray):
            values = values.combine_chunks()
        if isinstance(values, pa.Array):
            return values if values.type == self.arrow else values.cast(self.arrow)
        return pa.array(values, type=self.arrow)

    def readable(self, array: pa.Array) -> pa.Array:
        """Return the values as a person reads them: names of classes, not numbers."""
        return array

    def to_json(self) -> dict[str, Any]:
        """Return the feature as JSON data, from which `from_json` makes it again."""
        values = {f.name: _plain(getattr(self, f.name)) for f in fields(self)}
        return {"kind": type(self).__name__, **values}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Feature:
        """Return the feature that `to_json` described."""
        values = dict(data)
        kind = Feature.kinds.get(str(values.pop("kind", None)))
        if kind is None:
            raise FeatureError(f"{data.get('kind')!r} is not a feature; known are {', '.join(Feature.kinds)}")
        for name, value in values.items():
            if isinstance(value, list):
                values[name] = tuple(value)
        return kind(**values)


@dataclass(frozen=True)
class Value(Feature):
    """One number, truth value, date or short string."""

    dtype: str

    def __post_init__(self) -> None:
        if self.dtype not in VALUE_TYPES:
            raise FeatureError(f"{self.dtype!r} is not a value type; known are {', '.join(VALUE_TYPES)}")

    @property
    def arrow(self) -> pa.DataType:
        return pa.type_for_alias(self.dtype)

    def huggingface(self) -> Any:
        return {"dtype": self.dtype, "_type": "Value"}


@dataclass(frozen=True)
class Text(Feature):
    """Written language; `language` is an IETF tag such as `en` or `de-AT`."""

    language: str = "en"

    @property
    def arrow(self) -> pa.DataType:
        return pa.string()

    def huggingface(self) -> Any:
        return {"dtype": "string", "_type": "Value"}


@dataclass(frozen=True)
class ClassLabel(Feature):
    """One of a fixed list of classes, stored as its position in `names`."""

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))
        if len(set(self.names)) != len(self.names):
            raise FeatureError(f"class names must differ: {', '.join(self.names)}")

    @property
    def arrow(self) -> pa.DataType:
        return pa.int64()

    def huggingface(self) -> Any:
        return {"names": list(self.names), "_type": "ClassLabel"}

    def array(self, values: Any) -> pa.Array:
        """Return class numbers from numbers or from names."""
        if isinstance(values, (pa.Array, pa.ChunkedArray, np.ndarray)):
            return super().array(values)
        number = {name: i for i, name in enumerate(self.names)}
        return pa.array([number[v] if isinstance(v, str) else v for v in values], type=self.arrow)

    def readable(self, array: pa.Array) -> pa.Array:
        return pa.array(self.names, type=pa.string()).take(array)


@dataclass(frozen=True)
class GroupLabel(ClassLabel):
    """Which of a fixed list of groups a row belongs to; `strata` has the stratum of each group.

    Groups of one stratum are alike in what matters (the class that a template is written for), so a split
    takes its share of each stratum.
    """

    strata: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "strata", tuple(self.strata) or ("",) * len(self.names))
        if len(self.strata) != len(self.names):
            raise FeatureError(f"{len(self.names)} groups need as many strata, not {len(self.strata)}")


@dataclass(frozen=True)
class Span(Feature):
    """Characters `start` to `end` (exclusive, in Unicode code points) of the text in column `of`."""

    of: str

    @property
    def arrow(self) -> pa.DataType:
        return pa.struct([("start", pa.int32()), ("end", pa.int32())])

    def huggingface(self) -> Any:
        bound = {"dtype": "int32", "_type": "Value"}
        return {"start": bound, "end": bound}

    def array(self, values: Any) -> pa.Array:
        """Return spans from an integer array of shape `(n, 2)`, or from pairs or dictionaries."""
        if isinstance(values, np.ndarray):
            bounds = [pa.array(np.ascontiguousarray(values[:, i]), type=pa.int32()) for i in (0, 1)]
            return pa.StructArray.from_arrays(bounds, names=["start", "end"])
        if not isinstance(values, (pa.Array, pa.ChunkedArray)):
            values = [
                v if isinstance(v, Mapping) or v is None else {"start": v[0], "end": v[1]} for v in values
            ]
        return super().array(values)


@dataclass(frozen=True)
class Image(Feature):
    """An encoded picture (PNG or JPEG bytes); `width` and `height` name the columns with its pixels."""

    width: str = "width"
    height: str = "height"

    @property
    def arrow(self) -> pa.DataType:
        # `binary`, not `large_binary`: Hugging Face loads the latter as an undecoded dictionary.
        return pa.struct([("bytes", pa.binary()), ("path", pa.string())])

    def huggingface(self) -> Any:
        return {"_type": "Image"}

    def array(self, values: Any) -> pa.Array:
        """Return images from their encoded bytes, or from dictionaries with `bytes` and `path`."""
        if not isinstance(values, (pa.Array, pa.ChunkedArray)):
            values = [{"bytes": v, "path": None} if isinstance(v, bytes) else v for v in values]
        return super().array(values)


@dataclass(frozen=True)
class Box(Feature):
    """A rectangle `[x_min, y_min, x_max, y_max]` in pixels, max exclusive.

    Pixel (column j, row i) covers `[j, j + 1) x [i, i + 1)`, so width is `x_max - x_min`.
    """

    @property
    def arrow(self) -> pa.DataType:
        return pa.list_(pa.float32(), 4)

    def huggingface(self) -> Any:
        return {"feature": {"dtype": "float32", "_type": "Value"}, "length": 4, "_type": "List"}

    def array(self, values: Any) -> pa.Array:
        """Return boxes from a number array of shape `(n, 4)`, or from sequences of four."""
        if isinstance(values, np.ndarray):
            flat = pa.array(values.reshape(-1).astype(np.float32))
            return pa.FixedSizeListArray.from_arrays(flat, 4)
        return super().array(values)


@dataclass(frozen=True)
class Mask(Feature):
    """The pixels of one thing, as COCO's compressed run-length encoding: column by column.

    `size` is `[height, width]` of the image; `counts` is the string that pycocotools reads.
    """

    @property
    def arrow(self) -> pa.DataType:
        return pa.struct([("size", pa.list_(pa.int32(), 2)), ("counts", pa.string())])

    def huggingface(self) -> Any:
        size = {"feature": {"dtype": "int32", "_type": "Value"}, "length": 2, "_type": "List"}
        return {"size": size, "counts": {"dtype": "string", "_type": "Value"}}


@dataclass(frozen=True)
class Records(Feature):
    """A list of records with the same fields: the objects of an image, the aspects of a review."""

    fields: Mapping[str, Feature] = field(default_factory=dict)

    @property
    def arrow(self) -> pa.DataType:
        return pa.list_(pa.struct([(name, feature.arrow) for name, feature in self.fields.items()]))

    def huggingface(self) -> Any:
        record = {name: feature.huggingface() for name, feature in self.fields.items()}
        return {"feature": record, "_type": "List"}

    def array(self, values: Any) -> pa.Array:
        """Return lists of records from one list of dictionaries a row."""
        if isinstance(values, (pa.Array, pa.ChunkedArray)):
            return super().array(values)
        rows = list(values)
        flat = [record for row in rows for record in row]
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
        return self.columns(offsets, {name: [r[name] for r in flat] for name in self.fields})

    def columns(self, offsets: npt.ArrayLike, values: Mapping[str, Any]) -> pa.Array:
        """Return lists of records from whole columns, which is far faster than record by record.

        Row i has the records `offsets[i]` to `offsets[i + 1]`; `values` has an array for each field.
        """
        self._same_names(values)
        arrays = [feature.array(values[name]) for name, feature in self.fields.items()]
        struct = pa.StructArray.from_arrays(arrays, fields=list(self.arrow.value_type))
        return pa.ListArray.from_arrays(pa.array(np.asarray(offsets), type=pa.int32()), struct)

    def readable(self, array: pa.Array) -> pa.Array:
        records = array.flatten()  # of the rows of this slice alone
        fields = {name: f.readable(records.field(name)) for name, f in self.fields.items()}
        struct = pa.StructArray.from_arrays(list(fields.values()), names=list(fields))
        lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
        offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), type=pa.int32())
        return pa.ListArray.from_arrays(offsets, struct, mask=array.is_null() if array.null_count else None)

    def to_json(self) -> dict[str, Any]:
        return {"kind": "Records", "fields": {name: f.to_json() for name, f in self.fields.items()}}

    def _same_names(self, values: Mapping[str, Any]) -> None:
        if values.keys() != self.fields.keys():
            raise FeatureError(
                f"records have the fields {', '.join(self.fields)}, but values for {', '.join(values)} came"
            )

    def __post_init__(self) -> None:
        made = {
            name: f if isinstance(f, Feature) else Feature.from_json(f) for name, f in self.fields.items()
        }
        object.__setattr__(self, "fields", made)


@dataclass(frozen=True)
class Features:
    """The columns of a dataset in order, and the part that some of them play.

    `labels` are what a model is to learn. Rows of one `group` (reviews from one template, say) are never
    parted by a split, since a model could otherwise recognise the group instead of learning the label.
    `split` says which part of the dataset a row belongs to; writers sort the rows by it.
    """

    columns: Mapping[str, Feature]
    labels: tuple[str, ...] = ()
    group: str | None = None
    split: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", dict(self.columns))
        object.__setattr__(self, "labels", tuple(self.labels))
        for name in (*self.labels, self.group, self.split):
            if name is not None and name not in self.columns:
                raise FeatureError(f"{name!r} is not a column; there are {', '.join(self.columns)}")

    def __getitem__(self, name: str) -> Feature:
        return self.columns[name]

    def find(self, kind: type[F]) -> list[str]:
        """Return the names of the columns of that kind, in order."""
        return [name for name, feature in self.columns.items() if isinstance(feature, kind)]

    def with_column(self, name: str, feature: Feature, *, label: bool = False) -> Features:
        """Return the features with one more column at the end, or with that column changed."""
        labels = self.labels if not label or name in self.labels else (*self.labels, name)
        return replace(self, columns={**self.columns, name: feature}, labels=labels)

    def without(self, name: str) -> Features:
        """Return the features with one column less."""
        columns = {n: f for n, f in self.columns.items() if n != name}
        labels = tuple(n for n in self.labels if n != name)
        group = None if self.group == name else self.group
        split = None if self.split == name else self.split
        return Features(columns, labels, group, split)

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
        roles = {"labels": list(self.labels), "group": self.group, "split": self.split}
        return {"columns": columns, **roles}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Features:
        """Return the features that `to_json` described."""
        columns = {name: Feature.from_json(feature) for name, feature in data["columns"].items()}
        return Features(columns, tuple(data["labels"]), data["group"], data["split"])

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

    def _same_names(self, columns: Mapping[str, Any]) -> None:
        if columns.keys() != self.columns.keys():
            missing = [name for name in self.columns if name not in columns]
            unknown = [name for name in columns if name not in self.columns]
            raise BuildError(f"columns missing: {missing}; columns that are not promised: {unknown}")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _columns(schema: pa.Schema) -> str:
    return ", ".join(f"{f.name} {f.type}" for f in schema)
