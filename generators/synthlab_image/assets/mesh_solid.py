"""What mesh files hold, whatever their form: triangles with colours or textures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["GREY", "Array", "Solid", "chosen", "cut"]

Array = npt.NDArray[Any]

GREY = 0.78
"""Red, green and blue of what has no colour of its own."""


@dataclass(frozen=True, slots=True)
class Solid:
    """`n` triangles and what they are painted with."""

    corners: Array
    """Shape `(n, 3, 3)`: x, y, z of each corner."""
    colours: Array | None = None
    """Shape `(n, 3, 3)`: red, green and blue of each corner from 0 to 1, as a screen is given them."""
    textures: tuple[Path, ...] = ()
    texture: Array | None = None
    """Shape `(n,)`: which texture each triangle has, -1 for none."""
    places: Array | None = None
    """Shape `(n, 3, 2)`: where each corner is in its texture, from 0 to 1, from the left and from below."""


def cut(faces: Sequence[Sequence[int]]) -> tuple[Array, Array]:
    """Return the triangles of faces of any number of corners.

    The first array, of shape `(n, 3)`, tells the places of their corners when the corners of all faces are
    put in one row; the second, of shape `(n,)`, which face each is of. ValueError if there are none.
    """
    sizes = np.array([len(face) for face in faces], dtype=np.int64)
    pieces = np.maximum(sizes - 2, 0)
    face = np.repeat(np.arange(len(faces)), pieces)
    if not len(face):
        raise ValueError("it has no face")
    piece = np.arange(len(face)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    first = (np.cumsum(sizes) - sizes)[face]
    return np.stack([first, first + piece + 1, first + piece + 2], axis=1), face


def chosen(table: Array, numbers: Array, what: str) -> Array:
    """Return rows of a table; ValueError if a number, counted from 0, is not that of a row."""
    worst = int(numbers.min()) if numbers.min() < 0 else int(numbers.max())
    if not 0 <= worst < len(table):
        raise ValueError(f"a face names the {what} {worst}, counted from 0, of {len(table)}")
    rows: Array = table[numbers]
    return rows
