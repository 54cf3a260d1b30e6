"""What the formats of labeled text share: where the text, its spans and its classes are.

All of it follows from the features. A span is labeled by the first class label in its record, or by the
name of its column where there is none.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa

from ..errors import BuildError, FeatureError
from ..features import ClassLabel, Feature, Features, Records, Span, Text
from . import MergeDesk

__all__ = [
    "Labeled",
    "SpanColumn",
    "add_up",
    "apart",
    "check_span",
    "class_columns",
    "cut",
    "span_columns",
    "span_rows",
    "text_column",
    "trimmed",
]


class Labeled(NamedTuple):
    """Characters `start` to `end` (exclusive, in code points) of a text, and what they are."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class SpanColumn:
    """A column of spans, or the spans in one field of a column of records."""

    name: str
    """`entities`; `aspects_term` where the records have several spans."""
    column: str
    of: str
    """The column with the text."""
    labels: tuple[str, ...]
    first: bool = True
    """Whether it is the first span of its records: what they are about."""
    field: str | None = None
    label: str | None = None
    """The field with the label."""

    def read(self, batch: pa.RecordBatch) -> list[list[Labeled]]:
        """Return the spans of each row; records whose span is missing have none."""
        array: Any = batch.column(self.column)
        if self.field is None:
            return [self._labeled([(*bounds, self.name)]) for bounds in _bounds(array)]
        records = array.flatten()
        labels: Iterable[str | None] = itertools.repeat(self.name, len(records))
        if self.label is not None:
            labels = (None if n is None else self.labels[n] for n in records.field(self.label).to_pylist())
        bounds = _bounds(records.field(self.field))
        found = ((*bound, label) for bound, label in zip(bounds, labels, strict=True))
        lengths = array.value_lengths().fill_null(0).to_pylist()
        return [self._labeled(itertools.islice(found, length)) for length in lengths]

    def _labeled(self, found: Iterable[tuple[int | None, int | None, str | None]]) -> list[Labeled]:
        spans = []
        for start, end, label in found:
            if start is None or end is None:
                continue
            if label is None:
                raise BuildError(f"a span in {self.name!r} has no {self.label!r}, which is its label")
            spans.append(Labeled(start, end, label))
        return spans


def span_columns(features: Features) -> list[SpanColumn]:
    """Return where spans are, in the order of the columns; those that are known only as truth are not."""
    found = [
        column
        for name, feature in features.columns.items()
        if name not in features.truth
        for column in _span_columns(name, feature)
    ]
    names = [column.name for column in found]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise FeatureError(f"two columns of spans would be called {min(doubled)!r}; call one otherwise")
    return found


def _span_columns(name: str, feature: Feature) -> Iterator[SpanColumn]:
    if isinstance(feature, Span):
        yield SpanColumn(name, name, feature.of, (name,))
    if isinstance(feature, Records):
        spans = {n: f for n, f in feature.fields.items() if isinstance(f, Span)}
        label = next((n for n, f in feature.fields.items() if isinstance(f, ClassLabel)), None)
        for number, (field, span) in enumerate(spans.items()):
            full = name if len(spans) == 1 else f"{name}_{field}"
            labels: tuple[str, ...] = (full,)
            if label is not None:
                kind = feature.fields[label]
                assert isinstance(kind, ClassLabel)
                labels = kind.names
            yield SpanColumn(full, name, span.of, labels, number == 0, field, label)


def class_columns(features: Features) -> dict[str, ClassLabel]:
    """Return the class labels of whole rows: those that a model is to learn."""
    found = {name: features[name] for name in features.labels if name not in features.truth}
    return {name: f for name, f in found.items() if isinstance(f, ClassLabel) and name != features.split}


def text_column(format: str, features: Features) -> str:
    """Return the column that the spans are parts of, or the only text."""
    texts = {column.of: None for column in span_columns(features)}
    if not texts:
        texts = {name: None for name in features.find(Text) if name not in features.truth}
    if len(texts) == 1 and isinstance(features.columns.get(name := next(iter(texts))), Text):
        return name
    raise FeatureError(
        f"{format} needs one column of text that spans and classes belong to, and this dataset has "
        f"{', '.join(texts) or 'none'} among {', '.join(features.columns)}. jsonl and parquet hold it."
    )


def span_rows(
    batch: pa.RecordBatch, text: str, columns: Sequence[SpanColumn]
) -> Iterator[tuple[str, list[list[Labeled]]]]:
    """Yield the text of each row and its spans, a list for each column; a missing text is empty.

    Raises BuildError for a span that is no part of the text.
    """
    found = [column.read(batch) for column in columns]
    for number, written in enumerate(batch.column(text).to_pylist()):
        value = written or ""
        spans = [rows[number] for rows in found]
        for column, some in zip(columns, spans, strict=True):
            for span in some:
                check_span(column.name, value, span.start, span.end)
        yield value, spans


def check_span(name: str, text: str, start: int, end: int) -> None:
    """Raise BuildError for a span that is no part of the text."""
    if not 0 <= start < end <= len(text):
        raise BuildError(
            f"a span in {name!r} has the characters {start} to {end} of a text of {len(text)}: {text[:60]!r}"
        )


def trimmed(text: str, spans: Iterable[Labeled], counts: dict[str, int]) -> list[Labeled]:
    """Return the spans without blanks at their ends, and count them.

    A token is never blank, so formats of tokens can neither begin nor end a span with one, nor hold a span
    that is nothing else.
    """
    found = []
    for span in spans:
        part = text[span.start : span.end]
        start = span.start + len(part) - len(part.lstrip())
        stop = span.end - len(part) + len(part.rstrip())
        counts["spans"] += 1
        counts["trimmed"] += start < stop and stop - start < len(part)
        counts["blank"] += start >= stop
        if start < stop:
            found.append(Labeled(start, stop, span.label))
    return found


def apart(spans: Iterable[Labeled]) -> list[Labeled]:
    """Return the spans that do not overlap, in order of the text: longer ones first choice, then earlier."""
    kept: list[Labeled] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept)


def cut(tokens: Iterable[tuple[int, int]], spans: Iterable[Labeled]) -> list[tuple[int, int]]:
    """Return the tokens, cut wherever a span begins or ends inside one."""
    borders = sorted({border for span in spans for border in (span.start, span.end)})
    found = []
    for start, end in tokens:
        for border in borders:
            if start < border < end:
                found.append((start, border))
                start = border
        found.append((start, end))
    return found


def add_up(desk: MergeDesk) -> Mapping[str, int]:
    """Return what all shards counted together."""
    total: dict[str, int] = {}
    for shard in desk.shards():
        for name, count in shard.counts.items():
            total[name] = total.get(name, 0) + count
    return total


def _bounds(array: Any) -> Iterator[tuple[int | None, int | None]]:
    # `flatten` and not `field`: it knows of the spans that are missing.
    start, end = array.flatten()
    return zip(start.to_pylist(), end.to_pylist(), strict=True)
