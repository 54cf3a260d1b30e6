"""`synthlab fit real.json --images DIR`: what is learned, and the schema that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np

from synthlab.errors import InputError, did_you_mean
from synthlab.generator import FileReference, FitRequest, Fitted

from .choosing import chosen
from .emptying import cleared, hole_of, tone_of
from .habits import Habits, at_border, covered, habits_of
from .likeness import flippable, taken_on, turnable
from .outlining import Method, outlined
from .prepared import Photo, frame_of, prepared
from .reading import read_labeled
from .storing import EMPTIED, IMAGES, OBJECTS, stored
from .telling import told

__all__ = ["OPTIONS", "fit"]

OPTIONS = ("images", "outlines", "longest_side")
ROWS = 1000
MOST_PHOTOS = 120
"""Of more, so many are kept: the files would grow, the variety of their objects hardly."""
LONGEST = 1280
SHORTEST, MOST_LONGEST = 64, 4096
COVERED = 0.3, 0.6, 1.0
"""Objects of which a larger share is in other boxes are not shown elsewhere; the first of these shares that
leaves `ENOUGH`."""
ENOUGH = 3
ADDED, MOST_ADDED = 1.0, 200
"""How many objects are added at most, beside the usual number of objects; and in any case."""
INSIDE = 0.02
"""Share of objects at the border of their images below which the border cuts none off."""


def fit(request: FitRequest) -> Fitted:
    """Return the schema of images like these. Their photographs, and pieces of them, are in its files."""
    options = _options(request.options)
    found = read_labeled(request.source, options.get("images"))
    kept = chosen(found.photos, MOST_PHOTOS)
    frame = frame_of(kept, _longest(options))
    method = cast("Method", options.get("outlines", "grabcut"))
    photos, ways = outlined([cleared(prepared(photo, frame)) for photo in kept], method, request.seed)
    classes = [name for name in found.classes if name in ways]
    habits = [habits_of(photos, name) for name in classes]
    holes = [hole_of(photo) for photo in photos]
    tones = [tone_of(photo, hole) for photo, hole in zip(photos, holes, strict=True)]
    reusable = _reusable(photos)
    learned = _learned(photos, habits, ways, frame, tones)
    name = request.source.name if isinstance(request.source, Path) else request.name
    return Fitted(
        learned,
        ROWS,
        files=stored(photos, holes, tones, classes, reusable),
        notes=(*found.notes, *told(found, photos, habits, ways, len(reusable), learned)),
        schema={"description": f"Images like those of {name}, with parts of them", "format": "coco"},
    )


def _options(given: Mapping[str, str]) -> Mapping[str, str]:
    for option in given:
        if option not in OPTIONS:
            hint = did_you_mean(option, OPTIONS)
            raise InputError(f"fit of images has no option {option!r};{hint} it takes {', '.join(OPTIONS)}")
    method = given.get("outlines", "grabcut")
    if method not in get_args(Method):
        raise InputError(f"outlines is {method!r}; it can be {', '.join(get_args(Method))}")
    return given


def _longest(options: Mapping[str, str]) -> int:
    text = options.get("longest_side", str(LONGEST))
    if not (text.isdecimal() and SHORTEST <= int(text) <= MOST_LONGEST):
        raise InputError(f"longest_side is {text!r}; it is a number of pixels, {SHORTEST} to {MOST_LONGEST}")
    return int(text)


def _reusable(photos: Sequence[Photo]) -> set[int]:
    """Return the numbers of the objects that may be shown elsewhere, counted through all photographs.

    Those are left out of which the border or others hide a part.
    """
    things = list(enumerate(((photo, thing) for photo in photos for thing in photo.objects), 1))
    good: set[int] = set()
    for label in {thing.label for _, (_, thing) in things}:
        mine = [(number, *pair) for number, pair in things if pair[1].label == label]
        whole = [(n, covered(p, t)) for n, p, t in mine if not at_border(p, t)]
        for most in COVERED:
            clear = {number for number, share in whole if share <= most}
            if len(clear) >= min(ENOUGH, len(mine)):
                break
        good |= clear or {number for number, _, _ in mine}
    return good


def _learned(
    photos: Sequence[Photo],
    habits: Sequence[Habits],
    ways: Mapping[str, str],
    frame: tuple[int, int],
    tones: Sequence[tuple[float, float, float]],
) -> dict[str, Any]:
    """Return the options of the generator."""
    source = {"annotations": FileReference(OBJECTS), "images": FileReference(IMAGES)}
    classes: dict[str, Any] = {}
    for known in habits:
        asset = {**_asset(photos, known, ways[known.label]), **source}
        classes[known.label] = [asset, _with_surroundings(asset)] if ways[known.label] == "cut" else asset
    usual = float(np.median([len(photo.objects) for photo in photos]))
    added = min(MOST_ADDED, max(1, round(usual * ADDED)))
    mirrored = all(flippable(photos, known.label) for known in habits)
    drawn = all(way == "drawn" for way in ways.values())
    return {
        "width": frame[0],
        "height": frame[1],
        "classes": classes,
        "objects_range": [0, 0 if _farther(habits) else added],
        "backgrounds": ["annotated"],
        "annotated_photos": {
            **source,
            "emptied": FileReference(EMPTIED),
            "kept_range": [0.3, 1.0],
            "replaced": 0.9,
            **({"beside_range": [0, added]} if _farther(habits) else {}),
            "flips": 0.5 if mirrored else 0.0,
            "tones": taken_on(photos, tones),
        },
        "boxes": "visible" if drawn else "amodal_clipped",
        "labels": ["box", "label", "area", "mask", "visibility", "truncated", "occluded"],
        "effects": _effects(tones),
    }


def _farther(habits: Sequence[Habits]) -> bool:
    """Return whether most objects are on a plane that is seen from aslant: smaller farther up."""
    return 2 * sum(known.objects for known in habits if known.farther) > sum(k.objects for k in habits)


def _asset(photos: Sequence[Photo], known: Habits, way: str) -> dict[str, Any]:
    """Return what is said of a class, but for where its objects come from."""
    turns = turnable(photos, known.label)
    reach = round(min(0.2, max(0.06, 0.5 * known.spread)), 2)
    border = "inside" if known.border < INSIDE else "cut"
    placement: dict[str, Any] = {"kind": "uniform", "border": border}
    if known.places:
        placement = {"kind": "near", "border": border, "spread": 0.05, "places": [*map(list, known.places)]}
    return {
        "asset": "cutouts",
        "category": known.label,
        "min_side": min(12, known.least_side),
        "scale_range": [round(1 - reach, 2), round(1 + reach, 2)],
        "rotation_range": [0, 360] if turns else [-4, 4],
        "flips": 0.5 if flippable(photos, known.label) else 0.0,
        "own_padding": way != "drawn",
        "placement": placement,
        "policy": {
            "min_side": max(2, round(known.least_side * 0.6)),
            "min_visible_pixels": max(4, round(0.2 * known.least_side**2)),
            "min_visibility": round(min(0.9, max(0.4, 1 - known.covered)), 2),
        },
    }


def _with_surroundings(asset: Mapping[str, Any]) -> dict[str, Any]:
    """Return an asset that shows the same objects as ellipses.

    What is cut out has its flaws, and other flaws an ellipse of what is around it. A detector learns to find
    either where there is no other (Dwibedi, Misra and Hebert, "Cut, Paste and Learn", 2017).
    """
    return {**{k: v for k, v in asset.items() if k not in ("placement", "policy")}, "outline": "ellipse"}


def _effects(tones: Sequence[tuple[float, float, float]]) -> dict[str, Any]:
    """Return what light and camera do: photographs bring theirs along, so only how these differ."""
    levels = np.log(np.maximum(np.array(tones), 1))
    brightness = levels.mean(axis=1)
    bright = round(min(0.1, max(0.02, 0.5 * float(brightness.std()))), 2)
    cast = round(min(0.05, max(0.01, 0.5 * float((levels - brightness[:, None]).std()))), 2)
    return {
        "shadows": 0,
        "shading_range": [0, 0],
        "falloff_range": [0, 0],
        "brightness_range": [round(1 - bright, 2), round(1 + bright, 2)],
        "contrast_range": [0.95, 1.05],
        "cast_range": [0, cast],
        "vignette_rate": 0,
        "blur_rate": 0,
        "motion_rate": 0,
        "noise_rate": 0,
        "compression_rate": 0,
    }
