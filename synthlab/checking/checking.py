"""`check`: looks at a folder of images with COCO files, or at one such file."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ..errors import InputError, UsageError
from .boxes import check_boxes
from .columns import Coco
from .files import check_files, check_splits
from .findings import Findings
from .folders import read_folder
from .habits import check_habits
from .masks import measure
from .places import Places, walk_files
from .reading import PARTS, read
from .records import check_categories, check_ids, check_keypoints
from .result import CheckedFile, CheckResult
from .segments import check_masks, check_overlap, settle_runs

__all__ = ["check"]


def check(
    path: str | os.PathLike[str],
    *,
    images: str | os.PathLike[str] | None = None,
    read_images: bool = True,
    most: int = 5,
) -> CheckResult:
    """Return what is wrong with a labeled dataset in COCO's format, a folder or one JSON file, or with a
    folder of YOLO or Pascal VOC.

    Image files are looked for in the folder `images`, or else in that of `path`; not at all without
    `read_images`. Of each kind of problem in a file, `most` places are kept. Nothing is written.
    Takes about three times the size of the largest JSON file in memory.

    Raises UsageError where there is no `path`, InputError where a folder holds none of these.
    """
    path = Path(path)
    if most < 0:
        raise UsageError(f"most is {most}; it is how many places are kept of each kind, from 0 on")
    if not path.exists():
        raise UsageError(f"there is no file or folder {path}")
    if images is not None and not Path(images).is_dir():
        raise UsageError(f"there is no folder {images} with images")
    root = path if path.is_dir() else path.parent
    names = walk_files(root) if path.is_dir() or (read_images and images is None) else []
    candidates = [n for n in names if n.lower().endswith(".json")] if path.is_dir() else [path.name]
    findings = Findings(most)
    all_coco, files = [], []
    for name in candidates:
        coco = read(root / name, name, findings, named=path.is_file())
        if coco is not None:
            all_coco.append(coco)
            files.append(_check_file(coco, findings))
    if not all_coco and path.is_dir():
        if images is not None and "data.yaml" in names:
            raise UsageError("the images of YOLO lie where its labels say; leave --images out")
        all_coco = read_folder(root, names, findings, read_images)
        files = [_check_file(coco, findings) for coco in all_coco]
    if not all_coco and not findings.problems():
        raise InputError(
            f"{path} has no COCO file: none of its {len(candidates):,} JSON files is an object with "
            f"{', '.join(PARTS)}; nor is it a folder of YOLO (data.yaml) or of Pascal VOC (.xml)"
        )
    left_out: list[str] = []
    if read_images and all_coco:
        places = Places(Path(images), walk_files(Path(images))) if images is not None else Places(root, names)
        found, left_out = check_files(all_coco, places, findings)
        check_splits(found, places, findings)
    return CheckResult(str(path), tuple(files), findings.problems(), tuple(left_out))


def _check_file(coco: Coco, findings: Findings) -> CheckedFile:
    check_ids(coco, findings)
    check_categories(coco, findings)
    check_keypoints(coco, findings)
    # Numbers far beyond any image overflow; they are told as boxes or masks outside.
    with np.errstate(over="ignore", invalid="ignore"):
        settle_runs(coco, findings)
        masks = measure(coco)
        explained = check_habits(coco, masks, findings)
        check_boxes(coco, findings, explained)
        check_masks(coco, masks, findings, explained)
        check_overlap(coco, masks, findings)
    counted = CheckedFile(
        coco.name,
        len(coco.image_ids),
        len(coco.ids),
        len(coco.category_ids),
        len(masks.annotations),
        len(coco.images_without_objects()),
    )
    _let_go(coco)
    return counted


def _let_go(coco: Coco) -> None:
    """Drop what only the file itself needed, before the next one is read."""
    coco.ids, coco.image_of, coco.category_of, coco.keypoints = [], [], [], {}
    coco.runs, coco.run_sizes, coco.run_owners = [], [], []
    coco.boxes = coco.areas = coco.corners = coco.ring_sizes = coco.ring_owners = None
