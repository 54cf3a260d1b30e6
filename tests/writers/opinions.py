"""Texts with spans and classes, as awkward as any: what every format of labeled text is tried on."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from synthlab.features import ClassLabel, Features, Records, Span, Text, Value

__all__ = ["CATEGORIES", "FEATURES", "KINDS", "POLARITIES", "SPLITS", "batch", "found", "rows", "some_rows"]

CATEGORIES = ("FOOD#QUALITY", "SERVICE#GENERAL", 'a "b" <c>&')
POLARITIES = ("negative", "neutral", "positive")
KINDS = ("PERSON", "ORG")
ASPECT = {
    "term": Span("text"),
    "category": ClassLabel(CATEGORIES),
    "polarity": ClassLabel(POLARITIES),
    "opinion": Span("text"),
    "negated": Value("bool"),
}
FEATURES = Features(
    {
        "text": Text("en"),
        "label": ClassLabel(("bad", "good")),
        "stars": Value("int64"),
        "shop": ClassLabel(("café", "bar")),
        "aspects": Records(ASPECT),
        "entities": Records({"span": Span("text"), "label": ClassLabel(KINDS)}),
        "label_clean": ClassLabel(("bad", "good")),
    },
    labels=("label", "stars", "aspects", "entities"),
    truth=("label_clean",),
)
SPLITS = Features(
    {**FEATURES.columns, "split": ClassLabel(("train", "validation", "test"))},
    labels=FEATURES.labels,
    split="split",
    truth=FEATURES.truth,
)


def aspect(term: Any, category: int = 0, polarity: int = 2, opinion: Any = None) -> dict[str, Any]:
    """Return the record of an aspect."""
    return {
        "term": term,
        "category": category,
        "polarity": polarity,
        "opinion": opinion,
        "negated": polarity == 0,
    }


def row(text: str | None, aspects: list[Any] | None, entities: list[Any] | None = None) -> dict[str, Any]:
    """Return a row about aspects and entities."""
    return {
        "text": text,
        "label": 1,
        "stars": 4,
        "shop": 0,
        "aspects": aspects,
        "entities": entities,
        "label_clean": 0,
    }


AWKWARD: list[dict[str, Any]] = [
    # A term, its opinion, and an entity inside the text.
    row(
        "Lovely pasta, said Ann.",
        [aspect((7, 12), 0, 2, (0, 6))],
        [{"span": (19, 22), "label": 0}],
    ),
    # Spans that overlap, are equal, and lie inside a token; characters beyond the first plane.
    row(
        "😀 wood-fired pizzabase isn't bad 👩‍🍳",
        [
            aspect((2, 18), 0, 0),
            aspect((13, 18), 1, 1, (29, 32)),
            aspect((13, 18), 0, 2),
            aspect(None, 1, 0, (23, 32)),
        ],
        [{"span": (18, 22), "label": 1}],
    ),
    # Nothing that a record says is in the text.
    row("Meh.", [aspect(None, 2, 1), aspect(None, 2, 2)]),
    row("", []),
    row(None, None),
    # Line ends, tabs, blanks of other kinds, and a span that has them inside.
    row(" a\r\nb\t c\u00a0d\u2028e <&> \"q\" 'x' ", [aspect((1, 6), 0), aspect((8, 11), 2)]),
    # Characters that XML does not have, and a token that looks like a comment.
    row(
        "# \x00 a\x0bnul\ufffe 3.50 e\u0301te\u0301",
        [aspect((5, 6), 0), aspect((16, 21), 1)],
        [{"span": (0, 1), "label": 0}],
    ),
]


def batch(records: list[dict[str, Any]], features: Features = FEATURES) -> pa.RecordBatch:
    """Return the rows as a batch, in splits where the features have them."""
    made = []
    for number, record in enumerate(records):
        made.append({**record, "split": (0, 1, 0, 2)[number % 4]} if features.split else record)
    arrays = {}
    for name, feature in features.columns.items():
        values = [r[name] for r in made]
        array = feature.array([v or [] for v in values] if isinstance(feature, Records) else values)
        if isinstance(feature, Records) and None in values:
            mask = pa.array([v is None for v in values])
            array = pa.ListArray.from_arrays(array.offsets, array.values, mask=mask)
        arrays[name] = array
    return features.batch(arrays)


def rows(count: int) -> list[dict[str, Any]]:
    """Return so many awkward rows."""
    return [
        {
            **AWKWARD[i % len(AWKWARD)],
            "stars": None if i % 5 == 4 else i % 5 + 1,
            "label": (0, 1, None)[i % 3],
        }
        for i in range(count)
    ]


def found(record: dict[str, Any], column: str, field: str, label: str) -> list[tuple[int, int, str]]:
    """Return the spans of a row as a reader should find them: start, end, name of the label."""
    records = FEATURES[column]
    assert isinstance(records, Records)
    classes = records.fields[label]
    assert isinstance(classes, ClassLabel)
    return [(*r[field], classes.names[r[label]]) for r in record[column] or () if r[field] is not None]


@st.composite
def some_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Any texts, with any spans of them."""
    alphabet = st.sampled_from("ab cd.'-é😀\u0301\t\n\r\x0b\u00a0#<\x00") | st.characters(
        exclude_categories=["Cs"]
    )

    def span(text: str) -> Any:
        start = draw(st.integers(0, len(text) - 1))
        return start, draw(st.integers(start + 1, len(text)))

    made = []
    for _ in range(draw(st.integers(1, 4))):
        text = draw(st.text(alphabet, max_size=25))
        count = draw(st.integers(0, 4)) if text else 0
        aspects = [
            aspect(
                draw(st.none() | st.just(span(text))),
                draw(st.integers(0, 2)),
                draw(st.integers(0, 2)),
                draw(st.none() | st.just(span(text))),
            )
            for _ in range(count)
        ]
        entities = [{"span": span(text), "label": draw(st.integers(0, 1))} for _ in range(count)]
        made.append(row(text, aspects, entities))
    return made
