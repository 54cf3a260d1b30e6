"""The kinds of features: what one column can mean, and how it is stored in Arrow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .errors import BuildError, FeatureError

__all__ = [
    "Box",
    "ClassLabel",
    "Feature",
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
        try:
            return pa.array([number[v] if isinstance(v, str) else v for v in values], type=self.arrow)
        except KeyError as error:
            raise BuildError(
                f"{error.args[0]!r} is not one of the classes {', '.join(self.names)}"
            ) from error

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
    """Characters `start` to `end` (exclusive, in Unicode code points) of the text in column `of`; null
    where nothing in the text says it."""

    of: str

    @property
    def arrow(self) -> pa.DataType:
        return pa.struct([("start", pa.int32()), ("end", pa.int32())])

    def huggingface(self) -> Any:
        bound = {"dtype": "int32", "_type": "Value"}
        return {"start": bound, "end": bound}

    def array(self, values: Any) -> pa.Array:
        """Return spans from an integer array of shape `(n, 2)`, in which a negative start is null, or from
        pairs or dictionaries."""
        if isinstance(values, np.ndarray):
            bounds = [pa.array(np.ascontiguousarray(values[:, i]), type=pa.int32()) for i in (0, 1)]
            absent = values[:, 0] < 0
            mask = pa.array(absent) if absent.any() else None
            return pa.StructArray.from_arrays(bounds, names=["start", "end"], mask=mask)
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
        return super().array(_encoded(values))


def _encoded(values: Any) -> Any:
    """Return encoded images as Arrow has them, in one copy where they are bytes: Arrow itself would grow its
    memory with each."""
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values
    files = list(values)
    if not all(isinstance(file, bytes) for file in files):
        return [{"bytes": file, "path": None} if isinstance(file, bytes) else file for file in files]
    ends = np.cumsum([len(file) for file in files], dtype=np.int64)
    if len(ends) and ends[-1] >= 2**31:
        raise FeatureError(f"{len(files)} images at once have {ends[-1]:,} bytes, more than 2 GiB")
    borders = np.concatenate([[0], ends]).astype(np.int32)
    data = pa.Array.from_buffers(
        pa.binary(), len(files), [None, pa.py_buffer(borders), pa.py_buffer(b"".join(files))]
    )
    return pa.StructArray.from_arrays([data, pa.nulls(len(files), pa.string())], ["bytes", "path"])


@dataclass(frozen=True)
class LabelMap(Feature):
    """A PNG of the size of the image that says of each pixel what it shows.

    Without `names` its colours are numbers, red + 256 green + 65,536 blue: 0 is the background, the others
    number the objects of the row from 1 (as COCO's panoptic maps do). With `names` it is grey, a pixel's
    level is a place in that list, and the first name is the background's.
    """

    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))

    @property
    def arrow(self) -> pa.DataType:
        return pa.struct([("bytes", pa.binary()), ("path", pa.string())])

    def huggingface(self) -> Any:
        return {"_type": "Image"}

    def array(self, values: Any) -> pa.Array:
        """Return maps from the bytes of PNG files."""
        return super().array(_encoded(values))


@dataclass(frozen=True)
class Box(Feature):
    """A rectangle `[x_min, y_min, x_max, y_max]` in pixels, max exclusive.

    Pixel (column j, row i) covers `[j, j + 1) x [i, i + 1)`, so width is `x_max - x_min`. Boxes that are
    `loose` may reach beyond the mask beside them on purpose: around hidden parts, or with a margin.
    """

    loose: bool = False

    @property
    def arrow(self) -> pa.DataType:
        return pa.list_(pa.float32(), 4)

    def huggingface(self) -> Any:
        return {"feature": {"dtype": "float32", "_type": "Value"}, "length": 4, "_type": "List"}

    def to_json(self) -> dict[str, Any]:
        return super().to_json() if self.loose else {"kind": "Box"}

    def array(self, values: Any) -> pa.Array:
        """Return boxes from a number array of shape `(n, 4)`, or from sequences of four."""
        if isinstance(values, np.ndarray):
            flat = pa.array(values.reshape(-1).astype(np.float32))
            return pa.FixedSizeListArray.from_arrays(flat, 4)
        return super().array(values)


@dataclass(frozen=True)
class OrientedBox(Feature):
    """A rectangle at any angle, or what a camera made of it: `[x1, y1, x2, y2, x3, y3, x4, y4]` in pixels.

    The corners go clockwise as seen in the image, from the one that is top left in the object's own view.
    """

    @property
    def arrow(self) -> pa.DataType:
        return pa.list_(pa.float32(), 8)

    def huggingface(self) -> Any:
        return {"feature": {"dtype": "float32", "_type": "Value"}, "length": 8, "_type": "List"}

    def array(self, values: Any) -> pa.Array:
        """Return boxes from a number array of shape `(n, 8)`, or from sequences of eight."""
        if isinstance(values, np.ndarray):
            flat = pa.array(values.reshape(-1).astype(np.float32))
            return pa.FixedSizeListArray.from_arrays(flat, 8)
        return super().array(values)


@dataclass(frozen=True)
class Keypoints(Feature):
    """Named points `[x, y, v, x, y, v, ...]` of a thing, in the order of `names`; pixels as in `Box`.

    v is 2 where the point can be seen, 1 where it is hidden, and 0 where it is outside the image or where
    the thing has no such point; x and y are 0 then. `skeleton` has the pairs of points, counted from 0, that
    belong together.
    """

    names: tuple[str, ...] = ()
    skeleton: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))
        object.__setattr__(self, "skeleton", tuple((int(a), int(b)) for a, b in self.skeleton))

    @property
    def arrow(self) -> pa.DataType:
        return pa.list_(pa.float32(), 3 * len(self.names))

    def huggingface(self) -> Any:
        value = {"dtype": "float32", "_type": "Value"}
        return {"feature": value, "length": 3 * len(self.names), "_type": "List"}

    def array(self, values: Any) -> pa.Array:
        """Return keypoints from a number array of shape `(n, 3 * names)`, or from sequences."""
        if isinstance(values, np.ndarray):
            flat = pa.array(values.reshape(-1).astype(np.float32))
            return pa.FixedSizeListArray.from_arrays(flat, 3 * len(self.names))
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


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
