"""Average precision, as pycocotools computes it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

__all__ = ["average_precision"]


def average_precision(
    found: Sequence[np.ndarray], wanted: Sequence[np.ndarray], classes: Sequence[str]
) -> dict[str, float]:
    """Return mAP at IoU 0.5, mAP over 0.5 to 0.95, and the AP at 0.5 of each class.

    `found` has rows of class, box and score for each image, `wanted` rows of class and box.
    """
    truth = COCO()
    truth.dataset = {
        "images": [{"id": number} for number in range(len(wanted))],
        "categories": [{"id": number, "name": name} for number, name in enumerate(classes, 1)],
        "annotations": [],
    }
    for number, boxes in enumerate(wanted):
        for row in boxes:
            known = {**_annotation(number, row), "iscrowd": 0, "id": len(truth.dataset["annotations"]) + 1}
            truth.dataset["annotations"].append({**known, "area": known["bbox"][2] * known["bbox"][3]})
    guesses = [
        {**_annotation(number, row), "score": float(row[5])}
        for number, rows in enumerate(found)
        for row in rows
    ]
    if not guesses:
        return dict.fromkeys(["mAP@0.5", "mAP@0.5:0.95", *classes], 0.0)
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(guesses), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
    # Axes: threshold, recall, class, area range, most detections.
    precision = evaluation.eval["precision"][:, :, :, 0, 2]
    each = precision[0].mean(axis=0)
    return {
        "mAP@0.5": float(each.mean()),
        "mAP@0.5:0.95": float(precision.mean()),
        **{name: float(value) for name, value in zip(classes, each, strict=True)},
    }


def _annotation(image: int, row: np.ndarray) -> dict[str, object]:
    left, top, right, bottom = (float(end) for end in row[1:5])
    return {
        "image_id": image,
        "category_id": int(row[0]) + 1,
        "bbox": [left, top, right - left, bottom - top],
    }
