"""One picture of many labeled images, for people to look at. Needs Pillow."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from . import masks
from .errors import FeatureError, UsageError
from .features import Box, ClassLabel, Feature, Features, Image, Mask, Records

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont
    from PIL.Image import Image as Picture

__all__ = ["contact_sheet"]

Bounds = tuple[float, float, float, float]
Colour = tuple[int, int, int]

PAGE: Colour = (250, 250, 248)
GAP = 10
FONT_SIZE = 13
PLATE_HEIGHT = FONT_SIZE + 5
LINE = 2
MANY = 24
"""Boxes in an image, from which on their names are kept off them."""
COVERED = 0.15
"""The share of an image, from which on, were it under names, these are kept off the boxes too."""
TINT = 0.12
"""How much of a mask's colour is laid over its pixels."""

# Bright, and as different as neighbours in a list can be.
COLOURS: tuple[Colour, ...] = (
    (230, 57, 70), (29, 120, 214), (46, 160, 67), (255, 159, 28), (142, 68, 206), (0, 168, 181),
    (236, 72, 153), (132, 112, 30), (88, 86, 214), (255, 214, 10), (120, 190, 33), (178, 90, 40),
    (94, 196, 255), (160, 30, 80), (60, 90, 100), (255, 120, 90),
)  # fmt: skip


def contact_sheet(
    features: Features, batch: pa.RecordBatch, *, tile_width: int = 360, columns: int | None = None
) -> bytes:
    """Return a PNG with the images of a batch side by side, their boxes, masks and classes drawn in.

    `tile_width` is that of one image, in pixels. Raises FeatureError when the dataset has no images.
    """
    try:
        from PIL import Image as pillow  # noqa: N813 - a module that is named like a class
    except ImportError as error:
        raise UsageError(
            "a picture needs Pillow. In a checkout of synthlab: pip install -e '.[image]' -c constraints.txt"
        ) from error

    if not (images := features.find(Image)):
        raise FeatureError(
            f"only a dataset with an image column can be drawn; there are {', '.join(features.columns)}"
        )
    if not batch.num_rows:
        raise UsageError("there are no rows to draw")
    marks = _Marks.find(features)
    objects = batch.column(marks.column).to_pylist() if marks else [None] * batch.num_rows
    tiles = []
    pictures: list[Any] = batch.column(images[0]).to_pylist()
    for stored, records in zip(pictures, objects, strict=True):
        with pillow.open(io.BytesIO(stored["bytes"])) as opened:
            image = opened.convert("RGB")
        tiles.append(_tile(image, records or [], marks, tile_width))
    sheet = _arranged(tiles, columns or math.ceil(math.sqrt(len(tiles))), tile_width)
    file = io.BytesIO()
    sheet.save(file, format="PNG", optimize=True)
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class _Marks:
    """Where a dataset has what is drawn over its images."""

    column: str
    box: str
    label: str | None
    mask: str | None
    names: tuple[str, ...]

    @staticmethod
    def find(features: Features) -> _Marks | None:
        """Return the first column of records with a box, or None when there is none."""
        for column in features.find(Records):
            records = features[column]
            assert isinstance(records, Records)
            box = _first(records.fields, Box)
            if box is not None:
                label = _first(records.fields, ClassLabel)
                kind = records.fields[label] if label else None
                names = kind.names if isinstance(kind, ClassLabel) else ()
                return _Marks(column, box, label, _first(records.fields, Mask), names)
        return None

    def colour(self, record: Mapping[str, Any]) -> Colour:
        number = record[self.label] if self.label else None
        return COLOURS[(number or 0) % len(COLOURS)]

    def text(self, record: Mapping[str, Any]) -> str:
        number = record[self.label] if self.label else None
        return "" if number is None else self.names[number]


def _first(fields: Mapping[str, Feature], kind: type[Feature]) -> str | None:
    return next((name for name, feature in fields.items() if isinstance(feature, kind)), None)


