"""The image generator: rendered scenes with labels that follow from what was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_args

import pyarrow as pa
from pydantic import Field, NonNegativeInt, PositiveInt

from synthlab import Features, Generator, InputFolder, OptionProblem, Rows
from synthlab.generator import FitRequest, Fitted

from .annotated import AnnotatedPhotos, PhotographedAsset
from .assets.base import Asset
from .assets.kinds import Classes, assets_of
from .columns import features
from .motion import Sequences
from .options import (
    Backgrounds,
    Below,
    BoxExtent,
    CountRange,
    Effects,
    Labels,
    Palette,
    Patterns,
    ShapeName,
    Share,
    ShareRange,
    SizeRange,
    TurnRange,
)
from .placing import Placement, UniformPlacement

if TYPE_CHECKING:
    from .layout import Layout, Rule
    from .scene import Scene
    from .studio import Studio

__all__ = ["ImageGenerator"]

JPEG_QUALITY = 90
PHOTOS = (".png", ".webp", ".jpg", ".jpeg", ".bmp")


class ImageGenerator(Generator):
    """Rendered scenes: objects on a background, with boxes, masks and whatever else can be said of them."""

    shard_rows: ClassVar[int] = 100
    fit_options: ClassVar[tuple[str, ...] | None] = ("images", "outlines", "longest_side")

    width: int = Field(640, ge=16, le=4096, description="Width of the images in pixels.")
    height: int = Field(480, ge=16, le=4096, description="Height of the images in pixels.")
    classes: Classes = Field(
        dict.fromkeys(get_args(ShapeName), 1.0),
        description="What there is to find: shapes as a list, shapes with weights ({circle: 2, star: 1}), or "
        "names of classes with what shows them ({cat: {asset: sprites, folder: cats}}).",
    )
    objects_range: CountRange = Field(
        (2, 9),
        description="How many objects an image has; fewer only where no room is left for them.",
    )
    distractors: Classes | None = Field(
        None, description="Things that are drawn and have no label, in the form of classes."
    )
    distractors_range: CountRange = Field((1, 4), description="How many distractors an image has.")
    object_size_range: SizeRange = Field(
        (0.1, 0.4), description="Longer side of the objects, as a share of the image's shorter side."
    )
    zoom_range: SizeRange = Field(
        (1.0, 1.0),
        description="By how much all objects of an image are larger than that: how near the camera is.",
    )
    rotation_range: TurnRange = Field(
        (0.0, 360.0), description="How far objects are turned clockwise, in degrees."
    )
    flips: Share = Field(0.0, description="Share of the objects that are mirrored.")
    perspective_range: ShareRange = Field(
        (0.0, 0.0), description="How far objects are seen from aslant; 0 is straight on."
    )
    placement: Placement = Field(UniformPlacement(), description="Where objects are.")
    fills: Patterns = Field(
        {"plain": 3, "linear": 3, "radial": 2, "stripes": 1, "checks": 1, "noise": 2},
        description="What shapes are filled with, as a list or with weights.",
    )
    outlines: Share = Field(0.4, description="Share of the shapes that have an outline.")
    backgrounds: Backgrounds = Field(
        {"plain": 1, "linear": 2, "radial": 2, "stripes": 1, "checks": 1, "noise": 4},
        description="What is behind the objects, as a list or with weights.",
    )
    background_colours: Palette | None = Field(
        None, description="What backgrounds are mixed of; by default muted colours of all kinds."
    )
    photos: InputFolder | None = Field(
        None, description="A folder of photographs beside the schema file, for the background `photos`."
    )
    annotated_photos: AnnotatedPhotos | None = Field(
        None,
        description="Photographs whose objects are known, for the background `annotated`; what is said "
        "elsewhere of the number of objects then is of those that are added to them.",
    )
    effects: Effects = Field(Effects(), description="What light and camera do.")
    min_visible_pixels: PositiveInt = Field(
        48, description="Objects with fewer visible pixels are as `below` says."
    )
    min_side: PositiveInt = Field(2, description="So are those whose visible box is narrower, in pixels.")
    min_visibility: Share = Field(
        0.35,
        description="So are those of which a smaller share is seen; hidden parts and those outside the image "
        "count as unseen.",
    )
    below: Below = Field(
        "drop",
        description="What becomes of objects below these limits: they are placed elsewhere or not drawn "
        "(drop), labeled as to be ignored (COCO's iscrowd), labeled like the others (keep), or drawn "
        "without a label, as careless annotators would leave them (unlabeled).",
    )
    boxes: BoxExtent = Field(
        "visible",
        description="What boxes go around: what is seen, the whole object, or that within the image.",
    )
    padding: NonNegativeInt = Field(0, description="By how many pixels boxes are wider on each side.")
    labels: Labels = Field(
        ("box", "label", "area", "mask", "amodal_box", "visibility", "truncated", "occluded"),
        description="What is told of the objects and of the image.",
    )
    sequences: Sequences | None = Field(
        None, description="Whether rows are the frames of films; objects have track numbers then."
    )
    scene: bool = Field(False, description="Whether a column tells the whole scene, as JSON.")
    encoding: Literal["jpeg", "png"] = Field("jpeg", description="How images are stored.")
    quality: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description=f"Quality of the JPEG encoding; by default {JPEG_QUALITY}."
    )

    @property
    def libraries(self) -> tuple[str, ...]:
        return ("opencv-python-headless", "pillow")

    @property
    def features(self) -> Features:
        return features(self)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the classes, in the order of their numbers."""
        return tuple(self.classes)

    @cached_property
    def assets(self) -> tuple[tuple[Asset, ...], ...]:
        """The assets of each class."""
        return tuple(self._as_all_shapes(a) for a in assets_of(self.classes).values())

    @cached_property
    def distracting(self) -> tuple[tuple[Asset, ...], ...]:
        """The assets of each kind of distractor."""
        return tuple(self._as_all_shapes(a) for a in assets_of(self.distractors or {}).values())

    @cached_property
    def photo_names(self) -> list[str]:
        """The names of the photographs, in order."""
        return list(self.photos.ending_in(PHOTOS)) if self.photos else []

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """What is placed and labeled, and how, for each class."""
        from .layout import Rule

        own = {name: getattr(self, name) for name in Rule.__dataclass_fields__}
        given = (assets[0].policy.model_dump(exclude_none=True) for assets in self.assets)
        return tuple(Rule(**{**own, **policy}) for policy in given)

    @cached_property
    def labeling_rules(self) -> tuple[Rule, ...]:
        """Those by which labels are told. What is in a film stays in it, however little of it a frame shows:
        what would have been dropped is to be ignored there."""
        from dataclasses import replace

        if self.sequences is None:
            return self.rules
        return tuple(replace(rule, below="ignore") if rule.below == "drop" else rule for rule in self.rules)

    @cached_property
    def apart(self) -> frozenset[int]:
        """The numbers of the classes across which no others lie."""
        return frozenset(number for number, assets in enumerate(self.assets) if assets[0].keeps_apart)

    @cached_property
    def studio(self) -> Studio:
        """The pictures of the assets."""
        from .studio import Studio

        source = self.annotated_photos
        found = None if source is None else PhotographedAsset(source=source)
        return Studio(self.assets, self.distracting, found)

    @property
    def fates(self) -> set[Below]:
        """What becomes of objects below the limits of their classes."""
        said = {assets[0].policy.below or self.below for assets in assets_of(self.classes).values()}
        return said if self.sequences is None else {"ignore" if fate == "drop" else fate for fate in said}

    @property
    def has_loose_boxes(self) -> bool:
        """Whether boxes may be around more than what is seen: hidden parts, or a margin."""
        if self.annotated_photos is not None:
            return True
        known = assets_of(self.classes).values()
        policies = [assets[0].policy for assets in known]
        return (
            any((policy.boxes or self.boxes) != "visible" for policy in policies)
            or any(self.padding if policy.padding is None else policy.padding for policy in policies)
            or any(getattr(asset, "own_padding", False) for assets in known for asset in assets)
        )

    def problems(self) -> Iterator[OptionProblem]:
        from .checks import problems

        return problems(self)

    def generate(self, rows: Rows) -> pa.RecordBatch:
        """Return rendered images, and what is asked for of each object.

        `box`, `area` and `mask` tell what is seen. `amodal_box` is that of the whole object, hidden parts
        included; it may reach beyond the image. `visibility` is the share of its pixels that is seen. The
        objects are in order of depth, nearest first.

        Labels are the same on every machine. Pixels are the same wherever OpenCV's version is.
        """
        import cv2

        from .columns import Columns
        from .painting import encode, paint

        cv2.setNumThreads(1)  # a build has a process for every core already
        columns = Columns(self)
        for layout, draws in zip(self.layouts(rows), rows.stream("questions").each(), strict=True):
            picture = paint(layout, self.photograph)
            columns.add(layout, encode(picture, self.encoding, self.quality or JPEG_QUALITY), draws)
        return columns.batch()

    def layouts(self, rows: Rows) -> Iterator[Layout]:
        """Yield the scene of each row, its id map, and what is seen of each object."""
        from .motion import moving

        return self.still(rows) if self.sequences is None else moving(self, self.sequences, rows)

    def still(self, rows: Rows) -> Iterator[Layout]:
        """Yield the layout of each row, as if it were no frame of a film."""
        from .layout import arrange
        from .sampling import sketches

        inside = self.placement.border == "inside"
        for sketch in sketches(self, rows):
            yield arrange(sketch.scene, sketch.spots, self.rules, self.studio.raster, inside, self.apart)

    def render(self, scene: Scene) -> tuple[bytes, Layout]:
        """Return the image of a scene again, and its layout: that of the column `scene`, say."""
        from .layout import lay_out
        from .painting import encode, paint

        layout = lay_out(scene, self.labeling_rules, self.studio.raster)
        picture = paint(layout, self.photograph)
        return encode(picture, self.encoding, self.quality or JPEG_QUALITY), layout

    def photograph(self, name: str, annotated: bool = False, emptied: bool = False) -> Any:
        """Return a photograph of the user's: a plain one about as large as the images are, or, as it is, one
        whose objects are known, with or without them."""
        from .files import photograph, photograph_as_is

        if not annotated:
            assert self.photos is not None
            return photograph(self.photos.files[name], self.width, self.height)
        assert self.annotated_photos is not None
        folder = self.annotated_photos.emptied if emptied else self.annotated_photos.images
        assert folder is not None
        return photograph_as_is(folder.files[name])

    @classmethod
    def can_fit(cls, source: Path | str | pa.Table) -> bool:
        from .fit import is_source

        return is_source(source)

    @classmethod
    def fit(cls, request: FitRequest) -> Fitted:
        from .fit import fit

        return fit(request)

    def _as_all_shapes(self, assets: tuple[Asset, ...]) -> tuple[Asset, ...]:
        """Give shapes that do not say how they are filled what all shapes have."""
        from .assets.shape import ShapeAsset

        return tuple(
            a.model_copy(
                update={
                    "fills": a.fills or self.fills,
                    "outlines": self.outlines if a.outlines is None else a.outlines,
                }
            )
            if isinstance(a, ShapeAsset)
            else a
            for a in assets
        )
