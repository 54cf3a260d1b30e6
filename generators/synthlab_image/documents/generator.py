"""The document generator: pages, receipts and cards with everything that can be read on them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, get_args

import pyarrow as pa
from pydantic import AfterValidator, BeforeValidator, Field

from synthlab import Draws, Features, Generator, InputFolder, OptionProblem, Rows

from ..options import Backgrounds, Palette, Share, ShareRange, TurnRange, Weight, weighed
from .columns import LabelName, column_features
from .effects import DocumentEffects
from .kinds import KINDS, DocumentName, field_names
from .languages import Good, LanguageName
from .records import Given
from .typefaces import FAMILIES, Family, font_files

__all__ = ["DocumentGenerator"]

JPEG_QUALITY = 88
PHOTOS = (".png", ".webp", ".jpg", ".jpeg", ".bmp")


FURNITURE = (
    (120, 84, 54), (168, 128, 86), (86, 60, 42), (206, 190, 168), (228, 224, 216), (150, 152, 154),
    (92, 96, 100), (52, 54, 58), (96, 110, 122), (116, 76, 62),
)  # fmt: skip
"""Colours of tables: woods, stone, cloth."""


def rising(pair: tuple[Any, Any]) -> tuple[Any, Any]:
    if pair[0] > pair[1]:
        raise ValueError(f"a range goes from low to high, but {pair[0]} is above {pair[1]}")
    return pair


def once(names: tuple[Any, ...]) -> tuple[Any, ...]:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ValueError(f"{name!r} is listed twice")
    return names


def spaced(text: str) -> str:
    """Return a text as it is printed: one blank between words, none around them."""
    return " ".join(text.split())


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


CaptureName = Literal["photo", "scan", "clean"]
Few = Annotated[int, Field(ge=0, le=8)]
Part = Annotated[float, Field(ge=0.2, le=0.97)]
Bow = Annotated[float, Field(ge=-0.5, le=0.5)]
Words = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(spaced)]
Day = Annotated[datetime.date, Field(ge=datetime.date(1900, 1, 1), le=datetime.date(2100, 12, 31))]
FamilyName = Literal[
    "sans", "light", "condensed", "serif", "narrow-serif", "mono", "roboto", "roboto-light", "caladea"
]
assert get_args(FamilyName) == tuple(FAMILIES)
Documents = Annotated[dict[DocumentName, Weight], weighed(len(KINDS)), Field(min_length=1)]
Languages = Annotated[dict[LanguageName, Weight], weighed(3), Field(min_length=1)]
Families = Annotated[dict[FamilyName, Weight], weighed(len(FAMILIES))]
Captures = Annotated[dict[CaptureName, Weight], weighed(3), Field(min_length=1)]
Texts = Annotated[tuple[Words, ...], Field(min_length=1, max_length=5000)]


Price = Annotated[float, Field(ge=0.01, le=100_000)]
Goods = Annotated[
    dict[Words, Price | Annotated[tuple[Price, Price], AfterValidator(rising)]], Field(max_length=2000)
]


class DocumentGenerator(Generator):
    """Receipts, invoices, forms, cards: one an image, with quads and text of all that is printed."""

    shard_rows: ClassVar[int] = 50

    documents: Documents = Field({"receipt": 1}, description="Kinds of documents, as a list or with weights.")
    languages: Languages = Field({"en": 1}, description="Languages of the documents, likewise.")
    width: int = Field(960, ge=64, le=4096, description="Width of the images in pixels, at most.")
    height: int = Field(1280, ge=64, le=4096, description="Height of the images in pixels, at most.")
    fields: dict[str, Annotated[Texts, BeforeValidator(_listed)]] = Field(
        {}, description="What is written in fields, a text or a list of them; the others are made up."
    )
    goods: Goods = Field({}, description="What is sold, each with a price or with a range of prices.")
    dates_range: Annotated[tuple[Day, Day], AfterValidator(rising)] = Field(
        (datetime.date(2022, 1, 1), datetime.date(2026, 6, 30)),
        description="Days of the documents, of the years 1900 to 2100.",
    )
    families: Families = Field(
        dict.fromkeys(get_args(FamilyName), 1.0),
        description="Which of the fonts that ship with synthlab are used, as a list or with weights.",
    )
    fonts: InputFolder | None = Field(
        None, description="A folder of fonts beside the schema file (TTF or OTF), each with the weight 1."
    )
    captures: Captures = Field(
        {"photo": 1},
        description="How documents become images: photographed, scanned, or as they are printed (clean). "
        "Photos are `width` x `height`; the others are as large as the document, and fit into that.",
    )
    rotation_range: TurnRange = Field(
        (-8.0, 8.0), description="How far photographed documents are turned clockwise, in degrees."
    )
    perspective_range: ShareRange = Field((0.0, 0.5), description="How far they are seen from aslant.")
    fill_range: Annotated[tuple[Part, Part], AfterValidator(rising)] = Field(
        (0.75, 0.96), description="How much of the width or the height of the photo they take."
    )
    folds_range: Annotated[tuple[Few, Few], AfterValidator(rising)] = Field(
        (0, 3), description="How many folds paper has."
    )
    curl_range: Annotated[tuple[Bow, Bow], AfterValidator(rising)] = Field(
        (0.0, 0.25), description="How much paper is bent, as if it came off a roll; 0 is flat."
    )
    crumple_range: ShareRange = Field((0.0, 0.5), description="How crumpled paper is; 0 is smooth.")
    fade_range: ShareRange = Field((0.0, 0.45), description="How much ink is lost where most is lost.")
    shade_rate: Share = Field(
        0.3, description="Share of the photos on which the shadow of something else falls, a hand perhaps."
    )
    backgrounds: Backgrounds = Field(
        {"wood": 4, "fabric": 2, "speckles": 3, "clutter": 3, "plain": 1},
        description="What photographed documents lie on, as a list or with weights.",
    )
    background_colours: Palette | None = Field(
        FURNITURE, description="What backgrounds are mixed of; null: muted colours of all kinds."
    )
    photos: InputFolder | None = Field(
        None, description="A folder of photographs beside the schema file, for the background `photos`."
    )
    effects: DocumentEffects = Field(DocumentEffects(), description="What light and camera do to photos.")
    labels: Annotated[tuple[LabelName, ...], AfterValidator(once), Field(min_length=1)] = Field(
        ("fields", "lines", "words", "text", "kind", "record"), description="What is told of each image."
    )
    encoding: Literal["jpeg", "png"] = Field("jpeg", description="How images are stored.")
    quality: Annotated[int, Field(ge=1, le=100)] = Field(
        JPEG_QUALITY, description="Quality of the JPEG encoding."
    )

    @property
    def libraries(self) -> tuple[str, ...]:
        return ("opencv-python-headless", "pillow")

    @property
    def features(self) -> Features:
        kinds = tuple(self.documents)
        return column_features(self.labels, kinds, field_names(kinds), tuple(self.languages))

    @cached_property
    def photo_names(self) -> list[str]:
        """The names of the photographs, in order."""
        return list(self.photos.ending_in(PHOTOS)) if self.photos else []

    @cached_property
    def typefaces(self) -> dict[Family, float]:
        """The families of fonts to choose from, with weights; a font of the user's is one of its own."""
        own = {Family(font, font, font): 1.0 for font in font_files(self.fonts)}
        return {**{FAMILIES[name]: weight for name, weight in self.families.items()}, **own}

    def problems(self) -> Iterator[OptionProblem]:
        from .checks import problems

        return problems(self)

    @cached_property
    def given(self) -> Given:
        """What the options say of the records."""
        prices = {
            good: price if isinstance(price, tuple) else (price, price) for good, price in self.goods.items()
        }
        goods = tuple(Good(good, round(low * 100), round(high * 100)) for good, (low, high) in prices.items())
        return Given(self.fields, tuple(goods), self.dates_range)

    def generate(self, rows: Rows) -> pa.RecordBatch:
        """Return images of documents, and what can be read on each.

        Quads are the corners of what they name, clockwise from the top left as it is read; all printed ink
        is inside. `lines`, `words` and `characters` are in reading order; each word names its line, each
        character its word, each line its field (-1: of none). A field that is a value links to its key.
        """
        import cv2

        from .making import make

        cv2.setNumThreads(1)  # a build has a process for every core already
        records = [make(self, *draws) for draws in zip(*self.streams(rows), strict=True)]
        return self.features.batch_from_records(records)

    def streams(self, rows: Rows) -> tuple[Iterator[Draws], ...]:
        """Return the chance of each purpose: what a document says does not depend on how it is taken."""
        purposes = ("record", "style", "paper", "background", "light", "camera")
        return tuple(rows.stream(purpose).each() for purpose in purposes)
