"""`synthlab fit real.json --images DIR`: what is learned, and the schema that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from synthlab.errors import InputError, did_you_mean
from synthlab.generator import FileReference, FitRequest, Fitted

from . import habits
from .outlining import outlined
from .prepared import Photo, frame_of, prepared
from .reading import read_labeled
from .storing import EMPTIED, IMAGES, OBJECTS, stored

__all__ = ["OPTIONS", "fit"]

OPTIONS = ("images", "outlines", "longest_side")
MOST_PHOTOS = 120
LONGEST = 1280
ROWS = 1000
MOST_COVERED = 0.3


def fit(request: FitRequest) -> Fitted:
    """Return the schema of images like these. Pieces of them are in its files."""
    options = _options(request.options)
    found = read_labeled(request.source, options.get("images"))
    chosen = found.photos[:: -(-len(found.photos) // MOST_PHOTOS)]
    frame = frame_of(chosen, int(options.get("longest_side", LONGEST)))
    photos, hows = outlined(
        [prepared(photo, frame) for photo in chosen], options.get("outlines", "grabcut"), request.seed
    )
    classes = [name for name in found.classes if name in hows]
    files = stored(photos, classes, _reusable(photos))
    learned = _learned(photos, classes, hows, frame)
    return Fitted(
        learned,
        ROWS,
        files=files,
        notes=tuple(f"{how} {label}" for label, how in hows.items()),
        schema={"description": f"Images like those of {request.name}", "format": "coco"},
    )


def _options(given: Mapping[str, str]) -> Mapping[str, str]:
    for option in given:
        if option not in OPTIONS:
            hint = did_you_mean(option, OPTIONS)
            raise InputError(f"fit of images has no option {option!r};{hint} it takes {', '.join(OPTIONS)}")
    return given


def _reusable(photos: Sequence[Photo]) -> set[int]:
    """Return the numbers of the objects of which enough is seen to show them elsewhere."""
    things = [(photo, thing) for photo in photos for thing in photo.objects]
    good: set[int] = set()
    for label in {thing.label for _, thing in things}:
        mine = [(n, p, t) for n, (p, t) in enumerate(things, 1) if t.label == label]
        for most in (MOST_COVERED, 0.6, 1.1):
            whole = [n for n, p, t in mine if not habits.at_border(p, t) and habits.covered(p, t) <= most]
            if len(whole) >= min(3, len(mine)):
                break
        good.update(whole or [n for n, _, _ in mine])
    return good


def _learned(
    photos: Sequence[Photo], classes: Sequence[str], hows: Mapping[str, str], frame: tuple[int, int]
) -> dict[str, Any]:
    counts = habits.counts_of(photos)
    drawn = all(hows[name] == "drawn" for name in classes)
    source = {"annotations": FileReference(OBJECTS), "images": FileReference(IMAGES)}
    own = {}
    for name in classes:
        turnable = habits.turnable(photos, name)
        own[name] = {
            "asset": "cutouts",
            **source,
            "category": name,
            "weight": 1.0,
            "scale_range": [0.9, 1.1],
            "rotation_range": [0, 360] if turnable else [-4, 4],
            "flips": 0.5 if turnable or habits.flippable(photos, name) else 0.0,
            "own_padding": True,
        }
    return {
        "width": frame[0],
        "height": frame[1],
        "classes": own,
        "objects_range": [0, max(1, round(float(np.median(counts)) / 2))],
        "backgrounds": ["annotated"],
        "annotated_photos": {
            **source,
            "emptied": FileReference(EMPTIED),
            "kept_range": [0.3, 1.0],
            "replaced": 0.9,
            "flips": 0.5,
            "tones": 0.8,
        },
        "boxes": "visible" if drawn else "amodal_clipped",
        "min_visibility": 0.7,
        "min_visible_pixels": 10,
        "labels": ["box", "label", "area", "mask", "visibility", "truncated", "occluded"],
        "effects": {
            "shadows": 0,
            "shading_range": [0, 0],
            "falloff_range": [0, 0],
            "brightness_range": [0.95, 1.05],
            "contrast_range": [0.95, 1.05],
            "cast_range": [0, 0.02],
            "vignette_rate": 0,
            "blur_rate": 0,
            "motion_rate": 0,
            "noise_rate": 0,
            "compression_rate": 0,
        },
    }
