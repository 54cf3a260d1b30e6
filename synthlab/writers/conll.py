"""CoNLL: a token a line, and for each column of spans a tag that says where they begin and go on.

    # global.columns = token aspects_term aspects_opinion
    # id = 41
    # label = positive
    Lovely<tab>O<tab>B-food
    pasta<tab>B-food<tab>O

An empty line ends a row. A line that begins with `# ` and has no tab is a comment; a row without tokens has
its comments alone. `conll.json` beside the files has the tags, and counts what BIO tags cannot hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, ClassVar

import pyarrow as pa

from ..errors import FeatureError
from ..features import ClassLabel, Features, Value
from ..json_text import json_column, json_page
from . import MergeDesk, ShardDesk, Writer
from .spans import Labeled, SpanColumn, add_up, apart, cut, span_columns, span_rows, text_column, trimmed
from .text import ROW, join_parts, numbered, renamed_splits, write_parts

__all__ = ["ConllWriter", "tokens"]

SPLIT_NAMES = {"validation": "dev"}
COUNTS = ("rows", "tokens", "spans", "tagged", "overlapping", "trimmed", "blank")

# Signs stand alone, whatever the language; all else that is no blank belongs to a word.
_SIGNS = (
    r"!-/:-@\[-`{-~\u00a1-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7"
    r"\u2010-\u2027\u2030-\u205e\u20a0-\u20cf\u2190-\u2bff\u3001-\u3003\u3008-\u3020\uff01-\uff0f\uff1a-\uff20"
    r"\U0001f000-\U0001faff"
)
_WORD = rf"[^\s{_SIGNS}]+"
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)+|{_WORD}(?:['\u2019-]{_WORD})*|\S")


def tokens(text: str) -> list[tuple[int, int]]:
    """Return where the words and signs of a text are: `don't` and `3.50` are one, `great!` is two."""
    return [match.span() for match in _TOKEN.finditer(text)]


class ConllWriter(Writer):
    """`train.conll` and so on, in UTF-8; tokens are cut where a span begins or ends inside one.

    Of spans of one column that overlap, the longest is tagged. Blanks at the ends of a span are no tokens.
    """

    name: ClassVar[str] = "conll"
    description: ClassVar[str] = "CoNLL, a file for each split: a token a line with BIO tags for its spans"

    def accepts(self, features: Features) -> None:
        text_column(self.name, features)
        columns = span_columns(features)
        if not columns:
            raise FeatureError(
                "conll needs spans of a text, and this dataset has none among "
                f"{', '.join(features.columns)}. csv, jsonl and parquet hold it."
            )
        for column in columns:
            names = [_word(label) for label in column.labels]
            if len(set(names)) < len(names):
                raise FeatureError(f"tags have no blanks, so conll cannot tell the labels {', '.join(names)}")
        renamed_splits(self.name, features, SPLIT_NAMES)

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        text, columns = text_column(self.name, features), span_columns(features)
        counts = dict.fromkeys(COUNTS, 0)

        def write(rows: pa.RecordBatch, file: BinaryIO) -> None:
            comments = _comments(rows, features)
            for (value, spans), comment in zip(span_rows(rows, text, columns), comments, strict=True):
                file.write((comment + _row(value, spans, counts) + "\n").encode())

        write_parts(numbered(batches, desk.start), features, desk, write)
        return counts

    def merge(self, features: Features, desk: MergeDesk) -> None:
        columns = span_columns(features)
        head = f"# global.columns = {' '.join(['token', *(_word(c.name) for c in columns)])}\n"
        names = renamed_splits(self.name, features, SPLIT_NAMES)
        join_parts(features, desk, "conll", head.encode(), names=names)
        with desk.create("conll.json") as file:
            file.write(json_page({"columns": _tags(columns), "counts": add_up(desk)}))


def _row(text: str, spans: Sequence[Sequence[Labeled]], counts: dict[str, int]) -> str:
    """Return the lines of a text, and count what became of its spans."""
    kept = []
    for some in spans:
        found = trimmed(text, some, counts)
        tagged = apart(found)
        kept.append(tagged)
        counts["tagged"] += len(tagged)
        counts["overlapping"] += len(found) - len(tagged)
    pieces = cut(tokens(text), (span for tagged in kept for span in tagged))
    tags = [_bio(pieces, tagged) for tagged in kept]
    counts["rows"] += 1
    counts["tokens"] += len(pieces)
    words = [text[start:end] for start, end in pieces]
    return "".join("\t".join(line) + "\n" for line in zip(words, *tags, strict=True))


def _bio(pieces: Sequence[tuple[int, int]], spans: Sequence[Labeled]) -> list[str]:
    begins = {span.start: span for span in spans}
    tags, inside = [], None
    for start, end in pieces:
        if start in begins:
            inside = begins[start]
            tags.append(f"B-{_word(inside.label)}")
        elif inside is not None and end <= inside.end:
            tags.append(f"I-{_word(inside.label)}")
        else:
            inside = None
            tags.append("O")
    return tags


def _comments(rows: pa.RecordBatch, features: Features) -> list[str]:
    """Return the number of each row and its labels as comments."""
    made = [f"# id = {number}\n" for number in rows.column(ROW).to_pylist()]
    for name in features.labels:
        feature = features[name]
        values: Any = feature.readable(rows.column(name))
        if isinstance(feature, Value) and feature != Value("binary"):
            values = json_column(values).to_pylist()
        elif isinstance(feature, ClassLabel):
            values = values.to_pylist()
        else:
            continue
        for number, value in enumerate(values):
            if value not in (None, "null"):
                made[number] += f"# {_line(name)} = {_line(value)}\n"
    return made


def _tags(columns: Sequence[SpanColumn]) -> dict[str, list[str]]:
    return {
        _word(c.name): ["O", *(f"{bio}-{_word(label)}" for label in c.labels for bio in "BI")]
        for c in columns
    }


def _line(value: object) -> str:
    return " ".join(str(value).split())


def _word(value: str) -> str:
    """Return a name without the blanks that would end it."""
    return "_".join(value.split())
