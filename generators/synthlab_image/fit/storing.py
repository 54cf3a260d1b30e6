"""The files that a fitted schema draws from: photographs, the same without objects, and a COCO file."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

import cv2
import numpy as np

from synthlab import masks

from ..textures import Picture
from .emptying import emptied
from .prepared import Outlined, Photo

__all__ = ["EMPTIED", "IMAGES", "OBJECTS", "stored"]

IMAGES, EMPTIED, OBJECTS = "images", "emptied", "objects.json"
QUALITY = 95


def stored(
    photos: Sequence[Photo],
    holes: Sequence[Picture],
    tones: Sequence[tuple[float, float, float]],
    classes: Sequence[str],
    reusable: Collection[int],
) -> dict[str, bytes]:
    """Return the files by their names. `reusable` are the numbers of objects that may be shown elsewhere,
    counted from 1 through all photographs."""
    files: dict[str, bytes] = {}
    data: dict[str, list[dict[str, Any]]] = {"images": [], "annotations": [], "categories": []}
    data["categories"] = [{"id": number, "name": name} for number, name in enumerate(classes, 1)]
    for image, (photo, hole, tone) in enumerate(zip(photos, holes, tones, strict=True), 1):
        name = f"{image:04}.jpg"
        files[f"{IMAGES}/{name}"] = _jpeg(photo.pixels)
        files[f"{EMPTIED}/{name}"] = _jpeg(emptied(photo.pixels, hole))
        height, width = photo.pixels.shape[:2]
        data["images"].append(
            {"id": image, "file_name": name, "width": width, "height": height, "tone": tone}
        )
        for thing in photo.objects:
            number = len(data["annotations"]) + 1
            record = {"id": number, "image_id": image, "category_id": classes.index(thing.label) + 1}
            data["annotations"].append(
                {**record, **_shape(thing, height, width), "iscrowd": 0, "reusable": number in reusable}
            )
    files[OBJECTS] = _lines(data).encode()
    return files


def _shape(thing: Outlined, height: int, width: int) -> dict[str, Any]:
    assert thing.mask is not None
    left, top, right, bottom = thing.box
    whole = np.zeros((height, width), dtype=np.uint8)
    whole[top:bottom, left:right] = thing.mask
    # Runs give every pixel back, which polygons do only where readers fill them alike.
    return {
        "bbox": [left, top, right - left, bottom - top],
        "area": int(thing.mask.sum()),
        "segmentation": {"size": [height, width], "counts": masks.encode(whole, 1)[0]},
    }


def _jpeg(picture: Picture) -> bytes:
    # Colours in full: what is cut out of it is small.
    wishes = [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    wishes += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    done, data = cv2.imencode(".jpg", picture, wishes)
    assert done
    return data.tobytes()


def _lines(data: dict[str, list[dict[str, Any]]]) -> str:
    """Return JSON with a record a line."""
    parts = (
        f'"{key}": [\n' + ",\n".join(json.dumps(record) for record in records) + "\n]"
        for key, records in data.items()
    )
    return "{" + ",\n".join(parts) + "}\n"
