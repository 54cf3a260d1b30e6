"""The ready-made schemas of images: each makes rows, and has in it what it promises."""

from __future__ import annotations

import json

import pytest
import yaml

import synthlab
from synthlab.schema import ready_made_path

NAMES = (
    "shapes", "licence-plates", "playing-cards", "traffic-signs", "gauges", "digits", "qr-codes",
    "shelf-products", "conveyor-parts", "price-tags",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_made_schema_of_images_makes_rows(name: str) -> None:
    dataset = synthlab.load(name, rows=20)
    rows = list(dataset)
    options = yaml.safe_load(ready_made_path(name).read_text())["options"]
    low, high = options["objects_range"]
    assert all(len(row["objects"]) <= high for row in rows)
    # Of 20 rows, few lack an object for want of room.
    made = sum(len(row["objects"]) for row in rows)
    assert made >= 0.85 * 20 * (low + high) / 2 - 12
    assert all(thing["area"] > 0 for row in rows for thing in row["objects"])
    for row in rows:
        for part in row.get("parts", []):
            assert 0 <= part["object"] < len(row["objects"])
    if "text" in options.get("labels", []) and name != "traffic-signs":
        assert any(thing["text"] for row in rows for thing in row["objects"])
    json.dumps([[t["box"] for t in row["objects"]] for row in rows])
