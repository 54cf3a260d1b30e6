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
from synthlab_text.reviews import load, write
from synthlab_text.reviews.content import DOMAINS, read_content, words
from synthlab_text.reviews.language import JUDGEMENT

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
def rows(count: int = 10_000, seed: int = 7, **options: Any) -> list[dict[str, Any]]:
    """The first rows of a dataset, with names in place of numbers."""
    reviews = TextGenerator(**options)
    batch, features = reviews.generate(Rows(seed, 0, count)), reviews.features
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
        spans = [aspect[name] for aspect in row["aspects"] for name in ("term", "opinion")]
        for span in [*spans, *(entity["span"] for entity in row["entities"])]:
            if span is None:
                continue
            assert 0 <= span["start"] < span["end"] <= len(row["text"])
            assert said(row, span) == said(row, span).strip()
            # A span begins and ends with a word, or with the sign of a price.
            around = f" {row['text']} "[span["start"] : span["end"] + 2]
            assert re.fullmatch(r"[\W_].+[\W_]", around, re.DOTALL), (around, row["text"])


def test_what_says_an_opinion_is_always_labeled() -> None:
    for row in rows():
        for aspect in row["aspects"]:
            assert aspect["opinion"] is not None, row["text"]
            # An opinion is of something that is named, or of the whole; what is implied may leave it open.
            unnamed = aspect["said"] == "opinion" and aspect["category"] != "general"
            assert aspect["term"] is not None or not unnamed, row["text"]


def test_terms_are_of_the_category_that_is_labeled() -> None:
    terms: dict[tuple[str, str], set[str]] = {}
    for domain in DOMAINS:
        for entry in read_content("en").domains[domain]["aspects"].values():
            found = terms.setdefault((domain, entry["category"]), set())
            found |= {word for key in ("count", "mass", "plural") for word in words(entry.get(key, ""))}
    for row in rows():
        for aspect in row["aspects"]:
            if aspect["said"] == "opinion" and aspect["category"] != "general":
                term = said(row, aspect["term"])
                known = terms[row["domain"], aspect["category"]]
                assert term in known or term[:1].lower() + term[1:] in known, row["text"]


def test_entities_are_of_the_lists_that_they_are_named_after() -> None:
    content = read_content("en")
    seen = Counter[str]()
    for row in rows():
        own = content.domains[row["domain"]].get("lists", {})
        for entity in row["entities"]:
            known = own.get(entity["label"]) or content.grammar["lists"][entity["label"]]
            text = said(row, entity["span"])
            assert {text, text[:1].lower() + text[1:]} & {str(name) for name in known}, (text, row["text"])
            seen[entity["label"]] += 1
    assert set(seen) == {"brand", "model", "place", "name", "price", "date"}
    assert min(seen.values()) >= 5


def test_spans_count_code_points_and_not_bytes() -> None:
    generator = TextGenerator(domains={"restaurants": 1}, vocabulary={"terms": ["crème brûlée"]})  # type: ignore[arg-type]
    found = [
        row["text"][span["start"] : span["end"]]
        for row in generator.generate(Rows(1, 0, 5_000)).to_pylist()
        for aspect in row["aspects"]
        if (span := aspect["term"]) and "brûl" in row["text"][span["start"] : span["end"]]
    ]
    assert {text.lower() for text in found} == {"crème brûlée"}


