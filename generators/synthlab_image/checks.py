"""What is wrong with options that are valid one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from synthlab import InputError, OptionProblem

from .assets.base import Asset
from .assets.kinds import assets_of
from .placing import SceneryPlacement
from .seats import SEATS

if TYPE_CHECKING:
    from .generator import ImageGenerator

__all__ = ["problems"]

MOST_CLASSES = 254
"""A semantic map has a byte a pixel: 0 is the background, 255 what shall be ignored."""


OF_CLASSES = {"count_range", "keeps_apart", "placement", "policy"}
"""What the first asset of a class says for all of them."""


def problems(options: ImageGenerator) -> Iterator[OptionProblem]:
    """Yield what does not go together."""
    largest = max(
        (a.size_range or options.object_size_range)[1] for assets in options.assets for a in assets
    ) * min(options.width, options.height)
    largest *= options.zoom_range[1]
    if options.min_visible_pixels > largest * largest:
        yield OptionProblem(
            ("min_visible_pixels",),
            f"no object has {options.min_visible_pixels} pixels: the largest are {largest:.0f} across",
            "lower it, or raise object_size_range (or zoom_range)",
        )
    if options.encoding == "png" and options.quality is not None:
        yield OptionProblem(("quality",), "PNG keeps every pixel and has no quality", "leave it out")
    if "photos" in options.backgrounds and not options.photo_names:
        found = "has no picture in it" if options.photos else "is missing"
        yield OptionProblem(
            ("photos",) if options.photos else ("backgrounds",),
            f"the background 'photos' needs the option photos, which {found}",
            "name a folder beside the schema file",
        )
    if options.photos is not None and "photos" not in options.backgrounds:
        yield OptionProblem(("photos",), "no background shows them", "add 'photos' to the backgrounds")
    yield from _annotated(options)
    yield from _scenery(options)
    if "semantic" in options.labels and len(options.names) > MOST_CLASSES:
        yield OptionProblem(("labels",), f"a semantic map holds at most {MOST_CLASSES} classes")
    if "keypoints" in options.labels and not any(a.keypoints for assets in options.assets for a in assets):
        yield OptionProblem(("labels",), "none of the assets has keypoints", "leave 'keypoints' out")
    for key in ("classes", "distractors"):
        for name, assets in assets_of(getattr(options, key) or {}).items():
            yield from _unread(key, name, assets[1:] if key == "classes" else assets)
            for asset in assets:
                for message in asset.problems():
                    yield OptionProblem((key, name), message)


def _scenery(options: ImageGenerator) -> Iterator[OptionProblem]:
    """Yield placements that no background has a place for."""
    offered = {seat for name in options.backgrounds for seat in SEATS.get(name, ())}
    own = (
        (("classes", name, "placement"), assets[0].placement)
        for name, assets in zip(options.names, options.assets, strict=True)
    )
    for place, placement in ((("placement",), options.placement), *own):
        if isinstance(placement, SceneryPlacement) and placement.on not in offered:
            known = [name for name, seats in SEATS.items() if placement.on in seats]
            yield OptionProblem(
                place,
                f"none of the backgrounds has a {placement.on}",
                f"add {known[0]!r} to the backgrounds, or choose another placement",
            )


def _annotated(options: ImageGenerator) -> Iterator[OptionProblem]:
    """Yield what is wrong with photographs whose objects are known."""
    source, wanted = options.annotated_photos, "annotated" in options.backgrounds
    if source is None:
        if wanted:
            yield OptionProblem(
                ("backgrounds",),
                "the background 'annotated' needs the option annotated_photos, which is missing",
                "name a COCO file and its images",
            )
        return
    if not wanted:
        yield OptionProblem(
            ("annotated_photos",), "no background shows them", "add 'annotated' to the backgrounds"
        )
    try:
        known, numbers = source.known, source.numbers
    except InputError as error:
        yield OptionProblem(("annotated_photos", "annotations"), str(error))
        return
    if not numbers:
        yield OptionProblem(
            ("annotated_photos", "images"), f"none of the images of {source.annotations.root!r} is there"
        )
    behind = {} if source.emptied is None else source.emptied.files
    for name in (str(known.images[n]["file_name"]) for n in numbers if source.emptied is not None):
        if name not in behind:
            yield OptionProblem(("annotated_photos", "emptied"), f"it has no image {name!r}, as images has")
    for category in sorted({*known.categories.values()} - {*options.names}):
        yield OptionProblem(
            ("annotated_photos", "annotations"),
            f"its category {category!r} is no class",
            "add it to the classes, or take it out of the file",
        )


def _unread(key: str, name: str, assets: Sequence[Asset]) -> Iterator[OptionProblem]:
    """Yield what these assets say that only the first asset of a class can say."""
    for asset in assets:
        # A resolved schema says everything, so it is what differs that counts.
        said = {n for n in OF_CLASSES if getattr(asset, n) != type(asset).model_fields[n].default}
        for field in sorted(said):
            yield OptionProblem(
                (key, name),
                f"{field} is said of a class by its first asset, and not of distractors",
                "move it there, or leave it out",
            )
