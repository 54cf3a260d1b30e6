"""Reviews that all differ, and the dealing of rows that they rest on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthlab import Rows
from synthlab_text import TextGenerator
from synthlab_text.reviews.alike import words_of
from synthlab_text.reviews.content import MOODS, by_mood, read_content
from synthlab_text.reviews.dealing import BLOCK, Deals, places, shuffled
from synthlab_text.reviews.language import EVENT, LABELS, POLARITY_OF, REMARK, STYLES, Language, load
from synthlab_text.reviews.openings import Openings
from synthlab_text.reviews.pairs import sayings
from synthlab_text.reviews.planning import dealer_of, make_plan
from synthlab_text.reviews.writing import write

UNIQUE = TextGenerator(unique=True)


@cache
def batch() -> pa.RecordBatch:
    return UNIQUE.generate(Rows(7, 0, 60_000))


@given(st.integers(0, 2**64 - 1), st.sampled_from([50, 500, 1000]))
def test_a_shuffled_block_is_a_permutation(word: int, size: int) -> None:
    places = np.arange(size, dtype=np.uint64)
    moved = shuffled(places, np.full(size, word, np.uint64), size)
    assert sorted(moved.tolist()) == list(range(size))


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=40), st.integers(0, 2**64 - 1))
@settings(max_examples=50)
def test_numbers_with_the_same_choice_have_different_ranks(weights: list[float], key: int) -> None:
    deals = Deals.of([weights])
    numbers = np.arange(4_000)
    choice, rank = deals.deal(numbers, np.full(len(numbers), key, np.uint64))
    for one in range(len(weights)):
        ranks = np.sort(rank[choice == one])
        assert ranks.tolist() == list(range(len(ranks)))
        expected = 4_000 * weights[one] / sum(weights)
        assert len(ranks) >= 4
        assert abs(len(ranks) - expected) <= 4 * len(weights)


def test_no_two_reviews_are_alike() -> None:
    texts = batch()["text"].to_pylist()
    assert len(set(texts)) == len(texts)


def test_labels_are_exact_and_domains_are_exact_within_them() -> None:
    for start in range(0, 60_000, 1_000):
        of_each = Counter(batch()["label"].slice(start, 1_000).to_pylist())
        assert sorted(of_each.values()) == [333, 333, 334]
    label, domain = (batch()[name].to_numpy() for name in ("label", "domain"))
    for one in range(3):
        counts = np.bincount(domain[label == one], minlength=15)
        # 20,000 rows are 20 whole blocks, of which each domain has 66 or 67 places.
        assert set((counts // 10 * 10).tolist()) <= {1_310, 1_320, 1_330, 1_340, 1_350}


def test_opinions_are_said_as_often_as_in_reviews_that_may_repeat() -> None:
    def most_common(made: pa.RecordBatch) -> list[str]:
        counts = Counter[str]()
        for row in made.slice(0, 15_000).to_pylist():
            counts.update(
                row["text"][a["opinion"]["start"] : a["opinion"]["end"]].lower()
                for a in row["aspects"]
                if a["said"] == 0 and a["opinion"]
            )
        return [word for word, _ in counts.most_common(15)]

    usual = most_common(TextGenerator().generate(Rows(7, 0, 15_000)))
    assert len(set(usual) & set(most_common(batch()))) >= 8


def test_own_words_are_said_by_their_weights_as_far_as_their_terms_last() -> None:
    vocabulary = {"positive": {"zorbish": 1, "flunish": 4}}
    reviews = {"domains": {"films": 1}, "labels": {"positive": 1}, "vocabulary": vocabulary, "unique": True}
    texts = TextGenerator.model_validate(reviews).generate(Rows(1, 0, 5_000))["text"].to_pylist()
    rare, common = (sum(word in text.lower() for text in texts) for word in ("zorbish", "flunish"))
    assert rare > 0
    assert common > 1.5 * rare


@given(st.integers(0, 2**32), st.integers(0, 100_000), st.data())
@settings(max_examples=8, deadline=None)
def test_a_slice_has_the_rows_of_the_whole(seed: int, start: int, data: st.DataObject) -> None:
    whole = UNIQUE.generate(Rows(seed, start, start + 300))
    first = data.draw(st.integers(0, 299))
    assert UNIQUE.generate(Rows(seed, start + first, start + 300)).equals(whole.slice(first))


def test_asking_for_more_than_is_sure_to_differ_is_an_error_that_says_how_many_there_are() -> None:
    assert not list(UNIQUE.row_problems(90_000))
    (problem,) = UNIQUE.row_problems(10**9)
    most = most_of(UNIQUE)
    assert f"{most:,} reviews" in problem.message
    assert 90_000 < most < 10**9
    assert not list(UNIQUE.row_problems(most))
    assert list(UNIQUE.row_problems(most + 1))


def most_of(generator: TextGenerator) -> int:
    (problem,) = generator.row_problems(10**9)
    return int(problem.message.split()[0].replace(",", ""))


def repeated(generator: TextGenerator, rows: int) -> list[str]:
    batches = range(0, rows, 50_000)
    texts = (generator.generate(Rows(3, at, min(at + 50_000, rows)))["text"].to_pylist() for at in batches)
    return [text for text, times in Counter(text for part in texts for text in part).items() if times > 1]


@pytest.mark.parametrize(("language", "least"), [("en", 150_000), ("de", 100_000), ("es", 60_000)])
def test_all_that_there_are_differ(language: str, least: int) -> None:
    generator = TextGenerator.model_validate({"language": language, "unique": True})
    most = most_of(generator)
    assert most >= least
    assert repeated(generator, most) == []


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_reviews_of_one_class_in_one_domain_differ_as_well(language: str) -> None:
    for domain in load(language).domains[:: 3 if language == "en" else 1]:
        for label in LABELS:
            generator = TextGenerator.model_validate(
                {"language": language, "unique": True, "domains": {domain: 1}, "labels": {label: 1}}
            )
            assert repeated(generator, min(most_of(generator), 4_000)) == [], (domain, label)


def openings_of(generator: TextGenerator, rows: int) -> tuple[Language, list[tuple[int, Any]]]:
    """Return the class of each review, and what it opens with: words of a term and a saying, or a remark."""
    known = load(generator.language)
    plan = make_plan(known, Rows(3, 0, rows), generator.settings)
    composition = plan.of("composition")[plan.first]
    lead = dealer_of(known, generator.settings).leads[composition]
    frame = plan.first + 1 + lead - known.compositions.first[composition]
    texts = known.program.strings.texts.to_pylist()
    terms = [words_of(texts[code].lower()) for code in known.terms.string.tolist()]
    said = sayings(known)[plan.of("opinion")[frame]].tolist()
    told = known.compositions.kind[lead] < EVENT
    pairs = zip(told, plan.of("term")[frame], said, plan.of("remark")[frame], strict=True)
    first = [(terms[term], saying) if tells else int(remark) for tells, term, saying, remark in pairs]
    return known, list(zip(plan.label.tolist(), first, strict=True))


@pytest.mark.parametrize("language", ["de", "es"])
def test_no_two_reviews_of_a_class_open_with_the_same(language: str) -> None:
    generator = TextGenerator.model_validate({"language": language, "unique": True})
    known, opened = openings_of(generator, most_of(generator))
    assert len(set(opened)) == len(opened)
    # No remark reads like another of those that reviews open with.
    remarks = sorted({first for _, first in opened if isinstance(first, int)})
    readings = [known.remarks.alike.readings(known.remarks.phrases[remark]) for remark in remarks]
    whole = [reading for its in readings for reading in its.whole]
    slotted = [reading for its in readings for reading in its.open]
    bare = [reading for its in readings for reading in its.bare - its.open]
    assert len(remarks) > 500
    assert len(set(whole)) == len(whole)
    assert len(set(slotted)) == len(slotted)
    assert set(slotted).isdisjoint(bare)


@pytest.mark.parametrize(
    ("language", "before", "verbs"),
    [
        ("en", ["the", "my"], ["is", "was", "are", "were"]),
        ("de", ["der", "die", "das"], ["ist", "war", "waren"]),
    ],
)
def test_what_a_remark_tells_no_statement_opens_with(
    language: str, before: list[str], verbs: list[str]
) -> None:
    generator = TextGenerator.model_validate({"language": language, "unique": True})
    known = load(language)
    openings = dealer_of(known, generator.settings).openings
    texts = [words_of(text.lower()) for text in known.program.strings.texts.to_pylist()]
    phrases = [known.remarks.phrases[remark] for remark in openings.remarks.members.tolist()]
    told = {reading for phrase in phrases for reading in known.remarks.alike.readings(phrase).whole}

    def statements(terms: Any, opinions: Any) -> set[tuple[str, ...]]:
        said = {(texts[term], texts[opinion]) for term, opinion in zip(terms, opinions, strict=True)}
        return {(a, *term, b, *opinion) for term, opinion in said for a in before for b in verbs}

    terms, opinions = known.terms.string[openings.pairs.terms.members], openings.pairs.opinions
    assert told.isdisjoint(statements(terms.tolist(), known.opinion_string[opinions].tolist()))
    # There is something to leave to the remarks.
    every = {texts[code] for code in known.terms.string.tolist()}
    words = {texts[code] for code in known.opinion_string.tolist()}
    assert any(
        reading[0] in before
        and reading[at] in verbs
        and reading[1:at] in every
        and reading[at + 1 :] in words
        for reading in told
        for at in range(2, len(reading) - 1)
    )


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_whatever_a_remark_says_is_among_its_readings(language: str) -> None:
    reviews = TextGenerator.model_validate({"language": language, "labels": {"negative": 1, "neutral": 1}})
    known = load(language)
    done = write(known, Rows(5, 0, 20_000), reviews.settings)
    compositions, alike = known.compositions, known.remarks.alike
    plan, texts = done.plan, done.texts.to_pylist()
    alone = np.flatnonzero([text == "__" for text in compositions.skeletons])
    seen = 0
    for row in np.flatnonzero(np.isin(plan.of("composition")[plan.first], alone)).tolist():
        clause = plan.first[row] + 1
        if plan.kind[np.searchsorted(plan.clauses, clause)] in (EVENT, REMARK):
            readings = alike.readings(known.remarks.phrases[plan.of("remark")[clause]])
            words = tuple(word for word in words_of(texts[row].lower()) if word not in alike.loose)
            assert words in readings.bare | readings.open, texts[row]
            seen += 1
    assert seen > 100


OWN = {
    "en": {"terms": ["seasoning", "movie"], "positive": ["zorbish", "really zorbish", "spot on"]},
    "de": {"terms": ["der Zorb"], "negative": ["knork/er/e/es/e/knorke", "knorke"]},
    "es": {"positive": ["zorb/o/a/os/as", "zorba", "zorbos"], "terms": ["la trama"]},
}


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_whatever_a_pair_reads_as_is_there_once(language: str, own: bool) -> None:
    reviews = TextGenerator.model_validate(
        {"language": language, "unique": True, "vocabulary": OWN[language] if own else {}}
    )
    assert list(reviews.problems()) == []
    known = load(language, (), reviews.vocabulary.model_dump() if own else {})
    texts = known.program.strings.texts.to_pylist()
    pairs = dealer_of(known, reviews.settings).openings.pairs
    terms = [words_of(texts[code].lower()) for code in known.terms.string[pairs.terms.members].tolist()]
    said = sayings(known)[pairs.opinions].tolist()
    assert len(terms) > 100_000
    assert len(set(zip(terms, said, strict=True))) == len(terms)


def test_sayings_are_told_apart_by_their_forms_without_adverbs() -> None:
    own = ["zorb/o/a/os/as", "zorbo", "zorba", "zorbos", "zorbas", "muy zorbos"]
    known = load("es", (), {"positive": [*own, "mirto"]})
    texts = known.program.strings.texts.to_pylist()
    said = [texts[code] for code in known.opinion_string.tolist()]
    numbers = dict(zip(said, sayings(known).tolist(), strict=True))
    found = {numbers[word] for word in said if "zorb" in word}
    assert len(found) == 1
    assert numbers["mirto"] not in found


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_what_is_said_of_a_thing_means_one_class(language: str) -> None:
    known = load(language)
    texts = known.program.strings.texts.to_pylist()
    meant: dict[tuple[int, str, str], set[int]] = defaultdict(set)
    for (domain, _), topics in Openings(known, [], True).topics.items():
        for topic, style, mood in product(topics, range(len(STYLES)), range(len(MOODS))):
            for opinion in set(
                known.opinions[(style * len(known.topic_terms.first) + topic) * 5 + mood].tolist()
            ):
                said = texts[known.opinion_string[opinion]].lower()
                for term in known.topic_terms[topic].tolist():
                    name = texts[known.terms.string[term]].lower()
                    meant[domain, name, said].add(int(POLARITY_OF[mood]))
    assert not {key for key, labels in meant.items() if len(labels) > 1}


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_reviews_of_two_classes_come_to_different_conclusions(language: str) -> None:
    content, alike = read_content(language), load(language).remarks.alike
    families = [family for domain in content.domains.values() for family in domain["families"].values()]
    concluded: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for source in [content.grammar, *content.domains.values(), *families]:
        for name in ("verdict", "summary"):
            for mood, phrases in by_mood(source.get("phrases", {}).get(name, {})):
                for reading in {
                    reading for phrase in phrases for reading in alike.readings(str(phrase)).every
                }:
                    concluded[reading].add(int(POLARITY_OF[mood]))
    assert not {reading for reading, labels in concluded.items() if len(labels) > 1}


def test_more_words_of_ones_own_than_a_block_has_places_are_said_all_the_same() -> None:
    letters = "abcdefghij"
    words = [f"zorb{a}{b}{c}ish" for a in letters[:6] for b in letters for c in letters]
    reviews = TextGenerator(
        unique=True, vocabulary={"positive": words}, labels={"positive": 1}, domains={"films": 1}
    )
    texts = reviews.generate(Rows(3, 0, 6_000))["text"].to_pylist()
    assert len(set(texts)) == len(texts)
    said = {word.lower() for text in texts for word in re.findall(r"\w+", text)}
    assert len(said.intersection(words)) > 0.95 * len(words)


@given(st.lists(st.floats(min_value=5e-324, max_value=1e6), min_size=1, max_size=40))
def test_whatever_weighs_anything_has_a_place_and_no_more_places_than_there_are_are_taken(
    weights: list[float],
) -> None:
    found = places(np.array(weights), None)
    assert found.min() >= 1
    assert found.sum() == BLOCK


@pytest.mark.parametrize("unique", [False, True])
def test_a_small_weight_of_a_length_is_still_one(unique: bool) -> None:
    for weight in (1e-6, 1.0):
        reviews = TextGenerator(unique=unique, sentences={1: weight}, labels={"positive": weight})
        assert reviews.generate(Rows(1, 0, 50)) == TextGenerator(
            unique=unique, sentences={1: 1.0}, labels={"positive": 1.0}
        ).generate(Rows(1, 0, 50))
