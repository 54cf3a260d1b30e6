"""Documents that lie in a scene among other things: flat, with the words on them as parts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from synthlab import Draws, Rows

from ..documents.kinds import KINDS, DocumentName
from ..documents.languages import LanguageName
from ..options import Weight, weighed
from ..scene import Look
from .base import Asset
from .raster import Part, Raster

if TYPE_CHECKING:
    from ..documents.typesetting import Letters
    from ..scene import Colour

__all__ = ["DocumentAsset"]

DAYS = datetime.date(2022, 1, 1), datetime.date(2026, 6, 30)


class DocumentAsset(Asset):
    """A receipt, an invoice, an identity card; its words are its parts, its lines its text."""

    keypoints = ("top left", "top right", "bottom right", "bottom left")
    skeleton = ((0, 1), (1, 2), (2, 3), (3, 0))

    asset: Literal["document"]
    documents: Annotated[
        dict[DocumentName, Weight], weighed(len(KINDS)), Field(min_length=1, max_length=len(KINDS))
    ] = Field({"receipt": 1.0}, description="Kinds of documents, as a list or with weights.")
    languages: Annotated[dict[LanguageName, Weight], weighed(3), Field(min_length=1)] = Field(
        {"en": 1.0}, description="Their languages, likewise."
    )

    def look(self, draws: Draws, behind: Sequence[Colour]) -> Look:
        return {
            "document": list(self.documents)[draws.weighted(list(self.documents.values()))],
            "language": list(self.languages)[draws.weighted(list(self.languages.values()))],
            "number": draws.integer(0, 1 << 53),
        }

    def draw(self, look: Look, size: int) -> Raster:
        import cv2

        from ..documents.languages import language
        from ..documents.records import Given
        from ..documents.typefaces import FAMILIES
        from ..documents.typesetting import printed

        draws = next(Rows(look["number"], 0, 1).within("image").stream("document").each())
        kind, words = KINDS[look["document"]], language(look["language"])
        facts = kind.record(draws, words, Given({}, (), DAYS))
        sheet = kind.compose(facts, draws, words, draws.choice(list(FAMILIES.values())))
        print_ = printed(sheet, size / max(sheet.width, sheet.height))
        colours = cv2.multiply(print_.colours, cv2.merge([print_.cover] * 3), scale=1 / 255)
        pixels = cv2.copyMakeBorder(
            cv2.merge([*cv2.split(colours), print_.cover]),
            1,
            1,
            1,
            1,
            cv2.BORDER_CONSTANT,
            value=(0, 0, 0, 0),
        )
        right, bottom = float(pixels.shape[1] - 1), float(pixels.shape[0] - 1)
        corners = ((1.0, 1.0), (right, 1.0), (right, bottom), (1.0, bottom))
        return Raster(
            pixels,
            keypoints=corners,
            parts=_words(print_.letters),
            text="\n".join(run.text for run in sheet.runs),
            outline=corners,
        )


def _words(letters: Letters) -> tuple[Part, ...]:
    """Return each word with the box of its ink; the margin of the picture is one pixel."""
    found: list[Part] = []
    numbers, boxes = letters.words.tolist(), (letters.boxes + 1).tolist()
    start = 0
    for i in range(1, len(numbers) + 1):
        if i < len(numbers) and numbers[i] == numbers[start]:
            continue
        mine = boxes[start:i]
        left, top = (float(min(box[k] for box in mine)) for k in (0, 1))
        right, bottom = (float(max(box[k] for box in mine)) for k in (2, 3))
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        found.append(Part("".join(letters.texts[start:i]), corners))
        start = i
    return tuple(found)
