"""One way to read them all: a COCO file, a folder of Pascal VOC, a folder of YOLO."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from synthlab.errors import InputError

from . import coco, voc, yolo
from .labeled import Reading

__all__ = ["is_source", "read_labeled"]

_FORMS = (
    "a COCO file (.json) or a folder with one, a folder of Pascal VOC (.xml beside images), or one of YOLO "
    "(data.yaml)"
)

LONGEST_NAME = 60
"""Characters that the name of a class has in a schema."""


def is_source(source: Any) -> bool:
    """Return whether `read_labeled` knows this kind of source."""
    return isinstance(source, Path) and (
        coco.is_coco(source) or voc.is_voc(source) or yolo.is_yolo(source) or bool(coco.coco_files(source))
    )


def read_labeled(source: Any, images: str | None) -> Reading:
    """Return labeled photographs. Raises InputError that says where, what was found and what fits."""
    folder = None if images is None else Path(images)
    if folder is not None and not folder.is_dir():
        raise InputError(f"--images {images}: there is no such folder")
    if not isinstance(source, Path):
        raise InputError(f"labeled images are read from {_FORMS}")
    try:
        if source.is_file() and source.suffix.lower() == ".json":
            found = coco.read_coco(source, folder)
        elif yolo.is_yolo(source):
            found = yolo.read_yolo(source, folder)
        elif source.is_dir() and not voc.is_voc(source) and coco.coco_files(source):
            found = coco.read_coco(coco.the_file(source), folder)
        elif source.is_dir():
            found = voc.read_voc(source, folder)
        else:
            raise InputError(f"{source.name}: labeled images are read from {_FORMS}")
    except OSError as error:
        raise InputError(f"{source.name}: cannot be read: {error.strerror or error}") from error
    if not any(photo.objects for photo in found.photos):
        raise InputError(f"{source.name}: no box is marked in any of its {len(found.photos):,} images")
    for name in found.classes:
        if not (name.strip() and len(name) <= LONGEST_NAME and name.isprintable()):
            raise InputError(
                f"{source.name}: a class is called {name[:LONGEST_NAME]!r}; the name of a class has 1 to "
                f"{LONGEST_NAME} characters, and none that cannot be printed"
            )
    return found
