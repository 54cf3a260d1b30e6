"""The image generator: scenes of shapes with boxes, masks and visibility."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field, PositiveInt

from synthlab import (
    Box,
    ClassLabel,
    Features,
    Generator,
    Image,
    Mask,
    OptionProblem,
    Records,
    Rows,
    Value,
)

from .options import (
    Classes,
    CountRange,
    Effects,
    Patterns,
    ShapeName,
    Share,
    SizeRange,
    TurnRange,
)

__all__ = ["ImageGenerator"]

JPEG_QUALITY = 90


class ImageGenerator(Generator):
    """Rendered scenes of shapes, each object with its box, mask and visibility."""

    shard_rows: ClassVar[int] = 100

    width: int = Field(640, ge=16, le=4096, description="Width of the images in pixels.")
    height: int = Field(480, ge=16, le=4096, description="Height of the images in pixels.")
    classes: Classes = Field(
        dict.fromkeys(get_args(ShapeName), 1.0),
        description="The shapes, as a list, or with the weight of each: {circle: 2, star: 1}.",
    )
    objects_range: CountRange = Field(
        (2, 9),
        description="How many objects an image has; fewer only where no room is left for them.",
    )
    object_size_range: SizeRange = Field(
        (0.1, 0.4), description="Size of the objects, as a share of the image's shorter side."
    )
    rotation_range: TurnRange = Field(
        (0.0, 360.0), description="How far objects are turned clockwise, in degrees."
    )
    fills: Patterns = Field(
        {"plain": 3, "linear": 3, "radial": 2, "stripes": 1, "checks": 1, "noise": 2},
        description="What the objects are filled with, as a list or with weights.",
    )
    outlines: Share = Field(0.4, description="Share of the objects that have an outline.")
    backgrounds: Patterns = Field(
        {"plain": 1, "linear": 2, "radial": 2, "stripes": 1, "checks": 1, "noise": 4},
        description="What is behind the objects, as a list or with weights.",
    )
    effects: Effects = Field(Effects(), description="What light and camera do.")
    min_visible_pixels: PositiveInt = Field(
        48, description="Objects with fewer visible pixels are not drawn."
    )
    min_visibility: Share = Field(
        0.35,
        description="Objects of which a smaller share would be seen are placed elsewhere or not "
        "drawn; hidden parts and those outside the image count as unseen.",
    )
    encoding: Literal["jpeg", "png"] = Field("jpeg", description="How images are stored.")
    quality: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description=f"Quality of the JPEG encoding; by default {JPEG_QUALITY}."
    )

    @property
    def libraries(self) -> tuple[str, ...]:
        return ("opencv-python-headless",)

    @property
    def features(self) -> Features:
        objects = Records(
            {
                "box": Box(),
                "label": ClassLabel(tuple(self.classes)),
                "area": Value("int64"),
                "mask": Mask(),
                "amodal_box": Box(),
                "visibility": Value("float32"),
            }
        )
        columns = {
            "image": Image(),
            "width": Value("int32"),
            "height": Value("int32"),
            "objects": objects,
        }
        return Features(columns, labels=("objects",))

    def problems(self) -> Iterator[OptionProblem]:
        largest = self.object_size_range[1] * min(self.width, self.height)
        if self.min_visible_pixels > largest * largest:
            yield OptionProblem(
                ("min_visible_pixels",),
                f"no object is that large: the largest are {largest:.0f} pixels across",
                "lower it, or raise object_size_range",
            )
        if self.encoding == "png" and self.quality is not None:
            yield OptionProblem(("quality",), "PNG keeps every pixel and has no quality", "leave it out")

    def generate(self, rows: Rows) -> pa.RecordBatch:
        """Return rendered images, and the visible and whole extent of each object.

        `box`, `area` and `mask` tell what is seen. `amodal_box` is that of the whole object, hidden
        parts included; it may reach beyond the image. `visibility` is the share of its pixels that
        is seen. The objects are in order of depth, nearest first.

        Labels are the same on every machine. Pixels are the same wherever OpenCV's version is.
        """
        import cv2

        from synthlab import masks

        from .layout import Placed, arrange
        from .painting import encode, paint
        from .sampling import scenes

        cv2.setNumThreads(1)  # a build has a process for every core already
        images: list[bytes] = []
        seen: list[Placed] = []
        strings: list[str] = []
        offsets = [0]
        for scene in scenes(self, rows):
            layout = arrange(scene, self._is_enough)
            images.append(encode(paint(scene, layout), self.encoding, self.quality or JPEG_QUALITY))
            seen.extend(layout.placed)
            # OpenCV transposes ten times faster than NumPy, and masks go column by column.
            columns: npt.NDArray[Any] = cv2.transpose(layout.ids)
            strings.extend(masks.encode(columns.T, len(layout.placed)))
            offsets.append(len(seen))

        objects = self.features["objects"]
        assert isinstance(objects, Records)
        records = objects.columns(
            offsets,
            {
                "box": np.array([p.box for p in seen]).reshape(-1, 4),
                "label": np.array([p.thing.label for p in seen], dtype=np.int64),
                "area": np.array([p.area for p in seen], dtype=np.int64),
                "mask": self._masks(strings),
                "amodal_box": np.array([p.whole_box for p in seen]).reshape(-1, 4),
                "visibility": np.array([round(p.area / p.whole_area, 4) for p in seen], dtype=np.float32),
            },
        )
        return self.features.batch(
            {
                "image": images,
                "width": np.full(len(rows), self.width, dtype=np.int32),
                "height": np.full(len(rows), self.height, dtype=np.int32),
                "objects": records,
            }
        )

    def _masks(self, strings: list[str]) -> pa.StructArray:
        sizes = np.tile(np.array([self.height, self.width], dtype=np.int32), len(strings))
        columns = [
            pa.FixedSizeListArray.from_arrays(pa.array(sizes), 2),
            pa.array(strings, pa.string()),
        ]
        return pa.StructArray.from_arrays(columns, names=["size", "counts"])

    def _is_enough(self, visible: int, whole: int) -> bool:
        return visible >= self.min_visible_pixels and visible >= self.min_visibility * whole
