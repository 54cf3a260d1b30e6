"""Features: what columns mean, in Arrow and back."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthlab import (
    Box,
    BuildError,
    ClassLabel,
    FeatureError,
    Features,
    GroupLabel,
    Image,
    Mask,
    Records,
    Span,
    Text,
    Value,
)
from synthlab.features import VALUE_TYPES

names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8)
simple = st.one_of(
    st.sampled_from(VALUE_TYPES).map(Value),
    st.sampled_from(["en", "de-AT"]).map(Text),
    st.lists(names, unique=True, min_size=1, max_size=5).map(lambda n: ClassLabel(tuple(n))),
    st.lists(names, unique=True, min_size=1, max_size=3).map(lambda n: GroupLabel(tuple(n), tuple(n))),
    st.just(Span("text")),
    st.just(Image()),
    st.just(Box()),
    st.just(Mask()),
)
feature = st.one_of(simple, st.dictionaries(names, simple, min_size=1, max_size=3).map(Records))


@given(st.dictionaries(names, feature, min_size=1, max_size=5), st.data())
def test_features_survive_the_way_through_arrow(columns, data) -> None:
    labels = data.draw(st.lists(st.sampled_from(list(columns)), unique=True, max_size=2))
    features = Features(columns, labels=labels, group=labels[0] if labels else None)
    assert Features.from_arrow(features.arrow_schema) == features


REVIEW = Features(
    {
        "text": Text(),
        "label": ClassLabel(("good", "bad")),
        "when": Value("date32"),
        "aspects": Records({"span": Span("text"), "polarity": ClassLabel(("good", "bad"))}),
        "objects": Records({"box": Box(), "mask": Mask()}),
    },
    labels=("label", "aspects"),
)
ROWS = [
    {
        "text": "Schöne Farbe",
        "label": "good",
        "when": datetime.date(2024, 2, 29),
        "aspects": [{"span": (7, 12), "polarity": "good"}],
        "objects": [{"box": [0, 1, 2, 3], "mask": {"size": [4, 5], "counts": "04"}}],
    },
    {"text": "", "label": None, "when": None, "aspects": [], "objects": []},
    {
        "text": "x",
        "label": 1,
        "when": None,
        "aspects": [{"span": {"start": 0, "end": 1}, "polarity": 1}, {"span": (0, 1), "polarity": None}],
        "objects": [],
    },
]


def test_a_batch_from_records_is_readable_again() -> None:
    batch = REVIEW.batch_from_records(ROWS)
    assert batch.schema.equals(REVIEW.arrow_schema, check_metadata=True)
    readable = REVIEW.readable(batch).to_pylist()
    assert [row["label"] for row in readable] == ["good", None, "bad"]
    assert [[a["polarity"] for a in row["aspects"]] for row in readable] == [["good"], [], ["bad", None]]
    assert readable[0]["objects"] == [{"box": [0, 1, 2, 3], "mask": {"size": [4, 5], "counts": "04"}}]


def test_a_slice_is_readable_like_the_rows_of_the_whole() -> None:
    batch = REVIEW.batch_from_records(ROWS)
    assert REVIEW.readable(batch.slice(1, 2)).to_pylist() == REVIEW.readable(batch).to_pylist()[1:]


def test_whole_columns_give_the_batch_that_records_give() -> None:
    objects = Records({"box": Box(), "span": Span("text"), "n": Value("int64")})
    features = Features({"text": Text(), "objects": objects})
    boxes, spans = np.array([[0, 0, 1, 2], [1, 1, 5, 6]]), np.array([[0, 1], [1, 3]])
    columns = objects.columns([0, 0, 2], {"box": boxes, "span": spans, "n": np.array([4, 5])})
    fast = features.batch({"text": ["abc", "def"], "objects": columns})
    records = [
        {"box": b, "span": s, "n": n} for b, s, n in zip(boxes.tolist(), spans.tolist(), [4, 5], strict=True)
    ]
    slow = features.batch_from_records([{"text": "abc", "objects": []}, {"text": "def", "objects": records}])
    assert fast.equals(slow)


def test_hugging_face_sees_class_labels_and_images() -> None:
    import datasets
    from datasets.features import Features as HuggingFaceFeatures

    features = Features(
        {"image": Image(), "width": Value("int32"), "height": Value("int32"), **REVIEW.columns}
    )
    found = HuggingFaceFeatures.from_arrow_schema(features.arrow_schema)
    assert found["label"] == datasets.ClassLabel(names=["good", "bad"])
    assert found["image"] == datasets.Image()
    assert found["aspects"].feature["polarity"] == datasets.ClassLabel(names=["good", "bad"])
    assert found.arrow_schema.field("aspects").type == features.arrow_schema.field("aspects").type


def test_a_batch_that_breaks_the_promise_is_named() -> None:
    features = Features({"a": Value("int64")})
    with pytest.raises(BuildError, match="asked for 3 rows and made 1"):
        features.check(features.batch({"a": [1]}), 3, "generator 'x'")
    with pytest.raises(BuildError, match="a double"):
        features.check(pa.RecordBatch.from_pydict({"a": [1.5]}), 1, "generator 'x'")
    with pytest.raises(BuildError, match=r"missing: \['a'\].*not promised: \['b'\]"):
        features.batch({"b": [1]})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Value("int65"), "'int65' is not a value type"),
        (lambda: ClassLabel(("a", "a")), "class names must differ"),
        (lambda: GroupLabel(("a", "b"), ("x",)), "2 groups need as many strata"),
        (lambda: Features({"a": Text()}, labels=("b",)), "'b' is not a column; there are a"),
        (lambda: Features.from_arrow(pa.schema([("a", pa.int8())])), "no 'synthlab' metadata"),
    ],
)
def test_features_that_cannot_be_are_refused(make, message: str) -> None:
    with pytest.raises(FeatureError, match=message):
        make()


def test_columns_come_and_go_with_their_parts_played() -> None:
    features = Features({"a": Text(), "s": ClassLabel(("x",))}, labels=("a",), group="s", split="s")
    assert features.without("s") == Features({"a": Text()}, labels=("a",))
    added = features.with_column("b", Text(), label=True)
    assert added.labels == ("a", "b")
    assert added.group == "s"
    assert added.find(Text) == ["a", "b"]


def test_a_column_in_which_all_is_missing_is_fine() -> None:
    features = Features({"a": Value("float64")})
    features.check(features.batch({"a": [None, None]}), 2, "a test")
    with pytest.raises(BuildError, match="NaN"):
        features.check(features.batch({"a": [None, float("nan")]}), 2, "a test")
