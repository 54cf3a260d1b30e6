"""CoNLL: spaCy's converter and a parser that shares no code with the writer find every span."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import synthlab
from synthlab.errors import FeatureError
from synthlab.features import ClassLabel, Features, Records, Span, Text
from synthlab.testing import check_writer
from synthlab.writers.conll import ConllWriter, tokens

from .desk import write
from .opinions import FEATURES, SPLITS, batch, found, rows, some_rows

COLUMNS = (("aspects", "term", "category"), ("aspects", "opinion", "category"), ("entities", "span", "label"))


def parse(path: Path) -> tuple[list[str], list[tuple[dict[str, str], list[list[str]]]]]:
    """Return the names of the columns, and the comments and lines of each row."""
    blocks = path.read_text("utf-8").split("\n\n")
    assert blocks.pop() == "" or path.read_text("utf-8").count("\n") == 1
    made, names = [], []
    for block in blocks:
        comments, lines = {}, []
        for line in block.split("\n"):
            if line.startswith("# ") and "\t" not in line:
                key, _, value = line[2:].partition(" = ")
                comments[key] = value
            elif line:
                lines.append(line.split("\t"))
        if columns := comments.pop("global.columns", None):
            names = columns.split(" ")
        made.append((comments, lines))
    return names, made


def entities(words: list[str], tags: list[str]) -> list[tuple[int, str, str]]:
    """Return (place among the characters that are no blanks, characters, label), by strict BIO."""
    spans: list[list[Any]] = []
    place, before = 0, "O"
    for word, tag in zip(words, tags, strict=True):
        kind, _, label = tag.partition("-")
        assert kind in ("B", "I", "O")
        if kind == "B":
            spans.append([place, word, label])
        if kind == "I":
            assert before in (f"B-{label}", f"I-{label}"), "an entity that never began"
            spans[-1][1] += word
        place, before = place + len(word), tag
    return [(start, text, label) for start, text, label in spans]


def solid(text: str) -> str:
    return "".join(text.split())


def best(spans: list[tuple[int, int, str]], text: str) -> list[tuple[int, str, str]]:
    """Return the spans that BIO can hold, by trying all in order of length."""
    trimmed = []
    for start, end, label in spans:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start < end:
            trimmed.append((start, end, label))
    taken: set[int] = set()
    kept = []
    for start, end, label in sorted(trimmed, key=lambda s: (-(s[1] - s[0]), s[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((len(solid(text[:start])), solid(text[start:end]), "_".join(label.split())))
    return sorted(kept)


def same_as_made(records: list[dict[str, Any]], folder: Path) -> None:
    write(ConllWriter(), batch(records), FEATURES, folder / "out", cuts=[len(records) // 2], first_row=3)
    names, blocks = parse(folder / "out" / "test.conll")
    assert names == ["token", "aspects_term", "aspects_opinion", "entities"]
    assert len(blocks) == len(records)
    total = 0
    for number, (record, (comments, lines)) in enumerate(zip(records, blocks, strict=True), 3):
        text = record["text"] or ""
        assert comments["id"] == str(number)
        assert comments.get("label") == (
            None if record["label"] is None else ("bad", "good")[record["label"]]
        )
        assert comments.get("stars") == (None if record["stars"] is None else str(record["stars"]))
        assert "label_clean" not in comments
        words = [line[0] for line in lines]
        assert "".join(words) == solid(text)
        assert all(word.split() == [word] for word in words)
        for column, where in enumerate(COLUMNS, 1):
            tags = [line[column] for line in lines]
            expected = best(found(record, *where), text)
            total += len(expected)
            assert entities(words, tags) == expected
    counts = json.loads((folder / "out" / "conll.json").read_text())["counts"]
    assert counts["spans"] == sum(len(found(r, *where)) for r in records for where in COLUMNS)
    assert counts["tagged"] == total == counts["spans"] - counts["overlapping"] - counts["blank"]
    assert counts["tokens"] == sum(len(lines) for _, lines in blocks)


def test_every_span_comes_back_with_its_words(tmp_path: Path) -> None:
    same_as_made(rows(20), tmp_path)
    about = json.loads((tmp_path / "out" / "conll.json").read_text())
    assert about["columns"]["entities"] == ["O", "B-PERSON", "I-PERSON", "B-ORG", "I-ORG"]
    assert 'B-a_"b"_<c>&' in about["columns"]["aspects_term"]
    # Two terms and an opinion of the second of seven rows, which comes three times, lie in longer ones.
    assert about["counts"]["overlapping"] == 3 * 3
    assert about["counts"]["blank"] == 2  # the vertical tab of the last row


@settings(max_examples=60, deadline=None)
@given(some_rows())
def test_whatever_the_text_spans_come_back(records: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        same_as_made(records, Path(folder))


def test_spacy_reads_one_column(tmp_path: Path) -> None:
    """By the reader of CoNLL 2003, which has no comments."""
    spacy = pytest.importorskip("spacy")
    from spacy.training.converters import conll_ner_to_docs

    write(ConllWriter(), batch(rows(20)), FEATURES, tmp_path / "out")
    _, blocks = parse(tmp_path / "out" / "test.conll")
    for column, where in enumerate(COLUMNS, 1):
        text = "\n\n".join(
            "\n".join(f"{li[0]}\t{li[column]}" for li in lines) for _, lines in blocks if lines
        )
        docs = list(conll_ner_to_docs(text, model=None, no_print=True))
        found_there = [[(solid(e.text), e.label_) for e in s.ents] for d in docs for s in d.sents]
        expected = [
            [(text, label) for _, text, label in best(found(r, *where), r["text"])]
            for r in rows(20)
            if r["text"]
        ]
        assert found_there == expected
    assert spacy.__version__


def test_splits_have_files_of_their_own_and_validation_is_dev(tmp_path: Path) -> None:
    write(ConllWriter(), batch(rows(40), SPLITS), SPLITS, tmp_path / "out", cuts=[11])
    numbers = []
    for split, count in (("train", 20), ("dev", 10), ("test", 10)):
        _, blocks = parse(tmp_path / "out" / f"{split}.conll")
        assert len(blocks) == count
        numbers += [int(comments["id"]) for comments, _ in blocks]
    assert sorted(numbers) == list(range(40))


def test_words_numbers_and_signs_are_tokens() -> None:
    def words(text: str) -> list[str]:
        return [text[start:end] for start, end in tokens(text)]

    assert words("Don't pay €3.50!") == ["Don't", "pay", "€", "3.50", "!"]
    assert words("It\u2019s wood-fired -- \u201cgreat\u201d...") == [
        "It\u2019s", "wood-fired", "-", "-", "\u201c", "great", "\u201d", ".", ".", ".",
    ]  # fmt: skip
    assert words("e\u0301te\u0301 हिन्दी") == ["e\u0301te\u0301", "हिन्दी"]


@given(st.text())
def test_tokens_are_all_but_blanks(text: str) -> None:
    pieces = [text[start:end] for start, end in tokens(text)]
    assert "".join(pieces) == solid(text)
    assert all(piece and not any(sign.isspace() for sign in piece) for piece in pieces)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"text": Text(), "label": ClassLabel(("a",))}, "needs spans.*text, label"),
        ({"title": Text(), "text": Text()}, "one column of text.*title, text"),
        ({"text": Text(), "a": Span("text"), "title": Text(), "b": Span("title")}, "text, title"),
        ({"text": Text(), "s": Records({"a": Span("text"), "l": ClassLabel(("x y", "x_y"))})}, "x_y, x_y"),
        (
            {"text": Text(), "s": Records({"a": Span("text"), "b": Span("text")}), "s_a": Span("text")},
            "called 's_a'",
        ),
    ],
)
def test_columns_that_conll_cannot_hold_are_refused(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(FeatureError, match=message):
        ConllWriter().accepts(Features(columns))


def test_splits_that_would_share_a_file_are_refused() -> None:
    columns = {**FEATURES.columns, "split": ClassLabel(("dev", "validation"))}
    with pytest.raises(FeatureError, match="dev, dev"):
        ConllWriter().accepts(Features(columns, split="split"))


def test_the_format_keeps_the_contract(tmp_path: Path) -> None:
    def read(folder: Path) -> int:
        return sum(len(parse(path)[1]) for path in folder.glob("*.conll"))

    check_writer("conll", synthlab.load("reviews", rows=250), tmp_path, read=read)
