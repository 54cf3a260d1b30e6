"""The XML of SemEval's aspect-based sentiment analysis, in the shapes of 2016 and of 2014.

    semeval       <Reviews>, an <Opinion target category polarity from to> for each aspect; NULL if implied
    semeval2014   <sentences>, an <aspectTerm term polarity from to> for each term that is written, and an
                  <aspectCategory category polarity> for each category

A row is one sentence element, whole: offsets are code points of its text, the end exclusive, as in SemEval.
Characters that XML does not have are U+FFFD; the JSON file beside them says how many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, ClassVar, NamedTuple

import pyarrow as pa

from ..errors import BuildError, FeatureError
from ..features import ClassLabel, Feature, Features, Records, Span
from ..json_text import json_page
from . import MergeDesk, ShardDesk, Writer
from .spans import add_up, check_span
from .text import ROW, join_parts, numbered, write_parts

__all__ = ["SemEval2014Writer", "SemEvalWriter"]

NEEDED: dict[str, type[Feature]] = {"term": Span, "category": ClassLabel, "polarity": ClassLabel}
COUNTS = ("rows", "aspects", "implicit", "characters_replaced")

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A reader turns bare line ends and tabs into others: in text carriage returns, in attributes all of them.
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


class Aspect(NamedTuple):
    """What is said of one aspect; without a start it is implied."""

    start: int | None
    end: int
    category: str
    polarity: str


class SemEvalWriter(Writer):
    """`train.xml` and so on, in the shape of 2016, task 5, subtask 1; a review has one sentence."""

    name: ClassVar[str] = "semeval"
    description: ClassVar[str] = "SemEval 2016's XML of aspects and their polarity, a file for each split"
    root: ClassVar[str] = "Reviews"

    def accepts(self, features: Features) -> None:
        _aspect_column(self.name, features)

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        counts = dict.fromkeys(COUNTS, 0)

        def write(rows: pa.RecordBatch, file: BinaryIO) -> None:
            for number, text, aspects in _read(rows, self.name, features):
                legal = _ILLEGAL.sub("\ufffd", text)
                counts["rows"] += 1
                counts["aspects"] += len(aspects)
                counts["implicit"] += sum(aspect.start is None for aspect in aspects)
                counts["characters_replaced"] += len(_ILLEGAL.findall(text))
                file.write((self._row(number, legal, aspects) + "\n").encode())

        write_parts(numbered(batches, desk.start), features, desk, write)
        return counts

    def merge(self, features: Features, desk: MergeDesk) -> None:
        head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<{self.root}>\n'
        join_parts(features, desk, "xml", head.encode(), f"</{self.root}>\n".encode())
        with desk.create(f"{self.name}.json") as file:
            file.write(json_page({"counts": add_up(desk)}))

    def _row(self, number: int, text: str, aspects: Sequence[Aspect]) -> str:
        opinions = [
            _element(
                "Opinion",
                target="NULL" if start is None else text[start:end],
                category=category,
                polarity=polarity,
                **_bounds(start or 0, end),
            )
            for start, end, category, polarity in aspects
        ]
        sentence = f'<sentence id="{number}:0"><text>{text.translate(_TEXT)}</text>'
        sentence += _list("Opinions", opinions) + "</sentence>"
        return f'<Review rid="{number}"><sentences>{sentence}</sentences></Review>'


class SemEval2014Writer(SemEvalWriter):
    """`train.xml` and so on, in the shape of 2014, task 4.

    A term or a category that several aspects have is listed once, as in SemEval; its polarity is theirs,
    and `conflict` where they differ by more than neutral.
    """

    name: ClassVar[str] = "semeval2014"
    description: ClassVar[str] = "SemEval 2014's XML of aspect terms and categories, a file for each split"
    root: ClassVar[str] = "sentences"

    def _row(self, number: int, text: str, aspects: Sequence[Aspect]) -> str:
        written: dict[tuple[int, int], list[str]] = {}
        categories: dict[str, list[str]] = {}
        for start, end, category, polarity in aspects:
            categories.setdefault(category, []).append(polarity)
            if start is not None:
                written.setdefault((start, end), []).append(polarity)
        terms = [
            _element("aspectTerm", term=text[start:end], polarity=_together(found), **_bounds(start, end))
            for (start, end), found in written.items()
        ]
        named = [
            _element("aspectCategory", category=category, polarity=_together(found))
            for category, found in categories.items()
        ]
        inner = _list("aspectTerms", terms) + _list("aspectCategories", named)
        return f'<sentence id="{number}"><text>{text.translate(_TEXT)}</text>{inner}</sentence>'


def _together(polarities: Iterable[str]) -> str:
    found = set(polarities)
    if len(found) > 1:
        found -= {"neutral"}
    return found.pop() if len(found) == 1 else "conflict"


def _aspect_column(format: str, features: Features) -> tuple[str, Records]:
    for name in features.find(Records):
        records = features[name]
        assert isinstance(records, Records)
        if name not in features.truth and all(
            isinstance(records.fields.get(field), kind) for field, kind in NEEDED.items()
        ):
            return name, records
    raise FeatureError(
        f"{format} needs a column of records with the fields term (a span), category and polarity (class "
        f"labels), and this dataset has none among {', '.join(features.columns)}. "
        "spacy, conll, jsonl and parquet hold other spans."
    )


def _read(rows: pa.RecordBatch, format: str, features: Features) -> Iterator[tuple[int, str, list[Aspect]]]:
    """Yield the number, the text and the aspects of each row."""
    name, records = _aspect_column(format, features)
    term, category, polarity = (records.fields[field] for field in NEEDED)
    assert isinstance(term, Span)
    assert isinstance(category, ClassLabel)
    assert isinstance(polarity, ClassLabel)
    for number, text, found in zip(
        rows.column(ROW).to_pylist(),
        rows.column(term.of).to_pylist(),
        rows.column(name).to_pylist(),
        strict=True,
    ):
        aspects = []
        for record in found or ():
            if record["category"] is None or record["polarity"] is None:
                raise BuildError(f"an aspect of row {number} has no category or no polarity")
            span: Any = record["term"] or {"start": None, "end": 0}
            if span["start"] is not None:
                check_span(f"{name}.term", text or "", span["start"], span["end"])
            names = category.names[record["category"]], polarity.names[record["polarity"]]
            aspects.append(Aspect(span["start"], span["end"], *names))
        yield number, text or "", aspects


def _bounds(start: int, end: int) -> dict[str, str]:
    # `from` is a word of Python, so it cannot be written as a keyword.
    return {"from": str(start), "to": str(end)}


def _element(name: str, **attributes: str) -> str:
    text = " ".join(f'{key}="{_attribute(value)}"' for key, value in attributes.items())
    return f"<{name} {text}/>"


def _attribute(value: str) -> str:
    return _ILLEGAL.sub("\ufffd", value).translate(_ATTRIBUTE)


def _list(name: str, elements: Sequence[str]) -> str:
    return f"<{name}>{''.join(elements)}</{name}>" if elements else ""
