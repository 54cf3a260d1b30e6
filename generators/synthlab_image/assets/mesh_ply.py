"""PLY files, in text and in binary: the corners, colours and faces that they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["read_ply"]

_TYPES = {
    "char": "i1", "uchar": "u1", "short": "i2", "ushort": "u2", "int": "i4", "uint": "u4", "float": "f4",
    "double": "f8", "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4",
    "uint32": "u4", "float32": "f4", "float64": "f8",
}  # fmt: skip
_ORDERS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    type: str
    counted: str | None
    """The type of the number of values, for a list."""


@dataclass(frozen=True, slots=True)
class _Element:
    name: str
    count: int
    properties: list[_Property]


class _Body:
    """What follows the header, read from front to back."""

    def __init__(self, data: bytes, order: str) -> None:
        self._data, self._order, self._at = data, order, 0
        self._words = data.split() if not order else []

    def take(self, kinds: Sequence[str], count: int) -> npt.NDArray[Any]:
        """Return so many records of values of these types, shape `(count, types)`."""
        if count < 0:
            raise ValueError("a list has fewer than no values")
        if not self._order:
            stop = self._at + count * len(kinds)
            if stop > len(self._words):
                raise ValueError("it ends too early")
            values = np.array([float(w) for w in self._words[self._at : stop]]).reshape(count, len(kinds))
            self._at = stop
            return values
        record = np.dtype([(str(i), self._order + kind) for i, kind in enumerate(kinds)])
        if self._at + count * record.itemsize > len(self._data):
            raise ValueError("it ends too early")
        table = np.frombuffer(self._data, record, count, self._at) if count else np.zeros(0, record)
        self._at += count * record.itemsize
        return np.stack([table[name].astype(float) for name in record.names or ()], axis=-1)


def read_ply(data: bytes) -> tuple[npt.NDArray[Any], npt.NDArray[Any] | None, list[list[int]]]:
    """Return the points `(n, 3)`, their colours `(n, 3)` from 0 to 1 if there are any, and the faces."""
    head, ended, body = data.partition(b"end_header")
    lines = [line.split() for line in head.decode("ascii", errors="replace").splitlines()]
    if not ended or lines[0] != ["ply"]:
        raise ValueError("it has no header of a PLY file")
    order = next((_ORDERS[line[1]] for line in lines if line[:1] == ["format"]), "")
    reader = _Body(body[2:] if body.startswith(b"\r\n") else body[1:], order)
    points, colours, faces = np.zeros((0, 3)), None, list[list[int]]()
    for element in _elements(lines):
        names = [p.name for p in element.properties]
        if any(p.counted for p in element.properties):
            wanted = {"vertex_indices", "vertex_index"} if element.name == "face" else set()
            for _ in range(element.count):
                faces.extend(values for name, values in _row(reader, element) if name in wanted)
            continue
        if not names:
            raise ValueError(f"its element {element.name} has no properties")
        table = reader.take([p.type for p in element.properties], element.count)
        if element.name == "vertex":
            points = table[:, [names.index(axis) for axis in "xyz"]]
            if {"red", "green", "blue"} <= set(names):
                columns = [names.index(c) for c in ("red", "green", "blue")]
                whole = element.properties[columns[0]].type.startswith("u")
                colours = table[:, columns] / (255 if whole else 1)
    return points, colours, faces


def _elements(lines: Sequence[Sequence[str]]) -> list[_Element]:
    found: list[_Element] = []
    for line in lines:
        match line:
            case ["element", name, count]:
                found.append(_Element(name, int(count), []))
            case ["property", "list", counted, kind, name]:
                found[-1].properties.append(_Property(name, _TYPES[kind], _TYPES[counted]))
            case ["property", kind, name]:
                found[-1].properties.append(_Property(name, _TYPES[kind], None))
    return found


def _row(reader: _Body, element: _Element) -> Iterator[tuple[str, list[int]]]:
    """Yield the name and the values of each list in a record."""
    for part in element.properties:
        count = int(reader.take([part.counted], 1)[0, 0]) if part.counted else 1
        values = reader.take([part.type], count)
        if part.counted:
            yield part.name, [int(v) for v in values[:, 0]]
