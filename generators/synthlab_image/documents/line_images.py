"""One line of text as an image of its own, with the quads of its words and characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from synthlab import Draws

from ..colours import distance
from ..geometry import direction
from ..scene import Colour
from ..warp import View
from .bending import Bend, Mesh, mesh
from .handling import Handling, extent, fitted
from .quads import around, corners_of, hulls
from .shaping import set_from_the_right
from .sheet import Run
from .typefaces import length, right_to_left
from .typesetting import Letters, set_type

__all__ = ["Line", "ink_on", "set_line"]

Pixels = npt.NDArray[Any]
CONTRAST = 200
STEP = 4
"""Pixels from one point of a line's mesh to the next."""


@dataclass(frozen=True, slots=True)
class Line:
    """The coverage of a line's ink, bytes of shape `(height, width)`, and where its words and letters are."""

    cover: Pixels
    letters: Letters
    character_quads: npt.NDArray[np.floating[Any]]
    words: tuple[str, ...]
    word_quads: npt.NDArray[np.floating[Any]]


def set_line(
    text: str, face: str, height: int, most: int, draws: Draws, slant: float, bow: float, tilt: float
) -> Line:
    """Return a line in an image `height` pixels high and `most` wide at most.

    `slant` is the largest angle in degrees, `bow` how much of the height it may be bent, `tilt` how much
    larger one end may be. All are less where a long line would become too small for its height.
    """
    wanted = height * draws.uniform(0.62, 0.8)
    if right_to_left(text):
        letters, cover = set_from_the_right(text, face, wanted)
        if cover.shape[1] > most:
            letters, cover = set_from_the_right(text, face, wanted * most / cover.shape[1])
    else:
        letters, cover = _from_the_left(text, face, min(wanted, most / (length(text, face) + 1)))
    letters, cover = _cut(letters, cover, round(wanted * 0.9))
    rows, columns = cover.shape
    # Not so far aslant that the line takes more than half as much height again.
    steep = 28 * rows / columns
    turned = draws.uniform(-1, 1) * min(slant, steep)
    curved = draws.uniform(-bow, bow) * 4 * rows / max(rows, columns) * min(1.0, columns / (4 * rows))
    nearer = draws.uniform(-tilt, tilt) * min(1.0, 4 * rows / columns)
    handling = Handling(
        turn=direction(turned),
        tilt=(nearer, 0.0),
        bend=Bend(curl=(curved, 0.0), view=(0.0, 1.0)),
        fill=draws.uniform(0.8, 0.98),
        place=(draws.uniform(), draws.uniform()),
    )
    _, _, (wide, high) = extent(handling, columns / rows)
    width = min(most, max(8, round(wide * height / high * draws.uniform(0.95, 1.1))))
    _, pose = fitted(handling, columns / rows, width, height, None)
    bent = mesh(width, height, View(pose, columns, rows, margin=0), handling.bend, step=STEP)
    places, shares = bent.maps
    shown = cv2.remap(cover, places, shares, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return _known(np.asarray(shown), letters, bent)


def _from_the_left(text: str, face: str, size: float) -> tuple[Letters, Pixels]:
    inks: dict[Colour, Pixels] = {}
    shape = round(2.4 * size), round((length(text, face) + 2) * size)
    letters = set_type((Run(text, 1.0, 1.6, 1.0, face, (0, 0, 0), -1),), size, shape, inks)
    return letters, inks[0, 0, 0]


def _cut(letters: Letters, cover: Pixels, least: int) -> tuple[Letters, Pixels]:
    """Return a line cut to a little more than its ink, and `least` pixels high at least."""
    left, top = letters.boxes[:, :2].min(axis=0) - 1
    right, bottom = letters.boxes[:, 2:].max(axis=0) + 1
    left, top = max(0, int(left)), max(0, int(top))
    # Words without tall letters must not be enlarged to the whole height.
    top, bottom = min(top, max(0, int(bottom) - least)), int(bottom)
    moved = letters.boxes - np.array([left, top, left, top])
    cut = np.ascontiguousarray(cover[top:bottom, left : int(right)])
    return Letters(letters.texts, moved, letters.words, letters.lines), cut


def _known(cover: Pixels, letters: Letters, bent: Mesh) -> Line:
    corners = corners_of(letters.boxes, bent)
    starts = np.flatnonzero(np.diff(letters.words, prepend=-1))
    ends = [*starts[1:].tolist(), len(letters.words)]
    words = tuple("".join(letters.texts[a:b]) for a, b in zip(starts.tolist(), ends, strict=True))
    sides = corners_of(hulls(letters.boxes, letters.words, len(words)), bent)
    return Line(cover, letters, corners, words, around(corners, sides, letters.words))


def ink_on(draws: Draws, paper: tuple[Colour, ...]) -> Colour:
    """Return a colour that can be read on all of those behind it."""
    dark = sum(sum(c) for c in paper) / len(paper) > 380
    best, farthest = (0, 0, 0) if dark else (255, 255, 255), CONTRAST
    for _ in range(4):
        levels = draws.integer(0, 110), draws.integer(0, 110), draws.integer(0, 110)
        red, green, blue = levels if dark else tuple(255 - level for level in levels)
        if min(distance((red, green, blue), other) for other in paper) > farthest:
            return red, green, blue
    return best
