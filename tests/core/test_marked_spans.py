"""Annotators who mark spans: an end a word off, some spans missed, some where nothing is said."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synthlab import (
    ClassLabel,
    Dataset,
    Features,
    Generator,
    Records,
    Rows,
    Schema,
    Span,
    Text,
    Value,
    worker_labels,
    worker_traits,
)
from synthlab.stages import STAGES, Annotators

NAMES = ("thing", "place", "time")
FILLERS = ("so", "we", "took", "it", "with", "them", "café,", "don't", "stay. Then", "was")


class Notes(Generator):
    """Sentences of which some words are spans, in records with a second span that is often missing."""

    @property
    def features(self) -> Features:
        fields = {
            "value": Value("string"),
            "span": Span("text"),
            "label": ClassLabel(NAMES),
            "other": Span("text"),
        }
        return Features({"text": Text("en"), "found": Records(fields)}, labels=("found",))

    def generate(self, rows: Rows) -> pa.RecordBatch:
        records = []
        for draws in rows.stream("notes").each():
            text, found = "Yes, ", []
            for _ in range(draws.integer(0, 4)):
                text += " ".join(draws.choice(FILLERS) for _ in range(3)) + " "
                start, said = len(text), draws.choice(("big red bus", "old town", "on 5 May at $3.50"))
                text += said + " "
                other = (start, start + said.index(" ")) if draws.chance(0.5) else None
                label = draws.integer(0, 3)
                span = (start, start + len(said))
                found.append({"value": said, "span": span, "label": label, "other": other})
            records.append({"text": text + "indeed it was. All of us.", "found": found})
        return self.features.batch_from_records(records)


def notes(rows: int = 1500, **options: Any) -> Dataset:
    stages = {"annotators": STAGES["annotators"].model_validate(options)} if options else {}
    features = Notes().features
    assert not [problem for stage in stages.values() for problem in stage.problems(features)]
    return Dataset(Schema("notes", "", "notes", Notes(), rows, 5, None, stages))


def pairs(made: Dataset) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Return each span that was marked: its text, as it is and as it was marked."""
    return [
        (row["text"], true, row["found"][true["drawn"]])
        for row in made
        for true in row["found_clean"]
        if true["drawn"] is not None
    ]


def bounds(span: dict[str, int] | None) -> tuple[int, int] | None:
    return None if span is None else (span["start"], span["end"])


def test_spans_are_of_the_text_and_hold_whole_words() -> None:
    made = notes(spans={"shifted": 1, "invented": 1}, skill_range=[0.5, 1], spammers={"random": 0.2})
    for row in made:
        for thing in row["found"]:
            for span in (thing["span"], thing["other"]):
                if span is not None:
                    assert 0 <= span["start"] < span["end"] <= len(row["text"])
                    around = row["text"][max(0, span["start"] - 1) : span["end"] + 1]
                    assert not around[1:-1].startswith(" ")
                    assert (around[0] == " ") or span["start"] == 0
                    assert around[-1] in " .," or span["end"] == len(row["text"])


def test_ends_are_a_word_off_as_often_as_was_said_both_ways() -> None:
    made = notes(3000, spans={"shifted": 0.2, "missed": 0, "invented": 0}, skill_range=[0.8, 0.8])
    found = [(text, bounds(true["span"]), bounds(seen["span"])) for text, true, seen in pairs(made)]
    for side in (0, 1):
        shifts = np.array([seen[side] - true[side] for _, true, seen in found if true and seen])
        off = (shifts != 0).mean()
        assert abs(off - 0.2) < 0.02
        assert abs((shifts < 0).mean() / off - 0.5) < 0.1
    for text, true, seen in found:
        assert true
        assert seen
        for one, other in zip(true, seen, strict=True):
            between = text[min(one, other) : max(one, other)].strip(" ,")
            assert not between or len(between.split()) == 1  # "$3.50" is one word
            assert "." not in between.replace("3.50", "")  # no worker goes on into the next sentence
    assert all((true["other"] is None) == (seen["other"] is None) for _, true, seen in pairs(made))


def test_without_slips_all_is_as_it_is() -> None:
    made = notes(300, spans={"shifted": 0, "missed": 0, "invented": 0}, skill_range=[1, 1])
    for before, after in zip(notes(300), made, strict=True):
        marked = [{name: thing[name] for name in ("span", "label", "other")} for thing in before["found"]]
        assert after["found"] == marked
        assert after["found_clean"] == [{**thing, "drawn": i} for i, thing in enumerate(before["found"])]


def test_who_is_careful_marks_better_than_who_is_not() -> None:
    made = notes(6000, workers=10, skill_range=[0.5, 1.0], spans={"shifted": 0.2})
    right: dict[int, list[bool]] = {worker: [] for worker in range(10)}
    for row in made:
        for true in row["found_clean"]:
            if true["drawn"] is not None:
                right[row["found_worker"]].append(true["span"] == row["found"][true["drawn"]]["span"])
    quality = [np.mean(right[worker]) for worker in range(10)]
    assert np.corrcoef(worker_traits(made)["skill"], quality)[0, 1] > 0.97


