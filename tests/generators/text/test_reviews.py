"""The laws of generated reviews: what holds for every row, whoever makes it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from synthlab import ClassLabel, Records, Rows
from synthlab.features import Features
from synthlab_text import TextGenerator

REVIEWS = TextGenerator()
FAR = 10**12
FUNCTION_WORDS = """
    a an the and but or nor neither either both yet so as if while although however
    because despite for to of in on at by with from about than that this these it they
    them its their i you we my our is are was were am be been has have had do does did not
    no never hardly very quite rather really just also too still when then there here what
    which who whoever one two some any most none other others all every each everyone
    nobody nothing something only more less much many once since before after again
    perhaps might may must should would could can cannot will let us me
"""


@cache
def rows(count: int = 10_000, seed: int = 7) -> list[dict[str, Any]]:
    """The first rows of a dataset, with names in place of numbers."""
    batch = REVIEWS.generate(Rows(seed, 0, count))
    features = REVIEWS.features
    return [readable(row, features) for row in batch.to_pylist()]


def readable(row: dict[str, Any], features: Features) -> dict[str, Any]:
    aspects = features["aspects"]
    assert isinstance(aspects, Records)
    named = {name: name_of(features[name], row[name]) for name in row if name not in ("aspects", "entities")}
    records = [
        {name: name_of(feature, record[name]) for name, feature in aspects.fields.items()}
        for record in row["aspects"]
    ]
    labels = features["entities"].fields["label"]  # type: ignore[attr-defined]
    entities = [{**entity, "label": name_of(labels, entity["label"])} for entity in row["entities"]]
    return {**named, "aspects": records, "entities": entities}


def name_of(feature: object, value: Any) -> Any:
    return feature.names[value] if isinstance(feature, ClassLabel) else value


def said(row: dict[str, Any], span: dict[str, int]) -> str:
    text: str = row["text"]
    return text[span["start"] : span["end"]]


@given(st.integers(0, 2**32), st.integers(0, FAR), st.integers(0, 400), st.data())
@settings(max_examples=25, deadline=None)
def test_a_slice_has_the_rows_of_the_whole(seed: int, start: int, count: int, data: st.DataObject) -> None:
    whole = REVIEWS.generate(Rows(seed, start, start + count))
    first = data.draw(st.integers(0, count))
    last = data.draw(st.integers(first, count))
    made = REVIEWS.generate(Rows(seed, start + first, start + last))
    assert made.equals(whole.slice(first, last - first))


def test_a_shorter_dataset_is_the_start_of_a_longer_one() -> None:
    longer = REVIEWS.generate(Rows(3, 0, 2_500))
    assert REVIEWS.generate(Rows(3, 0, 1_700)).equals(longer.slice(0, 1_700))


def test_another_seed_makes_other_reviews() -> None:
    one, other = (REVIEWS.generate(Rows(seed, 0, 500))["text"] for seed in (1, 2))
    assert len(set(one.to_pylist()) & set(other.to_pylist())) < 10


def test_batches_keep_what_the_features_promise() -> None:
    for count in (0, 1, 1_000):
        batch = REVIEWS.generate(Rows(1, 5, 5 + count))
        batch.validate(full=True)
        REVIEWS.features.check(batch, count, "text")


@given(st.integers(0, 2**32), st.integers(0, FAR))
@settings(max_examples=25, deadline=None)
def test_spans_are_the_words_they_label(seed: int, start: int) -> None:
    batch = REVIEWS.generate(Rows(seed, start, start + 200))
    for row in batch.to_pylist():
        previous = 0
        for aspect in sorted(row["aspects"], key=lambda a: min(a["term"]["start"], a["opinion"]["start"])):
            for span in (aspect["term"], aspect["opinion"]):
                assert previous <= span["start"] < span["end"] <= len(row["text"])
                assert said(row, span) == said(row, span).strip()
                # A span begins and ends with a word.
                around = f" {row['text']} "[span["start"] : span["end"] + 2]
                assert re.fullmatch(r"\W.+\W", around), (around, row["text"])
            previous = max(aspect["term"]["end"], aspect["opinion"]["end"])


def test_spans_count_code_points_and_not_bytes() -> None:
    accented = [row for row in rows(30_000) if any("é" in said(row, a["term"]) for a in row["aspects"])]
    assert accented
    assert {
        said(row, a["term"]) for row in accented for a in row["aspects"] if "caf" in said(row, a["term"])
    } == {"café"}


def test_labels_and_domains_are_exact_in_every_thousand_rows() -> None:
    generator = TextGenerator(
        labels={"positive": 2, "negative": 1, "neutral": 1}, domains={"books": 3, "hotels": 1}
    )
    batch = generator.generate(Rows(9, 0, 4_000))
    names = {name: generator.features[name] for name in ("label", "domain")}
    for first in range(0, 4_000, 1_000):
        block = batch.slice(first, 1_000)
        counts = {n: Counter(name_of(f, v) for v in block[n].to_pylist()) for n, f in names.items()}
        assert counts["label"] == {"positive": 500, "negative": 250, "neutral": 250}
        assert counts["domain"] == {"books": 750, "hotels": 250}


def test_stars_say_what_the_label_says() -> None:
    pairs = Counter((row["label"], row["stars"]) for row in rows())
    assert set(pairs) == {
        ("positive", 5),
        ("positive", 4),
        ("neutral", 3),
        ("negative", 2),
        ("negative", 1),
    }
    assert abs(pairs["positive", 5] - pairs["positive", 4]) < 400


@pytest.mark.parametrize(("strong", "stars"), [(0.0, {2, 3, 4}), (1.0, {1, 3, 5})])
def test_the_share_of_strong_reviews_is_an_option(strong: float, stars: set[int]) -> None:
    batch = TextGenerator(strong=strong).generate(Rows(1, 0, 1_000))
    assert set(batch["stars"].to_pylist()) == stars


def test_aspects_agree_with_the_label_but_for_the_other_side() -> None:
    for row in rows():
        polarities = {aspect["polarity"] for aspect in row["aspects"]}
        both = {"positive", "negative"} <= polarities
        if row["label"] == "neutral":
            # Either so-so throughout, or one good and one bad.
            assert polarities <= {"neutral"} or polarities <= {"positive", "negative"}
        else:
            assert both or polarities <= {"positive", "negative"}
            assert "neutral" not in polarities
        if not both and row["label"] != "neutral" and len(row["aspects"]) > 1:
            assert polarities == {row["label"]}


def test_a_denied_opinion_has_the_polarity_of_what_is_meant() -> None:
    seen = {"bad": set(), "good": set()}  # type: dict[str, set[tuple[str, bool]]]
    for row in rows(40_000):
        for aspect in row["aspects"]:
            if (word := said(row, aspect["opinion"])) in seen:
                seen[word].add((aspect["polarity"], aspect["negated"]))
    assert seen["bad"] == {("negative", False), ("positive", True)}
    assert seen["good"] == {("positive", False), ("negative", True)}


def test_denial_is_written_where_it_is_labeled() -> None:
    denials = r"\b(hardly|far from|never|not( at all| \w+)?) $"
    for row in rows():
        for aspect in row["aspects"]:
            before = row["text"][: aspect["opinion"]["start"]]
            assert bool(re.search(denials, before)) == aspect["negated"], row["text"]
    assert not any(
        aspect["negated"]
        for row in TextGenerator(negation=0).generate(Rows(1, 0, 2_000)).to_pylist()
        for aspect in row["aspects"]
    )


def test_the_aspects_of_a_review_are_different_things() -> None:
    for row in rows():
        categories = [aspect["category"] for aspect in row["aspects"]]
        assert len(set(categories)) == len(categories), row["text"]


def test_few_reviews_are_written_twice() -> None:
    texts = REVIEWS.generate(Rows(7, 0, 30_000))["text"].to_pylist()
    assert 1 - len(set(texts)) / len(texts) < 0.005


def test_the_same_text_never_has_two_labels() -> None:
    labels: dict[str, set[str]] = {}
    for row in rows(40_000):
        labels.setdefault(row["text"], set()).add(row["label"])
    conflicts = [text for text, found in labels.items() if len(found) > 1]
    assert not conflicts


def test_every_template_serves_every_label_alike() -> None:
    templates = REVIEWS.features["template"]
    assert isinstance(templates, ClassLabel)
    batch = REVIEWS.generate(Rows(7, 0, 60_000))
    table = np.zeros((3, len(templates.names)), int)
    np.add.at(table, (batch["label"].to_numpy(), batch["template"].to_numpy()), 1)
    assert len(templates.names) >= 70
    # 60,000 / 3 / 75 is about 270 each: five standard deviations are 80.
    assert table.min() > 270 - 85
    assert table.max() < 270 + 85


def test_no_function_word_gives_the_label_away() -> None:
    function_words = set(FUNCTION_WORDS.split())
    with_word: dict[str, Counter[str]] = {}
    for row in rows(40_000):
        for word in function_words & set(re.findall(r"[a-z']+", row["text"].lower())):
            with_word.setdefault(word, Counter())[row["label"]] += 1
    for word, labels in with_word.items():
        if labels.total() >= 60:
            assert max(labels.values()) < 0.985 * labels.total(), (word, labels)


def test_the_global_random_state_is_left_alone() -> None:
    before = np.random.get_state(legacy=False)  # noqa: NPY002 - it is what is checked
    assert isinstance(REVIEWS.generate(Rows(1, 0, 10)), pa.RecordBatch)
    assert repr(np.random.get_state(legacy=False)) == repr(before)  # noqa: NPY002


@pytest.mark.parametrize(
    "options",
    [
        {"labels": {}},
        {"labels": {"positive": 0}},
        {"domains": {"boats": 1}},
        {"strong": 1.5},
        {"negation": float("nan")},
        {"language": "xx"},
        {"colour": "red"},
    ],
)
def test_options_that_cannot_be_honoured_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TextGenerator.model_validate(options)
