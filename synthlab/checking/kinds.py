"""The kinds of problems: how bad each is, what it is called, and why it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["KINDS", "SEVERITIES", "Kind", "Severity"]

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem."""

    severity: Severity
    title: str
    why: str


KINDS = {
    "unreadable": Kind("error", "labels that cannot be read", "nothing of the file can be used"),
    "wrong-type": Kind("error", "values of another type", "readers fail on them, or take them for another"),
    "missing-key": Kind("error", "keys that are missing", "evaluation ends with a KeyError"),
    "not-finite": Kind("error", "NaN or infinity", "the loss of a training run turns NaN"),
    "duplicate-id": Kind("error", "ids given twice", "pycocotools keeps the last one, silently"),
    "duplicate-file": Kind("error", "image files listed twice", "the objects of one count as missed"),
    "dangling-id": Kind("error", "ids that lead nowhere", "the object is in no image, or of no class"),
    "annotation-id-zero": Kind(
        "error", "annotation id 0", "pycocotools takes it for a miss: perfect predictions lose AP"
    ),
    "box-size": Kind("error", "boxes without width or height", "training stops at them, or learns nothing"),
    "box-outside": Kind("error", "boxes with nothing inside the image", "there is nothing to find"),
    "box-format": Kind("error", "boxes that are not [x, y, width, height]", "all of them are elsewhere"),
    "polygon": Kind("error", "polygons that have no surface", "pycocotools fails, or takes it for a box"),
    "rle": Kind("error", "run lengths that do not fit", "the mask is another one, or none"),
    "keypoint-length": Kind("error", "keypoints of another number", "they belong to other joints"),
    "keypoint-visibility": Kind("error", "visibility that is not 0, 1 or 2", "OKS counts them wrongly"),
    "missing-image": Kind("error", "image files that are missing", "training stops, or skips them"),
    "unreadable-image": Kind("error", "image files that cannot be read", "training stops, or skips them"),
    "size-mismatch": Kind("error", "image files of another size", "boxes and masks lie elsewhere"),
    "shared-image": Kind("error", "images in several splits", "what is measured is memory"),
    "box-beyond-edge": Kind("warning", "boxes that reach out of the image", "some readers drop the image"),
    "box-shift": Kind("warning", "boxes shifted alike against their masks", "small objects lose IoU"),
    "box-off-mask": Kind("warning", "boxes that are not their masks' extent", "one of the two is wrong"),
    "area-off-mask": Kind("warning", "areas that are not their masks'", "AP of small and large ones is off"),
    "mask-outside": Kind("warning", "polygons that reach out of the image", "masks are cut, boxes are not"),
    "empty-mask": Kind("warning", "masks without pixels", "there is nothing to learn"),
    "crowd-polygon": Kind("warning", "crowds with polygons", "COCO has run lengths for crowds"),
    "duplicate-box": Kind("warning", "objects labeled twice", "one of the two always counts as missed"),
    "duplicate-category": Kind("warning", "names of two categories", "they cannot be told apart"),
    "keypoint-count": Kind("warning", "num_keypoints that is not the count", "OKS skips objects with 0"),
    "keypoint-outside": Kind("warning", "keypoints outside the image", "no reader can see them"),
    "extra-image": Kind("warning", "image files that nothing lists", "they are never seen"),
    "exif-orientation": Kind("warning", "image files to be turned", "some readers turn them, others do not"),
    "overlap": Kind("note", "objects that own the same pixels", "a pixel has one topmost object"),
    "image-without-objects": Kind("note", "images without objects", "good negatives, if meant"),
    "unused-category": Kind("note", "categories without objects", "their AP is -1 and left out of the mean"),
    "category-ids": Kind("note", "category ids from 0 or with holes", "not an index: map them"),
    "no-annotations": Kind("note", "files without annotations", "a test set, or an export that failed"),
    "other-task": Kind("note", "annotations of another task", "captions and panoptic are not checked"),
}  # fmt: skip
"""By severity, the worst first; the names are part of the JSON."""
