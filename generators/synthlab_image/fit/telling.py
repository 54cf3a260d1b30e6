"""What a person is told of a fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .habits import Habits
from .labeled import Reading, counted
from .prepared import Photo

__all__ = ["told"]

_WAYS = {
    "drawn": "outlined as in the file",
    "cut": "cut out of their boxes, or with what is around them",
    "ellipse": "taken as ellipses, since what is in their boxes is too much like what is around",
    "box": "taken as rectangles",
}


def told(
    found: Reading,
    photos: Sequence[Photo],
    habits: Sequence[Habits],
    ways: Mapping[str, str],
    reused: int,
    learned: Mapping[str, Any],
) -> tuple[str, ...]:
    """Return notes: what was learned, what was left out, and what the files hold."""
    return tuple(_notes(found, photos, habits, ways, reused, learned))


def _notes(
    found: Reading,
    photos: Sequence[Photo],
    habits: Sequence[Habits],
    ways: Mapping[str, str],
    reused: int,
    learned: Mapping[str, Any],
) -> Iterator[str]:
    counts = [len(photo.objects) for photo in photos]
    low, middle, high = (round(float(np.quantile(counts, q))) for q in (0.1, 0.5, 0.9))
    total = len(found.photos)
    used = f"{len(photos):,} of {total:,}" if len(photos) < total else f"{total:,}"
    yield (
        f"{used} {'image' if total == 1 else 'images'}, taken as {learned['width']} x {learned['height']} "
        f"pixels, with {counted(sum(counts), 'object', 'objects')}: mostly {low} to {high} an image, "
        f"{middle} in the middle"
    )
    missing = [name for name in found.classes if name not in ways]
    if missing:
        yield f"left out, since they are in other images alone: {', '.join(missing)}"
    for known in habits:
        yield f"{known.label}: {_of_class(known, ways[known.label], learned)}"
    yield (
        f"{counted(reused, 'object is', 'objects are')} shown elsewhere too; the others are hidden in part, "
        "or cut off by the border"
    )
    photo = learned["annotated_photos"]
    yield (
        f"objects follow the light of their images by {photo['tones']:.0%}; images are "
        + ("mirrored" if photo["flips"] else "not mirrored: some objects never are")
    )
    if not learned["objects_range"][1]:
        yield "objects are smaller farther up: others are added beside them, as large and as far up"
    yield "boxes that are drawn wider than their objects stay so; noise and blur are those of the images"
    yield "the files hold these images and pieces of them: they are as private as the images are"


def _of_class(known: Habits, way: str, learned: Mapping[str, Any]) -> str:
    assets = learned["classes"][known.label]
    asset = assets[0] if isinstance(assets, list) else assets
    low, middle, high = (f"{side:.0f}" for side in known.sides)
    turned = "turned at will" if asset["rotation_range"] == [0, 360] else "upright"
    where = "mostly in some places" if known.places else "anywhere"
    mirrored = "" if asset["flips"] else ", never mirrored"
    return (
        f"{known.objects:,} in {counted(known.images, 'image', 'images')}, {_WAYS[way]}; {low} to {high} "
        f"pixels long, {middle} in the middle; {turned}{mirrored}, {where}; {known.border:.0%} at the border"
    )
