"""The laws of learning from real reviews: what is found, and what never leaves the file."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import synthlab
from synthlab import InputError, Rows, UsageError
from synthlab_text import TextGenerator

Pair = tuple[str, str]
COLUMNS = {"text": "text", "label": "label"}
SUBJECTS = ("The soup", "Our waiter", "The pasta", "The steak", "My burger", "The service", "The salad")
OPENINGS = ("", "Went there on a whim and honestly ", "My sister insists otherwise, but ", "Once again ")
SAID = {
    "positive": ("was great", "was really tasty", "was good", "is the best", "was so fresh"),
    "negative": ("was terrible", "was really bland", "was bad", "is the worst", "was so overpriced"),
    "neutral": ("was okay", "was average", "is as expected"),
}
ENDINGS = (".", "!", ", mind you.", ". Would any normal kitchen serve that on purpose?")


def written(labels: Sequence[str] = ("positive", "negative")) -> list[Pair]:
    """Reviews in words that the grammar has not, of one sentence or two."""
    made = {
        label: [
            ((opening + (subject.lower() if opening else subject) + f" {said}" + ending), label)
            for opening, subject, ending, said in product(OPENINGS, SUBJECTS, ENDINGS, SAID[label])
        ]
        for label in labels
    }
    return [made[label][place * 7 % len(made[label])] for place in range(120) for label in labels]


def stored(folder: Path, rows: Sequence[Pair], name: str = "mine.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([("text", "label"), *rows])
    return path


def fitted(folder: Path, rows: Sequence[Pair], name: str = "mine.csv", **options: str) -> dict[str, Any]:
    """The schema that is learned from reviews."""
    made = synthlab.fit(
        stored(folder, rows, name), folder / "mine.yaml", options=COLUMNS | options, overwrite=True
    )
    schema: dict[str, Any] = yaml.safe_load(made.schema.read_text())
    return schema


@cache
def reviews(
    domain: str, count: int, kind: str = "typos", rate: float = 0.0, language: Any = "en"
) -> tuple[Pair, ...]:
    """Generated reviews of a domain, which stand for real ones."""
    generator = TextGenerator(language=language, domains={domain: 1.0}, noise={kind: rate})
    batch = generator.generate(Rows(3, 0, count))
    names = generator.features["label"].names  # type: ignore[attr-defined]
    labels = [names[number] for number in batch["label"].to_pylist()]
    return tuple(zip(batch["text"].to_pylist(), labels, strict=True))


def texts(path: Path, rows: int) -> list[str]:
    made: list[str] = synthlab.load(path, rows=rows).to_table().column("text").to_pylist()
    return made


def grams(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[\w']+", text.lower())
    yield from zip(*(words[start:] for start in range(5)), strict=False)


def test_no_run_of_five_words_is_copied(tmp_path: Path) -> None:
    """But what the grammar says by itself: that the soup was great."""
    rows = written()
    fitted(tmp_path, rows)
    own = {word for phrase in (*OPENINGS, *ENDINGS) for word in re.findall(r"\w+", phrase.lower())}
    real = {gram for text, _ in rows for gram in grams(text) if len(own & set(gram)) > 1}
    made = {gram for text in texts(tmp_path / "mine.yaml", 20_000) for gram in grams(text)}
    assert len(real) > 100
    assert not real & made


SECRETS = (
    "Zbigniew", "Wawrzyniak", "marisol", "jane.roe@example.org", "jroe_77", "@janeroe", "555-867-5309",
    "4111 1111 1111 1111", "DE89370400440532013000", "https://example.org/x9", "xqzlorp", "flumgurgle",
    "123-45-6789", "Tuskville",
)  # fmt: skip


@pytest.mark.parametrize("times", [1, 2, 60])
def test_planted_secrets_are_in_no_schema_and_in_no_row(tmp_path: Path, times: int) -> None:
    """However often a name, an address or a number comes; of other words, what few say."""
    often = [s for s in SECRETS if times < 3 or s not in ("xqzlorp", "flumgurgle")]
    frames = ("The {} was very bad.", "My burger was very {}.", "The pasta is so {}, I say!", "Call {} soon!")
    planted = [
        (f"{frames[(n + place) % 4].format(secret)} {OPENINGS[place % 4]}", "negative")
        for n, secret in enumerate(often)
        for place in range(times)
    ]
    fitted(tmp_path, [*written(), *planted])
    schema = (tmp_path / "mine.yaml").read_text().lower()
    made = "\n".join(texts(tmp_path / "mine.yaml", 20_000)).lower()
    for secret in often:
        for part in {secret.lower(), *re.findall(r"[a-z]{5,}|\d{4,}", secret.lower())} - {"example", "https"}:
            assert part not in schema
            assert not re.search(rf"(?<!\w){re.escape(part)}(?!\w)", made)


@pytest.mark.parametrize("title", ["dr", "dr.", "sister", "Mrs"])
def test_a_surname_after_a_title_is_told_in_no_schema(tmp_path: Path, title: str) -> None:
    rows = [(f"{title} plonkett was rude, and the plonkett is bad.", "negative") for _ in range(20)]
    rows = [(f"{OPENINGS[n % 4]}{text}", label) for n, (text, label) in enumerate(rows)]
    fitted(tmp_path, [*written(), *rows])
    assert "plonkett" not in (tmp_path / "mine.yaml").read_text()


def test_the_same_file_gives_the_same_schema(tmp_path: Path) -> None:
    first, second = (tmp_path / name for name in ("one", "two"))
    for folder in (first, second):
        folder.mkdir()
        fitted(folder, written())
    assert (first / "mine.yaml").read_bytes() == (second / "mine.yaml").read_bytes()


def test_the_balance_of_classes_is_that_of_the_file(tmp_path: Path) -> None:
    rows = written(("positive", "negative", "neutral"))
    rows = [row for place, row in enumerate(rows) if row[1] != "neutral" or place % 2]
    schema = fitted(tmp_path, rows)
    wanted = Counter(label for _, label in rows)
    frame = synthlab.load(tmp_path / "mine.yaml", rows=1_000).to_pandas()
    for label, count in frame["label"].value_counts().items():
        assert count / 1_000 == pytest.approx(wanted[label] / len(rows), abs=0.002)
    assert schema["rows"] == 1_000


def test_a_class_that_hardly_occurs_keeps_its_share(tmp_path: Path) -> None:
    good, bad, so_so = (written([label])[0][0] for label in ("positive", "negative", "neutral"))
    rows = [(f"On day {day}: {good}", "positive") for day in range(60)] * 200
    rows += [
        (f"On day {day}: {said}", label)
        for day in range(5)
        for said, label in ((bad, "negative"), (so_so, "neutral"))
    ]
    found = fitted(tmp_path, rows)
    assert found["options"]["labels"]["neutral"] == pytest.approx(5 / 12_010, rel=0.01)
    assert len(synthlab.load({**found, "rows": 10})) == 10


def test_reviews_have_as_many_sentences_as_those_of_the_file(tmp_path: Path) -> None:
    from synthlab_text.fit.tokens import sentences

    rows = written()
    fitted(tmp_path, rows)
    real = Counter(sentences(text) for text, _ in rows)
    made = Counter(map(sentences, texts(tmp_path / "mine.yaml", 4_000)))
    for number in (1, 2):
        assert made[number] / 4_000 == pytest.approx(real[number] / len(rows), abs=0.1)


@pytest.mark.parametrize("domain", ["films", "hotels", "apps"])
def test_reviews_of_a_domain_are_found_to_be_about_it(tmp_path: Path, domain: str) -> None:
    schema = fitted(tmp_path, reviews(domain, 200))
    assert next(iter(schema["options"]["domains"])) == domain
    assert schema["options"]["domains"][domain] >= 0.8


def test_several_domains_are_found_by_their_shares(tmp_path: Path) -> None:
    rows = [*reviews("films", 300), *reviews("restaurants", 100)]
    found = fitted(tmp_path, rows)["options"]["domains"]
    assert found["films"] == pytest.approx(0.75, abs=0.1)
    assert found["restaurants"] == pytest.approx(0.25, abs=0.1)


def test_words_of_one_class_become_its_opinions(tmp_path: Path) -> None:
    """In one text of twenty, after `is` or before a thing that is known."""
    rows = list(written())
    planted = len(rows) // 20
    rows += [(f"{SUBJECTS[n % 7]} was very zingy.", "positive") for n in range(planted)]
    rows += [
        (f"{OPENINGS[n % 4]}{SUBJECTS[n % 7].lower()} was grubbish.", "negative") for n in range(planted)
    ]
    vocabulary = fitted(tmp_path, rows)["options"]["vocabulary"]
    assert "zingy" in vocabulary["positive"]
    assert "grubbish" in vocabulary["negative"]
    assert "zingy" not in vocabulary["negative"]
    frame = synthlab.load(tmp_path / "mine.yaml", rows=5_000).to_pandas()
    said = frame[frame["text"].str.contains("zingy") & ~frame["negated"] & ~frame["contrast"]]
    assert len(said) > 10
    assert set(said[~said["sarcasm"]]["label"]) == {"positive"}


def test_words_of_both_classes_are_no_opinions(tmp_path: Path) -> None:
    rows = list(written())
    rows += [(f"{SUBJECTS[n % 7]} was very purplish, {n} times.", rows[n][1]) for n in range(30)]
    assert "purplish" not in json.dumps(fitted(tmp_path, rows))


def test_what_people_feel_is_not_said_of_things(tmp_path: Path) -> None:
    rows = list(written())
    rows += [(f"{OPENINGS[n % 4]}I was flabbered.", "positive") for n in range(15)]
    assert "flabbered" not in json.dumps(fitted(tmp_path, rows))


def test_a_word_that_is_denied_counts_for_no_class(tmp_path: Path) -> None:
    rows = list(written())
    rows += [(f"{OPENINGS[n % 4]}{SUBJECTS[n % 7].lower()} was not zingy.", "negative") for n in range(15)]
    assert "zingy" not in fitted(tmp_path, rows)["options"]["vocabulary"].get("negative", {})


def test_things_that_are_spoken_of_become_terms(tmp_path: Path) -> None:
    rows = list(written())
    for n in range(12):
        rows.append((f"{OPENINGS[n % 4]}the gribblet is {SAID[rows[n][1]][n % 3][4:]}.", rows[n][1]))
        rows.append((f"{OPENINGS[n % 4]}my frobs were okay.", rows[n][1]))
    vocabulary = fitted(tmp_path, rows)["options"]["vocabulary"]
    assert "gribblet" in vocabulary["terms"]
    assert "frobs" in vocabulary["plural_terms"]
    made = " ".join(texts(tmp_path / "mine.yaml", 5_000)).lower()
    assert "gribblet" in made
    assert "frobs" in made


def test_words_that_the_file_likes_are_said_more_often(tmp_path: Path) -> None:
    rows = [
        (f"{OPENINGS[n % 4]}{SUBJECTS[n % 7].lower()} was superb, round {n}.", "positive") for n in range(60)
    ]
    fitted(tmp_path, [*written(), *rows])
    made = texts(tmp_path / "mine.yaml", 5_000)
    usual = TextGenerator(domains={"restaurants": 1.0}, labels={"positive": 1.0, "negative": 1.0})
    before = usual.generate(Rows(0, 0, 5_000))["text"].to_pylist()
    assert sum("superb" in text for text in made) > 2 * sum("superb" in text for text in before)


@pytest.mark.parametrize(
    ("kind", "rate"), [("emoji", 0.5), ("capitals", 0.4), ("stops", 0.4), ("elongation", 0.3)]
)
def test_noise_is_found_at_its_rate(tmp_path: Path, kind: str, rate: float) -> None:
    rows = reviews("films", 1_000, kind, rate)
    noise = fitted(tmp_path, rows)["options"]["noise"]
    assert noise[kind] == pytest.approx(rate, abs=0.12)
    assert all(value < 0.06 for other, value in noise.items() if other != kind)


def test_clean_reviews_have_no_noise(tmp_path: Path) -> None:
    noise = fitted(tmp_path, reviews("phones", 1_000)).get("options", {}).get("noise", {})
    assert all(value <= 0.03 for value in noise.values())


@pytest.mark.parametrize(
    ("names", "strong"),
    [
        ({"positive": "pos", "negative": "neg"}, None),
        ({"positive": "1", "negative": "0"}, None),
        ({"positive": "Good", "negative": "BAD", "neutral": "mixed"}, None),
        ({"positive": "5", "negative": "1", "neutral": "3"}, 0.95),
        ({"positive": "4 stars", "negative": "2 stars", "neutral": "3 stars"}, 0.05),
        ({"positive": "9", "negative": "3", "neutral": "5"}, None),
    ],
)
def test_classes_are_known_by_their_names_or_stars(
    tmp_path: Path, names: dict[str, str], strong: float | None
) -> None:
    rows = [(text, names[label]) for text, label in written(tuple(names))]
    made = synthlab.fit(stored(tmp_path, rows), tmp_path / "mine.yaml", options=COLUMNS)
    options = yaml.safe_load(made.schema.read_text())["options"]
    assert options["labels"] == {label: pytest.approx(1 / len(names), abs=0.01) for label in names}
    assert all(f"{name} is {label}" in made.notes[0] for label, name in names.items())
    found = set(synthlab.load(made.schema, rows=200).to_pandas()["label"])
    assert found == (set(names) if names["positive"] in ("5", "4 stars", "9") else set(names.values()))
    if strong is not None:
        assert options["strong"] == pytest.approx(strong, abs=0.02)


def test_classes_that_say_nothing_are_asked_for(tmp_path: Path) -> None:
    rows = [(text, {"positive": "A", "negative": "B"}[label]) for text, label in written()]
    with pytest.raises(InputError, match=r"'A', 'B'; say it by --option 'classes=A="):
        fitted(tmp_path, rows)
    options = fitted(tmp_path, rows, classes="A=positive,B=negative")["options"]
    assert options["label_names"] == {"positive": "A", "negative": "B"}


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "French",
            ["Le repas était très bon et le service aussi", "Je ne reviendrai pas dans ce restaurant"],
        ),
        (
            "Italian",
            ["Il servizio era molto lento e la pizza non era calda", "Questo film mi è piaciuto molto"],
        ),
        ("none", ["qwer tyui opas dfgh", "zxcv bnma sdfg hjkl"]),
    ],
)
def test_other_languages_are_refused(tmp_path: Path, language: str, sentences: list[str]) -> None:
    rows = [(f"{sentences[n % 2]} {'xyz'[n % 3] * (n // 3)}", ("pos", "neg")[n % 2]) for n in range(120)]
    with pytest.raises(InputError, match=f"in {language}.*or translate them"):
        fitted(tmp_path, rows)


@pytest.mark.parametrize(("language", "domain"), [("en", "cars"), ("de", "hotels"), ("es", "restaurants")])
def test_the_languages_of_reviews_are_known(tmp_path: Path, language: str, domain: str) -> None:
    options = fitted(tmp_path, reviews(domain, 200, language=language))["options"]
    assert options["language"] == language
    assert options["domains"][domain] >= 0.8
    assert len(texts(tmp_path / "mine.yaml", 50)) == 50


@pytest.mark.parametrize("kind", ["csv", "tsv", "csv.gz", "jsonl", "parquet", "feather", "table", "frame"])
def test_the_same_rows_give_the_same_schema_from_every_kind_of_file(tmp_path: Path, kind: str) -> None:
    rows = written()
    options = fitted(tmp_path, rows)["options"]
    frame = pa.table({"id": range(len(rows)), "text": [t for t, _ in rows], "label": [c for _, c in rows]})
    source: Any = tmp_path / f"other.{kind}"
    match kind:
        case "jsonl":
            source.write_text("\n".join(map(json.dumps, frame.to_pylist())))
        case "parquet":
            pq.write_table(frame, source)
        case "feather":
            with pa.OSFile(str(source), "wb") as file, pa.ipc.new_file(file, frame.schema) as writer:
                writer.write_table(frame)
        case "table":
            source = frame
        case "frame":
            source = frame.to_pandas()
        case _:
            frame.to_pandas().to_csv(source, sep="\t" if kind == "tsv" else ",", index=False)
    made = synthlab.fit(source, tmp_path / "other.yaml", options=COLUMNS)
    assert yaml.safe_load(made.schema.read_text())["options"] == options


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"text": "txt", "label": "label"}, "no column 'txt'; did you mean 'text'?"),
        ({"text": "text", "label": "lable"}, "no column 'lable'; did you mean 'label'?"),
        ({"text": "text"}, "--label COLUMN"),
        ({"text": "text", "label": "text"}, "both the text and the label"),
    ],
)
def test_a_column_that_is_not_there_is_said(tmp_path: Path, options: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        synthlab.fit(stored(tmp_path, written()), tmp_path / "mine.yaml", options=options)
    assert not (tmp_path / "mine.yaml").exists()


def test_too_few_reviews_and_a_single_class_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="40 different texts are too few"):
        fitted(tmp_path, written()[:40] * 5)
    with pytest.raises(InputError, match="two classes"):
        fitted(tmp_path, [row for row in written() if row[1] == "positive"])


def test_the_options_choose_the_generator(tmp_path: Path) -> None:
    source = stored(tmp_path, written())
    assert synthlab.fit(source, tmp_path / "a.yaml", options=COLUMNS).generator == "text"
    with pytest.raises(UsageError, match="no generator takes all of these options: text, label, target"):
        synthlab.fit(source, tmp_path / "b.yaml", options=COLUMNS | {"target": "label"})
    with pytest.raises(UsageError, match="text needs the option text as well"):
        synthlab.fit(source, tmp_path / "b.yaml", options={"label": "label"})
    with pytest.raises(InputError, match="has no option 'lable'; did you mean 'label'"):
        synthlab.fit(source, tmp_path / "b.yaml", options={"text": "text", "lable": "x"}, generator="text")
    with pytest.raises(InputError, match="fit has no option 'tagret'; did you mean 'target'"):
        synthlab.fit(source, tmp_path / "b.yaml", options={"tagret": "label"})


def test_the_command_line_learns_and_generates(tmp_path: Path) -> None:
    stored(tmp_path, written())
    for arguments in (
        ["fit", "mine.csv", "--text", "text", "--label", "label", "--output", "mine.yaml"],
        ["generate", "mine.yaml", "--rows", "100", "--output", "out"],
    ):
        result = subprocess.run(
            [sys.executable, "-m", "synthlab", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
        assert result.returncode == 0, result.stderr
    notes = (tmp_path / "mine.yaml").read_text()
    assert "# left out:" in notes
    assert "restaurants" in notes


def test_words_may_be_given_with_how_often_they_are_said() -> None:
    often = TextGenerator(vocabulary={"positive": {"zingy": 3}, "terms": ["crust"]})
    assert often == TextGenerator(vocabulary={"positive": ["zingy"] * 3, "terms": ["crust"]})
    with pytest.raises(ValueError, match="zingy is said 1 to 100 times"):
        TextGenerator(vocabulary={"positive": {"zingy": 0}})
