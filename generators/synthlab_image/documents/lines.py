"""The generator of lines: images of a single line of text, as recognisers are trained on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, get_args

import pyarrow as pa
from pydantic import AfterValidator, Field

from synthlab import (
    Draws,
    Feature,
    Features,
    Generator,
    Image,
    InputFolder,
    OptionProblem,
    OrientedBox,
    Records,
    Rows,
    Text,
    Value,
)

from ..options import Backgrounds, Palette, Weight, weighed
from .effects import LineEffects
from .generator import PHOTOS, Families, FamilyName, once, rising
from .languages import language
from .phrases import at_random, phrase, words_of
from .typefaces import FAMILIES, RIGHT_TO_LEFT, covers, font_files, right_to_left

__all__ = ["TextLineGenerator"]

Count = Annotated[int, Field(ge=1, le=40)]
Written = Annotated[str, Field(min_length=1, max_length=200)]
LineLanguageName = Literal["en", "de", "es", "ar", "he"]
LineLanguages = Annotated[dict[LineLanguageName, Weight], weighed(5), Field(min_length=1)]
LineLabel = Literal["text", "words", "characters"]


class TextLineGenerator(Generator):
    """Single lines and words of text, each an image, for those who train recognisers."""

    shard_rows: ClassVar[int] = 900

    texts: Annotated[tuple[Written, ...], Field(max_length=100_000)] = Field(
        (), description="What is written, each as likely; if empty, words of `languages`."
    )
    characters: Annotated[str, Field(min_length=1, max_length=2000)] | None = Field(
        None, description="If given, words of these characters at random, in place of a language's."
    )
    languages: LineLanguages = Field({"en": 1}, description="Languages, as a list or with weights.")
    words_range: Annotated[tuple[Count, Count], AfterValidator(rising)] = Field(
        (1, 5), description="How many words a line has."
    )
    height: int = Field(32, ge=16, le=256, description="Height of the images in pixels.")
    width: int = Field(
        1024, ge=32, le=4096, description="Width of the longest; the others are as wide as their text."
    )
    padded: bool = Field(False, description="Whether all images are made that wide, filled up on the right.")
    families: Families = Field(
        dict.fromkeys(get_args(FamilyName), 1.0),
        description="Which of the fonts that ship with synthlab are used, as a list or with weights.",
    )
    fonts: InputFolder | None = Field(
        None, description="A folder of fonts beside the schema file (TTF or OTF), each with the weight 1."
    )
    slant: Annotated[float, Field(ge=0, le=30)] = Field(
        2.0, description="How far lines are turned at most, in degrees."
    )
    bow: Annotated[float, Field(ge=0, le=0.4)] = Field(
        0.15, description="How much of their height lines are bent at most."
    )
    tilt: Annotated[float, Field(ge=0, le=0.4)] = Field(
        0.15, description="How much nearer one end is at most."
    )
    backgrounds: Backgrounds = Field(
        {"plain": 3, "linear": 2, "paper": 3, "noise": 1}, description="What is behind the text."
    )
    background_colours: Palette | None = Field(
        None, description="What backgrounds are mixed of; by default muted colours of all kinds."
    )
    photos: InputFolder | None = Field(
        None, description="A folder of photographs beside the schema file, for the background `photos`."
    )
    effects: LineEffects = Field(
        LineEffects(),
        description="What light and camera do; there is no lens and nothing throws shadows.",
    )
    labels: Annotated[tuple[LineLabel, ...], AfterValidator(once), Field(min_length=1)] = Field(
        ("text", "words", "characters"), description="What is told of each image."
    )
    encoding: Literal["jpeg", "png"] = Field("jpeg", description="How images are stored.")
    quality: Annotated[int, Field(ge=1, le=100)] = Field(90, description="Quality of the JPEG encoding.")

    @property
    def libraries(self) -> tuple[str, ...]:
        return ("opencv-python-headless", "pillow")

    @property
    def features(self) -> Features:
        known: dict[str, Feature] = {
            "text": Text(next(iter(self.languages)) if len(self.languages) == 1 else "mul"),
            "words": Records({"text": Value("string"), "quad": OrientedBox()}),
            "characters": Records({"text": Value("string"), "quad": OrientedBox(), "word": Value("int32")}),
        }
        told: dict[str, Feature] = {name: feature for name, feature in known.items() if name in self.labels}
        columns: dict[str, Feature] = {"image": Image(), "width": Value("int32"), "height": Value("int32")}
        return Features({**columns, **told}, labels=tuple(told))

    @cached_property
    def photo_names(self) -> list[str]:
        """The names of the photographs, in order."""
        return list(self.photos.ending_in(PHOTOS)) if self.photos else []

    @cached_property
    def faces(self) -> dict[str, float]:
        """The files of the fonts to choose from, with weights."""
        faces: dict[str, float] = {}
        for name, weight in self.families.items():
            family = FAMILIES[name]
            for face in (family.regular, family.bold, family.italic):
                faces[face] = faces.get(face, 0.0) + weight / 3
        return {**faces, **dict.fromkeys(font_files(self.fonts), 1.0)}

    @cached_property
    def faces_from_the_right(self) -> dict[str, float]:
        """The files of the fonts for scripts that are written from right to left, with weights."""
        own = [font for font in font_files(self.fonts) if covers(font, "\u05d0") or covers(font, "\u0627")]
        return dict.fromkeys([RIGHT_TO_LEFT.regular, RIGHT_TO_LEFT.bold, *own], 1.0)

    def faces_for(self, text: str) -> dict[str, float]:
        """Return the fonts to choose from for a text, with weights."""
        if not right_to_left(text):
            return self.faces
        letters = [c for c in dict.fromkeys(text) if not c.isspace()]
        return {f: w for f, w in self.faces_from_the_right.items() if all(covers(f, c) for c in letters)}

    def problems(self) -> Iterator[OptionProblem]:
        from .checks import line_problems

        return line_problems(self)

    def generate(self, rows: Rows) -> pa.RecordBatch:
        """Return images of lines with their text, and the quads of their words and characters."""
        import cv2

        from .making import make_line

        cv2.setNumThreads(1)  # a build has a process for every core already
        purposes = ("text", "shape", "background", "light", "camera")
        streams = (rows.stream(purpose).each() for purpose in purposes)
        return self.features.batch_from_records(
            make_line(self, *draws) for draws in zip(*streams, strict=True)
        )

    def written(self, draws: Draws) -> str:
        """Return the text of one line."""
        if self.texts:
            return " ".join(draws.choice(self.texts).split())
        low, high = self.words_range
        count = draws.integer(low, high + 1)
        if self.characters is not None:
            return at_random(draws, self.characters, count)
        spoken: Any = list(self.languages)[draws.weighted(list(self.languages.values()))]
        if spoken in ("ar", "he"):
            return " ".join(words_of(spoken, count, draws))
        return phrase(draws, language(spoken), count)