def test_spans_are_missed_and_invented_at_their_rates_and_what_is_invented_touches_none() -> None:
    made = notes(3000, spans={"shifted": 0, "missed": 0.1, "invented": 0.3}, skill_range=[0.8, 0.8])
    missed = [true["drawn"] is None for row in made for true in row["found_clean"]]
    assert abs(np.mean(missed) - 0.1) < 0.02
    count = 0
    for row in made:
        known = {true["drawn"] for true in row["found_clean"]}
        for place, thing in enumerate(row["found"]):
            if place not in known:
                count += 1
                start, end = bounds(thing["span"]) or (0, 0)
                assert thing["other"] is None
                assert 1 <= len(row["text"][start:end].split()) <= 3
                assert all(end <= t["span"]["start"] or t["span"]["end"] <= start for t in row["found_clean"])
        starts = [thing["span"]["start"] for thing in row["found"]]
        assert all(one <= other for one, other in pairwise(starts))
    assert abs(count / 3000 - 0.3) < 0.03


def test_what_a_worker_gives_is_spans_and_class() -> None:
    made = notes(10, workers=5, price=0.5)
    observed, clean = made.features["found"], made.features["found_clean"]
    assert isinstance(observed, Records)
    assert isinstance(clean, Records)
    assert list(observed.fields) == ["span", "label", "other"]
    assert list(clean.fields) == ["value", "span", "label", "other", "drawn"]
    assert set(made.features.truth) == {"found_clean", "found_worker", "found_cost"}
    assert [row["found_cost"] for row in made] == [0.5 * len(row["found"]) for row in made]


def test_the_long_table_has_a_line_for_each_span() -> None:
    made = notes(80, skipping=0.1, spammers={"silent": 0.1, "random": 0.1})
    table = worker_labels(made)
    assert list(table) == ["task", "worker", "label", "span_start", "span_end", "other_start", "other_end"]
    expected = [
        (task, row["found_worker"], thing["label"], bounds(thing["span"]))
        for task, row in enumerate(made)
        for thing in row["found"] or ()
    ]
    columns = ("task", "worker", "label", "span_start", "span_end")
    told = table[list(columns)].itertuples(index=False)
    assert [(task, worker, label, (start, end)) for task, worker, label, start, end in told] == expected
    others = [thing["other"] is None for row in made for thing in row["found"] or ()]
    assert table["other_start"].isna().tolist() == others


def test_the_spans_of_a_slice_are_those_of_the_whole() -> None:
    options = {"spans": {"invented": 0.3, "shifted": 0.3}, "spammers": 0.3, "skipping": 0.1}
    whole = notes(300, **options).to_table()
    for start, stop in ((0, 1), (29, 31), (150, 300)):
        part = notes(300, **options)[start:stop].to_table()
        assert part.equals(whole.slice(start, stop - start).combine_chunks())
    stage, generator = Annotators.model_validate(options), Notes()
    every = stage.apply(generator.generate(Rows(5, 0, 200)), generator.features, Rows(5, 0, 200))
    picked = Rows(5, 0, 200).at(np.array([190, 3, 77, 3]))
    some = stage.apply(generator.generate(picked), generator.features, picked)
    assert some.to_pylist() == every.take(pa.array([190, 3, 77, 3])).to_pylist()


def test_a_text_that_is_missing_or_has_no_words_is_left_alone() -> None:
    features = Notes().features
    batch = features.batch({"text": [None, "", "... !"], "found": [[], [], []]})
    rows = Rows(1, 0, 3)
    options = {"spans": {"invented": 1}, "skill_range": [0.5, 0.5], "workers": 3}
    made = Annotators.model_validate(options).apply(batch, features, rows)
    assert made.column("found").to_pylist() == [[], [], []]


@pytest.mark.parametrize(
    ("options", "path", "message"),
    [
        ({"labels_per_row": 3}, ("labels_per_row",), "are marked by one worker a text"),
        ({"boxes": {"missed": 0.1}}, ("boxes",), "column 'found' has spans and no boxes"),
        ({"confusion": {"thing": {"bird": 0.1}}}, ("confusion", "thing", "bird"), "not a class of 'found'"),
    ],
)
def test_what_does_not_fit_spans_is_told(
    options: dict[str, Any], path: tuple[str, ...], message: str
) -> None:
    (problem,) = Annotators.model_validate(options).problems(Notes().features)
    assert problem.path == path
    assert message in problem.message


def test_a_column_that_is_not_there_is_told_with_those_that_have_spans() -> None:
    (problem,) = Annotators(column="nowhere").problems(Notes().features)
    assert problem.hint is not None
    assert "boxes or spans are in: found" in problem.hint
    (problem,) = Annotators(column="foud").problems(Notes().features)
    assert problem.hint == "did you mean 'found'?"
