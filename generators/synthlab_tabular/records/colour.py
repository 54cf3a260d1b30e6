"""Colours by name and by number."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Literal

from pydantic import Field

from ..column import Array, Maker, Making, Setting
from .chances import part
from .record import Record, record_words
from .strings import strings, take

__all__ = ["Colour"]

# Names of CSS (Color Module Level 4) with their values.
_COLOURS = [
    "aqua",
    "00ffff",
    "azure",
    "f0ffff",
    "beige",
    "f5f5dc",
    "black",
    "000000",
    "blue",
    "0000ff",
    "brown",
    "a52a2a",
    "chocolate",
    "d2691e",
    "coral",
    "ff7f50",
    "crimson",
    "dc143c",
    "cyan",
    "00ffff",
    "fuchsia",
    "ff00ff",
    "gold",
    "ffd700",
    "gray",
    "808080",
    "green",
    "008000",
    "indigo",
    "4b0082",
    "ivory",
    "fffff0",
    "khaki",
    "f0e68c",
    "lavender",
    "e6e6fa",
    "lime",
    "00ff00",
    "linen",
    "faf0e6",
    "magenta",
    "ff00ff",
    "maroon",
    "800000",
    "navy",
    "000080",
    "olive",
    "808000",
    "orange",
    "ffa500",
    "orchid",
    "da70d6",
    "peru",
    "cd853f",
    "pink",
    "ffc0cb",
    "plum",
    "dda0dd",
    "purple",
    "800080",
    "red",
    "ff0000",
    "salmon",
    "fa8072",
    "sienna",
    "a0522d",
    "silver",
    "c0c0c0",
    "tan",
    "d2b48c",
    "teal",
    "008080",
    "thistle",
    "d8bfd8",
    "tomato",
    "ff6347",
    "turquoise",
    "40e0d0",
    "violet",
    "ee82ee",
    "wheat",
    "f5deb3",
    "white",
    "ffffff",
    "yellow",
    "ffff00",
]
_NAMES, _VALUES = _COLOURS[::2], _COLOURS[1::2]


class Colour(Record):
    """A colour: its name, hexadecimal number and parts of red, green and blue say the same."""

    kind: Literal["colour"]
    of: str = Field(default="colour", min_length=1, max_length=200, description="Which colour of the row.")
    field: Literal["name", "hex", "rgb"] = Field(
        default="name", description="How it is written: `tomato`, `#ff6347` or `255, 99, 71`."
    )

    def maker(self, setting: Setting) -> Maker:
        return self.made(
            partial(_colour, self.field, self.of), classes=_NAMES if self.field == "name" else ()
        )


def _colour(field: str, of: str, making: Making) -> Array:
    return take(_texts(field), part(record_words(making, of, "colour"), 0) * len(_NAMES) >> 16)


@lru_cache(maxsize=3)
def _texts(field: str) -> Array:
    if field == "name":
        return strings(_NAMES)
    if field == "hex":
        return strings([f"#{value}" for value in _VALUES])
    return strings([", ".join(map(str, bytes.fromhex(value))) for value in _VALUES])
