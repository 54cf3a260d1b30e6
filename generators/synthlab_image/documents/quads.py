"""Four corners around everything that was printed of a character, a word, a line, a field.

The ink of a character is inside its box on the sheet; the mesh takes the box's corners to the image. Around
several characters goes the smallest quad whose sides have the directions of their common box, as the mesh
shows it: no ink sticks out of it where the sheet is bent, and each side touches a character.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from .bending import Mesh

__all__ = ["around", "corners_of", "hulls"]

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]
DECIMALS = 2


def corners_of(boxes: npt.NDArray[Any], mesh: Mesh | None) -> Floats:
    """Return where the corners of boxes on the sheet are in the image, shape `(n, 4, 2)`.

    Clockwise from the top left as it is read. Without a mesh the image is the sheet.
    """
    left, top, right, bottom = boxes.astype(np.float64).T
    corners = np.stack([left, top, right, top, right, bottom, left, bottom], axis=-1).reshape(-1, 4, 2)
    if mesh is None or not len(boxes):
        return corners
    return mesh.image_at(corners.reshape(-1, 2)).reshape(-1, 4, 2)


def hulls(boxes: Ints, groups: Ints, count: int) -> Ints:
    """Return the boxes around those of each group, shape `(count, 4)`; groups are 0 to count - 1, rising."""
    starts = np.searchsorted(groups, np.arange(count))
    low, high = np.minimum.reduceat(boxes[:, :2], starts), np.maximum.reduceat(boxes[:, 2:], starts)
    return np.concatenate([low, high], axis=1)


def around(corners: Floats, sides: Floats, groups: Ints) -> Floats:
    """Return quads around the corners of each group's characters, shape `(len(sides), 4, 2)`.

    `sides` are the quads whose directions are kept. `groups` says to which of them each of the characters
    belongs; they are rising, and none of them is empty.
    """
    if not len(sides):
        return np.zeros((0, 4, 2))
    starts = np.searchsorted(groups, np.arange(len(sides)))
    normals, reaches = [], []
    for side in range(4):
        way = sides[:, (side + 1) % 4] - sides[:, side]
        way = way / np.maximum(np.sqrt((way * way).sum(axis=-1)), 1e-9)[:, None]
        normal = np.stack([way[:, 1], -way[:, 0]], axis=-1)  # outwards, as the corners go clockwise
        far = (corners * normal[groups][:, None, :]).sum(axis=-1).max(axis=1)
        normals.append(normal)
        reaches.append(np.maximum.reduceat(far, starts))
    quads = np.empty_like(sides)
    for corner in range(4):
        # Where the side that ends here meets the one that begins here.
        (a, b), (p, q) = (normals[corner - 1].T, reaches[corner - 1]), (normals[corner].T, reaches[corner])
        determinant = a[0] * p[1] - a[1] * p[0]
        quads[:, corner, 0] = (b * p[1] - q * a[1]) / determinant
        quads[:, corner, 1] = (q * a[0] - b * p[0]) / determinant
    return quads