def test_labels_are_exact_in_every_thousand_rows_and_domains_in_every_thousand_of_a_kind() -> None:
    generator = TextGenerator(
        labels={"positive": 2, "negative": 1, "neutral": 1}, domains={"books": 3, "hotels": 1}
    )
    batch = generator.generate(Rows(9, 0, 8_000))
    label, domain = (
        [name_of(generator.features[name], value) for value in batch[name].to_pylist()]
        for name in ("label", "domain")
    )
    for first in range(0, 8_000, 1_000):
        counts = Counter(label[first : first + 1_000])
        assert counts == {"positive": 500, "negative": 250, "neutral": 250}
    stars = batch["stars"].to_pylist()
    for kind in range(1, 6):
        of_one = [d for its, d in zip(stars, domain, strict=True) if its == kind]
        assert len(of_one) >= 1_000
        for first in range(0, 1_000 * (len(of_one) // 1_000), 1_000):
            assert Counter(of_one[first : first + 1_000]) == {"books": 750, "hotels": 250}


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


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_every_review_says_an_opinion_in_words_that_are_labeled(language: Any) -> None:
    for row in rows(language=language):
        assert row["aspects"], row["text"]
        assert all(aspect["opinion"] is not None for aspect in row["aspects"]), row["text"]


@pytest.mark.parametrize(
    ("language", "denials"),
    [("en", r"\b(not?|never)\b(?!-)|n't\b"), ("de", r"\bnicht\b|\bkeine?\b"), ("es", r"\bno\b")],
)
def test_an_opinion_in_plain_words_that_denies_is_flagged(language: Any, denials: str) -> None:
    denying = 0
    for row in rows(language=language):
        for aspect in row["aspects"]:
            said = aspect["opinion"]
            words = row["text"][said["start"] : said["end"]].lower()
            if aspect["said"] == "opinion" and aspect["term"] is not None and re.search(denials, words):
                assert aspect["negated"], row["text"]
                denying += 1
        assert row["negated"] == any(aspect["negated"] for aspect in row["aspects"])
    assert denying > 5


@pytest.mark.parametrize(
    ("language", "comments"),
    [
        ("en", r"\b(imo|imho|tbh|ngl|honestly|in my (opinion|view|book)|if you ask me|frankly|personally)\b"),
        ("de", r"\b(meiner Meinung nach|aus meiner Sicht|in meinen Augen|ehrlich gesagt|meines Erachtens)\b"),
        ("es", r"\b(en mi opinión|para mi gusto|a mi juicio|a mi parecer|sinceramente|a mi entender)\b"),
    ],
)
def test_a_review_hardly_ever_comments_on_itself_twice(language: Any, comments: str) -> None:
    texts = [row["text"] for row in rows(20_000, language=language)]
    counts = Counter(len(re.findall(comments, text, re.IGNORECASE)) for text in texts)
    assert counts[1] > 200
    # What is a template's own, without another way to put it, may meet another.
    assert counts.total() - counts[0] - counts[1] <= 0.002 * len(texts)


def test_no_opinion_is_of_the_same_stem_as_its_adverb_or_its_term() -> None:
    for row in rows(20_000):
        for aspect in row["aspects"]:
            if aspect["said"] != "opinion" or aspect["term"] is None:
                continue
            opinion, term = said(row, aspect["opinion"]) or "", said(row, aspect["term"]) or ""
            stems = {word[:5] for word in re.findall(r"[a-z]{5,}", term.lower())}
            assert not any(stem in opinion.lower() for stem in stems), row["text"]
            before = re.search(r"([a-z]{5,})ly $", row["text"][: aspect["opinion"]["start"]].lower())
            if before:
                assert not opinion.lower().startswith(before[1][:5]), row["text"]


def test_aspects_agree_with_the_label_but_for_the_other_side() -> None:
    for row in rows():
        polarities = {aspect["polarity"] for aspect in row["aspects"]}
        both = {"positive", "negative"} <= polarities
        assert row["contrast"] >= both, row["text"]
        if row["label"] == "neutral":
            # Either so-so throughout, or one good and one bad and what they come to.
            assert row["contrast"] or polarities <= {"neutral"}, row["text"]
        elif row["contrast"]:
            assert polarities - {row["label"]} == {"positive", "negative"} - {row["label"]}, row["text"]
        else:
            assert polarities <= {row["label"]}


def test_the_score_has_the_sign_of_the_label_and_follows_what_is_said() -> None:
    sign = {"positive": 1, "negative": -1}
    for row in rows():
        assert -1 <= row["score"] <= 1
        if row["label"] in sign:
            assert row["score"] * sign[row["label"]] > 0, row["text"]
    praise = [row["score"] for row in rows() if row["stars"] == 5 and not row["contrast"]]
    assert set(praise) == {1.0}
    doubted = [row["score"] for row in rows() if row["stars"] == 5 and row["contrast"]]
    assert max(doubted) < 1


def test_a_denied_opinion_has_the_polarity_of_what_is_meant() -> None:
    seen = {"bad": set(), "good": set()}  # type: dict[str, set[tuple[str, bool]]]
    for row in rows(40_000):
        for aspect in row["aspects"]:
            if (word := said(row, aspect["opinion"])) in seen and aspect["said"] == "opinion":
                seen[word].add((aspect["polarity"], aspect["negated"]))
    assert seen["bad"] == {("negative", False), ("positive", True)}
    assert seen["good"] == {("positive", False), ("negative", True)}


def test_denial_is_written_where_it_is_labeled() -> None:
    denials = r"\b(hardly|far from|never|anything but|not( at all| \w+)*|n't( \w+)*|nowhere near( as)?) $"
    for row in rows():
        assert row["negated"] == any(aspect["negated"] for aspect in row["aspects"])
        for aspect in row["aspects"]:
            if aspect["negated"]:
                before = row["text"][: aspect["opinion"]["start"]]
                assert re.search(denials, before) or denies(said(row, aspect["opinion"])), row["text"]
    for row in rows(2_000, negation=0):
        for aspect in row["aspects"]:
            assert not aspect["negated"] or denies(said(row, aspect["opinion"])), row["text"]


def denies(words: str | None) -> bool:
    pattern = r"\b(not|no|never|nothing|nobody|none|neither|nor|hardly|barely|cannot)\b|n't\b"
    return re.search(pattern, (words or "").lower()) is not None


def test_sarcasm_is_flagged_is_negative_and_can_be_left_out() -> None:
    said_so = [row for row in rows() if row["sarcasm"]]
    assert len(said_so) >= 10
    for row in said_so:
        kinds = [a for a in row["aspects"] if a["said"] == "sarcasm"]
        assert kinds
        assert {a["polarity"] for a in kinds} == {"negative"}
    none = TextGenerator(sarcasm=0).generate(Rows(1, 0, 5_000))
    assert not any(none["sarcasm"].to_pylist())


def test_the_aspects_of_a_review_are_different_things() -> None:
    for row in rows():
        named = [a for a in row["aspects"] if a["said"] == "opinion" and a["category"] != "general"]
        terms = [said(row, aspect["term"]).lower() for aspect in named]
        assert len(set(terms)) == len(terms), row["text"]


def test_the_same_text_never_has_two_labels() -> None:
    labels: dict[str, set[str]] = {}
    for row in rows(40_000):
        labels.setdefault(row["text"], set()).add(row["label"])
    conflicts = [text for text, found in labels.items() if len(found) > 1]
    assert not conflicts


def test_every_group_of_templates_serves_every_label_alike() -> None:
    groups = REVIEWS.features["template"]
    assert isinstance(groups, ClassLabel)
    batch = REVIEWS.generate(Rows(7, 0, 60_000))
    table = np.zeros((3, len(groups.names)), int)
    np.add.at(table, (batch["label"].to_numpy(), batch["template"].to_numpy()), 1)
    assert len(groups.names) == 10
    shares = table / table.sum(axis=1, keepdims=True)
    # 20,000 rows a label: five standard deviations of a share of a tenth are 0.011.
    assert np.abs(shares - shares.mean(axis=0)).max() < 0.011
    assert shares.min() > 0.03


def test_templates_are_not_shared_between_groups() -> None:
    language = load("en")
    plan = write(language, Rows(7, 0, 50_000), REVIEWS.settings).plan
    said_with = plan.clauses[plan.kind <= JUDGEMENT]
    for attribute, frames in (("template", said_with), ("composition", plan.first)):
        pairs = np.unique(np.stack([plan.of(attribute)[frames], plan.group[plan.row[frames]]]), axis=1)
        assert len(np.unique(pairs[0])) == pairs.shape[1]


def test_no_function_word_gives_the_label_away() -> None:
    function_words = set(FUNCTION_WORDS.split())
    with_word: dict[str, Counter[str]] = {}
    for row in rows(40_000):
        for word in function_words & set(re.findall(r"[a-z']+", row["text"].lower())):
            with_word.setdefault(word, Counter())[row["label"]] += 1
    for word, labels in with_word.items():
        if labels.total() >= 60:
            assert max(labels.values()) < 0.985 * labels.total(), (word, labels)


def test_the_number_of_sentences_is_an_option() -> None:
    for wanted in (1, 3):
        batch = TextGenerator(sentences={wanted: 1}).generate(Rows(3, 0, 2_000))
        counts = Counter(len(re.findall(r"[.!?](?= |$)", text)) for text in batch["text"].to_pylist())
        assert counts[wanted] > 0.9 * 2_000


def test_the_global_random_state_is_left_alone() -> None:
    before = np.random.get_state(legacy=False)  # noqa: NPY002 - it is what is checked
    assert isinstance(REVIEWS.generate(Rows(1, 0, 10)), pa.RecordBatch)
    assert repr(np.random.get_state(legacy=False)) == repr(before)  # noqa: NPY002


@pytest.mark.parametrize(
    "options",
    [
        {"labels": {}},
        {"labels": {"positive": 0}},
        {"strong": 1.5},
        {"negation": float("nan")},
        {"language": "xx"},
        {"sentences": {0: 1}},
        {"vocabulary": {"positive": ["a, b"]}},
        {"colour": "red"},
    ],
)
def test_options_that_cannot_be_honoured_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TextGenerator.model_validate(options)


def test_a_domain_that_does_not_exist_is_refused() -> None:
    (problem,) = TextGenerator(domains={"boats": 1}).problems()
    assert problem.path == ("domains", "boats")
