"""spaCy: its own corpus reader finds every span, entity and class."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from spacy.tokens import Doc
from spacy.training import Corpus

import synthlab
from synthlab.errors import FeatureError, PluginError
from synthlab.features import ClassLabel, Features, Records, Span, Text, Value
from synthlab.testing import check_writer
from synthlab.writers import spacy as format
from synthlab.writers.spacy import SpacyWriter

from .desk import write
from .opinions import FEATURES, SPLITS, batch, found, rows, some_rows

KEYS = {
    "aspects_term": ("aspects", "term", "category"),
    "aspects_opinion": ("aspects", "opinion", "category"),
    "entities": ("entities", "span", "label"),
}


def read(folder: Path) -> list[Doc]:
    """Return the documents of a folder as `spacy train` gets them."""
    return [example.reference for example in Corpus(folder)(spacy.blank("en"))]


def trimmed(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    made = []
    for start, end, label in spans:
        words = text[start:end]
        first = start + len(words) - len(words.lstrip())
        if words.strip():
            made.append((first, first + len(words.strip()), label))
    return made


def characters(spans: Any) -> list[tuple[int, int, str]]:
    return [(span.start_char, span.end_char, span.label_) for span in spans]


def same_as_made(records: list[dict[str, Any]], folder: Path) -> None:
    write(SpacyWriter(), batch(records), FEATURES, folder / "out", cuts=[len(records) // 2])
    # spaCy's corpus leaves out documents without words.
    docs = read(folder / "out" / "train")
    counts = json.loads((folder / "out" / "spacy.json").read_text())["counts"]
    assert counts["rows"] == len(records)
    written = [r for r in records if r["text"]]
    for doc, record in zip(docs, written, strict=True):
        assert doc.text == record["text"]
        first = []
        for key, where in KEYS.items():
            expected = trimmed(doc.text, found(record, *where))
            assert sorted(characters(doc.spans[key])) == sorted(expected)
            if key != "aspects_opinion":
                first += expected
        kept: list[tuple[int, int, str]] = []
        for start, end, label in sorted(first, key=lambda s: (s[0] - s[1], s[0])):
            if all(end <= s or e <= start for s, e, _ in kept):
                kept.append((start, end, label))
        assert characters(doc.ents) == sorted(kept)
        assert not any(token.ent_iob_ == "" for token in doc), "a token of which nothing is known"
        label = record["label"]
        assert doc.cats == ({} if label is None else {"bad": 1.0 - label, "good": float(label)})
    assert counts["entities"] == sum(len(doc.ents) for doc in docs)
    assert counts["spans"] - counts["blank"] == sum(len(s) for doc in docs for s in doc.spans.values())
    assert counts["tokens"] == sum(map(len, docs))


def test_every_span_comes_back_at_its_characters(tmp_path: Path) -> None:
    same_as_made(rows(20), tmp_path)
    about = json.loads((tmp_path / "out" / "spacy.json").read_text())
    assert about["language"] == "en"
    assert about["cats"] == {"label": ["bad", "good"]}
    assert list(about["spans"]) == list(KEYS)
    assert about["counts"]["tokens_cut"] > 0


@settings(max_examples=40, deadline=None)
@given(some_rows())
def test_whatever_the_text_spans_come_back(records: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        same_as_made([r if r["text"] else {**r, "text": "-"} for r in records], Path(folder))


def test_each_split_has_a_folder_and_validation_is_dev(tmp_path: Path) -> None:
    made = [{**record, "text": f"{i} {record['text'] or ''}", "aspects": [], "entities": []}
            for i, record in enumerate(rows(40))]  # fmt: skip
    write(SpacyWriter(), batch(made, SPLITS), SPLITS, tmp_path / "out", cuts=[11])
    numbers = []
    for split, count in (("train", 20), ("dev", 10), ("test", 10)):
        docs = read(tmp_path / "out" / split)
        assert len(docs) == count
        numbers += [int(doc[0].text) for doc in docs]
        assert numbers[-count:] == sorted(numbers[-count:])
    assert sorted(numbers) == list(range(40))


def test_a_shard_has_files_of_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(format, "DOCS", 3)
    made = [
        {**record, "text": f"word {i}", "aspects": [], "entities": []} for i, record in enumerate(rows(20))
    ]
    write(SpacyWriter(), batch(made), FEATURES, tmp_path / "out")
    assert [doc.text for doc in read(tmp_path / "out" / "train")] == [f"word {i}" for i in range(20)]
    assert len(list((tmp_path / "out" / "train").iterdir())) == 7


def test_the_bytes_do_not_depend_on_the_order_of_sets(tmp_path: Path) -> None:
    code = (
        "import synthlab, sys; "
        "synthlab.load('reviews', rows=60).write(sys.argv[1], format='spacy', workers=1)"
    )
    for seed in ("0", "1"):
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)], env={"PYTHONHASHSEED": seed}, check=True
        )
    first, second = (
        {p.name: p.read_bytes() for p in (tmp_path / seed).rglob("*.spacy")} for seed in ("0", "1")
    )
    assert first == second
    assert first


def test_classes_alone_are_enough_and_several_are_told_apart(tmp_path: Path) -> None:
    features = Features(
        {"text": Text("tlh"), "a": ClassLabel(("x", "y")), "b": ClassLabel(("x", "z"))}, labels=("a", "b")
    )
    made = features.batch({"text": ["nuqneH", "maj"], "a": [0, 1], "b": [1, None]})
    SpacyWriter().accepts(features)
    write(SpacyWriter(), made, features, tmp_path / "out")
    one, two = read(tmp_path / "out" / "train")
    assert one.cats == {"a=x": 1.0, "a=y": 0.0, "b=x": 0.0, "b=z": 1.0}
    assert two.cats == {"a=x": 0.0, "a=y": 1.0}
    assert not one.has_annotation("ENT_IOB")
    # Nobody has a tokenizer of that language: the one for any language is used.
    assert json.loads((tmp_path / "out" / "spacy.json").read_text())["language"] == "xx"


def test_a_loaded_corpus_trains(tmp_path: Path) -> None:
    synthlab.load("reviews", rows=300).write(tmp_path / "out", format="spacy")
    pipeline = spacy.blank("en")
    pipeline.add_pipe("spancat", config={"spans_key": "aspects_term"})
    pipeline.add_pipe("textcat")
    examples = list(Corpus(tmp_path / "out" / "train")(pipeline))
    pipeline.initialize(lambda: examples)
    losses: dict[str, float] = {}
    pipeline.update(examples[:20], losses=losses)
    assert losses.keys() == {"spancat", "textcat"}
    assert min(losses.values()) > 0


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"text": Text(), "number": Value("int64")}, "needs spans of a text or class labels.*text, number"),
        ({"number": Value("int64")}, "one column of text.*none among number"),
        ({"text": Text(), "s": Records({"a": Span("title")})}, "one column of text.*has title"),
    ],
)
def test_columns_that_spacy_cannot_hold_are_refused(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(FeatureError, match=message):
        SpacyWriter().accepts(Features(columns))


def test_what_to_install_is_said_where_spacy_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    format._blank.cache_clear()
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(PluginError, match=r"format 'spacy' needs more.*pip install -e '\.\[spacy\]'"):
        SpacyWriter().accepts(FEATURES)


def test_what_to_install_is_said_where_a_language_needs_more() -> None:
    features = Features({"text": Text("ja"), "label": ClassLabel(("a",))}, labels=("label",))
    with pytest.raises(PluginError, match=r"format 'spacy' needs more for this: Japanese.*sudachipy"):
        SpacyWriter().accepts(features)


def test_the_format_keeps_the_contract(tmp_path: Path) -> None:
    def count(folder: Path) -> int:
        return sum(len(read(split)) for split in folder.iterdir() if split.is_dir())

    check_writer("spacy", synthlab.load("reviews", rows=250), tmp_path, read=count)
