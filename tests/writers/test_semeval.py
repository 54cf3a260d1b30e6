"""SemEval's XML: ElementTree finds every aspect at its place."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import synthlab
from synthlab.errors import BuildError, FeatureError
from synthlab.features import ClassLabel, Features, Records, Span, Text
from synthlab.testing import check_writer
from synthlab.writers.semeval import SemEval2014Writer, SemEvalWriter

from .desk import write
from .opinions import CATEGORIES, FEATURES, POLARITIES, SPLITS, aspect, batch, row, rows, some_rows

LEGAL = {"\t", "\n", "\r"}


def legal(text: str) -> str:
    """Return a text as XML can hold it, by the words of its specification."""

    def fits(sign: str) -> bool:
        number = ord(sign)
        return sign in LEGAL or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or number >= 0x10000

    return "".join(sign if fits(sign) else "\ufffd" for sign in text)


def opinions_of_2016(path: Path) -> list[tuple[str, str, list[tuple[Any, ...]]]]:
    """Return (number of the row, text, opinions) of each review."""
    found = []
    for review in ElementTree.parse(path).getroot().iterfind("Review"):
        (sentence,) = review.iterfind("sentences/sentence")
        assert sentence.get("id") == f"{review.get('rid')}:0"
        text = sentence.findtext("text") or ""
        opinions = []
        for element in sentence.iterfind("Opinions/Opinion"):
            start, end = int(element.attrib["from"]), int(element.attrib["to"])
            target = element.attrib["target"]
            if (start, end) == (0, 0):
                assert target == "NULL"
            else:
                assert target == text[start:end]
            opinions.append((start, end, element.attrib["category"], element.attrib["polarity"]))
        assert bool(opinions) == (sentence.find("Opinions") is not None)
        found.append((review.attrib["rid"], text, opinions))
    return found


def expected(record: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (*(r["term"] or (0, 0)), CATEGORIES[r["category"]], POLARITIES[r["polarity"]])
        for r in record["aspects"] or ()
    ]


def same_as_made(records: list[dict[str, Any]], folder: Path) -> None:
    write(SemEvalWriter(), batch(records), FEATURES, folder / "out", cuts=[len(records) // 2], first_row=7)
    found = opinions_of_2016(folder / "out" / "test.xml")
    assert [number for number, _, _ in found] == [str(7 + i) for i in range(len(records))]
    assert [text for _, text, _ in found] == [legal(r["text"] or "") for r in records]
    assert [opinions for _, _, opinions in found] == [expected(r) for r in records]


def test_every_opinion_comes_back_with_its_words(tmp_path: Path) -> None:
    same_as_made(rows(20), tmp_path)
    counts = json.loads((tmp_path / "out" / "semeval.json").read_text())["counts"]
    assert counts["rows"] == 20
    assert counts["aspects"] == sum(len(r["aspects"] or ()) for r in rows(20))
    assert counts["implicit"] == sum(a["term"] is None for r in rows(20) for a in r["aspects"] or ())
    assert counts["characters_replaced"] == 3 * 2  # NUL, vertical tab and U+FFFE in two rows


@settings(max_examples=60, deadline=None)
@given(some_rows())
def test_whatever_the_text_opinions_come_back(records: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        same_as_made(records, Path(folder))


@settings(max_examples=60, deadline=None)
@given(some_rows())
def test_the_shape_of_2014_lists_each_term_and_category_once(records: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(SemEval2014Writer(), batch(records), FEATURES, Path(folder) / "out")
        root = ElementTree.parse(Path(folder) / "out" / "test.xml").getroot()
    assert root.tag == "sentences"
    for sentence, record in zip(root.iterfind("sentence"), records, strict=True):
        text = sentence.findtext("text") or ""
        assert text == legal(record["text"])
        terms = {}
        for element in sentence.iterfind("aspectTerms/aspectTerm"):
            start, end = int(element.attrib["from"]), int(element.attrib["to"])
            assert element.attrib["term"] == text[start:end]
            assert (start, end) not in terms
            terms[start, end] = element.attrib["polarity"]
        said: dict[Any, set[str]] = {}
        for start, end, category, polarity in expected(record):
            said.setdefault(category, set()).add(polarity)
            if (start, end) != (0, 0):
                said.setdefault((start, end), set()).add(polarity)
        elements = list(sentence.iterfind("aspectCategories/aspectCategory"))
        categories = {e.attrib["category"]: e.attrib["polarity"] for e in elements}
        assert len(categories) == len(elements)
        assert (terms | categories).keys() == said.keys()
        for key, polarity in (terms | categories).items():
            both = {"positive", "negative"} <= said[key]
            assert polarity == ("conflict" if both else (sorted(said[key] - {"neutral"}) or ["neutral"])[0])


def test_splits_have_files_of_their_own(tmp_path: Path) -> None:
    write(SemEvalWriter(), batch(rows(40), SPLITS), SPLITS, tmp_path / "out", cuts=[11])
    numbers = Counter()
    for split, count in (("train", 20), ("validation", 10), ("test", 10)):
        found = opinions_of_2016(tmp_path / "out" / f"{split}.xml")
        assert len(found) == count
        numbers.update(number for number, _, _ in found)
    assert numbers == Counter(str(i) for i in range(40))


@given(st.characters())
def test_a_class_may_be_called_anything(sign: str) -> None:
    names = (f"a{sign}b", "c")
    fields = {"term": Span("text"), "category": ClassLabel(names), "polarity": ClassLabel(POLARITIES)}
    features = Features({"text": Text(), "aspects": Records(fields)}, labels=("aspects",))
    if 0xD800 <= ord(sign) <= 0xDFFF:
        return
    made = features.batch_from_records(
        [{"text": "x", "aspects": [{"term": (0, 1), "category": 0, "polarity": 0}]}]
    )
    with tempfile.TemporaryDirectory() as folder:
        write(SemEvalWriter(), made, features, Path(folder) / "out")
        ((_, _, opinions),) = opinions_of_2016(Path(folder) / "out" / "test.xml")
    assert opinions == [(0, 1, legal(names[0]), "negative")]


@pytest.mark.parametrize("writer", [SemEvalWriter(), SemEval2014Writer()])
def test_other_records_are_refused(writer: SemEvalWriter) -> None:
    fields = {"span": Span("text"), "label": ClassLabel(("a",))}
    with pytest.raises(FeatureError, match=r"fields term .*category and polarity.*text, entities"):
        writer.accepts(Features({"text": Text(), "entities": Records(fields)}))


def test_a_span_outside_of_its_text_is_a_bug_of_the_generator(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="characters 2 to 9 of a text of 3"):
        write(SemEvalWriter(), batch([row("abc", [aspect((2, 9))])]), FEATURES, tmp_path / "out")


@pytest.mark.parametrize("format", ["semeval", "semeval2014"])
def test_the_format_keeps_the_contract(format: str, tmp_path: Path) -> None:
    def read(folder: Path) -> int:
        path = "Review" if format == "semeval" else "sentence"
        return sum(len(ElementTree.parse(f).getroot().findall(path)) for f in folder.glob("*.xml"))

    check_writer(format, synthlab.load("reviews", rows=250), tmp_path, read=read)
