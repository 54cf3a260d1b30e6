"""A COCO file as columns: what is left of its records once they are known to be of the right types."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Bools", "Coco", "Floats", "Ints"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Coco:
    """The records of one file, a row each.

    A number that is missing or of another type is NaN; a row that is referred to and not there is -1.
    """

    name: str
    """The JSON file within the folder."""

    loose: bool = False
    """Whether its `info` says that boxes may reach beyond the masks."""

    image_ids: list[Any] = field(default_factory=list)
    file_names: list[str | None] = field(default_factory=list)
    sizes: Any = field(default_factory=lambda: array("d"))
    """Width and height of each image; an array of shape `(images, 2)` once all are read."""

    category_ids: list[Any] = field(default_factory=list)
    category_names: list[Any] = field(default_factory=list)
    joints: dict[Any, int] = field(default_factory=dict)
    """How many keypoints the objects of a category have, by its id."""

    ids: list[Any] = field(default_factory=list)
    """Of the annotations, as is what follows."""
    image_of: list[Any] = field(default_factory=list)
    category_of: list[Any] = field(default_factory=list)
    boxes: Any = field(default_factory=lambda: array("d"))
    """`[x, y, width, height]` in pixels; an array of shape `(annotations, 4)` once all are read."""
    areas: Any = field(default_factory=lambda: array("d"))
    crowd: Any = field(default_factory=bytearray)
    keypoints: dict[int, list[Any]] = field(default_factory=dict)
    """By annotation: x, y and visibility of each joint, and num_keypoints last (None where missing)."""

    # Rings of polygons: their corners one behind the other.
    corners: Any = field(default_factory=lambda: array("d"))
    ring_sizes: Any = field(default_factory=lambda: array("q"))
    ring_owners: Any = field(default_factory=lambda: array("q"))
    runs: list[Any] = field(default_factory=list)
    """Run lengths: in COCO's letters as they stand there, or an array."""
    run_sizes: list[tuple[int, int]] = field(default_factory=list)
    """Height and width, the order of COCO."""
    run_owners: list[int] = field(default_factory=list)

    images: Any = None
    """The row of each annotation's image."""
    classes: Any = None
    """The row of each annotation's category."""

    def finish(self) -> None:
        """Turn what was read into arrays, and ids into rows."""
        self.sizes = np.frombuffer(self.sizes, dtype=np.float64).reshape(-1, 2)
        self.boxes = np.frombuffer(self.boxes, dtype=np.float64).reshape(-1, 4)
        self.areas = np.frombuffer(self.areas, dtype=np.float64)
        self.crowd = np.frombuffer(bytes(self.crowd), dtype=np.bool_)
        self.images = _rows(self.image_of, self.image_ids)
        self.classes = _rows(self.category_of, self.category_ids)
        self.corners = np.frombuffer(self.corners, dtype=np.float64).reshape(-1, 2)
        self.ring_sizes = np.frombuffer(self.ring_sizes, dtype=np.int64)
        self.ring_owners = np.frombuffer(self.ring_owners, dtype=np.int64)

    def images_without_objects(self) -> Ints:
        """Return the rows of images that no annotation refers to."""
        used = np.bincount(self.images[self.images >= 0], minlength=len(self.image_ids)) > 0
        # An id given twice leads to its first row; the other is no image without objects.
        return np.flatnonzero(~used & (_rows(self.image_ids, self.image_ids) == np.arange(len(used))))

    def image_name(self, annotation: int) -> str | None:
        """Return the file name of an annotation's image."""
        row = int(self.images[annotation])
        return self.file_names[row] if row >= 0 else None

    def frame(self) -> Floats:
        """Return width and height of each annotation's image; NaN where it has none."""
        known = np.append(self.sizes, [[np.nan, np.nan]], axis=0)
        frame: Floats = known[self.images]
        return frame


def _rows(wanted: Sequence[Any], known: Sequence[Any]) -> Ints:
    # Of ids given twice the first counts, so that one mistake is told once.
    rows = {id_: row for row, id_ in reversed(list(enumerate(known))) if id_ is not None}
    return np.array([rows.get(id_, -1) for id_ in wanted], dtype=np.int64)
