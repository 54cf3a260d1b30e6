"""A sheet as plain data: pieces of text, filled figures and fields, before a pixel is drawn.

Lengths are in units of the body text's size, x to the right and y down from the top left of the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..scene import Colour
from .typefaces import length

__all__ = ["Align", "Draft", "Field", "Figure", "Role", "Run", "Sheet", "wrapped"]

Align = Literal["left", "centre", "right"]
Role = Literal["heading", "key", "value", "other"]
Point = tuple[float, float]
EDGE = 0.3
"""How far text stays away from the edge of the sheet."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text that is set in one go: a line for those who read it."""

    text: str
    x: float
    y: float
    """Where its baseline begins."""
    size: float
    face: str
    ink: Colour
    field: int
    """The number of the field that it belongs to."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A polygon filled with a colour: a rule, the bar of a code, a logo."""

    points: tuple[Point, ...]
    colour: Colour


@dataclass(frozen=True, slots=True)
class Field:
    """A piece of information: what it is, and how it hangs together with others."""

    label: str
    """What it tells: `total`, `date`, `item_name`."""
    role: Role
    value: str
    """What it says in a form of its own: 1234.50, 2024-03-05; of the others their text."""
    link: int = -1
    """Of a value, the number of the field that is its key; -1 where none is printed."""
    item: int = -1
    """Which line of a list it belongs to, from 0; -1 of what is in no list."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document as it is to be printed."""

    width: float
    height: float
    paper: Colour
    runs: tuple[Run, ...]
    """In the order in which they are read."""
    figures: tuple[Figure, ...]
    fields: tuple[Field, ...]
    outline: tuple[Point, ...] = ()
    """The edge of the paper where it is no rectangle."""


class Draft:
    """A sheet that is being composed from top to bottom."""

    def __init__(self, width: float, paper: Colour, ink: Colour = (24, 24, 26)) -> None:
        self.width, self.paper, self.ink = width, paper, ink
        self.y = 0.0
        """Down to where it is filled."""
        self._runs: list[Run] = []
        self._figures: list[Figure] = []
        self._fields: list[Field] = []

    def field(self, label: str, role: Role = "value", value: str = "", link: int = -1, item: int = -1) -> int:
        """Begin a field and return its number; without a value it is what is written into it."""
        self._fields.append(Field(label, role, value, link, item))
        return len(self._fields) - 1

    def write(
        self,
        text: str,
        x: float,
        y: float,
        face: str,
        size: float = 1.0,
        field: int = -1,
        align: Align = "left",
        ink: Colour | None = None,
        most: float = 1e9,
    ) -> float:
        """Write text with its baseline at y and return its width.

        It is smaller where it would be wider than `most`, or would leave the sheet.
        """
        most = min(
            most, {"left": self.width - x, "centre": 2 * min(x, self.width - x), "right": x}[align] - EDGE
        )
        wide = length(text, face) * size
        if wide > most:
            size, wide = size * most / wide, most
        start = x - {"left": 0.0, "centre": wide / 2, "right": wide}[align]
        if text.strip():
            self._runs.append(Run(text, start, y, size, face, ink or self.ink, field))
        return wide

    def entry(
        self,
        label: str,
        key: str,
        text: str,
        face: str,
        key_at: Point,
        value_at: Point,
        value: str = "",
        size: float = 1.0,
        align: Align = "left",
        key_face: str | None = None,
        key_size: float | None = None,
        ink: Colour | None = None,
        item: int = -1,
        most: float = 1e9,
    ) -> None:
        """Write a key and its value, each at its place, and link them."""
        name = self.field(label, "key", item=item)
        self.write(key, *key_at, key_face or face, size if key_size is None else key_size, name, most=most)
        number = self.field(label, "value", value, name, item)
        self.write(text, *value_at, face, size, number, align, ink, most)

    def fill(self, points: Sequence[Point], colour: Colour | None = None) -> None:
        """Fill a polygon."""
        self._figures.append(Figure(tuple((float(x), float(y)) for x, y in points), colour or self.ink))

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour | None = None) -> None:
        """Fill a rectangle."""
        self.fill(((left, top), (right, top), (right, bottom), (left, bottom)), colour)

    def frame(
        self, left: float, top: float, right: float, bottom: float, line: float, colour: Colour | None = None
    ) -> None:
        """Draw the outline of a rectangle, inwards."""
        self.box(left, top, right, top + line, colour)
        self.box(left, bottom - line, right, bottom, colour)
        self.box(left, top, left + line, bottom, colour)
        self.box(right - line, top, right, bottom, colour)

    def sheet(self, height: float, outline: Sequence[Point] = ()) -> Sheet:
        """Return what is composed so far on a sheet of that height."""
        texts: dict[int, list[str]] = {}
        for run in self._runs:
            texts.setdefault(run.field, []).append(run.text)
        fields = tuple(
            f if f.value else Field(f.label, f.role, " ".join(texts.get(i, ())), f.link, f.item)
            for i, f in enumerate(self._fields)
        )
        return Sheet(
            self.width, height, self.paper, tuple(self._runs), tuple(self._figures), fields, tuple(outline)
        )


def wrapped(text: str, face: str, size: float, most: float) -> list[str]:
    """Return text in lines no wider than `most`, but for words that are wider alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and length(longer, face) * size <= most:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