def _tile(image: Picture, records: Sequence[Mapping[str, Any]], marks: _Marks | None, width: int) -> Picture:
    """Return the image at the width of a tile, with its labels."""
    from PIL import Image as pillow  # noqa: N813
    from PIL import ImageDraw, ImageFont

    scale = width / image.width
    tile = image.resize((width, max(1, round(image.height * scale))), pillow.Resampling.LANCZOS)
    if marks is None:
        return tile
    for record in records:
        if marks.mask and record[marks.mask]:
            _tint(tile, record[marks.mask], marks.colour(record))
    draw = ImageDraw.Draw(tile)
    font = ImageFont.load_default(size=FONT_SIZE)
    boxes = [tuple(value * scale for value in record[marks.box]) for record in records]
    for record, (x_min, y_min, x_max, y_max) in zip(records, boxes, strict=True):
        # The line is around the box, so that it hides nothing of the object.
        left, top = max(0, x_min - LINE), max(0, y_min - LINE)
        right, bottom = min(tile.width, x_max + LINE) - 1, min(tile.height, y_max + LINE) - 1
        draw.rectangle((left, top, right, bottom), outline=marks.colour(record), width=LINE)
    # Where there are many, names would hide what they name: each stands once, and beside all boxes.
    texts = [marks.text(record) for record in records]
    covered = sum(_plate(draw, font, text) * PLATE_HEIGHT for text in texts if text)
    many = len(boxes) > MANY or (len(boxes) > 1 and covered > COVERED * tile.width * tile.height)
    taken: list[Bounds] = list(boxes) if many else []
    named = set[str]()
    for record, text, (x_min, y_min, _, y_max) in zip(records, texts, boxes, strict=True):
        if text and not (many and text in named):
            bounds = (x_min, y_min, y_max)
            if _name(draw, font, text, marks.colour(record), bounds, tile.size, taken, not many):
                named.add(text)
    return tile


def _tint(tile: Picture, mask: Mapping[str, Any], colour: Colour) -> None:
    from PIL import Image as pillow  # noqa: N813

    height, width = mask["size"]
    share = masks.decode(mask["counts"], height, width) * np.uint8(255 * TINT)
    inside = pillow.fromarray(share).resize(tile.size, pillow.Resampling.BILINEAR)
    tile.paste(colour, (0, 0), inside)


def _name(
    draw: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    text: str,
    colour: Colour,
    box: tuple[float, float, float],
    size: tuple[int, int],
    taken: list[Bounds],
    always: bool,
) -> bool:
    """Write the name of a class by its box: above, below or inside, where nothing is yet, and `always` even
    where there is no such place. Return whether it was written."""
    x_min, y_min, y_max = box[0] - LINE, box[1] - LINE, box[2] + LINE
    wide, high = _plate(draw, font, text), PLATE_HEIGHT
    left = min(max(0.0, x_min), size[0] - wide)
    places = [
        (left, top, left + wide, top + high)
        for top in (y_min - high, y_max, y_min, y_max - high)
        if 0 <= top <= size[1] - high
    ] or [(left, 0.0, left + wide, float(high))]
    free = next((p for p in places if not any(_overlap(p, other) for other in taken)), None)
    if free is None and not always:
        return False
    place = free or places[0]
    taken.append(place)
    draw.rounded_rectangle(place, radius=3, fill=colour)
    # Relative luminance by Rec. 709: black on light colours, white on dark ones.
    light = 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2] > 150
    middle = (place[1] + place[3]) / 2
    ink = (0, 0, 0) if light else (255, 255, 255)
    draw.text((place[0] + 4, middle), text, font=font, fill=ink, anchor="lm")
    return True


def _plate(draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, text: str) -> float:
    """Return how wide the plate of a name is, in pixels."""
    return draw.textlength(text, font=font) + 8


def _overlap(one: Bounds, other: Bounds) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _arranged(tiles: Sequence[Picture], columns: int, width: int) -> Picture:
    """Return the tiles in rows, each as high as its highest."""
    from PIL import Image as pillow  # noqa: N813

    rows = [tiles[i : i + columns] for i in range(0, len(tiles), columns)]
    heights = [max(tile.height for tile in row) for row in rows]
    columns = min(columns, len(tiles))
    size = (columns * (width + GAP) + GAP, sum(heights) + GAP * (len(rows) + 1))
    sheet = pillow.new("RGB", size, PAGE)
    top = GAP
    for row, height in zip(rows, heights, strict=True):
        for i, tile in enumerate(row):
            sheet.paste(tile, (GAP + i * (width + GAP), top))
        top += height + GAP
    return sheet
