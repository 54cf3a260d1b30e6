"""Image files against the labels: missing, unreadable, of another size, listed nowhere, in several splits."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from .columns import Coco
from .findings import Findings
from .pictures import TURNED, Header, digest, header_reader, mark
from .places import Places, split_of
from .result import Example

__all__ = ["check_files", "check_splits"]

Mark = tuple[int, bytes]


@dataclass(slots=True)
class Found:
    """The image files of one COCO file, by the row of the image."""

    coco: Coco
    folders: list[str]
    paths: dict[int, str] = field(default_factory=dict)
    marks: dict[int, Mark] = field(default_factory=dict)


def check_files(all_coco: list[Coco], places: Places, findings: Findings) -> tuple[list[Found], list[str]]:
    """Look at the image files; return where they are, and what could not be looked at."""
    read = header_reader()
    found = []
    for coco in all_coco:
        names = [name for name in coco.file_names if name is not None]
        found.append(Found(coco, places.folders(coco.name, names)))
    own = {one.folders[0] for one in found if one.folders}
    looked: dict[str, tuple[Mark | str, Header | str | None]] = {}
    for one in found:
        # A file of another split's folder is not the one that is missing here.
        folders = [f for i, f in enumerate(one.folders) if not i or f not in own]
        for row, name in enumerate(one.coco.file_names):
            if name is None:
                continue
            path = places.find(name, folders)
            if path is None:
                _tell_missing(one.coco, row, name, places, findings)
                continue
            one.paths[row] = path
            if path not in looked:
                looked[path] = _look(places.root / path, read)
            _check_one(one, row, *looked[path], findings)
    _check_extra(found, places, findings)
    return found, [] if read else ["sizes of image files: they need Pillow, the extra `image`"]


def _look(path: Path, read: Callable[[Path], Header | str] | None) -> tuple[Mark | str, Header | str | None]:
    found = mark(path)
    return found, None if read is None or isinstance(found, str) else read(path)


def _tell_missing(coco: Coco, row: int, name: str, places: Places, findings: Findings) -> None:
    like = places.like(name)
    fits = f"there is {like}" if like else f"no file of {len(places.files):,} images is called so"
    example = Example("image", coco.image_ids[row], name, "no such file", fits)
    findings.add(coco.name, "missing-image", example)


def _check_one(
    one: Found, row: int, found: Mark | str, header: Header | str | None, findings: Findings
) -> None:
    coco = one.coco
    wrong = found if isinstance(found, str) else header if isinstance(header, str) else None
    if wrong is not None:
        example = Example("image", coco.image_ids[row], coco.file_names[row], wrong, "a whole image")
        findings.add(coco.name, "unreadable-image", example)
        return
    assert not isinstance(found, str)
    one.marks[row] = found
    if not isinstance(header, Header):
        return
    width, height = coco.sizes[row].tolist()
    size, turned = (header.width, header.height), (header.height, header.width)
    seen = turned if header.orientation in TURNED else size

    def tell(kind: str, said: str, fits: str) -> None:
        example = Example("image", coco.image_ids[row], coco.file_names[row], said, fits)
        findings.add(coco.name, kind, example)

    known = width == width and height == height
    if known and (width, height) not in (size, seen):
        swapped = "; width and height are swapped" if (width, height) == turned else ""
        tell(
            "size-mismatch",
            f"{width:.0f} x {height:.0f} in the labels",
            f"{_size(size)} in the file{swapped}",
        )
    elif header.orientation != 1:
        said = f"orientation {header.orientation}, stored as {_size(size)}, shown as {_size(seen)}"
        meant = f"the labels have {width:.0f} x {height:.0f}; " if known else ""
        tell("exif-orientation", said, f"{meant}turn the pixels and drop the EXIF")


def _check_extra(found: list[Found], places: Places, findings: Findings) -> None:
    """Tell files beside those that are listed."""
    listed = {path for one in found for path in one.paths.values()}
    folders = {path.rpartition("/")[0] for path in listed}
    extra = [path for path in places.files if path not in listed and path.rpartition("/")[0] in folders]
    names = (
        " and ".join(one.coco.name for one in found)
        if len(found) <= 2
        else f"all {len(found)} files of labels"
    )
    findings.add_all(
        names, "extra-image", extra, lambda path: Example("image", None, path, "listed nowhere", "")
    )


def check_splits(found: list[Found], places: Places, findings: Findings) -> None:
    """Look for images that are in two splits: the same file, the same name or the same bytes."""
    digests: dict[str, bytes] = {}

    def whole(path: str) -> bytes:
        if path not in digests:
            digests[path] = digest(places.root / path)
        return digests[path]

    for one, two in itertools.combinations(found, 2):
        if not _are_splits(one.coco, two.coco):
            continue
        paths = {path: row for row, path in one.paths.items()}
        marks = {mark: row for row, mark in one.marks.items()}
        names = {name: row for row, name in enumerate(one.coco.file_names) if row not in one.paths}
        for row, name in enumerate(two.coco.file_names):
            path = two.paths.get(row)
            if path is None:
                other, how = names.get(name) if name is not None else None, "the same name"
            elif path in paths:
                other, how = paths[path], "the same file"
            else:
                other, how = marks.get(two.marks.get(row, (0, b""))), "the same bytes"
                if other is not None and whole(one.paths[other]) != whole(path):
                    other = None
            if other is not None:
                said = f"{how} as image {one.coco.image_ids[other]!r} {one.coco.file_names[other]}"
                example = Example("image", two.coco.image_ids[row], name, said, "in one of the splits")
                findings.add(f"{one.coco.name} and {two.coco.name}", "shared-image", example)


def _are_splits(one: Coco, two: Coco) -> bool:
    """Tell splits from files that label the same images for other tasks, or all of them."""
    first, second = split_of(one.name), split_of(two.name)
    if first is not None and second is not None:
        return first != second
    names, others = {*one.file_names}, {*two.file_names}
    if PurePosixPath(one.name).parent != PurePosixPath(two.name).parent:
        return False
    return not (names <= others or others <= names)


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]}"
