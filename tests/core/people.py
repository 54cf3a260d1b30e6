"""Rows of every type that stages touch, and a way to build them with stages."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from synthlab import ClassLabel, Dataset, Features, Generator, Records, Rows, Schema, Span, Text, Value
from synthlab.stages import STAGES

FIRST = ("Alma", "Bruno", "Clara", "David", "Ewa", "Farid", "Greta", "Hugo")
LAST = ("Keller", "Okafor", "Novak", "Silva", "Tanaka", "Wagner")


class People(Generator):
    """People with what is known of them."""

    @property
    def features(self) -> Features:
        columns = {
            "id": Value("int64"),
            "age": Value("int8"),
            "income": Value("float64"),
            "height": Value("float32"),
            "born": Value("date32"),
            "seen": Value("timestamp[s]"),
            "first": Value("string"),
            "last": Value("string"),
            "price": Value("string"),
            "plan": ClassLabel(("basic", "plus", "pro")),
            "note": Text(),
            "word": Span("note"),
            "visits": Records({"day": Value("int32")}),
            "label": ClassLabel(("stay", "leave")),
        }
        return Features(columns, labels=("label",))

    def generate(self, rows: Rows) -> pa.RecordBatch:
        days = rows.stream("born").integers(-20_000, 15_000)
        price = rows.stream("price").integers(100, 99_999)
        first, last = (
            [names[i] for i in rows.stream(name).choice(len(names))]
            for name, names in (("first", FIRST), ("last", LAST))
        )
        return self.features.batch(
            {
                "id": rows.numbers,
                "age": rows.stream("age").integers(18, 90),
                "income": rows.stream("income").normal(50_000, 15_000).round(2),
                "height": rows.stream("height").normal(170, 9).round(1),
                "born": pa.array(days.astype("int32")).cast(pa.date32()),
                "seen": pa.array(days * 86_400 + 3_723).cast(pa.timestamp("s")),
                "first": first,
                "last": last,
                "price": [f"{cents // 100}.{cents % 100:02}" for cents in price.tolist()],
                "plan": rows.stream("plan").choice([0.5, 0.3, 0.2]),
                "note": [f"a note on {name}" for name in first],
                "word": [(2, 6)] * len(rows),
                "visits": [[{"day": i % 30}] * (i % 3) for i in rows.numbers.tolist()],
                "label": rows.stream("label").choice([0.7, 0.3]),
            }
        )


def people(rows: int = 4000, seed: int = 3, **stages: Any) -> Dataset:
    """Return people with the stages of these sections, which must fit."""
    generator = People()
    made = {key: kind.model_validate(stages[key]) for key, kind in STAGES.items() if key in stages}
    features = generator.features
    for stage in made.values():
        assert not list(stage.problems(features))
        features = stage.features(features)
    return Dataset(Schema("people", "", "people", generator, rows, seed, None, made))


def messages(**stages: Any) -> list[tuple[tuple[str | int, ...], str]]:
    """Return what does not fit in the last of the sections: where, and the message."""
    features, found = People().features, []
    for key in (key for key in STAGES if key in stages):
        stage = STAGES[key].model_validate(stages[key])
        found = [(problem.path, problem.message) for problem in stage.problems(features)]
        if not found:
            features = stage.features(features)
    return found
