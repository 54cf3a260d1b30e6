"""spaCy: DocBin files, a folder for each split, which `spacy train` takes as they are.

    train/00000-000.spacy       dev/00000-000.spacy       spacy.json

A shard has a file for every 4,096 rows, since a DocBin is held in memory as a whole. `spacy.json` has the
language of the tokenizer, the keys of `doc.spans`, the classes, and counts what became of the spans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa

from .. import plugins
from ..errors import FeatureError
from ..features import ClassLabel, Features
from ..json_text import json_page
from . import MergeDesk, ShardDesk, Writer, by_split, split_names
from .spans import Labeled, add_up, apart, class_columns, cut, span_columns, span_rows, text_column, trimmed
from .text import renamed_splits

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["SpacyWriter"]

SPLIT_NAMES = {"validation": "dev"}
COUNTS = ("rows", "tokens", "tokens_cut", "spans", "entities", "overlapping", "trimmed", "blank")
ATTRIBUTES = ("ENT_IOB", "ENT_TYPE")
DOCS = 4096
"""Rows in a file at most."""


class SpacyWriter(Writer):
    """Every span in `doc.spans` under the name of its column, those that do not overlap in `doc.ents` too.

    Tokens are those of the blank pipeline of the text's language, cut where a span begins or ends inside
    one, so that no span is widened or lost. Of records with several spans the first alone is an entity: it
    is what the label is of. Classes are in `doc.cats`.
    """

    name: ClassVar[str] = "spacy"
    description: ClassVar[str] = "spaCy's DocBin files, a folder for each split: entities, spans and classes"
    libraries: ClassVar[tuple[str, ...]] = ("spacy",)

    def accepts(self, features: Features) -> None:
        text = text_column(self.name, features)
        if not span_columns(features) and not class_columns(features):
            raise FeatureError(
                "spacy needs spans of a text or class labels, and this dataset has none among "
                f"{', '.join(features.columns)}. csv, jsonl and parquet hold it."
            )
        _folders(features)
        try:
            _pipeline(features, text)
        except ImportError as error:
            raise plugins.missing(self.name, error, "format") from error

    def write_shard(
        self, batches: Iterable[pa.RecordBatch], features: Features, desk: ShardDesk
    ) -> Mapping[str, int]:
        from spacy.tokens import DocBin

        folders, counts = _folders(features), dict.fromkeys(COUNTS, 0)
        numbers = dict.fromkeys(folders, 0)
        waiting = {split: DocBin(attrs=ATTRIBUTES) for split in folders}

        def store(split: str | None) -> None:
            with desk.create(f"{folders[split]}/{desk.index:05d}-{numbers[split]:03d}.spacy") as file:
                file.write(waiting[split].to_bytes())
            waiting[split] = DocBin(attrs=ATTRIBUTES)
            numbers[split] += 1

        for batch in batches:
            for split, rows in by_split(batch, features):
                for doc in _docs(rows, features, counts):
                    waiting[split].add(doc)
                    if len(waiting[split]) == DOCS:
                        store(split)
        for split, docs in waiting.items():
            # A split without rows has a file too: spaCy takes a folder that is missing for a mistake.
            if len(docs) or numbers[split] == 0:
                store(split)
        return counts

    def merge(self, features: Features, desk: MergeDesk) -> None:
        classes = {name: _keys(name, features) for name in class_columns(features)}
        pipeline = _pipeline(features, text_column(self.name, features))
        about = {
            "language": pipeline.lang,
            "spans": {column.name: list(column.labels) for column in span_columns(features)},
            "cats": {name: list(keys) for name, keys in classes.items()},
            "counts": add_up(desk),
        }
        with desk.create("spacy.json") as file:
            file.write(json_page(about))


def _folders(features: Features) -> dict[str | None, str]:
    names = renamed_splits(SpacyWriter.name, features, SPLIT_NAMES)
    return {split: names[split] if split else "train" for split in split_names(features)}


def _pipeline(features: Features, text: str) -> Language:
    """Return the tokenizer for a text; raises ImportError where spaCy, or what it needs, is missing."""
    return _blank(str(getattr(features[text], "language", "")).partition("-")[0].lower())


@lru_cache(maxsize=4)
def _blank(language: str) -> Language:
    import spacy

    try:
        spacy.util.get_lang_class(language)
    except ImportError:
        language = "xx"  # the tokenizer for any language
    return spacy.blank(language)


def _docs(rows: pa.RecordBatch, features: Features, counts: dict[str, int]) -> Iterator[Doc]:
    text, columns = text_column(SpacyWriter.name, features), span_columns(features)
    pipeline = _pipeline(features, text)
    cats = _cats(rows, features)
    for (value, spans), mine in zip(span_rows(rows, text, columns), cats, strict=True):
        whole = [trimmed(value, some, counts) for some in spans]
        doc = _cut_doc(pipeline, value, [span for some in whole for span in some], counts)
        for column, some in zip(columns, whole, strict=True):
            doc.spans[column.name] = [_span(doc, span) for span in some]
        first = [span for column, some in zip(columns, whole, strict=True) if column.first for span in some]
        entities = apart(first)
        if columns:
            doc.set_ents([_span(doc, span) for span in entities])
        doc.cats = mine
        counts["rows"] += 1
        counts["tokens"] += len(doc)
        counts["entities"] += len(entities)
        counts["overlapping"] += len(first) - len(entities)
        yield doc


def _cut_doc(pipeline: Language, text: str, spans: Sequence[Labeled], counts: dict[str, int]) -> Doc:
    """Return the tokens of a text, so that every span begins and ends with one."""
    from spacy.tokens import Doc

    doc = pipeline.make_doc(text)
    tokens = [(token.idx, token.idx + len(token)) for token in doc]
    pieces = cut(tokens, spans)
    if len(pieces) == len(tokens):
        return doc
    counts["tokens_cut"] += len(pieces) - len(tokens)
    blanks = {token.idx + len(token) for token in doc if token.whitespace_}
    words = [text[start:end] for start, end in pieces]
    return Doc(pipeline.vocab, words=words, spaces=[end in blanks for _, end in pieces])


def _span(doc: Doc, span: Labeled) -> Any:
    found = doc.char_span(span.start, span.end, label=span.label)
    assert found is not None, "tokens are cut at the borders of spans"
    return found


def _cats(rows: pa.RecordBatch, features: Features) -> list[dict[str, float]]:
    """Return 1 for the class of each row and 0 for the others; nothing where it is missing."""
    made: list[dict[str, float]] = [{} for _ in range(rows.num_rows)]
    for name in class_columns(features):
        keys = _keys(name, features)
        for cats, mine in zip(made, rows.column(name).to_pylist(), strict=True):
            if mine is not None:
                cats.update({key: float(number == mine) for number, key in enumerate(keys)})
    return made


def _keys(name: str, features: Features) -> tuple[str, ...]:
    """Return the classes as spaCy calls them; where there are several columns, by the column too."""
    feature = features[name]
    assert isinstance(feature, ClassLabel)
    if len(class_columns(features)) == 1:
        return feature.names
    return tuple(f"{name}={label}" for label in feature.names)
