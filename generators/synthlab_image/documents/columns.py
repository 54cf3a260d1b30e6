"""The columns of a dataset of documents, and what is told in them of one image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from synthlab import Box, ClassLabel, Feature, Features, Image, OrientedBox, Records, Text, Value

from .quads import DECIMALS, around, corners_of, hulls

if TYPE_CHECKING:
    from .bending import Mesh
    from .sheet import Sheet
    from .typesetting import Letters

__all__ = ["LABELS", "LabelName", "Reading", "column_features", "reading", "records"]

LabelName = Literal["fields", "lines", "words", "characters", "text", "kind", "language", "record"]
LABELS: tuple[LabelName, ...] = (
    "fields",
    "lines",
    "words",
    "characters",
    "text",
    "kind",
    "language",
    "record",
)

Quads = npt.NDArray[np.floating[Any]]


def column_features(
    labels: Sequence[str], kinds: Sequence[str], field_names: Sequence[str], languages: Sequence[str]
) -> Features:
    """Return the columns that the options ask for."""
    known: dict[str, Feature] = {
        "fields": Records(
            {
                "label": ClassLabel(tuple(field_names)),
                "box": Box(),
                "quad": OrientedBox(),
                "text": Value("string"),
                "value": Value("string"),
                "role": Value("string"),
                "link": Value("int32"),
                "item": Value("int32"),
            }
        ),
        "lines": Records({"text": Value("string"), "quad": OrientedBox(), "field": Value("int32")}),
        "words": Records({"text": Value("string"), "quad": OrientedBox(), "line": Value("int32")}),
        "characters": Records({"text": Value("string"), "quad": OrientedBox(), "word": Value("int32")}),
        "text": Text(languages[0] if len(languages) == 1 else "mul"),
        "kind": ClassLabel(tuple(kinds)),
        "language": ClassLabel(tuple(languages)),
        "record": Value("string"),
    }
    told: dict[str, Feature] = {name: known[name] for name in LABELS if name in labels}
    columns: dict[str, Feature] = {"image": Image(), "width": Value("int32"), "height": Value("int32")}
    return Features({**columns, **told}, labels=tuple(told))


@dataclass(frozen=True, slots=True)
class Reading:
    """What can be read in an image, in reading order; quads have the shape `(n, 4, 2)`."""

    characters: tuple[str, ...]
    character_quads: Quads
    words: tuple[str, ...]
    word_quads: Quads
    word_lines: npt.NDArray[np.int64]
    lines: tuple[str, ...]
    line_quads: Quads
    line_fields: npt.NDArray[np.int64]
    letters: Letters
    sheet: Sheet | None = None
    field_quads: Quads | None = None
    field_texts: tuple[str, ...] = ()

    def column(self, name: str, width: int, height: int) -> list[dict[str, Any]]:
        """Return the records of one of the columns, for an image of that size."""
        match name:
            case "characters":
                return records(self.characters, self.character_quads, "word", self.letters.words)
            case "words":
                return records(self.words, self.word_quads, "line", self.word_lines)
            case "lines":
                return records(self.lines, self.line_quads, "field", self.line_fields)
            case _:
                return self._fields(width, height)

    def _fields(self, width: int, height: int) -> list[dict[str, Any]]:
        assert self.sheet is not None
        assert self.field_quads is not None
        flat = np.round(self.field_quads, DECIMALS)
        # Whole pixels around the quad, inside the image.
        low, high = np.floor(flat.min(axis=1)), np.ceil(flat.max(axis=1))
        edge = width, height
        boxes = np.concatenate([np.clip(low, 0, edge), np.clip(high, 0, edge)], axis=1).tolist()
        return [
            {
                "label": f"{field.label}_key" if field.role == "key" else field.label,
                "box": box,
                "quad": quad,
                "text": text,
                "value": field.value,
                "role": field.role,
                "link": field.link,
                "item": field.item,
            }
            for field, box, quad, text in zip(
                self.sheet.fields, boxes, flat.reshape(-1, 8).tolist(), self.field_texts, strict=True
            )
        ]


def reading(sheet: Sheet, letters: Letters, mesh: Mesh | None) -> Reading:
    """Return what can be read of a sheet in the image that the mesh shows."""
    corners = corners_of(letters.boxes, mesh)
    words, lines = letters.words, letters.lines
    count_words, count_lines = len(set(words.tolist())), len(sheet.runs)
    word_starts = np.searchsorted(words, np.arange(count_words))
    line_fields = np.array([run.field for run in sheet.runs], dtype=np.int64)
    # The characters of a field need not stand together.
    fields = line_fields[lines] if len(lines) else lines
    order = np.flatnonzero(fields >= 0)
    order = order[np.argsort(fields[order], kind="stable")]
    texts: list[list[str]] = [[] for _ in sheet.fields]
    for run in sheet.runs:
        if run.field >= 0:
            texts[run.field].append(run.text)
    sides = [
        corners_of(hulls(letters.boxes[chosen], groups, count), mesh)
        for chosen, groups, count in (
            (slice(None), words, count_words),
            (slice(None), lines, count_lines),
            (order, fields[order], len(sheet.fields)),
        )
    ]
    return Reading(
        characters=letters.texts,
        character_quads=corners,
        words=tuple("".join(letters.texts[a:b]) for a, b in _between(word_starts, len(words))),
        word_quads=around(corners, sides[0], words),
        word_lines=lines[word_starts],
        lines=tuple(" ".join(run.text.split()) for run in sheet.runs),
        line_quads=around(corners, sides[1], lines),
        line_fields=line_fields,
        letters=letters,
        sheet=sheet,
        field_quads=around(corners[order], sides[2], fields[order]),
        field_texts=tuple(" ".join(t) for t in texts),
    )


def _between(starts: npt.NDArray[np.int64], end: int) -> zip[tuple[int, int]]:
    return zip(starts.tolist(), [*starts.tolist()[1:], end], strict=True)


def records(
    texts: Sequence[str], quads: Quads, name: str = "", parents: npt.NDArray[np.int64] | None = None
) -> list[dict[str, Any]]:
    """Return texts with their quads, and with the number of what they belong to."""
    flat = np.round(quads, DECIMALS).reshape(-1, 8).tolist()
    if parents is None:
        return [{"text": text, "quad": quad} for text, quad in zip(texts, flat, strict=True)]
    return [
        {"text": text, "quad": quad, name: parent}
        for text, quad, parent in zip(texts, flat, parents.tolist(), strict=True)
    ]
