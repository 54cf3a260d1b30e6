"""From a photograph whose objects are known to what a scene begins with: which of them stay, and what is put
where the others were."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

from synthlab import Draws

from .annotated import AnnotatedPhotos
from .assets.base import Asset
from .geometry import window
from .placing import Spot
from .scene import Background, Look, Pose, Texture, Thing
from .things import Gain, gain_of, pose_of, taken_on

if TYPE_CHECKING:
    from .generator import ImageGenerator

__all__ = ["Setting", "setting"]

DRAWN = 4
"""Of so many drawn for a place, the one whose own size is nearest to what was there is taken."""
SIZES = 0.92, 1.08
"""How large it is then, beside the object before it."""
MOVED = 0.08
"""How far it may be from where that was, as a share of its size."""
ROOM = 0.1
"""How much is cleared beyond the box of an object that goes, as a share of its size."""
PLACES = 6
LITTLE_MORE = 1.1
"""How much larger a part of an object must be than what has a label: it is measured before it is scaled."""

Box = tuple[float, float, float, float]


class Setting(NamedTuple):
    """What a scene begins with."""

    background: Background
    things: tuple[Thing, ...] = ()
    spots: tuple[Spot, ...] = ()
    tone: Gain | None = None
    """Red, green and blue of what is around the objects."""
    tones: float = 0.0
    """How far objects take it on."""

    def lit(self, gain: Gain, asset: Asset, look: Look) -> Gain:
        """Return the gain of a thing that is added to it."""
        return taken_on(gain, asset, look, self.tone, self.tones)


class _Frame(NamedTuple):
    """Which part of a photograph the image shows, and how."""

    left: int
    top: int
    scale: float
    width: int
    flip: bool

    def shown(self, box: Box) -> Box:
        """Return where the image shows a box of the photograph."""
        x_min, x_max = ((x - self.left) * self.scale for x in (box[0], box[2]))
        y_min, y_max = ((y - self.top) * self.scale for y in (box[1], box[3]))
        return (
            (self.width - x_max, y_min, self.width - x_min, y_max)
            if self.flip
            else (x_min, y_min, x_max, y_max)
        )


def setting(options: ImageGenerator, photos: AnnotatedPhotos, draws: Draws) -> Setting:
    """Return a photograph, those of its objects that stay, then those that are in the place of others."""
    number = draws.choice(photos.numbers)
    record = photos.known.images[number]
    crop = draws.uniform(), draws.uniform(), 1.0
    flip = draws.chance(photos.flips)
    size = options.width, options.height
    left, top, wide, _ = window((int(record["width"]), int(record["height"])), crop, size)
    frame = _Frame(left, top, options.width / wide, options.width, flip)
    share = draws.uniform(*photos.kept_range)
    empty = Setting(
        Background(Texture("plain", ((0, 0, 0),)), str(record["file_name"]), crop, flip, ()),
        tone=photos.known.tone_of(number),
        tones=photos.tones,
    )
    kept: list[Thing] = []
    new: list[tuple[Thing, Spot]] = []
    cleared, seen = [], []
    for annotation in photos.known.by_image.get(number, ()):
        label, box = _described(options, photos.known.annotations[annotation], photos)
        shown = frame.shown(box)
        if shown[2] <= 0 or shown[3] <= 0 or shown[0] >= size[0] or shown[1] >= size[1]:
            continue
        if photos.emptied is not None and _is_cut_away(options, photos, frame, annotation, label, shown):
            cleared.append(_grown(shown))
            continue
        seen.append((label, shown))
        if draws.chance(share):
            kept.append(Thing(label, -1, {"annotation": annotation}, _pose(shown, flip)))
            continue
        cleared.append(_grown(shown))
        if draws.chance(photos.replaced):
            new.append(_another(options, empty, label, shown, draws))
    beside = draws.integer(photos.beside_range[0], photos.beside_range[1] + 1)
    for label, shown in [draws.choice(seen) for _ in range(beside if seen else 0)]:
        new.append(_another(options, empty, label, shown, draws, beside=True))
    # In the unmirrored picture: it is mirrored as a whole.
    if flip:
        cleared = [(size[0] - x_max, y_min, size[0] - x_min, y_max) for x_min, y_min, x_max, y_max in cleared]
    return empty._replace(
        background=Background(empty.background.texture, str(record["file_name"]), crop, flip, tuple(cleared)),
        things=(*kept, *(thing for thing, _ in new)),
        spots=(*(Spot(((0, 0),), inside=False) for _ in kept), *(spot for _, spot in new)),
    )


def _described(options: ImageGenerator, annotation: Any, photos: AnnotatedPhotos) -> tuple[int, Box]:
    """Return the class and the box of an object, whole pixels of the photograph."""
    label = options.names.index(photos.known.categories[int(annotation["category_id"])])
    x, y, width, height = annotation["bbox"]
    return label, (max(0, floor(x)), max(0, floor(y)), ceil(x + width - 0.001), ceil(y + height - 0.001))


def _is_cut_away(
    options: ImageGenerator, photos: AnnotatedPhotos, frame: _Frame, annotation: int, label: int, shown: Box
) -> bool:
    """Return whether the border of the image leaves so little of an object that it would have no label."""
    rule = options.rules[label]
    if rule.below != "drop" or (
        min(shown[:2]) > -1 and shown[2] < options.width + 1 and shown[3] < options.height + 1
    ):
        return False
    from .assets.coco import silhouette

    mask = silhouette(photos.annotations.path, photos.images.files, annotation)
    if frame.flip:
        mask = mask[:, ::-1]
    left, top = (max(0, round(-end / frame.scale)) for end in shown[:2])
    right, bottom = (
        max(0, round((end - start) / frame.scale))
        for start, end in zip(shown[:2], (options.width, options.height), strict=True)
    )
    part = np.ascontiguousarray(mask[top:bottom, left:right])
    if not part.size:
        return True
    scale = frame.scale / LITTLE_MORE
    side = min(cv2.boundingRect(part)[2:])
    area = cv2.countNonZero(part)
    return area * scale**2 < rule.min_visible_pixels or side * scale < rule.min_side


def _pose(box: Box, flip: bool) -> Pose:
    return Pose(
        x=(box[0] + box[2]) / 2,
        y=(box[1] + box[3]) / 2,
        size=max(box[2] - box[0], box[3] - box[1]),
        flip=flip,
    )


def _grown(box: Box) -> tuple[int, int, int, int]:
    room = 6 + ROOM * max(box[2] - box[0], box[3] - box[1])
    return floor(box[0] - room), floor(box[1] - room), ceil(box[2] + room), ceil(box[3] + room)


def _another(
    options: ImageGenerator, place: Setting, label: int, box: Box, draws: Draws, beside: bool = False
) -> tuple[Thing, Spot]:
    """Return another object of the class, and where it may be: about where the one before it was, or
    `beside` it."""
    assets = options.assets[label]
    which = draws.weighted([a.weight for a in assets]) if len(assets) > 1 else 0
    asset = assets[which]
    longer = max(box[2] - box[0], box[3] - box[1])
    looks = [asset.look(draws, ()) for _ in range(DRAWN)]
    sizes = [asset.own_size(look) or longer for look in looks]
    nearest = min(range(DRAWN), key=lambda i: max(sizes[i] / longer, longer / sizes[i]))
    look, size = looks[nearest], longer
    cut = box[0] <= 1, box[1] <= 1, box[2] >= options.width - 1, box[3] >= options.height - 1
    if any(cut):
        # How large the one before it is cannot be seen.
        size = max(longer, sizes[nearest])
    size = max(4.0, size * draws.uniform(*SIZES))
    pose = pose_of(options, asset, look, 1.0, draws)
    pose = Pose(pose.x, pose.y, size, pose.direction, pose.flip)
    reach = MOVED * longer
    x, y = _centre(box, cut, size)
    middles = [draws.uniform(0, options.width) for _ in range(PLACES)] if beside else [x] * PLACES
    places = tuple(
        (floor(middle + draws.uniform(-reach, reach)), floor(y + draws.uniform(-reach, reach)))
        for middle in middles
    )
    gain = place.lit(gain_of(options.effects, draws), asset, look)
    return Thing(label, which, look, pose, gain), Spot(places, inside=False)


def _centre(box: Box, cut: tuple[bool, bool, bool, bool], size: float) -> tuple[float, float]:
    """Return the middle of a box, or, where the border cuts it, of one so large with the same inner sides."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if cut[0] != cut[2]:
        x = box[2] - size / 2 if cut[0] else box[0] + size / 2
    if cut[1] != cut[3]:
        y = box[3] - size / 2 if cut[1] else box[1] + size / 2
    return x, y
