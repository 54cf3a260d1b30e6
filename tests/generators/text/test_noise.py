"""Noise changes texts as real writers do, and every labeled string stays in its place."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from synthlab import Rows
from synthlab_text import TextGenerator
from synthlab_text.noise import TYPICAL, Noise, apply
from synthlab_text.noise.edits import Edits, splice
from synthlab_text.noise.flat import Flat
from synthlab_text.noise.kinds import decide

KINDS = tuple(Noise.model_fields)
LANGUAGES = ("en", "de", "es")
PIECES = (
    "You You're your colour I I'm i it is not do not did not know a lot going to be by the way so really "
    "too. so-so love loved, good! well-made café straße Straße größe über sehr daß más por qué ¿ ¡ nada? "
    "también Minuten geht es author's don\N{RIGHT SINGLE QUOTATION MARK}t "
    "'quoted' 3.5 42 ... e.g. A.I. \N{WINKING FACE} 長い 10:30 x"
)
words = st.sampled_from([*PIECES.split(" "), "by the way", "to be honest", "do not know", "", "."])
texts = st.lists(words, max_size=8).map(" ".join) | st.text(max_size=6).filter(lambda t: t.isprintable())
rates = st.sampled_from([0.0, 0.5, 1.0])
noises = st.fixed_dictionaries(dict.fromkeys(KINDS, rates)).map(lambda kinds: Noise(**kinds))


@st.composite
def batches(draw: st.DrawFn) -> tuple[list[str], list[list[tuple[int, int]]], list[int]]:
    """Texts, the spans of each, and moods."""
    made = draw(st.lists(texts, min_size=1, max_size=8))
    spans = []
    for text in made:
        pairs = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
        spans.append([(min(p), max(p)) for p in draw(st.lists(pairs, max_size=4)) if p[0] != p[1]])
    moods = draw(st.lists(st.integers(-1, 4), min_size=len(made), max_size=len(made)))
    return made, spans, moods


def columns(spans: list[list[tuple[int, int]]]) -> tuple[Any, Any]:
    row = np.repeat(np.arange(len(spans)), [len(s) for s in spans])
    return row, np.array([pair for s in spans for pair in s], np.int64).reshape(-1, 2)


def noisy(
    noise: Noise, language: str, made: list[str], spans: Any, moods: list[int], first: int = 0
) -> list[tuple[str, list[tuple[int, int]]]]:
    """Each text with its spans, after the noise."""
    row, bounds = columns(spans)
    rows = Rows(7, first, first + len(made))
    text, [moved] = apply(
        noise, language, pa.array(made, pa.string()), [(row, bounds)], rows, np.array(moods)
    )
    text.validate(full=True)
    return [
        (string, [(a, b) for a, b in moved[row == i].tolist()]) for i, string in enumerate(text.to_pylist())
    ]


def written(made: list[str], noise: Noise, language: str = "en", mood: int = -1) -> list[str]:
    return [t for t, _ in noisy(noise, language, made, [[] for _ in made], [mood] * len(made))]


def many(text: str, language: str = "en", mood: int = -1, **kinds: float) -> set[str]:
    return set(written([text] * 300, Noise(**kinds), language, mood))


@settings(deadline=None)
@given(batches(), noises, st.sampled_from(LANGUAGES), st.data())
def test_a_slice_is_written_as_it_is_in_the_whole(
    batch: Any, noise: Noise, language: str, data: st.DataObject
) -> None:
    made, spans, moods = batch
    whole = noisy(noise, language, made, spans, moods, first=5)
    start = data.draw(st.integers(0, len(made)))
    stop = data.draw(st.integers(start, len(made)))
    part = noisy(noise, language, made[start:stop], spans[start:stop], moods[start:stop], first=5 + start)
    assert part == whole[start:stop]


def test_rows_in_any_order_and_in_large_batches_are_written_alike() -> None:
    made = [f"I do not know, but the colour of number {i} is really good." for i in range(20_000)]
    noise = Noise(**dict.fromkeys(KINDS, 0.5))
    whole = written(made, noise)
    picked = np.array([19_999, 3, 16_384, 3])
    text = pa.array([made[i] for i in picked], pa.string())
    some, _ = apply(noise, "en", text, [], Rows(7, 0, 20_000).at(picked), np.full(4, -1))
    assert some.to_pylist() == [whole[i] for i in picked]


@settings(deadline=None)
@given(batches(), noises, st.sampled_from(LANGUAGES))
def test_spans_stay_inside_of_their_texts_and_are_never_empty(
    batch: Any, noise: Noise, language: str
) -> None:
    made, _, _ = batch
    for before, (text, spans) in zip(made, noisy(noise, language, *batch), strict=True):
        assert bool(text) == bool(before)
        assert all(0 <= start < stop <= len(text) for start, stop in spans)


@settings(deadline=None)
@given(batches(), st.sampled_from(LANGUAGES))
def test_without_noise_nothing_changes(batch: Any, language: str) -> None:
    made, spans, _ = batch
    assert noisy(Noise(), language, *batch) == list(zip(made, spans, strict=True))


def slowly(flat: Flat, edits: Edits, spans: list[tuple[int, int]]) -> tuple[list[str], list[str]]:
    """Texts and strings of spans after edits, letter by letter; what was written for a letter belongs
    to it, and what was inserted to none."""
    codes = flat.codes.tolist()
    kept: dict[int, list[int]] = {i: [code] for i, code in enumerate(codes)}
    inserted: dict[int, list[int]] = {}
    fill = iter(edits.fill.tolist())
    deletions = []
    for start, stop, count in zip(
        edits.start.tolist(), edits.stop.tolist(), edits.count.tolist(), strict=True
    ):
        new = [next(fill) for _ in range(count)]
        if start == stop:
            inserted[start] = new
            continue
        for i in range(start, stop):
            kept[i] = []
        kept[start] = new
        if not new:
            deletions.append((start, stop))
    bounds = list(zip(flat.bounds[:-1].tolist(), flat.bounds[1:].tolist(), strict=True))

    def said(start: int, stop: int, ending: bool) -> str:
        made = [
            code for i in range(start, stop) for code in (inserted.get(i, []) if i > start else []) + kept[i]
        ]
        return "".join(map(chr, made + (inserted.get(stop, []) if ending and start < stop else [])))

    emptied = [p for p in spans if p[0] < p[1] and not said(*p, False)]
    emptied += [p for p in bounds if p[0] < p[1] and not said(*p, True)]
    for start, stop in deletions:
        if any(a <= start < b for a, b in emptied):
            kept |= {i: [codes[i]] for i in range(start, stop)}
    return [said(*p, True) for p in bounds], [said(*p, False) for p in spans]


@settings(max_examples=300, deadline=None)
@given(batches(), noises, st.sampled_from(LANGUAGES))
def test_each_span_covers_what_was_made_of_its_own_letters(batch: Any, noise: Noise, language: str) -> None:
    made, spans, moods = batch
    flat = Flat.of(pa.array(made, pa.string()))
    row, bounds = columns(spans)
    places = flat.bounds[row][:, None] + bounds
    changes = decide(noise, language, flat, places, Rows(7, 0, len(made)), np.array(moods))
    taken = [i for a, b in zip(changes.edits.start, changes.edits.stop, strict=True) for i in range(a, b)]
    assert len(taken) == len(set(taken))
    after, moved = splice(flat, changes.edits, places)
    expected, strings = slowly(flat, changes.edits, [(a, b) for a, b in places.tolist()])
    assert after.arrow().to_pylist() == expected
    codes = after.codes.tolist()
    assert ["".join(map(chr, codes[a:b])) for a, b in moved.tolist()] == strings
    # Case changes come after, and no length with them.
    for (text, now), quiet in zip(noisy(noise, language, *batch), expected, strict=True):
        assert text.casefold() == quiet.casefold()
        assert all(0 <= a < b <= len(quiet) for a, b in now)


def edits_of_one_text() -> st.SearchStrategy[list[tuple[int, int, str]]]:
    return st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.text("xyz", max_size=3)), max_size=6)


@settings(deadline=None)
@given(st.lists(edits_of_one_text(), min_size=1, max_size=4), st.data())
def test_edits_of_any_kind_take_the_spans_with_them(
    recipes: list[list[tuple[int, int, str]]], data: st.DataObject
) -> None:
    made, edits, spans, at = [], [], [], 0
    for recipe in recipes:
        start, length = at, 0
        borders = {at}
        for gap, removed, fill in recipe:
            gap = max(gap, 1)  # no two edits at the same place
            if removed or fill:
                edits.append((start + length + gap, start + length + gap + removed, fill))
            borders |= {start + length + i for i in range(gap + 1)} | {start + length + gap + removed}
            length += gap + removed
        made.append("".join(chr(97 + i % 20) for i in range(length)))
        at += length
        pairs = st.tuples(st.sampled_from(sorted(borders)), st.sampled_from(sorted(borders)))
        spans += [(min(p), max(p)) for p in data.draw(st.lists(pairs, max_size=4)) if p[0] != p[1]]
    flat = Flat.of(pa.array(made, pa.string()))
    every = Edits(
        np.array([a for a, _, _ in edits], np.int64),
        np.array([b for _, b, _ in edits], np.int64),
        np.array([len(fill) for _, _, fill in edits], np.int64),
        np.array([ord(c) for _, _, fill in edits for c in fill], np.uint32),
    )
    after, moved = splice(flat, every, np.array(spans, np.int64).reshape(-1, 2))
    expected, strings = slowly(flat, every, spans)
    assert after.arrow().to_pylist() == expected
    codes = after.codes.tolist()
    assert ["".join(map(chr, codes[a:b])) for a, b in moved.tolist()] == strings


@pytest.fixture(scope="module")
def reviews() -> tuple[list[str], list[int]]:
    batch = TextGenerator().generate(Rows(1, 0, 6_000))
    return batch["text"].to_pylist(), [stars - 1 for stars in batch["stars"].to_pylist()]


@pytest.mark.parametrize("kind", ["typos", "capitals", "stops", "shouting", "emoji"])
@pytest.mark.parametrize("rate", [0.1, 0.6])
def test_rates_are_shares_of_texts(reviews: tuple[list[str], list[int]], kind: str, rate: float) -> None:
    made, moods = reviews
    after = noisy(Noise(**{kind: rate}), "en", made, [[] for _ in made], moods)
    # What a kind needs, nearly each review has; capitals that are only those of `I` it may not have.
    changed = [a != b for (a, _), b in zip(after, made, strict=True) if kind != "capitals" or " I " in b]
    assert np.mean(changed) == pytest.approx(rate, abs=4 * (rate * (1 - rate) / len(changed)) ** 0.5 + 0.02)


ROWS = {
    "en": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "de": ("qwertzuiopü", "asdfghjklöä", "yxcvbnm"),
    "es": ("qwertyuiop", "asdfghjklñ", "zxcvbnm"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_typos_are_slips_of_the_fingers(language: str) -> None:
    where = {key: (x + 0.5 * y, y) for y, keys in enumerate(ROWS[language]) for x, key in enumerate(keys)}

    def slip(before: str, after: str) -> str:
        if len(before) == len(after):
            differ = [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
            if len(differ) == 2 and differ[1] == differ[0] + 1:
                i, j = differ
                return "swap" if (before[i], before[j]) == (after[j], after[i]) else ""
            [i] = differ
            assert before[i].isupper() == after[i].isupper()
            (x, y), (u, v) = where[before[i].lower()], where[after[i].lower()]
            return "neighbour" if abs(y - v) <= 1 and (x - u) ** 2 + (y - v) ** 2 < 1.3 else ""
        if len(after) == len(before) - 1:
            return "drop" * any(before[:i] + before[i + 1 :] == after for i in range(len(before)))
        return "double" * any(before[: i + 1] + before[i:] == after for i in range(len(before)))

    sentence = "Jumping wizards, not isn't a Große vexed piñata über quick foxes"
    seen: list[str] = []
    for text in written([sentence] * 500, Noise(typos=1), language):
        changed = [(a, b) for a, b in zip(sentence.split(), text.split(), strict=True) if a != b]
        assert changed
        for a, b in changed:
            assert len(a.strip(",")) >= 4
            assert "'" not in a
            seen.append(slip(a, b))
    counts = {kind: seen.count(kind) / len(seen) for kind in set(seen)}
    assert set(counts) == {"swap", "drop", "double", "neighbour"}
    assert counts["neighbour"] > 0.25
    assert min(counts.values()) > 0.08


def content(language: str) -> Any:
    return yaml.safe_load(
        files("synthlab_text.noise").joinpath("data", f"{language}.yaml").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_of_the_tables_is_found(language: str) -> None:
    tables = content(language)
    for phrase, ways in {**tables["contractions"], **tables["slang"]}.items():
        assert many(f"x {phrase} 7", language, slang=1) == {f"x {way.strip()} 7" for way in ways.split(",")}
    for phrase, way in tables["contractions"].items():
        assert many(phrase, language, apostrophes=1) == {way.replace("'", "")}
    for a, b in tables["spelling"].items():
        assert many(f"({a})", language, spelling=1) == {f"({b})"}
        assert many(f"({b})", language, spelling=1) == {f"({a})"}
    for word in tables["held"]:
        for held in many(word.lower(), language, elongation=1):
            letter = re.escape(next(c for c in word if c.isupper()).lower())
            assert re.sub(f"({letter}){{3,6}}", r"\1", held).replace(
                letter * 2, letter
            ) == word.lower().replace(letter * 2, letter)
            assert len(held) > len(word)


def test_words_are_found_whatever_stands_around_them() -> None:
    assert many("YOUth, youth", slang=1) == {"YOUth, youth"}
    assert many("You", slang=1) == {"U"}
    assert many("it was (by the way) by  the way", slang=1) == {"it was (btw) by  the way"}
    assert many("The so-so colour-blind", elongation=1, spelling=1) == {"The so-so colour-blind"}
    assert many("Colour", spelling=1) == {"Color"}
    assert many("I do not know", slang=1) == {"idk"}


def test_labeled_strings_are_not_abbreviated_but_follow_their_spelling() -> None:
    made = ["The colour of the pictures"] * 50
    spans = [[(4, 10), (18, 26)]] * 50
    after = noisy(Noise(slang=1, spelling=1), "en", made, spans, [3] * 50)
    assert {tuple(text[a:b] for a, b in now) for text, now in after} == {("color", "pictures")}


def test_apostrophes_capitals_and_stops() -> None:
    assert many("It's the author's don\N{RIGHT SINGLE QUOTATION MARK}t 'quoted'.", apostrophes=1) == {
        "Its the authors dont 'quoted'."
    }
    assert many("I said I'm in Italy.", capitals=1) == {"i said i'm in italy.", "i said i'm in Italy."}
    assert many("Ich sah Öl.", "de", capitals=1) == {"ich sah öl."}
    assert many("It is 3.5 m.", mood=4, stops=1) == {f"It is 3.5 m{end}" for end in ("", "...", "!!", "!!!")}
    assert many("It is 3.5 m.", mood=2, stops=1) == {"It is 3.5 m", "It is 3.5 m..."}
    assert many("¿Qué? ¡No!", "es", stops=1) >= {"Qué? No"}
    assert many(".", stops=1) == {"."}


def test_points_of_labeled_strings_stay() -> None:
    made = ["We were in St. Moritz. It was fine."] * 200
    after = noisy(Noise(stops=1), "en", made, [[(11, 21)]] * 200, [2] * 200)
    assert {text[a:b] for text, [(a, b)] in after} == {"St. Moritz"}
    assert len({text for text, _ in after}) > 2


def test_accents_and_shouting() -> None:
    assert many("Über Straße, schön", "de", accents=1) == {"Ueber Strasse, schoen"}
    assert many("Más rápido, señor", "es", accents=1) == {"Mas rapido, señor"}
    assert many("A café", accents=1) == {"A cafe"}
    shouted = many("to be so loud", shouting=1)
    assert shouted == {"TO BE SO LOUD", "to be so LOUD"}


def test_emoji_fit_the_mood() -> None:
    marks = [{text[3:] for text in many("so.", mood=mood, emoji=1)} for mood in range(5)]
    assert all(mark.startswith(" ") for group in marks for mark in group)
    assert not (marks[0] | marks[1]) & (marks[3] | marks[4])
    assert not marks[2] & (marks[0] | marks[1] | marks[3] | marks[4])
    assert many("so.", mood=-1, emoji=1) == {"so."}


def test_neutral_texts_are_not_made_strong() -> None:
    assert many("so good.", mood=2, elongation=1) == {"so good."}
    assert all(re.fullmatch(r"so{1,6} go{2,8}d", text) for text in many("so good", mood=4, elongation=1))
    assert "so good" not in many("so good", mood=4, elongation=1)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValidationError):
        Noise(typos=1.5)
    with pytest.raises(ValueError, match="null"):
        apply(TYPICAL, "en", pa.array(["a", None]), [], Rows(1, 0, 2), np.zeros(2, int))
    with pytest.raises(ValueError, match="as many"):
        apply(TYPICAL, "en", pa.array(["a"]), [], Rows(1, 0, 2), np.zeros(2, int))
    spans = (np.array([1, 0]), np.array([[0, 1], [0, 1]]))
    with pytest.raises(ValueError, match="order"):
        apply(TYPICAL, "en", pa.array(["a", "b"]), [spans], Rows(1, 0, 2), np.zeros(2, int))
